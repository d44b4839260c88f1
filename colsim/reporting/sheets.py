"""Tables as files: no text is taken for a formula; workbooks have a header that stays, a filter."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

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
    import pandas as pd

    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, index=False)
            _dress(writer.sheets[name], frame)
    return out.getvalue()


def _dress(sheet: "Worksheet", frame: "pd.DataFrame") -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, head in enumerate(frame.columns, start=1):
        shown = [str(value) for value in frame.iloc[:_LOOKED_AT, number - 1]]
        longest = max([*map(len, shown), min(len(str(head)), 24)])
        width = min(_WIDEST, max(_NARROWEST, longest + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
        cell = sheet.cell(row=1, column=number)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    if len(frame.columns):
        sheet.auto_filter.ref = sheet.dimensions
