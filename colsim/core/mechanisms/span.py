"""Boundary spanners: visits, challenge, workshops, consultation, three-way discussion (ODD 7.8).

The role is that of the study's Mental Health in Families team, whom all eight interviewees found
of help; Hunt et al. (2016) find that coordinators help where their time is protected. So all that
a spanner does costs finite hours and rests on ties that have to be earned: a new team is unknown
and needs months to matter, and to challenge a story without standing backfires. Demand that
finds no hours is lost and counted, it does not queue.
"""

from colsim.core.compiled import kernel, part
from colsim.core.names import (
    BAD,
    BS,
    CSW,
    FACTS,
    GOOD,
    MHSW,
    NOBODY,
    SERVICES,
    Channel,
    Hours,
    Memory,
    Total,
)
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

_WORKSHOP_ATTENDANCE = 2.0
"""Hours that a workshop takes of each member of the team."""
_CHILDRENS_ALONE = 1
"""Services whose teams are invited to workshops: the first of the two."""
_NO_STORY = 0.0
"""Story that neither speeds nor slows trust: there is none about spanners."""


@kernel
def span(w, a):
    """Let filled spanner posts use this week's hours."""
    any_spanner = False
    block = w.authorities[a]
    for b in range(block.first_post[BS], block.first_post[BS] + block.posts[BS]):
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
        if w.policy[place.first_team[CSW]].spanner_posts <= 0.0:
            continue
        for s in range(SERVICES):
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
    for s in range(SERVICES):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            if w.policy[team].spanner_posts > 0.0:
                if n == 0:
                    return team
                n -= 1
    return NOBODY


@kernel
def _visit(w, b):
    p = w.parameters[0]
    spanner = w.practitioners[b]
    a = w.posts[b].authority
    teams = _reach(w, a, SERVICES)
    if teams == 0:
        return
    k = 0
    while spanner.hours_left[Hours.VISITS] >= p.visit_hours:
        spanner.hours_left[Hours.VISITS] -= p.visit_hours
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
        if members == 0 or spanner.hours_left[Hours.CHALLENGE] < p.challenge_hours:
            continue
        spanner.hours_left[Hours.CHALLENGE] -= p.challenge_hours
        heard = standing / members >= p.challenge_trust
        for i in range(team.first_post, team.first_post + team.posts):
            person = w.practitioners[i]
            if not person.filled:
                continue
            if not heard:
                person.narrative = pull(person.narrative, BAD, p.challenge_backfire)
            elif person.narrative < 0.0:
                person.narrative = pull(person.narrative, _NO_STORY, p.challenge_effect)


@part
def _get_to_know(w, tie):
    p = w.parameters[0]
    w.spanner_familiarity[tie] = warm(w.spanner_familiarity[tie], p.spanner_familiarity)
    w.spanner_trust[tie] = updated_trust(
        w.spanner_trust[tie], _NO_STORY, GOOD, p.spanner_trust, p.trust_asymmetry, 0.0
    )


@kernel
def _hold_workshop(w, b):
    p = w.parameters[0]
    spanner = w.practitioners[b]
    if (
        uniform(spanner.key, Purpose.WORKSHOP, 0)
        >= spanner.hours_left[Hours.WORKSHOPS] / p.workshop_hours
    ):
        return
    a = w.posts[b].authority
    teams = _reach(w, a, _CHILDRENS_ALONE)
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
    best = NOBODY
    most = 0.0
    has_time = False
    for b in range(block.first_post[BS], block.first_post[BS] + block.posts[BS]):
        if not w.practitioners[b].filled:
            continue
        familiarity = w.spanner_familiarity[spanner_tie_of(w, b, post)]
        free = w.practitioners[b].hours_left[Hours.CONSULTATION] >= needed
        if best == NOBODY or (free and not has_time) or (free == has_time and familiarity > most):
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
    if b == NOBODY:
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
    totals[Total.CONSULTS_WANTED] += 1.0
    if spanner.hours_left[Hours.CONSULTATION] < p.consult_hours or asker.budget < p.consult_hours:
        return
    totals[Total.CONSULTS] += 1.0
    spanner.hours_left[Hours.CONSULTATION] -= p.consult_hours
    asker.budget -= p.consult_hours
    asker.spent += p.consult_hours
    _get_to_know(w, tie)
    received = family.received[s]
    for x_fact in range(FACTS):
        if received & (1 << x_fact) and (
            uniform(family.key, Purpose.CONSULT_FACT, FACTS * s + x_fact) < p.consult_understand
        ):
            count_latency(w, family, s, x_fact)
            understand(family, s, x_fact, w.clock[0].week)
            family.understood[s] += 1
            totals[Total.TO_CSC + s] += 1.0
    if family.received[s] != received:
        recount(family, s)
    asker.role_knowledge = pull(asker.role_knowledge, 1.0, p.consult_knowledge)
    if s == CSW:
        family.csw_anxiety = family.csw_anxiety * (1.0 - p.consult_calm)
    asker.memory[Memory.CONSULTATION] += 1.0
    _facilitate(w, family, s, spanner)


@part
def _facilitate(w, family, s, spanner):
    p = w.parameters[0]
    csw = w.practitioners[family.lead[CSW]]
    mhsw = w.practitioners[family.lead[MHSW]]
    if (
        family.facilitated
        or spanner.hours_left[Hours.FACILITATION] < p.facilitate_hours
        or uniform(family.key, Purpose.FACILITATE, s) >= p.facilitate_offer
        or csw.budget < p.hours_meeting
        or mhsw.budget < p.hours_meeting
    ):
        return
    spanner.hours_left[Hours.FACILITATION] -= p.facilitate_hours
    csw.budget -= p.hours_meeting
    csw.spent += p.hours_meeting
    mhsw.budget -= p.hours_meeting
    mhsw.spent += p.hours_meeting
    family.contact = Channel.MEETING
    family.initiator = s
    family.mutual = True
    family.facilitated = True
    family.corridor = False
    w.totals[w.clock[0].week, Total.FACILITATED] += 1.0
