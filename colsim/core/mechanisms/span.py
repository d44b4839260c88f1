"""Boundary spanners: visits, challenge, workshops, consultation, three-way meeting (ODD 7.8).

The role is that of the study's bridging team, of whose help all eight interviewees spoke, to an
interviewer who worked in it; Hunt et al. (2016) find that coordinators help where their time is
protected. So all that a spanner does costs finite hours and rests on ties that have to be earned,
and to challenge a story without standing backfires. What a spanner knows of a family was told to
them and passes every barrier again. Demand without hours waits, and is lost with the plan.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import NO_SIDE, Event, Phase, Source
from colsim.core.law import LAWFUL, breach, consents, count_occasion, is_free, is_lawful, tell
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
)  # fmt: skip
from colsim.core.notes import close_phase, note, note_learnt
from colsim.core.numerics import happens, logistic, pull
from colsim.core.relations import (
    calm,
    cross,
    is_paired,
    know_spanner,
    meet,
    recount,
    spanner_tie_of,
    spend,
    take_course,
    tie_of,
    urgency,
    warm,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total

_GOOD_CASE = 0.5
"""Memory of joint plans from which on there is a good case to tell."""
_CHILDRENS_ALONE = 1
"""Services whose teams are invited to workshops: the first of the two."""
_TO_SPANNER, _BY_SPANNER = 2, 4
"""Indices of a breach in telling a spanner, and in their telling it on, by the side that asks."""
_NO_STORY = 0.0
"""Story to which a challenge brings who has no good case to think of."""
_WHOLLY = 1.0
"""Part of a course's gains that a workshop brings."""


@kernel
def span(w, a):
    """Let filled spanner posts use this week's hours."""
    any_spanner = False
    block = w.authorities[a]
    for b in range(block.first_post[BS], block.first_post[BS] + block.posts[BS]):
        if w.practitioners[b].filled:
            any_spanner = True
            _visit(w, b)
            _hold_workshops(w, b)
    if not any_spanner:
        return
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if not is_paired(family):
            continue
        place = w.localities[family.locality]
        q = w.policy[place.first_team[CSW]]
        if q.spanner_posts <= 0.0:
            continue
        _let_go(w, family)
        if q.spanner_consultation <= 0.0:  # nobody asks for what is not offered
            continue
        for s in range(SERVICES):
            _consult(w, family, s)
    close_phase(w, a, Phase.SPAN)


@part
def _let_go(w, family):
    """Forget what a spanner was told who is not there any more."""
    b = family.spanner
    if b >= 0 and not (
        w.practitioners[b].filled and w.practitioners[b].origin == family.spanner_origin
    ):
        family.spanner = NOBODY
        note(w, family, Event.SPANNER_LEFT, NO_SIDE, family.told, 0)
        family.told = 0


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
        number = _nth_team(w, a, int(uniform(spanner.key, Purpose.VISIT, k) * teams))
        team = w.teams[number]
        k += 1
        standing = 0.0
        members = 0
        good_case = False
        for i in range(team.first_post, team.first_post + team.posts):
            if not w.practitioners[i].filled:
                continue
            tie = spanner_tie_of(w, b, i)
            know_spanner(w, tie, w.derived[0].richness[Channel.PHONE])
            standing += w.spanner_familiarity[tie] * w.spanner_trust[tie]
            members += 1
            if w.practitioners[i].memory[Memory.JOINT_PLAN] >= _GOOD_CASE:
                good_case = True
        if members == 0 or spanner.hours_left[Hours.CHALLENGE] < p.consult_hours:
            continue
        spanner.hours_left[Hours.CHALLENGE] -= p.consult_hours
        heard = standing / members >= p.challenge_trust
        _challenge(w, number, heard, good_case)


@part
def _challenge(w, number, heard, good_case):
    """Let a team's story be challenged: too early, or after what was bad was acknowledged."""
    p = w.parameters[0]
    team = w.teams[number]
    aim = GOOD if good_case else _NO_STORY
    for i in range(team.first_post, team.first_post + team.posts):
        person = w.practitioners[i]
        if not person.filled:
            continue
        if not heard:
            person.narrative = pull(person.narrative, BAD, p.listening)
        elif person.narrative < aim:
            person.narrative = pull(person.narrative, aim, p.listening)
    if heard and team.service == MHSW and w.team_story[number] < aim:
        w.team_story[number] = pull(w.team_story[number], aim, p.listening)
    w.totals[w.clock[0].week, Total.CHALLENGED if heard else Total.BACKFIRED] += 1.0


