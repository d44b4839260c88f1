"""Sweeps: the same tables whatever the workers, nothing computed twice, nothing lost."""

import errno
import json
import os
import signal
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

import colsim
from colsim.core.measures import TOTAL_INDEX
from colsim.errors import UserError
from colsim.experiments import chunk, manifest, runner, store, work
from colsim.experiments.manifest import read_manifest
from colsim.experiments.observed import values_of
from colsim.experiments.parts import TornPartError, read_part, write_part
from colsim.experiments.sweep import SweepInterrupted, sweep
from colsim.scenario import load_scenario
from colsim.scenario.compiling import Compiled
from tests.sweeps import SHORT, equal, parts, sorted_table, write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A finished sweep of five points with four replications; not to be written to."""
    folder = tmp_path_factory.mktemp("swept")
    result = sweep(write(folder, extra='series = ["information_flow"]\n'), out=folder / "out")
    assert (result.points, result.runs, result.failures, result.left) == (5, 20, 0, 0)
    return folder / "out"


def small_chunks(monkeypatch, least=20_000):
    monkeypatch.setattr(work, "LEAST", least)


def test_a_run_is_what_the_model_gives(swept):
    """A row is the run of its point in its world with its seed."""
    from colsim.core.engine import simulate
    from colsim.core.parameters import draw_world, pack_parameters
    from colsim.experiments.observed import count_exits
    from colsim.scenario.compiling import compile_scenario

    results = colsim.open_results(swept)
    design = results.design().set_index("label")
    runs = results.runs()
    row = runs[
        (runs.point == design.point["co_location=5, joint_training=0"]) & (runs.replication == 3)
    ].iloc[0]
    assert runner.seeds_of(1, 3) == (row.world_seed, row.run_seed)
    assert row.world == 1
    loaded = load_scenario(
        "desktop",
        overrides={
            "run.weeks": 8,
            "levers.co_location.strength": 5.0,
            "levers.joint_training.strength": 0.0,
        },
    )
    compiled = compile_scenario(loaded.scenario)
    world = simulate(
        compiled.layout,
        compiled.levers,
        pack_parameters({**draw_world(int(row.world_seed)), **compiled.parameters}),
        seed=int(row.run_seed),
        weeks=8,
        burn_in=compiled.burn_in,
    )
    totals = world.totals[runner.last_window(world)].sum(axis=0)
    assert len(totals) == len(TOTAL_INDEX)
    expected = values_of(totals, count_exits(world), world.latency.sum(axis=0))
    for name in ("information_flow", "joint_plan_rate", "contacts"):
        np.testing.assert_equal(row[name], float(expected[name]))
    series = results.series(whole=True)
    mine = series[(series.point == row.point) & (series.replication == 3)]
    assert list(mine.policy_week) == list(range(9))
    course = runner.rolling(world, ["information_flow"])[:, 0]
    np.testing.assert_array_equal(mine.information_flow, course)


def test_every_policy_meets_the_same_worlds(swept):
    runs = colsim.open_results(swept).runs()
    for _, one in runs.groupby("replication"):
        assert len(one) == 5
        assert one.world_seed.nunique() == one.run_seed.nunique() == 1
    assert runs.world_seed.nunique() == 2
    assert runs.run_seed.nunique() == 4


def test_a_sweep_agrees_with_compare(swept, tmp_path):
    (tmp_path / "share.toml").write_text(
        'title = "share"\nextends = "desktop"\n[levers.co_location]\nstrength = 5.0\n'
        "[levers.joint_training]\nstrength = 2.0\n",
        encoding="utf-8",
    )
    loaded = [
        load_scenario(name, overrides={"run.weeks": 8})
        for name in ("desktop", tmp_path / "share.toml")
    ]
    compared = colsim.compare(loaded[0], loaded[1:], replications=4, worlds="ranges")
    results = colsim.open_results(swept)
    for k, label in enumerate(("base", "co_location=5, joint_training=2")):
        point = results.design().set_index("label").point[label]
        runs = results.runs()
        mine = runs[runs.point == point].sort_values("replication").contacts.to_numpy()
        np.testing.assert_array_equal(mine, compared.values["contacts"][k].ravel())


@pytest.mark.parametrize("least", [15_000, 24_000])
def test_neither_chunks_nor_workers_change_the_tables(swept, tmp_path, monkeypatch, least):
    small_chunks(monkeypatch, least)
    experiment = write(tmp_path, extra='series = ["information_flow"]\n')
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        sweep(experiment, out=out, workers=workers)
        assert len(parts(out)) > 1
        assert equal(out, swept)


def test_equal_is_not_always_true(swept, tmp_path):
    experiment = write(tmp_path, extra='series = ["information_flow"]\nseed = 2\n')
    sweep(experiment, out=tmp_path / "out")
    assert not equal(tmp_path / "out", swept)


def test_processes_give_the_same_as_threads(swept, tmp_path, monkeypatch):
    small_chunks(monkeypatch, 24_000)
    experiment = write(tmp_path, extra='series = ["information_flow"]\n')
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        sweep(experiment, out=tmp_path / "out", executor=pool)
    assert equal(tmp_path / "out", swept)


def test_the_manifest_repeats_the_sweep(swept, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # no experiment, and no scenario file, is read
    said = []
    result = sweep(swept / "manifest.json", out=tmp_path / "again", say=said.append)
    assert result.computed == 20
    assert said == []
    assert equal(tmp_path / "again", swept)
    assert [p.name for p in parts(tmp_path / "again")] == [p.name for p in parts(swept)]


def test_the_manifest_of_another_model_is_said(swept, tmp_path):
    document = json.loads((swept / "manifest.json").read_text()) | {"model": "f" * 16}
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document | {"checksum": manifest.checksum(document)}))
    said = []
    result = sweep(other, out=tmp_path / "again", say=said.append)
    assert result.computed == 20
    assert said == [
        f"{other} is of another version of the model: the same sweep is run, "
        "but its figures will differ"
    ]


def test_going_on_computes_what_is_missing_alone(swept, tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    experiment, out = write(tmp_path, replications=20), tmp_path / "out"
    sweep(experiment, out=out)
    before = {path: path.stat().st_mtime_ns for path in parts(out)}
    gone = parts(out)[:2]
    for path in gone:
        path.unlink()
    said = []
    result = sweep(experiment, out=out, say=said.append)
    there = read_manifest(out / "manifest.json")
    names = {path.stem for path in gone}
    assert result.computed == sum(c.runs for c in there.chunks if c.name(there.key) in names)
    assert (
        said[0] == f"going on: {100 - result.computed} of 100 runs are done, {result.computed} left"
    )
    for path in before.keys() - set(gone):
        assert path.stat().st_mtime_ns == before[path]
    assert sweep(experiment, out=out).computed == 0


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "changed"])
def test_a_torn_part_is_computed_again(tmp_path, monkeypatch, damage):
    small_chunks(monkeypatch)
    experiment, out = write(tmp_path), tmp_path / "out"
    sweep(experiment, out=out)
    reference = sorted_table(out, "runs")
    victim, other = parts(out)[:2]
    content = victim.read_bytes()
    if damage == "cut":
        victim.write_bytes(content[: len(content) // 2])
    elif damage == "empty":
        victim.write_bytes(b"")
    elif damage == "other":
        victim.write_bytes(other.read_bytes())
    else:
        import pyarrow.parquet as pq

        table = pq.read_table(victim)
        k = table.column_names.index("contacts")
        column = table.column("contacts").to_numpy() + 1e-9
        pq.write_table(table.set_column(k, "contacts", [column]), victim)
    with pytest.raises(TornPartError):
        read_part(victim)
    said = []
    result = sweep(experiment, out=out, say=said.append)
    assert said[0] == "1 part was damaged, and will be computed again"
    assert 0 < result.computed < 20
    assert sorted_table(out, "runs").equals(reference)


def test_a_torn_manifest_is_refused_and_can_be_made_anew(tmp_path):
    experiment, out = write(tmp_path), tmp_path / "out"
    sweep(experiment, out=out)
    path = out / "manifest.json"
    text = path.read_text(encoding="utf-8")
    for torn in (text[: len(text) // 2], "", text.replace('"seed": 1', '"seed": 2', 1)):
        path.write_text(torn, encoding="utf-8")
        for call in (
            lambda: sweep(experiment, out=out),
            lambda: colsim.open_results(out),
            lambda: sweep(path, out=tmp_path / "other"),
        ):
            with pytest.raises(UserError, match=r"manifest\.json: found a manifest that is cut sh"):
                call()
    assert not (tmp_path / "other").exists()
    path.unlink()
    said = []
    assert sweep(experiment, out=out, say=said.append).computed == 0
    assert said == ["going on: 20 of 20 runs are done, 0 left"]


def test_a_full_disk_keeps_what_is_finished(swept, tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    experiment, out = write(tmp_path, extra='series = ["information_flow"]\n'), tmp_path / "out"
    left = threading.Semaphore(5)
    whole = os.fsync

    def fsync(handle):
        if not left.acquire(blocking=False):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(handle)

    monkeypatch.setattr("colsim.reporting.files.flush", lambda folder: None)
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(UserError, match="free some space and call the same again") as refused:
        sweep(experiment, out=out, workers=1)
    assert str(refused.value).startswith(f"--out: {out} cannot be written (No space left")
    assert not list(out.rglob("*.writing"))
    monkeypatch.setattr(os, "fsync", whole)
    kept = len(parts(out))
    assert kept == 1  # design, manifest, a part of series and one of runs, a part of series
    said = []
    sweep(experiment, out=out, say=said.append)
    assert said[0].startswith("going on: ")
    assert "one at a time" not in "".join(said)  # nothing is suspected of having killed anybody
    assert equal(out, swept)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="which cannot be written"):
        sweep(write(tmp_path), out=tmp_path / "file" / "out")


def test_a_folder_that_holds_something_else(tmp_path):
    experiment = write(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"holds other files \(diary\.txt\); allowed: a folder tha"):
        sweep(experiment, out=tmp_path / "notes")
    (tmp_path / "notes" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="found the manifest of something else"):
        sweep(experiment, out=tmp_path / "notes")


def test_a_second_sweep_in_the_folder_is_refused(tmp_path):
    experiment, out = write(tmp_path), tmp_path / "out"
    sweep(experiment, out=out)
    kept = (out / "manifest.json").read_bytes()
    with (
        store.locked(out),
        pytest.raises(UserError, match="being written by another process; allowed: one at a time"),
    ):
        sweep(write(tmp_path, replications=6), out=out, extend=True)
    assert (out / "manifest.json").read_bytes() == kept


def test_a_failing_run_is_a_row(swept, tmp_path, monkeypatch):
    whole = chunk._observe

    def observe(task, world):
        if len(world.levers) == 2 and int(world.clock[0]["seed"]) % 2:
            raise ValueError("the sky fell")
        return whole(task, world)

    monkeypatch.setattr(chunk, "_observe", observe)
    out = tmp_path / "out"
    result = sweep(write(tmp_path, extra='series = ["information_flow"]\n'), out=out)
    runs = colsim.open_results(out).runs()
    failed = runs[runs.error.notna()]
    assert result.failures == len(failed) > 0
    assert len(runs) == 20
    assert set(failed.error) == {"ValueError: the sky fell"}
    assert failed.contacts.isna().all()
    sound = colsim.open_results(swept).runs().set_index(["point", "replication"])
    runs = runs.set_index(["point", "replication"])
    for key, row in runs[runs.error.isna()].iterrows():
        assert row.contacts == sound.contacts[key]


def test_a_world_that_fails_fails_for_all_its_points(tmp_path, monkeypatch):
    def begun(one, values, seed):
        raise ValueError("no ground")

    monkeypatch.setattr(Compiled, "begun", begun)
    result = sweep(write(tmp_path, extra='series = ["contacts"]\n'), out=tmp_path / "out")
    assert result.failures == result.runs == 20
    assert colsim.open_results(tmp_path / "out").series().empty


def test_a_point_that_cannot_be_compiled_is_rows(tmp_path, monkeypatch):
    whole = chunk.with_policy

    def with_policy(compiled, scenario):
        if len(scenario.levers) == 2 and scenario.levers["co_location"].strength == 5.0:
            raise RuntimeError("no such place")
        return whole(compiled, scenario)

    monkeypatch.setattr(chunk, "with_policy", with_policy)
    assert sweep(write(tmp_path), out=tmp_path / "out").failures == 8


class Stopping(Executor):
    """Threads, with a Ctrl-C as the third chunk is handed out."""

    def __init__(self):
        self.pool, self.count = ThreadPoolExecutor(1), 0

    def submit(self, fn, /, *args, **kwargs):
        self.count += 1
        if self.count == 3:
            signal.raise_signal(signal.SIGINT)
        return self.pool.submit(fn, *args, **kwargs)


def test_ctrl_c_keeps_what_is_finished(tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    experiment, out = write(tmp_path, replications=40), tmp_path / "out"
    before = signal.getsignal(signal.SIGINT)
    said = []
    with pytest.raises(SweepInterrupted, match=r"interrupted with \d+ runs left") as stopped:
        sweep(experiment, out=out, executor=Stopping(), workers=1, say=said.append)
    assert signal.getsignal(signal.SIGINT) is before
    assert said == ["finishing what is running; once more to drop it"]
    result = stopped.value.result
    assert 0 < result.runs == result.computed < 200
    assert result.left == 200 - result.runs
    assert sweep(experiment, out=out).computed == result.left


def test_ctrl_c_twice_drops_what_is_running(tmp_path, monkeypatch):
    class Impatient(Stopping):
        def submit(self, fn, /, *args):
            future = super().submit(fn, *args)
            if self.count == 3:
                signal.raise_signal(signal.SIGINT)
            return future

    small_chunks(monkeypatch)
    experiment, out = write(tmp_path, replications=40), tmp_path / "out"
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) as dropped:
        sweep(experiment, out=out, executor=Impatient(), workers=1)
    assert not isinstance(dropped.value, SweepInterrupted)
    assert signal.getsignal(signal.SIGINT) is before
    assert sweep(experiment, out=out).left == 0
    assert len(colsim.open_results(out).runs()) == 200


class Remote(Executor):
    """An executor whose workers die of one point, as Dask reports it."""

    def __init__(self, point):
        self.point = point

    def submit(self, fn, task):
        future = Future()
        if self.point in task.chunk.points and task.chunk.first >= 20:
            future.set_exception(type("KilledWorker", (Exception,), {})("2 of 2 died"))
        else:
            future.set_result(fn(task))
        return future


def test_work_that_ends_remote_workers_is_said_and_the_rest_is_kept(swept, tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    experiment, out = write(tmp_path, replications=40), tmp_path / "out"
    point = read_manifest(swept / "manifest.json").design.points[-1].id
    with pytest.raises(UserError) as refused:
        sweep(experiment, out=out, executor=Remote(point))
    assert str(refused.value) == (
        "--scheduler: found work that ended each worker which ran it (2 of 2 died), as too little "
        "memory does; allowed: workers with more memory for each of their threads. What is "
        "finished is kept"
    )
    kept = len(colsim.open_results(out).runs())
    assert 0 < kept < 200
    assert sweep(experiment, out=out).computed == 200 - kept


def test_another_error_of_an_executor_ends_the_sweep(tmp_path):
    class Broken(Executor):
        def submit(self, fn, task):
            future = Future()
            future.set_exception(RuntimeError("no workers"))
            return future

    with pytest.raises(RuntimeError, match="no workers"):
        sweep(write(tmp_path), out=tmp_path / "out", executor=Broken())


def test_few_chunks_are_handed_out_at_a_time(tmp_path, monkeypatch):
    small_chunks(monkeypatch)

    class Counting(Executor):
        def __init__(self):
            self.pool, self.open, self.most = ThreadPoolExecutor(2), 0, 0

        def submit(self, fn, /, *args):
            self.open += 1
            self.most = max(self.most, self.open)
            future = self.pool.submit(fn, *args)
            future.add_done_callback(lambda _: setattr(self, "open", self.open - 1))
            return future

    counting = Counting()
    sweep(write(tmp_path, replications=40), out=tmp_path / "out", executor=counting, workers=2)
    assert len(parts(tmp_path / "out")) > 10
    assert counting.most <= 4


def test_a_changed_experiment_is_refused_with_the_difference(tmp_path):
    out = tmp_path / "out"
    sweep(write(tmp_path), out=out)
    changed = write(tmp_path, extra='seed = 2\nseries = ["contacts"]\n', replications=6)
    changed.write_text(
        changed.read_text(encoding="utf-8")
        .replace("[1.0, 5.0]", "[1.0, 4.0]")
        .replace('"joint_plan_rate", ', ""),
        encoding="utf-8",
    )
    kept = (out / "manifest.json").read_bytes()
    with pytest.raises(UserError) as refused:
        sweep(changed, out=out)
    assert str(refused.value).splitlines() == [
        f"--out: found {out}, which holds another sweep:",
        "  seed: 1 there, 2 now",
        "  measures: now without joint_plan_rate",
        "  series: now with contacts",
        "  replications: 4 there, 6 now",
        "  points that are no more: 2 (co_location=5, joint_training=0; "
        "co_location=5, joint_training=2)",
        "  new points: 2 (co_location=4, joint_training=0; co_location=4, joint_training=2)",
        "allowed: another folder, or --extend if this sweep holds all of that one",
    ]
    with pytest.raises(UserError) as refused:
        sweep(changed, out=out, extend=True)
    assert str(refused.value) == (
        "--extend: found an experiment that does not hold all of the sweep in the folder: seed "
        "differs, measures differ, series differ, it lacks 2 points (co_location=5, "
        "joint_training=0; co_location=5, joint_training=2); allowed: the same with more points "
        "or more replications, or another folder"
    )
    assert (out / "manifest.json").read_bytes() == kept


def test_another_model_is_refused(swept, tmp_path, monkeypatch):
    there = read_manifest(swept / "manifest.json")
    other = replace(there, model="0" * 16)
    assert manifest.differences(there, other) == [
        f"model version: {there.model} there, 0000000000000000 now"
    ]
    with pytest.raises(UserError, match="the model is another version"):
        manifest.extended(there, other)


def test_extending_keeps_every_part_and_adds_the_rest(tmp_path, monkeypatch):
    small_chunks(monkeypatch)
    out = tmp_path / "out"
    sweep(write(tmp_path, extra='series = ["fit", "contacts"]\n'), out=out)
    before = {path: path.stat().st_mtime_ns for path in parts(out)}
    larger = write(tmp_path, replications=10, extra='series = ["contacts", "fit"]\n')
    text = larger.read_text(encoding="utf-8").replace("[1.0, 5.0]", "[1.0, 3.0, 5.0]")
    larger.write_text(text, encoding="utf-8")
    result = sweep(larger, out=out, extend=True)
    assert (result.points, result.runs, result.computed) == (7, 70, 50)
    for path, when in before.items():
        assert path.stat().st_mtime_ns == when
    text = larger.read_text(encoding="utf-8").replace('["contacts", "fit"]', '["fit", "contacts"]')
    same = tmp_path / "same.toml"
    same.write_text(text, encoding="utf-8")
    sweep(same, out=tmp_path / "same")
    assert equal(out, tmp_path / "same")
    # Once more on top, and without --extend it is the sweep of the folder.
    assert sweep(larger, out=out).computed == 0
    assert len(list((out / "design").iterdir())) == 1
    with pytest.raises(UserError, match="it has fewer replications"):
        sweep(write(tmp_path, replications=2), out=out, extend=True)


def test_precision_ends_the_sweep(tmp_path):
    text = """
