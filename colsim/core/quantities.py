"""The named quantities through which a policy acts; mechanisms read these and never a lever.

Each team has its own value of every quantity in every week.
"""

from dataclasses import dataclass

import numpy as np


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
    Quantity("corridor_days", 0, 0, 5, "days a week", "AMH team sits in the children's office"),
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
    Quantity("collaboration_priority", 0, 0, 1, "share", "managers put collaboration first"),
    Quantity("deadline_relief", 0, 0, 1, "share", "joint work may outrank the deadline"),
    Quantity("caseload_cap", 60, 5, 60, "cases", "most cases that a CSW carries"),
)

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in _TABLE}
QUANTITY_INDEX: dict[str, int] = {name: k for k, name in enumerate(QUANTITIES)}
QUANTITY_DTYPE = np.dtype([(name, np.float64) for name in QUANTITIES])
QUANTITY_BOUNDS = np.array([(q.base, q.low, q.high) for q in _TABLE], dtype=np.float64)
"""Shape (quantities, 3): base, low, high."""

MODES: dict[str, int] = {"scale": 0, "on": 1, "towards": 2}
