"""Analyses against stores and functions whose answers are known."""

import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import colsim as package
from colsim.analysis.boxes import box_of, discover
from colsim.analysis.paired import Gains, cases_of, gains_of, half_width, paired
from colsim.analysis.response import dose_response, interaction
from colsim.analysis.sensitivity import Input, analysed, sensitivity, whole_blocks
from colsim.core.measures import MEASURES
from colsim.core.parameters import draw_world
from colsim.errors import UserError
from colsim.experiments.experiment import DUMMY, Experiment, screening_points
from tests.unit.test_cli_runs import colsim
from tests.unit.test_docs import ROOT, blocks

PAGE = ROOT / "docs" / "analysis.md"
JOINT = "joint_plan_rate"


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The sweep of the page on sweeps, short, in a small authority."""
    folder = tmp_path_factory.mktemp("analysis")
    text = blocks(ROOT / "docs" / "sweeps.md", "toml")[0]
    text = text.replace("replications = 80", 'weeks = 30\nworlds = "ranges"\nreplications = 80')
    text = text.replace('base = "robinscar"', 'base = "settled.toml"')
    settled = 'title = "Small"\nextends = "desktop"\n[run]\nburn_in = 26\n'
    (folder / "settled.toml").write_text(settled, encoding="utf-8")
    (folder / "offices.toml").write_text(text, encoding="utf-8")
    screening = blocks(PAGE, "toml")[0]
    assert "Say `screening.toml`" in PAGE.read_text(encoding="utf-8")
    screening = screening.replace("replications = 8", "replications = 2\nweeks = 30")
    (folder / "screening.toml").write_text(screening, encoding="utf-8")
    package.sweep(folder / "offices.toml", out=folder / "out" / "offices")
    return folder


@pytest.fixture(scope="module")
def results(swept):
    return package.open_results(swept / "out" / "offices")


@pytest.mark.slow
def test_the_page_works(swept, monkeypatch, capsys):
    monkeypatch.chdir(swept)
    monkeypatch.setattr("colsim.analysis.sensitivity._DUMMIES", 20)
    exec(compile("\n".join(blocks(PAGE, "python")), str(PAGE), "exec"), {"__name__": "shown"})
    assert "co_location=5" in capsys.readouterr().out
    assert Path("both.png").stat().st_size > 10_000
    for block in blocks(PAGE, ""):
        for line in block.splitlines():
            if line.endswith("--measure information_flow"):  # another measure by the same way
                continue
            code, out, err = colsim(*shlex.split(line)[1:])
            assert code == 0, err
            assert "written to" in err
    assert Path("out/screening-analysis/sensitivity-joint_plan_rate.png").exists()
    assert Path("out/offices-analysis/box-joint_plan_rate.csv").exists()
    code, out, err = colsim("sensitivity", "out/screening", "--json")
    assert code == 0, err
    assert '"method": "morris"' in out


@pytest.mark.slow
def test_paired_is_what_pandas_says_by_hand(results):
    """World by world: subtract, average the two seeds, then look at worlds."""
    runs = results.runs().merge(results.design()[["point", "label"]], on="point")
    wide = runs.pivot_table(index=["world", "replication"], columns="label", values=JOINT)
    by_hand = wide.sub(wide["base"], axis=0).groupby("world").mean()
    found = paired(results, JOINT).table().set_index("label")
    assert len(found) == 6
    for label, row in found.iterrows():
        one = by_hand[label].dropna()
        assert row["difference"] == pytest.approx(one.median())
        assert row["low"] == pytest.approx(one.quantile(0.05))
        assert row["better"] == pytest.approx((one > 0).mean())
        assert row["computing_error"] == pytest.approx(one.std() / np.sqrt(len(one)))
    assert found["difference"].is_monotonic_decreasing


def test_dose_and_interaction_are_what_pandas_says_by_hand(results):
    runs = results.runs().merge(results.design()[["point", "label"]], on="point")
    wide = runs.pivot_table(index=["world", "replication"], columns="label", values=JOINT)
    worlds = wide.sub(wide["base"], axis=0).groupby("world").mean()
    doses = dose_response(results, "levers.co_location.strength", JOINT)
    assert [dose.value for dose in doses.doses] == [1, 3, 5]
    for dose in doses.doses:
        names = [f"co_location={dose.value:g}, joint_training={k}" for k in (0, 2)]
        both = worlds[names].mean(axis=1)
        assert dose.mean == pytest.approx(both.mean())
        assert dose.high == pytest.approx(both.quantile(0.95))
        assert dose.interval == pytest.approx(half_width(both.to_numpy()))
        assert dose.points == 2
    assert "Averaged over all values of the other keys" in doses.caption
    keys = ("levers.co_location.strength", "levers.joint_training.strength")
    cells = interaction(results, *keys, JOINT).cells
    assert [(cell.one, cell.other) for cell in cells] == [(3, 2), (5, 2)]
    at = {(x, y): worlds[f"co_location={x}, joint_training={y}"] for x in (1, 3, 5) for y in (0, 2)}
    beyond = (at[5, 2] - at[1, 0]) - (at[5, 0] - at[1, 0]) - (at[1, 2] - at[1, 0])
    assert cells[1].median == pytest.approx(beyond.median())
    assert cells[1].more == pytest.approx((beyond > 0).mean())


def test_failed_runs_are_counted_and_left_out(results, monkeypatch):
    whole = gains_of(results, JOINT)
    assert (whole.failed, whole.missing, whole.lost()) == (0, 0, "")
    sql = type(results).sql

    def torn(self, query):
        frame = sql(self, query)
        if "replication, world" in query:
            frame = frame.copy()
            frame.loc[5:7, "value"] = np.nan
            frame.loc[5:7, "error"] = "ValueError: planted"
            frame = frame.drop(index=[9, 10])
        return frame

    monkeypatch.setattr(type(results), "sql", torn)
    torn_gains = gains_of(results, JOINT)
    assert (torn_gains.failed, torn_gains.missing) == (3, 2)
    assert "3 runs failed and are left out; 2 runs are not there yet" in torn_gains.lost()
    assert "3 runs failed and are left out" in paired(results, JOINT).caption


def ishigami(unit):
    """Ishigami & Homma (1990), a = 7, b = 0.1; the fourth input does nothing."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def screening(kind, points):
    return Experiment.model_validate(
        {
            "title": "t",
            "base": "desktop",
            "design": {"kind": kind, "points": points},
            "vary": {f"parameters.p{k}": {"low": 0.0, "high": 1.0} for k in range(3)},
        }
    )


