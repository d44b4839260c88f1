"""What differs from a plain run stands in every output: text, chart, CSV and JSON."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import colsim
from colsim.commands.run import print_run
from colsim.core.parameters import PARAMETERS
from colsim.experiments.worlds import CalibratedWorlds
from colsim.reporting.screen import print_result
from colsim.scenario import LEVERS, LeverSetting, Run, load_comparison, load_scenario
from colsim.scenario.remarks import timing
from tests.later import Later
from tests.unit.test_cli_runs import colsim as command

matplotlib = Later("matplotlib.text")

SHORT = {"run.weeks": 30, "run.burn_in": 20}
ROOT = Path(__file__).parents[2]
CAVEAT = LEVERS["co_location"].caveat.text


def compared(authority="desktop", policies=("shadowing",), replications=2, **options):
    """Compare quickly; options of loading and of comparing may be mixed."""
    loading = {key: options.pop(key) for key in ("under", "without") if key in options}
    different = {"different_authorities": options.pop("different_authorities", False)}
    loaded = load_comparison(authority, policies, overrides=SHORT, **loading, **different)
    if "calibrated" not in options:
        options.setdefault("worlds", "ranges")  # whether there are matched ones is not asked here
    return colsim.compare(loaded[0], loaded[1:], replications=replications, **options, **different)


def renderings(result, folder):
    """Return the four outputs of a comparison as plain text."""

    def read(name):
        return json.loads((folder / name).read_text(encoding="utf-8"))

    out = io.StringIO()
    print_result(result, Console(file=out, width=80))
    figure = result.plot()
    figure.draw_without_rendering()
    chart = " ".join(text.get_text() for text in figure.findobj(matplotlib.Text))
    result.save(folder)
    csv = pd.read_csv(folder / "comparison.csv")
    series = pd.read_csv(folder / "series.csv")
    return {
        "text": " ".join(out.getvalue().split()),
        "chart": " ".join(chart.split()),
        "comparison.csv": " ".join(csv.notes.fillna("")),
        "series.csv": " ".join(series.notes.fillna("").unique()),
        "comparison.json": json.dumps(read("comparison.json")["notes"]),
        "manifest.json": " ".join(read("manifest.json")["notes"]),
        "page": " ".join(text for one in result.account.sections for text in one.texts()),
    }


def drawn(worlds):
    names = tuple(name for name, one in PARAMETERS.items() if one.uncertain)[:2]
    values = np.array([[PARAMETERS[name].low for name in names]] * worlds)
    return CalibratedWorlds("out/interviews", names, values)


CASES = {
    "circumstance": (
        {"under": "austerity"}, "Lived under: One in five posts is not filled again.",
    ),
    "two circumstances": (
        {"under": ["austerity", "improvement_journey"]}, "Lived under: The years after a bad",
    ),
    "channel": (
        {"policies": ["co_location"], "without": ["encounters"]},
        "Switched off: encounters of Co-location.",
    ),
    "parameters": ({"authority": "changed.toml"}, "Parameters changed: leave_csw = 0.28 (default"),
    "parameters of a circumstance": ({"under": "hard.toml"}, "Parameters changed: leave_csw = 0.3"),
    "fixed": ({"fixed_parameters": True}, "Parameters fixed: ranges show chance alone"),
    "calibrated": (
        {"calibrated": drawn(3)}, "Worlds are those that the calibration out/interviews left",
    ),
    "few worlds": ({}, "For trying out only: with fewer than 40 worlds (--replications 80)"),
    "caveat": ({"policies": ["co_location"]}, CAVEAT),
    "caveat of a combination": ({"policies": ["shadowing", "co_location+joint_training"]}, CAVEAT),
    "other authority": (
        {"authority": "robinscar", "policies": ["desktop"], "different_authorities": True},
        "Not the same organisation as Today's practice in a mid-size authority: A small",
    ),
    "ends after the run": (
        {"policies": ["late.toml"]}, "is withdrawn in week 300, after the run's 30 weeks",
    ),
    "set anew": (
        {"authority": "robinscar_as_interviewed", "policies": ["boundary_spanners"]},
        "Bridging team is in force in the authority already and is set anew here.",
    ),
}  # fmt: skip


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "changed": 'extends = "desktop"\n[parameters]\nleave_csw = 0.28\n',
        "hard": 'title = "Hard"\n[parameters]\nleave_csw = 0.3\n',
        "late": 'title = "Late"\n[levers.shadowing]\nend = 300\n',
    }.items():
        Path(f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("case", CASES)
def test_what_differs_from_a_plain_comparison_is_said(case, files):
    options, said = CASES[case]
    result = compared(**options)
    shown = {"notes": result.notes, "JSON": [one["text"] for one in result.to_dict()["notes"]]}
    shown["page"] = [text for one in result.account.sections for text in one.texts()]
    for name, texts in shown.items():
        plain = " ".join(" ".join(texts).split())
        assert " ".join(said.split()) in plain, f"{case}: not in {name}: {plain[:400]}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "case",
    [
        one if one in ("two circumstances", "channel", "fixed", "set anew")
        else pytest.param(one, marks=pytest.mark.long)
        for one in CASES
    ],
)  # fmt: skip
def test_what_differs_from_a_plain_comparison_stands_in_every_output(case, files):
    options, said = CASES[case]
    result = compared(**options)
    for name, text in renderings(result, files / "out").items():
        plain = text.replace('\\"', '"')
        assert " ".join(said.split()) in plain, f"{case}: not in {name}: {text[:400]}"


def test_a_plain_comparison_has_no_note():
    result = compared(replications=80)
    assert (result.remarks, result.notes, result.to_dict()["notes"]) == ((), [], [])
    assert set(result.table().notes) == {""}
    texts = [text.get_text() for text in result.plot().findobj(matplotlib.Text)]
    assert not any("Note:" in text for text in texts)
    assert any("same worlds with the same chance" in " ".join(text.split()) for text in texts)


def test_notes_name_the_policies_that_they_concern():
    result = compared(policies=["co_location", "shadowing"], without=["co_location.face_to_face"])
    (off,) = [one for one in result.remarks if one.kind == "channels"]
    assert off.scenarios == ("co_location",)
    assert any(
        note == "AMH teams sit in the children's office three days a week: Switched off: "
        "face_to_face of Co-location."
        for note in result.notes
    )
    table = result.table().set_index("scenario").notes
    assert "Switched off" in table["co_location"].iloc[0]
    assert "Switched off" not in table["shadowing"].iloc[0]
    assert not any(one.kind == "caveat" for one in result.remarks)  # the channel is off


def test_another_authority_is_not_said_to_share_its_chance(files):
    result = compared("robinscar", ["desktop"], different_authorities=True)
    texts = result.plot().findobj(matplotlib.Text)
    caption = " ".join(" ".join(text.get_text() for text in texts).split())
    assert "same worlds with the same chance" not in caption


def test_what_differs_from_a_plain_run_stands_in_every_output(files):
    loaded = load_scenario(
        "desktop", "co_location", under="hard.toml", overrides=SHORT, without=["stories"]
    )
    result = colsim.run(loaded)
    out = io.StringIO()
    print_run(result, Console(file=out, width=300))
    result.save(files / "out")
    said = (
        "Lived under: Hard.", "Parameters changed: leave_csw = 0.3", CAVEAT,
        "Switched off: stories of Co-location.",
    )  # fmt: skip
    csv = pd.read_csv(files / "out" / "series.csv").notes[0]
    for name in ("measures.json", "manifest.json"):
        assert all(part in (files / "out" / name).read_text(encoding="utf-8") for part in said)
    for text in (out.getvalue(), csv, json.dumps(result.to_dict())):
        assert all(part in text for part in said)
    assert "In: A small authority with today's practice" in out.getvalue()


def test_what_differs_from_a_plain_sweep_stands_in_its_manifest_and_output(files):
    Path("e.toml").write_text(
        'title = "x"\nbase = "changed.toml+austerity"\nweeks = 8\nreplications = 2\n'
        'fixed_parameters = true\nmeasures = ["contacts"]\n'
        '[design]\nkind = "scenarios"\nscenarios = ["co_location", "shadowing"]\n',
        encoding="utf-8",
    )
    said = [
        "Lived under: Posts frozen.",
        "Parameters changed: leave_csw = 0.28 (default",
        "Parameters fixed: ranges show chance alone",
        "For trying out only",
        CAVEAT,
    ]
    code, _, err = command("sweep", "e.toml", "--out", "out")
    assert code == 0, err
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    document = json.loads(command("sweep", "e.toml", "--out", "out", "--json")[1])
    for one in said:
        assert f"note: {one}" in err
        assert any(note.startswith(one) for note in manifest["notes"])
        assert any(note.startswith(one) for note in document["notes"])


# ---- levers that do nothing, or not what may be meant


@pytest.mark.parametrize(
    "setting, said",
    [
        ({"end": 300}, "is withdrawn in week 300, after the run's 156 weeks: in this run it stays"),
        ({"end": 156}, "is withdrawn in week 156, after the run's 156 weeks"),
        ({"strength": 0.0}, "has strength 0: it changes nothing."),
        ({"start": 156}, "starts in week 156, after the run's 156 weeks: it does nothing in this"),
        ({"start": 400, "end": 500}, "starts in week 400, after"),
        ({"end": 3}, "is in force for 3 weeks only; weeks are counted, and 3 years would be 156."),
        ({"end": 1}, "is in force for 1 week only; weeks are counted, and 1 year would be 52."),
        ({"start": 52, "end": 54}, "2 years would be 104 (end = 156)."),
        ({"start": -20, "end": 0}, "is withdrawn in week 0, before the weeks that are observed."),
        ({"ramp": 200}, "would have its full effect in week 199, after the run's 156 weeks"),
        ({"ramp": 50, "end": 40}, "in week 49, when it is withdrawn in week 40: it never does."),
        (
            {"without": ("encounters", "face_to_face", "stories")},
            "has all its channels switched off",
        ),
    ],
)
def test_levers_that_do_not_do_what_may_be_meant_are_said(setting, said):
    lever = LeverSetting.model_validate({"strength": 3.0} | setting)
    (found,) = timing({"co_location": lever}, Run())
    assert found.startswith("Co-location ")
    assert said in found


@pytest.mark.parametrize(
    "setting", [{}, {"end": 104}, {"end": 155}, {"start": 155}, {"ramp": 156}, {"end": 13}]
)
def test_a_lever_that_does_something_is_not_talked_about(setting):
    assert timing({"co_location": LeverSetting.model_validate({"strength": 3.0} | setting)},
                  Run()) == []  # fmt: skip


def test_a_run_that_may_have_been_meant_in_years_is_said():
    assert timing({}, Run(weeks=3)) == [
        "The run lasts 3 weeks; weeks are counted, and 3 years would be 156."
    ]
    assert timing({}, Run(weeks=52)) == []


def test_validate_run_and_compare_all_say_it(files):
    code, out, err = command("validate", "late.toml", "desktop")
    assert (code, out) == (0, "2 checked, no faults\n")
    said = "Shadowing and placements is withdrawn in week 300, after the run's"
    assert err.startswith(f"note: late.toml: {said} 156 weeks")
    document = json.loads(command("validate", "late.toml", "--json")[1])
    assert document["valid"]
    assert document["notes"][0].startswith(f"late.toml: {said}")
    code, out, _ = command("run", "desktop", "late.toml", "--weeks", "30")
    assert f"Note: {said} 30 weeks" in " ".join(out.split())
    quick = ("--weeks", "30", "--replications", "2")
    code, out, _ = command("compare", "desktop", "late.toml", *quick)
    assert f"Note: Late: {said} 30 weeks" in " ".join(out.split())


# ---- names


@pytest.mark.slow
def test_tables_and_charts_use_titles_and_tell_equal_ones_apart(files):
    for name in ("one", "two_b"):
        Path(f"{name}.toml").write_text(
            f'title = "An office"\n[levers.co_location]\nstrength = {len(name)}\n',
            encoding="utf-8",
        )
    result = compared(policies=["one.toml", "two_b.toml", "shadowing"])
    shown = renderings(result, files / "out")
    for name in ("text", "chart", "page"):
        assert "An office (one)" in shown[name]
        assert "An office (two_b)" in shown[name]
        assert "Two days a year at the other service" in re.sub(r"\s+", " ", shown[name]) or (
            name == "text"
        )
        assert "desktop" not in shown[name]
    assert set(pd.read_csv(files / "out" / "comparison.csv").scenario) == {
        "one", "two_b", "shadowing",
    }  # fmt: skip


def test_the_readme_says_what_speaks_against_its_first_picture():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    caption = text.partition("](docs/images/demo.png)")[2].partition("## Start")[0]
    assert CAVEAT in caption
    assert LEVERS["boundary_spanners"].caveat.text in caption
    assert "£" not in text
