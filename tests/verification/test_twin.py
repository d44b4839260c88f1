"""The plain twin, written from the ODD alone, and the compiled core agree to the last bit.

Every state of every practitioner, family and tie, and every total, in every week.
"""

import math
import os
import random

import numpy as np
import pytest

from colsim.core.engine import prepare
from colsim.core.layout import KnownTie, LocalityPlan, TeamPlan, build_layout
from colsim.core.levers import LeverUse, lever_table
from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import PARAMETERS, draw_world, pack_parameters
from colsim.core.schedule import advance
from colsim.plain.model import Twin
from colsim.scenario.levers import LEVERS
from tests.twin.test_twin_alone import POLICIES
from tests.twin.test_twin_mechanisms import EXTREMES
from tests.worlds import small_layout, use

NOT_COMPARED = {"_rest", "key", "origin", "effort", "hours_left", "filled", "succession"}
"""Of practitioners: what the core keeps for its own use, and what is compared apart."""
FAMILY_EXTRA = {
    "_rest", "key", "next_return", "arrival", "locality", "active", "origin", "spanner_origin",
    "watched",
}  # fmt: skip


def same(one, other):
    """Return whether two values are equal to the last bit."""
    if isinstance(one, float) or isinstance(other, float):
        one, other = float(one), float(other)
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return int(one) == int(other)


def differing(array, values):
    """Return the places at which an array and a list of plain values differ in any bit.

    Numbers are compared whole before one by one, which takes a tenth of the time.
    """
    array = np.ascontiguousarray(array)
    whole = array.dtype.kind != "i" or np.array(values).dtype.kind != "f"  # else 3.5 would be a 3
    if whole and array.tobytes() == np.array(values, array.dtype).tobytes():
        return []
    pairs = zip(array.tolist(), values, strict=True)
    return [(k, one, other) for k, (one, other) in enumerate(pairs) if not alike(one, other)]


def alike(one, other):
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return same(one, other)


def disagreements(world, snapshot, week):
    """Return where world and snapshot differ: (what, which, state, core, twin)."""
    found = []

    def check(what, name, array, values, which=None):
        for k, core, twin in differing(array, values):
            found.append((what, k if which is None else which[k], name, core, twin))

    def check_states(what, records, twins, names, which):
        """Compare the states of some entities, by their numbers."""
        chosen = records[which]
        for name in names:
            check(what, name, chosen[name], [twins[k][name] for k in which], which)

    people, twins = world.practitioners, snapshot["practitioners"]
    everyone = range(len(people))
    check_states("practitioner", people, twins, ("filled", "succession"), list(everyone))
    present = [k for k in everyone if people[k]["filled"] and twins[k]["filled"]]
    check_states("practitioner", people, twins, set(people.dtype.names) - NOT_COMPARED, present)
    families, twins = world.families, snapshot["families"]
    check_states("family", families, twins, ("origin", "active"), list(range(len(families))))
    been = np.flatnonzero((families["active"] != 0) | (families["closed"] >= 0)).tolist()
    check_states("family", families, twins, set(families.dtype.names) - FAMILY_EXTRA, been)
    ties = snapshot["ties"]
    check("tie", "familiarity", world.tie_familiarity, ties["familiarity"])
    check("tie", "trust_cm", world.tie_trust_cm, ties["trust_cm"])
    check("tie", "trust_mc", world.tie_trust_mc, ties["trust_mc"])
    check("tie", "last", world.tie_last, ties["last"])
    check("tie", "met", world.tie_met, ties["met"])
    check("team", "story", world.team_story, snapshot["team_story"])
    check("team", "since", world.team_since, snapshot["team_since"])
    spanner = snapshot["spanner_ties"]
    check("spanner tie", "familiarity", world.spanner_familiarity, spanner["familiarity"])
    check("spanner tie", "trust", world.spanner_trust, spanner["trust"])
    if week > 0:
        names = list(TOTAL_INDEX)
        columns = world.totals[week - 1, [TOTAL_INDEX[name] for name in names]]
        check("total", week, columns, [snapshot["totals"][name] for name in names], names)
    check("latency", "csc", world.latency[0], snapshot["latency"][0])
    check("latency", "amh", world.latency[1], snapshot["latency"][1])
    return found


