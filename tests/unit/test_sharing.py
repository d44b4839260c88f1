"""Scenarios that share a world: the bits of running each alone, and no week lived twice."""

import gc
from dataclasses import replace

import numpy as np
import pytest

from colsim.core.engine import simulate
from colsim.core.levers import LeverUse, lever_table
from colsim.core.parameters import draw_world, pack_world
from colsim.core.state import World
from colsim.experiments import sharing
from colsim.experiments.runner import compile_together
from colsim.experiments.sharing import Together
from colsim.scenario import load_scenario
from colsim.scenario.compiling import Compiled
from colsim.scenario.loading import load_policy
from colsim.scenario.shipped import kind_of, preset_files
from tests.worlds import differing, small_layout

BURN_IN, WEEKS, SEED = 30, 20, 11
DRAWN = draw_world(5)
LENGTH = {"run.weeks": WEEKS, "run.burn_in": BURN_IN}
EARLY = {"levers.improvement_journey.start": -20, "levers.improvement_journey.end": 10}


def alone(one):
    return simulate(
        one.layout,
        one.levers,
        pack_world(DRAWN, one.parameters),
        seed=SEED,
        weeks=one.weeks,
        burn_in=one.burn_in,
    )


def lived(together):
    """Return what runs say together: what differs from each alone, and the weeks lived."""
    found, weeks = {}, []
    whole = sharing.advance

    def advance(world, count):
        weeks.append(count)
        whole(world, count)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing, "advance", advance)
        expected = [alone(one) for one in together.compiled]
        for members, different in together.live(
            lambda world: [differing(world, one) for one in expected], drawn=DRAWN, run_seed=SEED
        ):
            assert not isinstance(different, Exception), different
            found |= {k: different[k] for k in members}
    assert sorted(found) == list(range(len(together.compiled)))
    return [found[k] for k in sorted(found)], sum(weeks)


def presets(kind):
    return [name for name in preset_files() if kind_of(name) == kind]


@pytest.mark.parametrize("under", [(), ("austerity", "improvement_journey")])
def test_every_policy_has_the_bits_of_running_alone(under):
    """Also under what began in the burn-in and ends in the weeks of policy, for all alike."""
    changes = LENGTH | (EARLY if "improvement_journey" in under else {})
    names = [name for name in preset_files() if kind_of(name) == "policies"]
    if "austerity" in under:
        names = [name for name in names if "caseload_cap" not in load_policy(name).levers]
    loaded = [
        load_scenario("desktop", policies, under=under, overrides=changes)
        for policies in ([], *([name] for name in names))
    ]
    together = Together.of(compile_together(loaded))
    (fork,) = together.forks
    assert fork.week == BURN_IN, "circumstances in the burn-in are everybody's"
    different, weeks = lived(together)
    assert not any(different)
    # `funding_ends` is `boundary_spanners` whose end lies after the run: one and the same.
    assert len(fork.ends) == len(loaded) - 1
    assert weeks == BURN_IN + WEEKS * len(fork.ends)


LAYOUT = small_layout()
TEAMS = len(LAYOUT.teams)


def use(strength, **changes):
    settings = {"channels": (("shared_days", 1.0, "scale"),), "covered": (True,) * TEAMS}
    return LeverUse(strength, **(settings | changes))


def one(*uses, **changes):
    plain = Compiled(LAYOUT, lever_table(uses, teams=TEAMS), {}, WEEKS, BURN_IN)
    return replace(plain, **changes)


@pytest.mark.parametrize(
    "scenarios, parts, weeks",
    [
        pytest.param([one(), one()], [50], 50, id="the same is lived once"),
        pytest.param([one(), one(use(2.0))], [30], 70, id="from the first week of policy"),
        pytest.param([one(), one(use(2.0, start=7))], [37], 63, id="from its start"),
        pytest.param([one(), one(use(2.0, start=-12))], [18], 82, id="a start in the burn-in"),
        pytest.param([one(), one(use(2.0, start=-30))], [0], 100, id="from the beginning"),
        pytest.param([one(), one(use(2.0, start=20))], [50], 50, id="a start after the run"),
        pytest.param([one(), one(use(2.0, covered=(False,) * TEAMS))], [50], 50, id="nobody"),
        pytest.param([one(), one(use(2.0, channels=()))], [50], 50, id="no channel"),
        pytest.param(
            [one(use(2.0, start=-25)), one(use(2.0, start=-25), use(1.0))],
            [30],
            70,
            id="what acts in the burn-in acts in both",
        ),
        pytest.param(
            [one(use(2.0)), one(use(2.0, end=9)), one(use(2.0, end=9))],
            [39],
            61,
            id="alike until one ends",
        ),
        pytest.param(
            [one(), one(use(2.0)), one(use(2.0, end=9)), one(use(3.0))],
            [30],
            30 + 20 + 20 + 9 + 11 + 11,
            id="branches branch again",
        ),
        pytest.param(
            [one(use(2.0, ramp=4)), one(use(2.0)), one(use(2.0, reach=0.5))],
            [30],
            90,
            id="ramp and reach are part of it",
        ),
        pytest.param(
            [one(use(2.0)), one(use(2.0, covered=(True,) * (TEAMS - 1) + (False,)))],
            [30],
            70,
            id="who is covered is part of it",
        ),
        pytest.param(
            [
                one(use(0.5, channels=(("openness", 1.0, "scale"), ("openness", 0.5, "towards")))),
                one(use(0.5, channels=(("openness", 0.5, "towards"), ("openness", 1.0, "scale")))),
            ],
            [30],
            70,
            id="the order of channels is part of it",
        ),
        pytest.param([one(), one(parameters={"leave_csw": 0.3})], [50, 50], 100, id="parameters"),
        pytest.param([one(), one(burn_in=31)], [50, 51], 101, id="another burn-in"),
        pytest.param([one(), one(weeks=21)], [50, 51], 101, id="another length"),
        pytest.param(
            [one(), one(layout=small_layout(shared_families=17))], [50, 50], 100, id="organisation"
        ),
        pytest.param(
            [one(), one(layout=small_layout(spanner_posts=4))], [50, 50], 100, id="room for posts"
        ),
    ],
)
def test_what_is_shared_is_what_the_tables_say(scenarios, parts, weeks):
    together = Together.of(scenarios)
    assert [fork.week for fork in together.forks] == parts
    different, lived_weeks = lived(together)
    assert not any(different)
    assert lived_weeks == weeks


