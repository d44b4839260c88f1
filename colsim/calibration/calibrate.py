"""Run a calibration: prior, sampler, checks; into a folder, and on from where it stopped."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from colsim.calibration.arrays import Whole, joined
from colsim.calibration.checks import fit as checks
from colsim.calibration.checks import skill
from colsim.calibration.checks.fit import Lives
from colsim.calibration.checks.simulation import (
    Bank,
    evidence_of,
    made_sets,
    plausibility,
    ranks_of,
)
from colsim.calibration.inference.evaluation import (
    Alive,
    Evaluator,
    Scored,
)
from colsim.calibration.inference.likelihood import mixed
from colsim.calibration.inference.problem import Problem, combined
from colsim.calibration.inference.sampler import (
    ISLANDS,
    ImpossibleError,
    Population,
    Stage,
    generator,
    sample_islands,
)
from colsim.calibration.inference.sittings import Voices
from colsim.calibration.interviewing.speaking import states_of
from colsim.calibration.plan.loading import LoadedCalibration, load_calibration
from colsim.calibration.results.particles import FILE, array_bytes, rows_of, themes_table
from colsim.calibration.results.posterior import (
    MANIFEST,
    SUMMARY,
    Posterior,
    agree,
    manifest_of,
    open_calibration,
    write_json,
)
from colsim.calibration.results.summary import (
    levels_summed,
    moved,
    plausibility_of_rows,
    range_of,
    reasons_of,
    spread_of,
)
from colsim.errors import UserError
from colsim.experiments.parts import write_part
from colsim.experiments.store import locked, saying_where
from colsim.experiments.tasks import crew, listening, threads_of
from colsim.experiments.worlds import PARTICLES
from colsim.reporting.files import write_whole

MISFIT = 0.01
"""Share of made-up interviews as unlikely as those that were held, below which the model is
said not to fit."""
_SPREAD_PARTICLES, _SPREAD_TIMES = 20, 5
_CHECK_SITTINGS = 32
"""Sittings of the likelihood that made-up sets are scored with: the same likelihood, noisier."""
_PERMUTED = 200
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
    threads = threads_of(workers)
    loaded = (
        calibration if isinstance(calibration, LoadedCalibration) else load_calibration(calibration)
    )
    for note in loaded.notes:
        _tell(say, note)
    folder = Path(out)
    with crew(threads) as few:
        loaded = loaded.settled(few)
    problem = loaded.problem()
    manifest = manifest_of(loaded, problem)
    agree(folder, manifest)
    stop = threading.Event()
    with locked(folder), saying_where(folder):
        agree(folder, manifest)  # another one may have been here meanwhile
        if not (folder / MANIFEST).exists():
            write_json(folder / MANIFEST, manifest)
        at_work = workers or threads
        with (
            crew(threads) as local,
            listening(stop, lambda message: _tell(say, message)),
        ):
            pool = executor or local
            _Run(loaded, problem, folder, pool, local, at_work, stop, progress, say).all()
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
    predictive: tuple[Whole, Whole] | None = None
    """Tables made up in worlds of the prior, and of the posterior."""

    def all(self) -> None:
        """Sample, check, and write what was found."""
        plan = self.loaded.calibration
        began = time.perf_counter()
        evaluator = Evaluator(
            self.folder, self.problem, self.pool, self.workers, self._count, self.stop
        )
        prior: dict[int, Lives] = {}
        alive = [Alive() for _ in range(ISLANDS)]

        def estimate(island: int, stage: str, quantiles: Any, seeds: Any) -> Any:
            first = stage == "prior"
            scored = evaluator.score(f"{island}-{stage}", quantiles, seeds, keep=first)
            if first:
                prior[island] = _lives(quantiles, np.zeros((0, 0)), seeds, scored)
            alive[island].add(scored)
            return combined(scored.logs)

        def tell(stage: Stage) -> None:
            self.stage, self.power = "posterior", stage.power
            _tell(
                self.say,
                f"{stage.power:.1%} of the likelihood taken in, {stage.moves} moves, "
                f"{stage.accepted:.0%} of proposals accepted",
            )

        try:
            people = sample_islands(
                estimate,
                parameters=len(self.problem.priors),
                particles=plan.particles,
                runs=plan.replications,
                seed=plan.seed,
                tell=tell,
                keep=lambda island, asked: alive[island].keep(asked),
            )
        except ImpossibleError as error:
            raise UserError(
                f"{self.loaded.file}: {error}: the themes, the observables and the priors do not "
                "go together. " + reasons_of(evaluator)
            ) from error
        self.stage = "checks"
        sizes = np.cumsum(people.islands)[:-1]
        places = np.split(people.asked, sizes)
        scored = joined([one.of(at) for one, at in zip(alive, places, strict=True)])
        scored = evaluator.complete(scored, people.quantiles, people.seeds)
        seconds = time.perf_counter() - began
        posterior = _lives(people.quantiles, people.normal, people.seeds, scored)
        before = joined([prior[island] for island in sorted(prior)])
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
                "islands": list(people.islands),
                "ancestors": people.ancestors,
                "log_likelihood_spread": spread,
            },
            "seconds": {"sampling": seconds, "checks": time.perf_counter() - began - seconds},
        }
        write_part(self.folder / PARTICLES, rows_of(self.problem, people))
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
        problem, local = self.problem, self.local
        shares = checks.learned_coders(problem, after, pool=local)
        made = self._of_tables(before, after, shares)
        levels = checks.learned_levels(problem, after, pool=local)
        start = checks.prior_levels(problem)
        prior = checks.predicted(problem, before, start, pool=local, by_likelihood=False)
        posterior = checks.predicted(problem, after, levels, pool=local, by_likelihood=True)
        by_theme, interviews, by_row = checks.left_out(problem, after, pool=local)
        of_tables = [skill.null_scores(problem.instrument, one) for one in problem.tables]
        null = mixed(np.stack(of_tables), problem.weights)
        scores = [
            skill.Skill(one.change, one.chance or 0.0, float(null[0] - null[k + 1]))
            for k, one in enumerate(by_theme)
        ]
        self._keep(before, by_row, problem.tables[int(np.argmax(shares))])
        sizes = np.cumsum(people.islands)[:-1]
        islands = np.split(after.normal[:, : problem.asked], sizes)
        found = moved(problem.parameters, islands)
        return {
            "parameters": [
                asdict(one)
                | dict(zip(("low", "median", "high"), range_of(problem, after, k), strict=True))
                for k, one in enumerate(found)
            ],
            "themes": themes_table(problem, prior, posterior, start, levels, shares),
            "levels": levels_summed(problem, levels),
            "statistics": [
                asdict(one)
                | {
                    "prior": spread_of(before.statistics[..., k]),
                    "posterior": spread_of(after.statistics[..., k]),
                }
                for k, one in enumerate(problem.statistics)
            ],
            "skill": [asdict(one) for one in scores],
            **made,
            "without_theme": [asdict(one) for one in by_theme],
            "without_interview": [asdict(one) for one in interviews],
            "sharper": [asdict(one) for one in checks.sharper(problem, after, pool=local)],
            "selected": [asdict(one) for one in checks.selected(problem, after, pool=local)],
        }

    def _keep(self, before: Lives, by_row: Any, voices: Voices) -> None:
        """Write what other programs for inference need."""
        problem = self.problem
        nothing = np.zeros((0, len(problem.voices.cells)), np.int64)
        made, after_made = self.predictive or (nothing, nothing)
        values = [
            [prior.at(float(u)) for u in before.quantiles[:, k]]
            for k, prior in enumerate(problem.priors[: problem.asked])
        ]
        content = array_bytes(
            prior=np.array(values).T,
            prior_predictive=made,
            posterior_predictive=after_made,
            observed=states_of(problem.instrument, voices),
            log_likelihood=by_row,
            threshold=problem.instrument.thresholds,
            scale=problem.instrument.scale,
        )
        write_whole(self.folder / FILE, content)

    def _of_tables(self, before: Lives, after: Lives, shares: Any) -> dict[str, Any]:
        """Check each coder's table; what is said of one is said of the likeliest."""
        problem, found, predictive = self.problem, [], []
        for one in problem.tables:
            found.append(self._made(before, after, one))
            predictive.append(self.predictive)
        files = [one.file for one in (self.loaded.themes, *self.loaded.coders)]
        coders = [
            {"file": file, "weight": weight, "posterior": float(share)}
            | {name: made[name] for name in ("plausibility", "permutation")}
            for file, weight, share, made in zip(files, problem.weights, shares, found, strict=True)
        ]
        best = int(np.argmax(shares))
        self.predictive = predictive[best]
        return found[best] | {"coders": coders if problem.others else []}

    def _made(self, before: Lives, after: Lives, voices: Voices) -> dict[str, Any]:
        """Hold what was voiced against made-up interviews, and against its own rows exchanged."""
        problem, plan = self.problem, self.loaded.calibration
        instrument = problem.instrument
        found: dict[str, Any] = dict.fromkeys(
            ("simulation_check", "plausibility", "permutation", "discrepancies")
        )
        sound = not np.isnan(before.logs).any() and min(voices.interviewed) > 0
        if sound and (instrument.weight > 0).any():
            bank = Bank(before.quantiles, before.seeds, before.frames)
            count = min(plan.data_sets, plan.particles)
            sittings = min(problem.sittings, _CHECK_SITTINGS)
            made = made_sets(
                bank, instrument, voices, data_sets=count, sittings=sittings, seed=plan.seed
            )
            permuted = skill.permuted_sets(instrument, voices, count=_PERMUTED, seed=plan.seed)
            every = np.concatenate([states_of(instrument, voices)[None], made, permuted])
            logs = evidence_of(
                bank, instrument, voices, every,
                sittings=sittings, pool=self.local,
            )  # fmt: skip
            held, of_made, of_permuted = logs[0], logs[1 : count + 1], logs[count + 1 :]
            ranks = ranks_of(
                bank, of_made, names=problem.parameters, interviewed=voices.interviewed,
                seed=plan.seed,
            )  # fmt: skip
            after_made = checks.made_up(problem, after, voices, count=count, seed=plan.seed)
            self.predictive = made, after_made
            found = {
                "simulation_check": ranks.to_dict(),
                "plausibility": plausibility(held, of_made),
                "permutation": plausibility_of_rows(held, of_permuted),
                "discrepancies": skill.discrepancies(instrument, voices, made, after_made),
            }
        likely = found["plausibility"]
        return found | {"misfit": likely is not None and likely < MISFIT}


def _lives(quantiles: Any, normal: Any, seeds: Any, scored: Scored) -> Lives:
    return Lives(quantiles, normal, seeds, scored.logs, scored.frames, scored.statistics)
