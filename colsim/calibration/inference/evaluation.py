"""Score particles, over any executor, and keep what was scored.

The sampler asks for the likelihoods of a *stage* of particles at a time. A stage is cut into
pieces; whoever works on one writes it as a part whose name is a hash of all that it depends
on. The sampler's own chance is keyed, so a calibration that was interrupted asks for the
same pieces again, and finds those that are there.
"""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from colsim.calibration.arrays import Seeds, Values, Whole, joined
from colsim.calibration.inference.problem import Lived, Problem, combined, live
from colsim.calibration.inference.sittings import Instrument, SamplingFrame
from colsim.experiments.parts import SUFFIX, TornPartError, read_part, write_part
from colsim.experiments.tasks import hand_out
from colsim.experiments.version import model_version, require_model
from colsim.experiments.work import LEAST
from colsim.scenario.compiling import Compiled, compile_scenario
from colsim.scenario.schema import Scenario

FOLDER = "evaluations"


class Interrupted(KeyboardInterrupt):
    """A calibration was interrupted; running pieces were finished and everything is kept."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some particles of a stage."""

    folder: Path
    name: str
    problem: Problem
    quantiles: Values
    seeds: Seeds
    keep: bool
    model: str
    """Version of the model that hands out the work."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What is known of a piece's or a stage's runs."""

    logs: Values
    """Shape (particles, runs); NaN where a run failed."""
    errors: tuple[str, ...]
    frames: tuple[tuple[SamplingFrame, ...], ...]
    """By particle and run, of a failed run one without people; of a particle that was read from a
    part which does not keep them, none."""
    statistics: Values
    """Shape (particles, runs, statistics); NaN where frames are not known."""


@dataclass(slots=True)
class Alive:
    """What is known of the runs of particles that are still alive, and of no others."""

    rows: dict[int, Scored] = field(default_factory=dict)
    """By the place of an estimate among all that were asked for."""
    asked: int = 0

    def add(self, scored: Scored) -> None:
        """Take a stage's particles in, the next ones that were asked for."""
        for k in range(len(scored.logs)):
            own = slice(k, k + 1)
            self.rows[self.asked + k] = Scored(
                scored.logs[own], (), scored.frames[own], scored.statistics[own]
            )
        self.asked += len(scored.logs)

    def keep(self, asked: Whole) -> None:
        """Forget all others."""
        self.rows = {k: self.rows[k] for k in set(asked.tolist())}

    def of(self, asked: Whole) -> Scored:
        """Return what is known of particles."""
        return joined([self.rows[k] for k in asked.tolist()])


