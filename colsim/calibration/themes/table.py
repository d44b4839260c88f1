"""Interview themes: how many voiced each, or who did; and whether two coders agree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from colsim.errors import few, nearest
from colsim.scenario.faults import Fault

if TYPE_CHECKING:
    import pandas as pd

Service = Literal["CSW", "MHSW"]
SERVICES: tuple[Service, Service] = ("CSW", "MHSW")
YES, NO, UNKNOWN = 1, 0, -1
"""Answers of a participant on a theme."""
ANSWERS = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
BASIS_OF_PARTICIPANTS = "per participant"


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme in one service: an interval of how many of those interviewed voiced it."""

    id: str
    title: str
    service: Service
    voiced_min: int
    """People who voiced it, at least."""
    voiced_max: int
    """People who voiced it, at most; `interviewed` where nothing rules anybody out."""
    interviewed: int
    """People of the service who were interviewed."""
    basis: str = ""
    """What the interval rests on: all, stated, group, quoted, or words of the user's own."""
    source: str = ""
    note: str = ""
    quoted: tuple[str, ...] = ()
    """Codes of the participants who are quoted with it, as far as known."""
    asked: bool = False
    """Whether the theme was asked about, rather than volunteered."""
    absent: bool = False
    """Whether the theme is in the list, and said of the other service alone."""

    @property
    def says_nothing(self) -> bool:
        """Whether any answers at all would be in line with it."""
        return self.voiced_min == 0 and self.voiced_max == self.interviewed and not self.absent

    @property
    def reported(self) -> str:
        """What is written down of the service: all, some, absent, nobody, or that it is unknown."""
        if self.absent:
            return "absent"
        if self.voiced_max == 0:
            return "nobody"
        if self.voiced_min == self.interviewed:
            return "all"
        return "some" if self.voiced_min else "unknown"


@dataclass(frozen=True, eq=False)
class Participants:
    """Who voiced what: one row a participant, one column a theme."""

    codes: tuple[str, ...]
    """Participants, CSWs first."""
    services: tuple[Service, ...]
    """Service of each participant."""
    themes: tuple[str, ...]
    """Theme ids."""
    voiced: npt.NDArray[np.int8]
    """Answers, shape (participants, themes): 1 yes, 0 no, -1 unknown. Read-only."""

    def of(self, service: str) -> npt.NDArray[np.int8]:
        """Return the answers of one service, shape (its participants, themes)."""
        return self.voiced[[k for k, own in enumerate(self.services) if own == service]]

    def table(self) -> "pd.DataFrame":
        """Return the answers, one row a participant and theme: yes, no or unknown."""
        import pandas as pd

        entries = [
            (code, service, theme, ANSWERS[int(self.voiced[k, j])])
            for k, (code, service) in enumerate(zip(self.codes, self.services, strict=True))
            for j, theme in enumerate(self.themes)
        ]
        return pd.DataFrame(entries, columns=["participant", "service", "theme", "voiced"])


@dataclass(frozen=True, eq=False)
class ThemeTable:
    """Themes as they were read, sound in themselves."""

    rows: tuple[Theme, ...]
    """One for each theme and service, in the order of the file."""
    participants: Participants | None = None
    """Answers by participant, if the file has them; `rows` then follow from these."""
    file: str = ""
    """Where the table comes from, for messages."""
    notes: tuple[str, ...] = field(default=(), repr=False)
    """What was guessed, and what is worth knowing."""

    @cached_property
    def interviewed(self) -> dict[Service, int]:
        """People interviewed, by service; a service without a theme is not in it."""
        found = {row.service: row.interviewed for row in self.rows}
        return {service: found[service] for service in SERVICES if service in found}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Theme id to title, in the order of the file."""
        titles: dict[str, str] = {}
        for row in self.rows:
            titles.setdefault(row.id, row.title)
        return titles

    def row(self, theme: str, service: str) -> Theme:
        """Return one row.

        Raises:
            KeyError: the table has no such theme in that service.
        """
        for row in self.rows:
            if row.id == theme and row.service == service:
                return row
        raise KeyError((theme, service))

    def plain(self) -> list[dict[str, Any]]:
        """Return the rows as plain data."""
        return [
            {
                "id": row.id,
                "title": row.title,
                "service": row.service,
                "at_least": row.voiced_min,
                "at_most": row.voiced_max,
                "interviewed": row.interviewed,
                "reported": row.reported,
                "asked": row.asked,
                "basis": row.basis,
                "quoted": list(row.quoted),
                "source": row.source,
                "note": row.note,
            }
            for row in self.rows
        ]

    def table(self) -> "pd.DataFrame":
        """Return the rows: id, title, service, at_least, at_most, interviewed, basis and so on."""
        import pandas as pd

        return pd.DataFrame([row | {"quoted": " ".join(row["quoted"])} for row in self.plain()])


@dataclass(frozen=True, slots=True)
class Wording:
    """What a theme is called, and where it comes from."""

    title: str
    source: str = ""
    note: str = ""
    asked: bool = False
    """Whether the theme was asked about."""


def rows_of_participants(
    answers: Participants, wordings: Mapping[str, Wording], listed: set[tuple[str, str]]
) -> tuple[Theme, ...]:
    """Return the counts that follow from answers: yes is at least, yes or unknown at most.

    Args:
        answers: who voiced what.
        wordings: theme id to its title, source and note; a theme without one is called by its id.
        listed: themes and services that the file has a row for; of others nothing was said.
    """
    rows = []
    for j, theme in enumerate(answers.themes):
        for service in SERVICES:
            if (theme, service) not in listed:
                continue
            column = answers.of(service)[:, j]
            said = wordings.get(theme, Wording(theme))
            yes, unknown = int((column == YES).sum()), int((column == UNKNOWN).sum())
            rows.append(
                Theme(
                    id=theme,
                    title=said.title,
                    service=service,
                    voiced_min=yes,
                    voiced_max=yes + unknown,
                    interviewed=len(column),
                    basis=BASIS_OF_PARTICIPANTS,
                    source=said.source,
                    note=said.note,
                    asked=said.asked,
                )
            )
    return tuple(rows)


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
        parts = [f"with {few(surplus, _SHOWN)}"] * bool(surplus)
        parts += [f"without {few(lacking, _SHOWN)}"] * bool(lacking)
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
            f"in which other themes were asked about ({few(unlike, _SHOWN)})",
            f"the same column asked as in {first.file}: it is about the interviews, not the coder",
        )
