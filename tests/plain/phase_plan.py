"""Plans and their kind (7.12, first half)."""

from colsim.core.numerics import clip01, logistic, pull
from colsim.core.rng import Purpose
from tests.plain.agents import PARENT_FACTS
from tests.plain.practice import feel, tie_trust


def plan_is_made(model, f, i):
    """Return whether the CSW makes the plan in this week."""
    p = model.p
    z = (model.week - f.cycle_start) / f.cycle_length
    x = p.finish_base + p.finish_deadline * z - p.finish_pressure * (i.pressure - 1)
    if z < 1 and f.paired and not f.discussed:
        x = x - p.wait_for_discussion * i.q.deadline_relief
    return model.draws.U(f.origin, Purpose.FINISH) < logistic(x)


def beliefs_agree(model, f):
    """Return whether the two leads hold nearly the same belief."""
    return abs(f.belief[0] - f.belief[1]) <= model.p.agree_tolerance


def each_understands(model, f):
    """Return whether each lead understands enough of what the other knows."""
    both = f.weigh(f.known[0] & f.known[1])
    for s in (0, 1):
        there = f.weigh(f.known[1 - s])
        if not (there == 0 or both >= model.p.joint_understanding * there):
            return False
    return True


def accepts(model, f, x, other):
    """Return whether lead x accepts their part."""
    p = model.p
    clarity = clip01(p.clarity_base + p.clarity_knowledge * x.role_knowledge)
    log_odds = (
        p.accept_base
        + p.accept_orientation * x.orientation
        + p.accept_clarity * clarity
        + p.accept_trust * tie_trust(model, x, other)
    )
    return model.draws.U(f.origin, Purpose.ACCEPT, x.service) < logistic(log_odds)


def is_joint(model, f, i, j):
    """Return whether the plan is joint; count each condition that is met."""
    if not f.talked:
        return False
    model.count("talked")
    if not each_understands(model, f):
        return False
    model.count("understood")
    if not (f.discussed and beliefs_agree(model, f)):
        return False
    model.count("agreed")
    if not model.draws.U(f.origin, Purpose.TAKES_PART) < f.engagement:
        return False
    model.count("took_part")
    return accepts(model, f, i, j) and accepts(model, f, j, i)


def is_achievable(model, f):
    """Return whether the parent can meet the plan's targets."""
    p = model.p
    side = set(PARENT_FACTS)
    share = f.weigh(f.known[0] & side) / f.weigh(side)
    chance = clip01(p.achievable_base + p.achievable_understood * share)
    return model.draws.U(f.origin, Purpose.ACHIEVABLE) < chance


def mhsw_hears(model, f, i, j):
    """Let the MHSW take the CSW's decision well or badly."""
    p, U = model.p, model.draws.U
    if not f.talked:
        chance = p.explain_base + p.explain_orientation * i.orientation
        if not U(f.origin, Purpose.EXPLAIN) < chance:
            model.count("unexplained")
            j.memory[10] += 1
            feel(model, j, i, -1, p.decision_weight, 0)
    if not f.achievable and U(f.origin, Purpose.NOTICE) < p.notice_target:
        j.memory[11] += 1
        feel(model, j, i, -1, p.decision_weight, 0)


def after_joint_plan(model, f, i, j):
    """Let a joint plan leave its mark."""
    p = model.p
    model.count("joint")
    for x in (i, j):
        x.memory[13] += 1
        x.orientation = pull(x.orientation, 1, p.orientation_joint)
    f.trust[0] = pull(f.trust[0], 1, p.family_joint)
    f.trust[1] = pull(f.trust[1], 1, p.family_joint)
    i.memory[21] += 1
    if f.first_joint == -1 and f.shared_since >= 0:
        f.first_joint = model.week
    if abs(0.5 * f.belief[0] + 0.5 * f.belief[1] - f.risk) > p.wrong_tolerance:
        model.count("jointly_wrong")


def depth_of(model, f, joint):
    """Return the depth of collaboration of the cycle that ends."""
    if not f.paired:
        return 0
    if joint:
        return 4
    if f.discussed and beliefs_agree(model, f):
        return 3
    if f.talked:
        return 2
    return 1 if f.contacted else 0


def make_plan(model, f, i, j):
    """Make the plan and start the next cycle."""
    t, paired = model.week, f.paired
    if f.plans == 0:
        model.count("assessments")
        if t - f.cycle_start <= 9:
            model.count("in_time")
    joint = False
    if paired:
        model.count("plans")
        joint = is_joint(model, f, i, j)
        if not joint:
            model.count("nominal" if f.contacted else "single")
    f.achievable = 1 if is_achievable(model, f) else 0
    i.memory[22 if paired and f.talked else 23] += 1
    if paired:
        if f.achievable:
            model.count("achievable")
        mhsw_hears(model, f, i, j)
        if joint:
            after_joint_plan(model, f, i, j)
    if not f.achievable:
        f.trust[0] = f.trust[0] * (1 - model.p.family_target_loss)
    f.depth = depth_of(model, f, joint)
    f.plans += 1
    f.cycle_start = t
    f.cycle_length = 13
    f.clear_cycle_bits()


def plan(model):
    """Phase: CSWs make plans."""
    for f in model.active:
        i, j = f.lead
        if f.open[0] and i is not None and plan_is_made(model, f, i):
            make_plan(model, f, i, j)
