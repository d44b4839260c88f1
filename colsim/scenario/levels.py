"""Levels of today that a world must show to be plausible: an authority's own, or England's.

National levels, with tolerance and discrepancy, stand in `colsim/data/targets.toml`.
How many families an authority shares is its own input; it is a level all the same, as the model
aims at that number and meets it only if its worlds let it.
"""

from dataclasses import dataclass

from colsim.scenario.known import national
from colsim.scenario.schema import Scenario

SIZED = "shared_families"
"""The level that is the organisation's own size, not a national figure."""


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


def levels_of(scenario: Scenario) -> tuple[Level, ...]:
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
