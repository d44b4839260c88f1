"""The questions that practitioners are asked, what worlds give, and the workbook that asks."""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass

from colsim.data.rows import load
from colsim.scenario.staff.template import add_sheet, explanation_page

SERVICES = ("CSW", "MHSW")


@dataclass(frozen=True, slots=True)
class Question:
    """A quantity that people can picture; `colsim/data/questions.toml` has a row for each."""

    name: str
    text: str
    unit: str
    least: float
    most: float
    top: tuple[str, ...]
    """Totals whose sum is counted ..."""
    bottom: tuple[str, ...]
    """... for each of the sum of these."""
    scale: float
    services: tuple[str, ...]
    """Who is asked."""
    apart: float
    """Standard deviation of how the model counts it from how people do: a judgement."""

    def of(self, totals: Mapping[str, float]) -> float:
        """Return what a world gives, from its totals over a year; NaN if there was nothing."""
        below = sum(float(totals[name]) for name in self.bottom)
        if below <= 0.0:
            return math.nan
        return self.scale * sum(float(totals[name]) for name in self.top) / below


QUESTIONS: Mapping[str, Question] = load(Question, "questions")


HEADERS = ("question", "asked", "unit", "lowest", "likely", "highest", "asked of", "note")
SHEET = "Answers"
_EXPLANATION = (
    ("What people who work here have seen", "title"),
    ("One workbook a person. Fill in your code and your service, then the sheet Answers.", ""),
    ("A code, not a name: results show it.", "bold"),
    ("", ""),
    ("For each question, think of a usual year in your area, and write three numbers:", "bold"),
    ("lowest: it could hardly be lower (one year in twenty)", ""),
    ("highest: it could hardly be higher (one year in twenty)", ""),
    ("likely: your best guess, between the two", ""),
    ("Begin with lowest and highest: who begins with the guess makes the range too narrow.", ""),
    ("Leave all three empty where you have seen too little to say.", ""),
    ("There is no right answer; nobody is tested: where people differ is what is looked for.", ""),
)  # fmt: skip


def questionnaire() -> bytes:
    """Return a workbook to fill in, as the bytes of an .xlsx file."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    explanation_page(book, _EXPLANATION)
    who = add_sheet(book, "Respondent", ("respondent", "service"), (("", ""),), (20, 14))
    service = DataValidation(type="list", formula1='"CSW,MHSW"', allow_blank=True)
    service.showErrorMessage, service.errorTitle, service.error = True, "Service", "CSW or MHSW"
    service.add("B2")
    who.add_data_validation(service)
    who.column_dimensions["A"].number_format = "@"
    rows = [
        (one.name, one.text, f"{one.unit}, {one.least:g} to {one.most:g}", "", "", "",
         " and ".join(one.services), "")
        for one in QUESTIONS.values()
    ]  # fmt: skip
    sheet = add_sheet(book, SHEET, HEADERS, rows, (14, 70, 22, 10, 10, 10, 16, 30))
    for row, one in enumerate(QUESTIONS.values(), start=2):
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
        rule = DataValidation(
            type="decimal", operator="between", formula1=str(one.least), formula2=str(one.most)
        )
        rule.allow_blank = rule.showErrorMessage = True
        rule.errorTitle, rule.error = "Answer", f"A number from {one.least:g} to {one.most:g}"
        rule.add(f"D{row}:F{row}")
        sheet.add_data_validation(rule)
    book.active = 0
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