@kernel
def _hold_workshops(w, b):
    p = w.parameters[0]
    spanner = w.practitioners[b]
    a = w.posts[b].authority
    teams = _reach(w, a, _CHILDRENS_ALONE)
    k = 0
    while teams > 0 and spanner.hours_left[Hours.WORKSHOPS] >= p.visit_hours:
        spanner.hours_left[Hours.WORKSHOPS] -= p.visit_hours
        team = w.teams[_nth_team(w, a, int(uniform(spanner.key, Purpose.WORKSHOP_TEAM, k) * teams))]
        k += 1
        for i in range(team.first_post, team.first_post + team.posts):
            person = w.practitioners[i]
            if not person.filled or person.budget < p.hours_meeting:
                continue
            take_course(p, person, _WHOLLY, _WHOLLY)
            spend(w, person, p.hours_meeting, Total.HOURS_LEARNING)


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
    week = w.clock[0].week
    totals = w.totals[week]
    post = family.lead[s]
    b = family.spanner if family.spanner >= 0 else _best_known(w, post)
    if b == NOBODY:
        return
    asker = w.practitioners[post]
    spanner = w.practitioners[b]
    tie = spanner_tie_of(w, b, post)
    if not family.waiting[s]:
        x = (
            p.consult_base
            + p.consult_need * (1.0 - family.known_weight[s])
            + p.consult_familiarity * w.spanner_familiarity[tie] * w.spanner_trust[tie]
        )
        if not family.discussed:  # spanners offer help with a plan
            x = x + p.consult_due * urgency(family, week)
        if not happens(uniform(family.key, Purpose.CONSULT, s), x):
            return
        totals[Total.CONSULTS_WANTED] += 1.0
    if spanner.hours_left[Hours.CONSULTATION] < p.consult_hours or asker.budget < p.consult_hours:
        totals[Total.CONSULTS_WAITING] += 1.0
        if not family.waiting[s]:
            family.waiting[s] = True
            note(w, family, Event.WAITING, s, 0, 1)
        return
    times = asker.memory[Memory.CONSULTATION]
    familiarity = w.spanner_familiarity[tie]
    note(w, family, Event.CONSULTED, s, times, times + 1.0, b, familiarity, family.waiting[s])
    family.waiting[s] = False
    totals[Total.CONSULTS] += 1.0
    spanner.hours_left[Hours.CONSULTATION] -= p.consult_hours
    spend(w, asker, p.consult_hours, Total.HOURS_CONSULTING)
    if family.spanner < 0:
        family.spanner = b
        family.spanner_origin = spanner.origin
    rho = w.derived[0].richness[Channel.FACE]
    know_spanner(w, tie, rho)
    _inform(w, family, s, b)
    _introduce(w, family, s, b)
    asker.role_knowledge = pull(asker.role_knowledge, 1.0, p.learning_rate * rho)
    if s == CSW:
        calm(w, family, rho)
    asker.memory[Memory.CONSULTATION] += 1.0
    _facilitate(w, family, s, spanner)


@part
def _inform(w, family, s, b):
    """Let a spanner translate what was received, be told, and bring what they were told before.

    A spanner is no way round the rules: who tells them discloses by the rule of any talk, and so
    does the spanner who tells it on. Who may not tell asks without saying of whom.
    """
    understood = family.understood[s]
    known = family.known[s]
    received = family.received[s]
    grasped = _grasping(w, b)
    for fact in range(FACTS):
        if received & (1 << fact) and (
            uniform(family.key, Purpose.CONSULT_FACT, FACTS * s + fact) < grasped
        ):
            _grasp(w, family, s, fact)
    if is_free(w, family, s):
        telling = _tell_spanner(w, family, s, b)
        telling |= _bring(w, family, s, b)
        count_occasion(w, telling)
    note_learnt(w, family, s, known, received, Source.SPANNER)
    if family.understood[s] > understood:
        recount(family, s)


@part
def _grasping(w, b):
    """Return the chance that what a spanner says face to face is understood."""
    p = w.parameters[0]
    return logistic(
        p.understand_base
        + p.understand_richness * w.derived[0].richness[Channel.FACE]
        + p.understand_knowledge * w.practitioners[b].role_knowledge
    )


