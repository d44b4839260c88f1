"""Scenario files: merging, provenance, presets, and every refusal in full."""

import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from colsim.core.parameter import MARKS
from colsim.core.parameters import PARAMETERS
from colsim.core.quantities import MODES, QUANTITIES
from colsim.scenario import (
    LEVERS,
    LeverSetting,
    Organisation,
    Scenario,
    ScenarioError,
    list_presets,
    load_comparison,
    load_policy,
    load_scenario,
)
from colsim.scenario.checks import all_problems
from colsim.scenario.faults import Fault, read_model
from colsim.scenario.levers import EXCLUSIONS, channel_names
from colsim.scenario.shipped import KINDS, kind_of, preset_files

ORGANISATIONS = ("desktop", "robinscar", "county", "england")
LISTED = ("example_authority",)
"""Organisations given by a staff list."""
AUTHORITIES = (*ORGANISATIONS, *LISTED, "robinscar_as_interviewed")
CIRCUMSTANCES = {"posts_frozen": "austerity", "improvement_journey": "improvement_journey"}
"""Levers that are no policies, and the presets that use them."""
PRESETS = {
    *ORGANISATIONS,
    *LISTED,
    *(set(LEVERS) - set(CIRCUMSTANCES)),
    *CIRCUMSTANCES.values(),
    "co_location_and_training",
    "funding_ends",
    "robinscar_as_interviewed",
    "spanners_and_priority",
}
ORGANISATION = {
    "localities": 2,
    "csw": 48,
    "csw_team_size": 8,
    "mhsw": 16,
    "mhsw_teams": 4,
    "shared_families": 42,
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a scenario file and returns its path."""

    def writer(text: str, name: str = "mine.toml", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    return writer


def faults_of(path: Path | str, **options: object) -> list[Fault]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, **options)
    return list(caught.value.faults)


def only_fault(path: Path | str) -> Fault:
    (fault,) = faults_of(path)
    return fault


# ---- presets


def test_the_presets_are_these_and_authorities_come_first_by_size() -> None:
    presets = list_presets()
    assert {preset.name for preset in presets} == PRESETS
    assert [preset.name for preset in presets[:6]] == [*AUTHORITIES]
    assert [preset.kind for preset in presets] == sorted(
        (preset.kind for preset in presets), key=KINDS.index
    )
    assert all(kind_of(preset.name) == preset.kind for preset in presets)
    assert all(preset.title and preset.description for preset in presets)
    assert len({preset.title for preset in presets}) == len(PRESETS)


@pytest.mark.parametrize("name", AUTHORITIES)
def test_an_authority_loads(name: str) -> None:
    loaded = load_scenario(name)
    assert (loaded.name, loaded.authority) == (name, "")
    assert (loaded.scenario.run.weeks, loaded.scenario.run.burn_in) == (156, 260)


@pytest.mark.parametrize("name", sorted(PRESETS - set(AUTHORITIES)))
def test_a_policy_or_circumstance_is_levers_alone_and_can_be_laid_over_any_authority(name) -> None:
    text = preset_files()[name].read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) <= {"title", "description", "extends", "levers"}
    policy = load_policy(name)
    for authority in ("desktop", "robinscar"):
        base = load_scenario(authority).scenario
        laid = load_scenario(authority, name)
        assert laid.scenario.model_dump(exclude={"title", "description", "levers"}) == (
            base.model_dump(exclude={"title", "description", "levers"})
        )
        assert laid.scenario.levers == dict(policy.levers)
        under = kind_of(name) == "circumstances"
        assert laid.scenario.title == (base.title if under else policy.title)
        assert laid.circumstances == ((policy.title,) if under else ())
        assert laid.chain[0] == f"preset {authority}"


def test_robinscar_has_the_sizes_of_the_study_and_no_lever() -> None:
    scenario = load_scenario("robinscar").scenario
    assert scenario.levers == {}
    assert scenario.parameters == {}
    size = scenario.organisation
    assert (size.csw, size.csw_team_size, size.csw_teams) == (150, 8, 19)
    assert (size.mhsw, size.mhsw_teams, size.localities, size.shared_families) == (22, 8, 4, 130)


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_each_lever_has_a_preset_of_its_name_that_uses_its_default(lever: str) -> None:
    levers = load_policy(CIRCUMSTANCES.get(lever, lever)).levers
    assert set(levers) == {lever}
    assert LEVERS[lever].circumstance == (lever in CIRCUMSTANCES)
    if lever not in CIRCUMSTANCES:
        assert levers[lever].strength == LEVERS[lever].default


def test_funding_ends_withdraws_the_same_team_after_two_years() -> None:
    kept = load_policy("boundary_spanners").levers["boundary_spanners"]
    ended = load_policy("funding_ends").levers["boundary_spanners"]
    assert kept.recruitment == 0.8
    assert ended == kept.model_copy(update={"end": 104})


# ---- levers


@pytest.mark.parametrize("lever", LEVERS.values(), ids=lambda lever: lever.name)
def test_a_lever_acts_on_quantities_of_the_model_and_says_what_it_rests_on(lever) -> None:
    assert lever.low <= lever.default <= lever.high
    assert len({channel.name for channel in lever.channels}) == len(lever.channels)
    for channel in lever.channels:
        assert channel.quantity in QUANTITIES
        assert channel.mode in MODES
        assert channel.description
    assert bool(lever.costs) != lever.circumstance
    for cost in lever.costs:
        assert cost.amount > 0
        assert cost.mark in MARKS
        assert cost.source
    assert lever.mark in MARKS
    assert lever.source
    assert lever.help


def test_what_is_moved_towards_a_value_is_moved_by_one_lever_alone() -> None:
    """Amounts add up in any order; a pull towards a value does not."""
    channels = [c for lever in LEVERS.values() for c in lever.channels]
    for channel in channels:
        if channel.mode == "towards":
            assert [c.quantity for c in channels].count(channel.quantity) == 1
    assert {c.quantity for c in channels} | {"recruitment_success"} == set(QUANTITIES)


def setting_of(name: str, **setting: object) -> dict[str, object]:
    return {name: {"strength": LEVERS[name].default} | setting}


@pytest.mark.parametrize("exclusion", EXCLUSIONS, ids=lambda e: f"{e.one}-{e.other}")
def test_levers_that_exclude_each_other_are_refused_with_the_reason(exclusion) -> None:
    base = {"title": "x", "organisation": ORGANISATION}
    one, other = setting_of(exclusion.one), setting_of(exclusion.other)
    with pytest.raises(ValueError, match=re.escape(exclusion.reason)):
        Scenario.model_validate(base | {"levers": one | other})
    for apart in (
        setting_of(exclusion.one, end=10) | setting_of(exclusion.other, start=10),
        setting_of(exclusion.one, start=10) | setting_of(exclusion.other, end=10),
        setting_of(exclusion.one, localities=[0]) | setting_of(exclusion.other, localities=[1]),
    ):
        assert set(Scenario.model_validate(base | {"levers": apart}).levers) == set(apart)
    levers = setting_of(exclusion.one, localities=[0]) | setting_of(exclusion.other)
    with pytest.raises(ValueError, match=f"together with {exclusion.one}"):
        Scenario.model_validate(base | {"levers": levers})


def test_channels_can_be_switched_off_but_not_the_posts() -> None:
    team = LEVERS["boundary_spanners"]
    assert channel_names("boundary_spanners")[0] == "posts"
    assert "posts" not in team.switchable
    assert [c.name for c in team.channels_without(team.switchable)] == ["posts"]
    assert team.channels_without() == team.channels
    with pytest.raises(ValueError, match="has no channel posts to switch off"):
        team.channels_without(["posts"])


# ---- merging and provenance


def test_a_value_remembers_the_file_that_set_it(write: Write) -> None:
    base = write(
        'extends = ["robinscar", "co_location"]\n[run]\nweeks = 52\n'
        "[levers.co_location]\nstrength = 2\n",
        "base.toml",
    )
    path = write('extends = "base.toml"\ntitle = "Two days"\n[run]\nweeks = 60\n')
    loaded = load_scenario(path)
    assert loaded.name == "mine"
    assert loaded.scenario.title == "Two days"
    assert loaded.scenario.run.weeks == 60
    lever = loaded.scenario.levers["co_location"]
    assert (lever.strength, lever.ramp) == (2.0, 13)
    assert loaded.provenance["title"] == str(path)
    assert loaded.provenance["run.weeks"] == str(path)
    assert loaded.provenance["levers.co_location.strength"] == str(base)
    assert loaded.provenance["levers.co_location.ramp"] == "preset co_location"
    assert loaded.provenance["organisation.csw"] == "preset robinscar"
    assert "run.burn_in" not in loaded.provenance
    assert loaded.chain == ("preset robinscar", "preset co_location", str(base), str(path))


def test_extends_is_relative_to_the_file_that_says_it(write: Write, tmp_path: Path) -> None:
    write('extends = "desktop"\n', "parts/base.toml")
    write('extends = "base.toml"\n', "parts/middle.toml")
    path = write('extends = "parts/middle.toml"\n')
    assert load_scenario(str(path)).scenario.organisation.csw == 48


def test_a_file_may_bear_the_name_of_the_preset_it_extends(write: Write) -> None:
    path = write('extends = "robinscar"\ntitle = "Ours"\n', "robinscar.toml")
    assert load_scenario(path).scenario.title == "Ours"


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(write: Write) -> None:
    path = write('extends = "desktop"\r\ntitle = "Café"\r\n', encoding="utf-8-sig")
    assert load_scenario(path).scenario.title == "Café"


def test_overrides_win_and_are_checked_like_a_file() -> None:
    loaded = load_scenario("desktop", overrides={"run.weeks": 10})
    assert loaded.scenario.run.weeks == 10
    assert loaded.provenance["run.weeks"] == "command line"
    assert loaded.chain == ("preset desktop",)
    (fault,) = faults_of("desktop", overrides={"run.weeks": 0})
    assert (fault.file, fault.key, fault.found) == ("command line", "run.weeks", "0")


def test_a_lever_without_strength_has_its_default_one(write: Write) -> None:
    path = write('extends = "desktop"\n[levers.joint_protocol]\n')
    assert load_scenario(path).scenario.levers["joint_protocol"].strength == 0.8


def test_parameters_are_taken_from_the_models_table(write: Write) -> None:
    name, parameter = next((n, p) for n, p in PARAMETERS.items() if p.uncertain)
    path = write(f'extends = "desktop"\n[parameters]\n{name} = {parameter.high!r}\n')
    assert load_scenario(path).scenario.parameters == {name: parameter.high}


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


# ---- the models on their own


def test_models_apply_the_same_rules_without_a_file() -> None:
    with pytest.raises(ValidationError, match="1 would be empty"):
        Organisation.model_validate({**ORGANISATION, "mhsw": 3})
    with pytest.raises(ValidationError, match="not after the start"):
        LeverSetting(strength=1, start=5, end=5)
    with pytest.raises(ValidationError, match=r"a number from 0 to 5 \(days a week\)"):
        Scenario.model_validate(
            {
                "title": "x",
                "organisation": ORGANISATION,
                "levers": {"co_location": {"strength": 6}},
            }
        )


def test_a_scenario_survives_a_round_trip_through_plain_data() -> None:
    scenario = load_scenario("robinscar", "funding_ends").scenario
    assert Scenario.model_validate(scenario.model_dump()) == scenario
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


# ---- packaging


@pytest.mark.long
def test_the_wheel_holds_the_presets(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*command, "--wheel-dir", str(tmp_path), str(root)], check=True)
    (wheel,) = tmp_path.glob("colsim-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = preset_files().values()
    assert {f"colsim/presets/{path.parent.name}/{path.name}" for path in shipped} <= names
    assert "colsim/presets/authorities/example_authority/staff.csv" in names
    assert not any(name.startswith(("tests/", "out/")) for name in names)


def test_rules_and_types_are_checked_once(monkeypatch):
    """Of a policy by itself, and of what it makes of the authority; of an authority alone, once."""
    counts = Counter()

    def rules(data):
        counts["rules"] += 1
        return all_problems(data)

    def types(model, data, **kind):
        counts["types"] += model is Scenario
        return read_model(model, data, **kind)

    monkeypatch.setattr("colsim.scenario.checking.all_problems", rules)
    monkeypatch.setattr("colsim.scenario.checking.read_model", types)
    monkeypatch.setattr("colsim.scenario.schema.scenario_problems", None)
    load_scenario("desktop")
    assert counts == {"rules": 1, "types": 1}
    load_scenario("desktop", "co_location")
    assert counts == {"rules": 1 + 2, "types": 1 + 2}


def test_whoever_makes_a_scenario_without_a_file_is_held_to_the_rules_too():
    data = load_scenario("desktop", "co_location").scenario.model_dump()
    assert Scenario.model_validate(data).levers["co_location"].strength == 3.0
    data["levers"]["co_location"]["strength"] = 6.0
    with pytest.raises(ValidationError, match=r"found 6.0; allowed: a number from 0 to 5"):
        Scenario.model_validate(data)
