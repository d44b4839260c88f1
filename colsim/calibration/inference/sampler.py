"""A tempered sequential Monte Carlo sampler for likelihoods that are themselves estimated.

Particles live in a space of independent standard normals, one for each parameter, whose
quantiles are those of its prior. The likelihood is brought in step by step: a power of it
rises from 0 to 1, each step such that the weights keep half of the particles' worth
(Del Moral, Doucet & Jasra 2006). After each step particles are resampled and moved by
proposals that leave the prior as it is (preconditioned Crank-Nicolson; Cotter et al. 2013),
bent by a guess of the likelihood: a plane through all estimates so far (Rudolf & Sprungk 2018).
Acceptance asks for the likelihood over that guess alone, and does not fall as parameters are
added. A wrong guess wastes proposals; what is accepted is right with any.

The likelihood comes as an estimate: the mean over a few runs, each with a seed of its own.
A proposal keeps the seeds but for one, which is drawn anew, so that the estimates of old and
new place share most of their chance (Tran et al. 2016); an accepted one keeps its estimate.
At power 1 this is exact (Andrieu & Roberts 2009): the particles follow the posterior that the
likelihood without noise would give, provided that the estimate itself, not its logarithm, is
right on average.
"""

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from colsim.calibration.arrays import Seeds, Values, Whole, joined

Estimate = Callable[[str, Values, Seeds], Values]
"""(stage, quantiles of shape (particles, parameters), seeds of shape (particles, runs)) to
log-likelihoods; -inf where nothing that was seen could have happened, NaN where all
runs failed."""

KEEP = 0.5
"""Share of the particles' worth that weights keep in one step."""
MOVED = 0.9
"""Share of particles that should have been replaced before the next step."""
LEAST_MOVES, MOST_MOVES = 2, 8
LEFT_OUT = 0.25
"""Share of the least likely places that the guess of the likelihood leaves out."""
WANTED = 0.25
"""Acceptance aimed at by the length of the next proposal."""
SHORTEST, LONGEST = 0.1, 1.0
_ISLAND = 4001


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the likelihood's power."""

    power: float
    """Power that was reached."""
    worth: float
    """Effective sample size of the weights, in particles."""
    moves: int
    accepted: float
    """Share of proposals accepted."""
    length: float
    """Length of the last proposal: 0 stays, 1 draws anew from the prior."""


@dataclass(slots=True)
class Population:
    """Equally weighted particles."""

    normal: Values
    """Shape (particles, parameters)."""
    seeds: Seeds
    """Of each particle's runs, shape (particles, runs)."""
    log_likelihood: Values
    """Each one's estimate."""
    asked: Whole
    """Which of all estimates, counted from 0 as they were asked for, is each one's."""
    stages: list[Stage] = field(default_factory=list)
    log_evidence: float = 0.0
    """Logarithm of the mean likelihood under the prior."""
    evaluations: int = 0
    """Likelihoods estimated."""
    failures: int = 0
    """Of these, how many failed: they count as impossible."""
    ancestors: int = 0
    """Particles of the prior from which the last ones descend."""
    islands: tuple[int, ...] = ()
    """Particles of each independent island, in their order."""

    @property
    def quantiles(self) -> Values:
        """Where in its prior each parameter lies, 0 to 1."""
        return np.asarray(ndtr(self.normal), np.float64)


class ImpossibleError(Exception):
    """No particle of the prior can produce what was seen."""


class _AbandonedError(Exception):
    """Another island ended in an error."""


