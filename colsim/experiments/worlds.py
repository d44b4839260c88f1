"""Where worlds come from: the ranges of the parameters, or what was found plausible in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core import KERNELS, rng
from colsim.core.code_hash import code_hash
from colsim.core.kernel_folder import source_hash
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.errors import UserError
from colsim.reporting.kinds import WORLDS

PARTICLES = "posterior.parquet"
"""File of plausible parameter sets: a row each, a column for each parameter."""
FIXED_AND_CALIBRATED = (
    "worlds: found calibrated worlds together with fixed parameters; allowed: one of the two"
)
ORIGINS = {
    "calibration": "from the calibration {name}",
    "matched": "that look like the authority today",
    "judged": "weighed by the answers in {name}",
}
"""Kind of worlds to how they are spoken of."""
FORMAT = "colsim worlds 1"
FEWEST = 20
"""Worlds below which none are used: a range over fewer says nothing."""
_CHOICE = 1


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedWorlds:
    """Plausible parameter sets, each as likely as the others."""

    name: str
    """The folder as it was named; of matched worlds, the authority's title."""
    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    """Shape (sets, parameters)."""
    seeds: tuple[int, ...] = ()
    """Seeds of draws from the ranges that stand for the sets; then names and values are empty."""
    kind: str = "calibration"
    """A key of `ORIGINS`."""
    note: str = field(default="", compare=False)
    """What is to be said of them beside a result."""

    def __len__(self) -> int:
        """Return the number of sets."""
        return len(self.seeds) or len(self.values)

    @property
    def origin(self) -> str:
        """How they are spoken of."""
        return ORIGINS[self.kind].format(name=self.name)

    def to_dict(self) -> dict[str, Any]:
        """Return the sets as plain data."""
        return {
            "name": self.name,
            "kind": self.kind,
            "names": list(self.names),
            "values": self.values.tolist(),
            "seeds": list(self.seeds),
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "CalibratedWorlds":
        """Return the sets that `to_dict` gave."""
        return cls(
            data["name"],
            tuple(data["names"]),
            np.array(data["values"], np.float64),
            tuple(data.get("seeds", ())),
            data.get("kind", "calibration"),
            data.get("note", ""),
        )

    @property
    def digest(self) -> str:
        """A hash of the sets, by which two sources of worlds are told apart."""
        digest = blake2b("\0".join(self.names).encode(), digest_size=12)
        digest.update(np.ascontiguousarray(self.values).tobytes())
        if self.seeds:
            digest.update(np.array(self.seeds, np.int64).tobytes())
        return digest.hexdigest()

    def draw(self, world_seed: int, turn: int | None = None) -> dict[str, float]:
        """Return one set; parameters that are not in it are drawn from their ranges.

        Args:
            world_seed: chooses the set, and draws what is not in it.
            turn: number of the world: matched worlds take turns, so that none comes twice before
                each has come once.
        """
        if self.seeds:
            return draw_world(self.seed_at(world_seed, turn))
        row = self.values[self._place(world_seed, turn)]
        return {**draw_world(world_seed), **dict(zip(self.names, map(float, row), strict=True))}

    def seed_at(self, world_seed: int, turn: int | None = None) -> int:
        """Return the seed that the ranges are drawn with: the set's own where a seed stands for it.

        Args:
            world_seed: chooses the set.
            turn: number of the world, as for `draw`.
        """
        return self.seeds[self._place(world_seed, turn)] if self.seeds else world_seed

    def _place(self, world_seed: int, turn: int | None) -> int:
        if turn is not None and self.kind == "matched":
            return turn % len(self)
        key = rng.combine(rng.seed_key(world_seed), rng.name_key("calibrated world"))
        return int(rng.uniform(key, _CHOICE, 0) * len(self))


@cache
def world_version() -> str:
    """Return a hash of all code and numbers that a life without policies depends on.

    Levers are no part of it: banks do not grow old with them.
    """
    import colsim.scenario.compiling as compiling

    assert compiling.__file__ is not None
    table = [
        (name, p.default, p.low, p.high, p.kind, p.logarithmic, p.atom,
         [(choice.value, choice.weight) for choice in p.choices])
        for name, p in PARAMETERS.items()
    ]  # fmt: skip
    parts = (
        FORMAT,
        KERNELS.code or source_hash(),
        code_hash([Path(compiling.__file__)]),
        repr(table),
    )
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def about_matched(folder: Path, key: str) -> tuple[str, str, str]:
    """Return kind, name and note of a folder's matched or judged worlds.

    Raises:
        UserError: the summary cannot be read, or they were made with another version of the model,
            or are too few.
    """
    try:
        about = json.loads((folder / WORLDS).read_text(encoding="utf-8"))
        kind, name, note = about["kind"], about["name"], about.get("note", "")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{key}: found {folder / WORLDS}, which cannot be read ({error}); allowed: a folder "
            "as colsim worlds wrote it"
        ) from error
    if about.get("model") != world_version():
        command = about.get("command") or f"colsim worlds AUTHORITY --out {folder}"
        raise UserError(
            f"{key}: found {folder}, whose worlds were made with another version of the model "
            f"({about.get('model')}; this is {world_version()}); allowed: worlds of this version. "
            f"Renew them: {command} into another folder"
        )
    if about.get("enough") is False:
        raise UserError(
            f"{key}: found {folder}, where {about.get('worlds')} worlds look like {name} today; "
            f"allowed: {FEWEST} or more, as a range over fewer says nothing. colsim worlds says "
            "which levels stand in the way; --worlds ranges does without"
        )
    return kind, name, note


def worlds_from(folder: str | Path, *, key: str = "--worlds") -> CalibratedWorlds:
    """Read the worlds that a calibration, a matching or a survey left plausible.

    Args:
        folder: of it.
        key: what the user gave it under, for messages.

    Raises:
        UserError: the folder holds none that is finished, or of another model.
    """
    from colsim.experiments.parts import TornPartError, read_part  # pyarrow is long to import

    path = Path(folder) / PARTICLES
    kind, name, note = "calibration", str(folder), ""
    if (Path(folder) / WORLDS).exists():
        kind, name, note = about_matched(Path(folder), key)
    if not path.exists():
        raise UserError(
            f"{key}: found {folder}, which holds no finished calibration; allowed: the folder "
            "that colsim calibrate or colsim worlds wrote, or ranges"
        )
    try:
        table = read_part(path)
    except TornPartError as error:
        raise UserError(f"{key}: found damage ({error}); allowed: a sound file") from error
    names = tuple(
        n for n in table.column_names if n != "log_likelihood" and not n.startswith("seed_")
    )
    unknown = [name for name in names if name not in PARAMETERS]
    if unknown or not names or not len(table):
        what = f"parameters that the model does not have ({', '.join(unknown)})"
        raise UserError(
            f"{key}: found {folder} with {what if unknown else 'nothing in it'}; allowed: a "
            "calibration of this version of the model"
        )
    values = np.stack([table.column(name).to_numpy() for name in names], axis=1)
    return CalibratedWorlds(name, names, values, kind=kind, note=note)


def world_at(
    world_seed: int,
    *,
    fixed_parameters: bool = False,
    worlds: CalibratedWorlds | None = None,
    turn: int | None = None,
) -> Mapping[str, float]:
    """Return the parameters of a world; none are drawn if they are fixed at their defaults."""
    if fixed_parameters:
        return {}
    return draw_world(world_seed) if worlds is None else worlds.draw(world_seed, turn)
