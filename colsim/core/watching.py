"""Watch families: let kernels note what they do for them, and take the notes."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from colsim.core.events import NOTE_DTYPE
from colsim.core.layout import Records
from colsim.core.notes import begin_notes
from colsim.core.schedule import advance
from colsim.core.state import World

_MOST_A_WEEK = 160
"""Notes of one family in one week at most: a dozen phases, each with how things stand, and what
two leads can do and meet in them."""
_MANY = 200
"""Families that may all have so full a week."""
_USUAL = 32
"""Room for each family beyond these: more than a usual week of one that is there asks for, and
most of a run's families are not there at a time."""


def watch(world: World, rows: Iterable[int]) -> None:
    """Let kernels note from now on what they do for families, besides those watched already.

    What is there already is noted at once. No bit of the run changes.

    Args:
        world: the run; a week of it must not be half lived.
        rows: of the families.
    """
    wanted = [row for row in rows if not world.families["watched"][row]]
    world.families["watched"][wanted] = True
    watched = int(world.families["watched"].sum())
    room = _MOST_A_WEEK * min(watched, _MANY) + _USUAL * watched
    world.make_room(np.zeros(room, NOTE_DTYPE))
    for row in wanted:
        begin_notes(world, row)


def taken(world: World) -> Records:
    """Return the notes made since they were last taken, in order.

    They have to be taken after each week at the latest.

    Raises:
        RuntimeError: some were lost for want of room.
    """
    count = int(world.watch[0]["count"])
    if count > len(world.notes):
        raise RuntimeError(f"{count} notes were made, and there is room for {len(world.notes)}")
    found: Any = world.notes[:count].copy()
    world.watch["count"] = world.watch["closed"] = 0
    return found


def lived(world: World, weeks: int) -> Iterator[Records]:
    """Live weeks, compiled, and yield the notes of each.

    Args:
        world: goes on from where it stands; somebody watches.
        weeks: not more than it has room for.

    Yields:
        Notes of a week, in order.
    """
    for _ in range(weeks):
        advance(world, 1)
        yield taken(world)