def test_sobol_finds_the_known_shares():
    """First order 0.314, 0.442, 0; total 0.558, 0.442, 0.244. Tolerance 0.05, points fixed."""
    unit = screening_points(screening("saltelli", 1024))
    assert unit.shape == (1024 * 6, 4)
    found = analysed(unit, ishigami(unit), ("a", "b", "c", DUMMY), "sobol")
    for one, first, total in zip(
        found, (0.314, 0.442, 0.0, 0.0), (0.558, 0.442, 0.244, 0.0), strict=True
    ):
        assert one.second == pytest.approx(first, abs=0.05), one.name
        assert one.index == pytest.approx(total, abs=0.05), one.name
    assert found[3].index == 0.0  # the dummy enters nothing
    # A wrong version: total taken for first order would miss c.
    assert abs(found[2].index - 0.0) > 0.05


def test_morris_finds_what_a_linear_function_says():
    """Effects of 3, −2 and 0 over the whole range, the same everywhere."""
    unit = screening_points(screening("morris", 10))
    assert unit.shape == (10 * 5, 4)
    found = analysed(unit, 3 * unit[:, 0] - 2 * unit[:, 1], ("a", "b", "c", DUMMY), "morris")
    assert [one.index for one in found] == pytest.approx([3, 2, 0, 0])
    assert [one.second for one in found] == pytest.approx([0, 0, 0, 0], abs=1e-9)


def test_a_block_with_a_gap_goes_as_a_whole():
    values = np.arange(12.0)
    values[5] = np.nan
    kept, blocks_kept, dropped = whole_blocks(values, 4)
    assert (blocks_kept, dropped) == (2, 1)
    assert kept.tolist() == [True] * 4 + [False] * 4 + [True] * 4


