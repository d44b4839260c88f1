"""Levels of the real world that today's practice is held against: `colsim/data/targets.toml`."""

from dataclasses import dataclass

from colsim.data import read
from colsim.scenario.known import Target, targets

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
