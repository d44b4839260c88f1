"""Banks of matched worlds: whose they are, where they lie, and whether they still hold.

A *bank* holds worlds whose levels of today come near those of an authority, see `colsim.worlds`.
Each shipped authority has one in `colsim/data/banks`: the seeds of draws from the ranges, a row
each, with the levels that they show. Others are matched once and kept where compiled code is kept,
in a folder named by all that they depend on.
"""

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

import numpy as np

from colsim.core.kernel_folder import roots
from colsim.errors import UserError
from colsim.experiments.design import canonical
from colsim.experiments.worlds import FEWEST, CalibratedWorlds, world_version, worlds_from
from colsim.reporting.kinds import WORLDS
from colsim.scenario.levels import Level, levels_of
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Organisation, Scenario
from colsim.scenario.session import COMMAND_LINE
from colsim.scenario.shipped import AUTHORITY, list_presets

MATCHED, RANGES = "matched", "ranges"
SUMMARY = WORLDS
"""File of a folder of matched worlds, written last."""
RENEW = "python scripts/banks.py"


def one_place(organisation: Organisation) -> Organisation:
    """Return one of an organisation's authorities, which are alike."""
    return organisation.model_copy(update={"authorities": 1})


def as_it_is(authority: LoadedScenario) -> Scenario:
    """Return an authority's scenario without numbers that were set beside its files.

    What if a number were another? The worlds stay those that look like the authority as it is.
    """
    own = {
        name: value
        for name, value in authority.scenario.parameters.items()
        if authority.provenance.get(f"parameters.{name}") != COMMAND_LINE
    }
    return authority.scenario.model_copy(update={"parameters": own})


def title_of(authority: LoadedScenario) -> str:
    """Return how an authority is spoken of: the name of its preset or file.

    Those of policies and circumstances that are laid over it follow a plus.
    """
    return authority.name.partition("+")[0]


