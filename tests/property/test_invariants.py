"""What must hold in every week of every valid scenario.

The same 25 scenarios in every run; set COLSIM_EXAMPLES to search among that many new ones.
"""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colsim.core.engine import prepare
from colsim.core.levers import lever_table
from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import PARAMETERS, draw_world, pack_parameters
from colsim.core.schedule import PHASES, begin_week, end_week, everywhere
from colsim.scenario.levers import LEVERS
from tests.worlds import small_layout, use

pytestmark = pytest.mark.slow

SHARES = (
    "role_knowledge", "confidence", "orientation", "stance", "alliance_protection", "belonging",
    "wellbeing",
)  # fmt: skip
FAMILY_SHARES = (
    "severity", "risk", "complexity", "improvement", "anxiety", "csw_anxiety", "engagement",
    "compliance", "trust", "belief",
)  # fmt: skip
EPSILON = 1e-12


@st.composite
def scenarios(draw):
    localities = draw(st.integers(1, 3))
    mhsw_teams = draw(st.integers(localities, 4))
    layout = small_layout(
        authorities=draw(st.integers(1, 2)),
        localities=localities,
        csw=draw(st.integers(localities, 20)),
        csw_team_size=draw(st.integers(1, 8)),
        mhsw=draw(st.integers(mhsw_teams, 8)),
        mhsw_teams=mhsw_teams,
        shared_families=draw(st.integers(1, 30)),
        spanner_posts=3,
    )
    names = draw(st.sets(st.sampled_from(sorted(LEVERS))))
    uses = []
    for name in sorted(names):
        lever = LEVERS[name]
        high = min(lever.high, 3.0) if lever.has_posts else lever.high
        start = draw(st.integers(-5, 20))
        uses.append(
            use(
                name,
                layout,
                strength=draw(st.floats(lever.low, high)),
                start=start,
                ramp=draw(st.integers(1, 20)),
                end=draw(st.one_of(st.none(), st.integers(start + 1, 40))),
            )
        )
    world = draw_world(draw(st.integers(0, 10_000)))
    return layout, lever_table(uses, teams=len(layout.teams)), world, draw(st.integers(0, 2**40))


def check_states(world):
    people = world.practitioners[world.practitioners["filled"]]
    for name in SHARES:
        assert people[name].min(initial=0) >= -EPSILON, name
        assert people[name].max(initial=0) <= 1 + EPSILON, name
    for name in ("narrative", "perceived_image"):
        assert np.abs(people[name]).max(initial=0) <= 1 + EPSILON, name
    for name in FAMILY_SHARES:
        assert world.families[name].min(initial=0) >= -EPSILON, name
        assert world.families[name].max(initial=0) <= 1 + EPSILON, name
    for name in ("tie_familiarity", "tie_trust_cm", "tie_trust_mc", "spanner_familiarity"):
        values = getattr(world, name)
        assert values.min(initial=0) >= 0, name
        assert values.max(initial=0) <= 1 + EPSILON, name
    assert (people["budget"] >= 0).all()
    assert (people["hours_left"] >= -EPSILON).all()


def check_facts(world):
    families = world.families
    known, received = families["known"], families["received"]
    assert not (known & received).any()
    # A fact that is understood has been discovered or disclosed in some week up to now.
    for fact in range(16):
        held = ((known >> fact) & 1).any(axis=1)
        assert (families["first_known"][held, fact] >= 0).all()
        assert (families["first_known"][held, fact] <= world.clock[0]["week"]).all()
    # A fact that was received was known to somebody before.
    for fact in range(16):
        held = ((received >> fact) & 1).any(axis=1)
        assert (families["first_known"][held, fact] >= 0).all()


def check_ties(world):
    """No tie to someone who has left: a vacant post has no familiarity and knows nobody."""
    for authority in world.authorities:
        n_csw, n_mhsw = authority["posts"][0], authority["posts"][1]
        first = authority["first_tie"]
        shape = (n_csw, n_mhsw)
        familiarity = world.tie_familiarity[first : first + n_csw * n_mhsw].reshape(shape)
        last = world.tie_last[first : first + n_csw * n_mhsw].reshape(shape)
        for axis, service in ((0, 0), (1, 1)):
            start = authority["first_post"][service]
            posts = world.practitioners[start : start + authority["posts"][service]]
            vacant = ~posts["filled"]
            assert not np.compress(vacant, familiarity, axis=axis).any()
            assert (np.compress(vacant, last, axis=axis) == -1).all()


def check_leads(world):
    families = world.families[world.families["active"]]
    for s in (0, 1):
        leads = families["lead"][:, s]
        assert (families["open"][leads >= 0, s] == 1).all()
        assert world.practitioners["filled"][leads[leads >= 0]].all()
        load = np.bincount(leads[leads >= 0], minlength=len(world.posts))
        mine = world.posts["service"] == s
        assert (world.practitioners["shared_load"][mine] == load[mine]).all()
    assert (families["open"].sum(axis=1) > 0).all()


def check_conservation(world):
    totals = world.totals[: world.clock[0]["week"]].sum(axis=0)
    initial = int((world.families["arrival"] == -1).sum())
    assert world.rosters["arrived"].sum() == initial + totals[TOTAL_INDEX["arrivals"]]
    kinds = sum(totals[TOTAL_INDEX[k]] for k in ("joint", "nominal", "single"))
    assert kinds == totals[TOTAL_INDEX["plans"]]
    chain = [
        totals[TOTAL_INDEX[k]]
        for k in ("plans", "talked", "understood", "agreed", "took_part", "joint")
    ]
    assert chain == sorted(chain, reverse=True)
    # Closed families are not active, and those who return were closed before.
    assert totals[TOTAL_INDEX["returns"]] <= totals[TOTAL_INDEX["closures"]]
    active = world.active_families
    assert len(set(active.tolist())) == len(active)
    assert world.families["active"].sum() == len(active)


def check_joint_plans(world, before):
    """Every plan that the week calls joint satisfies its definition, seen from outside."""
    p = {name: world.parameters[name][0] for name in PARAMETERS}
    made = (world.families["plans"] == before["plans"] + 1) & (world.families["depth"] == 4)
    for family in before[made]:
        assert family["talked"]
        assert family["discussed"]
        assert abs(family["belief"][0] - family["belief"][1]) <= p["risk_tolerance"]
        for s in (0, 1):
            theirs = [f for f in range(16) if family["known"][1 - s] >> f & 1]
            both = [f for f in theirs if family["known"][s] >> f & 1]
            needed = sum(family["weight"][theirs]) * p["joint_understanding"]
            assert sum(family["weight"][both]) >= needed - EPSILON
        assert (family["lead"] >= 0).all()


@settings(
    max_examples=int(os.environ.get("COLSIM_EXAMPLES", "25")),
    deadline=None,
    derandomize="COLSIM_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(scenarios())
def test_invariants_hold_in_every_week(scenario):
    layout, levers, parameters, seed = scenario
    world = prepare(layout, levers, pack_parameters(parameters), seed=seed, weeks=40, burn_in=10)
    capacity = world.posts["hours"]
    for _ in range(50):
        everywhere(begin_week, world)
        for phase in PHASES:
            before = world.families.copy() if phase.__name__ == "plan" else None
            everywhere(phase, world)
            if before is not None:
                check_joint_plans(world, before)
            if phase.__name__ == "experience":
                assert (world.practitioners["spent"] <= capacity + EPSILON).all()
        end_week(world)
        check_states(world)
        check_facts(world)
        check_ties(world)
        check_leads(world)
        check_conservation(world)
