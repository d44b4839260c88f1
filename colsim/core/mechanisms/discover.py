"""Discovery: each worker finds facts, mostly on their own side, as the family trusts them (ODD 7.5).

With little trust a family tells its two workers different stories ("splitting").
"""

from colsim.core.compiled import kernel
from colsim.core.relations import (
    ALL_FACTS,
    CHILD_FACTS,
    PARENT_FACTS,
    count_facts,
    in_work,
    nth_fact,
    recount,
    understand,
)
from colsim.core.rng import Purpose, uniform


@kernel
def discover(w):
    """Let the leads of all active families discover facts."""
    p = w.parameters[0]
    week = w.clock[0].week
    for n in range(w.clock[0].active):
        family = w.families[w.active[n]]
        if not in_work(family):
            continue
        for s in range(2):
            if family.lead[s] < 0:
                continue
            trust = family.trust[s]
            own_side = CHILD_FACTS if s == 0 else PARENT_FACTS
            hidden = own_side & ~family.known[s]
            count = count_facts(hidden)
            if count > 0:
                pressure = w.practitioners[family.lead[s]].pressure
                effort = 1.0 if pressure <= 1.0 else 1.0 / pressure
                x = p.discover_rate * (0.3 + 0.7 * trust) * effort * (count / 8)
                if uniform(family.key, Purpose.DISCOVER, s) < x:
                    u = uniform(family.key, Purpose.DISCOVER_WHICH, s)
                    understand(family, s, nth_fact(hidden, int(u * count)), week)
                    recount(family, s)
            hidden = (ALL_FACTS ^ own_side) & ~family.known[s]
            count = count_facts(hidden)
            if count > 0 and uniform(family.key, Purpose.CROSS, s) < p.cross_discovery * trust * (count / 8):
                fact = nth_fact(hidden, int(uniform(family.key, Purpose.CROSS_WHICH, s) * count))
                told_other = family.known[1 - s] & (1 << fact)
                if not told_other or uniform(family.key, Purpose.SPLIT, s) < trust:
                    understand(family, s, fact, week)
                    recount(family, s)
