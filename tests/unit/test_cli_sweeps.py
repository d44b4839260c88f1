"""`colsim sweep` and `colsim query` as a user calls them."""

import json
import signal

import pandas as pd
import pytest

from colsim.experiments import tasks, work
from tests.sweeps import SHORT, write
from tests.unit.test_cli_runs import colsim
from tests.unit.test_sweep import Stopping


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    code, out, err = colsim("sweep", write(folder), "--out", folder / "out")
    assert code == 0, err
    assert "5 points, 20 runs in" in out
    return folder


def test_sweep_again_says_what_is_left(folder):
    code, out, err = colsim("sweep", folder / "offices.toml", "--out", folder / "out")
    assert code == 0
    assert "nothing was left to compute" in out
    assert err.startswith("going on: 20 of 20 runs are done, 0 left\n")


def test_sweep_prints_json_alone(folder, tmp_path):
    code, out, err = colsim(
        "sweep", folder / "out" / "manifest.json", "--out", tmp_path / "again", "--json"
    )
    assert code == 0
    document = json.loads(out)
    assert document.pop("seconds") > 0
    assert any("For trying out only" in note for note in document.pop("notes"))
    assert document == {
        "folder": str(tmp_path / "again"),
        "points": 5,
        "points_not_built": 0,
        "runs": 20,
        "computed": 20,
        "failures": 0,
        "left": 0,
        "precision": None,
        "interrupted": False,
    }
    assert err == ""


def test_the_folder_is_named_after_the_experiment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, _ = colsim("sweep", write(tmp_path, replications=2))
    assert code == 0
    assert (tmp_path / "out" / "offices" / "manifest.json").exists()
    code, out, _ = colsim("sweep", "out/offices/manifest.json")
    assert code == 0
    assert "nothing was left" in out


def test_faults_end_in_code_2_and_nothing_is_written(tmp_path):
    path = write(tmp_path, extra="sed = 3\n")
    path.write_text(path.read_text(encoding="utf-8").replace("[1.0, 5.0]", "[]"), encoding="utf-8")
    code, out, err = colsim("sweep", path, "--out", tmp_path / "out")
    assert code == 2
    assert out == ""
    assert [line.split(": ")[2] for line in err.splitlines()] == [
        "sed",
        "vary.levers.co_location.strength",
    ]
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_ctrl_c_ends_in_code_130_and_says_how_to_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "LEAST", 20_000)
    monkeypatch.setattr(tasks, "ThreadPoolExecutor", lambda *a, **k: Stopping())
    path = write(tmp_path, replications=40)
    monkeypatch.setattr(Stopping, "shutdown", lambda self, **options: self.pool.shutdown())
    code, out, err = colsim("sweep", path, "--out", tmp_path / "out")
    assert code == 130
    left = 200 - int(out.split(" points, ")[1].split(" runs")[0])
    assert 0 < left < 200
    assert err.splitlines() == [
        "finishing what is running; once more to drop it",
        f"error: interrupted with {left} runs left; go on with: colsim sweep "
        f"{tmp_path / 'out' / 'manifest.json'}",
    ]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    monkeypatch.undo()
    code, out, err = colsim("sweep", tmp_path / "out" / "manifest.json")
    assert code == 0
    assert f"{left} of them in this call" in out


def test_ctrl_c_twice_ends_at_once(folder, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    def leave(code):
        raise SystemExit(code)

    monkeypatch.setattr("colsim.experiments.sweep.sweep", interrupted)
    monkeypatch.setattr("os._exit", leave)
    experiment = folder / "offices.toml"
    code, out, err = colsim("sweep", experiment, "--out", folder / "out")
    assert (code, out) == (130, "")
    assert (
        err == f"error: interrupted; go on with: colsim sweep {folder / 'out' / 'manifest.json'}\n"
    )
    # Before there is a manifest, the same command goes on.
    new = folder / "a new one"
    code, _, err = colsim("sweep", experiment, "--out", new, "--workers", 1)
    assert code == 130
    assert (
        err
        == f"error: interrupted; go on with: colsim sweep {experiment} --out '{new}' --workers 1\n"
    )


@pytest.mark.slow
def test_unbuilt_points_failures_and_precision_are_said(tmp_path):
    (tmp_path / "short.toml").write_text(SHORT, encoding="utf-8")
    path = tmp_path / "e.toml"
    path.write_text(
        'title = "t"\nbase = "short.toml"\nmeasures = ["contacts"]\n'
        '[precision]\nmeasure = "contacts"\nwidth = 1e-9\ncap = 160\n'
        '[design]\nkind = "factorial"\n[vary]\norganisation.mhsw = [8, 16]\n'
        "organisation.mhsw_teams = [4, 12]\n",
        encoding="utf-8",
    )
    code, out, err = colsim("sweep", path, "--out", tmp_path / "out")
    assert code == 0
    assert "1 points cannot be built: see error in the table design" in out
    assert "the wanted precision is not reached after 160 replications" in out
    # Where worlds are not kept yet, it is said first that they are matched.
    said = "\nafter 160 replications the widest 95 % interval of the mean difference"
    assert said in f"\n{err}"


def test_query(folder):
    sql = (
        "SELECT label, count(*) AS runs FROM runs JOIN design USING (point) GROUP BY ALL ORDER BY 1"
    )
    code, out, err = colsim("query", folder / "out", sql)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["label", "runs"]
    assert out.splitlines()[1].split() == ["base", "4"]
    code, out, _ = colsim("query", folder / "out", sql, "--json")
    assert json.loads(out)["columns"] == ["label", "runs"]
    assert json.loads(out)["rows"][0] == ["base", 4]


def test_query_shows_what_cannot_be_said_in_json_as_null(folder):
    sql = "SELECT NULL AS a, 'nan'::DOUBLE AS b, 'inf'::DOUBLE AS c, true AS d, now() AS e"
    code, out, _ = colsim("query", folder / "out", sql, "--json")
    assert code == 0
    assert json.loads(out)["rows"][0][:4] == [None, None, None, True]
    assert colsim("query", folder / "out", sql)[0] == 0


def test_query_shows_the_first_rows_of_many(folder):
    code, out, err = colsim("query", folder / "out", "SELECT * FROM range(1000)")
    assert code == 0
    assert len(out.splitlines()) == 201
    assert err == "800 further rows: write them with --out FILE or --json\n"


def test_query_writes_files(folder, tmp_path):
    target = tmp_path / "new" / "runs.csv"
    code, out, err = colsim("query", folder / "out", "SELECT * FROM runs", "--out", target)
    assert (code, out) == (0, "")
    assert err == f"written to {target}\n"
    assert len(pd.read_csv(target)) == 20


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["SELEC"], "error: SQL: Parser Error"),
        (["SELECT 1", "--out", "x.ods"], "error: --out: found 'x.ods'; allowed: a name that ends"),
    ],
)
def test_query_faults(folder, arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = colsim("query", folder / "out", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_query_names_all_faults(tmp_path):
    code, _, err = colsim("query", tmp_path, "SELECT 1", "--out", "x.ods")
    assert code == 2
    assert len(err.splitlines()) == 2
