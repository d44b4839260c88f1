"""What can be told of a family: one event, one change of state behind it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from colsim.core.state import FACTS
from colsim.story.people import Person

Value = bool | int | float | str | tuple[str, ...] | None

KINDS: dict[str, str] = {
    "start": "What was there already when recording began",
    "arrived": "The family comes to the notice of the services",
    "returned": "The family comes back after its case was closed",
    "opened": "A service opens the case, without being asked by the other's lead worker",
    "referred": "A lead worker brings the other service in",
    "restarted": "Plans are counted anew after a return",
    "allocated": "A practitioner takes the family on",
    "split": "The family begins to tell its two workers different things",
    "settled": "Conflicting accounts come together, as the two talk or one of them goes",
    "consent": "A lead worker asks whether the services may share, and the family answers",
    "withdrew": "The family takes its consent back, or it ends with the case",
    "heard": "The CSW sees the child and hears what the child wants",
    "discovered": "A lead worker finds something out from the family",
    "asked": "One lead worker gets in touch with the other, and is answered",
    "unanswered": "An attempt that was not answered",
    "misdirected": "An attempt that ended with the wrong person",
    "in_vain": "An attempt without success; the states do not tell which of the two kinds",
    "gave_up": "A contact wanted and given up for want of hours",
    "advised": "A lead worker asks a colleague of the other service whom they know better",
    "encountered": "The two come across each other at a shared site",
    "passing": "The two, having come across each other, talk of the family in passing",
    "arranged": "The two arrange to meet, after a talk in passing or for a joint visit",
    "kept": "The two meet as they had arranged",
    "missed": "An appointment given up for want of hours",
    "forced": "A contact in writing that a rule asks for and nobody wanted",
    "waiting": "A consultation is wanted and finds no hours: it waits",
    "not_consulted": "A consultation that was waited for comes to nothing",
    "consulted": "A lead worker consults a boundary spanner",
    "told": "A boundary spanner is told facts about the family",
    "spanner_left": "The boundary spanner who knew of the family is not there any more",
    "facilitated": "A boundary spanner brings the two together",
    "disclosed": "A lead worker tells the other something",
    "breached": "Something is told that the teller had no right to tell",
    "noticed": "The family notices that it was told of without right",
    "received": "Something reaches a lead worker who does not understand what it means",
    "understood": "A lead worker comes to understand something that the other knew",
    "refused": "The one who asked was told nothing, though there was something to tell",
    "unprepared": "The CSW came to the meeting knowing too little of the case",
    "talked": "The two talk, and do not only write, for the first time since the last plan",
    "discussed": "The two discuss the risk, for the first time since the last plan",
    "believed": "A lead worker's belief about the risk has clearly moved",
    "met": "The two lead workers get to know each other",
    "felt": "A lead worker's trust in the other changes with what happened",
    "story": "The story that a lead worker holds about the other service has clearly moved",
    "planned": "An assessment or review ends in a plan",
    "contested": "The family contests the plan",
    "unexplained": "The MHSW meets a decision that nobody explained",
    "unachievable": "The MHSW notices targets that cannot be met",
    "family": "The family's trust, engagement or risk has clearly moved",
    "escalated": "The case escalates",
    "left": "A lead worker leaves their post",
    "ended": "A lead worker's part ends with the case",
    "forgot": "What was not written down is lost with the worker",
    "filed": "What was written down stays on file, unread, for whoever comes next",
    "closed": "A service closes the case",
    "set": "A state was set from outside the model's rules",
}
"""Kind of event -> what it says."""
CONTACTS = ("asked", "passing", "kept", "forced", "facilitated")
"""Kinds of event that are a contact between the two lead workers."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a family's story, and the change of state that it rests on.

    `before` and `after` are the values around the phase. Two kinds of exceptions, so that they
    say something: what a week starts without (`contact`, `disclosed`) has none, or 0, before; and
    what moves a little every week (`believed`, `story`, `family`) has the value last told before.
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
    """What the sentence needs besides."""


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