def test_the_comparison_tells_any_bit():
    assert differing(np.array([1.0, 0.0]), [1.0, 0.0]) == []
    assert differing(np.array([1.0, 0.0]), [1.0, -0.0]) == [(1, 0.0, -0.0)]
    assert differing(np.array([1.0, 2.0]), [1.0, np.nextafter(2.0, 3.0)])[0][0] == 1
    assert differing(np.array([[1, 2], [3, 4]]), [[1, 2], [3, 5]]) == [(1, [3, 4], [3, 5])]
    assert differing(np.array([3]), [3.5]) == [(0, 3, 3.5)]
    with pytest.raises(ValueError, match="zip"):
        differing(np.array([1.0, 2.0]), [1.0])


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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_plausible_worlds(seed):
    layout = small_layout(csw=9 + seed, mhsw=4, mhsw_teams=2 + seed % 2, shared_families=12)
    names = [n for k, n in enumerate(LEVERS) if (seed >> k % 3) & 1 or k == seed]
    uses = [use(n, layout, ramp=1 + seed) for n in names]
    levers = lever_table(uses, teams=len(layout.teams))
    world = draw_world(seed) | {"leave_csw": 0.8, "leave_mhsw": 0.8, "return_rate": 0.3}
    assert_agreement(layout, levers, world, seed=seed, weeks=50, burn_in=10)


FORMS = {name: p.choices for name, p in PARAMETERS.items() if p.kind == "form"}


@pytest.mark.parametrize(
    "name, choice", [(name, c) for name, choices in FORMS.items() for c in choices], ids=str
)
def test_each_form(name, choice):
    layout = small_layout(csw=8, mhsw=4, mhsw_teams=2, shared_families=12)
    uses = [
        use(lever, layout, ramp=3, start=-3)
        for lever in ("co_location", "joint_protocol", "management_priority")
    ]
    levers = lever_table(uses, teams=len(layout.teams))
    often = {"encounter_rate": 0.3, "rule_pace": 0.8, "story_strength": 1.0}
    parameters = often | {name: choice.value}
    assert_agreement(layout, levers, parameters, seed=21, weeks=30, burn_in=10)


@pytest.mark.slow
@pytest.mark.parametrize("world", range(len(EXTREMES)))
def test_extreme_worlds(world):
    """Strong stories and bad ones, each form, sites where people often meet, rules that press."""
    layout = small_layout()
    names = [name for name in LEVERS if name != "posts_frozen"]
    levers = lever_table([use(n, layout, start=-3) for n in names], teams=len(layout.teams))
    assert_agreement(layout, levers, EXTREMES[world], seed=world, weeks=40, burn_in=5)


def own_authority():
    """Return a layout as a user's own staff list makes it: hours, tenures, sites, known ties."""
    plans = [
        [
            LocalityPlan(9.0, (
                TeamPlan(0, (37.2, 18.6, 30.0, 37.2), tenure=(10, -1, 300, 52)),
                TeamPlan(0, (37.2, 7.4, 37.2)),
                TeamPlan(1, (37.2, 20.0), tenure=(100, 3),
                         without_policy=(("shared_days", 5.0), ("face_to_face_saving", 1.0),
                                         ("story_mixing", 1.0))),
            )),
            LocalityPlan(6.0, (
                TeamPlan(0, (37.2, 37.2, 30.0, 22.0)),
                TeamPlan(1, (37.2,), without_policy=(("face_to_face_saving", 0.4),)),
                TeamPlan(1, (18.6, 18.6)),
            )),
        ],
        [LocalityPlan(7.0, (TeamPlan(0, (37.2,) * 5), TeamPlan(1, (37.2,) * 2)))],
    ]  # fmt: skip
    known = [
        KnownTie(0, 0, 0, 0.6, 0.9, 0.8),
        KnownTie(0, 8, 3, 0.4),
        KnownTie(0, 2, 1, 0.9, trust_mc=0.1),
        KnownTie(0, 0, 4, 0.2, trust_cm=0.0),
    ]
    return build_layout(plans, spanner_posts=2, ties=known)


@pytest.mark.slow
@pytest.mark.parametrize("burn_in", [0, 15])
def test_an_authority_of_ones_own(burn_in):
    layout = own_authority()
    uses = [use(n, layout, ramp=6, start=4, reach=0.7) for n in LEVERS]
    levers = lever_table(uses, teams=len(layout.teams))
    world = {"leave_csw": 0.5, "leave_mhsw": 0.5}
    assert_agreement(layout, levers, world, seed=21, weeks=40, burn_in=burn_in)


def uneven(*sizes, ties):
    """Return authorities of one locality, with so many CSWs each and two MHSWs."""
    plans = [
        [LocalityPlan(7.0, (TeamPlan(0, (37.2,) * size), TeamPlan(1, (37.2, 18.6))))]
        for size in sizes
    ]
    return build_layout(plans, spanner_posts=1, ties=ties)


