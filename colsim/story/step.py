"""One phase of one family's week, before and after, and how a difference becomes an event.

Where several families share a lead worker, a worker's state tells what happened to one of them
only if no other can have done it; what cannot be told apart is told as such, or not at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from colsim.core.names import CSW, MHSW, Channel
from colsim.core.state import MEMORIES, World
from colsim.story.events import Event, Value, facts_of
from colsim.story.moment import Moment, others_of
from colsim.story.people import Person

LEADS = ("csw", "mhsw")
SERVICES = ("csc", "amh")
CHANNELS = ("written", "phone", "face to face", "meeting")
_MEMORY = {name: k for k, name in enumerate(MEMORIES)}


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of one week of one family."""

    world: World
    row: int
    week: int
    phase: str
    before: Moment
    after: Moment
    family: str
    """Name of the family."""
    person: Callable[[int, int], Person]
    """Name of the practitioner of a post and succession number."""

    def who(self, s: int, *, moment: Moment | None = None) -> tuple[Person, ...]:
        """Return the name of the lead of service s, before the phase unless said otherwise."""
        moment = moment or self.before
        post = moment.family.lead[s]
        return (self.person(post, moment.people[post].succession),) if post >= 0 else ()

    def event(
        self,
        kind: str,
        who: tuple[Person, ...],
        entity: str,
        field: str,
        before: Value,
        after: Value,
        **detail: Any,
    ) -> Event:
        """Return an event of this step."""
        return Event(self.week, self.phase, kind, who, entity, field, before, after, detail)

    def of_family(
        self,
        kind: str,
        who: tuple[Person, ...],
        field: str,
        before: Value,
        after: Value,
        **detail: Any,
    ) -> Event:
        """Return an event whose change is the family's own."""
        return self.event(kind, who, self.family, field, before, after, **detail)

    def counted(self, s: int, memory: str) -> int:
        """Return how many such experiences the lead of service s had in this phase."""
        k, post = _MEMORY[memory], self.before.family.lead[s]
        if post < 0 or post not in self.after.people:
            return 0
        one, other = (m.people[post].memory[k] for m in (self.before, self.after))
        return round(float(other) - float(one))

    def remembered(self, kind: str, s: int, memory: str, **detail: Any) -> Event:
        """Return an event whose change is in what the lead of service s remembers."""
        k, post = _MEMORY[memory], self.before.family.lead[s]
        before, after = self.before.people[post].memory[k], self.after.people[post].memory[k]
        who = self.who(s)
        return self.event(kind, who, who[0], f"memory.{memory}", before, after, **detail)

    def pair_name(self) -> str:
        """Return the name of the tie of the two leads."""
        return f"tie of {self.who(CSW)[0]} and {self.who(MHSW)[0]}"

    def other_pairs(self, *, failed: bool = False) -> int:
        """Return how many other families of the same two had a contact, or may have had none.

        `failed` counts those over which trust may have fallen before any talk: an attempt in
        vain, also one before a talk in passing, or a contact that a rule forced.
        """
        lead = self.before.family.lead
        rows = others_of(self.world, self.row, CSW, lead[CSW])
        both = self.world.families[rows]
        had = both["contact"] >= Channel.WRITTEN
        if failed:
            had = (both["contact"] == Channel.IN_VAIN) | both["in_passing"] | both["forced"]
        return int(((both["lead"][:, MHSW] == lead[MHSW]) & had).sum())

    def advice_between(self, s: int) -> int:
        """Return how many calls for advice about others the lead of s may have made to the other.

        Between the two themselves, too: only such a call warms a tie before any contact.
        """
        one, other = self.before.tie, self.after.tie
        if one is None or other is None or one.familiarity == other.familiarity:
            return 0
        return self.counted(s, "good_phone")

    def felt(self, s: int, cause: str, **detail: Any) -> Iterator[Event]:
        """Yield that the trust of the lead of service s in the other moved, if it did."""
        one, other = self.before.tie, self.after.tie
        if one is None or other is None or one.trust[s] == other.trust[s]:
            return
        first = one.last < 0  # there was no trust of one's own before
        yield self.event(
            "felt",
            self.who(s),
            self.pair_name(),
            f"trust.{LEADS[s]}",
            None if first else one.trust[s],
            other.trust[s],
            lead=LEADS[s],
            cause=cause,
            familiarity=other.familiarity,
            first=first,
            **detail,
        )


