"""7.7 Contact: appointments, wanted contacts, talks in passing, and what a rule brings about."""

import math
from typing import TYPE_CHECKING

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import clip01, logistic, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import (
    EXTRACTIVE,
    FACE,
    FACTS,
    GIVEN_UP,
    IN_VAIN,
    MEETING,
    MISDIRECTED,
    NO_ANSWER,
    NONE,
    PHONE,
    WRITTEN,
    Family,
    Practitioner,
)
from colsim.plain.places import Authority
from colsim.plain.practice import (
    asking_trust,
    crosses,
    days_shared,
    fear,
    feel,
    image_rest,
    meet,
    tie_of,
    tie_trust,
    urgency,
    warm,
)

if TYPE_CHECKING:
    from colsim.plain.model import Twin

SOUGHT = {0.0: 0.0, 1.0: 1.0, 2.0: 0.5}
"""How far a site is used on purpose, by the form of `encounter`; the rest is chance."""


def contact(model: "Twin", authority: Authority) -> None:
    for f in authority.active:
        f.begin_week_of_contact()
        if f.is_paired and contact_about(model, f):
            arrange_joint_visit(model, f)


def contact_about(model: "Twin", f: Family) -> bool:
    """Let the leads have this week's contact; return whether one of them wanted a new one."""
    U = model.draws.U
    if f.appointed and keep_appointment(model, f):
        return False
    sought = SOUGHT[model.p.encounter]
    x = [want(model, f, s, sought) for s in (0, 1)]
    wanted = [U(f, P.WANT, s) < logistic(x[s]) for s in (0, 1)]
    if any(wanted):
        get_in_touch(model, f, who_begins(model, f, wanted))
    raised = [False, False]
    if f.contact < 0 and 1 - sought > 0 and tie_of(*f.leads).met == model.t:
        raised = [raises(model, f, s, x[s], 1 - sought) for s in (0, 1)]
        if any(raised):
            talk_in_passing(model, f, who_begins(model, f, raised), x)
    if f.contact == NONE and not any(wanted) and not any(raised):
        follow_the_rule(model, f)
    return any(wanted) or any(raised)


def who_begins(model: "Twin", f: Family, willing: list[bool]) -> int:
    """Return the service of the initiator, of those who are willing."""
    if all(willing):
        return CSW if model.draws.U(f, P.FIRST) < 0.5 else MHSW
    return CSW if willing[CSW] else MHSW


def costs(model: "Twin", f: Family) -> list[float]:
    """Return the hours that each channel takes of each side."""
    hours, saving = model.hours, f.led_by(MHSW).q.face_to_face_saving
    return hours[:FACE] + [pull(hours[c], hours[c - 1], saving) for c in (FACE, MEETING)]


def spend(model: "Twin", i: Practitioner, cost: float) -> None:
    i.spend(cost)
    model.count("hours_contact", cost)


def both_can_afford(f: Family, cost: float) -> bool:
    return all(cost <= lead.budget for lead in f.leads)


def come_together(model: "Twin", f: Family, s: int, channel: int, cost: float) -> None:
    """Let both sides spend hours on a contact that the lead of s began."""
    for lead in f.leads:
        spend(model, lead, cost)
    f.contact = channel
    f.initiator = s
    intend(model, f, f.led_by(s))


def intend(model: "Twin", f: Family, a: Practitioner) -> None:
    """Settle whether the initiator means to give as well as to take."""
    f.mutual = model.draws.U(f, P.MUTUAL) < a.orientation
    if not f.mutual:
        a.memory[EXTRACTIVE] += 1


def keep_appointment(model: "Twin", f: Family) -> bool:
    """Meet as arranged in passing last week; return whether there were hours for it."""
    f.appointed = False
    cost = costs(model, f)[FACE]
    if both_can_afford(f, cost):
        come_together(model, f, f.initiator, FACE, cost)
        return True
    model.count("given_up")
    f.led_by(f.initiator).memory[GIVEN_UP] += 1
    return False


