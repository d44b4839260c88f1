"""Run a calibration: prior, sampler, checks; into a folder, and on from where it stopped."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.calibration import checks
from colsim.calibration.checks import Lives
from colsim.calibration.evaluation import Evaluator, Interrupted, Scored
from colsim.calibration.folder import agree, manifest_of, write_json
from colsim.calibration.plan import LoadedCalibration, load_calibration
from colsim.calibration.posterior import (
    MANIFEST,
    SUMMARY,
    Posterior,
    open_calibration,
    themes_table,
)
from colsim.calibration.problem import Problem, combined
from colsim.calibration.sampler import (
    ImpossibleError,
    Population,
    Stage,
    generator,
    sample,
)
from colsim.calibration.simulation_check import Bank, plausibility, simulation_check
from colsim.errors import UserError
from colsim.experiments.driver import listening
from colsim.experiments.parts import write_part
from colsim.experiments.store import locked, saying_where
from colsim.experiments.worlds import PARTICLES
from colsim.machine import processors

__all__ = ["Interrupted", "Progress", "calibrate"]

MISFIT = 0.01
"""Share of made-up interviews as unlikely as those that were held, below which the model is
said not to fit."""
_SPREAD_PARTICLES, _SPREAD_TIMES = 20, 10
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a calibration is."""

    stage: str
    """What is being done."""
    power: float
    """How much of the likelihood has been taken in, 0 to 1."""
    runs: int
    """Runs done or found."""


def calibrate(
    calibration: str | Path | LoadedCalibration,
    *,
    out: str | Path,
    workers: int | Callable[[], int] | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
    say: Say | None = None,
) -> Posterior:
    """Draw plausible parameter sets given interview themes, and check the method on the way.

    Args:
        calibration: a calibration file, or what `load_calibration` returned.
        out: the folder; one that holds the same calibration is gone on with.
        workers: threads of this process; as many as there are processors if None. With
            an executor, pieces at a time, or a function that returns how many.
        executor: any `concurrent.futures` executor to use instead of threads; its workers
            write to `out`, so they must see it.
        progress: called as runs finish.
        say: called with each message for the user.

    Raises:
        UserError: the calibration is faulty, the folder cannot be used, or no parameters
            within the priors can produce what was voiced.
        Interrupted: Ctrl-C; running pieces were finished first.

    Example:
        >>> import colsim
        >>> colsim.calibrate("interviews.toml", out="out/interviews")  # doctest: +SKIP
    """
    if isinstance(workers, int) and workers < 1:
        raise UserError(f"workers: found {workers}; allowed: 1 or more")
    loaded = (
        calibration if isinstance(calibration, LoadedCalibration) else load_calibration(calibration)
    )
    for note in loaded.notes:
        _tell(say, note)
    folder = Path(out)
    problem = loaded.problem()
    manifest = manifest_of(loaded, problem)
    agree(folder, manifest)
    threads = workers if isinstance(workers, int) else processors()
    stop = threading.Event()
    with locked(folder), saying_where(folder):
        if not (folder / MANIFEST).exists():
            write_json(folder / MANIFEST, manifest)
        pool = executor or ThreadPoolExecutor(threads, thread_name_prefix="colsim")
        local = ThreadPoolExecutor(threads) if executor else pool
        try:
            with listening(stop, lambda message: _tell(say, message)):
                run = _Run(
                    loaded, problem, folder, pool, local, workers or threads, stop, progress, say
                )
                run.all()
        finally:
            if executor is None:
                pool.shutdown(wait=True, cancel_futures=True)
            else:
                local.shutdown()
    return open_calibration(folder)


def _tell(say: Say | None, message: str) -> None:
    if say is not None:
        say(message)


