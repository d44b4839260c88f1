"""Observation: the weekly totals that measures are made of (ODD 7.14). No state changes.

What is counted follows the outcomes that the study and the instruments of the field ask for:
information that is understood and not only received, calibration of risk, depth of joint work and
its fit to complexity (Careau's continuum), ties between the services. States are added and never
averaged here, so that any window of weeks can be taken over afterwards. A fact, a tie or a team
is visited in a fixed order: sums keep their bits.
"""

from colsim.core.compiled import kernel, part
from colsim.core.names import BS, CHILD_FACTS, CSW, FACTS, MHSW, SERVICES, SIDE_FACTS, Depth
from colsim.core.numerics import clip01
from colsim.core.relations import count_facts, groups, is_paired, place_of, tie_of, tie_trust
from colsim.core.totals import Total

_TO_MHSWS = Total.FILLED_MHSW - Total.FILLED_CSW
"""How far the totals over MHSWs stand behind the same over CSWs."""
_NO_MEMBERS = 2.0
"""Stands for the mean story of a team without members: no story is above 1."""


@kernel
def observe(w, a):
    """Write this week's totals of states; events were counted as they happened."""
    totals = w.totals[w.clock[0].week]
    if a == 0:
        totals[Total.WEEKS] = 1.0
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if family.open[CSW] and family.open[MHSW]:
            _see_shared(w, totals, family)
        if family.open[CSW]:
            totals[Total.CSC_OPEN] += 1.0
            totals[Total.FAMILY_TRUST_CSC] += family.trust[CSW]
            totals[Total.ENGAGEMENT] += family.engagement
            if family.compliance - family.engagement > w.parameters[0].disguise:
                totals[Total.DISGUISED] += 1.0
            totals[Total.SEVERITY] += family.severity
            totals[Total.RISK] += family.risk
        if family.open[MHSW]:
            totals[Total.AMH_OPEN] += 1.0
            totals[Total.FAMILY_TRUST_AMH] += family.trust[MHSW]
    block = w.authorities[a]
    for s in range(SERVICES):
        totals[Total.POSTS_CSW + s] += block.posts[s]
        _see_practitioners(w, totals, s, block.first_post[s], block.posts[s])
        _see_spread(w, totals, a, s)
    for i in range(block.first_post[BS], block.first_post[BS] + block.posts[BS]):
        if w.practitioners[i].filled:
            totals[Total.SPANNERS] += 1.0
    ties = block.posts[CSW] * block.posts[MHSW]
    # A slice is counted from 0: the compiler then knows that no index is negative.
    familiarity = w.tie_familiarity[block.first_tie : block.first_tie + ties]
    strong_tie = w.parameters[0].strong_tie
    strong = 0
    for tie in range(ties):
        if familiarity[tie] >= strong_tie:
            strong += 1
    totals[Total.STRONG_TIES] += strong
    totals[Total.POSSIBLE_TIES] += ties


@part
def _see_shared(w, totals, family):
    totals[Total.SHARED] += 1.0
    by_csc = family.known[CSW] | family.received[CSW]
    by_amh = family.known[MHSW] | family.received[MHSW]
    # What was told without right is no success: it is seen apart.
    both = family.known[CSW] & family.known[MHSW]
    flow = count_facts(both & ~family.breached) / FACTS
    totals[Total.FLOW] += flow
    totals[Total.FLOW_BREACHED] += count_facts(both & family.breached) / FACTS
    totals[Total.REACH] += count_facts(by_csc & by_amh & ~family.breached) / FACTS
    engaged, consenting, complex_ = groups(w.parameters[0], family)
    totals[Total.SHARED_ENGAGED] += engaged
    totals[Total.SHARED_CONSENTING] += consenting
    totals[Total.SHARED_COMPLEX] += complex_
    totals[Total.FLOW_ENGAGED] += flow * engaged
    totals[Total.FLOW_CONSENTING] += flow * consenting
    totals[Total.FLOW_COMPLEX] += flow * complex_
    place = place_of(w, family)
    totals[Total.SHARED_PLACE_1 + place] += 1.0
    totals[Total.FLOW_PLACE_1 + place] += flow
    if not is_paired(family):
        return
    totals[Total.PAIRED] += 1.0
    totals[Total.CHILD_KNOWN] += count_facts(family.known[MHSW] & CHILD_FACTS) / SIDE_FACTS
    totals[Total.SPLIT] += family.split
    only_received = count_facts(family.received[CSW]) + count_facts(family.received[MHSW])
    totals[Total.RECEIVED_ONLY] += only_received
    tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
    for s in range(SERVICES):
        bias = family.belief[s] - family.risk
        totals[Total.BIAS_CSC + s] += bias
        totals[Total.ERROR_CSC + s] += abs(bias)
        trust = tie_trust(w, tie, s, w.practitioners[family.lead[s]])
        totals[Total.TRUST_CSW + s] += clip01(trust)
    totals[Total.DISAGREEMENT] += abs(family.belief[CSW] - family.belief[MHSW])
    totals[Total.FAMILIARITY] += w.tie_familiarity[tie]
    totals[Total.DEPTH] += family.depth
    totals[Total.FIT] += 1.0 - abs(family.depth / Depth.SHARED - family.complexity)


