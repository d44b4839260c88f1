"""--out, folders of any name, charts that fail, consoles that know few characters."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import colsim as package
from colsim import cli
from colsim.analysis.sensitivity import sensitivity
from colsim.calibration.results.posterior import agree
from colsim.commands.calibrate import _save
from colsim.commands.streams import in_words
from colsim.errors import IncompleteError
from tests.sweeps import ROOT, SHORT, write
from tests.unit.test_cli_runs import colsim, on_a_console

QUICK = ["--weeks", "8"]
COMPARE = ["compare", "desktop", "co_location", *QUICK, "--replications", "2"]
COMMANDS = {
    "run": ["run", "desktop", *QUICK],
    "comparison": COMPARE,
    "families": ["story", "desktop", *QUICK, "--list"],
    "story": ["story", "desktop", *QUICK],
    "patterns": [
        "patterns", "--only", "rich_beats_thin", "--worlds", "1", "--no-knock-outs",
    ],
}  # fmt: skip


def everything(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder of each kind."""
    folder = tmp_path_factory.mktemp("kinds")
    for kind, command in COMMANDS.items():
        code, _, err = colsim(*command, "--out", folder / kind)
        assert code == 0, err
    experiment = write(folder, replications=2)
    assert colsim("sweep", experiment, "--out", folder / "sweep")[0] == 0
    (folder / "calibration").mkdir()
    (folder / "calibration" / "calibration.json").write_text('{"kind": "calibration"}')
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", COMMANDS)
def test_a_result_is_replaced_with_force_alone(folders, kind):
    before = everything(folders)
    code, out, err = colsim(*COMMANDS[kind], "--out", folders / kind)
    assert (code, out) == (2, "")
    assert "already; allowed: another folder, or --force to replace it" in err
    assert everything(folders) == before
    code, _, err = colsim(*COMMANDS[kind], "--out", folders / kind, "--force")
    assert code == 0, err
    assert json.loads((folders / kind / "manifest.json").read_text())["kind"] == kind
    assert set(everything(folders)) == set(before)


@pytest.mark.slow
@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("kind", COMMANDS)
def test_no_other_kind_is_replaced(folders, kind, force):
    before = everything(folders)
    for other in {*COMMANDS, "sweep", "calibration"} - {kind}:
        code, out, err = colsim(*COMMANDS[kind], "--out", folders / other, *force)
        assert (code, out) == (2, ""), other
        assert f"found {folders / other}, which holds a" in err
    assert everything(folders) == before


def test_a_sweep_and_a_calibration_stay_out_of_other_folders(folders):
    before = everything(folders)
    for other in COMMANDS:
        code, _, err = colsim("sweep", folders / "offices.toml", "--out", folders / other)
        assert (code, "which holds a" in err) == (2, True)
        code, _, err = colsim("query", folders / other, "SELECT 1")
        assert code == 2
        assert "allowed: the folder of a sweep" in err
        with pytest.raises(package.UserError, match="which holds a"):
            agree(folders / other, {})
    assert everything(folders) == before


