"""7.12 Plan: plans are finished, and are joint, nominal or of one service."""

from typing import TYPE_CHECKING

from colsim.core.numerics import clip01, logistic, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import (
    DECIDED_ALONE,
    DECIDED_TOGETHER,
    FAMILY_TRUST_ROSE,
    JOINT_PLAN,
    SIDE,
    UNACHIEVABLE,
    UNEXPLAINED,
    WISHES,
    Family,
)
from colsim.plain.places import Authority
from colsim.plain.practice import feel, groups_of, lose_waiting, met, tie_trust

if TYPE_CHECKING:
    from colsim.plain.model import Twin

FULL_CHAIN = 5


def plan(model: "Twin", authority: Authority) -> None:
    for f in authority.active:
        if f.open[0] and f.lead[0] is not None:
            quick = is_closed_quickly(model, f)
            if quick or is_finished(model, f):
                make_plan(model, f, quick=quick)


def is_closed_quickly(model: "Twin", f: Family) -> bool:
    """Return whether an assessment ends in this week because nothing much was found to ask."""
    age = model.t - f.cycle_start
    if f.plans > 0 or not age > 0:
        return False
    chance = model.p.quick_rate * (1 - f.complexity) * clip01(1 - age / f.cycle_length)
    return model.draws.U(f, P.QUICK) < chance


def is_finished(model: "Twin", f: Family) -> bool:
    p, i = model.p, f.led_by(0)
    z = (model.t - f.cycle_start) / f.cycle_length
    urge = z if z <= 1 else p.overdue_pull  # a deadline that was missed pulls less
    x = p.finish_base + p.finish_deadline * urge - p.contact_pressure * (i.pressure - 1)
    if z < 1 and f.is_paired and not f.discussed:
        x = x - p.wait_for_discussion * i.q.deadline_relief
    if f.facilitated:
        x = x + p.facilitated_finish
    return model.draws.U(f, P.FINISH) < logistic(x)


def make_plan(model: "Twin", f: Family, *, quick: bool) -> None:
    p, U = model.p, model.draws.U
    if f.plans == 0:
        model.count("assessments")
        age = model.t - f.cycle_start
        if age <= 9:
            model.count("in_time")
        model.count(f"assessed_{max(1, min(age, 12))}")
    paired = f.is_paired
    if paired and f.plans > 0:
        model.count("reviews")
        model.count("reached", met(f))
    took_part = U(f, P.TAKES_PART) < f.engagement
    contested = not took_part and U(f, P.CONTEST) < p.contest * (1 - f.trust[0])
    if contested:
        f.aggrieved = True
    joint = judge_kind(model, f, took_part) if paired else False
    if quick:
        model.count("quick")
        model.count("quick_plans", paired)
        model.count("quick_joint", joint)

    makers_know = f.known[0] | f.known[1] if joint else f.known[0]
    known = all_ = 0.0
    for x in SIDE[1]:
        all_ += f.w[x]
        if x in makers_know:
            known += f.w[x]
    understood_share = known / all_
    chance = clip01(p.achievable_base + p.achievable_understood * understood_share)
    f.achievable = int(U(f, P.ACHIEVABLE) < chance)
    with_mhsw = paired and f.talked and accepts_part(model, f, 1)
    f.delivery = (1 + with_mhsw + (not contested)) / 3
    believed = 0.5 * f.belief[0] + 0.5 * f.belief[1] if joint else f.belief[0]
    f.wrong = f.delivery if abs(believed - f.risk) > p.risk_tolerance else 0.0
    if paired:
        model.count("participated", took_part)
        model.count("contested", contested)
        model.count("child_heard", f.heard)
        model.count("wishes", all(x in makers_know for x in WISHES))
        for name in groups_of(model, f):
            model.count(f"plans_{name}")
            model.count(f"joint_{name}", joint)

    together = paired and f.talked
    f.led_by(0).memory[DECIDED_TOGETHER if together else DECIDED_ALONE] += 1
    if paired:
        consequences_between_leads(model, f)
        if joint:
            consequences_of_joint_plan(model, f)
    if not f.achievable:
        f.trust[0] = f.trust[0] * (1 - p.family_event)

    f.depth = depth_of_cycle(model, f, joint) if paired else 0
    f.thin = f.contacted and not f.talked
    f.plans += 1
    f.cycle_start = model.t
    f.cycle_length = 13
    f.begin_cycle()
    lose_waiting(model, f)


