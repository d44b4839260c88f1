"""Quantities that policies move, one at a time: what each must do, on paper.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import math

import numpy as np
import pytest

from colsim.core.layout import KnownTie, LocalityPlan, TeamPlan, build_layout
from colsim.core.levers import LeverUse
from colsim.core.parameters import PARAMETERS
from colsim.core.quantities import QUANTITY_INDEX
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    NO_TURNOVER,
    SURE,
    acquaint,
    active,
    chance_of_count,
    layout_of,
    logit,
    paired_world,
    run_phase,
    run_phases,
    start_week,
    totals,
    world_of,
)

FOREVER = float("inf")


def default(name):
    return PARAMETERS[name].default


def logistic(x):
    return 1 / (1 + math.exp(-x))


@pytest.mark.parametrize("reach", [1.0, 0.4])
def test_a_policy_reaches_what_it_can_recruit_for(reach):
    """On a ramp of 4 weeks: reach x 1/4, 2/4, 3/4, 1, 1, from a team's own value without policy."""
    lever = LeverUse(
        strength=0.5,
        channels=(("front_door", 1.0, "scale"), ("openness", 0.2, "on"), ("support", 1, "towards")),
        covered=(True, False),
        ramp=4,
        reach=reach,
    )
    world = world_of({}, layout=layout_of(), uses=[lever])
    world.base[0, QUANTITY_INDEX["support"]] = 0.1
    for level in (0.25, 0.5, 0.75, 1.0, 1.0):
        run_phases(world, "policy")
        assert world.policy["front_door"][0] == pytest.approx(reach * level * 0.5, abs=EXACT)
        assert world.policy["openness"][0] == pytest.approx(reach * level * 0.2, abs=EXACT)
        assert world.policy["support"][0] == pytest.approx(0.1 + reach * level * 0.4, abs=EXACT)
        assert world.policy["front_door"][1] == 0.0


def test_today_s_staff_and_ties_are_set_when_the_policy_begins():
    """Tenures and listed ties replace what the burn-in made, in the authority that lists any; an
    unknown trust follows from the story; other authorities keep theirs."""
    teams = (TeamPlan(0, (37.0,) * 3, tenure=(5, -1, 70)), TeamPlan(1, (37.0,) * 2))
    ties = (KnownTie(0, csw=0, mhsw=1, familiarity=0.6, trust_cm=0.9), KnownTie(0, 2, 0, 0.3))
    plan = [LocalityPlan(2.0, teams)]
    layout = build_layout([plan, plan], ties=ties)
    world = world_of(NO_TURNOVER, layout=layout, burn_in=3)
    acquaint(world, 0.4)
    world.practitioners["narrative"] = 0.2
    tenure = world.practitioners["tenure"].copy()
    for _ in range(3):
        run_phases(world, "policy")
        assert (world.tie_familiarity == 0.4).all()
    run_phases(world, "policy")
    own = world.tie_familiarity[:6].reshape(3, 2)
    assert own.tolist() == [[0, 0.6], [0, 0], [0.3, 0]]
    assert world.tie_last[:6].reshape(3, 2).tolist() == [[-1, 3], [-1, -1], [3, -1]]
    np.testing.assert_allclose(
        world.tie_trust_cm[:6].reshape(3, 2), [[0.5, 0.9], [0.5, 0.5], [0.6, 0.5]], atol=EXACT
    )
    np.testing.assert_allclose(
        world.tie_trust_mc[:6].reshape(3, 2), [[0.5, 0.6], [0.5, 0.5], [0.6, 0.5]], atol=EXACT
    )
    assert (world.tie_familiarity[6:] == 0.4).all()
    now = world.practitioners["tenure"]
    assert (now[0], now[1], now[2]) == (5, tenure[1], 70)


