"""The sampler against posteriors that are known.

False alarms: each comparison allows 4.9 standard errors (1e-6 if the error is right). The
error is taken as that of half as many independent particles as there are, because resampled
particles descend from each other; all chance is keyed, so a pass stays a pass.
"""

import math

import numpy as np
import pytest

from colsim.calibration.inference.problem import Prior
from colsim.calibration.inference.sampler import (
    ImpossibleError,
    Population,
    Stage,
    _resample,
    _Seen,
    generator,
    sample,
)
from tests.later import Later

stats = Later("scipy.stats")

PARTICLES = 800
SIGMAS = 4.9
NOISE = 1.0
"""Standard deviation of the noisy estimates' logarithm."""


def worth(people: Population) -> float:
    return len(people.normal) / 2.0


def agrees(values, mean, sd, n):
    """Tell whether draws have this mean and this spread."""
    shift = abs(np.mean(values) - mean) / (sd / math.sqrt(n))
    spread = abs(np.std(values) / sd - 1.0) / (1.0 / math.sqrt(2.0 * n))
    return shift < SIGMAS and spread < SIGMAS


class Normal:
    """A normal observation of each parameter, whose priors are standard normals."""

    def __init__(self, observed, error, *, noise=0.0, logs_averaged=False):
        self.observed = np.asarray(observed)
        self.error = np.asarray(error)
        self.noise, self.logs_averaged = noise, logs_averaged

    @property
    def mean(self):
        return self.observed / (1 + self.error**2)

    @property
    def sd(self):
        return self.error / np.sqrt(1 + self.error**2)

    @property
    def log_evidence(self):
        return stats.norm(0, np.sqrt(1 + self.error**2)).logpdf(self.observed).sum()

    def __call__(self, stage, quantiles, seeds):
        x = stats.norm.ppf(quantiles)
        log = stats.norm(x, self.error).logpdf(self.observed).sum(axis=1)
        if not self.noise:
            return log
        # Each run's estimate is unbiased: log-normal noise of mean 1, keyed by its seed.
        draws = np.array(
            [[generator(int(seed)).standard_normal() for seed in runs] for runs in seeds]
        )
        # Noise grows with the parameter, so that a biased estimate pulls it down.
        sd = self.noise * (1.0 + np.clip(x[:, :1], -0.9, 1.0))
        runs = log[:, None] + sd * draws - sd**2 / 2.0
        if self.logs_averaged:
            return runs.mean(axis=1)
        highest = runs.max(axis=1, keepdims=True)
        return np.log(np.exp(runs - highest).mean(axis=1)) + highest[:, 0]


def judged(problem, people):
    n = worth(people)
    return [
        agrees(people.normal[:, k], problem.mean[k], problem.sd[k], n)
        for k in range(len(problem.observed))
    ]


@pytest.mark.parametrize("parameters", [1, 12])
@pytest.mark.parametrize("noise", [0.0, NOISE])
def test_normal_posteriors_and_their_evidence(parameters, noise):
    observed = np.linspace(-1.2, 1.5, parameters)
    error = np.linspace(0.5, 1.5, parameters)
    problem = Normal(observed, error, noise=noise)
    people = sample(problem, parameters=parameters, particles=PARTICLES, seed=3, runs=2)
    assert all(judged(problem, people))
    # Steps multiply means, each of which is known to 1 / sqrt(worth) of half the particles.
    allowed = SIGMAS * math.sqrt((len(people.stages) + math.exp(noise**2) - 1) / worth(people))
    assert people.log_evidence == pytest.approx(problem.log_evidence, abs=allowed)
    assert people.evaluations == PARTICLES * (1 + sum(stage.moves for stage in people.stages))
    assert people.stages[-1].power == 1.0
    assert people.failures == 0


def test_an_average_of_logarithms_is_noticed():
    problem = Normal([0.3], [2.0], noise=NOISE)
    right = sample(problem, parameters=1, particles=PARTICLES, seed=5, runs=2)
    assert all(judged(problem, right))
    problem = Normal([0.3], [2.0], noise=NOISE, logs_averaged=True)
    wrong = sample(problem, parameters=1, particles=PARTICLES, seed=5, runs=2)
    assert not any(judged(problem, wrong))
    assert wrong.normal.mean() < right.normal.mean() - 0.2


