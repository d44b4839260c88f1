"""7.5 Discover: leads learn facts from the family itself."""

from typing import TYPE_CHECKING

from colsim.core.layout import MHSW
from colsim.core.rng import Purpose as P
from colsim.plain.agents import SIDE, Family, Practitioner
from colsim.plain.places import Authority
from colsim.plain.practice import days_shared

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def discover(model: "Twin", authority: Authority) -> None:
    """7.5: leads learn facts from the family itself."""
    for f in authority.active:
        for s in (0, 1):
            i = f.lead[s]
            if i is not None:
                if s == MHSW:
                    ask_the_team(model, f, i)
                discover_one(model, f, s, i)


def ask_the_team(model: "Twin", f: Family, j: Practitioner) -> None:
    """An MHSW's other colleagues explain what was received, as far as the MHSW sits among them."""
    p = model.p
    if not p.cmht_size - len(j.post.team.posts) > 0:
        return
    chance = p.team_expertise * (1 - days_shared(model, j) / 5)
    explained = [x for x in SIDE[1] if x in f.received[1] and model.draws.U(f, P.TEAM, x) < chance]
    for x in explained:
        f.comes_to_understand(1, x, model.t)
    if explained:
        f.recount(1)


def discover_one(model: "Twin", f: Family, s: int, i: Practitioner) -> None:
    p, U = model.p, model.draws.U
    u = U(f, P.DISCOVER, s)
    low = p.discover_untrusted
    own = [x for x in SIDE[s] if x not in f.known[s]]
    other = [x for x in SIDE[1 - s] if x not in f.known[s]]
    x = p.discover_rate * (low + (1 - low) * f.trust[s]) * i.effort * (len(own) / 8)
    cross = p.cross_discovery
    if s == MHSW:  # they may ask about children as a rule
        cross = p.cross_discovery + p.asking_children * i.q.asking_children
    if u < x:
        fact = own[int(U(f, P.DISCOVER_WHICH, s) * len(own))]
    elif u < x + cross * f.trust[s] * (len(other) / 8):
        fact = other[int(U(f, P.DISCOVER_WHICH, s) * len(other))]
        told_to_one_only = fact in f.known[1 - s] and not U(f, P.SPLIT, s) < f.trust[s]
        if told_to_one_only:
            return
    else:
        return
    f.comes_to_understand(s, fact, model.t)
    f.recount(s)
