"""Sharing a site: talk and acquaintance that need no intention (ODD 7.7).

Chance talks fall off with distance as Allen (1977) measured. A shared site
gives opportunity, and no trust by itself.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.relations import is_paired, meet, tie_of, warm
from colsim.core.rng import Purpose, uniform


@kernel
def corridor(w, a):
    """Let people who share a site this week run into each other."""
    p = w.parameters[0]
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if family.contact >= 0 or not is_paired(family):
            continue
        days = w.policy[w.posts[family.lead[1]].team].corridor_days
        if days <= 0.0:
            continue
        distance = p.office_span * uniform(family.key, Purpose.CORRIDOR_SEAT, 0)
        x = p.corridor_peak * math.exp(-distance / p.corridor_scale) * (days / 5.0)
        if uniform(family.key, Purpose.CORRIDOR, 0) >= x:
            continue
        csw = w.practitioners[family.lead[0]]
        mhsw = w.practitioners[family.lead[1]]
        if csw.budget >= p.hours_corridor and mhsw.budget >= p.hours_corridor:
            csw.budget -= p.hours_corridor
            csw.spent += p.hours_corridor
            mhsw.budget -= p.hours_corridor
            mhsw.spent += p.hours_corridor
            family.contact = 2
            family.corridor = True
            family.mutual = True
            family.initiator = 1
    meetings = int(p.corridor_meetings + 0.5)
    block = w.authorities[a]
    for m in range(block.first_post[1], block.first_post[1] + block.posts[1]):
        if not w.practitioners[m].filled:
            continue
        days = w.policy[w.posts[m].team].corridor_days
        if days > 0.0:
            _be_seen(w, m, days, meetings)


@part
def _be_seen(w, m, days, meetings):
    p = w.parameters[0]
    mhsw = w.practitioners[m]
    place = w.localities[w.posts[m].locality]
    for k in range(meetings):
        j = place.first_post[0] + int(uniform(mhsw.key, Purpose.SEEN_WHO, k) * place.posts[0])
        if not w.practitioners[j].filled:
            continue
        distance = p.office_span * uniform(mhsw.key, Purpose.SEEN_SEAT, k)
        x = p.corridor_peak * math.exp(-distance / p.corridor_scale) * (days / 5.0)
        if uniform(mhsw.key, Purpose.SEEN, k) < x:
            tie = tie_of(w, j, m)
            meet(w, tie, w.practitioners[j], mhsw)
            w.tie_familiarity[tie] = warm(
                w.tie_familiarity[tie], p.familiarity_rate * p.corridor_richness
            )
