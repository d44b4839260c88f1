"""Thresholds by rule, and observables from which nothing can be learnt."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from colsim.calibration.inference import thresholds
from colsim.calibration.inference.thresholds import LIVELY, settled
from colsim.calibration.interviewing.observables import Measurement, Observable

WORLDS = 5
CELLS = (("A", "CSW"), ("A", "MHSW"), ("B", "CSW"), ("B", "MHSW"), ("C", "CSW"))
MEASUREMENT = Measurement(
    {
        ("A", "CSW"): Observable("confidence"),
        ("A", "MHSW"): Observable("confidence", "below"),
        ("B", "CSW"): Observable("narrative"),
        ("B", "MHSW"): Observable("belonging", "above", "", (0.1, 0.2, 0.3), 0.5),
        ("C", "CSW"): Observable("remembered_given_up"),
    }
)
NAMES = ("confidence", "narrative", "belonging", "remembered_given_up")


@pytest.fixture
def people(monkeypatch):
    """Five worlds of forty CSWs and ten MHSWs, made up; nobody ever gave up a contact."""
    chance = np.random.default_rng(3)
    seen = {"CSW": chance.normal(0.4, 0.2, (WORLDS, 4, 40)),
            "MHSW": chance.normal(0.7, 0.1, (WORLDS, 4, 10))}  # fmt: skip
    seen["CSW"][:, 3] = 0.0
    seen["CSW"][1, 3, :5] = 2.0
    monkeypatch.setattr(
        thresholds, "_values", lambda *_, **__: {name: list(of) for name, of in seen.items()}
    )
    return seen


def found_in(measurement, cells=CELLS):
    with ThreadPoolExecutor(1) as pool:
        return settled(None, (), measurement, cells, seed=1, pool=pool, worlds=WORLDS)


def test_thresholds_are_quartiles_of_all_who_are_concerned(people):
    found = found_in(MEASUREMENT)
    both = np.concatenate([people["CSW"][:, 0].ravel(), people["MHSW"][:, 0].ravel()])
    low, middle, high = np.quantile(both, (0.25, 0.5, 0.75))
    for service in ("CSW", "MHSW"):
        one = found.measurement.observables["A", service]
        assert one.threshold == pytest.approx((low, middle, high))
        assert one.scale == pytest.approx((high - low) / 4)
    assert found.measurement.observables["A", "MHSW"].direction == "below"
    # Services that speak of different things have thresholds of their own, as does a hand.
    alone = found.measurement.observables["B", "CSW"]
    assert alone.threshold == pytest.approx(np.quantile(people["CSW"][:, 1], (0.25, 0.5, 0.75)))
    assert found.measurement.observables["B", "MHSW"] == MEASUREMENT.observables["B", "MHSW"]


def test_what_is_the_same_for_most_people_is_dead(people):
    found = found_in(MEASUREMENT)
    assert found.dead == {
        ("C", "CSW"): "remembered_given_up has one and the same value for the middle half of all "
        "people"
    }
    assert found.measurement.observables["C", "CSW"].threshold is None


def test_what_hardly_anybody_could_say_in_any_world_is_dead(people):
    for threshold, share in (((0.5, 0.5, 0.5), 5 / 40), ((-1.0, 1.0, 1.0), 0.3 + 0.7 * 5 / 40)):
        one = Observable("remembered_given_up", "above", "", threshold, 0.001)
        observables = MEASUREMENT.observables | {("C", "CSW"): one}
        found = found_in(replace(MEASUREMENT, observables=observables))
        assert (("C", "CSW") in found.dead) == (share < LIVELY)
    # In one world of five it is enough.
    people["CSW"][4, 3, :10] = 2.0
    one = replace(one, threshold=(0.5, 0.5, 0.5))
    observables = MEASUREMENT.observables | {("C", "CSW"): one}
    assert found_in(replace(MEASUREMENT, observables=observables)).dead == {}
