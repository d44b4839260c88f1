"""Which families' plans failed, and on which condition of a joint plan: from states alone."""

from collections.abc import Callable
from typing import Any

import numpy as np

from colsim.core import rng
from colsim.core.names import CSW, FACTS, MHSW, Depth
from colsim.core.rng import Purpose
from colsim.core.state import World
from colsim.core.view import paired as paired_of

STEPS = ("talked", "understood", "agreed", "took_part", "joint")
"""Conditions of a joint plan, in their order, as weekly totals count them."""


class Lost:
    """Notes each plan that is not joint, as the model is stepped; reads states and writes none.

    Args:
        world: the run, at its start.
        after: puts a function after a phase; `before` likewise.
    """

    def __init__(
        self,
        world: World,
        *,
        before: Callable[[str, Callable[[Any], None]], None],
        after: Callable[[str, Callable[[Any], None]], None],
    ) -> None:
        self._world = world
        self.found: list[tuple[int, int, str]] = []
        """Week, row of the family, and the first condition that did not hold."""
        before("plan", self._remember)
        after("plan", self._see)

    def _remember(self, _: Any) -> None:
        self._before = self._world.families.copy()

    def _see(self, _: Any) -> None:
        families, before = self._world.families, self._before
        made = (families["plans"] > before["plans"]) & paired_of(before)
        week = int(self._world.clock[0]["week"])
        for row in np.flatnonzero(made & (families["depth"] != Depth.SHARED)).tolist():
            self.found.append((week, row, self._failed(before[row])))

    def _failed(self, family: Any) -> str:
        p = self._world.parameters[0]
        if not family["talked"]:
            return "talked"
        if not all(self._understands(family, s) for s in (CSW, MHSW)):
            return "understood"
        apart = abs(family["belief"][CSW] - family["belief"][MHSW])
        if not family["discussed"] or apart > p["risk_tolerance"]:
            return "agreed"
        # The same draw as the plan's own: chance hangs on the family and the week alone.
        drawn = rng.uniform(np.uint64(family["key"]), int(Purpose.TAKES_PART), 0)
        return "joint" if drawn < family["engagement"] else "took_part"

    def _understands(self, family: Any, s: int) -> bool:
        theirs = int(family["known"][1 - s])
        both = theirs & int(family["known"][s])
        of, share = (
            sum(float(family["weight"][x]) for x in range(FACTS) if held >> x & 1)
            for held in (theirs, both)
        )
        needed = float(self._world.parameters[0]["joint_understanding"])
        return of == 0.0 or share >= needed * of
