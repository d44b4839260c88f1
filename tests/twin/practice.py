"""Small acts that several phases share: meeting, feeling, forgetting."""

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import clip01, pull, trust_in_force, updated_trust
from tests.twin.agents import FACTS, Family, Practitioner
from tests.twin.draws import PURPOSES as P
from tests.twin.places import Tie


def warm(familiarity: float, rate: float) -> float:
    return familiarity + rate * (1 - familiarity)


def tie_of(i: Practitioner, j: Practitioner) -> Tie:
    return i.post.ties[j.post.number]


def tie_trust(i: Practitioner, j: Practitioner) -> float:
    """Return the trust in force of practitioner i in j."""
    tie = tie_of(i, j)
    trust = tie.trust_cm if i.service == CSW else tie.trust_mc
    return trust_in_force(tie.familiarity, trust, i.narrative)


def meet(i: Practitioner, j: Practitioner, t: int) -> Tie:
    """Let two practitioners meet: strangers begin from the stories they hold."""
    tie = tie_of(i, j)
    if tie.last < 0:
        csw, mhsw = (i, j) if i.service == CSW else (j, i)
        tie.trust_cm = (1 + csw.narrative) * 0.5
        tie.trust_mc = (1 + mhsw.narrative) * 0.5
    tie.last = t
    return tie


def feel(model, i: Practitioner, j: Practitioner, sign: int, weight: float, channel: int) -> None:
    """Let practitioner i have a good (sign 1) or bad (-1) experience with j."""
    p = model.p
    tie = tie_of(i, j)
    if tie.last >= 0:
        name = "trust_cm" if i.service == CSW else "trust_mc"
        trust = updated_trust(
            getattr(tie, name),
            i.narrative,
            sign,
            p.trust_rate * weight,
            p.trust_asymmetry,
            p.congruence,
        )
        setattr(tie, name, trust)
    rate = p.narrative_own * weight
    if sign < 0:
        rate = rate * p.trust_asymmetry
    i.narrative = pull(i.narrative, sign, clip01(rate))
    good = 1.0 if sign > 0 else 0.0
    i.confidence = pull(i.confidence, good, p.confidence_contact * weight)
    if i.service == MHSW:
        i.alliance_protection = pull(i.alliance_protection, 1.0 - good, p.alliance_rate * weight)
    if sign > 0:
        i.memory[channel] += 1
        i.pending_good += 1
    else:
        i.memory[4 + channel] += 1
        i.pending_bad += 1


def crosses(model, f: Family, s: int, fact: int) -> None:
    """Let a fact from the other service come to be understood by the lead of s, and count it."""
    f.comes_to_understand(s, fact, model.t)
    f.understood[s] += 1
    model.count("to_csc" if s == CSW else "to_amh")
    if model.t >= model.burn_in:
        model.latency[s][min(model.t - f.first_known[fact], 104)] += 1


def forget(model, f: Family, s: int) -> None:
    """Take the lead of s from a family; only what is documented stays."""
    f.lead[s] = None
    for x in FACTS:
        if x in f.known[s] or x in f.received[s]:
            stays = model.draws.U(f, P["DOCUMENTED"], 16 * s + x) < model.p.documented
            if not stays:
                f.known[s].discard(x)
                f.received[s].discard(x)
    f.recount(s)


def mean_narrative(members: list[Practitioner]) -> float:
    """Return the mean narrative of at least one practitioner, summed in order."""
    total = 0.0
    for member in members:
        total += member.narrative
    return total / len(members)
