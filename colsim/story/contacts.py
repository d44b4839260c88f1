"""Attempts and contacts: who came across whom, who got in touch, and what came of it."""

from collections.abc import Iterator
from typing import Any

from colsim.core.layout import CSW, MHSW
from colsim.core.names import Channel
from colsim.core.numerics import trust_in_force
from colsim.core.view import paired_rows, story_share
from colsim.story.events import Event, facts_of
from colsim.story.moment import is_paired, others_of
from colsim.story.step import CHANNELS, LEADS, Step, gained, learnt


def encounter(step: Step) -> Iterator[Event]:
    """The two leads coming across each other at a shared site."""
    one, other = step.before.tie, step.after.tie
    if one is not None and other is not None and one.met != other.met:
        both = (*step.who(CSW), *step.who(MHSW))
        yield step.event("encountered", both, step.pair_name(), "tie_met", one.met, other.met)


def contact(step: Step) -> Iterator[Event]:
    """Who got in touch, and what came of it."""
    one, other = step.before.family, step.after.family
    if not is_paired(one):
        return
    kept = one.appointed and other.contact == Channel.FACE and not other.in_passing
    if one.appointed and not kept:
        yield step.remembered("missed", one.initiator, "given_up", lead=LEADS[one.initiator])
    for s in (CSW, MHSW):
        yield from _advised(step, s)
    if kept:
        yield _contact(step, "kept", (*step.who(CSW), *step.who(MHSW)))
    elif other.in_passing:
        yield from _beforehand(step)
        yield _contact(step, "passing", step.who(other.initiator), anew=one.appointed)
    elif other.forced:
        yield _contact(step, "forced", step.who(CSW), thin=one.thin)
        if one.thin:
            others = step.other_pairs(failed=True) + step.advice_between(MHSW)
            yield from step.felt(MHSW, "paper", good=False, others=others)
    elif other.contact >= Channel.WRITTEN:
        yield _contact(step, "asked", step.who(other.initiator))
    elif other.contact == Channel.IN_VAIN:
        yield from _in_vain(step)
    else:
        yield from _given_up(step)
    if other.appointed and not one.appointed:
        # A talk in passing is one side's; a joint visit both arrange.
        both = (*step.who(CSW), *step.who(MHSW))
        who = step.who(other.initiator) if other.in_passing else both
        visit = not other.in_passing
        yield step.of_family("arranged", who, "appointed", False, True, visit=visit)


def _advised(step: Step, s: int) -> Iterator[Event]:
    """Yield that a lead asked somebody else for advice, and what they came to understand."""
    if _surely_advised(step, s):
        one, other = step.before.family, step.after.family
        yield step.remembered(
            "advised",
            s,
            "good_phone",
            lead=LEADS[s],
            received=facts_of(one.received[s]),
            calmed=(one.csw_anxiety, other.csw_anxiety) if s == CSW else None,
            others=step.counted(s, "good_phone") - 1,
        )
    yield from learnt(step, "understood", "known", s, source="advice")


def _surely_advised(step: Step, s: int) -> bool:
    """Return whether the lead of service s surely asked for advice about this family.

    In this phase nothing else is a good experience, explains a fact, or calms.
    """
    one, other = step.before.family, step.after.family
    times = step.counted(s, "good_phone")
    if not times:
        return False
    if gained(step, "known", s):
        return True
    if other.contact != Channel.NONE and not other.in_passing:
        return False
    if s == CSW and one.csw_anxiety > 0 and float(step.world.parameters[0]["talk_effect"]) > 0:
        return bool(other.csw_anxiety < one.csw_anxiety)
    return times > _others(step, s, Channel.NONE)


