"""Small acts that several phases share: meeting, feeling, forgetting."""

from typing import TYPE_CHECKING

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import clip01, pull, updated_trust
from colsim.core.rng import Purpose as P
from colsim.plain.agents import FACTS, WRITTEN, Family, Practitioner
from colsim.plain.places import Tie

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def warm(familiarity: float, rate: float) -> float:
    return familiarity + rate * (1 - familiarity)


def tie_of(i: Practitioner, j: Practitioner) -> Tie:
    return i.post.ties[j.post.number]


def story(model: "Twin", i: Practitioner) -> float:
    """Return what of the story that i holds reaches work."""
    return model.p.story_strength * i.narrative


def reading(model: "Twin", i: Practitioner) -> float:
    """Return what of it reaches more than asking."""
    return story(model, i) if model.p.story_reach == 0 else 0.0


def trust_in_force(familiarity: float, trust: float, m: float) -> float:
    """Return how far somebody is trusted: a stranger by the story m, an acquaintance by record."""
    return familiarity * trust + (1 - familiarity) * (0.5 + m)


def tie_trust(model: "Twin", i: Practitioner, j: Practitioner) -> float:
    """Return the trust in force of practitioner i in j; it may leave 0 to 1."""
    return trust_with(i, j, reading(model, i))


def asking_trust(model: "Twin", i: Practitioner, j: Practitioner) -> float:
    """Return the same where i thinks of asking j."""
    return trust_with(i, j, story(model, i))


def trust_with(i: Practitioner, j: Practitioner, m: float) -> float:
    tie = tie_of(i, j)
    trust = tie.trust_cm if i.service == CSW else tie.trust_mc
    return trust_in_force(tie.familiarity, trust, m)


def richness_of(model: "Twin", f: Family) -> float:
    """Return the richness of this week's contact about a family."""
    return model.richness[WRITTEN if f.in_passing else f.contact]


def carry_of(model: "Twin", f: Family) -> float:
    """Return what share of what would be disclosed this week's contact carries."""
    return model.carry[WRITTEN if f.in_passing else f.contact]


def own_judgement(model: "Twin", i: Practitioner) -> float:
    """Return what supervision leaves of habit and hearsay."""
    return 1 - model.p.policy_effect * i.q.own_judgement


def image_rest(model: "Twin", i: Practitioner) -> float:
    """Return the image of themselves with the other service that people of a service rest at."""
    return model.p.image_rest_csw if i.service == CSW else 0.0


def fear(model: "Twin", f: Family, i: Practitioner) -> float:
    """Return a CSW's fear of mental illness in this case, counted from what is usual."""
    lean = i.lean if i.lean > 0 else 0.0
    return lean * f.csw_anxiety - 0.5 * model.p.fear_share * model.p.anxiety_start


def days_shared(model: "Twin", m: Practitioner) -> float:
    """Return the days of the week on which an MHSW sits in the children's office."""
    return min(m.q.shared_days, model.p.mhsw_office_days)


def urgency(model: "Twin", f: Family) -> float:
    """Return how near the deadline of the family's assessment or review is."""
    return 1 / max(1, f.cycle_start + f.cycle_length - model.t)


def is_lawful(model: "Twin", f: Family) -> bool:
    """Return whether telling is lawful: the family agrees, or the child is at risk."""
    return f.consents or f.risk >= model.p.lawful_threshold


def threshold(model: "Twin", i: Practitioner) -> float:
    """Return the risk at which i thinks that the law lets them tell."""
    p = model.p
    m = p.misreading * i.caution * (1 - i.role_knowledge)
    if i.service == MHSW and p.shielding == 1:
        m = m + p.misreading * i.alliance_protection
    return p.lawful_threshold + m * (1 - i.q.agreed_sharing)


def feels_free(model: "Twin", f: Family, v: int) -> bool:
    """Return whether the lead of v thinks that they may tell."""
    return f.consents or f.belief[v] >= threshold(model, f.led_by(v))


def note_told(f: Family, fact: int, lawful: bool) -> None:
    """Note by what right a fact was told."""
    if lawful:
        f.breached.discard(fact)
    else:
        f.breached.add(fact)


def breach(model: "Twin", f: Family, v: int, n: int) -> None:
    """Service v told what it had no right to tell; the family may notice."""
    if model.draws.U(f, P.BREACH_NOTICED, n) < model.p.breach_noticed:
        f.trust[v] = f.trust[v] * (1 - model.p.escalation_loss)
        f.aggrieved = True


