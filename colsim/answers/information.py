"""Which missing figure would change a choice between policies, and what finding it out is worth."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from colsim.analysis.information import (
    Worth,
    basis,
    envelope,
    evpi,
    evpi_without_chance,
    regret,
    worths,
)
from colsim.answers.verdict import best_in
from colsim.comparison.compared import Compared
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, nearest, refusal
from colsim.scenario.known import OWNERS
from colsim.scenario.remarks import YEAR

if TYPE_CHECKING:
    import pandas as pd

Values = npt.NDArray[np.float64]
FEWEST = 40
"""Worlds below which it is not said which input is worth knowing."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be gained, and the pounds at which a unit of it is valued unless said."""

    unit: str
    plural: str
    worth: float


GOALS = {
    "joint_plans": Goal("joint plan", "joint plans", 20_000.0),
    "flow": Goal("point of flow for a year", "points of flow for a year", 10_000.0),
}
"""Goals by name. A joint plan is one more made in the run; flow counts in percentage points of
information flow, held for a year. What a unit is worth is for the user to say: the figures here are
round ones in the range of what a unit costs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an option does by utility."""

    scenario: str
    gain: float
    """Mean gain of the goal over worlds, in its unit."""
    pounds: float
    """Spent in the run beyond what today's levers take."""
    utility: float
    """Mean: the gain less pounds over the worth of a unit."""
    best_in: float
    """Share of worlds in which it does best; a tie is shared out."""
    regret: float
    """Mean over worlds of what the best option there has more of utility."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What it would be worth to know more before choosing."""

    comparison: Compared
    goal: str
    worth: float
    """Pounds at which a unit of the goal is valued."""
    standings: tuple[Standing, ...]
    """Of today's practice, then of each policy."""
    evpi: float
    """Expected value of perfect information, with the chance of lives in it: at most."""
    evpi_least: float
    """The same with a world's best option chosen by one life and judged by another: at least."""
    numbers: tuple[Worth, ...]
    groups: tuple[Worth, ...]
    forms: tuple[Worth, ...]
    """Partial: of each number, group of numbers, and form, most first; none if worlds are few."""
    steps: tuple[tuple[float, str], ...]
    """From which worth of a unit which option is best on average."""
    notes: tuple[str, ...] = field(default=())

    @property
    def best(self) -> Standing:
        """The option with the highest mean utility."""
        return max(self.standings, key=lambda one: one.utility)

    @property
    def enough(self) -> bool:
        """Whether there are worlds enough to say which input is worth knowing."""
        return self.comparison.worlds >= FEWEST

    def table(self) -> "pd.DataFrame":
        """Return what each input is worth knowing: kind, name, value, pounds, floor, owner."""
        import pandas as pd

        columns = ["kind", "name", "evppi", "evppi_pounds", "floor", "clear", "owner", "about"]
        rows = [
            {
                "kind": kind,
                "name": one.name,
                "evppi": one.value,
                "evppi_pounds": one.value * self.worth,
                "floor": one.floor,
                "clear": one.clear,
                "owner": owner_of(one.name),
                "about": about(one.name),
            }
            for kind, found in self.kinds.items()
            for one in found
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def kinds(self) -> dict[str, tuple[Worth, ...]]:
        """Worths by kind of input."""
        return {"form": self.forms, "group": self.groups, "number": self.numbers}


def owner_of(name: str) -> str:
    """Return who would know about a number, a form or a group of numbers."""
    return OWNERS[name if name in OWNERS else PARAMETERS[name].group]


def about(name: str) -> str:
    """Return what a number or a form is; empty for a group."""
    return PARAMETERS[name].description if name in PARAMETERS else ""


def check_goal(goal: str, worth: float | None) -> tuple[str, float]:
    """Return a goal and what a unit of it is worth.

    Raises:
        UserError: the goal is unknown, or the worth no amount of pounds.
    """
    faults = []
    known = {"joint_plan_rate": "joint_plans", "information_flow": "flow"}
    name = known.get(goal, goal)
    if name not in GOALS:
        said = refusal(repr(goal), ", ".join(GOALS), nearest(goal, GOALS))
        faults.append(f"--goal: {said}")
    if worth is not None and not (math.isfinite(worth) and worth > 0):
        unit = GOALS[name].unit if name in GOALS else "unit of the goal"
        faults.append(f"--worth: found {worth:g}; allowed: pounds a {unit}, above 0")
    if faults:
        raise UserError("\n".join(faults))
    return name, GOALS[name].worth if worth is None else worth


def gains_in(result: Compared, goal: str) -> Values:
    """Return what is gained over the run, shape (scenarios, worlds, lives); today gains nothing."""
    if goal == "joint_plans":
        return result.joint_plans - result.joint_plans[:1]
    course = result.series["information_flow"][:, :, 1:]
    held = np.nan_to_num(course - course[:1]).mean(axis=2)  # no shared family, no flow gained
    return np.asarray(100.0 * held[:, :, None] * result.weeks / YEAR)


def weighed[T: Weighed](
    kind: type[T], result: Compared, *, goal: str = "joint_plans", worth: float | None = None
) -> T:
    """Return what it would be worth to know more, from a comparison that was lived.

    Args:
        kind: what is made of it.
        result: the options, today's practice first.
        goal: "joint_plans" or "flow".
        worth: pounds a unit of it; a round figure if None.

    Raises:
        UserError: the goal is unknown, or the worth no amount of pounds.
    """
    goal, pounds_each = check_goal(goal, worth)
    pounds = np.array([0.0, *(math.fsum(result.extra_spending(n)) for n in result.names[1:])])
    lives = gains_in(result, goal)
    gains = lives.mean(axis=2)
    utilities = gains - pounds[:, None] / pounds_each
    lived = lives - pounds[:, None, None] / pounds_each
    numbers, groups, forms = _inputs(result)
    many = result.worlds >= FEWEST
    by_number, by_group, by_form = (
        tuple(worths(utilities, one)) if one and many else () for one in (numbers, groups, forms)
    )
    standings = tuple(
        Standing(name, *map(float, figures))
        for name, *figures in zip(
            result.names, gains.mean(axis=1), pounds, utilities.mean(axis=1), best_in(utilities),
            regret(utilities), strict=True,
        )
    )  # fmt: skip
    whole = evpi(utilities)
    least = evpi_without_chance(lived) if lives.shape[2] > 1 else 0.0
    steps = envelope(gains.mean(axis=1).tolist(), pounds.tolist())
    return kind(
        result, goal, pounds_each, standings, whole, min(least, whole),
        by_number, by_group, by_form,
        steps=tuple((worth_from, result.names[k]) for worth_from, k in steps),
        notes=tuple(result.notes),
    )  # fmt: skip


def _inputs(result: Compared) -> tuple[dict[str, Values], dict[str, Values], dict[str, Values]]:
    """Return columns of each number, group of numbers, and form that differs between worlds."""
    numbers: dict[str, Values] = {}
    forms: dict[str, Values] = {}
    groups: dict[str, list[Values]] = {}
    for name, p in PARAMETERS.items():
        if not p.uncertain or not result.drawn or name not in result.drawn[0]:
            continue
        values = np.array([one[name] for one in result.drawn], np.float64)
        if np.ptp(values) == 0.0:
            continue
        if p.kind == "form":
            forms[name] = basis(values)
            continue
        values = np.log(values) if p.logarithmic else values
        numbers[name] = basis(values)
        groups.setdefault(p.group, []).append(basis(values, degree=1))
    return numbers, {name: np.column_stack(own) for name, own in groups.items()}, forms
