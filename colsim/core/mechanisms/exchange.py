"""Exchange: what is disclosed, what is understood of it, how beliefs about risk move (ODD 7.9).

Carpenter N. (2019) finds information shared without joint analysis, and data protection used as
a shield for the alliance with the client; Darlington, Feeney & Rixon (2005) rank confidentiality
second among barriers. So disclosing and understanding are two chances, trust and consent move
the first, rich channels and role knowledge the second, and what was received stays on the table
until it is understood. Only talk draws the two beliefs together, as averaging (DeGroot) weighted
by trust; sizes are judgement.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import NO_SIDE, Event, Phase, Source
from colsim.core.law import LAWFUL, breach, consents, count_occasion, is_free, is_lawful, tell
from colsim.core.names import CSW, FACTS, MHSW, SERVICES, Channel, JointPlan, Memory
from colsim.core.notes import close_phase, note, note_learnt, rarely
from colsim.core.numerics import both, clip01, logistic, pull
from colsim.core.relations import (
    agree,
    count_facts,
    cross,
    first_fact,
    is_paired,
    lead_or_any,
    own_view,
    recount,
    richness_of,
    tie_of,
    tie_trust,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total
from colsim.core.turnover import birth_draw

_NEUTRAL_TRUST = 0.5
"""Trust that neither adds to what is taken in nor takes from it."""


@kernel
def exchange(w, a):
    """Let facts and beliefs pass in this week's contacts, then let all leads judge the risk."""
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        paired = is_paired(family)
        for s in range(SERVICES):
            visible = w.policy[w.posts[lead_or_any(family, s)].team].shared_record
            if both(visible > 0.0, paired) and consents(family):
                _look_up(w, family, s, visible)
        if both(family.contact >= Channel.WRITTEN, paired):
            w.totals[w.clock[0].week, Total.WRITTEN + family.contact] += 1.0
            tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
            asker = family.initiator
            # Who was asked tells first; the asker then tells what the other does not know yet.
            telling = _disclose(w, family, tie, 1 - asker)
            if family.mutual:
                telling |= _disclose(w, family, tie, asker)
            count_occasion(w, telling)
            if family.contact >= Channel.PHONE:
                _discuss(w, family, tie)
            family.contacted = True
        for s in range(SERVICES):
            judged = _judged(w, family, s)
            family.belief[s] = judged if family.lead[s] >= 0 else family.belief[s]
    close_phase(w, a, Phase.EXCHANGE)


@kernel
def _look_up(w, family, s, visible):
    """Let the lead of service s see in a shared record what the other one has noted."""
    received = family.received[s]
    new = family.known[1 - s] & ~family.known[s] & ~received
    for fact in range(FACTS):
        if (
            new & (1 << fact)
            and birth_draw(w, family.origin, Purpose.RECORD_VISIBLE, fact) < visible
            and uniform(family.key, Purpose.RECORD, FACTS * s + fact)
            < 1.0 / w.parameters[0].record_lag
        ):
            family.received[s] |= 1 << fact
    note_learnt(w, family, s, family.known[s], received, Source.RECORD)


@part
def _disclose(w, family, tie, giver):
    """Let one lead tell the other; return what telling it was."""
    p = w.parameters[0]
    d = w.derived[0]
    taker = 1 - giver
    candidates = family.known[giver] & ~family.known[taker]
    if candidates == 0:
        return LAWFUL
    person = w.practitioners[family.lead[giver]]
    trust = tie_trust(w, tie, giver, person)
    q = w.policy[w.posts[family.lead[giver]].team]
    x = p.disclose_base + p.disclose_tie * (
        trust * (1.0 + q.protocol_disclosure) + w.tie_familiarity[tie]
    )
    free = is_free(w, family, giver)
    lawful = is_lawful(p, family)
    if not free:  # who thinks that they may not tell mostly does not
        x = x - p.disclose_barred
    hearer = w.practitioners[family.lead[taker]]
    disclosing = logistic(x) * _carried(d, family)
    knowing = 1.0  # somebody is there who knows both services
    if not family.facilitated:
        frame = w.policy[w.posts[family.lead[taker]].team].shared_frame
        knowing = pull(hearer.role_knowledge, 1.0, frame)
    y = (
        p.understand_base
        + p.understand_richness * richness_of(d, family)
        + p.understand_knowledge * knowing
        + p.answer_tie * (tie_trust(w, tie, taker, hearer) - _NEUTRAL_TRUST)
    )
    understanding = logistic(y)
    any_understood = False
    any_told = False
    known = family.known[taker]
    received = family.received[taker]
    breached = family.breached
    left = candidates
    while left:
        fact = first_fact(left)
        left &= left - 1  # takes it out
        on_the_table = family.contact >= Channel.PHONE and family.received[taker] & (1 << fact)
        if not on_the_table:
            if uniform(family.key, Purpose.DISCLOSE, FACTS * taker + fact) >= disclosing:
                continue
            tell(family, fact, lawful)
            any_told = True
        family.disclosed[taker] += 1
        if uniform(family.key, Purpose.UNDERSTAND, FACTS * taker + fact) < understanding:
            cross(w, family, taker, fact)
            any_understood = True
        else:
            family.received[taker] |= 1 << fact
    if rarely(family.watched):
        _note_telling(w, family, giver, candidates, known, received)
    if any_understood:
        recount(family, taker)
    if any_told and not lawful:
        return breach(w, family, giver, taker, family.belief[giver], breached)
    if lawful and not (any_told or free or consents(family)):
        w.totals[w.clock[0].week, Total.OVER_CAUTION] += 1.0
    return LAWFUL


