"""Compare policies with today's practice in one authority: by how much, how surely, how soon."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.core.measures import RANGE, WINDOW, Measure
from colsim.errors import UserError
from colsim.experiments.against import Against, against, every_pair, pairs_document
from colsim.experiments.banks import MATCHED, RANGES, chosen_worlds
from colsim.experiments.besides import HEADLINES, Aside, asides, in_lines
from colsim.experiments.difference import Difference, difference_of, mean_of_present
from colsim.experiments.forms import ByForm, block, by_form, first_sentence, forms_in
from colsim.experiments.how_long import HowLong, course_document, how_long, money_ends
from colsim.experiments.observed import COMPARED, values_of
from colsim.experiments.precision import reached, until_precise
from colsim.experiments.remarks import comparison_remarks
from colsim.experiments.rests_on import Half, RestsOn, at_half, rests_on
from colsim.experiments.rests_on_words import in_lines as rests_on_lines
from colsim.experiments.runner import (
    SEEDS_PER_WORLD,
    SERIES,
    Outcome,
    compile_together,
    drawn_at,
    outcomes,
    require_equal_length,
)
from colsim.experiments.worlds import FIXED_AND_CALIBRATED, CalibratedWorlds
from colsim.reporting.words import told_apart
from colsim.scenario.costs import Cost, cost_of
from colsim.scenario.loading import LoadedScenario, Names, load_comparison
from colsim.scenario.remarks import Remark, said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Comparison:
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
    halves: "Mapping[str, Half]" = field(default_factory=dict, compare=False)
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

    def said_by_form(self, measure: str) -> list[str]:
        """Return how the change hangs on forms, in lines for people; none if it cannot be told."""
        return block(self.by_form(measure), self.labels)

    def rests_on(self, scenario: str) -> "RestsOn":
        """Return what a policy's gain in joint plans rests on: see `colsim.experiments.rests_on`.

        Raises:
            KeyError: no such policy.
        """
        return rests_on(self, scenario)

    @property
    def said_rests_on(self) -> list[str]:
        """What the gains in joint plans rest on, in lines for people."""
        return rests_on_lines([self.rests_on(name) for name in self.names[1:]], self.labels)

    @property
    def said_first(self) -> list[str]:
        """What must be said before all else: that the ranking flips with a form."""
        labels = self.labels | {self.names[0]: "today's practice"}
        found = [first_sentence(self.by_form(measure), labels) for measure in self.series]
        return list(dict.fromkeys(text for text in found if text is not None))

    def against(self, one: str, other: str, measure: str = "joint_plan_rate") -> Against:
        """Return how one policy does against another, from the same runs.

        Raises:
            KeyError: no such scenario or measure.
        """
        return against(self, one, other, measure)

    def pairs(self, measure: str = "joint_plan_rate") -> tuple[Against, ...]:
        """Return every two policies against each other, the one that gains more first."""
        return every_pair(self, measure)

    def besides_lines(self, scenario: str) -> list[str]:
        """Return what else a policy changes as lines for people."""
        return in_lines(self.besides(scenario))

    def besides(self, scenario: str) -> tuple[Aside, ...]:
        """Return what else a policy changes, harms first: see `colsim.experiments.besides`."""
        return asides(self, scenario)

    def how_long(
        self, scenario: str, measure: str = "joint_plan_rate", *, least: float | None = None
    ) -> HowLong:
        """Return when a policy's gain comes, peaks and goes.

        Args:
            scenario: a policy.
            measure: one whose course is kept.
            least: gain that is asked for, in the measure's unit.

        Raises:
            KeyError: no such scenario, or no course of the measure.
        """
        return how_long(self, scenario, measure, self.least if least is None else least)

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

    def cost_per_joint_plan(self, scenario: str) -> tuple[float, float, float]:
        """Return pounds for each further joint plan: median world, best, worst.

        All that is spent in the run over all joint plans gained in it, so that a policy that
        ends, or costs most at first, is judged by the whole. Best and worst are those of the 90 %
        range over worlds; infinite where a world gains no plan. What a policy saves is left out.
        """
        spent = math.fsum(self.extra_spending(scenario))
        made = self.joint_plans[self.names.index(scenario)] - self.joint_plans[0]
        low, middle, high = np.quantile(made.mean(axis=1), (RANGE[0], 0.5, RANGE[1]))
        each = (spent / gain if gain > 0 else math.inf for gain in (middle, high, low))
        return tuple(map(float, each))  # type: ignore[return-value]

    def table(self) -> "pd.DataFrame":
        """Return the differences as a frame, one row per scenario and measure.

        The column notes says how a row differs from that of a plain comparison.
        """
        from dataclasses import asdict

        import pandas as pd

        return pd.DataFrame(
            [
                asdict(d) | {"clear": d.clear, "notes": self.notes_of(d.scenario)}
                for d in self.differences
            ]
        )

    def notes_of(self, scenario: str) -> str:
        """Return the notes that concern a scenario, as one text."""
        return " ".join(r.text for r in self.remarks if scenario in (r.scenarios or self.names))

    def plot(self) -> "Figure":
        """Return the chart: two measures over the weeks, and what differs at the end."""
        from colsim.reporting.plots import plot_comparison

        return plot_comparison(self)

    def save(self, folder: "str | Path", *, force: bool = False) -> None:
        """Write tables and manifest to a folder, then the chart.

        Args:
            folder: new, empty, or with a comparison.
            force: replace a comparison that the folder holds.

        Raises:
            IncompleteError: everything is written but the chart.
            UserError: the folder cannot be written, or holds something.
        """
        from colsim.reporting.saving import save_comparison

        save_comparison(self, folder, force=force)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the raw values, as plain Python types (NaN as None)."""
        from dataclasses import asdict

        return {
            "baseline": self.names[0],
            "scenarios": [
                {
                    "name": name,
                    "title": title,
                    "cost": asdict(cost)
                    | {"spent": cost.spent}
                    | (
                        {}
                        if name == self.names[0]
                        else {"per_additional_joint_plan": _finite(self.cost_per_joint_plan(name))}
                    ),
                }
                for name, title, cost in zip(self.names, self.titles, self.costs, strict=True)
            ],
            "weeks": self.weeks,
            "window": self.window,
            "seed": self.seed,
            "replications": self.replications,
            "worlds": self.worlds,
            "seeds_per_world": SEEDS_PER_WORLD,
            "fixed_parameters": self.fixed_parameters,
            "worlds_from": self.drawn_from,
            "calibrated_worlds": self.calibrated,
            "notes": [asdict(remark) for remark in self.remarks],
            "said_first": self.said_first,
            "by_form": [self.by_form(measure).to_dict() for measure in self.series],
            "rests_on": [self.rests_on(name).to_dict() for name in self.names[1:]],
            "rests_on_lines": self.said_rests_on,
            "against_each_other": pairs_document(self, self.told),
            "what_else_changes": [
                one.to_dict() for name in self.names[1:] for one in self.besides(name)
            ],
            "how_long": [
                course_document(self.how_long(name, measure))
                for name in self.names[1:]
                for measure in self.series
            ],
            "what_if": list(self.what_if),
            "differences": [
                {
                    key: None if isinstance(value, float) and not np.isfinite(value) else value
                    for key, value in (asdict(d) | {"clear": d.clear}).items()
                }
                for d in self.differences
            ],
        }


