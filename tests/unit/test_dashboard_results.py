"""A sweep's folder as the Results page shows it."""

import io
import shutil

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

from colsim.analysis.paired import paired
from colsim.cli import app
from colsim.dashboard import allocator, sweep_view
from colsim.dashboard.served_folder import open_folder
from colsim.errors import UserError
from colsim.experiments.sweep import sweep
from colsim.reporting.words import rounded, signed

ONE = "Co-location 1 day a week, 2 teams with MHSWs"
FOUR = "Co-location 4 days a week, 2 teams with MHSWs"
VARY = """
[vary]
levers.co_location.strength = [1.0, 4.0]
organisation.mhsw_teams = [2, 400]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    file = folder / "ours.toml"
    file.write_text(
        'title = "Two offices?"\ndescription = "Why not."\nbase = "desktop"\nweeks = 26\n'
        'replications = 8\nmeasures = ["joint_plan_rate", "turnover_csw"]\n'
        f'[design]\nkind = "factorial"\n{VARY}',
        encoding="utf-8",
    )
    sweep(file, out=folder / "out")
    return open_folder(folder / "out")


def test_what_was_asked_is_told(results):
    facts = {one["name"]: one["value"] for one in sweep_view.asked(results)}
    assert facts["Points"] == (
        "3, the base among them (2 more cannot be built): every combination of the values"
    )
    assert facts["Co-location (days a week)"] == "1.0, 4.0"
    assert facts["teams with MHSWs"] == "2, 400"
    assert facts["Lived in"] == "4 plausible worlds"
    assert facts["Finished"] == "24 of 24 runs are there"
    assert [one["name"] for one in sweep_view.measures(results)] == [
        "joint_plan_rate",
        "turnover_csw",
    ]


def test_differences_are_paired_world_by_world(results):
    found = paired(results, "joint_plan_rate")
    runs, design = results.runs(), results.design()
    base, mine = (
        runs[runs.point == design.point[k]].set_index("replication").joint_plan_rate for k in (0, 3)
    )
    gain = (mine - base).groupby(np.arange(8) // 2).mean()
    one = found.differences[1]
    assert (found.rows[1], found.worlds) == (3, 4)
    assert one.difference == pytest.approx(gain.median())
    assert (one.low, one.high) == pytest.approx(tuple(gain.quantile([0.05, 0.95])))
    assert one.better == (gain > 0).mean()
    shown = sweep_view.listed(results, found)
    assert [line["name"] for line in shown["rows"]] == [ONE, FOUR]
    sign = "+" if one.difference > 0 else ""
    assert shown["rows"][1]["change"] == f"{sign}{rounded(100 * one.difference)}"
    assert (shown["unit"], shown["few"]) == ("points", True)
    name, content = sweep_view.file(results, "joint_plan_rate", "differences")
    table = pd.read_csv(io.BytesIO(content))
    assert name == "differences-joint_plan_rate.csv"
    assert table.difference.tolist() == pytest.approx(
        sorted((one.difference for one in found.differences), reverse=True)
    )
    assert sweep_view.file(results, "joint_plan_rate", "summary")[0] == "summary.csv"


def test_few_points_are_told_in_sentences(results):
    lines = sweep_view.told(results)
    assert len(lines) == 2
    assert lines[1].startswith(f"{FOUR}: ")
    assert "in 9 of 10 plausible worlds between" in lines[1]


def test_points_that_cannot_be_are_told_once_for_each_reason(results):
    (one,) = sweep_view.failures(results)
    assert one["what"] == "2 points not built"
    assert one["where"] == (
        "Co-location 1 day a week, 400 teams with MHSWs; "
        "Co-location 4 days a week, 400 teams with MHSWs"
    )
    assert one["why"].startswith("organisation.mhsw_teams: found 400 teams for 16")


def test_runs_that_broke_are_counted(results, monkeypatch):
    query = type(results).sql

    def broken(self, text):
        frame = query(self, "SELECT 'torn' AS error, 3 AS n, [1, 3] AS places")
        return frame if "places" in text else pd.DataFrame({"n": [3]})

    monkeypatch.setattr(type(results), "sql", broken)
    where = f"{ONE}; {FOUR}"
    assert sweep_view.failures(results)[0] == {"what": "3 runs", "where": where, "why": "torn"}


def test_the_query_for_broken_runs_is_sound(results, monkeypatch):
    monkeypatch.setattr(sweep_view, "_has_errors", lambda _: True)
    assert len(sweep_view.failures(results)) == 1


def test_of_many_points_those_that_gain_most_are_shown(results, monkeypatch):
    monkeypatch.setattr(sweep_view, "MOST_ROWS", 1)
    found = paired(results, "joint_plan_rate")
    shown = sweep_view.listed(results, found)
    assert [line["name"] for line in shown["rows"]] == [
        "Co-location 4 days a week, 2 teams with MHSWs"
    ]
    assert shown["note"].startswith("The 1 points with the greatest gain, of 2; the download has")
    # For turnover less is better.
    fewer = paired(results, "turnover_csw")
    best = min(fewer.differences, key=lambda one: one.difference)
    assert sweep_view.listed(results, fewer)["rows"][0]["change"] == signed(
        best.difference, fewer.measure
    )


def test_a_measure_that_was_not_kept_is_refused(results):
    with pytest.raises(UserError, match=r"^measure: found 'contacts'; allowed: measures that"):
        paired(results, "contacts")


def test_a_sweep_without_finished_runs_is_said(tmp_path, results, monkeypatch):
    shutil.copytree(results.folder / "design", tmp_path / "design")
    empty = type(results)(tmp_path, results.manifest)
    with pytest.raises(UserError, match="found no run of the base; allowed: a sweep of which"):
        paired(empty, "joint_plan_rate")
    facts = {one["name"]: one["value"] for one in sweep_view.asked(empty)}
    assert facts["Finished"] == "0 of 24 runs are there"


def test_another_version_of_the_model_is_said(results, monkeypatch):
    assert sweep_view.notes(results) == []
    monkeypatch.setattr(sweep_view, "model_version", lambda: "another")
    assert "made with another version of the model" in sweep_view.notes(results)[0]


class _Curve:
    caption = "More days, more plans."

    def table(self):
        return pd.DataFrame({"days_a_week": [1, 2], "change": [0.12345, np.nan]})

    def plot(self):
        return Figure()


def test_analyses_are_shown_or_say_why_not(results, monkeypatch):
    def refusing(_results, measure):
        raise UserError(f"{measure}: found two levels; allowed: three")

    monkeypatch.setattr(
        sweep_view,
        "bearing",
        lambda _: {"Dose": lambda *_: _Curve(), "None": lambda *_: None, "Refused": refusing},
    )
    dose, refused = sweep_view.analyses(results, "joint_plan_rate")
    assert (dose["caption"], dose["head"]) == ("More days, more plans.", ["days a week", "change"])
    assert dose["rows"] == [["1", "0.123"], ["2", "-"]]
    assert dose["picture"].startswith("data:image/svg+xml;base64,")
    assert refused["refused"] == "joint_plan_rate: found two levels; allowed: three"


def test_a_folder_that_is_no_sweep_is_refused(tmp_path):
    result = CliRunner().invoke(app, ["dashboard", str(tmp_path)])
    assert isinstance(result.exception, UserError)
    assert str(result.exception).endswith("allowed: the folder of a sweep, with its manifest")


@pytest.mark.slow
def test_memory_is_given_back_on_any_system(monkeypatch):
    allocator.give_back()
    monkeypatch.setattr(allocator.sys, "platform", "win32")
    assert allocator._library() is None
    allocator.give_back()


@pytest.mark.slow
def test_the_analyses_of_a_design_are_those_that_it_bears(results):
    assert list(sweep_view.bearing(results)) == [
        "How much of it does how much: Co-location (days a week)",
        "What drives it",
    ]
    one, few = sweep_view.analyses(results, "joint_plan_rate")
    assert one["refused"] == ""
    assert len(one["rows"]) == 2
    assert one["picture"].startswith("data:image/svg+xml;base64,")
    assert "at least 200, as fewer would rank chance" in few["refused"]
