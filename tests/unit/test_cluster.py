"""A sweep on a Dask cluster of two worker processes: the same tables, even if one is killed."""

import os
import signal
import threading
import time

import pytest

from colsim.errors import UserError, install_command
from colsim.experiments import work
from colsim.experiments.sweep import sweep
from colsim.experiments.tasks import cluster_at
from colsim.experiments.version import model_version
from tests.later import Later
from tests.sweeps import ROOT, equal, parts, write
from tests.unit.test_cli_runs import colsim

pytestmark = pytest.mark.slow

distributed = Later("distributed")


@pytest.fixture
def cluster(monkeypatch, request):
    """Processes of workers: one, unless a test asks for more."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with distributed.LocalCluster(
        n_workers=getattr(request, "param", 1),
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
    ) as cluster:
        yield cluster


@pytest.mark.long
@pytest.mark.parametrize("cluster", [2], indirect=True)
def test_same_tables_though_a_worker_is_killed(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(work, "LEAST", 20_000)
    experiment = write(tmp_path, replications=80)
    sweep(experiment, out=tmp_path / "local")
    out = tmp_path / "out"
    killed = []

    def kill_one():
        while len(parts(out)) < 5:
            time.sleep(0.01)
        killed.append(len(parts(out)))
        os.kill(cluster.workers[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    with cluster_at(cluster.scheduler_address) as there:
        assert there.threads == 2
        result = sweep(experiment, out=out, executor=there.executor, workers=there.threads)
    assert killed[0] < len(parts(tmp_path / "local"))
    assert (result.computed, result.failures) == (400, 0)
    assert equal(out, tmp_path / "local")


def test_a_comparison_is_the_same_there(cluster):
    asked = ["compare", "desktop", "co_location", "--weeks", "8", "--replications", "4", "--json"]
    here = colsim(*asked, "--worlds", "ranges")
    there = colsim(*asked, "--worlds", "ranges", "--scheduler", cluster.scheduler_address)
    assert there == here
    assert there[0] == 0


STALE = """
import colsim.experiments.version as version
from tests.later import Later
version.model_version = lambda: "0123456789abcdef"
"""
"""Makes a worker one of another version, as far as it says."""


def test_a_worker_of_another_version_writes_nothing(cluster, tmp_path):
    experiment, out = write(tmp_path, replications=2), tmp_path / "out"
    stale = cluster.workers[0].worker_address
    with distributed.Client(cluster.scheduler_address) as client:
        client.run(exec, STALE, {}, workers=[stale])
    with cluster_at(cluster.scheduler_address) as there:
        assert there.threads == 1
        with pytest.raises(UserError) as refused:
            sweep(experiment, out=out, executor=there.executor, workers=there.at_a_time)
    said = str(refused.value)
    assert said.startswith("--scheduler: the worker on ")
    assert f"has version 0123456789abcdef of the model, and {model_version()} is wanted" in said
    assert not parts(out)


def test_a_cluster_without_workers_yet_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    experiment = write(tmp_path, replications=2)
    with distributed.LocalCluster(
        n_workers=0, threads_per_worker=1, processes=False, dashboard_address=None
    ) as empty:
        empty.adapt(minimum=0, maximum=1, interval="100ms")
        code, out, err = colsim(
            "sweep", experiment, "--out", tmp_path / "out", "--scheduler", empty.scheduler_address
        )
    assert code == 0, err
    assert "5 points, 10 runs" in out
    assert f"no worker has joined the cluster at {empty.scheduler_address} yet" in err


def test_a_scheduler_that_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("colsim.experiments.tasks.SECONDS", 1)
    code, out, err = colsim(
        "sweep", write(tmp_path), "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"
    )
    assert (code, out) == (2, "")
    assert "error: --scheduler: found 'tcp://127.0.0.1:9', where no scheduler answers" in err
    assert not (tmp_path / "out").exists()


def test_a_scheduler_without_dask(tmp_path, monkeypatch):
    monkeypatch.setattr("colsim.experiments.tasks.find_spec", lambda name: None)
    code, _, err = colsim(
        "sweep", write(tmp_path), "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"
    )
    assert code == 2
    command = install_command("cluster")
    assert err == f"error: --scheduler: found no Dask; allowed: after {command}\n"
