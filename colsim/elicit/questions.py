"""The questions that practitioners are asked, and what a world gives for the same quantities."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from colsim.data.rows import load

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
