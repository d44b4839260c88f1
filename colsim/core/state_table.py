"""What each state means: type, range, unit, meaning, declared once for all tables.

Field by field as in the record types of `colsim.core.state` and `colsim.core.layout`, in their
order; a test compares both, and that every state stays within its range.
"""

import math
from dataclasses import dataclass
from typing import Literal

from colsim.core.names import NEVER, Memory

INF = math.inf

Kind = Literal["real", "integer", "yes/no", "set of facts", "key"]


@dataclass(frozen=True, slots=True)
class State:
    """One field of an entity: what it holds and how it is read."""

    name: str
    kind: Kind
    """A set of facts is an integer whose bit x stands for fact x; a key is a 64-bit hash."""
    low: float
    high: float
    unit: str
    meaning: str


POST = (
    State("origin", "key", 0, INF, "none", "names the post by authority, locality, team and seat"),
    State("service", "integer", 0, 2, "none", "0 CSW, 1 MHSW, 2 BS"),
    State("authority", "integer", 0, INF, "number", "where the post is"),
    State("locality", "integer", -1, INF, "number", "where the post is; −1 for a BS"),
    State("team", "integer", -1, INF, "number", "whose post it is; −1 for a BS"),
    State("row", "integer", 0, INF, "number", "place among the authority's posts of the service"),
    State("hours", "real", 0, INF, "hours per week", "contracted hours"),
    State(
        "tenure", "integer", -1, INF, "weeks",
        "of the holder when the policy begins, from a staff list; −1 not known",
    ),
)  # fmt: skip

TEAM = (
    State("origin", "key", 0, INF, "none", "names the team by authority, locality and number"),
    State("service", "integer", 0, 1, "none", "0 CSC, 1 AMH"),
    State("authority", "integer", 0, INF, "number", "where the team is"),
    State("locality", "integer", 0, INF, "number", "where the team is"),
    State("first_post", "integer", 0, INF, "number", "its first post; the others follow"),
    State("posts", "integer", 1, INF, "posts", "how many posts it has"),
)

LOCALITY = (
    State("origin", "key", 0, INF, "none", "names the locality by authority and number"),
    State("authority", "integer", 0, INF, "number", "whose it is"),
    State("shared_families", "real", 0, INF, "families", "number of shared families aimed at"),
    State("first_post", "integer", 0, INF, "number", "first post of each service"),
    State("posts", "integer", 1, INF, "posts", "of each service"),
    State("first_team", "integer", 0, INF, "number", "first team of each service"),
    State("teams", "integer", 1, INF, "teams", "of each service"),
)

AUTHORITY = (
    State("first_post", "integer", 0, INF, "number", "first post of CSWs, MHSWs, BS"),
    State("posts", "integer", 0, INF, "posts", "of CSWs, MHSWs, BS"),
    State("first_team", "integer", 0, INF, "number", "first team of each service"),
    State("teams", "integer", 1, INF, "teams", "of each service"),
    State("first_locality", "integer", 0, INF, "number", "its first locality"),
    State("localities", "integer", 1, INF, "localities", "how many it has"),
    State("first_tie", "integer", 0, INF, "number", "where its block of ties begins"),
    State("first_spanner_tie", "integer", 0, INF, "number", "where its spanners' ties begin"),
)

