"""What a calibration found, as numbers of its summary."""

from typing import Any

import numpy as np
import numpy.typing as npt

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
