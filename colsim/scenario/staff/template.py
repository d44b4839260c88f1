"""Workbooks that are written: one to fill in, and a copy of a list whose faults are marked."""

import datetime as dt
import io
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from colsim.data import read
from colsim.scenario.staff.archive import damaged, open_archive
from colsim.scenario.staff.cells import FULL_TIME
from colsim.scenario.staff.files import bytes_of, tables_of
from colsim.scenario.staff.tables import StaffFault, Table, UnreadableError
from colsim.scenario.staff.words import KNOWN_WORDS
from colsim.scenario.staff.workbook import EXPLANATION_SHEET, ZIP_MAGIC

Rows = Sequence[Sequence[Any]]
DATES = "start date"
"""Header of a column of dates."""


def template_workbook(
    name: str,
    rows: Mapping[str, Rows] | None = None,
    *,
    adapt: Callable[[Any], None] | None = None,
) -> bytes:
    """Return a workbook to fill in as the bytes of an .xlsx file.

    Args:
        name: of a template in `colsim/data/templates.toml`.
        rows: name of a sheet to its rows, in place of the example rows.
        adapt: changes the workbook before it is written.
    """
    from openpyxl import Workbook

    template = read("templates")[name]
    book = Workbook()
    behind = [["", ""], *([line, "bold"] for line in template.get("then", ()))]
    _explain(book.active, [*template["explanation"], *(behind if behind[1:] else ())])
    for sheet in template["sheets"]:
        _add_sheet(book, sheet, (rows or {}).get(sheet["name"], sheet["rows"]))
    if adapt is not None:
        adapt(book)
    book.active = 0
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _explain(page: Any, lines: Iterable[str | Sequence[str]]) -> None:
    """Fill the first sheet with lines, some of them a title or bold."""
    from openpyxl.styles import Font

    page.title = EXPLANATION_SHEET
    page.column_dimensions["A"].width = 110
    styles = {"title": Font(bold=True, size=14), "bold": Font(bold=True)}
    known = {word.replace(" ", "_"): share for word, share in KNOWN_WORDS.items()}
    for number, line in enumerate(lines, start=1):
        text, style = (line, "") if isinstance(line, str) else line
        cell = page.cell(number, 1, text.format(full_time=FULL_TIME, **known) or None)
        if style:
            cell.font = styles[style]


def _add_sheet(book: Any, template: Mapping[str, Any], rows: Rows) -> None:
    """Add a sheet whose headers stay in view."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    headers = template["headers"]
    sheet = book.create_sheet(template["name"])
    sheet.append(headers)
    for column, width in enumerate(template["widths"], start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        head = sheet.cell(1, column)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="DDE6EE")
    for row in rows:
        sheet.append([_cell(value, header) for value, header in zip(row, headers, strict=True)])
    sheet.freeze_panes = "A2"
    for letter in template.get("codes", ()):
        sheet.column_dimensions[letter].number_format = "@"
    if DATES in headers:
        letter = get_column_letter(headers.index(DATES) + 1)
        sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
    for rule in template.get("rules", ()):
        add_rule(sheet, **rule)


def add_rule(
    sheet: Any,
    cells: str,
    *,
    words: Sequence[str] = (),
    least: float = 0,
    most: float = 0,
    title: str | None = None,
    error: str | None = None,
    open: bool = False,
) -> None:
    """Let cells take some words, or numbers within limits, alone; if `open`, other values too."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if words:
        rule = DataValidation(type="list", formula1=f'"{",".join(words)}"')
    else:
        rule = DataValidation("decimal", str(least), str(most), operator="between")
    rule.allow_blank, rule.showErrorMessage = True, not open
    rule.errorTitle, rule.error = title, error
    rule.add(cells)
    sheet.add_data_validation(rule)


def _cell(value: Any, header: str) -> Any:
    dated = header == DATES and isinstance(value, str) and value
    return dt.date.fromisoformat(value) if dated else value if value != "" else None


