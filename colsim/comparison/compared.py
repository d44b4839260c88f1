"""What a comparison found, as data: values by scenario, world and seed, and what follows from them.

Charts, tables and sentences are made of it; a `Comparison` hands them out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.comparison.forms import ByForm, by_form, first_sentence, forms_in
from colsim.comparison.sets import Half
from colsim.comparison.taken import FROM_CASES, Taken
from colsim.core.measures import WINDOW, Measure
from colsim.experiments.banks import RANGES
from colsim.experiments.difference import Difference, mean_of_present, over_worlds
from colsim.experiments.observed import COMPARED
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.reporting.words import told_apart
from colsim.scenario.costs import Cost
from colsim.scenario.prices import HourPrice
from colsim.scenario.remarks import Remark, said

HEADLINES = {"information_flow": "understood facts", "joint_plan_rate": "joint plans"}
"""Headline measures, and what they count in every 100."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Scenarios lived in the same worlds with the same chance; the first is the baseline."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    weeks: int
    seed: int
    replications: int
    fixed_parameters: bool
    scenarios: tuple[dict[str, Any], ...]
    """The scenarios in full, with the files that set their values."""
    values: dict[str, npt.NDArray[np.float64]]
    """Measure -> values in the last window, shape (scenarios, worlds, seeds)."""
    series: dict[str, npt.NDArray[np.float64]]
    """Measure -> course over policy weeks, shape (scenarios, worlds, weeks + 1), seeds averaged."""
    differences: tuple[Difference, ...]
    costs: tuple[Cost, ...]
    """What each scenario's levers cost."""
    remarks: tuple[Remark, ...] = ()
    """How this differs from a plain comparison, and what its results rest on."""
    calibrated: str | None = None
    """Folder of the calibration that the worlds come from, if any."""
    drawn_from: str = RANGES
    """Kind of worlds: ranges, matched, calibration or judged."""
    origin: str = ""
    """How worlds that are not drawn from the ranges are spoken of."""
    drawn: tuple[Mapping[str, float], ...] = field(default=(), compare=False, repr=False)
    """Parameters of each world, those that the authority sets among them."""
    what_if: tuple[dict[str, Any], ...] = ()
    """A row for each policy and change of circumstances: see `colsim.answers.what_if`."""
    halves: Mapping[str, Half] = field(default_factory=dict, compare=False)
    """Gain in joint plans at half strength beside that in full, of policies that have a half."""
    least: float | None = None
    """Gain that "how long" asks for, in the unit of the measures whose course is kept; what is no
    trifle if None."""
    joint_plans: npt.NDArray[np.float64] = field(
        default_factory=lambda: np.zeros((0, 0, 0)), compare=False
    )
    """Joint plans made in the weeks of policy, shape (scenarios, worlds, seeds)."""
    seconds: float = field(default=0.0, compare=False)
    """Wall-clock time of the runs."""

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return self.replications // SEEDS_PER_WORLD

    @property
    def window(self) -> int:
        """Weeks at the end over which the measures are taken: none before the policy began."""
        return min(WINDOW, self.weeks)

    @property
    def labels(self) -> dict[str, str]:
        """Name of each scenario to its title, by which people know it; equal ones told apart."""
        return told_apart(self.names, self.titles)

    def about(self, measure: str) -> Measure:
        """Return what a measure is.

        Raises:
            KeyError: there is none of this name.
        """
        return COMPARED[measure]

    @property
    def told(self) -> tuple[str, ...]:
        """The headline measures, as far as they were kept."""
        return tuple(name for name in HEADLINES if name in self.values)

    @property
    def notes(self) -> list[str]:
        """The remarks as lines for people."""
        return [said(remark, self.labels) for remark in self.remarks]

    def of(self, scenario: str, measure: str) -> Difference:
        """Return one difference.

        Raises:
            KeyError: no such scenario (other than the baseline) or measure.
        """
        for difference in self.differences:
            if (difference.scenario, difference.measure) == (scenario, measure):
                return difference
        raise KeyError(f"no difference of {scenario!r} in {measure!r}")

    def gains(self, measure: str) -> npt.NDArray[np.float64]:
        """Return each policy's change in a measure so that more is better, by policy and world."""
        per_world = mean_of_present(self.values[measure], axis=2)
        change = per_world[1:] - per_world[:1]
        return -change if COMPARED[measure].better == "lower" else change

    def by_form(self, measure: str) -> ByForm:
        """Return the change in a measure by form."""
        return by_form(
            measure, self.names[1:], self.gains(measure), forms_in(self.drawn), self.names[0]
        )

    @property
    def said_first(self) -> list[str]:
        """What must be said before all else: that the ranking flips with a form."""
        labels = self.labels | {self.names[0]: "today's practice"}
        found = [first_sentence(self.by_form(measure), labels) for measure in self.series]
        return list(dict.fromkeys(text for text in found if text is not None))

    def money_ends(self, scenario: str) -> int | None:
        """Return the week in which the last of a policy's levers ends; None if one stays."""
        own = self.scenarios[self.names.index(scenario)]
        return money_ends(self.scenarios[0], own, self.weeks)

    def extra_cost(self, scenario: str) -> tuple[float, float]:
        """Return pounds a year, and pounds once, beyond what the baseline's own levers cost."""
        cost, base = self.costs[self.names.index(scenario)], self.costs[0]
        return cost.a_year - base.a_year, cost.once - base.once

    def extra_spending(self, scenario: str) -> tuple[float, ...]:
        """Return pounds spent in each year of the run beyond what the baseline's levers take."""
        spent, base = self.costs[self.names.index(scenario)].spending, self.costs[0].spending
        return tuple(mine - own for mine, own in zip(spent, base, strict=True))

    def extra_hours(self, scenario: str) -> float:
        """Return hours a year of the staff reached, beyond what the baseline's levers take."""
        cost, base = self.costs[self.names.index(scenario)], self.costs[0]
        return cost.staff_hours - base.staff_hours

    def hours_from_cases(self, scenario: str, price: HourPrice | None = None) -> Taken:
        """Return the hours that cases wait for in a year beyond the baseline's, and their worth.

        At the scenario's own price of an hour, unless another is given.
        """
        k = self.names.index(scenario)
        kept = (self.values.get(name, np.full((k + 1, 1, 1), np.nan)) for name in FROM_CASES)
        csw, mhsw = (mean_of_present(values[k] - values[0], axis=1) for values in kept)
        return Taken.of(csw, mhsw, price or self.costs[k].hour)

    @property
    def price_years(self) -> tuple[str, ...]:
        """The years in whose pounds costs are told."""
        return tuple(sorted({year for cost in self.costs for year in cost.price_years}))

    def cost_per_joint_plan(self, scenario: str) -> tuple[float, float, float]:
        """Return pounds for each further joint plan: median world, best, worst.

        All that is spent in the run over all joint plans gained in it, so that a policy that
        ends, or costs most at first, is judged by the whole. Best and worst are those of the 90 %
        range over worlds; infinite where a world gains no plan. What a policy saves is left out.
        """
        spent = math.fsum(self.extra_spending(scenario))
        made = self.joint_plans[self.names.index(scenario)] - self.joint_plans[0]
        low, middle, high = over_worlds(made.mean(axis=1))
        median, best, worst = (
            spent / gain if gain > 0 else math.inf for gain in (middle, high, low)
        )
        return median, best, worst

    def notes_of(self, scenario: str) -> str:
        """Return the notes that concern a scenario, as one text."""
        return " ".join(r.text for r in self.remarks if scenario in (r.scenarios or self.names))


def money_ends(base: Mapping[str, Any], policy: Mapping[str, Any], weeks: int) -> int | None:
    """Return the week in which the last of a policy's own levers ends; None if one stays."""
    before = base.get("levers", {})
    own = [use for name, use in policy.get("levers", {}).items() if before.get(name) != use]
    ends = [int(use["end"]) for use in own if use.get("end") is not None]
    every = len(ends) == len(own) and all(0 < end <= weeks for end in ends)
    return max(ends) if ends and every else None
