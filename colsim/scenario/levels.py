"""Levels of today that a world must show to be plausible: an authority's own, or England's.

National levels, with tolerance and discrepancy, stand in `colsim/data/targets.toml`.
How many families an authority shares is its own input; it is a level all the same, as the model
aims at that number and meets it only if its worlds let it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from colsim.data import read
from colsim.errors import nearest
from colsim.scenario.checks import Data, Problem, number_range, table

if TYPE_CHECKING:
    from colsim.scenario.schema import Scenario

SIZED = "shared_families"
"""The level that is the organisation's own size, not a national figure."""


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


@dataclass(frozen=True, slots=True)
class Level:
    """A level that a world of an authority must come near."""

    name: str
    measure: str
    value: float
    tolerance: float
    """Standard deviation of what is not known about the figure itself."""
    discrepancy: float
    """Standard deviation of what the model may be off."""
    own: bool
    """Whether the figure is the authority's own: one year of one place, and so with its chance."""
    source: str

    @property
    def spread(self) -> float:
        """Standard deviation of tolerance and discrepancy together."""
        return float((self.tolerance**2 + self.discrepancy**2) ** 0.5)


@cache
def targets() -> tuple[Target, ...]:
    """Return the published figures that a measure of the model answers to."""
    return tuple(Target(**entry) for entry in read("targets")["target"])


@cache
def national() -> Mapping[str, Target]:
    """Return the figures that worlds are matched to, by measure."""
    return {target.measure: target for target in targets() if target.used}


def levels_of(scenario: "Scenario") -> tuple[Level, ...]:
    """Return the levels that worlds of a scenario's authority must come near.

    Of several authorities that are alike, they are those of one. The authority's own figures
    stand in the place of national ones.
    """
    found = []
    for measure, target in national().items():
        own = scenario.levels.get(measure)
        sized = measure == SIZED
        size = scenario.organisation.shared_families
        value = own.value if own is not None else size if sized else target.value
        scale = value / target.value if sized else 1.0
        tolerance = own.tolerance if own is not None and own.tolerance is not None else None
        found.append(
            Level(
                target.name,
                measure,
                float(value),
                scale * target.tolerance if tolerance is None else tolerance,
                scale * target.discrepancy,
                own is not None,
                "the authority's own figure"
                if own is not None
                else "the authority's own size"
                if sized
                else target.source,
            )
        )
    return tuple(found)


def level_problems(data: Data, loc: tuple[str, ...] = ("levels",)) -> Iterator[Problem]:
    """Find levels of unknown name, and values that no authority can have."""
    known = national()
    for name, given in data.items():
        if name not in known:
            yield Problem(
                (*loc, name), f"unknown key {name!r}", ", ".join(known), nearest(name, known)
            )
            continue
        value = table(given).get("value", given)
        share = known[name].unit.startswith("share")
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if value < 0 or (share and value > 1) or (not share and value == 0):
            allowed = number_range(0, 1, known[name].unit) if share else "a number above 0"
            hint = f": {value:g} in 100 is {value / 100:g}" if share and 1 < value <= 100 else ""
            yield Problem((*loc, name), f"{value!r}", allowed + hint)
