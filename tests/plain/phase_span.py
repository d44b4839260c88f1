"""Boundary spanners: visits, workshops, consultation (7.8)."""

from colsim.core.numerics import logistic, pull, updated_trust
from colsim.core.rng import Purpose
from tests.plain.agents import BS, CSW, FACTS
from tests.plain.practice import cross, spend, warm


def grow(model, tie):
    """Let a spanner and a practitioner grow used to each other."""
    p = model.p
    tie.familiarity = warm(tie.familiarity, p.spanner_familiarity)
    tie.trust = updated_trust(tie.trust, 0, 1, p.spanner_trust, p.trust_asymmetry, 0)


def challenge(model, authority, b, members):
    """Let the spanner speak up against the team's story; it takes their trust."""
    p = model.p
    if not members:
        return
    total = 0.0
    for i in members:
        tie = authority.spanner_tie(b, i)
        total += tie.familiarity * tie.trust
    if total / len(members) >= p.challenge_trust:
        for i in members:
            if i.narrative < 0:
                i.narrative = pull(i.narrative, 0, p.challenge_effect)
    else:
        for i in members:
            i.narrative = pull(i.narrative, -1, p.challenge_backfire)


def visits(model, authority, b):
    """Let the spanner visit teams, and challenge their stories."""
    p = model.p
    teams = [team for team in authority.teams if team.q.spanner_posts > 0]
    if not teams:
        return
    k = 0
    while b.visit_hours >= p.visit_hours:
        b.visit_hours -= p.visit_hours
        team = teams[int(model.draws.U(b.origin, Purpose.VISIT, k) * len(teams))]
        k += 1
        members = team.filled()
        for i in members:
            grow(model, authority.spanner_tie(b, i))
        if b.challenge_hours >= p.challenge_hours:
            b.challenge_hours -= p.challenge_hours
            challenge(model, authority, b, members)


def workshop(model, authority, b):
    """Let the spanner hold a workshop for a children's team."""
    p, U = model.p, model.draws.U
    teams = [t for t in authority.teams if t.service == CSW and t.q.spanner_posts > 0]
    if not teams or not U(b.origin, Purpose.WORKSHOP) < b.workshop_hours / p.workshop_hours:
        return
    for i in teams[int(U(b.origin, Purpose.WORKSHOP_TEAM) * len(teams))].filled():
        i.role_knowledge = pull(i.role_knowledge, 1, p.workshop_knowledge)
        i.confidence = pull(i.confidence, 1, p.workshop_confidence)
        i.spent += 2
        i.budget = max(0.0, i.budget - 2)


def best_known(authority, a):
    """Return the spanner most familiar to a."""
    best = None
    for b in authority.spanners():
        if best is None or (
            authority.spanner_tie(b, a).familiarity > authority.spanner_tie(best, a).familiarity
        ):
            best = b
    return best


def advise(model, f, a, tie):
    """Carry out a consultation."""
    p, s = model.p, a.service
    grow(model, tie)
    learnt = False
    for x in FACTS:
        if x in f.received[s]:
            u = model.draws.U(f.origin, Purpose.CONSULT_FACT, 16 * s + x)
            if u < p.consult_understand:
                cross(model, f, s, x)
                learnt = True
    if learnt:
        f.recount(s)
    a.role_knowledge = pull(a.role_knowledge, 1, p.consult_knowledge)
    if s == CSW:
        f.csw_anxiety = f.csw_anxiety * (1 - p.consult_calm)
    a.memory[14] += 1


def facilitate(model, f, b, s):
    """Let the spanner bring both leads together if there is time."""
    p = model.p
    i, j = f.lead
    if b.facilitate_hours < p.facilitate_hours or f.facilitated:
        return
    if not model.draws.U(f.origin, Purpose.FACILITATE, s) < p.facilitate_offer:
        return
    if i.budget < p.hours_meeting or j.budget < p.hours_meeting:
        return
    b.facilitate_hours -= p.facilitate_hours
    spend(i, p.hours_meeting)
    spend(j, p.hours_meeting)
    f.contact = 3
    f.initiator = s
    f.mutual = True
    f.facilitated = True
    f.corridor = False
    model.count("facilitated")


def consult(model, authority, f, a):
    """Let one lead ask a spanner for advice."""
    p, s = model.p, a.service
    b = best_known(authority, a)
    tie = authority.spanner_tie(b, a)
    x = (
        p.consult_base
        + p.consult_need * (1 - f.known_weight[s])
        + p.consult_familiarity * tie.familiarity * tie.trust
        + p.consult_confidence * a.confidence
    )
    if not model.draws.U(f.origin, Purpose.CONSULT, s) < logistic(x):
        return
    model.count("consults_wanted")
    if b.consult_hours < p.consult_hours or a.budget < p.consult_hours:
        return
    b.consult_hours -= p.consult_hours
    spend(a, p.consult_hours)
    model.count("consults")
    advise(model, f, a, tie)
    facilitate(model, f, b, s)


def span(model):
    """Phase: what spanners do this week."""
    for b in model.posts:
        if b.service == BS and b.filled:
            authority = model.authorities[b.authority]
            visits(model, authority, b)
            workshop(model, authority, b)
    for f in model.active:
        authority = model.authorities[f.locality.authority]
        if not f.paired or not authority.spanners():
            continue
        if f.locality.teams[CSW][0].q.spanner_posts > 0:
            for a in tuple(f.lead):
                consult(model, authority, f, a)