@dataclass(slots=True)
class Evaluator:
    """Scores stages of particles, and remembers them in a folder."""

    folder: Path
    problem: Problem
    pool: Executor
    workers: int | Callable[[], int]
    """Pieces that run at a time; a function where that changes, as on a cluster."""
    progress: Callable[[int], None] | None = None
    """Called with the number of runs that are there, as they come."""
    stop: threading.Event = field(default_factory=threading.Event)
    key: str = field(init=False)
    runs: int = 0
    """Runs asked for so far."""
    computed: int = 0
    """Of these, how many were not there yet."""
    errors: dict[str, int] = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.key = key_of(self.problem)
        (self.folder / FOLDER).mkdir(parents=True, exist_ok=True)

    def __call__(self, stage: str, quantiles: Values, seeds: Seeds) -> Values:
        """Return the log-likelihoods of a stage's particles."""
        return combined(self.score(stage, quantiles, seeds).logs)

    def score(self, stage: str, quantiles: Values, seeds: Seeds, *, keep: bool = False) -> Scored:
        """Score a stage, or read what is there of it.

        Args:
            stage: its name; it takes part in the names of the parts.
            quantiles: shape (particles, parameters).
            seeds: of the runs, shape (particles, runs).
            keep: write who could speak of what, too, so that it is known when gone on with.

        Raises:
            Interrupted: the stop was set; what is finished is kept.
            OSError: a part cannot be written.
        """
        pieces = list(self._pieces(stage, quantiles, seeds, keep))
        found: dict[str, Scored] = {}
        waiting: list[Piece] = []
        for piece in pieces:
            there = read(piece)
            if there is None:
                waiting.append(piece)
            else:
                found[piece.name] = there
                self._count(there, fresh=False)
        workers = self.workers
        at_a_time = workers if callable(workers) else lambda: workers
        scored = hand_out(work_on, waiting, self.pool, workers=at_a_time, stop=self.stop)
        for piece, one in scored:
            found[piece.name] = one
            self._count(one, fresh=True)
        if self.stop.is_set():
            raise Interrupted(f"interrupted in stage {stage}")
        return joined([found[piece.name] for piece in pieces])

    def complete(self, scored: Scored, quantiles: Values, seeds: Seeds) -> Scored:
        """Return the same with who could speak of what everywhere, and keep it in parts.

        A calibration that was gone on with has read bare estimates; what no part keeps is lived
        again. It is the same to the bit, so these runs do not count as others.
        """
        first = 0
        for piece in self._pieces("posterior", quantiles, seeds, True):
            own = slice(first, first + len(piece.seeds))
            first = own.stop
            if all(scored.frames[own]) and not _path(piece).exists():
                known = Scored(scored.logs[own], (), scored.frames[own], scored.statistics[own])
                write_part(_path(piece), _table(known, keep=True))
        runs, errors = self.runs, dict(self.errors)
        found = self.score("posterior", quantiles, seeds, keep=True)
        self.runs, self.errors = runs, errors
        return found

    def _pieces(self, stage: str, quantiles: Values, seeds: Seeds, keep: bool) -> Iterator[Piece]:
        size = piece_size(self.problem)
        for first in range(0, len(seeds), size):
            chosen = slice(first, first + size)
            digest = blake2b(digest_size=12)
            digest.update(f"{self.key} {stage} {keep}".encode())
            digest.update(np.ascontiguousarray(quantiles[chosen]).tobytes())
            digest.update(np.ascontiguousarray(seeds[chosen]).tobytes())
            name = digest.hexdigest()
            yield Piece(
                self.folder, name, self.problem, quantiles[chosen], seeds[chosen], keep,
                model_version(),
            )  # fmt: skip

    def _count(self, scored: Scored, *, fresh: bool) -> None:
        with self._counting:  # islands ask side by side
            self.runs += scored.logs.size
            self.computed += scored.logs.size if fresh else 0
            for error in scored.errors:
                self.errors[error] = self.errors.get(error, 0) + 1
            if self.progress is not None:
                self.progress(self.runs)