@part
def _standing(w, family, s, b):
    """Return the log-odds with which the lead of s and a spanner tell each other a fact."""
    p = w.parameters[0]
    tie = spanner_tie_of(w, b, family.lead[s])
    return p.disclose_base + p.disclose_tie * (w.spanner_trust[tie] + w.spanner_familiarity[tie])


@part
def _tell_spanner(w, family, s, b):
    """Let the lead of s tell a spanner of the family; return what telling it was."""
    p = w.parameters[0]
    telling = logistic(_standing(w, family, s, b)) * w.derived[0].carry[Channel.FACE]
    before = family.told
    own = family.known[s] & ~family.told
    for fact in range(FACTS):
        if own & (1 << fact) and (
            uniform(family.key, Purpose.TELL_SPANNER, FACTS * s + fact) < telling
        ):
            family.told |= 1 << fact
    if family.told == before:
        return LAWFUL
    note(w, family, Event.TOLD, s, before, family.told)
    if is_lawful(p, family):
        return LAWFUL
    return breach(w, family, s, _TO_SPANNER + s, family.belief[s], family.breached)


@part
def _bring(w, family, s, b):
    """Let a spanner tell what the other lead told them; return what telling it was."""
    p = w.parameters[0]
    x = _standing(w, family, s, b)
    if not (consents(family) or family.belief[s] >= p.lawful_threshold):
        x = x - p.disclose_barred  # spanners know the law
    bringing = logistic(x) * w.derived[0].carry[Channel.FACE]
    grasped = _grasping(w, b)
    lawful = is_lawful(p, family)
    new = family.told & ~family.known[s]
    any_told = False
    breached = family.breached
    for fact in range(FACTS):
        if not new & (1 << fact):
            continue
        if uniform(family.key, Purpose.BRING, FACTS * s + fact) >= bringing:
            continue
        tell(family, fact, lawful)
        any_told = True
        if uniform(family.key, Purpose.BROUGHT, FACTS * s + fact) < grasped:
            _grasp(w, family, s, fact)
        else:
            family.received[s] |= 1 << fact
    if lawful or not any_told:
        return LAWFUL
    return breach(w, family, 1 - s, _BY_SPANNER + s, family.belief[s], breached)


@part
def _grasp(w, family, s, fact):
    if not family.breached & (1 << fact):
        w.totals[w.clock[0].week, Total.BY_SPANNER] += 1.0
    cross(w, family, s, fact)


@part
def _introduce(w, family, s, b):
    """Let a spanner bring two strangers together, at most as trusted as the spanner is by both."""
    p = w.parameters[0]
    csw = family.lead[CSW]
    mhsw = family.lead[MHSW]
    tie = tie_of(w, csw, mhsw)
    if w.tie_last[tie] >= 0 or uniform(family.key, Purpose.INTRODUCE, s) >= p.spanner_offer:
        return
    meet(w, tie, w.practitioners[csw], w.practitioners[mhsw])
    trust = min(
        w.spanner_trust[spanner_tie_of(w, b, csw)], w.spanner_trust[spanner_tie_of(w, b, mhsw)]
    )
    w.tie_trust_cm[tie] = trust
    w.tie_trust_mc[tie] = trust
    w.tie_familiarity[tie] = warm(w.tie_familiarity[tie], p.familiarity_rate)
    w.totals[w.clock[0].week, Total.INTRODUCTIONS] += 1.0


@part
def _facilitate(w, family, s, spanner):
    p = w.parameters[0]
    csw = w.practitioners[family.lead[CSW]]
    mhsw = w.practitioners[family.lead[MHSW]]
    if (
        family.facilitated
        or spanner.hours_left[Hours.FACILITATION] < p.visit_hours
        or uniform(family.key, Purpose.FACILITATE, s) >= p.spanner_offer
        or csw.budget < p.hours_meeting
        or mhsw.budget < p.hours_meeting
    ):
        return
    spanner.hours_left[Hours.FACILITATION] -= p.visit_hours
    spend(w, csw, p.hours_meeting, Total.HOURS_CONSULTING)
    spend(w, mhsw, p.hours_meeting, Total.HOURS_CONSULTING)
    before = family.contact
    family.contact = Channel.MEETING
    family.initiator = s
    family.mutual = True
    family.facilitated = True
    family.in_passing = False
    family.forced = False
    w.totals[w.clock[0].week, Total.FACILITATED] += 1.0
    note(w, family, Event.FACILITATED, s, before, Channel.MEETING)
