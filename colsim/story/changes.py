"""Differences between two moments, phase by phase, turned into events: no draw, no guess.

Each phase has a function that takes a `Step` and yields what the phase did to the family. Where
several families share a lead worker, a worker's state tells what happened to one of them only if
no other can have done it; what cannot be told apart is told as such, or not at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from colsim.core.layout import CSW, MHSW
from colsim.core.state import FACTS, MEMORIES, World
from colsim.story.events import Event, Value, facts_of
from colsim.story.moment import Moment, is_paired, others_of, paired_rows

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
    person: Callable[[int, int], str]
    """Name of the practitioner of a post and succession number."""

    def who(self, s: int, *, moment: Moment | None = None) -> tuple[str, ...]:
        """Return the name of the lead of service s, before the phase unless said otherwise."""
        moment = moment or self.before
        post = moment.family.lead[s]
        return (self.person(post, moment.people[post].succession),) if post >= 0 else ()

    def event(
        self,
        kind: str,
        who: tuple[str, ...],
        entity: str,
        field: str,
        before: Value,
        after: Value,
        **detail: Any,
    ) -> Event:
        """Return an event of this step."""
        return Event(self.week, self.phase, kind, who, entity, field, before, after, detail)

    def of_family(
        self, kind: str, who: tuple[str, ...], field: str, before: Value, after: Value, **detail: Any
    ) -> Event:
        """Return an event whose change is the family's own."""
        return self.event(kind, who, self.family, field, before, after, **detail)

    def counted(self, s: int, memory: str) -> int:
        """Return how many such experiences the lead of service s had in this phase."""
        k, post = _MEMORY[memory], self.before.family.lead[s]
        if post < 0 or post not in self.after.people:
            return 0
        return round(self.after.people[post].memory[k] - self.before.people[post].memory[k])

    def remembered(self, kind: str, s: int, memory: str, **detail: Any) -> Event:
        """Return an event whose change is in what the lead of service s remembers."""
        k, post = _MEMORY[memory], self.before.family.lead[s]
        before, after = self.before.people[post].memory[k], self.after.people[post].memory[k]
        who = self.who(s)
        return self.event(kind, who, who[0], f"memory.{memory}", before, after, **detail)

    def pair_name(self) -> str:
        """Return the name of the tie of the two leads."""
        return f"tie of {self.who(CSW)[0]} and {self.who(MHSW)[0]}"

    def other_pairs(self, *, in_vain: bool = False) -> int:
        """Return how many other families of the same two had a contact, or one in vain."""
        lead = self.before.family.lead
        rows = others_of(self.world, self.row, CSW, lead[CSW])
        both = self.world.families[rows]
        had = both["contact"] == -2 if in_vain else both["contact"] >= 0
        return int(((both["lead"][:, MHSW] == lead[MHSW]) & had).sum())

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


def _gained(step: Step, field: str, s: int) -> int:
    return int(getattr(step.after.family, field)[s] & ~getattr(step.before.family, field)[s])


