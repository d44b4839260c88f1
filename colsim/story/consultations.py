"""What boundary spanners do for a family: consultations and three-way discussions."""

from collections.abc import Iterator

from colsim.core.layout import CSW, MHSW
from colsim.core.view import paired_rows
from colsim.story.events import Event, facts_of
from colsim.story.moment import is_paired, others_of
from colsim.story.step import CHANNELS, LEADS, Step, learnt


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
        yield from learnt(step, "understood", "known", s, source="spanner")
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
