"""Plans: what falls due ends in a joint, nominal or single-agency plan (ODD 7.12).

After Carpenter N. (2019), who finds plans that carry two names and no joint work: a plan is joint
only if the two talked, each understands enough, they agreed on risk, the family took part and
both accept their part. The conditions are a chain, so that a run tells on which of them plans
fail; no lever reaches into it. The pull of the deadline is Lane, Munro & Husemann's compliance
culture (2016): in the DfE's figures assessments pile up just below 45 working days. Others end
early: where little is found, an assessment is closed quickly.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import NO_SIDE, Cause, Condition, Event, Made, Phase
from colsim.core.names import (
    ASSESSMENT_WEEKS,
    AT_CAPACITY,
    BAD,
    CSW,
    MHSW,
    NOT_YET,
    PARENT_FACTS,
    REVIEW_WEEKS,
    SERVICES,
    WISHES,
    Channel,
    Depth,
    Memory,
)
from colsim.core.notes import close_phase, note, rarely
from colsim.core.numerics import clip01, happens, pull
from colsim.core.relations import (
    agree,
    feel_about,
    groups,
    is_paired,
    lose_waiting,
    place_of,
    share_met,
    tie_of,
    tie_trust,
    weight_of,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total

_MET, _UNMET = 1.0, 0.0
"""Whether a plan's targets can be met: a number, since improvement is a product with it."""
_DUE = 1.0
"""Share of the cycle that is gone when a plan falls due."""
_LAST_WEEK = 12
"""Weeks from which on assessments are counted together."""
_ITS_MAKER = 1
_PARTIES = SERVICES + _ITS_MAKER
"""Who carry a plan, alike: the two workers and the family; the CSW who made it does in any case."""
_OF_EACH = 0.5
"""Weight of each lead's belief in the belief that they share."""


@kernel
def plan(w, a):
    """Finish the assessments and reviews that get done this week."""
    p = w.parameters[0]
    week = w.clock[0].week
    totals = w.totals[week]
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if not family.open[CSW] or family.lead[CSW] < 0:
            continue
        paired = is_paired(family)
        quick = family.plans == 0 and _closed_quickly(w, family)
        if not quick and not _finished(w, family, paired):
            continue
        if family.plans == 0:
            _count_assessment(totals, week - family.cycle_start, quick)
        csw = w.practitioners[family.lead[CSW]]
        if paired and family.plans > 0:
            totals[Total.REVIEWS] += 1.0
            totals[Total.REACHED] += share_met(family)
        took_part = uniform(family.key, Purpose.TAKES_PART, 0) < family.engagement
        joint = False
        made = Made.ONE_SERVICE
        if paired:
            totals[Total.PLANS] += 1.0
            joint = _is_joint(w, family, took_part)
            if quick:
                totals[Total.QUICK_PLANS] += 1.0
                totals[Total.QUICK_JOINT] += joint
            if joint:
                made = Made.JOINT
                totals[Total.JOINT] += 1.0
            elif family.contacted:
                made = Made.NOMINAL
                totals[Total.NOMINAL] += 1.0
            else:
                made = Made.SINGLE_AGENCY
                totals[Total.SINGLE] += 1.0
        understood = family.known[CSW] | family.known[MHSW] if joint else family.known[CSW]
        _set_targets(p, family, understood)
        contested = not took_part and _contests(p, family)
        _share_out(w, family, paired, joint, contested)
        age = week - family.cycle_start
        plans = family.plans
        note(w, family, Event.PLANNED, NO_SIDE, plans, plans + 1, made, age, family.cycle_length)
        if contested:
            note(w, family, Event.CONTESTED, NO_SIDE, 0, 1)
        if paired:
            _count(w, totals, family, joint, understood, took_part, contested)
        together = paired and family.talked
        csw.memory[Memory.DECIDED_TOGETHER if together else Memory.DECIDED_ALONE] += 1.0
        family.depth = Depth.NONE
        if paired:
            totals[Total.ACHIEVABLE] += family.achievable
            _tell_colleague(w, family)
            family.depth = _depth(p, family, joint)
        if joint:
            _rejoice(w, family)
        if family.achievable == _UNMET:
            family.trust[CSW] = family.trust[CSW] * (1.0 - p.family_event)
        lose_waiting(w, family)
        family.thin = family.contacted and not family.talked
        family.plans += 1
        family.cycle_start = week
        family.cycle_length = REVIEW_WEEKS
        family.contacted = False
        family.talked = False
        family.discussed = False
        family.heard = False
        family.asked = False
    close_phase(w, a, Phase.PLAN)