def generator(seed: int, *names: int) -> np.random.Generator:
    """Return random numbers of their own for (seed, names)."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *names])))


def sample(
    estimate: Estimate,
    *,
    parameters: int,
    particles: int,
    seed: int,
    runs: int = 1,
    tell: Callable[[Stage], None] | None = None,
    keep: Callable[[Whole], None] | None = None,
) -> Population:
    """Draw particles from the posterior.

    Args:
        estimate: the likelihood; called with all particles of a move at once.
        parameters: how many.
        particles: how many.
        runs: seeds of each particle.
        seed: what all chance of the sampler derives from; the same seed and the same
            estimates give the same particles.
        tell: called after each step.
        keep: called after each step with the estimates that are some particle's, each by its
            place among all that were asked for; no other will be asked about again.

    Raises:
        ImpossibleError: the likelihood is 0 for every particle of the prior.
    """
    chance = generator(seed, 0)
    seen = _Seen(estimate)
    now = seen.at("prior", chance.standard_normal((particles, parameters)),
                  _seeds(chance, particles, runs))  # fmt: skip
    if not np.isfinite(now.log_likelihood).any():
        raise ImpossibleError(
            f"no one of {particles} draws from the prior can produce what was seen"
        )
    stages, log_evidence = list[Stage](), 0.0
    lineage = np.arange(particles)
    power, length, step = 0.0, 0.5, 0
    while power < 1.0:
        step += 1
        chance = generator(seed, step)
        more = _next_power(now.log_likelihood, power) - power
        weights, log_mean = _weights(now.log_likelihood * more)
        log_evidence += log_mean
        power += more
        chosen = _resample(weights, float(chance.random()))
        now, lineage = now.of(chosen), lineage[chosen]
        centre = power * seen.slope()
        stayed, accepted, moves = 1.0, 0.0, 0
        while moves < LEAST_MOVES or (stayed > 1.0 - MOVED and moves < MOST_MOVES):
            now, taken = _moved(seen, now, power, centre, length, f"{step}-{moves}", chance)
            rate = float(taken.mean())
            stayed *= 1.0 - rate
            accepted += rate
            moves += 1
            # Shorter when too few are accepted, longer when too many (Robbins & Monro 1951).
            length = min(max(length * math.exp(2.0 * (rate - WANTED)), SHORTEST), LONGEST)
        worth = float(1.0 / (weights**2).sum())
        stages.append(Stage(power, worth, moves, accepted / moves, length))
        if tell is not None:
            tell(stages[-1])
        if keep is not None:
            keep(now.asked)
    return Population(
        now.normal, now.seeds, now.log_likelihood, now.asked, stages, log_evidence,
        seen.evaluations, seen.failures, len(set(lineage.tolist())),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _State:
    """Some particles on their way; fields as in `Population`."""

    normal: Values
    seeds: Seeds
    log_likelihood: Values
    asked: Whole

    def of(self, chosen: Whole) -> "_State":
        """Return some of them."""
        return _State(
            self.normal[chosen], self.seeds[chosen], self.log_likelihood[chosen], self.asked[chosen]
        )


ISLANDS = 4
"""Independent populations that share one budget."""
IslandEstimate = Callable[[int, str, Values, Seeds], Values]
"""`Estimate` with the number of the island that asks before it."""


def sample_islands(
    estimate: IslandEstimate,
    *,
    parameters: int,
    particles: int,
    seed: int,
    runs: int,
    tell: Callable[[Stage], None] | None = None,
    keep: Callable[[int, Whole], None] | None = None,
) -> Population:
    """Draw particles from the posterior in independent islands, and put them together.

    What islands differ by is the sampler's error; neither the number of ancestors nor the effective
    sample size of weights tells it. Islands are at work side by side, each in a thread, so that
    whoever estimates always has something to do. Arguments are those of `sample`, with an
    island's number before those of `estimate` and `keep`; `asked` counts each island's from 0.

    Raises:
        ImpossibleError: the likelihood is 0 for every particle of the prior, on any island.
    """
    sizes = [len(part) for part in np.array_split(np.arange(particles), ISLANDS)]

    trouble = threading.Event()

    def lived(island: int) -> Population:
        def of_island(stage: str, quantiles: Values, seeds: Seeds) -> Values:
            if trouble.is_set():
                raise _AbandonedError
            return estimate(island, stage, quantiles, seeds)

        try:
            return sample(
                of_island,
                parameters=parameters,
                particles=sizes[island],
                # Seeds of their own, and none that a caller's other generators have.
                seed=int(generator(seed, _ISLAND, island).integers(1 << 62)),
                runs=runs,
                tell=tell,
                keep=None if keep is None else partial(keep, island),
            )
        except BaseException:
            trouble.set()
            raise

    with ThreadPoolExecutor(ISLANDS, thread_name_prefix="island") as threads:
        ends = [threads.submit(lived, island) for island in range(ISLANDS)]
        errors = [error for one in ends if (error := one.exception()) is not None]
    for error in errors:
        if not isinstance(error, _AbandonedError):
            raise error
    found = [one.result() for one in ends]
    evidence = np.array([one.log_evidence for one in found])
    return Population(
        normal=np.concatenate([one.normal for one in found]),
        seeds=np.concatenate([one.seeds for one in found]),
        log_likelihood=np.concatenate([one.log_likelihood for one in found]),
        asked=np.concatenate([one.asked for one in found]),
        stages=[stage for one in found for stage in one.stages],
        log_evidence=float(evidence.max() + np.log(np.exp(evidence - evidence.max()).mean())),
        evaluations=sum(one.evaluations for one in found),
        failures=sum(one.failures for one in found),
        ancestors=sum(one.ancestors for one in found),
        islands=tuple(sizes),
    )


def _seeds(chance: np.random.Generator, *shape: int) -> Seeds:
    return chance.integers(0, 1 << 62, size=shape)


@dataclass(slots=True)
class _Seen:
    """Places whose likelihood was estimated, and what a plane through them says of others."""

    estimate: Estimate
    normal: list[Values] = field(default_factory=list)
    logs: list[Values] = field(default_factory=list)
    evaluations: int = 0
    failures: int = 0

    def at(self, stage: str, normal: Values, seeds: Seeds) -> _State:
        """Estimate the likelihood of places; what failed counts as impossible."""
        found = self.estimate(stage, np.asarray(ndtr(normal), np.float64), seeds)
        failed = np.isnan(found)
        found = np.where(failed, -np.inf, found)
        asked = self.evaluations + np.arange(len(found))
        self.evaluations += len(found)
        self.failures += int(failed.sum())
        self.normal.append(normal)
        self.logs.append(found)
        return _State(normal, seeds, found, asked)

    def slope(self) -> Values:
        """Return how the log-likelihood rises with each parameter, by ridge regression.

        It leads proposals and nothing else: a wrong one wastes them and makes nothing wrong.
        """
        x, y = np.concatenate(self.normal), np.concatenate(self.logs)
        usable = np.isfinite(y)
        usable &= y >= np.quantile(y[usable], LEFT_OUT)
        x, y = x[usable] - x[usable].mean(axis=0), y[usable] - y[usable].mean()
        square, v = np.linalg.eigh(x.T @ x)
        square = np.maximum(square, 1e-9)
        along = v.T @ (x.T @ y)
        best, found = np.inf, np.zeros(x.shape[1])
        for penalty in np.logspace(-1.0, 5.0, 25):
            slope = along / (square + penalty)
            kept = float((square / (square + penalty)).sum())
            # Generalised cross-validation (Golub, Heath & Wahba 1979).
            error = float((y**2).sum() - 2.0 * along @ slope + square @ slope**2)
            score = error / max(len(y) - 1.0 - kept, 1e-9) ** 2
            if score < best:
                best, found = score, v @ slope
        return np.asarray(found)


def _moved(
    seen: _Seen,
    now: _State,
    power: float,
    centre: Values,
    length: float,
    stage: str,
    chance: np.random.Generator,
) -> tuple[_State, npt.NDArray[np.bool_]]:
    """Propose a new place for every particle; return where they are then, and which moved.

    Proposals leave the normal distribution around `centre` as it is, which is the prior times a
    guess of the tempered likelihood; acceptance makes up for what the guess is not.
    """
    count = len(now.normal)
    fresh = chance.standard_normal(now.normal.shape)
    proposed = centre + math.sqrt(1.0 - length**2) * (now.normal - centre) + length * fresh
    seeds = now.seeds.copy()
    # Which run is drawn anew differs between particles.
    anew = chance.integers(seeds.shape[1], size=count)
    seeds[np.arange(count), anew] = _seeds(chance, count)
    found = seen.at(stage, proposed, seeds)
    with np.errstate(invalid="ignore"):
        gain = power * (found.log_likelihood - now.log_likelihood)
    gain -= (proposed - now.normal) @ centre
    taken = np.log(chance.random(count)) < gain
    return joined([now, found]).of(np.arange(count) + count * taken), taken


def _weights(logs: Values) -> tuple[Values, float]:
    """Return weights that add to 1, and the logarithm of their mean before."""
    highest = logs.max()
    weights = np.exp(logs - highest)
    return weights / weights.sum(), float(highest + math.log(weights.mean()))


def _next_power(log_likelihood: Values, power: float) -> float:
    """Return the power at which the weights keep the wanted share of worth; at most 1."""
    wanted = KEEP * np.isfinite(log_likelihood).sum()

    def worth(upper: float) -> float:
        weights, _ = _weights(log_likelihood * (upper - power))
        return float(1.0 / (weights**2).sum())

    if worth(1.0) >= wanted:
        return 1.0
    low, high = power, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if worth(middle) >= wanted else (low, middle)
    # Two powers must differ, or the sampler would not end.
    return max(low, min(1.0, power + 1e-6))


def _resample(weights: Values, u: float) -> npt.NDArray[np.int64]:
    """Return which particles go on, each as often as its weight says, up to one (systematic)."""
    ends = np.cumsum(weights)
    ends[-1] = 1.0
    points = (u + np.arange(len(weights))) / len(weights)
    return np.searchsorted(ends, points, side="right").clip(max=len(weights) - 1)
