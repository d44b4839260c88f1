"""Plans: what falls due ends in a joint, nominal or single-agency plan (ODD 7.12).

No lever reaches into what makes a plan joint: the two talked, each understands
enough, they agreed on risk, the family took part, both accept their part.
"""

from colsim.core.compiled import kernel, part
from colsim.core.measures import TOTAL_INDEX
from colsim.core.numerics import clip01, happens, pull
from colsim.core.relations import PARENT_FACTS, feel, is_paired, tie_of, tie_trust, weight_of
from colsim.core.rng import Purpose, uniform

_ASSESSMENTS = TOTAL_INDEX["assessments"]
_IN_TIME = TOTAL_INDEX["in_time"]
_PLANS = TOTAL_INDEX["plans"]
_TALKED = TOTAL_INDEX["talked"]
_JOINT = TOTAL_INDEX["joint"]
_NOMINAL = TOTAL_INDEX["nominal"]
_SINGLE = TOTAL_INDEX["single"]
_ACHIEVABLE = TOTAL_INDEX["achievable"]
_UNEXPLAINED = TOTAL_INDEX["unexplained"]
_WRONG = TOTAL_INDEX["jointly_wrong"]
_M_UNEXPLAINED, _M_UNACHIEVABLE, _M_JOINT = 10, 11, 13
_M_FAMILY_TRUST, _M_TOGETHER, _M_ALONE = 21, 22, 23
_ASSESSMENT_WEEKS = 9
_REVIEW_WEEKS = 13
_CONDITIONS = 5


@kernel
def plan(w, a):
    """Finish the assessments and reviews that get done this week."""
    p = w.parameters[0]
    week = w.clock[0].week
    totals = w.totals[week]
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if not family.open[0] or family.lead[0] < 0:
            continue
        paired = is_paired(family)
        if not _finished(w, family, paired):
            continue
        if family.plans == 0:
            totals[_ASSESSMENTS] += 1.0
            if week - family.cycle_start <= _ASSESSMENT_WEEKS:
                totals[_IN_TIME] += 1.0
        csw = w.practitioners[family.lead[0]]
        joint = False
        if paired:
            totals[_PLANS] += 1.0
            joint = _is_joint(w, family)
            kind = _JOINT if joint else (_NOMINAL if family.contacted else _SINGLE)
            totals[kind] += 1.0
        share = weight_of(family, family.known[0] & PARENT_FACTS) / weight_of(family, PARENT_FACTS)
        chance = clip01(p.achievable_base + p.achievable_understood * share)
        family.achievable = 1.0 if uniform(family.key, Purpose.ACHIEVABLE, 0) < chance else 0.0
        csw.memory[_M_TOGETHER if paired and family.talked else _M_ALONE] += 1.0
        family.depth = 0
        if paired:
            totals[_ACHIEVABLE] += family.achievable
            _tell_colleague(w, family)
            family.depth = _depth(p, family, joint)
        if joint:
            _rejoice(w, family)
        if family.achievable == 0.0:
            family.trust[0] = family.trust[0] * (1.0 - p.family_target_loss)
        family.plans += 1
        family.cycle_start = week
        family.cycle_length = _REVIEW_WEEKS
        family.contacted = False
        family.talked = False
        family.discussed = False


@part
def _finished(w, family, paired):
    p = w.parameters[0]
    post = family.lead[0]
    gone = (w.clock[0].week - family.cycle_start) / family.cycle_length
    x = (
        p.finish_base
        + p.finish_deadline * gone
        - p.finish_pressure * (w.practitioners[post].pressure - 1.0)
    )
    if gone < 1.0 and paired and not family.discussed:
        x = x - p.wait_for_discussion * w.policy[w.posts[post].team].deadline_relief
    return happens(uniform(family.key, Purpose.FINISH, 0), x)


@part
def _is_joint(w, family):
    """Return whether all conditions hold; each that holds after those before it is counted."""
    p = w.parameters[0]
    totals = w.totals[w.clock[0].week]
    for condition in range(_CONDITIONS):
        if condition == 0:
            holds = family.talked
        elif condition == 1:
            holds = _understands(p, family, 0) and _understands(p, family, 1)
        elif condition == 2:
            holds = (
                family.discussed and abs(family.belief[0] - family.belief[1]) <= p.agree_tolerance
            )
        elif condition == 3:
            holds = uniform(family.key, Purpose.TAKES_PART, 0) < family.engagement
        else:
            tie = tie_of(w, family.lead[0], family.lead[1])
            holds = _accepts(w, family, tie, 0) and _accepts(w, family, tie, 1)
        if not holds:
            return False
        if condition < _CONDITIONS - 1:
            totals[_TALKED + condition] += 1.0
    return True


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
    clarity = clip01(
        p.clarity_base
        + p.clarity_knowledge * person.role_knowledge
        + p.clarity_lead_worker * w.policy[w.posts[family.lead[s]].team].task_clarity
    )
    x = (
        p.accept_base
        + p.accept_orientation * person.orientation
        + p.accept_clarity * clarity
        + p.accept_trust * tie_trust(w, tie, s, person)
    )
    return happens(uniform(family.key, Purpose.ACCEPT, s), x)


@part
def _tell_colleague(w, family):
    """Let the MHSW meet what was decided: unexplained, or with targets that cannot be met."""
    p = w.parameters[0]
    mhsw = w.practitioners[family.lead[1]]
    orientation = w.practitioners[family.lead[0]].orientation
    ownership = w.policy[w.posts[family.lead[0]].team].plan_ownership
    tie = tie_of(w, family.lead[0], family.lead[1])
    if not family.talked and uniform(family.key, Purpose.EXPLAIN, 0) >= (
        p.explain_base + p.explain_orientation * orientation + p.explain_ownership * ownership
    ):
        w.totals[w.clock[0].week, _UNEXPLAINED] += 1.0
        mhsw.memory[_M_UNEXPLAINED] += 1.0
        feel(w, tie, 1, mhsw, -1.0, p.decision_weight, 0)
    if family.achievable == 0.0 and uniform(family.key, Purpose.NOTICE, 0) < p.notice_target:
        mhsw.memory[_M_UNACHIEVABLE] += 1.0
        feel(w, tie, 1, mhsw, -1.0, p.decision_weight, 0)


@part
def _rejoice(w, family):
    p = w.parameters[0]
    for s in range(2):
        person = w.practitioners[family.lead[s]]
        person.memory[_M_JOINT] += 1.0
        person.orientation = pull(person.orientation, 1.0, p.orientation_joint)
        family.trust[s] = pull(family.trust[s], 1.0, p.family_joint)
    w.practitioners[family.lead[0]].memory[_M_FAMILY_TRUST] += 1.0
    if family.first_joint < 0 and family.shared_since >= 0:
        family.first_joint = w.clock[0].week
    if abs(0.5 * family.belief[0] + 0.5 * family.belief[1] - family.risk) > p.wrong_tolerance:
        w.totals[w.clock[0].week, _WRONG] += 1.0


@part
def _depth(p, family, joint):
    if joint:
        return 4
    if family.discussed and abs(family.belief[0] - family.belief[1]) <= p.agree_tolerance:
        return 3
    if family.talked:
        return 2
    return 1 if family.contacted else 0
