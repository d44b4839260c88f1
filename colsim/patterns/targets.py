"""Levels of the real world that today's practice is held against: `colsim/data/targets.toml`."""

from colsim.data import read
from colsim.scenario.targets import Target, targets

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
