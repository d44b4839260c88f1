"""The sampler beside pyABC, an independent tool, where both can be right.

Two themes of eight interviewed each, voiced with chances that two parameters move. pyABC
keeps what gives exactly the counts that were seen, so it approximates nothing either.
"""

import numpy as np
import pytest
from scipy.special import expit

from colsim.calibration.inference.sampler import sample
from tests.later import Later

pytestmark = [pytest.mark.slow, pytest.mark.long]

stats = Later("scipy.stats")

pyabc = Later("pyabc")

SEEN = (7, 3)
ASKED = 8
OURS, THEIRS = 800, 150
SIGMAS = 4.9
"""Allowed between the two, in standard errors: a false alarm in a million."""


def chances(a, b):
    return expit(1.5 * a), expit(a - b)


def ours(seen):
    def estimate(stage, quantiles, seeds):
        a, b = stats.norm.ppf(quantiles).T
        return sum(
            stats.binom(ASKED, p).logpmf(k) for p, k in zip(chances(a, b), seen, strict=True)
        )

    return sample(estimate, parameters=2, particles=OURS, seed=2).normal


def exact():
    """Return means and standard deviations on a grid."""
    grid = np.linspace(-5, 5, 401)
    a, b = np.meshgrid(grid, grid, indexing="ij")
    weight = stats.norm.pdf(a) * stats.norm.pdf(b)
    for p, k in zip(chances(a, b), SEEN, strict=True):
        weight = weight * stats.binom(ASKED, p).pmf(k)
    weight /= weight.sum()
    means = [(weight * x).sum() for x in (a, b)]
    return means, [
        np.sqrt((weight * (x - m) ** 2).sum()) for x, m in zip((a, b), means, strict=True)
    ]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """Return pyABC's particles and their weights."""
    np.random.seed(4)  # noqa: NPY002 - pyABC draws from the global generator

    def model(parameter):
        p = chances(parameter["a"], parameter["b"])
        return {"k": np.random.binomial(ASKED, p)}  # noqa: NPY002

    run = pyabc.ABCSMC(
        model,
        pyabc.Distribution(a=pyabc.RV("norm", 0, 1), b=pyabc.RV("norm", 0, 1)),
        lambda x, y: float(np.abs(x["k"] - y["k"]).sum()),
        population_size=THEIRS,
        eps=pyabc.ListEpsilon([3.0, 1.0, 0.0]),
        sampler=pyabc.SingleCoreSampler(),
    )
    folder = tmp_path_factory.mktemp("pyabc")
    run.new(pyabc.create_sqlite_db_id(str(folder)), {"k": np.array(SEEN)})
    frame, weights = run.run(max_nr_populations=3).get_distribution()
    return frame[["a", "b"]].to_numpy(), np.asarray(weights)


def differences(theirs, seen):
    """Return how far the two are apart in each parameter, in standard errors."""
    found, weights = theirs
    _, sd = exact()
    error = np.array(sd) * np.sqrt(2.0 / OURS + (weights**2).sum())
    return abs(ours(seen).mean(axis=0) - weights @ found) / error


@pytest.mark.filterwarnings("ignore")
def test_both_find_the_same_posterior(theirs):
    assert (differences(theirs, SEEN) < SIGMAS).all()
    # Three fewer who voiced the first theme would be noticed.
    assert differences(theirs, (SEEN[0] - 3, SEEN[1])).max() > SIGMAS


def test_the_exact_posterior_agrees():
    means, sd = exact()
    errors = np.array(sd) * np.sqrt(2.0 / OURS)
    assert (abs(ours(SEEN).mean(axis=0) - means) < SIGMAS * errors).all()