def made(results, effect):
    """Gains of a made-up measure: `effect` of the parameters, a point's days and noise."""
    whole = gains_of(results, JOINT)
    chance = np.random.default_rng(5)
    worlds = [draw_world(int(seed)) for seed in whole.world_seeds]
    levels = np.zeros_like(whole.levels)
    for k, label in enumerate(whole.labels):
        if k:
            days = float(label.split("=")[1].split(",")[0])
            levels[k] = np.array([effect(world, days) for world in worlds])[:, None]
    levels += 0.01 * chance.standard_normal(levels.shape)
    return Gains(
        MEASURES[JOINT], whole.labels, whole.rows, levels, whole.world_seeds, failed=0, missing=0
    )


@pytest.mark.slow
def test_pawn_finds_the_parameter_that_was_planted(results, monkeypatch):
    planted = made(results, lambda world, days: world["answer_base"] + 0.02 * days)
    monkeypatch.setattr("colsim.analysis.sensitivity.gains_of", lambda *_: planted)
    found = sensitivity(results, JOINT, method="pawn")
    assert found.inputs[0].name == "parameters.answer_base"
    assert found.inputs[0].clear
    # 40 worlds: of 220 parameters that do nothing none is clear (once in 20 one would be).
    others = {one.name for one in found.inputs if one.clear}
    assert others <= {"parameters.answer_base", "levers.co_location.strength"}
    x, y, lived, lost = cases_of(results, planted, None)
    assert len(x) == len(y) == len(lived) == 6 * 40
    assert lost == ""


@pytest.mark.slow
def test_prim_finds_the_box_that_was_planted_and_none_in_noise():
    """No gain where a > 0.6 and b < 0.5, in 600 worlds with 30 inputs; then where chance says."""
    chance = np.random.default_rng(2)
    x = pd.DataFrame(chance.random((600, 30)), columns=[f"x{k}" for k in range(30)])
    y = ((x["x3"] > 0.6) & (x["x7"] < 0.5)).to_numpy()
    box = box_of(x, y, np.arange(600), MEASURES[JOINT], "No gain")
    limits = {one.name: one for one in box.limits}
    assert limits["x3"].low == pytest.approx(0.6, abs=0.06)
    assert limits["x7"].high == pytest.approx(0.5, abs=0.06)
    assert box.coverage > 0.8
    assert box.density > 0.8
    assert box.holds
    assert "x3 above 0.6" in box.words or "x3 above 0.5" in box.words
    noise = box_of(x, chance.random(600) < 0.2, np.arange(600), MEASURES[JOINT], "No gain")
    assert noise.fitted[1] > 0.25  # it fits something, as it always does
    assert not noise.holds
    assert "no better than chance" in noise.words


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda r: paired(r, "joint_plan_rat"), "nearest known name: joint_plan_rate"),
        (lambda r: dose_response(r, "levers.colocation.strength"), "nearest known name"),
        (lambda r: interaction(r, *["levers.co_location.strength"] * 2), "two keys"),
        (lambda r: sensitivity(r, method="moris"), "nearest known name: morris"),
        (lambda r: sensitivity(r, method="sobol"), 'design kind = "saltelli"'),
        (lambda r: sensitivity(r, point="co_location=5"), "labels of points"),
        (lambda r: discover(r, gain=-5.0), "allowed: at least 200 cases"),
    ],
)
def test_what_cannot_be_analysed_is_said(results, call, said):
    with pytest.raises(UserError, match="found") as caught:
        call(results)
    assert said in str(caught.value)


def test_an_input_without_variance_does_nothing():
    unit = screening_points(screening("morris", 4))
    found = analysed(unit, np.zeros(len(unit)), ("a", "b", "c", DUMMY), "morris")
    assert found == [Input(name, 0, 0, 0, 0, False) for name in ("a", "b", "c", DUMMY)]


@pytest.mark.parametrize("value", [192.53, 0.1, -0.3, 1e-9, 1e9])
@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_a_measure_that_nothing_moves_is_moved_by_nothing(value, method):
    """The deviation of 192.53 over and over is 4e-14, not 0."""
    unit = np.random.default_rng(1).random((160, 4))
    found = analysed(unit, np.full(len(unit), value), ("a", "b", "c", DUMMY), method)
    assert [one.index for one in found] == [0.0] * 4


