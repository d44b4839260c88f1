"""Rules of a lever's setting: its periods, how strong it may be, and what excludes what.

As in `checks`, they read plain data and skip what is missing or of a wrong type.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise, product

from colsim.errors import nearest
from colsim.scenario.lever import Lever
from colsim.scenario.levers import LEVERS, defined, exclusions_of, levers_in
from colsim.scenario.problem import Data, Loc, Problem, as_number, as_whole, number_range, table

MOST_PERIODS = 20
"""Of one lever."""


def setting_problems(data: Data, loc: Loc = ()) -> Iterator[Problem]:
    """Find periods that end before they start or lie in each other, and localities named twice."""
    yield from _end_problems(data, loc)
    yield from _period_problems(data, loc)
    localities = data.get("localities")
    if isinstance(localities, list | tuple):
        if not localities:
            yield Problem((*loc, "localities"), "an empty list", "at least one locality, or no key")
        if len(set(map(repr, localities))) < len(localities):
            yield Problem((*loc, "localities"), f"{list(localities)!r}", "each locality once")


def _end_problems(data: Data, loc: Loc) -> Iterator[Problem]:
    start, end = as_whole(data.get("start", 0)), as_whole(data.get("end"))
    if start is not None and end is not None and end <= start:
        yield Problem(
            (*loc, "end"),
            f"end in week {end}, which is not after the start in week {start}",
            "an end after the start",
            also=((*loc, "start"),),
        )


def _earlier(data: Data) -> list[Data]:
    """Return the periods before the last one, those that are no tables as empty ones."""
    given = data.get("earlier")
    return [table(one) for one in given] if isinstance(given, list | tuple) else []


def _period_problems(data: Data, loc: Loc) -> Iterator[Problem]:
    """Find earlier periods that are too many, end before they start, or reach into the next."""
    periods = _earlier(data)
    if len(periods) >= MOST_PERIODS:
        yield Problem(
            (*loc, "earlier"), f"{len(periods)} earlier periods", f"up to {MOST_PERIODS - 1}"
        )
    for k, (one, following) in enumerate(pairwise([*periods, data])):
        yield from _end_problems(one, (*loc, "earlier", k))
        end, start = as_whole(one.get("end")), as_whole(following.get("start", 0))
        if end is not None and start is not None and start < end:
            yield Problem(
                (*loc, "earlier", k, "end"),
                f"end in week {end}, after the next period has begun in week {start}",
                "periods one after the other, in the order of time",
            )


def lever_problems(lever: Lever, data: Data, loc: Loc) -> Iterator[Problem]:
    """Check one lever's setting against the table of levers."""
    yield from _amount_problems(lever, data, loc)
    for k, one in enumerate(_earlier(data)):
        yield from _amount_problems(lever, one, (*loc, "earlier", k))
    without = data.get("without")
    for name in without if isinstance(without, list | tuple) else ():
        if isinstance(name, str) and name not in lever.switchable:
            yield Problem(
                (*loc, "without"),
                repr(name),
                f"channels of {lever.name} that can be switched off: {', '.join(lever.switchable)}",
                nearest(name, lever.switchable),
            )


def _amount_problems(lever: Lever, data: Data, loc: Loc) -> Iterator[Problem]:
    """Check strength and recruitment of one period."""
    strength = as_number(data.get("strength"))
    if strength is not None and not lever.low <= strength <= lever.high:
        yield Problem(
            (*loc, "strength"),
            repr(strength),
            number_range(lever.low, lever.high, lever.unit),
        )
    recruitment = as_number(data.get("recruitment"))
    if recruitment is not None and recruitment != 1 and not lever.needs_people:
        recruiting = [name for name, other in LEVERS.items() if other.needs_people]
        yield Problem(
            (*loc, "recruitment"),
            repr(recruitment),
            f"only levers that need people recruit: {', '.join(recruiting)}",
        )


def definition_problems(name: str, definition: object, loc: Loc) -> Iterator[Problem]:
    """Find what is wrong with a lever that a scenario defines itself."""
    if not isinstance(definition, Mapping):
        return
    if name in LEVERS:
        allowed = "a name that no lever of the model has"
        yield Problem(loc, f"a definition of {name}, which the model has", allowed)
        return
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        yield Problem(loc[:-1], repr(name), "a name of small letters, digits and _")
        return
    for flaw in defined(name, definition)[1]:
        steps = re.findall(r"[^.\[\]]+", flaw.key)[1:]
        inner = (int(step) if step.isdigit() else step for step in steps)
        yield Problem((*loc, *inner), flaw.found, flaw.allowed, flaw.near)


def exclusion_problems(levers: Data) -> Iterator[Problem]:
    """Find levers that exclude each other and meet in some locality and week."""
    for exclusion in exclusions_of(levers_in(levers)):
        one, other = levers.get(exclusion.one), levers.get(exclusion.other)
        if one is None or other is None:
            continue
        if _overlap(table(one), table(other)):
            yield Problem(
                ("levers", exclusion.other),
                f"together with {exclusion.one}",
                f"one of the two in a place at a time: {exclusion.reason}",
                also=(("levers", exclusion.one),),
            )


def _overlap(one: Data, other: Data) -> bool:
    """Return whether two settings are in force in one locality in one week."""
    periods = ([*_earlier(setting), setting] for setting in (one, other))
    if not any(_meet(*pair) for pair in product(*periods)):
        return False
    places = [setting.get("localities") for setting in (one, other)]
    if isinstance(places[0], list | tuple) and isinstance(places[1], list | tuple):
        return any(place in places[1] for place in places[0])
    return True


def _meet(one: Data, other: Data) -> bool:
    """Return whether two periods have a week in common, as far as can be told."""
    starts = [as_whole(period.get("start", 0)) for period in (one, other)]
    ends = [as_whole(period.get("end")) for period in (one, other)]
    return not any(
        start is not None and end is not None and start >= end
        for start, end in zip(starts, reversed(ends), strict=True)
    )


def start_problems(data: Data, loc: Loc, burn_in: int | None) -> Iterator[Problem]:
    """Find periods that start before the burn-in does."""
    yield from _start_problems(data, loc, burn_in)
    for k, one in enumerate(_earlier(data)):
        yield from _start_problems(one, (*loc, "earlier", k), burn_in)


def _start_problems(data: Data, loc: Loc, burn_in: int | None) -> Iterator[Problem]:
    start = as_whole(data.get("start"))
    if start is not None and burn_in is not None and start < -burn_in:
        yield Problem(
            (*loc, "start"),
            f"start in week {start}, before the burn-in begins in week {-burn_in}",
            "a start within the run",
            also=(("run", "burn_in"),),
        )
