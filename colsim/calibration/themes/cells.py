"""What one cell of a theme table says: a count, a service, an answer."""

import datetime as dt
import re
from typing import Any

from colsim.calibration.themes.table import NO, SERVICES, UNKNOWN, YES, Service
from colsim.scenario.names import tidy
from colsim.scenario.staff.cells import (
    ErrorValue,
    FormulaWithoutValue,
    WrongCellError,
    is_empty,
    name_in,
    shown,
)
from colsim.scenario.staff.numbers import number_in
from colsim.scenario.staff.titles import ROLES, nearest_role, role_of
from colsim.scenario.staff.words import close, fold

MOST_INTERVIEWED = 10_000
LONGEST_TEXT = 500
_SERVICES_SHOWN = "CSW (children's social worker) or MHSW (mental health social worker)"
_ANSWERS_SHOWN = "yes, no or unknown"
_ANSWERS: dict[int, tuple[str, ...]] = {
    YES: ("yes", "y", "true", "1", "x", "voiced", "said", "ja"),
    NO: ("no", "n", "false", "0", "not voiced", "not said", "did not", "nein"),
    UNKNOWN: (
        "unknown", "unclear", "not known", "don t know", "not sure", "uncertain", "maybe",
        "not asked", "missing", "nk", "dk",
    ),
}  # fmt: skip
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
            folded = fold(value)
            for answer, words in _ANSWERS.items():
                if folded in words:
                    if folded != words[0]:
                        guesses.add(f"'{tidy(value)}' is read as {words[0]}")
                    return answer
            near = close(value, [word for words in _ANSWERS.values() for word in words])
            raise WrongCellError(
                shown(value),
                _ANSWERS_SHOWN,
                next((words[0] for words in _ANSWERS.values() if near in words), None),
            )
    raise WrongCellError(shown(value), _ANSWERS_SHOWN)


def reported_in(value: Any, guesses: set[str]) -> str:
    """Return what is written down of a service: all, some or absent; "" for an empty cell.

    Raises:
        WrongCellError: none of these.
    """
    if is_empty(value):
        return ""
    words = {
        "all": ("all", "everybody", "everyone", "each"),
        "some": ("some", "several", "a few", "group", "reported"),
        "absent": ("absent", "not reported", "not mentioned", "missing", "other service only"),
    }
    folded = fold(value) if isinstance(value, str) else ""
    for word, alike in words.items():
        if folded in alike:
            if folded != word:
                guesses.add(f"'{tidy(str(value))}' is read as {word}")
            return word
    raise WrongCellError(shown(value), "all, some or absent", close(folded, list(words)))


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
