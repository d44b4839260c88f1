"""Where worlds come from: the ranges of the parameter table, or what a calibration left of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core import rng
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.errors import UserError
from colsim.experiments.parts import TornPartError, read_part

PARTICLES = "posterior.parquet"
"""File of a calibration's plausible parameter sets: a row each, a column for each parameter."""
FIXED_AND_CALIBRATED = (
    "worlds: found calibrated worlds together with fixed parameters; allowed: one of the two"
)
_CHOICE = 1


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedWorlds:
    """Plausible parameter sets from a calibration, each as likely as the others."""

    name: str
    """The folder, as it was named."""
    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    """Shape (sets, parameters)."""

    def to_dict(self) -> dict[str, Any]:
        """Return the sets as plain data."""
        return {"name": self.name, "names": list(self.names), "values": self.values.tolist()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "CalibratedWorlds":
        """Return the sets that `to_dict` gave."""
        return cls(data["name"], tuple(data["names"]), np.array(data["values"], np.float64))

    @property
    def digest(self) -> str:
        """A hash of the sets, by which two calibrations are told apart."""
        digest = blake2b("\0".join(self.names).encode(), digest_size=12)
        digest.update(np.ascontiguousarray(self.values).tobytes())
        return digest.hexdigest()

    def draw(self, world_seed: int) -> dict[str, float]:
        """Return one set; parameters that are not in it are drawn from their ranges."""
        key = rng.combine(rng.seed_key(world_seed), rng.name_key("calibrated world"))
        row = self.values[int(rng.uniform(key, _CHOICE, 0) * len(self.values))]
        return {**draw_world(world_seed), **dict(zip(self.names, map(float, row), strict=True))}


def worlds_from(folder: str | Path, *, key: str = "--worlds") -> CalibratedWorlds:
    """Read the worlds that a calibration left plausible.

    Args:
        folder: of the calibration.
        key: what the user gave it under, for messages.

    Raises:
        UserError: the folder holds no finished calibration, or of another model.
    """
    path = Path(folder) / PARTICLES
    if not path.exists():
        raise UserError(
            f"{key}: found {folder}, which holds no finished calibration; allowed: the folder "
            "that colsim calibrate wrote"
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
    return CalibratedWorlds(str(folder), names, values)


def world_at(
    world_seed: int, *, fixed_parameters: bool = False, worlds: CalibratedWorlds | None = None
) -> Mapping[str, float]:
    """Return the parameters of a world; none are drawn if they are fixed at their defaults."""
    if fixed_parameters:
        return {}
    return draw_world(world_seed) if worlds is None else worlds.draw(world_seed)
