"""Time from becoming shared to the first joint plan, with the end of sharing as a competing event.

A family that stops being shared before its first joint plan competes (Aalen & Johansen
1978): what it gets if it comes back later belongs to another spell. A family that is
still waiting when the run ends is censored. Only families that became shared after the
policy began are counted.
"""

import numpy as np
import numpy.typing as npt

from colsim.core.state import World

HORIZON = 52
"""Weeks over which incidence and restricted mean are reported."""

JOINT, ENDED, CENSORED = 0, 1, 2


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
