"""Discovery: each worker finds facts, mostly on their own side, as trust allows (ODD 7.5).

After Carpenter N. (2019): families fear children's services, so what they show a worker hangs on
their trust in that service; with little trust they tell their two workers different stories
("splitting"). A quarter of practitioners in adult mental health do not routinely ask about
children (Dunn et al. 2021), hence a small chance for the other side's facts. One draw decides
for both sides, so that a fact of one's own side never costs one of the other's. The colleagues of
an AMH team, whose trade the parent's side is, make sense of what stands in a file.
"""

from colsim.core.compiled import kernel, part
from colsim.core.names import (
    ALL_FACTS,
    CHILD_FACTS,
    CSW,
    FACTS,
    MHSW,
    PARENT_FACTS,
    SERVICES,
    SIDE_FACTS,
    WORKING_DAYS,
)
from colsim.core.relations import count_facts, nth_fact, recount, shared_days, understand
from colsim.core.rng import Purpose, uniform


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
            if s == MHSW:
                _ask_own_team(w, family, week)
            trust = family.trust[s]
            own_side = CHILD_FACTS if s == CSW else PARENT_FACTS
            hidden_own = own_side & ~family.known[s]
            hidden_other = (ALL_FACTS ^ own_side) & ~family.known[s]
            own = count_facts(hidden_own)
            other = count_facts(hidden_other)
            effort = w.practitioners[family.lead[s]].effort
            shown = p.discover_untrusted + (1.0 - p.discover_untrusted) * trust
            x = p.discover_rate * shown * effort * (own / SIDE_FACTS)
            asked = p.cross_discovery
            if s == MHSW:  # who asks about children as a rule hears more
                q = w.policy[w.posts[family.lead[MHSW]].team]
                asked = asked + p.asking_children * q.asking_children
            y = x + asked * trust * (other / SIDE_FACTS)
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


@part
def _ask_own_team(w, family, week):
    """Let an MHSW learn from the colleagues of their team what a fact on file means.

    Who sits with the children's team for part of the week asks that much less.
    """
    p = w.parameters[0]
    on_file = family.received[MHSW] & PARENT_FACTS
    number = w.posts[family.lead[MHSW]].team
    if on_file == 0 or p.cmht_size <= w.teams[number].posts:
        return
    chance = p.team_expertise * (1.0 - shared_days(w, number) / WORKING_DAYS)
    for fact in range(SIDE_FACTS, FACTS):
        if on_file & (1 << fact) and uniform(family.key, Purpose.TEAM, fact) < chance:
            understand(family, MHSW, fact, week)
    recount(family, MHSW)
