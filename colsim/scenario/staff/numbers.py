"""Numbers as people write them: any digits, decimal comma, thousands, fractions, units."""

import re
import unicodedata
from dataclasses import dataclass

from colsim.scenario.names import as_seen

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
