"""Compare policies with today's practice in one authority: by how much, how surely, how soon."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.comparison.comparison import Comparison
from colsim.comparison.sets import Lived, at_half, live_sets, values_by_world
from colsim.errors import UserError
from colsim.experiments.banks import MATCHED, RANGES, Chosen, chosen_worlds
from colsim.experiments.difference import difference_of, mean_of_present
from colsim.experiments.observed import COMPARED
from colsim.experiments.precision import reached
from colsim.experiments.remarks import comparison_remarks
from colsim.experiments.runner import (
    SEEDS_PER_WORLD,
    SERIES,
    Outcome,
    drawn_at,
    require_equal_length,
)
from colsim.experiments.tasks import Workers
from colsim.experiments.worlds import FIXED_AND_CALIBRATED, CalibratedWorlds
from colsim.machine import worker_faults
from colsim.scenario.compiling import parameters_of
from colsim.scenario.costs import cost_of
from colsim.scenario.loading import LoadedScenario, Names, load_comparison

_MOST_RUNS = 1_000_000
"""Replications of a policy: more than that is a mistake."""


def compare(
    authority: str | Path | LoadedScenario,
    policies: str | Path | LoadedScenario | Iterable[str | Path | LoadedScenario],
    *,
    under: Names = (),
    without: Iterable[str] = (),
    different_authorities: bool = False,
    replications: int = 200,
    seed: int = 1,
    workers: Workers = None,
    fixed_parameters: bool = False,
    worlds: "CalibratedWorlds | str | Path | None" = None,
    calibrated: "CalibratedWorlds | str | Path | None" = None,
    least: float | None = None,
    precision: float | None = None,
    half_strength: bool = True,
    lived: Lived | None = None,
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
        workers: threads, or what else runs tasks: see `colsim.experiments.tasks`.
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
        lived: its runs, where they were lived with those of other sets, those at half strength
            among them: see `live_sets`.
        progress: called with the number of replications done.

    Raises:
        UserError: no policy, two of one name, another authority that was not asked for,
            replications that are odd or below 2, or scenarios of different length.

    Example:
        >>> from colsim import load_scenario
        >>> short = load_scenario("desktop", overrides={"run.weeks": 4, "run.burn_in": 2})
        >>> found = compare(short, ["co_location", "shadowing"], replications=2, worlds="ranges")
        >>> found.names
        ('desktop', 'co_location', 'shadowing')
        >>> found.values["joint_plan_rate"].shape  # scenarios, worlds, lives of each world
        (3, 1, 2)
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
    check_together(loaded, different_authorities=different_authorities)
    drawn_from = chosen_worlds(wanted, loaded[0], fixed_parameters=fixed_parameters)
    start = time.perf_counter()
    if lived is None:
        (lived,) = live_sets(
            [loaded],
            replications=replications,
            precision=precision,
            half_strength=half_strength,
            progress=progress,
            seed=seed,
            workers=workers,
            fixed_parameters=fixed_parameters,
            calibrated=drawn_from.worlds,
        )
    found = _found(loaded, lived, drawn_from, seed=seed, fixed_parameters=fixed_parameters)
    return replace(
        found,
        remarks=found.remarks + reached(lived.judgement, precision),
        least=None if least is None else least / 100,
        seconds=time.perf_counter() - start,
    )


def _found(
    loaded: Sequence[LoadedScenario],
    lived: Lived,
    drawn_from: Chosen,
    *,
    seed: int,
    fixed_parameters: bool,
) -> Comparison:
    """Return what was lived as a comparison."""
    names = tuple(one.name for one in loaded)
    values, series = _gather(lived.kept)
    made = np.stack([outcome.joint_plans for outcome in lived.kept], axis=1)
    replications, source = len(lived.kept), drawn_from.worlds
    worlds = replications // SEEDS_PER_WORLD
    chance: dict[str, Any] = {"fixed_parameters": fixed_parameters, "calibrated": source}
    own = parameters_of(loaded[0].scenario)
    return Comparison(
        names=names,
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
            for k, name in enumerate(names[1:], start=1)
            for measure in COMPARED.values()
        ),
        drawn=tuple(
            {**drawn_at(seed, world * SEEDS_PER_WORLD, **chance), **own} for world in range(worlds)
        ),
        remarks=comparison_remarks(loaded, worlds, note=drawn_from.note, **chance),
        halves=at_half(loaded, lived.halves, lived.at_half, values),
    )


def check(
    policies: int,
    replications: int,
    seed: int,
    workers: Workers,
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
    if not SEEDS_PER_WORLD <= replications <= _MOST_RUNS or replications % SEEDS_PER_WORLD:
        faults.append(
            f"replications: found {replications}; allowed: an even number from {SEEDS_PER_WORLD} "
            f"to {_MOST_RUNS:,}, {SEEDS_PER_WORLD} to each world"
        )
    if not 0 <= seed < 1 << 63:
        faults.append(f"seed: found {seed}; allowed: a whole number from 0 to 2**63 - 1")
    faults += worker_faults(workers)
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
    values = values_by_world(kept)
    courses = np.stack([outcome.series for outcome in kept], axis=1)
    fold = (len(courses), -1, SEEDS_PER_WORLD)
    series = {
        name: mean_of_present(courses[..., k].reshape(*fold, courses.shape[2]), axis=2)
        for k, name in enumerate(SERIES)
    }
    return values, series
