"""7.4 Intake: cases, pressure and hours; families come, are referred and get leads."""

import math
from typing import TYPE_CHECKING

from colsim.core.layout import CSW
from colsim.core.numerics import clip01, logistic
from colsim.core.rng import Purpose as P
from colsim.plain.agents import SIDE, Family, Practitioner
from colsim.plain.places import Authority, Locality
from colsim.plain.practice import breach, count_occasion, fear, is_lawful, note_told, story, tie_of

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def intake(model: "Twin", authority: Authority) -> None:
    for locality in authority.localities:
        for s in (0, 1):
            background(model, locality, s)
    for f in authority.returning.pop(model.t, []):
        come_back(model, f)
        authority.active.append(f)
    for f in authority.arriving.pop(model.t, []):
        arrive(model, f)
        authority.active.append(f)
    for f in authority.active:
        refer(model, f)
        for s in (0, 1):
            allocate(model, f, s)


def background(model: "Twin", locality: Locality, s: int) -> None:
    """7.4.1: share out a locality's other cases, and with them pressure and hours."""
    p = model.p
    posts = locality.posts[s]
    demand = (p.csw_cases_per_post if s == CSW else p.mhsw_cases_per_post) * len(posts)
    h = p.csw_hours_per_case if s == CSW else p.mhsw_hours_per_case
    filled = 0.0
    for post in posts:
        if post.holder is not None:
            filled += post.hours
    for post in posts:
        i = post.holder
        if i is None:
            continue
        if filled > 0:
            i.background = demand * post.hours / filled
            if s == CSW:
                i.background = min(i.background, max(0.0, i.q.caseload_cap - i.shared_load))
        own = max(1.0, post.hours)
        moved = min(p.priority_hours * i.q.collaboration_priority, own - 1)
        model.count("hours_moved", moved)
        waited = max(0.0, i.left - moved)
        model.count("taken_csw" if s == CSW else "taken_mhsw", moved + waited)
        demanded = (i.background + i.shared_load) * h + waited
        i.pressure = demanded / (own - moved) * (1 + i.q.strain)
        share = clip01(p.collaboration_share * (1 + (1 - i.pressure)))
        i.budget = max(0.0, own * share + moved - i.spent)


def come_back(model: "Twin", f: Family) -> None:
    """7.4.2: a family is referred to children's social care again."""
    p, t = model.p, model.t
    model.count("returns")
    f.active = True
    if f.open[1]:
        stays = math.exp(-p.close_amh_rate * (1 - f.severity) * (t - f.closed))
        f.open[1] = model.draws.U(f, P.STAYS_OPEN) < stays
    f.open_csc(t)
    f.note_sharing(t)


def arrive(model: "Twin", f: Family) -> None:
    """7.4.2: a family becomes known for the first time."""
    t = model.t
    model.count("arrivals")
    f.active = True
    route = int(3 * model.draws.B(f, P.ROUTE))
    if route in (0, 1):
        f.open_csc(t)
    f.open[1] = route in (0, 2)
    f.note_sharing(t)


def refer(model: "Twin", f: Family) -> None:
    """7.4.3a: the one service involved may bring in the other."""
    p = model.p
    if f.open[0] == f.open[1]:
        return
    s = 0 if f.open[0] else 1
    i = f.lead[s]
    if i is None:
        return
    x = (
        p.refer_base
        + p.contact_need * f.complexity
        + p.contact_readiness * i.role_knowledge
        + p.contact_tie * story(model, i)
    )
    if s == CSW:
        x = x - p.contact_fear * fear(model, f, i) + p.within_reach * i.q.front_door_referral
    if model.draws.U(f, P.REFER) < logistic(x):
        model.count("referrals")
        if s == CSW:
            f.open[1] = True
        else:
            f.open_csc(model.t)
        f.note_sharing(model.t)


def allocate(model: "Twin", f: Family, s: int) -> None:
    """7.4.3b: the least loaded filled post takes a family without a lead."""
    if not f.open[s] or f.lead[s] is not None:
        return
    other = f.lead[1 - s]
    chosen, least = None, math.inf
    for post in f.locality.posts[s]:
        i = post.holder
        if i is None:
            continue
        load = (i.background + i.shared_load) / post.hours
        if other is not None:
            load = load * (1 - i.q.known_pairs * tie_of(i, other).familiarity)
        if load < least:
            chosen, least = i, load
    if chosen is not None:
        f.lead[s] = chosen
        f.lead_since[s] = model.t
        chosen.shared_load += 1
        if s == CSW and f.plans == 0 and chosen.q.front_door > 0:
            ask_at_the_front_door(model, f, chosen)


def ask_at_the_front_door(model: "Twin", f: Family, i: Practitioner) -> None:
    """Let the seat at the front door find facts of the parent's side in AMH's records."""
    p, U = model.p, model.draws.U
    found = {
        x
        for x in SIDE[1]
        if x not in f.known[0]
        and x not in f.received[0]
        and U(f, P.FRONT_DOOR, x) < i.q.front_door * p.front_door_finds
    }
    if not found:
        return
    lawful = is_lawful(model, f)
    risk = f.weight_of(found & f.adverse) + (1 - f.weight_of(found)) * p.prior_risk
    if not (
        f.consents
        or risk >= p.lawful_threshold
        or U(f, P.FRONT_DOOR, 16) < logistic(p.disclose_base - p.disclose_barred)
    ):
        if lawful:
            model.count("over_caution")
        return
    for x in found:
        f.received[0].add(x)
        note_told(f, x, lawful)
        if f.first_known[x] == -1:
            f.first_known[x] = model.t
    if not lawful:
        breach(model, f, 1, 6)
        count_occasion(model, [risk])
