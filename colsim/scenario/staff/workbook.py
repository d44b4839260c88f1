"""Tables from a workbook: values as last saved; no macro runs, no link is followed."""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from colsim.errors import few
from colsim.scenario.staff.archive import ALLOWED, Archive, SheetFacts, damaged, open_archive
from colsim.scenario.staff.cells import FormulaWithoutValue, ShownNumber, error_of
from colsim.scenario.staff.dates import EPOCH, EPOCH_1904
from colsim.scenario.staff.outline import may_be_headers
from colsim.scenario.staff.tables import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Content,
    Table,
    Tables,
    UnreadableError,
    unreadable,
)
from colsim.scenario.staff.words import (
    REQUIRED,
    SHEETS,
    Columns,
    close,
    fold,
    kind_of_sheet,
    match_columns,
)

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of old workbooks, and of new ones that a password locks."""
ZIP_MAGIC = b"PK\x03\x04"
EXPLANATION_SHEET = "Read me"
"""The template's first sheet, which holds no data."""
_SHOWN = 6
_NOT_TODAY = re.compile(
    r"\b(leavers?|left|starters?|joiners?|old|archived?|previous|former|copy|backup|draft|template"
    r"|example|summary|pivot|history|inactive|ended)\b"
)
"""Names of sheets whose people are not, or not all, those of today."""
_LITERAL = r'(?:"([^"]*)"|((?:\\.|[-_/ .A-Z])*))'
_FIXED_WIDTH = re.compile(rf"{_LITERAL}(0+){_LITERAL}")
"""Number formats that show a number with a fixed number of digits, such as 0000 or "C"000."""


