"""What a reader must know beside a result: how it differs from a plain run, and what it rests on.

Remarks are made here, and in `colsim.experiments.remarks` for what concerns several scenarios
together. Text, chart, CSV and JSON only show them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from colsim.scenario.checks import known_parameters
from colsim.scenario.lever import Lever
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import LeverSetting, Run, Scenario

YEAR = 52
"""Weeks."""
_SHORT = 12
"""Weeks up to which a time may have been meant as years."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know beside a result."""

    kind: str
    """Such as "circumstance", "channels", "parameters", "timing" or "caveat"."""
    text: str
    scenarios: tuple[str, ...] = ()
    """Names of the scenarios that it concerns; empty: all."""


def people_noted(loaded: Iterable[LoadedScenario], place: str) -> list[str]:
    """Return what to say before results of people's own staff lists are written, a line a list.

    Args:
        loaded: the scenarios.
        place: what will hold them, such as a folder.
    """
    listed = {
        one.staff_file: len(one.scenario.organisation.practitioners)
        for one in loaded
        # The list of a preset is invented.
        if one.staff_file is not None and Path(one.staff_file).exists()
    }
    return [
        f"{place} will hold the codes and weeks in post of {people} people of {file}: "
        "colsim authority scenario with --anonymous makes a scenario with pseudonyms"
        for file, people in listed.items()
    ]


def remarks_of(loaded: LoadedScenario) -> list[Remark]:
    """Return what is to be known of one scenario."""
    found = [Remark("circumstance", f"Lived under: {one}.") for one in loaded.circumstances]
    for name in loaded.replaced:
        title = lever_of(name, loaded.scenario.levers[name]).title
        text = f"{title} is in force in the authority already and is set anew here."
        found.append(Remark("replaced", text))
    return found + remarks_of_settings(loaded.scenario)


def remarks_of_settings(scenario: Scenario) -> list[Remark]:
    """Return what is to be known of a scenario's own values, however it was put together."""
    changed = _parameters(scenario.parameters)
    found = [Remark("parameters", f"Parameters changed: {changed}.")] if changed else []
    for name, setting in scenario.levers.items():
        if setting.without:
            off = " and ".join(setting.without)
            text = f"Switched off: {off} of {lever_of(name, setting).title}."
            found.append(Remark("channels", text))
    found += [Remark("timing", text) for text in timing(scenario.levers, scenario.run)]
    found += [Remark("caveat", text) for text in caveats(scenario.levers)]
    return found


def _parameters(values: Mapping[str, float]) -> str:
    """Return the parameters that are not at their default, with it."""
    known = known_parameters() if values else {}
    return ", ".join(
        f"{name} = {value:g} (default {known[name].default:g})"
        for name, value in values.items()
        if value != known[name].default
    )


def caveats(levers: Mapping[str, LeverSetting]) -> list[str]:
    """Return what speaks against the levers in use, unless the channel in question is off."""
    return [
        caveat.text
        for name, setting in levers.items()
        if (caveat := lever_of(name, setting).caveat).text and caveat.channel not in setting.without
    ]


def timing(levers: Mapping[str, LeverSetting], run: Run) -> list[str]:
    """Return where levers do nothing or not what may be meant, given the length of the run."""
    found = list(_of_run(run))
    for name, setting in levers.items():
        lever = lever_of(name, setting)
        for one in setting.periods:
            when = f", from week {one.start}," if setting.earlier else ""
            found += [f"{lever.title}{when} {said}" for said in _of_lever(lever, one, run)]
    return found


def _of_run(run: Run) -> Iterator[str]:
    if run.weeks <= _SHORT:
        yield f"The run lasts {_weeks(run.weeks)}{_if_years(run.weeks)}."


def _of_lever(lever: Lever, setting: LeverSetting, run: Run) -> Iterator[str]:
    start, end, full = setting.start, setting.end, setting.start + setting.ramp - 1
    after = f"after the run's {_weeks(run.weeks)}"
    if setting.strength == 0:
        yield "has strength 0: it changes nothing."
        return
    if lever.switchable and set(setting.without) == {one.name for one in lever.channels}:
        yield "has all its channels switched off: it changes nothing."
        return
    if start >= run.weeks:
        yield f"starts in week {start}, {after}: it does nothing in this run."
        return
    if end is not None and end <= 0:
        yield f"is withdrawn in week {end}, before the weeks that are observed."
        return
    if end is not None and end >= run.weeks:
        yield f"is withdrawn in week {end}, {after}: in this run it stays to the end."
    elif end is not None and end - start <= _SHORT:
        yield f"is in force for {_weeks(end - start)} only{_if_years(end - start, start)}."
    if full >= min(run.weeks, run.weeks if end is None else end):
        when = after if end is None or end >= run.weeks else f"when it is withdrawn in week {end}"
        yield f"would have its full effect in week {full}, {when}: it never does."


def _weeks(count: int) -> str:
    return f"{count} week{'' if count == 1 else 's'}"


def _if_years(count: int, start: int = 0) -> str:
    """Return what to write if years were meant."""
    years = f"{count} year{'' if count == 1 else 's'}"
    total = start + count * YEAR
    return f"; weeks are counted, and {years} would be {count * YEAR}" + (
        f" (end = {total})" if start else ""
    )


def merged(remarks: Mapping[str, list[Remark]]) -> list[Remark]:
    """Return the remarks of several scenarios, each once, with those that it concerns.

    Args:
        remarks: name of each scenario to what is to be known of it.
    """
    concerned: dict[Remark, list[str]] = {}
    for name, found in remarks.items():
        for remark in found:
            concerned.setdefault(remark, []).append(name)
    return [
        Remark(one.kind, one.text, () if len(names) == len(remarks) else tuple(names))
        for one, names in concerned.items()
    ]


def said(remark: Remark, titles: Mapping[str, str]) -> str:
    """Return a remark as a line for people.

    Args:
        remark: to be shown.
        titles: name of each scenario to how people know it.
    """
    if not remark.scenarios or remark.kind in {"caveat", "authority"}:
        return remark.text
    return f"{'; '.join(titles[name] for name in remark.scenarios)}: {remark.text}"
