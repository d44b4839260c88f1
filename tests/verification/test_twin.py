"""The plain twin, written from the ODD alone, and the compiled core agree to the last bit.

Every state of every practitioner, family and tie, and every total, in every week.
"""

import math

import pytest

from colsim.core.engine import prepare
from colsim.core.levers import lever_table
from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import draw_world, pack_parameters
from colsim.core.schedule import advance
from colsim.scenarios.levers import LEVERS
from tests.twin.model import Twin
from tests.worlds import small_layout, use

NOT_COMPARED = {"_rest", "key", "origin", "effort", "hours_left", "filled", "succession"}
"""Of practitioners: what the core keeps for its own use, and what is compared apart."""
FAMILY_EXTRA = {"_rest", "key", "next_return", "arrival", "locality", "active", "origin"}


def same(one, other):
    """Return whether two values are equal to the last bit."""
    if isinstance(one, float) or isinstance(other, float):
        one, other = float(one), float(other)
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return int(one) == int(other)


def flat(value):
    return value.tolist() if hasattr(value, "tolist") else value


def disagreements(world, snapshot, week):
    """Return where world and snapshot differ: (what, which, state, core, twin)."""
    found = []

    def check(what, which, state, core, twin):
        core, twin = flat(core), flat(twin)
        cores = core if isinstance(core, list) else [core]
        twins = list(twin) if isinstance(twin, (list, tuple)) else [twin]
        if len(cores) != len(twins) or not all(map(same, cores, twins)):
            found.append((what, which, state, core, twin))

    for k, (record, twin) in enumerate(
        zip(world.practitioners, snapshot["practitioners"], strict=True)
    ):
        check("practitioner", k, "filled", record["filled"], twin["filled"])
        check("practitioner", k, "succession", record["succession"], twin["succession"])
        if record["filled"] and twin["filled"]:
            for name in set(world.practitioners.dtype.names) - NOT_COMPARED:
                check("practitioner", k, name, record[name], twin[name])
    for k, (record, twin) in enumerate(zip(world.families, snapshot["families"], strict=True)):
        check("family", k, "origin", record["origin"], twin["origin"])
        check("family", k, "active", record["active"], twin["active"])
        if record["active"] or record["closed"] >= 0:
            for name in set(world.families.dtype.names) - FAMILY_EXTRA:
                check("family", k, name, record[name], twin[name])
    ties = snapshot["ties"]
    check("tie", "all", "familiarity", world.tie_familiarity, ties["familiarity"])
    check("tie", "all", "trust_cm", world.tie_trust_cm, ties["trust_cm"])
    check("tie", "all", "trust_mc", world.tie_trust_mc, ties["trust_mc"])
    check("tie", "all", "last", world.tie_last, ties["last"])
    spanner = snapshot["spanner_ties"]
    check("spanner tie", "all", "familiarity", world.spanner_familiarity, spanner["familiarity"])
    check("spanner tie", "all", "trust", world.spanner_trust, spanner["trust"])
    if week > 0:
        for name, index in TOTAL_INDEX.items():
            check("total", week, name, world.totals[week - 1, index], snapshot["totals"][name])
    check("latency", 0, "csc", world.latency[0], snapshot["latency"][0])
    check("latency", 1, "amh", world.latency[1], snapshot["latency"][1])
    return found


def assert_agreement(layout, levers, parameters, *, seed, weeks, burn_in):
    """Live core and twin side by side; fail with the first disagreements."""
    world = prepare(
        layout, levers, pack_parameters(parameters), seed=seed, weeks=weeks, burn_in=burn_in
    )
    twin = Twin(layout, levers, parameters, seed=seed, weeks=weeks, burn_in=burn_in)
    for week in range(weeks + burn_in + 1):
        if week:
            advance(world, 1)
            twin.step()
        found = disagreements(world, twin.snapshot(), week)
        assert not found, f"week {week}: {len(found)} disagreements, the first: {found[:6]}"


@pytest.mark.parametrize("name", [None, *LEVERS])
def test_each_lever_alone(name):
    layout = small_layout()
    names = [] if name is None else [name]
    uses = [use(n, layout, ramp=5, start=-3) for n in names]
    levers = lever_table(uses, teams=len(layout.teams))
    assert_agreement(layout, levers, {}, seed=11, weeks=40, burn_in=20)


def test_all_levers_together_for_two_authorities():
    layout = small_layout(authorities=2)
    uses = [use(n, layout, ramp=5, start=-3, end=40) for n in LEVERS]
    levers = lever_table(uses, teams=len(layout.teams))
    assert_agreement(layout, levers, {}, seed=12, weeks=60, burn_in=20)


@pytest.mark.parametrize("seed", range(6))
def test_plausible_worlds(seed):
    layout = small_layout(csw=9 + seed, mhsw=4, mhsw_teams=2 + seed % 2, shared_families=12)
    names = [n for k, n in enumerate(LEVERS) if (seed >> k % 3) & 1 or k == seed]
    uses = [use(n, layout, ramp=1 + seed) for n in names]
    levers = lever_table(uses, teams=len(layout.teams))
    world = draw_world(seed) | {"leave_csw": 0.8, "leave_mhsw": 0.8, "return_rate": 0.3}
    assert_agreement(layout, levers, world, seed=seed, weeks=50, burn_in=10)


def test_the_comparison_can_fail():
    """A twin of a slightly different model is found out, so agreement means something."""
    layout = small_layout()
    levers = lever_table([], teams=len(layout.teams))
    world = prepare(layout, levers, pack_parameters(), seed=1, weeks=10, burn_in=10)
    twin = Twin(layout, levers, {"trust_rate": 0.2500001}, seed=1, weeks=10, burn_in=10)
    advance(world, 20)
    twin.run()
    assert {what for what, *_ in disagreements(world, twin.snapshot(), 20)} >= {"tie"}