@part
def _see_practitioners(w, totals, s, first, posts):
    """Add up the states of an authority's people of service s: sums in the processor's registers.

    The order of additions is that of their posts.
    """
    behind = s * _TO_MHSWS
    filled = totals[Total.FILLED_CSW + behind]
    role_knowledge = totals[Total.ROLE_KNOWLEDGE_CSW + behind]
    confidence = totals[Total.CONFIDENCE_CSW + behind]
    narrative = totals[Total.NARRATIVE_CSW + behind]
    orientation = totals[Total.ORIENTATION_CSW + behind]
    perceived_image = totals[Total.PERCEIVED_IMAGE_CSW + behind]
    wellbeing = totals[Total.WELLBEING_CSW + behind]
    pressure = totals[Total.PRESSURE_CSW + behind]
    caseload = totals[Total.CASELOAD_CSW + behind]
    spent = totals[Total.SPENT_CSW + behind]
    for i in range(first, first + posts):
        person = w.practitioners[i]
        if person.filled:
            filled += 1.0
            role_knowledge += person.role_knowledge
            confidence += person.confidence
            narrative += person.narrative
            orientation += person.orientation
            perceived_image += person.perceived_image
            wellbeing += person.wellbeing
            pressure += person.pressure
            caseload += person.background + person.shared_load
            spent += person.spent
    totals[Total.FILLED_CSW + behind] = filled
    totals[Total.ROLE_KNOWLEDGE_CSW + behind] = role_knowledge
    totals[Total.CONFIDENCE_CSW + behind] = confidence
    totals[Total.NARRATIVE_CSW + behind] = narrative
    totals[Total.ORIENTATION_CSW + behind] = orientation
    totals[Total.PERCEIVED_IMAGE_CSW + behind] = perceived_image
    totals[Total.WELLBEING_CSW + behind] = wellbeing
    totals[Total.PRESSURE_CSW + behind] = pressure
    totals[Total.CASELOAD_CSW + behind] = caseload
    totals[Total.SPENT_CSW + behind] = spent


@part
def _team_mean(w, number):
    """Return a team's mean narrative, or `_NO_MEMBERS`."""
    team = w.teams[number]
    total = 0.0
    members = 0
    for i in range(team.first_post, team.first_post + team.posts):
        if w.practitioners[i].filled:
            total += w.practitioners[i].narrative
            members += 1
    return total / members if members > 0 else _NO_MEMBERS


@part
def _see_spread(w, totals, a, s):
    """Add an authority's spread of stories between teams, so that the total is a mean over them."""
    block = w.authorities[a]
    first = block.first_team[s]
    last = first + block.teams[s]
    total = 0.0
    teams = 0
    for number in range(first, last):
        mean = _team_mean(w, number)
        w.team_mean[number] = mean
        if mean != _NO_MEMBERS:
            total += mean
            teams += 1
    if teams == 0:
        return
    overall = total / teams
    spread = 0.0
    for number in range(first, last):
        if w.team_mean[number] != _NO_MEMBERS:
            spread += abs(w.team_mean[number] - overall)
    totals[Total.SPREAD_CSW + s] += spread / teams / w.authorities.shape[0]
