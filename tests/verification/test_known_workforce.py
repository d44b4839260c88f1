"""Staying, leaving, filling, hours: geometric spells, exact books, loads that add up.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import math

import numpy as np
import pytest

from colsim.core.parameters import PARAMETERS
from colsim.scenario.levers import LEVERS
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    NEVER,
    NO_TURNOVER,
    active,
    chance_of_count,
    chance_of_counts,
    count_waits,
    geometric,
    layout_of,
    live_through,
    paired_world,
    run_phase,
    run_phases,
    start_week,
    totals,
    world_of,
)
from tests.worlds import small_layout, use


def default(name):
    return PARAMETERS[name].default


def staff_world(parameters, *, csw=600, mhsw=600, seed=1, weeks=400):
    layout = layout_of(
        csw=csw, csw_team_size=10, mhsw=mhsw, mhsw_teams=max(1, mhsw // 10), shared_families=1
    )
    return world_of(parameters, layout=layout, seed=seed, weeks=weeks)


def filled_by_week(world, weeks):
    """Return who is in post after each week, shape (weeks + 1, posts); no other phase runs."""
    rows = [world.practitioners["filled"].copy()]
    for _ in range(weeks):
        run_phases(world, "policy", "workforce")
        rows.append(world.practitioners["filled"].copy())
    return np.array(rows)


def spells(present, last):
    """Return the lengths of the spells in which `present` holds, of those begun with at least
    `last` weeks to go, longer ones cut to `last` + 1; the first spell of each post is left out."""
    lengths = []
    for row in present.T:
        starts = np.flatnonzero(~row[:-1] & row[1:]) + 1
        for start in starts[starts < len(row) - last - 1]:
            over = np.flatnonzero(~row[start:])
            lengths.append(int(over[0]) if len(over) else last + 1)
    return np.minimum(np.array(lengths), last + 1)


def test_tenure_and_vacancies_are_geometric():
    """A constant hazard of 1 / 52 a week; vacancies filled with 0.25 from the week after. Spells of
    k weeks have h (1 - h)**(k - 1), by chi-square; those cut off by the end are left out evenly."""
    world = staff_world(
        {"leave_csw": 1.0, "leave_mhsw": 1.0, "leave_wellbeing": 0.0, "fill_rate": 0.25}
    )
    present = filled_by_week(world, 300)
    stays = count_waits(spells(present, 100), 100)
    assert stays.sum() > 3000
    hazard = 1 / 52
    assert chance_of_counts(stays, geometric(hazard, 100)) > FALSE_ALARM
    vacancies = count_waits(spells(~present, 20), 20)
    assert chance_of_counts(vacancies, geometric(0.25, 20)) > FALSE_ALARM
    # Wrong versions: a year of 48 weeks; a post that can be filled in the week it falls vacant.
    assert chance_of_counts(stays, geometric(1 / 46, 100)) < FALSE_ALARM
    assert chance_of_counts(vacancies, np.append(0.0, geometric(0.25, 19))) < FALSE_ALARM
    assert chance_of_counts(vacancies, geometric(0.27, 20)) < FALSE_ALARM


@pytest.mark.parametrize("service", [0, 1])
def test_who_stays_without_successors_and_the_leavers_counted(service):
    """With no filling, (1 - a / 52)**w of a service stay, a its own rate; the rest are counted."""
    rates = {"leave_csw": 0.3, "leave_mhsw": 0.6}
    world = staff_world(rates | {"leave_wellbeing": 0.0, "fill_rate": 0.0}, seed=2)
    present = filled_by_week(world, 60)[-1]
    own = world.posts["service"] == service
    stay = int(present[own].sum())
    right, wrong = ((1 - a / 52) ** 60 for a in (list(rates.values())[:: 1 - 2 * service]))
    assert chance_of_count(stay, 600, right) > FALSE_ALARM
    assert chance_of_count(stay, 600, wrong) < FALSE_ALARM  # the other service's rate
    left = totals(world, "leavers_csw", "leavers_mhsw")[service]
    assert left == 600 - stay
    assert (world.practitioners["tenure"][own & present] >= 60).all()


def test_the_share_in_post_settles_where_leaving_and_filling_balance():
    """A post is a chain of two states: filled in the long run with f / (f + h), each by itself."""
    world = staff_world(
        {"leave_csw": 1.0, "leave_mhsw": 1.0, "leave_wellbeing": 0.0, "fill_rate": 0.1},
        csw=2990,
        mhsw=10,
        seed=3,
    )
    present = filled_by_week(world, 200)[-1]
    hazard = 1 / 52
    assert chance_of_count(present.sum(), 3000, 0.1 / (0.1 + hazard)) > FALSE_ALARM
    # Wrong version: a hazard of a quarter more.
    assert chance_of_count(present.sum(), 3000, 0.1 / (0.1 + 1.25 * hazard)) < FALSE_ALARM


@pytest.mark.parametrize("wellbeing", [0.0, 0.3, 1.0])
def test_leaving_rises_as_wellbeing_falls(wellbeing):
    """The hazard is base exp(c (1/2 - wellbeing)) / 52; wellbeing held still."""
    world = staff_world(
        {
            "leave_csw": 1.0,
            "leave_mhsw": 1.0,
            "leave_wellbeing": 2.0,
            "drift": 0.0,
            "fill_rate": 0.0,
        },
        csw=7990,
        mhsw=10,
        seed=4,
    )
    world.practitioners["wellbeing"] = wellbeing
    present = filled_by_week(world, 12)[-1]
    hazard = math.exp(2.0 * (0.5 - wellbeing)) / 52
    assert chance_of_count(present.sum(), 8000, (1 - hazard) ** 12) > FALSE_ALARM
    # Wrong version: a slope of 2.5 (of 0 where wellbeing is near the middle).
    wrong = math.exp((0.0 if wellbeing == 0.3 else 2.5) * (0.5 - wellbeing)) / 52
    assert chance_of_count(present.sum(), 8000, (1 - wrong) ** 12) < FALSE_ALARM


def test_a_successor_is_a_stranger_with_the_team_s_story():
    """All of a team of four but one are there: the new one tells the mean of the three; memory
    and tenure start anew, and the person is another one."""
    world = paired_world(NO_TURNOVER | {"fill_rate": 1.0}, families=10, spanner_posts=1)
    people = world.practitioners
    people["narrative"][:4] = [0.9, -0.3, 0.1, 0.6]
    people["memory"] = 3.0
    before = people[0].copy()
    people["filled"][0] = False
    people["shared_load"][0] = 0
    run_phase(world, "workforce")
    new = people[0]
    assert new["filled"]
    assert new["narrative"] == pytest.approx((-0.3 + 0.1 + 0.6) / 3, abs=EXACT)
    assert (new["succession"], new["tenure"], new["spent"]) == (1, 0, 0.0)
    assert new["origin"] != before["origin"]
    assert (new["memory"] == 0).all()
    assert (new["told_bad"], new["told_good"]) == (-1000, -1000)


def test_a_leaver_takes_ties_and_what_is_not_documented():
    """Everybody leaves in one week: all ties are strangers, and each fact stays with the documented
    share, binomial over 16 facts and both services (false-alarm rate 1e-4)."""
    world = paired_world(
        {
            "leave_csw": 1.0,
            "leave_mhsw": 1.0,
            "leave_wellbeing": 20.0,
            "drift": 0.0,
            "documented": 0.6,
            "family_event": 0.2,
        },
        families=300,
        spanner_posts=2,
    )
    people, families, chosen = world.practitioners, world.families, active(world)
    people["wellbeing"] = 0.0  # a hazard of exp(10) / 52, above one
    families["known"][chosen] = 0b0101_0101_0101_0101
    families["received"][chosen] = 0b1010_1010_1010_1010
    families["trust"][chosen] = 0.5
    world.tie_familiarity[:] = 0.7
    world.tie_last[:] = 0
    world.spanner_familiarity[:] = 0.7
    run_phase(world, "workforce")
    assert not people["filled"].any()
    assert not people["shared_load"].any()
    assert (families["lead"][chosen] == -1).all()
    assert (world.tie_familiarity == 0).all()
    assert (world.tie_last == -1).all()
    assert (world.tie_trust_cm == 0.5).all()
    assert (world.tie_trust_mc == 0.5).all()
    assert (world.spanner_familiarity == 0).all()
    assert (families["trust"][chosen] == 0.4).all()
    # A successor has the file and has not read the case: what was understood is received.
    assert not families["known"][chosen].any()
    assert not families["known_weight"][chosen].any()
    kept = int(np.bitwise_count(families["received"][chosen]).sum())
    trials = len(chosen) * 2 * 16
    assert chance_of_count(kept, trials, 0.6) > FALSE_ALARM
    # Wrong version: what is documented is forgotten.
    assert chance_of_count(kept, trials, 0.4) < FALSE_ALARM
    # No MHSW was left to notice the change of worker.
    assert (people["memory"][:, 17] == 0).all()


@pytest.mark.parametrize("cap", [60.0, 10.0])
def test_background_cases_are_shared_by_hours_and_none_is_lost(cap):
    """Whoever is away, the filled posts of a locality carry all its cases, by their hours, up to
    the cap; pressure and free hours follow from them by hand."""
    world = paired_world({}, families=40)
    people, posts = world.practitioners, world.posts
    people["filled"][1] = False
    run_phase(world, "policy")
    world.policy["caseload_cap"] = cap
    people["spent"][0] = 2.0
    run_phase(world, "intake")
    loads = people["shared_load"]
    csw = posts["service"] == 0
    filled = people["filled"]
    share = np.where(csw, default("csw_cases_per_post") * 4 / 3, default("mhsw_cases_per_post"))
    share = np.where(csw, np.minimum(share, np.maximum(0, cap - loads)), share)
    np.testing.assert_allclose(people["background"][filled], share[filled], rtol=EXACT)
    assert people["background"][1] == people["budget"][1] == people["pressure"][1] == 0
    if cap == 60.0:
        whole = people["background"][csw].sum()
        assert whole == pytest.approx(4 * default("csw_cases_per_post"), rel=EXACT)
    per_case = np.where(csw, default("csw_hours_per_case"), default("mhsw_hours_per_case"))
    pressure = (share + loads) * per_case / posts["hours"]
    np.testing.assert_allclose(people["pressure"][filled], pressure[filled], rtol=EXACT)
    free = default("collaboration_share") * (2 - pressure)
    free = posts["hours"] * np.clip(free, 0, 1)
    free = np.maximum(0, free - people["spent"])
    np.testing.assert_allclose(people["budget"][filled], free[filled], rtol=EXACT)


@pytest.mark.parametrize("priority, hours, moved", [(0.5, 2.0, 1.0), (1.0, 100.0, None)])
def test_hours_moved_to_joint_work_press_on_the_other_cases(priority, hours, moved):
    """moved = priority x hours, and an hour is left at least: pressure is work over what is left,
    free hours are the share of all hours that this pressure leaves, and what was moved; what was
    spent last week beyond that presses too."""
    world = paired_world({"priority_hours": hours}, families=20)
    run_phase(world, "policy")
    world.policy["collaboration_priority"] = priority
    world.practitioners["left"] = left = np.arange(len(world.posts)) * 0.4
    run_phase(world, "intake")
    people, csw = world.practitioners, world.posts["service"] == 0
    own = world.posts["hours"]
    moved = own - 1 if moved is None else np.full(len(own), moved)
    cases = np.where(csw, default("csw_cases_per_post"), default("mhsw_cases_per_post"))
    each = np.where(csw, default("csw_hours_per_case"), default("mhsw_hours_per_case"))
    waited = np.maximum(0.0, left - moved)
    work = (cases + people["shared_load"]) * each + waited
    np.testing.assert_allclose(people["pressure"], work / (own - moved), rtol=EXACT)
    share = default("collaboration_share") * (2 - work / (own - moved))
    free = own * np.clip(share, 0.0, 1.0) + moved
    np.testing.assert_allclose(people["budget"], free, rtol=EXACT)
    assert totals(world, "hours_moved") == pytest.approx(moved.sum(), rel=EXACT)
    # What cases wait for: the larger of what is moved and what was spent, told by service.
    for name, own_service in (("taken_csw", csw), ("taken_mhsw", ~csw)):
        taken = np.maximum(moved, left)[own_service].sum()
        assert totals(world, name) == pytest.approx(taken, rel=EXACT)
    # Wrong version: hours that come from nowhere.
    assert (people["pressure"] > work / own).all()


def test_families_go_to_who_carries_least():
    """Equal hours and background: after allocation no two filled posts of a service in a locality
    differ by more than one family, and every open family has its leads."""
    layout = small_layout(shared_families=60)
    world = world_of(NO_TURNOVER, layout=layout, weeks=5)
    run_phases(world, "policy", "intake")
    people = world.practitioners
    for place in world.localities:
        for s in (0, 1):
            first = place["first_post"][s]
            loads = people["shared_load"][first : first + place["posts"][s]]
            assert loads.max() - loads.min() <= 1
    families = world.families[active(world)]
    assert ((families["lead"] >= 0) == (families["open"] != 0)).all()
    assert people["shared_load"].sum() == (families["lead"] >= 0).sum()


@pytest.mark.parametrize("policy", ["nothing", "everything"])
def test_the_hours_of_every_practitioner_add_up_in_every_phase(policy):
    """From intake on, hours spent and hours left are the hours free at intake, to the last of the
    week, and neither is ever negative."""
    layout = small_layout(authorities=2)
    names = [] if policy == "nothing" else list(LEVERS)
    uses = [use(n, layout, ramp=3) for n in names]
    world = world_of({"leave_csw": 0.5, "leave_mhsw": 0.5}, layout=layout, uses=uses, weeks=60)
    people = world.practitioners
    free = np.zeros(len(people))
    trained = np.zeros(len(people))
    seen = {"spent": 0.0}

    def watch(world, phase):
        if phase in ("policy", "train"):
            trained[:] = people["spent"]
            return
        held = people["spent"] + people["budget"]
        if phase == "intake":
            pressure = people["pressure"]
            share = default("collaboration_share") * (2 - pressure)
            own = np.zeros(len(people))
            staff = world.posts["service"] < 2
            own[staff] = world.posts["hours"][staff]
            moved = np.zeros(len(people))
            priority = world.policy["collaboration_priority"][world.posts["team"][staff]]
            moved[staff] = np.minimum(default("priority_hours") * priority, own[staff] - 1)
            hours = own * np.clip(share, 0, 1) + moved
            due = np.maximum(hours, trained)
            worked = people["filled"] & (world.posts["service"] < 2)
            np.testing.assert_allclose(held[worked], due[worked], rtol=EXACT)
            free[:] = held
        if phase in ("workforce", "observe"):
            return  # posts fall vacant
        over = held - free
        assert np.abs(over).max() < 1e-9, phase
        assert people["spent"].min() >= 0
        assert people["budget"].min() >= 0
        seen["spent"] = max(seen["spent"], (people["spent"] - trained).max())

    live_through(world, 60, watch)
    assert seen["spent"] > 2.0


def test_all_hours_spent_are_hours_of_contacts_and_of_asking_for_consent():
    """No travel saved, no training, spanner or shared site, no child seen: the hours of all
    together are twice those of each contact, once those of each call in vain, and of asking."""
    parameters = {
        "hear_child": 0.0,
        "ask_known": 0.0,
        "misdirected": 0.0,
        "hours_meeting": 0.4,
    }
    layout = small_layout(shared_families=60)
    world = world_of(parameters, layout=layout, weeks=100)
    world.derived["hours"] = 0.4
    spent = []

    def watch(world, phase):
        if phase == "span":
            spent.append(world.practitioners["spent"].sum())

    live_through(world, 100, watch)
    made = sum(totals(world, "written", "phone", "face", "meeting"))
    vain = totals(world, "vain")
    assert vain > 10
    assert made > 50
    asked = totals(world, "consent_asked")
    assert asked > 50
    assert sum(spent) == pytest.approx(0.4 * (2 * made + vain + asked), rel=EXACT)


def test_training_takes_place_as_often_as_stated_and_moves_what_it_should():
    """m sessions a year: attended with m / 52 a week. Confidence, knowledge, hours: exact steps."""
    layout = layout_of(csw=400, csw_team_size=10, mhsw=400, mhsw_teams=40, shared_families=1)
    world = world_of({"tie_retention": 1.0}, layout=layout, seed=5)
    people = world.practitioners
    run_phase(world, "policy")
    world.policy["training_confidence"] = 4.0
    world.policy["training_knowledge"] = 2.0
    people["confidence"] = 0.4
    people["role_knowledge"] = 0.3
    attended = 0
    for _ in range(20):
        world.clock["week"] += 1
        start_week(world)
        people["spent"] = 0.0
        people["confidence"], people["role_knowledge"] = 0.4, 0.3
        run_phase(world, "train")
        there = people["spent"] > 0
        attended += int(there.sum())
        assert (people["spent"][there] == world.posts["hours"][there] / 5).all()
        gain = 0.4 + default("training_confidence_gain") * 0.6
        np.testing.assert_allclose(people["confidence"], np.where(there, gain, 0.4), rtol=EXACT)
        gain = 0.3 + default("training_knowledge_gain") * 0.5 * 0.7
        np.testing.assert_allclose(people["role_knowledge"], np.where(there, gain, 0.3), rtol=EXACT)
    assert chance_of_count(attended, 800 * 20, 4 / 52) > FALSE_ALARM
    # Wrong versions: a year of 48 weeks with all sessions in it; two sessions.
    assert chance_of_count(attended, 800 * 20, 4 / 44) < FALSE_ALARM
    assert chance_of_count(attended, 800 * 20, 2 / 52) < FALSE_ALARM


def test_a_course_that_takes_knowledge_away_leaves_none_below_nothing():
    """Knowledge 0.01, gain −0.5 a session: 0.01 − 0.5 · 0.99 would lie below 0, and is 0."""
    layout = layout_of(csw=40, csw_team_size=10, mhsw=40, mhsw_teams=4, shared_families=1)
    world = world_of({"training_knowledge_gain": -0.5}, layout=layout)
    run_phase(world, "policy")
    world.policy["training_confidence"] = world.policy["training_knowledge"] = 52.0
    start_week(world)
    world.practitioners["role_knowledge"] = 0.01
    run_phase(world, "train")
    assert (world.practitioners["spent"] > 0).all()
    assert (world.practitioners["role_knowledge"] == 0.0).all()
    assert (world.tie_last < 0).all()  # without acquaintance nobody is met


def test_referral_is_logistic_in_what_is_stated():
    """All slopes at work: a CSW who fears mental illness more than is usual refers less."""
    parameters = {
        "refer_base": -1.0,
        "contact_need": 1.5,
        "contact_readiness": 1.0,
        "contact_tie": 1.6,
        "story_strength": 0.5,
        "contact_fear": 1.2,
        "anxiety_start": 0.6,
        "fear_share": 0.5,
    }
    for lean, fear in ((0.8, 0.8), (-0.8, 0.0)):
        world = paired_world(parameters, families=3000, seed=6)
        people, families, chosen = world.practitioners, world.families, active(world)
        families["open"][:, 1] = 0
        families["lead"][chosen, 1] = -1
        families["complexity"] = 0.6
        people["role_knowledge"], people["narrative"], people["lean"] = 0.4, -0.5, lean
        run_phase(world, "intake")
        x = -1.0 + 1.5 * 0.6 + 1.0 * 0.4 - 0.8 * 0.5 - 1.2 * (fear * 0.6 - 0.5 * 0.5 * 0.6)
        referred = int(totals(world, "referrals"))
        assert chance_of_count(referred, len(chosen), 1 / (1 + math.exp(-x))) > FALSE_ALARM
        # Wrong version: the story counts the other way.
        assert chance_of_count(referred, len(chosen), 1 / (1 + math.exp(-x - 0.8))) < FALSE_ALARM
        assert (families["open"][chosen, 1] != 0).sum() == referred
        assert ((families["lead"][chosen, 1] >= 0) == (families["open"][chosen, 1] != 0)).all()


def test_nobody_refers_where_it_is_impossible():
    world = paired_world({"refer_base": NEVER}, families=300)
    world.families["open"][:, 0] = 0
    world.families["lead"][:, 0] = -1
    run_phase(world, "intake")
    assert totals(world, "referrals") == 0
