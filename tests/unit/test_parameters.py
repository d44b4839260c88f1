"""Every number says what it is; worlds are drawn from the plausible ranges."""

import dataclasses
import math

import pytest

from colsim.core.parameter import Choice, Parameter
from colsim.core.parameters import PARAMETERS, draw_world, pack_parameters
from colsim.data.bonds import BONDS

GOOD = Parameter("x", 0.5, 0.2, 0.9, 0.0, 1.0, "share", "J", "group", "What it is", "Judgement")


@pytest.mark.parametrize(
    "change, message",
    [
        ({"unit": " "}, "'x' has no unit"),
        ({"source": ""}, "'x' has no source"),
        ({"description": ""}, "'x' has no description"),
        ({"mark": "?"}, r"evidence mark '\?'"),
        ({"low": 0.6}, "low <= default"),
        ({"high": 1.5}, "high <= maximum"),
        ({"default": float("nan")}, "not finite"),
    ],
)
def test_a_parameter_that_lacks_something_does_not_load(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(GOOD, **change)


HALVES = (Choice(0.0, "no", 0.5, "Judgement"), Choice(1.0, "yes", 0.5, "Judgement"))
FORM = dataclasses.replace(GOOD, default=0.0, low=0.0, high=1.0, kind="form", choices=HALVES)


def halves(**change):
    """Return the two choices with something changed in the second."""
    return {"choices": (HALVES[0], dataclasses.replace(HALVES[1], **change))}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"kind": "guess"}, "'x' is of kind 'guess', not one of"),
        ({"kind": "form", "choices": ()}, "'x' is a form without choices"),
        ({"default": 0.5}, r"default 0.5, which is none of \[0.0, 1.0\]"),
        (halves(value=0.0), "two choices of one value or name"),
        (halves(name="no"), "two choices of one value or name"),
        (halves(value=0.5), "not the least and the greatest choice"),
        (halves(weight=0.4), "weights that add to 0.9, not 1"),
        (halves(weight=-0.5), "a choice of negative weight"),
        (halves(source=" "), "a choice without a source"),
    ],
)  # fmt: skip
def test_a_form_that_lacks_something_does_not_load(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(FORM, **change)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"logarithmic": True, "low": 0.0}, "'x' is logarithmic and reaches down to 0"),
        ({"atom": (0.5, 0.0)}, "an atom of weight 0.0, not between 0 and 1"),
        ({"atom": (0.5, 1.0)}, "an atom of weight 1.0, not between 0 and 1"),
        ({"atom": (0.5, -0.1)}, "an atom of weight -0.1, not between 0 and 1"),
    ],
)
def test_an_odd_way_of_drawing_does_not_load(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(GOOD, **change)


def test_a_parameter_is_uncertain_if_worlds_differ_in_it():
    for change, kind, uncertain in (
        ({}, "uncertainty", True),
        ({"low": 0.5, "high": 0.5}, "constant", False),
        ({"kind": "input"}, "input", False),
        ({"kind": "constant"}, "constant", False),
    ):
        parameter = dataclasses.replace(GOOD, **({"kind": ""} | change))
        assert (parameter.kind, parameter.uncertain) == (kind, uncertain)
    assert FORM.uncertain


def test_quantiles_by_hand():
    """0.2 to 0.9 about 0.5: evenly, on a logarithmic scale, with an atom, by choices."""
    assert [GOOD.at(u) for u in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx(
        [0.2, 0.35, 0.5, 0.7, 0.9]
    )
    rate = dataclasses.replace(GOOD, default=0.01, low=0.001, high=1.0, logarithmic=True)
    assert [rate.at(u) for u in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx(
        [0.001, 0.001 * 10**0.5, 0.01, 0.1, 1.0]
    )
    atom = dataclasses.replace(GOOD, atom=(0.3, 0.2))
    assert [atom.at(u) for u in (0.0, 0.19, 0.2, 0.4, 0.6, 1.0)] == pytest.approx(
        [0.3, 0.3, 0.2, 0.35, 0.5, 0.9]
    )
    three = dataclasses.replace(
        GOOD, default=0.5, low=0.2, high=0.9,
        choices=tuple(
            Choice(value, str(value), weight, "Judgement")
            for value, weight in ((0.2, 0.25), (0.5, 0.5), (0.9, 0.25))
        ),
    )  # fmt: skip
    quantiles = (0.0, 0.24, 0.25, 0.74, 0.75, 1.0)
    assert [three.at(u) for u in quantiles] == [0.2, 0.2, 0.5, 0.5, 0.9, 0.9]


def test_worlds_stay_in_their_ranges_and_are_spread_as_the_table_says():
    """400 worlds. Half on either side of the default, but for an atom below; choices by weight;
    each count within 5 standard errors (6e-7), so that a share of 1 / 2 is 150 to 250."""
    worlds = [draw_world(seed) for seed in range(400)]
    assert set(worlds[0]) == {name for name, p in PARAMETERS.items() if p.uncertain}

    def right(count, share):
        return abs(count - 400 * share) <= 5 * (400 * share * (1 - share)) ** 0.5

    bound = {name for bond in BONDS.values() for name in bond.parameters}
    for name in worlds[0]:
        parameter = PARAMETERS[name]
        values = sorted(world[name] for world in worlds)
        assert parameter.low <= values[0]
        assert values[-1] <= parameter.high
        if parameter.choices:
            for choice in parameter.choices:
                assert right(values.count(choice.value), choice.weight), name
            continue
        value, weight = parameter.atom or (0.0, 0.0)
        if parameter.atom is not None:
            assert right(values.count(value), weight), name
        if name in bound:  # moved among each other after they are drawn
            continue
        above = sum(value > parameter.default for value in values)
        assert right(above, (1 - weight) / 2), name
        middle = (parameter.low * parameter.default) ** 0.5
        if parameter.logarithmic:  # a quarter below the geometric middle, and not three sevenths
            assert right(sum(value < middle for value in values), 0.25), name


def test_inputs_and_constants_are_the_same_in_all_worlds():
    fixed = {name for name, parameter in PARAMETERS.items() if not parameter.uncertain}
    inputs = {"csw_office_days", "mhsw_office_days", "desk_sharing", "cmht_size"}
    inputs |= {"csw_cases_per_post", "mhsw_cases_per_post"}
    assert inputs <= fixed
    assert not fixed & set(draw_world(1))
    forms = {name for name, parameter in PARAMETERS.items() if parameter.kind == "form"}
    assert forms == {"encounter", "joint_plan", "story_reach", "compliance", "shielding"}
    assert PARAMETERS["story_strength"].atom == (0.0, 0.2)
    assert PARAMETERS["encounter_rate"].logarithmic


def test_forms_are_packed_as_whole_numbers():
    packed = pack_parameters({"encounter": 2.0, "compliance": 1.0})
    assert packed["encounter"].dtype.kind == packed["compliance"].dtype.kind == "i"
    assert (packed["encounter"][0], packed["compliance"][0], packed["joint_plan"][0]) == (2, 1, 0)


def test_a_world_is_a_function_of_its_seed():
    assert draw_world(5) == draw_world(5)
    assert draw_world(5) != draw_world(6)


def test_unknown_parameters_are_refused():
    with pytest.raises(KeyError, match="trust_rat"):
        pack_parameters({"trust_rat": 0.1})


def test_packed_parameters_are_the_defaults_unless_overridden():
    packed = pack_parameters({"trust_rate": 0.3})
    assert packed["trust_rate"][0] == 0.3
    assert packed["telling"][0] == PARAMETERS["telling"].default


@pytest.mark.parametrize("name", [name for name, p in PARAMETERS.items() if p.uncertain])
def test_a_value_has_the_quantile_at_which_it_is_drawn(name):
    from colsim.calibration.inference.problem import place_of

    parameter = PARAMETERS[name]
    for u in (0.0, 0.03, 0.21, 0.4999, 0.5, 0.77, 0.999):
        value = parameter.at(u)
        assert parameter.at(place_of(parameter, value)) == pytest.approx(value, rel=1e-9, abs=1e-12)
    assert math.isnan(place_of(parameter, parameter.high + 1.0))


def test_a_calibration_draws_forms_by_their_weights_and_keeps_atoms():
    from colsim.calibration.plan.loading import prior_of

    for name, parameter in PARAMETERS.items():
        if not parameter.uncertain:
            continue
        prior = prior_of(name)
        for u in (0.01, 0.3, 0.64, 0.99):
            assert prior.at(u) == pytest.approx(parameter.at(u), rel=1e-12)