def _sets(step: Step, field: str, s: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    one, other = (getattr(m.family, field)[s] for m in (step.before, step.after))
    return facts_of(one), facts_of(other)


def _learnt(step: Step, kind: str, field: str, s: int, **detail: Any) -> Iterator[Event]:
    """Yield that facts were added to what the lead of service s knows, or has received."""
    new = _gained(step, field, s)
    if new:
        held = step.before.family.received[s] if field == "known" else 0
        yield step.of_family(
            kind,
            step.who(s) or step.who(s, moment=step.after),
            f"{field}.{LEADS[s]}",
            *_sets(step, field, s),
            lead=LEADS[s],
            facts=facts_of(new),
            had_received=facts_of(new & held),
            **detail,
        )


def _forgotten(step: Step, s: int) -> Iterator[Event]:
    """Yield what went with a worker."""
    for field in ("known", "received"):
        one, other = (getattr(m.family, field)[s] for m in (step.before, step.after))
        if one & ~other:
            yield step.of_family(
                "forgot",
                step.who(s),
                f"{field}.{LEADS[s]}",
                *_sets(step, field, s),
                lead=LEADS[s],
                held=field,
                facts=facts_of(one & ~other),
                kept=facts_of(other),
            )


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


def intake(step: Step) -> Iterator[Event]:
    """Arrivals, returns, referrals, allocation, what the front door finds."""
    one, other = step.before.family, step.after.family
    came = other.active and not one.active
    if came:
        again = one.closed >= 0
        weeks = step.week - one.closed if again else 0
        kind = "returned" if again else "arrived"
        yield step.of_family(kind, (), "active", False, True, away=weeks)
    for s in (CSW, MHSW):
        if other.open[s] and not one.open[s]:
            referred = not came and one.open[1 - s]
            yield step.of_family(
                "referred" if referred else "opened",
                step.who(1 - s) if referred else (),
                f"open.{SERVICES[s]}",
                False,
                True,
                service=SERVICES[s],
                complexity=other.complexity,
            )
        elif one.open[s] and not other.open[s]:
            yield step.of_family(
                "closed", (), f"open.{SERVICES[s]}", True, False, service=SERVICES[s], meanwhile=True
            )
    if other.plans < one.plans:
        yield step.of_family("restarted", (), "plans", one.plans, other.plans)
    for s in (CSW, MHSW):
        if other.lead[s] >= 0 and one.lead[s] != other.lead[s]:
            yield allocated(step, s)
        yield from _learnt(step, "received", "received", s, source="front door")


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


def discover(step: Step) -> Iterator[Event]:
    """What the leads find out from the family."""
    for s in (CSW, MHSW):
        new = _gained(step, "known", s)
        own = 0x00FF if s == CSW else 0xFF00
        yield from _learnt(
            step,
            "discovered",
            "known",
            s,
            own=bool(new & own),
            trust=step.before.family.trust[s],
        )


def contact(step: Step) -> Iterator[Event]:
    """Who got in touch, and what came of it."""
    if not is_paired(step.before.family):
        return
    now = step.after.family.contact
    if now >= 0:
        s = step.after.family.initiator
        tie = step.before.tie
        assert tie is not None
        other = step.before.people[step.before.family.lead[1 - s]]
        yield step.of_family(
            "asked",
            step.who(s),
            "contact",
            None,
            CHANNELS[now],
            lead=LEADS[s],
            mutual=step.after.family.mutual,
            familiarity=tie.familiarity,
            acquainted=tie.last >= 0,
            trust=_in_force(tie.familiarity, tie.trust[1 - s], other.narrative),
        )
    elif now == -2:
        yield from _in_vain(step)
    else:
        yield from _given_up(step)


def _in_force(familiarity: float, trust: float, narrative: float) -> float:
    return familiarity * trust + (1.0 - familiarity) * ((1.0 + narrative) * 0.5)


def _in_vain(step: Step) -> Iterator[Event]:
    """Tell the two kinds of vain attempts apart, and whose it was, as far as states allow."""
    possible = {
        (kind, s)
        for kind, memory in (("unanswered", "no_answer"), ("misdirected", "misdirected"))
        for s in (CSW, MHSW)
        if step.counted(s, memory)
    }
    kinds = {kind for kind, _ in possible}
    if kinds == {"unanswered"}:  # then the record says who it was
        possible = {("unanswered", step.after.family.initiator)}
    asker = {s for _, s in possible}
    kind = kinds.pop() if len(kinds) == 1 else "in_vain"
    who = step.who(asker.pop()) if len(asker) == 1 else ()
    s = {step.who(k): k for k in (CSW, MHSW)}.get(who)
    yield step.of_family(
        kind,
        who,
        "contact",
        None,
        "in vain",
        lead=None if s is None else LEADS[s],
        familiarity=step.before.tie.familiarity if step.before.tie else 0.0,
        knowledge=None if s is None else _lead(step, s).role_knowledge,
        pressure=None if s is None else _lead(step, 1 - s).pressure,
    )
    if kind == "unanswered" and s is not None:
        times = step.counted(s, "no_answer") - 1
        if step.before.tie is not None and step.before.tie.last >= 0:
            others = step.other_pairs(in_vain=True)
            yield from step.felt(s, "no answer", good=False, others=others)
        else:
            person = _lead(step, s), _lead(step, s, after=True)
            if person[0].narrative != person[1].narrative:
                yield step.event(
                    "story",
                    who,
                    who[0],
                    "narrative",
                    person[0].narrative,
                    person[1].narrative,
                    lead=LEADS[s],
                    cause="no answer",
                    others=times,
                )


def _lead(step: Step, s: int, *, after: bool = False) -> Any:
    moment = step.after if after else step.before
    return moment.people[step.before.family.lead[s]]


def _given_up(step: Step) -> Iterator[Event]:
    """Yield that a contact was given up, where no other family can be meant."""
    for s in (CSW, MHSW):
        times = step.counted(s, "given_up")
        if not times:
            continue
        rows = others_of(step.world, step.row, s, step.before.family.lead[s])
        rows = paired_rows(step.world, rows)
        silent = int((step.world.families["contact"][rows] == -1).sum())
        if times == silent + 1:
            yield step.remembered(
                "gave_up", s, "given_up", lead=LEADS[s], pressure=_lead(step, s).pressure
            )


def corridor(step: Step) -> Iterator[Event]:
    """Talk that a shared office brings about."""
    one, other = step.before.family.contact, step.after.family.contact
    if other != one:
        yield step.of_family(
            "corridor",
            (*step.who(CSW), *step.who(MHSW)),
            "contact",
            "in vain" if one == -2 else None,
            CHANNELS[other],
        )


def span(step: Step) -> Iterator[Event]:
    """Consultations and three-way discussions."""
    one, other = step.before.family, step.after.family
    if not is_paired(one):
        return
    for s in (CSW, MHSW):
        if _consulted(step, s):
            spanner, familiarity = _spanner_of(step, s)
            yield step.remembered(
                "consulted",
                s,
                "consultation",
                lead=LEADS[s],
                spanner=spanner,
                familiarity=familiarity,
                calmed=(one.csw_anxiety, other.csw_anxiety) if s == CSW else None,
                waiting=facts_of(one.received[s]),
                others=step.counted(s, "consultation") - 1,
            )
        yield from _learnt(step, "understood", "known", s, source="spanner")
        if other.facilitated and not one.facilitated and other.initiator == s:
            before = None if one.contact == -1 else "in vain"
            changed = one.contact != other.contact
            yield step.of_family(
                "facilitated",
                (*step.who(CSW), *step.who(MHSW)),
                "contact" if changed else "facilitated",
                (CHANNELS[one.contact] if one.contact >= 0 else before) if changed else False,
                CHANNELS[other.contact] if changed else True,
                lead=LEADS[s],
            )


def _consulted(step: Step, s: int) -> bool:
    """Return whether the lead of service s surely consulted a spanner about this family."""
    one, other = step.before.family, step.after.family
    times = step.counted(s, "consultation")
    if not times:
        return False
    if s == CSW and one.csw_anxiety > 0 and float(step.world.parameters[0]["consult_calm"]) > 0:
        return bool(other.csw_anxiety < one.csw_anxiety)
    if other.understood[s] > one.understood[s]:
        return True
    if other.facilitated and not one.facilitated and other.initiator == s:
        return True
    rows = others_of(step.world, step.row, s, one.lead[s])
    return times == len(paired_rows(step.world, rows)) + 1


def _spanner_of(step: Step, s: int) -> tuple[str | None, float | None]:
    """Return who was consulted and how familiar they were, if only one can have been."""
    post = step.before.family.lead[s]
    found = []
    for b, (record, known) in step.before.spanners.items():
        later, known_later = step.after.spanners[b]
        consults = later.hours_left[1] < record.hours_left[1]
        if consults and known_later[post] > known[post]:
            found.append((step.person(b, record.succession), known[post]))
    return found[0] if len(found) == 1 else (None, None)


def exchange(step: Step) -> Iterator[Event]:
    """What was told, and what of it was understood."""
    one, other = step.before.family, step.after.family
    record = any(
        float(step.world.policy[step.world.posts[post]["team"]]["shared_record"]) > 0
        for post in one.lead
        if post >= 0
    )
    order = (CSW, MHSW) if one.initiator == CSW else (MHSW, CSW)
    for s in order:
        told = other.disclosed[s]
        crossed = other.understood[s] - one.understood[s]
        if told:
            yield step.of_family(
                "disclosed",
                step.who(1 - s),
                f"disclosed.{LEADS[s]}",
                0,
                told,
                lead=LEADS[1 - s],
                taker=LEADS[s],
                of=(one.known[1 - s] & ~one.known[s]).bit_count(),
                understood=crossed,
                asked=one.initiator == s,
            )
        yield from _learnt(step, "understood", "known", s, source="contact")
        source = "contact" if not record else "record" if told == crossed else "either"
        yield from _learnt(step, "received", "received", s, source=source)
    both = (*step.who(CSW), *step.who(MHSW))
    if other.talked and not one.talked:
        yield step.of_family("talked", both, "talked", False, True)
    if other.discussed and not one.discussed:
        yield step.of_family(
            "discussed",
            both,
            "discussed",
            False,
            True,
            belief=tuple(other.belief),
            tolerance=float(step.world.parameters[0]["agree_tolerance"]),
        )


def experience(step: Step) -> Iterator[Event]:
    """How each side felt about the contact: the signs follow from the states (ODD 7.10)."""
    one = step.before.family
    if one.contact < 0 or not is_paired(one):
        return
    p = step.world.parameters[0]
    s, channel = one.initiator, one.contact
    new = step.week - one.lead_since[CSW] < 4 and one.known[CSW].bit_count() < 2
    unprepared = channel == 3 and new
    refused = not one.disclosed[s] and bool(one.known[1 - s] & ~one.known[s])
    others = step.other_pairs()
    if unprepared:
        yield step.remembered("unprepared", MHSW, "unprepared", lead="mhsw")
    if s == MHSW and unprepared:
        cause, good = "unprepared", False
    elif one.disclosed[s]:
        cause, good = "told", True
    elif refused:
        cause, good = "refused", False
        withheld = facts_of(one.known[1 - s] & ~one.known[s])
        yield step.remembered("refused", s, "refusal", lead=LEADS[s], withheld=len(withheld))
    else:
        cause, good = "talk", True
    agreed = abs(one.belief[0] - one.belief[1]) <= float(p["agree_tolerance"])
    if cause != "talk" or channel >= 1:
        yield from step.felt(s, cause, good=good, others=others)
    if s == CSW and unprepared:
        yield from step.felt(MHSW, "unprepared", good=False, others=others)
    elif channel >= 1 and (one.disclosed[1 - s] or agreed):
        cause = "told" if one.disclosed[1 - s] else "agreed"
        yield from step.felt(1 - s, cause, good=True, others=others)


def plan(step: Step) -> Iterator[Event]:
    """The plan, and what the MHSW makes of it."""
    from colsim.story.plans import planned

    yield from planned(step)


def live(step: Step) -> Iterator[Event]:
    """Escalation and closure."""
    one, other = step.before.family, step.after.family
    if other.escalated and not one.escalated:
        yield step.of_family("escalated", (), "escalated", False, True, risk=other.risk)
    for s in (CSW, MHSW):
        if one.open[s] and not other.open[s]:
            yield step.of_family(
                "closed",
                step.who(s),
                f"open.{SERVICES[s]}",
                True,
                False,
                service=SERVICES[s],
                belief=one.belief[s],
                risk=other.risk,
                plans=one.plans,
                severity=other.severity,
                meanwhile=False,
            )
    for s in (CSW, MHSW):
        if one.lead[s] >= 0 and other.lead[s] < 0:
            who = step.who(s)
            yield step.of_family(
                "ended", who, f"lead.{LEADS[s]}", who[0], None, lead=LEADS[s], rests=other.open[s]
            )
            yield from _forgotten(step, s)


def workforce(step: Step) -> Iterator[Event]:
    """Lead workers who leave, and what goes with them."""
    one, other = step.before.family, step.after.family
    for s in (CSW, MHSW):
        if one.lead[s] >= 0 and other.lead[s] < 0:
            who = step.who(s)
            yield step.of_family(
                "left",
                who,
                f"lead.{LEADS[s]}",
                who[0],
                None,
                lead=LEADS[s],
                weeks=step.week - one.lead_since[s],
                known=(one.known[s].bit_count(), other.known[s].bit_count()),
                trust=(one.trust[s], other.trust[s]),
            )
            yield from _forgotten(step, s)


TOLD: dict[str, Callable[[Step], Iterator[Event]]] = {
    "intake": intake,
    "discover": discover,
    "contact": contact,
    "corridor": corridor,
    "span": span,
    "exchange": exchange,
    "experience": experience,
    "plan": plan,
    "live": live,
    "workforce": workforce,
}
"""Phase -> what it may do to a family."""
ACQUAINT = ("policy", "train", "corridor", "experience")
"""Phases in which two strangers may get to know each other."""
assert FACTS == 16
