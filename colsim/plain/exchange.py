"""7.9 Exchange: what is told, understood and judged."""

from typing import TYPE_CHECKING

from colsim.core.layout import CSW
from colsim.core.numerics import clip01, logistic, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import (
    CALMED,
    FACE,
    FACTS,
    PHONE,
    Family,
)
from colsim.plain.places import Authority
from colsim.plain.practice import (
    breach,
    carry_of,
    count_occasion,
    crosses,
    feels_free,
    is_lawful,
    note_told,
    own_judgement,
    richness_of,
    tie_of,
    tie_trust,
)

if TYPE_CHECKING:
    from colsim.plain.model import Twin

CHANNELS = ("written", "phone", "face", "meeting")


def exchange(model: "Twin", authority: Authority) -> None:
    for f in authority.active:
        if f.is_paired and f.consents:
            for s in (0, 1):
                read_shared_record(model, f, s)
        if f.is_paired and f.contact >= 0:
            model.count(CHANNELS[f.contact])
            beliefs = disclose(model, f, taker=f.initiator)
            if f.mutual:
                beliefs += disclose(model, f, taker=1 - f.initiator)
            count_occasion(model, beliefs)
            if f.contact >= PHONE:
                discuss(model, f)
            f.contacted = True
        for s in (0, 1):
            if f.lead[s] is not None:
                judge(model, f, s)


def read_shared_record(model: "Twin", f: Family, s: int) -> None:
    """The lead of s sees what the other lead has understood, if it is visible, after a while."""
    draws = model.draws
    v = f.led_by(s).q.shared_record
    if not v > 0:
        return
    for x in FACTS:
        if x not in f.known[1 - s] or x in f.known[s] or x in f.received[s]:
            continue
        visible = draws.B(f, P.RECORD_VISIBLE, x) < v
        if visible and draws.U(f, P.RECORD, 16 * s + x) < 1 / model.p.record_lag:
            f.received[s].add(x)


def disclose(model: "Twin", f: Family, taker: int) -> list[float]:
    """Facts go from the lead of one service to the taker, the lead of the other.

    Return the giver's belief about the risk, if they told what they had no right to tell.
    """
    p, U = model.p, model.draws.U
    s, v = taker, 1 - taker
    g, h = f.led_by(v), f.led_by(s)
    trust = tie_trust(model, g, h)
    x = p.disclose_base + p.disclose_tie * (
        trust * (1 + g.q.protocol_disclosure) + tie_of(g, h).familiarity
    )
    free, lawful = feels_free(model, f, v), is_lawful(model, f)
    if not free:  # who thinks that they may not tell mostly does not
        x = x - p.disclose_barred
    d = logistic(x) * carry_of(model, f)
    known = 1.0 if f.facilitated else pull(h.role_knowledge, 1, h.q.shared_frame)
    y = (
        p.understand_base
        + p.understand_richness * richness_of(model, f)
        + p.understand_knowledge * known
        + p.answer_tie * (tie_trust(model, h, g) - 0.5)
    )
    m = logistic(y)
    crossed = told = asked = False
    for x in FACTS:
        if x not in f.known[v] or x in f.known[s]:
            continue
        asked = True
        on_the_table = f.contact >= PHONE and x in f.received[s]
        if on_the_table or U(f, P.DISCLOSE, 16 * s + x) < d:
            if not on_the_table:
                note_told(f, x, lawful)
                told = True
            f.disclosed[s] += 1
            if U(f, P.UNDERSTAND, 16 * s + x) < m:
                crosses(model, f, s, x)
                crossed = True
            else:
                f.received[s].add(x)
    if crossed:
        f.recount(s)
    if told and not lawful:
        breach(model, f, v, s)
        return [f.belief[v]]
    if asked and not told and lawful and not free:
        model.count("over_caution")
    return []


def discuss(model: "Twin", f: Family) -> None:
    p = model.p
    i, j = f.leads
    rho = richness_of(model, f)
    old = list(f.belief)
    step_0 = p.talk_effect * rho * clip01(tie_trust(model, i, j))
    step_1 = p.talk_effect * rho * clip01(tie_trust(model, j, i))
    both = step_0 + step_1
    if both > 1:  # they meet and do not pass each other
        step_0 = step_0 / both
        step_1 = step_1 / both
    f.belief[0] += step_0 * (old[1] - old[0])
    f.belief[1] += step_1 * (old[0] - old[1])
    before = f.csw_anxiety
    f.csw_anxiety = f.csw_anxiety * (1 - p.talk_effect * rho)
    if before - f.csw_anxiety > p.calm_noticed:
        i.memory[CALMED] += 1
    f.talked = True
    f.split = False
    if settles(model, f):
        f.discussed = True


def settles(model: "Twin", f: Family) -> bool:
    """Return whether this week's talk is a discussion of the risk."""
    p = model.p
    if f.in_passing:
        return False
    if p.joint_plan == 0:
        return f.contact >= FACE
    return abs(f.belief[0] - f.belief[1]) <= p.risk_tolerance


def judge(model: "Twin", f: Family, s: int) -> None:
    """The lead's belief about risk moves towards what the understood facts say."""
    p = model.p
    own = own_judgement(model, f.led_by(s))
    if s == CSW:
        i = f.led_by(CSW)
        lean = i.lean
        if lean > 0:
            lean = lean * f.csw_anxiety
        prior = pull(p.prior_risk, 1 if lean > 0 else 0, abs(lean) * (1 - i.role_knowledge) * own)
    else:
        prior = clip01(p.prior_risk - p.mhsw_optimism * own)
    if f.split:  # each believes the account that was given to them
        prior = clip01(prior + p.split_gap if s == CSW else prior - p.split_gap)
    estimate = (f.known_risk[s] + (1 - f.known_weight[s]) * prior) * (1 - f.improvement)
    f.belief[s] = clip01(pull(f.belief[s], estimate, 1 - (1 - p.belief_rate) * own))
