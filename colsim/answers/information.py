"""Which missing figure would change a choice between policies, and what finding it out is worth."""

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.comparison import Comparison, compare
from colsim.scenario.loading import LoadedScenario, Names
from colsim.scenario.owners import OWNERS
from colsim.scenario.remarks import YEAR

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

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
class Information:
    """What it would be worth to know more before choosing."""

    comparison: Comparison
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

    def words(self) -> list[str]:
        """Return what to choose, how much hangs on what is not known, and what to find out."""
        from colsim.answers.information_words import words

        return words(self)

    def plot(self) -> "Figure":
        """Return the chart: what each input is worth knowing, and what chance alone reaches."""
        from colsim.answers.information_words import plot

        return plot(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        result, goal = self.comparison, GOALS[self.goal]
        return {
            "authority": result.names[0],
            "goal": self.goal,
            "unit": goal.unit,
            "worth": self.worth,
            "worth_given": self.worth != goal.worth,
            "worlds": result.worlds,
            "worlds_from": result.drawn_from,
            "seed": result.seed,
            "replications": result.replications,
            "weeks": result.weeks,
            "notes": list(self.notes),
            "best": self.best.scenario,
            "options": [asdict(one) for one in self.standings],
            "evpi": {
                "at_least": self.evpi_least,
                "at_most": self.evpi,
                "pounds_at_least": self.evpi_least * self.worth,
                "pounds_at_most": self.evpi * self.worth,
            },
            "enough_worlds": self.enough,
            "fewest_worlds": FEWEST,
            "evppi": self.table().to_dict("records"),
            "best_by_worth": [{"from": w, "scenario": name} for w, name in self.steps],
            "words": self.words(),
        }

    def save(self, folder: "str | Path", *, force: bool = False) -> None:
        """Write evidence.json, evidence.csv, manifest.json, then the chart.

        Raises:
            IncompleteError: everything is written but the chart.
            UserError: the folder cannot be written, or holds something.
        """
        from colsim.reporting.drawing import draw
        from colsim.reporting.files import write_json
        from colsim.reporting.folders import writing
        from colsim.reporting.saving import csv_bytes

        about = {"scenarios": self.comparison.scenarios, "seed": self.comparison.seed,
                 "replications": self.comparison.replications, "goal": self.goal,
                 "worth": self.worth, "notes": list(self.notes)}  # fmt: skip
        charts = {"evidence.png": self.plot} if self.enough else {}
        with writing(folder, kind="evidence", about=about, pictures=charts, force=force) as staging:
            (staging / "evidence.csv").write_bytes(csv_bytes(self.table()))
            write_json(staging / "evidence.json", self.to_dict())
        draw(folder, charts)


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


def gains_in(result: Comparison, goal: str) -> Values:
    """Return what is gained over the run, shape (scenarios, worlds, lives); today gains nothing."""
    if goal == "joint_plans":
        return result.joint_plans - result.joint_plans[:1]
    course = result.series["information_flow"][:, :, 1:]
    held = 100.0 * np.nanmean(course - course[:1], axis=2) * result.weeks / YEAR
    return np.asarray(held[:, :, None])


def information(
    result: Comparison, *, goal: str = "joint_plans", worth: float | None = None
) -> Information:
    """Return what it would be worth to know more, from a comparison that was lived.

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
    top = utilities == utilities.max(axis=0)
    shares = (top / top.sum(axis=0)).mean(axis=1)
    standings = tuple(
        Standing(name, *map(float, figures))
        for name, *figures in zip(
            result.names, gains.mean(axis=1), pounds, utilities.mean(axis=1), shares,
            regret(utilities), strict=True,
        )
    )  # fmt: skip
    whole = evpi(utilities)
    least = evpi_without_chance(lived) if lives.shape[2] > 1 else 0.0
    steps = envelope(gains.mean(axis=1).tolist(), pounds.tolist())
    return Information(
        result, goal, pounds_each, standings, whole, min(least, whole),
        by_number, by_group, by_form,
        steps=tuple((worth_from, result.names[k]) for worth_from, k in steps),
        notes=tuple(result.notes),
    )  # fmt: skip


def _inputs(result: Comparison) -> tuple[dict[str, Values], dict[str, Values], dict[str, Values]]:
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


def evidence(
    authority: str | Path | LoadedScenario,
    policies: "str | Path | LoadedScenario | Iterable[str | Path | LoadedScenario]",
    *,
    goal: str = "joint_plans",
    worth: float | None = None,
    under: Names = (),
    replications: int = 400,
    seed: int = 1,
    workers: int | None = None,
    worlds: Any = None,
    progress: Callable[[int], None] | None = None,
) -> Information:
    """Return which missing figure would change the choice between policies, and what it is worth.

    Args:
        authority: a preset, a path, or a loaded scenario.
        policies: as for `compare`; today's practice is always among the options.
        goal: "joint_plans" or "flow".
        worth: pounds at which a unit of the goal is valued; a round figure if None.
        under: circumstances, laid under all.
        replications: runs of each; an even number, two to a world.
        seed: the one seed that all chance derives from.
        workers: threads.
        worlds: as for `compare`.
        progress: called with the number of replications done.

    Raises:
        UserError: as for `compare`; or the goal is unknown, or the worth no amount of pounds.

    Example:
        >>> evidence("desktop", ["co_location", "shadowing"]).words()  # doctest: +SKIP
    """
    check_goal(goal, worth)
    result = compare(
        authority, policies, under=under, replications=replications, seed=seed, workers=workers,
        worlds=worlds, half_strength=False, progress=progress,
    )  # fmt: skip
    return information(result, goal=goal, worth=worth)
