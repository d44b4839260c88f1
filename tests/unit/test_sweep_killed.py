"""A sweep that is killed, again and again, ends with the same tables as one that is not."""

import random
import time

import pyarrow.compute as pc
import pytest

from colsim.core import rng
from colsim.experiments import chunk, runner, work
from colsim.experiments.journal import Journal
from colsim.experiments.store import equal, sorted_table
from colsim.experiments.sweep import sweep
from tests.sweeps import parts, start, write

REPLICATIONS = 240


def marks(out):
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in parts(out)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    least, work.LEAST = work.LEAST, 20_000
    try:
        sweep(write(folder, replications=REPLICATIONS), out=folder / "out")
    finally:
        work.LEAST = least
    return folder / "out"


@pytest.mark.long
@pytest.mark.parametrize("kills", [3])
def test_killed_at_random_moments(undisturbed, tmp_path, kills):
    experiment, out = write(tmp_path, replications=REPLICATIONS), tmp_path / "out"
    chance = random.Random(5)
    total, seen, killed = len(parts(undisturbed)), {}, 0
    assert total > 100
    for number in range(kills):
        process = start(experiment, out)
        while len(parts(out)) < (number + chance.random()) * total / (kills + 1):
            assert process.poll() is None, process.communicate()
            time.sleep(0.001)
        time.sleep(chance.random() / 50)
        process.kill()
        process.communicate()
        killed += 1
        now = marks(out)
        assert seen.items() <= now.items(), "a finished part was computed again"
        seen = now
    assert 0 < len(seen) < total
    process = start(experiment, out)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "'left': 0" in output
    assert seen.items() <= marks(out).items()
    assert equal(out, undisturbed)
    assert killed == kills


class Killed(BaseException):
    """Stands for the end of the process: nothing after it is written."""


@pytest.mark.slow
def test_a_run_that_ends_its_process_is_found(tmp_path, monkeypatch):
    """One run of 40 ends the process; the others come out as if it were not there."""
    experiment, out = write(tmp_path, replications=8), tmp_path / "out"
    sound = sweep(experiment, out=tmp_path / "sound")
    seed = int(rng.seed_key(runner.seeds_of(1, 3)[1]))
    whole, write_line = chunk._observe, Journal.write

    def observe(task, world):
        strengths = sorted(float(lever["strength"]) for lever in world.levers)
        if strengths == [2.0, 5.0] and int(world.clock[0]["seed"]) == seed:
            raise Killed
        return whole(task, world)

    def write_unless_dead(journal, word, name):
        if word != "left":
            write_line(journal, word, name)

    monkeypatch.setattr(chunk, "_observe", observe)
    monkeypatch.setattr(Journal, "write", write_unless_dead)
    said, deaths = [], 0
    while True:
        try:
            sweep(experiment, out=out, workers=1, say=said.append)
            break
        except Killed:
            deaths += 1
    # 40 runs in one chunk: halved by points (5, 3, 2, 1) and replications (8, 4, 2, 1), then tried
    # three times alone.
    assert deaths == 3 + 3 + 3
    assert any("run one at a time" in line for line in said)
    table, reference = sorted_table(out, "runs"), sorted_table(tmp_path / "sound", "runs")
    failed = table.filter(pc.is_valid(table.column("error")))
    assert table.num_rows == sound.runs == 40
    assert set(failed.column("error").to_pylist()) == {
        "not run: in replication 3 this point ended the process that ran it"
    }
    assert 3 in failed.column("replication").to_pylist()
    (point,) = set(failed.column("point").to_pylist())
    others = pc.not_equal(table.column("point"), point)
    assert table.filter(others).equals(reference.filter(others))
