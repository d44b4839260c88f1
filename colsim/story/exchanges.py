"""What passes between the two lead workers once they are in touch: talk, facts, how it felt."""

from collections.abc import Iterator

from colsim.core.layout import CSW, MHSW
from colsim.core.names import PARENT_FACTS, Channel, Consent, Memory
from colsim.core.state import MEMORIES
from colsim.story import families
from colsim.story.events import Event, facts_of
from colsim.story.moment import Record, is_paired, others_of
from colsim.story.step import LEADS, Step, learnt


def exchange(step: Step) -> Iterator[Event]:
    """What was told, and what of it was understood."""
    one, other = step.before.family, step.after.family
    both = (*step.who(CSW), *step.who(MHSW))
    if other.talked and not one.talked:
        yield step.of_family("talked", both, "talked", False, True, first=one.plans == 0)
    order = (CSW, MHSW) if one.initiator == CSW else (MHSW, CSW)
    for s in order:
        told = other.disclosed[s]
        new = one.known[1 - s] & ~one.known[s]
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
                of=new.bit_count(),
                again=(new & one.received[s]).bit_count() if one.contact >= 1 else 0,
                understood=crossed,
                too=one.initiator != s and other.disclosed[1 - s] > 0,
            )
        yield from learnt(step, "understood", "known", s, source="contact")
        source = "record" if told == crossed else "either" if _reads(step, s) else "contact"
        yield from learnt(step, "received", "received", s, source=source)
    yield from families.told_without_right(step)
    yield from families.split(step)
    if other.discussed and not one.discussed:
        yield step.of_family(
            "discussed",
            both,
            "discussed",
            False,
            True,
            belief=tuple(other.belief),
            tolerance=float(step.world.parameters[0]["risk_tolerance"]),
        )


def _reads(step: Step, s: int) -> bool:
    """Return whether the lead of service s may find things in a shared record."""
    family = step.before.family
    team = step.world.posts[family.lead[s]]["team"] if family.lead[s] >= 0 else -1
    return bool(
        team >= 0 and _consents(family) and float(step.world.policy[team]["shared_record"]) > 0
    )


def _consents(family: Record) -> bool:
    return bool(family.consent == Consent.GIVEN)


def experience(step: Step) -> Iterator[Event]:
    """How each side felt about the contact: the signs follow from the states (ODD 7.10)."""
    one = step.before.family
    if one.contact < 0 or not is_paired(one):
        return
    p = step.world.parameters[0]
    s, channel = one.initiator, one.contact
    unprepared = channel == Channel.MEETING and not one.known[CSW] & PARENT_FACTS
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
        consent = _consents(one)
        excused = None if consent else _excused(step, s)
        yield step.remembered(
            "refused",
            s,
            "refusal",
            lead=LEADS[s],
            withheld=len(withheld),
            consent=consent,
            excused=excused,
        )
        if not consent and excused is not False:  # it did no harm, or none that is sure
            cause = "excused"
    else:
        cause, good = "talk", True
    agreed = abs(one.belief[0] - one.belief[1]) <= float(p["risk_tolerance"])
    if cause != "excused" and (cause != "talk" or channel >= 1):
        yield from step.felt(s, cause, good=good, others=others)
    if s == CSW and unprepared:
        yield from step.felt(MHSW, "unprepared", good=False, others=others)
    elif channel >= 1 and (one.disclosed[1 - s] or agreed):
        cause = "told" if one.disclosed[1 - s] else "agreed"
        yield from step.felt(1 - s, cause, good=True, others=others)


def _excused(step: Step, s: int) -> bool | None:
    """Return whether silence for want of consent was excused; None if states do not tell."""
    channel = step.before.family.contact
    bad = step.counted(s, MEMORIES[Memory.BAD_WRITTEN + channel])
    if not bad:
        return True
    rows = others_of(step.world, step.row, s, step.before.family.lead[s])
    others = int((step.world.families["contact"][rows] == channel).sum())
    return False if bad > others else None
