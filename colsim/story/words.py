"""Events in plain words, for somebody who works with families and not with models."""

from collections.abc import Callable
from typing import Any

from colsim.core.names import Consent
from colsim.story import talk_words
from colsim.story.events import Event
from colsim.story.grades import (
    CALLED,
    OF_LEAD,
    SERVICE,
    THEIRS,
    count,
    facts,
    familiar,
    grade,
    name_of,
    numbers,
    risk,
    sentence,
    since,
    story,
    trust,
)
from colsim.story.plan_words import planned, planning


def _introduced(event: Event, d: Any) -> str:
    """Return who takes a family on, and what they bring."""
    lead, knowledge = d["lead"], d["role_knowledge"]
    knows = grade(knowledge, ((0.3, "little"), (0.6, "something"), (2, "much")))
    verb = "leads the work" if event.kind == "start" else "takes the family on"
    text = (
        f"The {name_of(event.who[0])} {verb}, with {story(d['narrative'])} about {THEIRS[lead]} "
        f"in mind, and knowing {knows} of its work ({knowledge:.2f})"
    )
    if d["pressure"] > 1:
        text += f"; they have more work than hours (pressure {d['pressure']:.2f})"
    if d["acquainted"] is not None and d["second"]:
        acquainted = familiar(d["familiarity"]) if d["acquainted"] else "have never met"
        text += f". The CSW and the MHSW {acquainted}"
    if d["known"]:
        text += f". Known to them: {facts(d['known'])}"
    if d["received"]:
        text += f". On file and not yet understood: {facts(d['received'])}"
    belief = risk(d["belief"])
    return f"{text}. {sentence(CALLED[lead])} starts from the belief that the risk is {belief}."


def _start(event: Event, d: Any) -> str:
    if event.field != "active":
        return _introduced(event, d)
    csc, amh = d["open"]
    known = "both services" if csc and amh else SERVICE["csc"] if csc else SERVICE["amh"]
    return f"When recording begins, the family is known to {known}."


def _came(event: Event, d: Any) -> str:
    if event.kind == "arrived":
        return "The family comes to the notice of the services."
    return f"The family comes back, {count(d['away'], 'week')} after its case was closed."


def _opened(event: Event, d: Any) -> str:
    due = " A first assessment is due within nine weeks." if d["service"] == "csc" else ""
    if event.kind == "opened":
        return f"{sentence(SERVICE[d['service']])} opens the case.{due}"
    by = "csw" if d["service"] == "amh" else "mhsw"
    return (
        f"{sentence(CALLED[by])} brings in {SERVICE[d['service']]}: from now on the family is "
        f"shared (complexity {d['complexity']:.2f}).{due}"
    )


def _discovered(event: Event, d: Any) -> str:
    lead = d["lead"]
    whose = "" if d["own"] else ", which is the other service's side"
    was_there = set(d["found"]) <= set(d["had_received"])
    before = " (received before, and not understood)" if was_there else ""
    return (
        f"{sentence(CALLED[lead])} finds out {facts(d['found'])}{before} from the family{whose}. "
        f"The family has {trust(d['trust'])} in {SERVICE[OF_LEAD[lead]]}."
    )


def _consent(event: Event, d: Any) -> str:
    who = f"the {name_of(event.who[0])}" if event.who else "a lead worker"
    again = " again" if d["again"] else ""
    says = "consents" if event.after == Consent.GIVEN else "refuses"
    return (
        f"Asked{again} by {who} whether the services may share what they know, the family {says}."
    )


def _believed(event: Event, d: Any) -> str:
    before, after = numbers(event)
    return (
        f"{sentence(CALLED[d['lead']])} now takes the risk to the child to be {risk(after)}; "
        f"{since(d)} it was {before:.2f}. (In truth, which nobody in the model sees, it is "
        f"{d['risk']:.2f}.)"
    )


def _story(event: Event, d: Any) -> str:
    one, about = sentence(CALLED[d["lead"]]), THEIRS[d["lead"]]
    before, after = numbers(event)
    if d.get("cause") == "no answer":
        also = f" (with {count(d['others'], 'other attempt')} of this week)" if d["others"] else ""
        return (
            f"As the two have never met, this is put down to {about} as such: {one[0].lower()}"
            f"{one[1:]}'s story moves from {before:+.2f} to {after:+.2f}{also}."
        )
    return (
        f"What {one[0].lower()}{one[1:]} has lived through and heard adds up to {story(after)} "
        f"about {about}; {since(d)} it was {before:+.2f}."
    )


_DRIFT: dict[str, tuple[str, Callable[[float], str]]] = {
    "trust.csc": ("The family's trust in children's social care", "{:.2f}".format),
    "trust.amh": ("The family's trust in adult mental health", "{:.2f}".format),
    "engagement": ("The family's engagement", "{:.2f}".format),
    "risk": ("The true risk to the child, which nobody sees,", risk),
}


def _family(event: Event, d: Any) -> str:
    what, of = _DRIFT[event.field]
    before, after = numbers(event)
    moved = "rises" if after > before else "falls"
    return f"{what} {moved} to {of(after)}; {since(d)} it was {before:.2f}."


