"""Scenario files that are not sound: every refusal in full."""

from pathlib import Path

import pytest

from colsim.core.parameters import PARAMETERS
from colsim.scenario import (
    ScenarioError,
    load_comparison,
)
from colsim.scenario.faults import Fault
from tests.unit.test_scenarios import ORGANISATION, PRESETS, Write, faults_of, only_fault

# ---- one fault at a time

LOCALITIES_OF_DESKTOP = "numbers from 0 to 1"
WEEKS = "a whole number from 1 to 5200"
ONE_FAULT = {
    "zero weeks": ("[run]\nweeks = 0", "run.weeks", "0", WEEKS),
    "negative weeks": ("[run]\nweeks = -3", "run.weeks", "-3", WEEKS),
    "zero burn-in": ("[run]\nburn_in = 0", "run.burn_in", "0", WEEKS),
    "text for a number": ('[run]\nweeks = "many"', "run.weeks", "'many'", WEEKS),
    "text that looks like a number": ('[run]\nweeks = "52"', "run.weeks", "'52'", WEEKS),
    "boolean for a number": ("[run]\nweeks = true", "run.weeks", "true", WEEKS),
    "fraction for a count": ("[run]\nweeks = 1.5", "run.weeks", "1.5", WEEKS),
    "value for a table": (
        "run = 52",
        "run",
        "52",
        "a table with keys weeks, burn_in",
    ),
    "number for a text": ("title = 5", "title", "5", "one line of 1 to 100 characters"),
    "two lines for a title": (
        'title = "a\\nb"',
        "title",
        "'a\\nb'",
        "one line of 1 to 100 characters",
    ),
    "no families": (
        "[organisation]\nshared_families = 0",
        "organisation.shared_families",
        "0",
        "a whole number from 1 to 100000",
    ),
    "empty AMH team": (
        "[organisation]\nmhsw = 3",
        "organisation.mhsw",
        "4 teams for 3 mental health social workers: 1 would be empty",
        "no more AMH teams than mental health social workers",
    ),
    "no CSW": (
        "[organisation]\ncsw = 0",
        "organisation.csw",
        "0",
        "a whole number from 1 to 10000",
    ),
    "empty CSW team": (
        "[organisation]\ncsw_team_size = 0",
        "organisation.csw_team_size",
        "0",
        "a whole number from 1 up",
    ),
    "locality without AMH team": (
        "[organisation]\nlocalities = 5",
        "organisation.localities",
        "5 localities but only 4 AMH teams",
        "at least one AMH team in each locality",
    ),
    "locality without CSW team": (
        "[organisation]\ncsw = 8",
        "organisation.csw",
        "2 localities but only 1 CSW teams (8 CSW by 8)",
        "at least one CSW team in each locality",
    ),
    "no locality": (
        "[organisation]\nlocalities = 0",
        "organisation.localities",
        "0",
        "a whole number from 1 up",
    ),
    "strength out of range": (
        "[levers.co_location]\nstrength = 9",
        "levers.co_location.strength",
        "9",
        "a number from 0 to 5 (days a week)",
    ),
    "strength is no number": (
        "[levers.co_location]\nstrength = nan",
        "levers.co_location.strength",
        "nan",
        "a number from 0 to 5 (days a week)",
    ),
    "ends before it starts": (
        "[levers.co_location]\nstart = 10\nend = 5",
        "levers.co_location.end",
        "end in week 5, which is not after the start in week 10",
        "an end after the start",
    ),
    "starts before the run": (
        "[run]\nburn_in = 20\n[levers.co_location]\nstart = -21",
        "levers.co_location.start",
        "start in week -21, before the burn-in begins in week -20",
        "a start within the run",
    ),
    "no coverage": (
        "[levers.co_location]\ncoverage = 0",
        "levers.co_location.coverage",
        "0",
        "a number above 0 up to 1",
    ),
    "ramp of no week": (
        "[levers.co_location]\nramp = 0",
        "levers.co_location.ramp",
        "0",
        "a whole number from 1 up",
    ),
    "recruitment without posts": (
        "[levers.co_location]\nrecruitment = 0.5",
        "levers.co_location.recruitment",
        "0.5",
        "only levers that need people recruit: front_door, boundary_spanners, caseload_cap, "
        "problem_solving_court, coordinator",
    ),
    "unknown locality": (
        "[levers.co_location]\nlocalities = [0, 2]",
        "levers.co_location.localities",
        "locality 2",
        LOCALITIES_OF_DESKTOP,
    ),
    "locality twice": (
        "[levers.co_location]\nlocalities = [1, 1]",
        "levers.co_location.localities",
        "[1, 1]",
        "each locality once",
    ),
    "negative locality": (
        "[levers.co_location]\nlocalities = [-1]",
        "levers.co_location.localities[0]",
        "-1",
        "a whole number from 0 up",
    ),
    "no locality named": (
        "[levers.co_location]\nlocalities = []",
        "levers.co_location.localities",
        "an empty list",
        "at least one locality, or no key",
    ),
    "lever that is no table": (
        "[levers]\nco_location = 3",
        "levers.co_location",
        "3",
        "a table with keys strength, start, ramp, end, coverage, recruitment, localities, "
        "without, definition, earlier",
    ),
    "extends is no name": (
        "",
        "extends",
        "5",
        "a preset's name or a path in quotes, or a list of them",
    ),
}