@pytest.mark.parametrize("room, most, weeks", [(0, 2, 121), (sharing.ROOM, 3, 112)])
def test_large_worlds_are_held_two_at_a_time(monkeypatch, request, room, most, weeks):
    """With no room a branch does not branch again: more weeks are lived, and fewer worlds held."""
    monkeypatch.setattr(sharing, "ROOM", room)
    scenarios = [one(), one(use(2.0)), one(use(2.0, end=9)), one(use(3.0)), one(use(3.0, end=9))]
    together, held = Together.of(scenarios), []
    request.addfinalizer(gc.unfreeze)
    gc.freeze()  # what there was before is not looked at again and again

    def observe(world):
        gc.collect()
        worlds = [w for w in gc.get_objects() if type(w) is World and w.posts is LAYOUT.posts]
        held.append(len({w.families.ctypes.data for w in worlds}))

    assert len(list(together.live(observe, drawn=DRAWN, run_seed=SEED))) == 5
    assert max(held) == most
    different, lived_weeks = lived(together)
    assert not any(different)
    assert lived_weeks == weeks


def test_one_branch_that_fails_leaves_the_others(monkeypatch):
    scenarios = [one(), one(use(2.0)), one(use(2.0, end=9)), one(use(3.0))]
    whole = sharing.advance

    def advance(world, weeks):
        if len(world.levers) and world.levers[0]["strength"] == 3.0:
            raise MemoryError("no room")
        whole(world, weeks)

    monkeypatch.setattr(sharing, "advance", advance)
    found = {}
    for members, kept in Together.of(scenarios).live(
        lambda world: world.totals.copy(), drawn=DRAWN, run_seed=SEED
    ):
        found |= dict.fromkeys(members, kept)
    assert sorted(found) == [0, 1, 2, 3]
    assert isinstance(found[3], MemoryError)
    for k in (0, 1, 2):
        assert np.array_equal(found[k], alone(scenarios[k]).totals)


@pytest.mark.parametrize("room, kept", [(0, 0), (sharing.ROOM, 1)])
def test_scenarios_asked_for_one_by_one_share_a_burn_in_while_there_is_room(
    monkeypatch, room, kept
):
    """Equal to each alone; a lever in the burn-in, another length or world share nothing."""
    weeks, whole = [], sharing.advance

    def advance(world, count):
        weeks.append(count)
        whole(world, count)

    monkeypatch.setattr(sharing, "advance", advance)
    monkeypatch.setattr(sharing, "ROOM", room)
    trunks, drawn = sharing.Trunks(), pack_world(DRAWN, {})
    alike = [one(), one(use(2.0)), one(use(3.0, start=5)), one(use(2.0, end=9)), one()]
    for scenario in alike:
        assert not differing(trunks.live(scenario, drawn, run_seed=SEED), alone(scenario))
    lived_weeks = (BURN_IN if kept else BURN_IN * len(alike)) + WEEKS * len(alike)
    assert sum(weeks) == lived_weeks
    for scenario in (
        one(use(2.0, start=-12)),
        one(burn_in=31),
        one(weeks=21),
        one(layout=small_layout(shared_families=17)),
    ):
        assert not differing(trunks.live(scenario, drawn, run_seed=SEED), alone(scenario))
    assert sum(weeks) == lived_weeks + 3 * BURN_IN + 31 + 4 * WEEKS + 1
    other = trunks.live(one(), pack_world(draw_world(6), {}), run_seed=SEED)
    assert differing(other, alone(one()))
    assert differing(trunks.live(one(), drawn, run_seed=SEED + 1), alone(one()))
