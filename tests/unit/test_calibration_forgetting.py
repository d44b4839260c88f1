"""Burn-in of two years is enough: from opposite starts interviews would be the same."""

import numpy as np
import pytest

from colsim.calibration.interviewing.quantities import QUANTITIES, SERVICES, Staff, read_quantities
from colsim.core.engine import prepare
from colsim.core.parameters import draw_world, pack_parameters
from colsim.core.schedule import advance
from colsim.scenario import load_scenario
from colsim.scenario.compiling import compile_scenario

NAMES = tuple(QUANTITIES)
WORLDS = 24
"""With a quarter of them, chance alone takes two starts as far apart as what is asked."""
LONGEST = 56.0
"""Weeks in which a half is forgotten at the longest that is plausible."""


def start(world, usual):
    """Put everybody at one end of what they can be: all good and full of memories, or neither."""
    people = world.practitioners
    high = usual is not None
    people["memory"][:] = 0.0
    for service in range(2) if high else ():
        people["memory"][world.posts["service"] == service] = 2.0 * usual[service]
    for name in ("role_knowledge", "confidence", "orientation", "stance", "wellbeing", "belonging"):
        people[name][:] = float(high)
    for name in ("narrative", "perceived_image"):
        people[name][:] = 1.0 if high else -1.0
    for ties in (world.tie_trust_cm, world.tie_trust_mc, world.tie_familiarity):
        ties[:] = float(high)
    world.team_story[:] = 1.0 if high else -1.0
    world.families["trust"][world.families["active"]] = float(high)


RARE = ("remembered_given_up", "refusal_share")
"""What hardly anybody remembers, so that one more or less is a large share."""
LIMIT = 0.7
"""Of the spread between worlds: as much may be left of opposite starts."""


def lived(compiled, seed, usual, *, half_life, burn_in=104, untouched=False):
    drawn = {**draw_world(seed), "half_life": half_life, **compiled.parameters}
    world = prepare(
        compiled.layout, compiled.levers, pack_parameters(drawn),
        seed=seed, weeks=compiled.weeks, burn_in=burn_in,
    )  # fmt: skip
    if not untouched:
        start(world, usual)
    advance(world, burn_in + compiled.weeks)
    return Staff(world, 0)


def left_of_starts(half_life):
    """Return how far apart two starts end, in spreads between worlds, by quantity and service."""
    interviewed = load_scenario("robinscar_as_interviewed").scenario
    small = load_scenario("desktop").scenario.organisation
    compiled = compile_scenario(interviewed.model_copy(update={"organisation": small}))
    first = lived(compiled, 1, None, half_life=LONGEST, burn_in=260, untouched=True)
    n = len(first.posts[0])
    usual = first.memory[:n].mean(axis=0), first.memory[n:].mean(axis=0)

    def means(seed, of):
        staff = lived(compiled, seed, of, half_life=half_life)
        values, n = read_quantities(staff, NAMES), len(staff.posts[0])  # in post, so never the same
        return np.stack([values[:n].mean(axis=0), values[n:].mean(axis=0)])

    found = np.array([[means(seed, of) for of in (None, usual)] for seed in range(WORLDS)])
    between = found.mean(axis=1).std(axis=0)
    apart = np.abs((found[:, 1] - found[:, 0]).mean(axis=0))
    return {
        (name, service): apart[s, k] / between[s, k]
        for s, service in enumerate(SERVICES)
        for k, name in enumerate(NAMES)
        if service in QUANTITIES[name].services and name not in RARE
    }


@pytest.mark.slow
def test_opposite_starts_are_forgotten_in_two_years_and_the_time_of_the_policy():
    left = left_of_starts(LONGEST)
    assert {which: x for which, x in left.items() if x >= LIMIT} == {}
    assert np.median(list(left.values())) < 0.2


@pytest.mark.slow
def test_what_lasts_twice_as_long_would_not_be_forgotten():
    left = left_of_starts(2.0 * LONGEST)
    assert sum(x >= LIMIT for x in left.values()) > 5
