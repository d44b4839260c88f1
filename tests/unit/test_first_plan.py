"""Time to the first joint plan, on made-up families whose answers are worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from colsim.experiments.observed import HORIZON, count_exits, incidence, restricted_mean

JOINT, ENDED, CENSORED = (1, 0, 0), (0, 1, 0), (0, 0, 1)


def exits_of(families, *, week, burn_in):
    """Count the exits of families that are given as (since, until, first joint plan)."""
    names = ("shared_since", "shared_until", "first_joint")
    world = SimpleNamespace(
        families=np.array(families, [(name, "i4") for name in names]),
        clock=np.array([(week, burn_in)], [("week", "i8"), ("burn_in", "i8")]),
    )
    return count_exits(world)


def table(**rows):
    """Return exits that are nothing but in the weeks given, as w3=(1, 0, 0)."""
    exits = np.zeros((53, 3), np.int64)
    for week, row in rows.items():
        exits[int(week[1:])] = row
    return exits


def test_the_horizon_is_a_year():
    assert HORIZON == 52


@pytest.mark.parametrize(
    "family, week, exit_",
    [
        ((9, 20, 15), "w0", (0, 0, 0)),  # shared before the policy: not counted
        ((-1, -1, -1), "w0", (0, 0, 0)),  # never shared
        ((10, -1, 13), "w3", JOINT),  # joint after 3 weeks, still shared
        ((10, -1, 10), "w0", JOINT),  # at once
        ((10, 16, 16), "w6", JOINT),  # in the very week in which sharing ends
        ((10, 16, 17), "w6", ENDED),  # of a later spell
        ((10, 14, -1), "w4", ENDED),
        ((10, 10, -1), "w0", ENDED),
        ((70, -1, -1), "w10", CENSORED),  # still waiting at the end
        ((80, -1, -1), "w0", CENSORED),
        ((10, -1, 62), "w52", JOINT),  # in the last week of the horizon
        ((10, -1, 63), "w52", CENSORED),  # after it: still waiting then
        ((10, 62, -1), "w52", ENDED),
        ((10, 63, -1), "w52", CENSORED),
        ((10, -1, -1), "w52", CENSORED),  # waiting for 70 weeks
    ],
)
def test_each_way_out_by_hand(family, week, exit_):
    """The policy begins in week 10, the run ends in week 80."""
    found = exits_of([family], week=80, burn_in=10)
    np.testing.assert_array_equal(found, table(**{week: exit_}))


def test_weeks_count_from_nought():
    """The policy begins in week 0: joint in week 0; ended in week 0; joint in 3, ended in 0."""
    found = exits_of([(0, -1, 0), (0, 0, -1), (0, 0, 3), (0, 0, 0)], week=5, burn_in=0)
    np.testing.assert_array_equal(found, table(w0=(2, 2, 0)))


def test_families_add_up():
    found = exits_of([(10, -1, 13), (12, -1, 15), (11, 14, -1)], week=80, burn_in=10)
    np.testing.assert_array_equal(found, table(w3=(2, 1, 0)))


def test_aalen_johansen_by_hand():
    """Ten families: week 0 two joint; week 1 three ended, one censored; week 2 one joint.

    Incidence 0.2 after week 0; 0.8 still waiting. Week 1: at risk 8, 3 ended: waiting
    0.8 * 5/8 = 0.5. Week 2: at risk 4, one joint: 0.2 + 0.5 / 4 = 0.325.
    """
    exits = table(w0=(2, 0, 0), w1=(0, 3, 1), w2=(1, 0, 0), w52=(0, 0, 3))
    curve = incidence(exits)
    np.testing.assert_allclose(curve[:3], (0.2, 0.2, 0.325))
    np.testing.assert_allclose(curve[3:], 0.325)
    assert restricted_mean(exits) == pytest.approx(0.8 + 0.8 + 0.675 * (HORIZON - 2))
    assert np.isnan(incidence(np.zeros((HORIZON + 1, 3), np.int64))).all()


def test_the_last_week_counts_in_the_incidence_and_not_in_the_mean():
    """Of four families one is joint in week 51, one in 52, two wait: 1/4, then 1/4 + 3/4 * 1/3.

    The mean takes the 52 weeks 0 to 51: 51 + 3/4.
    """
    exits = table(w51=(1, 0, 0), w52=(1, 0, 2))
    np.testing.assert_allclose(incidence(exits)[50:], (0.0, 0.25, 0.5))
    assert restricted_mean(exits) == pytest.approx(51.75)


def test_all_waiting_end_at_once():
    """Both families leave in week 1, one joint: 1/2, and nobody is at risk afterwards."""
    np.testing.assert_allclose(incidence(table(w1=(1, 1, 0))), [0.0] + [0.5] * 52)


def test_the_only_family_is_joint():
    np.testing.assert_array_equal(incidence(table(w1=(1, 0, 0))), [0.0] + [1.0] * 52)


def test_a_table_is_read_apart_from_those_beside_it():
    """The table above after one in which half are joint at once: each has its own curve."""
    ten = table(w0=(2, 0, 0), w1=(0, 3, 1), w2=(1, 0, 0), w52=(0, 0, 3))
    half = table(w0=(1, 0, 0), w52=(0, 0, 1))
    curves = incidence(np.stack([half, ten, half]))
    np.testing.assert_allclose(curves[1, :3], (0.2, 0.2, 0.325))
    np.testing.assert_allclose(curves[[0, 2]], 0.5)


def test_many_tables_at_once():
    """One of two families joint at once; nobody; the one family ended at once."""
    exits = np.stack([table(w0=(1, 0, 0), w52=(0, 0, 1)), table(), table(w0=(0, 1, 0))])
    curves = incidence(exits)
    assert curves.shape == (3, 53)
    np.testing.assert_allclose(curves[0], 0.5)
    assert np.isnan(curves[1]).all()
    np.testing.assert_array_equal(curves[2], 0.0)
    np.testing.assert_allclose(restricted_mean(exits), (26.0, np.nan, 52.0))
