"""Boundary spanners: visits, challenge, workshops, consultation, three-way discussion (ODD 7.8).

Everything a spanner does rests on ties that have to be earned with finite
hours: a new team is unknown and needs months to matter.
"""

from colsim.core.compiled import kernel, part
from colsim.core.measures import TOTAL_INDEX
from colsim.core.numerics import happens, pull, updated_trust
from colsim.core.relations import (
    count_latency,
    is_paired,
    recount,
    spanner_tie_of,
    understand,
    warm,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.state import FACTS

_WANTED = TOTAL_INDEX["consults_wanted"]
_GIVEN = TOTAL_INDEX["consults"]
_FACILITATED = TOTAL_INDEX["facilitated"]
_CROSSED = TOTAL_INDEX["to_csc"]
_CONSULTATION_MEMORY = 14
_VISITS, _CONSULTS, _FACILITATION, _WORKSHOPS, _CHALLENGE = range(5)
_WORKSHOP_ATTENDANCE = 2.0  # hours of each member


@kernel
def span(w, a):
    """Let filled spanner posts use this week's hours."""
    any_spanner = False
    block = w.authorities[a]
    for b in range(block.first_post[2], block.first_post[2] + block.posts[2]):
        if w.practitioners[b].filled:
            any_spanner = True
            _visit(w, b)
            _hold_workshop(w, b)
    if not any_spanner:
        return
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if not is_paired(family):
            continue
        place = w.localities[family.locality]
        if w.policy[place.first_team[0]].spanner_posts <= 0.0:
            continue
        for s in range(2):
            _consult(w, family, s)


@part
def _reach(w, a, services):
    """Return the number of teams of the first `services` services that the spanners of a serve."""
    block = w.authorities[a]
    count = 0
    for s in range(services):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            if w.policy[team].spanner_posts > 0.0:
                count += 1
    return count


@part
def _nth_team(w, a, n):
    """Return the n-th team that the spanners of a serve, children's teams first."""
    block = w.authorities[a]
    for s in range(2):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            if w.policy[team].spanner_posts > 0.0:
                if n == 0:
                    return team
                n -= 1
    return -1


@kernel
def _visit(w, b):
    p = w.parameters[0]
    spanner = w.practitioners[b]
    a = w.posts[b].authority
    teams = _reach(w, a, 2)
    if teams == 0:
        return
    k = 0
    while spanner.hours_left[_VISITS] >= p.visit_hours:
        spanner.hours_left[_VISITS] -= p.visit_hours
        team = w.teams[_nth_team(w, a, int(uniform(spanner.key, Purpose.VISIT, k) * teams))]
        k += 1
        standing = 0.0
        members = 0
        for i in range(team.first_post, team.first_post + team.posts):
            if not w.practitioners[i].filled:
                continue
            tie = spanner_tie_of(w, b, i)
            _get_to_know(w, tie)
            standing += w.spanner_familiarity[tie] * w.spanner_trust[tie]
            members += 1
        if members == 0 or spanner.hours_left[_CHALLENGE] < p.challenge_hours:
            continue
        spanner.hours_left[_CHALLENGE] -= p.challenge_hours
        heard = standing / members >= p.challenge_trust
        for i in range(team.first_post, team.first_post + team.posts):
            person = w.practitioners[i]
            if not person.filled:
                continue
            if not heard:
                person.narrative = pull(person.narrative, -1.0, p.challenge_backfire)
            elif person.narrative < 0.0:
                person.narrative = pull(person.narrative, 0.0, p.challenge_effect)


@part
def _get_to_know(w, tie):
    p = w.parameters[0]
    w.spanner_familiarity[tie] = warm(w.spanner_familiarity[tie], p.spanner_familiarity)
    w.spanner_trust[tie] = updated_trust(
        w.spanner_trust[tie], 0.0, 1.0, p.spanner_trust, p.trust_asymmetry, 0.0
    )


@kernel
def _hold_workshop(w, b):
    p = w.parameters[0]
    spanner = w.practitioners[b]
    if (
        uniform(spanner.key, Purpose.WORKSHOP, 0)
        >= spanner.hours_left[_WORKSHOPS] / p.workshop_hours
    ):
        return
    a = w.posts[b].authority
    teams = _reach(w, a, 1)
    if teams == 0:
        return
    team = w.teams[_nth_team(w, a, int(uniform(spanner.key, Purpose.WORKSHOP_TEAM, 0) * teams))]
    for i in range(team.first_post, team.first_post + team.posts):
        person = w.practitioners[i]
        if not person.filled or person.budget < _WORKSHOP_ATTENDANCE:
            continue
        person.role_knowledge = pull(person.role_knowledge, 1.0, p.workshop_knowledge)
        person.confidence = pull(person.confidence, 1.0, p.workshop_confidence)
        person.spent += _WORKSHOP_ATTENDANCE
        person.budget -= _WORKSHOP_ATTENDANCE


@part
def _best_known(w, post):
    """Return the filled spanner post that a practitioner knows best, or -1.

    One with time for a consultation goes before any without.
    """
    needed = w.parameters[0].consult_hours
    block = w.authorities[w.posts[post].authority]
    best = -1
    most = 0.0
    has_time = False
    for b in range(block.first_post[2], block.first_post[2] + block.posts[2]):
        if not w.practitioners[b].filled:
            continue
        familiarity = w.spanner_familiarity[spanner_tie_of(w, b, post)]
        free = w.practitioners[b].hours_left[_CONSULTS] >= needed
        if best < 0 or (free and not has_time) or (free == has_time and familiarity > most):
            best = b
            most = familiarity
            has_time = free
    return best


@part
def _consult(w, family, s):
    p = w.parameters[0]
    totals = w.totals[w.clock[0].week]
    post = family.lead[s]
    b = _best_known(w, post)
    if b < 0:
        return
    asker = w.practitioners[post]
    spanner = w.practitioners[b]
    tie = spanner_tie_of(w, b, post)
    x = (
        p.consult_base
        + p.consult_need * (1.0 - family.known_weight[s])
        + p.consult_familiarity * w.spanner_familiarity[tie] * w.spanner_trust[tie]
        + p.consult_confidence * asker.confidence
    )
    if not happens(uniform(family.key, Purpose.CONSULT, s), x):
        return
    totals[_WANTED] += 1.0
    if spanner.hours_left[_CONSULTS] < p.consult_hours or asker.budget < p.consult_hours:
        return
    totals[_GIVEN] += 1.0
    spanner.hours_left[_CONSULTS] -= p.consult_hours
    asker.budget -= p.consult_hours
    asker.spent += p.consult_hours
    _get_to_know(w, tie)
    received = family.received[s]
    for x_fact in range(FACTS):
        if received & (1 << x_fact) and (
            uniform(family.key, Purpose.CONSULT_FACT, 16 * s + x_fact) < p.consult_understand
        ):
            count_latency(w, family, s, x_fact)
            understand(family, s, x_fact, w.clock[0].week)
            family.understood[s] += 1
            totals[_CROSSED + s] += 1.0
    if family.received[s] != received:
        recount(family, s)
    asker.role_knowledge = pull(asker.role_knowledge, 1.0, p.consult_knowledge)
    if s == 0:
        family.csw_anxiety = family.csw_anxiety * (1.0 - p.consult_calm)
    asker.memory[_CONSULTATION_MEMORY] += 1.0
    _facilitate(w, family, s, spanner)


@part
def _facilitate(w, family, s, spanner):
    p = w.parameters[0]
    csw = w.practitioners[family.lead[0]]
    mhsw = w.practitioners[family.lead[1]]
    if (
        family.facilitated
        or spanner.hours_left[_FACILITATION] < p.facilitate_hours
        or uniform(family.key, Purpose.FACILITATE, s) >= p.facilitate_offer
        or csw.budget < p.hours_meeting
        or mhsw.budget < p.hours_meeting
    ):
        return
    spanner.hours_left[_FACILITATION] -= p.facilitate_hours
    csw.budget -= p.hours_meeting
    csw.spent += p.hours_meeting
    mhsw.budget -= p.hours_meeting
    mhsw.spent += p.hours_meeting
    family.contact = 3
    family.initiator = s
    family.mutual = True
    family.facilitated = True
    family.corridor = False
    w.totals[w.clock[0].week, _FACILITATED] += 1.0
