"""Priors of every kind: what they are drawn from is what their density says, in closed form."""

import math
from dataclasses import replace

import numpy as np
import pytest

from colsim.calibration.inference import problem
from colsim.calibration.inference.problem import Prior
from colsim.calibration.plan.loading import load_calibration, prior_of
from colsim.core.parameter import Choice
from colsim.core.parameters import PARAMETERS
from colsim.scenario import ScenarioError

UNCERTAIN = [name for name, parameter in PARAMETERS.items() if parameter.uncertain]
FORMS = [name for name, parameter in PARAMETERS.items() if parameter.choices]


def density(prior, *values):
    return np.exp(prior.log_density(np.array(values, float))).tolist()


def test_a_range_has_half_of_its_prior_on_either_side_of_the_middle():
    prior = Prior("knowledge_start", 0.1, 0.2, 0.6)
    assert density(prior, 0.15, 0.3, 0.1, 0.6) == pytest.approx([5.0, 1.25, 5.0, 1.25])
    assert density(prior, 0.05, 0.7, math.nan)[:2] == [0.0, 0.0]
    # A middle at one end: half of the prior is that value.
    edge = Prior("knowledge_start", 0.2, 0.2, 0.6)
    assert density(edge, 0.2, 0.4) == pytest.approx([0.5, 1.25])
    assert density(Prior("knowledge_start", 0.1, 0.6, 0.6), 0.6, 0.2) == pytest.approx([0.5, 1.0])


def test_a_logarithmic_range_is_even_on_that_scale():
    prior = prior_of("tie_retention")
    low, middle, high = prior.low, prior.middle, prior.high
    assert PARAMETERS["tie_retention"].logarithmic
    below, above = 0.5 * (low + middle), 0.5 * (middle + high)
    assert density(prior, below, above) == pytest.approx(
        [0.5 / (below * math.log(middle / low)), 0.5 / (above * math.log(high / middle))]
    )
    assert density(prior, low / 2, -1.0, 0.0, 2 * high) == [0.0, 0.0, 0.0, 0.0]
    # A range of one's own is even as it stands.
    own = Prior("tie_retention", 0.2, 0.3, 0.5)
    assert density(own, 0.25, 0.4) == pytest.approx([5.0, 2.5])


def test_a_form_has_the_weights_of_its_choices(monkeypatch):
    for name in FORMS:
        for choice in PARAMETERS[name].choices:
            assert density(prior_of(name), choice.value) == pytest.approx([choice.weight])
    choices = [Choice(float(k), name, w, "x") for k, name, w in ((0, "a", 0.2), (1, "b", 0.8))]
    form = replace(PARAMETERS["shielding"], choices=tuple(choices))
    monkeypatch.setattr(problem, "PARAMETERS", dict(PARAMETERS) | {"shielding": form})
    assert density(prior_of("shielding"), 0.0, 1.0, 0.5, 2.0) == pytest.approx([0.2, 0.8, 0, 0])


def test_an_atom_has_its_mass_and_the_rest_what_is_left():
    prior = prior_of("story_strength")
    assert (prior.low, prior.middle, prior.high) == (0.0, 0.5, 1.0)
    assert PARAMETERS["story_strength"].atom == (0.0, 0.2)
    assert density(prior, 0.0, 0.25, 0.75, 1.5) == pytest.approx([0.2, 0.8, 0.8, 0.0])


@pytest.mark.parametrize("without_study", [False, True])
def test_density_is_how_closely_draws_lie(without_study):
    """By draws at even places: the slope of values over places, or how many share a value."""
    places, step = np.linspace(0.0, 1.0, 201)[1::2], 1e-4
    for name in UNCERTAIN:
        prior = prior_of(name, without_study=without_study)
        drawn = np.array([prior.at(u) for u in places])
        for u, value, found in zip(places, drawn, density(prior, *drawn), strict=True):
            shared = float((drawn == value).mean())
            if shared > 0.01:
                assert found == pytest.approx(shared, abs=0.011), name
            else:
                slope = (prior.at(u + step) - prior.at(u - step)) / (2 * step)
                assert found * slope == pytest.approx(1.0, rel=1e-3), name


# ---- flat priors and ranges of one's own leave a form what it is


@pytest.mark.parametrize("name", FORMS)
def test_flat_priors_leave_forms_their_choices(name):
    prior = prior_of(name, without_study=True)
    allowed = {choice.value for choice in PARAMETERS[name].choices}
    assert {prior.at(u) for u in np.linspace(0.0, 1.0, 101)[:-1]} == allowed
    assert all(prior.place(value) == prior_of(name).place(value) for value in allowed)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("ends", ["low = 0\nhigh = 1", "low = 0.2\nmiddle = 0.3\nhigh = 0.4"])
def test_a_form_has_no_range(tmp_path, name, ends):
    path = tmp_path / "ours.toml"
    path.write_text(
        f'title = "x"\nparameters = ["answer_base", "{name}"]\n[priors.{name}]\n{ends}\n',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        load_calibration(path)
    names = ", ".join(choice.name for choice in PARAMETERS[name].choices)
    (one,) = caught.value.faults
    assert str(one).startswith(f"{path}: priors.{name}: found a range of what has few values; ")
    assert f"its choices ({names})" in str(one)
