"""Contact: who gets in touch with whom about which family, and how (ODD 7.7).

After Carpenter N. (2019), whose interviewees seek out those they know; Darlington, Feeney &
Rixon (2005) rank scarce resources first among barriers, and Webber et al. (2013) find personal
contact as important as a protocol. So the one wish for contact, in log-odds linear in the worker's
own states, rises with trust and familiarity and falls with pressure; an occasion at a shared site
adds to it, and a rule brings about only what it asks for, in writing, where nobody wished for
more. All sizes are judgement.
"""

import math

from colsim.core.advice import asks_another
from colsim.core.compiled import kernel, part
from colsim.core.events import NO_SIDE, Cause, Event, Phase
from colsim.core.names import (
    BAD,
    CHANNELS,
    CSW,
    MHSW,
    SERVICES,
    WORKING_DAYS,
    Channel,
    Encounter,
    Memory,
)
from colsim.core.notes import close_phase, note, rarely
from colsim.core.numerics import as_valence, clip, clip01, happens, logistic, pull
from colsim.core.relations import (
    asking_trust,
    fear,
    feel_about,
    image_rest,
    is_paired,
    shared_days,
    spend,
    tie_of,
    tie_trust,
    urgency,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total

_CSW_FIRST = 0.5
"""Chance that the CSW is the quicker one where both want contact: neither is favoured."""
_EACH_HALF = 0.5
"""Where a site works both by chance and because it is sought, each has half of its occasions."""


@kernel
def contact(w, a):
    """Decide this week's contacts between the leads of shared families."""
    week = w.clock[0].week
    chance = _share_by_chance(w.parameters[0])
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        family.contact = Channel.NONE
        family.mutual = False
        family.facilitated = False
        family.in_passing = False
        family.forced = False
        for s in range(SERVICES):
            family.disclosed[s] = 0
            family.understood[s] = 0
        if not is_paired(family):
            continue
        if family.appointed and _keep_appointment(w, family):
            continue
        tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
        of_csw = _want(w, family, tie, CSW, 1.0 - chance)
        of_mhsw = _want(w, family, tie, MHSW, 1.0 - chance)
        by_csw = happens(uniform(family.key, Purpose.WANT, CSW), of_csw)
        by_mhsw = happens(uniform(family.key, Purpose.WANT, MHSW), of_mhsw)
        wanted = by_csw or by_mhsw
        if by_csw and by_mhsw:
            by_csw = uniform(family.key, Purpose.FIRST, 0) < _CSW_FIRST
        if wanted:
            _approach(w, family, tie, CSW if by_csw else MHSW)
        if family.contact < Channel.WRITTEN and chance > 0.0 and w.tie_met[tie] == week:
            wanted = _talk_in_passing(w, family, of_csw, of_mhsw, chance) or wanted
        rule = w.policy[w.posts[family.lead[CSW]].team].protocol_contact
        if rule > 0.0 and not (wanted or family.contacted) and family.contact == Channel.NONE:
            _follow_the_rule(w, family, tie, rule)
        if wanted and family.contact < Channel.FACE and not (family.appointed or family.discussed):
            _arrange_visit(w, family, tie)
    close_phase(w, a, Phase.CONTACT)


@part
def _share_by_chance(p):
    """Return which share of a site's occasions comes by chance: the rest is sought."""
    if p.encounter == Encounter.BY_CHANCE:
        return 1.0
    return 0.0 if p.encounter == Encounter.SOUGHT else _EACH_HALF


@part
def _want(w, family, tie, s, sought):
    """Return the log-odds with which the lead of service s wants contact this week."""
    p = w.parameters[0]
    person = w.practitioners[family.lead[s]]
    x = (
        p.contact_base
        + p.contact_need * (family.complexity + (1.0 - family.known_weight[s]))
        + p.contact_tie * (asking_trust(w, tie, s, person) + w.tie_familiarity[tie])
        + p.contact_readiness
        * (person.confidence + person.orientation + (person.wellbeing - p.wellbeing_rest))
        + p.image_asking * (person.perceived_image - image_rest(p, s))
        - p.contact_pressure * person.pressure
    )
    if s == CSW:  # the deadline is that of the child's assessment
        x = x + p.contact_deadline * urgency(family, w.clock[0].week)
        # Who fears mental illness puts it off; counted from what is usual, as all that rests.
        x = x - p.contact_fear * fear(p, person, family)
    else:
        x = x + p.contact_readiness * person.belonging
    days = shared_days(w, w.posts[family.lead[MHSW]].team)
    if days > 0.0:  # who looks for somebody at a shared site finds them more often than chance
        occasions = days * (p.csw_office_days / WORKING_DAYS) * p.encounter_rate
        x = x + math.log(1.0 + p.site_pull * sought * occasions)
    return x


@part
def _keep_appointment(w, family):
    """Let the leads meet as they arranged last week, if both have the hours; return whether."""
    family.appointed = False
    csw = w.practitioners[family.lead[CSW]]
    mhsw = w.practitioners[family.lead[MHSW]]
    saving = w.policy[w.posts[family.lead[MHSW]].team].face_to_face_saving
    cost = _cost(w.derived[0], Channel.FACE, saving)
    asker = w.practitioners[family.lead[family.initiator]]
    if cost > csw.budget or cost > mhsw.budget:
        asker.memory[Memory.GIVEN_UP] += 1.0
        w.totals[w.clock[0].week, Total.GIVEN_UP] += 1.0
        times = asker.memory[Memory.GIVEN_UP]
        lacks = family.initiator if cost > asker.budget else 1 - family.initiator
        note(w, family, Event.MISSED, family.initiator, times - 1.0, times, lacks)
        return False
    spend(w, csw, cost, Total.HOURS_CONTACT)
    spend(w, mhsw, cost, Total.HOURS_CONTACT)
    family.contact = Channel.FACE
    _be_mutual(family, asker)
    tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
    _note_contact(w, family, tie, Event.KEPT, Channel.NONE, Channel.FACE)
    return True


@part
def _note_contact(w, family, tie, event, before, wished):
    """Note a contact: whether it gives as well as takes, the trust met, the channel wished for."""
    s = family.initiator
    if rarely(family.watched):
        trust = tie_trust(w, tie, 1 - s, w.practitioners[family.lead[1 - s]])
        note(w, family, event, s, before, family.contact, family.mutual, trust, wished)


@part
def _talk_in_passing(w, family, of_csw, of_mhsw, chance):
    """Let two who came across each other talk of the family; return whether one raised it."""
    p = w.parameters[0]
    occasion = p.occasion * (1.0 - p.desk_sharing)  # others hear where desks are shared
    by_csw = uniform(family.key, Purpose.RAISE, CSW) < chance * logistic(of_csw + occasion)
    by_mhsw = uniform(family.key, Purpose.RAISE, MHSW) < chance * logistic(of_mhsw + occasion)
    if not (by_csw or by_mhsw):
        return False
    if by_csw and by_mhsw:
        by_csw = uniform(family.key, Purpose.FIRST, 0) < _CSW_FIRST
    s = CSW if by_csw else MHSW
    csw = w.practitioners[family.lead[CSW]]
    mhsw = w.practitioners[family.lead[MHSW]]
    cost = w.derived[0].hours[Channel.WRITTEN]
    if cost > csw.budget or cost > mhsw.budget:
        return True
    spend(w, csw, cost, Total.HOURS_CONTACT)
    spend(w, mhsw, cost, Total.HOURS_CONTACT)
    before = family.contact
    family.contact = Channel.PHONE
    family.in_passing = True
    family.initiator = s
    _be_mutual(family, w.practitioners[family.lead[s]])
    tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
    _note_contact(w, family, tie, Event.PASSING, before, Channel.PHONE)
    w.totals[w.clock[0].week, Total.PASSING] += 1.0
    want = of_csw if by_csw else of_mhsw
    family.appointed = uniform(family.key, Purpose.APPOINT, 0) < logistic(want)
    if family.appointed:
        note(w, family, Event.ARRANGED, s, 0, 1)
    return True


@part
def _follow_the_rule(w, family, tie, rule):
    """Let the CSW write because a protocol asks for it, though nobody wanted contact."""
    p = w.parameters[0]
    csw = w.practitioners[family.lead[CSW]]
    kept = p.rule_pace * rule * csw.effort * clip01(tie_trust(w, tie, CSW, csw))
    cost = w.derived[0].hours[Channel.WRITTEN]
    if uniform(family.key, Purpose.RULE, 0) >= kept or cost > csw.budget:
        return
    if not _reach(w, family, tie, CSW, Channel.WRITTEN, cost):
        return
    family.forced = True
    csw.memory[Memory.EXTRACTIVE] += 1.0
    w.totals[w.clock[0].week, Total.FORCED] += 1.0
    note(w, family, Event.FORCED, CSW, Channel.NONE, Channel.WRITTEN, family.thin)
    if family.thin:  # paper upon paper is an experience
        richness = w.derived[0].richness[Channel.WRITTEN]
        feel_about(w, family, tie, MHSW, BAD, Channel.WRITTEN, richness, Cause.PAPER)


@part
def _approach(w, family, tie, s):
    p = w.parameters[0]
    d = w.derived[0]
    totals = w.totals[w.clock[0].week]
    q = w.policy[w.posts[family.lead[1 - s]].team]
    asker = w.practitioners[family.lead[s]]
    other = w.practitioners[family.lead[1 - s]]
    if p.ask_known > 0.0 and asks_another(w, family, s):
        return
    if uniform(family.key, Purpose.MISDIRECTED, 0) < (
        p.misdirected
        * (1.0 - asker.role_knowledge)
        * (1.0 - w.tie_familiarity[tie])
        * (1.0 - q.contact_point)
    ):
        asker.memory[Memory.MISDIRECTED] += 1.0
        family.contact = Channel.IN_VAIN
        totals[Total.VAIN] += 1.0
        note(w, family, Event.MISDIRECTED, s, Channel.NONE, Channel.IN_VAIN)
        return
    saving = w.policy[w.posts[family.lead[MHSW]].team].face_to_face_saving
    channel = _channel(p, family, asker, saving)
    cost = _cost(d, channel, saving)
    wished = channel
    # Who has no time for a visit rings up, and then writes.
    while channel > Channel.WRITTEN and (cost > asker.budget or cost > other.budget):
        channel -= 1
        cost = _cost(d, channel, saving)
    if channel < wished:
        totals[Total.CURTAILED] += 1.0
    if cost > asker.budget:
        asker.memory[Memory.GIVEN_UP] += 1.0
        totals[Total.GIVEN_UP] += 1.0
        times = asker.memory[Memory.GIVEN_UP]
        note(w, family, Event.GAVE_UP, s, times - 1.0, times, wished, cost, asker.budget)
        return
    if _reach(w, family, tie, s, channel, cost):
        _be_mutual(family, asker)
        _note_contact(w, family, tie, Event.ASKED, Channel.NONE, wished)


@part
def _arrange_visit(w, family, tie):
    """Let a wanted contact become a visit of both, as a policy asks and trust allows."""
    asked = w.policy[w.posts[family.lead[CSW]].team].joint_visits
    if asked <= 0.0:
        return
    csw = w.practitioners[family.lead[CSW]]
    mhsw = w.practitioners[family.lead[MHSW]]
    trust = clip01(tie_trust(w, tie, CSW, csw)) * clip01(tie_trust(w, tie, MHSW, mhsw))
    arranged = asked * csw.effort * mhsw.effort * trust
    family.appointed = uniform(family.key, Purpose.JOINT_VISIT, 0) < arranged
    if family.appointed:
        note(w, family, Event.ARRANGED, NO_SIDE, 0, 1)


@part
def _reach(w, family, tie, s, channel, cost):
    """Let the lead of service s try to reach the other; return whether that is answered."""
    p = w.parameters[0]
    asker = w.practitioners[family.lead[s]]
    other = w.practitioners[family.lead[1 - s]]
    x = (
        p.answer_base
        + p.answer_tie * (tie_trust(w, tie, 1 - s, other) + w.tie_familiarity[tie])
        + p.image_asking * (other.perceived_image - image_rest(p, 1 - s))
        + p.within_reach * w.policy[w.posts[family.lead[1 - s]].team].contact_point
        - p.contact_pressure * other.pressure
    )
    # The attempt costs its hours whether or not it is answered.
    spend(w, asker, cost, Total.HOURS_CONTACT)
    family.initiator = s
    if cost > other.budget or not happens(uniform(family.key, Purpose.ANSWER, 0), x):
        family.contact = Channel.IN_VAIN
        w.totals[w.clock[0].week, Total.VAIN] += 1.0
        asker.memory[Memory.NO_ANSWER] += 1.0
        no_hours = cost > other.budget
        note(w, family, Event.UNANSWERED, s, Channel.NONE, Channel.IN_VAIN, no_hours)
        richness = w.derived[0].richness[Channel.WRITTEN]
        feel_about(w, family, tie, s, BAD, Channel.WRITTEN, richness, Cause.NO_ANSWER)
        return False
    spend(w, other, cost, Total.HOURS_CONTACT)
    family.contact = channel
    return True


@part
def _be_mutual(family, asker):
    """Let it depend on the asker's orientation whether they give as well as take."""
    family.mutual = uniform(family.key, Purpose.MUTUAL, 0) < asker.orientation
    if not family.mutual:
        asker.memory[Memory.EXTRACTIVE] += 1.0


@part
def _channel(p, family, asker, saving):
    reasons = (
        family.complexity
        + asker.orientation
        + saving
        - (asker.pressure - 1.0)
        + as_valence(uniform(family.key, Purpose.CHANNEL, 0))
    )
    v = p.richness_base + p.richness_need * reasons
    # The channels divide the range of richness evenly.
    return int(clip(CHANNELS * v, 0.0, CHANNELS - 1.0))


@part
def _cost(d, channel, saving):
    cost = d.hours[channel]
    if channel >= Channel.FACE:  # who need not travel spends what a step poorer takes
        cost = pull(cost, d.hours[channel - 1], saving)
    return cost
