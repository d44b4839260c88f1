"""What else a policy changes: every measure beside the headlines, harms first, in words."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from colsim.comparison.compared import HEADLINES, Compared
from colsim.core.measures import Measure
from colsim.experiments.difference import LIKELY, Difference, mean_of_present, over_worlds
from colsim.experiments.observed import COMPARED
from colsim.reporting.words import amount, finer, in_unit, level, rounded, signed, tenths, worlds

MOST_IN_SHORT = 10
"""Changes that are no harm and no worse that are listed, the largest first; files have all."""
MOST_HARMS = 3
"""Harms of a policy that are named in one line, the worst first; the table has all."""
KINDS = ("harm", "worse", "better", "other")
"""In the order in which they are told: a harm is what a policy can do to people while it does good
elsewhere; other measures have no better direction."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One further measure that a policy changes, surely enough and by enough to be told."""

    scenario: str
    measure: str
    kind: str
    """One of `KINDS`."""
    before: float
    after: float
    difference: float
    low: float
    high: float
    agree: float
    """Share of worlds that agree on the direction."""

    @property
    def about(self) -> Measure:
        """The measure."""
        return COMPARED[self.measure]

    def __str__(self) -> str:
        """Return it in words."""
        direction = "up" if self.difference > 0 else "down"
        low, high = (signed(value, self.about) for value in (self.low, self.high))
        more = finer(self.before, self.after, self.difference, self.about)
        levels = level(self.before, self.about, more or 0)
        if more is not None:  # medians over worlds need not add up: then one level is enough
            levels += f" to {level(self.after, self.about, more)}"
        return (
            f"{self.about.title} {direction} by {amount(abs(self.difference), self.about)} "
            f"({low} to {high} in 9 of 10 worlds), from {levels}; {tenths(self.agree)} worlds agree"
        ).replace("all worlds worlds", "all worlds")

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, with the sentence."""
        return asdict(self) | {"title": self.about.title, "text": str(self)}


def asides(
    result: Compared, scenario: str, leave_out: Collection[str] = HEADLINES
) -> tuple[Aside, ...]:
    """Return what else a scenario changes, harms first, the largest first of a kind.

    A change is told if at least 8 in 10 worlds agree on its direction, and the median world's is
    no trifle.
    """
    k = result.names.index(scenario)
    found = []
    for name, values in result.values.items():
        if name in leave_out or name not in COMPARED:
            continue
        paired = mean_of_present(values[k] - values[0], axis=1)
        paired = paired[np.isfinite(paired)]
        if not len(paired):
            continue
        agree = max(float(np.mean(paired > 0)), float(np.mean(paired < 0)))
        d = result.of(scenario, name)
        if agree >= LIKELY and abs(d.difference) >= COMPARED[name].trifle * (1 - 1e-9):
            kind = _kind(COMPARED[name], d.difference)
            found.append(
                Aside(scenario, name, kind, d.baseline, d.value, d.difference, d.low, d.high, agree)
            )
    return tuple(sorted(found, key=_order))


def only_with(result: Compared, scenario: str) -> list[str]:
    """Return, as lines, harms that only a policy can bring: levels, with nothing to compare."""
    k = result.names.index(scenario)
    said = []
    for name, values in result.values.items():
        about = COMPARED.get(name)
        if about is None or not about.harm or np.isfinite(values[0]).any():
            continue
        per_world = mean_of_present(values[k], axis=1)
        if np.isfinite(per_world).any():
            low, middle, high = over_worlds(per_world)
            unit = "" if about.unit == "share" else f" {about.unit}"
            said.append(
                f"{about.title} {level(middle, about)}{unit} ({level(low, about)} to "
                f"{level(high, about)} in 9 of 10 worlds)"
            )
    return [f"Only with it: {'; '.join(said)}."] if said else []


def _kind(measure: Measure, difference: float) -> str:
    if measure.better == "neither":
        return "other"
    if (difference > 0) == (measure.better == "higher"):
        return "better"
    return "harm" if measure.harm else "worse"


def _order(one: Aside) -> tuple[int, float]:
    return KINDS.index(one.kind), -abs(one.difference) / one.about.trifle


def harms_in_a_line(found: Iterable[Aside]) -> str:
    """Return the harms of a policy as one line: the worst named, the rest counted."""
    harms = [one for one in found if one.kind == "harm"]
    if not harms:
        return "no harm on which 8 in 10 worlds agree and that is no trifle."
    named = [
        f"{one.about.title} {signed(one.difference, one.about)}"
        f"{' points' if one.about.unit == 'share' else ''} "
        f"({signed(one.low, one.about)} to {signed(one.high, one.about)})"
        for one in harms[:MOST_HARMS]
    ]
    more = len(harms) - len(named)
    count = "1 harm" if len(harms) == 1 else f"{len(harms)} harms, the worst first"
    rest = f"; and {more} more, told with what else changes" if more else ""
    return f"{count}: {'; '.join(named)}{rest}."


def in_lines(found: Iterable[Aside]) -> list[str]:
    """Return them as lines for people: harms and what is worse one by one, the rest in short."""
    found = list(found)
    heads = {"harm": "Harm", "worse": "Worse"}
    lines = [f"{heads[one.kind]}: {one}." for one in found if one.kind in heads]
    for kind, head in (("better", "Better"), ("other", "Other changes")):
        short = [
            f"{one.about.title} {signed(one.difference, one.about)}"
            for one in found
            if one.kind == kind
        ]
        if short:
            more = len(short) - MOST_IN_SHORT
            told = short[:MOST_IN_SHORT] + ([f"and {more} more"] if more > 0 else [])
            lines.append(f"{head}: {'; '.join(told)}.")
    return lines


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