def _left(event: Event, d: Any) -> str:
    before, after = d["trust"]
    text = (
        f"The {name_of(event.who[0])} leaves their post, {count(d['weeks'], 'week')} after taking "
        "the family on"
    )
    if after < before:
        service = SERVICE[OF_LEAD[d["lead"]]]
        text += f"; the family's trust in {service} falls from {before:.2f} to {after:.2f}"
    return f"{text}."


def _ended(event: Event, d: Any) -> str:
    goes_on = " What adult mental health goes on doing is beyond this story." if d["rests"] else ""
    return f"With that the part of the {name_of(event.who[0])} ends.{goes_on}"


def _forgot(event: Event, d: Any) -> str:
    how = "understood" if d["held"] == "known" else "received without understanding"
    one, kept = CALLED[d["lead"]], d["kept"]
    if not d["facts"]:
        return f"What {one} had {how} goes with them, and all of it is on file: {facts(kept)}."
    rest = f"on file remain {facts(kept)}" if kept else "nothing of it remains on file"
    return f"What {one} had {how} and not written down is lost: {facts(d['facts'])}; {rest}."


def _filed(event: Event, d: Any) -> str:
    return f"On file, for whoever comes next to make sense of: {facts(d['kept'])}."


def _closed(event: Event, d: Any) -> str:
    service = sentence(SERVICE[d["service"]])
    if d["meanwhile"]:
        return f"{service} has ended its work in the meantime."
    if d["service"] == "amh":
        return f"{service} ends its work (severity {d['severity']:.2f})."
    return (
        f"{service} closes the case after {count(d['plans'], 'plan')}: the CSW takes the risk to "
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
    "split": lambda e, d: (
        f"The family, which has {trust(d['trust'])} in services, begins to tell its two workers "
        "different things: each believes the account that was given to them."
    ),
    "settled": lambda e, d: "The two accounts of the family come together.",
    "consent": _consent,
    "withdrew": lambda e, d: (
        "The family's consent ends with the case."
        if e.after == Consent.NOT_ASKED
        else "The family takes back its consent to sharing."
    ),
    "heard": lambda e, d: "The CSW sees the child, and hears what the child wants.",
    "breached": lambda e, d: (
        f"{sentence(facts(d['facts']))} should not have been told: the family has not consented, "
        f"and the risk to the child is {risk(d['risk'])}."
    ),
    "noticed": lambda e, d: (
        "The family notices that it was told of without its consent; its trust is now "
        f"{d['trust'][0]:.2f} in children's social care, {d['trust'][1]:.2f} in adult mental "
        "health."
    ),
    "contested": lambda e, d: "The family, which took no part in it, contests the plan.",
    "asked": talk_words.asked,
    "unanswered": talk_words.vain,
    "misdirected": talk_words.vain,
    "in_vain": talk_words.vain,
    "gave_up": talk_words.gave_up,
    "advised": talk_words.advised,
    "encountered": lambda e, d: "The CSW and the MHSW come across each other at the shared site.",
    "passing": talk_words.passing,
    "arranged": lambda e, d: (
        "The two arrange to visit the family together next week."
        if d["visit"]
        else "The two arrange to meet next week."
    ),
    "kept": talk_words.kept,
    "missed": lambda e, d: "The two had arranged to meet, and have no hours left for it.",
    "forced": talk_words.forced,
    "waiting": lambda e, d: (
        f"{sentence(CALLED[d['lead']])} wants to consult a boundary spanner; there are no hours "
        "for it, and it waits."
    ),
    "not_consulted": lambda e, d: (
        f"The consultation that {CALLED[d['lead']]} was waiting for comes to nothing."
    ),
    "told": talk_words.told,
    "spanner_left": talk_words.told,
    "consulted": talk_words.consulted,
    "facilitated": talk_words.facilitated,
    "disclosed": talk_words.disclosed,
    "received": talk_words.received,
    "understood": talk_words.understood,
    "refused": talk_words.refused,
    "unprepared": lambda e, d: "The CSW comes to the meeting knowing too little of the case.",
    "talked": lambda e, d: (
        "They talk, for the first time since "
        + ("the case was opened." if d["first"] else "the last plan.")
    ),
    "discussed": talk_words.discussed,
    "believed": _believed,
    "met": talk_words.met,
    "felt": talk_words.felt,
    "story": _story,
    "planned": planned,
    "unexplained": planning,
    "unachievable": planning,
    "family": _family,
    "escalated": lambda e, d: (
        f"The case escalates: the risk to the child is {risk(d['risk'])}. The family's trust in "
        "children's social care suffers."
    ),
    "left": _left,
    "ended": _ended,
    "forgot": _forgot,
    "filed": _filed,
    "closed": _closed,
    "set": _set,
}


def tell(event: Event, burn_in: int = 0) -> str:
    """Return an event as a sentence; weeks in it count from the end of the burn-in."""
    detail = dict(event.detail)
    if "since" in detail:
        detail["since"] -= burn_in
    return sentence(_WORDS[event.kind](event, detail))
