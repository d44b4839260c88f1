"""Simulation-based calibration: does the method find what made-up data were made with?

A bank of worlds is drawn from the prior. Each of its first worlds is taken for the truth:
interviews are simulated in it, and each world of the bank is weighted by the chance of what
was voiced. The prior being the bank itself, these weights are the chances that the
interviews are of this world or that, and the truth's place in the weighted bank is uniform,
whatever the data say, however few worlds count (Talts et al. 2018, for a prior of so many
points). So it is for each parameter, and for the likelihood itself, which notices what
parameters do not (Modrák et al. 2023).

The likelihood is an estimate from a few runs and sittings. Interviews are therefore made up
in one of the truth's *own* runs and sittings, chosen by chance: then the estimate, which is
the mean over these, is the chance of the data given the world, runs and sittings, and
nothing is approximate. A mean of logarithms is not, and must fail.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from colsim.calibration.kernels import FLOOR, score_bands, score_many
from colsim.calibration.likelihood import (
    Average,
    Gauge,
    Room,
    Sittings,
    Voices,
    chances,
    mean_of_logarithms,
    mean_of_products,
    sittings_of,
    voice,
)
from colsim.calibration.sampler import generator

Values = npt.NDArray[np.float64]
Seeds = npt.NDArray[np.int64]
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
    rooms: Sequence[Sequence[Room]]
    """By world and run."""

    @property
    def runs(self) -> int:
        """Runs of each world."""
        return len(self.rooms[0])


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
                }
                for k, name in enumerate(self.names)
            },
        }


def simulation_check(
    bank: Bank,
    gauge: Gauge,
    *,
    names: Sequence[str],
    interviewed: tuple[int, int],
    data_sets: int,
    sittings: int,
    pool: Executor,
    seed: int = 1,
    geometric: bool = False,
) -> Ranks:
    """Rank the truth among posterior draws for made-up interviews.

    Args:
        bank: worlds from the prior.
        gauge: the measurement.
        names: of the first parameters; the ranks of others are not looked at.
        interviewed: CSWs and MHSWs of each made-up set.
        data_sets: how many sets; each has a truth of its own, so at most the bank's worlds.
        sittings: for each run.
        pool: runs are scored on it.
        seed: of the made-up interviews.
        geometric: average logarithms, over sittings and runs: the wrong likelihood.

    Raises:
        ValueError: more data sets than worlds.
    """
    worlds = len(bank.seeds)
    if data_sets > worlds:
        raise ValueError(f"{data_sets} data sets need as many worlds, and the bank has {worlds}")
    counts = np.stack(
        [
            _make(bank, gauge, truth, interviewed=interviewed, sittings=sittings, seed=seed)
            for truth in range(data_sets)
        ]
    )

    logs = _scores(bank, gauge, counts, interviewed, sittings, pool, geometric=geometric)
    ranks = np.empty((data_sets, len(names) + 1))
    worth = np.empty(data_sets)
    chance = generator(seed, 2)
    for truth in range(data_sets):
        weights = np.exp(logs[truth] - logs[truth].max())
        weights /= weights.sum()
        worth[truth] = 1.0 / (weights**2).sum()
        found = np.column_stack([bank.quantiles[:, : len(names)], logs[truth]])
        below = (weights[:, None] * (found < found[truth])).sum(axis=0)
        same = (weights[:, None] * (found == found[truth])).sum(axis=0)
        ranks[truth] = below + same * chance.random(len(names) + 1)
    return Ranks((*names, LIKELIHOOD), ranks, worth, interviewed)


def _scores(
    bank: Bank,
    gauge: Gauge,
    counts: npt.NDArray[np.int64],
    interviewed: tuple[int, int],
    sittings: int,
    pool: Executor,
    *,
    geometric: bool,
) -> Values:
    """Return log-likelihoods of sets of counts in each world, shape (sets, worlds)."""
    average: Average = mean_of_logarithms if geometric else mean_of_products

    def one(world: int) -> Values:
        scores = np.empty((bank.runs, len(counts)))
        for run in range(bank.runs):
            room = bank.rooms[world][run]
            drawn = _seated(bank, gauge, world, run, interviewed=interviewed, count=sittings)
            logs = np.log(np.maximum(chances(room, drawn, gauge, interviewed), FLOOR))
            score_many(
                scores[run], np.empty((sittings, 2)), logs, gauge.service, gauge.weight, counts,
                geometric,
            )  # fmt: skip
        return average(scores, 0)

    return np.stack(list(pool.map(one, range(len(bank.seeds)))), axis=1)


def _seated(
    bank: Bank, gauge: Gauge, world: int, run: int, *, interviewed: tuple[int, int], count: int
) -> Sittings:
    return sittings_of(
        bank.rooms[world][run],
        gauge,
        interviewed=interviewed,
        seed=int(bank.seeds[world, run]),
        count=count,
    )


def _make(
    bank: Bank, gauge: Gauge, truth: int, *, interviewed: tuple[int, int], sittings: int, seed: int
) -> npt.NDArray[np.int64]:
    """Interview people of one of the truth's runs; return how many voiced each cell."""
    chance = generator(seed, _MADE, truth)
    run = int(chance.integers(bank.runs))
    seated = _seated(bank, gauge, truth, run, interviewed=interviewed, count=sittings)
    chosen = (int(chance.integers(sittings)), int(chance.integers(sittings)))
    answers = voice(
        bank.rooms[truth][run],
        seated,
        gauge,
        interviewed=interviewed,
        chosen=chosen,
        seed=int(chance.integers(1 << 62)),
    )
    return np.asarray((answers == 1).sum(axis=0), np.int64)


