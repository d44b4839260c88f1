"""What a process may use, which is less than the machine has in a container or a batch system."""

import os
from pathlib import Path
from unittest.mock import Mock

import pytest

from colsim import machine
from colsim.experiments import version


@pytest.fixture
def groups(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "GROUPS", tmp_path)
    monkeypatch.setattr(machine, "MEMBER", tmp_path / "member")
    monkeypatch.setattr(machine, "_allowed", lambda: 8)
    monkeypatch.setattr("os.sysconf", lambda name: {"SC_PAGE_SIZE": 4096}.get(name, 1 << 20))

    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return write


def test_without_limits_it_is_what_the_machine_has(groups):
    assert (machine.processors(), machine.memory_of_this_machine()) == (8, 4096 << 20)
    groups(cpu_DOT_max="max 100000\n", memory_DOT_max="max\n")
    assert (machine.processors(), machine.memory_of_this_machine()) == (8, 4096 << 20)


@pytest.mark.parametrize(
    "quota, processors", [("200000", 2), ("150000", 2), ("50000", 1), ("9900000", 8)]
)
def test_limits_of_a_container(groups, quota, processors):
    groups(cpu_DOT_max=f"{quota} 100000\n", memory_DOT_max=f"{1 << 30}\n")
    assert (machine.processors(), machine.memory_of_this_machine()) == (processors, 1 << 30)


def test_limits_of_a_batch_system(groups):
    groups(
        member="0::/slurm/job_7\n", slurm__job_7__cpu_DOT_max="max 100000\n",
        slurm__cpu_DOT_max="300000 100000\n", slurm__job_7__memory_DOT_max=f"{1 << 29}\n",
    )  # fmt: skip
    assert (machine.processors(), machine.memory_of_this_machine()) == (3, 1 << 29)


def test_limits_of_the_first_version(groups):
    groups(
        cpu__cpu_DOT_cfs_quota_us="100000\n", cpu__cpu_DOT_cfs_period_us="50000\n",
        memory__memory_DOT_limit_in_bytes=f"{1 << 28}\n",
    )  # fmt: skip
    assert (machine.processors(), machine.memory_of_this_machine()) == (2, 1 << 28)
    groups(cpu__cpu_DOT_cfs_quota_us="-1\n")
    assert machine.processors() == 8


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="a call of Linux")
def test_processors_taken_away_are_not_counted():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert machine.processors() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_the_models_version_is_a_hash_of_all_that_figures_depend_on():
    """A list of files of which some are not there would not notice that they changed."""
    root = Path(version.colsim.__file__).parent
    for pattern in version._BESIDE_THE_CORE:
        assert list(root.glob(pattern)), pattern


def test_a_system_that_does_not_tell_its_memory(groups, monkeypatch):
    for wrong in (ValueError, OSError):
        monkeypatch.setattr(machine.os, "sysconf", Mock(side_effect=wrong), raising=False)
        assert machine.memory_of_this_machine() is None
    monkeypatch.delattr(machine.os, "sysconf")
    assert machine.memory_of_this_machine() is None
