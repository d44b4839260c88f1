"""The simulation-based check: a right likelihood passes, a mean of logarithms does not.

Worlds are made up, without the model. A right method fails with a chance of 1 in 100 (all
ranks together); coverage is allowed what happens once in 10,000. All chance is keyed, so a
pass stays a pass.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from colsim.calibration.simulation_check import (
    FALSE_ALARM,
    Bank,
    Ranks,
    made_voices,
    plausibility,
    simulation_check,
)
from tests.later import Later
from tests.rooms import CELLS, gauge_for, toy_rooms, voices_of

pytestmark = pytest.mark.slow

stats = Later("scipy.stats")

WORLDS, RUNS, SITTINGS = 400, 2, 32
GAUGE = gauge_for()


@pytest.fixture(scope="module")
def bank():
    chance = np.random.default_rng(5)
    quantiles = chance.random((WORLDS, 2))
    seeds = chance.integers(0, 1 << 62, (WORLDS, RUNS))
    return Bank(quantiles, seeds, toy_rooms(quantiles, GAUGE, RUNS, csw=50, mhsw=45))


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


def checked(bank, pool, interviewed, **options):
    settings = {"data_sets": WORLDS, "sittings": SITTINGS} | options
    return simulation_check(
        bank, GAUGE, names=("a", "b"), interviewed=interviewed, pool=pool, **settings
    )


@pytest.mark.parametrize("interviewed", [(4, 4), (40, 40)], ids=["8", "80"])
def test_the_right_likelihood_passes_and_the_geometric_one_fails(bank, pool, interviewed):
    right = checked(bank, pool, interviewed)
    assert right.names == ("a", "b", "log_likelihood")
    assert right.passed
    assert right.joint_p >= FALSE_ALARM
    for level in (0.5, 0.9):
        for share in right.coverage(level):
            held = round(share * WORLDS)
            assert stats.binomtest(held, WORLDS, level).pvalue > 1e-4
    wrong = checked(bank, pool, interviewed, geometric=True)
    assert wrong.joint_p < 1e-4
    assert not wrong.passed
    assert wrong.to_dict()["passed"] is False


def test_more_interviews_tell_more(bank, pool):
    few, many = (checked(bank, pool, (n, n), data_sets=40) for n in (4, 40))
    assert np.median(few.worth) > 1.5 * np.median(many.worth)
    assert few.to_dict()["median_effective_worlds"] == pytest.approx(np.median(few.worth))
    assert few.to_dict()["data_sets"] == 40
    assert few.to_dict()["interviewed"] == [4, 4]


def test_the_same_whatever_the_number_of_threads(bank, pool):
    with ThreadPoolExecutor(1) as one:
        alone = checked(bank, one, (4, 4), data_sets=30)
    together = checked(bank, pool, (4, 4), data_sets=30)
    assert alone.ranks.tobytes() == together.ranks.tobytes()


def test_a_truth_needs_a_world_of_its_own(bank, pool):
    with pytest.raises(ValueError, match="401 data sets need as many worlds, and the bank has 400"):
        checked(bank, pool, (4, 4), data_sets=401)


def test_the_truth_ranks_anywhere_among_its_equals(bank, pool):
    alike = Bank(np.full((60, 1), 0.5), bank.seeds[:60], bank.rooms[:60])
    found = simulation_check(
        alike, GAUGE, names=("a",), interviewed=(4, 4), data_sets=60, sittings=4, pool=pool
    )
    assert stats.kstest(found.ranks[:, 0], "uniform").pvalue > 1e-4


def test_uneven_ranks_fail_and_even_ones_rarely_do():
    chance = np.random.default_rng(3)

    def ranks(draws):
        return Ranks(("a", "b", "log_likelihood"), draws, np.ones(len(draws)), (4, 4))

    passed = sum(ranks(chance.random((400, 3))).passed for _ in range(300))
    assert stats.binomtest(300 - passed, 300, FALSE_ALARM, alternative="greater").pvalue > 1e-4
    one_wrong = chance.random((400, 3))
    one_wrong[:, 1] = chance.beta(0.5, 0.5, 400)  # too narrow posteriors: ranks at the ends
    assert not ranks(one_wrong).passed
    assert ranks(one_wrong).coverage(0.5)[1] < 0.4


# ---- do the interviews that were held look like any of the prior?


@pytest.fixture(scope="module")
def part(bank):
    return Bank(bank.quantiles[:150], bank.seeds[:150], bank.rooms[:150])


def plausible(bank, pool, voices):
    return plausibility(bank, GAUGE, voices, data_sets=100, sittings=16, pool=pool)


def test_interviews_made_in_the_bank_are_as_likely_as_others(part, pool):
    template = voices_of(CELLS, (4, 4), (0, 0, 0, 0))
    shares = []
    for truth in range(110, 130):
        voices = made_voices(part, GAUGE, template, truth, interviewed=(4, 4), sittings=16, seed=9)
        assert (voices.low == voices.high).all()
        shares.append(plausible(part, pool, voices))
    # Counts are few, so many are equally likely and shares a little above uniform.
    assert stats.kstest(shares, "uniform", alternative="greater").pvalue > 1e-4
    assert min(shares) > 0


def test_what_hardly_any_world_says_has_a_small_share(part, pool):
    # All CSWs confident and none with a bad story, and all MHSWs the other way round.
    odd = voices_of(CELLS, (4, 4), (4, 4, 0, 4))
    assert plausible(part, pool, odd) < 0.03
    assert plausible(part, pool, voices_of(CELLS, (4, 4), (0, 0, 0, 0), (4, 4, 4, 4))) is None
    # Bands are made up as bands of the same width: wide ones of an odd count are less odd.
    wide = voices_of(CELLS, (4, 4), (1, 1, 0, 1), (4, 4, 3, 4))
    assert plausible(part, pool, wide) > plausible(part, pool, odd)