@part
def _count_assessment(totals, age, quick):
    totals[Total.ASSESSMENTS] += 1.0
    if age <= ASSESSMENT_WEEKS:
        totals[Total.IN_TIME] += 1.0
    totals[Total.ASSESSED_1 - 1 + max(1, min(age, _LAST_WEEK))] += 1.0
    if quick:
        totals[Total.QUICK] += 1.0


@part
def _closed_quickly(w, family):
    """Return whether little was found to ask, so that an assessment ends well before it is due."""
    gone = (w.clock[0].week - family.cycle_start) / family.cycle_length
    chance = w.parameters[0].quick_rate * (1.0 - family.complexity) * clip01(_DUE - gone)
    return gone > 0.0 and uniform(family.key, Purpose.QUICK, 0) < chance


@part
def _finished(w, family, paired):
    p = w.parameters[0]
    post = family.lead[CSW]
    gone = (w.clock[0].week - family.cycle_start) / family.cycle_length
    x = (
        p.finish_base
        + p.finish_deadline * (gone if gone <= _DUE else p.overdue_pull)
        - p.contact_pressure * (w.practitioners[post].pressure - AT_CAPACITY)
    )
    waits = (gone < _DUE) & paired & (not family.discussed)
    x = x - p.wait_for_discussion * w.policy[w.posts[post].team].deadline_relief * waits
    if family.facilitated:  # such a discussion can end in the plan
        x = x + p.facilitated_finish
    return happens(uniform(family.key, Purpose.FINISH, 0), x)


@part
def _is_joint(w, family, took_part):
    """Return whether all conditions hold; each that holds after those before it is counted."""
    p = w.parameters[0]
    totals = w.totals[w.clock[0].week]
    if not family.talked:
        contacted = family.contacted
        note(w, family, Event.FELL_SHORT, NO_SIDE, contacted, contacted, Condition.TALKED)
        return False
    totals[Total.TALKED] += 1.0
    needed = p.joint_understanding
    if rarely(family.watched):
        shares = _share(family, CSW), _share(family, MHSW)
        note(w, family, Event.SHARES, NO_SIDE, 0, needed, 0, shares[CSW], shares[MHSW])
    for s in range(SERVICES):
        if not _understands(p, family, s):
            note(w, family, Event.FELL_SHORT, s, 0, needed, Condition.UNDERSTOOD)
            return False
    totals[Total.UNDERSTOOD] += 1.0
    if not family.discussed:
        note(w, family, Event.FELL_SHORT, NO_SIDE, 0, 1, Condition.DISCUSSED)
        return False
    if not agree(p, family):
        apart = abs(family.belief[CSW] - family.belief[MHSW])
        note(w, family, Event.FELL_SHORT, NO_SIDE, apart, p.risk_tolerance, Condition.AGREED)
        return False
    totals[Total.AGREED] += 1.0
    if not took_part:
        note(w, family, Event.FELL_SHORT, NO_SIDE, family.engagement, 1, Condition.TOOK_PART)
        return False
    totals[Total.TOOK_PART] += 1.0
    tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
    for s in range(SERVICES):
        if not _accepts(w, family, tie, s):
            person = w.practitioners[family.lead[s]]
            trust = tie_trust(w, tie, s, person)
            note(
                w, family, Event.FELL_SHORT, s, trust, 1,
                Condition.ACCEPTED, person.orientation, person.role_knowledge,
            )  # fmt: skip
            return False
    return True


@part
def _share(family, s):
    """Return the share of what the other lead knows that the lead of s understands, by weight."""
    theirs = family.known[1 - s]
    of = weight_of(family, theirs)
    return 1.0 if of == 0.0 else weight_of(family, theirs & family.known[s]) / of


@part
def _understands(p, family, s):
    theirs = family.known[1 - s]
    needed = weight_of(family, theirs)
    return (
        needed == 0.0
        or weight_of(family, theirs & family.known[s]) >= p.joint_understanding * needed
    )


@part
def _accepts(w, family, tie, s):
    p = w.parameters[0]
    person = w.practitioners[family.lead[s]]
    laid_down = w.policy[w.posts[family.lead[s]].team].task_clarity
    clarity = pull(person.role_knowledge, 1.0, laid_down)
    x = (
        p.accept_base
        + p.accept_orientation * person.orientation
        + p.accept_clarity * clarity
        + p.accept_trust * tie_trust(w, tie, s, person)
    )
    return happens(uniform(family.key, Purpose.ACCEPT, s), x)


@part
def _set_targets(p, family, understood):
    """Set what a plan has in view: its targets come from what its makers understood."""
    share = weight_of(family, understood & PARENT_FACTS) / weight_of(family, PARENT_FACTS)
    chance = clip01(p.achievable_base + p.achievable_understood * share)
    family.achievable = _MET if uniform(family.key, Purpose.ACHIEVABLE, 0) < chance else _UNMET


