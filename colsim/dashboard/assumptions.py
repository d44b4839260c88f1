"""What the model rests on: every number with its evidence, and what the model is not for."""

from typing import Any

from colsim.core.parameter import MARKS
from colsim.core.parameters import PARAMETERS
from colsim.intended_use import MAY, MAY_NOT, RESTS_ON
from colsim.scenario.levers import LEVERS

PURPOSES = tuple(f"{what}: {how}." for what, how in MAY)
LIMITS = (*(f"{what}: {why}." for what, why in MAY_NOT), RESTS_ON)


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
