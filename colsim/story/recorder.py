"""Collect families' events from what the kernels note, and tell what moves little by little."""

from collections.abc import Callable, Iterator
from typing import Any

from colsim.core.events import Event as Noted
from colsim.core.layout import Records
from colsim.core.notes import begin_notes
from colsim.core.schedule import advance
from colsim.core.state import World
from colsim.core.watching import lived, taken, watch
from colsim.story.events import Event
from colsim.story.people import Names
from colsim.story.reading import LEADS, SERVICES, Outside, Reader
from colsim.story.story import Story

CLEARLY = 0.1
"""From how large a move on a belief, a story, a trust, an engagement or a risk is told."""
_COMES = (Noted.ARRIVED, Noted.RETURNED)


class Recorder:
    """Collects the events of one family.

    Nothing is ever written to the states of the model, and nothing is drawn.
    """

    def __init__(self, world: World, row: int, names: Names) -> None:
        """Begin with the family as it stands.

        Args:
            world: the run; a week of it must not be half lived.
            row: of the family.
            names: of families, posts and teams.
        """
        self._world, self._row = world, row
        self._reader = Reader(world, row, names)
        self.family = self._reader.family
        self.since = self._week()
        self.events: list[Event] = []
        self._told: dict[tuple[str, str], tuple[float, int]] = {}
        if world.families["watched"][row]:
            begin_notes(world, row)
        else:
            watch(world, [row])
        self.read(taken(world))
        self._outside = Outside(world, row, self._reader)

    def _week(self) -> int:
        return int(self._world.clock[0]["week"])

    def read(self, notes: Records) -> None:
        """Take notes of one phase or of many, in order; those of other families are passed over."""
        last: dict[str, Any] | None = None
        for note in self._reader.notes(notes):
            if last is not None and (note["week"], note["phase"]) != (last["week"], last["phase"]):
                self.events += self._moved(last)
            if note["event"] in _COMES:
                self._told.clear()
            self.events += self._reader.events(note)
            last = note
        if last is not None:
            self.events += self._moved(last)

    def look(self) -> None:
        """Take the states as a phase, or weeks, left them."""
        self._outside.look()

    def look_outside(self) -> None:
        """Tell what has been set since the last look."""
        for event in self._outside.events():
            self._told.pop((event.entity, event.field), None)
            self.events.append(event)

    def _moved(self, note: dict[str, Any]) -> Iterator[Event]:
        """Yield what has clearly moved since it was last told, by the last note of a phase."""
        started = note["event"] == Noted.START
        for kind, side, entity, field, value in self._standing(note):
            before, since = self._told.setdefault((entity, field), (value, note["week"]))
            if abs(value - before) < CLEARLY or started:
                continue
            self._told[entity, field] = value, note["week"]
            values = {"before": before, "after": value, "since": since, "side": side}
            who = self._reader.lead(note, side) if kind != "family" else ()
            phase = self._reader.phase(note)
            yield Event(note["week"], phase, kind, who, entity, field, before, value, note | values)

    def _standing(self, note: dict[str, Any]) -> Iterator[tuple[str, int, str, str, float]]:
        """Yield kind, side, entity, state and value of what is followed."""
        for s, lead in enumerate(LEADS):
            for name in self._reader.lead(note, s):
                yield "believed", s, self.family, f"belief.{lead}", note["belief"][s]
                yield "story", s, name, "narrative", note["narrative"][s]
        for s, service in enumerate(SERVICES):
            if note["open"][s]:
                yield "family", s, self.family, f"trust.{service}", note["trust"][s]
        yield "family", 0, self.family, "engagement", note["engagement"]
        yield "family", 0, self.family, "risk", note["risk"]

    def story(self) -> Story:
        """Return what was recorded so far."""
        family = self._world.families[self._row]
        active = bool(family["active"])
        return Story(
            family=self.family,
            events=tuple(self.events),
            burn_in=int(self._world.clock[0]["burn_in"]),
            since=self.since,
            until=self._week(),
            arrival=int(family["arrival"]),
            open=tuple(bool(one) and active for one in family["open"]),
            active=active,
            closed=int(family["closed"]),
        )


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
