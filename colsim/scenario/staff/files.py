"""From a path to tables: a workbook, text in any usual encoding, or a folder of these."""

import codecs
import csv
import io
import time
from collections.abc import Collection
from pathlib import Path

from colsim.scenario.staff.cells import error_of
from colsim.scenario.staff.outline import may_be_headers
from colsim.scenario.staff.tables import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    Content,
    StaffFault,
    Table,
    Tables,
    UnreadableError,
    fault,
    unreadable,
)
from colsim.scenario.staff.words import close, kind_of_sheet, match_columns
from colsim.scenario.staff.workbook import (
    OLE_MAGIC,
    ZIP_MAGIC,
    read_sheets,
    read_workbook,
    refuse_ole,
)

_TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ENDINGS = (".xlsx", ".xlsm", *_TEXT_ENDINGS)
"""Of files that hold a table."""
_ALLOWED = "a workbook (.xlsx), a .csv file, or a folder with staff.csv"
_TRIES = 3
_PAUSE = 0.2
"""Seconds between tries: a spreadsheet program locks a file while it saves."""


def tables_of(path: Path, *, label: str) -> Tables:
    """Return the tables of a staff list.

    Args:
        path: a workbook, a delimited file with staff alone, or a folder with staff.csv and,
            if wanted, ties.csv and sites.csv.
        label: how messages name it.

    Raises:
        UnreadableError: there is nothing to read, or it is not what it should be.
    """
    if path.is_dir():
        return _folder(path, label)
    data = bytes_of(path, label)
    if data.startswith(OLE_MAGIC):
        refuse_ole(data, label)
    if data.startswith(ZIP_MAGIC):
        tables = read_workbook(data, file=label)
        if path.suffix.lower() == ".xlsm":
            tables.notes.append(f"{label}: macros are not run")
        return tables
    tables = Tables({})
    if path.suffix.lower() not in _TEXT_ENDINGS:
        tables.notes.append(f"{label}: no workbook, but read as text with columns")
    tables.tables["Staff"] = read_delimited(data, file=label, kind="Staff", notes=tables.notes)
    others = [
        other.name
        for other in sorted(path.parent.iterdir())
        if other.suffix.lower() in _TEXT_ENDINGS and kind_of_sheet(other.stem) in ("Ties", "Sites")
    ]
    if others and kind_of_sheet(path.stem) == "Staff":
        tables.notes.append(
            f"{label}: {' and '.join(others)} beside it is not read; name the folder to use it"
        )
    return tables


def _folder(path: Path, label: str) -> Tables:
    files = [
        file
        for file in sorted(path.iterdir())
        if file.is_file() and file.suffix.lower() in _TEXT_ENDINGS
    ]
    by_kind: dict[str, Path] = {}
    tables = Tables({})
    for file in files:
        kind = kind_of_sheet(file.stem)
        if kind is None or (kind in by_kind and file.stem.casefold() != kind.casefold()):
            tables.notes.append(f"{label}: {file.name} is not used")
            continue
        by_kind[kind] = file
    if "Staff" not in by_kind:
        names = [file.name for file in sorted(path.iterdir()) if not file.name.startswith(".")]
        found = f"no staff.csv in this folder; there is {', '.join(names[:10]) or 'nothing'}"
        books = [name for name in names if name.lower().endswith(".xlsx")]
        raise unreadable(label, found, _ALLOWED, books[0] if books else None)
    faults: list[StaffFault] = []
    for kind, file in by_kind.items():
        name = str(Path(label) / file.name)
        try:
            data = bytes_of(file, name)
            if data.startswith((OLE_MAGIC, ZIP_MAGIC)):
                raise unreadable(name, "a workbook with the name of a text", _ALLOWED)
            tables.tables[kind] = read_delimited(data, file=name, kind=kind, notes=tables.notes)
        except UnreadableError as error:
            faults += error.faults
        if file.stem.casefold() != kind.casefold():
            tables.notes.append(f"{label}: {file.name} is taken to be {kind}")
    if faults:
        raise UnreadableError(*faults)
    return tables


def tables_in(data: bytes, label: str, *, kind: str, notes: list[str]) -> list[Table]:
    """Return every sheet of a workbook that may hold data, or the table of a delimited file.

    Args:
        data: a file's bytes.
        label: how messages name it.
        kind: which table a delimited file should be.
        notes: what is worth knowing is added.

    Raises:
        UnreadableError: it is neither, or damaged or too large.
    """
    if data.startswith(OLE_MAGIC):
        refuse_ole(data, label)
    if data.startswith(ZIP_MAGIC):
        return read_sheets(data, file=label, notes=notes)
    return [read_delimited(data, file=label, kind=kind, notes=notes)]


