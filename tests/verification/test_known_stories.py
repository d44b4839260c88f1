"""Stories against closed forms: who moves, by how much, and how a team's mean fades."""

import math

import numpy as np
import pytest

from colsim.core.measures import TOTAL_INDEX
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    NO_STORIES,
    NO_TURNOVER,
    chance_of_count,
    layout_of,
    run_phase,
    run_phases,
    start_week,
    world_of,
)
from tests.worlds import differing, live, policy, small_layout, totals_of

FOREVER = float("inf")
ALONE = {"cmht_size": 1.0}
"""AMH teams that are their social workers, and nobody else."""
SILENT = NO_STORIES | NO_TURNOVER | ALONE


def teams_world(parameters, *, csw=4, mhsw=4, teams=1, **options):
    layout = layout_of(
        csw=csw * teams, csw_team_size=csw, mhsw=mhsw * teams, mhsw_teams=teams, shared_families=1
    )
    return world_of(parameters, layout=layout, **options)


def members(world, team):
    first = world.teams[team]["first_post"]
    return slice(first, first + world.teams[team]["posts"])


@pytest.mark.parametrize("conformity, half_life", [(0.0, 52.0), (0.05, 52.0), (0.6, 20.0)])
def test_without_events_the_mean_fades_and_the_team_draws_together(conformity, half_life):
    """Closed form of x' = keep ((1 - c) x + c mean): the mean keeps `keep` a week, each
    member's distance from it (1 - c) keep. A vacant post counts for neither."""
    parameters = SILENT | {"listening": conformity, "half_life": half_life}
    world = teams_world(parameters, csw=5, teams=2)
    people = world.practitioners
    people["filled"][1] = False
    people["narrative"] = np.linspace(-0.9, 0.7, len(people))
    before = people["narrative"].copy()
    weeks = 40
    run_phases(world, "policy", "narrate", weeks=weeks)
    keep = 0.5 ** (1 / half_life)
    assert people["narrative"][1] == before[1]
    for team in range(len(world.teams)):
        filled = people["filled"][members(world, team)]
        old, new = (x[members(world, team)][filled] for x in (before, people["narrative"]))
        assert new.mean() == pytest.approx(old.mean() * keep**weeks, abs=EXACT)
        spread = (old - old.mean()) * ((1 - conformity) * keep) ** weeks
        np.testing.assert_allclose(new - new.mean(), spread, atol=EXACT)
        # Wrong version: a mean that conformity wears down too.
        if conformity > 0:
            worn = old.mean() * ((1 - conformity) * keep) ** weeks
            assert abs(new.mean() - worn) > 1e-3


@pytest.mark.parametrize("needed", [1, 2, 3])
@pytest.mark.parametrize("tellers", [0, 1, 2, 3, 4])
def test_a_bad_story_moves_who_hears_enough_distinct_tellers(needed, tellers):
    """A teller hears the others only: with k tellers they hear k - 1, the rest hear k."""
    told = 0.1
    world = teams_world(
        SILENT
        | {
            "tellers_needed": float(needed),
            "listening": told,
            "half_life": FOREVER,
        },
        teams=2,
    )
    people = world.practitioners
    people["narrative"] = 0.5
    world.clock["week"] = 10
    start_week(world)
    for team in (0, 2):  # the first of either service; the second hears nothing
        first = world.teams[team]["first_post"]
        people["told_bad"][first : first + tellers] = 10
    run_phase(world, "policy")
    run_phase(world, "narrate")
    moved = 0.5 + told * (-1 - 0.5)
    moved = moved + told * (0.5 - moved)  # and back towards the team's mean, as it was before
    for team in (0, 2):
        now = people["narrative"][members(world, team)]
        teller = np.arange(4) < tellers
        heard = np.where(teller, tellers - 1, tellers)
        np.testing.assert_allclose(now, np.where(heard >= needed, moved, 0.5), atol=EXACT)
    for team in (1, 3):
        assert (people["narrative"][members(world, team)] == 0.5).all()