def test_a_saltelli_design_needs_a_power_of_two(tmp_path):
    text = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    assert 'kind = "saltelli"' in text
    plan = blocks(PAGE, "toml")[0].replace("morris", "saltelli")
    (tmp_path / "s.toml").write_text(plan, encoding="utf-8")
    code, _, err = colsim("sensitivity", str(tmp_path / "s.toml"), "--out", str(tmp_path / "o"))
    assert code == 2
    assert "a power of 2, such as 8" in " ".join(err.split())
    assert not (tmp_path / "o").exists()


KEYS = "co_location.strength", "joint_training.strength", "co_location.end"
POINTS = f"""label,{",".join(f"levers.{key}" for key in KEYS)},parameters.leave_csw
office,2,,,
training,,2,,0.3
both,2,2,20,0.3
nothing,0,,,0.3
"""
"""Cells are left empty, as one writes a list of policies."""


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("listed")
    (folder / "points.csv").write_text(POINTS, encoding="utf-8")
    (folder / "e.toml").write_text(
        'title = "Listed"\nbase = "desktop"\nweeks = 30\nworlds = "ranges"\nreplications = 100\n'
        f'measures = ["{JOINT}"]\n[design]\nkind = "points"\nfile = "points.csv"\n',
        encoding="utf-8",
    )
    package.sweep(folder / "e.toml", out=folder / "out")
    return package.open_results(folder / "out")


@pytest.mark.slow
def test_an_empty_cell_is_what_the_point_comes_to(listed):
    x, _, _, lost = cases_of(listed, gains_of(listed, JOINT), None)
    assert lost == ""
    columns = {name: x[name].to_numpy()[::50].tolist() for name in x if name.startswith("levers")}
    assert columns == {
        "levers.co_location.strength": [2.0, 0.0, 2.0, 0.0],
        "levers.joint_training.strength": [0.0, 2.0, 2.0, 0.0],
        "levers.co_location.end": [30.0, 30.0, 20.0, 30.0],
    }
    leave = x["parameters.leave_csw"].to_numpy().reshape(4, 50)
    drawn = [draw_world(int(seed))["leave_csw"] for seed in gains_of(listed, JOINT).world_seeds]
    assert leave[0].tolist() == drawn
    assert (leave[1:] == 0.3).all()


@pytest.mark.slow
def test_pawn_keeps_the_levers_of_listed_points(listed):
    found = sensitivity(listed, JOINT)
    assert found.method == "pawn"
    names = {one.name for one in found.inputs}
    assert {"levers.co_location.strength", "levers.joint_training.strength"} <= names
    assert "Left out" not in found.caption


def test_a_key_that_does_not_vary_is_said(listed):
    _, _, _, lost = cases_of(listed, gains_of(listed, JOINT), "both")
    assert lost.startswith("levers.co_location.strength, which is the same throughout; levers.j")
    assert lost.count("the same throughout") == 4  # leave_csw is 0.3 in this point


def test_a_dose_one_at_a_time_leaves_out_points_of_other_keys(tmp_path):
    """Points that vary another key have the base's value of this one: they are no dose of it."""
    (tmp_path / "base.toml").write_text(
        'title = "Base"\nextends = "desktop"\n[levers.co_location]\nstrength = 1.0\n',
        encoding="utf-8",
    )
    (tmp_path / "e.toml").write_text(
        'title = "One"\nbase = "base.toml"\nweeks = 8\nreplications = 4\n'
        '[design]\nkind = "one_at_a_time"\n[vary]\n'
        "levers.co_location.strength = [1.0, 5.0]\nlevers.joint_training.strength = [2.0, 3.0]\n",
        encoding="utf-8",
    )
    package.sweep(tmp_path / "e.toml", out=tmp_path / "out")
    found = dose_response(package.open_results(tmp_path / "out"), "levers.co_location.strength")
    assert [(dose.value, dose.points) for dose in found.doses] == [(1.0, 1), (5.0, 1)]
