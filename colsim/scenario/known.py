"""What is known from elsewhere: published figures, verdicts on patterns, who would know more.

Worlds are matched to the published figures of `colsim/data/targets.toml`. Whether the patterns that
speak of a lever are shown stands in `verdicts.toml`: run anew by `colsim patterns`, once in worlds
from the ranges and once in worlds that look like the authority today, and written down by
`scripts/patterns.py`, with the model that it was run on.
"""

from collections.abc import Iterable, Mapping
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


SOURCES = ("ranges", "matched")
"""Kinds of worlds that patterns are run in."""


@dataclass(frozen=True, slots=True)
class PatternVerdict:
    """What came out of one pattern."""

    number: int
    name: str
    levers: tuple[str, ...]
    """Levers whose effect it speaks of."""
    ranges: str
    """Verdict in worlds from the ranges."""
    matched: str
    """In worlds that look like the authority today; empty: not run."""
    ranges_model: str
    """Version of the model that it was run on; empty: not run."""
    matched_model: str

    def of(self, source: str) -> tuple[str, str]:
        """Return verdict and version of the model for worlds of a kind, else for the others."""
        if source == "matched" and self.matched:
            return self.matched, self.matched_model
        return self.ranges, self.ranges_model


@cache
def verdicts() -> tuple[PatternVerdict, ...]:
    """Return what came out of each pattern, by number."""
    table = read("verdicts")
    models = {f"{source}_model": table["model"].get(source, "") for source in SOURCES}
    rows = (row | {"levers": tuple(row["levers"])} for row in table["pattern"])
    return tuple(PatternVerdict(**row, **models) for row in rows)


def concerning(levers: Iterable[str]) -> tuple[PatternVerdict, ...]:
    """Return what came out of the patterns that speak of any of these levers."""
    wanted = set(levers)
    return tuple(one for one in verdicts() if wanted & set(one.levers))


OWNERS: Mapping[str, str] = read("owners")
"""Group of parameters -> who would know."""
