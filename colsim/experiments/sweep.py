"""Run a sweep: what is left of its work list, over any executor, until all is done.

The driver holds ids, not results: workers write their parts themselves. What
is finished stays, however the sweep ends; the next call goes on from there.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from colsim.errors import UserError
from colsim.experiments.chunk import Report, Task, live_chunk
from colsim.experiments.experiment_faults import load_experiment
from colsim.experiments.manifest import Manifest, plan, read_manifest
from colsim.experiments.precision import Judgement, enough, judge
from colsim.experiments.store import agree, finished, locked, open_store, part_path, saying_where
from colsim.experiments.tasks import crew, hand_out, listening, threads_of
from colsim.experiments.version import model_version
from colsim.experiments.work import Chunk
from colsim.reporting.files import finite, provenance
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Scenario
from colsim.scenario.size import estimated_bytes, require_memory

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is, in runs."""

    done: int
    total: int
    """If every round is needed."""
    failures: int


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How a call of `sweep` went; what it found is read with `colsim.open_results`."""

    folder: Path
    points: int
    """Points of the design, the base among them."""
    unbuilt: int
    """Points whose values do not go together; they are rows of the design with their error."""
    runs: int
    """Runs that the folder holds."""
    computed: int
    """Runs of this call."""
    failures: int
    """Runs of this call that failed; they are rows with their error."""
    left: int
    """Runs that are left: 0 unless the sweep was interrupted."""
    seconds: float
    judgements: tuple[Judgement, ...] = ()
    """How well the differences were known, if precision decided."""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain Python types."""
        last = self.judgements[-1] if self.judgements else None
        return {
            "folder": str(self.folder),
            "points": self.points,
            "points_not_built": self.unbuilt,
            "runs": self.runs,
            "computed": self.computed,
            "failures": self.failures,
            "left": self.left,
            "seconds": round(self.seconds, 3),
            "precision": None
            if last is None
            else {
                "replications": last.replications,
                "widest_interval": finite(last.widest),
                "reached": enough(self.judgements),
            },
        }


def tell(say: Say | None, message: str) -> None:
    """Say something to the user, if anybody listens."""
    if say is not None:
        say(message)


