"""What one cell of a staff list says: texts, numbers, words for how well one knows another.

Numbers may be written as people write them: any digits, decimal comma, thousands, fractions, units.

Each reader returns a value, or raises `WrongCellError` with what was found and what is
allowed.  What it had to guess it adds to `guesses`.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Self

from colsim.scenario.names import as_seen, tidy
from colsim.scenario.staff.words import KNOWN_WORDS, WORDS, WORDS_SHOWN, close, fold, is_placeholder

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

LONGEST_NAME = 60
FULL_TIME = 37.2
"""Hours a week of a whole post, as in the model's contracted hours."""
FEWEST_HOURS, MOST_HOURS = 1.0, 60.0
MOST_SHARE = 1.5
"""Of a whole post."""
FEWEST_BESIDE_THOUSANDS = 6.0
"""Hours a week; below, 1,950 is rather hours a year than 1.95."""
FARTHEST = 500.0
"""Kilometres; more is no distance within an authority."""
MOST_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""
_CELLS: dict[str, list[str]] = WORDS["cells"]
_SHORTENED = re.compile(r"\d[.,]\d+E\+?\d+")


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


_TOO_NARROW = re.compile(r"#{3,}")


def error_of(text: str) -> ErrorValue | None:
    """Return the error that a text is, such as #REF!, or a number that did not fit its column."""
    bare = text.strip()
    if bare.upper() in _CELLS["errors"] or _TOO_NARROW.fullmatch(bare):
        return ErrorValue(bare)
    return None


class ShownNumber(float):
    """A number that a spreadsheet shows otherwise than it is, such as 7 as 0007."""

    text: str

    def __new__(cls, value: float, text: str = "") -> Self:
        """Return a number that knows how it is shown."""
        number = super().__new__(cls, value)
        number.text = text
        return number


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
        case ShownNumber():
            return f"{value.text}"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case int() | float():
            return f"{value:.12g}"
        case FormulaWithoutValue():
            return "a formula without a stored value"
        case ErrorValue() if _TOO_NARROW.fullmatch(value.text):
            return f"{value.text}, a number that did not fit its column when the file was saved"
        case ErrorValue():
            return f"the error {value.text}"
        case _:
            text = repr(str(value))
            return text if len(text) <= 60 else f"{text[:57]}..."


def is_empty(value: object) -> bool:
    """Tell whether a cell says nothing; a dash or "n/a" says nothing either."""
    return value is None or (isinstance(value, str) and is_placeholder(tidy(value)))


def refuse_unusable(value: object, allowed: str) -> None:
    """Refuse a cell that holds nothing to read: empty, a failed formula, one never computed."""
    if isinstance(value, FormulaWithoutValue):
        raise WrongCellError(
            shown(value), f"{allowed}; open the file in a spreadsheet program and save it again"
        )
    if isinstance(value, ErrorValue):
        raise WrongCellError(shown(value), allowed)
    if is_empty(value):
        reads = ", which is read as nothing" if isinstance(value, str) and tidy(value) else ""
        raise WrongCellError(f"{shown(value)}{reads}", allowed)


def name_in(value: object, *, what: str) -> str:
    """Return a name or code; whole numbers are names too.

    Raises:
        WrongCellError: empty, a date, too long, or with control characters.
    """
    allowed = f"{what}: a text of 1 to {LONGEST_NAME} characters"
    refuse_unusable(value, allowed)
    match value:
        case bool():
            text = shown(value)
        case dt.datetime() | dt.date() | dt.time() | dt.timedelta():
            raise WrongCellError(
                f"{shown(value)}, into which a spreadsheet may have turned a code",
                f"{allowed}; format the column as text and type it again",
            )
        case ShownNumber():
            text = value.text
        case int():
            text = str(value)
        case float():
            text = f"{value:.0f}" if value.is_integer() else f"{value:.{MOST_DIGITS}g}"
        case _:
            text = tidy(str(value))
    digits = isinstance(value, int | float) and len(text.lstrip("-")) > MOST_DIGITS
    if digits or _SHORTENED.fullmatch(text):
        raise WrongCellError(
            f"{shown(text)}, into which a spreadsheet may have turned a longer number",
            f"{allowed}; format the column as text and type it again",
        )
    if len(text) > LONGEST_NAME or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise WrongCellError(shown(text), allowed)
    return text


def _plain_number(
    value: object, allowed: str, guesses: set[str], *, least: float = 0.0
) -> tuple[float, str]:
    """Return a number and the unit written behind it.

    Args:
        value: the cell.
        allowed: for messages.
        guesses: added to.
        least: below it a comma or point before three digits may as well stand before thousands.
    """
    refuse_unusable(value, allowed)
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
        case str() if written := number_in(value):
            if written.otherwise is not None and written.value < least:
                raise WrongCellError(
                    f"{shown(tidy(value))}, which may be {written.value:g} or "
                    f"{written.otherwise:.0f}",
                    f"{allowed}, without a sign for thousands",
                )
            if written.clock:
                guesses.add("times of the clock are read as hours")
            if written.comma:
                guesses.add("a comma in a number is read as the decimal comma")
            return written.value, written.unit
    raise WrongCellError(shown(value), allowed)


