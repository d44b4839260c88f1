"""Workbooks that are written: one to fill in, and a copy of a list whose faults are marked."""

import io
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from colsim.scenario.staff.archive import damaged, open_archive
from colsim.scenario.staff.cells import FULL_TIME
from colsim.scenario.staff.files import bytes_of, tables_of
from colsim.scenario.staff.tables import StaffFault, Table, UnreadableError
from colsim.scenario.staff.words import KNOWN_WORDS
from colsim.scenario.staff.workbook import EXPLANATION_SHEET, ZIP_MAGIC

ROWS = 2000
"""Rows for which the template offers choices."""

STAFF_HEADERS = ("id", "role", "team", "site", "locality", "hours", "start date")
TIES_HEADERS = ("from", "to", "familiarity", "trust from", "trust to")
SITES_HEADERS = ("site", "other site", "km")

_STAFF = (
    ("C01", "CSW", "Children North 1", "Mill House", "North", 37.2, "2019-03-01"),
    ("C02", "CSW", "Children North 1", "Mill House", "North", 30, "2023-09-11"),
    ("C03", "CSW", "Children South 1", "Port Office", "South", 37.2, "2016-01-04"),
    ("C04", "CSW", "Children South 1", "Port Office", "South", 22.5, None),
    ("M01", "MHSW", "Community North", "Mill House", "North", 37.2, "2010-06-01"),
    ("M02", "MHSW", "Community South", "Quay Clinic", "South", 37.2, "2021-02-15"),
)
_TIES = (
    ("C01", "M01", "well", 0.7, 0.6),
    ("C03", "M02", "a little", None, None),
)
_SITES = (("Port Office", "Quay Clinic", 2.5), ("Mill House", "Port Office", 9))

EXPLANATION = (
    ("Your authority for colsim", "title"),
    ("Replace the example rows on the sheets Staff, Ties and Sites by your own.", ""),
    ("Use codes, not names: results, charts and files show what stands in the column id.", "bold"),
    ("", ""),
    ("Staff: one row for each social worker with cases", "bold"),
    ("id: a code, each once; it must not start with = + - or @", ""),
    (
        "role: CSW (children's social worker) or MHSW (mental health social worker); "
        "BS (boundary spanner) is shown and not simulated",
        "",
    ),
    ("team: a team is of one role, at one site, in one locality", ""),
    ("site: where the team sits; teams at one site share an office", ""),
    (
        "locality: area in which a family meets the same teams; each needs a team of both roles",
        "",
    ),
    (f"hours: hours a week under contract (a column FTE works too: 1 is {FULL_TIME:g} hours)", ""),
    ("start date: start in the post; may be left empty", ""),
    ("", ""),
    ("Ties: who knows whom in the other service; may be left empty", "bold"),
    ("from, to: two codes, a CSW and an MHSW, each pair once", ""),
    (
        "familiarity: 0 to 1, or not at all (0), a little "
        f"({KNOWN_WORDS['a little']:g}), somewhat ({KNOWN_WORDS['somewhat']:g}), well "
        f"({KNOWN_WORDS['well']:g}), very well ({KNOWN_WORDS['very well']:g})",
        "",
    ),
    ("trust from: how far 'from' trusts 'to', 0 to 1; trust to: the other way; may be empty", ""),
    ("If there is any tie, pairs without a row are strangers when the policy begins.", ""),
    ("", ""),
    ("Sites: how far sites lie apart, in kilometres; may be left empty", "bold"),
    ("", ""),
    ("Then check the list:   colsim authority check FILE", "bold"),
    ("and make a scenario of it:   colsim authority scenario FILE", "bold"),
)

Rows = Sequence[Sequence[Any]]


def template_workbook(*, staff: Rows = _STAFF, ties: Rows = _TIES, sites: Rows = _SITES) -> bytes:
    """Return a workbook to fill in, with example rows, as the bytes of an .xlsx file."""
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    explanation_page(book, EXPLANATION)
    people = add_sheet(book, "Staff", STAFF_HEADERS, staff, (12, 10, 26, 20, 18, 10, 14))
    roles = DataValidation(
        type="list", formula1='"CSW,MHSW,BS"', allow_blank=True, showErrorMessage=True
    )
    roles.errorTitle, roles.error = "Role", "CSW, MHSW or BS"
    roles.add(f"B2:B{ROWS}")
    hours = DataValidation(type="decimal", operator="between", formula1="1", formula2="60")
    hours.allow_blank = hours.showErrorMessage = True
    hours.errorTitle, hours.error = "Hours", "Hours a week, from 1 to 60"
    hours.add(f"F2:F{ROWS}")
    for rule in (roles, hours):
        people.add_data_validation(rule)
    people.column_dimensions["A"].number_format = "@"  # lest a code such as 3-1 become a date
    people.column_dimensions["G"].number_format = "yyyy-mm-dd"

    known = add_sheet(book, "Ties", TIES_HEADERS, ties, (12, 12, 16, 12, 12))
    words = DataValidation(
        type="list",
        formula1='"not at all,by name,a little,somewhat,well,very well"',
        allow_blank=True,
        showErrorMessage=False,  # numbers are as good
    )
    words.add(f"C2:C{ROWS}")
    known.add_data_validation(words)
    add_sheet(book, "Sites", SITES_HEADERS, sites, (22, 22, 8))
    book.active = 0
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def explanation_page(book: Any, lines: Sequence[tuple[str, str]]) -> None:
    """Fill a new workbook's first sheet with lines, each with its style: title, bold or none."""
    from openpyxl.styles import Font

    page = book.active
    page.title = EXPLANATION_SHEET
    page.column_dimensions["A"].width = 110
    styles = {"title": Font(bold=True, size=14), "bold": Font(bold=True)}
    for line, style in lines:
        page.append((line,))
        if style:
            page.cell(page.max_row, 1).font = styles[style]


def add_sheet(
    book: Any, title: str, headers: Sequence[str], rows: Rows, widths: Sequence[float]
) -> Any:
    """Add a sheet whose headers stay in view."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.append(list(headers))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        head = sheet.cell(1, column)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="DDE6EE")
    for row in rows:
        sheet.append([_cell(value, header) for value, header in zip(row, headers, strict=True)])
    sheet.freeze_panes = "A2"
    return sheet


def _cell(value: Any, header: str) -> Any:
    if header == "start date" and isinstance(value, str) and value:
        import datetime as dt

        return dt.date.fromisoformat(value)
    return value if value != "" else None


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
