"""What one cell of a staff list says: texts, numbers, dates, words for how well one knows another.

Each reader returns a value, or raises `WrongCellError` with what was found and what is
allowed.  What it had to guess it adds to `guesses`.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from colsim.scenario.staff.words import KNOWN_WORDS, WORDS_SHOWN, close, fold, is_placeholder, tidy

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

LONGEST_NAME = 60
EARLIEST_START = dt.date(1950, 1, 1)
FULL_TIME = 37.2
"""Hours a week of a whole post, as in the model's contracted hours."""
FEWEST_HOURS, MOST_HOURS = 1.0, 60.0
FARTHEST = 500.0
"""Kilometres; more is no distance within an authority."""
EPOCH = dt.datetime(1899, 12, 30)
"""Day 0 of spreadsheet dates."""

_NUMBER = re.compile(r"([+-]?\d{1,9}(?:[.,]\d{1,12})?)\s*(%|[a-zA-Z][a-zA-Z ./]{0,20})?")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::00)?")
_MONTHS = (
    ("jan",), ("feb",), ("mar", "mär", "maer"), ("apr",), ("may", "mai"), ("jun",), ("jul",),
    ("aug",), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dez"),
)  # fmt: skip


class WrongCellError(Exception):
    """A cell that cannot be understood."""

    def __init__(self, found: str, allowed: str, suggestion: str | None = None) -> None:
        super().__init__(found)
        self.found, self.allowed, self.suggestion = found, allowed, suggestion


@dataclass(frozen=True, slots=True)
class FormulaWithoutValue:
    """A formula whose result the file does not hold."""

    text: str


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """What a spreadsheet shows where a formula fails, such as #REF!."""

    text: str


def shown(value: object) -> str:
    """Show a cell's content in a message, shortened."""
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "TRUE" if value else "FALSE"
        case dt.datetime():
            return f"the date {value:%Y-%m-%d}"
        case dt.date():
            return f"the date {value.isoformat()}"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case int() | float():
            return f"{value:.12g}"
        case FormulaWithoutValue():
            return "a formula without a stored value"
        case ErrorValue():
            return f"the error {value.text}"
        case _:
            text = repr(str(value))
            return text if len(text) <= 60 else f"{text[:57]}..."


def is_empty(value: object) -> bool:
    """Tell whether a cell says nothing; a dash or "n/a" says nothing either."""
    return value is None or (isinstance(value, str) and is_placeholder(tidy(value)))


def _refuse_unusable(value: object, allowed: str) -> None:
    if isinstance(value, FormulaWithoutValue):
        raise WrongCellError(
            shown(value), f"{allowed}; open the file in a spreadsheet program and save it again"
        )
    if isinstance(value, ErrorValue) or is_empty(value):
        raise WrongCellError(shown(value), allowed)


def name_in(value: object, *, what: str) -> str:
    """Return a name or code; whole numbers are names too.

    Raises:
        WrongCellError: empty, a date, too long, or with control characters.
    """
    allowed = f"{what}: a text of 1 to {LONGEST_NAME} characters"
    _refuse_unusable(value, allowed)
    match value:
        case bool():
            raise WrongCellError(shown(value), allowed)
        case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
            raise WrongCellError(
                f"{shown(value)}, into which a spreadsheet may have turned a code",
                f"{allowed}; format the column as text and type it again",
            )
        case int():
            text = str(value)
        case float():
            text = f"{value:.15g}"
        case _:
            text = tidy(str(value))
    if len(text) > LONGEST_NAME or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise WrongCellError(shown(text), allowed)
    return text


