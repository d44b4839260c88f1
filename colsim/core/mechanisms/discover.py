"""Discovery: each worker finds facts, mostly on their own side, as trust allows (ODD 7.5).

After Carpenter N. (2019): families fear children's services, so what they show a worker hangs on
their trust in that service; with little trust they tell their two workers different stories
("splitting"). A quarter of practitioners in adult mental health do not routinely ask about
children (Dunn et al. 2021), hence a small chance for the other side's facts. One draw decides
for both sides, so that a fact of one's own side never costs one of the other's.
"""

from colsim.core.compiled import kernel
from colsim.core.names import ALL_FACTS, CHILD_FACTS, CSW, PARENT_FACTS, SERVICES, SIDE_FACTS
from colsim.core.relations import count_facts, nth_fact, recount, understand
from colsim.core.rng import Purpose, uniform

_SEEN_WITHOUT_TRUST = 0.3
"""Share of the rate of discovery that is left to a worker whom the family does not trust."""
_SEEN_THROUGH_TRUST = 0.7
"""Share that hangs on trust: the two add to 1."""


@kernel
def discover(w, a):
    """Let the leads of all active families discover facts."""
    p = w.parameters[0]
    week = w.clock[0].week
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        for s in range(SERVICES):
            if family.lead[s] < 0:
                continue
            trust = family.trust[s]
            own_side = CHILD_FACTS if s == CSW else PARENT_FACTS
            hidden_own = own_side & ~family.known[s]
            hidden_other = (ALL_FACTS ^ own_side) & ~family.known[s]
            own = count_facts(hidden_own)
            other = count_facts(hidden_other)
            effort = w.practitioners[family.lead[s]].effort
            shown = _SEEN_WITHOUT_TRUST + _SEEN_THROUGH_TRUST * trust
            x = p.discover_rate * shown * effort * (own / SIDE_FACTS)
            y = x + p.cross_discovery * trust * (other / SIDE_FACTS)
            u = uniform(family.key, Purpose.DISCOVER, s)
            if u < x:
                which = uniform(family.key, Purpose.DISCOVER_WHICH, s)
                understand(family, s, nth_fact(hidden_own, int(which * own)), week)
                recount(family, s)
            elif u < y:
                which = uniform(family.key, Purpose.DISCOVER_WHICH, s)
                fact = nth_fact(hidden_other, int(which * other))
                told_other = family.known[1 - s] & (1 << fact)
                if not told_other or uniform(family.key, Purpose.SPLIT, s) < trust:
                    understand(family, s, fact, week)
                    recount(family, s)
