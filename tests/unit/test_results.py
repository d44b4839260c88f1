"""Results read back: frames, SQL that only reads, files without formulas."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

import colsim
from colsim.errors import UserError
from colsim.experiments.store import open_store
from colsim.experiments.sweep import load, sweep
from colsim.reporting.sheets import write_frame
from tests.sweeps import parts, write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    sweep(write(folder, extra='series = ["contacts", "information_flow"]\n'), out=folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def results(folder):
    return colsim.open_results(folder)


def test_frames(results):
    design, runs = results.design(), results.runs()
    assert list(design.label)[:2] == ["base", "co_location=1, joint_training=0"]
    assert list(design["levers.joint_training.strength"][1:]) == [0.0, 2.0, 0.0, 2.0]
    assert list(runs.columns) == [
        "point", "replication", "world", "world_seed", "run_seed", "error", "seconds",
        "information_flow", "contacts", "joint_plan_rate",
    ]  # fmt: skip
    assert len(runs) == 20
    assert set(runs.point) == set(design.point)


def test_series_are_summed_up_over_runs(results):
    weekly, whole = results.series(), results.series(whole=True)
    assert len(whole) == 20 * 9
    assert len(weekly) == 5 * 9 * 2
    row = weekly[(weekly.policy_week == 8) & (weekly.measure == "contacts")].iloc[0]
    values = whole[(whole.point == row.point) & (whole.policy_week == 8)].contacts
    assert row.runs == 4
    np.testing.assert_allclose(row["mean"], values.mean())
    np.testing.assert_allclose(
        (row.low, row["median"], row.high), np.quantile(values, (0.05, 0.5, 0.95))
    )


def test_summary(results):
    summary, runs = results.summary(), results.runs()
    assert len(summary) == 5 * 3
    row = summary[(summary.label == "base") & (summary.measure == "information_flow")].iloc[0]
    np.testing.assert_allclose(
        row["mean"], runs[runs.point == row.point].information_flow.mean(), rtol=1e-12
    )


def test_sql(results):
    frame = results.sql(
        "SELECT label, count(*) AS n FROM runs JOIN design USING (point) GROUP BY 1"
    )
    assert list(frame.n) == [4] * 5
    assert list(results.sql("SELECT 1 AS x WHERE false").columns) == ["x"]


@pytest.mark.parametrize(
    "query, message",
    [
        ("SELECT nothing FROM runs", 'SQL: Binder Error: Referenced column "nothing" not found'),
        ("SELEC 1", "SQL: Parser Error: syntax error"),
        ("SELECT * FROM nowhere", "SQL: Catalog Error: Table with name nowhere does not exist"),
        ("SELECT * FROM read_csv('/etc/hosts')", "SQL: Permission Error"),
        ("DROP VIEW runs", "SQL: found 'DROP VIEW runs'; allowed: one query that reads"),
        ("COPY runs TO 'x.csv'", "allowed: one query that reads"),
        ("SELECT 1; SELECT 2", "allowed: one query that reads"),
        ("", "SQL: found ''; allowed: one query that reads"),
        ("SET threads = 1", "allowed: one query that reads"),
        ("ATTACH 'x.db'", "allowed: one query that reads"),
    ],
)
def test_sql_that_fails_or_writes_is_refused(results, query, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as refused:
        results.sql(query)
    assert message in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_that_has_just_begun_reads_as_empty(tmp_path):
    manifest = load(write(tmp_path, extra='series = ["contacts"]\n'))
    open_store(tmp_path / "out", manifest, extend=False)
    results = colsim.open_results(tmp_path / "out")
    assert len(results.design()) == 5
    assert results.runs().empty
    assert "contacts" in results.runs().columns
    assert results.series().empty
    assert results.summary().empty


@pytest.mark.slow
def test_results_are_read_while_a_sweep_writes(tmp_path, monkeypatch):
    from colsim.experiments import work

    monkeypatch.setattr(work, "LEAST", 20_000)
    out, seen = tmp_path / "out", []
    sweep(
        write(tmp_path, replications=20),
        out=out,
        progress=lambda now: seen.append((now.done, len(colsim.open_results(out).runs()))),
    )
    assert [done for done, _ in seen][-1] == 100
    assert len({done for done, _ in seen}) > 3
    # What was finished was there, and nothing was there in part or twice.
    assert all(done <= read <= 100 and read % 5 == 0 for done, read in seen)


def test_parts_of_another_work_list_are_not_read(folder, tmp_path):
    out = tmp_path / "out"
    sweep(write(tmp_path), out=out)
    stray = parts(folder)[0]
    (out / "runs" / ("0" * 24 + ".parquet")).write_bytes(stray.read_bytes())
    assert len(colsim.open_results(out).runs()) == 20


def test_a_sweep_without_series(tmp_path):
    sweep(write(tmp_path), out=tmp_path / "out")
    with pytest.raises(UserError, match="found a sweep without series; allowed: one whose experim"):
        colsim.open_results(tmp_path / "out").series()


def test_a_folder_without_a_sweep(tmp_path):
    with pytest.raises(UserError, match=r"manifest\.json: found no such file; allowed: the folder"):
        colsim.open_results(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("table", ["summary", "design", "runs", "series"])
def test_export(results, tmp_path, ending, table):
    path = tmp_path / f"t{ending}"
    results.export(path, table=table)
    exactly = partial(pd.read_csv, float_precision="round_trip")  # not the default everywhere
    read = {".csv": exactly, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}[ending](path)
    rows = {"summary": 15, "design": 5, "runs": 20, "series": 180}[table]
    assert len(read) == rows
    if table == "runs":
        # A spreadsheet keeps 16 digits of a number; a seed has more, so there it is a text.
        places = {".xlsx": 1e-15}.get(ending, 0.0)
        np.testing.assert_allclose(read.contacts, results.runs().contacts, rtol=places)
        assert [int(seed) for seed in read.run_seed] == list(results.runs().run_seed)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_exports_that_are_refused(results, tmp_path, monkeypatch):
    with pytest.raises(UserError, match="table: found 'rums'; allowed: summary, design, runs, ser"):
        results.export(tmp_path / "t.csv", table="rums")
    with pytest.raises(UserError, match=r"found 't\.ods'; allowed: a name that ends in \.csv, \.x"):
        results.export(tmp_path / "t.ods")
    monkeypatch.setattr("colsim.reporting.sheets.SHEET_ROWS", 20)
    with pytest.raises(UserError) as refused:
        results.export(tmp_path / "t.xlsx", table="runs")
    assert str(refused.value) == (
        "--out: found 20 rows and 10 columns; allowed: 19 rows and 16,384 columns, which is what a "
        "sheet holds; write .csv or .parquet, or ask for less"
    )
    assert list(tmp_path.iterdir()) == []


def test_no_text_becomes_a_formula(tmp_path):
    import openpyxl

    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "fine", None, "bell\x07"]
    frame = pd.DataFrame({"=cmd": texts, "n": range(8)})
    safe = ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "fine", None, "bell"]
    write_frame(frame, tmp_path / "t.csv")
    read = pd.read_csv(tmp_path / "t.csv")
    assert list(read.columns) == ["'=cmd", "n"]
    assert [None if pd.isna(x) else x for x in read["'=cmd"]] == safe
    write_frame(frame, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == safe
    # Parquet is for programs: there the text stays as it is.
    write_frame(frame, tmp_path / "t.parquet")
    assert pd.read_parquet(tmp_path / "t.parquet")["=cmd"].iloc[0] == "=1+1"
