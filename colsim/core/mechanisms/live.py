"""Families respond: trust, engagement, severity, risk; cases escalate and close (ODD 7.12).

Joint plans have no direct effect on risk: they work through trust, engagement
and targets that can be met.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.measures import TOTAL_INDEX
from colsim.core.numerics import clip01, pull
from colsim.core.relations import birth_draw, forget
from colsim.core.rng import Purpose, uniform

_ESCALATIONS = TOTAL_INDEX["escalations"]
_CLOSURES = TOTAL_INDEX["closures"]
_WATCH = 52  # weeks in which a return counts as a re-referral


@kernel
def live(w, a):
    """Let a week of life pass in every active family."""
    roster = w.rosters[a]
    kept = roster.first
    for n in range(roster.first, roster.first + roster.active):
        k = w.active[n]
        family = w.families[k]
        _respond(w, family)
        _end_services(w, family, k)
        if family.active:
            w.active[kept] = k
            kept += 1
    roster.active = kept - roster.first


@part
def _respond(w, family):
    p = w.parameters[0]
    push = 0.0
    drawn_in = 0.0
    if family.lead[0] >= 0:
        stance = w.practitioners[family.lead[0]].stance
        q = w.policy[w.posts[family.lead[0]].team]
        met = min(1.0, stance + p.voice_trust * q.family_voice)
        family.trust[0] = pull(family.trust[0], met, p.family_trust_rate)
        if q.court_control > 0.0 or q.court_engagement > 0.0:
            place = birth_draw(w, family.origin, Purpose.COURT, 0)
            if place < q.court_control:
                family.trust[0] = pull(family.trust[0], 1.0, p.court_trust)
            if place < q.court_engagement:
                drawn_in = p.court_engagement
        push = 1.0 - stance
    treated = family.lead[1] >= 0
    if treated:
        family.trust[1] = pull(family.trust[1], p.amh_trust_target, p.family_trust_rate)
    trust = 0.5 * family.trust[0] + 0.5 * family.trust[1]
    family.anxiety = pull(family.anxiety, 1.0 - trust, p.family_trust_rate)
    target = clip01(trust - p.anxiety_effect * (family.anxiety - 0.5) + drawn_in)
    family.engagement = pull(family.engagement, target, p.engagement_rate)
    family.compliance = pull(family.compliance, max(family.engagement, push), p.engagement_rate)
    if treated:
        severity = family.severity0 * (1.0 - p.treatment_effect * family.engagement)
    else:
        severity = family.severity0
    family.severity = pull(family.severity, severity, p.severity_rate)
    if family.plans > 0 and family.open[0]:
        family.improvement = pull(
            family.improvement, family.achievable * family.engagement, p.improvement_rate
        )
    family.risk = clip01(
        family.risk0 * (1.0 - family.improvement)
        + p.risk_severity * (family.severity - family.severity0)
    )


@part
def _end_services(w, family, k):
    p = w.parameters[0]
    week = w.clock[0].week
    totals = w.totals[week]
    if family.open[0] and not family.escalated:
        if uniform(family.key, Purpose.ESCALATE, 0) < p.escalate_rate * family.risk * family.risk:
            totals[_ESCALATIONS] += 1.0
            family.escalated = True
            family.trust[0] = family.trust[0] * (1.0 - p.escalation_loss)
    if family.open[0] and family.lead[0] >= 0 and family.plans > 0:
        if uniform(family.key, Purpose.CLOSE, 0) < p.close_rate * (1.0 - family.belief[0]):
            totals[_CLOSURES] += 1.0
            _close_case(w, family, k)
            return
    if family.open[1] and family.lead[1] >= 0:
        if uniform(family.key, Purpose.CLOSE_AMH, 0) < p.close_amh_rate * (1.0 - family.severity):
            family.open[1] = False
            w.practitioners[family.lead[1]].shared_load -= 1
            forget(w, family, 1)
            family.active = family.open[0] != 0
            _stop_sharing(w, family)


@part
def _stop_sharing(w, family):
    if family.shared_since >= 0 and family.shared_until < 0:
        family.shared_until = w.clock[0].week


@kernel
def _close_case(w, family, k):
    """Close a family's case, and draw now in which week it will come back, if within a year."""
    p = w.parameters[0]
    week = w.clock[0].week
    for s in range(2):
        if family.lead[s] >= 0:
            w.practitioners[family.lead[s]].shared_load -= 1
            forget(w, family, s)
    family.open[0] = False
    family.active = False
    family.closed = week
    _stop_sharing(w, family)
    chance = clip01(p.return_rate * family.risk)
    if 1.0 - chance >= 1.0:  # none, or too small to tell
        return
    wait = 1
    if chance < 1.0:
        passed = math.log(1.0 - uniform(family.key, Purpose.RETURN, 0)) / math.log(1.0 - chance)
        wait = _WATCH + 1 if passed >= _WATCH else 1 + int(passed)
    weeks = w.totals.shape[0]
    if wait <= _WATCH and week + wait < weeks:
        row = w.localities[family.locality].authority * weeks + week + wait
        last = w.returns[row, 1]
        if last < 0:
            w.returns[row, 0] = k
        else:
            w.families[last].next_return = k
        w.returns[row, 1] = k
