"""Virtual interviews: who voices what, from which state; and `colsim interview` as called."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import colsim as package
from colsim.calibration.interview import interview
from colsim.calibration.interviewing.observables import study_measurement
from colsim.calibration.interviewing.quantities import QUANTITIES, Staff, read_quantities
from colsim.core.engine import simulate
from colsim.core.parameters import pack_parameters
from colsim.network.post_names import post_names, team_names
from colsim.scenario import ScenarioError, load_scenario
from colsim.scenario.compiling import compile_scenario
from tests.unit.test_cli_runs import colsim

SHORT = 'extends = "desktop"\ntitle = "Short"\n[run]\nweeks = 30\nburn_in = 30\n'
CALIBRATION = """
title = "Ours"
scenario = "short.toml"
themes = "themes.csv"
codebook = "beforehand"
[interviews]
volunteered = [1.0, 1.0, 1.0]
[observables.A.CSW]
quantity = "strain"
threshold = [0.0, 0.0, 0.0]
scale = 0.001
[observables.B.CSW]
quantity = "strain"
direction = "below"
threshold = [0.0, 0.0, 0.0]
scale = 0.001
[missing]
C = "nothing of the kind"
"""
THEMES = """id,title,service,at least,at most,interviewed
A,All [b]say[/b] this,CSW,2,2,2
B,Nobody says this,CSW,0,0,2
C,Nobody can say this,MHSW,1,1,1
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("short.toml", SHORT), ("ours.toml", CALIBRATION), ("themes.csv", THEMES)
    ):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")


def words(text):
    return " ".join(text.split())


def test_people_voice_the_themes_of_their_service_from_their_own_states():
    found = interview("short.toml", csw=3, mhsw=2, seed=4)
    assert [one.service for one in found.people] == ["CSW"] * 3 + ["MHSW"] * 2
    assert len({one.person for one in found.people}) == 5
    assert (found.week, found.seed, found.scenario) == (30, 4, "short")
    # The same life, lived at once and read again.
    scenario = load_scenario("short.toml").scenario
    compiled = compile_scenario(scenario)
    world = simulate(
        compiled.layout, compiled.levers, pack_parameters(), seed=4, weeks=30, burn_in=30
    )
    staff = Staff(world, 0)
    study = study_measurement()
    names, teams = post_names(world), team_names(world)
    for one in found.people:
        said = [voice.theme for voice in one.voices]
        assert said == [
            theme
            for theme, service in study.observables
            if service == one.service and (theme, service) not in found.missing
        ]
        assert len(said) > 8
        post = names.index(one.person)
        row = staff.everyone.tolist().index(post)
        assert one.tenure == world.practitioners["tenure"][post]
        assert one.team == teams[world.posts["team"][post]]
        assert one.person.startswith(f"{one.team}-")
        assert one.service.lower() == one.team.split("-")[0]
        for voice in one.voices:
            assert voice.quantity == study.observables[voice.theme, one.service].quantity
            assert voice.value == read_quantities(staff, (voice.quantity,))[row, 0]
            assert voice.unit == QUANTITIES[voice.quantity].unit
    assert study.missing.items() <= found.missing.items()


def test_what_everybody_and_what_nobody_could_say():
    found = interview(csw=6, mhsw=1, calibration="ours.toml")
    assert found.scenario == "short"
    assert found.counts() == {("A", "CSW"): (6, 6), ("B", "CSW"): (0, 6)}
    assert found.people[6].voices == ()
    assert found.missing == {("C", "MHSW"): "nothing of the kind"}


def test_high_values_speak_more():
    voiced, values = [], []
    for seed in range(4):
        for one in interview("short.toml", csw=20, mhsw=1, seed=seed).people[:20]:
            (voice,) = [voice for voice in one.voices if voice.theme == "T12"]
            voiced.append(voice.voiced)
            values.append(voice.value)
    voiced, values = np.array(voiced), np.array(values)
    assert values[voiced].mean() > values[~voiced].mean() + 0.1


def test_the_same_seed_meets_the_same_people_who_say_the_same():
    one, two, other = (interview("short.toml", csw=3, mhsw=2, seed=seed) for seed in (1, 1, 2))
    assert one.to_dict() == two.to_dict()
    assert one.table().equals(two.table())
    assert [p.person for p in one.people] != [p.person for p in other.people]
    plausible = interview("short.toml", csw=3, mhsw=2, plausible_world=True)
    assert plausible.to_dict()["people"] != one.to_dict()["people"]


def test_an_earlier_week_is_an_earlier_state():
    weeks = [interview("short.toml", csw=40, mhsw=12, week=week) for week in (0, 10, 30)]
    assert [one.week for one in weeks] == [0, 10, 30]
    tenure = {p.person: p.tenure for p in weeks[1].people}
    stayed = [p for p in weeks[2].people if p.tenure == tenure.get(p.person, -99) + 20]
    assert len(stayed) > 30
    # What comes after does not reach back: a longer run has the same tenth week.
    longer = 'extends = "short.toml"\ntitle = "Longer"\n[run]\nweeks = 52\n'
    Path("longer.toml").write_text(longer, encoding="utf-8")
    again = interview("longer.toml", csw=40, mhsw=12, week=10)
    assert again.to_dict()["people"] == weeks[1].to_dict()["people"]


