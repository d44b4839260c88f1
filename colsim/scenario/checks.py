"""Rules that tie several values of a scenario together, or to the tables of levers and parameters.

They read plain data and skip what is missing or of a wrong type, so that they
still speak when other values are faulty: a user sees every fault in one go.
The models in `schema` and the loader both call them.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from colsim.data.bonds import BONDS, contradictions
from colsim.errors import nearest
from colsim.scenario.known import national
from colsim.scenario.lever import Lever, price_key
from colsim.scenario.lever_checks import (
    definition_problems,
    exclusion_problems,
    lever_problems,
    setting_problems,
    start_problems,
)
from colsim.scenario.levers import levers_in
from colsim.scenario.prices import HOUR, INDEX, SERVICES, YEARS
from colsim.scenario.problem import Data, Loc, Problem, as_number, as_whole, number_range, table

if TYPE_CHECKING:
    from colsim.core.parameter import Parameter


def known_parameters() -> "Mapping[str, Parameter]":
    """Return the model's parameters by name; imported late, as they bring compiled code along."""
    from colsim.core.parameters import PARAMETERS

    return PARAMETERS


def organisation_problems(data: Data, loc: Loc = ()) -> Iterator[Problem]:
    """Find empty teams, and localities without a team of each service."""
    if data.get("practitioners"):
        return  # listed one by one: `staff_rules`
    csw, size = as_whole(data.get("csw")), as_whole(data.get("csw_team_size"))
    mhsw, teams = as_whole(data.get("mhsw")), as_whole(data.get("mhsw_teams"))
    localities = as_whole(data.get("localities"))
    if mhsw is not None and teams is not None and 1 <= mhsw < teams:
        yield Problem(
            (*loc, "mhsw_teams"),
            f"{teams} teams for {mhsw} mental health social workers: {teams - mhsw} would be empty",
            "no more AMH teams than mental health social workers",
            also=((*loc, "mhsw"),),
        )
    if localities is None or localities < 1:
        return
    if teams is not None and 1 <= teams < localities:
        yield Problem(
            (*loc, "localities"),
            f"{localities} localities but only {teams} AMH teams",
            "at least one AMH team in each locality",
            also=((*loc, "mhsw_teams"),),
        )
    if csw is not None and size is not None and csw >= 1 and size >= 1:
        csw_teams = -(-csw // size)
        if csw_teams < localities:
            yield Problem(
                (*loc, "localities"),
                f"{localities} localities but only {csw_teams} CSW teams ({csw} CSW by {size})",
                "at least one CSW team in each locality",
                also=((*loc, "csw"), (*loc, "csw_team_size")),
            )


def choice_value(name: str, value: object) -> object:
    """Return the value of a choice that is given by its name, else what was given."""
    if isinstance(value, str):
        parameter = known_parameters().get(name)
        for choice in parameter.choices if parameter is not None else ():
            if choice.name == value:
                return choice.value
    return value


def parameter_range(parameter: "Parameter") -> str:
    """Say which values a parameter may have."""
    if parameter.choices:
        names = [f'"{choice.name}"' for choice in parameter.choices]
        return f"{', '.join(names[:-1])} or {names[-1]}"
    return number_range(parameter.minimum, parameter.maximum, parameter.unit)


def prices_by_line(data: object, levers: Mapping[str, Lever]) -> object:
    """Return prices by lever and key of a cost line; anything else as it is.

    A lever with one line may be given its price without the line's name, and a line may be named
    by its item in full.

    Args:
        data: prices as they are given.
        levers: those that there are.
    """
    if not isinstance(data, Mapping):
        return data
    named: dict[object, object] = {}
    for lever, given in data.items():
        lines = levers[lever].costs if lever in levers else ()
        if as_number(given) is not None and len(lines) == 1:
            named[lever] = {lines[0].key: given}
        elif isinstance(given, Mapping):
            named[lever] = {price_key(str(line)): amount for line, amount in given.items()}
        else:
            named[lever] = given
    return named


def _price_problems(data: Data, year: object, levers: Mapping[str, Lever]) -> Iterator[Problem]:
    """Find prices of what nobody pays, prices below zero, and a year without an index."""
    priced = {
        name: [line.key for line in lever.costs] for name, lever in levers.items() if lever.costs
    } | {HOUR: list(SERVICES)}
    for name, given in data.items():
        loc: Loc = ("prices", name)
        if name not in priced:
            found = f"no price of {name!r}" if name in levers else f"unknown key {name!r}"
            yield Problem(loc, found, ", ".join(priced), nearest(str(name), priced))
            continue
        keys = priced[name]
        if not isinstance(given, Mapping):
            if as_number(given) is None or len(keys) > 1:
                alone = "" if len(keys) > 1 else "an amount of pounds, 0 or more, or "
                allowed = f"{alone}a table with prices of {', '.join(keys)}"
                yield Problem(loc, repr(given), allowed)
                continue
            given = {keys[0]: given}
        for line, amount in given.items():
            key = price_key(str(line))
            if key not in keys:
                found = f"unknown key {line!r}"
                yield Problem((*loc, line), found, ", ".join(keys), nearest(key, keys))
                continue
            pounds = as_number(amount)
            if pounds is None or not 0 <= pounds < math.inf:
                yield Problem((*loc, line), repr(amount), "an amount of pounds, 0 or more")
    if as_whole(year) is not None and year not in INDEX:
        yield Problem(("price_year",), repr(year), YEARS)


def _input_problems(parameters: Data, organisation: Data) -> Iterator[Problem]:
    """Refuse an input that stands in both tables, and a mental health team without its own people.

    Of two, one would be ignored.
    """
    yield from _cmht_problems(parameters, organisation)
    for name in parameters:
        if organisation.get(name) is not None:
            yield Problem(
                ("parameters", name),
                f"{name} in both tables",
                "one of the two, best under [organisation]",
                also=(("organisation", name),),
            )


def _cmht_problems(parameters: Data, organisation: Data) -> Iterator[Problem]:
    """Find AMH teams of fewer people than the social workers in them."""
    where = "organisation" if organisation.get("cmht_size") is not None else "parameters"
    size = as_number((organisation if where == "organisation" else parameters).get("cmht_size"))
    listed = organisation.get("practitioners")
    if isinstance(listed, list | tuple) and listed:
        people = [one for one in map(table, listed) if one.get("role") == "MHSW"]
        most = max(Counter(one.get("team") for one in people).values(), default=0)
        also: tuple[Loc, ...] = ()
    else:
        mhsw, teams = as_whole(organisation.get("mhsw")), as_whole(organisation.get("mhsw_teams"))
        most = -(-mhsw // teams) if mhsw is not None and teams is not None and teams > 0 else 0
        also = (("organisation", "mhsw"), ("organisation", "mhsw_teams"))
    if size is not None and 1 <= size < most:
        yield Problem(
            (where, "cmht_size"),
            f"{size:g} people in a team with {most} mental health social workers",
            f"{most} or more, as the social workers are among them",
            also=also,
        )


def outcome(name: object) -> str:
    """Return what to say of a key that is a measure: it comes out of a run and is never set."""
    from colsim.core.measures import MEASURES

    return ", a measure: it comes out of a run and is not set" if name in MEASURES else ""


def _parameter_problems(data: Data, loc: Loc) -> Iterator[Problem]:
    """Check names and values of parameters against the model's table."""
    if not data:
        return
    known = known_parameters()
    for name, value in data.items():
        if name not in known:
            yield Problem(
                (*loc, name), f"unknown key {name!r}{outcome(name)}", "a model parameter",
                nearest(name, known),
            )  # fmt: skip
            continue
        number, parameter = as_number(value), known[name]
        if number is None:
            continue
        if parameter.choices:
            fits = number in [choice.value for choice in parameter.choices]
        else:
            fits = parameter.minimum <= number <= parameter.maximum
        if not fits:
            yield Problem((*loc, name), repr(number), parameter_range(parameter))


def _bond_problems(parameters: Data, organisation: Data) -> Iterator[Problem]:
    """Find parameters that are bound to each other and set against each other."""
    bound = {name for bond in BONDS.values() for name in bond.parameters}
    given: dict[str, float] = {}
    place: dict[str, Loc] = {}
    for where, values in (("organisation", organisation), ("parameters", parameters)):
        for name, value in values.items():
            number = as_number(value)
            if number is not None and name in bound and math.isfinite(number):
                given[str(name)] = number
                place[str(name)] = (where, name)
    for bond, names in contradictions(given):
        found = " and ".join(f"{name} = {given[name]:g}" for name in names)
        yield Problem(
            place[names[-1]],
            found,
            f"{bond.allowed()}: {bond.reason}",
            also=tuple(place[name] for name in names[:-1]),
        )


def scenario_problems(data: Data) -> Iterator[Problem]:
    """Check what only the whole scenario can tell: levers, parameters, weeks and localities."""
    burn_in = as_whole(table(data.get("run")).get("burn_in", 260))
    organisation = table(data.get("organisation"))
    authorities = as_whole(organisation.get("authorities", 1))
    per_authority = as_whole(organisation.get("localities"))
    settings = table(data.get("levers"))
    known = levers_in(settings)
    for name, setting in settings.items():
        loc: Loc = ("levers", name)
        values = table(setting)
        definition = values.get("definition")
        yield from definition_problems(name, definition, (*loc, "definition"))
        if name not in known:
            if definition is None:
                near = nearest(name, known)
                yield Problem(loc, f"unknown key {name!r}", ", ".join(known), near)
            continue
        yield from lever_problems(known[name], values, loc)
        yield from start_problems(values, loc, burn_in)
        if authorities is None or per_authority is None:
            continue
        count = authorities * per_authority
        named = values.get("localities")
        for locality in named if isinstance(named, list | tuple) else ():
            number = as_whole(locality)
            if number is not None and number >= count >= 1:
                yield Problem(
                    (*loc, "localities"),
                    f"locality {number}",
                    f"numbers from 0 to {count - 1}",
                    also=(("organisation", "localities"), ("organisation", "authorities")),
                )
    yield from exclusion_problems(settings)
    yield from _parameter_problems(table(data.get("parameters")), ("parameters",))
    yield from _input_problems(table(data.get("parameters")), organisation)
    yield from _bond_problems(table(data.get("parameters")), organisation)
    if data.get("levels"):
        yield from level_problems(table(data.get("levels")))
    yield from _price_problems(table(data.get("prices")), data.get("price_year"), known)


def all_problems(data: Data) -> Iterator[Problem]:
    """Apply every rule of this file to a whole scenario's plain data."""
    yield from organisation_problems(table(data.get("organisation")), ("organisation",))
    for name, setting in table(data.get("levers")).items():
        yield from setting_problems(table(setting), ("levers", name))
    yield from scenario_problems(data)


def level_problems(data: Data, loc: tuple[str, ...] = ("levels",)) -> Iterator[Problem]:
    """Find levels of unknown name, and values that no authority can have."""
    known = national()
    for name, given in data.items():
        if name not in known:
            yield Problem(
                (*loc, name), f"unknown key {name!r}", ", ".join(known), nearest(name, known)
            )
            continue
        value = as_number(table(given).get("value", given))
        share = known[name].unit.startswith("share")
        if value is None:
            continue
        if value < 0 or (share and value > 1) or (not share and value == 0):
            hint = f": {value:g} in 100 is {value / 100:g}" if share and 1 < value <= 100 else ""
            place = (*loc, name, "value") if isinstance(given, Mapping) else (*loc, name)
            yield Problem(place, f"{value!r}", level_range(name) + hint)


def level_range(name: str) -> str:
    """Say which values a level of today may have."""
    unit = national()[name].unit
    return number_range(0, 1, unit) if unit.startswith("share") else "a number above 0"
