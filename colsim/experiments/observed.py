"""What is observed of finished runs: the measures, and three that need more than weekly totals."""

import numpy as np
import numpy.typing as npt

from colsim.core.measures import LATENCY_CAP, MEASURES, TOTAL_INDEX, Measure
from colsim.experiments.first_plan import HORIZON, incidence, restricted_mean

FIRST_PLAN = Measure(
    name="first_joint_plan",
    title="First joint plan within a year",
    unit="share",
    better="higher",
    group="plans",
    definition="Share of families with a joint plan within 52 weeks of becoming shared; "
    "Aalen-Johansen incidence over families shared since the policy began, the end of sharing "
    "competing, families still waiting at the end of the run censored",
)
WAIT = Measure(
    name="weeks_to_joint_plan",
    title="Weeks to the first joint plan",
    unit="weeks",
    better="lower",
    group="plans",
    definition=f"Mean weeks from becoming shared to the first joint plan, at most {HORIZON} "
    f"(restricted mean of the same incidence); families whose sharing ends first count "
    f"as {HORIZON}",
    low=0.0,
    high=float(HORIZON),
)
LATENCY = Measure(
    name="weeks_to_cross",
    title="Weeks until a fact is understood by the other side",
    unit="weeks",
    better="lower",
    group="information",
    definition="Median, over facts that crossed between the two leads since the policy began, of "
    f"the weeks from being known to one to being understood by the other; {LATENCY_CAP} and more "
    f"count as {LATENCY_CAP}; facts that never cross are not in it",
    low=0.0,
    high=float(LATENCY_CAP),
)
COMPARED: dict[str, Measure] = {
    **MEASURES,
    FIRST_PLAN.name: FIRST_PLAN,
    WAIT.name: WAIT,
    LATENCY.name: LATENCY,
}
"""All that is compared between runs, by name."""


def values_of(
    totals: npt.NDArray[np.float64],
    exits: npt.NDArray[np.int64],
    latency: npt.NDArray[np.int64],
) -> dict[str, npt.NDArray[np.float64]]:
    """Return every measure of `COMPARED` for runs of any shape; NaN where nothing was due.

    Args:
        totals: summed over the last window, shape (..., totals).
        exits: to the first joint plan, shape (..., weeks, 3).
        latency: facts that crossed by the weeks that they took, shape (..., weeks).

    Returns:
        Measure -> values of shape (...).
    """
    by_name = {name: totals[..., k] for name, k in TOTAL_INDEX.items()}
    values = {name: measure.of(by_name) for name, measure in MEASURES.items()}
    values[FIRST_PLAN.name] = incidence(exits)[..., -1]
    values[WAIT.name] = restricted_mean(exits)
    values[LATENCY.name] = median_weeks(latency)
    return values


def median_weeks(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the median of weeks given how often each occurred (last axis); NaN if never."""
    reached = counts.cumsum(axis=-1)
    total = reached[..., -1:]
    median = (2 * reached >= total).argmax(axis=-1).astype(np.float64)
    return np.where(total[..., 0] == 0, np.nan, median)
