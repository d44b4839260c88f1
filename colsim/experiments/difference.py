"""One paired difference over worlds: its middle, its range, its sureness, its time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.core.measures import RANGE, Measure
from colsim.experiments.runner import SEEDS_PER_WORLD

LIKELY = 0.8
"""Share of worlds that must agree before a change is called clear."""
SPREAD = (RANGE[0], 0.5, RANGE[1])
"""Quantiles by which the spread over worlds is told: the ends of 9 in 10, and the middle."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a scenario differs from the baseline in one measure.

    All figures but `computing_error` describe the spread over plausible worlds:
    they settle, and do not shrink, as replications grow. A world's value is the
    mean over its `SEEDS_PER_WORLD` seeds; their number is fixed for that reason.
    """

    scenario: str
    measure: str
    baseline: float
    """Median over worlds of the baseline's value in the last window."""
    value: float
    """Median over worlds of the scenario's value."""
    difference: float
    """Median over worlds of the paired difference."""
    low: float
    """5 % quantile over worlds of the paired difference."""
    high: float
    """95 % quantile."""
    better: float | None
    """Share of worlds in which the scenario is better; None for a measure without a direction."""
    worse: float | None
    """Share of worlds in which it is worse; in the rest nothing differs."""
    computing_error: float
    """Standard error of the mean paired difference: the part that more replications remove."""
    between_worlds: float
    """Standard deviation of the paired difference between worlds, seeds averaged out."""
    between_seeds: float
    """Standard deviation between the seeds of one world."""
    half_week: int | None
    """Policy week in which half of the final mean difference is reached; series only."""
    stays_week: int | None
    """First policy week from which 80 % of worlds stay better to the end; None: not in the run."""

    @property
    def clear(self) -> bool:
        """Whether at least 8 in 10 worlds agree on the direction."""
        shares = [share for share in (self.better, self.worse) if share is not None]
        return max(shares) >= LIKELY if shares else self.low > 0 or self.high < 0


def mean_of_present(values: npt.NDArray[np.float64], axis: int) -> npt.NDArray[np.float64]:
    """Return the mean over what is not NaN; NaN where nothing is left."""
    present = np.isfinite(values)
    count = present.sum(axis=axis)
    total = np.where(present, values, 0.0).sum(axis=axis)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


def over_worlds(values: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the 5 % quantile over worlds, the median and the 95 % quantile.

    Worlds without a value are left out; NaN where none has one.

    >>> over_worlds(np.array([1.0, 2.0, np.nan, 3.0]))
    (1.1, 2.0, 2.9)
    """
    present = values[np.isfinite(values)]
    if not len(present):
        return (float("nan"),) * 3
    low, middle, high = np.quantile(present, SPREAD)
    return float(low), float(middle), float(high)


def quantiles_of_present(
    values: npt.NDArray[np.float64], ends: Sequence[float] = SPREAD
) -> npt.NDArray[np.float64]:
    """Return quantiles over the first axis of what is not NaN, shape (ends, ...).

    Args:
        values: shape (worlds, ...).
        ends: which quantiles, from 0 to 1; as `over_worlds` unless given.
    """
    # The same figures at a tenth of the time where nothing is missing.
    whole = not np.isnan(values).any()
    return np.asarray((np.quantile if whole else np.nanquantile)(values, ends, axis=0))


def difference_of(
    scenario: str,
    k: int,
    measure: Measure,
    values: dict[str, npt.NDArray[np.float64]],
    series: dict[str, npt.NDArray[np.float64]],
) -> Difference:
    """Return how scenario number k differs from number 0 in a measure.

    Args:
        scenario: its name.
        k: its place on the first axis of values and series.
        measure: the measure.
        values: measure -> shape (scenarios, worlds, seeds).
        series: measure -> shape (scenarios, worlds, weeks + 1), for some measures.
    """
    mine, base = values[measure.name][k], values[measure.name][0]
    paired = mine - base
    per_world = mean_of_present(paired, axis=1)
    per_world = per_world[np.isfinite(per_world)]
    low, middle, high = over_worlds(per_world)
    within = _within(paired)
    spread = float(per_world.std(ddof=1)) if len(per_world) > 1 else float("nan")
    better = worse = None
    if measure.better != "neither" and len(per_world):
        gain = _gain(per_world, measure)
        better, worse = float(np.mean(gain > 0)), float(np.mean(gain < 0))
    half = stays = None
    if measure.name in series:
        half, stays = when(series[measure.name][k] - series[measure.name][0], measure)
    return Difference(
        scenario=scenario,
        measure=measure.name,
        baseline=_median(mean_of_present(base, axis=1)),
        value=_median(mean_of_present(mine, axis=1)),
        difference=middle,
        low=low,
        high=high,
        better=better,
        worse=worse,
        computing_error=float(spread / np.sqrt(len(per_world))),
        between_worlds=float(np.sqrt(np.maximum(0.0, spread**2 - within**2 / SEEDS_PER_WORLD))),
        between_seeds=within,
        half_week=half,
        stays_week=stays,
    )


def _gain(difference: npt.NDArray[np.float64], measure: Measure) -> npt.NDArray[np.float64]:
    return difference if measure.better == "higher" else -difference


def _within(paired: npt.NDArray[np.float64]) -> float:
    """Return the standard deviation between the seeds of one world."""
    whole = paired[np.isfinite(paired).all(axis=1)]
    if not len(whole):
        return float("nan")
    return float(np.sqrt(whole.var(axis=1, ddof=1).mean()))


def _median(values: npt.NDArray[np.float64]) -> float:
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else float("nan")


def when(paired: npt.NDArray[np.float64], measure: Measure) -> tuple[int | None, int | None]:
    """Return in which policy week half of the final difference is reached, and from when it holds.

    Args:
        paired: differences by world and policy week, shape (worlds, weeks + 1);
            the entry of week t is taken over the window that ends with it.
        measure: says which direction is better.

    Returns:
        (a) The first week in which the mean difference reaches half of its final
        value; None if there is no final difference. (b) The first week from which
        on at least 80 % of worlds, the same ones all the time, are better in every
        week to the end; None if there is none within the run.
    """
    mean = mean_of_present(paired, axis=0)
    final = mean[-1]
    half = None
    if np.isfinite(final) and final != 0:
        half = int(np.argmax(mean * np.sign(final) >= abs(final) / 2))
    better = _gain(paired, measure) > 0
    to_the_end = np.logical_and.accumulate(better[:, ::-1], axis=1)[:, ::-1]
    staying = np.flatnonzero(to_the_end.mean(axis=0) >= LIKELY)
    return half, (int(staying[0]) if len(staying) else None)
