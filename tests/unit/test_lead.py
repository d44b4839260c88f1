"""A comparison in short: who leads, its worst harm, and whether worlds suffice; planted values."""

from dataclasses import replace

import numpy as np
import pytest

import colsim
from colsim.comparison import account
from colsim.comparison.account import in_short
from colsim.comparison.besides import Aside

MEASURE = "joint_plan_rate"
SHORT = {"run.weeks": 8, "run.burn_in": 10}


@pytest.fixture(scope="module")
def lived():
    """Two policies in four worlds; what they gain is planted in each test."""
    desktop = colsim.load_scenario("desktop", overrides=SHORT)
    return colsim.compare(
        desktop, ["co_location", "joint_training"], replications=8, worlds="ranges",
        half_strength=False,
    )  # fmt: skip


def planted(lived, *gains, worlds=50, noise=0.0, clear=True):
    """Return a comparison in which policies gain what is planted, each world about as much."""
    chance = np.random.default_rng(3)
    base = np.full((1, worlds, 2), 0.1)
    own = [
        np.full((1, worlds, 2), 0.1 + gain) + noise * chance.normal(size=(1, worlds, 1))
        for gain in gains
    ]
    values = {name: np.zeros((3, worlds, 2)) for name in lived.values}
    values[MEASURE] = np.concatenate([base, *own])
    differences = tuple(
        replace(d, difference=gains[lived.names.index(d.scenario) - 1], low=-0.01, high=0.2,
                better=0.9 if clear else 0.5, worse=0.1 if clear else 0.5)
        if d.measure == MEASURE else replace(d, difference=0.0)
        for d in lived.differences
    )  # fmt: skip
    return replace(lived, values=values, differences=differences, replications=2 * worlds)


def harms(monkeypatch, found):
    monkeypatch.setattr(account, "asides", lambda result, name: tuple(found.get(name, ())))


def harm(name, measure, difference, kind="harm"):
    return Aside(name, measure, kind, 0.1, 0.1 + difference, difference, 0.01, 0.2, 0.9)


def test_the_policy_that_gains_most_leads_and_its_worst_harm_is_named(lived, monkeypatch):
    name = "joint_training"
    worst, second = harm(name, "nominal_plan_rate", 0.1), harm(name, "breaches", 0.2)
    better = harm(name, "role_knowledge_csw", 0.1, "better")
    harms(monkeypatch, {
        name: (worst, second, better),
        "co_location": (harm("co_location", "over_caution", 9.0),),
    })  # fmt: skip
    said = in_short(planted(lived, 0.01, 0.04), MEASURE)
    assert said == [
        f"Most is gained by {lived.labels['joint_training']}: joint-plan rate +4.0 (-1.0 to 20 "
        "points in 9 of 10 plausible worlds), better in 9 in 10 worlds.",
        f"Its worst harm: {worst}. 1 more is told below.",
    ]
    # and of the other one where that leads
    said = in_short(planted(lived, 0.05, 0.04), MEASURE)
    assert said[0].startswith(f"Most is gained by {lived.labels['co_location']}: ")
    assert said[1].startswith("Its worst harm: Over-caution up by 9")


def test_no_harm_is_said_where_none_is_told_of_the_leader(lived, monkeypatch):
    harms(monkeypatch, {"co_location": (harm("co_location", "over_caution", 9.0),)})
    assert in_short(planted(lived, 0.01, 0.04), MEASURE)[1] == (
        "It does no harm on which 8 in 10 worlds agree and that is no trifle."
    )


def test_too_few_worlds_are_said(lived, monkeypatch):
    harms(monkeypatch, {})
    assert in_short(planted(lived, 0.01, 0.04, worlds=39), MEASURE)[-1] == (
        "Too few worlds to be sure of any of this: 39, and 40 are needed (--replications 80)."
    )
    assert len(in_short(planted(lived, 0.01, 0.04, worlds=40), MEASURE)) == 2


def test_what_is_not_told_apart_is_said_with_the_worlds_that_would(lived, monkeypatch):
    harms(monkeypatch, {})
    apart = in_short(planted(lived, 0.038, 0.04, noise=0.02), MEASURE)
    assert len(apart) == 3
    assert apart[2].startswith(f"The runs do not tell it from {lived.labels['co_location']}: ")
    assert "more worlds would be needed." in apart[2] or "would do." in apart[2]
    alike = in_short(planted(lived, 0.04, 0.04), MEASURE)
    assert alike[2].endswith("no number of worlds that could be lived would do.")


def test_no_gain_is_claimed_that_is_not_clear(lived, monkeypatch):
    harms(monkeypatch, {})
    said = in_short(planted(lived, 0.01, 0.04, clear=False), MEASURE)
    assert said[0].startswith("None changes it clearly; the first is ")
