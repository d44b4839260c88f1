"""How small a change of a measure must be to count as nothing: below it, nobody would notice."""

from colsim.core.ratios import Measure

OF_UNIT: dict[str, float] = {
    "share": 0.01,
    "share per year": 0.01,
    "risk": 0.01,
    "valence": 0.02,
    "index": 0.02,
    "ratio": 0.02,
    "cases": 0.2,
    "weeks": 1.0,
    "level 0 to 4": 0.05,
    "families": 1.0,
    "posts": 0.5,
    "hours per worker and week": 0.05,
    "facts per family": 0.1,
    "facts per family and month": 0.05,
    "contacts per family and month": 0.05,
    "talks per family and month": 0.05,
    "people per MHSW and week": 0.1,
    "plans per year": 1.0,
    "plans per 100 contacts": 0.1,
    "per family and year": 0.01,
    "per week": 0.1,
    "per year": 1.0,
}
"""Unit to the least change that is told, in the measure's own unit."""
OF_MEASURE: dict[str, float] = {"jointly_wrong": 0.02, "backfired": 0.05}
"""Measures over few cases, whose least change is larger."""


def trifle_of(measure: Measure) -> float:
    """Return the least change of a measure that is told.

    Raises:
        KeyError: its unit has none.
    """
    return OF_MEASURE.get(measure.name, OF_UNIT[measure.unit])