def made_voices(
    bank: Bank,
    gauge: Gauge,
    template: Voices,
    truth: int,
    *,
    interviewed: tuple[int, int],
    sittings: int,
    seed: int = 1,
) -> Voices:
    """Return interviews made up in one world of a bank, as counts."""
    counts = _make(bank, gauge, truth, interviewed=interviewed, sittings=sittings, seed=seed)
    return Voices(template.cells, interviewed, counts, counts)


def plausibility(
    bank: Bank,
    gauge: Gauge,
    voices: Voices,
    *,
    data_sets: int,
    sittings: int,
    pool: Executor,
    seed: int = 1,
) -> float | None:
    """Return the share of made-up interviews that are as unlikely as those that were held.

    Likelihoods are means over the bank. What is known of a theme as a band of counts is made
    up as a band of the same width around the count, placed by chance.

    Returns:
        A share from 0 to 1; near 0, hardly any world of the prior speaks like that. None if
        no theme says anything.
    """
    interviewed = voices.interviewed
    size = np.array([interviewed[s] for s in gauge.service], np.int64)
    width = voices.high - voices.low
    telling = (gauge.weight > 0) & (width < size)
    if not telling.any():
        return None
    narrowed = replace(gauge, weight=np.where(telling, gauge.weight, 0.0))
    low, high = [voices.low], [voices.high]
    for truth in range(data_sets):
        counts = _make(bank, gauge, truth, interviewed=interviewed, sittings=sittings, seed=seed)
        below = generator(seed, _MADE + 1, truth).integers(width + 1)
        start = np.clip(counts - below, 0, size - width)
        low.append(start)
        high.append(start + width)
    lows, highs = np.stack(low), np.stack(high)

    def one(world: int) -> Values:
        scores = np.empty((bank.runs, len(lows)))
        for run in range(bank.runs):
            room = bank.rooms[world][run]
            drawn = _seated(bank, gauge, world, run, interviewed=interviewed, count=sittings)
            table = chances(room, drawn, gauge, interviewed)
            cumulative = np.concatenate([np.zeros((*table.shape[:2], 1)), table.cumsum(2)], 2)
            score_bands(
                scores[run], np.empty((sittings, 2)), cumulative, narrowed.service,
                narrowed.weight, lows, highs,
            )  # fmt: skip
        return mean_of_products(scores, 0)

    logs = np.stack(list(pool.map(one, range(len(bank.seeds)))), axis=1)
    evidence = mean_of_products(logs, 1)
    return float((evidence[1:] <= evidence[0]).mean())