@pytest.mark.parametrize("case", ONE_FAULT)
def test_a_fault_names_file_key_found_and_allowed(case: str, write: Write) -> None:
    text, key, found, allowed = ONE_FAULT[case]
    extends = "5" if key == "extends" else '"desktop"'
    path = write(f"extends = {extends}\n{text}\n")
    assert only_fault(path) == Fault(str(path), key, found, allowed)


@pytest.mark.parametrize(
    "text,key,name,near,allowed",
    [
        ("titel = 'x'", "titel", "titel", "title", "extends, title, description, run, "),
        ("extend = 'x'", "extend", "extend", "extends", "extends, title"),
        ("[run]\nweek = 3", "run.week", "week", "weeks", "weeks, burn_in"),
        ("[organisation]\nCSWs = 3", "organisation.CSWs", "CSWs", "csw", "authorities, localities"),
        ("[levers.co-location]", "levers.co-location", "co-location", "co_location", "co_location"),
        (
            "[levers.co_location]\nstrenght = 3",
            "levers.co_location.strenght",
            "strenght",
            "strength",
            "strength, start, ramp",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_name(
    text: str, key: str, name: str, near: str, allowed: str, write: Write
) -> None:
    path = write(f"extends = 'desktop'\n{text}\n")
    fault = only_fault(path)
    assert (fault.file, fault.key, fault.suggestion) == (str(path), key, near)
    assert fault.found == f"unknown key {name!r}"
    assert fault.allowed.startswith(allowed)
    assert f"{name!r}; nearest known name: {near}; allowed: " in str(fault)


def test_a_key_like_no_other_gets_no_suggestion(write: Write) -> None:
    fault = only_fault(write("extends = 'desktop'\nzzz = 1\n"))
    assert fault.suggestion is None
    assert "nearest" not in str(fault)


def test_of_an_unknown_key_it_is_only_said_that_it_is_unknown(write: Write) -> None:
    path = write("extends = 'desktop'\n[levers]\nco_locaton = 3\n[parameters]\nzzz = 'high'\n")
    assert [fault.found for fault in faults_of(path)] == [
        "unknown key 'co_locaton'",
        "unknown key 'zzz'",
    ]


def test_an_unknown_channel_is_refused_and_posts_cannot_be_switched_off(write: Write) -> None:
    path = write("extends = 'desktop'\n[levers.co_location]\nwithout = ['encountrs']\n")
    assert only_fault(path) == Fault(
        str(path),
        "levers.co_location.without",
        "'encountrs'",
        "channels of co_location that can be switched off: encounters, face_to_face, stories",
        "encounters",
    )
    path = write("extends = 'desktop'\n[levers.boundary_spanners]\nwithout = ['posts']\n")
    assert only_fault(path).found == "'posts'"


def test_parameters_unknown_out_of_range_or_of_wrong_type(write: Write) -> None:
    (first, a), (second, b) = list(PARAMETERS.items())[:2]
    path = write(
        f"extends = 'desktop'\n[parameters]\n{first} = {a.maximum + 1}\n{second} = 'high'\n"
        f"{first}x = 1\n"
    )
    faults = {fault.key: fault for fault in faults_of(path)}
    assert set(faults) == {f"parameters.{name}" for name in (first, second, f"{first}x")}
    high = faults[f"parameters.{first}"]
    assert high.found == repr(a.maximum + 1)
    assert high.allowed == f"a number from {a.minimum:g} to {a.maximum:g} ({a.unit})"
    text = faults[f"parameters.{second}"]
    assert text.found == "'high'"
    assert text.allowed == f"a number from {b.minimum:g} to {b.maximum:g} ({b.unit})"
    unknown = faults[f"parameters.{first}x"]
    assert unknown.found == f"unknown key '{first}x'"
    assert unknown.suggestion == first


def test_missing_keys_are_named(write: Write) -> None:
    path = write("[organisation]\nlocalities = 1\n")
    faults = faults_of(path)
    assert {fault.key for fault in faults} == {"title"} | {
        f"organisation.{key}" for key in ORGANISATION if key != "localities"
    }
    assert {(fault.file, fault.found) for fault in faults} == {(str(path), "nothing")}


# ---- files that cannot be read


def test_an_unknown_preset_is_refused_with_the_nearest_one() -> None:
    fault = only_fault("robinscr")
    assert (fault.file, fault.key, fault.found) == ("robinscr", "", "no preset 'robinscr'")
    assert fault.suggestion == "robinscar"
    assert all(name in fault.allowed for name in PRESETS)


def test_a_missing_file_is_refused_with_the_nearest_one(write: Write) -> None:
    path = write("")
    fault = only_fault(path.with_name("mien.toml"))
    assert fault.found == f"no file {str(path.with_name('mien.toml'))!r}"
    assert fault.suggestion == str(path)


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    assert only_fault(tmp_path).found == f"{str(tmp_path)!r}, which is a folder"


@pytest.mark.parametrize(
    "parent,found",
    [("robinscr", "no preset 'robinscr'"), ("gone.toml", "no file ")],
)
def test_missing_extends_is_a_fault_of_the_file_that_says_it(
    parent: str, found: str, write: Write
) -> None:
    path = write(f"extends = '{parent}'\n")
    fault = only_fault(path)
    assert (fault.file, fault.key) == (str(path), "extends")
    assert fault.found.startswith(found)


def test_circular_extends_shows_the_circle(write: Write) -> None:
    first = write("extends = 'b.toml'\n", "a.toml")
    second = write("extends = 'a.toml'\n", "b.toml")
    fault = only_fault(first)
    assert (fault.file, fault.key) == (str(second), "extends")
    assert fault.found == f"a circle: {first} -> {second} -> {first}"


def test_a_file_that_extends_itself_is_a_circle(write: Write) -> None:
    path = write("extends = './mine.toml'\n")
    assert only_fault(path).found.startswith("a circle: ")


@pytest.mark.parametrize(
    "text,line",
    [
        ("title = \n", 1),
        ("title = 'a'\ntitle = 'b'\n", 2),
        ("[run]\nweeks = 3\nhello world\n", 3),
        ("title = [1,\n2", 2),
        ("a = " + "[" * 5000, 1),
        ("a = " + "9" * 5000, 1),
    ],
)
def test_text_that_is_no_toml_is_refused_with_its_line(text: str, line: int, write: Write) -> None:
    path = write(text)
    fault = only_fault(path)
    assert (fault.file, fault.key, fault.allowed) == (str(path), f"line {line}", "TOML text")
    assert fault.found.startswith("no TOML (")


def test_text_in_another_encoding_is_refused_with_its_line(write: Write) -> None:
    fault = only_fault(write("extends = 'desktop'\ntitle = 'Café'\n", encoding="cp1252"))
    assert fault.key == "line 2"
    assert fault.found == "byte 0xe9, which is not UTF-8"


# ---- all faults in one go


def test_all_faults_come_in_one_go_each_with_the_file_that_set_the_value(write: Write) -> None:
    base = write(
        "extends = 'robinscar'\n[run]\nweeks = 0\n[levers.co_location]\nstart = 50\nstrength = 7\n",
        "base.toml",
    )
    path = write(
        "extends = 'base.toml'\ntitel = 'x'\n[organisation]\nmhsw = 5\nshared_families = 'few'\n"
        "[levers.co_location]\nend = 20\n[levers.join_training]\nstrength = 1\n"
    )
    assert {(fault.file, fault.key) for fault in faults_of(path)} == {
        (str(base), "run.weeks"),
        (str(base), "levers.co_location.strength"),
        (str(path), "titel"),
        (str(path), "organisation.mhsw"),
        (str(path), "organisation.shared_families"),
        (str(path), "levers.co_location.end"),
        (str(path), "levers.join_training"),
    }


def test_of_two_values_that_do_not_fit_the_one_set_last_is_named(write: Write) -> None:
    write("extends = 'desktop'\n[levers.co_location]\nstart = 30\nend = 40\n", "base.toml")
    path = write("extends = 'base.toml'\n[levers.co_location]\nstart = 50\n")
    fault = only_fault(path)
    assert (fault.file, fault.key) == (str(path), "levers.co_location.start")
    assert fault.found == "end in week 40, which is not after the start in week 50"


def test_a_default_is_never_the_value_to_mend(write: Write) -> None:
    base = write("extends = 'desktop'\n[levers.co_location]\nstart = -261\n", "base.toml")
    fault = only_fault(write("extends = 'base.toml'\n"))
    assert (fault.file, fault.key) == (str(base), "levers.co_location.start")


def test_a_broken_chain_does_not_hide_other_faults(write: Write) -> None:
    path = write("extends = 'nowhere.toml'\n[run]\nweeks = 0\n")
    assert [fault.key for fault in faults_of(path)] == ["extends", "run.weeks"]


def test_faults_of_several_scenarios_come_together_and_once(write: Write) -> None:
    base = write("extends = 'desktop'\n[run]\nweeks = 0\n", "base.toml")
    one = write("extends = 'base.toml'\ntitel = 'x'\n", "one.toml")
    two = write("extends = 'base.toml'\n", "two.toml")
    with pytest.raises(ScenarioError) as caught:
        load_comparison(two, [one, "robinscr"])
    assert [(fault.file, fault.key) for fault in caught.value.faults] == [
        (str(base), "run.weeks"),
        (str(one), "titel"),
        ("robinscr", ""),
    ]
    assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]
