"""What the benchmarks say follows from what they measured; nothing is timed here."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def timing(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import timing

    return timing


def grows(timing, power, sizes, noise=0.01):
    rng = np.random.default_rng(1)
    return [
        timing.Times(one, one)
        for one in (1e-3 * n**power * np.exp(noise * rng.standard_normal(9)) for n in sizes)
    ]


def test_the_slope_of_a_linear_cost_is_one_and_of_a_square_one_is_not(timing):
    sizes = (10, 20, 40, 80, 160)
    middle, low, high = timing.slope(sizes, grows(timing, 1, sizes))
    assert low < 1 < high
    assert high - low < 0.05
    middle, low, high = timing.slope(sizes, grows(timing, 2, sizes))
    assert 1.9 < low < middle < high < 2.1


def test_rows_say_whether_an_aim_is_met(timing):
    run = timing.timed(
        "a run", timing.Times(np.array([0.03, 0.01, 0.02]), np.full(3, 0.01)), "s", 1
    )
    assert run.cells() == ("a run", "0.02", "0.01", "0.01", "s", "≤ 1: met")
    ratio = timing.Row("ratio", 99.0, "×", aim=100, at_most=False)
    assert (ratio.met, ratio.cells()[-1]) == (False, "≥ 100: missed")
    assert timing.Row("count", 3.0, "draws").met is None
    shown = timing.Row("weeks", 1.0, "slope", interval=(0.95, 1.05)).cells()
    assert shown == ("weeks", "1", "0.95 to 1.05", "", "slope", "")


def test_tables_are_markdown(timing):
    assert timing.table(("a", "b"), [("1", "22")]).splitlines() == [
        "| a | b  |",
        "| - | -- |",
        "| 1 | 22 |",
    ]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="other systems say it wrongly")
def test_a_process_does_not_inherit_the_memory_of_the_one_that_started_it():
    code = f"import sys; sys.path.insert(0, {str(FOLDER)!r}); from peak import peak; print(peak())"
    held = bytearray(b"x" * 200_000_000)
    found = float(subprocess.run([sys.executable, "-c", code], capture_output=True).stdout)
    assert len(held) / 1e6 > found > 5


@pytest.mark.slow
def test_every_phase_is_in_the_profile(timing, monkeypatch, capsys):
    import phases
    import speed

    from colsim.core.schedule import PHASE_NAMES

    monkeypatch.setattr(phases, "BURN_IN", 1)
    monkeypatch.setattr(phases, "WEEKS", 2)
    monkeypatch.setattr(speed.sys, "argv", ["speed.py", "--profile", "--json"])
    speed.main()
    printed = json.loads(capsys.readouterr().out)
    assert list(printed["profile"]["phases"]) == ["begin_week", *PHASE_NAMES]
    assert all(math.isfinite(ns) and ns >= 0 for ns in printed["profile"]["phases"].values())
    assert printed["machine"]["processors"] >= 1
    text = phases.profile_table(printed["profile"])
    assert text.count("\n") == len(PHASE_NAMES) + 4


def test_a_tree_that_cannot_be_run_is_said(timing, tmp_path):
    import editions

    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "timing.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    with editions.begun(tmp_path) as worker, pytest.raises(SystemExit, match="code 3"):
        editions.answer(worker)
    kept = editions.environment(tmp_path, tmp_path / "cache")
    assert (kept["PYTHONPATH"], kept["NUMBA_CACHE_DIR"]) == (
        str(tmp_path), str(tmp_path / "cache"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "found, code", [((1.0, 0.99, 1.01), 0), ((1.2, 1.14, 1.3), 0), ((1.2, 1.16, 1.3), 1)]
)
def test_a_cost_is_a_fault_only_where_its_whole_interval_is_15_percent_above(
    timing, monkeypatch, tmp_path, capsys, found, code
):
    import ratio

    monkeypatch.setattr(ratio, "KEPT", tmp_path / "ratio.txt")
    monkeypatch.setattr(ratio.sys, "argv", ["ratio.py", "--write"])
    monkeypatch.setattr(ratio, "measure", lambda: (1.0, 1.0, 1.0))
    assert ratio.main() == 0
    monkeypatch.setattr(ratio.sys, "argv", ["ratio.py"])
    monkeypatch.setattr(ratio, "measure", lambda: found)
    assert ratio.main() == code
    assert "kept: 1.000" in capsys.readouterr().out
