"""Parameters that are bound to each other: drawn so, and refused where they are set apart."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colsim.core.parameters import PARAMETERS, draw_world, pack_world
from colsim.data.bonds import BONDS, contradictions, settled
from colsim.model import CollaborationModel
from colsim.scenario.checks import scenario_problems
from colsim.scenario.faults import ScenarioError

DEFAULTS = {name: parameter.default for name, parameter in PARAMETERS.items()}
WORLDS = [draw_world(seed) for seed in range(60)]
NAMES = [(bond.name, name) for bond in BONDS.values() for name in bond.parameters]


def holds(bond, values):
    own = [float(values[name]) for name in bond.parameters]
    if bond.kind == "rising":
        return own == sorted(own)
    return (sum(own) if bond.kind == "sum" else math.prod(own)) <= bond.limit + 1e-9


def test_the_defaults_keep_every_bond():
    assert settled(DEFAULTS, {}) == DEFAULTS
    assert len(BONDS) == 6
    for _, name in NAMES:
        assert name in PARAMETERS


@pytest.mark.parametrize("name", BONDS)
def test_every_world_keeps_its_bonds_and_its_ranges(name):
    bond = BONDS[name]
    for drawn in WORLDS:
        assert holds(bond, DEFAULTS | drawn)
        for one in bond.parameters:
            if one in drawn and bond.kind == "rising":
                assert PARAMETERS[one].low <= drawn[one] <= PARAMETERS[one].high


def test_without_bonds_some_worlds_would_break_them():
    """Wrong version: drawn one by one, families would trust CSC more in some of them."""
    turned = sum(
        PARAMETERS["trust_csc_start"].at(u / 20) > PARAMETERS["trust_amh_start"].at(v / 20)
        for u in range(20)
        for v in range(20)
    )
    assert turned == 21


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.floats(0.0, 1.0), st.integers(0, 50))
def test_what_is_set_stays_and_the_rest_gives_way(which, u, seed):
    bond, name = BONDS[which[0]], which[1]
    parameter = PARAMETERS[name]
    high = parameter.high if parameter.low < parameter.high else 2 * parameter.default
    value = parameter.low + u * (high - parameter.low)
    record = pack_world(draw_world(seed), {name: value})[0]
    assert float(record[name]) == value
    assert holds(bond, {one: record[one] for one in bond.parameters})


def test_what_is_set_moves_a_default_that_contradicts_it():
    record = pack_world({}, {"trust_csc_start": 0.9, "consent_base": 0.8})[0]
    assert (record["trust_csc_start"], record["trust_amh_start"]) == (0.9, 0.9)
    assert record["consent_trust"] == pytest.approx(0.2, abs=1e-12)
    record = pack_world({}, {"mhsw_cases_per_post": 50.0})[0]
    assert record["mhsw_hours_per_case"] == pytest.approx(1.2, abs=1e-12)


@pytest.mark.parametrize(
    "where, one, other, bond",
    [
        ("parameters", ("trust_csc_start", 0.6), ("trust_amh_start", 0.4), "trust_at_first"),
        ("parameters", ("consent_base", 0.7), ("consent_trust", 0.6), "consent"),
        ("parameters", ("achievable_base", 0.6), ("achievable_understood", 0.6),
         "achievable_targets"),
        ("organisation", ("csw_cases_per_post", 30.0), ("csw_hours_per_case", 2.5), "csw_week"),
        ("organisation", ("mhsw_cases_per_post", 40.0), ("mhsw_hours_per_case", 1.6), "mhsw_week"),
    ],
)  # fmt: skip
def test_what_is_set_against_each_other_is_refused_with_both_named(where, one, other, bond):
    data = {where: {one[0]: one[1]}}
    data["parameters"] = {**data.get("parameters", {}), other[0]: other[1]}
    (problem,) = [
        p for p in scenario_problems(data) if "found" not in p.found and one[0] in p.found
    ]
    assert problem.found == f"{one[0]} = {one[1]:g} and {other[0]} = {other[1]:g}"
    assert problem.allowed.startswith(BONDS[bond].allowed())
    assert BONDS[bond].reason in problem.allowed
    assert problem.also == ((where, one[0]),)
    # One of them alone contradicts nothing.
    for only in (one, other):
        assert not list(contradictions(dict([only])))


def test_a_model_refuses_its_own_parameters_against_the_scenario_s():
    given = {"trust_csc_start": 0.9, "trust_amh_start": 0.5}
    with pytest.raises(ScenarioError, match=r"trust_csc_start = 0\.9 and trust_amh_start = 0\.5"):
        CollaborationModel("desktop", parameters=given)


def test_an_organisation_s_inputs_reach_the_model():
    from colsim.scenario.loading import load_scenario

    loaded = load_scenario("desktop", overrides={"organisation.csw_cases_per_post": 20.0})
    model = CollaborationModel(loaded, seed=1)
    assert model.world.parameters["csw_cases_per_post"][0] == 20.0
