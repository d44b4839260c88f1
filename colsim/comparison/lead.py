"""A comparison in short: who leads and by how much, at what price in harm, and how surely."""

import math

from colsim.comparison.against import against
from colsim.comparison.besides import Aside, asides
from colsim.comparison.compared import Compared
from colsim.experiments.difference import Difference
from colsim.experiments.remarks import FEW_WORLDS
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.reporting.words import amount, signed, tenths, worlds


def in_short(result: Compared, measure: str) -> list[str]:
    """Return the answer of a comparison in a few sentences.

    The policy that gains most, and how much; the worst of its harms on which worlds agree;
    whether the runs tell it from the others; and whether worlds are too few for any of this.
    """
    labels, policies = result.labels, result.names[1:]
    lead = first_of(result, measure)
    lines = [_gain(result, result.of(lead, measure), several=len(policies) > 1)]
    lines.append(_worst([one for one in asides(result, lead) if one.kind == "harm"]))
    pairs = [against(result, lead, one, measure) for one in policies if one != lead]
    if unlike := [one for one in pairs if not one.told_apart]:
        needed = [one.more_worlds for one in unlike if one.more_worlds is not None]
        how = (
            f"some {max(needed):,} more worlds would be needed"
            if len(needed) == len(unlike)
            else "no number of worlds that could be lived would do"
        )
        others = ", ".join(labels[one.other] for one in unlike)
        lines.append(f"The runs do not tell it from {others}: {how}.")
    if result.worlds < FEW_WORLDS:
        lines.append(
            f"Too few worlds to be sure of any of this: {result.worlds}, and {FEW_WORLDS} are "
            f"needed (--replications {SEEDS_PER_WORLD * FEW_WORLDS})."
        )
    return lines


def first_of(result: Compared, measure: str) -> str:
    """Return the policy that gains most in the median world."""
    sign = -1.0 if result.about(measure).better == "lower" else 1.0

    def gain(name: str) -> float:
        median = sign * result.of(name, measure).difference
        return -math.inf if math.isnan(median) else median

    return max(result.names[1:], key=gain)


def _gain(result: Compared, d: Difference, *, several: bool) -> str:
    about = result.about(d.measure)
    if d.clear:
        told = "Most is gained by " if several else ""
    else:
        told = "None changes it clearly; the first is " if several else "No clear change from "
    share = tenths(d.better)
    ten = worlds(10, fixed_parameters=result.fixed_parameters)
    return (
        f"{told}{result.labels[d.scenario]}: {about.title.lower()} {signed(d.difference, about)} "
        f"({signed(d.low, about)} to {amount(d.high, about)} in 9 of {ten}), better in "
        f"{share if share.endswith('worlds') else f'{share} worlds'}."
    )


def _worst(harms: list[Aside]) -> str:
    """Return the worst harm; they stand worst first."""
    if not harms:
        return "It does no harm on which 8 in 10 worlds agree and that is no trifle."
    more = len(harms) - 1
    others = f" {more} more {'is' if more == 1 else 'are'} told below." if more else ""
    return f"Its worst harm: {harms[0]}.{others}"
