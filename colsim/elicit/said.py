"""What was said to one question, beside what worlds give for it."""

from collections.abc import Mapping
from dataclasses import dataclass

APART = 0.3
"""Overlap of the services' pools below which they see a quantity differently."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to one question, and what worlds give for it."""

    question: str
    respondents: int
    by_service: Mapping[str, tuple[float, float, float]]
    """Fifth, fiftieth and ninety-fifth percentile of each service's pool."""
    pool: tuple[float, float, float]
    overlap: float | None
    """Of the services' pools, 0 to 1; None where one alone answered."""
    before: tuple[float, float, float]
    """Of what the worlds give, unweighed."""
    after: tuple[float, float, float]

    @property
    def apart(self) -> bool:
        """Whether the services see it differently."""
        return self.overlap is not None and self.overlap < APART

    @property
    def beyond(self) -> bool:
        """Whether hardly a world gives what people say."""
        return self.before[2] < self.pool[0] or self.before[0] > self.pool[2]
