"""What a calibration says about itself, against plain recomputation on made-up worlds."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

from colsim.calibration.checks.fit import (
    Lives,
    learned_levels,
    left_out,
    predicted,
    prior_levels,
    reweighted,
    selected,
    sharper,
)
from colsim.calibration.inference.likelihood import chances, levels_after
from colsim.calibration.inference.problem import Prior, Problem, Statistic, score, sittings_in
from colsim.calibration.inference.sittings import NODE_WEIGHTS, Sittings
from colsim.calibration.results.summary import CERTAIN, moved
from colsim.scenario import load_scenario
from tests.frames import CELLS, LISTED, OBSERVABLES, REPORT, instrument_for, toy_frames, voices_of
from tests.later import Later

stats = Later("scipy.stats")

ASKED = (4, 3)
WORLDS, RUNS = 30, 2


@pytest.fixture(scope="module")
def problem():
    priors = tuple(Prior(name, 0.0, 0.5, 1.0) for name in ("a", "b"))
    voices = voices_of(CELLS, ASKED, (3, 2, 0, 1), (4, 2, 2, 3), asked={"B"}, reporting=REPORT)
    return Problem(
        load_scenario("desktop").scenario, priors, 2, instrument_for(), voices,
        (Statistic("turnover_csw", 0.2, 0.1),), RUNS, 16,
    )  # fmt: skip


def lives_of(problem, seed=1):
    chance = np.random.default_rng(seed)
    quantiles = chance.random((WORLDS, 2))
    seeds = chance.integers(0, 1 << 62, (WORLDS, RUNS))
    frames = toy_frames(quantiles, problem.instrument, RUNS)
    statistics = chance.normal(0.2, 0.1, (WORLDS, RUNS, len(problem.statistics)))
    logs = np.array(
        [
            [
                score(
                    problem, frames[k][r], sittings_in(problem, frames[k][r], int(seeds[k, r])),
                    statistics[k, r].tolist(),
                )
                for r in range(RUNS)
            ]
            for k in range(WORLDS)
        ]
    )  # fmt: skip
    return Lives(quantiles, ndtri(quantiles), seeds, logs, frames, statistics)


@pytest.fixture(scope="module")
def lives(problem):
    return lives_of(problem)


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.mark.slow
def test_particles_weigh_the_same_and_their_runs_by_likelihood(lives):
    weights = lives.weights(by_likelihood=True)
    assert weights.sum() == pytest.approx(1.0)
    assert weights.sum(axis=1) == pytest.approx(np.full(WORLDS, 1 / WORLDS))
    ratio = np.exp(lives.logs[:, 0] - lives.logs[:, 1])
    assert weights[:, 0] / weights[:, 1] == pytest.approx(ratio)
    assert lives.weights(by_likelihood=False) == pytest.approx(1 / WORLDS / RUNS)


def test_failed_runs_weigh_nothing(lives):
    logs = lives.logs.copy()
    logs[0, 1], logs[1] = np.nan, np.nan
    logs[2] = -np.inf
    torn = replace(lives, logs=logs)
    for by_likelihood in (True, False):
        weights = torn.weights(by_likelihood=by_likelihood)
        assert weights[0, 1] == 0
        assert (weights[1] == 0).all()
        assert weights.sum() == pytest.approx(1.0)
        assert weights[0, 0] > 0
    assert (torn.weights(by_likelihood=True)[2] == 0).all()
    assert len(torn.every()) == WORLDS * RUNS - 3


def test_predictions_are_of_new_people_in_the_same_worlds(problem, lives, pool):
    start = prior_levels(problem)
    assert start.shape == (6, 3, 3)
    for by_likelihood in (False, True):
        found = predicted(problem, lives, start, pool=pool, by_likelihood=by_likelihood)
        weights = lives.weights(by_likelihood=by_likelihood)
        expected = np.zeros((4, 5))
        for k in range(WORLDS):
            for r in range(RUNS):
                frame = lives.frames[k][r]
                drawn = sittings_in(problem, frame, int(lives.seeds[k, r]), fresh=True)
                table = chances(frame, drawn, problem.instrument, ASKED).mean(axis=1)
                could = np.tensordot(table, NODE_WEIGHTS, (1, 0))
                expected += weights[k, r] * thin(could, problem)
        assert found == pytest.approx(expected)
        assert found.sum(axis=1) == pytest.approx(np.ones(4))
        assert found[[1, 3], 4] == pytest.approx([0, 0])  # of three MHSWs


def thin(could, problem):
    """Return how many speak of those who could, by how many do: each has a coin of their own."""
    found = np.zeros_like(could)
    for c, (theme, _) in enumerate(CELLS):
        for weight, mention in zip(
            NODE_WEIGHTS, problem.instrument.mentions[int(theme == "B")], strict=True
        ):
            for j in range(5):
                found[c] += weight * could[c, j] * stats.binom.pmf(np.arange(5), j, mention)
    return found


def test_levels_are_learnt_where_something_was_voiced(problem, lives, pool):
    found = learned_levels(problem, lives, pool=pool)
    weights = lives.weights(by_likelihood=True)
    expected = np.zeros((6, 3, 3))
    for k in range(WORLDS):
        for r in range(RUNS):
            frame = lives.frames[k][r]
            drawn = sittings_in(problem, frame, int(lives.seeds[k, r]))
            expected += weights[k, r] * levels_after(
                frame, drawn, problem.instrument, problem.voices
            )
    assert found == pytest.approx(expected)
    assert found.sum() == pytest.approx(1.0)


def slowly(problem, lives, rescored):
    """Return worth and shifts of particles weighted by another likelihood."""
    old = np.exp(lives.logs).mean(axis=1)
    weights = np.exp(rescored).mean(axis=1) / old
    weights /= weights.sum()
    shifts = weights @ lives.normal - lives.normal.mean(axis=0)
    return 1 / (weights**2).sum(), dict(zip("ab", shifts.tolist(), strict=True))


def rescored(problem, lives, **changes):
    return np.array(
        [
            [
                score(
                    problem, frame, sittings_in(problem, frame, int(lives.seeds[k, r])),
                    lives.statistics[k, r].tolist(), **changes,
                )
                for r, frame in enumerate(lives.frames[k])
            ]
            for k in range(WORLDS)
        ]
    )  # fmt: skip


def test_leaving_out_a_theme_is_weighting_by_what_is_left(problem, lives, pool):
    by_theme, interviews, by_row = left_out(problem, lives, pool=pool)
    assert [one.change for one in by_theme] == ["A", "B", "C"]
    assert [one.change for one in interviews] == ["one CSW", "one MHSW"]
    without = OBSERVABLES | {
        cell: replace(one, weight=0.0) for cell, one in OBSERVABLES.items() if cell[0] == "A"
    }
    worth, shifts = slowly(
        problem, lives, rescored(problem, lives, instrument=instrument_for(without))
    )
    assert by_theme[0].worth == pytest.approx(worth)
    assert by_theme[0].shifts == pytest.approx(shifts)
    assert max(map(abs, shifts.values())) > 0.05
    # How likely what was left out is, given the rest: the mean of the ratio under the posterior.
    rest = rescored(problem, lives, instrument=instrument_for(without))
    ratio = np.exp(rest).mean(axis=1) / np.exp(lives.logs).mean(axis=1)
    assert by_theme[0].chance == pytest.approx(-math.log(ratio.mean()))
    assert by_theme[0].chance < 0
    assert by_row.shape == (WORLDS, 3)
    assert by_row[:, 0] == pytest.approx(-np.log(ratio))
    for one in (*by_theme, *interviews):
        assert 1.0 <= one.worth <= WORLDS


@pytest.mark.slow
def test_leaving_out_one_of_whom_only_counts_are_known(problem, lives, pool):
    _, (csw, mhsw), _ = left_out(problem, lives, pool=pool)
    # Bands were 3 to 4, 0 to 2 of four CSWs; 2, 1 to 3 of three MHSWs.
    for one, seat, asked, low, high in (
        (csw, 3, (3, 3), (2, 2, 0, 1), (3, 2, 2, 3)),
        (mhsw, 6, (4, 2), (3, 1, 0, 0), (4, 2, 2, 2)),
    ):
        voices = voices_of(CELLS, asked, low, high, asked={"B"}, reporting=REPORT)
        logs = np.empty((WORLDS, RUNS))
        for k in range(WORLDS):
            for r in range(RUNS):
                frame, seed = lives.frames[k][r], int(lives.seeds[k, r])
                drawn = sittings_in(problem, frame, seed)
                left = [j for j in range(7) if j != seat]
                fewer = Sittings(drawn.seats[:, left], drawn.talk[:, left])
                found = lives.statistics[k, r].tolist()
                logs[k, r] = score(problem, frame, fewer, found, tables=(voices,))
        worth, shifts = slowly(problem, lives, logs)
        assert one.worth == pytest.approx(worth)
        assert one.shifts == pytest.approx(shifts)


@pytest.mark.slow
def test_leaving_out_an_interview_leaves_out_its_answers(problem, lives, pool):
    answers = np.full((7, 4), -1, np.int8)
    answers[:4, 0], answers[:4, 2] = (1, 1, 1, 0), (0, 0, 1, 0)
    answers[4:, 1], answers[4:, 3] = (1, 1, 0), (0, 1, 0)
    low = (answers == 1).sum(axis=0)
    whole = replace(problem, voices=voices_of(CELLS, ASKED, low, answers=answers, reporting=LISTED))
    logs = rescored(whole, lives)
    by_person = replace(lives, logs=logs)
    _, interviews, _ = left_out(whole, by_person, pool=pool)
    assert [one.change for one in interviews] == [f"interview {k}" for k in range(1, 8)]
    answers = answers.copy()
    answers[2] = -1
    high = np.array([4, 3, 4, 3]) - (answers == 0).sum(axis=0)
    low = (answers == 1).sum(axis=0)
    assert low[2] == 0  # the only one who voiced B is the one who is left out
    fewer = replace(whole.voices, answers=answers, low=low, high=high)
    worth, shifts = slowly(whole, by_person, rescored(whole, lives, tables=(fewer,)))
    assert interviews[2].worth == pytest.approx(worth)
    assert interviews[2].shifts == pytest.approx(shifts)


def test_sharper_and_blunter_thresholds(problem, lives, pool):
    half, twice = sharper(problem, lives, pool=pool)
    for one, factor in ((half, 0.5), (twice, 2.0)):
        logs = rescored(
            problem,
            lives,
            instrument=replace(problem.instrument, scale=problem.instrument.scale / factor),
        )
        worth, shifts = slowly(problem, lives, logs)
        assert one.worth == pytest.approx(worth)
        assert one.shifts == pytest.approx(shifts)
    assert half.change == "thresholds half as sharp"


def test_the_same_likelihood_changes_nothing(problem, lives, pool):
    same = reweighted(
        problem, lives, "nothing", lambda frame, drawn, found: score(problem, frame, drawn, found),
        pool=pool,
    )  # fmt: skip
    assert same.worth == pytest.approx(WORLDS)
    assert same.shifts == pytest.approx({"a": 0.0, "b": 0.0}, abs=1e-12)


def test_each_selection_taken_for_certain(problem, lives, pool):
    found = selected(problem, lives, pool=pool)
    assert [one.change for one in found] == ["a = 0.5", "a = 1", "a = 2"]
    reporting = replace(REPORT, powers=(2.0,))
    logs = rescored(problem, lives, tables=(replace(problem.voices, reporting=reporting),))
    worth, shifts = slowly(problem, lives, logs)
    assert found[2].worth == pytest.approx(worth)
    assert found[2].shifts == pytest.approx(shifts)
    fixed = replace(problem, voices=voices_of(CELLS, ASKED, (3, 2, 0, 1)))
    assert selected(fixed, lives, pool=pool) == []


# ---- what moved


def islands_of(chance, count, *, alike=1, shift=0.0, spread=1.0):
    """Return four islands of standard normals; `alike` particles of each descend from one."""
    draws = shift + spread * chance.standard_normal((4, count // alike, 12))
    return list(np.repeat(draws, alike, axis=1))


def test_what_did_not_move_is_said_to_have_moved_once_in_a_hundred():
    chance = np.random.default_rng(8)
    names = [f"p{k}" for k in range(12)]
    for alike in (1, 6):  # however much particles have in common: islands know their own error
        wrong = sum(
            any(one.moved for one in moved(names, islands_of(chance, 72, alike=alike)))
            for _ in range(150)
        )
        assert stats.binomtest(wrong, 150, 2 * CERTAIN, alternative="greater").pvalue > 1e-3


def test_shift_and_contraction_are_in_units_of_the_prior():
    chance = np.random.default_rng(9)
    names = ["shifted", "narrowed", *(f"p{k}" for k in range(10))]
    islands = islands_of(chance, 100)
    for one in islands:
        one[:, 0] += 0.7
        one[:, 1] *= 0.4
    found = moved(names, islands)
    assert [one.moved for one in found] == [True, True] + [False] * 10
    pooled = np.concatenate(islands)
    assert found[0].shift == pytest.approx(pooled[:, 0].mean())
    assert found[1].contraction == pytest.approx(1 - pooled[:, 1].var())
    means = np.stack([one.mean(axis=0) for one in islands])
    assert found[0].error == pytest.approx(math.sqrt(means.var(axis=0, ddof=1).mean() / 4))
    assert found[0].error == pytest.approx(1 / math.sqrt(400), rel=0.3)
    # Where particles descend from few, not even a large shift is told from chance.
    few = islands_of(chance, 100, alike=50, shift=0.6)
    assert sum(one.moved for one in moved(names, few)) <= 2
