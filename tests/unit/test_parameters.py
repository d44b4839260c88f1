"""Every number says what it is; worlds are drawn from the plausible ranges."""

import dataclasses

import pytest

from colsim.core.parameter import Parameter
from colsim.core.parameters import PARAMETERS, draw_world, pack_parameters

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


def test_worlds_stay_in_their_ranges_and_their_median_is_the_default():
    worlds = [draw_world(seed) for seed in range(400)]
    for name, parameter in PARAMETERS.items():
        values = sorted(world[name] for world in worlds)
        assert parameter.low <= values[0]
        assert values[-1] <= parameter.high
        # Binomial(400, 1/2): fewer than 150 or more than 250 below has probability 6e-7 each.
        assert 150 <= sum(value < parameter.default for value in values) <= 250, name


def test_a_world_is_a_function_of_its_seed():
    assert draw_world(5) == draw_world(5)
    assert draw_world(5) != draw_world(6)


def test_unknown_parameters_are_refused():
    with pytest.raises(KeyError, match="trust_rat"):
        pack_parameters({"trust_rat": 0.1})


def test_packed_parameters_are_the_defaults_unless_overridden():
    packed = pack_parameters({"trust_rate": 0.3})
    assert packed["trust_rate"][0] == 0.3
    assert packed["retell"][0] == PARAMETERS["retell"].default
