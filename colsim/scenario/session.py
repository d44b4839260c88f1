"""What is loaded in one go: the parts of each scenario, laid together, and the faults of all.

And a loaded scenario with other values: dotted keys set, or a share of its policies delivered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from colsim.errors import nearest
from colsim.scenario.checking import checked
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.layers import (
    KIND_WORDS,
    Gathered,
    gather_parts,
    merge,
    nested,
    setting_of,
    together,
)
from colsim.scenario.lever import Lever
from colsim.scenario.levers import lever_of, levers_in
from colsim.scenario.problem import table
from colsim.scenario.schema import LeverSetting, Period, Scenario
from colsim.scenario.shipped import AUTHORITY, CIRCUMSTANCE, POLICY
from colsim.scenario.staff_rules import sizes_of

COMMAND_LINE = "command line"
"""Name under which overrides appear in the provenance."""
_NO_ORGANISATION = ", which has no organisation"
_AUTHORITY_FIRST = "the authority first, then what is laid over it"


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A checked scenario, and where each of its values comes from."""

    name: str
    """Name of the preset, or of the file without its ending; of a combination, joined by +."""
    scenario: Scenario
    provenance: Mapping[str, str]
    """Dotted key, such as levers.co_location.strength, to the file that set it.

    Keys that no file sets (defaults) are absent."""
    chain: tuple[str, ...]
    """The files merged, in this order."""
    notes: tuple[str, ...] = ()
    """What was guessed in reading a staff list, of the user's own files."""
    authority: str = ""
    """Title of the authority that policies were laid over; empty if none were."""
    circumstances: tuple[str, ...] = ()
    """Titles of the circumstances that were laid over the authority."""
    replaced: tuple[str, ...] = ()
    """Levers that were in force in the authority and that a policy sets anew."""

    @property
    def staff_file(self) -> str | None:
        """The staff list or scenario file that the practitioners come from; None without any."""
        return self.provenance.get("organisation.practitioners")


class Session:
    """What is loaded in one go: faults of all together, and which channels were met."""

    def __init__(
        self, overrides: Mapping[str, object] | None, without: Iterable[str], folder: Path | None
    ) -> None:
        self.overrides = dict(overrides or {})
        self.without = tuple(without)
        self.folder = folder
        self.met: set[str] = set()
        self.used: dict[str, Lever] = {}
        self.faults: list[Fault] = []

    def gather(self, text: str | Path, key: str = "") -> list[Gathered]:
        """Read each part of a combination, and keep its faults."""
        parts = gather_parts(text, self.folder, key)
        for part in parts:
            if part.kind == AUTHORITY or not part.complete:
                self.faults += part.faults
            else:
                self.faults += part.faults_alone()
        return parts

    def finish(self, whole: Gathered, parts: Sequence[Gathered]) -> LoadedScenario | None:
        """Check what was laid together, as one scenario; keep its faults and return None if any."""
        before = len(self.faults)
        self.faults += whole.faults
        if whole.complete and whole.kind != AUTHORITY:
            self._no_authority(whole)
            return None
        if self.overrides and whole.files:
            whole.put(nested(self.overrides), COMMAND_LINE)
        change, met = _switch_off(whole.data, self.without)
        self.met |= met
        settings = table(whole.data.get("levers"))
        self.used |= {k: one for k, one in levers_in(settings).items() if k in settings}
        if change:
            whole.put(change, COMMAND_LINE)
        _fill_sizes(whole)
        scenario, provenance = None, whole.provenance()
        if whole.files:
            scenario, faults = checked(
                whole.data,
                provenance=provenance,
                layers=whole.files,
                file=whole.label,
                complete=whole.complete,
            )
            self.faults += faults
        if scenario is None or len(self.faults) > before or any(part.faults for part in parts):
            return None
        base = next(part for part in parts if part.kind == AUTHORITY)
        laid = [part for part in parts if part.kind != AUTHORITY]
        return LoadedScenario(
            whole.name,
            scenario,
            provenance,
            tuple(label for label in whole.files if label != COMMAND_LINE),
            tuple(whole.notes),
            base.title if any(part.kind == POLICY for part in laid) else "",
            tuple(part.title for part in laid if part.kind == CIRCUMSTANCE),
            _replaced(base, laid),
        )

    def _no_authority(self, whole: Gathered) -> None:
        what = KIND_WORDS[whole.kind]
        found = f"{what}{_NO_ORGANISATION}"
        shown = whole.name if whole.label.startswith("preset ") else whole.label
        allowed = f"an authority that it is laid over, such as robinscar+{shown}"
        if not any(fault.key == "levers" and fault.found == "nothing" for fault in self.faults):
            self.faults.append(Fault(whole.name, "", found, allowed))

    def other_way_round(self, authority: str, policy: str) -> None:
        """Say that the authority comes first, where it stands behind what has no organisation."""
        allowed = f"{_AUTHORITY_FIRST}: {authority} {policy}"
        for k, fault in enumerate(self.faults):
            said = fault.allowed.startswith(_AUTHORITY_FIRST)
            if fault.found.endswith(_NO_ORGANISATION) and not said:
                self.faults[k] = replace(fault, allowed=allowed)

    def refuse(self) -> None:
        """Raise all faults, those of switched-off channels last.

        Raises:
            ScenarioError: there is at least one.
        """
        if not self.faults:
            known = [
                f"{name}.{channel}" for name, one in self.used.items() for channel in one.switchable
            ]
            short = {channel.rpartition(".")[2]: channel for channel in known}
            for item in self.without:
                if item not in self.met:
                    listed = ", ".join(sorted(known)) or "none is used"
                    near = nearest(item, known) or short.get(nearest(item, short) or "")
                    allowed = f"channels of levers in use: {listed}"
                    self.faults.append(Fault(COMMAND_LINE, "--without", repr(item), allowed, near))
        if self.faults:
            # Two scenarios may rest on one faulty file: say it once.
            raise ScenarioError(list(dict.fromkeys(self.faults)))


