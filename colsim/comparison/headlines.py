"""What is told first of a comparison: the headline measures, and a sentence for each change."""

from colsim.core.measures import Measure
from colsim.experiments.difference import Difference
from colsim.reporting.words import in_unit, rounded, worlds

HEADLINES = {"information_flow": "understood facts", "joint_plan_rate": "joint plans"}
"""Headline measures, and what they count in every 100."""


def sentence(
    title: str,
    difference: Difference,
    measure: Measure,
    noun: str,
    *,
    fixed_parameters: bool = False,
) -> str:
    """Return what a difference says, in one sentence for people.

    A change is clear if at least 8 in 10 worlds agree on its direction, and the range does not
    round to nothing.

    Args:
        title: the policy.
        difference: of a measure that is a share.
        measure: the measure.
        noun: what is counted in every 100, such as 'joint plans'.
        fixed_parameters: whether only chance differs between the worlds.
    """
    where = f"in 9 of {worlds(10, fixed_parameters=fixed_parameters)}"
    low, high = (in_unit(x, measure) for x in (difference.low, difference.high))
    if not difference.clear or rounded(low) == rounded(high) == "0.0":
        return (
            f"{title}: no clear change in {noun}; {where} between "
            f"{_more(low)} and {_more(high)} in every 100."
        )
    if low >= 0 or high <= 0:
        near, far = sorted((abs(low), abs(high)))
        direction = "more" if high > 0 else "fewer"
        return (
            f"{title}: {where} between {rounded(near)} and {rounded(far)} "
            f"{direction} {noun} in every 100."
        )
    return f"{title}: {where} between {_more(low)} and {_more(high)} {noun} in every 100."


def _more(value: float) -> str:
    return f"{rounded(abs(value))} {'fewer' if value < 0 else 'more'}"
