"""Intake: background cases, arrivals, returns, referral to the other service, allocation (ODD 7.4).

After Carpenter N. (2019): an MHSW with a bad story about children's services hesitates to refer,
a CSW who fears mental illness brings in the other service late. Caseloads are those of the DfE's
workforce census (2023) and of Greenwood et al. (2000) and Tyrer et al. (2001); pressure is hours
asked for over hours there are, as want of resources ranks first among barriers (Darlington,
Feeney & Rixon 2005). Cases of one service alone are a load and nothing more, since
only shared families are followed.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.events import NO_SIDE, Event, Phase, Source
from colsim.core.law import breach, consents, count_occasion, is_lawful, tell
from colsim.core.names import (
    ASSESSMENT_WEEKS,
    AT_CAPACITY,
    BS,
    CSW,
    FACTS,
    MHSW,
    NO_FAMILY,
    NOBODY,
    NOT_YET,
    PARENT_FACTS,
    ROLES,
    SERVICES,
    Depth,
    Returns,
    Route,
)
from colsim.core.notes import close_phase, note, note_learnt
from colsim.core.numerics import both, clip01, happens, logistic
from colsim.core.relations import fear, story_in_force, tie_of, weight_of
from colsim.core.rng import BIRTH, Purpose, combine, entity_key, uniform
from colsim.core.totals import Total

_LEAST_HOURS = 1.0
"""Hours a week that a policy leaves to anybody for cases: pressure stays finite."""
_ROUTES = len(Route)
_AT_FRONT_DOOR = 6
"""Index of a breach at the front door, after those between leads and through spanners."""


@kernel
def intake(w, a):
    """Bring the week's families and cases to the practitioners."""
    clock = w.clock[0]
    roster = w.rosters[a]
    totals = w.totals[clock.week]
    _share_background(w, a)
    before = roster.arrived
    totals[Total.RETURNS] += _readmit(w, a)
    _admit(w, a)
    totals[Total.ARRIVALS] += roster.arrived - before
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        family.key = entity_key(clock.week_key, family.origin)
        if _refers(w, family):
            totals[Total.REFERRALS] += 1.0
        if both(_lacks(family, CSW) | _lacks(family, MHSW), True):
            for s in range(SERVICES):
                if _lacks(family, s):
                    _allocate(w, family, s)
    close_phase(w, a, Phase.INTAKE)


@part
def _lacks(family, s):
    """Return whether service s is involved and nobody leads in it."""
    return (family.open[s] != 0) & (family.lead[s] < 0)


@part
def _share_background(w, a):
    p = w.parameters[0]
    totals = w.totals[w.clock[0].week]
    block = w.authorities[a]
    for s in range(ROLES):
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            person = w.practitioners[i]
            if s == BS or not person.filled:
                person.background = 0.0
                person.pressure = AT_CAPACITY if person.filled else 0.0
                person.budget = 0.0
    all_moved = totals[Total.HOURS_MOVED]
    for k in range(block.first_locality, block.first_locality + block.localities):
        place = w.localities[k]
        for s in range(SERVICES):
            first = place.first_post[s]
            last = first + place.posts[s]
            hours = 0.0
            for i in range(first, last):
                if w.practitioners[i].filled:
                    hours += w.posts[i].hours
            if hours <= 0.0:
                continue
            cases = p.csw_cases_per_post if s == CSW else p.mhsw_cases_per_post
            per_case = p.csw_hours_per_case if s == CSW else p.mhsw_hours_per_case
            demand = cases * place.posts[s]
            taken = totals[Total.TAKEN_CSW + s]
            for i in range(first, last):
                person = w.practitioners[i]
                if not person.filled:
                    continue
                q = w.policy[w.posts[i].team]
                background = demand * w.posts[i].hours / hours
                if s == CSW:
                    background = min(background, max(0.0, q.caseload_cap - person.shared_load))
                person.background = background
                own = max(_LEAST_HOURS, w.posts[i].hours)
                # Priority is hours that other cases lose, and nothing else.
                moved = min(p.priority_hours * q.collaboration_priority, own - _LEAST_HOURS)
                waited = max(0.0, person.left - moved)  # cases did last week, for joint work
                all_moved += moved
                taken += moved + waited
                person.pressure = (
                    ((background + person.shared_load) * per_case + waited)
                    / (own - moved)
                    * (1.0 + q.strain)
                )
                person.effort = 1.0 / max(AT_CAPACITY, person.pressure)
                slack = AT_CAPACITY + (AT_CAPACITY - person.pressure)
                free = own * clip01(p.collaboration_share * slack)
                person.budget = max(0.0, free + moved - person.spent)
            totals[Total.TAKEN_CSW + s] = taken
    totals[Total.HOURS_MOVED] = all_moved


@part
def _admit(w, a):
    clock = w.clock[0]
    roster = w.rosters[a]
    while roster.arrived < roster.families:
        k = roster.first + roster.arrived
        family = w.families[k]
        if family.arrival != clock.week:
            return
        family.active = True
        drawn = uniform(entity_key(combine(clock.seed, BIRTH), family.origin), Purpose.ROUTE, 0)
        route = int(_ROUTES * drawn)
        family.open[CSW] = route != Route.MHSW_ALONE
        family.open[MHSW] = route != Route.CSW_ALONE
        note(w, family, Event.ARRIVED, NO_SIDE, 0, 1)
        for s in range(SERVICES):
            if family.open[s]:
                note(w, family, Event.OPENED, s, 0, 1)
        if family.open[CSW] and family.open[MHSW]:
            family.shared_since = clock.week
        if family.open[CSW]:
            _begin_cycle(w, family, clock.week)
        w.active[roster.first + roster.active] = k
        roster.active += 1
        roster.arrived += 1