PRACTITIONER = (
    State("origin", "key", 0, INF, "none", "names the person: post and succession"),
    State("key", "key", 0, INF, "none", "origin mixed with this week: where their draws start"),
    State("succession", "integer", 0, INF, "number", "how many held the post before"),
    State("filled", "yes/no", 0, 1, "none", "somebody is in post; if not, the rest means nothing"),
    State("role_knowledge", "real", 0, 1, "share", "what they know of the other service"),
    State("confidence", "real", 0, 1, "share", "how able they feel to work with the other service"),
    State(
        "narrative", "real", -1, 1, "valence",
        "story they hold about the other service, −1 bad to 1 good",
    ),
    State(
        "orientation", "real", 0, 1, "share",
        "with the other service: 0 collecting information, 1 joint enterprise",
    ),
    State("pressure", "real", 0, INF, "ratio", "hours that the cases ask for over hours there are"),
    State("effort", "real", 0, 1, "share", "min(1, 1 / pressure)"),
    State("budget", "real", 0, INF, "hours", "left for collaboration this week"),
    State("spent", "real", 0, INF, "hours", "of collaboration, learning and supervision this week"),
    State("left", "real", 0, INF, "hours", "spent so last week: cases waited for them"),
    State(
        "alliance_protection", "real", 0, 1, "share",
        "unwillingness to risk the alliance with the client (used for MHSWs)",
    ),
    State("lean", "real", -1, 1, "valence", "about mental illness: fear above 0, optimism below"),
    State("caution", "real", -1, 1, "valence", "how narrowly they read the law on sharing"),
    State("background", "real", 0, INF, "cases", "cases that are not followed one by one"),
    State("shared_load", "integer", 0, INF, "families", "families led"),
    State("wellbeing", "real", 0, 1, "share", "drives leaving"),
    State("disposition", "real", 0, 1, "share", "their wellbeing at rest, for good"),
    State(
        "stance", "real", 0, 1, "share",
        "orientation with the family: 0 done to them, 1 with them",
    ),
    State(
        "belonging", "real", 0, 1, "share",
        "felt ownership by the local authority (used for MHSWs)",
    ),
    State(
        "perceived_image", "real", -1, 1, "valence",
        "how they think the other service sees them",
    ),
    State("tenure", "integer", 0, INF, "weeks", "in post"),
    State("pending_good", "integer", 0, INF, "count", "good experiences since the last telling"),
    State("pending_bad", "integer", 0, INF, "count", "bad experiences since the last telling"),
    State("told_bad", "integer", NEVER, INF, "week", "last told a bad story; −1000 never"),
    State("told_good", "integer", NEVER, INF, "week", "last told a good story; −1000 never"),
    State("memory", "real", 0, INF, "count", "fading counts of experiences, by kind (below)"),
    State(
        "hours_left", "real", 0, INF, "hours",
        "of a BS: visits, consultation, facilitation, workshops, challenge",
    ),
)  # fmt: skip

