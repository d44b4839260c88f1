"""Scenario files: merging, provenance, presets and levers."""

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