def test_two_places_that_fit_are_both_kept():
    def two(stage, quantiles, seeds):
        x = stats.norm.ppf(quantiles[:, 0])
        # Each peak has the prior's density times its own mass: 3 to 1, whatever the prior.
        peaks = [
            math.log(mass) + stats.norm(at, 0.1).logpdf(x) - stats.norm.logpdf(x)
            for mass, at in ((0.75, -1.5), (0.25, 1.5))
        ]
        return np.logaddexp(*peaks)

    people = sample(two, parameters=1, particles=PARTICLES, seed=7)
    below = (people.normal < 0).mean()
    assert abs(below - 0.75) < SIGMAS * math.sqrt(0.75 * 0.25 / worth(people))
    for side, at in ((people.normal < 0, -1.5), (people.normal > 0, 1.5)):
        assert agrees(people.normal[side], at, 0.1, side.sum() / 2)
    assert abs(people.log_evidence) < SIGMAS * math.sqrt(len(people.stages) / worth(people))


def test_counts_and_a_uniform_prior_give_a_beta_posterior():
    prior = Prior("p", 0.0, 0.5, 1.0)

    def voiced(stage, quantiles, seeds):
        p = np.array([prior.at(float(u)) for u in quantiles[:, 0]])
        return stats.binom(8, p).logpmf(7)

    people = sample(voiced, parameters=1, particles=PARTICLES, seed=11)
    p = [prior.at(float(u)) for u in people.quantiles[:, 0]]
    exact = stats.beta(8, 2)
    assert agrees(p, exact.mean(), exact.std(), worth(people))
    ks = stats.kstest(p, exact.cdf).statistic
    assert ks < stats.kstwo(int(worth(people))).isf(1e-6)
    assert stats.kstest(p, stats.beta(7, 3).cdf).statistic > stats.kstwo(int(worth(people))).isf(
        1e-6
    )
    assert people.log_evidence == pytest.approx(
        math.log(1 / 9), abs=SIGMAS / math.sqrt(worth(people))
    )