def piece_size(problem: Problem) -> int:
    """Return how many particles make a piece worth handing out; it knows no clock."""
    scenario = problem.scenario
    weeks = scenario.run.burn_in + scenario.run.weeks
    work = scenario.organisation.shared_families * weeks * problem.replications
    return max(1, -(-LEAST // work))


def key_of(problem: Problem) -> str:
    """Return a hash of all that scores depend on, the model's version among it."""
    instrument = problem.instrument
    content = {
        "model": model_version(),
        "scenario": problem.scenario.model_dump(mode="json"),
        "priors": [asdict(one) for one in problem.priors],
        "instrument": {
            k: v.tolist() if hasattr(v, "tolist") else v for k, v in _fields(instrument)
        },
        "interviewed": problem.voices.interviewed,
        "tables": [
            {
                "counts": [one.cells, one.low.tolist(), one.high.tolist()],
                "answers": None if one.answers is None else one.answers.tolist(),
                "reported": [sorted(one.absent), sorted(one.asked), asdict(one.reporting)],
            }
            for one in problem.tables
        ],
        "weights": problem.weights,
        "statistics": [asdict(one) for one in problem.statistics],
        "runs": [problem.replications, problem.sittings, problem.asked],
    }
    return blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()


def _fields(instrument: Instrument) -> Iterator[tuple[str, object]]:
    for name in Instrument.__dataclass_fields__:
        yield name, getattr(instrument, name)


@lru_cache(maxsize=4)
def _compiled(text: str) -> Compiled:
    return compile_scenario(Scenario.model_validate_json(text))


def work_on(piece: Piece) -> Scored:
    """Score a piece and write its part.

    Raises:
        OtherModelError: this process has another version of the model.
        OSError: the part cannot be written.
    """
    require_model(piece.model)
    problem = piece.problem
    compiled = _compiled(problem.scenario.model_dump_json())
    lived = [
        [live(problem, compiled, place, int(seed)) for seed in seeds]
        for place, seeds in zip(piece.quantiles, piece.seeds, strict=True)
    ]
    scored = _of_lived(lived, problem)
    write_part(_path(piece), _table(scored, keep=piece.keep))
    return scored


def _of_lived(lived: list[list[Lived]], problem: Problem) -> Scored:
    logs = np.array([[one.log_likelihood for one in runs] for runs in lived])
    errors = tuple(one.error for runs in lived for one in runs if one.error is not None)
    missing = (np.nan,) * len(problem.statistics)
    return Scored(
        logs,
        errors,
        tuple(tuple(one.frame or _nobody() for one in runs) for runs in lived),
        np.array([[one.statistics or missing for one in runs] for runs in lived]).reshape(
            *logs.shape, len(problem.statistics)
        ),
    )


def _nobody() -> SamplingFrame:
    return SamplingFrame(np.zeros((0, 0)), 0, np.zeros(0, np.uint64))


def _path(piece: Piece) -> Path:
    return piece.folder / FOLDER / f"{piece.name}{SUFFIX}"


def _table(scored: Scored, *, keep: bool) -> pa.Table:
    """Return a row for each run; sittings are not kept, as they can be drawn again."""
    particles, runs = scored.logs.shape
    errors = iter(scored.errors)
    failed = np.isnan(scored.logs).ravel()
    columns = {
        "particle": pa.array(np.repeat(np.arange(particles), runs), pa.int32()),
        "run": pa.array(np.tile(np.arange(runs), particles), pa.int32()),
        "log_likelihood": pa.array(scored.logs.ravel(), pa.float64(), from_pandas=True),
        "error": pa.array([next(errors, "failed") if bad else None for bad in failed], pa.string()),
    }
    if keep:
        frames = [frame for by_run in scored.frames for frame in by_run]
        columns |= {
            "csw": pa.array([frame.csw for frame in frames], pa.int32()),
            "values": _lists([frame.values for frame in frames]),
            "origin": _lists([frame.origin for frame in frames]),
            "statistics": _lists(list(scored.statistics.reshape(particles * runs, -1))),
        }
    return pa.table(columns)


def _lists(arrays: list[npt.NDArray[Any]]) -> pa.Array:
    kind = pa.uint64() if arrays[0].dtype.kind == "u" else pa.float64()
    flat = np.concatenate([array.ravel() for array in arrays])
    ends = np.cumsum([0, *(array.size for array in arrays)])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(flat, kind))


def read(piece: Piece) -> Scored | None:
    """Return a piece that was scored before; None if it was not, or its part is damaged."""
    path = _path(piece)
    if not path.exists():
        return None
    try:
        table = read_part(path)
    except TornPartError:
        path.unlink(missing_ok=True)
        return None
    problem = piece.problem
    shape = (len(piece.seeds), problem.replications)
    logs = table.column("log_likelihood").to_numpy().reshape(shape)
    errors = tuple(error for error in table.column("error").to_pylist() if error is not None)
    if not piece.keep:
        nothing = np.full((*shape, len(problem.statistics)), np.nan)
        return Scored(logs, errors, ((),) * shape[0], nothing)
    frames = [
        SamplingFrame(values.reshape(-1, len(problem.instrument.names)), csw, origin)
        for values, csw, origin in zip(
            _arrays(table, "values"),
            table.column("csw").to_pylist(),
            _arrays(table, "origin"),
            strict=True,
        )
    ]
    runs = shape[1]
    statistics = np.stack(_arrays(table, "statistics")).reshape(*shape, -1)
    by_particle = tuple(tuple(frames[k * runs : (k + 1) * runs]) for k in range(shape[0]))
    return Scored(logs, errors, by_particle, statistics)


def _arrays(table: pa.Table, name: str) -> list[npt.NDArray[Any]]:
    column = table.column(name).combine_chunks()
    ends = column.offsets.to_numpy()
    flat = column.values.to_numpy()
    return [flat[start:end] for start, end in pairwise(ends)]
