"""The records that the arrays of a world are made of: one row a person, post, team or family.

Posts, teams and places are fixed for a run; who fills a post and what they think is a state of the
person. A family keeps both services' side of everything (`open`, `lead`, `known`, `belief`), since
that the two differ is what the model is about.
"""

from typing import Any

import numpy as np

from colsim.core.names import CHANNELS, FACTS, SERVICES, Hours, Memory

CACHE_LINE = 64
"""Bytes that a processor fetches at once. Records start at such a boundary, and what most phases
ask stands in their first lines: on a working set larger than the first cache this is a quarter
of the time."""


def _padded(fields: list[tuple[Any, ...]]) -> np.dtype[np.void]:
    """Return an aligned record type whose size is a whole number of cache lines."""
    size = np.dtype(fields, align=True).itemsize
    return np.dtype([*fields, ("_rest", "u1", (-size % CACHE_LINE,))], align=True)


PRACTITIONER_DTYPE = _padded(
    [
        ("origin", "u8"),
        ("key", "u8"),  # origin mixed with this week
        ("succession", "i8"),
        ("filled", "?"),
        ("role_knowledge", "f8"),
        ("confidence", "f8"),
        ("narrative", "f8"),
        ("orientation", "f8"),
        ("pressure", "f8"),
        ("effort", "f8"),  # min(1, 1 / pressure)
        ("budget", "f8"),
        ("spent", "f8"),
        ("left", "f8"),  # spent last week: cases waited for it
        ("alliance_protection", "f8"),
        ("lean", "f8"),
        ("caution", "f8"),
        ("background", "f8"),
        ("shared_load", "i8"),
        ("wellbeing", "f8"),
        ("disposition", "f8"),  # drawn once: where wellbeing rests
        ("stance", "f8"),
        ("belonging", "f8"),
        ("perceived_image", "f8"),
        ("tenure", "i8"),
        ("pending_good", "i4"),
        ("pending_bad", "i4"),
        ("told_bad", "i4"),
        ("told_good", "i4"),
        ("memory", "f8", (len(Memory),)),
        ("hours_left", "f8", (len(Hours),)),  # of a spanner
    ]
)


FAMILY_DTYPE = _padded(
    [
        ("origin", "u8"),
        ("key", "u8"),  # origin mixed with this week
        ("active", "?"),
        ("contacted", "?"),
        ("talked", "?"),
        ("discussed", "?"),
        ("escalated", "?"),
        ("mutual", "?"),
        ("facilitated", "?"),
        ("in_passing", "?"),
        ("appointed", "?"),
        ("forced", "?"),
        ("thin", "?"),
        ("split", "?"),
        ("heard", "?"),
        ("asked", "?"),
        ("aggrieved", "?"),
        ("consent", "i1"),
        ("waiting", "i1", (SERVICES,)),
        ("open", "i1", (SERVICES,)),  # Numba has no nested arrays of booleans
        ("contact", "i1"),
        ("initiator", "i1"),
        ("depth", "i1"),
        ("watched", "?"),  # no state: whether notes are made of it
        ("lead", "i4", (SERVICES,)),
        ("closed", "i4"),
        ("locality", "i4"),
        ("known", "i4", (SERVICES,)),
        ("breached", "i4"),
        ("trust", "f8", (SERVICES,)),
        ("complexity", "f8"),
        ("known_weight", "f8", (SERVICES,)),
        ("cycle_start", "i4"),
        ("cycle_length", "i4"),
        ("plans", "i4"),
        ("adverse", "i4"),
        ("received", "i4", (SERVICES,)),
        ("disclosed", "i4", (SERVICES,)),
        ("understood", "i4", (SERVICES,)),
        ("lead_since", "i4", (SERVICES,)),
        ("belief", "f8", (SERVICES,)),
        ("known_risk", "f8", (SERVICES,)),
        ("improvement", "f8"),
        ("csw_anxiety", "f8"),
        ("anxiety", "f8"),
        ("engagement", "f8"),
        ("compliance", "f8"),
        ("achievable", "f8"),
        ("delivery", "f8"),
        ("wrong", "f8"),
        ("reluctance", "f8"),
        ("severity", "f8"),
        ("severity0", "f8"),
        ("risk", "f8"),
        ("risk0", "f8"),
        ("shared_since", "i4"),
        ("shared_until", "i4"),
        ("first_joint", "i4"),
        ("spanner", "i4"),  # who was consulted about it, -1 nobody
        ("told", "i4"),
        ("spanner_origin", "u8"),
        ("next_return", "i4"),  # family that closed next and returns in the same week, -1 none
        ("arrival", "i4"),  # week; -1 for the initial stock
        ("weight", "f8", (FACTS,)),
        ("first_known", "i2", (FACTS,)),
    ]
)


DERIVED_DTYPE = np.dtype(
    [
        ("half_keep", "f8"),
        ("tie_keep", "f8"),
        # Weekly chance to leave of a CSW or MHSW with no wellbeing at all.
        ("most_leaving", "f8", (SERVICES,)),
        ("richness", "f8", (CHANNELS,)),
        ("hours", "f8", (CHANNELS,)),
        ("carry", "f8", (CHANNELS,)),
        # Of a talk in passing.
        ("seat_mean", "f8"),
    ],
    align=True,
)


CLOCK_DTYPE = np.dtype(
    [
        ("seed", "u8"),
        ("week_key", "u8"),
        ("week", "i8"),
        ("burn_in", "i8"),
    ]
)


ROSTER_DTYPE = np.dtype(
    [
        ("first", "i8"),  # where the authority's families, and its list of active ones, begin
        ("families", "i8"),
        ("active", "i8"),  # length of the list of active families
        ("arrived", "i8"),  # families whose week of arrival has come
        ("settled", "i8"),  # week up to which the teams' quantities are set
    ]
)