def want(model: "Twin", f: Family, s: int, sought: float) -> float:
    """Return the log-odds that the lead of s wants contact."""
    p = model.p
    a, b = f.led_by(s), f.led_by(1 - s)
    x = (
        p.contact_base
        + p.contact_need * (f.complexity + (1 - f.known_weight[s]))
        + p.contact_tie * (asking_trust(model, a, b) + tie_of(a, b).familiarity)
        + p.contact_readiness * (a.confidence + a.orientation + (a.wellbeing - p.wellbeing_rest))
        + p.image_asking * (a.perceived_image - image_rest(model, a))
        - p.contact_pressure * a.pressure
    )
    if s == CSW:
        x = x + p.contact_deadline * urgency(model, f)
        x = x - p.contact_fear * fear(model, f, a)
    else:
        x = x + p.contact_readiness * a.belonging
    days = days_shared(model, f.led_by(MHSW))
    if days > 0:
        met_by_chance = days * (p.csw_office_days / 5) * p.encounter_rate
        x = x + math.log(1 + p.site_pull * sought * met_by_chance)
    return x


def get_in_touch(model: "Twin", f: Family, s: int) -> None:
    """Let the lead of s try to reach the other lead."""
    p, U = model.p, model.draws.U
    a, b = f.led_by(s), f.led_by(1 - s)
    if asks_somebody_known(model, f, a, b):
        return
    lost = (
        p.misdirected
        * (1 - a.role_knowledge)
        * (1 - tie_of(a, b).familiarity)
        * (1 - b.q.contact_point)
    )
    if U(f, P.MISDIRECTED) < lost:
        a.memory[MISDIRECTED] += 1
        f.contact = IN_VAIN
        model.count("vain")
        return
    channel, cost = choose_channel(model, f, a, b)
    if cost > a.budget:
        a.memory[GIVEN_UP] += 1
        model.count("given_up")
        return
    if is_answered(model, f, a, b, cost):
        f.contact = channel
        intend(model, f, a)


def asks_somebody_known(model: "Twin", f: Family, a: Practitioner, b: Practitioner) -> bool:
    """Return whether a turns to a colleague of b's whom a knows better, for advice."""
    p = model.p
    k = None
    for post in a.post.locality.posts[b.service]:
        other = post.holder
        if other is None or other is b:
            continue
        if k is None or tie_of(a, other).familiarity > tie_of(a, k).familiarity:
            k = other
    if k is None:
        return False
    better = tie_of(a, k).familiarity - tie_of(a, b).familiarity
    if not (better > 0 and model.draws.U(f, P.ASK_KNOWN) < p.ask_known * better):
        return False
    cost = model.hours[PHONE]
    if cost > a.budget or cost > k.budget:
        return False
    model.count("advice")
    for one in (a, k):
        spend(model, one, cost)
    take_advice(model, f, a, k)
    return True


def take_advice(model: "Twin", f: Family, a: Practitioner, k: Practitioner) -> None:
    """Nothing of the family is told: k explains what k's service means."""
    p, s, rho = model.p, a.service, model.richness[PHONE]
    tie = meet(model, a, k)
    tie.familiarity = warm(tie.familiarity, p.familiarity_rate * rho)
    y = logistic(
        p.understand_base
        + p.understand_richness * rho
        + p.understand_knowledge * a.role_knowledge
        + p.answer_tie * (tie_trust(model, a, k) - 0.5)
    )
    explained = [
        x for x in FACTS if x in f.received[s] and model.draws.U(f, P.ADVICE, 16 * s + x) < y
    ]
    for x in explained:
        crosses(model, f, s, x)
    if explained:
        f.recount(s)
    a.role_knowledge = pull(a.role_knowledge, 1, p.learning_rate * rho)
    if s == CSW:
        f.csw_anxiety = f.csw_anxiety * (1 - p.talk_effect * rho)
    feel(model, a, k, 1, rho, PHONE)


