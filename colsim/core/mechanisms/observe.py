"""Observation: the weekly totals that measures are made of (ODD 7.14). No state changes."""

from colsim.core.compiled import kernel, part
from colsim.core.measures import TOTAL_INDEX
from colsim.core.relations import count_facts, is_paired, tie_of, tie_trust

_T = TOTAL_INDEX
_WEEKS = _T["weeks"]
_SHARED, _FLOW, _REACH = _T["shared"], _T["flow"], _T["reach"]
_PAIRED, _RECEIVED_ONLY = _T["paired"], _T["received_only"]
_BIAS, _ERROR, _DISAGREEMENT = _T["bias_csc"], _T["error_csc"], _T["disagreement"]
_FAMILIARITY, _TRUST = _T["familiarity"], _T["trust_csw"]
_DEPTH, _FIT = _T["depth"], _T["fit"]
_CSC_OPEN, _FAMILY_TRUST_CSC, _ENGAGEMENT = _T["csc_open"], _T["family_trust_csc"], _T["engagement"]
_DISGUISED, _SEVERITY, _RISK = _T["disguised"], _T["severity"], _T["risk"]
_AMH_OPEN, _FAMILY_TRUST_AMH = _T["amh_open"], _T["family_trust_amh"]
_CSW, _MHSW = _T["filled_csw"], _T["filled_mhsw"]
_POSTS = _T["posts_csw"]
_SPREAD = _T["spread_csw"]
_STRONG, _POSSIBLE, _SPANNERS = _T["strong_ties"], _T["possible_ties"], _T["spanners"]
_STRONG_TIE = 0.2


@kernel
def observe(w, a):
    """Write this week's totals of states; events were counted as they happened."""
    totals = w.totals[w.clock[0].week]
    totals[_WEEKS] = 1.0
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        if family.open[0] and family.open[1]:
            _see_shared(w, totals, family)
        if family.open[0]:
            totals[_CSC_OPEN] += 1.0
            totals[_FAMILY_TRUST_CSC] += family.trust[0]
            totals[_ENGAGEMENT] += family.engagement
            if family.compliance - family.engagement > 0.2:
                totals[_DISGUISED] += 1.0
            totals[_SEVERITY] += family.severity
            totals[_RISK] += family.risk
        if family.open[1]:
            totals[_AMH_OPEN] += 1.0
            totals[_FAMILY_TRUST_AMH] += family.trust[1]
    block = w.authorities[a]
    for s in range(2):
        totals[_POSTS + s] += block.posts[s]
        for i in range(block.first_post[s], block.first_post[s] + block.posts[s]):
            if w.practitioners[i].filled:
                _see_practitioner(totals, _CSW if s == 0 else _MHSW, w.practitioners[i])
        _see_spread(w, totals, a, s)
    for i in range(block.first_post[2], block.first_post[2] + block.posts[2]):
        if w.practitioners[i].filled:
            totals[_SPANNERS] += 1.0
    ties = block.posts[0] * block.posts[1]
    # A slice is counted from 0: the compiler then knows that no index is negative.
    familiarity = w.tie_familiarity[block.first_tie : block.first_tie + ties]
    strong = 0
    for tie in range(ties):
        if familiarity[tie] >= _STRONG_TIE:
            strong += 1
    totals[_STRONG] += strong
    totals[_POSSIBLE] += ties


@part
def _see_shared(w, totals, family):
    totals[_SHARED] += 1.0
    totals[_FLOW] += count_facts(family.known[0] & family.known[1]) / 16
    totals[_REACH] += (
        count_facts((family.known[0] | family.received[0]) & (family.known[1] | family.received[1]))
        / 16
    )
    if not is_paired(family):
        return
    totals[_PAIRED] += 1.0
    totals[_RECEIVED_ONLY] += count_facts(family.received[0]) + count_facts(family.received[1])
    tie = tie_of(w, family.lead[0], family.lead[1])
    for s in range(2):
        bias = family.belief[s] - family.risk
        totals[_BIAS + s] += bias
        totals[_ERROR + s] += abs(bias)
        totals[_TRUST + s] += tie_trust(w, tie, s, w.practitioners[family.lead[s]])
    totals[_DISAGREEMENT] += abs(family.belief[0] - family.belief[1])
    totals[_FAMILIARITY] += w.tie_familiarity[tie]
    totals[_DEPTH] += family.depth
    totals[_FIT] += 1.0 - abs(family.depth / 4 - family.complexity)


@part
def _see_practitioner(totals, first, person):
    """Add a practitioner to the ten totals of their service, which stand in this order."""
    totals[first] += 1.0
    totals[first + 1] += person.role_knowledge
    totals[first + 2] += person.confidence
    totals[first + 3] += person.narrative
    totals[first + 4] += person.orientation
    totals[first + 5] += person.perceived_image
    totals[first + 6] += person.wellbeing
    totals[first + 7] += person.pressure
    totals[first + 8] += person.background + person.shared_load
    totals[first + 9] += person.spent


@part
def _team_mean(w, number):
    """Return a team's mean narrative and its number of members."""
    team = w.teams[number]
    total = 0.0
    members = 0
    for i in range(team.first_post, team.first_post + team.posts):
        if w.practitioners[i].filled:
            total += w.practitioners[i].narrative
            members += 1
    return (total / members if members > 0 else 0.0), members


@part
def _see_spread(w, totals, a, s):
    """Add an authority's spread of stories between teams, so that the total is a mean over them."""
    block = w.authorities[a]
    first = block.first_team[s]
    last = first + block.teams[s]
    total = 0.0
    teams = 0
    for number in range(first, last):
        mean, members = _team_mean(w, number)
        if members > 0:
            total += mean
            teams += 1
    if teams == 0:
        return
    overall = total / teams
    spread = 0.0
    for number in range(first, last):
        mean, members = _team_mean(w, number)
        if members > 0:
            spread += abs(mean - overall)
    totals[_SPREAD + s] += spread / teams / w.authorities.shape[0]