def judge_kind(model: "Twin", f: Family, took_part: bool) -> bool:
    """Count which links of the chain hold; return whether all do: a joint plan."""
    links = 0
    for link in (talked, understands, agreed, lambda *_: took_part, accepts):
        if not link(model, f):
            break
        links += 1
    model.count("plans")
    for name in ("talked", "understood", "agreed", "took_part", "joint")[:links]:
        model.count(name)
    joint = links == FULL_CHAIN
    if not joint:
        model.count("nominal" if f.contacted else "single")
    return joint


def talked(model: "Twin", f: Family) -> bool:
    return f.talked


def understands(model: "Twin", f: Family) -> bool:
    for s in (0, 1):
        of_other = f.weight_of(f.known[1 - s])
        of_both = f.weight_of(f.known[0] & f.known[1])
        if not (of_other == 0 or of_both >= model.p.joint_understanding * of_other):
            return False
    return True


def beliefs_agree(model: "Twin", f: Family) -> bool:
    return abs(f.belief[0] - f.belief[1]) <= model.p.risk_tolerance


def agreed(model: "Twin", f: Family) -> bool:
    return f.discussed and beliefs_agree(model, f)


def accepts(model: "Twin", f: Family) -> bool:
    return accepts_part(model, f, 0) and accepts_part(model, f, 1)


def accepts_part(model: "Twin", f: Family, s: int) -> bool:
    p = model.p
    a, b = f.led_by(s), f.led_by(1 - s)
    clarity = pull(a.role_knowledge, 1, a.q.task_clarity)
    x = (
        p.accept_base
        + p.accept_orientation * a.orientation
        + p.accept_clarity * clarity
        + p.accept_trust * tie_trust(model, a, b)
    )
    return model.draws.U(f, P.ACCEPT, s) < logistic(x)


def consequences_between_leads(model: "Twin", f: Family) -> None:
    p, U = model.p, model.draws.U
    i, j = f.leads
    if f.achievable:
        model.count("achievable")
    explained = (
        p.explain_base
        + p.explain_orientation * i.orientation
        + p.policy_effect * i.q.plan_ownership
    )
    if not f.talked and not U(f, P.EXPLAIN) < explained:
        model.count("unexplained")
        j.memory[UNEXPLAINED] += 1
        feel(model, j, i, -1, model.richness[0], 0)
    if not f.achievable and U(f, P.NOTICE) < f.trust[1]:
        j.memory[UNACHIEVABLE] += 1
        feel(model, j, i, -1, model.richness[0], 0)


def consequences_of_joint_plan(model: "Twin", f: Family) -> None:
    p = model.p
    for lead in f.leads:
        lead.memory[JOINT_PLAN] += 1
        lead.orientation = pull(lead.orientation, 1, p.learning_rate)
    f.trust[0] = pull(f.trust[0], 1, p.family_event)
    f.trust[1] = pull(f.trust[1], 1, p.family_event)
    f.led_by(0).memory[FAMILY_TRUST_ROSE] += 1
    if f.first_joint == -1 and f.shared_since >= 0:
        f.first_joint = model.t
    if f.wrong > 0:
        model.count("jointly_wrong")


def depth_of_cycle(model: "Twin", f: Family, joint: bool) -> int:
    if joint:
        return 4
    if f.discussed and beliefs_agree(model, f):
        return 3
    if f.talked:
        return 2
    return 1 if f.contacted else 0
