"""What a report says first: who leads and by how much, at what price in harm, and how surely."""

from collections.abc import Mapping
from typing import Any

from colsim.core.measures import MEASURES
from colsim.reporting.words import in_unit, rounded, signed, tenths

HEADLINE = "joint_plan_rate"


def first_answer(compared: Mapping[str, Any], measure: str) -> list[str]:
    """Return the answer of a comparison in a few sentences, from its JSON.

    The policy that gains most, and how much; the worst of its
    harms on which worlds agree; whether it is told from the next one, and whether worlds are too
    few for any of this.
    """
    labels = {one["name"]: one["title"].rstrip(".") for one in compared["scenarios"]}
    policies = [one["name"] for one in compared["scenarios"][1:]]
    own = {one["scenario"]: one for one in compared["differences"] if one["measure"] == measure}
    sign = -1.0 if MEASURES[measure].better == "lower" else 1.0

    def gain(name: str) -> float:
        median = own[name]["difference"]
        return -float("inf") if median is None else sign * float(median)

    lead = max(policies, key=gain)
    lines = [_gain(labels[lead], own[lead], leads=len(policies) > 1), _harm(compared, lead)]
    apart = [
        one
        for one in compared["against_each_other"]
        if one["measure"] == measure and lead in (one["one"], one["other"])
        and not one["told_apart"]
    ]  # fmt: skip
    if apart:
        lines.append(_not_told_apart(apart, lead, labels))
    lines += [one["text"] for one in compared["notes"] if one["kind"] == "few_worlds"]
    return lines


def _gain(label: str, d: Mapping[str, Any], *, leads: bool) -> str:
    about = MEASURES[d["measure"]]
    measure = d["measure"]
    if not d["clear"]:
        told = "No policy changes it clearly; the first is " if leads else "No clear change from "
    else:
        told = "Most is gained by " if leads else ""
    return (
        f"{told}{label}: {about.title.lower()} {points(d['difference'], measure)}, in 9 of 10 "
        f"plausible worlds between {points(d['low'], measure)} and {points(d['high'], measure)}; "
        f"better in {_in_worlds(d['better'])}."
    )


def _harm(compared: Mapping[str, Any], name: str) -> str:
    """Return the worst harm of a policy; they stand worst first."""
    harms = [
        one
        for one in compared["what_else_changes"]
        if one["scenario"] == name and one["kind"] == "harm"
    ]
    if not harms:
        return "It does no harm on which 8 in 10 worlds agree and that is no trifle."
    more = len(harms) - 1
    others = f" {more} more {'is' if more == 1 else 'are'} below." if more else ""
    return f"Its worst harm: {harms[0]['text']}.{others}"


def _not_told_apart(pairs: list[Mapping[str, Any]], lead: str, labels: Mapping[str, str]) -> str:
    others = [labels[one["other"] if one["one"] == lead else one["one"]] for one in pairs]
    needed = [one["more_worlds"] for one in pairs if one["more_worlds"] is not None]
    how = (
        f"some {max(needed):,} more worlds would be needed"
        if len(needed) == len(pairs)
        else "no number of worlds that could be lived would do"
    )
    return f"The runs do not tell it from {', '.join(others)}: {how}."


def points(value: float | None, measure: str, *, sign: bool = True) -> str:
    """Return a change in the unit of its measure: points for shares."""
    if value is None:
        return "not known"
    about = MEASURES.get(measure)
    if about is None:
        return f"{value:+.2g}" if sign else f"{value:.2g}"
    text = signed(value, about) if sign else rounded(in_unit(value, about))
    return f"{text} points" if about.unit == "share" else text


def _in_worlds(share: float | None) -> str:
    """Return a share of worlds as a sentence ends with it."""
    text = tenths(share)
    return text if text.endswith("worlds") else f"{text} worlds"
