"""Run scenarios in pairs: the same worlds, the same chance, over one executor.

A *world* is one draw of all uncertain parameters. Each world is lived with
`SEEDS_PER_WORLD` seeds, by all scenarios alike; what they share is lived once (see `sharing`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core import rng
from colsim.core.measures import MEASURES, TOTAL_INDEX, WINDOW
from colsim.core.state import World
from colsim.errors import UserError
from colsim.experiments.observed import count_exits
from colsim.experiments.sharing import Together
from colsim.experiments.tasks import Workers, each
from colsim.experiments.worlds import CalibratedWorlds, world_at
from colsim.scenario.compiling import Compiled, compile_scenario, spanner_capacity, with_policy
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Organisation, Scenario

SEEDS_PER_WORLD = 2

SERIES = ("information_flow", "joint_plan_rate")
"""Measures whose course over the weeks is kept."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is kept of one replication: all scenarios in one world with one seed."""

    totals: npt.NDArray[np.float64]
    """Totals summed over the last window, shape (scenarios, totals)."""
    series: npt.NDArray[np.float64]
    """Measures over the window that ends with each policy week from 0 (before the policy).

    Shape (scenarios, weeks + 1, len(SERIES))."""
    exits: npt.NDArray[np.int64]
    """Exits to the first joint plan, shape (scenarios, 53, 3)."""
    latency: npt.NDArray[np.int64]
    """Facts that crossed since the policy began, by weeks that they took; (scenarios, 105)."""
    joint_plans: npt.NDArray[np.float64]
    """Joint plans made since the policy began, in the whole organisation, shape (scenarios,)."""

    def only(self, scenarios: slice) -> "Outcome":
        """Return what is kept of some of the scenarios."""
        return Outcome(*(getattr(self, one.name)[scenarios] for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Once:
    """Scenarios that are lived beside others, with one chance in each of the first worlds."""

    compiled: tuple[Compiled, ...]
    """With the same room for spanners as the others, so that they share the burn-in."""
    worlds: int
    kept: list[Outcome] = field(default_factory=list)
    """One for each world, in their order, as far as the others have been lived."""


def seeds_of(seed: int, replication: int) -> tuple[int, int]:
    """Return the world's and the run's seed of a replication, from the user's one seed."""
    world, repeat = divmod(replication, SEEDS_PER_WORLD)
    key = rng.seed_key(seed)
    world_key = rng.combine(rng.combine(key, 1), world)
    run_key = rng.combine(rng.combine(rng.combine(key, 2), world), repeat)
    return int(world_key) >> 1, int(run_key) >> 1


def turn_of(seed: int, replication: int) -> int:
    """Return the number of a replication's world among worlds that take turns.

    Another seed begins at another of them.
    """
    first = int(rng.combine(rng.seed_key(seed), rng.name_key("matched world"))) >> 40
    return first + replication // SEEDS_PER_WORLD


def compile_together(scenarios: Sequence[LoadedScenario]) -> list[Compiled]:
    """Compile scenarios with the same room for spanners, so that they can share their burn-in.

    Raises:
        UserError: if they differ in weeks or burn-in.
    """
    require_equal_length(scenarios)
    room = max(spanner_capacity(loaded.scenario) for loaded in scenarios)
    return [
        with_policy(place_of(loaded.scenario.organisation, room), loaded.scenario)
        for loaded in scenarios
    ]


@lru_cache(maxsize=8)
def place_of(organisation: Organisation, room: int) -> Compiled:
    """Return an organisation laid out, which takes as long as a run; kept for the next scenarios.

    Args:
        organisation: all scenarios of it share the tables.
        room: spanner posts per authority to make room for.
    """
    bare = Scenario(title="place", organisation=organisation)
    return compile_scenario(bare, spanner_posts=room)


def require_equal_length(scenarios: Sequence[LoadedScenario]) -> None:
    """Refuse scenarios that do not run equally long.

    Raises:
        UserError: if they differ in weeks or burn-in.
    """
    first = scenarios[0].scenario.run
    for other in scenarios[1:]:
        run = other.scenario.run
        if (run.weeks, run.burn_in) != (first.weeks, first.burn_in):
            raise UserError(
                f"scenarios that are compared must run equally long: {scenarios[0].name} has "
                f"{first.weeks} weeks after a burn-in of {first.burn_in}, {other.name} has "
                f"{run.weeks} after {run.burn_in}"
            )


def replicate(
    together: Together,
    replication: int,
    *,
    seed: int,
    fixed_parameters: bool = False,
    calibrated: CalibratedWorlds | None = None,
) -> Outcome:
    """Live all scenarios in one world with one seed."""
    _, run_seed = seeds_of(seed, replication)
    drawn = drawn_at(seed, replication, fixed_parameters=fixed_parameters, calibrated=calibrated)
    found: dict[int, Outcome] = {}
    # Observed one by one: hundreds of worlds would not fit in memory.
    for members, outcome in together.live(observe_outcome, drawn=drawn, run_seed=run_seed):
        if isinstance(outcome, Exception):
            raise outcome
        found |= dict.fromkeys(members, outcome)
    return Outcome(
        *(
            np.stack([getattr(found[k], one.name) for k in range(len(found))])
            for one in fields(Outcome)
        )
    )


def _replicate_with(
    alone: Together, beside: Together, worlds: int, replication: int, **lives: Any
) -> Outcome:
    """Live more scenarios where a world is one of the first, and this its first chance."""
    world, repeat = divmod(replication, SEEDS_PER_WORLD)
    return replicate(beside if world < worlds and repeat == 0 else alone, replication, **lives)


def drawn_at(
    seed: int,
    replication: int,
    *,
    fixed_parameters: bool = False,
    calibrated: CalibratedWorlds | None = None,
) -> Mapping[str, float]:
    """Return the parameters that a replication's world has drawn."""
    world_seed, _ = seeds_of(seed, replication)
    return world_at(
        world_seed,
        fixed_parameters=fixed_parameters,
        worlds=calibrated,
        turn=turn_of(seed, replication),
    )


def observe_outcome(world: World) -> Outcome:
    """Return what is kept of a finished world: arrays of an `Outcome` without their first axis."""
    return Outcome(
        totals=world.totals[last_window(world)].sum(axis=0),
        series=rolling(world),
        exits=count_exits(world),
        latency=world.latency.sum(axis=0),
        joint_plans=np.asarray(joint_plans_of(world)),
    )


def joint_plans_of(world: World) -> float:
    """Return the joint plans made since the policy began."""
    burn_in = int(world.clock[0]["burn_in"])
    return float(world.totals[burn_in:, TOTAL_INDEX["joint"]].sum())


def last_window(world: World) -> slice:
    """Return the weeks of the last window: those before the policy began are never in it."""
    return slice(max(int(world.clock[0]["burn_in"]), len(world.totals) - WINDOW), None)


def rolling(world: World, measures: Sequence[str] = SERIES) -> npt.NDArray[np.float64]:
    """Return measures over the window ending with each policy week, shape (weeks + 1, measures).

    Entry 0 is the last window before the policy; windows are shorter where the
    run does not reach back far enough.
    """
    windows = _Windows(world)
    return np.stack([MEASURES[name].of(windows) for name in measures], axis=1)


class _Windows(dict[str, npt.NDArray[np.float64]]):
    """Totals by name over the windows of `rolling`, each summed when it is first asked for.

    Measures ask for a few of some hundred and a half.
    """

    def __init__(self, world: World) -> None:
        burn_in = int(world.clock[0]["burn_in"])
        start = max(0, burn_in - WINDOW)
        self._totals = world.totals[start:]
        self._ends = np.arange(burn_in - start, len(self._totals) + 1)

    def __missing__(self, name: str) -> npt.NDArray[np.float64]:
        summed = np.concatenate([[0.0], self._totals[:, TOTAL_INDEX[name]].cumsum()])
        self[name] = summed[self._ends] - summed[np.maximum(self._ends - WINDOW, 0)]
        return self[name]


def outcomes(
    compiled: Sequence[Compiled],
    *,
    replications: int,
    seed: int,
    first: int = 0,
    workers: Workers = None,
    fixed_parameters: bool = False,
    calibrated: CalibratedWorlds | None = None,
    once: Once | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Outcome]:
    """Yield the outcomes of replications first, first + 1, …, in this order whatever the workers.

    Args:
        compiled: from `compile_together`.
        replications: number at which to stop.
        seed: the one seed that all chance derives from.
        first: number of the first.
        workers: as everywhere: see `tasks`.
        fixed_parameters: live every run in the world of default parameters.
        calibrated: worlds in place of draws from the parameters' ranges.
        once: scenarios that are lived beside them in some replications; theirs are kept there.
        progress: called with the number of replications done.
    """
    beside = () if once is None else once.compiled
    live = partial(
        _replicate_with,
        Together.of(compiled),
        Together.of([*compiled, *beside]),
        0 if once is None else once.worlds,
        seed=seed,
        fixed_parameters=fixed_parameters,
        calibrated=calibrated,
    )
    for done, outcome in enumerate(each(live, range(first, replications), workers)):
        if once is not None and len(outcome.totals) > len(compiled):
            once.kept.append(outcome.only(slice(len(compiled), None)))
        yield outcome.only(slice(len(compiled)))
        if progress is not None:
            progress(done + 1)
