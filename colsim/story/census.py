"""A few counts of every family of a run, to list families and to find a telling one."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.names import Channel, Depth
from colsim.core.state import World
from colsim.core.view import paired as paired_of

PLANS = ("joint", "nominal", "single_agency", "one_service")
"""Kinds of plans; the last for a family without a lead worker in both services."""


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
    """Weeks with an attempt in vain."""
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
    """Counts as the model is stepped; reads states and writes none.

    Args:
        world: the run, at its start.
        names: of all families.
        after: puts a function after a phase; `before` likewise.
    """

    def __init__(
        self,
        world: World,
        names: list[str],
        *,
        before: Callable[[str, Callable[[Any], None]], None],
        after: Callable[[str, Callable[[Any], None]], None],
    ) -> None:
        self._world, self._names = world, names
        families = len(names)
        self._counts = {
            name: np.zeros(families, np.int64) for name in ("shared", "contacts", "in_vain", *PLANS)
        }
        self._first = np.full(families, -1)
        self._last = np.full(families, -1)
        self._plans: npt.NDArray[np.int64] = np.zeros(families, np.int64)
        self._contacted: npt.NDArray[np.bool_] = np.zeros(families, np.bool_)
        after("intake", self._see)
        after("span", self._count_contacts)
        before("plan", self._remember)
        after("plan", self._count_plans)

    def _see(self, _: Any) -> None:
        families, week = self._world.families, int(self._world.clock[0]["week"])
        active = families["active"]
        self._first[active & (self._first < 0)] = week
        self._last[active] = week
        self._counts["shared"] += active & (families["open"] != 0).all(axis=1)

    def _count_contacts(self, _: Any) -> None:
        families = self._world.families
        self._counts["contacts"] += families["active"] & (families["contact"] >= 0)
        self._counts["in_vain"] += families["active"] & (families["contact"] == Channel.IN_VAIN)

    def _remember(self, _: Any) -> None:
        families = self._world.families
        self._plans, self._contacted = families["plans"].copy(), families["contacted"].copy()

    def _count_plans(self, _: Any) -> None:
        families = self._world.families
        made = families["plans"] > self._plans
        paired = paired_of(families)
        joint = paired & (families["depth"] == Depth.SHARED)
        kinds = (
            joint,
            paired & ~joint & self._contacted,
            paired & ~joint & ~self._contacted,
            ~paired,
        )
        for name, kind in zip(PLANS, kinds, strict=True):
            self._counts[name] += made & kind

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
