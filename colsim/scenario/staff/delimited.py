"""Tables from delimited text: any usual encoding, comma, semicolon or tab."""

import csv
import io
from collections.abc import Iterator

from colsim.scenario.staff.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    StaffFault,
    Table,
    UnreadableError,
    fault,
)
from colsim.scenario.staff.words import match_columns

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_LOOKED_AT = 40
"""Rows at the top by which the delimiter is judged."""


def read_delimited(data: bytes, *, file: str, kind: str, notes: list[str]) -> Table:
    """Return the table that a delimited file holds.

    Args:
        data: the file's bytes.
        file: name for messages.
        kind: which table it should be; its headers show which delimiter is meant.
        notes: what was guessed is added.

    Raises:
        UnreadableError: no text, a quote that never ends, or too many rows.
    """
    text = _decode(data, file=file, notes=notes)
    lines = text.split("\n", 1)
    declared = lines[0].strip().casefold()
    if declared in ("sep=;", "sep=,", "sep=\t", "sep="):
        # A line for one spreadsheet program, which does not count it as a row.
        text = lines[1] if len(lines) > 1 else ""
        delimiter = declared[4:] or "\t"
    else:
        delimiter = _delimiter(text, kind)
    if delimiter != ",":
        notes.append(f"{file}: columns are taken to be separated by {_DELIMITERS[delimiter]}s")
    rows = []
    try:
        for number, cells in enumerate(_reader(text, delimiter), start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells[:MOST_COLUMNS]))
            if len(rows) > MOST_ROWS:
                raise UnreadableError(
                    fault(file, f"more than {MOST_ROWS} rows", f"at most {MOST_ROWS} rows")
                )
    except csv.Error as error:
        raise UnreadableError(
            fault(file, f"text that is no table ({error})", "each quote closed in its cell")
        ) from None
    return Table(file, "", rows)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _decode(data: bytes, *, file: str, notes: list[str]) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            notes.append(f"{file}: read as UTF-16")
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise UnreadableError(_no_table(file)) from None
    if b"\0" in data:
        raise UnreadableError(_no_table(file))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
            raise UnreadableError(
                fault(
                    file,
                    f"byte {data[error.start]:#04x}, which is neither UTF-8 nor Windows-1252",
                    "text saved as UTF-8",
                    row=row,
                )
            ) from None
        notes.append(f"{file}: not UTF-8; taken to be Windows-1252")
    head = text[:2000]
    if head.startswith(("%PDF", "{\\rtf")) or sum(ord(c) < 32 and c not in "\t\r\n" for c in head):
        raise UnreadableError(_no_table(file))
    if head.lstrip()[:200].casefold().startswith(("<html", "<!doctype", "<?xml", "<table")):
        raise UnreadableError(
            fault(
                file, "a web page or XML, whatever its name says", "a file saved as .xlsx or .csv"
            )
        )
    return text


def _no_table(file: str) -> StaffFault:
    return fault(
        file, "a file that is no spreadsheet", "a workbook (.xlsx) or a text with columns (.csv)"
    )


def _delimiter(text: str, kind: str) -> str:
    """Return the delimiter with which most headers make sense; then that with most columns."""
    best, best_score = ",", (-1, -1)
    top = "\n".join(text.splitlines()[:_LOOKED_AT])
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(top), delimiter=delimiter))
        except csv.Error:
            continue
        score = max(
            ((len(match_columns(kind, row).index), len(row)) for row in rows[:10]), default=(0, 0)
        )
        if score > best_score:
            best, best_score = delimiter, score
    return best
