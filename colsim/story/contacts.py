"""What passes between the two lead workers: attempts, talk, facts, and how it felt."""

from collections.abc import Iterator
from typing import Any

from colsim.core.layout import CSW, MHSW
from colsim.core.view import paired_rows
from colsim.story.events import Event, facts_of
from colsim.story.moment import is_paired, others_of
from colsim.story.step import CHANNELS, LEADS, Step, learnt


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


def _reads(step: Step, s: int) -> bool:
    """Return whether the lead of service s may find things in a shared record."""
    family = step.before.family
    team = step.world.posts[family.lead[s]]["team"] if family.lead[s] >= 0 else -1
    return bool(
        team >= 0 and family.consent and float(step.world.policy[team]["shared_record"]) > 0
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
