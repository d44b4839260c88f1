"""What may be told of a family, what its workers think may be told, and breaches (ODD 7.0).

Working Together (2018) lets a child at risk of significant harm go before confidentiality and
gives no number; in Carpenter N. (2019) the same rules are read in different ways, and CSWs say
that MHSWs hide behind them. So what is lawful hangs on consent and on the true risk, what a worker
thinks lawful on their own belief and on how far they misread the threshold, less so with knowledge
of the other service; whether an MHSW shields the client on purpose is a form, as the two sides
disagree. Each telling is counted with or without right, whoever notices. Sizes are judgement.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import Event
from colsim.core.names import MHSW, SERVICES, Channel, Consent, Shielding
from colsim.core.notes import note
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total

LAWFUL, BREACH, ON_BELIEF = 0, 1, 3
"""What telling was: with right; without; without, by who believed the child at risk (as bits)."""
_AS_LONG_AGAIN = 1.0
"""Share of the hours of asking that explaining in full adds."""


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
    misread = p.misreading * person.caution * (1.0 - person.role_knowledge)
    if s == MHSW and p.shielding == Shielding.SHIELDS:
        misread = misread + p.misreading * person.alliance_protection
    agreed = w.policy[w.posts[family.lead[s]].team].agreed_sharing
    return family.belief[s] >= p.lawful_threshold + misread * (1.0 - agreed)


@part
def is_willing(p, family, trust, work):
    """Return whether a family agrees, with so much trust and so much work on its consent."""
    return family.reluctance < p.consent_base + p.consent_trust * trust + p.policy_effect * work


@part
def consent_work(w, family):
    """Return how far those who lead a family's case keep its consent up: the one who does most."""
    most = 0.0
    for s in range(SERVICES):
        work = w.policy[w.posts[max(family.lead[s], 0)].team].consent_work
        most = max(most, work * (family.lead[s] >= 0))
    return most


@part
def asking_hours(w, work):
    """Return the hours of asking a family for its consent, explained as far as `work` says."""
    return w.derived[0].hours[Channel.PHONE] * (_AS_LONG_AGAIN + work)


@part
def tell(family, x, lawful):
    """Note whether fact x was told with right."""
    if lawful:
        family.breached &= ~(1 << x)
    else:
        family.breached |= 1 << x


@kernel
def breach(w, family, s, n, belief, before):
    """Let service s answer for having told what it had no right to tell, if it is noticed.

    `before` is what had been told without right before. Return what telling it was, by the belief
    about the risk of whoever told.
    """
    p = w.parameters[0]
    note(w, family, Event.BREACHED, s, before, family.breached)
    if uniform(family.key, Purpose.BREACH_NOTICED, n) < p.breach_noticed:
        trust = family.trust[s]
        family.trust[s] = family.trust[s] * (1.0 - p.escalation_loss)
        family.aggrieved = True
        note(w, family, Event.NOTICED, s, trust, family.trust[s])
    return ON_BELIEF if belief >= p.lawful_threshold else BREACH


@part
def count_occasion(w, telling):
    """Count one occasion, by what the telling in it was: a breach however much was told, by whom.

    An occasion is one contact, one consultation, one look into another service's records.
    """
    if telling != LAWFUL:
        totals = w.totals[w.clock[0].week]
        totals[Total.BREACHES] += 1.0
        if telling == ON_BELIEF:
            totals[Total.EXAGGERATED] += 1.0
