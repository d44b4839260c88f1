"""7.12 Live: families' trust, health and risk; escalation and closure."""

import math
from typing import TYPE_CHECKING

from colsim.core.numerics import clip01, pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import NOT_ASKED, WITHDRAWN, Family, Practitioner
from colsim.plain.places import Authority
from colsim.plain.practice import forget, met, willing

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def live(model: "Twin", authority: Authority) -> None:
    for f in list(authority.active):
        change_states(model, f)
        escalate(model, f)
        complain(model, f)
        if not close_csc(model, f):
            close_amh(model, f)
    authority.active = [f for f in authority.active if f.active]


def change_states(model: "Twin", f: Family) -> None:
    p = model.p
    i, j = f.lead
    engaged_by_court = False
    if i is not None:
        heard = min(1.0, i.stance + p.policy_effect * i.q.family_voice)
        f.trust[0] = pull(f.trust[0], heard, p.family_trust_rate)
        engaged_by_court = go_to_court(model, f, i)
    if j is not None:
        f.trust[1] = pull(f.trust[1], j.stance, p.family_trust_rate)
    work = max((lead.q.consent_work for lead in f.lead if lead is not None), default=0.0)
    if f.consents and not willing(model, f, max(f.trust[0], f.trust[1]), work):
        f.consent = WITHDRAWN
        model.count("consent_withdrawn")
    f.anxiety = pull(f.anxiety, 1 - (0.5 * f.trust[0] + 0.5 * f.trust[1]), p.family_trust_rate)
    target = 0.5 * f.trust[0] + 0.5 * f.trust[1] - p.anxiety_effect * (f.anxiety - 0.5)
    if engaged_by_court:
        target = target + p.policy_effect
    f.engagement = pull(f.engagement, clip01(target), p.engagement_rate)
    push = 1 - i.stance if i is not None else 0.0
    f.compliance = pull(f.compliance, max(f.engagement, push), p.engagement_rate)
    if j is not None:
        severity = f.severity0 * (1 - p.treatment_effect * f.engagement)
    else:
        severity = f.severity0
    f.severity = pull(f.severity, severity, p.recovery_rate)
    if f.plans > 0 and f.open[0]:
        f.improvement = pull(f.improvement, met(f), p.recovery_rate)
    f.risk = clip01(
        f.risk0 * (1 - f.improvement)
        + p.risk_severity * (f.severity - f.severity0)
        + p.wrong_harm * f.wrong
    )


def go_to_court(model: "Twin", f: Family, i: Practitioner) -> bool:
    """A court that shares power wins trust; return whether one that helps to solve engages."""
    p = model.p
    if not (f.open[0] and (i.q.court_control > 0 or i.q.court_engagement > 0)):
        return False
    place = model.draws.B(f, P.COURT)
    if place < i.q.court_control:
        f.trust[0] = pull(f.trust[0], 1, p.family_trust_rate)
    return place < i.q.court_engagement


def escalate(model: "Twin", f: Family) -> None:
    p = model.p
    if not f.open[0] or f.escalated:
        return
    if model.draws.U(f, P.ESCALATE) < p.escalate_rate * f.risk * f.risk:
        model.count("escalations")
        f.escalated = True
        f.trust[0] = f.trust[0] * (1 - p.escalation_loss)
        f.aggrieved = True


def complain(model: "Twin", f: Family) -> None:
    """Let a family with a reason of this week complain; one that trusts seldom does."""
    if not f.aggrieved:
        return
    f.aggrieved = False
    if model.draws.U(f, P.COMPLAIN) < model.p.complain * (1 - f.trust[0]):
        model.count("complaints")


def close_csc(model: "Twin", f: Family) -> bool:
    """Let CSC close the family; return whether it did."""
    if not f.open[0] or f.lead[0] is None or f.plans == 0:
        return False
    if not model.draws.U(f, P.CLOSE) < model.p.close_rate * (1 - f.belief[0]):
        return False
    model.count("closures")
    for s in (0, 1):
        if f.lead[s] is not None:
            f.led_by(s).shared_load -= 1
            forget(model, f, s)
    f.open[0] = False
    f.active = False
    f.closed = model.t
    f.consent = NOT_ASKED  # it ends with the case
    f.note_end_of_sharing(model.t)
    wait = draw_wait(model, f)
    if wait is not None and wait <= 52 and model.t + wait < model.horizon:
        f.locality.authority.returning.setdefault(model.t + wait, []).append(f)
    if (wait is None or wait > 52) and f.risk >= model.p.lawful_threshold:
        model.count("lost")
    return True


def draw_wait(model: "Twin", f: Family) -> int | None:
    """Return the weeks until the family returns, None if it never does."""
    chance = clip01(model.p.return_rate * f.risk)
    if chance <= 0:
        return None
    if chance >= 1:
        return 1
    stays_away = math.log(1 - chance)
    if stays_away == 0:  # a chance too small to tell 1 - chance from 1
        return None
    return 1 + math.floor(math.log(1 - model.draws.U(f, P.RETURN)) / stays_away)


def close_amh(model: "Twin", f: Family) -> None:
    if not f.open[1] or f.lead[1] is None:
        return
    if model.draws.U(f, P.CLOSE_AMH) < model.p.close_amh_rate * (1 - f.severity):
        f.open[1] = False
        f.led_by(1).shared_load -= 1
        forget(model, f, 1)
        f.note_end_of_sharing(model.t)
        if not f.open[0]:
            f.active = False