def _plain_number(value: object, allowed: str, guesses: set[str]) -> tuple[float, str]:
    """Return a number and the unit written behind it."""
    _refuse_unusable(value, allowed)
    match value:
        case bool():
            raise WrongCellError(shown(value), allowed)
        case int() | float():
            if value != value or abs(value) == float("inf"):
                raise WrongCellError(shown(value), allowed)
            return float(value), ""
        case dt.timedelta():
            guesses.add("times of the clock are read as hours")
            return value.total_seconds() / 3600, "h"
        case dt.time():
            guesses.add("times of the clock are read as hours")
            return value.hour + value.minute / 60, "h"
        case str():
            text = tidy(value).replace("−", "-")
            if clock := _CLOCK.fullmatch(text):
                guesses.add("times of the clock are read as hours")
                return int(clock[1]) + int(clock[2]) / 60, "h"
            if match := _NUMBER.fullmatch(text):
                if "," in match[1]:
                    guesses.add("a comma in a number is read as the decimal comma")
                return float(match[1].replace(",", ".")), (match[2] or "").strip().casefold()
    raise WrongCellError(shown(value), allowed)


def hours_in(value: object, *, as_share: bool, guesses: set[str]) -> float:
    """Return hours a week, rounded to a hundredth.

    Args:
        value: the cell.
        as_share: the column holds shares of a whole post.
        guesses: added to.

    Raises:
        WrongCellError: no number, or not from 1 to 60 hours.
    """
    if as_share:
        allowed = f"a share of a whole post, from {FEWEST_HOURS / FULL_TIME:.2f} to 1.5"
        number, unit = _plain_number(value, allowed, guesses)
        if unit not in ("", "%", "fte", "wte"):
            raise WrongCellError(shown(value), allowed)
        number = number / 100 if unit == "%" else number
        if not FEWEST_HOURS / FULL_TIME - 0.005 <= number <= 1.5:
            raise WrongCellError(shown(value), allowed)
        return max(FEWEST_HOURS, round(number * FULL_TIME, 2))
    allowed = f"hours a week, a number from {FEWEST_HOURS:g} to {MOST_HOURS:g}"
    number, unit = _plain_number(value, allowed, guesses)
    if unit not in ("", "h", "hr", "hrs", "hour", "hours", "std", "hours a week", "h/week"):
        raise WrongCellError(shown(value), allowed)
    if not FEWEST_HOURS <= number <= MOST_HOURS:
        raise WrongCellError(shown(value), allowed)
    return round(number, 2)


def share_in(value: object, *, guesses: set[str]) -> float:
    """Return familiarity or trust in [0, 1], from a number, a percentage or a word.

    Raises:
        WrongCellError: none of these.
    """
    allowed = f"a number from 0 to 1, or a word: {WORDS_SHOWN}"
    _refuse_unusable(value, allowed)
    if isinstance(value, str) and fold(value) in KNOWN_WORDS:
        number = KNOWN_WORDS[fold(value)]
        if fold(value) not in WORDS_SHOWN.split(", "):
            guesses.add(f"'{tidy(value).casefold()}' is read as {number:g}")
        return number
    try:
        number, unit = _plain_number(value, allowed, guesses)
    except WrongCellError as wrong:
        if isinstance(value, str):
            wrong.suggestion = close(value, KNOWN_WORDS)
        raise
    number = number / 100 if unit == "%" else number
    if unit not in ("", "%") or not 0.0 <= number <= 1.0:
        raise WrongCellError(shown(value), allowed)
    return number


def distance_in(value: object, *, in_miles: bool, guesses: set[str]) -> float:
    """Return kilometres, of a number in miles if the column is or its unit says so.

    Raises:
        WrongCellError: no number, negative, or more than 500.
    """
    allowed = f"kilometres, a number from 0 to {FARTHEST:g}"
    number, unit = _plain_number(value, allowed, guesses)
    if unit in ("mi", "mile", "miles") or (in_miles and not unit):
        guesses.add("miles are turned into kilometres")
        number *= 1.609344
    elif unit not in ("", "km", "kilometres", "kilometers"):
        raise WrongCellError(shown(value), allowed)
    if not 0.0 <= number <= FARTHEST:
        raise WrongCellError(shown(value), allowed)
    return number


def month_first(values: Iterable[object]) -> bool | None:
    """Tell whether a column's dates put the month before the day; None if nothing tells."""
    day_first = other = False
    for value in values:
        if isinstance(value, str) and (
            found := re.match(r"(\d{1,2})[./-](\d{1,2})[./-]", tidy(value))
        ):
            day_first = day_first or int(found[1]) > 12
            other = other or int(found[2]) > 12
    if day_first or other:
        return other and not day_first
    return None


