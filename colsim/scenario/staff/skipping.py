"""Rows of an export that are no people: headers again, headings, totals, footers."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from colsim.scenario.names import tidy
from colsim.scenario.staff.cells import is_empty
from colsim.scenario.staff.numbers import number_in
from colsim.scenario.staff.tables import Content
from colsim.scenario.staff.words import fold

_TOTAL = re.compile(
    r"((grand|sub|overall|team|service|report|establishment) )*(sub)?(total|totals|sum|headcount"
    r"|head count|row count|count|average|mean|gesamt|summe)( .*)?"
)
_FOOTER = re.compile(
    r"(printed|produced|generated|exported|created|extracted|prepared|run) (by|on|at|from|date)\b"
    r"|page \d+|confidential|official|sensitive|source|end of|report\b|run date|as at\b|note\b"
    r"|copyright|version|filter|criteria"
)
_SHOWN = 40
_WHO = ("id", "role", "team", "site", "locality")


def no_person(
    cells: Mapping[str, Content], everything: Sequence[Content], headers: Sequence[str]
) -> str | None:
    """Return why a row is no person, or None if it may be one.

    Args:
        cells: its cells by field.
        everything: all its cells.
        headers: texts of the row of headers.
    """
    filled = [cell for cell in everything if not is_empty(cell)]
    texts = [tidy(cell) for cell in filled if isinstance(cell, str)]
    who = [name for name in _WHO if not is_empty(cells.get(name))]
    again = [
        isinstance(cell, str) and fold(cell) == fold(header)
        for cell, header in zip(everything, headers, strict=False)
        if header
    ]
    if sum(again) >= 3 and sum(again) > len(filled) / 2:
        return "(the headers again)"
    total = next((text for text in texts if _TOTAL.fullmatch(fold(text))), None)
    if total is not None and len(who) <= 2:
        return _quoted(total)
    if not who and all(number_in(text) for text in texts):
        return "(numbers alone)"
    if len(filled) > 2:
        return None
    footer = next((text for text in texts if _FOOTER.match(fold(text))), None)
    if footer is not None:
        return _quoted(footer)
    dated = [cell for cell in filled if isinstance(cell, dt.date | dt.datetime)]
    if len(texts) + len(dated) == len(filled) == 1 and texts and " " in texts[0]:
        return _quoted(texts[0])
    return None


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}…'"
