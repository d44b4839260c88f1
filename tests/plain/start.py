"""Initialisation (7.1)."""

from colsim.core.numerics import around, poisson
from colsim.core.rng import Purpose
from tests.plain.agents import CSW, FACTS, MHSW, Family
from tests.plain.draws import derive
from tests.plain.practice import enter, meet


def fill_posts(model):
    """Fill every CSW and MHSW post, with tenure of some length."""
    for post in model.posts:
        if post.service in (CSW, MHSW):
            enter(model, post)
            post.tenure = int(400 * model.draws.B(post.origin, Purpose.TENURE))


def acquaint(model):
    """Let some people of a locality know each other already."""
    for locality in model.localities:
        for i in locality.posts[CSW]:
            for j in locality.posts[MHSW]:
                u = model.draws.B(i.origin, Purpose.ACQUAINTED, j.row)
                if u < model.p.acquainted_start:
                    meet(model, i, j).familiarity = model.p.familiarity_start


def birth(model, origin, locality):
    """Return a new family, not yet active."""
    p = model.p
    f = Family(model, origin, locality)

    def life(purpose, index=0):
        return model.draws.B(origin, purpose, index)

    f.complexity = around(0.5, 0.45, life(Purpose.COMPLEXITY))
    f.severity = f.severity0 = around(p.severity_start, 0.3, life(Purpose.SEVERITY))
    raw = [0.5 + life(Purpose.WEIGHT, x) for x in FACTS]
    total = 0.0
    for weight in raw:
        total += weight
    f.weight = [weight / total for weight in raw]
    for x in FACTS:
        if life(Purpose.ADVERSE, x) < p.adverse_base + p.adverse_complexity * f.complexity:
            f.adverse.add(x)
    f.risk = f.risk0 = f.weigh(f.adverse)
    f.trust = [
        around(p.trust_csc_start, p.spread, life(Purpose.TRUST, 0)),
        around(p.trust_amh_start, p.spread, life(Purpose.TRUST, 1)),
    ]
    f.anxiety = around(p.family_anxiety_start, p.spread, life(Purpose.ANXIETY))
    f.csw_anxiety = p.csw_anxiety_start
    f.engagement = f.compliance = 0.5 * f.trust[0] + 0.5 * f.trust[1]
    f.consent = life(Purpose.CONSENT) < p.consent_base + p.consent_trust * f.trust[1]
    f.belief = [p.prior_risk, p.prior_risk]
    return f


def initial_stock(model):
    """Give every locality its shared families."""
    draws = model.draws
    for locality in model.localities:
        n = poisson(locality.shared_families, draws.B(locality.origin, Purpose.STOCK))
        for ordinal in range(n):
            origin = derive(derive(locality.origin, 0), ordinal)
            f = birth(model, origin, locality)
            f.active = True
            f.open = [True, True]
            f.plans = 1
            f.shared_since = 0
            f.cycle_length = 13
            f.cycle_start = -int(13 * draws.B(origin, Purpose.AGE))
            model.families.append(f)
            model.active.append(f)


def future_arrivals(model):
    """Bear all later arrivals; they wait in `model.arriving` for their week."""
    draws = model.draws
    for t in range(model.burn_in + model.weeks):
        model.arriving[t] = []
        for locality in model.localities:
            rate = locality.shared_families * model.p.arrival_rate
            n = poisson(rate, draws.B(locality.origin, Purpose.ARRIVALS, t))
            for ordinal in range(n):
                origin = derive(derive(locality.origin, t + 1), ordinal)
                f = birth(model, origin, locality)
                model.families.append(f)
                model.arriving[t].append(f)
