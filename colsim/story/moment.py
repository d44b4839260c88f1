"""The states around one family at one moment, copied out of the arrays and nothing more."""

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.names import BS
from colsim.core.state import World
from colsim.core.view import authority_of, led_rows, posts_of, spanner_tie_place, tie_place

Record = SimpleNamespace
"""Fields of a record as plain Python values."""


@dataclass(frozen=True, slots=True)
class Tie:
    """The tie of the two lead workers."""

    familiarity: float
    trust: tuple[float, float]
    """Of the CSW in the MHSW, of the MHSW in the CSW."""
    last: int
    """Week of the last contact, -1 if they are strangers."""
    met: int
    """Week in which they last came across each other at a shared site, -1 never."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A family's record, its lead workers', their tie, and how well they know the spanners."""

    family: Record
    people: dict[int, Record]
    """By post: the lead workers, and those that were leads a phase before."""
    tie: Tie | None
    spanners: dict[int, tuple[Record, dict[int, float]]]
    """By post of a spanner: their record, and how familiar each lead is with them."""
    appointments: tuple[int, int] = (0, 0)
    """Of each lead: for how many other families they have arranged to meet; before Contact."""


def plain(records: Any, index: int) -> Record:
    """Return one record's fields as plain values."""
    # One call for all fields: far faster than field by field.
    values = list(records[index].item())
    names = records.dtype.names
    for k in _arrays(records.dtype):
        values[k] = values[k].tolist()
    record = Record()
    record.__dict__.update(zip(names, values, strict=True))
    return record


@cache
def _arrays(dtype: Any) -> tuple[int, ...]:
    """Return which fields of a record type hold several values."""
    return tuple(k for k, name in enumerate(dtype.names) if dtype[name].shape)


def is_paired(family: Record) -> bool:
    """Return whether both services are open and both lead workers are there."""
    return all(family.open) and min(family.lead) >= 0


def tie_between(world: World, lead: list[int]) -> Tie | None:
    """Return the tie of two leads, if both are there."""
    if min(lead) < 0:
        return None
    k = tie_place(world, *lead)
    return Tie(
        float(world.tie_familiarity[k]),
        (float(world.tie_trust_cm[k]), float(world.tie_trust_mc[k])),
        int(world.tie_last[k]),
        int(world.tie_met[k]),
    )


def take(
    world: World, row: int, *, leads: list[int] | None = None, spanners: bool = False
) -> Moment:
    """Copy the states around the family of a row.

    Args:
        world: the run.
        row: of the family.
        leads: the leads of the moment before; None to take the family's own.
        spanners: whether to copy the authority's spanners too.
    """
    family = plain(world.families, row)
    pair = family.lead if leads is None else leads
    people = {post: plain(world.practitioners, post) for post in {*pair, *family.lead} if post >= 0}
    known: dict[int, tuple[Record, dict[int, float]]] = {}
    if spanners:
        familiarity = world.spanner_familiarity
        for b in posts_of(world, authority_of(world, row), BS):
            if world.practitioners[b]["filled"]:
                ties = {
                    post: float(familiarity[spanner_tie_place(world, b, post)]) for post in people
                }
                known[b] = (plain(world.practitioners, b), ties)
    return Moment(family, people, tie_between(world, pair), known)


def appointments(world: World, row: int, lead: list[int]) -> tuple[int, int]:
    """Return for how many other families each lead means to keep an appointment they arranged."""
    found = []
    for s, post in enumerate(lead):
        families = world.families[others_of(world, row, s, post)]
        found.append(int((families["appointed"] & (families["initiator"] == s)).sum()))
    return found[0], found[1]


def others_of(world: World, row: int, s: int, post: int) -> npt.NDArray[np.int64]:
    """Return the rows of the other active families that a post leads for service s."""
    found = led_rows(world, s, post)
    others: npt.NDArray[np.int64] = found[found != row]
    return others
