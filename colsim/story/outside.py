"""What was set between two phases, from outside the model's rules: told as such."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from colsim.core.state import World
from colsim.core.view import tie_place
from colsim.story.events import Event, Value, facts_of
from colsim.story.reading import LEADS, SERVICES, Reader

_NEVER_SET = {"key", "origin", "watched", "_rest"}
_SETTABLE = ("narrative", "role_knowledge", "confidence", "orientation", "wellbeing")
_SETS = ("known", "received", "told", "breached")


class Outside:
    """The states around a family when a phase had passed, to be held against those before the next.

    Whose leads are not the same any more was given others from outside: of those nothing is told.
    """

    def __init__(self, world: World, row: int, reader: Reader) -> None:
        """Look at the family of a row of the world's families."""
        self._world, self._row, self._reader = world, row, reader
        self.look()

    def look(self) -> None:
        """Take the states as they are."""
        self._then = self._now()

    def _now(self) -> list[Any]:
        """Return copies of the family's record, its leads' with their posts, and their tie's."""
        world = self._world
        family = world.families[self._row].copy()
        leads = [int(post) for post in family["lead"]]
        found = [family, *((post, world.practitioners[post].copy()) for post in leads if post >= 0)]
        if min(leads) >= 0:
            k = tie_place(world, *leads)
            ties = (world.tie_familiarity, world.tie_trust_cm, world.tie_trust_mc)
            found.append(tuple(float(array[k]) for array in ties))
        return found

    def _states(self, found: list[Any]) -> dict[tuple[str, str], Value]:
        """Return the states that can be told of, by entity and name."""
        family, *rest = found
        states: dict[tuple[str, str], Value] = {}
        for name in family.dtype.names:
            if name not in _NEVER_SET:
                for field, value in _fields(name, family[name].tolist()):
                    states[self._reader.family, field] = value
        people = []
        for post, record in rest[: len(LEADS)]:
            people.append(self._reader.person(post, int(record["succession"])))
            for name in _SETTABLE:
                states[people[-1], name] = float(record[name])
        for values in rest[len(LEADS) :]:
            for name, value in zip(("familiarity", "trust.csw", "trust.mhsw"), values, strict=True):
                states[f"tie of {' and '.join(people)}", name] = value
        return states

    def events(self) -> Iterator[Event]:
        """Yield what has been set since the last look."""
        now = self._now()
        if [_bytes(one) for one in now] == [_bytes(one) for one in self._then]:
            return
        week, states = int(self._world.clock[0]["week"]), self._states(now)
        for (entity, field), one in self._states(self._then).items():
            other = states.get((entity, field), one)
            if one != other:
                yield Event(week, "outside", "set", (), entity, field, one, other)


def _bytes(part: Any) -> Any:
    """Return a part of what was copied as it can be compared, quickly."""
    if isinstance(part, np.void):
        return part.tobytes()
    return tuple(one.tobytes() if isinstance(one, np.void) else one for one in part)


def _fields(name: str, value: Any) -> Iterator[tuple[str, Value]]:
    """Yield a field of a family's record, part by part."""
    if not isinstance(value, list):
        yield name, facts_of(value) if name in _SETS else value
        return
    parts = SERVICES if name in ("open", "trust") else LEADS
    for k, part in enumerate(value):
        of = parts[k] if len(value) == len(parts) else str(k)
        yield f"{name}.{of}", facts_of(part) if name in _SETS else part
