"""What the model rests on: every number with its evidence, and what the model is not for."""

from typing import Any

from colsim.core.parameter import MARKS
from colsim.core.parameters import PARAMETERS
from colsim.scenarios.levers import LEVERS

PURPOSES = (
    "Reasoning about options together: which policy changes what, through which mechanism, how "
    "soon, and what it hangs on.",
    "Finding out which missing evidence would matter most.",
    "Showing how far a conclusion survives in all worlds that are plausible.",
)
LIMITS = (
    "No forecast for one authority: most numbers are judgement, and the ranges say how much hangs "
    "on them.",
    "Not for judging workers, teams or families: nobody in the model is a real person.",
    "Not for deciding a case, and not as the only ground of a budget.",
    "It rests on one qualitative study of eight social workers in one place (Carpenter N. 2019, "
    "University of Huddersfield, eprint 35181), on national statistics where there are any, and "
    "on judgement where there are none.",
)


def rows() -> list[dict[str, str]]:
    """Return every parameter as it is shown."""
    return [
        {
            "name": one.name,
            "description": one.description,
            "value": f"{one.default:g}",
            "range": f"{one.low:g} to {one.high:g}" if one.uncertain else "fixed",
            "unit": one.unit,
            "mark": one.mark,
            "evidence": MARKS[one.mark],
            "group": one.group,
            "source": one.source,
            "search": f"{one.name} {one.description} {one.unit} {one.group} {one.source}".lower(),
        }
        for one in PARAMETERS.values()
    ]


def marks() -> list[dict[str, Any]]:
    """Return the evidence marks and how many numbers bear each."""
    counted = [one.mark for one in PARAMETERS.values()]
    return [{"mark": m, "words": words, "count": counted.count(m)} for m, words in MARKS.items()]


def lever_rows() -> list[dict[str, str]]:
    """Return every lever as it is shown."""
    return [
        {
            "title": one.title,
            "help": one.help,
            "range": f"{one.low:g} to {one.high:g} {one.unit}",
            "mark": one.mark,
            "evidence": MARKS[one.mark],
            "source": one.source,
        }
        for one in LEVERS.values()
    ]