def _contact(step: Step, kind: str, who: Any, **detail: Any) -> Event:
    """Return a contact that took place, with the footing on which the two are."""
    s = step.after.family.initiator
    tie = step.before.tie
    assert tie is not None
    other = _lead(step, 1 - s)
    share = story_share(step.world)
    return step.of_family(
        kind,
        who,
        "contact",
        None,
        CHANNELS[step.after.family.contact],
        lead=LEADS[s],
        mutual=step.after.family.mutual,
        familiarity=tie.familiarity,
        acquainted=tie.last >= 0,
        by_story=share > 0.0,
        trust=float(trust_in_force(tie.familiarity, tie.trust[1 - s], share * other.narrative)),
        **detail,
    )


_FAILURES = (("unanswered", "no_answer"), ("misdirected", "misdirected"))


def _beforehand(step: Step) -> Iterator[Event]:
    """What surely went before a talk in passing of the same week: an attempt that failed."""
    yield from _given_up(step)
    for s in (CSW, MHSW):
        failed = [(kind, memory) for kind, memory in _FAILURES if step.counted(s, memory)]
        times = sum(step.counted(s, memory) for _, memory in failed)
        if times and len(failed) == 1 and times > _others(step, s, Channel.IN_VAIN):
            kind, memory = failed[0]
            yield step.remembered(kind, s, memory, **_footing(step, s))


def _others(step: Step, s: int, contact: int) -> int:
    """Return for how many other families a lead may have had a failure that left this contact."""
    rows = others_of(step.world, step.row, s, step.before.family.lead[s])
    families = step.world.families[paired_rows(step.world, rows)]
    return int(((families["contact"] == contact) | families["in_passing"]).sum())


def _footing(step: Step, s: int | None) -> dict[str, Any]:
    """Return what shows why an attempt of the lead of service s may have failed."""
    return {
        "lead": None if s is None else LEADS[s],
        "familiarity": step.before.tie.familiarity if step.before.tie else 0.0,
        "knowledge": None if s is None else _lead(step, s).role_knowledge,
        "pressure": None if s is None else _lead(step, 1 - s).pressure,
    }


def _in_vain(step: Step) -> Iterator[Event]:
    """Tell the two kinds of vain attempts apart, and whose it was, as far as states allow."""
    possible = {
        (kind, s) for kind, memory in _FAILURES for s in (CSW, MHSW) if step.counted(s, memory)
    }
    kinds = {kind for kind, _ in possible}
    if kinds == {"unanswered"}:  # then the record says who it was
        possible = {("unanswered", step.after.family.initiator)}
    asker = {s for _, s in possible}
    kind = kinds.pop() if len(kinds) == 1 else "in_vain"
    s = asker.pop() if len(asker) == 1 else None
    who = () if s is None else step.who(s)
    yield step.of_family(kind, who, "contact", None, "in vain", **_footing(step, s))
    if kind == "unanswered" and s is not None:
        yield from _hurt(step, s)


def _hurt(step: Step, s: int) -> Iterator[Event]:
    """Yield what an attempt without answer does: to trust, or between strangers to the story."""
    if step.before.tie is not None and step.before.tie.last >= 0:
        others = step.other_pairs(failed=True) + step.advice_between(s)
        yield from step.felt(s, "no answer", good=False, others=others)
        return
    one, other = _lead(step, s), _lead(step, s, after=True)
    if one.narrative != other.narrative:
        who = step.who(s)
        yield step.event(
            "story",
            who,
            who[0],
            "narrative",
            one.narrative,
            other.narrative,
            lead=LEADS[s],
            cause="no answer",
            others=step.counted(s, "no_answer") - 1 + step.counted(s, "good_phone"),
        )


def _lead(step: Step, s: int, *, after: bool = False) -> Any:
    moment = step.after if after else step.before
    return moment.people[step.before.family.lead[s]]


def _given_up(step: Step) -> Iterator[Event]:
    """Yield that a contact was given up, where no other family can be meant."""
    family = step.before.family
    for s in (CSW, MHSW):
        missed = family.appointed and family.initiator == s
        times = step.counted(s, "given_up") - missed
        if times > _others(step, s, Channel.NONE) + step.before.appointments[s]:
            yield step.remembered(
                "gave_up", s, "given_up", lead=LEADS[s], pressure=_lead(step, s).pressure
            )
