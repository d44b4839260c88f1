"""Contact: who gets in touch with whom about which family, and how (ODD 7.6).

After Carpenter N. (2019), whose interviewees seek out those they know; Darlington, Feeney &
Rixon (2005) rank scarce resources first among barriers, and Webber et al. (2013) find personal
contact as important as a protocol. So the wish for contact and the answer to it rise with trust
and familiarity, fall with pressure, and a protocol adds to them. Log-odds linear in the
worker's own states are the simplest form that keeps each influence monotone and bounded; that
not knowing the other service sends a call to the wrong person is the study's, all sizes are
judgement.
"""

from colsim.core.compiled import kernel, part
from colsim.core.names import BAD, CSW, MHSW, SERVICES, Channel, Memory, Total
from colsim.core.numerics import as_valence, clip01, happens
from colsim.core.relations import feel, is_paired, tie_of, tie_trust
from colsim.core.rng import Purpose, uniform

_NEED_COMPLEXITY = 0.5
"""Part of the need for contact that is the family's complexity."""
_NEED_UNKNOWN = 0.5
"""Part of it that is what the worker does not know yet."""
_CSW_FIRST = 0.5
"""Chance that the CSW is the quicker one where both want contact: neither is favoured."""
_UP_TO_PHONE, _UP_TO_FACE, _UP_TO_MEETING = 0.25, 0.5, 0.75
"""Wished richness below which a message, a call, a visit will do: quarters of the unit range."""


@kernel
def contact(w, a):
    """Decide this week's contacts between the leads of shared families."""
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        family.contact = Channel.NONE
        family.mutual = False
        family.facilitated = False
        family.corridor = False
        for s in range(SERVICES):
            family.disclosed[s] = 0
            family.understood[s] = 0
        if not is_paired(family):
            continue
        tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
        by_csw = _wants(w, family, tie, CSW)
        by_mhsw = _wants(w, family, tie, MHSW)
        if by_csw and by_mhsw:
            by_csw = uniform(family.key, Purpose.FIRST, 0) < _CSW_FIRST
        if by_csw:
            _approach(w, family, tie, CSW)
        elif by_mhsw:
            _approach(w, family, tie, MHSW)


@part
def _wants(w, family, tie, s):
    p = w.parameters[0]
    post = family.lead[s]
    person = w.practitioners[post]
    q = w.policy[w.posts[post].team]
    need = _NEED_COMPLEXITY * family.complexity + _NEED_UNKNOWN * (1.0 - family.known_weight[s])
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
    if s == CSW:  # the deadline is that of the child's assessment
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
        asker.memory[Memory.MISDIRECTED] += 1.0
        family.contact = Channel.IN_VAIN
        totals[Total.VAIN] += 1.0
        return
    saving = w.policy[w.posts[family.lead[MHSW]].team].face_to_face_saving
    channel = _channel(p, family, asker, saving)
    cost = _cost(p, d, channel, saving)
    # Who has no time for a visit rings up, and then writes.
    while channel > Channel.WRITTEN and (cost > asker.budget or cost > other.budget):
        channel -= 1
        cost = _cost(p, d, channel, saving)
    if cost > asker.budget:
        asker.memory[Memory.GIVEN_UP] += 1.0
        totals[Total.GIVEN_UP] += 1.0
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
    # The attempt costs its hours whether or not it is answered.
    asker.budget -= cost
    asker.spent += cost
    family.initiator = s
    if cost > other.budget or not happens(uniform(family.key, Purpose.ANSWER, 0), x):
        family.contact = Channel.IN_VAIN
        totals[Total.VAIN] += 1.0
        asker.memory[Memory.NO_ANSWER] += 1.0
        feel(w, tie, s, asker, BAD, d.richness[Channel.WRITTEN], Channel.WRITTEN)
        return
    other.budget -= cost
    other.spent += cost
    family.contact = channel
    family.mutual = uniform(family.key, Purpose.MUTUAL, 0) < asker.orientation
    if not family.mutual:
        asker.memory[Memory.EXTRACTIVE] += 1.0


@part
def _channel(p, family, asker, saving):
    v = (
        p.richness_base
        + p.richness_complexity * family.complexity
        + p.richness_orientation * asker.orientation
        - p.richness_pressure * (asker.pressure - 1.0)
        + p.richness_saving * saving
        + p.richness_noise * as_valence(uniform(family.key, Purpose.CHANNEL, 0))
    )
    if v < _UP_TO_PHONE:
        return Channel.WRITTEN
    if v < _UP_TO_FACE:
        return Channel.PHONE
    if v < _UP_TO_MEETING:
        return Channel.FACE
    return Channel.MEETING


@part
def _cost(p, d, channel, saving):
    cost = d.hours[channel]
    if channel >= Channel.FACE:
        cost = cost * (1.0 - p.travel_share * saving)
    return cost
