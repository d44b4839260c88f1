"""Events in plain words, for somebody who works with families and not with models."""

from collections.abc import Callable, Sequence
from typing import Any

from colsim.story.events import Event

_CALLED = {"csw": "the CSW", "mhsw": "the MHSW"}
_OTHER = {"csw": "mhsw", "mhsw": "csw"}
_SERVICE = {"csc": "children's social care", "amh": "adult mental health"}
_OF_LEAD = {"csw": "csc", "mhsw": "amh"}
_THEIRS = {"csw": "adult mental health", "mhsw": "children's social care"}


def name_of(person: str) -> str:
    """Return a practitioner's name by origin in words.

    >>> name_of("csw-0-1-2-5-0")
    'CSW in team 2 of locality 1 [csw-0-1-2-5-0]'
    >>> name_of("spanner-0-3-1")
    'boundary spanner 3 [spanner-0-3-1]'
    """
    parts = person.split("-")
    where = f" of authority {parts[1]}" if parts[1] != "0" else ""
    if parts[0] == "spanner":
        return f"boundary spanner {parts[2]}{where} [{person}]"
    return f"{parts[0].upper()} in team {parts[3]} of locality {parts[2]}{where} [{person}]"


def _grade(value: float, steps: Sequence[tuple[float, str]]) -> str:
    return next((word for limit, word in steps if value < limit), steps[-1][1])


def risk(value: float) -> str:
    """Return a risk, or a belief about it, in words with its number.

    >>> risk(0.13), risk(0.5), risk(1.0)
    ('very low (0.13)', 'middling (0.50)', 'very high (1.00)')
    """
    steps = ((0.2, "very low"), (0.4, "low"), (0.6, "middling"), (0.8, "high"), (2, "very high"))
    return f"{_grade(value, steps)} ({value:.2f})"


def trust(value: float) -> str:
    """Return a trust in words with its number.

    >>> trust(0.13), trust(0.5), trust(1.0)
    ('very little trust (0.13)', 'some trust (0.50)', 'great trust (1.00)')
    """
    steps = ((0.2, "very little"), (0.4, "little"), (0.6, "some"), (0.8, "good"), (2, "great"))
    return f"{_grade(value, steps)} trust ({value:.2f})"


def story(value: float) -> str:
    """Return a story about a service in words with its number.

    >>> story(-0.6), story(0.02), story(0.3)
    ('a very bad story (-0.60)', 'neither a good nor a bad story (+0.02)', 'a good story (+0.30)')
    """
    steps = (
        (-0.5, "a very bad story"),
        (-0.1, "a bad story"),
        (0.1, "neither a good nor a bad story"),
        (0.5, "a good story"),
        (2, "a very good story"),
    )
    return f"{_grade(value, steps)} ({value:+.2f})"