def place_key(scenario: Scenario, levels: Sequence[Level], draws: str = "") -> str:
    """Return a hash of what matched worlds depend on beside the model.

    Args:
        scenario: the authority; what acts in it counts not, as worlds are matched without.
        levels: that they come near.
        draws: digest of the worlds that are drawn from, if not the ranges.
    """
    organisation = one_place(scenario.organisation).model_dump(mode="json")
    figures = [(one.measure, one.value, one.tolerance, one.discrepancy, one.own) for one in levels]
    content = [organisation, dict(scenario.parameters), figures, draws]
    return blake2b(canonical(content), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Bank:
    """A shipped bank."""

    name: str
    place: str
    """From `place_key`."""
    version: str
    """From `world_version`, when it was made."""
    share: float
    """Share of draws that was kept."""
    drawn: int
    seeds: tuple[int, ...]
    levels: dict[str, tuple[float, ...]]
    """Measure -> level of each world, the mean of its lives."""

    @property
    def fresh(self) -> bool:
        """Whether it was made with this version of the model."""
        return self.version == world_version()

    def text(self) -> str:
        """Return the file's text."""
        head = {key: value for key, value in asdict(self).items() if key not in ("seeds", "levels")}
        rows = zip(self.seeds, *self.levels.values(), strict=True)
        lines = [f"# {json.dumps(head)}", ",".join(["seed", *self.levels])]
        lines += [",".join([str(seed), *(f"{x:.6g}" for x in found)]) for seed, *found in rows]
        return "\n".join(lines) + "\n"


def bank_folder() -> Path:
    """Return where shipped banks lie."""
    return Path(str(files("colsim") / "data" / "banks"))


def read_bank(path: Path) -> Bank:
    """Read a shipped bank.

    Raises:
        UserError: it is none, or torn.
    """
    try:
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        about = json.loads(head.removeprefix("# "))
        rows = list(csv.reader(lines))
        columns = list(zip(*rows[1:], strict=True))
        levels = {
            name: tuple(map(float, column))
            for name, column in zip(rows[0][1:], columns[1:], strict=True)
        }
        return Bank(**about, seeds=tuple(map(int, columns[0])), levels=levels)
    except (OSError, ValueError, IndexError, TypeError, KeyError) as error:
        raise UserError(
            f"{path}: found a bank of worlds that cannot be read ({error}); allowed: one as "
            f"{RENEW} writes it"
        ) from error


def shipped_banks() -> list[Bank]:
    """Return the shipped banks, by name."""
    return [read_bank(path) for path in sorted(bank_folder().glob("*.csv"))]


def kept_folder(place: str) -> Path | None:
    """Return where worlds of an authority are kept between calls; None if nowhere."""
    for root in roots():
        folder = root / "worlds" / f"{world_version()}-{place}"
        if os.access(next(p for p in (folder, *folder.parents) if p.exists()), os.W_OK):
            return folder
    return None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where worlds are drawn from, and what is to be said of it."""

    worlds: CalibratedWorlds | None
    """None: the ranges."""
    note: str = ""


def matched_worlds(authority: LoadedScenario) -> Chosen:
    """Return the worlds that look like an authority today, if they are there.

    Else the ranges, with a note of why, and of what to do.
    """
    scenario = as_it_is(authority)
    place = place_key(scenario, levels_of(scenario))
    stale = False
    for bank in shipped_banks():
        if bank.place == place and len(bank.seeds) >= FEWEST:
            if bank.fresh:
                return Chosen(_of_seeds(bank.seeds, title_of(authority)))
            stale = True
    folder = kept_folder(place)
    if folder is not None and (folder / SUMMARY).exists():
        try:
            found = worlds_from(folder)
        except UserError:
            found = None
        if found is not None and len(found) >= FEWEST:
            return Chosen(found)
    if scenario.organisation.authorities > 1:
        return Chosen(
            None,
            "Worlds are drawn from the ranges: for several authorities at once none are shipped, "
            "as each life takes seconds; colsim worlds matches them.",
        )
    if stale or is_shipped(authority):
        return Chosen(
            None,
            "Worlds are drawn from the ranges, as those that look like the authority today are of "
            f"another version of the model: {RENEW} renews them.",
        )
    if folder is not None and (folder / SUMMARY).exists():
        return Chosen(
            None,
            f"Worlds are drawn from the ranges, as fewer than {FEWEST} look like the authority "
            "today: colsim worlds says which of its levels stand in the way.",
        )
    return Chosen(
        None,
        "Worlds are drawn from the ranges, as none are matched to the authority yet: colsim worlds "
        "matches them, once.",
    )


def is_shipped(authority: LoadedScenario) -> bool:
    """Return whether an authority of this name is shipped, whatever became of its bank."""
    return title_of(authority) in {preset.name for preset in list_presets(AUTHORITY)}


def tried(authority: LoadedScenario) -> bool:
    """Return whether worlds were looked for already, found or not."""
    folder = kept_folder(place_key(as_it_is(authority), levels_of(authority.scenario)))
    return folder is not None and (folder / SUMMARY).exists()


def _of_seeds(seeds: Sequence[int], title: str) -> CalibratedWorlds:
    return CalibratedWorlds(title, (), np.zeros((0, 0)), tuple(seeds), kind=MATCHED)


def chosen_worlds(
    choice: "str | Path | CalibratedWorlds | None",
    authority: LoadedScenario,
    *,
    fixed_parameters: bool = False,
    key: str = "--worlds",
) -> Chosen:
    """Return where worlds are drawn from.

    Args:
        choice: "matched", "ranges", a folder, worlds as they are; None: matched.
        authority: that they are to look like.
        fixed_parameters: draw none.
        key: what the choice was given under, for messages.

    Raises:
        UserError: the folder holds no worlds.
    """
    if fixed_parameters or choice == RANGES:
        return Chosen(None)
    if isinstance(choice, CalibratedWorlds):
        return Chosen(choice)
    if choice is None or choice == MATCHED:
        return matched_worlds(authority)
    return Chosen(worlds_from(choice, key=key))
