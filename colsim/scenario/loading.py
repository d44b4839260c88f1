"""Load authorities, policies and circumstances, and lay these over each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from colsim.scenario.checks import nearest, table
from colsim.scenario.faults import Fault, ScenarioError, value_faults
from colsim.scenario.layers import (
    KIND_WORDS,
    Gathered,
    gather_parts,
    leaves,
    nested,
    setting_of,
    together,
)
from colsim.scenario.lever import Lever
from colsim.scenario.levers import levers_in
from colsim.scenario.schema import LeverSetting, Scenario
from colsim.scenario.shipped import AUTHORITY, CIRCUMSTANCE, POLICY, list_presets
from colsim.scenario.staff_rules import sizes_of

COMMAND_LINE = "command line"
"""Name under which overrides appear in the provenance."""

Names = str | Path | Iterable[str | Path]


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


@dataclass(frozen=True, slots=True)
class LoadedPolicy:
    """A checked policy or circumstance by itself: levers that can be laid over an authority."""

    name: str
    kind: str
    """`POLICY` or `CIRCUMSTANCE`, of `colsim.scenario.shipped`."""
    title: str
    description: str
    levers: Mapping[str, LeverSetting]
    parameters: Mapping[str, float]
    """Of a circumstance: parameters that it changes."""
    provenance: Mapping[str, str]
    chain: tuple[str, ...]


class _Session:
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
        if whole.files:
            provenance = whole.provenance()
            self.faults += value_faults(
                whole.data,
                provenance=provenance,
                layers=whole.files,
                file=whole.label,
                complete=whole.complete,
            )
        if len(self.faults) > before or any(part.faults for part in parts):
            return None
        base = next(part for part in parts if part.kind == AUTHORITY)
        laid = [part for part in parts if part.kind != AUTHORITY]
        return LoadedScenario(
            whole.name,
            Scenario.model_validate(whole.data),
            provenance,
            tuple(label for label in whole.files if label != COMMAND_LINE),
            tuple(whole.notes),
            base.title if any(part.kind == POLICY for part in laid) else "",
            tuple(part.title for part in laid if part.kind == CIRCUMSTANCE),
            _replaced(base, laid),
        )

    def _no_authority(self, whole: Gathered) -> None:
        what = KIND_WORDS[whole.kind]
        found = f"{what}, which has no organisation"
        shown = whole.name if whole.label.startswith("preset ") else whole.label
        allowed = f"an authority that it is laid over, such as robinscar+{shown}"
        if not any(fault.key == "levers" and fault.found == "nothing" for fault in self.faults):
            self.faults.append(Fault(whole.name, "", found, allowed))

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


def listed(names: Names) -> list[str | Path]:
    """Return names as a list; a single one may be given by itself."""
    return [names] if isinstance(names, str | Path) else list(names)


def _joined(parts: Sequence[Gathered]) -> str:
    return "+".join(part.name for part in parts)


def _laid(parts: Sequence[Gathered], name: str) -> Gathered:
    return together(parts, name=name, label=parts[0].label if len(parts) == 1 else name)


def load_scenario(
    authority: str | Path,
    policies: Names = (),
    *,
    under: Names = (),
    overrides: Mapping[str, object] | None = None,
    without: Iterable[str] = (),
    folder: Path | None = None,
) -> LoadedScenario:
    """Load an authority, with policies and circumstances laid over it.

    A text that ends in .toml or holds a slash is a path, as is a `Path`; anything else names a
    preset. A + joins several: "robinscar+co_location" is the same as an authority and a policy
    given one by one. `extends` in a file names a preset, or a path relative to that file, or a
    list of them; tables are merged, other values replaced.

    Args:
        authority: preset or file that has an organisation.
        policies: presets or files that have levers only.
        under: circumstances, such as "austerity".
        overrides: dotted keys to values that win over every file, such as {"run.weeks": 52}; they
            are checked like values of a file.
        without: channels to switch off wherever a lever in use has them, as "channel" or
            "lever.channel".
        folder: where relative paths start; the working directory if None.

    Raises:
        ScenarioError: files are missing, no TOML, or hold faulty values; policies set one lever
            differently; or no lever in use has a channel named in `without`. It lists all faults
            found, each with file, key, what was found and what is allowed.

    Example:
        >>> loaded = load_scenario("robinscar", "co_location")
        >>> loaded.scenario.levers["co_location"].strength
        3.0
        >>> loaded.provenance["organisation.csw"]
        'preset robinscar'
        >>> load_scenario("robinscar+co_location").scenario == loaded.scenario
        True
    """
    session = _Session(overrides, without, folder)
    base = session.gather(authority)
    below = [part for text in listed(under) for part in _circumstances(session, text)]
    parts = [*base, *below]
    for text in listed(policies):
        found = session.gather(text)
        if any(part.kind == AUTHORITY and part.complete for part in found):
            first = session.finish(_laid([*base, *below], _joined(base)), [*base, *below])
            taken = _other_authority(session, found, below, first, base, False)
            found = taken if isinstance(taken, list) else []
        parts += found
    loaded = session.finish(_laid(parts, _joined(parts)), parts)
    session.refuse()
    assert loaded is not None
    return loaded


def load_policy(name_or_path: str | Path, *, folder: Path | None = None) -> LoadedPolicy:
    """Load a policy or a circumstance by itself.

    Raises:
        ScenarioError: it is faulty, or an authority.

    Example:
        >>> load_policy("co_location").levers["co_location"].ramp
        13
    """
    session = _Session(None, (), folder)
    parts = session.gather(name_or_path)
    whole = _laid(parts, _joined(parts))
    session.faults += whole.faults
    if whole.complete and whole.kind == AUTHORITY:
        session.faults.append(Fault(whole.label, "", KIND_WORDS[AUTHORITY], "a policy"))
    session.refuse()
    levers = table(whole.data.get("levers"))
    return LoadedPolicy(
        whole.name,
        whole.kind,
        whole.title,
        str(whole.data.get("description", "")),
        {name: LeverSetting.model_validate(setting_of(name, levers[name])) for name in levers},
        dict(table(whole.data.get("parameters"))),  # type: ignore[arg-type]
        whole.provenance(),
        tuple(whole.files),
    )


def is_policy(name_or_path: str | Path, *, folder: Path | None = None) -> bool:
    """Tell whether a name stands for levers alone; False for an authority and what is faulty."""
    parts = gather_parts(name_or_path, folder)
    return all(part.complete and part.kind != AUTHORITY for part in parts)


def _circumstances(session: _Session, text: str | Path) -> list[Gathered]:
    """Gather what is laid under both sides; keep a fault for what is no circumstance."""
    known = ", ".join(preset.name for preset in list_presets(CIRCUMSTANCE))
    parts = session.gather(text, "--under")
    for part in parts:
        if part.complete and part.kind != CIRCUMSTANCE and not part.faults:
            found = f"{KIND_WORDS[part.kind]} ({part.name})"
            allowed = f"a circumstance: {known}, or a file with levers or parameters of one"
            session.faults.append(Fault(COMMAND_LINE, "--under", found, allowed))
    return [part for part in parts if part.kind == CIRCUMSTANCE or not part.complete]


def load_comparison(
    authority: str | Path | LoadedScenario,
    policies: Sequence[str | Path | LoadedScenario],
    *,
    under: Names = (),
    overrides: Mapping[str, object] | None = None,
    without: Iterable[str] = (),
    different_authorities: bool = False,
    folder: Path | None = None,
) -> tuple[LoadedScenario, ...]:
    """Load an authority, and the same authority under each policy.

    A policy is laid over the authority's organisation, parameters and length of run. Of a file
    that has an organisation too, the same as the authority's, the levers are taken.

    Args:
        authority: preset, file, or a scenario that is loaded already.
        policies: presets, files or combinations of them, such as "co_location+joint_training";
            what is loaded already is compared as it is.
        under: circumstances that are laid under both sides.
        overrides: as for `load_scenario`.
        without: as for `load_scenario`.
        different_authorities: let a policy's place be taken by another authority: the change is
            then that of policy and place together.
        folder: where relative paths start; the working directory if None.

    Raises:
        ScenarioError: as for `load_scenario`; or a circumstance stands in a policy's place, or
            another authority does that was not asked for.
    """
    session = _Session(overrides, without, folder)
    below: list[Gathered] = []
    for text in listed(under):
        below += _circumstances(session, text)
    if isinstance(authority, LoadedScenario):
        base = [_gathered(authority)]
    else:
        base = session.gather(authority)
    whole = _laid([*base, *below], _joined(base))
    first = session.finish(whole, [*base, *below])
    if whole.complete and whole.kind != AUTHORITY:
        # Said once, for the authority: not of each policy again.
        first = None
    loaded = [authority if isinstance(authority, LoadedScenario) and not below else first]
    for one in policies:
        if isinstance(one, LoadedScenario):
            loaded.append(one)
            continue
        parts = session.gather(one)
        _refuse_circumstances(session, parts, one)
        if any(part.kind == AUTHORITY and part.complete for part in parts):
            taken = _other_authority(session, parts, below, first, base, different_authorities)
            if taken is None or isinstance(taken, LoadedScenario):
                loaded.append(taken)
                continue
            parts = taken
        if first is None:
            session.faults += together(parts, name=_joined(parts), label=str(one)).faults
            continue
        every = [*base, *below, *parts]
        loaded.append(session.finish(_laid(every, _joined(parts)), every))
    session.refuse()
    return tuple(one for one in loaded if one is not None)


def _gathered(loaded: LoadedScenario) -> Gathered:
    """Return a loaded scenario as something that policies can be laid over."""
    data = loaded.scenario.model_dump(mode="json")
    set_by = dict(loaded.provenance)
    files = list(dict.fromkeys([*loaded.chain, *set_by.values()]))
    return Gathered(
        loaded.name, loaded.name, data, set_by, files or [loaded.name], [], list(loaded.notes)
    )


def over(authority: LoadedScenario, policies: Names, *, name: str | None = None) -> LoadedScenario:
    """Return a loaded authority with policies or circumstances laid over it.

    Args:
        authority: loaded already.
        policies: presets or files without an organisation.
        name: of the result; that of the policies unless given.

    Raises:
        ScenarioError: they do not go together.
    """
    session = _Session(None, (), None)
    parts = [part for text in listed(policies) for part in session.gather(text)]
    every = [_gathered(authority), *parts]
    loaded = session.finish(_laid(every, name or _joined(parts)), every)
    session.refuse()
    assert loaded is not None
    return replace(loaded, authority=authority.authority or authority.scenario.title)


def _refuse_circumstances(session: _Session, parts: Iterable[Gathered], text: str | Path) -> None:
    for part in parts:
        if part.complete and part.kind == CIRCUMSTANCE:
            found = f"{part.name}, a circumstance, in the place of a policy"
            allowed = f"policies; what happens to an authority: --under {part.name}"
            session.faults.append(Fault(str(text), "", found, allowed))


def _other_authority(
    session: _Session,
    parts: list[Gathered],
    below: list[Gathered],
    first: LoadedScenario | None,
    base: list[Gathered],
    allowed: bool,
) -> list[Gathered] | LoadedScenario | None:
    """Return what stands for a policy that brings an authority of its own.

    Its levers, where the authority is that of the baseline; else itself, if that was asked for,
    or None and a fault.
    """
    every = [*parts, *below]
    whole = _laid(every, _joined(parts))
    complete = session.finish(whole, every)
    if complete is None or first is None:
        return None
    mine, theirs = complete.scenario, first.scenario
    same = {
        "organisation": mine.organisation == theirs.organisation,
        "parameters": mine.parameters == theirs.parameters,
        "run": mine.run == theirs.run,
    }
    if all(same.values()):
        return [
            *[p for p in parts if p.kind != AUTHORITY],
            *map(_levers_of(base), _authorities(parts)),
        ]
    if allowed:
        return complete
    differ = ", ".join(key for key, equal in same.items() if not equal)
    session.faults.append(
        Fault(
            complete.name,
            "",
            f"another authority ({complete.name}) than that of the baseline ({first.name}): "
            f"{differ} differ",
            "policies, levers alone, which are laid over the baseline's authority; or "
            "--different-authorities, to compare places too",
        )
    )
    return None


def _authorities(parts: Iterable[Gathered]) -> list[Gathered]:
    return [part for part in parts if part.kind == AUTHORITY]


def _levers_of(base: Sequence[Gathered]) -> Any:
    """Return a function that takes from an authority the levers that the baseline has not."""
    present: dict[str, object] = {}
    for part in base:
        present |= table(part.data.get("levers"))

    def taken(part: Gathered) -> Gathered:
        levers = {
            name: setting
            for name, setting in table(part.data.get("levers")).items()
            if name not in present or setting_of(name, present[name]) != setting_of(name, setting)
        }
        kept = {"title": part.title, "description": part.data.get("description", "")}
        data = {**kept, "levers": levers}
        keys = set(leaves(data))
        set_by = {key: file for key, file in part.set_by.items() if key in keys}
        return Gathered(part.name, part.label, data, set_by, list(part.files))

    return taken
