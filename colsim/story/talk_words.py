"""Sentences for what passes between the lead workers, and with boundary spanners."""

from typing import Any

from colsim.story.events import Event
from colsim.story.grades import (
    CALLED,
    OTHER,
    THEIRS,
    count,
    facts,
    familiar,
    name_of,
    numbers,
    risk,
    sentence,
    trust,
)

_HOW = {
    "written": "writes to",
    "phone": "phones",
    "face to face": "goes to see",
    "meeting": "calls a meeting with",
}


def asked(event: Event, d: Any) -> str:
    """Return that one got in touch, and on what footing."""
    one, other = CALLED[d["lead"]], CALLED[OTHER[d["lead"]]]
    text = f"{sentence(one)} {_HOW[str(event.after)]} {other}, {_wish(d)}, and is answered"
    return f"{text}. {_footing(d)}"


def _wish(d: Any) -> str:
    return "to share as well as to ask" if d["mutual"] else "only to ask"


def _footing(d: Any) -> str:
    lead = d["lead"]
    one, other = CALLED[lead], CALLED[OTHER[lead]]
    if d["acquainted"]:
        return f"The two {familiar(d['familiarity'])}; {other} feels {trust(d['trust'])} in {one}."
    goes_by = (
        f"goes by the story told about {THEIRS[OTHER[lead]]}"
        if d["by_story"]
        else "has no view of them yet"
    )
    return f"The two have never met: {other} {goes_by}, and feels {trust(d['trust'])}."


def passing(event: Event, d: Any) -> str:
    """Return that two who came across each other talked of the family."""
    again = ", and the two arrange anew to meet" if d["anew"] else ""
    return (
        f"{sentence(CALLED[d['lead']])} brings up the family in passing, {_wish(d)}{again}. "
        f"{_footing(d)}"
    )


def kept(event: Event, d: Any) -> str:
    """Return that two met as arranged."""
    return f"The CSW and the MHSW meet as they had arranged, {CALLED[d['lead']]} {_wish(d)}."


def forced(event: Event, d: Any) -> str:
    """Return that a rule brought a contact about."""
    text = "The CSW writes to the MHSW only because a protocol asks for it, and is answered"
    if d["thin"]:
        text += "; on paper alone the last plan was made too"
    return f"{text}."


def vain(event: Event, d: Any) -> str:
    """Return that an attempt failed, and why it may have."""
    lead = d["lead"]
    one = CALLED[lead] if lead else "one of the two"
    other = CALLED[OTHER[lead]] if lead else "the other"
    if event.kind == "misdirected":
        why = (
            f", knowing little of how {THEIRS[lead]} works (role knowledge {d['knowledge']:.2f})"
            if lead and d["knowledge"] < 0.5
            else ""
        )
        return f"{sentence(one)} tries to reach {other} and ends up with the wrong person{why}."
    if event.kind == "in_vain":
        return f"{sentence(one)} tries to reach {other}, in vain."
    pressed = d["pressure"]
    why = (
        f" ({other} has more work than hours: pressure {pressed:.2f})"
        if pressed is not None and pressed > 1
        else ""
    )
    return f"{sentence(one)} gets in touch with {other} and gets no answer{why}."


def gave_up(event: Event, d: Any) -> str:
    """Return that there were no hours for a contact."""
    return (
        f"{sentence(CALLED[d['lead']])} means to get in touch with {CALLED[OTHER[d['lead']]]} "
        f"and has no hours left for it (pressure {d['pressure']:.2f})."
    )


def advised(event: Event, d: Any) -> str:
    """Return that somebody else was asked for advice."""
    one, other = CALLED[d["lead"]], CALLED[OTHER[d["lead"]]]
    text = (
        f"{sentence(one)} does not ask {other} but phones a colleague of {THEIRS[d['lead']]} whom "
        "they know better, for advice that tells nothing of the family."
    )
    if d["calmed"] and d["calmed"][1] < d["calmed"][0]:
        text += (
            f" That calms: anxiety about the case falls from {d['calmed'][0]:.2f} to "
            f"{d['calmed'][1]:.2f}."
        )
    if not d["received"]:
        text += " There was nothing received and not understood to clear up."
    return text


def consulted(event: Event, d: Any) -> str:
    """Return that a spanner was consulted."""
    one = CALLED[d["lead"]]
    spanner = "a boundary spanner" if d["spanner"] is None else f"the {name_of(d['spanner'])}"
    text = f"{sentence(one)} consults {spanner}"
    if d["familiarity"] is not None:
        text += f"; the two {familiar(d['familiarity'])}"
    text += ", after waiting for it." if d["waited"] else "."
    if d["calmed"] and d["calmed"][1] < d["calmed"][0]:
        text += (
            f" That calms: anxiety about the case falls from {d['calmed'][0]:.2f} to "
            f"{d['calmed'][1]:.2f}."
        )
    if not d["received"]:
        text += " There was nothing received and not understood to clear up."
    return text


def told(event: Event, d: Any) -> str:
    """Return what a spanner was told."""
    lost = (
        f" What an earlier one had been told went with them: {facts(d['lost'])}."
        if d["lost"]
        else ""
    )
    if not d["facts"]:
        return f"The boundary spanner who knew of the family has left.{lost}"
    by = f" by {CALLED[d['lead']]}" if d["lead"] else ""
    return f"The boundary spanner is told {facts(d['facts'])}{by}.{lost}"


