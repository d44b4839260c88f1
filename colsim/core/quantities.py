"""The named quantities through which a policy acts; mechanisms read these and never a lever.

Each team has its own value of every quantity in every week.
"""

from dataclasses import dataclass

import numpy as np

from colsim.core.names import Mode


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value that levers move: base without policy, range, unit, meaning."""

    name: str
    base: float
    low: float
    high: float
    unit: str
    description: str


_TABLE = (
    Quantity("shared_days", 0, 0, 5, "days a week", "AMH team sits in the children's office"),
    Quantity("face_to_face_saving", 0, 0, 1, "share of the week", "no travel to meet"),
    Quantity(
        "story_mixing", 0, 0, 1, "share of the week", "stories are told in each other's earshot"
    ),
    Quantity("training_confidence", 0, 0, 12, "sessions a year", "training that builds confidence"),
    Quantity(
        "training_knowledge", 0, 0, 12, "sessions a year", "training in the other's roles and law"
    ),
    Quantity("training_acquaintance", 0, 0, 12, "sessions a year", "training in mixed groups"),
    Quantity("spanner_posts", 0, 0, 100, "posts", "boundary-spanner posts of the authority"),
    Quantity("recruitment_success", 1, 0, 1, "share", "recruitment to spanner posts that succeeds"),
    Quantity("spanner_visits", 0, 0, 37, "hours a week per post", "visiting teams"),
    Quantity("spanner_consultation", 0, 0, 37, "hours a week per post", "case consultations"),
    Quantity("spanner_facilitation", 0, 0, 37, "hours a week per post", "three-way discussions"),
    Quantity(
        "spanner_workshops", 0, 0, 37, "hours a week per post", "workshops for children's teams"
    ),
    Quantity("spanner_challenge", 0, 0, 37, "hours a week per post", "challenging a team's story"),
    Quantity("protocol_contact", 0, 0, 1, "share", "rule to get in touch and to answer"),
    Quantity("protocol_disclosure", 0, 0, 1, "share", "rule to disclose"),
    Quantity("rule_upkeep", 0, 0, 1, "share", "managers keep up what a rule asks, hour by hour"),
    Quantity("collaboration_priority", 0, 0, 1, "share", "managers give hours to collaboration"),
    Quantity("deadline_relief", 0, 0, 1, "share", "joint work may outrank the deadline"),
    Quantity("caseload_cap", 60, 5, 60, "cases", "most cases that a CSW carries"),
    Quantity("contact_point", 0, 0, 1, "share", "calls to the team reach somebody who helps"),
    Quantity(
        "champion_hours", 0, 0, 37, "hours a week per team", "the team's champion meets people"
    ),
    Quantity("shared_record", 0, 0, 1, "share of facts", "visible in a joint information system"),
    Quantity("front_door", 0, 0, 1, "share of the week", "an AMH worker sits at the front door"),
    Quantity("front_door_referral", 0, 0, 1, "share of the week", "the front door brings AMH in"),
    Quantity("task_clarity", 0, 0, 1, "share", "who does what in a plan is laid down"),
    Quantity("plan_ownership", 0, 0, 1, "share", "somebody owns the plan and explains it"),
    Quantity("restorative_stance", 0, 0, 1, "share", "work with families, not to them"),
    Quantity("family_voice", 0, 0, 1, "share", "families have a say in what is decided"),
    Quantity("openness", 0, 0, 1, "share", "working with the other service is expected"),
    Quantity("known_pairs", 0, 0, 1, "share", "cases go to pairs who know each other"),
    Quantity("joint_visits", 0, 0, 1, "share", "the two leads go to a family together"),
    Quantity("shared_frame", 0, 0, 1, "share", "both services assess in one frame"),
    Quantity("asking_children", 0, 0, 1, "share", "MHSWs ask parents about their children"),
    Quantity("own_judgement", 0, 0, 1, "share", "supervision asks what one has seen oneself"),
    Quantity("support", 0, 0, 1, "share", "supervision and managers support the worker"),
    Quantity("hours_taken", 0, 0, 20, "hours a week each", "time that a policy takes from all"),
    Quantity("shadowing_knowledge", 0, 0, 52, "days a year", "days at the other service: its work"),
    Quantity(
        "shadowing_acquaintance", 0, 0, 52, "days a year", "days at the other service: its people"
    ),
    Quantity("ownership", 0, 0, 1, "share", "the local authority treats MHSWs as its own"),
    Quantity("court_engagement", 0, 0, 1, "share of families", "a court that helps to solve"),
    Quantity("court_control", 0, 0, 1, "share of families", "a court that shares power"),
    Quantity("posts_frozen", 0, 0, 1, "share of posts", "not filled again once vacant"),
    Quantity("strain", 0, 0, 2, "share of demand", "extra work for everybody"),
    Quantity(
        "unrest", 0, 0, 4, "share of the leaving rate", "more people leave than pressure says"
    ),
)

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in _TABLE}
QUANTITY_INDEX: dict[str, int] = {name: k for k, name in enumerate(QUANTITIES)}
QUANTITY_DTYPE = np.dtype([(name, np.float64) for name in QUANTITIES])
QUANTITY_BOUNDS = np.array([(q.base, q.low, q.high) for q in _TABLE], dtype=np.float64)
"""Shape (quantities, columns), columns as in `Bound`."""

MODES: dict[str, int] = {mode.name.lower(): int(mode) for mode in Mode}
