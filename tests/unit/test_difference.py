"""A paired difference, on made-up numbers whose answers are worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from colsim.core.measures import MEASURES, RANGE
from colsim.experiments.difference import (
    LIKELY,
    Difference,
    difference_of,
    mean_of_present,
    quantiles_of_present,
    when,
)
from colsim.experiments.runner import SEEDS_PER_WORLD

HIGHER = MEASURES["joint_plan_rate"]
LOWER = MEASURES["nominal_plan_rate"]
# What is not there is no number, and no reason to warn.
pytestmark = pytest.mark.filterwarnings("error")
NEITHER = MEASURES["contacts"]
NAN = np.nan
# Six worlds of two seeds; the last world has no value of the base.
BASE = [[10, 12], [20, 20], [5, 7], [0, 2], [NAN, 30], [NAN, NAN]]
CHANGE = [[1, 3], [4, 8], [-1, -1], [0, 0], [NAN, 9], [NAN, NAN]]


def lived(change, base, measure, *, series=None):
    """Return the difference of the last of three scenarios; the middle one is beside the point."""
    base, change = np.array(base, float), np.array(change, float)
    mine = np.where(np.isfinite(base), base + change, 51.0)
    return difference_of(
        "policy", 2, measure, {measure.name: np.stack([base, base + 1e6, mine])}, series or {}
    )


def test_a_difference_by_hand():
    """Means by world: 2, 6, -1, 0 and 9 (one seed); the sixth world has no difference.

    Sorted -1, 0, 2, 6, 9, at 0, 1/4, ... 1: median 2; 5 % lies at 0.2 of the first step, -1 + 0.2;
    95 % at 0.8 of the last, 6 + 0.8 * 3. Mean 3.2, squared deviations 1.44 + 7.84 + 17.64 + 10.24
    + 33.64 = 70.8, over 4 is 17.7. Standard error: the root of 17.7 / 5.
    Seeds: variances 2, 8, 0, 0 of the four whole worlds, 2.5 on average. Of the 17.7 two seeds
    leave 2.5 / 2 to chance, so worlds themselves have 16.45.
    Base by world: 11, 20, 6, 1, 30, median 11. Policy, which has 51 where the base has nothing:
    13, 26, 5, 1, (51 + 39) / 2 = 45 and 51, median (13 + 26) / 2.
    """
    found = lived(CHANGE, BASE, HIGHER)
    assert (found.scenario, found.measure) == ("policy", "joint_plan_rate")
    assert found.baseline == 11.0
    assert found.value == 19.5
    assert found.difference == 2.0
    assert found.low == pytest.approx(-0.8)
    assert found.high == pytest.approx(8.4)
    assert (found.better, found.worse) == (0.6, 0.2)
    assert found.computing_error == pytest.approx(np.sqrt(3.54))
    assert found.between_seeds == pytest.approx(np.sqrt(2.5))
    assert found.between_worlds == pytest.approx(np.sqrt(16.45))
    assert (found.half_week, found.stays_week) == (None, None)
    lower = lived(CHANGE, BASE, LOWER)
    assert (lower.better, lower.worse) == (0.2, 0.6)
    neither = lived(CHANGE, BASE, NEITHER)
    assert (neither.better, neither.worse) == (None, None)
    assert neither.difference == 2.0


def test_worlds_that_differ_less_than_their_seeds_do_not_differ():
    """Both means are 0, each with seeds of variance 2: 0 - 2 / 2 is below nothing."""
    found = lived([[-1, 1], [1, -1]], np.zeros((2, 2)), HIGHER)
    assert (found.between_worlds, found.computing_error) == (0.0, 0.0)
    assert found.between_seeds == pytest.approx(np.sqrt(2.0))


def test_two_worlds_are_enough_for_a_spread():
    """Means 1 and 3: variance 2, standard error 1; seeds agree, so it is all between worlds."""
    found = lived([[1, 1], [3, 3]], np.zeros((2, 2)), HIGHER)
    assert found.computing_error == pytest.approx(1.0)
    assert found.between_worlds == pytest.approx(np.sqrt(2.0))
    assert found.between_seeds == 0.0


def test_one_world_has_no_spread_and_none_nothing():
    """Seeds 1 and 5: mean 3, variance 8."""
    one = lived([[1, 5]], [[0, 0]], HIGHER)
    assert (one.difference, one.low, one.high, one.better) == (3.0, 3.0, 3.0, 1.0)
    assert one.between_seeds == pytest.approx(np.sqrt(8.0))
    assert np.isnan([one.computing_error, one.between_worlds]).all()
    none = lived([[NAN, NAN]], [[NAN, NAN]], HIGHER)
    assert np.isnan([none.difference, none.low, none.high, none.between_seeds]).all()
    assert np.isnan([none.baseline, none.computing_error, none.between_worlds]).all()
    assert (none.better, none.worse) == (None, None)


def test_the_variance_between_worlds_is_found_again():
    """Worlds of variance 4, seeds of variance 9, 20,000 worlds: within 3 %, five standard errors.

    Left uncorrected the worlds' means would have variance 4 + 9 / 2.
    """
    draws = np.random.default_rng(5)
    change = draws.normal(0.0, 2.0, (20_000, 1)) + draws.normal(0.0, 3.0, (20_000, 2))
    found = lived(change, np.zeros_like(change), HIGHER)
    assert found.between_worlds == pytest.approx(2.0, rel=0.03)
    assert found.between_seeds == pytest.approx(3.0, rel=0.03)
    assert found.computing_error == pytest.approx(np.sqrt(8.5 / 20_000), rel=0.03)


@pytest.mark.parametrize(
    "better, worse, low, high, clear",
    [
        (0.8, 0.2, -1, 1, True),
        (0.799, 0.201, -1, 1, False),
        (0.2, 0.8, -1, 1, True),
        (0.79, 0.0, 1, 2, False),
        (0.0, 0.79, 1, 2, False),
        (0.0, 0.0, 1, 2, False),
        (None, None, 0, 1, False),
        (None, None, 0.01, 1, True),
        (None, None, -1, 0, False),
        (None, None, -1, -0.01, True),
        (None, None, -1, 1, False),
    ],
)
def test_clear_is_what_eight_in_ten_worlds_agree_on(better, worse, low, high, clear):
    """A measure without a direction: what 9 in 10 worlds have on one side of nothing."""
    known = Difference("a", "b", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)
    assert replace(known, better=better, worse=worse, low=low, high=high).clear == clear


def test_the_rules_are_the_stated_ones():
    assert (LIKELY, RANGE, SEEDS_PER_WORLD) == (0.8, (0.05, 0.95), 2)


def test_means_of_what_is_there():
    """Rows: (1 + 3) / 2, 5, none; columns: 1, (3 + 5) / 2."""
    values = np.array([[1.0, 3.0], [NAN, 5.0], [NAN, NAN]])
    np.testing.assert_array_equal(mean_of_present(values, axis=1), [2.0, 5.0, NAN])
    np.testing.assert_array_equal(mean_of_present(values, axis=0), [1.0, 4.0])


def test_half_is_reached_at_half_and_not_at_a_third():
    """Worlds' means 0, 5, 6, 9, 12: half of 12 in week 2, a third in week 1, more in week 3."""
    courses = np.array([[0.0, 4, 6, 8, 10], [0.0, 6, 6, 10, 14]])
    assert when(courses, HIGHER)[0] == 2
    assert when(-courses, HIGHER)[0] == 2
    assert when(courses + np.array([0.0, -1, -0.1, 0, 0]), HIGHER)[0] == 3
    # Down first: 6 the wrong way is no half.
    assert when(np.array([[0.0, -6, 1, 12]]), HIGHER)[0] == 3
    assert when(np.array([[0.0, 6, 0]]), HIGHER)[0] is None
    assert when(np.array([[0.0, 6, NAN]]), HIGHER)[0] is None
    # A world that is missing in a week is left out of its mean: 0, 6, 12.
    assert when(np.array([[0.0, 6, 12], [0.0, NAN, 12]]), HIGHER)[0] == 1


