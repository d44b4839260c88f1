"""What a calibration found, as numbers of its summary, and what it did to each parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from colsim.calibration.arrays import Values
from colsim.calibration.checks.fit import Lives
from colsim.calibration.inference.evaluation import Evaluator
from colsim.calibration.inference.likelihood import mean_of_products
from colsim.calibration.inference.problem import Problem


def plausibility_of_rows(held: Any, permuted: Any) -> float | None:
    """Return the share of tables with rows exchanged that are as likely as the true one."""
    if not len(permuted):
        return None
    return float((mean_of_products(permuted, 1) >= mean_of_products(held, 0)).mean())


def levels_summed(problem: Problem, levels: Any) -> dict[str, Any]:
    """Return what was learnt of the levels that all themes share."""
    reporting, mentions = problem.voices.reporting, problem.instrument.mentions
    by = levels.reshape(*reporting.shape(), 3, 3)
    return {
        "reporting": reporting.kind,
        "a": {f"{a:g}": float(by[k].sum()) for k, a in enumerate(reporting.powers)},
        "q": {f"{q:g}": float(by[:, k].sum()) for k, q in enumerate(reporting.alls)},
        "mention_volunteered": float(by.sum(axis=(0, 1, 3)) @ mentions[0]),
        "mention_asked": float(by.sum(axis=(0, 1, 2)) @ mentions[1]),
    }


def reasons_of(evaluator: Evaluator) -> str:
    """Say why runs failed, the most frequent first; empty if none did."""
    if not evaluator.errors:
        return ""
    most = max(evaluator.errors, key=lambda error: evaluator.errors[error])
    return f"{sum(evaluator.errors.values())} runs failed, most often with: {most}"


def range_of(problem: Problem, after: Lives, k: int) -> tuple[float, ...]:
    """Return the 90 % range and the median of one parameter's posterior."""
    values = [problem.priors[k].at(float(u)) for u in after.quantiles[:, k]]
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return float(low), float(median), float(high)


def spread_of(values: npt.NDArray[np.float64]) -> list[float]:
    """Return the 5 %, 50 % and 95 % quantiles of what is present."""
    return [float(x) for x in np.nanquantile(values, (0.05, 0.5, 0.95))]


CERTAIN = 0.01
"""Chance that any parameter is said to have moved though none has, all parameters together."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What the interviews did to one parameter; all in units of its prior."""

    name: str
    shift: float
    """Change of the mean, in prior standard deviations."""
    error: float
    """Standard error of the shift, from what independent islands differ by."""
    contraction: float
    """1 less the variance that is left, as a share of the prior's; below 0: it grew."""
    moved: bool
    """Whether it moved by more than islands differ by chance. This is no estimate of a place: a
    parameter may move and yet not be known."""


def moved(names: Sequence[str], islands: Sequence[Values]) -> tuple[Moved, ...]:
    """Compare posterior particles with the prior, parameter by parameter.

    Islands are independent, so what their means differ by is the sampler's own error, whatever
    particles within one have in common; it is pooled over parameters, as each island tells
    little. The same for the logarithm of the variance.

    Args:
        names: of the parameters.
        islands: particles of each as standard normals of the prior, shape (particles, parameters).
    """
    count = len(islands)
    means = np.stack([one.mean(axis=0) for one in islands])
    spreads = np.stack([np.log(np.maximum(one.var(axis=0), 1e-12)) for one in islands])
    pooled = np.concatenate(list(islands))
    shift, left = pooled.mean(axis=0), pooled.var(axis=0)
    errors = [float(np.sqrt(one.var(axis=0, ddof=1).mean() / count)) for one in (means, spreads)]
    # Two figures a parameter, both tails of each, all parameters together.
    limit = stats.t.isf(CERTAIN / (4.0 * max(1, len(names))), (count - 1) * max(1, len(names)))
    # Few particles of the prior have a little less than its variance.
    start = float(np.mean([np.log1p(-1.0 / len(one)) - 1.0 / len(one) for one in islands]))
    narrowed = np.abs(spreads.mean(axis=0) - start) > limit * errors[1]
    return tuple(
        Moved(
            name,
            float(shift[k]),
            errors[0],
            float(1.0 - left[k]),
            bool(abs(shift[k]) > limit * errors[0] or narrowed[k]),
        )
        for k, name in enumerate(names)
    )