@pytest.mark.parametrize("side", [0, 1])
def test_a_contact_point_helps_those_who_call_its_team(side):
    """The point puts its share of lost calls right, and more are answered: on the called side."""
    q = 0.8
    world = paired_world(
        {"contact_base": SURE, "answer_base": logit(0.4), "misdirected": 0.9,
         "answer_tie": 0.0, "contact_pressure": 0.0, "image_asking": 0.0},
        families=6000,
        seed=2,
    )  # fmt: skip
    families, chosen = world.families, active(world)
    world.practitioners["role_knowledge"] = 0.2
    world.tie_familiarity[:] = 0.0
    services = world.teams["service"]
    world.policy["contact_point"] = np.where(services == side, q, 0.0)
    run_phase(world, "contact")
    # Who asks is a fair coin: all want contact. Of calls to `side`, answered with one chance.
    right = (1 - 0.9 * 0.8 * (1 - q)) * logistic(logit(0.4) + default("within_reach") * q)
    plain = (1 - 0.9 * 0.8) * 0.4
    made = families["contact"][chosen] >= 0
    to_side = int((made & (families["initiator"][chosen] == 1 - side)).sum())
    to_other = int((made & (families["initiator"][chosen] == side)).sum())
    n = len(chosen)
    assert chance_of_count(to_side, n, 0.5 * right) > FALSE_ALARM
    assert chance_of_count(to_other, n, 0.5 * plain) > FALSE_ALARM
    # Wrong version: the point of the caller's own team.
    assert chance_of_count(to_side, n, 0.5 * plain) < FALSE_ALARM
    assert chance_of_count(to_other, n, 0.5 * right) < FALSE_ALARM


def test_a_champion_is_one_member_and_meets_as_hours_allow():
    """The first filled member of each covered team, every week; hours / hours of a meeting."""
    layout = layout_of(csw=400, csw_team_size=4, mhsw=40, mhsw_teams=10, shared_families=1)
    world = world_of({"hours_meeting": 2.0}, layout=layout)
    people = world.practitioners
    people["filled"][world.teams["first_post"][0]] = False
    run_phase(world, "policy")
    world.policy["champion_hours"] = np.where(world.teams["service"] == 0, 0.6, 0.0)
    met = 0
    first = world.teams["first_post"][world.teams["service"] == 0].copy()
    first[0] += 1
    for _ in range(40):
        world.clock["week"] += 1
        start_week(world)
        people["spent"] = 0.0
        world.tie_familiarity[:] = 0.0
        run_phase(world, "train")
        assert np.flatnonzero(people["spent"]).tolist() == first.tolist()
        assert (people["spent"][first] == 0.6).all()
        warm = world.tie_familiarity.reshape(400, 40)
        assert np.isin(np.flatnonzero(warm.any(axis=1)), first).all()
        assert np.isin(warm[warm > 0], default("familiarity_rate")).all()
        met += int((warm > 0).sum())
    assert chance_of_count(met, 100 * 40, 0.3) > FALSE_ALARM
    # Wrong version: an hour and a half for a meeting.
    assert chance_of_count(met, 100 * 40, 0.4) < FALSE_ALARM


def test_shadowing_takes_a_day_and_makes_an_acquaintance():
    """m days a year: m / 52 a week; knowledge by its own share of m; one colleague, warmed."""
    layout = layout_of(csw=400, csw_team_size=10, mhsw=40, mhsw_teams=4, shared_families=1)
    world = world_of({}, layout=layout, seed=3)
    people = world.practitioners
    run_phase(world, "policy")
    world.policy["shadowing_knowledge"] = 2.0
    world.policy["shadowing_acquaintance"] = 4.0
    gone = 0
    for _ in range(20):
        world.clock["week"] += 1
        start_week(world)
        people["spent"] = 0.0
        people["role_knowledge"] = 0.3
        world.tie_familiarity[:] = 0.0
        run_phase(world, "train")
        away = people["spent"] > 0
        gone += int(away.sum())
        assert (people["spent"][away] == world.posts["hours"][away] / 5).all()
        gain = 0.3 + default("learning_rate") * 0.5 * 0.7
        np.testing.assert_allclose(people["role_knowledge"], np.where(away, gain, 0.3), rtol=EXACT)
        warm = world.tie_familiarity.reshape(400, 40)
        steps = np.rint(np.log1p(-warm) / np.log1p(-default("familiarity_rate"))).astype(int)
        assert steps.sum() == away.sum()
    assert chance_of_count(gone, 440 * 20, 4 / 52) > FALSE_ALARM
    # Wrong version: knowledge and acquaintance on different days.
    assert chance_of_count(gone, 440 * 20, 6 / 52) < FALSE_ALARM


