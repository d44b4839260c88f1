"""Tables as files, CSV, workbook or Parquet: no text is taken for a formula."""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.errors import UserError
from colsim.reporting.files import refuse_existing, write_files
from colsim.reporting.folders import require_writable

if TYPE_CHECKING:
    import pandas as pd

_WIDEST, _NARROWEST = 60, 8
_LOOKED_AT = 200
"""Rows by which a column's width is found."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=1+2"), harmless("co_location")
    ("'=1+2", 'co_location')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_bytes(frame: "pd.DataFrame") -> bytes:
    """Return a frame as CSV in UTF-8; a name that is no Unicode does not stop it."""
    text: str = frame.to_csv(index=False)
    return text.encode("utf-8", "backslashreplace")


def workbook_bytes(frames: "Mapping[str, pd.DataFrame]") -> bytes:
    """Return frames as a workbook, a sheet each.

    Texts are written as they are: what a spreadsheet would take for a formula is made harmless
    before.

    Args:
        frames: name of a sheet to what it holds.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, frame in frames.items():
        columns = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
        sheet = book.create_sheet(name)
        heads = _dress(sheet, frame.columns, columns)
        sheet.append(heads)
        for row in zip(*columns, strict=True):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(column: "pd.Series[Any]") -> list[Any]:
    """Return a column's values as cells hold them; what is missing is an empty cell."""
    values = column.astype(object).tolist()
    return [
        None if gone else _cell(value) for gone, value in zip(column.isna(), values, strict=True)
    ]


def _cell(value: Any) -> Any:
    """Return a value as a cell holds it; what none can hold as a text."""
    if hasattr(value, "item"):  # a number of NumPy's
        value = value.item()
    held = isinstance(value, bool | int | str | dt.date | dt.time)
    return value if held or (isinstance(value, float) and math.isfinite(value)) else str(value)


def _dress(sheet: Any, heads: Iterable[Any], columns: Sequence[Sequence[Any]]) -> list[Any]:
    """Set widths, a filter, and a first row that stays, whose cells are returned."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    found = []
    for number, (head, column) in enumerate(zip(heads, columns, strict=True), start=1):
        longest = max([*(len(str(v)) for v in column[:_LOOKED_AT]), min(len(str(head)), 24)])
        width = min(_WIDEST, max(_NARROWEST, longest + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
        cell = WriteOnlyCell(sheet, str(head))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        found.append(cell)
    sheet.freeze_panes = "A2"
    if columns:
        last = f"{get_column_letter(len(columns))}{len(columns[0]) + 1}"
        sheet.auto_filter.ref = f"A1:{last}"
    return found


SHEET_ROWS, SHEET_COLUMNS = 1_048_576, 16_384
"""What a spreadsheet's sheet holds, its header among the rows."""
SHEET_DIGITS = 10**15


ENDINGS = (".csv", ".xlsx", ".parquet")


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def check_ending(path: Path) -> None:
    """Refuse a file of a kind that cannot be written.

    Raises:
        UserError: its ending is none that is known.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UserError(
            f"--out: found {path.name!r}; allowed: a name that ends in {', '.join(ENDINGS)}"
        )


def write_frame(frame: "pd.DataFrame", path: str | Path, *, force: bool = False) -> None:
    """Write a frame as CSV, XLSX or Parquet; the folder is made if it is not there.

    Args:
        frame: what to write.
        path: the file.
        force: replace a file that is there.

    Raises:
        UserError: the ending is none of these, a sheet does not hold the rows
            or columns, or the file is there or cannot be written.
    """
    path = Path(path)
    refuse_existing([path], force)
    content = frame_bytes(frame, path)
    require_writable(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_files({path: content}, force=force)


def frame_bytes(frame: "pd.DataFrame", path: Path) -> bytes:
    """Return a frame as a file of CSV, XLSX or Parquet; no text in a cell is taken for a formula.

    Parquet is read by programs, which take no text for a formula: it stays as it is.

    Raises:
        UserError: the ending is none of these, or a sheet does not hold the rows or columns.
    """
    check_ending(path)
    kind = path.suffix.lower()
    if kind == ".xlsx" and (len(frame) >= SHEET_ROWS or len(frame.columns) > SHEET_COLUMNS):
        raise UserError(
            f"--out: found {len(frame):,} rows and {len(frame.columns):,} columns; allowed: "
            f"{SHEET_ROWS - 1:,} rows and {SHEET_COLUMNS:,} columns, which is what a sheet holds; "
            "write .csv or .parquet, or ask for less"
        )
    if kind == ".csv":
        return csv_bytes(neutral(frame))
    out = io.BytesIO()
    if kind == ".parquet":
        frame.to_parquet(out, index=False)
    else:
        return workbook_bytes({"Sheet1": _countable(neutral(frame))})
    return out.getvalue()


def _countable(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a frame for a spreadsheet, which holds whole numbers up to 15 digits: others as text.

    A seed of which the last digits are lost would be another seed.
    """
    counted = frame.copy()
    for name in counted.columns:
        column = counted[name]
        if column.dtype.kind in "iu" and len(column) and column.abs().max() >= SHEET_DIGITS:
            counted[name] = column.astype(str)
    return counted


def neutral(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return a frame whose texts, headers among them, no spreadsheet takes for formulas."""
    safe = frame.rename(columns=lambda name: harmless(str(name)))
    for name in safe.columns:
        column = safe[name]
        if not hasattr(column, "map") or column.dtype.kind in "biufcM":
            continue
        safe[name] = column.map(_harmless)
    return safe


def _harmless(value: Any) -> Any:
    return harmless(_CONTROL.sub("", value)) if isinstance(value, str) else value
