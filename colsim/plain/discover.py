"""7.5 Discover: leads learn facts from the family itself."""

from typing import TYPE_CHECKING

from colsim.core.layout import MHSW
from colsim.core.numerics import pull
from colsim.core.rng import Purpose as P
from colsim.plain.agents import FACE, GIVEN, PHONE, REFUSED, SIDE, WISHES, Family, Practitioner
from colsim.plain.places import Authority
from colsim.plain.practice import days_shared, willing

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def discover(model: "Twin", authority: Authority) -> None:
    """7.5: leads learn facts from the family itself."""
    for f in authority.active:
        give_conflicting_accounts(model, f)
        if f.is_shared:
            for s in (0, 1):
                ask_for_consent(model, f, s)
        hear_the_child(model, f)
        for s in (0, 1):
            i = f.lead[s]
            if i is not None:
                discover_one(model, f, s, i)


def give_conflicting_accounts(model: "Twin", f: Family) -> None:
    """A family with little trust may tell its two workers different things."""
    if not f.is_paired or f.split:
        return
    distrust = 1 - (0.5 * f.trust[0] + 0.5 * f.trust[1])
    if model.draws.U(f, P.CONFLICT) < model.p.split_rate * distrust:
        f.split = True
        model.count("splits")


def ask_for_consent(model: "Twin", f: Family, s: int) -> None:
    """Let the lead of s ask whether the services may share; only work on consent asks again."""
    p, i = model.p, f.lead[s]
    if i is None or f.consents:
        return
    work = i.q.consent_work
    hours = model.hours[PHONE] * (1 + work)  # to explain it takes up to as long again
    x = p.ask_consent * work if f.asked else pull(p.ask_consent, 1, work)
    x = x * i.effort
    if s == MHSW and p.shielding == 1:
        x = x * (1 - i.alliance_protection)
    if not (i.budget >= hours and model.draws.U(f, P.ASK_CONSENT, s) < x):
        return
    model.count("consent_asked")
    spend_on_family(model, i, hours)
    f.asked = True
    if willing(model, f, f.trust[s], work):
        f.consent = GIVEN
        model.count("consent_given")
        f.breached = set()
    else:
        f.consent = REFUSED
        model.count("consent_refused")


def hear_the_child(model: "Twin", f: Family) -> None:
    """Let the CSW see the child, who may say what it wants."""
    p, U, i = model.p, model.draws.U, f.lead[0]
    if not f.open[0] or i is None or f.heard or not i.budget >= model.hours[FACE]:
        return
    if not U(f, P.HEAR) < p.hear_child * i.effort * i.stance:
        return
    spend_on_family(model, i, model.hours[FACE])
    f.heard = True
    shown = p.discover_untrusted + (1 - p.discover_untrusted) * f.trust[0]
    said = [x for x in WISHES if x not in f.known[0] and U(f, P.WISH, x) < shown]
    for x in said:
        learn(model, f, 0, x)
    if said:
        f.recount(0)


def learn(model: "Twin", f: Family, s: int, fact: int) -> None:
    """Let the lead of s learn a fact from the family itself."""
    f.comes_to_understand(s, fact, model.t)
    f.breached.discard(fact)


def spend_on_family(model: "Twin", i: Practitioner, hours: float) -> None:
    """Let a lead use hours for asking a family, or for seeing a child."""
    i.spend(hours)
    model.count("hours_families", hours)


def with_own_team(model: "Twin", i: Practitioner, x: float) -> float:
    """Return what is left of x on days on which an MHSW has the own team on the telephone only."""
    days = days_shared(model, i)
    if not (days > 0 and model.p.cmht_size > len(i.post.team.posts)):
        return x
    return pull(x, x * (model.richness[PHONE] / model.richness[FACE]), days / 5)


def discover_one(model: "Twin", f: Family, s: int, i: Practitioner) -> None:
    p, U = model.p, model.draws.U
    u = U(f, P.DISCOVER, s)
    low = p.discover_untrusted
    own = [x for x in SIDE[s] if x not in WISHES and x not in f.known[s]]
    other = [x for x in SIDE[1 - s] if x not in WISHES and x not in f.known[s]]
    x = p.discover_rate * (low + (1 - low) * f.trust[s]) * i.effort * (len(own) / 8)
    cross = p.cross_discovery
    if s == MHSW:  # they talk with their team, and may ask about children as a rule
        x = with_own_team(model, i, x)
        cross = p.cross_discovery * (1 + i.q.asking_children)
    if u < x:
        fact = own[int(U(f, P.DISCOVER_WHICH, s) * len(own))]
    elif u < x + cross * f.trust[s] * (len(other) / 8):
        fact = other[int(U(f, P.DISCOVER_WHICH, s) * len(other))]
        if fact in f.known[1 - s] and f.split:  # it is told to one service only
            return
    else:
        return
    learn(model, f, s, fact)
    f.recount(s)
