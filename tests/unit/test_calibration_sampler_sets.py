"""The sampler itself over fifty made-up sets of interviews, in the dimensions of the study.

An emulator takes the place of the model: as many parameters, the study's rows, eight interviews,
and quantities that a few parameters each move, with luck of each run. In each set a truth is drawn
from the prior, interviews are made up in one of its own runs and sittings, and the islands look for
it. If sampler and likelihood are right, then over all sets

- posterior means are 0 on average, in units of the prior: their mean has the standard error that
  sets differ by;
- the truth's place among the particles is uniform, for each parameter and for the estimate of the
  likelihood (Talts et al. 2018; Modrák et al. 2023).

All chance is keyed, so a pass stays a pass.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtri

from colsim.calibration.checks.simulation import FALSE_ALARM, Ranks
from colsim.calibration.inference import sampler
from colsim.calibration.inference.likelihood import log_likelihood
from colsim.calibration.inference.problem import combined
from colsim.calibration.inference.sampler import generator, sample_islands
from colsim.calibration.inference.sittings import SamplingFrame, Voices, instrument_of, sittings_of
from colsim.calibration.interviewing.observables import Measurement, study_measurement
from colsim.calibration.interviewing.reporting import ABSENT, ALL
from colsim.calibration.interviewing.speaking import speak
from colsim.calibration.plan.schema import CALIBRATED
from colsim.calibration.themes.reading import study_themes
from tests.frames import REPORT
from tests.later import Later

pytestmark = [pytest.mark.slow, pytest.mark.long]

stats = Later("scipy.stats")

SETS, FEW, RUNS, SITTINGS, PARTICLES = 50, 8, 2, 16, 120
ASKED = (4, 4)
IN_POST = (14, 10)
MOVERS = 6
"""Parameters that move one quantity."""
PARAMETERS_IN_ALL = 139
"""Uncertain parameters of the second edition; chance is keyed by them, so they stay."""


@dataclass(frozen=True)
class Emulator:
    """What people could speak of, from a place in the prior and a run's seed."""

    instrument: object
    cells: tuple
    asked: frozenset
    loads: np.ndarray

    @classmethod
    def of_the_study(cls):
        """Return one with the study's rows: each quantity spread like a normal one."""
        themes, measurement = study_themes(), study_measurement()
        observables = {
            (theme, service): replace(
                measurement.observables[theme, service], threshold=(-0.7, 0.0, 0.7), scale=0.35
            )
            for theme in themes.titles
            for service in ("CSW", "MHSW")
            if (theme, service) in measurement.observables
            and measurement.observables[theme, service].weight > 0
        }
        instrument = instrument_of(Measurement(observables), tuple(observables))
        chance = np.random.default_rng(11)
        loads = np.zeros((PARAMETERS_IN_ALL, len(instrument.names)))
        for k in range(len(instrument.names)):
            # Most quantities are moved by parameters that are asked about, all by others too.
            own = chance.choice(len(CALIBRATED), MOVERS // 2, replace=False)
            others = chance.choice(np.arange(len(CALIBRATED), len(loads)), MOVERS // 2, False)
            loads[[*own, *others], k] = chance.normal(0.0, 0.6, MOVERS)
        asked = frozenset(row.id for row in themes.rows if row.asked)
        return cls(instrument, tuple(observables), asked, loads)

    def frame(self, normal, seed):
        """Return the people of one run."""
        chance = np.random.Generator(np.random.Philox(key=seed))
        people, names = sum(IN_POST), len(self.instrument.names)
        draws = chance.standard_normal((people + 1, names))
        values = normal @ self.loads + 0.3 * draws[-1] + draws[:-1]
        values[:, self.instrument.names.index("contacts")] = 10.0
        return SamplingFrame(
            values, IN_POST[0], np.arange(1, people + 1, dtype=np.uint64) + np.uint64(seed)
        )

    def seated(self, frame, seed):
        return sittings_of(frame, self.instrument, interviewed=ASKED, seed=seed, count=SITTINGS)

    def table(self, states=None):
        """Return a report with these states, or one to be made up."""
        n = len(self.cells)
        states = np.zeros(n, np.int64) if states is None else states
        size = np.array(ASKED)[self.instrument.service]
        return Voices(
            self.cells, ASKED,
            np.where(states == ALL, size, np.where(states == ABSENT, 0, 1)), size,
            absent=frozenset(c for c, s in zip(self.cells, states, strict=True) if s == ABSENT),
            asked=self.asked, reporting=REPORT,
        )  # fmt: skip

    def estimate(self, voices, normal, seeds):
        """Return the log-likelihood of particles, from their runs."""
        logs = np.empty(seeds.shape)
        for place, seed in np.ndenumerate(seeds):
            frame = self.frame(normal[place[0]], int(seed))
            sittings = self.seated(frame, int(seed))
            logs[place] = log_likelihood(frame, sittings, self.instrument, voices)
        return combined(logs)


@dataclass(frozen=True)
class Found:
    """What the sampler made of many sets."""

    means: np.ndarray
    """Posterior means of the parameters asked about, shape (sets, parameters)."""
    ranks: Ranks

    @property
    def shift_p(self):
        """How often means as far from 0 come by chance: any parameter's, or all together."""
        p = stats.ttest_1samp(self.means, 0.0).pvalue
        together = stats.ttest_1samp(self.means.mean(axis=1), 0.0).pvalue
        return min(1.0, 2.0 * min(p.min() * len(p), together))

    @property
    def rank_p(self):
        """How often ranks as uneven come by chance: any parameter's, or how many lie within."""
        within = []
        for level in (0.5, 0.9):
            n = self.ranks.ranks.size
            held = round(float(self.ranks.coverage(level).mean()) * n)
            within.append(stats.binomtest(held, n, level).pvalue)
        return min(1.0, 3.0 * min(self.ranks.joint_p, *within))


def looked_for(emulator, number):
    """Make up one set of interviews and let the sampler look for its truth.

    Returns:
        Posterior means, and the truth's ranks, of parameters and of the likelihood.
    """
    chance = generator(5, number)
    truth = chance.standard_normal(PARAMETERS_IN_ALL)
    seeds = chance.integers(0, 1 << 62, RUNS)
    run = int(chance.integers(RUNS))
    frame = emulator.frame(truth, int(seeds[run]))
    said = speak(
        frame, emulator.seated(frame, int(seeds[run])), emulator.instrument, emulator.table(),
        chosen=int(chance.integers(SITTINGS)), seed=int(chance.integers(1 << 62)),
    )  # fmt: skip
    voices = emulator.table(said.states)

    def estimate(island, stage, quantiles, runs):
        return emulator.estimate(voices, ndtri(np.clip(quantiles, 1e-15, 1 - 1e-15)), runs)

    people = sample_islands(
        estimate, parameters=PARAMETERS_IN_ALL, particles=PARTICLES, seed=number, runs=RUNS
    )
    own = emulator.estimate(voices, truth[None], seeds[None])[0]
    asked = len(CALIBRATED)
    drawn = np.column_stack([people.normal[:, :asked], people.log_likelihood])
    true = np.append(truth[:asked], own)
    below, same = (drawn < true).mean(axis=0), (drawn == true).mean(axis=0)
    return people.normal[:, :asked].mean(axis=0), below + same * chance.random(asked + 1)


def over(sets):
    emulator = Emulator.of_the_study()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda number: looked_for(emulator, number), range(sets)))
    means, ranks = (np.array(one) for one in zip(*found, strict=True))
    names = (*CALIBRATED, "log_likelihood")
    return Found(means, Ranks(names, ranks, np.ones(sets), ASKED, np.zeros(len(CALIBRATED))))