def refuse_ole(data: bytes, file: str) -> None:
    """Say why a compound file is not read: locked by a password, or an old format.

    Raises:
        UnreadableError: always.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise unreadable(
            file, "a workbook locked with a password", f"{ALLOWED}, without a password"
        )
    raise unreadable(
        file,
        "an old file format (such as .xls)",
        f"{ALLOWED}: open it in a spreadsheet program and save it as .xlsx",
    )


@dataclass(frozen=True, slots=True)
class _Books:
    """A workbook, opened for its values and, if there are any, once more for its formulas."""

    file: str
    values: Any
    formulas: Any
    archive: Archive

    @property
    def names(self) -> list[str]:
        """Names of sheets: those that are shown, then those that are hidden."""
        sheets = sorted(self.values.worksheets, key=lambda sheet: self.hides(sheet.title))
        return [sheet.title for sheet in sheets if sheet.title != EXPLANATION_SHEET]

    def hides(self, name: str) -> bool:
        return bool(self.values[name].sheet_state != "visible")

    def facts(self, name: str) -> SheetFacts:
        return self.archive.sheets.get(self.values[name]._worksheet_path, SheetFacts())


def read_workbook(data: bytes, *, file: str) -> Tables:
    """Return the tables of a workbook.

    Raises:
        UnreadableError: no workbook, damaged, too large, or without a sheet of staff.
    """
    with _opened(data, file) as books:
        return _tables(books)


def read_sheets(data: bytes, *, file: str, notes: list[str]) -> list[Table]:
    """Return every sheet of a workbook that may hold data, whatever its name.

    Sheets that are hidden are left out where others hold anything.

    Args:
        data: the file's bytes.
        file: name for messages.
        notes: what is worth knowing is added.

    Raises:
        UnreadableError: no workbook, damaged or too large.
    """
    with _opened(data, file) as books:
        shown = [_table(books, name, notes) for name in books.names if not books.hides(name)]
        hidden = [name for name in books.names if books.hides(name)]
        if any(table.rows for table in shown):
            notes += [f"{file}: sheet '{name}' is hidden and not read" for name in hidden]
            return shown
        notes += [f"{file}: sheet '{name}' is hidden, and read all the same" for name in hidden]
        return [_table(books, name, notes) for name in hidden] or shown


@contextmanager
def _opened(data: bytes, file: str) -> Iterator[_Books]:
    """Open a workbook; what its reader warns of is said here in other words, or does not matter."""
    archive = open_archive(data, file)
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            books = [
                load_workbook(
                    io.BytesIO(archive.data), read_only=True, keep_links=False, data_only=values
                )
                for values in ((True, False) if archive.computed else (True,))
            ]
        except Exception as error:
            # openpyxl raises whatever its parsers meet in a damaged file.
            raise UnreadableError(damaged(file, error)) from None
        try:
            yield _Books(file, books[0], books[-1], archive)
        finally:
            for book in books:
                book.close()


def _table(books: _Books, name: str, notes: list[str]) -> Table:
    facts = books.facts(name)
    if facts.cells > MOST_CELLS:
        found = f"{facts.cells:,} cells that hold something"
        raise unreadable(books.file, found, f"at most {MOST_CELLS:,}", sheet=name)
    try:
        rows = dict(_rows(books, name, notes))
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(damaged(books.file, error)) from None
    _spread_merged(rows, facts, f"{books.file}: sheet '{name}'", notes)
    if hidden := sorted(facts.hidden_rows & rows.keys()):
        shown = few(hidden, _SHOWN)
        notes.append(f"{books.file}: sheet '{name}' hides rows that are read all the same: {shown}")
    epoch = EPOCH_1904 if books.values.epoch.year == EPOCH_1904.year else EPOCH
    return Table(books.file, name, list(rows.items()), facts.hidden_columns, epoch)


def _spread_merged(
    rows: dict[int, list[Content]], facts: SheetFacts, where: str, notes: list[str]
) -> None:
    """Let the value of cells that are merged downwards hold in each of their rows."""
    spread = []
    for top, left, bottom, right in facts.merged:
        cells = rows.get(top, [])
        value = cells[left - 1] if left <= len(cells) else None
        reached = [row for row in rows if top < row <= bottom] if value is not None else []
        for row in reached:
            missing = left - len(rows[row])
            rows[row] += [None] * missing
            if rows[row][left - 1] is None:
                rows[row][left - 1] = value
        if reached:
            spread.append(f"{_letters(left)}{top}:{_letters(right)}{bottom}")
    if spread:
        notes.append(
            f"{where}: what merged cells show holds in each of their rows ({few(spread, _SHOWN)})"
        )


def _letters(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def _tables(books: _Books) -> Tables:
    file, names, result = books.file, books.names, Tables({})
    kinds: dict[str, str] = {}
    for name in names:
        kind = kind_of_sheet(name)
        better = kind is not None and kind in kinds and name.casefold() == kind.casefold()
        if kind is not None and (
            kind not in kinds or (better and books.hides(name) == books.hides(kinds[kind]))
        ):
            kinds[kind] = name
    more: list[str] = []
    if "Staff" not in kinds or books.hides(kinds["Staff"]):
        kinds["Staff"], *more = _staff_sheets(books, kinds)
    for kind, name in kinds.items():
        if name != kind and not (more and kind == "Staff"):
            result.notes.append(f"{file}: sheet '{name}' is taken to be {kind}")
        if books.hides(name):
            result.notes.append(f"{file}: sheet '{name}' is hidden, and read all the same")
        result.tables[kind] = _table(books, name, result.notes)
    if more:
        several = ", ".join(f"'{name}'" for name in (kinds["Staff"], *more))
        result.notes.append(f"{file}: sheets {several} are read as one list of staff")
        result.more_staff += [_table(books, name, result.notes) for name in more]
    used = {*kinds.values(), *more}
    unused = [f"{n} (hidden)" if books.hides(n) else n for n in names if n not in used]
    if unused:
        result.notes.append(f"{file}: sheets not used: {', '.join(unused)}")
    return result


def _staff_sheets(books: _Books, kinds: dict[str, str]) -> list[str]:
    """Return the sheet of staff where none that is shown has such a name, or several of one list.

    An authority that keeps a sheet for each service or area has one list on several sheets. Those
    of leavers and the like, and two states of one list, are not read together.
    """
    taken = [name for kind, name in kinds.items() if kind != "Staff"]
    others = [name for name in books.names if name not in taken]
    shown = [name for name in others if not books.hides(name)]
    if len(books.names) == 1:
        return books.names
    fitting = [name for name in shown if _looks_like_staff(books.values[name])]
    if not fitting and "Staff" in kinds:
        return [kinds["Staff"]]
    fitting = fitting or [n for n in others if _looks_like_staff(books.values[n])]
    today = [name for name in fitting if not _NOT_TODAY.search(fold(name))]
    if len(today) == 1 or (today and not _same_people(books, today)):
        return today
    names = [sheet.title for sheet in books.values.worksheets]
    found = f"no sheet Staff; there are {', '.join(names)}" if names else "no sheet with cells"
    if len(fitting) > 1:
        found = f"{len(fitting)} sheets that could be meant: {', '.join(fitting)}"
    near = next((name for name in names if close(name, SHEETS["Staff"])), None)
    raise unreadable(books.file, found, "a sheet named Staff", near)


def _looks_like_staff(sheet: Any) -> bool:
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    return len(_header(rows)[1].index) >= len(REQUIRED["Staff"]) - 1


def _header(rows: Iterable[Sequence[Any]]) -> tuple[int, Columns]:
    """Return which row names most columns of a list of staff, and what they are."""
    found = {
        k: match_columns("Staff", ["" if value is None else str(value) for value in row])
        for k, row in may_be_headers(rows)
    } or {0: match_columns("Staff", ())}
    best = max(found, key=lambda k: (len(found[k].index), -k))
    return best, found[best]


def _same_people(books: _Books, names: Sequence[str]) -> bool:
    """Tell whether two sheets hold the same people, as two states of one list do."""
    codes = [_codes(books.values[name]) for name in names]
    return any(
        2 * len(one & other) > min(len(one), len(other))
        for k, one in enumerate(codes)
        for other in codes[:k]
    )


def _codes(sheet: Any) -> set[str]:
    """Return the codes that a sheet of staff holds."""
    rows = list(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True))
    head, columns = _header(rows)
    place = columns.index.get("id")
    if place is None:
        return set()
    below = (row[place] for row in rows[head + 1 :] if place < len(row))
    return {str(value).strip().casefold() for value in below if value is not None}


def _rows(books: _Books, name: str, notes: list[str]) -> Iterator[tuple[int, list[Content]]]:
    """Yield rows that hold anything; a formula whose result is missing is not taken for empty."""
    values, formulas = books.values[name], books.formulas[name]
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # what a file says of its size need not be so
    texts_of = formulas.iter_rows(values_only=True) if formulas is not values else None
    held = computed = 0
    for number, cells in enumerate(values.iter_rows(), start=1):
        texts = next(texts_of) if texts_of else None
        if not any(cell.value is not None for cell in cells) and not any(
            text is not None for text in texts or ()
        ):
            continue
        row: list[Content] = []
        for place, cell in enumerate(cells[:MOST_COLUMNS]):
            text = texts[place] if texts and place < len(texts) else None
            row.append(_content(cell, text))
            computed += text is not None and cell.value is not None and text != cell.value
        held += 1
        if held > MOST_ROWS:
            found, allowed = f"more than {MOST_ROWS} rows", f"at most {MOST_ROWS} rows"
            raise unreadable(books.file, found, allowed, sheet=name)
        yield number, row
    if computed:
        notes.append(
            f"{books.file}: sheet '{name}' has {computed} formulas: their results as last saved "
            "are used"
        )


def _content(cell: Any, formula: object) -> Content:
    """Return what a cell holds, or why it holds nothing.

    Args:
        cell: with its value.
        formula: what the cell holds where values are not computed.
    """
    value = cell.value
    if value is None:
        # A formula whose result is an empty text is computed all the same.
        empty = formula is None or getattr(cell, "data_type", "n") == "str"
        return None if empty else FormulaWithoutValue(str(formula))
    if isinstance(value, str):
        return error_of(value) or value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _as_shown(value, cell.number_format)
    return value  # type: ignore[no-any-return]


def _as_shown(value: float, number_format: str) -> float:
    """Return a number; one that is shown with a fixed number of digits knows them."""
    match = _FIXED_WIDTH.fullmatch(number_format.split(";")[0])
    if match is None or value != int(value) or value < 0 or match[0] == "0":
        return value
    before = match[1] or re.sub(r"\\(.)", r"\1", match[2] or "")
    after = match[4] or re.sub(r"\\(.)", r"\1", match[5] or "")
    return ShownNumber(value, f"{before}{int(value):0{len(match[3])}d}{after}")
