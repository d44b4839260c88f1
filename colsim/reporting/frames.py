"""Tables of data as files: CSV, workbook or Parquet, by the ending of the name."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

import io
import re
from typing import TYPE_CHECKING

from colsim.reporting.files import refuse_existing, write_files
from colsim.reporting.folders import require_writable
from colsim.reporting.sheets import csv_bytes, harmless, workbook_bytes

if TYPE_CHECKING:
    import pandas as pd


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
        safe[name] = column.map(_cell)
    return safe


def _cell(value: Any) -> Any:
    return harmless(_CONTROL.sub("", value)) if isinstance(value, str) else value
