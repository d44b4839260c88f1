"""Quantities of teams are set only where they move: the bits are those of setting them always."""

import numpy as np
import pytest

from colsim.core.engine import prepare
from colsim.core.parameters import pack_parameters
from colsim.core.schedule import advance
from colsim.core.state import copy_world
from colsim.scenario.levers import LEVERS
from tests.worlds import differing, policy, small_layout

WHEN = {
    "from the start": {},
    "later, for a while": {"start": 3, "end": 12},
    "growing": {"start": 2, "ramp": 5},
    "growing, and gone before it has grown": {"start": 1, "ramp": 9, "end": 6},
    "for one week": {"start": 4, "end": 5},
    "never": {"start": 6, "end": 6},
}


def _lived(world, weeks, *, anew):
    """Return the quantities of each week; `anew` has them set in each."""
    seen = []
    for _ in range(weeks):
        if anew:
            world.rosters["settled"] = 0
        advance(world, 1)
        seen.append(world.quantities.copy())
    return np.array(seen)


@pytest.mark.parametrize("when", WHEN.values(), ids=WHEN)
@pytest.mark.parametrize("authorities", [1, 2])
def test_what_does_not_move_is_not_set(when, authorities):
    layout = small_layout(authorities=authorities)
    levers = policy(layout, *LEVERS, **when)
    begun = prepare(layout, levers, pack_parameters(), seed=1, weeks=24, burn_in=2)
    once, always = copy_world(begun), copy_world(begun)
    assert np.array_equal(_lived(once, 26, anew=False), _lived(always, 26, anew=True))
    assert differing(once, always) == []


def test_a_rule_that_teams_have_without_a_policy_wears_off_every_week():
    layout = small_layout()
    world = prepare(layout, policy(layout), pack_parameters(), seed=1, weeks=20, burn_in=2)
    q = list(world.policy.dtype.names).index("protocol_contact")
    world.base[0, q] = 0.5
    force = _lived(world, 20, anew=False)[:, 0, q]
    assert (np.diff(force) < 0).all()


def test_a_copy_with_other_levers_sets_theirs_in_its_first_week():
    layout = small_layout()
    levers = policy(layout, "co_location")
    world = prepare(layout, levers, pack_parameters(), seed=1, weeks=20, burn_in=2)
    advance(world, 9)
    assert world.policy["shared_days"].any()
    without = copy_world(world, levers=policy(layout))
    advance(without, 1)
    assert not without.policy["shared_days"].any()
    again = copy_world(without, levers=levers)
    advance(again, 1)
    assert np.array_equal(again.policy["shared_days"], world.policy["shared_days"])