def test_a_shared_record_shows_what_is_visible_after_a_geometric_lag():
    """A share v of facts is visible for good; each of these is seen after a geometric number of
    weeks: after n weeks v (1 - (1 - 1 / lag)**n) of the other's facts are received, none
    understood, and none of families that do not consent."""
    v, lag, weeks = 0.6, 4.0, 5
    world = paired_world({"record_lag": lag}, families=800, seed=4)
    families, chosen = world.families, active(world)
    families["known"][chosen] = [0x00FF, 0xFF00]
    families["consent"][chosen] = np.arange(len(chosen)) % 4 > 0
    world.policy["shared_record"] = v
    run_phases(world, "exchange", weeks=weeks)
    consent = families["consent"][chosen] == 1
    assert not families["received"][chosen[~consent]].any()
    assert (families["known"][chosen] == [0x00FF, 0xFF00]).all()
    assert not (families["received"][chosen] & [0x00FF, 0xFF00]).any()
    seen = int(np.bitwise_count(families["received"][chosen]).sum())
    trials = 16 * int(consent.sum())
    # Both services read the same record: a fact belongs to one side here, so trials are apart.
    assert chance_of_count(seen, trials, v * (1 - (1 - 1 / lag) ** weeks)) > FALSE_ALARM
    # Wrong version: what is visible is drawn anew each week.
    assert chance_of_count(seen, trials, 1 - (1 - v / lag) ** weeks) < FALSE_ALARM
    run_phases(world, "exchange", weeks=50)
    seen = int(np.bitwise_count(families["received"][chosen]).sum())
    assert chance_of_count(seen, trials, v) > FALSE_ALARM


def test_a_seat_at_the_front_door_passes_on_what_amh_s_records_hold():
    """On allocation before the first plan: seat x finds of the parent's facts are received."""
    for plans, seat in ((0, 0.8), (1, 0.8), (0, 0.0)):
        world = paired_world({"front_door_finds": 0.5}, families=600, seed=5)
        families, chosen = world.families, active(world)
        families["lead"][chosen, 0] = -1
        families["plans"][chosen] = plans
        world.policy["front_door"] = seat
        run_phase(world, "intake")
        assert (families["lead"][chosen, 0] >= 0).all()
        assert not families["known"][chosen].any()
        got = families["received"][chosen]
        assert not got[:, 1].any()
        assert not (got[:, 0] & 0x00FF).any()
        found = int(np.bitwise_count(got[:, 0]).sum())
        if plans or not seat:
            assert found == 0
            continue
        assert chance_of_count(found, 8 * len(chosen), 0.8 * 0.5) > FALSE_ALARM
        # Wrong version: a seat on all days.
        assert chance_of_count(found, 8 * len(chosen), 0.5) < FALSE_ALARM
        first = ((families["first_known"][chosen] == 0) << np.arange(16)).sum(axis=1)
        assert (first == got[:, 0]).all()


@pytest.mark.parametrize("service", [0, 1])
def test_a_front_door_refers_from_children_s_services_alone(service):
    flat = dict.fromkeys(("contact_need", "contact_readiness", "contact_tie", "contact_fear"), 0.0)
    world = paired_world(flat | {"refer_base": -1.0, "within_reach": 1.5}, families=4000)
    families, chosen = world.families, active(world)
    families["open"][chosen, 1 - service] = 0
    families["lead"][chosen, 1 - service] = -1
    world.policy["front_door_referral"] = 0.8
    run_phase(world, "intake")
    right, wrong = logistic(-1.0 + 1.5 * 0.8), logistic(-1.0)
    if service == 1:
        right, wrong = wrong, right
    assert chance_of_count(totals(world, "referrals"), len(chosen), right) > FALSE_ALARM
    assert chance_of_count(totals(world, "referrals"), len(chosen), wrong) < FALSE_ALARM


def test_strain_and_hours_taken_weigh_on_everybody():
    """What supervision took last week cases wait for: pressure = (work + taken) / hours x
    (1 + strain); what it takes this week is not there for anything else."""
    world = paired_world({}, families=20)
    taken = np.where(world.posts["service"] == 0, 2.0, 5.0)
    world.practitioners["spent"] = taken
    run_phase(world, "policy")
    world.policy["strain"] = 0.3
    world.policy["hours_taken"] = np.where(world.teams["service"] == 0, 2.0, 5.0)
    run_phase(world, "train")
    run_phase(world, "intake")
    people, csw = world.practitioners, world.posts["service"] == 0
    own = world.posts["hours"]
    cases = np.where(csw, default("csw_cases_per_post"), default("mhsw_cases_per_post"))
    each = np.where(csw, default("csw_hours_per_case"), default("mhsw_hours_per_case"))
    work = (cases + people["shared_load"]) * each
    pressure = (work + taken) / own * 1.3
    np.testing.assert_allclose(people["pressure"], pressure, rtol=EXACT)
    share = default("collaboration_share") * (2 - pressure)
    free = own * np.clip(share, 0.0, 1.0)
    np.testing.assert_allclose(people["budget"], np.maximum(0, free - taken), rtol=EXACT)
    np.testing.assert_array_equal(people["spent"], taken)
    assert totals(world, "hours_supervision") == taken.sum()


