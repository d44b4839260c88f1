"""7.6 Contact and 7.7 Corridor."""

import math

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import clip01, logistic
from tests.twin.agents import (
    EXTRACTIVE,
    FACE,
    GIVEN_UP,
    IN_VAIN,
    MEETING,
    MISDIRECTED,
    NO_ANSWER,
    NONE,
    PHONE,
    WRITTEN,
    Family,
)
from tests.twin.draws import PURPOSES as P
from tests.twin.practice import feel, meet, tie_of, tie_trust, warm


def contact(model, authority) -> None:
    for f in authority.active:
        f.begin_week_of_contact()
        if f.is_paired:
            contact_about(model, f)


def contact_about(model, f: Family) -> None:
    p, U = model.p, model.draws.U  # noqa: N806
    wants = [wants_contact(model, f, s) for s in (0, 1)]
    if not wants[0] and not wants[1]:
        return
    if wants[0] and wants[1]:
        s = CSW if U(f, P["FIRST"]) < 0.5 else MHSW
    else:
        s = CSW if wants[0] else MHSW
    a, b = f.lead[s], f.lead[1 - s]
    tie = tie_of(a, b)

    lost = (
        p.misdirected
        * (1 - a.role_knowledge)
        * (1 - tie.familiarity)
        * (1 - p.contact_point_finds * b.q.contact_point)
    )
    if U(f, P["MISDIRECTED"]) < lost:
        a.memory[MISDIRECTED] += 1
        f.contact = IN_VAIN
        model.count("vain")
        return

    channel, cost = choose_channel(model, f, a, b)
    if cost > a.budget:
        a.memory[GIVEN_UP] += 1
        f.contact = NONE
        model.count("given_up")
        return

    x = (
        p.answer_base
        + p.answer_trust * tie_trust(b, a)
        + p.answer_familiarity * tie.familiarity
        + p.answer_priority * b.q.collaboration_priority
        + p.answer_protocol * b.q.protocol_contact
        + p.answer_contact_point * b.q.contact_point
        - p.answer_pressure * b.pressure
    )
    a.spend(cost)
    f.initiator = s
    if cost > b.budget or not U(f, P["ANSWER"]) < logistic(x):
        f.contact = IN_VAIN
        a.memory[NO_ANSWER] += 1
        model.count("vain")
        feel(model, a, b, -1, model.richness[WRITTEN], 0)
        return
    b.spend(cost)
    f.contact = channel
    f.mutual = U(f, P["MUTUAL"]) < a.orientation
    if not f.mutual:
        a.memory[EXTRACTIVE] += 1


def wants_contact(model, f: Family, s: int) -> bool:
    p = model.p
    a, b = f.lead[s], f.lead[1 - s]
    need = 0.5 * f.complexity + 0.5 * (1 - f.known_weight[s])
    x = (
        p.contact_base
        + p.contact_need * need
        + p.contact_trust * tie_trust(a, b)
        + p.contact_familiarity * tie_of(a, b).familiarity
        + p.contact_confidence * a.confidence
        + p.contact_orientation * a.orientation
        + p.contact_priority * a.q.collaboration_priority
        + p.contact_protocol * a.q.protocol_contact
        - p.contact_pressure * a.pressure
    )
    if s == CSW:
        urgency = clip01(1 - (f.cycle_start + f.cycle_length - model.t) / p.deadline_window)
        x = x + p.contact_deadline * urgency
    return model.draws.U(f, P["WANT"], s) < logistic(x)


def choose_channel(model, f: Family, a, b) -> tuple[int, float]:
    """Return the channel that initiator a arrives at, and its cost for each side."""
    p = model.p
    saving = f.lead[MHSW].q.face_to_face_saving
    v = (
        p.richness_base
        + p.richness_complexity * f.complexity
        + p.richness_orientation * a.orientation
        - p.richness_pressure * (a.pressure - 1)
        + p.richness_saving * saving
        + p.richness_noise * (2 * model.draws.U(f, P["CHANNEL"]) - 1)
    )
    if v < 0.25:
        channel = WRITTEN
    elif v < 0.5:
        channel = PHONE
    elif v < 0.75:
        channel = FACE
    else:
        channel = MEETING
    costs = [p.hours_written, p.hours_phone, p.hours_face, p.hours_meeting]
    for c in (FACE, MEETING):
        costs[c] = costs[c] * (1 - p.travel_share * saving)
    while channel > 0 and (costs[channel] > a.budget or costs[channel] > b.budget):
        channel -= 1
    return channel, costs[channel]


def corridor(model, authority) -> None:
    for f in authority.active:
        if f.is_paired and f.contact < 0 and f.lead[MHSW].q.corridor_days > 0:
            talk_in_the_corridor(model, f)
    for post in authority.posts[MHSW]:
        m = post.holder
        if m is not None and m.q.corridor_days > 0:
            be_seen(model, m)


def talk_in_the_corridor(model, f: Family) -> None:
    p, U = model.p, model.draws.U  # noqa: N806
    i, j = f.lead
    d = p.office_span * U(f, P["CORRIDOR_SEAT"])
    x = p.corridor_peak * math.exp(-d / p.corridor_scale) * (j.q.corridor_days / 5)
    if U(f, P["CORRIDOR"]) < x and i.budget >= p.hours_corridor and j.budget >= p.hours_corridor:
        i.spend(p.hours_corridor)
        j.spend(p.hours_corridor)
        f.contact = FACE
        f.corridor = True
        f.mutual = True
        f.initiator = MHSW


def be_seen(model, m) -> None:
    p, U = model.p, model.draws.U  # noqa: N806
    posts = m.post.locality.posts[CSW]
    for k in range(int(p.corridor_meetings + 0.5)):
        j = posts[int(U(m, P["SEEN_WHO"], k) * len(posts))].holder
        if j is None:
            continue
        d = p.office_span * U(m, P["SEEN_SEAT"], k)
        x = p.corridor_peak * math.exp(-d / p.corridor_scale) * (m.q.corridor_days / 5)
        if U(m, P["SEEN"], k) < x:
            tie = meet(j, m, model.t)
            tie.familiarity = warm(tie.familiarity, p.familiarity_rate * p.corridor_richness)
