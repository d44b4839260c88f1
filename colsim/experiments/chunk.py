"""What a worker does: live a chunk's runs and write them as a part.

A run that fails is a row with its error. Nothing is sent back but counts.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from colsim.core.state import World
from colsim.experiments import runner
from colsim.experiments.observed import count_exits, values_of
from colsim.experiments.parts import write_part
from colsim.experiments.sharing import Together
from colsim.experiments.store import part_path
from colsim.experiments.version import require_model
from colsim.experiments.work import Chunk
from colsim.experiments.worlds import CalibratedWorlds
from colsim.scenario.compiling import Compiled, spanner_capacity, with_policy
from colsim.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk with all that a worker needs to live it; small enough to be sent."""

    folder: Path
    name: str
    chunk: Chunk
    scenarios: Mapping[str, Scenario]
    seed: int
    fixed_parameters: bool
    measures: tuple[str, ...]
    series: tuple[str, ...]
    calibrated: CalibratedWorlds | None = None
    model: str = ""
    """Version of the model that hands out the work."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a chunk went."""

    name: str
    runs: int
    failures: int
    seconds: float


@dataclass(slots=True)
class _Lived:
    """One finished or failed run."""

    point: str
    replication: int
    seconds: float = 0.0
    error: str | None = None
    totals: npt.NDArray[np.float64] | None = None
    exits: npt.NDArray[np.int64] | None = None
    latency: npt.NDArray[np.int64] | None = None
    series: npt.NDArray[np.float64] | None = None


def live_chunk(task: Task) -> Report:
    """Live a chunk's runs and write its parts.

    Raises:
        OtherModelError: this process has another version of the model.
        OSError: a part cannot be written.
    """
    require_model(task.model)
    start = time.perf_counter()
    lived = list(_live(task))
    if task.series:
        write_part(part_path(task.folder, "series", task.name), _series_table(lived, task))
    # The runs come last: a chunk with a part of runs has its series.
    write_part(part_path(task.folder, "runs", task.name), _runs_table(lived, task))
    failures = sum(run.error is not None for run in lived)
    return Report(task.name, len(lived), failures, time.perf_counter() - start)


def _live(task: Task) -> Iterator[_Lived]:
    """Yield the runs of a chunk; points that share a burn-in live it once."""
    replications = range(task.chunk.first, task.chunk.last)
    chosen = [task.scenarios[point] for point in task.chunk.points]
    room = max(map(spanner_capacity, chosen))
    compiled: dict[str, Compiled] = {}
    for point, scenario in zip(task.chunk.points, chosen, strict=True):
        try:
            place = runner.place_of(scenario.organisation, room)
            compiled[point] = with_policy(place, scenario)
        except Exception as error:
            for replication in replications:
                yield _Lived(point, replication, error=_said(error))
    together = Together.of(list(compiled.values()))
    for replication in replications if compiled else ():
        yield from _replicate(together, list(compiled), task, replication)


def _replicate(
    together: Together, points: list[str], task: Task, replication: int
) -> Iterator[_Lived]:
    """Yield one replication of all points; each has its share of the time."""
    _, run_seed = runner.seeds_of(task.seed, replication)
    start = time.perf_counter()
    found: dict[str, _Lived] = {}
    try:
        drawn = runner.drawn_at(
            task.seed,
            replication,
            fixed_parameters=task.fixed_parameters,
            calibrated=task.calibrated,
        )
        observe = partial(_observe, task)
        for members, kept in together.live(observe, drawn=drawn, run_seed=run_seed):
            for point in (points[k] for k in members):
                found[point] = (
                    _Lived(point, replication, error=_said(kept))
                    if isinstance(kept, Exception)
                    else _Lived(point, replication, **kept)
                )
    except Exception as error:
        found = {point: _Lived(point, replication, error=_said(error)) for point in points}
    each = (time.perf_counter() - start) / len(points)
    for point in points:
        found[point].seconds = each
        yield found[point]


def _observe(task: Task, world: World) -> dict[str, Any]:
    """Return what is kept of a finished world, by the fields of `_Lived`."""
    kept = {
        "totals": world.totals[runner.last_window(world)].sum(axis=0),
        "exits": count_exits(world),
        "latency": world.latency.sum(axis=0),
    }
    return kept | ({"series": runner.rolling(world, task.series)} if task.series else {})


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _plain(values: npt.NDArray[np.float64]) -> pa.Array:
    """Return numbers as a column, what is not there as null."""
    return pa.array(values, pa.float64(), from_pandas=True)


def _seeds(lived: list[_Lived], task: Task) -> dict[str, Any]:
    seeds = [runner.seeds_of(task.seed, run.replication) for run in lived]
    drawn = [one for one, _ in seeds]
    if task.calibrated is not None:
        turns = [runner.turn_of(task.seed, run.replication) for run in lived]
        drawn = list(map(task.calibrated.seed_at, drawn, turns))
    return {
        "point": pa.array([run.point for run in lived], pa.string()),
        "replication": pa.array([run.replication for run in lived], pa.int32()),
        "world": pa.array([run.replication // runner.SEEDS_PER_WORLD for run in lived], pa.int32()),
        "world_seed": pa.array(drawn, pa.int64()),
        "run_seed": pa.array([other for _, other in seeds], pa.int64()),
    }


def _runs_table(lived: list[_Lived], task: Task) -> pa.Table:
    """Return a row for each run: seeds, error, seconds, measures."""
    sound = [k for k, run in enumerate(lived) if run.error is None]
    columns = _seeds(lived, task)
    columns["error"] = pa.array([run.error for run in lived], pa.string())
    columns["seconds"] = pa.array([run.seconds for run in lived], pa.float64())
    observed = {}
    if sound:
        observed = values_of(
            np.stack([run.totals for run in lived if run.totals is not None]),
            np.stack([run.exits for run in lived if run.exits is not None]),
            np.stack([run.latency for run in lived if run.latency is not None]),
        )
    for name in task.measures:
        values = np.full(len(lived), np.nan)
        if sound:
            values[sound] = observed[name]
        columns[name] = _plain(values)
    return pa.table(columns)


def _series_table(lived: list[_Lived], task: Task) -> pa.Table:
    """Return a row for each run and policy week; failed runs have none."""
    kept = [run for run in lived if run.series is not None]
    weeks = np.array([len(run.series) for run in kept if run.series is not None], np.int64)
    points = np.array([run.point for run in kept], dtype=object)
    replications = np.array([run.replication for run in kept], np.int32)
    columns = {
        "point": pa.array(np.repeat(points, weeks), pa.string()),
        "replication": pa.array(np.repeat(replications, weeks), pa.int32()),
        "policy_week": pa.array(
            np.concatenate([np.arange(0), *(np.arange(count) for count in weeks)]), pa.int32()
        ),
    }
    for k, name in enumerate(task.series):
        parts = [run.series[:, k] for run in kept if run.series is not None]
        columns[name] = _plain(np.concatenate(parts) if parts else np.zeros(0))
    return pa.table(columns)
