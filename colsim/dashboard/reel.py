"""Weeks ahead of the one that is shown: the browser plays them by itself, and asks for more."""

from dataclasses import dataclass, field
from typing import Any

from colsim.core.schedule import advance
from colsim.core.state import World, copy_world
from colsim.dashboard.live import LiveRun
from colsim.dashboard.picture import frame

WEEKS = 26
"""Weeks that are sent at once."""
NUMBERS = 1 << 16
"""Numbers of runs: what a picture's head has room for."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Some weeks, as the browser takes them."""

    number: int
    """Of the run."""
    first: int
    """Policy week of the first."""
    frames: bytes
    """Their pictures, one after the other."""
    rows: list[dict[str, Any]]
    """What the page says of each."""


@dataclass(slots=True)
class Reel:
    """A run's weeks, lived ahead of the run itself, which stays in the week that is shown."""

    run: LiveRun
    number: int
    _world: World = field(init=False)

    def __post_init__(self) -> None:
        """Begin where the run is."""
        self._world = copy_world(self.run.model.world)

    def weeks(self, first: int) -> Ahead:
        """Return the next weeks.

        Args:
            first: policy week from which on; one after the run's own.
        """
        burn_in = self.run.model.burn_in
        first = max(first, self.run.week + 1)
        if int(self._world.clock[0]["week"]) >= burn_in + first:
            self._world = copy_world(self.run.model.world)
        last = min(first + WEEKS - 1, self.run.weeks)
        frames = []
        for week in range(first, last + 1):
            advance(self._world, burn_in + week - int(self._world.clock[0]["week"]))
            frames.append(frame(self._world, self.number))
        rows = [self.run.row(week) for week in range(first, last + 1)]
        return Ahead(self.number, first, b"".join(frames), rows)
