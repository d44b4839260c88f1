"""What boundary spanners do for a family: consultations and three-way discussions."""

from collections.abc import Iterator

from colsim.core.layout import CSW, MHSW
from colsim.core.view import paired_rows
from colsim.story.events import Event, facts_of
from colsim.story.families import told_without_right
from colsim.story.moment import is_paired, others_of
from colsim.story.people import Person
from colsim.story.step import CHANNELS, LEADS, Step, learnt


def span(step: Step) -> Iterator[Event]:
    """Consultations and three-way discussions."""
    one, other = step.before.family, step.after.family
    if not is_paired(one):
        return
    for s in (CSW, MHSW):
        if other.waiting[s] and not one.waiting[s]:
            field = f"waiting.{LEADS[s]}"
            yield step.of_family("waiting", step.who(s), field, 0, 1, lead=LEADS[s])
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
                received=facts_of(one.received[s]),
                waited=bool(one.waiting[s]),
                others=step.counted(s, "consultation") - 1,
            )
    yield from _told(step)
    yield from told_without_right(step)
    for s in (CSW, MHSW):
        yield from learnt(step, "understood", "known", s, source="spanner")
        yield from learnt(step, "received", "received", s, source="spanner")
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


def _told(step: Step) -> Iterator[Event]:
    """Yield what a spanner was told, or that whoever was told is not there any more."""
    one, other = step.before.family, step.after.family
    if one.told == other.told:
        return
    new, lost = other.told & ~one.told, one.told & ~other.told
    tellers = [s for s in (CSW, MHSW) if new & other.known[s]]
    alone = tellers[0] if len(tellers) == 1 else None
    yield step.of_family(
        "told" if new else "spanner_left",
        () if alone is None else step.who(alone),
        "told",
        facts_of(one.told),
        facts_of(other.told),
        lead=None if alone is None else LEADS[alone],
        facts=facts_of(new),
        lost=facts_of(lost),
    )


def _consulted(step: Step, s: int) -> bool:
    """Return whether the lead of service s surely consulted a spanner about this family."""
    one, other = step.before.family, step.after.family
    times = step.counted(s, "consultation")
    if not times:
        return False
    p = step.world.parameters[0]
    if s == CSW and one.csw_anxiety > 0 and float(p["talk_effect"]) > 0:
        return bool(other.csw_anxiety < one.csw_anxiety)
    if other.understood[s] > one.understood[s] or other.received[s] & ~one.received[s]:
        return True
    if one.waiting[s] and not other.waiting[s]:
        return True
    if other.told & ~one.told & other.known[s] & ~other.known[1 - s]:
        return True
    if other.facilitated and not one.facilitated and other.initiator == s:
        return True
    rows = others_of(step.world, step.row, s, one.lead[s])
    return times == len(paired_rows(step.world, rows)) + 1


def _spanner_of(step: Step, s: int) -> tuple[Person | None, float | None]:
    """Return who was consulted, who keeps to the family from then on, and how familiar."""
    b = step.after.family.spanner
    if b not in step.before.spanners:
        return None, None
    record, known = step.before.spanners[b]
    return step.person(b, record.succession), known[step.before.family.lead[s]]
