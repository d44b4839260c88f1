"""Policies against each other in the same worlds, and whether the runs tell them apart."""

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.comparison.compared import Compared
from colsim.experiments.difference import LIKELY, mean_of_present, over_worlds
from colsim.experiments.observed import COMPARED
from colsim.reporting.files import finite
from colsim.reporting.words import signed, tenths

SURE = 0.95
"""Confidence with which one is told from another."""
NEVER = 100_000
"""Worlds beyond which two count as alike."""
_MANY = 30


def told_apart(ahead: npt.NDArray[np.float64], comparisons: int = 1) -> bool:
    """Return whether a mean difference over worlds is above 0 beyond its computing error.

    Args:
        ahead: by world.
        comparisons: how many such questions are asked at a time.
    """
    worlds = len(ahead)
    if worlds < 2 or not ahead.mean() > 0:
        return False
    error = ahead.std(ddof=1) / np.sqrt(worlds)
    return bool(ahead.mean() > _quantile(worlds, comparisons) * error)


def more_worlds(ahead: npt.NDArray[np.float64], comparisons: int = 1) -> int | None:
    """Return how many worlds more would tell a difference from nothing, if it stays as it is.

    None if no number would.
    """
    if len(ahead) < 2 or not ahead.mean() > 0:
        return None
    quantile = _quantile(max(len(ahead), _MANY), comparisons)
    needed = (quantile * ahead.std(ddof=1) / ahead.mean()) ** 2
    return None if needed > NEVER else max(1, int(np.ceil(needed)) - len(ahead))


def _quantile(worlds: int, comparisons: int) -> float:
    from scipy.special import stdtrit  # Student's t, at a tenth of what scipy.stats takes to read

    return float(stdtrit(worlds - 1, 1.0 - (1.0 - SURE) / (2.0 * comparisons)))


@dataclass(frozen=True, slots=True)
class Against:
    """One policy against another in one measure, world by world."""

    one: str
    other: str
    measure: str
    difference: float
    """Median over worlds of the first's value less the second's."""
    low: float
    """5 % quantile over worlds."""
    high: float
    mean: float
    leads: float
    """Share of worlds in which the first is better (higher, for a measure without direction)."""
    trails: float
    """Share in which the second is; in the rest they do the same."""
    told_apart: bool
    """Whether the runs tell their means apart beyond the computing error."""
    more_worlds: int | None
    """Worlds that would be needed beside those lived; None if they do, or if no number would."""

    @property
    def clear(self) -> bool:
        """Whether at least 8 in 10 worlds agree on which is better."""
        return max(self.leads, self.trails) >= LIKELY

    def words(self, titles: "dict[str, str]") -> str:
        """Return it in a sentence.

        Args:
            titles: name of each policy to how people know it.
        """
        measure = COMPARED[self.measure]
        low, high = signed(self.low, measure), signed(self.high, measure)
        text = (
            f"{titles[self.one]} against {titles[self.other]}: "
            f"{signed(self.difference, measure)} ({low} to {high}), ahead in "
            f"{tenths(self.leads)}"
        )
        if self.told_apart:
            return f"{text}."
        if self.more_worlds is None:
            return f"{text}; not told apart, and no number of worlds that could be lived would."
        return f"{text}; not told apart: some {self.more_worlds:,} more worlds would be needed."


def against(result: Compared, one: str, other: str, measure: str) -> Against:
    """Return how one policy does against another; no further run is needed.

    Raises:
        KeyError: no such scenario or measure.
    """
    for name in (one, other):
        if name not in result.names:
            raise KeyError(f"no scenario {name!r}; there are {', '.join(result.names)}")
    values, about = result.values[measure], COMPARED[measure]
    paired = values[result.names.index(one)] - values[result.names.index(other)]
    worlds = mean_of_present(paired, axis=1)
    worlds = worlds[np.isfinite(worlds)]
    low, middle, high = over_worlds(worlds)
    if not len(worlds):
        return Against(one, other, measure, middle, low, high, middle, 0.0, 0.0, False, None)
    ahead = -worlds if about.better == "lower" else worlds
    sign = 1.0 if ahead.mean() >= 0 else -1.0
    pairs = (len(result.names) - 1) * (len(result.names) - 2) // 2
    apart = told_apart(sign * ahead, max(1, pairs))
    return Against(
        one,
        other,
        measure,
        middle,
        low,
        high,
        float(worlds.mean()),
        float(np.mean(ahead > 0)),
        float(np.mean(ahead < 0)),
        apart,
        None if apart else more_worlds(sign * ahead, max(1, pairs)),
    )


def every_pair(result: Compared, measure: str) -> tuple[Against, ...]:
    """Return every two policies, the one that gains more first."""
    found = []
    for one, other in combinations(result.names[1:], 2):
        pair = against(result, one, other, measure)
        behind = pair.mean < 0 if COMPARED[measure].better != "lower" else pair.mean > 0
        found.append(against(result, other, one, measure) if behind else pair)
    return tuple(found)


def pairs_document(result: Compared, measures: "tuple[str, ...]") -> list[dict[str, Any]]:
    """Return every two policies in some measures, as plain data."""
    return [finite(asdict(one)) for name in measures for one in every_pair(result, name)]
