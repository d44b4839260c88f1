"""Tasks over threads and any other executor: the same results, in order, and what ends them."""

import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

import colsim
from colsim.answers.why import why
from colsim.errors import UserError
from colsim.experiments import tasks
from colsim.experiments.tasks import crew, each, hand_out
from colsim.experiments.version import OtherModelError
from colsim.patterns import run_patterns
from colsim.scenario import load_scenario
from colsim.scenario.levels import levels_of
from colsim.worlds import matching
from colsim.worlds.matching import Matching, reject
from tests.later import Later

cloudpickle = Later("cloudpickle")


class Elsewhere(Executor):
    """Runs what survives the way to another process, and counts it."""

    def __init__(self):
        self.tasks = 0

    def submit(self, fn, /, *given):
        self.tasks += 1
        future = Future()
        work, arguments = cloudpickle.loads(cloudpickle.dumps((fn, given)))
        try:
            future.set_result(work(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


SHORT = {"run.weeks": 12, "run.burn_in": 12}


def test_a_comparison_is_the_same_elsewhere():
    pair = [load_scenario("desktop", names, overrides=SHORT) for names in ([], ["co_location"])]
    there = Elsewhere()
    found = [
        colsim.compare(pair[0], pair[1:], replications=4, worlds="ranges", workers=workers)
        for workers in (1, 3, there)
    ]
    assert there.tasks >= 4
    assert found[0].to_dict() == found[1].to_dict() == found[2].to_dict()


def test_why_is_the_same_elsewhere():
    there = Elsewhere()
    here, elsewhere = (
        why("desktop", "co_location", replications=2, worlds="ranges", workers=workers)
        for workers in (2, there)
    )
    assert there.tasks == 2
    assert here.to_dict() == elsewhere.to_dict()


def test_a_matching_is_the_same_elsewhere(monkeypatch):
    monkeypatch.setattr(matching, "_PILOT", 2)
    monkeypatch.setattr(matching, "BLOCK", 4)
    scenario = load_scenario("desktop").scenario
    there = Elsewhere()
    drawn = [
        reject(Matching(scenario, levels_of(scenario), 3, workers=workers), 4, 4)
        for workers in (2, there)
    ]
    assert there.tasks == 2 * 2 + 4
    assert drawn[0].seeds == drawn[1].seeds
    assert np.array_equal(drawn[0].found, drawn[1].found, equal_nan=True)


def test_patterns_are_the_same_elsewhere():
    there = Elsewhere()
    here, elsewhere = (
        run_patterns(["rich_beats_thin"], worlds=2, knock_outs=False, base="desktop",
                     workers=workers)
        for workers in (2, there)
    )  # fmt: skip
    assert there.tasks == 2
    assert [one.parts for one in here.results] == [one.parts for one in elsewhere.results]


def test_results_come_in_the_order_of_the_tasks():
    gate = threading.Event()

    def work(task):
        if task == 0:
            gate.wait(10)
        if task == 3:
            gate.set()
        return task * task

    assert list(each(work, range(5), 2)) == [0, 1, 4, 9, 16]


def raising(error, task):
    if task == 2:
        raise error
    return task


@pytest.mark.parametrize(
    "error, message",
    [
        (OtherModelError("a worker has version b"), "--scheduler: a worker has version b; allowed"),
        (type("KilledWorker", (Exception,), {})("3 died"), "which ran it (3 died), as too little"),
    ],
)
def test_what_goes_wrong_elsewhere_is_said(error, message):
    with pytest.raises(UserError) as refused:
        list(each(partial(raising, error), range(4), 1))
    assert message in str(refused.value)
    with crew(1) as pool, pytest.raises(UserError) as refused:
        list(
            hand_out(
                partial(raising, error), range(4), pool, workers=lambda: 1, stop=threading.Event()
            )
        )
    assert message in str(refused.value)


def test_an_executor_elsewhere_must_have_this_model(monkeypatch):
    monkeypatch.setattr(tasks, "model_version", lambda: "0" * 16)
    with ThreadPoolExecutor(1) as pool, pytest.raises(UserError, match=f"and {'0' * 16} is wanted"):
        list(each(abs, [1], pool))


def test_the_first_error_ends_it_and_what_ran_is_kept():
    beside, failed = threading.Event(), threading.Event()

    class Watched(ThreadPoolExecutor):
        def submit(self, fn, task):
            future = super().submit(fn, task)
            if task == 2:
                future.add_done_callback(lambda _: failed.set())
            return future

    def work(task):
        if task == 1:
            beside.set()
            assert failed.wait(60)
        if task == 2:
            assert beside.wait(60)
            raise ValueError("no")
        return -task

    kept = []
    with Watched(2) as pool, pytest.raises(ValueError, match="no"):
        kept.extend(hand_out(work, range(100), pool, workers=lambda: 1, stop=threading.Event()))
    assert kept == [(0, 0), (1, -1)]


def test_once_stopped_nothing_begins():
    stop = threading.Event()
    with crew(1) as pool:
        found = []
        for task, _ in hand_out(abs, range(100), pool, workers=lambda: 1, stop=stop):
            found.append(task)
            stop.set()
    assert 1 <= len(found) <= tasks.AHEAD
