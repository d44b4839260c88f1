"""Steps that several phases share: meeting, experience, entering a post, change of lead."""

from colsim.core.numerics import around, clip, clip01, pull, updated_trust
from colsim.core.rng import Purpose
from tests.plain.agents import BS, CSW, FACTS, MHSW, NEVER_TOLD
from tests.plain.draws import derive


def warm(familiarity, rate):
    """Return familiarity after a meeting."""
    return familiarity + rate * (1 - familiarity)


def tie_between(model, a, b):
    """Return the tie of a CSW and an MHSW, given in either order."""
    csw, mhsw = (a, b) if a.service == CSW else (b, a)
    return model.authorities[a.authority].tie(csw, mhsw)


def tie_trust(model, a, b):
    """Return the trust in force of a in b."""
    return tie_between(model, a, b).trust_of(a)


def meet(model, a, b):
    """Let a CSW and an MHSW meet; return their tie."""
    csw, mhsw = (a, b) if a.service == CSW else (b, a)
    tie = model.authorities[a.authority].tie(csw, mhsw)
    tie.meet(csw, mhsw, model.week)
    return tie


def feel(model, i, j, sign, weight, channel):
    """Let i have an experience with j (7.0)."""
    p = model.p
    tie = tie_between(model, i, j)
    if tie.last >= 0:
        tie.trust[i.service] = updated_trust(
            tie.trust[i.service],
            i.narrative,
            sign,
            p.trust_rate * weight,
            p.trust_asymmetry,
            p.congruence,
        )
    rate = p.narrative_own * weight
    if sign < 0:
        rate = rate * p.trust_asymmetry
    i.narrative = pull(i.narrative, sign, clip01(rate))
    i.confidence = pull(i.confidence, 1 if sign > 0 else 0, p.confidence_contact * weight)
    if i.service == MHSW:
        i.alliance_protection = pull(
            i.alliance_protection, 0 if sign > 0 else 1, p.alliance_rate * weight
        )
    if sign > 0:
        i.memory[channel] += 1
        i.pending_good += 1
    else:
        i.memory[4 + channel] += 1
        i.pending_bad += 1


def enter(model, post, narrative=None):
    """Let a new person enter the post (7.1); without `narrative` it is that of week 0."""
    p = model.p
    post.origin = derive(post.post_origin, post.succession)

    def life(purpose):
        return model.draws.B(post.origin, purpose)

    post.filled = True
    post.role_knowledge = around(p.knowledge_start, p.spread, life(Purpose.KNOWLEDGE))
    post.confidence = around(p.confidence_start, p.spread, life(Purpose.CONFIDENCE))
    post.orientation = around(p.orientation_rest, p.spread, life(Purpose.ORIENTATION))
    post.stance = around(p.stance_rest, p.spread, life(Purpose.STANCE))
    post.alliance_protection = around(p.alliance_rest, p.spread, life(Purpose.ALLIANCE))
    post.belonging = around(p.belonging_rest, p.spread, life(Purpose.BELONGING))
    post.wellbeing = around(p.wellbeing_rest, p.spread, life(Purpose.WELLBEING))
    post.perceived_image = p.image_rest_csw if post.service == CSW else p.image_rest_mhsw
    lean = life(Purpose.LEAN)
    post.lean = lean if life(Purpose.LEAN_SIGN) < p.fear_share else -lean
    if narrative is None:
        u = life(Purpose.NARRATIVE)
        narrative = clip(p.narrative_start + 0.2 * (2 * u - 1), -1, 1)
    post.narrative = narrative
    post.tenure = 0
    post.memory = [0.0] * 24
    post.pending_good = post.pending_bad = 0
    post.spent = 0.0
    post.told_bad = post.told_good = NEVER_TOLD
    post.pressure = 1.0
    post.background = 0.0
    post.budget = 0.0
    if post.service == BS:
        post.role_knowledge = p.spanner_knowledge
        post.confidence = p.spanner_knowledge


def forget(model, f, s):
    """Let service s of family f lose its lead, and what was not written down (7.13)."""
    f.lead[s] = None
    for held in (f.known[s], f.received[s]):
        for x in FACTS:
            if x in held:
                u = model.draws.U(f.origin, Purpose.DOCUMENTED, 16 * s + x)
                if not u < model.p.documented:
                    held.discard(x)
    f.recount(s)


def cross(model, f, s, x):
    """Let fact x cross over: the lead of s understands it, and it is counted (7.9, 7.14)."""
    f.understand(s, x)
    f.understood[s] += 1
    model.count("to_csc" if s == CSW else "to_amh")
    if f.first_known[x] < 0:
        f.first_known[x] = model.week
    if model.week >= model.burn_in:
        model.latency[s][min(model.week - f.first_known[x], 104)] += 1


def spend(who, hours):
    """Take hours of collaboration from this week's budget."""
    who.budget -= hours
    who.spent += hours
