"""A Mesa model whose agents come and go with the records of the core."""

from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np
import numpy.typing as npt

from colsim.agents import KINDS, Family, Practitioner
from colsim.core.state import World
from colsim.presence import Present


class Inhabited(mesa.Model):  # type: ignore[misc]
    """A model with an agent for everybody in post and for each active family."""

    world: World
    active: npt.NDArray[np.int64]
    """Rows of the active families, in the order in which they are visited."""

    def _move_in(self) -> None:
        """Make the agents of those who are in the arrays at the start."""
        self._all_agents = Present([], random=self.random)
        self._agents_by_type = {
            kind: Present([], random=self.random) for kind in (*KINDS.values(), Family)
        }
        self.active = np.zeros(0, np.int64)
        self._people: dict[int, Practitioner] = {}
        self._families: dict[int, Family] = {}
        self._holders = np.full(len(self.world.posts), -1)
        self._sync()

    def _sync(self) -> None:
        """Let agents come and go with the arrays; costs little where nobody did."""
        people = self.world.practitioners
        holders = np.where(people["filled"], people["succession"], -1)
        for index in np.flatnonzero(holders != self._holders).tolist():
            if index in self._people:
                self._people.pop(index).remove()
            if holders[index] >= 0:
                kind = KINDS[int(self.world.posts[index]["service"])]
                self._people[index] = kind(self, index)
        self._holders = holders
        active = self.world.active_families
        if np.array_equal(active, self.active):
            return
        self.active = active
        present = active.tolist()
        for index in self._families.keys() - set(present):
            self._families.pop(index).remove()
        for index in present:
            if index not in self._families:
                self._families[index] = Family(self, index)

    def awaits(self, kind: type, index: int) -> bool:
        """Return whether the arrays hold somebody in a row of whom there is no agent yet."""
        if issubclass(kind, Family):
            return index not in self._families and bool(self.world.families[index]["active"])
        return index not in self._people and bool(self.world.practitioners[index]["filled"])

    def holds(self, agent: Practitioner | Family) -> bool:
        """Return whether an agent is one of those who are there."""
        there: Mapping[int, Any] = self._families if isinstance(agent, Family) else self._people
        return there.get(agent.index) is agent

    @property
    def families(self) -> list[Family]:
        """Active families, in the order in which they are visited."""
        return [self._families[index] for index in self.active.tolist()]

    def family_at(self, index: int) -> Family:
        """Return the active family of a row.

        Raises:
            KeyError: the family of that row is not active.
        """
        return self._families[index]

    def practitioner_at(self, post: int) -> Practitioner | None:
        """Return the present holder of a post; None if it is vacant or post is -1."""
        return self._people.get(post)
