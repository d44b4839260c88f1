"""The questions that practitioners are asked, what worlds give, and the workbook that asks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from colsim.data.rows import load
from colsim.scenario.staff.template import add_rule, template_workbook

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


SHEET = "Answers"


def questionnaire() -> bytes:
    """Return a workbook for one respondent to fill in, as the bytes of an .xlsx file."""

    def limited(book: Any) -> None:
        """Wrap the questions, and let answers be numbers within their limits."""
        from openpyxl.styles import Alignment

        for row, one in enumerate(QUESTIONS.values(), start=2):
            book[SHEET].cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
            error = f"A number from {one.least:g} to {one.most:g}"
            add_rule(
                book[SHEET], f"D{row}:F{row}", least=one.least, most=one.most, title="Answer",
                error=error,
            )  # fmt: skip

    rows = [
        (one.name, one.text, f"{one.unit}, {one.least:g} to {one.most:g}", "", "", "",
         " and ".join(one.services), "")
        for one in QUESTIONS.values()
    ]  # fmt: skip
    return template_workbook("questionnaire", {SHEET: rows}, adapt=limited)