def gained(step: Step, field: str, s: int) -> int:
    """Return the set of facts that the lead of service s has now and had not before."""
    return int(getattr(step.after.family, field)[s] & ~getattr(step.before.family, field)[s])


def sets_of(step: Step, field: str, s: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the facts that the lead of service s held before and after."""
    one, other = (getattr(m.family, field)[s] for m in (step.before, step.after))
    return facts_of(one), facts_of(other)


def learnt(step: Step, kind: str, field: str, s: int, **detail: Any) -> Iterator[Event]:
    """Yield that facts were added to what the lead of service s knows, or has received."""
    new = gained(step, field, s)
    if new:
        held = step.before.family.received[s] if field == "known" else 0
        yield step.of_family(
            kind,
            step.who(s) or step.who(s, moment=step.after),
            f"{field}.{LEADS[s]}",
            *sets_of(step, field, s),
            lead=LEADS[s],
            facts=facts_of(new),
            had_received=facts_of(new & held),
            **detail,
        )


def forgotten(step: Step, s: int) -> Iterator[Event]:
    """Yield what went with a worker, and what stays on file for whoever comes next."""
    one, other = step.before.family, step.after.family
    for field in ("known", "received"):
        before, after = getattr(one, field)[s], getattr(other, field)[s]
        if before != after:
            held = one.known[s] | one.received[s]
            lost = before & ~after & ~other.received[s]
            yield step.of_family(
                "forgot" if before & ~after else "filed",
                step.who(s),
                f"{field}.{LEADS[s]}",
                *sets_of(step, field, s),
                lead=LEADS[s],
                held=field,
                facts=facts_of(lost),
                kept=facts_of(other.received[s] & (before if field == "known" else held)),
            )


def lost_waiting(step: Step) -> Iterator[Event]:
    """Yield that a consultation which had been waited for came to nothing."""
    one, other = step.before.family.waiting, step.after.family.waiting
    for s in (CSW, MHSW):
        if one[s] and not other[s]:
            field = f"waiting.{LEADS[s]}"
            yield step.of_family("not_consulted", step.who(s), field, 1, 0, lead=LEADS[s])


def met(step: Step) -> Iterator[Event]:
    """Yield that the two leads, strangers so far, got to know each other."""
    one, other = step.before.tie, step.after.tie
    if one is not None and other is not None and one.last < 0 <= other.last:
        both = (*step.who(CSW), *step.who(MHSW))
        yield step.event(
            "met",
            both,
            step.pair_name(),
            "met",
            False,
            True,
        )


def allocated(step: Step, s: int) -> Event:
    """Return that somebody leads for service s, and who they are."""
    after = step.after
    person = after.people[after.family.lead[s]]
    who = step.who(s, moment=after)
    pair = after.tie
    return step.of_family(
        "allocated",
        who,
        f"lead.{LEADS[s]}",
        (*step.who(s), None)[0],
        who[0],
        lead=LEADS[s],
        narrative=person.narrative,
        role_knowledge=person.role_knowledge,
        pressure=person.pressure,
        belief=after.family.belief[s],
        known=facts_of(after.family.known[s]),
        received=facts_of(after.family.received[s]),
        acquainted=None if pair is None else pair.last >= 0,
        familiarity=None if pair is None else pair.familiarity,
        # Of two who come at once the second is told to know the first or not.
        second=s == MHSW or step.before.family.lead[MHSW] >= 0,
    )
