"""The world at week 0: practitioners in post, acquaintances, families (ODD 7.1)."""

import math

from colsim.core.compiled import kernel
from colsim.core.numerics import around, clip, poisson
from colsim.core.relations import birth_draw, enter, meet, weight_of
from colsim.core.rng import BIRTH, Purpose, combine, entity_key, uniform, week_key
from colsim.core.state import FACTS

_LN2 = 0.6931471805599453


@kernel
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
    d.story_keep = math.exp(-_LN2 / p.story_half_life)
    d.memory_keep = math.exp(-_LN2 / p.memory_half_life)
    d.learning_keep = math.exp(-_LN2 / p.learning_half_life)
    d.tie_keep = math.exp(math.log(p.tie_retention) / 52.0)
    d.spanner_tie_keep = math.exp(math.log(p.spanner_tie_retention) / 52.0)
    worst = math.exp(p.leave_wellbeing * 0.5)
    d.most_leaving[0] = p.leave_csw * worst / 52.0 * 1.000001
    d.most_leaving[1] = p.leave_mhsw * worst / 52.0 * 1.000001
    d.richness[0] = p.richness_written
    d.richness[1] = p.richness_phone
    d.richness[2] = p.richness_face
    d.richness[3] = p.richness_meeting
    d.hours[0] = p.hours_written
    d.hours[1] = p.hours_phone
    d.hours[2] = p.hours_face
    d.hours[3] = p.hours_meeting
    d.carry[0] = p.carry_written
    d.carry[1] = p.carry_phone
    d.carry[2] = p.carry_face
    d.carry[3] = p.carry_meeting


@kernel
def bear(w, family):
    """Draw a family's true state from its origin."""
    p = w.parameters[0]
    key = entity_key(combine(w.clock[0].seed, BIRTH), family.origin)
    family.complexity = around(0.5, 0.45, uniform(key, Purpose.COMPLEXITY, 0))
    family.severity0 = around(p.severity_start, 0.3, uniform(key, Purpose.SEVERITY, 0))
    family.severity = family.severity0
    total = 0.0
    for x in range(FACTS):
        family.weight[x] = 0.5 + uniform(key, Purpose.WEIGHT, x)
        total += family.weight[x]
        family.first_known[x] = -1
    adverse = 0
    chance = p.adverse_base + p.adverse_complexity * family.complexity
    for x in range(FACTS):
        family.weight[x] = family.weight[x] / total
        if uniform(key, Purpose.ADVERSE, x) < chance:
            adverse |= 1 << x
    family.adverse = adverse
    family.risk0 = weight_of(family, adverse)
    family.risk = family.risk0
    family.trust[0] = around(p.trust_csc_start, p.spread, uniform(key, Purpose.TRUST, 0))
    family.trust[1] = around(p.trust_amh_start, p.spread, uniform(key, Purpose.TRUST, 1))
    family.anxiety = around(p.family_anxiety_start, p.spread, uniform(key, Purpose.ANXIETY, 0))
    family.csw_anxiety = p.csw_anxiety_start
    family.engagement = 0.5 * family.trust[0] + 0.5 * family.trust[1]
    family.compliance = family.engagement
    family.consent = (
        uniform(key, Purpose.CONSENT, 0) < p.consent_base + p.consent_trust * family.trust[1]
    )
    for s in range(2):
        family.belief[s] = p.prior_risk
        family.lead[s] = -1
        family.lead_since[s] = -1
    family.cycle_length = 9
    family.shared_since = -1
    family.shared_until = -1
    family.first_joint = -1
    family.closed = -1
    family.next_return = -1
    family.contact = -1


@kernel
def populate(w, seed, counts):
    """Fill an empty world: `seed` is a seed key, `counts` comes from `count_families`."""
    p = w.parameters[0]
    clock = w.clock[0]
    clock.seed = seed
    clock.week = 0
    clock.week_key = week_key(seed, 0)
    derive(w)
    w.tie_trust_cm[:] = 0.5
    w.tie_trust_mc[:] = 0.5
    w.tie_last[:] = -1
    w.spanner_trust[:] = 0.5
    w.returns[:] = -1
    for i in range(w.posts.shape[0]):
        if w.posts[i].service == 2:
            continue
        origin = combine(w.posts[i].origin, 0)
        story = p.narrative_start + 0.2 * (2.0 * birth_draw(w, origin, Purpose.NARRATIVE, 0) - 1.0)
        enter(w, i, 0, clip(story, -1.0, 1.0))
        w.practitioners[i].tenure = int(400.0 * birth_draw(w, origin, Purpose.TENURE, 0))
    _acquaint(w)
    n = 0
    for a in range(w.authorities.shape[0]):
        n = _found_families(w, a, n, counts)


@kernel
def _found_families(w, a, n, counts):
    """Draw the families of an authority, from place n on; return the place after the last."""
    block = w.authorities[a]
    roster = w.rosters[a]
    roster.first = n
    for week in range(-1, counts.shape[0] - 1):
        for k in range(block.first_locality, block.first_locality + block.localities):
            for ordinal in range(counts[week + 1, k]):
                family = w.families[n]
                origin = combine(combine(w.localities[k].origin, week + 1), ordinal)
                family.origin = origin
                family.locality = k
                family.arrival = week
                bear(w, family)
                if week < 0:
                    _take_stock(w, family)
                    w.active[n] = n
                n += 1
        if week < 0:
            roster.active = n - roster.first
            roster.arrived = roster.active
    roster.families = n - roster.first
    return n


@kernel
def _acquaint(w):
    p = w.parameters[0]
    for k in range(w.localities.shape[0]):
        place = w.localities[k]
        block = w.authorities[place.authority]
        for i in range(place.first_post[0], place.first_post[0] + place.posts[0]):
            csw = w.practitioners[i]
            key = entity_key(combine(w.clock[0].seed, BIRTH), csw.origin)
            for j in range(place.first_post[1], place.first_post[1] + place.posts[1]):
                row = w.posts[j].row
                if uniform(key, Purpose.ACQUAINTED, row) < p.acquainted_start:
                    tie = block.first_tie + w.posts[i].row * block.posts[1] + row
                    meet(w, tie, csw, w.practitioners[j])
                    w.tie_familiarity[tie] = p.familiarity_start


@kernel
def _take_stock(w, family):
    family.active = True
    family.open[0] = True
    family.open[1] = True
    family.plans = 1
    family.shared_since = 0
    family.cycle_length = 13
    family.cycle_start = -int(13.0 * birth_draw(w, family.origin, Purpose.AGE, 0))
