"""`colsim run` and `colsim compare` as a user calls them."""

import contextlib
import io
import json
import subprocess
import sys
from unittest import mock

import networkx as nx
import pandas as pd
import pytest

from colsim import cli
from colsim.scenario import load_scenario
from colsim.scenario.costs import cost_of

QUICK = ["--replications", "4", "--weeks", "30"]


def colsim(*arguments):
    """Call the command line in this process; return exit code, output, messages."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["colsim", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
    return code, out.getvalue(), err.getvalue()


def on_a_console(*arguments, encoding="utf-8"):
    """Call the command line in this process, on a stream as a process has it; return the bytes."""
    written, said = io.BytesIO(), io.BytesIO()
    with (
        mock.patch.object(sys, "argv", ["colsim", *arguments]),
        mock.patch.object(sys, "stdout", io.TextIOWrapper(written, encoding)),
        mock.patch.object(sys, "stderr", io.TextIOWrapper(said, encoding)),
    ):
        with pytest.raises(SystemExit) as ended:
            cli.main()
        sys.stderr.flush()
        return ended.value.code or 0, written.getvalue(), said.getvalue()


def test_compare_prints_a_table_and_says_what_it_is_not():
    code, out, err = colsim("compare", "robinscar", "co_location", *QUICK)
    assert code == 0, err
    assert "Information flow" in out
    assert "Joint-plan rate" in out
    assert "AMH teams sit in" in out
    assert "co_location" not in out.replace("co_location_alone", "")
    assert "forecasts nothing" in " ".join(out.split())


def words(text):
    return " ".join(text.split())


def test_the_table_says_when_little_can_be_concluded():
    _, out, _ = colsim("compare", "robinscar", "co_location", "--replications", 2, "--weeks", 8)
    assert "In 1 plausible world that looks like the authority today, at the end of 8" in words(out)
    assert "over the last 8 weeks" in words(out)
    assert "For trying out only" in words(out)
    assert "nan" not in out
    _, out, _ = colsim("compare", "robinscar", "co_location", *QUICK, "--fixed-parameters")
    assert "In 2 lives of the default world" in words(out)
    assert "plausible worlds" not in out


def test_another_authority_is_refused_and_pointed_out_where_it_was_asked_for():
    code, out, err = colsim("compare", "desktop", "robinscar", *QUICK)
    assert (code, out) == (2, "")
    assert "another authority (robinscar) than that of the baseline (desktop)" in err
    option = "--different-authorities"
    code, out, _ = colsim("compare", "desktop", "robinscar", "co_location", *QUICK, option)
    assert code == 0
    assert "Not the same organisation as A small authority with today's practice" in words(out)
    _, out, _ = colsim("compare", "desktop", "co_location", *QUICK)
    assert "Not the same organisation" not in out


def test_policies_are_laid_over_the_authority_that_is_named():
    """A combination, circumstances under both sides, and costs for the authority's own size."""
    arguments = ["compare", "desktop", "co_location+shadowing", "--under", "austerity", *QUICK]
    code, out, err = colsim(*arguments, "--json")
    assert code == 0, err
    document = json.loads(out)
    assert [one["name"] for one in document["scenarios"]] == ["desktop", "co_location+shadowing"]
    assert document["scenarios"][0]["cost"]["a_year"] == 0
    office = load_scenario("desktop", "co_location+shadowing").scenario
    assert document["scenarios"][1]["cost"]["a_year"] == cost_of(office).a_year
    one = colsim("run", "desktop", "co_location", "shadowing", "--weeks", 20, "--json")
    joined = colsim("run", "desktop", "co_location+shadowing", "--weeks", 20, "--json")
    measures = [json.loads(found[1])["measures"] for found in (one, joined)]
    assert measures[0] == measures[1]
    code, _, err = colsim("run", "co_location")
    assert code == 2
    assert "co_location: found a policy, which has no organisation" in err


@pytest.mark.parametrize("columns", [80, 100])
def test_the_table_fits_the_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = colsim("compare", "robinscar", "boundary_spanners", *QUICK)
    heads = [line for line in out.splitlines() if line.startswith("Policy")]
    assert len(heads) == 2
    assert all(line.rstrip().endswith("Highest") for line in heads)
    assert max(map(len, out.splitlines())) <= columns


def test_compare_as_json_is_one_document():
    code, out, _ = colsim("compare", "robinscar", "co_location", *QUICK, "--json")
    assert code == 0
    document = json.loads(out)
    assert document["baseline"] == "robinscar"
    assert {d["measure"] for d in document["differences"]} >= {
        "information_flow",
        "joint_plan_rate",
    }


def test_run_writes_measures_series_graph_and_manifest(tmp_path):
    code, out, err = colsim("run", "desktop", "--weeks", 30, "--seed", 5, "--out", tmp_path / "r")
    assert code == 0, err
    assert "Information flow" in out
    assert sorted(p.name for p in (tmp_path / "r").iterdir()) == [
        "graph.graphml", "manifest.json", "measures.json", "series.csv",
    ]  # fmt: skip
    assert len(pd.read_csv(tmp_path / "r" / "series.csv")) == 30
    graph = nx.read_graphml(tmp_path / "r" / "graph.graphml")
    assert sum(data["kind"] == "csw" for _, data in graph.nodes(data=True)) > 30
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 5
    assert manifest["scenario"]["run"]["weeks"] == 30