def test_half_of_a_small_difference():
    """Means 0, 0.2, 0.5: half of 0.5 in week 2; and of 0.4 exactly in week 1."""
    assert when(np.array([[0.0, 0.2, 0.5]]), HIGHER)[0] == 2
    assert when(np.array([[0.0, 0.2, 0.4]]), HIGHER)[0] == 1


def test_a_change_holds_from_where_eight_in_ten_worlds_stay():
    """Five worlds: better to the end from weeks 1, 1, 2, 3 and never: 4 of 5 from week 3 on."""
    courses = np.array(
        [[0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [1, 0, 1, 1, 1], [1, 1, 0, 1, 1], [1, 1, 1, 1, 0]]
    ).astype(float)
    assert when(courses, HIGHER)[1] == 3
    assert when(-courses, LOWER)[1] == 3
    assert when(courses, LOWER)[1] is None
    assert when(courses[2:], HIGHER)[1] is None  # 2 of 3 worlds
    assert when(courses[:4], HIGHER)[1] == 3  # 3 of 4 in week 2 would do at 0.7
    assert when(np.ones((5, 3)), HIGHER)[1] == 0


def test_a_course_is_the_scenario_s_less_the_base_s():
    """Base 1 throughout, policy 1, 2, 4: differences 0, 1, 3: half in week 2, better from 1."""
    base = np.ones((2, 3))
    series = {HIGHER.name: np.stack([base, base - 5, base + np.array([0.0, 1, 3])])}
    found = lived([[1, 1], [3, 3]], np.zeros((2, 2)), HIGHER, series=series)
    assert (found.half_week, found.stays_week) == (2, 1)
    other = lived([[1, 1], [3, 3]], np.zeros((2, 2)), LOWER, series=series)
    assert (other.half_week, other.stays_week) == (None, None)


def test_quantiles_of_what_is_there_are_the_same_whether_or_not_something_is_missing():
    """Of 0, 1, ... 10 the 5 % quantile is 0.5; of 0, 10 and 20 it is 1, of one value that value."""
    whole = np.arange(11.0)[:, None] * [1.0, 2.0]
    assert quantiles_of_present(whole, (0.05, 0.5, 0.95)).tolist() == [
        [0.5, 1.0],
        [5, 10],
        [9.5, 19],
    ]
    some = np.array([[0.0, NAN, 7.0], [20.0, 3.0, 7.0], [10.0, NAN, 7.0]])
    found = quantiles_of_present(some, (0.05, 0.5))
    assert found.tolist() == [[1.0, 3.0, 7.0], [10.0, 3.0, 7.0]]
    draws = np.random.default_rng(1).normal(size=(40, 25))
    told = quantiles_of_present(draws, RANGE)
    assert (told == np.nanquantile(draws, RANGE, axis=0)).all()