@dataclass(slots=True)
class Driver:
    """One call of `sweep`: hands out chunks, and keeps count."""

    folder: Path
    manifest: Manifest
    progress: Callable[[Progress], None] | None
    say: Say | None
    key: str = field(init=False)
    scenarios: dict[str, Scenario] = field(init=False)
    done: set[str] = field(default_factory=set)
    """Names of finished chunks."""
    done_runs: int = 0
    computed: int = 0
    failures: int = 0
    judgements: list[Judgement] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.key = self.manifest.key
        self.scenarios = self.manifest.design.scenarios

    def take_stock(self, *, known: bool) -> None:
        """See what is finished."""
        self.done, torn = finished(self.folder, self.manifest)
        self.done_runs = sum(
            chunk.runs for chunk in self.manifest.chunks if chunk.name(self.key) in self.done
        )
        if torn:
            what = "1 part was" if len(torn) == 1 else f"{len(torn)} parts were"
            tell(self.say, f"{what} damaged, and will be computed again")
        if known:
            left = self.manifest.runs - self.done_runs
            most = "at most " if self.manifest.experiment.precision else ""
            tell(
                self.say,
                f"going on: {self.done_runs:,} of {most}{self.manifest.runs:,} runs are done, "
                f"{left:,} left",
            )

    def run(self, pool: Executor, workers: Callable[[], int]) -> None:
        """Run round after round until all is done, precise enough, or stopped.

        Args:
            pool: what runs chunks.
            workers: returns how many chunks run at a time, which on a cluster changes.
        """
        self._report()
        begin = 0
        for end in self.manifest.experiment.rounds:
            tasks = (
                self._task(chunk)
                for chunk in self.manifest.chunks
                if begin < chunk.last <= end and chunk.name(self.key) not in self.done
            )
            for task, report in hand_out(live_chunk, tasks, pool, workers=workers, stop=self.stop):
                self._count(report, task.chunk)
            if self.stop.is_set() or self._precise_enough(end):
                return
            begin = end

    def _task(self, chunk: Chunk) -> Task:
        experiment = self.manifest.experiment
        return Task(
            folder=self.folder.resolve(),
            name=chunk.name(self.key),
            chunk=chunk,
            scenarios={point: self.scenarios[point] for point in chunk.points},
            seed=experiment.seed,
            fixed_parameters=experiment.fixed_parameters,
            measures=experiment.kept,
            series=experiment.series,
            calibrated=self.manifest.worlds,
            model=model_version(),
        )

    def _count(self, report: Report, chunk: Chunk) -> None:
        self.done.add(report.name)
        self.done_runs += chunk.runs
        self.computed += report.runs
        self.failures += report.failures
        self._report()

    def _report(self) -> None:
        if self.progress is not None:
            self.progress(Progress(self.done_runs, self.manifest.runs, self.failures))

    def _precise_enough(self, end: int) -> bool:
        """Judge the differences at the end of a round."""
        wanted = self.manifest.experiment.precision
        if wanted is None:
            return False
        labels = {one.label: one.id for one in self.manifest.design.points[1:]}
        base = self.manifest.design.points[0].id
        every = list(self.scenarios)
        values = measured(self.folder, self.manifest, wanted.measure, replications=end)
        chosen = [p for p in every if p != base]
        if wanted.point is not None:
            chosen = [labels[wanted.point]]
        rows = [every.index(point) for point in chosen]
        verdict = judge(chosen, values[rows], values[every.index(base)], width=wanted.width)
        self.judgements.append(verdict)
        tell(
            self.say,
            f"after {end:,} replications the widest 95 % interval of the mean difference in "
            f"{wanted.measure} is {verdict.widest:.3g}; wanted: {wanted.width:.3g}",
        )
        return enough(self.judgements)

    def result(self) -> SweepResult:
        """Return the counts."""
        design = self.manifest.design
        stopped = self.stop.is_set()
        return SweepResult(
            folder=self.folder,
            points=len(design.points),
            unbuilt=sum(one.scenario is None for one in design.points),
            runs=self.done_runs,
            computed=self.computed,
            failures=self.failures,
            left=(self.manifest.runs - self.done_runs) if stopped else 0,
            seconds=time.perf_counter() - self.began,
            judgements=tuple(self.judgements),
        )


def measured(folder: Path, manifest: Manifest, measure: str, *, replications: int) -> Any:
    """Return one measure of all runs, shape (points to run, replications); NaN where missing."""
    import pyarrow.parquet as pq

    number = {point: k for k, point in enumerate(manifest.design.scenarios)}
    values = np.full((len(number), replications), np.nan)
    for chunk in manifest.chunks:
        path = part_path(folder, "runs", chunk.name(manifest.key))
        if chunk.last > replications or not path.exists():
            continue
        # By its content, not by its path: `key=value` in a path would be taken for a column.
        with path.open("rb") as file:
            table = pq.read_table(file, columns=["point", "replication", measure])
        rows = [number[point] for point in table.column("point").to_pylist()]
        values[rows, table.column("replication").to_numpy()] = table.column(measure).to_numpy()
    return values


class SweepInterrupted(KeyboardInterrupt):
    """A sweep was interrupted; running chunks were finished and everything is kept."""

    def __init__(self, result: SweepResult) -> None:
        self.result = result
        super().__init__(f"interrupted with {result.left:,} runs left")


