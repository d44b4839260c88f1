"""Tables from a workbook: values as last saved; no macro runs, no link is followed."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from colsim.scenario.staff.cells import ErrorValue, FormulaWithoutValue
from colsim.scenario.staff.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    Content,
    Table,
    Tables,
    UnreadableError,
    fault,
)
from colsim.scenario.staff.words import REQUIRED, SHEETS, close, kind_of_sheet, match_columns

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of old workbooks, and of new ones that a password locks."""
ZIP_MAGIC = b"PK\x03\x04"
EXPLANATION_SHEET = "Read me"
"""The template's first sheet, which holds no data."""
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
"""What a cell holds where its formula failed."""
_ALLOWED = "a workbook saved as .xlsx, or a .csv file"


def refuse_ole(data: bytes, file: str) -> None:
    """Say why a compound file is not read: locked by a password, or an old format.

    Raises:
        UnreadableError: always.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableError(
            fault(file, "a workbook locked with a password", f"{_ALLOWED}, without a password")
        )
    raise UnreadableError(
        fault(
            file,
            "an old file format (such as .xls)",
            f"{_ALLOWED}: open it in a spreadsheet program and save it as .xlsx",
        )
    )


def read_workbook(data: bytes, *, file: str) -> Tables:
    """Return the tables of a workbook.

    Raises:
        UnreadableError: no workbook, damaged, too large, or without a sheet of staff.
    """
    with _opened(data, file) as books:
        return _tables(books, file)


def read_sheets(data: bytes, *, file: str, notes: list[str]) -> list[Table]:
    """Return every sheet of a workbook that may hold data, whatever its name.

    Args:
        data: the file's bytes.
        file: name for messages.
        notes: what is worth knowing is added.

    Raises:
        UnreadableError: no workbook, damaged or too large.
    """
    with _opened(data, file) as books:
        return [
            _table(books, sheet.title, file, notes)
            for sheet in books[0].worksheets
            if sheet.title != EXPLANATION_SHEET
        ]


@contextmanager
def _opened(data: bytes, file: str) -> Iterator[list[Any]]:
    """Open a workbook for its values and, if there are any, once more for its formulas."""
    computed = _check_archive(data, file)
    from openpyxl import load_workbook

    try:
        books = [
            load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=values)
            for values in ((True, False) if computed else (True,))
        ]
    except Exception as error:
        # openpyxl raises whatever its parsers meet in a damaged file.
        raise UnreadableError(_damaged(file, error)) from None
    try:
        yield books
    finally:
        for book in books:
            book.close()


def _table(books: Sequence[Any], name: str, file: str, notes: list[str]) -> Table:
    try:
        rows = list(_rows(books[0][name], books[-1][name], file, notes))
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(_damaged(file, error)) from None
    return Table(file, name, rows)


def _damaged(file: str, error: Exception) -> Any:
    reason = type(error).__name__
    return fault(file, f"a workbook that cannot be read ({reason}); it may be damaged", _ALLOWED)


def _check_archive(data: bytes, file: str) -> bool:
    """Refuse what is no workbook; return whether there are formulas in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            unpacked = sum(entry.file_size for entry in entries)
            locked = any(entry.flag_bits & 1 for entry in entries)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableError(_damaged(file, error)) from None
    if locked:
        raise UnreadableError(
            fault(file, "a file locked with a password", f"{_ALLOWED}, without a password")
        )
    if "xl/workbook.xml" not in names:
        kinds = {
            "xl/workbook.bin": "a binary workbook (.xlsb)",
            "content.xml": "an OpenDocument file (such as .ods)",
            "word/document.xml": "a text document",
            "ppt/presentation.xml": "a presentation",
        }
        kind = next(
            (kinds[name] for name in kinds if name in names), "a file that is no spreadsheet"
        )
        raise UnreadableError(fault(file, kind, _ALLOWED))
    if unpacked > MOST_UNPACKED:
        raise UnreadableError(
            fault(
                file,
                f"a workbook that unpacks to {unpacked / 2**20:,.0f} MB",
                f"at most {MOST_UNPACKED / 2**20:,.0f} MB",
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheets = [name for name in names if name.startswith("xl/worksheets/")]
            return any(re.search(rb"<(\w+:)?f[ >/]", archive.read(name)) for name in sheets)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError) as error:
        raise UnreadableError(_damaged(file, error)) from None


def _tables(books: Sequence[Any], file: str) -> Tables:
    names = [sheet.title for sheet in books[0].worksheets]
    kinds: dict[str, str] = {}
    result = Tables({})
    for name in names:
        kind = kind_of_sheet(name)
        if kind is not None and (kind not in kinds or name.casefold() == kind.casefold()):
            kinds[kind] = name
    if "Staff" not in kinds:
        others = [name for name in names if name not in kinds.values()]
        if len(names) == 1:
            kinds = {"Staff": names[0]}
        elif len(fitting := [n for n in others if _looks_like_staff(books[0][n])]) == 1:
            kinds["Staff"] = fitting[0]
        else:
            raise UnreadableError(
                fault(
                    file,
                    f"no sheet Staff; there are {', '.join(names)}",
                    "a sheet named Staff",
                    next((n for n in names if close(n, SHEETS["Staff"])), None),
                )
            )
    for kind, name in kinds.items():
        if name != kind:
            result.notes.append(f"{file}: sheet '{name}' is taken to be {kind}")
        result.tables[kind] = _table(books, name, file, result.notes)
    unused = [name for name in names if name not in (*kinds.values(), EXPLANATION_SHEET)]
    if unused:
        result.notes.append(f"{file}: sheets not used: {', '.join(unused)}")
    return result


def _looks_like_staff(sheet: Any) -> bool:
    for row in sheet.iter_rows(max_row=10, max_col=MOST_COLUMNS, values_only=True):
        texts = ["" if value is None else str(value) for value in row]
        if len(match_columns("Staff", texts).index) >= len(REQUIRED["Staff"]) - 1:
            return True
    return False


def _rows(
    values: Any, formulas: Any, file: str, notes: list[str]
) -> Iterator[tuple[int, list[Content]]]:
    """Yield rows that hold anything; a formula whose result is missing is not taken for empty."""
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # what a file says of its size need not be so
    pairs: Iterable[tuple[Any, Any]]
    if formulas is values:
        pairs = ((row, row) for row in values.iter_rows(values_only=True))
    else:
        pairs = zip(
            values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=True
        )
    held = computed = 0
    for number, (cells, texts) in enumerate(pairs, start=1):
        if not any(text is not None for text in texts):
            continue  # rows without end that are only formatted
        row: list[Content] = []
        for value, text in zip(cells[:MOST_COLUMNS], texts, strict=False):
            if value is None and text is not None:
                row.append(FormulaWithoutValue(str(text)))
            elif isinstance(value, str) and value in _ERRORS:
                row.append(ErrorValue(value))
            else:
                row.append(value)
                computed += value is not None and value != text
        held += 1
        if held > MOST_ROWS:
            raise UnreadableError(
                fault(
                    file,
                    f"more than {MOST_ROWS} rows",
                    f"at most {MOST_ROWS} rows",
                    sheet=values.title,
                )
            )
        yield number, row
    if computed:
        notes.append(
            f"{file}: sheet '{values.title}' has {computed} formulas: their results as last saved "
            "are used"
        )