def facilitated(event: Event, d: Any) -> str:
    """Return that a spanner brought the two together."""
    return (
        "The boundary spanner brings the CSW and the MHSW together for a discussion in which "
        "both have equal weight."
    )


def disclosed(event: Event, d: Any) -> str:
    """Return how much was told and understood."""
    giver, taker = CALLED[d["lead"]], CALLED[d["taker"]]
    number = int(str(event.after))
    verb = "also tells" if d["too"] else "tells"
    left = number - d["understood"]
    if number == d["of"]:
        told = "the one fact" if number == 1 else f"all {number} facts"
    else:
        told = f"{number} of the {count(d['of'], 'fact')}"
    if not left:
        made = "and is understood"
    elif d["understood"]:
        made = f"of which {taker} understands {d['understood']}"
    else:
        made = "and is not understood"
    again = f" ({d['again']} of them received before)" if d["again"] else ""
    return f"{sentence(giver)} {verb} {taker} {told} that {taker} does not yet know{again}, {made}."


def received(event: Event, d: Any) -> str:
    """Return what arrived and was not understood."""
    way = {
        "contact": "is told",
        "spanner": "is told by the boundary spanner",
        "record": "reads in the shared record",
        "either": "is told, or reads in the shared record,",
        "front door": "is passed, by the seat of adult mental health at the front door,",
    }[d["source"]]
    mean = "it means" if len(d["facts"]) == 1 else "they mean"
    return f"{sentence(CALLED[d['lead']])} {way} {facts(d['facts'])} without grasping what {mean}."


def understood(event: Event, d: Any) -> str:
    """Return what was understood."""
    one = CALLED[d["lead"]]
    before = (
        f" ({facts(d['had_received'])} had been received before and not understood)"
        if d["had_received"]
        else ""
    )
    if d["source"] == "spanner":
        return f"With the spanner's help {one} understands {facts(d['facts'])}{before}."
    if d["source"] == "advice":
        return f"With this colleague's advice {one} understands {facts(d['facts'])}{before}."
    return f"{sentence(one)} now understands {facts(d['facts'])}{before}."


def refused(event: Event, d: Any) -> str:
    """Return that nothing was told."""
    one, other = CALLED[d["lead"]], CALLED[OTHER[d["lead"]]]
    there = "is 1 fact" if d["withheld"] == 1 else f"are {d['withheld']} facts"
    text = f"{sentence(other)} tells {one} nothing, though there {there} to tell: a refusal"
    if d["consent"]:
        return f"{text}."
    taken = {
        True: f"and {one} excuses it",
        False: f"but {one} takes it for obstruction",
        None: "which may excuse it",
    }
    return f"{text}. The family has not consented, {taken[d['excused']]}."


def discussed(event: Event, d: Any) -> str:
    """Return where a discussion of the risk left the two."""
    csw, mhsw = d["belief"]
    apart = abs(csw - mhsw)
    near = "close enough for" if apart <= d["tolerance"] else "too far apart for"
    return (
        f"They discuss the risk. Afterwards the CSW takes it to be {risk(csw)}, the MHSW "
        f"{risk(mhsw)}: {near} a joint plan (at most {d['tolerance']:.2f})."
    )


def met(event: Event, d: Any) -> str:
    """Return that strangers became acquainted."""
    how = {
        "train": "at a training, a shadowing day or through a champion",
        "encounter": "by coming across each other at the shared site",
        "contact": "as one asks the other for advice about another family",
        "span": "introduced by the boundary spanner",
        "policy": "before the policy begins, as the scenario says",
    }.get(event.phase, "through this contact")
    return f"The CSW and the MHSW, strangers so far, get to know each other {how}."


_CAUSE = {
    "told": "being told something feels good",
    "refused": "being told nothing hurts",
    "talk": "a good talk, though there was nothing new to hear",
    "agreed": "the two see the risk alike, and that feels good",
    "no answer": "no answer hurts",
    "paper": "paper upon paper hurts",
    "unprepared": "a colleague who comes unprepared to a meeting annoys",
    "the plan": "the plan disappoints",
    "unexplained": "a decision that nobody explains hurts",
    "unachievable": "targets that cannot be met disappoint",
    "unexplained and unachievable": "an unexplained decision and targets that cannot be met hurt",
}


def felt(event: Event, d: Any) -> str:
    """Return how a trust moved, and why."""
    one, other = CALLED[d["lead"]], CALLED[OTHER[d["lead"]]]
    also = (
        f" ({count(d['others'], 'other family')} had a part in it)".replace("familys", "families")
        if d["others"]
        else ""
    )
    cause = sentence(_CAUSE[d["cause"]])
    if event.before is None:
        assert isinstance(event.after, float)
        return f"{cause}: {one}'s first impression of {other} is {trust(event.after)}{also}."
    before, after = numbers(event)
    moved = "rises" if after > before else "falls"
    return f"{cause}: {one}'s trust in {other} {moved} from {before:.2f} to {after:.2f}{also}."
