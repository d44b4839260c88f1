"""Notes read as events, and what was set between two phases: whose they are, what they changed."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from colsim.core.events import NO_SIDE, NOTE_DTYPE, Made, Phase
from colsim.core.events import Event as Noted
from colsim.core.layout import Records
from colsim.core.names import CSW, MHSW, Channel
from colsim.core.state import World
from colsim.core.view import story_share, tie_place
from colsim.story.events import Event, Value, facts_of
from colsim.story.people import Names, Person, post_words
from colsim.story.words import TABLE, filled

LEADS = ("csw", "mhsw")
SERVICES = ("csc", "amh")
_CHANNELS = ("written", "phone", "face to face", "meeting")
_PLAIN = tuple(name for name in NOTE_DTYPE.names or () if not NOTE_DTYPE[name].shape)
_STILL = (Noted.CALMED, Noted.FELT)
"""What is told only if it moved something."""


class Reader:
    """Reads the notes of one family."""

    def __init__(self, world: World, row: int, names: Names) -> None:
        """Read for the family of a row of the world's families."""
        self._world, self._names = world, names
        self._words = post_words(world, names.teams)
        self._by_story = int(story_share(world) > 0)
        self._origin = world.families["origin"][row]
        self.family = names.families[row]
        self._of_plan: dict[str, Any] = {}

    def notes(self, notes: Records) -> Iterator[dict[str, Any]]:
        """Yield the family's own notes as plain values, in order."""
        for row in notes[notes["origin"] == self._origin]:
            found = dict(zip(row.dtype.names, row.item(), strict=True))
            for name in row.dtype.names:
                if name not in _PLAIN:
                    found[name] = found[name].tolist()
            yield found

    def person(self, post: int, succession: int | None = None) -> Person:
        """Return who holds a post; whoever holds it now unless a succession is given."""
        if succession is None:
            succession = int(self._world.practitioners["succession"][post])
        return Person(f"{self._names.posts[post]}-{succession}", self._words[post])

    def lead(self, note: dict[str, Any], s: int) -> tuple[Person, ...]:
        """Return the lead of service s at the time of a note, if there is one."""
        post = note["lead"][s] if s != NO_SIDE else -1
        return (self.person(post, note["succession"][s]),) if post >= 0 else ()

    def phase(self, note: dict[str, Any]) -> str:
        """Return the phase in which a note was made."""
        started = note["event"] == Noted.START
        return "start" if started else Phase(note["phase"]).name.lower()

    def tie(self, note: dict[str, Any]) -> str:
        """Return the name of the tie of the two leads."""
        return f"tie of {' and '.join((*self.lead(note, CSW), *self.lead(note, MHSW)))}"

    def events(self, note: dict[str, Any]) -> Iterator[Event]:
        """Yield the event of a note, if it is one of its own."""
        noted, moved = Noted(note["event"]), note["before"] != note["after"]
        if noted is Noted.SHARES:
            self._of_plan |= {"shares": (note["y"], note["z"]), "needed": note["after"]}
        elif noted is Noted.FELL_SHORT:
            self._of_plan["failed"] = note
        elif noted is Noted.FELT and not moved and note["y"] != note["z"]:
            yield self._event(note | {"before": note["y"], "after": note["z"]}, "story", "blamed")
        elif noted is Noted.START and note["side"] != NO_SIDE:
            yield self._event(note, "start", "introduced")
        elif noted is not Noted.STANDS and (moved or noted not in _STILL):
            yield self._event(note, noted.name.lower())

    def _event(self, note: dict[str, Any], kind: str, words: str | None = None) -> Event:
        """Return the event of a note, told in the words of its kind or of `words`."""
        table = TABLE[words or kind]
        detail = self._detail(note, words or kind)
        of = table.get("of", "family")
        entity = self.family
        if of == "tie":
            entity = self.tie(note)
        elif of == "lead":
            (entity,) = self.lead(note, note["side"])
        before, after = (self._value(detail, table["as"], note[end]) for end in ("before", "after"))
        if kind == "start":
            before = None
        field = filled(table["state"], detail)
        who = self._who(detail, table.get("who", "none"))
        return Event(
            note["week"], detail["phase_name"], kind, who, entity, field, before, after, detail
        )

    def _detail(self, note: dict[str, Any], words: str) -> dict[str, Any]:
        s = note["side"]
        detail = note | {
            "words": words,
            "by_story": self._by_story,
            "event": Noted(note["event"]).name,
            "phase_name": self.phase(note),
            "person": next(iter(self.lead(note, s)), None),
        }
        if words == "planned":
            detail |= self._of_plan | {"plan": Made(int(note["x"])).name.lower()}
            self._of_plan = {}
        elif words in ("consulted", "advised"):
            detail["colleague"] = self.person(int(note["x"]))
        return detail

    def _who(self, note: dict[str, Any], said: str) -> tuple[Person, ...]:
        s = note["side"]
        if said == "lead":
            return self.lead(note, s)
        if said == "other":
            return self.lead(note, 1 - s)
        joint = said == "both" or (said == "makers" and note["plan"] == "joint")
        csw = self.lead(note, CSW) if said in ("both", "makers") else ()
        return (*csw, *(self.lead(note, MHSW) if joint else ()))

    def _value(self, note: dict[str, Any], said: str, value: float) -> Value:
        """Return a value of a state as the table says that it is to be read."""
        if said == "real":
            return value
        whole = int(value)
        if said == "yes":
            return bool(whole)
        if said == "facts":
            return facts_of(whole)
        if said == "channel":
            none = {Channel.NONE: None, Channel.IN_VAIN: "in vain"}
            return none[Channel(whole)] if whole < 0 else _CHANNELS[whole]
        if said == "person":
            return self.lead(note, note["side"])[0] if whole >= 0 else None
        return whole


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