@dataclass(slots=True)
class _Run:
    """One call of `calibrate`."""

    loaded: LoadedCalibration
    problem: Problem
    folder: Path
    pool: Executor
    local: Executor
    """Threads of this process, for the checks."""
    workers: int | Callable[[], int]
    stop: threading.Event
    progress: Callable[[Progress], None] | None
    say: Say | None
    stage: str = "prior"
    power: float = 0.0

    def all(self) -> None:
        """Sample, check, and write what was found."""
        plan = self.loaded.calibration
        began = time.perf_counter()
        evaluator = Evaluator(
            self.folder, self.problem, self.pool, self.workers, self._count, self.stop
        )
        prior: dict[str, Any] = {}

        def estimate(stage: str, quantiles: Any, seeds: Any) -> Any:
            if stage != "prior":
                return evaluator(stage, quantiles, seeds)
            scored = evaluator.score(stage, quantiles, seeds, keep=True)
            prior.update(quantiles=quantiles, seeds=seeds, scored=scored)
            return combined(scored.logs)

        def tell(stage: Stage) -> None:
            self.stage, self.power = "posterior", stage.power
            _tell(
                self.say,
                f"{stage.power:.1%} of the likelihood taken in, {stage.moves} moves, "
                f"{stage.accepted:.0%} of proposals accepted",
            )

        try:
            people = sample(
                estimate,
                parameters=len(self.problem.priors),
                particles=plan.particles,
                runs=plan.replications,
                seed=plan.seed,
                tell=tell,
            )
        except ImpossibleError as error:
            raise UserError(
                f"{self.loaded.file}: {error}: the themes, the observables and the priors do not "
                "go together. " + _reasons(evaluator)
            ) from error
        self.stage = "checks"
        scored = evaluator.score("posterior", people.quantiles, people.seeds, keep=True)
        seconds = time.perf_counter() - began
        posterior = _lives(people.quantiles, people.normal, people.seeds, scored)
        before = _lives(prior["quantiles"], np.zeros(0), prior["seeds"], prior["scored"])
        spread = self._spread(evaluator, people)
        summary = self._summary(before, posterior, people)
        summary |= {
            "simulations": {
                "runs": evaluator.runs,
                "computed": evaluator.computed,
                "failed": sum(evaluator.errors.values()),
                "errors": evaluator.errors,
            },
            "sampler": {
                "particles": len(people.seeds),
                "stages": [asdict(stage) for stage in people.stages],
                "log_evidence": people.log_evidence,
                "ancestors": people.ancestors,
                "log_likelihood_spread": spread,
            },
            "seconds": {"sampling": seconds, "checks": time.perf_counter() - began - seconds},
        }
        write_part(self.folder / PARTICLES, _particles(self.problem, people))
        write_json(self.folder / SUMMARY, summary)

    def _count(self, runs: int) -> None:
        if self.progress is not None:
            self.progress(Progress(self.stage, self.power, runs))

    def _spread(self, evaluator: Evaluator, people: Population) -> float:
        """Return how far estimates of the same particle's log-likelihood differ (median sd)."""
        chance = generator(self.loaded.calibration.seed, 9001)
        count = min(_SPREAD_PARTICLES, len(people.seeds))
        chosen = chance.choice(len(people.seeds), size=count, replace=False)
        quantiles = np.repeat(people.quantiles[chosen], _SPREAD_TIMES, axis=0)
        seeds = chance.integers(0, 1 << 62, size=(len(quantiles), self.problem.replications))
        found = evaluator("spread", quantiles, seeds).reshape(count, _SPREAD_TIMES)
        return float(np.nanmedian(np.nanstd(found, axis=1, ddof=1)))

    def _summary(self, before: Lives, after: Lives, people: Population) -> dict[str, Any]:
        problem, local, plan = self.problem, self.local, self.loaded.calibration
        prior = checks.predicted(problem, before, pool=local, by_likelihood=False)
        nodes = checks.learned_nodes(problem, after, pool=local)
        posterior = checks.predicted(problem, after, pool=local, by_likelihood=True, nodes=nodes)
        by_theme, interviews = checks.left_out(problem, after, pool=local)
        bank = Bank(before.quantiles, before.seeds, before.rooms)
        sound = not np.isnan(before.logs).any()
        check: dict[str, Any] | None = None
        likely: float | None = None
        if sound and min(problem.voices.interviewed) > 0 and len(problem.voices.cells):
            ranks = simulation_check(
                bank,
                problem.gauge,
                names=problem.parameters,
                interviewed=problem.voices.interviewed,
                data_sets=min(plan.data_sets, plan.particles),
                sittings=problem.sittings,
                pool=local,
                seed=plan.seed,
            )
            check = ranks.to_dict()
            likely = plausibility(
                bank,
                problem.gauge,
                problem.voices,
                data_sets=min(plan.data_sets, plan.particles),
                sittings=problem.sittings,
                pool=local,
                seed=plan.seed,
            )
        worth = min(people.ancestors, len(people.seeds))
        found = checks.moved(problem.parameters, after.normal[:, : problem.asked], worth=worth)
        return {
            "parameters": [
                asdict(one)
                | dict(zip(("low", "median", "high"), _range(problem, after, k), strict=True))
                for k, one in enumerate(found)
            ],
            "themes": themes_table(problem, prior, posterior, nodes),
            "statistics": [
                asdict(one)
                | {
                    "prior": _spread_of(before.statistics[..., k]),
                    "posterior": _spread_of(after.statistics[..., k]),
                }
                for k, one in enumerate(problem.statistics)
            ],
            "simulation_check": check,
            "plausibility": likely,
            "misfit": likely is not None and likely < MISFIT,
            "without_theme": [asdict(one) for one in by_theme],
            "without_interview": [asdict(one) for one in interviews],
            "sharper": [asdict(one) for one in checks.sharper(problem, after, pool=local)],
        }


def _reasons(evaluator: Evaluator) -> str:
    if not evaluator.errors:
        return ""
    most = max(evaluator.errors, key=lambda error: evaluator.errors[error])
    return f"{sum(evaluator.errors.values())} runs failed, most often with: {most}"


def _lives(quantiles: Any, normal: Any, seeds: Any, scored: Scored) -> Lives:
    return Lives(quantiles, normal, seeds, scored.logs, scored.rooms, scored.statistics)


def _range(problem: Problem, after: Lives, k: int) -> tuple[float, ...]:
    """Return the 90 % range and the median of one parameter's posterior."""
    values = [problem.priors[k].at(float(u)) for u in after.quantiles[:, k]]
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return float(low), float(median), float(high)


def _spread_of(values: npt.NDArray[np.float64]) -> list[float]:
    return [float(x) for x in np.nanquantile(values, (0.05, 0.5, 0.95))]


def _particles(problem: Problem, people: Population) -> Any:
    import pyarrow as pa

    columns = {
        f"seed_{run + 1}": pa.array(column, pa.int64()) for run, column in enumerate(people.seeds.T)
    }
    columns["log_likelihood"] = pa.array(people.log_likelihood, pa.float64())
    for k, prior in enumerate(problem.priors):
        values = [prior.at(float(u)) for u in people.quantiles[:, k]]
        columns[prior.name] = pa.array(values, pa.float64())
    return pa.table(columns)
