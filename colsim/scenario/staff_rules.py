"""Rules that tie the entries of a staff list together: people and teams, ties, distances.

Like those in `checks` they read plain data and skip what is missing.  The
reader of spreadsheets and the scenario model both call them, so that a list
is judged alike wherever it comes from.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from colsim.errors import nearest
from colsim.scenario.names import key_of, spelt_otherwise, usual_spellings
from colsim.scenario.problem import Data, Loc, Problem, table

TEAMS_OF = {"CSW": "a CSC team", "MHSW": "an AMH team"}
"""Role to the teams that it works in."""
NAMES = ("id", "team", "site", "locality")
_NEXT_TO = {
    "role": "one role in a team; give each service a team of its own, at one site if they share it",
    "locality": "one locality for a team; a name for each if there are two teams",
    "site": "one site for a team; a team for each if its members sit apart",
}
_HINTS = 50
"""Unknown names for which the nearest known one is searched; then it takes too long."""

Where = Callable[[int], str]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts "Team 2" before "Team 10"."""
    parts = re.split(r"(\d+)", text.casefold())
    return (
        *((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part),
        (2, 0, text),
    )


def locality_names(people: Iterable[Data]) -> tuple[str, ...]:
    """Return the localities of listed practitioners in the order in which levers number them."""
    names = {name for person in people if (name := _text(person.get("locality")))}
    return tuple(sorted(names, key=natural))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def name_problems(people: Sequence[Data]) -> Iterator[Problem]:
    """Find names that a spreadsheet would take for a formula when results are opened in it."""
    for k, person in enumerate(people):
        for field in NAMES:
            name = _text(person.get(field))
            if name is not None and name.lstrip().startswith(("=", "+", "-", "@")):
                yield Problem(
                    (k, field),
                    f"{name!r}, which a spreadsheet would take for a formula",
                    "a name that starts with none of = + - @",
                )


def people_problems(people: Sequence[Data], where: Where) -> Iterator[Problem]:
    """Find ids used twice, teams that are in two places or services, localities without a service.

    Args:
        people: entries with id, role, team, site and locality, as far as they are known.
        where: how messages name an entry.
    """
    yield from name_problems(people)
    yield from _spelling_problems(people)
    seen: dict[str, int] = {}
    for k, person in enumerate(people):
        if (code := _text(person.get("id"))) is None:
            continue
        first = seen.setdefault(key_of(code), k)
        if first != k:
            also = str(people[first]["id"])
            other = "" if also == code else f" as {also!r}{spelt_otherwise(also, code)}"
            yield Problem((k, "id"), f"{code!r}, which {where(first)} has{other}", "each id once")
    for field, allowed in _NEXT_TO.items():
        yield from _team_problems(people, field, allowed, where)
    yield from _locality_problems(people)


def _spelling_problems(people: Sequence[Data]) -> Iterator[Problem]:
    """Find names of teams, sites and localities that a reader takes for one and the same."""
    for field in NAMES[1:]:
        names = [_text(person.get(field)) for person in people]
        usual = usual_spellings(name for name in names if name is not None)
        for k, name in enumerate(names):
            if name is not None and usual[name] != name:
                found = f"{name!r}{spelt_otherwise(name, usual[name])}, elsewhere {usual[name]!r}"
                yield Problem((k, field), found, "one spelling of each name")


def _team_problems(
    people: Sequence[Data], field: str, allowed: str, where: Where
) -> Iterator[Problem]:
    values: dict[str, list[tuple[int, str]]] = {}
    for k, person in enumerate(people):
        team, value = _text(person.get("team")), _text(person.get(field))
        if team is not None and value is not None:
            values.setdefault(team, []).append((k, value))
    for team, entries in values.items():
        usual, _ = Counter(value for _, value in entries).most_common(1)[0]
        first = next(k for k, value in entries if value == usual)
        for k, value in entries:
            if value != usual:
                found = f"{value!r} for team {team!r}, which {where(first)} has with {usual!r}"
                yield Problem((k, field), found, allowed)


def _locality_problems(people: Sequence[Data]) -> Iterator[Problem]:
    services: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    unsure: set[str] = set()
    for k, person in enumerate(people):
        locality, role = _text(person.get("locality")), _text(person.get("role"))
        if locality is None:
            continue
        first.setdefault(locality, k)
        if role in TEAMS_OF:
            services.setdefault(locality, set()).add(role)
        else:
            unsure.add(locality)
    hints = 0
    for locality, k in first.items():
        if locality in unsure:
            continue
        missing = [team for role, team in TEAMS_OF.items() if role not in services[locality]]
        if missing:
            hints += 1
            others = first if hints <= _HINTS else ()
            yield Problem(
                (k, "locality"),
                f"locality {locality!r} without {' and '.join(missing)}",
                "at least one CSC team and one AMH team in each locality",
                nearest(locality, [o for o in others if o != locality], fold=str.casefold),
            )


def tie_problems(
    ties: Sequence[tuple[object, object]],
    roles: Mapping[str, str | None],
    fields: tuple[str, str],
    where: Where,
) -> Iterator[Problem]:
    """Find ties of unknown people, to oneself, within a service, and ties listed twice.

    Args:
        ties: the two ids of each tie.
        roles: role of each id; None where it is not known.
        fields: names of the two columns.
        where: how messages name a tie.
    """
    seen: dict[tuple[str, ...], int] = {}
    hints = 0
    for k, ends in enumerate(ties):
        named = [_text(end) for end in ends]
        known = True
        for field, end in zip(fields, named, strict=True):
            if end is None:
                known = False
            elif end not in roles:
                known, hints = False, hints + 1
                near = nearest(end, roles, fold=str.casefold) if hints <= _HINTS else None
                yield Problem((k, field), f"{end!r}, who is not in the staff list", "an id", near)
        if not known:
            continue
        one, other = (str(end) for end in named)
        if one == other:
            found = f"a tie of {one!r} with themselves"
            yield Problem((k, fields[1]), found, "two different people")
            continue
        if roles[one] == roles[other] and roles[one] is not None:
            yield Problem(
                (k, fields[1]),
                f"a tie of {one!r} and {other!r}, who are both {roles[one]}",
                "a CSW and an MHSW: ties within a service are not modelled",
            )
        first = seen.setdefault(tuple(sorted((one, other))), k)
        if first != k:
            found = f"{one!r} and {other!r}, who are in {where(first)} already"
            yield Problem((k, fields[1]), found, "each pair once, in either order")


def distance_problems(
    distances: Sequence[Data], sites: Iterable[str], where: Where
) -> Iterator[Problem]:
    """Find distances of unknown sites, of a site to itself, and pairs listed twice."""
    known = dict.fromkeys(sites)
    hints = 0
    seen: dict[tuple[str, ...], int] = {}
    for k, entry in enumerate(distances):
        ends = [_text(entry.get(field)) for field in ("one", "other")]
        sound = True
        for field, end in zip(("one", "other"), ends, strict=True):
            if end is None:
                sound = False
            elif end not in known:
                sound, hints = False, hints + 1
                near = nearest(end, known, fold=str.casefold) if hints <= _HINTS else None
                found = f"site {end!r}, where nobody of the staff list works"
                yield Problem((k, field), found, "a site of the staff list", near)
        if not sound:
            continue
        one, other = (str(end) for end in ends)
        if one == other and entry.get("km") not in (0, None):
            yield Problem((k, "km"), f"a distance of {one!r} to itself", "0, or no such row")
        first = seen.setdefault(tuple(sorted((one, other))), k)
        if first != k:
            found = f"{one!r} and {other!r}, which are in {where(first)} already"
            yield Problem((k, "other"), found, "each pair once, in either order")


def _entries(data: Data, name: str) -> list[Data]:
    value = data.get(name)
    return [table(entry) for entry in value] if isinstance(value, list | tuple) else []


def staff_problems(organisation: Data, loc: Loc = ()) -> Iterator[Problem]:
    """Apply every rule of this file to an organisation's plain data, and compare its sizes."""
    people, ties = _entries(organisation, "practitioners"), _entries(organisation, "ties")
    distances = _entries(organisation, "distances")
    if not people:
        for name, entries in (("ties", ties), ("distances", distances)):
            if entries:
                found = f"{name} without practitioners"
                yield Problem((*loc, name), found, f"{name} of practitioners that are listed")
        return

    def placed(name: str, problems: Iterable[Problem]) -> Iterator[Problem]:
        for problem in problems:
            place = (*loc, name, *problem.loc)
            yield Problem(place, problem.found, problem.allowed, problem.suggestion)

    def where(name: str) -> Where:
        return lambda k: f"{name}[{k}]"

    yield from placed("practitioners", people_problems(people, where("practitioners")))
    roles = {
        code: _text(person.get("role")) for person in people if (code := _text(person.get("id")))
    }
    pairs = [(tie.get("csw"), tie.get("mhsw")) for tie in ties]
    yield from placed("ties", tie_problems(pairs, roles, ("csw", "mhsw"), where("ties")))
    for k, pair in enumerate(pairs):
        if {roles.get(str(code)) for code in pair} != {"CSW", "MHSW"}:
            continue  # said already
        if roles[str(pair[0])] == "MHSW":
            found, allowed = f"{pair[0]!r}, who is an MHSW", "the CSW here, and the MHSW as mhsw"
            yield Problem((*loc, "ties", k, "csw"), found, allowed)
    sites = [site for person in people if (site := _text(person.get("site")))]
    yield from placed("distances", distance_problems(distances, sites, where("distances")))
    for name, size in sizes_of(people).items():
        if name in organisation and organisation[name] != size:
            yield Problem(
                (*loc, name),
                f"{organisation[name]!r} together with a list of practitioners",
                f"{size}, as listed, or no key",
            )


def sizes_of(people: Sequence[Data]) -> dict[str, int]:
    """Return the sizes of an organisation that follow from its practitioners.

    The size of a CSC team is the mean, rounded up.  Nothing is less than 1: that
    a service is missing is said by locality.
    """

    def of(role: str, field: str) -> set[str | None]:
        return {_text(person.get(field)) for person in people if person.get("role") == role}

    csw = sum(person.get("role") == "CSW" for person in people)
    return {
        "authorities": 1,
        "localities": len({_text(person.get("locality")) for person in people}),
        "csw": max(1, csw),
        "csw_team_size": max(1, -(-csw // max(1, len(of("CSW", "team"))))),
        "mhsw": max(1, sum(person.get("role") == "MHSW" for person in people)),
        "mhsw_teams": max(1, len(of("MHSW", "team"))),
    }
