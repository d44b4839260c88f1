"""Tables as they stand in files, and their faults: many rows wrong in one way are said once."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from colsim.errors import few
from colsim.scenario.faults import Fault
from colsim.scenario.staff.cells import Cell, ErrorValue, FormulaWithoutValue
from colsim.scenario.staff.dates import EPOCH

MOST_BYTES = 20 * 2**20
"""Largest file that is read."""
MOST_UNPACKED = 300 * 2**20
"""Most bytes that a workbook may unpack to."""
MOST_ROWS = 50_000
"""Most rows of a table that hold anything."""
MOST_COLUMNS = 200
MOST_CELLS = 600_000
"""Most cells of a sheet that hold anything."""

Content = Cell | FormulaWithoutValue | ErrorValue


@dataclass(frozen=True, slots=True)
class StaffFault(Fault):
    """One thing wrong in a staff list, by sheet, row and column."""

    sheet: str = ""
    """Sheet, or file where each table has its own; empty for the whole file."""
    row: int | None = None
    """As the spreadsheet numbers it, from 1."""
    column: str | None = None
    """Header, or the plain name of a column that is missing."""
    place: int | None = None
    """Number of the column, from 1; None where it is missing."""


def fault(
    file: str,
    found: str,
    allowed: str,
    suggestion: str | None = None,
    *,
    sheet: str = "",
    row: int | None = None,
    column: str | None = None,
    place: int | None = None,
) -> StaffFault:
    """Return a fault whose key names sheet, row and column."""
    places = [
        f"sheet {sheet}" if sheet else "",
        "" if row is None else f"row {row}",
        "" if column is None else f"column {column}",
    ]
    key = ", ".join(place for place in places if place)
    return StaffFault(file, key, found, allowed, suggestion, sheet, row, column, place)


class UnreadableError(Exception):
    """A file that is not read at all, for one or several reasons."""

    def __init__(self, *faults: StaffFault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def unreadable(
    file: str, found: str, allowed: str, suggestion: str | None = None, **place: Any
) -> UnreadableError:
    """Return what to raise of a file for one reason; arguments are those of `fault`."""
    return UnreadableError(fault(file, found, allowed, suggestion, **place))


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or one delimited file."""

    file: str
    """As the user named it."""
    sheet: str
    """Name of the sheet; empty where the file is the table."""
    rows: Sequence[tuple[int, Sequence[Content]]]
    """Row number and cells of each row that holds anything."""
    hidden_columns: frozenset[int] = frozenset()
    """Places, from 0, of columns that the sheet does not show."""
    epoch: dt.datetime = EPOCH
    """Day 0 of its day numbers."""

    @property
    def label(self) -> str:
        """How notes name it."""
        return self.sheet or self.file

    @property
    def where(self) -> str:
        """How notes name the place of something in it."""
        return f"sheet '{self.sheet}'" if self.sheet else self.file


@dataclass(slots=True)
class Tables:
    """What a file or folder holds."""

    tables: dict[str, Table]
    """Kind (Staff, Ties, Sites) to table."""
    more_staff: list[Table] = field(default_factory=list)
    """Further sheets of the same list of staff."""
    notes: list[str] = field(default_factory=list)
    faults: list[StaffFault] = field(default_factory=list)


MOST_LINES = 15
_ROWS_SHOWN = 4
_FOUND_SHOWN = 3


def grouped(faults: Sequence[StaffFault], *, most: int = MOST_LINES) -> list[StaffFault]:
    """Return faults as at most `most`, in the order of their first rows.

    Faults of one column with the same finding are one; if these are too many, faults of one
    column that allow the same are one; if there still are too many, the last says so.
    """
    groups = _grouped(faults, lambda fault: (_place(fault), fault.found, fault.allowed))
    if len(groups) > most:
        # What a title is to be mapped to names the title: one kind all the same.
        groups = _grouped(faults, lambda fault: (_place(fault), fault.allowed.split("--role")[0]))
    merged = [_merged(group) for group in groups[:most]]
    if len(groups) > most:
        rest = sum(len(group) for group in groups[most - 1 :])
        allowed = "a list without faults: colsim authority check, with --json, lists all"
        merged[most - 1] = StaffFault(faults[0].file, "", f"{rest} more", allowed)
    return merged


def _place(fault: StaffFault) -> Hashable:
    return fault.file, fault.sheet, fault.column


def _grouped(
    faults: Iterable[StaffFault], key: Callable[[StaffFault], Hashable]
) -> list[list[StaffFault]]:
    groups: dict[Hashable, list[StaffFault]] = {}
    for fault in faults:
        groups.setdefault(key(fault) if fault.row is not None else fault, []).append(fault)
    return list(groups.values())


def _merged(group: Sequence[StaffFault]) -> StaffFault:
    first = group[0]
    if len(group) == 1:
        return first
    rows = [fault.row for fault in group]
    places = [
        f"sheet {first.sheet}" if first.sheet else "",
        f"column {first.column}",
        f"{len(rows)} rows ({few(rows, _ROWS_SHOWN)})",
    ]
    said = _most_common(fault.found for fault in group)
    found = "; ".join(said[:_FOUND_SHOWN])
    if len(said) > _FOUND_SHOWN:
        found += f" and {len(said) - _FOUND_SHOWN} others"
    near = {fault.suggestion for fault in group}
    return replace(
        first,
        key=", ".join(place for place in places if place),
        found=found,
        suggestion=near.pop() if len(near) == 1 else None,
    )


def _most_common(texts: Iterable[str]) -> list[str]:
    """Return different texts, with how often each occurs if there are several."""
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    if len(counts) == 1:
        return list(counts)
    return [f"{text} ({n})" for text, n in sorted(counts.items(), key=lambda item: -item[1])]
