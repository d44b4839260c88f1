"""Policy and training (7.2, 7.3)."""

from colsim.core.numerics import clip, clip01, pull
from colsim.core.quantities import MODES, QUANTITIES
from colsim.core.rng import Purpose
from tests.plain.agents import BS, CSW, MHSW
from tests.plain.practice import enter, meet, warm

NAMES = list(QUANTITIES)


def lever_level(lever, u):
    """Return how far a lever is turned on at policy time u."""
    if u < lever["start"] or u >= lever["end"]:
        return 0.0
    return min(1.0, (u - int(lever["start"]) + 1) / int(lever["ramp"]))


def set_quantities(model):
    """Let the levers move the quantities of the teams that they cover."""
    u = model.week - model.burn_in
    for team in model.teams:
        for name, quantity in QUANTITIES.items():
            setattr(team.q, name, float(quantity.base))
    for channel in model.levers.channels:
        k = int(channel["lever"])
        lever = model.levers.levers[k]
        level = lever_level(lever, u)
        strength, amount = float(lever["strength"]), float(channel["amount"])
        name = NAMES[int(channel["quantity"])]
        for team in model.teams:
            if not model.levers.covered[k][team.index]:
                continue
            value = getattr(team.q, name)
            if channel["mode"] == MODES["scale"]:
                value += amount * strength * level
            elif channel["mode"] == MODES["on"]:
                value += amount * level
            else:
                value += level * (strength - value)
            setattr(team.q, name, value)
    for team in model.teams:
        for name, quantity in QUANTITIES.items():
            value = clip(getattr(team.q, name), quantity.low, quantity.high)
            setattr(team.q, name, value)


def staff_spanner_posts(model):
    """Fill and vacate spanner posts; hand out their hours of the week."""
    for authority in model.authorities:
        wanted = int(authority.largest("spanner_posts") + 1e-9)
        success = min(team.q.recruitment_success for team in authority.teams)
        for k, b in enumerate(authority.posts[BS]):
            if k < wanted and not b.filled:
                u = model.draws.U(b.post_origin, Purpose.RECRUIT)
                if u < model.p.spanner_fill * success:
                    b.succession += 1
                    enter(model, b, 0.5)
                    for tie in authority.spanner_ties[b.row]:
                        tie.make_strangers()
            elif k >= wanted and b.filled:
                b.filled = False
            if b.filled:
                b.visit_hours = authority.largest("spanner_visits")
                b.consult_hours = authority.largest("spanner_consultation")
                b.facilitate_hours = authority.largest("spanner_facilitation")
                b.workshop_hours = authority.largest("spanner_workshops")
                b.challenge_hours = authority.largest("spanner_challenge")


def policy(model):
    """Phase: levers, spanner posts, the week's reset."""
    set_quantities(model)
    staff_spanner_posts(model)
    for post in model.posts:
        post.spent = 0.0


def train(model):
    """Phase: some attend training, and meet people of the other service there."""
    p, U = model.p, model.draws.U
    for i in model.posts:
        if i.service == BS or not i.filled:
            continue
        a, b = i.q.training_confidence, i.q.training_knowledge
        c = i.q.training_acquaintance
        m = max(a, b, c)
        if not (m > 0 and U(i.origin, Purpose.TRAINING) < m / 52):
            continue
        i.spent += p.training_hours
        i.confidence = pull(i.confidence, 1, p.training_confidence_gain * (a / m))
        i.role_knowledge = clip01(
            i.role_knowledge + p.training_knowledge_gain * (b / m) * (1 - i.role_knowledge)
        )
        if c > 0:
            others = model.localities[i.locality].posts[MHSW if i.service == CSW else CSW]
            for k in (0, 1):
                j = others[int(U(i.origin, Purpose.TRAINING_PARTNER, k) * len(others))]
                if j.filled:
                    tie = meet(model, i, j)
                    tie.familiarity = warm(tie.familiarity, p.training_familiarity * (c / m))
