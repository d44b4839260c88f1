"""Intake and discovery (7.4, 7.5)."""

import math

from colsim.core.numerics import clip, logistic
from colsim.core.rng import Purpose
from tests.plain.agents import BS, CHILD_FACTS, CSW, MHSW, PARENT_FACTS


def workload(model):
    """Spread the background over those in post; find pressure and budget."""
    p = model.p
    for locality in model.localities:
        for s in (CSW, MHSW):
            cases = p.csw_cases_per_post if s == CSW else p.mhsw_cases_per_post
            h = p.csw_hours_per_case if s == CSW else p.mhsw_hours_per_case
            demand = cases * len(locality.posts[s])
            hours = 0.0
            for post in locality.posts[s]:
                if post.filled:
                    hours += post.hours
            for post in locality.posts[s]:
                if not post.filled:
                    post.background = post.pressure = post.budget = 0.0
                    continue
                if hours > 0:
                    post.background = demand * post.hours / hours
                if s == CSW:
                    room = max(0.0, post.q.caseload_cap - post.shared_load)
                    post.background = min(post.background, room)
                post.pressure = (
                    post.background * h + post.shared_load * p.hours_shared
                ) / post.hours
                share = clip(p.collaboration_share * (2 - post.pressure), p.collaboration_floor, 1)
                post.budget = max(0.0, post.hours * share - post.spent)
    for post in model.posts:
        if post.service == BS:
            post.background = post.budget = 0.0
            post.pressure = 1.0 if post.filled else 0.0


def begin_assessment(model, f):
    """Start the cycle of a family that CSC has just opened."""
    f.cycle_start = model.week
    f.cycle_length = 9
    f.plans = 0


def returns(model):
    """Let families come back to CSC."""
    t = model.week
    for f in model.returning.pop(t, []):
        if f.open[1]:
            chance = math.exp(-model.p.close_amh_rate * (1 - f.severity) * (t - f.closed))
            f.open[1] = model.draws.U(f.origin, Purpose.STAYS_OPEN) < chance
        f.open[0] = True
        begin_assessment(model, f)
        f.clear_cycle_bits()
        f.escalated = False
        f.depth = 0
        f.closed = -1
        if f.open[1] and f.shared_since < 0:
            f.shared_since = t
        f.active = True
        model.active.append(f)
        model.count("returns")


def arrivals(model):
    """Let new families become known to one or both services."""
    p = model.p
    for f in model.arriving[model.week]:
        r = model.draws.B(f.origin, Purpose.ROUTE)
        if r < p.route_both:
            f.open = [True, True]
            f.shared_since = model.week
        elif r < p.route_both + p.route_csc:
            f.open = [True, False]
        else:
            f.open = [False, True]
        if f.open[0]:
            begin_assessment(model, f)
        f.active = True
        model.active.append(f)
        model.count("arrivals")


def refer(model, f):
    """Let the lead of the only open service bring in the other."""
    p = model.p
    if f.open[0] == f.open[1]:
        return
    s = 0 if f.open[0] else 1
    i = f.lead[s]
    if i is None:
        return
    x = (
        p.refer_base
        + p.refer_need * f.complexity
        + p.refer_knowledge * i.role_knowledge
        + p.refer_narrative * i.narrative
    )
    if i.service == CSW and i.lean > 0:
        x = x - p.refer_fear * i.lean * (1 - i.role_knowledge)
    if model.draws.U(f.origin, Purpose.REFER) < logistic(x):
        f.open[1 - s] = True
        if s == 1:
            begin_assessment(model, f)
        if f.shared_since < 0:
            f.shared_since = model.week
        model.count("referrals")


def allocate(model, f, s):
    """Give the family a lead of service s if one is due and there is anybody."""
    if not f.open[s] or f.lead[s] is not None:
        return
    best, least = None, 0.0
    for post in f.locality.posts[s]:
        if post.filled:
            load = (post.background + post.shared_load * model.p.shared_case_weight) / post.hours
            if best is None or load < least:
                best, least = post, load
    if best is not None:
        f.lead[s] = best
        f.lead_since[s] = model.week
        best.shared_load += 1


def intake(model):
    """Phase: workload, returns and arrivals, referral and allocation."""
    workload(model)
    returns(model)
    arrivals(model)
    for f in model.active:
        refer(model, f)
        for s in (CSW, MHSW):
            allocate(model, f, s)


def learn_first_hand(model, f, s, x):
    """Let the lead of s learn fact x from the family itself."""
    f.understand(s, x)
    if f.first_known[x] < 0:
        f.first_known[x] = model.week
    f.recount(s)


def discover(model):
    """Phase: leads find out facts from the family."""
    p, U = model.p, model.draws.U
    sides = (CHILD_FACTS, PARENT_FACTS)
    for f in model.active:
        for s in (CSW, MHSW):
            i = f.lead[s]
            if i is None:
                continue
            u = U(f.origin, Purpose.DISCOVER, s)
            own = [x for x in sides[s] if x not in f.known[s]]
            calm = 1.0 if i.pressure <= 1 else 1 / i.pressure
            x = p.discover_rate * (0.3 + 0.7 * f.trust[s]) * calm * (len(own) / 8)
            if u < x:
                which = int(U(f.origin, Purpose.DISCOVER_WHICH, s) * len(own))
                learn_first_hand(model, f, s, own[which])
                continue
            other = [x for x in sides[1 - s] if x not in f.known[s]]
            if u < x + p.cross_discovery * f.trust[s] * (len(other) / 8):
                fact = other[int(U(f.origin, Purpose.DISCOVER_WHICH, s) * len(other))]
                split = fact in f.known[1 - s] and not (
                    U(f.origin, Purpose.SPLIT, s) < f.trust[s]
                )
                if not split:
                    learn_first_hand(model, f, s, fact)