@pytest.mark.parametrize("name", ["", "  "])
def test_no_name_is_refused_everywhere(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    experiment = write(tmp_path, replications=2)
    before = everything(tmp_path)
    for command in (
        *COMMANDS.values(), ["sweep", experiment], ["sensitivity", experiment],
        ["query", tmp_path, "SELECT 1"], ["calibrate", "x.toml"],
        ["authority", "scenario", "example_authority"],
    ):  # fmt: skip
        code, out, err = colsim(*command, "--out", name)
        assert (code, out) == (2, ""), command
        assert f"error: --out: found {name!r}; allowed: a name\n" in err
    assert everything(tmp_path) == before


def test_a_file_of_a_query_is_replaced_with_force_alone(folders, tmp_path):
    ask = ["query", folders / "sweep", "SELECT label FROM design", "--out", tmp_path / "a.csv"]
    assert colsim(*ask)[0] == 0
    (tmp_path / "a.csv").write_text("mine")
    code, _, err = colsim(*ask)
    assert code == 2
    assert "a.csv: found a file that is already there; allowed: a new name, or --force" in err
    assert (tmp_path / "a.csv").read_text() == "mine"
    assert colsim(*ask, "--force")[0] == 0
    assert pd.read_csv(tmp_path / "a.csv").label[0] == "base"


def test_python_follows_the_same_rule(folders, tmp_path):
    result = package.run("desktop", weeks=8)
    result.save(tmp_path / "out")
    with pytest.raises(package.UserError, match="force=True in Python"):
        result.save(tmp_path / "out")
    result.save(tmp_path / "out", force=True)
    with pytest.raises(package.UserError, match="which holds a sweep"):
        result.save(folders / "sweep", force=True)
    results = package.open_results(folders / "sweep")
    results.export(tmp_path / "a.csv")
    with pytest.raises(package.UserError, match="already there"):
        results.export(tmp_path / "a.csv")
    results.export(tmp_path / "a.csv", force=True)


# Folders of any name

NAMES = [
    "point=3", "label=a", "joint_plan_rate=0", "seed=1/replication=9", "year=2025", "error=x",
    "a[b]c", "[", "st*r", "**", "q?", "?x=1", "br{a,b}ce", "back\\slash", "sp ace", "qu'ote",
    'dq"', "Zoë", "per%20cent", "hash#x", "~home", "$HOME", "a;b", "new\nline", "b\udcffad", "-x",
    "runs", "design=1",
]  # fmt: skip
ROWS = [Path(*NAMES[k::4]) for k in range(4)]
"""All of them in four paths: each in one, and some as the last of it."""


def rows(folder, kind="runs"):
    results = package.open_results(folder)
    frame = getattr(results, kind)()
    return frame.drop(columns=["seconds"], errors="ignore")


@pytest.mark.slow
@pytest.mark.parametrize("names", [*ROWS, Path("-x"), Path("b\udcffad")], ids=ascii)
def test_the_name_of_a_folder_changes_no_result(folders, tmp_path, names):
    out = tmp_path / names
    out.parent.mkdir(parents=True, exist_ok=True)
    code, _, err = colsim("sweep", folders / "offices.toml", "--out", out)
    assert code == 0, err
    for kind in ("runs", "design", "summary"):
        pd.testing.assert_frame_equal(rows(out, kind), rows(folders / "sweep", kind))
    code, asked, err = colsim("query", out, "SELECT * EXCLUDE (seconds) FROM runs")
    assert code == 0, err
    assert asked == colsim("query", folders / "sweep", "SELECT * EXCLUDE (seconds) FROM runs")[1]
    again = colsim("sweep", folders / "offices.toml", "--out", out)[1]
    assert "nothing was left to compute\n" in again


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_name_reads_the_same(folders, tmp_path, name):
    _reads_the_same(folders, tmp_path / name)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.text(
        st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40
    ).filter(lambda name: name.strip() and name not in (".", "..") and len(name.encode()) < 200)
)
def test_any_name_reads_the_same(folders, tmp_path_factory, name):
    _reads_the_same(folders, tmp_path_factory.mktemp("names") / name)


def _reads_the_same(folders, out):
    usual = rows(folders / "sweep")
    out.parent.mkdir(parents=True, exist_ok=True)
    (folders / "sweep").rename(out)
    try:
        read = rows(out)
    finally:
        out.rename(folders / "sweep")
    pd.testing.assert_frame_equal(read, usual)


def test_parts_behind_links_are_read(folders, tmp_path):
    (tmp_path / "out").mkdir()
    for path in (folders / "sweep").iterdir():
        (tmp_path / "out" / path.name).symlink_to(path)
    pd.testing.assert_frame_equal(rows(tmp_path / "out"), rows(folders / "sweep"))


@pytest.mark.slow
@pytest.mark.parametrize("litter", [".DS_Store", "desktop.ini", "Thumbs.db", "lost+found"])
def test_what_systems_leave_in_folders_stops_nothing(folders, tmp_path, litter):
    for place in (tmp_path / "out", tmp_path / "out" / "runs", tmp_path / "out" / "design"):
        place.mkdir()
        (place / litter).mkdir() if "+" in litter else (place / litter).write_text("x")
    code, _, err = colsim("sweep", folders / "offices.toml", "--out", tmp_path / "out")
    assert code == 0, err
    pd.testing.assert_frame_equal(rows(tmp_path / "out"), rows(folders / "sweep"))


def no_font(*_):
    raise RuntimeError("no such font")


