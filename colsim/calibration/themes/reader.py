"""What is known while a table of themes is read: cells to values, faults, guesses, places."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from colsim.calibration.themes.files import Form
from colsim.calibration.themes.table import (
    ANSWERS,
    NO,
    SERVICES,
    UNKNOWN,
    YES,
    Service,
    ThemeTable,
)
from colsim.scenario.names import key_of, spelt_otherwise, tidy
from colsim.scenario.staff.cells import (
    ErrorValue,
    FormulaWithoutValue,
    WrongCellError,
    is_empty,
    name_in,
    number_in,
    shown,
)
from colsim.scenario.staff.rows import Row, Rows, Understood
from colsim.scenario.staff.tables import StaffFault
from colsim.scenario.staff.titles import ROLES, nearest_role, role_of
from colsim.scenario.staff.words import WORDS, close, fold

LOOKS_LIKE_A_NAME = re.compile(r"[A-Z][a-z]+[ ,]+[A-Z][a-z]+")
QUOTED = re.compile(r'["“”„«»](?=\w)[^"“”„«»]*\w\W+\w+\W+\w[^"“”„«»]*["“”„«»]')
"""Three words or more in quotation marks; those that open and close with an apostrophe are too
much like one."""


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

    def guessed(self, name: str) -> set[str]:
        """Return the guesses of a column, to be added to."""
        return self.guesses.setdefault(name, set())

    def note_guesses(self, rows: Rows) -> None:
        """Note every guess, in the order of the texts."""
        for name, texts in self.guesses.items():
            rows.note(name, texts)

    def theme(self, row: Row, name: str) -> str | None:
        """Read a theme's id; what nobody sees makes no difference, nor does letter case."""
        code = row.value(name, partial(code_in, what="a theme's id"))
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
            row.wrong(name, repr(first), allowed, close(first, self.known))
        return first

    def service(self, row: Row) -> Service | None:
        """Return the service that a row names."""
        read = partial(service_in, guesses=self.guessed("service"))
        return row.value("service", read)


MOST_INTERVIEWED = 10_000
LONGEST_TEXT = 500
_SERVICES_SHOWN = "CSW (children's social worker) or MHSW (mental health social worker)"
_ANSWERS_SHOWN = "yes, no or unknown"
_TICKS = {"✓": YES, "✔": YES, "✗": NO, "✘": NO}
_FORMULA = ("=", "+", "-", "@")


def code_in(value: Any, *, what: str) -> str:
    """Return a code of a theme or participant, which no spreadsheet takes for a formula.

    Raises:
        WrongCellError: empty, too long, a date, or with a first character that starts a formula.
    """
    code = name_in(value, what=what)
    if code.startswith(_FORMULA):
        raise WrongCellError(
            f"{shown(code)}, which a spreadsheet would take for a formula",
            "a code that starts with none of = + - @",
        )
    return code


def text_in(value: Any) -> str:
    """Return a text, "" for an empty cell.

    Raises:
        WrongCellError: too long, or no text.
    """
    if is_empty(value):
        return ""
    allowed = f"a text of up to {LONGEST_TEXT} characters"
    if isinstance(value, FormulaWithoutValue | ErrorValue):
        raise WrongCellError(shown(value), allowed)
    text = tidy(f"{value:.15g}" if isinstance(value, float) else str(value))
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise WrongCellError(shown(text), allowed)
    return text


def service_in(value: Any, guesses: set[str]) -> Service:
    """Return the service that a cell means.

    Raises:
        WrongCellError: neither of the two.
    """
    if isinstance(value, str) and not is_empty(value):
        role, guessed = role_of(value)
        for service in SERVICES:
            if role == service:
                if guessed:
                    guesses.add(f"'{tidy(value)}' is read as {service}")
                return service
        near = nearest_role(value)
        raise WrongCellError(
            shown(tidy(value)), _SERVICES_SHOWN, near if near in ROLES and role is None else None
        )
    raise WrongCellError(shown(value), _SERVICES_SHOWN)


def count_in(value: Any, *, lowest: int) -> int:
    """Return a number of people.

    Raises:
        WrongCellError: no whole number, or out of range.
    """
    allowed = f"a number of people, whole, from {lowest} to {MOST_INTERVIEWED}"
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise WrongCellError(
            f"{shown(value)}, into which a spreadsheet may have turned a text such as 3/4",
            f"{allowed}; format the column as number and type it again",
        )
    number: float | None = None
    match value:
        case bool():
            pass
        case int() | float():
            number = value
        case str() if (written := number_in(value)) and not written.unit and not written.clock:
            if written.otherwise is not None:
                found = f"{shown(tidy(value))}, which may be {written.value:g} or "
                raise WrongCellError(f"{found}{written.otherwise:.0f}", allowed)
            number = written.value
    if number is None or number != number or not lowest <= number <= MOST_INTERVIEWED:
        raise WrongCellError(shown(value), allowed)
    if number != int(number):
        raise WrongCellError(shown(value), allowed)
    return int(number)


def answer_in(value: Any, guesses: set[str]) -> int:
    """Return whether a participant voiced a theme: 1 yes, 0 no, -1 unknown; empty is unknown.

    Raises:
        WrongCellError: none of these.
    """
    if is_empty(value):
        return UNKNOWN
    match value:
        case bool():
            return YES if value else NO
        case int() | float() if value in (0, 1):
            guesses.add("1 is read as yes, 0 as no")
            return YES if value == 1 else NO
        case str() if tidy(value) in _TICKS:
            guesses.add(f"'{tidy(value)}' is read as {'yes' if _TICKS[tidy(value)] else 'no'}")
            return _TICKS[tidy(value)]
        case str():
            words = WORDS["answers"]
            if (word := _meant(value, words, guesses)) is not None:
                return next(answer for answer, said in ANSWERS.items() if said == word)
            near = close(value, [one for alike in words.values() for one in alike])
            nearest = next((word for word, alike in words.items() if near in alike), None)
            raise WrongCellError(shown(value), _ANSWERS_SHOWN, nearest)
    raise WrongCellError(shown(value), _ANSWERS_SHOWN)


def reported_in(value: Any, guesses: set[str]) -> str:
    """Return what is written down of a service: all, some or absent; "" for an empty cell.

    Raises:
        WrongCellError: none of these.
    """
    if is_empty(value):
        return ""
    text, words = value if isinstance(value, str) else "", WORDS["reported"]
    if (word := _meant(text, words, guesses)) is not None:
        return word
    raise WrongCellError(shown(value), "all, some or absent", close(fold(text), words))


def _meant(text: str, words: Mapping[str, list[str]], guesses: set[str]) -> str | None:
    """Return the plain word that a text means, or None."""
    folded = fold(text)
    word = next((plain for plain, alike in words.items() if folded in alike), None)
    if word not in (None, folded):
        guesses.add(f"'{tidy(text)}' is read as {word}")
    return word


def codes_in(value: Any) -> tuple[str, ...]:
    """Return the codes that a cell lists, separated by spaces, commas or semicolons.

    Raises:
        WrongCellError: a date, into which a spreadsheet turned them, or no text.
    """
    if is_empty(value):
        return ()
    if isinstance(
        value, dt.date | dt.time | dt.timedelta | FormulaWithoutValue | ErrorValue | bool
    ):
        raise WrongCellError(shown(value), "codes of participants, with spaces between them")
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    found = (code.lstrip("#") for code in re.split(r"[\s,;]+", tidy(text)))
    return tuple(dict.fromkeys(code for code in found if code))
