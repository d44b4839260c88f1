"""A tempered sequential Monte Carlo sampler for likelihoods that are themselves estimated.

Particles live in a space of independent standard normals, one for each parameter, whose
quantiles are those of its prior. The likelihood is brought in step by step: a power of it
rises from 0 to 1, each step such that the weights keep half of the particles' worth
(Del Moral, Doucet & Jasra 2006). After each step particles are resampled and moved by
proposals that leave the prior as it is (preconditioned Crank-Nicolson; Cotter et al. 2013),
so that acceptance asks for the likelihood alone and does not fall as parameters are added.

The likelihood comes as an estimate: the mean over a few runs, each with a seed of its own.
A proposal keeps the seeds but for one, which is drawn anew, so that the estimates of old and
new place share most of their chance (Tran et al. 2016); an accepted one keeps its estimate.
At power 1 this is exact (Andrieu & Roberts 2009): the particles follow the posterior that the
likelihood without noise would give, provided that the estimate itself, not its logarithm, is
right on average.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Values = npt.NDArray[np.float64]
Seeds = npt.NDArray[np.int64]
Estimate = Callable[[str, Values, Seeds], Values]
"""(stage, quantiles of shape (particles, parameters), seeds of shape (particles, runs)) to
log-likelihoods; -inf where nothing that was seen could have happened, NaN where all
runs failed."""

KEEP = 0.5
"""Share of the particles' worth that weights keep in one step."""
MOVED = 0.9
"""Share of particles that should have been replaced before the next step."""
LEAST_MOVES, MOST_MOVES = 2, 8
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

    Raises:
        ImpossibleError: the likelihood is 0 for every particle of the prior.
    """
    chance = generator(seed, 0)
    normal = chance.standard_normal((particles, parameters))
    people = Population(normal, _seeds(chance, particles, runs), np.full(particles, -np.inf))
    people.log_likelihood = _estimated(estimate, "prior", people, people.normal, people.seeds)
    if not np.isfinite(people.log_likelihood).any():
        raise ImpossibleError(
            f"no one of {particles} draws from the prior can produce what was seen"
        )
    lineage = np.arange(particles)
    power, length, step = 0.0, 0.5, 0
    while power < 1.0:
        step += 1
        chance = generator(seed, step)
        more = _next_power(people.log_likelihood, power) - power
        weights, log_mean = _weights(people.log_likelihood * more)
        people.log_evidence += log_mean
        power += more
        chosen = _resample(weights, float(chance.random()))
        people.normal = people.normal[chosen]
        people.seeds = people.seeds[chosen]
        people.log_likelihood = people.log_likelihood[chosen]
        lineage = lineage[chosen]
        stayed, accepted, moves = 1.0, 0.0, 0
        while moves < LEAST_MOVES or (stayed > 1.0 - MOVED and moves < MOST_MOVES):
            rate = _move(estimate, people, power, length, f"{step}-{moves}", chance)
            stayed *= 1.0 - rate
            accepted += rate
            moves += 1
            # Shorter when too few are accepted, longer when too many (Robbins & Monro 1951).
            length = min(max(length * math.exp(2.0 * (rate - WANTED)), SHORTEST), LONGEST)
        stage = Stage(power, float(1.0 / (weights**2).sum()), moves, accepted / moves, length)
        people.stages.append(stage)
        if tell is not None:
            tell(stage)
    people.ancestors = len(set(lineage.tolist()))
    return people


ISLANDS = 4
"""Independent populations that share one budget."""


def sample_islands(
    estimate: Estimate,
    *,
    parameters: int,
    particles: int,
    seed: int,
    runs: int,
    tell: Callable[[Stage], None] | None = None,
) -> Population:
    """Draw particles from the posterior in independent islands, and put them together.

    What islands differ by is the sampler's error; neither the number of ancestors nor the effective
    sample size of weights tells it. Arguments are those of `sample`; an island's stages are called
    by its number and theirs.

    Raises:
        ImpossibleError: the likelihood is 0 for every particle of the prior, on any island.
    """
    sizes = [len(part) for part in np.array_split(np.arange(particles), ISLANDS)]
    found = []
    for island, size in enumerate(sizes):

        def of_island(stage: str, normal: Values, seeds: Seeds, island: int = island) -> Values:
            return estimate(f"{island}-{stage}", normal, seeds)

        # Seeds of their own, and none that a caller's other generators have.
        key = int(generator(seed, _ISLAND, island).integers(1 << 62))
        found.append(
            sample(of_island, parameters=parameters, particles=size, seed=key, runs=runs, tell=tell)
        )
    evidence = np.array([one.log_evidence for one in found])
    return Population(
        normal=np.concatenate([one.normal for one in found]),
        seeds=np.concatenate([one.seeds for one in found]),
        log_likelihood=np.concatenate([one.log_likelihood for one in found]),
        stages=[stage for one in found for stage in one.stages],
        log_evidence=float(evidence.max() + np.log(np.exp(evidence - evidence.max()).mean())),
        evaluations=sum(one.evaluations for one in found),
        failures=sum(one.failures for one in found),
        ancestors=sum(one.ancestors for one in found),
        islands=tuple(sizes),
    )


def _seeds(chance: np.random.Generator, *shape: int) -> Seeds:
    return chance.integers(0, 1 << 62, size=shape)


def _estimated(
    estimate: Estimate, stage: str, people: Population, normal: Values, seeds: Seeds
) -> Values:
    found = estimate(stage, np.asarray(ndtr(normal), np.float64), seeds)
    failed = np.isnan(found)
    people.evaluations += len(found)
    people.failures += int(failed.sum())
    return np.where(failed, -np.inf, found)


def _move(
    estimate: Estimate,
    people: Population,
    power: float,
    length: float,
    stage: str,
    chance: np.random.Generator,
) -> float:
    """Propose a new place for every particle; return the share that moved."""
    count = len(people.normal)
    fresh = chance.standard_normal(people.normal.shape)
    proposed = math.sqrt(1.0 - length**2) * people.normal + length * fresh
    seeds = people.seeds.copy()
    # Which run is drawn anew differs between particles.
    anew = chance.integers(seeds.shape[1], size=count)
    seeds[np.arange(count), anew] = _seeds(chance, count)
    found = _estimated(estimate, stage, people, proposed, seeds)
    with np.errstate(invalid="ignore"):
        gain = power * (found - people.log_likelihood)
    taken = np.log(chance.random(count)) < gain
    people.normal[taken] = proposed[taken]
    people.seeds[taken] = seeds[taken]
    people.log_likelihood[taken] = found[taken]
    return float(taken.mean())


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
