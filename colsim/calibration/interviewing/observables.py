"""From a theme to a practitioner: which quantity makes somebody voice it, and how surely.

A practitioner voices a theme with the chance

    mention · expit((quantity − threshold) / scale + talkativeness)

(quantity and threshold change places where low values speak). Where the threshold lies is
unknown: three places, the same for both services of a theme. Unless somebody sets them they
follow from a rule (`thresholds`), so that no number is fitted by hand. Mention is the chance
that what somebody could speak of comes up at all: one unknown level for all themes that were
asked about, and one for all that were volunteered, so that a thorough interviewer can be
learnt. Talkativeness is the person's own, the same for all themes, so that what one person
voices hangs together. No source says how an experience becomes a sentence in an interview.

For the study's themes two readers who had seen no result chose a quantity and a direction for each
theme and service, from the themes' text and the names and meanings of the quantities alone; they
agreed on 54 of 56 rows (kappa 0.96), and a third settled the rest. The choice was frozen before it
was run. Corrections stand beside it: what the study's own words demand, found after a calibration
had failed, each with its reason.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from colsim.calibration.interviewing.quantities import QUANTITIES, SERVICES, Service

Direction = Literal["above", "below"]
Cell = tuple[str, Service]
"""A theme in one service."""
Three = tuple[float, float, float]

VOLUNTEERED: Three = (0.5, 0.75, 0.95)
ASKED: Three = (0.85, 0.95, 0.99)
"""10th, 50th and 90th percentile of what mention may be."""


@dataclass(frozen=True, slots=True)
class Observable:
    """What makes a practitioner of one service voice a theme.

    Raises:
        ValueError: an unknown quantity, a range out of order, a scale that is not positive, or
            one of threshold and scale without the other.
    """

    quantity: str
    direction: Direction = "above"
    why: str = ""
    threshold: Three | None = None
    """10th, 50th and 90th percentile of what it may be, in the quantity's unit; by rule if None."""
    scale: float | None = None
    """Distance from the threshold, in the quantity's unit, over which the odds change by e."""
    weight: float = 1.0
    """0: shown, and not compared with."""

    def __post_init__(self) -> None:
        """Refuse what cannot be voiced."""
        if self.quantity not in QUANTITIES:
            raise ValueError(f"{self.quantity!r} is nothing that practitioners speak of")
        if (self.threshold is None) != (self.scale is None):
            raise ValueError("threshold and scale go together: both, or neither")
        if self.threshold is not None and list(self.threshold) != sorted(self.threshold):
            raise ValueError(f"threshold {self.threshold} is not in order")
        if self.scale is not None and not self.scale > 0:
            raise ValueError(f"scale {self.scale} is not above 0")
        if self.weight not in (0.0, 1.0):
            raise ValueError(f"weight {self.weight} is neither 0 nor 1")

    def at(self, threshold: Three, scale: float) -> "Observable":
        """Return the observable with a threshold."""
        return replace(self, threshold=threshold, scale=scale)


@dataclass(frozen=True, slots=True)
class Measurement:
    """How interviews see the model: observables by theme and service, and what has none."""

    observables: Mapping[Cell, Observable]
    missing: Mapping[Cell, str] = field(default_factory=dict)
    """Themes that no state of the model can speak to, and why."""
    talkativeness: float = 0.7
    """Standard deviation between persons, in log-odds, of how readily they voice anything."""
    least_contacts: float = 1.0
    """Who remembers fewer contacts with the other service is asked only if too few remember."""
    volunteered: Three = VOLUNTEERED
    asked: Three = ASKED


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
