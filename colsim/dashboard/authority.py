"""A staff list that is opened on a page: the visitor's own authority, in which policies are lived.

It is read and checked as `colsim authority` does it, and not kept.
"""

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from colsim.dashboard.apart import read_apart
from colsim.dashboard.drafts import EDITED
from colsim.dashboard.limits import MOST_LIST_BYTES, MOST_LIST_UNPACKED
from colsim.errors import UserError
from colsim.scenario.faults import ScenarioError, fault_of, read_model
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedScenario, load_scenario, over
from colsim.scenario.schema import Scenario
from colsim.scenario.shipped import AUTHORITY, kind_of, list_presets, preset_files
from colsim.scenario.staff import StaffReading, read_staff
from colsim.scenario.staff.cells import FULL_TIME
from colsim.scenario.staff.tables import grouped
from colsim.scenario.staff.writing import summary, usual_families

MOST_SHOWN = 30
"""Faults that a message lists."""
TODAY = "robinscar"
"""The preset whose length and numbers an own authority has when no policy is chosen."""


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority made of a staff list."""

    file: str
    """Name of the list, as the visitor knows it."""
    practitioners: tuple[dict[str, Any], ...]
    ties: tuple[dict[str, Any], ...]
    distances: tuple[dict[str, Any], ...]
    families: int
    """Families open to both services at one time."""
    words: str
    """Who is in it, in a sentence."""
    notes: tuple[str, ...]
    """What was guessed in reading."""
    estimated: bool = True
    """Whether the families are as many for each CSW post as in the preset robinscar."""

    @property
    def name(self) -> str:
        """The list's name without its ending."""
        return PurePosixPath(self.file).stem[:40] or "authority"

    def under(self, preset: str) -> LoadedScenario:
        """Return a policy laid over this authority; another authority's name means today.

        Raises:
            ScenarioError: there is no such preset, or it does not go together with this authority.
        """
        words = {
            "title": f"{self.name}: today",
            "description": f"The staff of {self.file} with today's practice, and no policy.",
        }
        today = _in_words(self.around(load_scenario(TODAY)), words)
        if preset in preset_files() and kind_of(preset) == AUTHORITY:
            return today
        laid = over(today, preset)
        return _in_words(laid, {"title": f"{self.name}: {laid.scenario.title}"[:100]})

    def around(self, loaded: LoadedScenario) -> LoadedScenario:
        """Return a scenario with this authority in the place of its own.

        Raises:
            UserError: its policy does not go together with this authority.
        """
        organisation = {
            "practitioners": list(self.practitioners),
            "ties": list(self.ties),
            "distances": list(self.distances),
            "shared_families": self.families,
        }
        data = loaded.scenario.model_dump() | {"organisation": organisation}
        scenario = _sound(data, self.file)
        return replace(loaded, scenario=scenario, provenance={})

    def with_families(self, families: int) -> "Authority":
        """Return it with another number of families.

        Raises:
            UserError: the number is not allowed.
        """
        if not 1 <= families <= 100_000:
            raise UserError(
                f"shared families: found {families:,}; allowed: a whole number from 1 to 100,000"
            )
        return replace(self, families=families, estimated=False)

    def choices(self) -> list[dict[str, str]]:
        """Return what can be lived in it: today, and every policy that comes with colsim."""
        today = {"name": TODAY, "title": f"{self.name}: today", "description": self.words}
        return [
            today,
            *(
                {
                    "name": one.name,
                    "title": one.title,
                    "description": " ".join(one.description.split()),
                }
                for one in list_presets()
                if one.kind != AUTHORITY
            ),
        ]


def _in_words(loaded: LoadedScenario, words: dict[str, str]) -> LoadedScenario:
    return replace(loaded, scenario=Scenario.model_validate(loaded.scenario.model_dump() | words))


def _sound(data: dict[str, Any], file: str) -> Scenario:
    """Return the scenario of plain data.

    Raises:
        ScenarioError: values are not allowed, or do not go together.
    """
    scenario, misfits = read_model(Scenario, data)
    if scenario is None:
        raise ScenarioError([fault_of(misfit, file) for misfit in misfits])
    return scenario


def moved(loaded: LoadedScenario, own: Authority | None) -> LoadedScenario:
    """Return a policy in another authority, or back in one that comes with colsim.

    Raises:
        UserError: the policy does not go together with the authority.
    """
    if is_preset(loaded):
        return lived(loaded.name) if own is None else own.under(loaded.name)
    if own is not None:
        return own.around(loaded)
    if not loaded.scenario.organisation.practitioners:
        return loaded
    example = load_scenario(TODAY).scenario.organisation
    data = loaded.scenario.model_dump() | {"organisation": example.model_dump()}
    return replace(loaded, scenario=Scenario.model_validate(data), provenance={})


def is_preset(loaded: LoadedScenario) -> bool:
    """Return whether a scenario is one that comes with colsim, and was not changed here."""
    return EDITED not in loaded.chain and loaded.name in preset_files()


def lived(name: str, base: LoadedScenario | None = None) -> LoadedScenario:
    """Return a shipped authority, or a policy laid over an authority.

    Args:
        name: of a preset.
        base: scenario in whose authority a policy is lived; today's practice if None.

    Raises:
        ScenarioError: there is no such preset, or it does not go together with the authority.
    """
    if name not in preset_files() or kind_of(name) == AUTHORITY:
        return load_scenario(name)
    return over(load_scenario(TODAY) if base is None else base_of(base), name)