def _finite(values: Sequence[float]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values]


def compare(
    authority: str | Path | LoadedScenario,
    policies: str | Path | LoadedScenario | Iterable[str | Path | LoadedScenario],
    *,
    under: Names = (),
    without: Iterable[str] = (),
    different_authorities: bool = False,
    replications: int = 200,
    seed: int = 1,
    workers: int | None = None,
    fixed_parameters: bool = False,
    worlds: "CalibratedWorlds | str | Path | None" = None,
    calibrated: "CalibratedWorlds | str | Path | None" = None,
    least: float | None = None,
    precision: float | None = None,
    half_strength: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Compare policies with an authority as it is, over plausible worlds.

    Args:
        authority: a preset, a path, or a loaded scenario: the baseline.
        policies: presets, paths or combinations such as "co_location+joint_training", each laid
            over the authority; loaded scenarios are compared as they are.
        under: circumstances, such as "austerity", laid under both sides.
        without: channels to switch off, as for `load_scenario`.
        different_authorities: let other authorities stand in the place of policies.
        replications: runs of each scenario; an even number, two to a world.
        seed: the one seed that all chance derives from.
        workers: threads; the number of processors if None.
        fixed_parameters: keep all parameters at their defaults: the spread is
            then that of chance alone, and says nothing about what is uncertain.
        worlds: "matched" to how the authority looks today (the default, where worlds were
            matched to it; else the ranges, and a note says so), "ranges", or the folder of a
            calibration, a matching or a survey.
        calibrated: the same by its former name.
        least: gain that "how long" asks for, in percentage points; 1 if None.
        precision: run until the 95 % interval of the mean change in the joint-plan rate is no
            wider for any policy, in place of a number of replications.
        half_strength: also live each policy at half its strength, once in each of the first 40
            worlds: what is gained if it is delivered by half.
        progress: called with the number of replications done.

    Raises:
        UserError: no policy, two of one name, another authority that was not asked for,
            replications that are odd or below 2, or scenarios of different length.

    Example:
        >>> compare("desktop", "co_location", replications=2).names  # doctest: +SKIP
        ('desktop', 'co_location')
    """
    chosen = [policies] if isinstance(policies, str | Path | LoadedScenario) else list(policies)
    check(len(chosen), replications, seed, workers, least, precision)
    wanted = calibrated if worlds is None else worlds
    if fixed_parameters and wanted not in (None, RANGES, MATCHED):
        raise UserError(FIXED_AND_CALIBRATED)
    loaded = load_comparison(
        authority,
        chosen,
        under=under,
        without=without,
        different_authorities=different_authorities,
    )
    names = [one.name for one in loaded]
    check_together(loaded, different_authorities=different_authorities)
    chosen_from = chosen_worlds(wanted, loaded[0], fixed_parameters=fixed_parameters)
    source = chosen_from.worlds
    compiled = compile_together(loaded)
    start = time.perf_counter()
    lives: dict[str, Any] = {
        "seed": seed,
        "workers": workers,
        "fixed_parameters": fixed_parameters,
        "calibrated": source,
        "progress": progress,
    }
    judgement = None
    if precision is None:
        kept = list(outcomes(compiled, replications=replications, **lives))
    else:
        kept, judgement = until_precise(compiled, names[1:], precision, **lives)
        replications = len(kept)
    values, series = _gather(kept)
    halves: dict[str, Half] = {}
    if half_strength:
        del lives["progress"]
        halves = at_half(loaded, values, **lives)
    seconds = time.perf_counter() - start
    made = np.stack([outcome.joint_plans for outcome in kept], axis=1)
    return Comparison(
        names=tuple(names),
        titles=tuple(one.scenario.title for one in loaded),
        weeks=loaded[0].scenario.run.weeks,
        seed=seed,
        replications=replications,
        fixed_parameters=fixed_parameters,
        calibrated=None if source is None or source.kind == MATCHED else source.name,
        drawn_from=RANGES if source is None else source.kind,
        origin="" if source is None else source.origin,
        scenarios=tuple(
            {"name": one.name, "files": list(one.chain)} | one.scenario.model_dump(mode="json")
            for one in loaded
        ),
        values=values,
        series=series,
        joint_plans=made.reshape(len(loaded), -1, SEEDS_PER_WORLD),
        costs=tuple(cost_of(one.scenario) for one in loaded),
        differences=tuple(
            difference_of(name, k, measure, values, series)
            for k, name in enumerate(names)
            if k > 0
            for measure in COMPARED.values()
        ),
        drawn=tuple(
            {
                **drawn_at(
                    seed,
                    world * SEEDS_PER_WORLD,
                    fixed_parameters=fixed_parameters,
                    calibrated=source,
                ),
                **compiled[0].parameters,
            }
            for world in range(replications // SEEDS_PER_WORLD)
        ),
        remarks=comparison_remarks(
            loaded,
            replications // SEEDS_PER_WORLD,
            fixed_parameters=fixed_parameters,
            calibrated=source,
            note=chosen_from.note,
        )
        + reached(judgement, precision),
        halves=halves,
        least=None if least is None else least / 100,
        seconds=seconds,
    )


def check(
    policies: int,
    replications: int,
    seed: int,
    workers: int | None,
    least: float | None = None,
    precision: float | None = None,
) -> None:
    """Refuse what cannot be run, naming every fault.

    Raises:
        UserError: at least one value is out of range.
    """
    faults = []
    if policies < 1:
        faults.append("policies: found none; allowed: one or more to compare with the authority")
    if replications < SEEDS_PER_WORLD or replications % SEEDS_PER_WORLD:
        faults.append(
            f"replications: found {replications}; allowed: an even number from {SEEDS_PER_WORLD}, "
            f"{SEEDS_PER_WORLD} to each world"
        )
    if not 0 <= seed < 1 << 63:
        faults.append(f"seed: found {seed}; allowed: a whole number from 0 to 2**63 - 1")
    if workers is not None and workers < 1:
        faults.append(f"workers: found {workers}; allowed: 1 or more")
    if precision is not None and not 0 < precision < 1:
        faults.append(
            f"--precision: found {precision:g}; allowed: above 0 and below 1, such as 0.02 for 2 "
            "percentage points"
        )
    if least is not None and not 0 < least <= 100:
        faults.append(f"--at-least: found {least:g}; allowed: above 0 up to 100 percentage points")
    if faults:
        raise UserError("\n".join(faults))


def check_together(
    scenarios: Sequence[LoadedScenario], *, different_authorities: bool = False
) -> None:
    """Refuse scenarios that cannot be paired, naming every fault.

    Raises:
        UserError: two have one name, they differ in weeks or burn-in, or in their organisation
            without its having been asked for.
    """
    faults = []
    names = [one.name for one in scenarios]
    first = scenarios[0]
    for one in scenarios[1:]:
        if one.scenario.organisation != first.scenario.organisation and not different_authorities:
            faults.append(
                f"{one.name}: found another authority than that of the baseline ({first.name}); "
                "allowed: policies that are laid over the baseline's authority, or "
                "--different-authorities, to compare places too"
            )
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        faults.append(f"compared twice: {', '.join(doubled)}; allowed: each policy once")
    try:
        require_equal_length(scenarios)
    except UserError as error:
        faults.append(str(error))
    if faults:
        raise UserError("\n".join(faults))


def _gather(
    kept: Sequence[Outcome],
) -> tuple[dict[str, npt.NDArray[np.float64]], dict[str, npt.NDArray[np.float64]]]:
    """Return values and series by measure, replications folded into worlds and seeds."""
    totals = np.stack([outcome.totals for outcome in kept], axis=1)
    scenarios, replications = totals.shape[:2]
    fold = (scenarios, replications // SEEDS_PER_WORLD, SEEDS_PER_WORLD)
    exits = np.stack([outcome.exits for outcome in kept], axis=1)
    latency = np.stack([outcome.latency for outcome in kept], axis=1)
    observed = values_of(totals, exits, latency)
    values = {name: value.reshape(fold) for name, value in observed.items()}
    courses = np.stack([outcome.series for outcome in kept], axis=1)
    series = {
        name: mean_of_present(courses[..., k].reshape(*fold, -1), axis=2)
        for k, name in enumerate(SERIES)
    }
    return values, series
