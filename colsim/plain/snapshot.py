"""All states of a twin as plain values, in the order of the layout."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from colsim.plain.agents import MEMORY_KINDS, Family
from colsim.plain.places import Post

if TYPE_CHECKING:
    from colsim.plain.model import Twin

STATES = (
    "role_knowledge",
    "confidence",
    "narrative",
    "orientation",
    "stance",
    "alliance_protection",
    "belonging",
    "wellbeing",
    "disposition",
    "perceived_image",
    "lean",
    "caution",
    "tenure",
    "background",
    "shared_load",
    "pressure",
    "budget",
    "spent",
    "left",
    "memory",
    "pending_good",
    "pending_bad",
    "told_bad",
    "told_good",
)
FAMILY_STATES = (
    "origin",
    "active",
    "severity",
    "severity0",
    "risk",
    "risk0",
    "complexity",
    "improvement",
    "trust",
    "anxiety",
    "csw_anxiety",
    "engagement",
    "compliance",
    "consent",
    "open",
    "lead_since",
    "belief",
    "known_weight",
    "known_risk",
    "first_known",
    "cycle_start",
    "cycle_length",
    "plans",
    "achievable",
    "delivery",
    "wrong",
    "reluctance",
    "split",
    "heard",
    "asked",
    "aggrieved",
    "contacted",
    "talked",
    "discussed",
    "thin",
    "depth",
    "shared_since",
    "shared_until",
    "first_joint",
    "closed",
    "escalated",
    "contact",
    "initiator",
    "mutual",
    "facilitated",
    "in_passing",
    "appointed",
    "waiting",
    "forced",
    "disclosed",
    "understood",
)
VACANT = dict.fromkeys(STATES, 0) | {"memory": [0.0] * MEMORY_KINDS}


def copied(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def bits(facts: Iterable[int]) -> int:
    """Return a set of facts as an integer with those bits set."""
    mask = 0
    for x in facts:
        mask |= 1 << x
    return mask


def of_post(post: Post) -> dict[str, Any]:
    i = post.holder
    if i is None:
        states = {name: copied(value) for name, value in VACANT.items()}
    else:
        states = {name: copied(getattr(i, name)) for name in STATES}
    return {"filled": i is not None, "succession": post.succession} | states


def of_family(f: Family) -> dict[str, Any]:
    return {name: copied(getattr(f, name)) for name in FAMILY_STATES} | {
        "locality": f.locality.number,
        "weight": list(f.w),
        "adverse": bits(f.adverse),
        "lead": [-1 if i is None else i.post.number for i in f.lead],
        "known": [bits(f.known[s]) for s in (0, 1)],
        "received": [bits(f.received[s]) for s in (0, 1)],
        "spanner": -1 if f.spanner is None else f.spanner.post.number,
        "told": bits(f.told),
        "breached": bits(f.breached),
    }


def snapshot(model: "Twin") -> dict[str, Any]:
    places = model.places
    ties = [tie for authority in places.authorities for tie in authority.ties]
    spanner_ties = [tie for authority in places.authorities for tie in authority.spanner_ties]
    return {
        "practitioners": [of_post(post) for post in places.posts],
        "families": [of_family(f) for f in model.families()],
        "ties": {
            name: [getattr(tie, name) for tie in ties]
            for name in ("familiarity", "trust_cm", "trust_mc", "last", "met")
        },
        "spanner_ties": {
            name: [getattr(tie, name) for tie in spanner_ties] for name in ("familiarity", "trust")
        },
        "team_story": [team.story for team in places.teams],
        "team_since": [list(team.since) for team in places.teams],
        "totals": dict(model.totals),
        "latency": [list(row) for row in model.latency],
    }