def test_the_table_and_the_counts_agree():
    found = interview("short.toml", csw=3, mhsw=2)
    table = found.table()
    assert list(table.columns) == [
        "person", "service", "team", "tenure", "theme", "title", "voiced", "quantity", "unit",
        "value", "said_from",
    ]  # fmt: skip
    assert len(table) == sum(len(one.voices) for one in found.people) > 60
    for (theme, service), (said, asked) in found.counts().items():
        own = table[(table.theme == theme) & (table.service == service)]
        assert (own.voiced.sum(), len(own)) == (said, asked)
    document = found.to_dict()
    assert json.loads(json.dumps(document)) == document
    assert document["counts"][0] == {
        "theme": "T01", "service": "CSW", "voiced": found.counts()["T01", "CSW"][0],
        "interviewed": 3,
    }  # fmt: skip
    assert {"T05", "T27"} <= {one["theme"] for one in document["missing"]}


def test_it_is_exported():
    assert package.interview is interview
    assert "interview" in dir(package)


# ---- the command


def test_the_command_shows_who_says_what_and_from_what():
    code, out, err = colsim("interview", "short.toml", "--csw", 2, "--mhsw", 1, "--seed", 4)
    assert code == 0, err
    said = words(out)
    found = interview("short.toml", csw=2, mhsw=1, seed=4)
    assert "3 interviews in short, after 30 weeks of policy, seed 4" in said
    for one in found.people:
        assert (
            f"{one.person}, {one.service} in team {one.team}, {one.tenure / 52:.1f} years" in said
        )
    assert "T05 of MHSWs: " in said
    assert "was told nothing" in said
    assert "“" not in out


def test_a_theme_of_ones_own_is_shown_as_it_is_written():
    code, out, err = colsim("interview", "--calibration", "ours.toml", "--csw", 1, "--mhsw", 1)
    assert code == 0, err
    assert "A All [b]say[/b] this" in words(out.replace("│", " "))
    assert "C of MHSWs: nothing of the kind" in words(out)


def test_as_json_it_is_one_document():
    code, out, err = colsim(
        "interview", "short.toml", "--csw", 2, "--mhsw", 1, "--week", 9, "--json"
    )
    assert code == 0, err
    assert json.loads(out) == interview("short.toml", csw=2, mhsw=1, week=9).to_dict()


def test_quantities_are_listed():
    code, out, err = colsim("interview", "--quantities")
    assert (code, err) == (0, "")
    assert all(name in out for name in ("role_knowledge", "valence", "CSW, MHSW", "ratio"))
    code, out, err = colsim("interview", "--quantities", "--json")
    assert (code, err) == (0, "")
    listed = json.loads(out)
    assert [one["name"] for one in listed] == list(QUANTITIES)
    assert listed[0] == {
        "name": "role_knowledge", "unit": "share", "services": ["CSW", "MHSW"],
        "low": 0, "high": 1, "meaning": "what they know of the other service",
    }  # fmt: skip


def test_every_fault_is_named_at_once():
    code, out, err = colsim(
        "interview", "england", "--csw", 99999, "--mhsw", -1, "--week", 900, "--seed", -4
    )
    assert (code, out) == (2, "")
    said = words(err.replace("error: ", ""))
    for fault in (
        "scenario: found england, which has 153 authorities; allowed: a scenario of one authority",
        "csw: found 99999; allowed: 0 to the ", "mhsw: found -1; allowed: 0 to the",
        "week: found 900; allowed: 0 to the 156 weeks of the run",
        "seed: found -4; allowed: a whole number from 0 to 2**63 - 1",
    ):  # fmt: skip
        assert fault in said, fault


def test_faults_of_the_scenario_and_the_calibration_come_with_the_others():
    code, out, err = colsim(
        "interview", "dosktop", "--calibration", "nothing.toml", "--csw", -3, "--week", -1
    )
    assert (code, out) == (2, "")
    said = words(err)
    assert "nearest known name: desktop" in said
    assert "no file 'nothing.toml'" in said
    assert "csw: found -3; allowed: 0 or more" in said
    assert "week: found -1; allowed: 0 or more" in said


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((), "scenario: found nothing; allowed: a preset or a TOML file"),
        (
            ("short.toml", "--csw", 0, "--mhsw", 0),
            "csw, mhsw: found nobody to interview; allowed: at least one person",
        ),
        (("short.toml", "--csw", 49), "csw: found 49; allowed: 0 to the 48 posts"),
        (("short.toml", "--week", 31), "week: found 31; allowed: 0 to the 30 weeks of the run"),
    ],
)
def test_single_faults(arguments, message):
    code, out, err = colsim("interview", *arguments)
    assert (code, out) == (2, "")
    assert message in words(err)


def test_posts_that_stand_empty_cannot_be_interviewed():
    text = SHORT + "[levers.posts_frozen]\nstrength = 0.3\nstart = -20\n"
    Path("few.toml").write_text(text, encoding="utf-8")
    with pytest.raises(package.UserError) as caught:
        interview("few.toml", csw=48, mhsw=16)
    said = re.sub(r"the \d+ in", "the few in", str(caught.value))
    assert said == (
        "csw: found 48; allowed: 0 to the few in post in week 30\n"
        "mhsw: found 16; allowed: 0 to the few in post in week 30"
    )


def test_a_loaded_scenario_and_calibration_are_taken_as_they_are():
    from colsim.calibration.plan.loading import load_calibration

    loaded = load_calibration("ours.toml")
    one = interview(load_scenario("short.toml"), csw=1, mhsw=1, calibration=loaded)
    assert (
        one.to_dict() == interview("short.toml", csw=1, mhsw=1, calibration="ours.toml").to_dict()
    )
    with pytest.raises(ScenarioError, match="week: found 99"):
        interview(calibration=loaded, csw=1, mhsw=1, week=99)
