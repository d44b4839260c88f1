"""Who watches families as a model lives: recorders of single ones, and takers of all notes."""

from collections.abc import Callable

from colsim.core.layout import Records
from colsim.core.schedule import advance
from colsim.core.state import World
from colsim.core.watching import lived, taken, watch
from colsim.story.people import Names
from colsim.story.recorder import Recorder

Taker = Callable[[Records], None]


class Watchers:
    """Hands what kernels note to those who asked for it."""

    def __init__(self, world: World) -> None:
        """Begin with nobody who watches."""
        self._world = world
        self.recorders: dict[int, Recorder] = {}
        """By row of the family."""
        self._takers: list[Taker] = []

    def record(self, row: int, names: Names) -> Recorder:
        """Return the recorder of a family, which begins now unless there is one."""
        if row not in self.recorders:
            self.recorders[row] = Recorder(self._world, row, names)
        return self.recorders[row]

    def add(self, take: Taker) -> None:
        """Hand the notes of all families to a function from now on."""
        watch(self._world, range(len(self._world.families)))
        take(taken(self._world))
        self._takers.append(take)

    def after_phase(self) -> None:
        """Hand on what was noted in a phase."""
        if self.recorders or self._takers:
            self._hand(taken(self._world))
            self._look()

    def before_phase(self) -> None:
        """Let recorders tell what has been set since the phase before."""
        for recorder in self.recorders.values():
            recorder.look_outside()

    def leap(self, weeks: int) -> None:
        """Live weeks at once, and hand on what is noted in each."""
        if not (self.recorders or self._takers):
            advance(self._world, weeks)
            return
        self.before_phase()
        for notes in lived(self._world, weeks):
            self._hand(notes)
        self._look()

    def _hand(self, notes: Records) -> None:
        for recorder in self.recorders.values():
            recorder.read(notes)
        for take in self._takers:
            take(notes)

    def _look(self) -> None:
        for recorder in self.recorders.values():
            recorder.look()
