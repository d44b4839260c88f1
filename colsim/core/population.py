"""The world at week 0: practitioners in post, who know nobody yet, and families (ODD 7.1).

Who knows whom and what is told of the other service has not been measured in any authority, so
nothing of it is set: everybody begins as a stranger, with a state drawn evenly about a middle
(judgement, most of it after Carpenter N. 2019), and the burn-in brings ties and stories about. As
if people had always left at the rate of the DfE's workforce census (2023), time in post is drawn
from its exponential. How many families come in which week is Poisson and drawn beforehand: no
policy moves it, so that the same families meet every policy.
"""

import math

from colsim.core.compiled import door, kernel
from colsim.core.names import (
    ASSESSMENT_WEEKS,
    BS,
    CHANNELS,
    CSW,
    FACTS,
    IN_STOCK,
    MHSW,
    NO_FAMILY,
    NOBODY,
    NOT_YET,
    REVIEW_WEEKS,
    SERVICES,
    WEEKS_IN_YEAR,
    Channel,
)
from colsim.core.numerics import around, poisson
from colsim.core.relations import NO_VIEW, trust_in_services, weight_of
from colsim.core.rng import BIRTH, Purpose, combine, entity_key, uniform, week_key
from colsim.core.turnover import birth_draw, enter

_LN2 = 0.6931471805599453
_SAFE = 1.000001
"""Keeps a bound above the chance that it bounds, whatever the last place is rounded to."""
_LEAST_WEIGHT = 1.0
"""Least raw weight of a fact; the greatest is 1 more, so no fact weighs over twice another."""


@door("none(counts, localities, parameters, uint64)")
def count_families(counts, localities, parameters, seed):
    """Fill in the number of families of each locality by week, shape (weeks + 1, localities).

    Row 0 is the initial stock, row t + 1 the arrivals of week t. Arrivals are
    exogenous: nothing that a policy does moves them.
    """
    p = parameters[0]
    weeks = counts.shape[0] - 1
    birth = combine(seed, BIRTH)
    for k in range(localities.shape[0]):
        place = localities[k]
        key = entity_key(birth, place.origin)
        counts[0, k] = poisson(place.shared_families, uniform(key, Purpose.STOCK, 0))
        rate = place.shared_families * p.arrival_rate
        for week in range(weeks):
            counts[week + 1, k] = poisson(rate, uniform(key, Purpose.ARRIVALS, week))


@kernel
def derive(w):
    """Compute what depends on the parameters alone."""
    p = w.parameters[0]
    d = w.derived[0]
    d.half_keep = math.exp(-_LN2 / p.half_life)
    d.tie_keep = math.exp(math.log(p.tie_retention) / WEEKS_IN_YEAR)
    worst = math.exp(p.leave_wellbeing * p.wellbeing_rest)
    d.most_leaving[CSW] = p.leave_csw * worst / WEEKS_IN_YEAR * _SAFE
    d.most_leaving[MHSW] = p.leave_mhsw * worst / WEEKS_IN_YEAR * _SAFE
    for channel in range(CHANNELS):  # they divide the range of richness evenly
        rho = (channel + 1) / CHANNELS
        d.richness[channel] = rho
        d.hours[channel] = p.hours_meeting * rho * rho
        d.carry[channel] = p.carry * rho
    d.seat_mean = 1.0
    if p.seat_decay > 0.0:
        d.seat_mean = (1.0 - math.exp(-p.seat_decay)) / p.seat_decay


