"""What a pattern is, and by which rule it counts as shown.

A pattern has parts. A part is a number per plausible world, positive where the
pattern holds there. It is *shown* when it is positive in at least 90 % of
worlds, *not shown* when in at most 10 %, else *unclear*; a pattern is shown
when all its parts are. With the mechanism of the knock-out taken away, a part
*disappears* when it is no longer shown or its median falls below a tenth.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from colsim.data import read
from colsim.experiments.difference import over_worlds
from colsim.patterns.lives import KnockOut, PlausibleWorld
from colsim.scenario.known import Target, targets

SHOWN_FROM, NOT_SHOWN_TO = 0.9, 0.1
REMAINDER = 0.1

Verdict = Literal["shown", "not shown", "unclear", "no value"]
Label = Literal["restated", "calibrated", "informed", "emergent"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: what is said, how it is measured, and what it rests on."""

    number: int
    name: str
    statement: str
    label: Label
    """Restated: built into one mechanism. Calibrated: a level that parameters were moved to meet.
    Informed: what was found about it has guided a form.
    Emergent: of several mechanisms together."""
    held_out: bool
    """Whether it may guide no choice of a parameter or a form."""
    parts: Mapping[str, str]
    """Part -> unit; each is positive where the pattern holds."""
    measure: Callable[[PlausibleWorld], Mapping[str, float]]
    """The parts' values in one world."""
    knock_out: KnockOut | None
    worlds: int = 24
    default_world: bool = False
    """Measured in the default world instead of plausible ones, over many seeds."""
    figures: Mapping[str, str] = field(default_factory=dict)
    """Figure -> unit: shown beside the parts, without a verdict."""
    levers: tuple[str, ...] = ()
    """Levers whose effect it speaks of; none: it speaks of all, or of today."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A part over worlds."""

    part: str
    unit: str
    median: float
    low: float
    """5 % quantile over worlds."""
    high: float
    """95 % quantile over worlds."""
    share: float
    """Share of worlds in which it is positive."""
    share_low: float
    share_high: float
    """Wilson interval of that share, 95 %."""
    worlds: int
    verdict: Verdict

    @property
    def contradicted(self) -> bool:
        """Whether at least 90 % of worlds say the opposite."""
        return self.share <= NOT_SHOWN_TO and self.high < 0.0


@dataclass(frozen=True, slots=True)
class PatternResult:
    """What came out of a pattern's experiment."""

    pattern: Pattern
    parts: tuple[Statistic, ...]
    knocked_out: tuple[Statistic, ...]
    """The same parts without the mechanism; empty if there is no knock-out or it was not run."""
    seconds: float
    figures: tuple[Statistic, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Shown if all parts are; not shown if any is not; else unclear."""
        verdicts = {part.verdict for part in self.parts}
        if verdicts == {"shown"}:
            return "shown"
        return "not shown" if "not shown" in verdicts else "unclear"

    @property
    def contradicted(self) -> bool:
        """Whether any part is contradicted."""
        return any(part.contradicted for part in self.parts)

    def disappears(self, k: int) -> bool:
        """Return whether part k disappears without the mechanism."""
        with_it, without = self.parts[k], self.knocked_out[k]
        return without.verdict != "shown" or without.median < REMAINDER * with_it.median


def wilson(successes: float, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return Wilson's interval of a share (Wilson 1927); (0, 1) without any observation."""
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def verdict(share: float) -> Verdict:
    """Return the verdict on a part that is positive in a share of worlds."""
    if math.isnan(share):
        return "no value"
    if share >= SHOWN_FROM:
        return "shown"
    return "not shown" if share <= NOT_SHOWN_TO else "unclear"


def statistic_of(part: str, unit: str, values: npt.NDArray[np.float64]) -> Statistic:
    """Sum a part's values over worlds up; worlds without a value are left out."""
    values = values[~np.isnan(values)]
    n = len(values)
    if n == 0:
        nan = math.nan
        return Statistic(part, unit, nan, nan, nan, nan, 0.0, 1.0, 0, "no value")
    low, median, high = over_worlds(values)
    positive = float((values > 0).sum())
    share_low, share_high = wilson(positive, n)
    share = positive / n
    return Statistic(part, unit, median, low, high, share, share_low, share_high, n, verdict(share))


_DATA = read("targets")

TARGETS = (*targets(), *(Target(**entry) for entry in _DATA["shape"]))
"""Figures that the defaults meet: levels, and the shape of durations of assessments."""

AWAITED = tuple(Target(measure="", **entry) for entry in _DATA["awaited"])
"""Published figures that no measure of the model answers to yet."""

MOVED = {
    one["parameter"]: (one["before"], f"{one['target']}: {one['why']}") for one in _DATA["moved"]
}
"""Parameter -> (value before, why). The value now is the default in the parameter table."""

NARROWED = {
    one["parameter"]: (one["low"], one["high"], f"{one['target']}: {one['why']}")
    for one in _DATA["narrowed"]
}
"""Parameter -> (low and high before, why): plausible ranges that a known figure narrowed."""


@dataclass(frozen=True, slots=True)
class Size:
    """A published size that chose nothing in the model, and what of the model answers to it."""

    name: str
    quantity: str
    """A key of `colsim.patterns.sizes.QUANTITIES`."""
    value: float
    tolerance: float
    """The figure's own uncertainty."""
    unit: str
    mark: str
    source: str
    answer: str
    """How the model is asked, in words."""
    used: bool = False


SIZES = tuple(Size(**entry) for entry in _DATA["size"])
"""Fixed before the model was asked."""
