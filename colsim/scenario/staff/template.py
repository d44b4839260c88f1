"""A workbook to fill in: explanation, staff, ties, sites."""

import io
from collections.abc import Sequence
from typing import Any

from colsim.scenario.staff.cells import FULL_TIME
from colsim.scenario.staff.words import KNOWN_WORDS
from colsim.scenario.staff.workbook import EXPLANATION_SHEET

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
