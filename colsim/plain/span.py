"""7.8 Span: what boundary spanners do."""

from typing import TYPE_CHECKING

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import clip01, logistic, pull, updated_trust
from colsim.core.rng import Purpose as P
from colsim.plain.agents import (
    CONSULTATION,
    FACE,
    FACTS,
    JOINT_PLAN,
    MEETING,
    PHONE,
    BoundarySpanner,
    Family,
    Practitioner,
)
from colsim.plain.places import Authority, SpannerTie, Team
from colsim.plain.practice import (
    breach,
    count_occasion,
    crosses,
    feels_free,
    is_lawful,
    meet,
    note_told,
    tie_of,
    urgency,
    warm,
)

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def span(model: "Twin", authority: Authority) -> None:
    if not authority.spanners():
        return
    for b in authority.spanners():
        visit_teams(model, b)
        hold_workshops(model, b)
    for f in authority.active:
        if f.is_paired and f.locality.teams[CSW][0].q.spanner_posts > 0:
            if f.spanner is not None and not f.spanner.is_in_post:
                f.spanner, f.told = None, set()
            if f.locality.teams[CSW][0].q.spanner_consultation > 0:
                for s in (0, 1):
                    ask_spanner(model, f, s)


def tie_with(b: BoundarySpanner, i: Practitioner) -> SpannerTie:
    return b.post.spanner_ties[i.post.number]


def known_to(model: "Twin", b: BoundarySpanner, i: Practitioner, rho: float) -> None:
    p, tie = model.p, tie_with(b, i)
    tie.familiarity = warm(tie.familiarity, p.familiarity_rate * rho)
    tie.trust = updated_trust(tie.trust, 1, p.trust_rate * rho, p.trust_asymmetry)


def visit_teams(model: "Twin", b: BoundarySpanner) -> None:
    p = model.p
    teams = [team for team in b.post.authority.all_teams() if team.q.spanner_posts > 0]
    if not teams:
        return
    k = 0
    while b.hours["visits"] >= p.visit_hours:
        b.hours["visits"] -= p.visit_hours
        team = teams[int(model.draws.U(b, P.VISIT, k) * len(teams))]
        k += 1
        for i in team.members():
            known_to(model, b, i, model.richness[PHONE])
        if team.members() and b.hours["challenge"] >= p.consult_hours:
            b.hours["challenge"] -= p.consult_hours
            challenge(model, b, team)


def challenge(model: "Twin", b: BoundarySpanner, team: Team) -> None:
    """Speak of what a team says about the other service: well, if they know and trust b."""
    p, members = model.p, team.members()
    total = 0.0
    for i in members:
        tie = tie_with(b, i)
        total += tie.familiarity * tie.trust
    if total / len(members) >= p.challenge_trust:
        model.count("challenged")
        good = any(i.memory[JOINT_PLAN] >= 0.5 for i in members)
        aim = 1.0 if good else 0.0
        for i in members:
            if i.narrative < aim:
                i.narrative = pull(i.narrative, aim, p.listening)
        if team.service == MHSW and team.story < aim:
            team.story = pull(team.story, aim, p.listening)
    else:
        model.count("backfired")
        for i in members:
            i.narrative = pull(i.narrative, -1, p.listening)


def hold_workshops(model: "Twin", b: BoundarySpanner) -> None:
    p = model.p
    teams = [team for team in b.post.authority.teams[CSW] if team.q.spanner_posts > 0]
    k = 0
    while b.hours["workshops"] >= p.visit_hours:
        b.hours["workshops"] -= p.visit_hours
        if not teams:
            return
        team = teams[int(model.draws.U(b, P.WORKSHOP_TEAM, k) * len(teams))]
        k += 1
        for i in team.members():
            if i.budget >= p.hours_meeting:
                i.confidence = pull(i.confidence, 1, p.training_confidence_gain)
                gain = p.training_knowledge_gain * (1 - i.role_knowledge)
                i.role_knowledge = clip01(i.role_knowledge + gain)
                i.spend(p.hours_meeting)
                model.count("hours_learning", p.hours_meeting)


def best_known_spanner(model: "Twin", f: Family, a: Practitioner) -> BoundarySpanner:
    """Return whom a knows best among spanners with hours left; among all, if none has."""
    spanners = f.locality.authority.spanners()
    with_hours = [b for b in spanners if b.hours["consultation"] >= model.p.consult_hours]
    return max(with_hours or spanners, key=lambda b: tie_with(b, a).familiarity)


def ask_spanner(model: "Twin", f: Family, s: int) -> None:
    """One lead may ask a spanner, who has hours for it or lets them wait."""
    p, a = model.p, f.led_by(s)
    b = f.spanner or best_known_spanner(model, f, a)
    if not f.waiting[s]:
        if not wants_consultation(model, f, s, b):
            return
        model.count("consults_wanted")
    if b.hours["consultation"] < p.consult_hours or a.budget < p.consult_hours:
        f.waiting[s] = 1
        model.count("consults_waiting")
        return
    b.hours["consultation"] -= p.consult_hours
    a.spend(p.consult_hours)
    model.count("hours_consulting", p.consult_hours)
    f.waiting[s] = 0
    f.spanner = b
    model.count("consults")
    consult(model, f, s)
    facilitate(model, f, s)