@pytest.mark.parametrize("age", [0, 1, 3, 4, 5])
def test_a_telling_is_heard_for_as_many_weeks_as_stated(age):
    """Weeks 0, 1, 2 and 3 after the telling, in a window of 4; one good teller is enough."""
    world = teams_world(
        SILENT
        | {
            "telling_window": 4.0,
            "listening": 0.1,
            "half_life": FOREVER,
        }
    )
    people = world.practitioners
    people["narrative"] = 0.0
    world.clock["week"] = 30
    people["told_bad"][:2] = 30 - age  # of the CSWs
    people["told_good"][4] = 30 - age  # of the MHSWs
    start_week(world)
    run_phase(world, "policy")
    run_phase(world, "narrate")
    heard = age < 4
    step = 0.1 * 0.9 if heard else 0.0  # what is heard, less what draws to the team's mean of 0
    expected = [0.0, 0.0] + [-step] * 2 + [0.0] + [step] * 3
    np.testing.assert_allclose(people["narrative"], expected, atol=EXACT)


def test_where_everybody_tells_every_week_the_mean_goes_to_its_fixed_point():
    """m' = k ((1 - a)((1 - a) m - a) + a m): a line, so m goes geometrically to where it stays."""
    a, half_life = 0.2, 26.0
    world = teams_world(
        SILENT
        | {
            "tellers_needed": 3.0,
            "listening": a,
            "half_life": half_life,
        }
    )
    people = world.practitioners
    people["narrative"] = np.linspace(0.2, 0.8, 8)
    before = people["narrative"][:4].mean()
    for _ in range(30):
        people["pending_bad"] = 1
        run_phases(world, "policy", "narrate")
    keep = 0.5 ** (1 / half_life)
    slope = keep * ((1 - a) * (1 - a) + a)
    rest = -keep * (1 - a) * a / (1 - slope)
    assert people["narrative"][:4].mean() == pytest.approx(
        rest + (before - rest) * slope**30, abs=EXACT
    )
    assert (people["pending_bad"] == 0).all()


def test_how_often_old_and_new_stories_are_told():
    """New: in every case; old: telling m / (1 + m), m the sum of bad memories; good: telling.

    Counts over 400 practitioners and 25 weeks are binomial; false-alarm rate 1e-4 each.
    """
    parameters = NO_TURNOVER | {
        "telling": 0.2,
        "half_life": FOREVER,
    }
    world = teams_world(parameters, csw=100, mhsw=100, teams=2, seed=4)
    people = world.practitioners
    people["memory"] = 5.0  # of every kind: what is no bad experience is to be left out
    people["memory"][:, 4:13] = 1 / 3
    counts = {"new": 0, "old": 0, "hushed": 0, "good": 0}
    people["pending_bad"][:] = 0
    for week in range(1, 26):
        for kind in ("new", "old", "hushed"):
            world.clock["week"] = 3 * week + ("new", "old", "hushed").index(kind)
            start_week(world)
            run_phase(world, "policy")
            people["pending_bad"] = 1 if kind == "new" else 0
            people["pending_good"] = 1 if kind == "new" else 0
            world.policy["story_mixing"] = 0.8 if kind == "hushed" else 0.0
            run_phase(world, "narrate")
            counts[kind] += int((people["told_bad"] == world.clock["week"][0]).sum())
            counts["good"] += int((people["told_good"] == world.clock["week"][0]).sum())
    old = 0.2 * 3 / 4
    expected = {"old": old, "hushed": old * (1 - 0.8), "good": 0.2}
    trials = 400 * 25
    assert counts["new"] == trials
    for kind, p in expected.items():
        assert chance_of_count(counts[kind], trials, p) > FALSE_ALARM, kind
    # Wrong versions: no saturation; memories of every kind; good told as often as bad.
    for kind, p in {"old": 0.2, "hushed": 0.06, "good": 0.25}.items():
        assert chance_of_count(counts[kind], trials, p) < FALSE_ALARM, kind