FAMILY = (
    State("origin", "key", 0, INF, "none", "names the family: locality, week of arrival, ordinal"),
    State("key", "key", 0, INF, "none", "origin mixed with this week: where its draws start"),
    State("active", "yes/no", 0, 1, "none", "some service is open"),
    State("contacted", "yes/no", 0, 1, "none", "the leads had contact since the cycle began"),
    State("talked", "yes/no", 0, 1, "none", "they talked, and not only wrote"),
    State("discussed", "yes/no", 0, 1, "none", "they discussed the risk"),
    State("escalated", "yes/no", 0, 1, "none", "the case escalated in this episode"),
    State("mutual", "yes/no", 0, 1, "none", "this week's contact gives in both directions"),
    State("facilitated", "yes/no", 0, 1, "none", "this week's contact is led by a BS"),
    State("in_passing", "yes/no", 0, 1, "none", "this week's contact is a talk in passing"),
    State("appointed", "yes/no", 0, 1, "none", "the leads have arranged to meet next week"),
    State("forced", "yes/no", 0, 1, "none", "a rule brought this week's contact about"),
    State("thin", "yes/no", 0, 1, "none", "the last plan was made with contact and no talk"),
    State("split", "yes/no", 0, 1, "none", "tells its two workers different things"),
    State("heard", "yes/no", 0, 1, "none", "the child was seen and heard since the cycle began"),
    State("asked", "yes/no", 0, 1, "none", "a lead asked for consent since the cycle began"),
    State("aggrieved", "yes/no", 0, 1, "none", "has this week's reason to complain"),
    State(
        "consent", "integer", 0, 3, "none",
        "to the services' sharing: 0 not asked, 1 given, 2 refused, 3 withdrawn",
    ),
    State("waiting", "integer", 0, 1, "none", "of each lead: whether a consultation is waited for"),
    State("open", "integer", 0, 1, "none", "of each service: whether it is involved"),
    State(
        "contact", "integer", -2, 3, "none",
        "this week's: 0 written, 1 phone, 2 face to face, 3 meeting, −1 none, −2 tried in vain",
    ),
    State("initiator", "integer", 0, 1, "none", "of this week's contact: 0 CSW, 1 MHSW"),
    State(
        "depth", "integer", 0, 4, "none",
        "of the last cycle: 0 none, 1 informed, 2 consulted, 3 concerted, 4 shared",
    ),
    State("lead", "integer", -1, INF, "number", "the post that leads in each service; −1 none"),
    State("closed", "integer", -1, INF, "week", "CSC closed it last; −1 not, or open again"),
    State("locality", "integer", 0, INF, "number", "where it lives"),
    State("known", "set of facts", 0, 65535, "none", "understood by the lead of each service"),
    State("breached", "set of facts", 0, 65535, "none", "told between the leads without right"),
    State("trust", "real", 0, 1, "share", "in each service"),
    State("complexity", "real", 0, 1, "share", "of its needs"),
    State("known_weight", "real", 0, 1, "share", "of the true risk's weights, in `known`"),
    State("cycle_start", "integer", -13, INF, "week", "the assessment or review began"),
    State("cycle_length", "integer", 9, 13, "weeks", "until the plan falls due"),
    State("plans", "integer", 0, INF, "count", "plans made in this episode"),
    State("adverse", "set of facts", 0, 65535, "none", "that speak of risk"),
    State(
        "received", "set of facts", 0, 65535, "none",
        "received by the lead of each service and not understood; shares nothing with `known`",
    ),
    State("disclosed", "integer", 0, 16, "facts", "told to each lead in this week's contact"),
    State("understood", "integer", 0, 32, "facts", "of these, and in a consultation, understood"),
    State("lead_since", "integer", -1, INF, "week", "each lead took the case; −1 not yet"),
    State("belief", "real", 0, 1, "share", "each lead's belief about the risk"),
    State("known_risk", "real", 0, 1, "share", "weight of adverse facts in `known`"),
    State("improvement", "real", 0, 1, "share", "of the child's risk, through plans lived up to"),
    State("csw_anxiety", "real", 0, 1, "share", "of the CSW, about mental illness in this case"),
    State("anxiety", "real", 0, 1, "share", "of the family, stigma included"),
    State("engagement", "real", 0, 1, "share", "real"),
    State("compliance", "real", 0, 1, "share", "shown; without engagement it is a disguise"),
    State("achievable", "real", 0, 1, "none", "1 if the last plan's targets can be met, else 0"),
    State("delivery", "real", 0, 1, "share", "of the last plan that those who accepted deliver"),
    State("wrong", "real", 0, 1, "share", "of a plan built on an error that is delivered"),
    State("reluctance", "real", 0, 1, "share", "the more, the more trust it takes to consent"),
    State("severity", "real", 0, 1, "share", "of the parent's mental ill-health"),
    State("severity0", "real", 0, 1, "share", "the same at birth in the model"),
    State("risk", "real", 0, 1, "share", "true risk of the child; nobody in the model sees it"),
    State("risk0", "real", 0, 1, "share", "the same at birth in the model"),
    State("shared_since", "integer", -1, INF, "week", "it first became shared; −1 not yet"),
    State("shared_until", "integer", -1, INF, "week", "it ceased to be; −1 not yet"),
    State("first_joint", "integer", -1, INF, "week", "of the first joint plan; −1 not yet"),
    State("spanner", "integer", -1, INF, "number", "post of the BS who knows of it; −1 none"),
    State("told", "set of facts", 0, 65535, "none", "told to that BS in consultations"),
    State("spanner_origin", "key", 0, INF, "none", "names that BS: what they knew goes with them"),
    State("next_return", "integer", -1, INF, "number", "family that returns next; −1 none"),
    State("arrival", "integer", -1, INF, "week", "it becomes known; −1 for the initial stock"),
    State("weight", "real", 0, 1, "share", "of each fact in the true risk; they add to 1"),
    State("first_known", "integer", -1, INF, "week", "any lead first knew each fact; −1 not yet"),
)  # fmt: skip

TIE = (
    State("tie_familiarity", "real", 0, 1, "share", "F: how well the two know each other"),
    State("tie_trust_cm", "real", 0, 1, "share", "of the CSW in the MHSW"),
    State("tie_trust_mc", "real", 0, 1, "share", "of the MHSW in the CSW"),
    State("tie_last", "integer", -1, INF, "week", "of the last contact; −1: strangers"),
    State("tie_met", "integer", -1, INF, "week", "they last came across each other; −1: never"),
)

SPANNER_TIE = (
    State("spanner_familiarity", "real", 0, 1, "share", "F: how well the two know each other"),
    State("spanner_trust", "real", 0, 1, "share", "of the practitioner in the BS"),
)

MEMORY_MEANINGS: dict[str, str] = {kind.name.lower(): kind.meaning for kind in Memory}
"""Kinds of experience that a practitioner remembers, in the order of `memory`."""

ENTITIES: dict[str, tuple[State, ...]] = {
    "practitioner": PRACTITIONER,
    "family": FAMILY,
    "tie": TIE,
    "spanner tie": SPANNER_TIE,
    "post": POST,
    "team": TEAM,
    "locality": LOCALITY,
    "authority": AUTHORITY,
}
