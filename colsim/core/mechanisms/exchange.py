"""Exchange: what is disclosed, what is understood of it, how beliefs about risk move (ODD 7.9).

Receiving is not understanding: both are kept. What was received is on the table
in the next talk, and may then be understood. Talking, and not writing, draws the
two beliefs together.
"""

from colsim.core.compiled import kernel, part
from colsim.core.measures import TOTAL_INDEX
from colsim.core.numerics import clip01, logistic, pull
from colsim.core.relations import (
    birth_draw,
    count_latency,
    is_paired,
    recount,
    tie_of,
    tie_trust,
    understand,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.state import FACTS

_WRITTEN = TOTAL_INDEX["written"]
_CROSSED = TOTAL_INDEX["to_csc"]
_CALMED = 19
_NOTICED_CALM = 0.02


@kernel
def exchange(w, a):
    """Let facts and beliefs pass in this week's contacts, then let all leads judge the risk."""
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        paired = is_paired(family)
        if paired and family.consent:
            for s in range(2):
                _look_up(w, family, s)
        if family.contact >= 0 and paired:
            w.totals[w.clock[0].week, _WRITTEN + family.contact] += 1.0
            tie = tie_of(w, family.lead[0], family.lead[1])
            asker = family.initiator
            _disclose(w, family, tie, 1 - asker)
            if family.mutual:
                _disclose(w, family, tie, asker)
            if family.contact >= 1:
                _discuss(w, family, tie)
            family.contacted = True
        for s in range(2):
            if family.lead[s] >= 0:
                _judge(w, family, s)


@kernel
def _look_up(w, family, s):
    """Let the lead of service s see in a shared record what the other one has noted."""
    visible = w.policy[w.posts[family.lead[s]].team].shared_record
    if visible <= 0.0:
        return
    new = family.known[1 - s] & ~family.known[s] & ~family.received[s]
    for fact in range(FACTS):
        if (
            new & (1 << fact)
            and birth_draw(w, family.origin, Purpose.RECORD_VISIBLE, fact) < visible
            and uniform(family.key, Purpose.RECORD, 16 * s + fact)
            < 1.0 / w.parameters[0].record_lag
        ):
            family.received[s] |= 1 << fact


@part
def _disclose(w, family, tie, giver):
    p = w.parameters[0]
    d = w.derived[0]
    taker = 1 - giver
    candidates = family.known[giver] & ~family.known[taker]
    if candidates == 0:
        return
    person = w.practitioners[family.lead[giver]]
    trust = tie_trust(w, tie, giver, person)
    x = (
        p.disclose_base
        + p.disclose_trust * trust
        + p.disclose_familiarity * w.tie_familiarity[tie]
        + p.disclose_confidence * person.confidence
        + p.disclose_protocol
        * w.policy[w.posts[family.lead[giver]].team].protocol_disclosure
        * trust
    )
    if family.consent:
        x = x + p.disclose_consent
    if giver == 1:
        x = x - p.disclose_alliance * person.alliance_protection
    disclosing = logistic(x) * d.carry[family.contact]
    y = (
        p.understand_base
        + p.understand_richness * d.richness[family.contact]
        + p.understand_knowledge * w.practitioners[family.lead[taker]].role_knowledge
    )
    if family.facilitated:
        y = y + p.understand_facilitated
    understanding = logistic(y)
    any_understood = False
    for fact in range(FACTS):
        if not candidates & (1 << fact):
            continue
        on_the_table = family.contact >= 1 and family.received[taker] & (1 << fact)
        if (
            not on_the_table
            and uniform(family.key, Purpose.DISCLOSE, 16 * taker + fact) >= disclosing
        ):
            continue
        family.disclosed[taker] += 1
        if uniform(family.key, Purpose.UNDERSTAND, 16 * taker + fact) < understanding:
            count_latency(w, family, taker, fact)
            understand(family, taker, fact, w.clock[0].week)
            family.understood[taker] += 1
            w.totals[w.clock[0].week, _CROSSED + taker] += 1.0
            any_understood = True
        else:
            family.received[taker] |= 1 << fact
    if any_understood:
        recount(family, taker)


@part
def _discuss(w, family, tie):
    p = w.parameters[0]
    csw = w.practitioners[family.lead[0]]
    mhsw = w.practitioners[family.lead[1]]
    rho = w.derived[0].richness[family.contact]
    power = 0.5 if family.facilitated else p.power_csw
    of_csw = family.belief[0]
    of_mhsw = family.belief[1]
    step_csw = p.belief_talk * rho * tie_trust(w, tie, 0, csw) * (1.0 - power) * 2.0
    step_mhsw = p.belief_talk * rho * tie_trust(w, tie, 1, mhsw) * power * 2.0
    steps = step_csw + step_mhsw
    if steps > 1.0:  # they meet, and do not pass each other
        step_csw = step_csw / steps
        step_mhsw = step_mhsw / steps
    family.belief[0] += step_csw * (of_mhsw - of_csw)
    family.belief[1] += step_mhsw * (of_csw - of_mhsw)
    before = family.csw_anxiety
    family.csw_anxiety = family.csw_anxiety * (1.0 - p.talk_calm * rho)
    if before - family.csw_anxiety > _NOTICED_CALM:
        csw.memory[_CALMED] += 1.0
    family.talked = True
    if family.contact >= 2 or uniform(family.key, Purpose.DISCUSS, 0) < p.phone_discusses:
        family.discussed = True


@part
def _judge(w, family, s):
    p = w.parameters[0]
    person = w.practitioners[family.lead[s]]
    if s == 0:
        lean = person.lean
        if lean > 0.0:
            lean = lean * family.csw_anxiety
        prior = clip01(p.prior_risk + p.lean_effect * lean * (1.0 - person.role_knowledge))
    else:
        prior = clip01(p.prior_risk - p.mhsw_optimism)
    estimate = (family.known_risk[s] + (1.0 - family.known_weight[s]) * prior) * (
        1.0 - family.improvement
    )
    family.belief[s] = clip01(pull(family.belief[s], estimate, p.belief_rate))
