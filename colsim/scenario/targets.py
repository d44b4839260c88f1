"""Published figures that worlds are matched to: `colsim/data/targets.toml`, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

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
    discrepancy: float = 0.0
    """How far a world that is right about everything may still be off, as the model is a model."""


@cache
def targets() -> tuple[Target, ...]:
    """Return the published figures that a measure of the model answers to."""
    return tuple(Target(**entry) for entry in read("targets")["target"])


@cache
def national() -> Mapping[str, Target]:
    """Return the figures that worlds are matched to, by measure."""
    return {target.measure: target for target in targets() if target.used}
