"""Small kernels that several mechanisms share: ties, experiences, facts (ODD 7.0).

Trust is between two people, each way, and moves by experience: bad ones weigh more than good ones
(Slovic 1993). Where there is no own experience, a story about the other service stands in for it,
as in Carpenter N. (2019) workers expect of a stranger what is told of that service. What each
knows of a family is a set of facts and not a share, so that two can know as much and not the same.
"""

import numpy as np

from colsim.core.compiled import kernel, machine, part
from colsim.core.events import NO_SIDE, Event
from colsim.core.lanes import sum_of
from colsim.core.measures import LATENCY_CAP
from colsim.core.names import (
    CSW,
    FACTS,
    GOOD,
    MHSW,
    NOBODY,
    PLACES,
    SERVICES,
    Channel,
    Consent,
    Memory,
    StoryReach,
)
from colsim.core.notes import note, note_tie, rarely
from colsim.core.numerics import (
    both,
    clip01,
    pull,
    trust_in_force,
    updated_trust,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.tie_places import spanner_tie_of as spanner_tie_of
from colsim.core.tie_places import tie_of as tie_of
from colsim.core.totals import Total

_OF_EACH = 0.5
"""Weight of the trust in each service in a family's trust in services."""
_MEAN_DRAW = 0.5
"""Mean of how far people lean to fear, of those who do."""
_COMPLEX = 0.5
"""Complexity from which on a family counts as complex: half of them do."""
_HALVINGS = FACTS.bit_length() - 1
"""How often a set of facts is halved until one is left."""
MIDDLE = 0.5
"""Where MHSWs' unwillingness to risk the alliance rests: nobody has measured it."""
NO_VIEW = 0.5
"""Trust between strangers about whom no story is held."""


@machine(plainly=lambda facts: int(facts).bit_count())
def count_facts(typing_context, facts):
    """Return how many facts a set of facts holds: the processor's own count of bits."""
    from numba import types

    def generate(context, builder, signature, arguments):
        wide = context.cast(builder, arguments[0], signature.args[0], types.int64)
        return builder.ctpop(wide)

    return types.int64(facts), generate


@part
def first_fact(facts):
    """Return the first fact of a set that holds some."""
    return count_facts((facts & -facts) - 1)  # those before it


@part
def nth_fact(facts, n):
    """Return the n-th (from 0) fact of a set, in order.

    The half that it lies in, the half of that, and so on: no branch that hangs on chance.
    """
    fact = 0
    for k in range(_HALVINGS):
        half = FACTS >> (k + 1)
        below = count_facts(facts & ((1 << half) - 1))
        beyond = int(n >= below)
        n -= below * beyond
        facts >>= half * beyond
        fact += half * beyond
    return fact


@part
def weight_of(family, facts):
    """Return the summed weight of a set of facts."""
    return sum_of(family.weight, facts)


@part
def recount(family, s):
    """Bring the known weight and the known risk of service s up to date."""
    family.known_weight[s] = weight_of(family, family.known[s])
    family.known_risk[s] = weight_of(family, family.known[s] & family.adverse)


@part
def understand(family, s, x, week):
    """Let the lead of service s understand fact x."""
    family.known[s] |= 1 << x
    family.received[s] &= ~(1 << x)
    if family.first_known[x] < 0:
        family.first_known[x] = week


@part
def find_out(family, s, x, week):
    """Let the lead of service s understand fact x from the family itself."""
    understand(family, s, x, week)
    family.breached &= ~(1 << x)


@part
def lose_waiting(w, family):
    """Let consultations that are still waited for come to nothing."""
    for s in range(SERVICES):
        if family.waiting[s]:
            family.waiting[s] = False
            note(w, family, Event.NOT_CONSULTED, s, 1, 0)
            w.totals[w.clock[0].week, Total.CONSULTS_LOST] += 1.0


@kernel
def forget(w, family, s):
    """Take the lead of service s away, and with them every fact that is not documented.

    A successor has the file and has not read the case: what is documented is received.
    """
    p = w.parameters[0]
    family.appointed = False
    if family.split:
        family.split = False
        note(w, family, Event.SETTLED, NO_SIDE, 1, 0)
    lose_waiting(w, family)
    known = family.known[s]
    received = family.received[s]
    documented = 0
    for fact in range(FACTS):  # drawn for all: no branch for each that hangs on chance
        u = uniform(family.key, Purpose.DOCUMENTED, FACTS * s + fact)
        documented |= int(u < p.documented) << fact
    family.known[s] = 0
    family.received[s] = (known | received) & documented
    recount(family, s)
    if known:
        note(w, family, Event.FORGOT, s, known, 0, family.received[s])
    if family.received[s] != received:
        note(w, family, Event.FILED, s, received, family.received[s], known)
    family.lead[s] = NOBODY


@part
def cross(w, family, s, x):
    """Let the lead of service s understand fact x, which came from the other side."""
    week = w.clock[0].week
    if not family.breached & (1 << x):  # what was told without right is no success
        w.totals[week, Total.TO_CSC + s] += 1.0
        if week >= w.clock[0].burn_in:
            w.latency[s, min(week - family.first_known[x], LATENCY_CAP)] += 1
    understand(family, s, x, week)
    family.understood[s] += 1


@part
def urgency(family, week):
    """Return how near the deadline of the family's assessment or review is."""
    return 1.0 / max(1, family.cycle_start + family.cycle_length - week)


@part
def richness_of(d, family):
    """Return the richness of this week's contact."""
    return d.richness[Channel.WRITTEN] if family.in_passing else d.richness[family.contact]


@part
def is_paired(family):
    """Return whether both services are open and both leads are there."""
    both_open = family.open[CSW] & family.open[MHSW]
    return both(both_open != 0, (family.lead[CSW] | family.lead[MHSW]) >= 0)


@part
def lead_or_any(family, s):
    """Return the post that leads in service s; where none does, any, to be looked into in vain.

    To look and leave out what was found costs less than a branch that no processor can foresee.
    """
    return max(family.lead[s], 0)


@part
def share_met(family):
    """Return the share of a plan's targets that is met: none, where it rests on an error."""
    return family.achievable * family.delivery * family.engagement * (family.wrong <= 0.0)


@part
def groups(p, family):
    """Return whether a family engages, consents, and has complex needs: groups to compare."""
    return (
        family.engagement >= p.engaged,
        family.consent == Consent.GIVEN,
        family.complexity >= _COMPLEX,
    )


@part
def place_of(w, family):
    """Return the number of a family's place, from 0: neighbours are taken together beyond four."""
    return int(np.uint64(family.locality * PLACES) // np.uint64(w.localities.shape[0]))


@part
def agree(p, family):
    """Return whether the two leads hold about the same belief about the risk."""
    return abs(family.belief[CSW] - family.belief[MHSW]) <= p.risk_tolerance


@part
def trust_in_services(family):
    """Return a family's trust in services: the mean of its trust in each."""
    return _OF_EACH * family.trust[CSW] + _OF_EACH * family.trust[MHSW]


@part
def story_in_force(p, person):
    """Return what of a person's story about the other service reaches work."""
    return p.story_strength * person.narrative


@part
def reading(p, person):
    """Return what of it reaches more than asking: reading, disclosing, explaining, accepting."""
    return story_in_force(p, person) if p.story_reach == StoryReach.WHOLE else 0.0


@part
def tie_trust(w, tie, service, person):
    """Return the trust in force of a person of `service` in the other end of the tie."""
    own = w.tie_trust_cm[tie] if service == CSW else w.tie_trust_mc[tie]
    return trust_in_force(w.tie_familiarity[tie], own, reading(w.parameters[0], person))


@part
def asking_trust(w, tie, service, person):
    """Return the trust with which a person of `service` thinks of asking the other end."""
    own = w.tie_trust_cm[tie] if service == CSW else w.tie_trust_mc[tie]
    return trust_in_force(w.tie_familiarity[tie], own, story_in_force(w.parameters[0], person))


@part
def shared_days(w, team):
    """Return the days a week on which a team's MHSWs sit in the children's office."""
    return min(w.policy[team].shared_days, w.parameters[0].mhsw_office_days)


@part
def image_rest(p, service):
    """Return how people of a service think they are seen when nothing tells them otherwise."""
    return p.image_rest_csw if service == CSW else 0.0


@part
def fear(p, person, family):
    """Return a CSW's fear of mental illness in this case, counted from what is usual."""
    usual = _MEAN_DRAW * p.fear_share * p.anxiety_start
    return max(0.0, person.lean) * family.csw_anxiety - usual


@part
def own_view(w, post):
    """Return what reflective supervision leaves of habit and hearsay: 1 without any."""
    return 1.0 - w.parameters[0].policy_effect * w.policy[w.posts[post].team].own_judgement


@part
def spend(w, person, hours, kind):
    """Let a person use hours of this week's budget, and count them by what they were for."""
    person.budget -= hours
    take(w, person, hours, kind)


@part
def take(w, person, hours, kind):
    """Take hours from a person's week before there is a budget, and count them likewise."""
    person.spent += hours
    w.totals[w.clock[0].week, kind] += hours


@part
def take_course(p, person, confidence, knowledge):
    """Let a person gain parts of a course's confidence and knowledge; of the latter they may lose.

    In courses on this topic confidence rose and knowledge scores fell (Carpenter et al. 2011).
    """
    person.confidence = pull(person.confidence, 1.0, p.training_confidence_gain * confidence)
    gain = p.training_knowledge_gain * knowledge * (1.0 - person.role_knowledge)
    person.role_knowledge = clip01(person.role_knowledge + gain)


@part
def meet(w, tie, csw, mhsw):
    """Let a tie come into being if the two are strangers, and note the week."""
    strangers = w.tie_last[tie] < 0
    if strangers:
        w.tie_trust_cm[tie] = clip01(NO_VIEW + reading(w.parameters[0], csw))
        w.tie_trust_mc[tie] = clip01(NO_VIEW + reading(w.parameters[0], mhsw))
    w.tie_last[tie] = w.clock[0].week
    if strangers:
        note_tie(w, tie, Event.MET, 0, 1)


@part
def warm(familiarity, rate):
    """Return familiarity after a step of `rate` towards 1."""
    return familiarity + rate * (1.0 - familiarity)


@part
def feel(w, tie, service, person, sign, weight, channel):
    """Let a person of `service` have an experience, `GOOD` or `BAD`, over a tie."""
    p = w.parameters[0]
    if w.tie_last[tie] >= 0:
        rate = p.trust_rate * weight
        if service == CSW:
            w.tie_trust_cm[tie] = updated_trust(w.tie_trust_cm[tie], sign, rate, p.trust_asymmetry)
        else:
            w.tie_trust_mc[tie] = updated_trust(w.tie_trust_mc[tie], sign, rate, p.trust_asymmetry)
    rate = p.learning_rate * weight
    if sign < 0.0:  # bad weighs more, in the story as in trust
        rate = rate * p.trust_asymmetry
    person.narrative = pull(person.narrative, sign, clip01(rate))
    good = 1.0 if sign > 0.0 else 0.0
    person.confidence = pull(person.confidence, good, p.learning_rate * weight)
    if service == MHSW:
        person.alliance_protection = pull(
            person.alliance_protection, 1.0 - good, p.learning_rate * weight
        )
    if sign > 0.0:
        person.memory[Memory.GOOD_WRITTEN + channel] += 1.0
        person.pending_good += 1
    else:
        person.memory[Memory.BAD_WRITTEN + channel] += 1.0
        person.pending_bad += 1


@part
def know_spanner(w, tie, rho):
    """Let somebody know and trust a spanner better, as they would any colleague."""
    p = w.parameters[0]
    w.spanner_familiarity[tie] = warm(w.spanner_familiarity[tie], p.familiarity_rate * rho)
    w.spanner_trust[tie] = updated_trust(
        w.spanner_trust[tie], GOOD, p.trust_rate * rho, p.trust_asymmetry
    )


@part
def calm(w, family, rho):
    """Let a conversation take some of the CSW's anxiety about a case."""
    before = family.csw_anxiety
    family.csw_anxiety = family.csw_anxiety * (1.0 - w.parameters[0].talk_effect * rho)
    note(w, family, Event.CALMED, CSW, before, family.csw_anxiety)


@part
def feel_about(w, family, tie, service, sign, channel, rho, cause):
    """Let the lead of `service` have an experience over a family, and note what it moves."""
    person = w.practitioners[family.lead[service]]
    trust = w.tie_trust_cm[tie] if service == CSW else w.tie_trust_mc[tie]
    story = person.narrative
    feel(w, tie, service, person, sign, rho, channel)
    if rarely(family.watched):
        moved = w.tie_trust_cm[tie] if service == CSW else w.tie_trust_mc[tie]
        note(w, family, Event.FELT, service, trust, moved, cause, story, person.narrative)