@kernel
def _note_telling(w, family, giver, candidates, known, received):
    """Note how much was told of what could be, had been received before, and was understood."""
    taker = 1 - giver
    if family.disclosed[taker] > 0:
        on_the_table = 0
        if family.contact >= Channel.PHONE:
            on_the_table = count_facts(candidates & received)
        crossed = count_facts(family.known[taker] & ~known)
        note(
            w, family, Event.DISCLOSED, giver, 0, family.disclosed[taker],
            count_facts(candidates), on_the_table, crossed,
        )  # fmt: skip
    note_learnt(w, family, taker, known, received, Source.CONTACT)


@part
def _discuss(w, family, tie):
    p = w.parameters[0]
    csw = w.practitioners[family.lead[CSW]]
    mhsw = w.practitioners[family.lead[MHSW]]
    rho = richness_of(w.derived[0], family)
    of_csw = family.belief[CSW]
    of_mhsw = family.belief[MHSW]
    by_csw = clip01(tie_trust(w, tie, CSW, csw))
    by_mhsw = clip01(tie_trust(w, tie, MHSW, mhsw))
    step_csw = p.talk_effect * rho * by_csw
    step_mhsw = p.talk_effect * rho * by_mhsw
    steps = step_csw + step_mhsw
    if steps > 1.0:  # they meet, and do not pass each other
        step_csw = step_csw / steps
        step_mhsw = step_mhsw / steps
    family.belief[CSW] += step_csw * (of_mhsw - of_csw)
    family.belief[MHSW] += step_mhsw * (of_csw - of_mhsw)
    before = family.csw_anxiety
    family.csw_anxiety = family.csw_anxiety * (1.0 - p.talk_effect * rho)
    if before - family.csw_anxiety > p.calm_noticed:
        csw.memory[Memory.CALMED] += 1.0
        note(w, family, Event.CALMED, CSW, before, family.csw_anxiety)
    if not family.talked:
        note(w, family, Event.TALKED, NO_SIDE, 0, 1)
    family.talked = True
    if family.split:
        note(w, family, Event.SETTLED, NO_SIDE, 1, 0)
    family.split = False
    # A talk in passing informs and may end in an appointment; it never is the discussion itself.
    if not family.in_passing and _settles(p, family):
        if not family.discussed:
            near = agree(p, family)
            note(w, family, Event.DISCUSSED, NO_SIDE, 0, 1, p.risk_tolerance, near)
        family.discussed = True


@part
def _settles(p, family):
    """Return whether a talk that was sought settles the risk, by the form of a joint plan."""
    if p.joint_plan == JointPlan.ANY_WANTED:
        return agree(p, family)
    return family.contact >= Channel.FACE


@part
def _carried(d, family):
    """Return the share of what would be told that this week's contact has room for."""
    return d.carry[Channel.WRITTEN] if family.in_passing else d.carry[family.contact]


@part
def _judged(w, family, s):
    """Return what the lead of service s comes to believe about the risk, if there is one."""
    p = w.parameters[0]
    post = lead_or_any(family, s)
    person = w.practitioners[post]
    habit = own_view(w, post)
    if s == CSW:
        lean = person.lean
        fear = lean * family.csw_anxiety
        lean = fear if lean > 0.0 else lean  # fear wanes as the CSW is calmed, optimism does not
        extreme = 1.0 if lean > 0.0 else 0.0
        prior = pull(p.prior_risk, extreme, abs(lean) * (1.0 - person.role_knowledge) * habit)
    else:
        prior = clip01(p.prior_risk - p.mhsw_optimism * habit)
    told = clip01(prior + p.split_gap if s == CSW else prior - p.split_gap)
    prior = told if family.split else prior  # each believes the account that was given to them
    estimate = (family.known_risk[s] + (1.0 - family.known_weight[s]) * prior) * (
        1.0 - family.improvement
    )
    return clip01(pull(family.belief[s], estimate, 1.0 - (1.0 - p.belief_rate) * habit))