@part
def _contests(p, family):
    """Return whether a family that took no part contests the plan, which is a grievance."""
    chance = p.contest * (1.0 - family.trust[CSW])
    if uniform(family.key, Purpose.CONTEST, 0) >= chance:
        return False
    family.aggrieved = True
    return True


@part
def _share_out(w, family, paired, joint, contested):
    """Set how far a plan is delivered by those who accepted it, and how far it is an error."""
    accepted = paired and family.talked
    if accepted:
        accepted = _accepts(w, family, tie_of(w, family.lead[CSW], family.lead[MHSW]), MHSW)
    family.delivery = (_ITS_MAKER + accepted + (not contested)) / _PARTIES
    held = family.belief[CSW]
    if joint:
        held = _OF_EACH * family.belief[CSW] + _OF_EACH * family.belief[MHSW]
    wrong = abs(held - family.risk) > w.parameters[0].risk_tolerance
    family.wrong = family.delivery if wrong else 0.0


@part
def _count(w, totals, family, joint, understood, took_part, contested):
    """Count what a plan of a paired family rests on, and for whom it was made."""
    totals[Total.PARTICIPATED] += took_part
    totals[Total.CONTESTED] += contested
    totals[Total.CHILD_HEARD] += family.heard
    totals[Total.WISHES] += understood & WISHES == WISHES
    engaged, consenting, complex_ = groups(w.parameters[0], family)
    place = place_of(w, family)
    totals[Total.PLANS_ENGAGED] += engaged
    totals[Total.PLANS_CONSENTING] += consenting
    totals[Total.PLANS_COMPLEX] += complex_
    totals[Total.JOINT_ENGAGED] += engaged and joint
    totals[Total.JOINT_CONSENTING] += consenting and joint
    totals[Total.JOINT_COMPLEX] += complex_ and joint
    totals[Total.PLANS_PLACE_1 + place] += 1.0
    totals[Total.JOINT_PLACE_1 + place] += joint


@part
def _tell_colleague(w, family):
    """Let the MHSW meet what was decided: unexplained, or with targets that cannot be met."""
    p = w.parameters[0]
    mhsw = w.practitioners[family.lead[MHSW]]
    csw = w.practitioners[family.lead[CSW]]
    ownership = w.policy[w.posts[family.lead[CSW]].team].plan_ownership
    tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
    richness = w.derived[0].richness[Channel.WRITTEN]
    if not family.talked and uniform(family.key, Purpose.EXPLAIN, 0) >= (
        p.explain_base + p.explain_orientation * csw.orientation + p.policy_effect * ownership
    ):
        w.totals[w.clock[0].week, Total.UNEXPLAINED] += 1.0
        mhsw.memory[Memory.UNEXPLAINED] += 1.0
        times = mhsw.memory[Memory.UNEXPLAINED]
        note(w, family, Event.UNEXPLAINED, MHSW, times - 1.0, times)
        feel_about(w, family, tie, MHSW, BAD, Channel.WRITTEN, richness, Cause.UNEXPLAINED)
    heard = family.trust[MHSW]  # the family tells what is asked of it, as far as it trusts
    if family.achievable == _UNMET and uniform(family.key, Purpose.NOTICE, 0) < heard:
        mhsw.memory[Memory.UNACHIEVABLE] += 1.0
        times = mhsw.memory[Memory.UNACHIEVABLE]
        note(w, family, Event.UNACHIEVABLE, MHSW, times - 1.0, times)
        feel_about(w, family, tie, MHSW, BAD, Channel.WRITTEN, richness, Cause.UNACHIEVABLE)


@part
def _rejoice(w, family):
    p = w.parameters[0]
    for s in range(SERVICES):
        person = w.practitioners[family.lead[s]]
        person.memory[Memory.JOINT_PLAN] += 1.0
        person.orientation = pull(person.orientation, 1.0, p.learning_rate)
        family.trust[s] = pull(family.trust[s], 1.0, p.family_event)
    w.practitioners[family.lead[CSW]].memory[Memory.FAMILY_TRUST_ROSE] += 1.0
    if family.first_joint == NOT_YET and family.shared_since >= 0:
        family.first_joint = w.clock[0].week
    if family.wrong > 0.0:
        w.totals[w.clock[0].week, Total.JOINTLY_WRONG] += 1.0


@part
def _depth(p, family, joint):
    if joint:
        return Depth.SHARED
    if family.discussed and agree(p, family):
        return Depth.CONCERTED
    if family.talked:
        return Depth.CONSULTED
    return Depth.INFORMED if family.contacted else Depth.NONE
