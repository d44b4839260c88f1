"""Sharing a site: talk and acquaintance that need no intention (ODD 7.7).

Allen (1977) found people four times as likely to communicate at 6 feet as at 60, so chance talk
falls off exponentially with the distance of two seats. Lalani & Marshall (2020) find that
co-location helps only where information and professional culture are shared: a shared site
gives opportunity here, and no trust by itself. Seats are drawn anew for each meeting, since no
source says who sits where.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.names import CSW, MHSW, WORKING_DAYS, Channel
from colsim.core.relations import is_paired, meet, tie_of, warm
from colsim.core.rng import Purpose, uniform

_NEAREST = 0.5
"""Rounds a number of meetings to the nearest whole one."""


@kernel
def corridor(w, a):
    """Let people who share a site this week run into each other."""
    p = w.parameters[0]
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if family.contact >= Channel.WRITTEN or not is_paired(family):
            continue
        days = w.policy[w.posts[family.lead[MHSW]].team].corridor_days
        if days <= 0.0:
            continue
        distance = p.office_span * uniform(family.key, Purpose.CORRIDOR_SEAT, 0)
        x = p.corridor_peak * math.exp(-distance / p.corridor_scale) * (days / WORKING_DAYS)
        if uniform(family.key, Purpose.CORRIDOR, 0) >= x:
            continue
        csw = w.practitioners[family.lead[CSW]]
        mhsw = w.practitioners[family.lead[MHSW]]
        if csw.budget >= p.hours_corridor and mhsw.budget >= p.hours_corridor:
            csw.budget -= p.hours_corridor
            csw.spent += p.hours_corridor
            mhsw.budget -= p.hours_corridor
            mhsw.spent += p.hours_corridor
            family.contact = Channel.FACE
            family.corridor = True
            family.mutual = True
            family.initiator = MHSW  # the guest in the office
    meetings = int(p.corridor_meetings + _NEAREST)
    block = w.authorities[a]
    for m in range(block.first_post[MHSW], block.first_post[MHSW] + block.posts[MHSW]):
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
        j = place.first_post[CSW] + int(uniform(mhsw.key, Purpose.SEEN_WHO, k) * place.posts[CSW])
        if not w.practitioners[j].filled:
            continue
        distance = p.office_span * uniform(mhsw.key, Purpose.SEEN_SEAT, k)
        x = p.corridor_peak * math.exp(-distance / p.corridor_scale) * (days / WORKING_DAYS)
        if uniform(mhsw.key, Purpose.SEEN, k) < x:
            tie = tie_of(w, j, m)
            meet(w, tie, w.practitioners[j], mhsw)
            w.tie_familiarity[tie] = warm(
                w.tie_familiarity[tie], p.familiarity_rate * p.corridor_richness
            )
