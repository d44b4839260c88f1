"""7.8 Span: what boundary spanners do."""

from colsim.core.layout import CSW
from colsim.core.numerics import logistic, pull, updated_trust
from tests.twin.agents import CONSULTATION, FACTS, MEETING, BoundarySpanner, Family, Practitioner
from tests.twin.draws import PURPOSES as P
from tests.twin.places import SpannerTie
from tests.twin.practice import crosses, warm


def span(model, authority) -> None:
    if not authority.spanners():
        return
    for b in authority.spanners():
        visit_teams(model, b)
        hold_workshop(model, b)
    for f in authority.active:
        if f.is_paired and f.locality.teams[CSW][0].q.spanner_posts > 0:
            for s in (0, 1):
                consult(model, f, s)


def tie_with(b: BoundarySpanner, i: Practitioner) -> SpannerTie:
    return b.post.spanner_ties[i.post.number]


def strengthen(model, tie: SpannerTie) -> None:
    p = model.p
    tie.familiarity = warm(tie.familiarity, p.spanner_familiarity)
    tie.trust = updated_trust(tie.trust, 0, 1, p.spanner_trust, p.trust_asymmetry, 0)


def visit_teams(model, b: BoundarySpanner) -> None:
    p = model.p
    teams = [team for team in b.post.authority.all_teams() if team.q.spanner_posts > 0]
    if not teams:
        return
    k = 0
    while b.visit_hours >= p.visit_hours:
        b.visit_hours -= p.visit_hours
        team = teams[int(model.draws.U(b, P["VISIT"], k) * len(teams))]
        k += 1
        members = team.members()
        for i in members:
            strengthen(model, tie_with(b, i))
        if b.challenge_hours >= p.challenge_hours:
            b.challenge_hours -= p.challenge_hours
            challenge(model, b, members)


def challenge(model, b: BoundarySpanner, members: list[Practitioner]) -> None:
    p = model.p
    if not members:
        return
    total = 0.0
    for i in members:
        tie = tie_with(b, i)
        total += tie.familiarity * tie.trust
    if total / len(members) >= p.challenge_trust:
        for i in members:
            if i.narrative < 0:
                i.narrative = pull(i.narrative, 0, p.challenge_effect)
    else:
        for i in members:
            i.narrative = pull(i.narrative, -1, p.challenge_backfire)


def hold_workshop(model, b: BoundarySpanner) -> None:
    p, U = model.p, model.draws.U  # noqa: N806
    if not U(b, P["WORKSHOP"]) < b.workshop_hours / p.workshop_hours:
        return
    teams = [team for team in b.post.authority.teams[CSW] if team.q.spanner_posts > 0]
    if not teams:
        return
    team = teams[int(U(b, P["WORKSHOP_TEAM"]) * len(teams))]
    for i in team.members():
        if i.budget >= 2:
            i.role_knowledge = pull(i.role_knowledge, 1, p.workshop_knowledge)
            i.confidence = pull(i.confidence, 1, p.workshop_confidence)
            i.spend(2)


def best_known_spanner(model, f: Family, a: Practitioner) -> BoundarySpanner:
    """Return whom a knows best among spanners with hours left; among all, if none has."""
    spanners = f.locality.authority.spanners()
    with_hours = [b for b in spanners if b.consultation_hours >= model.p.consult_hours]
    chosen = None
    for b in with_hours or spanners:
        if chosen is None or tie_with(b, a).familiarity > tie_with(chosen, a).familiarity:
            chosen = b
    return chosen


def consult(model, f: Family, s: int) -> None:
    """One lead may ask a spanner; out of it may come a discussion of three."""
    p, U = model.p, model.draws.U  # noqa: N806
    a = f.lead[s]
    b = best_known_spanner(model, f, a)
    tie = tie_with(b, a)
    x = (
        p.consult_base
        + p.consult_need * (1 - f.known_weight[s])
        + p.consult_familiarity * tie.familiarity * tie.trust
        + p.consult_confidence * a.confidence
    )
    if not U(f, P["CONSULT"], s) < logistic(x):
        return
    model.count("consults_wanted")
    if b.consultation_hours < p.consult_hours or a.budget < p.consult_hours:
        return
    b.consultation_hours -= p.consult_hours
    a.spend(p.consult_hours)
    model.count("consults")
    strengthen(model, tie)
    understood = [
        x
        for x in FACTS
        if x in f.received[s] and U(f, P["CONSULT_FACT"], 16 * s + x) < p.consult_understand
    ]
    for x in understood:
        crosses(model, f, s, x)
    if understood:
        f.recount(s)
    a.role_knowledge = pull(a.role_knowledge, 1, p.consult_knowledge)
    if s == CSW:
        f.csw_anxiety = f.csw_anxiety * (1 - p.consult_calm)
    a.memory[CONSULTATION] += 1
    facilitate(model, f, s, b)


def facilitate(model, f: Family, s: int, b: BoundarySpanner) -> None:
    p = model.p
    i, j = f.lead
    if (
        b.facilitation_hours >= p.facilitate_hours
        and not f.facilitated
        and model.draws.U(f, P["FACILITATE"], s) < p.facilitate_offer
        and i.budget >= p.hours_meeting
        and j.budget >= p.hours_meeting
    ):
        b.facilitation_hours -= p.facilitate_hours
        i.spend(p.hours_meeting)
        j.spend(p.hours_meeting)
        f.contact = MEETING
        f.initiator = s
        f.mutual = True
        f.facilitated = True
        f.in_passing = f.forced = False
        model.count("facilitated")