def hours_in(
    value: object, *, as_share: bool, guesses: set[str], as_percent: bool = False
) -> float:
    """Return hours a week, rounded to a hundredth; a unit says more than the column's header.

    Args:
        value: the cell.
        as_share: the column holds shares of a whole post.
        guesses: added to.
        as_percent: its numbers above 1.5 are hundredths; a cell shown as 60 % holds 0.6.

    Raises:
        WrongCellError: no number, or not from 1 to 60 hours.
    """
    share = f"a share of a whole post, from {FEWEST_HOURS / FULL_TIME:.2f} to {MOST_SHARE:g}"
    hours = f"hours a week, a number from {FEWEST_HOURS:g} to {MOST_HOURS:g}"
    allowed = share if as_share else hours
    least = 0.0 if as_share else FEWEST_BESIDE_THOUSANDS
    number, unit = _plain_number(value, allowed, guesses, least=least)
    if unit in ("%", *_CELLS["shares"]) or (as_share and not unit):
        if not as_share:
            guesses.add(f"shares are of a whole post of {FULL_TIME:g} hours a week")
        hundredths = unit == "%" or (as_percent and not unit and number > MOST_SHARE)
        number = number / 100 if hundredths else number
        if not FEWEST_HOURS / FULL_TIME - 0.005 <= number <= MOST_SHARE:
            raise WrongCellError(shown(value), share)
        return max(FEWEST_HOURS, round(number * FULL_TIME, 2))
    if unit and unit not in _CELLS["hours"]:
        raise WrongCellError(shown(value), allowed)
    if as_share:
        guesses.add("numbers with the unit hours are read as hours a week")
    if not FEWEST_HOURS <= number <= MOST_HOURS:
        raise WrongCellError(shown(value), hours)
    return round(number, 2)


def share_in(value: object, *, guesses: set[str]) -> float:
    """Return familiarity or trust in [0, 1], from a number, a percentage or a word.

    Raises:
        WrongCellError: none of these.
    """
    allowed = f"a number from 0 to 1, or a word: {WORDS_SHOWN}"
    refuse_unusable(value, allowed)
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


_UNIT = r"\s*(?P<unit>%|[^\W\d_][^\W\d_ ./]*(?:[ ./]+[^\W\d_]+){0,3}\.?)?"
_BODIES = (
    r"(?P<whole>\d{1,4}) (?P<over>\d{1,3})/(?P<under>\d{1,3})",
    r"(?P<over>\d{1,3})/(?P<under>\d{1,3})",
    r"(?P<grouped>\d{1,3}(?:[ ']\d{3})+)(?P<rest>[.,]\d{1,12})?",
    r"(?P<grouped>\d{1,3}(?:\.\d{3})+)(?P<rest>,\d{1,12})",
    r"(?P<grouped>\d{1,3}(?:,\d{3})+)(?P<rest>\.\d{1,12})",
    r"(?P<grouped>\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:,\d{3}){2,})",
    r"(?P<plain>\d{1,15}(?:[.,]\d{0,15})?|[.,]\d{1,15})(?P<power>[eE][+-]?\d{1,2})?",
)
_NUMBERS = [re.compile(rf"(?P<sign>[+-]?) ?{body}{_UNIT}") for body in _BODIES]
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::00)?|(\d{1,3}) ?h(?:rs?|ours?)? ?(\d{1,2}) ?(?:m\w*)?")
_SIGNS = str.maketrans("−‒–—", "----")
_PERCENT = ("percent", "per cent", "pct", "prozent")


@dataclass(frozen=True, slots=True)
class Written:
    """A number that a text holds."""

    value: float
    unit: str = ""
    """What stands behind it, folded; "%" for any way to say per cent."""
    comma: bool = False
    """A comma was read as the decimal comma."""
    clock: bool = False
    """It is hours and minutes."""
    otherwise: float | None = None
    """What it is too, if its one comma or point stands before thousands."""


def number_in(text: str) -> Written | None:
    """Return the number that a text holds, or None.

    >>> number_in("22.5 hrs").value, number_in("22.5 hrs").unit
    (22.5, 'hrs')
    >>> [number_in(text).value for text in ("\u0663\u0667\u066b\u0665", "1.234,5", "37\u00bd")]
    [37.5, 1234.5, 37.5]
    >>> number_in("1,950").otherwise, number_in("0,950").otherwise
    (1950.0, None)
    """
    text = in_ascii(text)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes = (clock[1], clock[2]) if clock[1] else (clock[3], clock[4])
        return Written(int(hours) + int(minutes) / 60, "h", clock=True)
    for pattern in _NUMBERS:
        if match := pattern.fullmatch(text):
            return _value(match.groupdict())
    return None


def in_ascii(text: str) -> str:
    """Return a text with the digits and signs of everyday numbers."""
    text = "".join(_digit(c) for c in as_seen(text)).translate(_SIGNS)
    return " ".join(text.replace("’", "'").split())


def _digit(character: str) -> str:
    if unicodedata.decomposition(character).startswith("<fraction>"):
        over, _, under = unicodedata.normalize("NFKC", character).partition("\u2044")
        return f" {over}/{under}"
    digit = unicodedata.decimal(character, None)
    return {"\u066b": ".", "\u066c": "'", "\u066a": "%", "·": "."}.get(
        character, character if digit is None else str(digit)
    )


def _value(found: dict[str, str | None]) -> Written | None:
    unit = (found.get("unit") or "").casefold().rstrip(".")
    unit = "%" if unit in _PERCENT else unit
    sign = -1.0 if found["sign"] == "-" else 1.0
    comma, otherwise = False, None
    if (over := found.get("over")) is not None:
        under = int(found["under"] or 0)
        if not under:
            return None
        value = int(found.get("whole") or 0) + int(over) / under
    elif (grouped := found.get("grouped")) is not None:
        value = float(re.sub(r"\D", "", grouped) + (found.get("rest") or "").replace(",", "."))
        comma = (found.get("rest") or "").startswith(",")
    else:
        plain = found["plain"] or ""
        value = float(plain.replace(",", ".") + (found.get("power") or ""))
        comma = "," in plain
        if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", plain):
            otherwise = sign * float(re.sub(r"\D", "", plain))
    return Written(sign * value, unit, comma, otherwise=otherwise)