def test_unrest_multiplies_leaving():
    layout = layout_of(csw=4000, csw_team_size=10, mhsw=10, mhsw_teams=1, shared_families=1)
    world = world_of(
        {"leave_csw": 0.5, "leave_wellbeing": 0.0, "fill_rate": 0.0}, layout=layout, seed=6
    )
    run_phase(world, "policy")
    world.policy["unrest"] = 1.5
    run_phases(world, "workforce", weeks=10)
    stay = int(world.practitioners["filled"][:4000].sum())
    assert chance_of_count(stay, 4000, (1 - 0.5 * 2.5 / 52) ** 10) > FALSE_ALARM
    # Wrong version: times unrest, and not 1 + unrest.
    assert chance_of_count(stay, 4000, (1 - 0.5 * 1.5 / 52) ** 10) < FALSE_ALARM


def test_frozen_posts_stay_empty_and_are_the_same_ones_while_the_freeze_lasts():
    """All posts vacant and filled with certainty: a share stays empty for as long as the freeze
    does; a harder freeze keeps the same ones empty and more; afterwards all are filled."""
    layout = layout_of(csw=2990, csw_team_size=10, mhsw=10, shared_families=1)
    world = world_of(NO_TURNOVER | {"fill_rate": 1.0}, layout=layout, seed=7)
    run_phase(world, "policy")
    empty = {}
    for share in (0.5, 0.3):
        world.practitioners["filled"] = False
        world.policy["posts_frozen"] = share
        run_phases(world, "workforce", weeks=3)
        empty[share] = ~world.practitioners["filled"]
        assert chance_of_count(empty[share].sum(), 3000, share) > FALSE_ALARM
        # Wrong version: drawn anew in each of the three weeks.
        assert chance_of_count(empty[share].sum(), 3000, share**3) < FALSE_ALARM
    assert not (empty[0.3] & ~empty[0.5]).any()
    world.policy["posts_frozen"] = 0.0
    run_phases(world, "workforce")
    assert world.practitioners["filled"].all()


def test_own_judgement_shields_from_stories():
    """Steps of bad stories and of conformity shrink by 1 - shield x own judgement, those of good
    ones do not: exactly."""
    world = paired_world(
        {"listening": 0.2,
         "tellers_needed": 1.0, "half_life": FOREVER, "background_tellers": 0.0,
         "policy_effect": 0.5, "cmht_size": 1.0},
        families=2,
    )  # fmt: skip
    people = world.practitioners
    world.clock["week"] = 20
    start_week(world)
    people["told_bad"][0] = 20
    people["told_good"][4] = 20
    before = np.tile([0.5, -0.2, 0.1, 0.8], 2)
    people["narrative"][:8] = before
    world.policy["own_judgement"] = [0.6, 0.9]
    run_phase(world, "narrate")
    own = np.repeat(1 - 0.5 * np.array([0.6, 0.9]), 4)
    bad = np.array([0, 1, 1, 1, 0, 0, 0, 0])
    good = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    story = before + bad * 0.2 * own * (-1 - before)
    story = story + good * 0.2 * (1 - story)
    story = story + 0.2 * own * (before[:4].mean() - story)
    np.testing.assert_allclose(people["narrative"][:8], story, atol=EXACT)


def test_what_moves_the_places_of_rest():
    """Support, openness, restorative practice and ownership: x(n) = rest + (x - rest)(1 - r)**n."""
    world = paired_world(NO_TURNOVER, families=2)
    people = world.practitioners
    moves = {
        "support": ("wellbeing", "disposition"),
        "restorative_stance": ("stance", "stance_rest_{}"),
        "ownership": ("belonging", None),
        "openness": ("orientation", "orientation_rest_{}"),
    }
    for quantity in moves:
        world.policy[quantity] = 0.8
    start = {state: people[state].copy() for state, *_ in moves.values()}
    run_phases(world, "workforce", weeks=30)
    for quantity, (state, rest) in moves.items():
        if rest == "disposition":
            rests = people["disposition"]
        else:
            both = [default(rest.format(s)) if rest else 0.0 for s in ("csw", "mhsw")]
            rests = np.repeat(both, 4)
        level = rests + default("policy_effect") * 0.8
        expected = level + (start[state] - level) * (1 - default("drift")) ** 30
        who = slice(4, 8) if state == "belonging" else slice(0, 8)
        np.testing.assert_allclose(people[state][who], expected[who], rtol=EXACT, err_msg=quantity)