def bytes_of(
    path: Path, label: str, *, allowed: str = _ALLOWED, endings: Collection[str] = ENDINGS
) -> bytes:
    """Read a file, trying again if it is locked for a moment.

    Args:
        path: the file.
        label: how messages name it.
        allowed: what it should be.
        endings: of files beside it one of which may be meant.

    Raises:
        UnreadableError: not there, a folder, empty, too large, locked or not readable.
    """
    if path.is_dir():
        raise unreadable(label, "a folder", allowed)
    if not path.is_file():
        beside = [
            other.name
            for other in (sorted(path.parent.iterdir()) if path.parent.is_dir() else ())
            if other.suffix.lower() in endings and other.is_file()
        ]
        raise unreadable(label, "no such file", allowed, close(path.name, beside))
    if path.name.startswith("~$"):
        raise unreadable(
            label,
            "the mark that a spreadsheet program leaves while a file is open",
            f"the file itself, {path.name.removeprefix('~$')}",
        )
    for attempt in range(_TRIES):
        try:
            size = path.stat().st_size
            if size > MOST_BYTES:
                raise unreadable(
                    label,
                    f"a file of {size / 2**20:,.0f} MB",
                    f"at most {MOST_BYTES / 2**20:,.0f} MB",
                )
            if size == 0:
                raise unreadable(label, "an empty file", allowed)
            return path.read_bytes()
        except PermissionError:
            if attempt + 1 < _TRIES:
                time.sleep(_PAUSE)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise unreadable(
                label, f"a file that cannot be read ({reason})", "a readable file"
            ) from None
    raise unreadable(
        label,
        "a file that is locked or not yours to read",
        "a file that is closed in the spreadsheet program, and readable",
    )


_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOKED_AT = 1000
"""Rows at the top by which the delimiter is judged."""
_SHOWN = 4
"""Lines that are named of those in another encoding."""


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
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", 1)
    declared = lines[0].strip(' "\u00a0').casefold()
    skipped = 0
    if declared.startswith("sep=") and declared[4:] in ("", *_DELIMITERS):
        # A line for one spreadsheet program, which does not count it as a row.
        text = lines[1] if len(lines) > 1 else ""
        delimiter, skipped = declared[4:] or "\t", 1
    else:
        delimiter = _delimiter(text, kind)
    if delimiter != ",":
        notes.append(f"{file}: columns are taken to be separated by {_DELIMITERS[delimiter]}s")
    rows: list[tuple[int, list[Content]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    last = width = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if _swallows(cells, delimiter, width):
                raise UnreadableError(_open_quote(file, last + skipped, "a cell of several rows"))
            last, width = reader.line_num, max(width, len(cells))
            if any(cell.strip() for cell in cells):
                rows.append((number, [error_of(cell) or cell for cell in cells[:MOST_COLUMNS]]))
            if len(rows) > MOST_ROWS:
                raise unreadable(file, f"more than {MOST_ROWS} rows", f"at most {MOST_ROWS} rows")
    except csv.Error as error:
        raise UnreadableError(_open_quote(file, last + skipped, str(error))) from None
    return Table(file, "", rows)


def _swallows(cells: list[str], delimiter: str, width: int) -> bool:
    """Tell whether a cell holds rows, because a quote opens there and is closed rows below."""
    return any(
        cell.count(delimiter) >= max(2, width - 1) for cell in cells if "\n" in cell or "\r" in cell
    )


def _open_quote(file: str, before: int, reason: str) -> StaffFault:
    """Return the fault of a text whose quotes do not pair, in the line below those read well."""
    found = f"text that is no table ({reason}): a quote opens here that its cell does not close"
    return fault(file, found, "each quote closed in its cell", row=before + 1)


def _decode(data: bytes, *, file: str, notes: list[str]) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _unmarked_utf16(data)
    if encoding:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise UnreadableError(_no_table(file)) from None
        notes.append(f"{file}: read as UTF-16")
        return text
    if b"\0" in data:
        raise UnreadableError(_no_table(file))
    text = _by_line(data.removeprefix(codecs.BOM_UTF8), file=file, notes=notes)
    head = text[:2000]
    if head.startswith(("%PDF", "{\\rtf")) or sum(ord(c) < 32 and c not in "\t\r\n" for c in head):
        raise UnreadableError(_no_table(file))
    if head.lstrip()[:200].casefold().startswith(("<html", "<!doctype", "<?xml", "<table")):
        raise unreadable(
            file, "a web page or XML, whatever its name says", "a file saved as .xlsx or .csv"
        )
    return text


def _by_line(data: bytes, *, file: str, notes: list[str]) -> str:
    """Return a text as UTF-8, and lines that are none as Windows-1252.

    Lists put together of several exports hold both, and some programs mark as UTF-8 what is not.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lines, rows, others = [], [], False
    for row, line in enumerate(data.splitlines(keepends=True), start=1):
        try:
            lines.append(line.decode("utf-8"))
            others |= not line.isascii()
            continue
        except UnicodeDecodeError:
            rows.append(row)
        try:
            lines.append(line.decode("cp1252"))
        except UnicodeDecodeError as error:
            found = f"byte {line[error.start]:#04x}, which is neither UTF-8 nor Windows-1252"
            raise unreadable(file, found, "text saved as UTF-8", row=row) from None
    if others:
        shown = ", ".join(map(str, rows[:_SHOWN])) + (" and others" if len(rows) > _SHOWN else "")
        notes.append(f"{file}: UTF-8, but for lines {shown}, which are taken to be Windows-1252")
    else:
        notes.append(f"{file}: not UTF-8; taken to be Windows-1252")
    return "".join(lines)


def _unmarked_utf16(data: bytes) -> str | None:
    """Return which UTF-16 a text without a mark of it is in: every other byte is mostly 0."""
    head = data[:2000]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        others = head[::2] if encoding.endswith("le") else head[1::2]
        whole = len(head) >= 8 and len(data) % 2 == 0
        if whole and zeros.count(0) > 0.7 * len(zeros) and not others.count(0):
            return encoding
    return None


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
            (
                (len(match_columns(kind, list(map(str, row))).index), len(row))
                for _, row in may_be_headers(rows)
            ),
            default=(0, 0),
        )
        if score > best_score:
            best, best_score = delimiter, score
    return best
