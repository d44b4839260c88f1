"""What is observed, in one table: definition, unit, range, better direction."""

from colsim.core.indices import INDICES
from colsim.core.ratios import (
    LATENCY_CAP,
    RANGE,
    RATIOS,
    TOTAL_INDEX,
    TOTALS,
    WINDOW,
    Measure,
)

__all__ = [
    "LATENCY_CAP",
    "MEASURES",
    "RANGE",
    "TOTALS",
    "TOTAL_INDEX",
    "WINDOW",
    "Measure",
]

MEASURES: dict[str, Measure] = RATIOS | INDICES
