"""Watch one family while the model is stepped, and write down what changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from colsim.core.state import World
from colsim.core.view import tie_place
from colsim.story.events import Event, Value, facts_of
from colsim.story.moment import Moment, Record, Tie, appointments, is_paired, take
from colsim.story.people import Person, post_words
from colsim.story.phases import ACQUAINT, TOLD
from colsim.story.step import LEADS, SERVICES, Step, allocated, met
from colsim.story.story import Story

CLEARLY = 0.1
"""From how large a move on a belief, a story, a trust, an engagement or a risk is told."""
_NEVER_SET = {"key", "origin", "_rest"}
_SETTABLE = ("narrative", "role_knowledge", "confidence", "orientation", "wellbeing")


@dataclass(frozen=True, slots=True)
class Names:
    """What families, posts and teams are called."""

    families: Sequence[str]
    """Of all families, by row."""
    posts: Sequence[str]
    """Of all posts, by number."""
    teams: Sequence[str] = ()
    """The user's own names of teams, by number, if there are any."""


class Recorder:
    """Collects the events of one family.

    The model calls `note` before and after every phase; nothing is ever written to its arrays,
    and nothing is drawn. What changes between two phases was set from outside.
    """

    def __init__(self, world: World, row: int, names: Names) -> None:
        """Begin with the family as it stands.

        Args:
            world: the run; a week of it must not be half lived.
            row: of the family.
            names: of families, posts and teams.
        """
        self._world, self._row = world, row
        self._post_names, self._post_words = names.posts, post_words(world, names.teams)
        self.family = names.families[row]
        self.since = self._week()
        self.events: list[Event] = []
        self._last: Moment | None = None
        self._raw = b""
        self._ties: dict[tuple[int, int], int] = {}
        self._told: dict[tuple[str, str], tuple[float, int]] = {}
        if world.families["active"][row]:
            self._last = self._look()
            self._start(self._last)

    def _week(self) -> int:
        return int(self._world.clock[0]["week"])

    def _person(self, post: int, succession: int) -> Person:
        return Person(f"{self._post_names[post]}-{succession}", self._post_words[post])

    def _bytes(self) -> bytes:
        """Return all that a moment without spanners is made of, to see quickly if it changed."""
        world = self._world
        record = world.families[self._row]
        posts = [post for post in record["lead"].tolist() if post >= 0]
        parts = [record.tobytes(), *(world.practitioners[post].tobytes() for post in posts)]
        if len(posts) == 2:
            pair = posts[0], posts[1]
            k = self._ties.get(pair, -1)
            if k < 0:
                k = self._ties[pair] = tie_place(world, *pair)
            arrays = (
                world.tie_familiarity, world.tie_trust_cm, world.tie_trust_mc, world.tie_last,
                world.tie_met,
            )  # fmt: skip
            parts += [array[k].tobytes() for array in arrays]
        return b"".join(parts)

    def _look(self) -> Moment:
        self._raw = self._bytes()
        return take(self._world, self._row)

    def note(self, when: str, phase: str) -> None:
        """Take notice of a phase that is about to begin ('before') or has ended ('after')."""
        if phase == "observe":  # changes no state
            return
        if self._last is None:  # not there: only intake can bring the family
            if phase == "intake" and when == "before":
                self._last = self._look()
            return
        if when == "before":
            self._before(phase)
            return
        before = self._last
        if self._bytes() == self._raw:
            if not before.family.active:
                self._last = None
            return
        pair = None if phase == "intake" else before.family.lead
        after = take(self._world, self._row, leads=pair, spanners=phase == "span")
        self.events += self._events(phase, before, after)
        if not after.family.active:
            self._last = None
        elif after.family.lead == before.family.lead:
            self._last, self._raw = after, self._bytes()
        else:
            self._last = self._look()

    def _before(self, phase: str) -> None:
        assert self._last is not None
        if self._bytes() != self._raw:
            now = self._look()
            self.events += self._set_from_outside(self._last, now)
            self._last = now
        paired = is_paired(self._last.family)
        if phase == "span":
            self._last = take(self._world, self._row, spanners=paired)
        if phase == "contact" and paired:
            others = appointments(self._world, self._row, self._last.family.lead)
            self._last = replace(self._last, appointments=others)

    def _events(self, phase: str, before: Moment, after: Moment) -> Iterator[Event]:
        step = Step(
            self._world, self._row, self._week(), phase, before, after, self.family, self._person
        )
        if not before.family.active and not after.family.active:
            return
        if phase in ACQUAINT:
            yield from met(step)
        if phase in TOLD:
            yield from TOLD[phase](step)
        if not before.family.active:
            self._forget_told()
        yield from self._drifts(phase, after)

    def _drifts(self, phase: str, moment: Moment) -> Iterator[Event]:
        """Yield what has clearly moved since it was last told."""
        week = self._week()
        for kind, who, entity, field, value, detail in self._drifting(moment):
            told = self._told.setdefault((entity, field), (value, week))
            if abs(value - told[0]) >= CLEARLY:
                self._told[entity, field] = value, week
                yield Event(
                    week, phase, kind, who, entity, field, told[0], value,
                    {**detail, "since": told[1]},
                )  # fmt: skip

    def _drifting(
        self, moment: Moment
    ) -> Iterator[tuple[str, tuple[Person, ...], str, str, float, dict[str, Any]]]:
        family = moment.family
        for s, lead in enumerate(LEADS):
            post = family.lead[s]
            if post < 0:
                continue
            person = moment.people[post]
            name = self._person(post, person.succession)
            detail = {"lead": lead, "risk": family.risk, "anxiety": family.csw_anxiety}
            yield "believed", (name,), self.family, f"belief.{lead}", family.belief[s], detail
            yield "story", (name,), name, "narrative", person.narrative, {"lead": lead}
        for s, service in enumerate(SERVICES):
            if family.open[s]:
                yield "family", (), self.family, f"trust.{service}", family.trust[s], {}
        yield "family", (), self.family, "engagement", family.engagement, {}
        yield "family", (), self.family, "risk", family.risk, {}

    def _forget_told(self) -> None:
        self._told.clear()

    def _start(self, moment: Moment) -> None:
        """Tell what is there already."""
        family, week = moment.family, self._week()
        step = Step(
            self._world, self._row, week, "start", moment, moment, self.family, self._person
        )
        self.events.append(
            step.of_family(
                "start", (), "active", None, True, open=tuple(map(bool, family.open)), week=week
            )
        )
        for s in (0, 1):
            if family.lead[s] >= 0:
                event = allocated(step, s)
                self.events.append(
                    Event(
                        week,
                        "start",
                        "start",
                        event.who,
                        event.entity,
                        event.field,
                        None,
                        event.after,
                        event.detail,
                    )
                )
        list(self._drifts("start", moment))

    def _set_from_outside(self, before: Moment, now: Moment) -> Iterator[Event]:
        week = self._week()

        def told(entity: str, field: str, one: Value, other: Value) -> Event:
            self._told.pop((entity, field), None)
            return Event(week, "outside", "set", (), entity, field, one, other)

        for name, one in vars(before.family).items():
            other = getattr(now.family, name)
            if name not in _NEVER_SET and one != other:
                for field, a, b in _fields(name, one, other):
                    yield told(self.family, field, a, b)
        if before.tie and now.tie and before.family.lead == now.family.lead:
            pair = zip(before.family.lead, (before, now), strict=True)
            names = [self._person(post, m.people[post].succession) for post, m in pair]
            entity = f"tie of {' and '.join(names)}"
            for field, one, other in _tie_fields(before.tie, now.tie):
                if one != other:
                    yield told(entity, field, one, other)
        for post, person in before.people.items():
            if post not in now.people or person.succession != now.people[post].succession:
                continue
            entity = self._person(post, person.succession)
            for name in _SETTABLE:
                one, other = getattr(person, name), getattr(now.people[post], name)
                if one != other:
                    yield told(entity, name, one, other)

    def story(self) -> Story:
        """Return what was recorded so far."""
        record: Record = take(self._world, self._row).family
        return Story(
            family=self.family,
            events=tuple(self.events),
            burn_in=int(self._world.clock[0]["burn_in"]),
            since=self.since,
            until=self._week(),
            arrival=record.arrival,
            open=tuple(map(bool, record.open)) if record.active else (False, False),
            active=record.active,
            closed=record.closed,
        )


def _tie_fields(one: Tie, other: Tie) -> Iterator[tuple[str, float, float]]:
    yield "familiarity", one.familiarity, other.familiarity
    for lead, a, b in zip(LEADS, one.trust, other.trust, strict=True):
        yield f"trust.{lead}", a, b


def _fields(name: str, one: Any, other: Any) -> Iterator[tuple[str, Value, Value]]:
    """Yield a field of a family's record that was set, part by part."""
    if not isinstance(one, list):
        yield (name, facts_of(one), facts_of(other)) if name == "told" else (name, one, other)
        return
    parts = SERVICES if name in ("open", "trust") else LEADS
    for k, (a, b) in enumerate(zip(one, other, strict=True)):
        if a != b:
            part = parts[k] if len(one) == 2 else str(k)
            sets = name in ("known", "received")
            yield f"{name}.{part}", *((facts_of(a), facts_of(b)) if sets else (a, b))
