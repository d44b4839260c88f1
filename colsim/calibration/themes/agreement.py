"""Two coders' tables of the same interviews: can they stand for each other, and do they agree?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from colsim.calibration.themes.table import ANSWERS, UNKNOWN, Participants, ThemeTable
from colsim.errors import nearest
from colsim.scenario.faults import Fault

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two coders wrote down different things."""

    theme: str
    service: str
    who: str
    """The participant; empty where only counts are known."""
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two coders agree."""

    compared: int
    """Answers that both know; of counts, themes and services."""
    equal: int
    kappa: float | None
    """Cohen's kappa (1960): agreement beyond that of coders who only share how often they say
    what; None where both always say the same."""
    differences: tuple[Difference, ...]


def agreement(first: ThemeTable, second: ThemeTable) -> Agreement:
    """Hold two coders' tables of the same interviews against each other.

    Answers by participant are compared where both know them, counts by what is reported of a
    service: all, some, absent, nobody or unknown.

    Args:
        first: one table.
        second: another one without `mixing_faults`.
    """
    pairs = list(_answers(first, second) if first.participants else _reported(first, second))
    said = [(one.first, one.second) for one in pairs]
    equal = sum(a == b for a, b in said)
    words = {word for pair in said for word in pair}
    by_chance = sum(
        sum(a == word for a, _ in said) * sum(b == word for _, b in said) for word in words
    )
    beyond = len(said) ** 2 - by_chance
    return Agreement(
        len(said),
        equal,
        (len(said) * equal - by_chance) / beyond if beyond else None,
        tuple(one for one in pairs if one.first != one.second),
    )


def _answers(first: ThemeTable, second: ThemeTable) -> Iterator[Difference]:
    own, other = first.participants, second.participants
    assert own is not None
    assert other is not None
    other = in_order_of(own, other)
    for k, (code, service) in enumerate(zip(own.codes, own.services, strict=True)):
        for j, theme in enumerate(own.themes):
            a, b = int(own.voiced[k, j]), int(other.voiced[k, other.themes.index(theme)])
            if UNKNOWN not in (a, b):
                yield Difference(theme, service, code, ANSWERS[a], ANSWERS[b])


def _reported(first: ThemeTable, second: ThemeTable) -> Iterator[Difference]:
    both = [{(row.id, row.service): row.reported for row in one.rows} for one in (first, second)]
    for theme, service in dict.fromkeys((*both[0], *both[1])):
        a, b = (one.get((theme, service), "absent") for one in both)
        yield Difference(theme, service, "", a, b)


def in_order_of(own: Participants, other: Participants) -> Participants:
    """Return another coder's answers with participants in the order of the first's."""
    order = [other.codes.index(code) for code in own.codes]
    return replace(other, codes=own.codes, services=own.services, voiced=other.voiced[order])


def mixing_faults(
    first: ThemeTable, second: ThemeTable, *, file: str, key: str, absent_is_data: bool
) -> Iterator[Fault]:
    """Find why two tables cannot be two coders' of the same interviews.

    Args:
        first: the table.
        second: another coder's.
        file: that faults name.
        key: that faults name.
        absent_is_data: whether a theme without a row of a service was not said of it, so that
            rows may differ.
    """

    def fault(found: str, allowed: str, near: str | None = None) -> Fault:
        return Fault(file, key, f"{second.file}, {found}", allowed, near)

    def differ(what: str, own: Sequence[str], other: Sequence[str]) -> Iterator[Fault]:
        """Name what only one of the tables has."""
        surplus = [one for one in other if one not in own]
        lacking = [one for one in own if one not in other]
        if not surplus and not lacking:
            return
        parts = [f"with {_listed(surplus)}"] * bool(surplus)
        parts += [f"without {_listed(lacking)}"] * bool(lacking)
        near = nearest(surplus[0], lacking or own) if surplus else None
        yield fault(" and ".join(parts), f"the {what} of {first.file}", near)

    if bool(first.participants) != bool(second.participants):
        forms = ("counts by theme", "answers by participant")
        yield fault(
            f"with {forms[bool(second.participants)]}",
            f"{forms[bool(first.participants)]}, as in {first.file}",
        )
    yield from differ("themes", list(first.titles), list(second.titles))
    own, other = first.participants, second.participants
    if own is not None and other is not None:
        people = [
            [f"{c} ({s})" for c, s in zip(one.codes, one.services, strict=True)]
            for one in (own, other)
        ]
        yield from differ("participants", *people)
    elif first.interviewed != second.interviewed:
        numbers = [
            " and ".join(f"{n} {service}s" for service, n in one.interviewed.items())
            for one in (first, second)
        ]
        yield fault(f"with {numbers[1]} interviewed", f"{numbers[0]}, as in {first.file}")
    if not absent_is_data and first.titles.keys() == second.titles.keys():
        cells = [[f"{row.id} of {row.service}s" for row in one.rows] for one in (first, second)]
        yield from differ("rows", *cells)
    asked = [{row.id for row in one.rows if row.asked} for one in (first, second)]
    unlike = sorted((asked[0] ^ asked[1]) & first.titles.keys() & second.titles.keys())
    if unlike:
        yield fault(
            f"in which other themes were asked about ({_listed(unlike)})",
            f"the same column asked as in {first.file}: it is about the interviews, not the coder",
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