def choose_channel(model: "Twin", f: Family, a: Practitioner, b: Practitioner) -> tuple[int, float]:
    """Return the channel that initiator a arrives at, and its cost for each side."""
    p = model.p
    reasons = (
        f.complexity
        + a.orientation
        + f.led_by(MHSW).q.face_to_face_saving
        - (a.pressure - 1)
        + (2 * model.draws.U(f, P.CHANNEL) - 1)
    )
    v = p.richness_base + p.richness_need * reasons
    channel = wished = min(max(math.floor(4 * v), WRITTEN), MEETING)
    cost = costs(model, f)
    while channel > 0 and (cost[channel] > a.budget or cost[channel] > b.budget):
        channel -= 1
    if channel < wished:
        model.count("curtailed")
    return channel, cost[channel]


def is_answered(model: "Twin", f: Family, a: Practitioner, b: Practitioner, cost: float) -> bool:
    """Let a spend hours on reaching b; return whether b answers, and spends them too."""
    p = model.p
    x = (
        p.answer_base
        + p.answer_tie * (tie_trust(model, b, a) + tie_of(a, b).familiarity)
        + p.image_asking * (b.perceived_image - image_rest(model, b))
        + p.within_reach * b.q.contact_point
        - p.contact_pressure * b.pressure
    )
    spend(model, a, cost)
    f.initiator = a.service
    if cost > b.budget or not model.draws.U(f, P.ANSWER) < logistic(x):
        f.contact = IN_VAIN
        a.memory[NO_ANSWER] += 1
        model.count("vain")
        feel(model, a, b, -1, model.richness[WRITTEN], WRITTEN)
        return False
    spend(model, b, cost)
    return True


def raises(model: "Twin", f: Family, s: int, x: float, chance: float) -> bool:
    """Return whether the lead of s, having come across the other, speaks of the family."""
    p = model.p
    occasion = x + p.occasion * (1 - p.desk_sharing)
    return model.draws.U(f, P.RAISE, s) < chance * logistic(occasion)


def talk_in_passing(model: "Twin", f: Family, s: int, x: list[float]) -> None:
    """Talk on the spot, if there is time; it may end in an appointment."""
    cost = model.hours[WRITTEN]
    if not both_can_afford(f, cost):
        return
    come_together(model, f, s, PHONE, cost)
    f.in_passing = True
    model.count("passing")
    f.appointed = model.draws.U(f, P.APPOINT) < logistic(x[s])


def follow_the_rule(model: "Twin", f: Family) -> None:
    """Let the CSW write because a protocol asks for it, though nobody wanted contact."""
    p = model.p
    i, j = f.leads
    if f.contacted or not i.q.protocol_contact > 0:
        return
    chance = p.rule_pace * i.q.protocol_contact * i.effort * clip01(tie_trust(model, i, j))
    cost = model.hours[WRITTEN]
    if not model.draws.U(f, P.RULE) < chance or cost > i.budget:
        return
    if not is_answered(model, f, i, j, cost):
        return
    f.contact = WRITTEN
    f.forced = True
    i.memory[EXTRACTIVE] += 1
    model.count("forced")
    if f.thin:
        feel(model, j, i, -1, model.richness[WRITTEN], WRITTEN)


def arrange_joint_visit(model: "Twin", f: Family) -> None:
    """Let a wanted contact become a visit of both, where that is the rule and they trust."""
    i, j = f.leads
    if f.contact >= FACE or f.appointed or f.discussed or not i.q.joint_visits > 0:
        return
    chance = (
        i.q.joint_visits
        * i.effort
        * j.effort
        * clip01(tie_trust(model, i, j))
        * clip01(tie_trust(model, j, i))
    )
    if model.draws.U(f, P.JOINT_VISIT) < chance:
        f.appointed = True
