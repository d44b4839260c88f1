"""Whether runs tell a difference from nothing beyond their computing error, and how many would."""

import numpy as np
import numpy.typing as npt

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