def load(
    source: str | Path,
    *,
    worlds: str | Path | None = None,
    first: Callable[[LoadedScenario, Any], None] | None = None,
    say: Say | None = None,
) -> Manifest:
    """Read what to sweep: an experiment file, or the manifest of a sweep to repeat.

    Args:
        source: the file.
        worlds: where worlds come from, in place of what the experiment says: "matched",
            "ranges", or the folder of a calibration, a matching or a survey.
        first: called with the base and that choice before matched worlds are looked up.
        say: called with each message for the user.

    Raises:
        UserError: it is faulty; every fault is named.
    """
    path = Path(source)
    if path.suffix.lower() == ".json" and worlds is not None:
        raise UserError(
            "--worlds: found together with a manifest; allowed: with an experiment file (a "
            "manifest holds the worlds that it was run in)"
        )
    if path.suffix.lower() != ".json":
        manifest = plan(load_experiment(path), worlds=worlds, first=first)
        for note in manifest.design.notes:
            tell(say, note)
        return manifest
    manifest = read_manifest(path)
    if manifest.model != model_version():
        tell(
            say,
            f"{path} is of another version of the model: the same sweep is run, but its figures "
            "will differ",
        )
    return replace(manifest, model=model_version(), made=provenance())


def sweep(
    experiment: str | Path | Manifest,
    *,
    out: str | Path,
    workers: int | Callable[[], int] | None = None,
    extend: bool = False,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
    say: Say | None = None,
) -> SweepResult:
    """Run a sweep, or what is left of it, into a folder.

    Args:
        experiment: an experiment file, the manifest of a sweep to repeat, or
            what `load` returned.
        out: the folder; one that holds the same sweep is gone on with.
        workers: threads of this process (kernels release the interpreter
            lock); as many as there are processors if None. With an executor, chunks at a
            time, or a function that returns how many.
        extend: allow the experiment to hold more than the sweep in the folder.
        executor: any `concurrent.futures` executor to use instead of threads;
            its workers write to `out`, so they must see it.
        progress: called as runs finish.
        say: called with each message for the user.

    Raises:
        UserError: the experiment is faulty, or the folder cannot be used.
        SweepInterrupted: Ctrl-C; running chunks were finished first.
        KeyboardInterrupt: Ctrl-C twice; what was running is dropped.

    Example:
        >>> import colsim
        >>> from pathlib import Path
        >>> _ = Path("offices.toml").write_text('''
        ... title = "Days in the children's office"
        ... base = "desktop"
        ... weeks = 4
        ... worlds = "ranges"
        ... replications = 2
        ... measures = ["joint_plan_rate"]
        ... [design]
        ... kind = "factorial"
        ... [vary]
        ... levers.co_location.strength = [1.0, 3.0]
        ... ''')
        >>> colsim.sweep("offices.toml", out="offices", workers=1).points
        3
        >>> len(colsim.open_results("offices").runs())  # two of the base, two of each point
        6
        >>> colsim.sweep_table("offices").rows["label"].to_list()  # doctest: +ELLIPSIS
        [...]
    """
    threads = threads_of(workers)
    manifest = experiment if isinstance(experiment, Manifest) else load(experiment, say=say)
    folder = Path(out)
    at_a_time = workers if callable(workers) else lambda: threads
    if executor is None:
        _require_memory(manifest, threads)
    agree(folder, manifest, extend=extend)
    with locked(folder):
        manifest, known = open_store(folder, manifest, extend=extend)
        driver = Driver(folder, manifest, progress=progress, say=say)
        driver.take_stock(known=known)
        with (
            crew(executor or threads) as pool,
            listening(driver.stop, lambda text: tell(say, text)),
            saying_where(folder),
        ):
            driver.run(pool, at_a_time)
    result = driver.result()
    if driver.stop.is_set():
        raise SweepInterrupted(result)
    return result


def _require_memory(manifest: Manifest, threads: int) -> None:
    """Refuse a sweep whose largest point this machine cannot hold once for each thread.

    Raises:
        UserError: it needs more memory than there is.
    """
    points = [one for one in manifest.design.points if one.scenario is not None]
    largest = max(points, key=lambda one: estimated_bytes(one.scenario) if one.scenario else 0)
    assert largest.scenario is not None
    # What points share is held beside each of them.
    loaded = LoadedScenario(largest.label, largest.scenario, {}, ())
    require_memory([loaded], at_once=2 * threads)