def test_the_same_seed_gives_the_same_run():
    first = colsim("run", "desktop", "--weeks", 20, "--seed", 9, "--json")
    assert first == colsim("run", "desktop", "--weeks", 20, "--seed", 9, "--json")
    assert first != colsim("run", "desktop", "--weeks", 20, "--seed", 10, "--json")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["run", "desktop", "--weeks", "0"], "run.weeks: found 0"),
        (["run", "desktop", "--weeks", "-3"], "run.weeks: found -3"),
        (["run", "robinscarr"], "nearest known name: robinscar"),
        (["compare", "robinscar"], "POLICY...: found nothing"),
        (["compare", "robinscar", "co_location", "--replications", "0"], "replications: found 0"),
        (["compare", "robinscar", "co_location", "--replications", "-2"], "replications: found -2"),
        (["compare", "robinscar", "co_locatio"], "nearest known name: co_location"),
        (["run", "desktop", "--seed", "-1"], "seed: found -1"),
        (["run", "desktop", "--weeks", "abc"], "--weeks: found 'abc'"),
    ],
)
def test_wrong_input_ends_with_2_and_a_message(arguments, message):
    code, out, err = colsim(*arguments)
    assert code == 2
    assert message in err
    assert out == ""
    assert "Traceback" not in err


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for command in (["run", "desktop"], ["compare", "robinscar", "co_location", *QUICK]):
        code, _, err = colsim(*command, "--out", tmp_path / "file" / "out")
        assert code == 2
        assert "cannot be written" in err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_all_faults_of_a_call_are_named_in_one_go(tmp_path):
    (tmp_path / "file").write_text("in the way")
    out = ["--out", tmp_path / "file" / "out"]
    code, _, err = colsim(
        "compare", "robinscar", "co_locatio", "--replications", 3, "--seed", -1, *out
    )
    assert code == 2
    for fault in ("no preset 'co_locatio'", "replications: found 3", "seed: found -1", "--out:"):
        assert fault in err
    code, _, err = colsim("run", "robinscarr", "--seed", -1, *out)
    assert code == 2
    for fault in ("no preset 'robinscarr'", "seed: found -1", "--out:"):
        assert fault in err


def test_scenarios_that_cannot_be_paired_are_refused_before_anything_is_written(tmp_path):
    (tmp_path / "long.toml").write_text(
        'title = "Longer"\nextends = "desktop"\n[run]\nburn_in = 261\n', encoding="utf-8"
    )
    code, _, err = colsim(
        "compare", "desktop", tmp_path / "long.toml", "--different-authorities",
        "desktop", "--out", tmp_path / "out",
    )  # fmt: skip
    assert code == 2
    assert "compared twice: desktop" in err
    assert "burn-in of 260, long has 156 after 261" in err
    assert [path.name for path in tmp_path.iterdir()] == ["long.toml"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_interrupted_it_ends_with_130_and_leaves_no_folder(tmp_path):
    # The signal comes from within, once the runs are under way: no guess at how long that takes.
    code = (
        "import os, signal, sys\n"
        "from colsim.experiments import runner\n"
        "once = runner.replicate\n"
        "def replicate(together, replication, **options):\n"
        "    if replication == 3: os.kill(os.getpid(), signal.SIGINT)\n"
        "    return once(together, replication, **options)\n"
        "runner.replicate = replicate\n"
        "from colsim.cli import main\n"
        "main()\n"
    )
    arguments = ["compare", "desktop", "co_location", "--weeks", "1", "--replications", "20000"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--out", tmp_path / "out"],
        check=False, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1] == "error: interrupted; nothing was written"
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_help_starts_without_the_compiled_core():
    code = (
        "import sys; sys.argv = ['colsim', '--help']\n"
        "from colsim.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'numba', 'numpy', 'pandas', 'mesa', 'matplotlib'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "compare" in done.stdout


def test_channels_are_switched_off_by_name_alone_or_with_their_lever(tmp_path):
    file = tmp_path / "off.toml"
    file.write_text(
        'title = "x"\nextends = "co_location"\n[levers.co_location]\nwithout = ["stories"]\n',
        encoding="utf-8",
    )
    common = ("--weeks", 30, "--json")
    outputs = [
        json.loads(colsim("run", "robinscar", name, *common, *options)[1])["measures"]
        for name, options in (
            ("co_location", ("--without", "encounters", "--without", "co_location.stories")),
            (file, ("--without", "encounters")),
            (file, ()),
        )
    ]
    assert outputs[0] == outputs[1]
    assert outputs[1] != outputs[2]


def test_an_unknown_channel_is_refused_with_the_channels_in_use():
    code, out, err = colsim(
        "compare",
        "robinscar",
        "co_location",
        *QUICK,
        "--without",
        "encounter",
        "--without",
        "visits",
    )
    assert (code, out) == (2, "")
    listed = "co_location.encounters, co_location.face_to_face, co_location.stories"
    assert err == (
        f"error: command line: --without: found 'encounter'; nearest known name: "
        f"co_location.encounters; allowed: channels of levers in use: {listed}\n"
        f"error: command line: --without: found 'visits'; allowed: channels of levers in use: "
        f"{listed}\n"
    )
    code, _, err = colsim("run", "robinscar", "--without", "encounters")
    assert code == 2
    assert "levers in use: none is used" in err


def test_a_scenario_larger_than_memory_is_refused_before_anything_is_built(tmp_path):
    file = tmp_path / "huge.toml"
    file.write_text(
        'title = "x"\nextends = "england"\n[organisation]\nauthorities = 500\ncsw = 10000\n'
        "mhsw = 10000\nshared_families = 100000\n",
        encoding="utf-8",
    )
    with mock.patch("colsim.scenario.size.memory_of_this_machine", return_value=8 * 2**30):
        code, out, err = colsim("run", file, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert not (tmp_path / "out").exists()
    assert err.startswith("error: huge: organisation: found a size that needs about ")
    assert "allowed: at most 8.0 GB, which this machine has: fewer authorities" in err
