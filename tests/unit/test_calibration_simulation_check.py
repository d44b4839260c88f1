"""The simulation-based check: a right likelihood passes, a mean of logarithms does not.

Worlds are made up, without the model. A right method fails with a chance of 1 in 100 (all
ranks together); coverage is allowed what happens once in 10,000. All chance is keyed, so a
pass stays a pass.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from colsim.calibration.checks.simulation import (
    FALSE_ALARM,
    Bank,
    Ranks,
    evidence_of,
    made_sets,
    plausibility,
    ranks_of,
)
from colsim.calibration.interviewing.reporting import Reporting
from colsim.calibration.results import words
from tests.frames import CELLS, LISTED, REPORT, instrument_for, toy_frames, voices_of
from tests.later import Later

pytestmark = pytest.mark.slow

stats = Later("scipy.stats")

WORLDS, RUNS, SITTINGS = 300, 2, 16
INSTRUMENT = instrument_for()


def simulation_check(
    bank, instrument, voices, *, names, data_sets, sittings, pool, seed=1, geometric=False
):
    """Rank the truth among posterior draws for made-up interviews; geometric: the wrong average."""
    made = made_sets(bank, instrument, voices, data_sets=data_sets, sittings=sittings, seed=seed)
    logs = evidence_of(
        bank, instrument, voices, made, sittings=sittings, pool=pool, geometric=geometric
    )
    return ranks_of(bank, logs, names=names, interviewed=voices.interviewed, seed=seed)


@pytest.fixture(scope="module")
def bank():
    chance = np.random.default_rng(5)
    quantiles = chance.random((WORLDS, 2))
    seeds = chance.integers(0, 1 << 62, (WORLDS, RUNS))
    return Bank(quantiles, seeds, toy_frames(quantiles, INSTRUMENT, RUNS, csw=50, mhsw=45))


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


def table(interviewed, reporting=REPORT):
    nothing = (0, 0, 0, 0)
    return voices_of(CELLS, interviewed, nothing, nothing, asked={"B"}, reporting=reporting)


def checked(bank, pool, interviewed, reporting=REPORT, **options):
    settings = {"data_sets": len(bank.seeds), "sittings": SITTINGS} | options
    return simulation_check(
        bank, INSTRUMENT, table(interviewed, reporting), names=("a", "b"), pool=pool, **settings
    )


def scored_with(instrument, bank, pool, voices):
    """Rank truths whose interviews were made up with one instrument, and scored with another."""
    made = made_sets(bank, INSTRUMENT, voices, data_sets=len(bank.seeds), sittings=SITTINGS)
    logs = evidence_of(bank, instrument, voices, made, sittings=SITTINGS, pool=pool)
    return ranks_of(bank, logs, names=("a", "b"), interviewed=voices.interviewed, seed=1)


@pytest.mark.parametrize(
    "interviewed, reporting",
    [
        pytest.param((4, 4), REPORT, id="report"),
        pytest.param((4, 4), LISTED, id="list", marks=pytest.mark.long),
        pytest.param((20, 20), Reporting(), id="codebook", marks=pytest.mark.long),
    ],
)
def test_the_right_likelihood_passes_and_a_wrong_one_fails(bank, pool, interviewed, reporting):
    right = checked(bank, pool, interviewed, reporting)
    assert right.names == ("a", "b", "log_likelihood")
    assert right.passed
    assert right.joint_p >= FALSE_ALARM
    for level in (0.5, 0.9):
        for share in right.coverage(level):
            held = round(share * WORLDS)
            assert stats.binomtest(held, WORLDS, level).pvalue > 1e-4
    if reporting.kind == "codebook":
        wrong = checked(bank, pool, interviewed, reporting, geometric=True)
    else:  # eight interviews say so little that the wrong mean goes unnoticed
        odd = replace(INSTRUMENT, sign=-INSTRUMENT.sign)
        wrong = scored_with(odd, bank, pool, table(interviewed, reporting))
    assert wrong.joint_p < FALSE_ALARM
    assert not wrong.passed
    assert wrong.to_dict()["passed"] is False


def test_more_interviews_tell_more(bank, pool):
    few, many = (checked(bank, pool, (n, n), Reporting(), data_sets=60) for n in (2, 20))
    assert np.median(few.worth) > 1.5 * np.median(many.worth)
    # What the posterior mean has in common with the truth.
    assert (many.recovery > few.recovery).all()
    assert many.recovery.min() > 0.5
    assert many.to_dict()["by_name"]["a"]["recovery"] == pytest.approx(many.recovery[0])
    assert many.to_dict()["by_name"]["log_likelihood"]["recovery"] is None
    assert few.to_dict()["median_effective_worlds"] == pytest.approx(np.median(few.worth))
    assert few.to_dict()["data_sets"] == 60
    assert few.to_dict()["interviewed"] == [2, 2]


def test_the_same_whatever_the_number_of_threads(bank, pool):
    with ThreadPoolExecutor(1) as one:
        alone = checked(bank, one, (4, 4), data_sets=30)
    together = checked(bank, pool, (4, 4), data_sets=30)
    assert alone.ranks.tobytes() == together.ranks.tobytes()


def test_a_truth_needs_a_world_of_its_own(bank, pool):
    with pytest.raises(ValueError, match="301 data sets need as many worlds, and the bank has 300"):
        checked(bank, pool, (4, 4), data_sets=301)


def test_the_truth_ranks_anywhere_among_its_equals(bank, pool):
    alike = Bank(np.full((60, 1), 0.5), bank.seeds[:60], bank.frames[:60])
    found = simulation_check(
        alike, INSTRUMENT, table((4, 4)), names=("a",), data_sets=60, sittings=4, pool=pool
    )
    assert stats.kstest(found.ranks[:, 0], "uniform").pvalue > 1e-4


def test_uneven_ranks_fail_and_even_ones_rarely_do():
    chance = np.random.default_rng(3)

    def ranks(draws):
        return Ranks(("a", "b", "log_likelihood"), draws, np.ones(len(draws)), (4, 4), np.zeros(2))

    passed = sum(ranks(chance.random((400, 3))).passed for _ in range(300))
    assert stats.binomtest(300 - passed, 300, FALSE_ALARM, alternative="greater").pvalue > 1e-4
    one_wrong = chance.random((400, 3))
    one_wrong[:, 1] = chance.beta(0.5, 0.5, 400)  # too narrow posteriors: ranks at the ends
    assert not ranks(one_wrong).passed
    assert ranks(one_wrong).coverage(0.5)[1] < 0.4


# ---- do the interviews that were held look like any of the prior?


@pytest.fixture(scope="module")
def part(bank):
    return Bank(bank.quantiles[:150], bank.seeds[:150], bank.frames[:150])


def evidence(bank, pool, voices, states):
    return evidence_of(bank, INSTRUMENT, voices, states, sittings=16, pool=pool)


@pytest.mark.parametrize("reporting", [REPORT, LISTED, Reporting()])
def test_interviews_made_in_the_bank_are_as_likely_as_others(part, pool, reporting):
    voices = table((4, 4), reporting)
    made = made_sets(part, INSTRUMENT, voices, data_sets=120, sittings=16)
    logs = evidence(part, pool, voices, made)
    assert np.isfinite(logs).all()
    shares = [plausibility(logs[k], logs[20:]) for k in range(20)]
    # Tables are few, so many are equally likely and shares a little above uniform.
    assert stats.kstest(shares, "uniform", alternative="greater").pvalue > 1e-4
    assert min(shares) > 0


def test_what_hardly_any_world_says_has_a_small_share(part, pool):
    # All CSWs confident and none with a bad story, and all MHSWs the other way round.
    voices = table((4, 4), Reporting())
    made = evidence(
        part, pool, voices, made_sets(part, INSTRUMENT, voices, data_sets=100, sittings=16)
    )
    odd = np.array([[4, 0, 4, 4]])
    assert plausibility(evidence(part, pool, voices, odd)[0], made) < 0.03
    # Bands are made up as bands of the same width: wide ones of an odd count are less odd.
    wide = voices_of(CELLS, (4, 4), (0, 0, 0, 0), (3, 3, 3, 3))
    states = made_sets(part, INSTRUMENT, wide, data_sets=100, sittings=16)
    assert states.max() == 1
    made = evidence(part, pool, wide, states)
    assert plausibility(evidence(part, pool, wide, np.array([[1, 1, 0, 0]]))[0], made) > 0.1


def test_what_moved_though_made_up_interviews_do_not_tell_it_is_named():
    recoveries = {"told": 0.6, "hardly": 0.21, "pushed": 0.19, "still": -0.1, "unknown": None}
    check = {
        "data_sets": 100, "passed": True, "joint_p": 0.5, "false_alarm": 0.01,
        "by_name": {name: {"recovery": share} for name, share in recoveries.items()},
    }  # fmt: skip
    summary = {
        "simulation_check": check,
        "parameters": [{"name": name, "moved": name != "still"} for name in recoveries],
    }
    # Two standard errors of no correlation: 0.2 with a hundred sets.
    assert "tell no more of them than chance: pushed. Take that" in words._check(summary)
    check["data_sets"] = 121
    assert "Moved" not in words._check(summary)