@kernel
def bear(w, family):
    """Draw a family's true state from its origin."""
    p = w.parameters[0]
    key = entity_key(combine(w.clock[0].seed, BIRTH), family.origin)
    family.complexity = uniform(key, Purpose.COMPLEXITY, 0)
    family.severity0 = around(p.severity_start, p.spread, uniform(key, Purpose.SEVERITY, 0))
    family.severity = family.severity0
    total = 0.0
    for x in range(FACTS):
        family.weight[x] = _LEAST_WEIGHT + uniform(key, Purpose.WEIGHT, x)
        total += family.weight[x]
        family.first_known[x] = NOT_YET
    adverse = 0
    chance = p.adverse_base + p.adverse_complexity * family.complexity
    for x in range(FACTS):
        family.weight[x] = family.weight[x] / total
        if uniform(key, Purpose.ADVERSE, x) < chance:
            adverse |= 1 << x
    family.adverse = adverse
    family.risk0 = weight_of(family, adverse)
    family.risk = family.risk0
    family.trust[CSW] = around(p.trust_csc_start, p.spread, uniform(key, Purpose.TRUST, CSW))
    family.trust[MHSW] = around(p.trust_amh_start, p.spread, uniform(key, Purpose.TRUST, MHSW))
    family.anxiety = around(p.anxiety_start, p.spread, uniform(key, Purpose.ANXIETY, 0))
    family.csw_anxiety = p.anxiety_start
    family.engagement = trust_in_services(family)
    family.compliance = family.engagement
    family.reluctance = uniform(key, Purpose.CONSENT, 0)
    for s in range(SERVICES):
        family.belief[s] = p.prior_risk
        family.lead[s] = NOBODY
        family.lead_since[s] = NOT_YET
    family.cycle_length = ASSESSMENT_WEEKS
    family.shared_since = NOT_YET
    family.shared_until = NOT_YET
    family.first_joint = NOT_YET
    family.closed = NOT_YET
    family.next_return = NO_FAMILY
    family.spanner = NOBODY
    family.contact = Channel.NONE


@door("none(world, uint64, counts)")
def populate(w, seed, counts):
    """Fill an empty world: `seed` is a seed key, `counts` comes from `count_families`."""
    p = w.parameters[0]
    clock = w.clock[0]
    clock.seed = seed
    clock.week = 0
    clock.week_key = week_key(seed, 0)
    derive(w)
    w.tie_trust_cm[:] = NO_VIEW
    w.tie_trust_mc[:] = NO_VIEW
    w.tie_last[:] = NOT_YET
    w.tie_met[:] = NOT_YET
    w.team_since[:] = NOT_YET
    w.spanner_trust[:] = NO_VIEW
    w.returns[:] = NO_FAMILY
    for i in range(w.posts.shape[0]):
        if w.posts[i].service == BS:
            continue
        origin = combine(w.posts[i].origin, 0)
        enter(w, i, 0, 0.0)
        leave = p.leave_csw if w.posts[i].service == CSW else p.leave_mhsw
        if leave > 0.0:  # as if people had left at this rate for ever
            been = -math.log(1.0 - birth_draw(w, origin, Purpose.TENURE, 0))
            w.practitioners[i].tenure = int(been / leave * WEEKS_IN_YEAR)
    n = 0
    for a in range(w.authorities.shape[0]):
        n = _found_families(w, a, n, counts)


@kernel
def _found_families(w, a, n, counts):
    """Draw the families of an authority, from place n on; return the place after the last."""
    block = w.authorities[a]
    roster = w.rosters[a]
    roster.first = n
    for week in range(IN_STOCK, counts.shape[0] - 1):
        for k in range(block.first_locality, block.first_locality + block.localities):
            for ordinal in range(counts[week + 1, k]):
                family = w.families[n]
                origin = combine(combine(w.localities[k].origin, week + 1), ordinal)
                family.origin = origin
                family.locality = k
                family.arrival = week
                bear(w, family)
                if week == IN_STOCK:
                    _take_stock(w, family)
                    w.active[n] = n
                n += 1
        if week == IN_STOCK:
            roster.active = n - roster.first
            roster.arrived = roster.active
    roster.families = n - roster.first
    return n


@kernel
def _take_stock(w, family):
    family.active = True
    family.open[CSW] = True
    family.open[MHSW] = True
    family.plans = 1
    family.shared_since = 0
    family.cycle_length = REVIEW_WEEKS
    family.cycle_start = -int(REVIEW_WEEKS * birth_draw(w, family.origin, Purpose.AGE, 0))