@part
def _begin_cycle(w, family, week):
    if family.plans > 0:
        note(w, family, Event.RESTARTED, NO_SIDE, family.plans, 0)
    family.cycle_start = week
    family.cycle_length = ASSESSMENT_WEEKS
    family.plans = 0
    family.contacted = False
    family.talked = False
    family.discussed = False
    family.heard = False
    family.asked = False
    family.wrong = 0.0
    family.depth = Depth.NONE


@kernel
def _readmit(w, a):
    """Let families come back whose week of return this is, in the order of their closures."""
    p = w.parameters[0]
    clock = w.clock[0]
    roster = w.rosters[a]
    returned = 0
    k = w.returns[a * w.totals.shape[0] + clock.week, Returns.FIRST]
    while k != NO_FAMILY:
        family = w.families[k]
        family.key = entity_key(clock.week_key, family.origin)
        if family.open[MHSW]:
            # While CSC was away AMH might have closed in any week: one draw for all of them.
            weeks = clock.week - family.closed
            staying = math.exp(-p.close_amh_rate * (1.0 - family.severity) * weeks)
            family.open[MHSW] = uniform(family.key, Purpose.STAYS_OPEN, 0) < staying
            if not family.open[MHSW]:
                note(w, family, Event.CLOSED, MHSW, 1, 0, 1)
        family.active = True
        family.open[CSW] = True
        note(w, family, Event.RETURNED, NO_SIDE, 0, 1, clock.week - family.closed)
        note(w, family, Event.OPENED, CSW, 0, 1)
        family.escalated = False
        family.closed = NOT_YET
        _begin_cycle(w, family, clock.week)
        if family.open[MHSW] and family.shared_since < 0:
            family.shared_since = clock.week
        w.active[roster.first + roster.active] = k
        roster.active += 1
        returned += 1
        k = family.next_return
        family.next_return = NO_FAMILY
    return returned


@part
def _refers(w, family):
    if family.open[CSW] == family.open[MHSW]:  # there is nobody to bring in
        return False
    s = CSW if family.open[CSW] else MHSW
    if family.lead[s] < 0:
        return False
    p = w.parameters[0]
    person = w.practitioners[family.lead[s]]
    x = (
        p.refer_base
        + p.contact_need * family.complexity
        + p.contact_readiness * person.role_knowledge
        + p.contact_tie * story_in_force(p, person)
    )
    if s == CSW:
        x = (
            x
            - p.contact_fear * fear(p, person, family)
            + p.within_reach * w.policy[w.posts[family.lead[CSW]].team].front_door_referral
        )
    if not happens(uniform(family.key, Purpose.REFER, 0), x):
        return False
    week = w.clock[0].week
    family.open[1 - s] = True
    note(w, family, Event.REFERRED, 1 - s, 0, 1)
    if s == MHSW:  # CSC begins its assessment
        _begin_cycle(w, family, week)
    if family.shared_since < 0:
        family.shared_since = week
    return True


@part
def _allocate(w, family, s):
    place = w.localities[family.locality]
    chosen = NOBODY
    least = 0.0
    for i in range(place.first_post[s], place.first_post[s] + place.posts[s]):
        person = w.practitioners[i]
        if not person.filled:
            continue
        load = (person.background + person.shared_load) / w.posts[i].hours
        if family.lead[1 - s] >= 0:  # a pair who know each other may be preferred
            csw, mhsw = (i, family.lead[MHSW]) if s == CSW else (family.lead[CSW], i)
            known = w.tie_familiarity[tie_of(w, csw, mhsw)]
            load = load * (1.0 - w.policy[w.posts[i].team].known_pairs * known)
        if chosen == NOBODY or load < least:
            chosen = i
            least = load
    if chosen != NOBODY:
        family.lead[s] = chosen
        family.lead_since[s] = w.clock[0].week
        w.practitioners[chosen].shared_load += 1
        note(w, family, Event.ALLOCATED, s, NOBODY, chosen)
        if s == CSW and family.plans == 0:
            _look_up_at_front_door(w, family)


@kernel
def _look_up_at_front_door(w, family):
    """Let the CSW receive, without understanding, what AMH's records say of the parent.

    Who sits there knows the law, and judges by what the records show.
    """
    seat = w.policy[w.posts[family.lead[CSW]].team].front_door
    if seat <= 0.0:
        return
    new = PARENT_FACTS & ~family.known[CSW] & ~family.received[CSW]
    p = w.parameters[0]
    chance = seat * p.front_door_finds
    found = 0
    known = family.known[CSW]
    received = family.received[CSW]
    breached = family.breached
    for fact in range(FACTS):
        if new & (1 << fact) and uniform(family.key, Purpose.FRONT_DOOR, fact) < chance:
            found |= 1 << fact
    if found == 0:
        return
    lawful = is_lawful(p, family)
    unknown = 1.0 - weight_of(family, found)
    risk = weight_of(family, found & family.adverse) + unknown * p.prior_risk
    free = consents(family) or risk >= p.lawful_threshold
    if not free:  # who thinks that they may not tell mostly does not
        all_the_same = logistic(p.disclose_base - p.disclose_barred)
        free = uniform(family.key, Purpose.FRONT_DOOR, FACTS) < all_the_same
    if not free:
        if lawful:
            w.totals[w.clock[0].week, Total.OVER_CAUTION] += 1.0
        return
    for fact in range(FACTS):
        if found & (1 << fact):
            family.received[CSW] |= 1 << fact
            tell(family, fact, lawful)
            if family.first_known[fact] < 0:
                family.first_known[fact] = w.clock[0].week
    note_learnt(w, family, CSW, known, received, Source.FRONT_DOOR)
    if not lawful:
        count_occasion(w, breach(w, family, MHSW, _AT_FRONT_DOOR, risk, breached))