def date_in(
    value: object, *, latest: dt.date, month_before_day: bool | None, guesses: set[str]
) -> dt.date:
    """Return a date from a date cell, a spreadsheet's day number, or one of the usual forms.

    Args:
        value: the cell.
        latest: the day at which the list holds; nobody starts after it.
        month_before_day: what the column's other dates tell.
        guesses: added to.

    Raises:
        WrongCellError: no date, before 1950, or after `latest`.
    """
    allowed = (
        f"a date from {EARLIEST_START.isoformat()} to {latest.isoformat()}, such as 2019-03-31 "
        "or 31.03.2019"
    )
    _refuse_unusable(value, allowed)
    found: dt.date | None = None
    match value:
        case bool():
            pass
        case dt.datetime():
            found = value.date()
        case dt.date():
            found = value
        case int() | float():
            found = _day_number(float(value), guesses)
        case str():
            try:
                found = _date_of_text(tidy(value), latest, bool(month_before_day), guesses)
            except ValueError:
                found = None
            if (
                found is not None
                and month_before_day is None
                and re.match(r"\d{1,2}[./-]\d{1,2}[./-]", tidy(value))
            ):
                guesses.add("dates such as 03/04/2019 are read as day, month, year")
            elif found is not None and month_before_day:
                guesses.add("dates are read as month, day, year")
    if found is None or found < EARLIEST_START or found > latest:
        raise WrongCellError(shown(value), allowed)
    return found


def _day_number(number: float, guesses: set[str]) -> dt.date | None:
    if number.is_integer() and 1950 <= number <= 2100:
        guesses.add("a bare year is read as its first of January")
        return dt.date(int(number), 1, 1)
    if not 1 <= number <= 80_000:
        return None
    guesses.add("numbers are read as a spreadsheet's dates (days since 1899-12-30)")
    return (EPOCH + dt.timedelta(days=number)).date()


def _date_of_text(
    text: str, latest: dt.date, month_before_day: bool, guesses: set[str]
) -> dt.date | None:
    """Return the date of a text.

    Raises:
        ValueError: the form is known, but there is no such day.
    """
    text = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$", "", text)
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"\d{4,5}", text):
        return _day_number(float(text), guesses)
    if match := re.fullmatch(r"(\d{1,2})[-/. ]{1,2}(\d{1,2})[-/. ]{1,2}(\d{4}|\d{2})", text):
        day, month = int(match[1]), int(match[2])
        if month_before_day:
            day, month = month, day
        return dt.date(_year(match[3], latest, guesses), month, day)
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[-. ]*([^\W\d]+)\.?[-., ]*(\d{4}|\d{2})", text)
    if match and (named := _month(match[2])):
        return dt.date(_year(match[3], latest, guesses), named, int(match[1]))
    match = re.fullmatch(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", text)
    if match and (named := _month(match[1])):
        return dt.date(int(match[3]), named, int(match[2]))
    month_alone = re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text)
    named_alone = re.fullmatch(r"([^\W\d]+)\.?[-/ ](\d{4}|\d{2})", text)
    if month_alone or named_alone:
        found = month_alone or named_alone
        assert found is not None
        number = int(found[1]) if month_alone else _month(found[1])
        if number:
            guesses.add("a month without a day is read as its first day")
            return dt.date(_year(found[2], latest, guesses), number, 1)
    return None


def _year(text: str, latest: dt.date, guesses: set[str]) -> int:
    if len(text) == 4:
        return int(text)
    guesses.add("two-digit years are read as the latest such year that has come")
    year = latest.year // 100 * 100 + int(text)
    return year if year <= latest.year else year - 100


def _month(word: str) -> int | None:
    folded = word.casefold()
    if len(folded) < 3:
        return None
    for number, starts in enumerate(_MONTHS, start=1):
        if folded.startswith(starts):
            return number
    return None
