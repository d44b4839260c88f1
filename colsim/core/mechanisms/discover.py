"""Discovery: each worker finds facts, mostly on their own side, as trust allows (ODD 7.5).

With little trust a family tells its two workers different stories ("splitting").
"""

from colsim.core.compiled import kernel
from colsim.core.relations import (
    ALL_FACTS,
    CHILD_FACTS,
    PARENT_FACTS,
    count_facts,
    nth_fact,
    recount,
    understand,
)
from colsim.core.rng import Purpose, uniform


@kernel
def discover(w, a):
    """Let the leads of all active families discover facts."""
    p = w.parameters[0]
    week = w.clock[0].week
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        for s in range(2):
            if family.lead[s] < 0:
                continue
            trust = family.trust[s]
            own_side = CHILD_FACTS if s == 0 else PARENT_FACTS
            hidden_own = own_side & ~family.known[s]
            hidden_other = (ALL_FACTS ^ own_side) & ~family.known[s]
            own = count_facts(hidden_own)
            other = count_facts(hidden_other)
            effort = w.practitioners[family.lead[s]].effort
            x = p.discover_rate * (0.3 + 0.7 * trust) * effort * (own / 8)
            y = x + p.cross_discovery * trust * (other / 8)
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
