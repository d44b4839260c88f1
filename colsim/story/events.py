"""What can be told of a family: one event, one change of state behind it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from colsim.core.events import Event as Noted
from colsim.core.state import FACTS
from colsim.story.people import Person

Value = bool | int | float | str | tuple[str, ...] | None

UNTOLD = (Noted.STANDS, Noted.SHARES, Noted.FELL_SHORT)
"""Notes without a line of their own."""
KINDS: dict[str, str] = {
    **{noted.name.lower(): noted.meaning for noted in Noted if noted not in UNTOLD},
    "believed": "A lead worker's belief about the risk has clearly moved",
    "story": "The story that a lead worker holds about the other service has clearly moved",
    "family": "The family's trust, engagement or risk has clearly moved",
    "set": "A state was set from outside the model's rules",
}
"""Kind of event -> what it says."""
CONTACTS = ("asked", "passing", "kept", "forced", "facilitated")
"""Kinds of event that are a contact between the two lead workers."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a family's story, and the change of state that it rests on.

    `before` and `after` are the values as a kernel found and left them: one phase may change a
    state several times, and each line begins where the last one ended. What moves a little every
    week (`believed`, `story`, `family`) has the value last told before.
    """

    week: int
    """Counted from the start of the burn-in."""
    phase: str
    """Phase of the week that brought the change; 'outside' for what was set between phases."""
    kind: str
    """One of `KINDS`."""
    who: tuple[Person, ...]
    """Names by origin of the practitioners whose doing or feeling it is; may be empty."""
    entity: str
    """Whose state changed: the family, a practitioner, or the tie of two."""
    field: str
    """Which state: `known.csw`, `trust.amh`, `memory.refusal`."""
    before: Value
    after: Value
    detail: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False)
    """What was noted besides, and how things stood then."""


def facts_of(held: int) -> tuple[str, ...]:
    """Return the facts of a set: those of the child's side and of the parent's, from 1 to 8.

    >>> facts_of(0b1_0000_0101)
    ('child 1', 'child 3', 'parent 1')
    """
    side = FACTS // 2
    return tuple(
        f"child {x + 1}" if x < side else f"parent {x - side + 1}"
        for x in range(FACTS)
        if held >> x & 1
    )
