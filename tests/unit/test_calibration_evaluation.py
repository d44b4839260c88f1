"""Scoring particles: nothing twice, torn parts again, failing runs counted and left out."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from colsim.calibration.inference import evaluation, problem
from colsim.calibration.inference.evaluation import (
    FOLDER,
    Alive,
    Evaluator,
    Interrupted,
    key_of,
    piece_size,
)
from colsim.calibration.inference.problem import (
    Statistic,
    combined,
    last_year,
    live,
    score,
    sittings_in,
    world_at,
)
from colsim.calibration.plan.loading import load_calibration
from colsim.core.measures import TOTAL_INDEX

PARTICLES = 12
CALIBRATION = """
title = "Small"
scenario = "small.toml"
parameters = ["answer_base", "knowledge_start"]
fixed_others = true
sittings = 16
[statistics.turnover_csw]
value = 0.17
error = 0.05
"""
SCENARIO = """
extends = "desktop"
title = "Small"
[run]
weeks = 60
burn_in = 20
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "small_calibration.toml").write_text(CALIBRATION, encoding="utf-8")
    with ThreadPoolExecutor(2) as threads:
        return load_calibration(folder / "small_calibration.toml").settled(threads).problem()


@pytest.fixture
def pieces(monkeypatch):
    """Cut stages into pieces of five particles."""
    monkeypatch.setattr(evaluation, "piece_size", lambda _: 5)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture
def particles():
    chance = np.random.default_rng(1)
    return chance.random((PARTICLES, 2)), chance.integers(0, 1 << 62, (PARTICLES, 2))


def evaluator(folder, small, pool, **options):
    return Evaluator(folder, small, pool, 2, **options)


@pytest.mark.slow
def test_what_was_scored_is_found_again(tmp_path, small, pool, particles, pieces):
    seen = []
    first = evaluator(tmp_path, small, pool, progress=seen.append)
    logs = first("prior", *particles)
    assert logs.shape == (PARTICLES,)
    assert np.isfinite(logs).all()
    assert (first.runs, first.computed) == (24, 24)
    assert seen[-1] == 24
    assert seen == sorted(seen)
    parts = sorted((tmp_path / FOLDER).iterdir())
    assert len(parts) == 3
    before = [part.read_bytes() for part in parts]
    again = evaluator(tmp_path, small, pool)
    assert again("prior", *particles).tobytes() == logs.tobytes()
    assert (again.runs, again.computed) == (24, 0)
    assert [part.read_bytes() for part in parts] == before
    # Each score is that of its own runs, one by one.
    compiled = small.compiled()
    quantiles, seeds = particles
    lives = [live(small, compiled, quantiles[7], int(seed)).log_likelihood for seed in seeds[7]]
    assert logs[7] == pytest.approx(math.log(np.mean(np.exp(lives))))
    # Another stage, place or problem is another part.
    evaluator(tmp_path, small, pool)("step", *particles)
    evaluator(tmp_path, replace(small, sittings=17), pool)("prior", *particles)
    assert len(list((tmp_path / FOLDER).iterdir())) == 9


def test_a_torn_part_is_computed_again(tmp_path, small, pool, particles, pieces):
    logs = evaluator(tmp_path, small, pool)("prior", *particles)
    parts = sorted((tmp_path / FOLDER).iterdir())
    parts[0].write_bytes(parts[0].read_bytes()[:-20])
    parts[1].write_bytes(b"")
    again = evaluator(tmp_path, small, pool)
    assert again("prior", *particles).tobytes() == logs.tobytes()
    assert again.computed in {14, 20}  # two of three pieces: five particles each, or five and two
    assert evaluator(tmp_path, small, pool)("prior", *particles).tobytes() == logs.tobytes()


def test_failing_runs_are_counted_and_left_out(
    tmp_path, small, pool, particles, pieces, monkeypatch
):
    whole = evaluator(tmp_path / "whole", small, pool).score("prior", *particles)
    _, seeds = particles
    bad = {int(seeds[3, 0]), int(seeds[5, 0]), int(seeds[5, 1])}

    def failing(priors, compiled, place, seed):
        if seed in bad:
            raise FloatingPointError("no such luck")
        return world_at(priors, compiled, place, seed)

    monkeypatch.setattr(problem, "world_at", failing)
    some = evaluator(tmp_path / "some", small, pool)
    logs = some("prior", *particles)
    assert some.errors == {"FloatingPointError: no such luck": 3}
    assert math.isnan(logs[5])
    assert logs[3] == pytest.approx(whole.logs[3, 1])
    others = [k for k in range(PARTICLES) if k not in (3, 5)]
    assert (logs[others] == combined(whole.logs)[others]).all()
    # The same is read from the parts.
    again = evaluator(tmp_path / "some", small, pool)
    assert np.array_equal(again("prior", *particles), logs, equal_nan=True)
    assert again.errors == some.errors
    assert again.computed == 0