@pytest.mark.parametrize("story", [0.0, 0.6, -0.5])
def test_colleagues_in_the_background_tell_as_a_poisson_number(story):
    """Nobody in the team tells: listeners of AMH teams move with P(Poisson >= 2), CSC never; the
    mean is tellers x (1 - story), the better the story of the team the fewer.

    200 teams over 50 weeks, one draw a team and week; false-alarm rate 1e-4.
    """
    world = teams_world(
        SILENT
        | {
            "background_tellers": 0.5,
            "tellers_needed": 2.0,
            "listening": 0.5,
            "half_life": FOREVER,
            "cmht_size": 25.0,
        },
        csw=1,
        mhsw=2,
        teams=200,
        seed=5,
    )
    people = world.practitioners
    moved = 0
    drawn = 0.5 * 23 / 25 * story  # towards the mean of all 25, without any teller
    for _ in range(50):
        people["narrative"] = 0.0
        world.team_story[:] = story
        run_phases(world, "policy", "narrate")
        assert (people["narrative"][:200] == 0).all()
        pairs = people["narrative"][200:].reshape(200, 2)
        assert (pairs[:, 0] == pairs[:, 1]).all()
        moved += int((pairs[:, 0] < drawn - 0.1).sum())

    def two_or_more(mean):
        return 1 - math.exp(-mean) * (1 + mean)

    assert chance_of_count(moved, 200 * 50, two_or_more(0.5 * (1 - story))) > FALSE_ALARM
    # Wrong versions: a quarter more of them; the story counts the other way, or not at all.
    assert chance_of_count(moved, 200 * 50, two_or_more(0.625 * (1 - story))) < FALSE_ALARM
    if story:
        assert chance_of_count(moved, 200 * 50, two_or_more(0.5 * (1 + story))) < FALSE_ALARM
        assert chance_of_count(moved, 200 * 50, two_or_more(0.5)) < FALSE_ALARM


def test_there_are_no_more_tellers_in_the_background_than_people():
    """Thirty are drawn and one is there: a team that needs two hears nobody, needs one it does."""
    for needed, hears in ((1.0, True), (2.0, False)):
        world = teams_world(
            SILENT
            | {"background_tellers": 60.0, "tellers_needed": needed, "cmht_size": 5.0,
               "listening": 0.1, "half_life": FOREVER}
        )  # fmt: skip
        world.team_story[:] = 0.5
        world.practitioners["narrative"] = 0.5
        run_phases(world, "policy", "narrate")
        assert ((world.practitioners["narrative"][4:] < 0.5) == hears).all()
        assert (world.practitioners["narrative"][:4] == 0.5).all()


@pytest.mark.parametrize("size, conformity", [(10.0, 0.3), (40.0, 0.05)])
def test_a_team_and_the_colleagues_behind_it_draw_together(size, conformity):
    """Two linear equations: the mean over all people keeps `keep` a week, and the distance of the
    team's own mean from the story behind it (1 - c) keep, whatever the two numbers of people."""
    half_life, weeks = 40.0, 30
    world = teams_world(
        SILENT | {"cmht_size": size, "listening": conformity, "half_life": half_life}
    )
    people = world.practitioners
    people["narrative"][4:] = [0.5, 0.1, -0.2, 0.8]
    world.team_story[1] = -0.6
    run_phases(world, "policy", "narrate", weeks=weeks)
    keep = 0.5 ** (1 / half_life)
    own, behind = people["narrative"][4:].mean(), world.team_story[1]
    whole = (4 * own + (size - 4) * behind) / size
    expected = (4 * 0.3 - (size - 4) * 0.6) / size * keep**weeks
    assert whole == pytest.approx(expected, abs=EXACT)
    assert own - behind == pytest.approx(0.9 * ((1 - conformity) * keep) ** weeks, abs=EXACT)
    # Wrong version: a story that only fades.
    assert abs(behind + 0.6 * keep**weeks) > 1e-2


def test_a_story_without_strength_is_told_and_changes_nothing_else():
    """At a strength of 0 two worlds that begin with opposite stories live the same life to the last
    bit, but for the stories, who tells them, and totals of stories. At 0.5 they do not."""
    differ = {}
    for strength in (0.0, 0.5):
        worlds = [
            live(
                small_layout(),
                policy(small_layout(), "co_location", "joint_protocol", "joint_training"),
                parameters={"story_strength": strength},
                story=start,
            )
            for start in (0.8, -0.8)
        ]
        found = set(differing(*worlds))
        differ[strength] = found
        people = [w.practitioners for w in worlds]
        fields = {
            n for n in people[0].dtype.names if people[0][n].tobytes() != people[1][n].tobytes()
        }
        totals = {
            n for n in TOTAL_INDEX if (totals_of(worlds[0], n) != totals_of(worlds[1], n)).any()
        }
        if strength == 0.0:
            assert fields == {"narrative"}
            assert found <= {"practitioners", "team_story", "totals"}
            assert totals == {"narrative_csw", "narrative_mhsw", "spread_csw", "spread_mhsw"}
        else:
            assert {"orientation", "confidence", "role_knowledge"} <= fields
    assert {"families", "tie_familiarity"} <= differ[0.5]