@pytest.mark.slow
def test_three_uneven_authorities_with_a_tie_listed_twice():
    """Sums over authorities, and listings that overwrite each other, show only here."""
    ties = [
        KnownTie(0, 0, 0, 0.6),
        KnownTie(0, 0, 0, 0.3, 0.9),
        KnownTie(0, 0, 0, 0.2, -1.0, 0.1),
        KnownTie(2, 1, 1, 0.0),
    ]
    layout = uneven(5, 4, 6, ties=ties)
    uses = [use(n, layout, ramp=5, start=2, reach=0.7) for n in LEVERS]
    levers = lever_table(uses, teams=len(layout.teams))
    world = {"leave_csw": 0.8, "leave_mhsw": 0.8, "fill_rate": 0.1}
    assert_agreement(layout, levers, world, seed=32, weeks=30, burn_in=12)


@pytest.mark.parametrize("seed", [41, 44])
def test_a_listed_tie_of_posts_that_are_vacant(seed):
    layout = uneven(5, ties=[KnownTie(0, 0, 0, 0.6)])
    world = {"leave_csw": 3.0, "leave_mhsw": 3.0, "fill_rate": 0.02}
    nothing = lever_table([], teams=len(layout.teams))
    assert_agreement(layout, nothing, world, seed=seed, weeks=4, burn_in=25)


def test_ties_that_are_listed_and_are_none():
    """A familiarity below 0 says that an authority's ties are listed, and is no tie itself."""
    layout = uneven(5, 4, ties=[KnownTie(0, 0, 0, -1.0), KnownTie(0, 1, 1, 0.7)])
    nothing = lever_table([], teams=len(layout.teams))
    world = {"leave_csw": 0.0, "leave_mhsw": 0.0}
    assert_agreement(layout, nothing, world, seed=45, weeks=4, burn_in=25)


@pytest.mark.slow
@pytest.mark.parametrize("service", [0, 1])
def test_levers_that_cover_one_service_alone(service):
    layout = small_layout(authorities=2)
    covered = tuple(bool(team["service"] == service) for team in layout.teams)
    channels = tuple(c for n in POLICIES for c in POLICIES[n] if c[2] != "towards")
    levers = lever_table([LeverUse(1.0, channels, covered)], teams=len(covered))
    world = {"talk_effect": 0.9}
    assert_agreement(layout, levers, world, seed=50 + service, weeks=40, burn_in=10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("COLSIM_TWINS", "4"))))
def test_random_scenarios(seed):
    """Organisations, levers, windows, strengths and worlds drawn at random.

    COLSIM_TWINS=50 tries 50 of them.
    """
    draw = random.Random(seed)
    places = draw.randint(1, 3)
    layout = small_layout(
        authorities=draw.randint(1, 2),
        localities=places,
        csw=draw.randint(3 * places, 14),
        csw_team_size=draw.randint(2, 3),
        mhsw=draw.randint(places + 1, 7),
        mhsw_teams=draw.randint(places, places + 1),
        shared_families=draw.randint(4, 20),
        spanner_posts=draw.randint(1, 3),
    )
    uses = []
    for name in draw.sample(sorted(LEVERS), draw.randint(0, 6)):
        lever, start = LEVERS[name], draw.randint(-10, 20)
        window = {"start": start, "ramp": draw.randint(1, 20), "reach": draw.choice([1.0, 0.6])}
        if draw.random() < 0.5:
            window["end"] = start + draw.randint(1, 30)
        high = min(lever.high, 3.0) if lever.has_posts else lever.high
        off = draw.sample(lever.switchable, draw.randint(0, len(lever.switchable) - 1))
        strength = draw.uniform(lever.low, high)
        uses.append(use(name, layout, without=off, strength=strength, **window))
    levers = lever_table(uses, teams=len(layout.teams))
    world = draw_world(seed) | {"leave_csw": draw.random(), "leave_mhsw": draw.random()}
    assert_agreement(layout, levers, world, seed=seed, weeks=40, burn_in=draw.randint(0, 12))


def test_the_comparison_can_fail():
    """A twin of a slightly different model is found out, so agreement means something."""
    layout = small_layout()
    levers = lever_table([], teams=len(layout.teams))
    world = prepare(layout, levers, pack_parameters(), seed=1, weeks=10, burn_in=10)
    twin = Twin(layout, levers, {"trust_rate": 0.2500001}, seed=1, weeks=10, burn_in=10)
    advance(world, 20)
    twin.run()
    assert {what for what, *_ in disagreements(world, twin.snapshot(), 20)} >= {"tie"}
