"""Sentences for plans: what was agreed, and which condition of a joint plan failed."""

from typing import Any

from colsim.story.events import Event
from colsim.story.grades import (
    CALLED,
    OTHER,
    count,
    percent,
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
        one, other = CALLED[failed["lead"]], CALLED[OTHER[failed["lead"]]]
        more = f" ({other} too understands too little)" if failed["both"] else ""
        return (
            f"{one} understands {percent(failed['share'])} of what {other} knows, and "
            f"{percent(failed['needed'])} is needed{more}"
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


def planned(event: Event, d: Any) -> str:
    """Return which plan was made, when, and what a joint one would have needed."""
    what, began = (
        ("The first assessment", "the case was opened")
        if event.before == 0
        else ("A review", "the last plan")
    )
    when = f"{count(d['age'], 'week')} after {began}"
    if d["age"] > d["due"]:
        when += f" and {count(d['age'] - d['due'], 'week')} late"
    kind = d["plan"]
    text = f"{what}, {when}, ends in {_PLAN[kind]}"
    if kind == "joint":
        csw, mhsw = d["shares"]
        text += (
            f": the two talked, the CSW understands {percent(csw)} of what the MHSW knows and the "
            f"MHSW {percent(mhsw)} the other way round ({percent(d['needed'])} is needed), they "
            "agree on the risk, the family took part and both accept their part"
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


def planning(event: Event, d: Any) -> str:
    """Return what the MHSW takes from how a plan was made."""
    also = " (others of this week added to it)" if d["others"] else ""
    if event.kind == "unexplained":
        return f"Nobody explains the decision to the MHSW{also}."
    return f"The MHSW notices that the parent cannot meet the targets{also}."