@pytest.mark.slow
def test_frames_are_kept_where_they_are_asked_for(tmp_path, small, pool, particles, pieces):
    one = evaluator(tmp_path, small, pool).score("posterior", *particles, keep=True)
    two = evaluator(tmp_path, small, pool).score("posterior", *particles, keep=True)
    assert one.statistics.tobytes() == two.statistics.tobytes()
    assert one.statistics.shape == (PARTICLES, 2, 1)
    assert len(one.frames) == len(two.frames) == PARTICLES
    _, seeds = particles
    for k in range(PARTICLES):
        for r in range(2):
            frame, read = one.frames[k][r], two.frames[k][r]
            assert frame.values.tobytes() == read.values.tobytes()
            assert frame.origin.tobytes() == read.origin.tobytes()
            assert frame.csw == read.csw
            # With its frame a run can be scored again, to the same bit.
            drawn = sittings_in(small, read, int(seeds[k, r]))
            assert score(small, read, drawn, one.statistics[k, r].tolist()) == one.logs[k, r]
            fresh = sittings_in(small, read, int(seeds[k, r]), fresh=True)
            assert fresh.seats.tobytes() != drawn.seats.tobytes()


def test_what_living_particles_could_speak_of_is_remembered(
    tmp_path, small, pool, particles, pieces
):
    quantiles, seeds = particles
    whole = evaluator(tmp_path / "whole", small, pool).score("posterior", *particles, keep=True)
    one = evaluator(tmp_path, small, pool)
    alive = Alive()
    alive.add(one.score("prior", quantiles[:7], seeds[:7], keep=True))
    alive.add(one.score("1-0", quantiles[7:], seeds[7:]))
    alive.keep(np.array([11, 3, 3, 8]))
    assert sorted(alive.rows) == [3, 8, 11]
    chosen = np.array([3, 11, 3, 8])
    scored = one.complete(alive.of(chosen), quantiles[chosen], seeds[chosen])
    assert (one.runs, one.computed) == (24, 24)  # nothing is lived twice
    for at, k in enumerate(chosen):
        assert scored.logs[at].tolist() == whole.logs[k].tolist()
        assert scored.frames[at][0].values.tobytes() == whole.frames[k][0].values.tobytes()
        assert scored.statistics[at].tobytes() == whole.statistics[k].tobytes()
    # Gone on with: estimates are read, and who could speak of what from the posterior's part.
    two, read = evaluator(tmp_path, small, pool), Alive()
    read.add(two.score("prior", quantiles[:7], seeds[:7], keep=True))
    read.add(two.score("1-0", quantiles[7:], seeds[7:]))
    assert read.of(np.array([8])).frames == ((),)
    again = two.complete(read.of(chosen), quantiles[chosen], seeds[chosen])
    assert (two.runs, two.computed) == (24, 0)
    assert [one.values.tobytes() for of in again.frames for one in of] == [
        one.values.tobytes() for of in scored.frames for one in of
    ]
    # Interrupted before that: these few are lived again, to the same bit.
    (part,) = one._pieces("posterior", quantiles[chosen], seeds[chosen], True)
    (tmp_path / FOLDER / f"{part.name}.parquet").unlink()
    lived = two.complete(read.of(chosen), quantiles[chosen], seeds[chosen])
    assert (two.runs, two.computed) == (24, 8)
    assert lived.logs.tobytes() == scored.logs.tobytes()
    assert lived.frames[1][1].values.tobytes() == scored.frames[1][1].values.tobytes()


def test_a_failed_run_has_an_empty_frame(tmp_path, small, pool, particles, monkeypatch):
    def failing(*_):
        raise FloatingPointError("no such luck")

    monkeypatch.setattr(problem, "world_at", failing)
    for _ in range(2):  # computed, then read
        found = evaluator(tmp_path, small, pool).score("prior", *particles, keep=True)
        assert np.isnan(found.logs).all()
        assert np.isnan(found.statistics).all()
        assert all(len(frame.origin) == 0 for frames in found.frames for frame in frames)
        assert len(found.errors) == 24


