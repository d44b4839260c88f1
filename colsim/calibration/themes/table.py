"""Interview themes: how many of those interviewed voiced each, or who did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

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