def test_a_lopsided_prior_has_half_on_each_side_of_its_middle():
    prior = Prior("p", 0.0, 0.2, 1.0)
    flat = sample(lambda s, q, r: np.zeros(len(q)), parameters=1, particles=PARTICLES, seed=13)
    values = np.array([prior.at(float(u)) for u in flat.quantiles[:, 0]])
    assert abs((values < 0.2).mean() - 0.5) < SIGMAS * 0.5 / math.sqrt(worth(flat))
    assert values.min() >= 0.0
    assert values.max() <= 1.0
    assert [prior.at(u) for u in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx(
        [0, 0.1, 0.2, 0.6, 1]
    )
    assert flat.log_evidence == 0.0
    assert len(flat.stages) == 1


def test_the_same_seed_gives_the_same_bits():
    problem = Normal([1.0, -1.0], [0.5, 0.5], noise=NOISE)
    stages: list[Stage] = []
    one = sample(problem, parameters=2, particles=100, seed=1, runs=3, tell=stages.append)
    two = sample(problem, parameters=2, particles=100, seed=1, runs=3)
    other = sample(problem, parameters=2, particles=100, seed=2, runs=3)
    assert one.normal.tobytes() == two.normal.tobytes()
    assert one.seeds.tobytes() == two.seeds.tobytes()
    assert one.log_evidence == two.log_evidence
    assert one.normal.tobytes() != other.normal.tobytes()
    assert stages == one.stages
    assert one.seeds.shape == (100, 3)


def test_what_no_parameters_can_produce_ends_in_an_error():
    with pytest.raises(ImpossibleError, match="no one of 60 draws from the prior can produce"):
        sample(lambda s, q, r: np.full(len(q), -np.inf), parameters=2, particles=60, seed=1)
    with pytest.raises(ImpossibleError):
        sample(lambda s, q, r: np.full(len(q), np.nan), parameters=2, particles=60, seed=1)


def test_failed_runs_count_as_impossible_and_are_counted():
    def failing(stage, quantiles, seeds):
        # Below the median every run fails; above it all places are alike.
        return np.where(quantiles[:, 0] < 0.5, np.nan, 0.0)

    people = sample(failing, parameters=1, particles=PARTICLES, seed=17)
    assert (people.quantiles >= 0.5).all()
    assert 0.3 * people.evaluations < people.failures < 0.6 * people.evaluations
    assert people.log_evidence == pytest.approx(math.log(0.5), abs=SIGMAS / math.sqrt(PARTICLES))
    ks = stats.kstest(people.quantiles[:, 0], stats.uniform(0.5, 0.5).cdf).statistic
    assert ks < stats.kstwo(int(worth(people))).isf(1e-6)


def test_few_places_that_are_possible_are_found():
    def narrow(stage, quantiles, seeds):
        return np.where(quantiles[:, 0] > 0.97, 0.0, -np.inf)

    people = sample(narrow, parameters=3, particles=PARTICLES, seed=19)
    assert (people.quantiles[:, 0] > 0.97).all()
    assert people.log_evidence == pytest.approx(math.log(0.03), abs=0.9)
    assert people.ancestors <= 60


def test_particles_go_on_as_often_as_their_weights_say():
    weights = np.array([0.5, 0.02, 0.0, 0.305, 0.175])
    expected = 5 * weights
    mean = np.zeros(5)
    for u in (np.arange(1000) + 0.5) / 1000:
        counts = np.bincount(_resample(weights, float(u)), minlength=5)
        assert (counts >= np.floor(expected)).all()
        assert (counts <= np.ceil(expected)).all()
        mean += counts / 1000
    assert mean == pytest.approx(expected, abs=1e-9)


def test_a_proposal_keeps_all_seeds_but_one():
    asked = {}
    problem = Normal([2.5], [0.2])

    def estimate(stage, quantiles, seeds):
        asked[stage] = seeds.copy()
        return problem(stage, quantiles, seeds)

    people = sample(estimate, parameters=1, particles=200, seed=23, runs=3)
    prior = {tuple(row) for row in asked["prior"].tolist()}
    for row in asked["1-0"].tolist():
        kept = max(sum(a == b for a, b in zip(row, old, strict=True)) for old in prior)
        assert kept == 2
    # What was accepted has seeds of its own; ancestors are few.
    assert people.ancestors < 60
    assert len({tuple(row) for row in people.seeds.tolist()}) > 150


def test_each_particle_knows_which_estimate_is_its_own():
    asked, alive = [], []
    problem = Normal([2.5], [0.2], noise=NOISE)

    def estimate(stage, quantiles, seeds):
        found = problem(stage, quantiles, seeds)
        asked.extend(zip(quantiles[:, 0].tolist(), seeds.tolist(), found.tolist(), strict=True))
        return found

    people = sample(
        estimate,
        parameters=1,
        particles=45,
        seed=29,
        runs=2,
        keep=lambda own: alive.append(set(own)),
    )
    assert len(asked) == people.evaluations
    for k in range(45):
        quantile, seeds, log = asked[people.asked[k]]
        assert quantile == people.quantiles[k, 0]
        assert seeds == people.seeds[k].tolist()
        assert log == people.log_likelihood[k]
    assert set(people.asked) <= alive[-1]
    assert len(alive) == len(people.stages)
    assert len(set(people.asked)) > 35


def test_a_wrong_guess_of_the_likelihood_makes_nothing_wrong(monkeypatch):
    problem = Normal([0.8, -0.4], [0.7, 0.9], noise=NOISE)
    found = []
    for slope in ([0.0, 0.0], [1.5, 0.0], [-1.0, 1.0]):
        monkeypatch.setattr(_Seen, "slope", lambda _, slope=slope: np.array(slope))
        people = sample(problem, parameters=2, particles=PARTICLES, seed=31, runs=2)
        assert all(judged(problem, people))
        found.append(people.normal.tobytes())
    assert len(set(found)) == 3


def test_the_guess_of_the_likelihood_is_a_plane_through_what_was_seen():
    seen = _Seen(lambda stage, quantiles, seeds: stats.norm.ppf(quantiles) @ [1.0, -2.0, 0.0] - 3.0)
    normal = np.random.default_rng(1).standard_normal((200, 3))
    seen.at("prior", normal, np.zeros((200, 1), np.int64))
    assert seen.slope() == pytest.approx([1.0, -2.0, 0.0], abs=0.01)
    # Where nothing depends on the place, nothing is guessed to.
    noise = iter(np.random.default_rng(2).standard_normal((1, 200)))
    blind = _Seen(lambda stage, quantiles, seeds: next(noise))
    blind.at("prior", normal, np.zeros((200, 1), np.int64))
    assert np.abs(blind.slope()).max() < 0.2
    # What failed or is impossible takes no part.
    logs = np.where(np.arange(200) < 20, -np.inf, normal[:, 0])
    some = _Seen(lambda stage, quantiles, seeds: np.where(np.arange(200) > 190, np.nan, logs))
    some.at("prior", normal, np.zeros((200, 1), np.int64))
    assert some.slope() == pytest.approx([1.0, 0.0, 0.0], abs=0.01)
    assert some.failures == 9
