"""Who is there: agents that the model brings and takes, and sets of them that Mesa keeps.

People come and leave, and families open and close, by the model's own processes. To take one
away through Mesa would leave the arrays as they are: a ghost who still leads families.
"""

from collections.abc import Iterable
from typing import Any, Protocol, Self

import mesa
import numpy as np
import numpy.typing as npt
from mesa.agentset import _HardKeyAgentSet

from colsim.core.state import World

_HOW = (
    "people and families come and go by the model's own processes; how many there are is a matter "
    "of the scenario (organisation, levers such as posts_frozen)"
)


class Holder(Protocol):
    """What agents ask of their model."""

    world: World
    post_names: list[str]
    family_names: list[str]
    active: npt.NDArray[np.int64]

    def awaits(self, kind: type, index: int) -> bool:
        """Return whether the arrays hold somebody in a row of whom there is no agent yet."""

    def holds(self, agent: Any) -> bool:
        """Return whether an agent is one of those who are there."""

    def practitioner_at(self, post: int) -> Any:
        """Return the present holder of a post, if any."""

    def family_at(self, index: int) -> Any:
        """Return the active family of a row."""


class View(mesa.Agent):  # type: ignore[misc]
    """An agent whose states are those of one record of the core."""

    model: Holder

    def __init__(self, model: Holder, index: int) -> None:
        if not model.awaits(type(self), index):
            kind = type(self).__name__
            raise RuntimeError(f"{kind}: found one made by hand, of row {index!r}; {_HOW}")
        super().__init__(model)
        self.index = index

    def remove(self) -> None:
        """Go; the model calls it.

        Raises:
            RuntimeError: the model still has this person or family.
        """
        _require_gone([self])
        super().remove()

    @property
    def _record(self) -> Any:
        raise NotImplementedError  # pragma: no cover - each kind of agent has its own

    @property
    def name(self) -> str:
        """Name by origin, the same in every run of the same organisation."""
        raise NotImplementedError  # pragma: no cover

    def __repr__(self) -> str:
        """Return the kind and name."""
        return f"<{type(self).__name__} {self.name}>"


def _require_gone(agents: Iterable[mesa.Agent]) -> None:
    """Refuse to take away agents that the model still has.

    Raises:
        RuntimeError: it has one of them.
    """
    for agent in agents:
        if isinstance(agent, View) and agent.model.holds(agent):
            raise RuntimeError(f"{agent.name} cannot be removed: {_HOW}")


class Present(_HardKeyAgentSet):  # type: ignore[misc]
    """Mesa's set of the agents that are there; those whom the model has stay in it."""

    def remove(self, agent: mesa.Agent) -> None:
        """Take out an agent of somebody else's making.

        Raises:
            RuntimeError: the agent is the model's.
            KeyError: it is not here.
        """
        _require_gone([agent])
        super().remove(agent)

    def discard(self, agent: mesa.Agent) -> None:
        """Take out an agent of somebody else's making, if it is here.

        Raises:
            RuntimeError: the agent is the model's.
        """
        _require_gone([agent])
        super().discard(agent)

    def _update(self, agents: Iterable[mesa.Agent]) -> Self:
        kept = dict.fromkeys(agents)
        _require_gone(agent for agent in self if agent not in kept)
        super()._update(kept)
        return self
