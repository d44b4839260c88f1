"""Contact: who gets in touch with whom about which family, and how (ODD 7.6).

Workers seek out those they know and trust; pressure makes contact rarer and
thinner; not knowing the other service sends a call to the wrong person.
"""

from colsim.core.compiled import kernel, part
from colsim.core.measures import TOTAL_INDEX
from colsim.core.numerics import clip01, happens
from colsim.core.relations import feel, is_paired, tie_of, tie_trust
from colsim.core.rng import Purpose, uniform

_VAIN = TOTAL_INDEX["vain"]
_GIVEN_UP = TOTAL_INDEX["given_up"]
_NO_ANSWER = 9
_GIVEN_UP_MEMORY = 15
_EXTRACTIVE = 16
_MISDIRECTED = 18


@kernel
def contact(w, a):
    """Decide this week's contacts between the leads of shared families."""
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        family.contact = -1
        family.mutual = False
        family.facilitated = False
        family.corridor = False
        for s in range(2):
            family.disclosed[s] = 0
            family.understood[s] = 0
        if not is_paired(family):
            continue
        tie = tie_of(w, family.lead[0], family.lead[1])
        by_csw = _wants(w, family, tie, 0)
        by_mhsw = _wants(w, family, tie, 1)
        if by_csw and by_mhsw:
            by_csw = uniform(family.key, Purpose.FIRST, 0) < 0.5
        if by_csw:
            _approach(w, family, tie, 0)
        elif by_mhsw:
            _approach(w, family, tie, 1)


@part
def _wants(w, family, tie, s):
    p = w.parameters[0]
    post = family.lead[s]
    person = w.practitioners[post]
    q = w.policy[w.posts[post].team]
    need = 0.5 * family.complexity + 0.5 * (1.0 - family.known_weight[s])
    x = (
        p.contact_base
        + p.contact_need * need
        + p.contact_trust * tie_trust(w, tie, s, person)
        + p.contact_familiarity * w.tie_familiarity[tie]
        + p.contact_confidence * person.confidence
        + p.contact_orientation * person.orientation
        + p.contact_priority * q.collaboration_priority
        + p.contact_protocol * q.protocol_contact
        - p.contact_pressure * person.pressure
    )
    if s == 0:
        left = family.cycle_start + family.cycle_length - w.clock[0].week
        x = x + p.contact_deadline * clip01(1.0 - left / p.deadline_window)
    return happens(uniform(family.key, Purpose.WANT, s), x)


@part
def _approach(w, family, tie, s):
    p = w.parameters[0]
    d = w.derived[0]
    totals = w.totals[w.clock[0].week]
    q = w.policy[w.posts[family.lead[1 - s]].team]
    asker = w.practitioners[family.lead[s]]
    other = w.practitioners[family.lead[1 - s]]
    familiarity = w.tie_familiarity[tie]
    if uniform(family.key, Purpose.MISDIRECTED, 0) < (
        p.misdirected
        * (1.0 - asker.role_knowledge)
        * (1.0 - familiarity)
        * (1.0 - p.contact_point_finds * q.contact_point)
    ):
        asker.memory[_MISDIRECTED] += 1.0
        family.contact = -2
        totals[_VAIN] += 1.0
        return
    saving = w.policy[w.posts[family.lead[1]].team].face_to_face_saving
    channel = _channel(p, family, asker, saving)
    cost = _cost(p, d, channel, saving)
    while channel > 0 and (cost > asker.budget or cost > other.budget):
        channel -= 1
        cost = _cost(p, d, channel, saving)
    if cost > asker.budget:
        asker.memory[_GIVEN_UP_MEMORY] += 1.0
        totals[_GIVEN_UP] += 1.0
        return
    x = (
        p.answer_base
        + p.answer_trust * tie_trust(w, tie, 1 - s, other)
        + p.answer_familiarity * familiarity
        + p.answer_priority * q.collaboration_priority
        + p.answer_protocol * q.protocol_contact
        + p.answer_contact_point * q.contact_point
        - p.answer_pressure * other.pressure
    )
    asker.budget -= cost
    asker.spent += cost
    family.initiator = s
    if cost > other.budget or not happens(uniform(family.key, Purpose.ANSWER, 0), x):
        family.contact = -2
        totals[_VAIN] += 1.0
        asker.memory[_NO_ANSWER] += 1.0
        feel(w, tie, s, asker, -1.0, d.richness[0], 0)
        return
    other.budget -= cost
    other.spent += cost
    family.contact = channel
    family.mutual = uniform(family.key, Purpose.MUTUAL, 0) < asker.orientation
    if not family.mutual:
        asker.memory[_EXTRACTIVE] += 1.0


@part
def _channel(p, family, asker, saving):
    v = (
        p.richness_base
        + p.richness_complexity * family.complexity
        + p.richness_orientation * asker.orientation
        - p.richness_pressure * (asker.pressure - 1.0)
        + p.richness_saving * saving
        + p.richness_noise * (2.0 * uniform(family.key, Purpose.CHANNEL, 0) - 1.0)
    )
    if v < 0.25:
        return 0
    if v < 0.5:
        return 1
    if v < 0.75:
        return 2
    return 3


@part
def _cost(p, d, channel, saving):
    cost = d.hours[channel]
    if channel >= 2:
        cost = cost * (1.0 - p.travel_share * saving)
    return cost
