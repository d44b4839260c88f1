"""Dates of a staff list: date cells, day numbers, the usual forms in text, and none at all."""

import datetime as dt
import re
from collections.abc import Iterable

from colsim.scenario.staff.cells import WrongCellError, in_ascii, is_empty, refuse_unusable, shown
from colsim.scenario.staff.words import WORDS, fold

EARLIEST_START = dt.date(1950, 1, 1)
EPOCH = dt.datetime(1899, 12, 30)
"""Day 0 of spreadsheet dates."""
EPOCH_1904 = dt.datetime(1904, 1, 1)
"""Day 0 in workbooks that count from 1904."""
_NO_DAYS = re.compile(r"0+(?:[-/. ]0+(?:[-/. ]0+)?)?(?:[ T]0+:0+(?::0+)?)?")
_FIRST_DAYS = (dt.date(1899, 12, 30), dt.date(1899, 12, 31), dt.date(1900, 1, 1))
_FILLED_IN = (*_FIRST_DAYS, dt.date(1904, 1, 1), dt.date(9999, 12, 31), dt.date(2999, 12, 31))
"""Days that personnel systems write where they know none."""


def is_unknown(value: object) -> bool:
    """Tell whether a cell says, in one way or another, that a date is not known.

    >>> [is_unknown(text) for text in ("TBC", "00/00/0000", "01/01/1900", "soon", 0)]
    [True, True, True, False, True]
    """
    match value:
        case bool():
            return False
        case dt.datetime():
            return value.date() in _FILLED_IN
        case dt.date():
            return value in _FILLED_IN
        case dt.time():
            return value == dt.time(0)
        case int() | float():
            return value == 0
        case str():
            text = in_ascii(value)
            unknown = WORDS["cells"]["no_date"]
            if is_empty(value) or fold(text) in unknown or _NO_DAYS.fullmatch(text):
                return True
            try:
                return _date_of_text(text, dt.date(9999, 1, 1), False, set(), EPOCH) in _FILLED_IN
            except (ValueError, OverflowError):
                return False
    return is_empty(value)


def month_first(values: Iterable[object]) -> bool | None:
    """Tell whether a column's dates put the month before the day; None if nothing tells."""
    day_first = other = False
    for value in values:
        if isinstance(value, str) and (
            found := re.match(r"(\d{1,2})[./-](\d{1,2})[./-]", in_ascii(value))
        ):
            day_first = day_first or int(found[1]) > 12
            other = other or int(found[2]) > 12
    if day_first or other:
        return other and not day_first
    return None


def date_in(
    value: object,
    *,
    latest: dt.date,
    month_before_day: bool | None,
    guesses: set[str],
    epoch: dt.datetime = EPOCH,
) -> dt.date:
    """Return a date from a date cell, a spreadsheet's day number, or one of the usual forms.

    Args:
        value: the cell.
        latest: the day at which the list holds; nobody starts after it.
        month_before_day: what the column's other dates tell.
        guesses: added to.
        epoch: day 0 of the file's day numbers.

    Raises:
        WrongCellError: no date, before 1950, or after `latest`.
    """
    allowed = (
        f"a date from {EARLIEST_START.isoformat()} to {latest.isoformat()}, such as 2019-03-31 "
        "or 31.03.2019"
    )
    refuse_unusable(value, allowed)
    found: dt.date | None = None
    match value:
        case bool():
            pass
        case dt.datetime():
            found = value.date()
        case dt.date():
            found = value
        case int() | float():
            found = _day_number(float(value), guesses, epoch)
        case str():
            try:
                text = in_ascii(value)
                found = _date_of_text(text, latest, bool(month_before_day), guesses, epoch)
            except (ValueError, OverflowError):
                found = None
            if (
                found is not None
                and month_before_day is None
                and re.match(r"\d{1,2}[./-]\d{1,2}[./-]", in_ascii(value))
            ):
                guesses.add("dates such as 03/04/2019 are read as day, month, year")
            elif found is not None and month_before_day:
                guesses.add("dates are read as month, day, year")
    if found is None or found < EARLIEST_START or found > latest:
        raise WrongCellError(shown(value), allowed)
    return found


def _day_number(number: float, guesses: set[str], epoch: dt.datetime) -> dt.date | None:
    if number.is_integer() and 1950 <= number <= 2100:
        guesses.add("a bare year is read as its first of January")
        return dt.date(int(number), 1, 1)
    if not 1 <= number <= 80_000:
        return None
    guesses.add(f"numbers are read as a spreadsheet's dates (days since {epoch:%Y-%m-%d})")
    return (epoch + dt.timedelta(days=number)).date()


def _date_of_text(
    text: str, latest: dt.date, month_before_day: bool, guesses: set[str], epoch: dt.datetime
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
        return _day_number(float(text), guesses, epoch)
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
    for number, starts in enumerate(WORDS["cells"]["months"], start=1):
        if folded.startswith(tuple(starts)):
            return number
    return None
