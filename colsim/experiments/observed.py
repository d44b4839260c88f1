"""What is observed of finished runs: the measures, and three that need more than weekly totals.

Of the time from becoming shared to the first joint plan the end of sharing is a competing event: a
family that stops being shared before its first joint plan competes (Aalen & Johansen 1978), as what
it gets if it comes back later belongs to another spell. A family that is still waiting when the run
ends is censored. Only families that became shared after the policy began are counted.
"""

import numpy as np
import numpy.typing as npt

from colsim.core.measures import LATENCY_CAP, MEASURES, TOTAL_INDEX, Measure
from colsim.core.state import World

HORIZON = 52
"""Weeks over which incidence and restricted mean are reported."""

JOINT, ENDED, CENSORED = 0, 1, 2

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


def count_exits(world: World) -> npt.NDArray[np.int64]:
    """Return exits by week since becoming shared, shape (HORIZON + 1, 3).

    Columns: first joint plan, end of sharing, censored. Exits after the
    horizon count in its last row as censored.
    """
    families = world.families
    now = int(world.clock[0]["week"])
    policy_began = int(world.clock[0]["burn_in"])
    families = families[families["shared_since"] >= policy_began]
    since = families["shared_since"].astype(np.int64)
    joint, ended = families["first_joint"], families["shared_until"]
    # Plans come before closures in a week, so a joint plan in the last one is in time.
    in_time = (joint >= 0) & ((ended < 0) | (joint <= ended))
    kind = np.where(in_time, JOINT, np.where(ended >= 0, ENDED, CENSORED))
    week = np.where(kind == JOINT, joint, np.where(kind == ENDED, ended, now)) - since
    kind = np.where(week > HORIZON, CENSORED, kind)
    exits = np.zeros((HORIZON + 1, 3), np.int64)
    np.add.at(exits, (np.minimum(week, HORIZON), kind), 1)
    return exits


def incidence(exits: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the Aalen–Johansen cumulative incidence of a first joint plan by week.

    Args:
        exits: from `count_exits`, or a sum of such tables; shape (..., weeks, 3).

    Returns:
        Shape (..., weeks): the probability of a first joint plan by the end of
        each week since becoming shared; NaN where nobody was ever at risk.
    """
    leaving = exits.sum(axis=-1)
    at_risk = leaving[..., ::-1].cumsum(axis=-1)[..., ::-1].astype(np.float64)
    events = exits[..., JOINT] + exits[..., ENDED]
    hazard = np.divide(events, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    waiting = np.cumprod(1.0 - hazard, axis=-1)
    before = np.concatenate([np.ones_like(waiting[..., :1]), waiting[..., :-1]], axis=-1)
    joint = np.divide(exits[..., JOINT], at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    curve: npt.NDArray[np.float64] = np.cumsum(before * joint, axis=-1)
    curve[at_risk[..., 0] == 0] = np.nan
    return curve


def restricted_mean(exits: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the mean weeks without a joint plan within the horizon, shape (...).

    A family whose sharing ends first counts as without one to the horizon.
    """
    curve = incidence(exits)
    return np.asarray((1.0 - curve[..., :HORIZON]).sum(axis=-1))