def _fill_sizes(whole: Gathered) -> None:
    """Set the sizes that follow from listed practitioners."""
    organisation = whole.data.get("organisation")
    listed = organisation.get("practitioners") if isinstance(organisation, dict) else None
    if not isinstance(organisation, dict) or not isinstance(listed, list) or not listed:
        return
    label = whole.set_by.get("organisation.practitioners", whole.label)
    for size, value in sizes_of([table(person) for person in listed]).items():
        if size not in organisation:
            organisation[size] = value
            whole.set_by[f"organisation.{size}"] = label


def _replaced(base: Gathered, laid: Iterable[Gathered]) -> tuple[str, ...]:
    """Return the authority's own levers that what is laid over it sets differently."""
    present = table(base.data.get("levers"))
    anew = [
        name
        for part in laid
        for name, setting in table(part.data.get("levers")).items()
        if name in present and setting_of(name, present[name]) != setting_of(name, setting)
    ]
    return tuple(dict.fromkeys(anew))


def _switch_off(
    merged: Mapping[str, object], without: Iterable[str]
) -> tuple[dict[str, Any], set[str]]:
    """Return what to set so that channels are switched off, and which of the names were met."""
    changed: dict[str, Any] = {}
    met = set()
    settings = table(merged.get("levers"))
    known = levers_in(settings)
    for name, setting in settings.items():
        if name not in known or not isinstance(setting, Mapping):
            continue
        off = setting.get("without", ())
        listed = list(off) if isinstance(off, list | tuple) else []
        for item in without:
            lever, _, channel = item.rpartition(".")
            if lever in ("", name) and channel in known[name].switchable:
                met.add(item)
                listed += [channel] if channel not in listed else []
        if listed:
            changed[name] = {"without": listed}
    return ({"levers": changed} if met else {}), met


def joined(parts: Sequence[Gathered]) -> str:
    """Return the name of a combination."""
    return "+".join(part.name for part in parts)


def laid_together(parts: Sequence[Gathered], name: str) -> Gathered:
    """Return what several parts come to, known to messages by its file if there is only one."""
    return together(parts, name=name, label=parts[0].label if len(parts) == 1 else name)


def own_levers(base: LoadedScenario, one: LoadedScenario) -> dict[str, LeverSetting]:
    """Return the levers that are a policy's own."""
    before = base.scenario.levers
    return {n: use for n, use in one.scenario.levers.items() if before.get(n) != use}


def delivered(uses: Mapping[str, LeverSetting], share: float) -> dict[str, object]:
    """Return a share of strengths; of what moves towards a value, a share of coverage."""
    changes: dict[str, object] = {}
    for name, use in uses.items():
        lever = lever_of(name, use)
        towards = any(channel.mode == "towards" for channel in lever.channels)
        key = "coverage" if towards else "strength"

        def part(of: LeverSetting | Period, key: str = key, posts: bool = lever.has_posts) -> float:
            value = float(getattr(of, key)) * share
            return float(round(value)) if posts and key == "strength" else value

        changes[f"levers.{name}.{key}"] = part(use)
        if use.earlier:
            changes[f"levers.{name}.earlier"] = [
                one.model_dump() | {key: part(one)} for one in use.earlier
            ]
    return changes


def changed(loaded: LoadedScenario, changes: Mapping[str, object], option: str) -> LoadedScenario:
    """Return a scenario with other values, checked like those of a file.

    Args:
        loaded: stays as it is.
        changes: dotted key to value.
        option: how messages name what set them.

    Raises:
        ScenarioError: a key is unknown, or a value not allowed.
    """
    if not changes:
        return loaded
    data = loaded.scenario.model_dump(mode="json")
    merge(data, nested(changes))
    provenance = {**loaded.provenance, **dict.fromkeys(changes, option)}
    layers = [*dict.fromkeys([*loaded.provenance.values(), *loaded.chain, loaded.name]), option]
    scenario, faults = checked(data, provenance=provenance, layers=layers, file=loaded.name)
    if scenario is None:
        raise ScenarioError(faults)
    return replace(loaded, scenario=scenario, provenance=provenance)
