"""`colsim results`: the table of a sweep; and `compare --precision`."""

import json

import pandas as pd
import pytest

from colsim.answers.sweep_table import sweep_table
from tests.later import Later
from tests.sweeps import write
from tests.unit.test_cli_runs import colsim

openpyxl = Later("openpyxl")

TEXT = """
title = "Offices in a small authority"
base = "desktop"
weeks = 8
replications = {replications}
measures = ["information_flow", "joint_plan_rate", "contacts"]

[design]
kind = "points"
file = "points.csv"
"""
POINTS = (
    "label,levers.co_location.strength,levers.integrated_service.strength\n"
    "office,3,\nweek,5,\nboth,3,1\nservice,,1\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("table")
    (folder / "points.csv").write_text(POINTS, encoding="utf-8")
    code, out, err = colsim("sweep", write(folder, TEXT), "--out", folder / "out")
    assert code == 0, err
    assert f"what it found: colsim results {folder / 'out'}" in out
    return folder / "out"


def test_every_point_is_there_with_its_cost_and_the_reason_why_one_is_not(folder):
    code, out, err = colsim("results", folder)
    assert code == 0, err
    words = " ".join(out.split())
    assert "Joint-plan rate: change against the base, 2 worlds" in words
    assert "- both could not be built: " in words
    assert "an integrated service shares its site on every day already" in words
    found = sweep_table(folder)
    costs = dict(zip(found.rows["label"], found.rows["cost_a_year"], strict=True))
    managed = 3_000 * 16 + 10 * 1_440
    assert costs == {"office": 1_020 * 3 * 16, "week": 1_020 * 5 * 16, "service": managed}
    assert list(found.rows["difference"]) == sorted(found.rows["difference"], reverse=True)
    assert [label for label, _ in found.unbuilt] == ["both"]


def test_a_budget_leaves_out_what_costs_more_in_its_first_year(folder):
    code, out, _ = colsim("results", folder, "--budget", 90000, "--json")
    assert code == 0
    document = json.loads(out)
    assert {one["label"] for one in document["points"]} == {"office", "week"}
    assert document["beyond_budget"] == 1
    assert document["not_built"][0]["label"] == "both"


def test_the_table_is_written_for_people(folder, tmp_path):
    for name in ("t.csv", "t.xlsx"):
        arguments = ["results", folder, "--measure", "information_flow", "--out", tmp_path / name]
        assert colsim(*arguments)[0] == 0
        assert colsim(*arguments)[0] == 2  # it is there
    frame = pd.read_csv(tmp_path / "t.csv")
    assert list(frame["Point"]) == list(sweep_table(folder, "information_flow").rows["label"])
    assert "Information flow: change (%, changes in percentage points)" in frame.columns
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet["A1"].font.bold
    assert sheet.auto_filter.ref == sheet.dimensions


BAD = {
    ("--budget", "-1"): "--budget: found -1; allowed: pounds, from 0 to 1,000,000,000,000",
    ("--budget", "5"): "--budget: found 5; allowed: at least 54,880, which the cheapest point",
    ("--measure", "joint_plan"): "nearest known name: joint_plan_rate",
    ("--measure", "talked_rate"): "allowed: measures that the sweep kept",
    ("--out", "x.doc"): "allowed: a name that ends in .csv",
}


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_a_bad_question_of_results_is_refused(arguments, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = colsim("results", folder, *arguments)
    assert (code, out) == (2, "")
    assert BAD[arguments] in " ".join(err.split())
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_sweep_is_refused(tmp_path):
    for name, text in (("empty", None), ("torn", "{"), ("foreign", '{"kind": "run"}')):
        there = tmp_path / name
        there.mkdir()
        if text is not None:
            (there / "manifest.json").write_text(text, encoding="utf-8")
        code, out, err = colsim("results", there)
        assert (code, out) == (2, ""), err


@pytest.mark.parametrize("width", ["0", "1", "-0.1", "nan"])
def test_a_precision_that_is_none_is_refused(width):
    code, out, err = colsim("compare", "desktop", "co_location", "--precision", width)
    assert (code, out) == (2, "")
    assert f"--precision: found {width}; allowed: above 0 and below 1" in err