def base_of(loaded: LoadedScenario) -> LoadedScenario:
    """Return the authority of a scenario, with what happens to it and without policies."""
    if is_preset(loaded) and not _policies(loaded.scenario):
        return loaded
    if is_preset(loaded) and kind_of(loaded.name) == AUTHORITY:
        return loaded  # what is in force there is no policy that is tried
    levers = loaded.scenario.levers
    kept = {k: one.model_dump() for k, one in levers.items() if lever_of(k, one).circumstance}
    title = loaded.authority or loaded.scenario.title
    data = loaded.scenario.model_dump() | {"levers": kept, "title": title}
    return replace(loaded, scenario=Scenario.model_validate(data), authority="")


def _policies(scenario: Scenario) -> dict[str, Any]:
    return {
        name: setting.model_dump()
        for name, setting in scenario.levers.items()
        if not lever_of(name, setting).circumstance
    }


def onto(loaded: LoadedScenario, base: LoadedScenario) -> LoadedScenario:
    """Return a scenario's policies laid over the authority of another one.

    Raises:
        UserError: they do not go together.
    """
    if is_preset(loaded) and kind_of(loaded.name) != AUTHORITY:
        return over(base, loaded.name)
    whole = base.scenario.model_dump()
    levers = whole["levers"] | _policies(loaded.scenario)
    words = {"title": loaded.scenario.title, "description": loaded.scenario.description}
    if not _policies(loaded.scenario):
        return base
    scenario = _sound(whole | words | {"levers": levers}, loaded.name)
    return replace(loaded, scenario=scenario, provenance={}, authority=base.scenario.title)


def clean_name(filename: str, otherwise: str) -> str:
    """Return the last part of a file's name, free of what a path or a system could trip over.

    >>> clean_name("lists/our staff: new?.xlsx", "list")
    'our staff_ new_.xlsx'
    """
    last = PurePosixPath(PureWindowsPath(filename).name).name
    kept = "".join(c if c.isalnum() or c in "-_.~$ ()" else "_" for c in last).strip(". ")
    return kept[-60:] or otherwise


def read_authority(
    files: Sequence[tuple[str, bytes]], *, as_of: dt.date | None = None
) -> Authority:
    """Return the authority of an uploaded staff list, checked as `colsim authority check` does.

    Args:
        files: name and content: one workbook or CSV file, or staff.csv with ties.csv and sites.csv.
        as_of: the day at which the list holds; today unless given.

    Raises:
        UserError: too many or too large files, or a faulty list; all faults in one go.
    """
    named = [(clean_name(name, "staff.csv"), content) for name, content in files]
    _check_sizes(named)
    whole = named[0][0] if len(named) == 1 else "Your staff list"
    with tempfile.TemporaryDirectory() as folder:
        for name, content in named:
            (Path(folder) / name).write_bytes(content)
        path = Path(folder) / named[0][0] if len(named) == 1 else Path(folder)
        packed = any(content.startswith(b"PK") for _, content in named)
        read = read_apart if packed else read_staff
        reading = read(path, as_of=as_of or dt.date.today(), label=whole)
    if reading.faults:
        raise UserError(_refusal(whole, reading))
    understood = summary(reading)
    return Authority(
        file=whole,
        practitioners=reading.practitioners,
        ties=reading.ties,
        distances=reading.distances,
        families=usual_families(understood["hours"]["CSW"], full_time=FULL_TIME),
        words=_words(understood),
        notes=reading.notes,
    )


def _check_sizes(files: Sequence[tuple[str, bytes]]) -> None:
    """Refuse what is too much to be read for a visitor.

    Raises:
        UserError: no file, too many, one name twice, or too many bytes.
    """
    if not 1 <= len(files) <= 3:
        raise UserError(
            f"staff list: found {len(files)} files; allowed: one workbook or CSV file, or "
            "staff.csv with ties.csv and sites.csv"
        )
    names = [name.casefold() for name, _ in files]
    if len(set(names)) < len(names):
        raise UserError(f"staff list: found {files[0][0]} twice; allowed: each file once")
    size = sum(len(content) for _, content in files)
    if size > MOST_LIST_BYTES:
        raise UserError(
            f"{files[0][0]}: found {size:,} bytes; allowed: a staff list of up to "
            f"{MOST_LIST_BYTES:,} on this page; larger ones run on the command line: "
            "colsim authority"
        )
    for name, content in files:
        if not content.startswith(b"PK"):
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                unpacked = sum(one.file_size for one in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            continue  # the reader says what is wrong with it
        if unpacked > MOST_LIST_UNPACKED:
            raise UserError(
                f"{name}: found a workbook that unpacks to {unpacked:,} bytes; allowed: up to "
                f"{MOST_LIST_UNPACKED:,} on this page"
            )


def _refusal(name: str, reading: StaffReading) -> str:
    """Return all that is wrong, the number of faults first."""
    count = len(reading.faults)
    lines = [f"{name}: {count} {'fault' if count == 1 else 'faults'}; nothing was changed."]
    lines += [str(fault) for fault in grouped(reading.faults, most=MOST_SHOWN)]
    return "\n".join(lines)


def _words(understood: dict[str, Any]) -> str:
    people, hours = understood["people"], understood["hours"]
    places = len(understood["localities"])
    teams = sum(len(one["teams"]) for one in understood["localities"])
    text = (
        f"{people['CSW']} children's social workers (CSW) with {hours['CSW']:,g} hours a week and "
        f"{people['MHSW']} mental health social workers (MHSW) with {hours['MHSW']:,g}, in {teams} "
        f"teams and {places} {'locality' if places == 1 else 'localities'}"
    )
    if understood["ties"]:
        text += f"; {understood['ties']} ties between them"
    spanners = understood["spanners"]
    if spanners:
        text += f". Not simulated from the list: boundary spanners {', '.join(spanners)}"
    return f"{text}."


def template() -> bytes:
    """Return the workbook to fill in, as `colsim authority new` writes it."""
    from colsim.scenario.staff.template import template_workbook

    return template_workbook("staff")