@pytest.mark.slow
def test_analyses_and_precision_in_a_folder_with_an_equals_sign(folders, tmp_path, monkeypatch):
    (tmp_path / "short.toml").write_text(SHORT)
    text = (folders / "offices.toml").read_text().replace("replications = 2\n", "")
    text = text.replace('base = "desktop"', 'base = "short.toml"')
    text += '\n[precision]\nmeasure = "joint_plan_rate"\nwidth = 1.0\n'
    (tmp_path / "precise.toml").write_text(text)
    found = []
    for name in ("plain", "point=3"):
        code, out, err = colsim("sweep", tmp_path / "precise.toml", "--out", tmp_path / name)
        assert code == 0, err
        assert "the wanted precision is reached after 240 replications" in out
        found.append(sensitivity(package.open_results(tmp_path / name)).table())
    pd.testing.assert_frame_equal(*found)
    for measure in ("joint_plan_rate", "information_flow"):
        code, _, err = colsim("sensitivity", tmp_path / "point=3", "--measure", measure)
        assert code == 0, err
    manifest = json.loads((tmp_path / "point=3-analysis" / "manifest.json").read_text())
    assert sorted(manifest["analyses"]) == [
        "sensitivity-information_flow", "sensitivity-joint_plan_rate",
    ]  # fmt: skip
    assert len(list((tmp_path / "point=3-analysis").iterdir())) == 5
    # A chart that fails costs that chart alone: not its table, not the answer, no other chart.
    monkeypatch.setattr("colsim.analysis.sensitivity.Sensitivity.plot", no_font)
    code, out, err = colsim("sensitivity", tmp_path / "point=3")
    assert code == 1
    assert "Joint-plan rate (change against the base" in out
    assert "sensitivity-joint_plan_rate.png (RuntimeError: no such font)" in err
    assert sorted(path.name for path in (tmp_path / "point=3-analysis").iterdir()) == [
        "manifest.json", "sensitivity-information_flow.csv", "sensitivity-information_flow.png",
        "sensitivity-joint_plan_rate.csv",
    ]  # fmt: skip


# Save before show


@pytest.mark.slow
def test_a_chart_that_fails_costs_the_chart_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("colsim.comparison.chart.plot_comparison", no_font)
    code, out, err = colsim(*COMPARE, "--out", tmp_path / "out")
    assert code == 1
    assert "Information flow" in out
    assert "the tables are written, but a chart cannot be drawn: chart.png (RuntimeError: no" in err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "comparison.csv", "comparison.json", "comparison.xlsx", "costs.csv", "forms.csv",
        "manifest.json", "rests_on.csv", "series.csv",
    ]  # fmt: skip
    monkeypatch.undo()
    assert colsim(*COMPARE, "--out", tmp_path / "out", "--force")[0] == 0
    assert (tmp_path / "out" / "chart.png").exists()


def test_a_calibrations_tables_come_before_its_chart(tmp_path):
    frame = pd.DataFrame({"theme": ["T1"], "prior_counts": [0], "posterior_counts": [0]})
    posterior = SimpleNamespace(
        folder=tmp_path, table=lambda: frame, themes=lambda: frame, plot=no_font
    )
    with pytest.raises(IncompleteError, match=r"calibration\.png \(RuntimeError: no such font\)"):
        _save(posterior)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parameters.csv", "themes.csv"]


@pytest.mark.slow
@pytest.mark.parametrize("command", list(COMMANDS.values())[:4])
def test_the_answer_is_printed_though_it_cannot_be_saved(tmp_path, monkeypatch, command):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("colsim.reporting.folders.flush", fail)
    for as_json in ([], ["--json"]):
        code, out, err = colsim(*command, *as_json, "--out", tmp_path / "out")
        assert code == 1
        assert len(out) > 100
        assert err.splitlines()[-1].startswith("error: --out: found ")
        assert "cannot be written (No space left on device); free some space" in err
        assert not list(tmp_path.iterdir())


def process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "colsim.cli", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
def test_the_users_settings_of_matplotlib_change_no_chart(folders, tmp_path):
    (tmp_path / "rc").mkdir()
    for known in Path(mpl.get_cachedir()).glob("fontlist*.json"):  # found anew, it takes seconds
        shutil.copy(known, tmp_path / "rc")
    (tmp_path / "rc" / "matplotlibrc").write_bytes(
        b"text.usetex: True\nfont.family: no such\nfigure.dpi: 5\nsavefig.bbox: tight\n\xff\n"
    )
    odd = process(
        *COMPARE, "--out", tmp_path / "odd", MPLBACKEND="nonsense",
        MATPLOTLIBRC=str(tmp_path / "rc"), MPLCONFIGDIR=str(tmp_path / "rc"),
    )  # fmt: skip
    assert odd.returncode == 0, odd.stderr
    assert (tmp_path / "odd" / "chart.png").read_bytes() == (
        folders / "comparison" / "chart.png"
    ).read_bytes()


@pytest.mark.slow
def test_settings_in_python_change_no_chart(tmp_path):
    result = package.compare("desktop", "co_location", replications=2)
    result.save(tmp_path / "plain")
    with mpl.rc_context({"font.size": 30, "savefig.bbox": "tight", "axes.facecolor": "red"}):
        result.save(tmp_path / "odd")
        assert mpl.rcParams["font.size"] == 30
    assert (tmp_path / "odd" / "chart.png").read_bytes() == (
        tmp_path / "plain" / "chart.png"
    ).read_bytes()


