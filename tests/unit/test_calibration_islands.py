"""Independent islands: they share a budget, and what they differ by is the sampler's error."""

import numpy as np
import pytest

from colsim.calibration.inference.sampler import ISLANDS, ImpossibleError, sample_islands
from colsim.calibration.results.summary import moved

PARAMETERS = 12
SHIFT = 1.2
"""What is seen of the first parameter; the others have no effect."""


def gaussian(noise):
    """Return a likelihood of one parameter, whose estimate has chance of its own."""

    def estimate(island, stage, quantiles, seeds):
        from scipy.special import ndtri

        x = ndtri(np.clip(quantiles[:, 0], 1e-12, 1 - 1e-12))
        logs = -0.5 * ((x - SHIFT) / 0.5) ** 2
        luck = np.array(
            [[np.random.default_rng(int(s)).standard_normal() for s in row] for row in seeds]
        )
        spread = np.exp(noise * luck - 0.5 * noise**2).mean(axis=1)
        return logs + np.log(spread)

    return estimate


def drawn(seed, particles=202, noise=0.5):
    return sample_islands(
        gaussian(noise), parameters=PARAMETERS, particles=particles, seed=seed, runs=2
    )


def split(people):
    return np.split(people.normal, np.cumsum(people.islands)[:-1])


def test_islands_share_the_budget_and_are_put_together():
    people = drawn(1)
    assert people.islands == (51, 51, 50, 50)
    assert len(people.normal) == len(people.seeds) == len(people.log_likelihood) == 202
    assert people.seeds.shape == (202, 2)
    assert people.evaluations >= 202 * 3
    stages = [stage.power for stage in people.stages]
    assert stages.count(1.0) == ISLANDS
    # Known: a normal prior with variance 1 and a normal likelihood with variance 1/4.
    assert people.normal[:, 0].mean() == pytest.approx(0.8 * SHIFT, abs=0.15)
    assert people.normal[:, 0].var() == pytest.approx(0.2, abs=0.08)
    evidence = np.log(0.5 / np.sqrt(1.25)) - 0.5 * SHIFT**2 / 1.25
    assert people.log_evidence == pytest.approx(evidence, abs=0.3)
    again = drawn(1)
    assert again.normal.tobytes() == people.normal.tobytes()
    assert drawn(2).normal.tobytes() != people.normal.tobytes()


def test_each_island_has_chance_of_its_own():
    asked = {}

    def estimate(island, stage, quantiles, seeds):
        asked.setdefault((island, stage), []).append((quantiles, seeds))
        return gaussian(0.0)(island, stage, quantiles, seeds)

    sample_islands(estimate, parameters=3, particles=80, seed=1, runs=2)
    assert all(len(found) == 1 for found in asked.values())
    priors = [asked[island, "prior"][0] for island in range(ISLANDS)]
    for places, seeds in ((priors[0][k], priors[1][k]) for k in (0, 1)):
        assert not np.isin(places, seeds).any()


def test_an_error_on_one_island_ends_the_others():
    asked = []

    def estimate(island, stage, quantiles, seeds):
        asked.append(island)
        if island == 2 and stage != "prior":
            raise OSError(28, "No space left on device")
        return gaussian(0.5)(island, stage, quantiles, seeds)

    for _ in range(3):
        asked.clear()
        with pytest.raises(OSError, match="No space left"):
            sample_islands(estimate, parameters=3, particles=800, seed=1, runs=2)
        assert asked.count(2) == 2
    with pytest.raises(ImpossibleError, match="no one of 20 draws"):
        sample_islands(
            lambda island, stage, quantiles, seeds: np.full(len(seeds), -np.inf),
            parameters=3, particles=80, seed=1, runs=2,
        )  # fmt: skip


def test_a_parameter_without_effect_is_hardly_ever_said_to_have_moved():
    names = [f"p{k}" for k in range(PARAMETERS)]
    wrong = found = 0
    for seed in range(12):
        rows = moved(names, split(drawn(seed, particles=160, noise=1.0)))
        found += rows[0].moved
        wrong += any(one.moved for one in rows[1:])
    assert found == 12
    # With the number of ancestors for the worth of the particles it was five of twelve.
    assert wrong <= 1
