"""A few counts of every family of a run, to list families and to find a telling one."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.events import Condition, Event, Made, Phase
from colsim.core.layout import Records
from colsim.core.state import World
from colsim.story.events import CONTACTS

PLANS = tuple(made.name.lower() for made in Made)
"""Kinds of plans; the last for a family without a lead worker in both services."""
STEPS = ("talked", "understood", "agreed", "took_part", "joint")
"""Conditions of a joint plan, in their order, as weekly totals count them."""
_STEP_OF = {
    Condition.TALKED: "talked",
    Condition.UNDERSTOOD: "understood",
    Condition.DISCUSSED: "agreed",
    Condition.AGREED: "agreed",
    Condition.TOOK_PART: "took_part",
    Condition.ACCEPTED: "joint",
}
_CONTACTS = [event for event in Event if event.name.lower() in CONTACTS]
_IN_VAIN = (Event.UNANSWERED, Event.MISDIRECTED)


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """What a run brought one family, in a line. Weeks count from the start of the policy."""

    family: str
    first: int
    """First week in which a service worked with it."""
    last: int
    """Last such week so far."""
    shared: int
    """Weeks in which both services did."""
    contacts: int
    """Weeks with a contact between the two lead workers."""
    in_vain: int
    """Weeks with an attempt in vain, and no contact."""
    joint: int
    nominal: int
    single_agency: int
    one_service: int
    """Plans made while not both services had a lead worker."""
    first_joint: int | None
    """Week of the first joint plan."""

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain values."""
        return asdict(self)


class Census:
    """Counts what kernels note of all families.

    Args:
        world: the run, at its start.
        names: of all families.
    """

    def __init__(self, world: World, names: list[str]) -> None:
        self._world, self._names = world, names
        origins = world.families["origin"]
        self._order: npt.NDArray[np.int64] = np.argsort(origins)
        self._origins = origins[self._order]
        families = len(names)
        self._counts = {
            name: np.zeros(families, np.int64) for name in ("shared", "contacts", "in_vain", *PLANS)
        }
        self._first = np.full(families, -1)
        self._last = np.full(families, -1)
        self.lost: list[tuple[int, int, str]] = []
        """Of each plan that is not joint: week, row of the family, and the condition it lacked."""

    def take(self, notes: Records) -> None:
        """Count the notes of a week."""
        if not len(notes):
            return
        week, event = int(notes["week"][0]), notes["event"]
        rows = self._order[np.searchsorted(self._origins, notes["origin"])]
        stands = (event == Event.STANDS) & (notes["phase"] == Phase.INTAKE)
        there = rows[stands]
        self._first[there[self._first[there] < 0]] = week
        self._last[there] = week
        self._counts["shared"][there[(notes["open"][stands] != 0).all(axis=1)]] += 1
        reached = np.unique(rows[np.isin(event, _CONTACTS)])
        tried = np.unique(rows[np.isin(event, _IN_VAIN)])
        self._counts["contacts"][reached] += 1
        self._counts["in_vain"][np.setdiff1d(tried, reached)] += 1
        made = event == Event.PLANNED
        for row, kind in zip(rows[made], notes["x"][made], strict=True):
            self._counts[PLANS[int(kind)]][row] += 1
        short = event == Event.FELL_SHORT
        for row, condition in zip(rows[short], notes["x"][short], strict=True):
            self.lost.append((week, int(row), _STEP_OF[Condition(int(condition))]))

    def lines(self) -> list[FamilyLine]:
        """Return a line for each family that was there in a week of the policy, by arrival."""
        burn_in = int(self._world.clock[0]["burn_in"])
        first_joint = self._world.families["first_joint"]
        return [
            FamilyLine(
                family=self._names[row],
                first=int(self._first[row]) - burn_in,
                last=int(self._last[row]) - burn_in,
                first_joint=int(first_joint[row]) - burn_in if first_joint[row] >= 0 else None,
                **{name: int(counts[row]) for name, counts in self._counts.items()},
            )
            for row in np.flatnonzero(self._last >= burn_in).tolist()
        ]


def telling(lines: list[FamilyLine]) -> tuple[FamilyLine, str] | None:
    """Return the family whose story tells most, and why it was picked; None without families.

    Those whose whole story lies within the policy come before others: of them the first with a
    joint plan; if there is none, the one with most contacts, shared for longest.
    """
    inside = [line for line in lines if line.first >= 0]
    planned = [line for line in inside if line.first_joint is not None and line.contacts]
    if planned:
        found = min(planned, key=lambda line: (line.first_joint, -line.contacts))
        return found, "the first family of the policy's weeks to get a joint plan"
    if not lines:
        return None
    found = max(inside or lines, key=lambda line: (line.contacts, line.shared))
    return (
        found,
        "no family that came in the policy's weeks got a joint plan; this one has most "
        "contacts between its two workers",
    )