def test_a_right_sampler_finds_truths_where_they_are():
    found = over(SETS)
    assert found.means.shape == (SETS, len(CALIBRATED))
    assert found.shift_p > FALSE_ALARM
    assert found.rank_p > FALSE_ALARM
    # Eight interviews move some parameters, and truths are found by it.
    assert 0.2 < found.means.std() < 0.6


def leaving_the_prior(monkeypatch):
    """Add proposals to a place without drawing it in: the prior is not kept."""
    steps = SimpleNamespace(sqrt=lambda _: 1.0, exp=math.exp, log=math.log)
    monkeypatch.setattr(sampler, "math", steps)


def all_at_once(monkeypatch):
    """Take the likelihood in at one step: particles descend from few, and hardly move."""
    for name, value in (("KEEP", 0.0), ("LEAST_MOVES", 1), ("MOST_MOVES", 1)):
        monkeypatch.setattr(sampler, name, value)


@pytest.mark.parametrize("fault", [leaving_the_prior, all_at_once])
def test_a_sampler_with_too_wide_or_too_narrow_posteriors_is_noticed(fault, monkeypatch):
    fault(monkeypatch)
    assert over(FEW).rank_p < FALSE_ALARM / 100


def test_a_biased_sampler_is_noticed(monkeypatch):
    class Leaning:
        """Draws of a generator whose normal ones are not centred."""

        def __init__(self, chance):
            self.chance = chance

        def __getattr__(self, name):
            return getattr(self.chance, name)

        def standard_normal(self, shape):
            return self.chance.standard_normal(shape) + 0.3

    move = sampler._moved
    monkeypatch.setattr(sampler, "_moved", lambda *rest: move(*rest[:-1], Leaning(rest[-1])))
    assert over(FEW).shift_p < FALSE_ALARM / 100
