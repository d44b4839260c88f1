"""Advice: who asks a colleague of the other service that they know, and not the lead (ODD 7.7).

After Carpenter N. (2019), whose interviewees ring up those whom they know. The colleague knows
nothing of the family and is told nothing: what they give is what their own service means by what
stands in the file, and calm. Such a call takes the place of contact with the lead, so that it
helps to understand and keeps no plan together. All sizes are those of any call.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import Event, Source
from colsim.core.names import CSW, FACTS, GOOD, MHSW, NOBODY, Channel, Memory
from colsim.core.notes import note, note_learnt
from colsim.core.numerics import logistic, pull
from colsim.core.relations import (
    calm,
    cross,
    feel,
    meet,
    recount,
    spend,
    tie_of,
    tie_trust,
    warm,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total

_NEUTRAL_TRUST = 0.5
"""Trust that neither adds to what is taken in nor takes from it."""


@kernel
def asks_another(w, family, s):
    """Return whether the lead of service s asks somebody else for advice, and let them."""
    p = w.parameters[0]
    post = family.lead[s]
    tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
    u = uniform(family.key, Purpose.ASK_KNOWN, 0)
    if u >= p.ask_known:  # nobody is closer by more than all there is: spares the search
        return False
    k = _best_known(w, family, s)
    if k == NOBODY:
        return False
    known = tie_between(w, post, k, s)
    closer = w.tie_familiarity[known] - w.tie_familiarity[tie]
    if closer <= 0.0 or u >= p.ask_known * closer:
        return False
    asker = w.practitioners[post]
    other = w.practitioners[k]
    cost = w.derived[0].hours[Channel.PHONE]
    if cost > asker.budget or cost > other.budget:
        return False
    spend(w, asker, cost, Total.HOURS_CONTACT)
    spend(w, other, cost, Total.HOURS_CONTACT)
    w.totals[w.clock[0].week, Total.ADVICE] += 1.0
    calls = asker.memory[Memory.GOOD_PHONE]
    note(w, family, Event.ADVISED, s, calls, calls + 1.0, k)
    _advise(w, family, s, known, asker, other)
    return True


@part
def tie_between(w, post, other, s):
    """Return the place of the tie of a post of service s and one of the other service."""
    return tie_of(w, post, other) if s == CSW else tie_of(w, other, post)


@part
def _best_known(w, family, s):
    """Return the post of the other service that the lead knows best, the other lead aside."""
    place = w.localities[family.locality]
    best = NOBODY
    most = 0.0
    first = place.first_post[1 - s]
    tie = tie_between(w, family.lead[s], first, s)
    # Ties of a CSW stand in a row, those of an MHSW each a row further.
    step = 1 if s == CSW else w.authorities[place.authority].posts[MHSW]
    for k in range(first, first + place.posts[1 - s]):
        if k == family.lead[1 - s] or not w.practitioners[k].filled:
            continue
        familiarity = w.tie_familiarity[tie + (k - first) * step]
        if best == NOBODY or familiarity > most:
            best = k
            most = familiarity
    return best


@part
def _advise(w, family, s, tie, asker, other):
    """Let a call explain what was received, and calm."""
    p = w.parameters[0]
    rho = w.derived[0].richness[Channel.PHONE]
    if s == CSW:
        meet(w, tie, asker, other)
    else:
        meet(w, tie, other, asker)
    w.tie_familiarity[tie] = warm(w.tie_familiarity[tie], p.familiarity_rate * rho)
    clear = logistic(
        p.understand_base
        + p.understand_richness * rho
        + p.understand_knowledge * asker.role_knowledge
        + p.answer_tie * (tie_trust(w, tie, s, asker) - _NEUTRAL_TRUST)
    )
    understood = family.known[s]
    received = family.received[s]
    for fact in range(FACTS):
        if received & (1 << fact) and (
            uniform(family.key, Purpose.ADVICE, FACTS * s + fact) < clear
        ):
            cross(w, family, s, fact)
    if family.understood[s] > 0:
        recount(family, s)
    asker.role_knowledge = pull(asker.role_knowledge, 1.0, p.learning_rate * rho)
    if s == CSW:
        calm(w, family, rho)
    note_learnt(w, family, s, understood, received, Source.ADVICE)
    feel(w, tie, s, asker, GOOD, rho, Channel.PHONE)
