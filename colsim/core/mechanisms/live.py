"""Families respond: trust, engagement, severity, risk; cases escalate and close (ODD 7.12).

After Carpenter N. (2019): trust follows how a worker meets the family, and where a worker pushes
without trust, compliance is a disguise. Glisson & Hemmelgarn (quoted in the study) found that
coordination between services does not by itself improve outcomes, so a joint plan has no effect
on risk of its own: it works through trust, engagement and targets that can be met. A return is
drawn as the case closes, geometric in weeks, so that nothing that happens meanwhile moves the
draw.
"""

import math

from colsim.core.compiled import kernel, part
from colsim.core.events import NO_SIDE, Event, Phase
from colsim.core.law import consent_work, consents, is_willing
from colsim.core.names import CSW, MHSW, NOBODY, SERVICES, WEEKS_IN_YEAR, Consent, Returns
from colsim.core.notes import close_phase, note
from colsim.core.numerics import both, clip01, pull
from colsim.core.relations import (
    forget,
    lead_or_any,
    share_met,
    trust_in_services,
)
from colsim.core.rng import Purpose, uniform
from colsim.core.totals import Total
from colsim.core.turnover import birth_draw

_WATCH = int(WEEKS_IN_YEAR)
"""Weeks in which a return counts as a re-referral."""
_FULL_TRUST = 1.0
_CALM = 0.5
"""Anxiety at which engagement is what trust alone makes it."""


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
    close_phase(w, a, Phase.LIVE)


@part
def _respond(w, family):
    p = w.parameters[0]
    push = 0.0
    drawn_in = 0.0
    if family.lead[CSW] >= 0:
        stance = w.practitioners[family.lead[CSW]].stance
        q = w.policy[w.posts[family.lead[CSW]].team]
        met = min(_FULL_TRUST, stance + p.policy_effect * q.family_voice)
        family.trust[CSW] = pull(family.trust[CSW], met, p.family_trust_rate)
        if q.court_control > 0.0 or q.court_engagement > 0.0:
            place = birth_draw(w, family.origin, Purpose.COURT, 0)
            if place < q.court_control:
                family.trust[CSW] = pull(family.trust[CSW], _FULL_TRUST, p.family_trust_rate)
            if place < q.court_engagement:
                drawn_in = p.policy_effect
        push = 1.0 - stance
    treated = family.lead[MHSW] >= 0
    stance = w.practitioners[lead_or_any(family, MHSW)].stance
    family.trust[MHSW] = pull(family.trust[MHSW], stance, p.family_trust_rate * treated)
    most = max(family.trust[CSW], family.trust[MHSW])
    willing = is_willing(p, family, most, consent_work(w, family))
    if both(consents(family), not willing):
        family.consent = Consent.WITHDRAWN
        note(w, family, Event.WITHDREW, NO_SIDE, Consent.GIVEN, Consent.WITHDRAWN)
        w.totals[w.clock[0].week, Total.CONSENT_WITHDRAWN] += 1.0
    trust = trust_in_services(family)
    family.anxiety = pull(family.anxiety, 1.0 - trust, p.family_trust_rate)
    target = clip01(trust - p.anxiety_effect * (family.anxiety - _CALM) + drawn_in)
    family.engagement = pull(family.engagement, target, p.engagement_rate)
    # Who is pushed shows more than they mean: compliance follows the greater of the two.
    family.compliance = pull(family.compliance, max(family.engagement, push), p.engagement_rate)
    severity = family.severity0 * (1.0 - p.treatment_effect * family.engagement * treated)
    family.severity = pull(family.severity, severity, p.recovery_rate)
    planned = (family.plans > 0) & family.open[CSW]
    family.improvement = pull(family.improvement, share_met(family), p.recovery_rate * planned)
    family.risk = clip01(
        family.risk0 * (1.0 - family.improvement)
        + p.risk_severity * (family.severity - family.severity0)
        + p.wrong_harm * family.wrong
    )


@part
def _end_services(w, family, k):
    p = w.parameters[0]
    week = w.clock[0].week
    totals = w.totals[week]
    calm = (family.open[CSW] != 0) & (not family.escalated)
    chance = p.escalate_rate * family.risk * family.risk
    if both(calm, uniform(family.key, Purpose.ESCALATE, 0) < chance):
        totals[Total.ESCALATIONS] += 1.0
        family.escalated = True
        family.trust[CSW] = family.trust[CSW] * (1.0 - p.escalation_loss)
        note(w, family, Event.ESCALATED, NO_SIDE, 0, 1)
        family.aggrieved = True
    if family.aggrieved:
        family.aggrieved = False
        if uniform(family.key, Purpose.COMPLAIN, 0) < p.complain * (1.0 - family.trust[CSW]):
            totals[Total.COMPLAINTS] += 1.0
    planned = (family.open[CSW] != 0) & (family.lead[CSW] >= 0) & (family.plans > 0)
    chance = p.close_rate * (1.0 - family.belief[CSW])
    if both(planned, uniform(family.key, Purpose.CLOSE, 0) < chance):
        totals[Total.CLOSURES] += 1.0
        _close_case(w, family, k)
        return
    treated = (family.open[MHSW] != 0) & (family.lead[MHSW] >= 0)
    chance = p.close_amh_rate * (1.0 - family.severity)
    if both(treated, uniform(family.key, Purpose.CLOSE_AMH, 0) < chance):
        family.open[MHSW] = False
        note(w, family, Event.CLOSED, MHSW, 1, 0)
        w.practitioners[family.lead[MHSW]].shared_load -= 1
        note(w, family, Event.ENDED, MHSW, family.lead[MHSW], NOBODY)
        forget(w, family, MHSW)
        family.active = family.open[CSW] != 0  # AMH alone is background
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
    family.open[CSW] = False
    note(w, family, Event.CLOSED, CSW, 1, 0)
    for s in range(SERVICES):
        if family.lead[s] >= 0:
            w.practitioners[family.lead[s]].shared_load -= 1
            note(w, family, Event.ENDED, s, family.lead[s], NOBODY)
            forget(w, family, s)
    family.active = False
    family.closed = week
    if family.consent != Consent.NOT_ASKED:
        note(w, family, Event.WITHDREW, NO_SIDE, family.consent, Consent.NOT_ASKED)
    family.consent = Consent.NOT_ASKED  # it ends with the case
    _stop_sharing(w, family)
    wait = _weeks_away(p, family)
    if wait > _WATCH and family.risk >= p.lawful_threshold:
        w.totals[week, Total.LOST] += 1.0
    weeks = w.totals.shape[0]
    if wait <= _WATCH and week + wait < weeks:
        row = w.localities[family.locality].authority * weeks + week + wait
        last = w.returns[row, Returns.LAST]
        if last < 0:
            w.returns[row, Returns.FIRST] = k
        else:
            w.families[last].next_return = k
        w.returns[row, Returns.LAST] = k


@part
def _weeks_away(p, family):
    """Return the weeks until a closed family returns, or more than a year: then it never does."""
    chance = clip01(p.return_rate * family.risk)
    if chance >= 1.0:
        return 1
    if 1.0 - chance >= 1.0:  # none, or too small to tell
        return _WATCH + 1
    passed = math.log(1.0 - uniform(family.key, Purpose.RETURN, 0)) / math.log(1.0 - chance)
    return _WATCH + 1 if passed >= _WATCH else 1 + int(passed)
