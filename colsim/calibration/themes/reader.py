"""What is known while a table of themes is read: faults, guesses, places."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from colsim.calibration.themes import cells
from colsim.calibration.themes.files import Form
from colsim.calibration.themes.table import (
    Service,
    ThemeTable,
)
from colsim.scenario.names import key_of, spelt_otherwise
from colsim.scenario.staff.cells import WrongCellError
from colsim.scenario.staff.rows import Row, Rows, Understood
from colsim.scenario.staff.tables import StaffFault
from colsim.scenario.staff.words import close

LOOKS_LIKE_A_NAME = re.compile(r"[A-Z][a-z]+[ ,]+[A-Z][a-z]+")
QUOTED = re.compile(r'["“”„«»](?=\w)[^"“”„«»]*\w\W+\w+\W+\w[^"“”„«»]*["“”„«»]')
"""Three words or more in quotation marks; those that open and close with an apostrophe are too
much like one."""
QUOTATIONS = (
    "quotation", "quotations", "quote", "quotes", "words", "verbatim", "extract", "excerpt",
    "segment", "coded segment", "content", "text", "transcript", "utterance",
)  # fmt: skip
"""Columns that hold what somebody said."""


@dataclass(frozen=True, slots=True)
class ThemeReading:
    """What was understood of a theme table, what was guessed and what is wrong."""

    file: str
    form: Form | None
    """Themes (counts) or Participants (answers); None if the file could not be read."""
    table: ThemeTable | None
    """None if anything is wrong."""
    columns: dict[str, str]
    """Field to header."""
    notes: tuple[str, ...]
    faults: tuple[StaffFault, ...]


@dataclass(slots=True)
class Reader:
    """A theme table while it is read."""

    file: str
    known: tuple[str, ...] | None
    understood: Understood = field(default_factory=Understood)
    guesses: dict[str, set[str]] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    """What theme ids have in common that look alike, to the first spelling."""

    def value[T](self, rows: Rows, row: Row, name: str, read: Callable[[Any], T]) -> T | None:
        """Read a cell; note its fault and return None if it is wrong or its column is missing."""
        if name not in rows.columns.index:
            return None
        try:
            return read(row.cells.get(name))
        except WrongCellError as wrong:
            self.wrong(rows, row, name, wrong.found, wrong.allowed, wrong.suggestion)
            return None

    def wrong(
        self,
        rows: Rows,
        row: Row,
        name: str,
        found: str,
        allowed: str,
        suggestion: str | None = None,
    ) -> None:
        """Note a fault of a cell."""
        self.understood.faults.append(rows.fault(row.number, name, found, allowed, suggestion))

    def guessed(self, name: str) -> set[str]:
        """Return the guesses of a column, to be added to."""
        return self.guesses.setdefault(name, set())

    def note(self, rows: Rows, text: str, name: str = "") -> None:
        """Note what was understood otherwise than written."""
        where = f"sheet '{rows.table.sheet}'" if rows.table.sheet else rows.table.file
        column = f", column '{rows.title(name)}'" if name else ""
        self.understood.notes.append(f"{where}{column}: {text}")

    def note_guesses(self, rows: Rows) -> None:
        """Note every guess, in the order of the texts."""
        for name, texts in self.guesses.items():
            for text in sorted(texts):
                self.note(rows, text, name)

    def theme(self, rows: Rows, row: Row, name: str) -> str | None:
        """Read a theme's id; what nobody sees makes no difference, nor does letter case."""
        code = self.value(rows, row, name, partial(cells.code_in, what="a theme's id"))
        if code is None:
            return None
        first = self.spellings.setdefault(key_of(code), code)
        if first != code:
            odd = spelt_otherwise(code, first)
            self.guessed(name).add(f"'{code}'{odd} is taken to be '{first}'")
        if self.known is not None and first not in self.known:
            # Of the ids that may occur, the one that looks like it.
            alike = [known for known in self.known if key_of(known) == key_of(first)]
            if len(alike) == 1:
                self.guessed(name).add(f"'{first}' is taken to be '{alike[0]}'")
                self.spellings[key_of(code)] = alike[0]
                return alike[0]
            allowed = f"a known theme: {', '.join(self.known)}"
            self.wrong(rows, row, name, repr(first), allowed, close(first, self.known))
        return first

    def service(self, rows: Rows, row: Row) -> Service | None:
        """Return the service that a row names."""
        read = partial(cells.service_in, guesses=self.guessed("service"))
        return self.value(rows, row, "service", read)
