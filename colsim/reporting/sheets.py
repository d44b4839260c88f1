"""Tables as files: no text is taken for a formula; workbooks have a header that stays, a filter."""

import datetime as dt
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
