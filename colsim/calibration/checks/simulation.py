"""Simulation-based calibration: are likelihood and weights right?

A bank of worlds is drawn from the prior. Each of its first worlds is taken for the truth:
interviews are made up in it, and each world of the bank is weighted by the chance of what
was written down. The prior being the bank itself, these weights are the chances that the
interviews are of this world or that, and the truth's place in the weighted bank is uniform,
whatever the data say, however few worlds count (Talts et al. 2018, for a prior of so many
points). So it is for each parameter, and for the likelihood itself, which notices what
parameters do not (Modrák et al. 2023). The sampler takes no part in it.

The likelihood is an estimate from a few runs and sittings. Interviews are therefore made up
in one of the truth's *own* runs and sittings, chosen by chance: then the estimate, which is
the mean over these, is the chance of the data given the world, runs and sittings, and
nothing is approximate. A mean of logarithms is not, and must fail.

*Recovery* asks what such interviews can tell at all: over made-up sets, the correlation of the
posterior mean with the truth, the truth itself left out of the bank.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats
from scipy.special import ndtri

from colsim.calibration.arrays import Seeds, Values, Whole
from colsim.calibration.inference.likelihood import (
    layout_of,
    mean_of_logarithms,
    mean_of_products,
    scored,
    terms_of,
)
from colsim.calibration.inference.sampler import generator
from colsim.calibration.inference.sittings import (
    Instrument,
    SamplingFrame,
    Sittings,
    Voices,
    sittings_of,
)
from colsim.calibration.interviewing.speaking import pattern_of, speak

LIKELIHOOD = "log_likelihood"
FALSE_ALARM = 0.01
"""Chance that a right method fails, all ranks together."""
_MADE = 7001
"""Keeps the chance of made-up interviews apart from that of sittings."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Worlds drawn from the prior, and who could speak of what in each of their runs."""

    quantiles: Values
    """Shape (worlds, parameters)."""
    seeds: Seeds
    """Of runs, shape (worlds, runs)."""
    frames: Sequence[Sequence[SamplingFrame]]
    """By world and run."""

    @property
    def runs(self) -> int:
        """Runs of each world."""
        return len(self.frames[0])


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where the truth lay among posterior draws, for many made-up sets of interviews."""

    names: tuple[str, ...]
    """Parameters, and the likelihood at the end."""
    ranks: Values
    """Shape (data sets, names), 0 to 1."""
    worth: Values
    """Effective sample size of each posterior, in worlds."""
    interviewed: tuple[int, int]
    recovery: Values
    """Correlation of posterior mean and truth, by parameter; NaN where it has none."""

    def p_values(self) -> Values:
        """Return, for each name, how often ranks this uneven come from a right method.

        The lesser of two tests, times two: Kolmogorov and Smirnov's sees ranks that lean to
        one side, a chi-square over bins those that crowd at both ends or in the middle.
        """
        bins = int(np.clip(len(self.ranks) // 20, 4, 20))
        found = []
        for column in self.ranks.T:
            counts, _ = np.histogram(column, bins=bins, range=(0.0, 1.0))
            lesser = min(stats.kstest(column, "uniform").pvalue, stats.chisquare(counts).pvalue)
            found.append(min(1.0, 2.0 * float(lesser)))
        return np.array(found)

    @property
    def joint_p(self) -> float:
        """The least of the p-values, times how many there are (Bonferroni)."""
        return float(min(1.0, self.p_values().min() * len(self.names)))

    @property
    def passed(self) -> bool:
        """Whether the ranks are in line with a right method, with a false alarm in 1 of 100."""
        return self.joint_p >= FALSE_ALARM

    def coverage(self, level: float) -> Values:
        """Return, for each name, how often the central interval of this level held the truth."""
        edge = (1.0 - level) / 2.0
        return np.asarray(((self.ranks >= edge) & (self.ranks <= 1.0 - edge)).mean(axis=0))

    def to_dict(self) -> dict[str, Any]:
        """Return a summary as plain Python types."""
        p = self.p_values()
        half, most = self.coverage(0.5), self.coverage(0.9)
        return {
            "data_sets": len(self.ranks),
            "interviewed": list(self.interviewed),
            "median_effective_worlds": float(np.median(self.worth)),
            "joint_p": self.joint_p,
            "false_alarm": FALSE_ALARM,
            "passed": self.passed,
            "by_name": {
                name: {
                    "p": float(p[k]),
                    "coverage_50": float(half[k]),
                    "coverage_90": float(most[k]),
                    "recovery": float(self.recovery[k]) if k < len(self.recovery) else None,
                }
                for k, name in enumerate(self.names)
            },
        }


def made_sets(
    bank: Bank,
    instrument: Instrument,
    voices: Voices,
    *,
    data_sets: int,
    sittings: int,
    seed: int = 1,
) -> Whole:
    """Return the states of made-up tables, each of a truth of its own: shape (sets, cells).

    Raises:
        ValueError: more data sets than worlds.
    """
    worlds = len(bank.seeds)
    if data_sets > worlds:
        raise ValueError(f"{data_sets} data sets need as many worlds, and the bank has {worlds}")
    made = []
    for truth in range(data_sets):
        chance = generator(seed, _MADE, truth)
        run = int(chance.integers(bank.runs))
        drawn = _seated(bank, instrument, voices, truth, run, sittings)
        made.append(
            speak(
                bank.frames[truth][run], drawn, instrument, voices,
                chosen=int(chance.integers(sittings)), seed=int(chance.integers(1 << 62)),
            ).states
        )  # fmt: skip
    return np.array(made, np.int64).reshape(data_sets, len(voices.cells))


def ranks_of(
    bank: Bank, logs: Values, *, names: Sequence[str], interviewed: tuple[int, int], seed: int
) -> Ranks:
    """Rank each truth in the bank weighted by likelihood.

    Args:
        bank: its first worlds are the truths.
        logs: log-likelihood of each truth's data in each world, shape (sets, worlds).
        names: of the first parameters.
        interviewed: CSWs and MHSWs.
        seed: of what breaks ties.
    """
    data_sets = len(logs)
    ranks = np.empty((data_sets, len(names) + 1))
    worth = np.empty(data_sets)
    normal = ndtri(np.clip(bank.quantiles[:, : len(names)], 1e-9, 1.0 - 1e-9))
    means = np.empty((data_sets, len(names)))
    chance = generator(seed, 2)
    for truth in range(data_sets):
        weights = np.exp(logs[truth] - logs[truth].max())
        weights /= weights.sum()
        worth[truth] = 1.0 / (weights**2).sum()
        found = np.column_stack([bank.quantiles[:, : len(names)], logs[truth]])
        below = (weights[:, None] * (found < found[truth])).sum(axis=0)
        same = (weights[:, None] * (found == found[truth])).sum(axis=0)
        ranks[truth] = below + same * chance.random(len(names) + 1)
        others = np.where(np.arange(len(weights)) == truth, 0.0, weights)
        means[truth] = (others / max(others.sum(), 1e-300)) @ normal
    recovery = np.array(
        [_correlation(means[:, k], normal[:data_sets, k]) for k in range(len(names))]
    )
    return Ranks((*names, LIKELIHOOD), ranks, worth, interviewed, recovery)


def _correlation(x: Values, y: Values) -> float:
    if x.std() == 0.0 or y.std() == 0.0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def evidence_of(
    bank: Bank,
    instrument: Instrument,
    voices: Voices,
    states: Whole,
    *,
    sittings: int,
    pool: Executor,
    geometric: bool = False,
) -> Values:
    """Return log-likelihoods of tables in each world of a bank, shape (sets, worlds)."""
    layout = layout_of(instrument, voices, made=True)
    sets = pattern_of(states, layout)
    average = mean_of_logarithms if geometric else mean_of_products

    def one(world: int) -> Values:
        found = []
        for run in range(bank.runs):
            drawn = _seated(bank, instrument, voices, world, run, sittings)
            terms = terms_of(bank.frames[world][run], drawn, instrument, voices, made=True)
            found.append(scored(terms, layout, sets, geometric=geometric))
        return average(np.stack(found), 0)

    return np.stack(list(pool.map(one, range(len(bank.seeds)))), axis=1)


def _seated(
    bank: Bank, instrument: Instrument, voices: Voices, world: int, run: int, count: int
) -> Sittings:
    return sittings_of(
        bank.frames[world][run],
        instrument,
        interviewed=voices.interviewed,
        seed=int(bank.seeds[world, run]),
        count=count,
    )


def plausibility(held: Values, made: Values) -> float:
    """Return the share of made-up interviews that are as unlikely as those that were held.

    Args:
        held: log-likelihood of what was held in each world, shape (worlds,).
        made: the same of made-up tables, shape (sets, worlds).

    Returns:
        A share from 0 to 1; near 0, hardly any world of the prior speaks like that.
    """
    return float((mean_of_products(made, 1) <= mean_of_products(held, 0)).mean())