FAULTS_SHEET = "Faults"
_COLOUR = "FFFFC7CE"
_AUTHOR = "colsim"
_WIDEST = 90


def marked_copy(path: Path, faults: Sequence[StaffFault], *, label: str) -> bytes:
    """Return a workbook with the list's sheets, faulty cells coloured, and a sheet of all faults.

    A list of delimited text becomes a workbook with a sheet for each of its files.

    Args:
        path: the list as it was read: a workbook, a text or a folder.
        faults: what is wrong with it.
        label: how messages name it.

    Raises:
        UnreadableError: the list cannot be read at all.
    """
    data = b"" if path.is_dir() else bytes_of(path, label)
    if data.startswith(ZIP_MAGIC):
        book = _loaded(data, label)
        sheet_of = {sheet.title: sheet for sheet in book.worksheets}
        placed = [(sheet_of.get(fault.sheet), fault) for fault in faults]
    else:
        book, by_file = _written(tables_of(path, label=label).tables)
        placed = [(by_file.get(fault.file), fault) for fault in faults]
    for sheet, fault in placed:
        if sheet is not None and fault.row is not None:
            _mark(sheet, fault)
    _list(book, faults)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _loaded(data: bytes, label: str) -> Any:
    from openpyxl import load_workbook

    archive = open_archive(data, label)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load_workbook(io.BytesIO(archive.data), keep_links=False)
        except Exception as error:  # openpyxl raises whatever its parsers meet
            raise UnreadableError(damaged(label, error)) from None


def _written(tables: Mapping[str, Table]) -> tuple[Any, dict[str, Any]]:
    """Return a workbook of tables, each cell where its text has it, and the sheet of each file."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    by_file = {}
    for kind, table in tables.items():
        sheet = by_file[table.file] = book.create_sheet(kind)
        for row, cells in table.rows:
            for column, value in enumerate(cells, start=1):
                _write(sheet.cell(row, column), getattr(value, "text", value))
    return book, by_file


def _write(cell: Any, value: Any) -> None:
    """Write a text of somebody else's as a text, whatever it begins with."""
    text = "" if value is None else str(value)
    cell.value = "".join(c for c in text if c.isprintable() or c in "\t\n")
    if text.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
        cell.quotePrefix = True


def _mark(sheet: Any, fault: StaffFault) -> None:
    """Colour a cell, and say in a note what is wrong."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet.cell(fault.row, fault.place or 1)
    if isinstance(cell, MergedCell):
        block = next((b for b in sheet.merged_cells.ranges if cell.coordinate in b), None)
        cell = sheet.cell(block.min_row, block.min_col) if block is not None else cell
    cell.fill = PatternFill("solid", start_color=_COLOUR)
    text = f"found {fault.found}; allowed: {fault.allowed}"
    if fault.suggestion:
        text += f"; nearest known name: {fault.suggestion}"
    before = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
    cell.comment = Comment(before + text, _AUTHOR, width=380, height=140)


def _list(book: Any, faults: Iterable[StaffFault]) -> None:
    from openpyxl.styles import Alignment, Font

    name = FAULTS_SHEET
    while name in book.sheetnames:
        name += "_"
    sheet = book.create_sheet(name, 0)
    book.active = 0
    sheet.append(["sheet", "row", "column", "found", "allowed", "nearest"])
    for fault in faults:
        values = (fault.sheet or fault.file, fault.row, fault.column, fault.found, fault.allowed,
                  fault.suggestion)  # fmt: skip
        at = sheet.max_row + 1
        for column, value in enumerate(values, start=1):
            if isinstance(value, int):
                sheet.cell(at, column, value)
            else:
                _write(sheet.cell(at, column), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEF", (16, 8, 20, 40, _WIDEST, 16), strict=True):
        sheet.column_dimensions[letter].width = width
        for cell in sheet[letter]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