def test_a_stop_keeps_what_is_finished(tmp_path, small, pool, particles, pieces):
    stop = threading.Event()
    first = evaluator(tmp_path, small, pool, stop=stop, progress=lambda runs: stop.set())
    with pytest.raises(Interrupted, match="interrupted in stage prior"):
        first("prior", *particles)
    kept = len(list((tmp_path / FOLDER).iterdir()))
    assert kept >= 1
    again = evaluator(tmp_path, small, pool)
    again("prior", *particles)
    assert again.computed < 24
    assert again.runs == 24


def test_a_part_that_cannot_be_written_is_an_error(tmp_path, small, pool, particles, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evaluation, "write_part", full)
    with pytest.raises(OSError, match="No space left"):
        evaluator(tmp_path, small, pool)("prior", *particles)


def test_the_key_names_all_that_scores_depend_on(small):
    keys = {key_of(small)}
    quicker = replace(small.instrument, scale=small.instrument.scale * 2)
    other = replace(small.voices, low=small.voices.low * 0)
    answers = replace(small.voices, answers=np.zeros((8, 34), np.int8))
    prior = replace(small.priors[0], high=small.priors[0].high + 1)
    run = small.scenario.run.model_copy(update={"weeks": 61})
    for change in (
        {"instrument": quicker}, {"voices": other}, {"voices": answers}, {"replications": 3},
        {"sittings": 17}, {"asked": 1}, {"statistics": ()}, {"priors": (prior, small.priors[1])},
        {"scenario": small.scenario.model_copy(update={"run": run})},
    ):  # fmt: skip
        keys.add(key_of(replace(small, **change)))
    assert len(keys) == 10
    assert key_of(replace(small)) in keys


def test_pieces_know_the_work_and_no_clock(small):
    run = small.scenario.run.model_copy(update={"weeks": 600})
    longer = replace(small, scenario=small.scenario.model_copy(update={"run": run}))
    assert piece_size(small) > piece_size(longer) >= 1


# ---- one run


def test_statistics_enter_with_their_errors(small):
    compiled = small.compiled()
    bare = replace(small, statistics=())
    alone = live(bare, compiled, np.array([0.5, 0.5]), 3).log_likelihood
    run = live(small, compiled, np.array([0.5, 0.5]), 3)
    (found,) = run.statistics
    log = -0.5 * ((found - 0.17) / 0.05) ** 2 - math.log(0.05 * math.sqrt(2 * math.pi))
    assert run.log_likelihood == pytest.approx(alone + log)
    assert 0.0 < found < 1.0


def test_measures_are_of_the_last_year(small):
    world = world_at(small.priors, small.compiled(), np.array([0.5, 0.5]), 3)
    last = world.totals[-52:].sum(axis=0)
    assert last_year(world, "turnover_csw") == pytest.approx(
        52.0 * last[TOTAL_INDEX["leavers_csw"]] / last[TOTAL_INDEX["filled_csw"]]
    )
    world.totals[-52:] = 0
    with pytest.raises(ValueError, match="turnover_csw has no value in the last year"):
        last_year(world, "turnover_csw")


def test_a_measure_without_a_value_fails_the_run_and_not_the_calibration(small):
    odd = replace(small, statistics=(Statistic("turnover_csw", 0.1, 0.1),) * 2)
    found = live(odd, odd.compiled(), np.array([0.5, 0.5]), 3)
    assert found.error is None
    failing = live(odd, odd.compiled(), np.array([0.5]), 3)  # a place without all its parameters
    assert math.isnan(failing.log_likelihood)
    assert failing.error.startswith("ValueError")


def test_runs_are_averaged_and_failed_ones_left_out():
    logs = np.log([[0.1, 0.3], [0.2, 0.2]])
    assert np.exp(combined(logs)) == pytest.approx([0.2, 0.2])
    logs[0, 1] = np.nan
    assert np.exp(combined(logs)) == pytest.approx([0.1, 0.2])
    logs[0, 0] = np.nan
    assert math.isnan(combined(logs)[0])
    logs[1] = -np.inf, math.log(0.2)
    assert math.exp(combined(logs)[1]) == pytest.approx(0.1)
    logs[1, 1] = -np.inf
    assert combined(logs)[1] == -np.inf
    right = np.log([[0.1, 0.4]])
    assert math.exp(combined(right, geometric=True)[0]) == pytest.approx(0.2)
