"""Forms, discrete numbers and inputs: drawn by weight, set by name, never set twice."""

from collections import Counter

import pytest

from colsim.core.parameter import Choice, Parameter
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.experiments.design import build_design
from colsim.experiments.experiment_faults import load_experiment
from colsim.scenario import ScenarioError, load_scenario
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.schema import Organisation

INPUTS = [name for name, p in PARAMETERS.items() if p.kind == "input"]
WORLDS = 2000


@pytest.fixture(scope="module")
def drawn():
    return [draw_world(seed) for seed in range(WORLDS)]


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n, p in PARAMETERS.items() if p.choices])
def test_worlds_draw_choices_by_their_weights(name, drawn):
    counts = Counter(world[name] for world in drawn)
    for choice in PARAMETERS[name].choices:
        deviation = (WORLDS * choice.weight * (1 - choice.weight)) ** 0.5
        assert abs(counts[choice.value] - WORLDS * choice.weight) < 4.5 * deviation


@pytest.mark.slow
def test_one_world_in_five_holds_stories_at_no_strength(drawn):
    none = sum(world["story_strength"] == 0.0 for world in drawn)
    assert abs(none - WORLDS * 0.2) < 4.5 * (WORLDS * 0.2 * 0.8) ** 0.5


def test_the_rate_of_encounters_is_even_on_a_logarithmic_scale():
    rate = PARAMETERS["encounter_rate"]
    assert [rate.at(u) for u in (0.0, 0.5, 1.0)] == [0.0017, 0.007, pytest.approx(0.029)]
    assert rate.at(0.25) == pytest.approx((0.0017 * 0.007) ** 0.5)


@pytest.mark.slow
def test_inputs_are_never_drawn(drawn):
    assert INPUTS == [
        "csw_cases_per_post",
        "mhsw_cases_per_post",
        "csw_office_days",
        "mhsw_office_days",
        "desk_sharing",
        "cmht_size",
    ]
    assert not set(INPUTS) & set(drawn[0])


@pytest.mark.parametrize("name", INPUTS)
def test_an_organisation_sets_each_input(name):
    assert name in Organisation.model_fields
    value = 4.0 if name == "cmht_size" else 1.0
    loaded = load_scenario("desktop", overrides={f"organisation.{name}": value})
    assert compile_scenario(loaded.scenario).parameters[name] == value
    assert name not in compile_scenario(load_scenario("desktop").scenario).parameters


def test_a_form_is_set_by_its_name_or_value():
    for value in ("sought", 1.0):
        loaded = load_scenario("desktop", overrides={"parameters.encounter": value})
        assert loaded.scenario.parameters["encounter"] == 1.0


def refused(**overrides):
    with pytest.raises(ScenarioError) as caught:
        load_scenario("desktop", overrides=overrides)
    return [(fault.key, fault.found, fault.allowed) for fault in caught.value.faults]


def test_what_is_no_choice_is_refused_all_at_once():
    faults = refused(
        **{"parameters.encounter": "by_luck", "parameters.story_reach": 0.5,
           "parameters.tellers_needed": 4.0}
    )  # fmt: skip
    assert [(key, found) for key, found, _ in faults] == [
        ("parameters.encounter", "'by_luck'"),
        ("parameters.story_reach", "0.5"),
        ("parameters.tellers_needed", "4.0"),
    ]
    assert faults[0][2] == '"by_chance", "sought" or "both"'


@pytest.mark.parametrize("name", ["turnover_csw", "assessed_in_time", "re_referral_rate"])
def test_a_level_comes_out_of_a_run_and_is_never_set(name, tmp_path):
    said = f"unknown key {name!r}, a measure: it comes out of a run and is not set"
    assert refused(**{f"parameters.{name}": 0.1})[0][1] == said
    sweep = tmp_path / "sweep.toml"
    sweep.write_text(
        f'title = "x"\nbase = "desktop"\nreplications = 2\n[design]\nkind = "factorial"\n'
        f"[vary]\nparameters.{name} = [0.1, 0.2]\n"
    )
    with pytest.raises(ScenarioError, match="a measure: it comes out of a run and is not set"):
        build_design(load_experiment(sweep))


def test_an_input_stands_in_one_table():
    faults = refused(**{"parameters.desk_sharing": 0.2, "organisation.desk_sharing": 0.3})
    assert faults[0][0] == "parameters.desk_sharing"
    assert "both tables" in faults[0][1]


@pytest.mark.parametrize("table", ["organisation", "parameters"])
@pytest.mark.parametrize(
    "authority, size, most",
    [("desktop", 3.5, 4), ("robinscar", 2.0, 3), ("example_authority", 1.0, 4)],
)
def test_a_mental_health_team_has_its_social_workers_among_its_people(table, authority, size, most):
    """16 MHSWs in 4 teams; 22 in 8, so up to 3; and a list of staff."""
    name = f"{table}.cmht_size"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(authority, overrides={name: size, "parameters.encounter": "by_luck"})
    faults = {fault.key: (fault.found, fault.allowed) for fault in caught.value.faults}
    assert set(faults) == {name, "parameters.encounter"}
    assert faults[name] == (
        f"{size:g} people in a team with {most} mental health social workers",
        f"{most} or more, as the social workers are among them",
    )
    load_scenario(authority, overrides={name: float(most)})


def made(**changes):
    given = {
        "name": "form", "default": 0.0, "low": 0.0, "high": 1.0, "minimum": 0.0, "maximum": 1.0,
        "unit": "form", "mark": "J", "group": "contact", "description": "text", "source": "text",
        "kind": "form",
        "choices": (Choice(0.0, "no", 0.5, "text"), Choice(1.0, "yes", 0.5, "text")),
    }  # fmt: skip
    return Parameter(**(given | changes))


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"choices": ()}, "without choices"),
        ({"choices": (Choice(0.0, "no", 0.5, "t"), Choice(1.0, "yes", 0.6, "t"))}, "add to 1.1"),
        ({"choices": (Choice(0.0, "no", 0.5, "t"), Choice(1.0, "no", 0.5, "t"))}, "one value or"),
        ({"choices": (Choice(0.0, "no", 0.5, "t"), Choice(1.0, "yes", 0.5, " "))}, "source"),
        ({"default": 0.5}, "none of"),
        ({"high": 0.9}, "greatest choice"),
        ({"kind": "guess"}, "of kind 'guess'"),
        ({"kind": "", "choices": (), "atom": (0.0, 1.0)}, "atom of weight 1.0"),
        ({"kind": "", "choices": (), "logarithmic": True}, "logarithmic"),
    ],
)
def test_a_form_that_is_none_does_not_load(changes, message):
    assert made().at(0.49) == 0.0
    assert made().at(0.5) == 1.0
    with pytest.raises(ValueError, match=message):
        made(**changes)
