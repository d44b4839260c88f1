"""Tables as they stand in files: rows of cells with the numbers that a spreadsheet gives them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Tables:
    """What a file or folder holds."""

    tables: dict[str, Table]
    """Kind (Staff, Ties, Sites) to table."""
    more_staff: list[Table] = field(default_factory=list)
    """Further sheets of the same list of staff."""
    notes: list[str] = field(default_factory=list)
    faults: list[StaffFault] = field(default_factory=list)