def count_occasion(model: "Twin", beliefs: list[float]) -> None:
    """Count one occasion by the beliefs about the risk of those who told without right in it."""
    if beliefs:
        model.count("breaches")
    if any(belief >= model.p.lawful_threshold for belief in beliefs):
        model.count("exaggerated")


def willing(model: "Twin", f: Family, trust: float, work: float) -> bool:
    """Return whether a family agrees, with so much trust and work on its consent."""
    p = model.p
    return f.reluctance < p.consent_base + p.consent_trust * trust + p.policy_effect * work


def meet(model: "Twin", i: Practitioner, j: Practitioner) -> Tie:
    """Let two practitioners meet: strangers begin from the stories they hold."""
    tie = tie_of(i, j)
    if tie.last < 0:
        csw, mhsw = (i, j) if i.service == CSW else (j, i)
        tie.trust_cm = clip01(0.5 + reading(model, csw))
        tie.trust_mc = clip01(0.5 + reading(model, mhsw))
    tie.last = model.t
    return tie


def feel(
    model: "Twin", i: Practitioner, j: Practitioner, sign: int, weight: float, channel: int
) -> None:
    """Let practitioner i have a good (sign 1) or bad (-1) experience with j."""
    p = model.p
    tie = tie_of(i, j)
    if tie.last >= 0:
        name = "trust_cm" if i.service == CSW else "trust_mc"
        trust = updated_trust(getattr(tie, name), sign, p.trust_rate * weight, p.trust_asymmetry)
        setattr(tie, name, trust)
    rate = p.learning_rate * weight
    if sign < 0:
        rate = rate * p.trust_asymmetry
    i.narrative = pull(i.narrative, sign, clip01(rate))
    good = 1.0 if sign > 0 else 0.0
    i.confidence = pull(i.confidence, good, p.learning_rate * weight)
    if i.service == MHSW:
        i.alliance_protection = pull(i.alliance_protection, 1.0 - good, p.learning_rate * weight)
    if sign > 0:
        i.memory[channel] += 1
        i.pending_good += 1
    else:
        i.memory[4 + channel] += 1
        i.pending_bad += 1


def crosses(model: "Twin", f: Family, s: int, fact: int) -> None:
    """Let a fact from the other service come to be understood by the lead of s, and count it."""
    f.comes_to_understand(s, fact, model.t)
    f.understood[s] += 1
    if fact in f.breached:  # told without right: no success of collaboration
        return
    model.count("to_csc" if s == CSW else "to_amh")
    if model.t >= model.burn_in:
        model.latency[s][min(model.t - f.first_known[fact], 104)] += 1


def forget(model: "Twin", f: Family, s: int) -> None:
    """Take the lead of s from a family; what is documented stays, for somebody to read."""
    f.lead[s] = None
    f.appointed = f.split = False
    lose_waiting(model, f)
    held = f.known[s] | f.received[s]
    f.known[s] = set()
    f.received[s] = {
        x
        for x in FACTS
        if x in held and model.draws.U(f, P.DOCUMENTED, 16 * s + x) < model.p.documented
    }
    f.recount(s)


def lose_waiting(model: "Twin", f: Family) -> None:
    """Give up the consultations about a family that are still waited for."""
    model.count("consults_lost", sum(f.waiting))
    f.waiting = [0, 0]


def mean_narrative(members: list[Practitioner]) -> float:
    """Return the mean narrative of at least one practitioner, summed in order."""
    total = 0.0
    for member in members:
        total += member.narrative
    return total / len(members)


def met(f: Family) -> float:
    """Return the share of the last plan's targets that is met."""
    return 0.0 if f.wrong > 0 else f.achievable * f.delivery * f.engagement


PLACES = 4
"""Places that are told apart."""


def groups_of(model: "Twin", f: Family) -> list[str]:
    """Return to which of the groups that are compared a family belongs."""
    belongs = {
        "engaged": f.engagement >= model.p.engaged,
        "consenting": f.consents,
        "complex": f.complexity >= 0.5,
        f"place_{1 + PLACES * f.locality.number // len(model.places.localities)}": True,
    }
    return [name for name, inside in belongs.items() if inside]