title = "x"
base = "short.toml"
measures = ["information_flow"]
[precision]
measure = "information_flow"
width = {width}
cap = 400
[design]
kind = "one_at_a_time"
[vary]
levers.co_location.strength = [5.0]
"""
    (tmp_path / "short.toml").write_text(SHORT, encoding="utf-8")
    path = tmp_path / "precise.toml"
    said = []
    path.write_text(text.format(width=1.0), encoding="utf-8")
    result = sweep(path, out=tmp_path / "wide", say=said.append)
    # Narrow enough at 160, and at 240 again: two judgements in a row.
    assert result.runs == 480
    assert result.to_dict()["precision"]["reached"] is True
    assert [line[:22] for line in said] == ["after 160 replications", "after 240 replications"]
    assert sweep(path, out=tmp_path / "wide").computed == 0
    path.write_text(text.format(width=1e-9), encoding="utf-8")
    result = sweep(path, out=tmp_path / "wide", extend=True)
    assert result.runs == 800  # the cap
    assert result.computed == 320
    assert result.to_dict()["precision"]["reached"] is False
    assert result.judgements[0].widest > result.judgements[-1].widest > 0


def test_workers_are_checked(tmp_path):
    with pytest.raises(UserError, match="workers: found 0; allowed: a whole number from 1 to"):
        sweep(write(tmp_path), out=tmp_path / "out", workers=0)
    assert not (tmp_path / "out").exists()


def test_a_point_too_large_for_this_machine_is_refused(tmp_path):
    path = write(tmp_path)
    text = path.read_text(encoding="utf-8").replace(
        "levers.joint_training.strength = [0.0, 2.0]",
        "organisation.shared_families = [42, 100_000]\norganisation.authorities = [1, 500]",
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"organisation: found a size that needs about [\d,.]+ GB"):
        sweep(path, out=tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_a_manifest_of_a_later_format_is_refused(swept, tmp_path):
    document = json.loads((swept / "manifest.json").read_text(encoding="utf-8"))
    document["format"] = "colsim sweep 9"
    document["checksum"] = manifest.checksum(document)
    (tmp_path / "manifest.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UserError, match="found format 'colsim sweep 9'; allowed: 'colsim sweep 1'"):
        read_manifest(tmp_path / "manifest.json")
    document = json.loads((swept / "manifest.json").read_text(encoding="utf-8"))
    document["scenarios"][0]["organisation"]["planets"] = 9
    document["experiment"]["planets"] = 9
    document["checksum"] = manifest.checksum(document)
    (tmp_path / "manifest.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UserError, match="a scenario that this version of colsim does not know"):
        read_manifest(tmp_path / "manifest.json")


def test_parts_with_all_kinds_of_columns_are_checked(tmp_path):
    import pyarrow as pa

    table = pa.table(
        {
            "a": pa.array([1, None, 3], pa.int64()),
            "b": pa.array([True, False, None]),
            "c": pa.array(["x", None, ""], pa.string()),
            "d": pa.array([0.5, None, float("inf")]),
        }
    )
    path = tmp_path / "p.parquet"
    write_part(path, table)
    assert read_part(path).replace_schema_metadata(None).equals(table)


@pytest.mark.parametrize("kind", ["matched", "judged"])
def test_a_run_in_worlds_of_a_bank_records_the_seed_that_its_world_is_drawn_with(kind, tmp_path):
    """Not the one that chose it: `draw_world(world_seed)` is the world, whatever it came from."""
    from colsim.core.parameters import draw_world
    from colsim.experiments import chunk
    from colsim.experiments.worlds import CalibratedWorlds

    bank = CalibratedWorlds("bank", (), np.zeros((0, 0)), (71, 72, 73, 74, 75), kind=kind)
    lived = [chunk._Lived("p", k, 0.0) for k in range(12)]
    task = chunk.Task(
        tmp_path, "x", chunk.Chunk(("p",), 0, 12), {}, 1, False, (), (), calibrated=bank
    )
    recorded = chunk._seeds(lived, task)["world_seed"].to_pylist()
    assert set(recorded) <= set(bank.seeds)
    for run, seed in zip(lived, recorded, strict=True):
        assert draw_world(seed) == runner.drawn_at(1, run.replication, calibrated=bank)
    # Worlds of a calibration's values are drawn with the seed that chose them.
    fitted = CalibratedWorlds("fit", ("leave_csw",), np.array([[0.2], [0.3]]))
    task = chunk.Task(
        tmp_path, "x", chunk.Chunk(("p",), 0, 12), {}, 1, False, (), (), calibrated=fitted
    )
    assert chunk._seeds(lived, task)["world_seed"].to_pylist() == [
        runner.seeds_of(1, k)[0] for k in range(12)
    ]
