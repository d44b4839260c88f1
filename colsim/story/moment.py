"""The states around one family at one moment, copied out of the arrays and nothing more."""

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.layout import BS, CSW, MHSW
from colsim.core.state import World

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


@dataclass(frozen=True, slots=True)
class Moment:
    """A family's record, its lead workers', their tie, and how well they know the spanners."""

    family: Record
    people: dict[int, Record]
    """By post: the lead workers, and those that were leads a phase before."""
    tie: Tie | None
    spanners: dict[int, tuple[Record, dict[int, float]]]
    """By post of a spanner: their record, and how familiar each lead is with them."""


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


def tie_place(world: World, csw: int, mhsw: int) -> int:
    """Return the place of the tie of a CSW post and an MHSW post of one authority."""
    posts = world.posts
    block = world.authorities[posts["authority"][csw]]
    return int(block["first_tie"] + posts["row"][csw] * block["posts"][MHSW] + posts["row"][mhsw])


def tie_between(world: World, lead: list[int]) -> Tie | None:
    """Return the tie of two leads, if both are there."""
    if min(lead) < 0:
        return None
    k = tie_place(world, *lead)
    return Tie(
        float(world.tie_familiarity[k]),
        (float(world.tie_trust_cm[k]), float(world.tie_trust_mc[k])),
        int(world.tie_last[k]),
    )


def spanner_familiarity(world: World, spanner: int, post: int) -> float:
    """Return how familiar a practitioner is with a spanner of the same authority."""
    block = world.authorities[world.posts[spanner]["authority"]]
    csws, mhsws = int(block["posts"][CSW]), int(block["posts"][MHSW])
    row = int(world.posts[post]["row"]) + (csws if int(world.posts[post]["service"]) == MHSW else 0)
    place = int(block["first_spanner_tie"]) + int(world.posts[spanner]["row"]) * (csws + mhsws)
    return float(world.spanner_familiarity[place + row])


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
        block = world.authorities[world.localities[family.locality]["authority"]]
        first = int(block["first_post"][BS])
        for b in range(first, first + int(block["posts"][BS])):
            if world.practitioners[b]["filled"]:
                ties = {post: spanner_familiarity(world, b, post) for post in people}
                known[b] = (plain(world.practitioners, b), ties)
    return Moment(family, people, tie_between(world, pair), known)


def others_of(world: World, row: int, s: int, post: int) -> npt.NDArray[np.int64]:
    """Return the rows of the other active families that a post leads for service s."""
    families = world.families
    found: npt.NDArray[np.int64] = np.flatnonzero(
        families["active"] & (families["lead"][:, s] == post)
    )
    others: npt.NDArray[np.int64] = found[found != row]
    return others


def paired_rows(world: World, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return those of the rows whose family has both services open and both leads."""
    families = world.families[rows]
    both = (families["open"] != 0).all(axis=1) & (families["lead"] >= 0).all(axis=1)
    found: npt.NDArray[np.int64] = rows[both]
    return found