# Consoles


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "utf-8"])
def test_consoles_get_words(encoding):
    code, written, _ = on_a_console("show", "co_location", encoding=encoding)
    assert code == 0
    text = written.decode(encoding)
    assert "?" not in text
    assert "Costs " + {"ascii": "GBP 600"}.get(encoding, "£600") in text


@pytest.mark.parametrize("command", [["--help"], ["compare", "--help"], ["themes"]])
def test_help_and_tables_in_plain_letters(command):
    code, written, _ = on_a_console(*command, encoding="ascii")
    assert code == 0
    assert len(written) > 500
    assert b"\\u" not in written


@pytest.mark.slow
def test_a_process_takes_the_console_as_it_is():
    """What is tried above in this process, with an odd width in the place of a number."""
    done = process("show", "co_location", PYTHONIOENCODING="ascii", COLUMNS="abc")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Costs GBP 600" in done.stdout


@pytest.mark.parametrize(
    "text, encoding, words",
    [
        ("£600 – or … ≤ 3 → 4 × 5", "ascii", "GBP 600 - or ... <= 3 -> 4 x 5"),
        ("£600 – or … ≤ 3 → 4 × 5", "cp1252", "£600 – or … <= 3 -> 4 × 5"),
        ("£600 – or … ≤ 3", "cp850", "£600 - or ... <= 3"),
        ("Zoë Łódź “Ø”", "ascii", 'Zoe Lodz "O"'),
        ("−3 ± 0.5 ½ m²", "ascii", "-3 +/- 0.5 1/2 m^2"),
        ("中", "ascii", "\\u4e2d"),
        ("b\udcffad", "utf-8", "b\\xffad"),
    ],
)
def test_words_for_characters(text, encoding, words):
    assert in_words(text, encoding) == words


@pytest.mark.parametrize("columns", ["0", "-5", "abc", "3", ""])
def test_an_odd_width_is_not_believed(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    code, written, said = on_a_console("authorities")
    assert (code, said) == (0, b"")
    assert b"robinscar" in written


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
FULL_SAID = b"error: standard output cannot be written (No space left on device)\n"


@FULL
@pytest.mark.parametrize(
    "command", [["authorities", "--json"], ["policies"], ["run", "desktop", *QUICK]]
)
def test_a_full_output_is_said_in_one_line(command):
    said = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with (
        Path("/dev/full").open("w") as full,
        mock.patch.object(sys, "argv", ["colsim", *command]),
        mock.patch.object(sys, "stdout", full),
        mock.patch.object(sys, "stderr", said),
    ):
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said.flush()
    assert ended.value.code == 1
    assert said.buffer.getvalue() == FULL_SAID


@pytest.mark.slow
@FULL
@pytest.mark.parametrize("command", [["authorities"], ["schema"]])
def test_a_process_ends_well_on_a_full_output(command):
    """Less than a buffer, which is written at the end, and more."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "colsim.cli", *command],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == FULL_SAID


@pytest.mark.slow
@pytest.mark.parametrize("command", ["schema", "policies"])
def test_a_reader_that_stops_is_no_fault(command):
    line = f"{sys.executable} -m colsim.cli {command} | true"
    done = subprocess.run(
        ["bash", "-c", line],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""


def test_data_is_never_cut(folders, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    _, out, _ = colsim("query", folders / "sweep", "SELECT * FROM runs")
    lines = out.splitlines()
    assert len(lines) == 1 + 10
    assert max(map(len, lines)) > 100
    assert "…" not in out
    assert all(line == line.rstrip() for line in lines)
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = colsim("query", folders / "sweep", "SELECT * FROM runs LIMIT 2")
    lines = out.splitlines()
    assert lines[0] == "1"
    assert lines[2].split() == ["replication", "0"]
    assert len(lines) == 2 * (1 + 10)
    assert max(map(len, lines)) <= 80
    assert "…" not in out


@pytest.mark.parametrize(
    "command",
    [
        ["authorities"], ["themes"], ["interview", "--quantities"], ["run", "desktop", *QUICK],
        ["interview", "desktop", "--week", "8", "--csw", "1", "--mhsw", "1"], COMPARE,
    ],
)  # fmt: skip
@pytest.mark.parametrize("columns", ["", "60", "80"])
def test_tables_are_alike_and_without_padding(command, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    code, out, err = colsim(*command)
    assert code == 0, err
    assert all(line == line.rstrip() for line in out.splitlines())
    assert not set("│┃┏━") & set(out)
