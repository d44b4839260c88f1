"""7.2 Policy and 7.3 Train."""

import math
from types import SimpleNamespace

from colsim.core.layout import BS
from colsim.core.numerics import clip, clip01, pull
from colsim.core.quantities import MODES, QUANTITIES
from tests.twin.agents import BoundarySpanner
from tests.twin.draws import PURPOSES as P
from tests.twin.practice import meet, warm

NAMES = list(QUANTITIES)


def policy(model) -> None:
    set_quantities(model)
    for authority in model.places.authorities:
        staff_spanner_posts(model, authority)
    for practitioner in model.practitioners():
        practitioner.spent = 0.0


def level_of(lever, u: int) -> float:
    """Return how far a lever is in force at policy time u."""
    start, ramp, end = int(lever["start"]), int(lever["ramp"]), int(lever["end"])
    if u < start or u >= end:
        return 0.0
    return min(1.0, (u - start + 1) / ramp)


def set_quantities(model) -> None:
    table = model.levers
    u = model.t - model.burn_in
    for team in model.places.teams:
        team.q = SimpleNamespace(**{name: float(q.base) for name, q in QUANTITIES.items()})
    for channel in table.channels:
        k = int(channel["lever"])
        name = NAMES[int(channel["quantity"])]
        amount, mode = float(channel["amount"]), int(channel["mode"])
        strength = float(table.levers[k]["strength"])
        level = level_of(table.levers[k], u)
        for team in model.places.teams:
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
    for team in model.places.teams:
        for name, quantity in QUANTITIES.items():
            setattr(team.q, name, clip(getattr(team.q, name), quantity.low, quantity.high))


def largest(authority, name: str) -> float:
    return max(getattr(team.q, name) for team in authority.all_teams())


def staff_spanner_posts(model, authority) -> None:
    p = model.p
    wanted = math.floor(largest(authority, "spanner_posts") + 1e-9)
    success = min(team.q.recruitment_success for team in authority.all_teams())
    for k, post in enumerate(authority.posts[BS]):
        if k < wanted and post.holder is None:
            if model.draws.U(post, P["RECRUIT"]) < p.spanner_fill * success:
                post.succession += 1
                post.holder = BoundarySpanner(model, post, 0.5)
                post.sever()
        elif k >= wanted and post.holder is not None:
            post.holder.remove()
            post.holder = None
    for spanner in authority.spanners():
        spanner.visit_hours = largest(authority, "spanner_visits")
        spanner.consultation_hours = largest(authority, "spanner_consultation")
        spanner.facilitation_hours = largest(authority, "spanner_facilitation")
        spanner.workshop_hours = largest(authority, "spanner_workshops")
        spanner.challenge_hours = largest(authority, "spanner_challenge")


def train(model) -> None:
    p, U = model.p, model.draws.U  # noqa: N806
    for i in model.workers():
        a = i.q.training_confidence
        b = i.q.training_knowledge
        c = i.q.training_acquaintance
        m = max(a, b, c)
        if not (m > 0 and U(i, P["TRAINING"]) < m / 52):
            continue
        i.spent += p.training_hours
        i.confidence = pull(i.confidence, 1, p.training_confidence_gain * (a / m))
        i.role_knowledge = clip01(
            i.role_knowledge + p.training_knowledge_gain * (b / m) * (1 - i.role_knowledge)
        )
        if c > 0:
            others = i.post.locality.posts[1 - i.service]
            for k in (0, 1):
                j = others[int(U(i, P["TRAINING_PARTNER"], k) * len(others))].holder
                if j is not None:
                    tie = meet(i, j, model.t)
                    tie.familiarity = warm(tie.familiarity, p.training_familiarity * (c / m))
