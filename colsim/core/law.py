"""What may be told of a family, what its workers think may be told, and breaches (ODD 7.0)."""

from colsim.core.compiled import kernel, part
from colsim.core.names import MHSW, Consent, Shielding, Total
from colsim.core.rng import Purpose, uniform


@part
def consents(family):
    """Return whether the family agrees that its services share what they know."""
    return family.consent == Consent.GIVEN


@part
def is_lawful(p, family):
    """Return whether telling is lawful: the family agrees, or the child is at risk."""
    return consents(family) or family.risk >= p.lawful_threshold


@part
def is_free(w, family, s):
    """Return whether the lead of service s thinks that they may tell."""
    if consents(family):
        return True
    p = w.parameters[0]
    person = w.practitioners[family.lead[s]]
    threshold = p.lawful_threshold + p.misreading * person.caution * (1.0 - person.role_knowledge)
    if s == MHSW and p.shielding == Shielding.SHIELDS:
        threshold = threshold + p.misreading * person.alliance_protection
    return family.belief[s] >= threshold


@part
def tell(family, x, lawful):
    """Note whether fact x was told with right."""
    if lawful:
        family.breached &= ~(1 << x)
    else:
        family.breached |= 1 << x


@kernel
def breach(w, family, s, n):
    """Let service s answer for having told what it had no right to tell, if it is noticed."""
    p = w.parameters[0]
    w.totals[w.clock[0].week, Total.BREACHES] += 1.0
    if uniform(family.key, Purpose.BREACH_NOTICED, n) < p.breach_noticed:
        family.trust[s] = family.trust[s] * (1.0 - p.escalation_loss)
        family.aggrieved = True


@part
def count_exaggerated(w, family, s):
    """Count a breach by somebody who believed the child at risk."""
    if family.belief[s] >= w.parameters[0].lawful_threshold:
        w.totals[w.clock[0].week, Total.EXAGGERATED] += 1.0
