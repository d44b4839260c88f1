"""Tables of themes to fill in: counts by theme, or answers by participant."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from colsim.scenario.staff.template import ROWS, add_sheet, explanation_page

COUNT_HEADERS = (
    "id", "title", "service", "at least", "at most", "interviewed", "reported", "asked", "basis",
    "quoted", "source", "note",
)  # fmt: skip
TITLE_HEADERS = ("id", "title", "source", "note")
ANSWER_HEADERS = ("participant", "service", "theme", "voiced", "note")

_TITLES = (
    ("A", "The other service is not understood", "Codebook, section 3", ""),
    ("B", "Colleagues one knows are easier to work with", "Codebook, section 5", ""),
)
_COUNTS = (
    (
        "A",
        _TITLES[0][1],
        "CSW",
        5,
        6,
        6,
        "some",
        "no",
        "stated",
        "P1 P4",
        "Codebook, section 3",
        "an example",
    ),
    ("A", _TITLES[0][1], "MHSW", 4, 4, 4, "all", "no", "all", "", "Codebook, section 3", ""),
    ("B", _TITLES[1][1], "CSW", 1, 6, 6, "some", "yes", "quoted", "P2", "Codebook, section 5", ""),
    ("B", _TITLES[1][1], "MHSW", "", "", 4, "absent", "yes", "", "", "Codebook, section 5", ""),
)
_ANSWERS = (
    ("P1", "CSW", "A", "yes", "an example"),
    ("P1", "CSW", "B", "no", ""),
    ("P2", "CSW", "A", "yes", ""),
    ("P2", "CSW", "B", "unknown", ""),
    ("P3", "MHSW", "A", "no", ""),
    ("P3", "MHSW", "B", "yes", ""),
)

_CODES = "Use codes that identify nobody, and no quotations: small numbers identify people."
_COUNTS_EXPLAINED = (
    ("Interview themes for colsim: counts", "title"),
    ("Replace the example rows by your own: one row for each theme and service.", ""),
    (_CODES, "bold"),
    ("id: a short code of the theme; title: the theme in your own words", ""),
    ("service: CSW (children's social worker) or MHSW (mental health social worker)", ""),
    ("at least, at most: how many people of that service voiced the theme; empty: not known", ""),
    (
        "reported: all, some or absent (said of the other service); asked, not volunteered: yes",
        "",
    ),
    ("interviewed: how many of that service you interviewed, the same in each of its rows", ""),
    ("basis (all, stated, group, quoted), quoted (codes), source, note: for readers", ""),
)
_ANSWERS_EXPLAINED = (
    ("Interview themes for colsim: answers by participant", "title"),
    ("Replace the example rows by your own: one row for each participant and theme.", ""),
    (_CODES, "bold"),
    ("participant: a code; service: CSW or MHSW, the same in each row of a participant", ""),
    ("theme: its id; titles stand on the sheet Themes of a workbook or in a column title", ""),
    ("voiced: yes, no or unknown; no only where the transcript was searched for the theme", ""),
    ("A pair of participant and theme without a row is unknown.", ""),
)


def _lines(per_participant: bool) -> tuple[tuple[str, str], ...]:
    return _ANSWERS_EXPLAINED if per_participant else _COUNTS_EXPLAINED


def template_text(*, per_participant: bool) -> str:
    """Return a CSV file to fill in, its explanation above the headers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows((f"# {line}",) for line, _ in _lines(per_participant))
    if per_participant:
        writer.writerow((*ANSWER_HEADERS[:3], "title", *ANSWER_HEADERS[3:]))
        titles = {row[0]: row[1] for row in _TITLES}
        writer.writerows((*row[:3], titles[row[2]], *row[3:]) for row in _ANSWERS)
    else:
        writer.writerow(COUNT_HEADERS)
        writer.writerows(_COUNTS)
    return out.getvalue()


def template_workbook(*, per_participant: bool) -> bytes:
    """Return a workbook to fill in, with example rows, as the bytes of an .xlsx file."""
    from openpyxl import Workbook

    book = Workbook()
    command = "Then check it:   colsim themes check FILE"
    explanation_page(book, (*_lines(per_participant), ("", ""), (command, "bold")))
    if per_participant:
        add_sheet(book, "Themes", TITLE_HEADERS, _TITLES, (10, 60, 30, 40))
        answers = add_sheet(book, "Participants", ANSWER_HEADERS, _ANSWERS, (14, 10, 10, 12, 40))
        _choices(answers, "B", ("CSW", "MHSW"))
        _choices(answers, "D", ("yes", "no", "unknown"))
        columns: Sequence[tuple[Any, str]] = ((answers, "A"), (answers, "C"), (book["Themes"], "A"))
    else:
        widths = (10, 50, 10, 10, 10, 12, 10, 8, 12, 14, 30, 40)
        counts = add_sheet(book, "Themes", COUNT_HEADERS, _COUNTS, widths)
        _choices(counts, "C", ("CSW", "MHSW"))
        _choices(counts, "G", ("all", "some", "absent"))
        _choices(counts, "H", ("yes", "no"))
        columns = ((counts, "A"), (counts, "J"))
    for sheet, letter in columns:
        sheet.column_dimensions[letter].number_format = "@"  # lest a code such as 3-1 be a date
    book.active = 0
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _choices(sheet: Any, letter: str, words: Sequence[str]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True
    )
    rule.error = " or ".join(words)
    rule.add(f"{letter}2:{letter}{ROWS}")
    sheet.add_data_validation(rule)
