"""A sweep that is killed, again and again, ends with the same tables as one that is not."""

import random
import time

import pytest

from colsim.experiments import work
from colsim.experiments.sweep import sweep
from tests.sweeps import equal, parts, start, write

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
