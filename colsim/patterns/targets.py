"""Levels of the real world that today's practice is held against: `colsim/data/targets.toml`."""

from dataclasses import dataclass

from colsim.data import read


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of the real world and how near the mean of the simulated ones must come."""

    name: str
    measure: str
    value: float
    tolerance: float
    unit: str
    mark: str
    """Evidence mark, as in the parameter table."""
    source: str
    used: bool
    """Whether it may guide a default or a range; if not, it is held out and only reported."""


_DATA = read("targets")

TARGETS = tuple(Target(**entry) for entry in _DATA["target"])

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
