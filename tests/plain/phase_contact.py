"""Contact between the two leads of a family, and in the corridor (7.6, 7.7)."""

import math

from colsim.core.numerics import clip01, logistic
from colsim.core.rng import Purpose
from tests.plain.agents import CSW, MHSW
from tests.plain.practice import feel, meet, spend, tie_between, tie_trust, warm


def clear_contact(f):
    """Start the week without contact."""
    f.contact = -1
    f.mutual = f.facilitated = f.corridor = False
    f.disclosed = [0, 0]
    f.understood = [0, 0]


def wants_contact(model, f, a, b, familiarity):
    """Return whether a wants contact with b about this family."""
    p, s = model.p, a.service
    need = 0.5 * f.complexity + 0.5 * (1 - f.known_weight[s])
    x = (
        p.contact_base
        + p.contact_need * need
        + p.contact_trust * tie_trust(model, a, b)
        + p.contact_familiarity * familiarity
        + p.contact_confidence * a.confidence
        + p.contact_orientation * a.orientation
        + p.contact_priority * a.q.collaboration_priority
        + p.contact_protocol * a.q.protocol_contact
        - p.contact_pressure * a.pressure
    )
    if s == CSW:
        left = f.cycle_start + f.cycle_length - model.week
        urgency = clip01(1 - left / p.deadline_window)
        x = x + p.contact_deadline * urgency
    return model.draws.U(f.origin, Purpose.WANT, s) < logistic(x)


def sought_channel(model, f, a, q_m):
    """Return the channel that the initiator would choose."""
    p = model.p
    v = (
        p.richness_base
        + p.richness_complexity * f.complexity
        + p.richness_orientation * a.orientation
        - p.richness_pressure * (a.pressure - 1)
        + p.richness_saving * q_m.face_to_face_saving
        + p.richness_noise * (2 * model.draws.U(f.origin, Purpose.CHANNEL) - 1)
    )
    if v < 0.25:
        return 0
    if v < 0.5:
        return 1
    return 2 if v < 0.75 else 3


def channel_cost(model, c, q_m):
    """Return the hours that a contact costs each side."""
    p = model.p
    cost = (p.hours_written, p.hours_phone, p.hours_face, p.hours_meeting)[c]
    if c >= 2:
        cost = cost * (1 - p.travel_share * q_m.face_to_face_saving)
    return cost


def answers(model, f, a, b, familiarity):
    """Return whether b answers a."""
    p = model.p
    x = (
        p.answer_base
        + p.answer_trust * tie_trust(model, b, a)
        + p.answer_familiarity * familiarity
        + p.answer_priority * b.q.collaboration_priority
        + p.answer_protocol * b.q.protocol_contact
        - p.answer_pressure * b.pressure
    )
    return model.draws.U(f.origin, Purpose.ANSWER) < logistic(x)


def attempt(model, f, a, b, familiarity):
    """Let a try to reach b."""
    p, U = model.p, model.draws.U
    lost = p.misdirected * (1 - a.role_knowledge) * (1 - familiarity)
    if U(f.origin, Purpose.MISDIRECTED) < lost:
        a.memory[18] += 1
        f.contact = -2
        model.count("vain")
        return
    q_m = f.lead[MHSW].q
    channel = sought_channel(model, f, a, q_m)
    cost = channel_cost(model, channel, q_m)
    while channel > 0 and (cost > a.budget or cost > b.budget):
        channel -= 1
        cost = channel_cost(model, channel, q_m)
    if cost > a.budget:
        a.memory[15] += 1
        model.count("given_up")
        return
    willing = answers(model, f, a, b, familiarity)
    spend(a, cost)
    f.initiator = a.service
    if cost > b.budget or not willing:
        f.contact = -2
        a.memory[9] += 1
        model.count("vain")
        feel(model, a, b, -1, model.richness[0], 0)
        return
    spend(b, cost)
    f.contact = channel
    f.mutual = U(f.origin, Purpose.MUTUAL) < a.orientation
    if not f.mutual:
        a.memory[16] += 1


def contact(model):
    """Phase: who wants contact, tries, and gets an answer."""
    for f in model.active:
        clear_contact(f)
        if not f.paired:
            continue
        i, j = f.lead
        familiarity = tie_between(model, i, j).familiarity
        i_wants = wants_contact(model, f, i, j, familiarity)
        j_wants = wants_contact(model, f, j, i, familiarity)
        if i_wants and j_wants:
            i_first = model.draws.U(f.origin, Purpose.FIRST) < 0.5
        elif i_wants or j_wants:
            i_first = i_wants
        else:
            continue
        if i_first:
            attempt(model, f, i, j, familiarity)
        else:
            attempt(model, f, j, i, familiarity)


def corridor_talks(model):
    """Let leads who share an office talk about a family in passing."""
    p, U = model.p, model.draws.U
    for f in model.active:
        if not f.paired or f.contact >= 0:
            continue
        i, j = f.lead
        days = j.q.corridor_days
        if not days > 0:
            continue
        d = p.office_span * U(f.origin, Purpose.CORRIDOR_SEAT)
        x = p.corridor_peak * math.exp(-d / p.corridor_scale) * (days / 5)
        if (
            U(f.origin, Purpose.CORRIDOR) < x
            and i.budget >= p.hours_corridor
            and j.budget >= p.hours_corridor
        ):
            spend(i, p.hours_corridor)
            spend(j, p.hours_corridor)
            f.contact = 2
            f.corridor = True
            f.mutual = True
            f.initiator = 1


def being_seen(model):
    """Let MHSWs in the office become known by sight."""
    p, U = model.p, model.draws.U
    for m in model.posts:
        if m.service != MHSW or not m.filled or not m.q.corridor_days > 0:
            continue
        seats = model.localities[m.locality].posts[CSW]
        for k in range(int(p.corridor_meetings + 0.5)):
            j = seats[int(U(m.origin, Purpose.SEEN_WHO, k) * len(seats))]
            if not j.filled:
                continue
            d = p.office_span * U(m.origin, Purpose.SEEN_SEAT, k)
            x = p.corridor_peak * math.exp(-d / p.corridor_scale) * (m.q.corridor_days / 5)
            if U(m.origin, Purpose.SEEN, k) < x:
                tie = meet(model, j, m)
                tie.familiarity = warm(tie.familiarity, p.familiarity_rate * p.corridor_richness)


def corridor(model):
    """Phase: talk and being seen in a shared office."""
    corridor_talks(model)
    being_seen(model)
