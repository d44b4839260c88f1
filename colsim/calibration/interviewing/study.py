"""How the study's themes are read: which quantity makes somebody of a service voice each.

Two readers who had seen no result chose a quantity and a direction for each theme and service, from
the themes' text and the names and meanings of the quantities alone; they agreed on 54 of 56 rows
(kappa 0.96), and a third settled the rest. The choice was frozen before it was run. Corrections
stand beside it: what the study's own words demand, found after a calibration had failed, each with
its reason. Thresholds follow by rule.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from colsim.calibration.interviewing.observables import Cell, Direction, Measurement, Observable
from colsim.calibration.interviewing.quantities import SERVICES

SHOWN_ONLY = ("T28",)
"""Not compared with: the interviewer worked in the bridging team, and whoever she asked knew it."""
NONE = "none"


@cache
def _rows() -> Mapping[Cell, Mapping[str, str]]:
    file = files("colsim.calibration") / "data" / "study_observables.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {(row["theme"], SERVICES[int(row["service"] != "CSW")]): row for row in rows}


@cache
def study_measurement(*, corrected: bool = False) -> Measurement:
    """Return the study's observables.

    Args:
        corrected: with corrections made after results were seen.
    """
    observables: dict[Cell, Observable] = {}
    missing: dict[Cell, str] = {}
    for cell, row in _rows().items():
        quantity, direction, why = row["quantity"], row["direction"], row["why"]
        if corrected and row["corrected quantity"]:
            quantity, direction = row["corrected quantity"], row["corrected direction"]
            why = row["correction"]
        if quantity == NONE:
            missing[cell] = why
            continue
        way: Direction = "below" if direction == "below" else "above"
        weight = 0.0 if cell[0] in SHOWN_ONLY else 1.0
        observables[cell] = Observable(quantity, way, why, weight=weight)
    return Measurement(observables, missing)


@cache
def corrected_counts() -> Mapping[Cell, int]:
    """Return, of cells whose count is corrected, how many at least voiced it."""
    return {
        cell: int(row["corrected at least"])
        for cell, row in _rows().items()
        if row["corrected at least"]
    }