def wants_consultation(model: "Twin", f: Family, s: int, b: BoundarySpanner) -> bool:
    p, a = model.p, f.led_by(s)
    tie = tie_with(b, a)
    x = (
        p.consult_base
        + p.consult_need * (1 - f.known_weight[s])
        + p.consult_familiarity * tie.familiarity * tie.trust
    )
    if not f.discussed:
        x = x + p.consult_due * urgency(model, f)
    return model.draws.U(f, P.CONSULT, s) < logistic(x)


def consult(model: "Twin", f: Family, s: int) -> None:
    """The lead of s and the family's spanner talk it over."""
    p, a = model.p, f.led_by(s)
    known_to(model, f.helper, a, model.richness[FACE])
    translated = translate(model, f, s)
    brought = False
    if feels_free(model, f, s):  # else they do not say which family it is
        wrongly_told = tell(model, f, s)
        brought, wrongly_brought = bring(model, f, s)
        count_occasion(model, [f.belief[s]] if wrongly_told or wrongly_brought else [])
    if translated or brought:
        f.recount(s)
    introduce(model, f, s)
    a.role_knowledge = pull(a.role_knowledge, 1, p.learning_rate * model.richness[FACE])
    if s == CSW:
        f.csw_anxiety = f.csw_anxiety * (1 - p.talk_effect * model.richness[FACE])
    a.memory[CONSULTATION] += 1


def crosses_by_spanner(model: "Twin", f: Family, s: int, fact: int) -> None:
    crosses(model, f, s, fact)
    if fact not in f.breached:
        model.count("by_spanner")


def translate(model: "Twin", f: Family, s: int) -> bool:
    """The spanner explains what had been received; return whether anything was understood."""
    chance = chance_of_grasping(model, f.helper)
    understood = [
        x
        for x in FACTS
        if x in f.received[s] and model.draws.U(f, P.CONSULT_FACT, 16 * s + x) < chance
    ]
    for x in understood:
        crosses_by_spanner(model, f, s, x)
    return bool(understood)


def chance_of_telling(model: "Twin", f: Family, s: int, *, free: bool) -> float:
    """Return the chance that the lead of s or the spanner tells the other of them a fact."""
    p = model.p
    tie = tie_with(f.helper, f.led_by(s))
    y = p.disclose_base + p.disclose_tie * (tie.trust + tie.familiarity)
    if not free:
        y = y - p.disclose_barred
    return logistic(y) * model.carry[FACE]


def chance_of_grasping(model: "Twin", b: BoundarySpanner) -> float:
    """Return the chance that what spanner b explains face to face is understood."""
    p = model.p
    return logistic(
        p.understand_base
        + p.understand_richness * model.richness[FACE]
        + p.understand_knowledge * b.role_knowledge
    )


def tell(model: "Twin", f: Family, s: int) -> bool:
    """The lead of s tells the spanner of the family; return whether without right."""
    told = False
    chance = chance_of_telling(model, f, s, free=True)
    for x in FACTS:
        if x not in f.known[s] or x in f.told:
            continue
        if model.draws.U(f, P.TELL_SPANNER, 16 * s + x) < chance:
            f.told.add(x)
            told = True
    wrongly = told and not is_lawful(model, f)
    if wrongly:
        breach(model, f, s, 2 + s)
    return wrongly


def bring(model: "Twin", f: Family, s: int) -> tuple[bool, bool]:
    """The spanner brings what the other side told.

    Return whether anything was understood, and whether anything was told without right.
    """
    p, U = model.p, model.draws.U
    # A spanner knows the law, and judges by what they hear from the one who asks.
    free = f.consents or f.belief[s] >= p.lawful_threshold
    chance = chance_of_telling(model, f, s, free=free)
    lawful, told = is_lawful(model, f), False
    z = chance_of_grasping(model, f.helper)
    crossed = False
    for x in FACTS:
        if x not in f.told or x in f.known[s]:
            continue
        if U(f, P.BRING, 16 * s + x) < chance:
            note_told(f, x, lawful)
            told = True
            if U(f, P.BROUGHT, 16 * s + x) < z:
                crosses_by_spanner(model, f, s, x)
                crossed = True
            else:
                f.received[s].add(x)
    wrongly = told and not lawful
    if wrongly:
        breach(model, f, 1 - s, 4 + s)
    return crossed, wrongly


def introduce(model: "Twin", f: Family, s: int) -> None:
    """Two leads who are strangers may meet through the spanner, and trust as they trust them."""
    p = model.p
    i, j = f.leads
    if tie_of(i, j).last < 0 and model.draws.U(f, P.INTRODUCE, s) < p.spanner_offer:
        tie = meet(model, i, j)
        trust = min(tie_with(f.helper, i).trust, tie_with(f.helper, j).trust)
        tie.trust_cm = tie.trust_mc = trust
        tie.familiarity = warm(tie.familiarity, p.familiarity_rate)
        model.count("introductions")


def facilitate(model: "Twin", f: Family, s: int) -> None:
    """Out of a consultation may come a discussion of three."""
    p, b = model.p, f.helper
    i, j = f.leads
    if (
        b.hours["facilitation"] >= p.visit_hours
        and not f.facilitated
        and model.draws.U(f, P.FACILITATE, s) < p.spanner_offer
        and i.budget >= p.hours_meeting
        and j.budget >= p.hours_meeting
    ):
        b.hours["facilitation"] -= p.visit_hours
        for lead in f.leads:
            lead.spend(p.hours_meeting)
            model.count("hours_consulting", p.hours_meeting)
        f.contact = MEETING
        f.initiator = s
        f.mutual = True
        f.facilitated = True
        f.in_passing = f.forced = False
        model.count("facilitated")
