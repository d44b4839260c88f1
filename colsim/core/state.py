"""The world as arrays. Ranges and invariants are listed in section 2 of the ODD."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from colsim.core.layout import Layout, Records
from colsim.core.levers import LeverTable
from colsim.core.measures import LATENCY_CAP, TOTALS
from colsim.core.parameters import PARAMETER_DTYPE
from colsim.core.quantities import QUANTITIES, QUANTITY_BOUNDS, QUANTITY_DTYPE

FACTS = 16
MEMORIES = (
    "good_written", "good_phone", "good_face", "good_meeting",
    "bad_written", "bad_phone", "bad_face", "bad_meeting",
    "refusal", "no_answer", "unexplained", "unachievable", "unprepared",
    "joint_plan", "consultation", "given_up", "extractive", "worker_change",
    "misdirected", "calmed", "understood_by_other", "family_trust_rose",
    "decided_together", "decided_alone",
)  # fmt: skip

PRACTITIONER_DTYPE = np.dtype(
    [
        ("origin", "u8"),
        ("key", "u8"),  # origin mixed with this week
        ("succession", "i8"),
        ("filled", "?"),
        ("role_knowledge", "f8"),
        ("confidence", "f8"),
        ("narrative", "f8"),
        ("orientation", "f8"),
        ("stance", "f8"),
        ("alliance_protection", "f8"),
        ("belonging", "f8"),
        ("wellbeing", "f8"),
        ("perceived_image", "f8"),
        ("lean", "f8"),
        ("tenure", "i8"),
        ("background", "f8"),
        ("shared_load", "i8"),
        ("pressure", "f8"),
        ("budget", "f8"),
        ("spent", "f8"),
        ("memory", "f8", (len(MEMORIES),)),
        ("pending_good", "i8"),
        ("pending_bad", "i8"),
        ("told_bad", "i8"),
        ("told_good", "i8"),
        ("hours_left", "f8", (5,)),  # of a spanner: visits, consultation, facilitation, workshops, challenge
    ],
    align=True,
)

FAMILY_DTYPE = np.dtype(
    [
        # What every phase asks first stands together, in one line of the processor's cache.
        ("origin", "u8"),
        ("key", "u8"),  # origin mixed with this week
        ("active", "?"),
        ("consent", "?"),
        ("contacted", "?"),
        ("talked", "?"),
        ("discussed", "?"),
        ("escalated", "?"),
        ("mutual", "?"),
        ("facilitated", "?"),
        ("corridor", "?"),
        ("open", "i1", (2,)),  # Numba has no nested arrays of booleans
        ("contact", "i1"),
        ("initiator", "i1"),
        ("depth", "i1"),
        ("lead", "i4", (2,)),
        ("closed", "i4"),
        ("locality", "i4"),
        ("known", "i4", (2,)),
        ("trust", "f8", (2,)),
        ("complexity", "f8"),
        ("known_weight", "f8", (2,)),
        ("cycle_start", "i4"),
        ("cycle_length", "i4"),
        ("plans", "i4"),
        ("adverse", "i4"),
        ("received", "i4", (2,)),
        ("disclosed", "i4", (2,)),
        ("understood", "i4", (2,)),
        ("lead_since", "i4", (2,)),
        ("belief", "f8", (2,)),
        ("known_risk", "f8", (2,)),
        ("improvement", "f8"),
        ("csw_anxiety", "f8"),
        ("anxiety", "f8"),
        ("engagement", "f8"),
        ("compliance", "f8"),
        ("achievable", "f8"),
        ("severity", "f8"),
        ("severity0", "f8"),
        ("risk", "f8"),
        ("risk0", "f8"),
        ("shared_since", "i4"),
        ("shared_until", "i4"),
        ("first_joint", "i4"),
        ("arrival", "i4"),  # week; -1 for the initial stock
        ("weight", "f8", (FACTS,)),
        ("first_known", "i4", (FACTS,)),
    ],
    align=True,
)

DERIVED_DTYPE = np.dtype(
    [
        ("story_keep", "f8"),
        ("memory_keep", "f8"),
        ("learning_keep", "f8"),
        ("tie_keep", "f8"),
        ("spanner_tie_keep", "f8"),
        ("richness", "f8", (4,)),
        ("hours", "f8", (4,)),
        ("carry", "f8", (4,)),
    ],
    align=True,
)

CLOCK_DTYPE = np.dtype(
    [
        ("seed", "u8"),
        ("week_key", "u8"),
        ("week", "i8"),
        ("burn_in", "i8"),
        ("active", "i8"),  # length of the list of active families
        ("arrived", "i8"),  # families whose week of arrival has come
    ]
)


class World(NamedTuple):
    """Everything that a run is: fixed tables first, then what changes."""

    posts: Records
    teams: Records
    localities: Records
    authorities: Records
    parameters: Records
    levers: Records
    channels: Records
    covered: npt.NDArray[np.bool_]
    bounds: npt.NDArray[np.float64]
    derived: Records
    clock: Records
    quantities: npt.NDArray[np.float64]
    policy: Records
    practitioners: Records
    families: Records
    active: npt.NDArray[np.int64]
    tie_familiarity: npt.NDArray[np.float64]
    tie_trust_cm: npt.NDArray[np.float64]
    tie_trust_mc: npt.NDArray[np.float64]
    tie_last: npt.NDArray[np.int64]
    spanner_familiarity: npt.NDArray[np.float64]
    spanner_trust: npt.NDArray[np.float64]
    totals: npt.NDArray[np.float64]
    latency: npt.NDArray[np.int64]


FIXED = 9
"""The first fields of `World` are never written during a run and are shared by copies."""


def allocate(
    layout: Layout, levers: LeverTable, parameters: Records, *, families: int, weeks: int, burn_in: int
) -> World:
    """Return an empty world with room for `families` families and `weeks` weeks in all."""
    if parameters.dtype != PARAMETER_DTYPE or parameters.shape != (1,):
        raise ValueError("parameters must come from pack_parameters()")
    quantities = np.zeros((len(layout.teams), len(QUANTITIES)))
    clock = np.zeros(1, CLOCK_DTYPE)
    clock["burn_in"] = burn_in
    return World(
        posts=layout.posts,
        teams=layout.teams,
        localities=layout.localities,
        authorities=layout.authorities,
        parameters=parameters,
        levers=levers.levers,
        channels=levers.channels,
        covered=levers.covered,
        bounds=QUANTITY_BOUNDS,
        derived=np.zeros(1, DERIVED_DTYPE),
        clock=clock,
        quantities=quantities,
        policy=quantities.view(QUANTITY_DTYPE)[:, 0],
        practitioners=np.zeros(len(layout.posts), PRACTITIONER_DTYPE),
        families=np.zeros(families, FAMILY_DTYPE),
        active=np.zeros(families, np.int64),
        tie_familiarity=np.zeros(layout.ties),
        tie_trust_cm=np.zeros(layout.ties),
        tie_trust_mc=np.zeros(layout.ties),
        tie_last=np.zeros(layout.ties, np.int64),
        spanner_familiarity=np.zeros(layout.spanner_ties),
        spanner_trust=np.zeros(layout.spanner_ties),
        totals=np.zeros((weeks, len(TOTALS))),
        latency=np.zeros((2, LATENCY_CAP + 1), np.int64),
    )


def copy_world(world: World, *, levers: LeverTable | None = None) -> World:
    """Return an independent copy, with other levers if given; fixed tables are shared."""
    fields = list(world[:FIXED]) + [array.copy() for array in world[FIXED:]]
    copied = World(*fields)
    copied = copied._replace(policy=copied.quantities.view(QUANTITY_DTYPE)[:, 0])
    if levers is not None:
        copied = copied._replace(levers=levers.levers, channels=levers.channels, covered=levers.covered)
    return copied