@pytest.mark.parametrize("stance", [0.5, 0.95])
def test_a_voice_for_families_adds_to_the_stance_up_to_one(stance):
    world = paired_world({"close_rate": 0.0, "escalate_rate": 0.0}, families=20)
    families, chosen = world.families, active(world)
    world.practitioners["stance"] = stance
    families["trust"] = 0.3
    world.policy["family_voice"] = 0.6
    run_phase(world, "live")
    target = min(1.0, stance + default("policy_effect") * 0.6)
    expected = 0.3 + default("family_trust_rate") * (target - 0.3)
    np.testing.assert_allclose(families["trust"][chosen, 0], expected, rtol=EXACT)


def test_a_court_takes_a_share_of_families_and_the_same_ones_each_week():
    """control: trust goes towards 1 by an exact step, for the share that it takes; engagement: the
    target rises, for its own share of the same ranking; for good, not drawn anew."""
    world = paired_world(
        {"close_rate": 0.0, "close_amh_rate": 0.0, "family_trust_rate": 0.1, "engagement_rate": 1.0,
         "anxiety_effect": 0.0, "policy_effect": 0.2, "escalate_rate": 0.0},
        families=4000,
        seed=8,
    )  # fmt: skip
    families, chosen = world.families, active(world)
    families["trust"] = world.practitioners["stance"] = 0.4
    world.policy["court_control"] = 0.3
    world.policy["court_engagement"] = 0.6
    run_phases(world, "live", weeks=3)
    trust, engagement = families["trust"][chosen, 0], families["engagement"][chosen]
    power = trust > 0.41
    won = 0.4
    for _ in range(3):  # in each week towards the worker's stance, then towards 1
        won = 0.9 * (0.9 * won + 0.1 * 0.4) + 0.1
    np.testing.assert_allclose(trust, np.where(power, won, 0.4), rtol=EXACT)
    raised = engagement - (0.5 * trust + 0.5 * 0.4) > 0.1
    expected = 0.5 * trust + 0.2 + np.where(raised, 0.2, 0.0)
    np.testing.assert_allclose(engagement, expected, rtol=EXACT)
    assert not (power & ~raised).any()
    assert chance_of_count(power.sum(), len(chosen), 0.3) > FALSE_ALARM
    assert chance_of_count(raised.sum(), len(chosen), 0.6) > FALSE_ALARM
    # Wrong version: drawn anew each week.
    assert chance_of_count(power.sum(), len(chosen), 1 - 0.7**3) < FALSE_ALARM


def test_a_lead_worker_makes_tasks_clear():
    """Acceptance with a clarity that goes from knowledge towards 1, by each one's own team."""
    flat = {"accept_orientation": 0.0, "accept_trust": 0.0, "accept_base": -1.0}
    flat |= {"finish_base": SURE, "accept_clarity": 4.0}
    world = paired_world(flat, families=3000, seed=9)
    csw = world.posts["service"] == 0
    world.practitioners["role_knowledge"] = np.where(csw, 0.9, 0.1)
    families, chosen = world.families, active(world)
    families["talked"][chosen] = families["discussed"][chosen] = True
    families["engagement"] = 1.0
    world.policy["task_clarity"] = np.where(world.teams["service"] == 0, 0.8, 0.2)
    run_phase(world, "plan")

    def both(of_csw, of_mhsw):
        clear = (0.9 + 0.1 * of_csw, 0.1 + 0.9 * of_mhsw)
        return logistic(-1.0 + 4.0 * clear[0]) * logistic(-1.0 + 4.0 * clear[1])

    joint, n = totals(world, "joint"), len(chosen)
    assert chance_of_count(joint, n, both(0.8, 0.2)) > FALSE_ALARM
    # Wrong versions: the CSW's team counts for both; each by the other's team.
    assert chance_of_count(joint, n, both(0.8, 0.8)) < FALSE_ALARM
    assert chance_of_count(joint, n, both(0.2, 0.8)) < FALSE_ALARM


def test_who_owns_a_plan_explains_it():
    world = paired_world(
        {"finish_base": SURE, "explain_base": 0.1, "explain_orientation": 0.0,
         "policy_effect": 0.6},
        families=3000,
        seed=10,
    )  # fmt: skip
    world.policy["plan_ownership"] = np.where(world.teams["service"] == 0, 0.5, 1.0)
    run_phase(world, "plan")
    unexplained, n = totals(world, "unexplained"), len(active(world))
    assert chance_of_count(unexplained, n, 1 - (0.1 + 0.3)) > FALSE_ALARM
    # Wrong version: the MHSW's team.
    assert chance_of_count(unexplained, n, 1 - (0.1 + 0.6)) < FALSE_ALARM
