"""7.2 Policy."""

import math
from typing import TYPE_CHECKING, Any

from colsim.core.layout import BS
from colsim.core.numerics import clip
from colsim.core.quantities import MODES, QUANTITIES
from colsim.core.rng import Purpose as P
from colsim.plain.agents import SPANNER_WORK, BoundarySpanner
from colsim.plain.places import Authority, Numbers, Team
from colsim.plain.practice import meet

if TYPE_CHECKING:
    from colsim.plain.model import Twin

NAMES = list(QUANTITIES)
RULES = (
    ("protocol_contact", "protocol_disclosure"),
    ("collaboration_priority", "deadline_relief"),
    ("agreed_sharing",),
)


def policy(model: "Twin", authority: Authority) -> None:
    if model.t == model.burn_in:
        begin_today(model, authority)
    set_quantities(model, authority)
    staff_spanner_posts(model, authority)
    for practitioner in authority.practitioners():
        practitioner.left = practitioner.spent
        practitioner.spent = 0.0


def begin_today(model: "Twin", authority: Authority) -> None:
    """Set what a user knows of their own authority: tenures, and ties in use."""
    for post in authority.all_posts():
        if post.holder is not None and post.tenure_today >= 0:
            post.holder.tenure = post.tenure_today
    if not authority.known_ties:
        return
    for tie in authority.ties:
        tie.sever()
    for known in authority.known_ties:
        i, j = known.csw.holder, known.mhsw.holder
        if i is None or j is None or known.familiarity < 0:
            continue
        tie = meet(model, i, j)
        tie.familiarity = known.familiarity
        if known.trust_cm >= 0:
            tie.trust_cm = known.trust_cm
        if known.trust_mc >= 0:
            tie.trust_mc = known.trust_mc


def level_of(lever: Any, u: int) -> float:
    """Return how far a lever is in force at policy time u."""
    start, ramp, end = int(lever["start"]), int(lever["ramp"]), int(lever["end"])
    if u < start or u >= end:
        return 0.0
    return float(lever["reach"]) * min(1.0, (u - start + 1) / ramp)


def set_quantities(model: "Twin", authority: Authority) -> None:
    table = model.levers
    u = model.t - model.burn_in
    for team in authority.all_teams():
        team.q = Numbers(**team.base)
    for channel in table.channels:
        k = int(channel["lever"])
        name = NAMES[int(channel["quantity"])]
        amount, mode = float(channel["amount"]), int(channel["mode"])
        strength = float(table.levers[k]["strength"])
        level = level_of(table.levers[k], u)
        for team in authority.all_teams():
            if not table.covered[k][team.number]:
                continue
            q = getattr(team.q, name)
            if mode == MODES["scale"]:
                q += amount * strength * level
            elif mode == MODES["on"]:
                q += amount * level
            else:
                q += level * (strength - q)
            setattr(team.q, name, q)
    for team in authority.all_teams():
        for name, quantity in QUANTITIES.items():
            setattr(team.q, name, clip(getattr(team.q, name), quantity.low, quantity.high))
        for g, names in enumerate(RULES):
            wear_off(model, team, g, names)


def wear_off(model: "Twin", team: Team, g: int, names: tuple[str, ...]) -> None:
    """Let a kind of rule lose its force, counted from the week in which it began."""
    p = model.p
    if all(getattr(team.q, name) == 0 for name in names):
        team.since[g] = -1
        return
    if team.since[g] < 0 or is_brought_in(model, team, names):
        team.since[g] = model.t
    keep = math.exp(-0.6931471805599453 * (model.t - team.since[g]) / p.half_life)
    if p.compliance == 1:
        keep = keep + (1 - keep) * team.q.rule_upkeep
    for name in names:
        setattr(team.q, name, getattr(team.q, name) * keep)


def is_brought_in(model: "Twin", team: Team, names: tuple[str, ...]) -> bool:
    """Return whether a lever that moves a kind of rule in the team is still on its way in."""
    table, u = model.levers, model.t - model.burn_in
    for channel in table.channels:
        k = int(channel["lever"])
        lever = table.levers[k]
        start = int(lever["start"])
        if (
            NAMES[int(channel["quantity"])] in names
            and table.covered[k][team.number]
            and start <= u < int(lever["end"])
            and u - start + 1 <= int(lever["ramp"])
        ):
            return True
    return False


def largest(authority: Authority, name: str) -> float:
    values: list[float] = [getattr(team.q, name) for team in authority.all_teams()]
    return max(values)


def staff_spanner_posts(model: "Twin", authority: Authority) -> None:
    p = model.p
    wanted = math.floor(largest(authority, "spanner_posts") + 1e-9)
    success = min(team.q.recruitment_success for team in authority.all_teams())
    for k, post in enumerate(authority.posts[BS]):
        if k < wanted and post.holder is None:
            if model.draws.U(post, P.RECRUIT) < p.fill_rate * success:
                post.succession += 1
                post.holder = BoundarySpanner(model, post, 0.0)
                post.sever()
        elif k >= wanted and post.holder is not None:
            post.holder.remove()
            post.holder = None
            post.sever()
    for work in SPANNER_WORK:
        h = largest(authority, f"spanner_{work}")
        for b in authority.spanners():
            b.hours[work] = min(b.hours[work] + h, p.spanner_carry * h)