def familiar(value: float) -> str:
    """Return how well two people know each other, in words with the number.

    >>> familiar(0.0), familiar(0.3)
    ('hardly know each other (0.00)', 'know each other fairly well (0.30)')
    """
    steps = (
        (0.1, "hardly know each other"),
        (0.25, "know each other a little"),
        (0.5, "know each other fairly well"),
        (2, "know each other well"),
    )
    return f"{_grade(value, steps)} ({value:.2f})"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _list(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def facts(found: Sequence[str]) -> str:
    """Return facts in words.

    >>> facts(("child 1", "child 3", "parent 2"))
    'child facts 1 and 3, parent fact 2'
    """
    parts = []
    for side in ("child", "parent"):
        numbers = [fact.split()[1] for fact in found if fact.startswith(side)]
        if numbers:
            parts.append(f"{side} fact{'s' if len(numbers) > 1 else ''} {_list(numbers)}")
    return ", ".join(parts) or "nothing"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _direction(event: Event, of: Callable[[float], str]) -> str:
    """Return 'of(after), up from 0.40'."""
    before, after = _numbers(event)
    return f"{of(after)}, {'up' if after > before else 'down'} from {before:.2f}"


def _numbers(event: Event) -> tuple[float, float]:
    assert isinstance(event.before, (int, float))
    assert isinstance(event.after, (int, float))
    return float(event.before), float(event.after)


def _introduced(event: Event, d: Any) -> str:
    """Return who takes a family on, and what they bring."""
    lead = d["lead"]
    knowledge = d["role_knowledge"]
    text = (
        f"{_CALLED[lead]} of this family is now the {name_of(event.who[0])}, who holds "
        f"{story(d['narrative'])} about {_THEIRS[lead]}, knows "
        f"{_grade(knowledge, ((0.3, 'little'), (0.6, 'something'), (2, 'much')))} of its work "
        f"({knowledge:.2f})"
    )
    pressed = d["pressure"]
    if pressed > 1:
        text += f", and has more work than hours (pressure {pressed:.2f})"
    if d["acquainted"] is not None and d["second"]:
        knows = (
            f"The CSW and the MHSW {familiar(d['familiarity'])}"
            if d["acquainted"]
            else "The CSW and the MHSW have never met"
        )
        text += f". {knows}"
    if d["known"]:
        text += f". On file: {facts(d['known'])}"
    return f"{text}. The case starts from the belief that the risk is {risk(d['belief'])}."


def _start(event: Event, d: Any) -> str:
    if event.field != "active":
        return _introduced(event, d)
    csc, amh = d["open"]
    known = (
        "both services" if csc and amh else _SERVICE["csc"] if csc else _SERVICE["amh"]
    )
    return f"When recording begins, the family is known to {known}."


def _came(event: Event, d: Any) -> str:
    if event.kind == "arrived":
        return "The family comes to the notice of the services."
    return f"The family comes back, {_count(d['away'], 'week')} after its case was closed."


def _opened(event: Event, d: Any) -> str:
    due = " A first assessment is due within nine weeks." if d["service"] == "csc" else ""
    if event.kind == "opened":
        return f"{_sentence(_SERVICE[d['service']])} opens the case.{due}"
    by = "csw" if d["service"] == "amh" else "mhsw"
    return (
        f"{_sentence(_CALLED[by])} brings in {_SERVICE[d['service']]}: from now on the family is "
        f"shared (complexity {d['complexity']:.2f}).{due}"
    )


def _discovered(event: Event, d: Any) -> str:
    lead = d["lead"]
    whose = "" if d["own"] else ", which is the other service's side"
    before = " (received before, and not understood)" if d["had_received"] else ""
    return (
        f"{_sentence(_CALLED[lead])} finds out {facts(d['facts'])}{before} from the family{whose}. "
        f"The family has {trust(d['trust'])} in {_SERVICE[_OF_LEAD[lead]]}."
    )


_HOW = {
    "written": "writes to",
    "phone": "phones",
    "face to face": "goes to see",
    "meeting": "calls a meeting with",
}


def _asked(event: Event, d: Any) -> str:
    lead = d["lead"]
    one, other = _CALLED[lead], _CALLED[_OTHER[lead]]
    wish = "to share as well as to ask" if d["mutual"] else "only to ask"
    text = f"{_sentence(one)} {_HOW[str(event.after)]} {other}, {wish}, and is answered. "
    if d["acquainted"]:
        return (
            f"{text}The two {familiar(d['familiarity'])}; {other} feels {trust(d['trust'])} in "
            f"{one}."
        )
    return (
        f"{text}The two have never met: {other} goes by the story told about "
        f"{_THEIRS[_OTHER[lead]]}, and feels {trust(d['trust'])}."
    )


def _vain(event: Event, d: Any) -> str:
    lead = d["lead"]
    one = _CALLED[lead] if lead else "one of the two"
    other = _CALLED[_OTHER[lead]] if lead else "the other"
    if event.kind == "misdirected":
        why = (
            f", knowing little of how {_THEIRS[lead]} works (role knowledge {d['knowledge']:.2f})"
            if lead and d["knowledge"] < 0.5
            else ""
        )
        return f"{_sentence(one)} tries to reach {other} and ends up with the wrong person{why}."
    if event.kind == "in_vain":
        return f"{_sentence(one)} tries to reach {other}, in vain."
    pressed = d["pressure"]
    why = (
        f" ({other} has more work than hours: pressure {pressed:.2f})"
        if pressed is not None and pressed > 1
        else ""
    )
    return f"{_sentence(one)} gets in touch with {other} and gets no answer{why}."


def _gave_up(event: Event, d: Any) -> str:
    return (
        f"{_sentence(_CALLED[d['lead']])} means to get in touch with {_CALLED[_OTHER[d['lead']]]} "
        f"and has no hours left for it (pressure {d['pressure']:.2f})."
    )


def _corridor(event: Event, d: Any) -> str:
    return "The CSW and the MHSW run into each other in the shared office and talk about the family."


def _consulted(event: Event, d: Any) -> str:
    one = _CALLED[d["lead"]]
    spanner = "a boundary spanner" if d["spanner"] is None else f"the {name_of(d['spanner'])}"
    how = (
        "" if d["familiarity"] is None else f", whom they know with familiarity {d['familiarity']:.2f}"
    )
    text = f"{_sentence(one)} consults {spanner}{how}."
    if d["calmed"] and d["calmed"][1] < d["calmed"][0]:
        text += (
            f" That calms: anxiety about the case falls from {d['calmed'][0]:.2f} to "
            f"{d['calmed'][1]:.2f}."
        )
    if not d["waiting"]:
        text += " Nothing lay there that was received and not understood."
    return text


def _facilitated(event: Event, d: Any) -> str:
    return (
        "The boundary spanner brings the CSW and the MHSW together for a discussion in which "
        "both have equal weight."
    )


def _disclosed(event: Event, d: Any) -> str:
    giver, taker = _CALLED[d["lead"]], _CALLED[d["taker"]]
    number = int(str(event.after))
    verb = "tells" if d["asked"] else "also tells"
    left = number - d["understood"]
    if not left:
        made = "and is understood"
    elif d["understood"]:
        made = f"of which {taker} understands {d['understood']}"
    else:
        made = "and is not understood"
    return (
        f"{_sentence(giver)} {verb} {taker} {number} of the {_count(d['of'], 'fact')} that "
        f"{taker} does not yet know, {made}."
    )


def _received(event: Event, d: Any) -> str:
    way = {
        "contact": "is told",
        "record": "reads in the shared record",
        "either": "is told, or reads in the shared record,",
        "front door": "is passed, by the seat of adult mental health at the front door,",
    }[d["source"]]
    return f"{_sentence(_CALLED[d['lead']])} {way} {facts(d['facts'])} without grasping what it means."


def _understood(event: Event, d: Any) -> str:
    one = _CALLED[d["lead"]]
    if d["source"] == "spanner":
        return (
            f"With the spanner's help {one} understands {facts(d['facts'])}, received before and "
            "not understood."
        )
    before = (
        f" ({facts(d['had_received'])} had been received before and not understood)"
        if d["had_received"]
        else ""
    )
    return f"{_sentence(one)} now understands {facts(d['facts'])}{before}."


def _refused(event: Event, d: Any) -> str:
    one, other = _CALLED[d["lead"]], _CALLED[_OTHER[d["lead"]]]
    there = "is 1 fact" if d["withheld"] == 1 else f"are {d['withheld']} facts"
    return f"{_sentence(other)} tells {one} nothing, though there {there} to tell: a refusal."


def _discussed(event: Event, d: Any) -> str:
    csw, mhsw = d["belief"]
    apart = abs(csw - mhsw)
    near = "close enough for" if apart <= d["tolerance"] else "too far apart for"
    return (
        f"They discuss the risk. Afterwards the CSW takes it to be {risk(csw)}, the MHSW "
        f"{risk(mhsw)}: {near} a joint plan (at most {d['tolerance']:.2f})."
    )


def _believed(event: Event, d: Any) -> str:
    true = f" (in truth, which nobody sees, it is {d['risk']:.2f})"
    return (
        f"{_sentence(_CALLED[d['lead']])} now takes the risk to the child to be "
        f"{_direction(event, risk)}{_since(d)}{true}."
    )


def _since(d: Any) -> str:
    return f" in week {d['since']}"


def _met(event: Event, d: Any) -> str:
    how = {
        "train": "at a training, a shadowing day or through a champion",
        "corridor": "in the shared office",
        "policy": "before the policy begins, as the scenario says",
    }.get(event.phase, "through this contact")
    return f"The CSW and the MHSW, strangers so far, get to know each other {how}."


_CAUSE = {
    "told": "being told something feels good",
    "refused": "being told nothing hurts",
    "talk": "a good talk, though there was nothing new to tell",
    "agreed": "the two see the risk alike, and that feels good",
    "no answer": "no answer hurts",
    "unprepared": "a colleague who comes unprepared to a meeting annoys",
    "the plan": "the plan disappoints",
    "unexplained": "a decision that nobody explains hurts",
    "unachievable": "targets that cannot be met disappoint",
    "unexplained and unachievable": "an unexplained decision and targets that cannot be met hurt",
}


def _felt(event: Event, d: Any) -> str:
    one, other = _CALLED[d["lead"]], _CALLED[_OTHER[d["lead"]]]
    also = (
        f" ({_count(d['others'], 'other family')} of the same two had a part in it)".replace(
            "familys", "families"
        )
        if d["others"]
        else ""
    )
    cause = _sentence(_CAUSE[d["cause"]])
    if event.before is None:
        assert isinstance(event.after, float)
        return f"{cause}: {one}'s first impression of {other} is {trust(event.after)}{also}."
    before, after = _numbers(event)
    moved = "rises" if after > before else "falls"
    return f"{cause}: {one}'s trust in {other} {moved} from {before:.2f} to {after:.2f}{also}."


def _story(event: Event, d: Any) -> str:
    one, about = _sentence(_CALLED[d["lead"]]), _THEIRS[d["lead"]]
    before, after = _numbers(event)
    if d.get("cause") == "no answer":
        also = f" (with {_count(d['others'], 'other attempt')} of this week)" if d["others"] else ""
        return (
            f"As the two have never met, this is put down to {about} as such: {one[0].lower()}"
            f"{one[1:]}'s story moves from {before:+.2f} to {after:+.2f}{also}."
        )
    return (
        f"What {one[0].lower()}{one[1:]} has lived through and hears told adds up to {story(after)} "
        f"about {about}; it was {before:+.2f}{_since(d)}."
    )


_LACKED = {
    "discussed": "they talked without discussing the risk",
    "accepted": "one of the two did not accept their part",
    "took part": "the family did not take part",
    "took part or accepted": "either the family did not take part or one of the two did not "
    "accept their part (the model keeps no trace of which)",
}


def _lacking(failed: Any) -> str:
    """Return why a plan was not joint: the first condition that did not hold."""
    condition = failed["condition"]
    if condition == "talked":
        return (
            "the two only wrote and never talked"
            if failed["contacted"]
            else "the two had no contact since the last plan"
        )
    if condition == "understood":
        one, other = _CALLED[failed["lead"]], _CALLED[_OTHER[failed["lead"]]]
        more = f" ({other} too understands too little)" if failed["both"] else ""
        return (
            f"{one} understands {_share(failed['share'])} of what {other} knows, and "
            f"{_share(failed['needed'])} is needed{more}"
        )
    if condition == "agreed":
        return (
            f"their beliefs about the risk are {failed['apart']:.2f} apart, more than "
            f"{failed['tolerance']:.2f}"
        )
    engaged = f" (its engagement is {failed['engagement']:.2f})" if "took" in condition else ""
    return f"{_LACKED[condition]}{engaged}"


_PLAN = {
    "joint": "a joint plan",
    "nominal": "a nominal plan, joint in name only",
    "single-agency": "a plan of children's social care alone",
    "one service alone": "a plan of children's social care alone",
}


def _planned(event: Event, d: Any) -> str:
    what, since = (
        ("The first assessment", "the case was opened")
        if event.before == 0
        else ("A review", "the last plan")
    )
    late = f", {_count(d['age'] - d['due'], 'week')} late," if d["age"] > d["due"] else ""
    kind = d["plan"]
    text = f"{what}{late} ends in {_PLAN[kind]} {_count(d['age'], 'week')} after {since}"
    if kind == "joint":
        text += (
            ": the two talked, understand enough of each other's facts, agree on the risk, the "
            "family took part and both accept their part"
        )
        if d["wrong"]:
            text += f" (yet what they agree on is wrong: the true risk is {d['risk']:.2f})"
    elif kind == "one service alone":
        text += (
            ": there is no MHSW at the moment"
            if d["amh_open"]
            else ": adult mental health is not involved"
        )
    else:
        text += f". It is not joint because {_lacking(d['failed'])}"
    able = "can" if d["achievable"] else "cannot"
    return f"{text}. The parent {able} meet its targets."


def _planning(event: Event, d: Any) -> str:
    also = " (others of this week added to it)" if d["others"] else ""
    if event.kind == "unexplained":
        return f"Nobody explains the decision to the MHSW{also}."
    return f"The MHSW notices that the parent cannot meet the targets{also}."


_DRIFT = {
    "trust.csc": ("The family's trust in children's social care", lambda x: f"{x:.2f}"),
    "trust.amh": ("The family's trust in adult mental health", lambda x: f"{x:.2f}"),
    "engagement": ("The family's engagement", lambda x: f"{x:.2f}"),
    "risk": ("The true risk to the child, which nobody sees,", risk),
}


def _family(event: Event, d: Any) -> str:
    what, of = _DRIFT[event.field]
    before, after = _numbers(event)
    moved = "rises" if after > before else "falls"
    return f"{what} {moved} to {of(after)}; it was {before:.2f}{_since(d)}."


def _left(event: Event, d: Any) -> str:
    before, after = d["trust"]
    text = (
        f"The {name_of(event.who[0])} leaves their post, {_count(d['weeks'], 'week')} after taking "
        "the family on"
    )
    if after < before:
        service = _SERVICE[_OF_LEAD[d["lead"]]]
        text += f"; the family's trust in {service} falls from {before:.2f} to {after:.2f}"
    return f"{text}."


def _ended(event: Event, d: Any) -> str:
    goes_on = (
        " What adult mental health goes on doing is beyond this story." if d["rests"] else ""
    )
    return f"With that the part of the {name_of(event.who[0])} ends.{goes_on}"


def _forgot(event: Event, d: Any) -> str:
    how = "understood" if d["held"] == "known" else "received without understanding"
    kept = f"on file remain {facts(d['kept'])}" if d["kept"] else "nothing of it remains on file"
    return (
        f"What {_CALLED[d['lead']]} had {how} and not written down is lost: {facts(d['facts'])}; "
        f"{kept}."
    )


def _closed(event: Event, d: Any) -> str:
    service = _sentence(_SERVICE[d["service"]])
    if d["meanwhile"]:
        return f"{service} has ended its work in the meantime."
    if d["service"] == "amh":
        return f"{service} ends its work (severity {d['severity']:.2f})."
    return (
        f"{service} closes the case after {_count(d['plans'], 'plan')}: the CSW takes the risk to "
        f"be {risk(d['belief'])}; in truth it is {d['risk']:.2f}."
    )


def _set(event: Event, d: Any) -> str:
    def shown(value: Any) -> str:
        return facts(value) if isinstance(value, tuple) else str(value)

    return (
        f"From outside the model's rules {event.field} of {event.entity} was set from "
        f"{shown(event.before)} to {shown(event.after)}."
    )


_WORDS: dict[str, Callable[[Event, Any], str]] = {
    "start": _start,
    "arrived": _came,
    "returned": _came,
    "opened": _opened,
    "referred": _opened,
    "restarted": lambda e, d: "Earlier plans no longer count; the work begins anew.",
    "allocated": _introduced,
    "discovered": _discovered,
    "asked": _asked,
    "unanswered": _vain,
    "misdirected": _vain,
    "in_vain": _vain,
    "gave_up": _gave_up,
    "corridor": _corridor,
    "consulted": _consulted,
    "facilitated": _facilitated,
    "disclosed": _disclosed,
    "received": _received,
    "understood": _understood,
    "refused": _refused,
    "unprepared": lambda e, d: "The CSW comes to the meeting new, and knowing next to nothing.",
    "talked": lambda e, d: "It is the first time since the last plan that the two talk.",
    "discussed": _discussed,
    "believed": _believed,
    "met": _met,
    "felt": _felt,
    "story": _story,
    "planned": _planned,
    "unexplained": _planning,
    "unachievable": _planning,
    "family": _family,
    "escalated": lambda e, d: (
        f"The case escalates: the risk to the child is {risk(d['risk'])}. The family's trust in "
        "children's social care suffers."
    ),
    "left": _left,
    "ended": _ended,
    "forgot": _forgot,
    "closed": _closed,
    "set": _set,
}


def tell(event: Event, burn_in: int = 0) -> str:
    """Return an event as a sentence; weeks in it count from the end of the burn-in."""
    detail = dict(event.detail)
    if "since" in detail:
        detail["since"] -= burn_in
    return _sentence(_WORDS[event.kind](event, detail))


def preface(family: str, since: int) -> str:
    """Return what a reader needs to know first."""
    return (
        f"The story of {family}, as the model lives it. Weeks count from the start of the policy; "
        "with a minus they lie before it. CSW: children's social worker; MHSW: mental health "
        "social worker. What there is to know about the family are 8 facts on the child's side "
        "and 8 on the parent's. Beliefs, trust and risk run from 0 to 1, stories about a service "
        f"from -1 to 1. Recorded from week {since}."
    )


def ending(
    *,
    until: int,
    arrival: int,
    arrived: bool,
    open: tuple[bool, ...],
    active: bool,
    closed: int | None,
    recorded: bool,
) -> str:
    """Return how things stand after `until` weeks of policy (negative: before the policy)."""
    when = f"After the last week simulated, {until - 1},"
    if not arrived:
        return f"{when} the family is not there yet: it comes to notice in week {arrival}."
    if active:
        csc, amh = open
        known = "both services" if csc and amh else _SERVICE["csc" if csc else "amh"]
        return f"{when} the family is open to {known}."
    if closed is not None:
        again = "" if recorded else " Nothing happened since recording began."
        return f"{when} the family's case is closed, since week {closed}.{again}"
    return f"{when} no service works with the family any more."
