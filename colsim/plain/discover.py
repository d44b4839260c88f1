"""7.5 Discover: leads learn facts from the family itself."""

from typing import TYPE_CHECKING

from colsim.core.rng import Purpose as P
from colsim.plain.agents import SIDE, Family, Practitioner
from colsim.plain.places import Authority

if TYPE_CHECKING:
    from colsim.plain.model import Twin


def discover(model: "Twin", authority: Authority) -> None:
    """7.5: leads learn facts from the family itself."""
    for f in authority.active:
        for s in (0, 1):
            i = f.lead[s]
            if i is not None:
                discover_one(model, f, s, i)


def discover_one(model: "Twin", f: Family, s: int, i: Practitioner) -> None:
    p, U = model.p, model.draws.U
    u = U(f, P.DISCOVER, s)
    own = [x for x in SIDE[s] if x not in f.known[s]]
    other = [x for x in SIDE[1 - s] if x not in f.known[s]]
    x = p.discover_rate * (0.3 + 0.7 * f.trust[s]) * i.effort * (len(own) / 8)
    if u < x:
        fact = own[int(U(f, P.DISCOVER_WHICH, s) * len(own))]
    elif u < x + p.cross_discovery * f.trust[s] * (len(other) / 8):
        fact = other[int(U(f, P.DISCOVER_WHICH, s) * len(other))]
        told_to_one_only = fact in f.known[1 - s] and not U(f, P.SPLIT, s) < f.trust[s]
        if told_to_one_only:
            return
    else:
        return
    f.comes_to_understand(s, fact, model.t)
    f.recount(s)
