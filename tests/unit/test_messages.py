"""What is said of slips in files, of hidden endings, and of failures where JSON was asked for."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from colsim import cli
from colsim.calibration.plan.loading import load_calibration
from colsim.errors import refusal
from colsim.experiments.experiment_faults import load_experiment
from colsim.scenario import ScenarioError, load_policy, load_scenario
from colsim.scenario.sources import read_toml
from tests.unit.test_cli_runs import colsim

# ---- slips in TOML


@pytest.mark.parametrize(
    "line, found, allowed",
    [
        ("title = “Ours”", "curly quotes", "straight quotes"),
        ("title = „Ours“", "curly quotes", "straight quotes"),
        ("title = «Ours»", "curly quotes", "straight quotes"),
        ("title = ‘Ours’", "curly quotes", "straight quotes"),
        ('title = "Ours”', "curly quotes", "straight quotes"),
        ("extends = [“co_location”, “shadowing”]", "curly quotes", "straight quotes"),
        ("“title” = 5", "curly quotes", "straight quotes"),
        ("strength = 3,0", "a decimal comma (3,0)", "a decimal point: 3.0"),
        ("strength = -0,25 # a quarter", "a decimal comma (-0,25)", "a decimal point: -0.25"),
        ("x = {strength = 3,5}", "a decimal comma", "a decimal point"),
        ("start = −5", "a dash in the place of a minus sign", "a hyphen: -3"),
        ("start = – 5", "a dash in the place of a minus sign", "a hyphen: -3"),
        ("coverage = 80 %", "a percentage (80 %)", "a share: 0.8 for 80 %"),
        ("coverage = 12,5%", "a percentage (12,5%)", "a share"),
        ("budget = £300000", "a pound sign", "the number alone"),
        ("fixed_parameters = True", "a word (True)", "true or false"),
        ("fixed_parameters = yes", "a word (yes)", "true or false"),
        ('staff = "C:\\Users\\ours.xlsx"', "a backslash in double quotes", "forward slashes"),
        ("strength: 3", "a colon in the place of an equals sign", "key = value"),
        ("title = Our plan", "a text without quotes (Our plan)", "straight quotes"),
    ],
)
def test_a_slip_is_named_with_its_line_in_every_kind_of_file(line, found, allowed, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(f"# a plan\n\n{line}\n", encoding="utf-8")
    for read in (load_scenario, load_policy, load_experiment, load_calibration):
        with pytest.raises(ScenarioError) as caught:
            read(path)
        fault = caught.value.faults[0]
        assert (fault.file, fault.key) == (str(path), "line 3")
        assert fault.found.startswith(found)
        assert allowed in fault.allowed


@pytest.mark.parametrize(
    "text",
    [
        "title = \"It’s “ours”, at 80 % and £3,0\"\n",
        "localities = [0,1]\n",
        "title = '''\n“Ours”\n'''\n",
        'title = "a: b" # costs 3,0 – or so\n',
        "staff = 'C:\\Users\\ours.xlsx'\n",
    ],
)  # fmt: skip
def test_sound_text_is_no_slip(text, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    assert isinstance(read_toml(path), dict)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_line(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "x.toml"
    path.write_bytes(text.encode("utf-8", "replace"))
    found = read_toml(path)
    assert isinstance(found, dict) or found.key.startswith("line ")


# ---- endings that Windows hides


@pytest.mark.slow
@pytest.mark.parametrize("there", ["ours.toml.txt", "ours.TOML.TXT", "ours.toml.toml"])
@pytest.mark.parametrize("asked", ["ours.toml", "ours", "ours.toml.txt"])
def test_a_hidden_ending_is_said(there, asked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if asked == there:
        pytest.skip("it is there")
    Path(there).write_text("[levers.shadowing]\n", encoding="utf-8")
    for command in (("show", asked), ("validate", asked), ("run", "desktop", asked)):
        code, out, err = colsim(*command)
        assert (code, out) == (2, "")
        assert f"but {there!r}, whose last ending Windows hides; allowed: the name 'ours." in err
        assert "File name extensions" in err


def test_a_hidden_ending_is_said_of_what_a_file_extends_and_of_experiments(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("base.toml.txt").write_text("", encoding="utf-8")
    Path("ours.toml").write_text('title = "x"\nextends = "base.toml"\n', encoding="utf-8")
    for command in (("validate", "ours.toml"), ("sweep", "base.toml"), ("calibrate", "base.toml")):
        code, _, err = colsim(*command)
        assert code == 2
        assert "'base.toml.txt', whose last ending Windows hides" in err


# ---- the nearest name first


def test_the_nearest_name_comes_before_a_list_of_all():
    said = refusal("'x'", "a, b, c", "b")
    assert said.index("nearest known name: b") < said.index("allowed: a, b, c")
    for command in (
        ("show", "co_locatio"), ("run", "desktop", "co_locatio"),
        ("compare", "desktp", "shadowing"), ("compare", "desktop", "shadwing"),
        ("story", "desktpo"), ("patterns", "--only", "rich_beat"),
        ("run", "desktop", "co_location", "--without", "encounter"),
        ("compare", "desktop", "shadowing", "--under", "austerty"), ("interview", "desktpo"),
        ("policies", "--authority", "desktpo"),
    ):  # fmt: skip
        code, _, err = colsim(*command)
        assert code == 2, command
        line = next(line for line in err.splitlines() if "nearest known name" in line)
        assert line.index("nearest known name") < line.index("allowed: "), line


# ---- failures as JSON


def commands():
    """Yield the words of every command."""

    def walk(command, words):
        inner = getattr(command, "commands", None)
        if inner is None:
            yield words
        for name, one in (inner or {}).items():
            yield from walk(one, (*words, name))

    return list(walk(get_command(cli.app), ()))


def failure(*arguments):
    """Return the one JSON document that a failing command prints."""
    code, out, err = colsim(*arguments, "--json")
    assert code == 2, (arguments, err)
    assert "Traceback" not in err
    return json.loads(out)


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_fails_with_one_json_document(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = failure(*words, "--no-such-option")["error"]
    assert wrong["exit_code"] == 2
    assert "--no-such-option" in wrong["message"]
    assert wrong["faults"][0]["found"].startswith("--no-such-option")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "nowhere"), ("run", "nowhere"), ("run", "desktop", "--seed", "-1"),
        ("compare", "desktop", "nowhere"),
        ("compare", "desktop", "shadowing", "--replications", "3"),
        ("policies", "--authority", "nowhere"), ("story", "nowhere"), ("interview", "nowhere"),
        ("sweep", "nowhere.toml"), ("calibrate", "nowhere.toml"), ("query", "nowhere", "SELECT 1"),
        ("sensitivity", "nowhere"), ("patterns", "--only", "nowhere"),
        ("authority", "scenario", "nowhere.xlsx"), ("compare", "desktop"), ("nowhere",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_input_is_told_as_json(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    error = failure(*arguments)["error"]
    assert error["exit_code"] == 2
    assert error["message"]
    assert all({"file", "found", "allowed", "nearest"} <= set(one) for one in error["faults"])
    assert not list(tmp_path.iterdir())


def test_faults_are_told_one_by_one_as_json():
    error = failure("compare", "desktp", "shadwing", "--under", "austerty", "--seed", "-1")["error"]
    assert [fault["nearest"] for fault in error["faults"]] == ["austerity", "desktop", "shadowing"]
    assert len(error["message"].splitlines()) == 4


def test_a_fault_of_the_program_is_told_as_json_with_exit_code_1(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("out of luck")

    monkeypatch.setattr("colsim.scenario.shipped.list_presets", broken)
    code, out, err = colsim("authorities", "--json")
    assert code == 1
    assert json.loads(out)["error"] == {"exit_code": 1, "message": "out of luck", "faults": []}
    assert "ZeroDivisionError" in err


# ---- what was given does not steer the terminal, and does not fill it

HUGE = f"1{300 * '0'}"
STEERING = "\x1b[31mred\x07\u202egnp"


@pytest.mark.parametrize(
    "arguments, found",
    [
        (["run", "desktop", "--seed", HUGE], "seed: found 100000… (301 digits); allowed: a whole"),
        (["run", "desktop", "--weeks", HUGE], "run.weeks: found 1"),
        (["story", "desktop", "--weeks", "1", "--seed", f"-{HUGE}"], "seed: found -100000…"),
        (["choose", "desktop", "--budget", "1e308"], "--budget: found 1e+308; allowed: pounds a"),
        (["choose", "desktop", "--budget", "1", "--pick", HUGE], "--pick: found 100000…"),
        (["compare", "desktop", "co_location", "--replications", HUGE],
         "replications: found 100000… (301 digits); allowed: an even number from 2 to 1,000,000"),
        (["compare", "desktop", "co_location", "--workers", HUGE],
         "workers: found 100000… (301 digits); allowed: a whole number from 1 to 1,000"),
        (["compare", "desktop", "co_location", "--price-year", HUGE], "price_year: found 100000…"),
        (["worlds", "desktop", "--draws", HUGE, "--keep", HUGE],
         "--draws: found 100000… (301 digits); allowed: a whole number from 250 to 1,000,000"),
        (["authority", "scenario", "x.csv", "--families", HUGE], "--families: found '100000…"),
        (["run", STEERING], r"\x1b[31mred\x07\u202egnp: found no preset"),
        (["run", "no\nsuch"], r"no\nsuch: found no preset"),
        (["results", STEERING], r"\x1b[31mred\x07\u202egnp"),
        (["compare", "desktop", f"--{STEERING}"], r"--\x1b[31mred\x07\u202egnp"),
        ([STEERING], r"\x1b[31mred"),
    ],
)  # fmt: skip
def test_a_message_is_legible_whatever_was_given(tmp_path, monkeypatch, arguments, found):
    monkeypatch.chdir(tmp_path)
    code, out, err = colsim(*arguments)
    assert (code, out) == (2, "")
    assert found in err
    assert max(map(len, err.splitlines())) < 1200
    assert not set(err) & set("\x1b\x07\u202e")
    document = failure(*arguments)
    assert all(len(fault["found"]) < 200 for fault in document["error"]["faults"])


def test_names_in_a_list_do_not_steer_the_terminal(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(f"id,role,team,site,locality,{STEERING}\nA,CSW,{STEERING},S,L,1\n", "utf-8")
    _, out, err = colsim("authority", "check", file)
    assert not set(out + err) & set("\x1b\x07\u202e")
    scenario = tmp_path / "s.toml"
    scenario.write_text(
        'title = "t"\n[levers."co\\u001b[31m_loc"]\nstrength = "\\u001b[2J"\n', "utf-8"
    )
    _, _, err = colsim("validate", scenario)
    assert r"levers.co\x1b[31m_loc: found unknown key" in err
    assert "\x1b" not in err


def test_what_is_printed_as_a_table_does_not_steer_the_terminal(capsys):
    from rich.text import Text

    from colsim.commands.streams import console
    from colsim.reporting.screen import print_table, table_of

    table = table_of("Name", ">Value")
    table.add_row(Text(STEERING), "1")
    print_table(console(), table)
    shown = capsys.readouterr().out
    assert r"\x1b[31m" in shown
    assert not set(shown) & set("\x1b\x07\u202e")
