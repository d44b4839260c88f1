"""Load authorities, policies and circumstances, and lay these over each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from colsim.scenario.faults import Fault
from colsim.scenario.layers import (
    KIND_WORDS,
    Gathered,
    gather_parts,
    leaves,
    setting_of,
    together,
)
from colsim.scenario.problem import table
from colsim.scenario.schema import LeverSetting
from colsim.scenario.session import (
    COMMAND_LINE,
    Session,
    joined,
    laid_together,
)
from colsim.scenario.session import (
    LoadedScenario as LoadedScenario,
)
from colsim.scenario.shipped import AUTHORITY, CIRCUMSTANCE, list_presets

Names = str | Path | Iterable[str | Path]


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


def listed(names: Names) -> list[str | Path]:
    """Return names as a list; a single one may be given by itself."""
    return [names] if isinstance(names, str | Path) else list(names)


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
    session = Session(overrides, without, folder)
    base = session.gather(authority)
    below = [part for text in listed(under) for part in _circumstances(session, text)]
    parts = [*base, *below]
    for text in listed(policies):
        found = session.gather(text)
        if any(part.kind == AUTHORITY and part.complete for part in found):
            first = session.finish(laid_together([*base, *below], joined(base)), [*base, *below])
            taken = _other_authority(session, found, below, first, base, False)
            found = taken if isinstance(taken, list) else []
        parts += found
    loaded = session.finish(laid_together(parts, joined(parts)), parts)
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
    session = Session(None, (), folder)
    parts = session.gather(name_or_path)
    whole = laid_together(parts, joined(parts))
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


def _circumstances(session: Session, text: str | Path) -> list[Gathered]:
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
    session = Session(overrides, without, folder)
    below: list[Gathered] = []
    for text in listed(under):
        below += _circumstances(session, text)
    if isinstance(authority, LoadedScenario):
        base = [_gathered(authority)]
    else:
        base = session.gather(authority)
    whole = laid_together([*base, *below], joined(base))
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
            if whole.complete and whole.kind != AUTHORITY:
                session.other_way_round(str(one), str(authority))
                continue
            taken = _other_authority(session, parts, below, first, base, different_authorities)
            if taken is None or isinstance(taken, LoadedScenario):
                loaded.append(taken)
                continue
            parts = taken
        if first is None:
            session.faults += together(parts, name=joined(parts), label=str(one)).faults
            continue
        every = [*base, *below, *parts]
        loaded.append(session.finish(laid_together(every, joined(parts)), every))
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
    session = Session(None, (), None)
    parts = [part for text in listed(policies) for part in session.gather(text)]
    every = [_gathered(authority), *parts]
    loaded = session.finish(laid_together(every, name or joined(parts)), every)
    session.refuse()
    assert loaded is not None
    return replace(loaded, authority=authority.authority or authority.scenario.title)


def _refuse_circumstances(session: Session, parts: Iterable[Gathered], text: str | Path) -> None:
    for part in parts:
        if part.complete and part.kind == CIRCUMSTANCE:
            found = f"{part.name}, a circumstance, in the place of a policy"
            allowed = f"policies; what happens to an authority: --under {part.name}"
            session.faults.append(Fault(str(text), "", found, allowed))


def _other_authority(
    session: Session,
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
    whole = laid_together(every, joined(parts))
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
