"""Boundary spanners against a loss formula, and what else they do, step by step on paper.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import numpy as np
import pytest

from colsim.core.levers import LeverUse
from colsim.core.measures import TOTAL_INDEX
from colsim.core.names import Consent
from colsim.core.parameters import PARAMETERS
from tests.later import Later
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    NEVER,
    RICHNESS,
    SURE,
    active,
    carry_all,
    chance_of_count,
    chance_of_counts,
    count_waits,
    geometric,
    layout_of,
    logit,
    paired_world,
    run_phase,
    run_phases,
    start_week,
    totals,
    world_of,
)

stats = Later("scipy.stats")

VISITS, CONSULTATION, FACILITATION, WORKSHOPS, CHALLENGE = range(5)
PLAIN = dict.fromkeys(("consult_need", "consult_familiarity", "consult_due"), 0.0)


def default(name):
    return PARAMETERS[name].default


def spanner_world(parameters, *, hours, families, spanners=1, seed=1, weeks=60, **sizes):
    """Return a world of paired families with filled spanner posts, whose hours are set by hand."""
    world = paired_world(
        parameters, families=families, spanner_posts=spanners, seed=seed, weeks=weeks, **sizes
    )
    world.practitioners["filled"] = True
    world.policy["spanner_posts"] = spanners
    world.policy["spanner_consultation"] = 1.0
    set_hours(world, hours)
    start_week(world)
    return world


def set_hours(world, hours):
    for kind in range(5):
        world.practitioners["hours_left"][:, kind] = hours.get(kind, 0.0)


def consult_for(world, weeks, hours):
    """Let only `span` run for some weeks; return demanded and served by week."""
    for _ in range(weeks):
        start_week(world)
        set_hours(world, hours)
        world.practitioners["budget"] = 1e6
        world.families["waiting"] = (
            0  # what could not be served is lost, as with a plan that is made
        )
        run_phase(world, "span")
        world.clock["week"] += 1
    wanted = world.totals[:weeks, TOTAL_INDEX["consults_wanted"]]
    served = world.totals[:weeks, TOTAL_INDEX["consults"]]
    return wanted.astype(int), served.astype(int)


def of_min(demand, capacity):
    """Return the distribution of min(demand, capacity) from that of demand."""
    padded = np.pad(demand, (0, max(0, capacity + 1 - len(demand))))
    return np.append(padded[:capacity], padded[capacity:].sum())


def poisson_binomial(chances):
    """Return the distribution of the number of successes of independent trials, by convolution."""
    distribution = np.ones(1)
    for p in chances:
        distribution = np.convolve(distribution, [1.0 - p, p])
    return distribution


def chance_of_served(served, demand, capacity):
    return chance_of_counts(np.bincount(served, minlength=capacity + 1), of_min(demand, capacity))


@pytest.mark.parametrize("p, capacity", [(0.15, 3), (0.15, 30), (0.3, 6)])
def test_consultations_are_served_up_to_the_hours_and_lost_beyond(p, capacity):
    """A loss system in discrete time. Assumptions: one spanner; hours anew each week; both leads of
    n families ask independently with the same chance p; whoever asks has the hours; nobody waits.
    Then demand is Binomial(2n, p), served = min(demand, floor(hours / hours of one)), and its mean
    is the exact sum over d of min(d, capacity) P(d).

    3000 weeks: the distribution of demand and of served by chi-square, the mean within 4 standard
    errors (two-sided 6e-5).
    """
    weeks = 3000
    world = spanner_world(
        PLAIN | {"consult_base": logit(p), "consult_hours": 1.5}, hours={}, families=12, weeks=weeks
    )
    trials = 2 * len(active(world))
    hours = {CONSULTATION: 1.5 * capacity + 1.0}  # an hour that is of no use
    wanted, served = consult_for(world, weeks, hours)
    assert (served == np.minimum(wanted, capacity)).all()
    demand = stats.binom.pmf(np.arange(trials + 1), trials, p)
    assert chance_of_counts(np.bincount(wanted, minlength=trials + 1), demand) > FALSE_ALARM
    assert chance_of_served(served, demand, capacity) > FALSE_ALARM
    d = np.minimum(np.arange(trials + 1), capacity)
    mean = (d * demand).sum()
    error = np.sqrt(((d - mean) ** 2 * demand).sum() / weeks)
    assert abs(served.mean() - mean) < 4 * error
    # Wrong versions: one more can be served; a tenth more ask.
    wrong = stats.binom.pmf(np.arange(trials + 1), trials, 1.1 * p)
    assert chance_of_counts(np.bincount(wanted, minlength=trials + 1), wrong) < FALSE_ALARM
    if capacity < 10:
        one_more = np.minimum(np.arange(trials + 1), capacity + 1)
        assert abs(served.mean() - (one_more * demand).sum()) > 4 * error


def test_consultations_of_unequal_askers_follow_the_poisson_binomial():
    """As above, but who knows less asks more: chances differ, and demand is a convolution."""
    weeks, capacity = 1500, 10
    world = spanner_world(
        PLAIN | {"consult_base": -3.0, "consult_need": 6.0}, hours={}, families=12, weeks=weeks
    )
    chosen = active(world)
    known = np.linspace(0, 1, 2 * len(chosen)).reshape(-1, 2)
    world.families["known_weight"][chosen] = known
    hours = {CONSULTATION: default("consult_hours") * capacity}
    wanted, served = consult_for(world, weeks, hours)
    demand = poisson_binomial(1 / (1 + np.exp(3.0 - 6.0 * (1 - known.ravel()))))
    assert demand.sum() == pytest.approx(1, abs=EXACT)
    assert chance_of_counts(np.bincount(wanted, minlength=len(demand)), demand) > FALSE_ALARM
    assert chance_of_served(served, demand, capacity) > FALSE_ALARM
    # Wrong version: all ask with the mean chance (the same mean, a larger variance).
    trials = len(demand) - 1
    p = (np.arange(trials + 1) * demand).sum() / trials
    wrong = stats.binom.pmf(np.arange(trials + 1), trials, p)
    assert chance_of_counts(np.bincount(wanted, minlength=trials + 1), wrong) < FALSE_ALARM


def test_who_asks_needs_the_hours_too():
    """Everybody asks; each practitioner has the hours for two consultations: served is 2 a head."""
    world = spanner_world(
        PLAIN | {"consult_base": SURE, "consult_hours": 1.5, "spanner_offer": 0.0},
        hours={CONSULTATION: 1e3},
        families=60,
    )
    world.practitioners["budget"] = 3.5
    run_phase(world, "span")
    assert totals(world, "consults_wanted") == 2 * len(active(world))
    assert totals(world, "consults") == 2 * 8
    people = world.practitioners[world.posts["service"] < 2]
    np.testing.assert_allclose(people["budget"], 0.5, atol=EXACT)
    np.testing.assert_allclose(people["spent"], 3.0, atol=EXACT)
    assert (people["memory"][:, 14] == 2).all()


def grasp(knowledge):
    """Return the chance that what is explained face to face is understood."""
    face = RICHNESS[2]
    x = default("understand_base") + default("understand_richness") * face
    return 1 / (1 + np.exp(-x - default("understand_knowledge") * knowledge))


@pytest.mark.slow
def test_a_consultation_moves_what_is_stated():
    """One certain consultation of each lead: what was received is understood with the stated chance
    (binomial), anxiety, knowledge, the spanner's tie by exact steps."""
    world = spanner_world(
        PLAIN
        | {"consult_base": SURE, "spanner_offer": 0.0}
        | {"disclose_base": NEVER},  # so that nothing is told on
        hours={CONSULTATION: 1e9},
        families=3000,
        csw=500,
        mhsw=500,
    )
    families, chosen = world.families, active(world)
    families["received"][chosen] = [0xFF00, 0x00FF]
    families["csw_anxiety"] = 0.5
    world.practitioners["role_knowledge"] = np.where(world.posts["service"] == 2, 0.8, 0.4)
    led = world.practitioners["shared_load"].copy()
    run_phase(world, "span")
    n = len(chosen)
    to_csc, to_amh = totals(world, "to_csc", "to_amh")
    for count in (to_csc, to_amh):
        assert chance_of_count(count, 8 * n, grasp(0.8)) > FALSE_ALARM
        # Wrong versions: a twentieth less; what the asker knows of the other service.
        assert chance_of_count(count, 8 * n, 0.95 * grasp(0.8)) < FALSE_ALARM
        assert chance_of_count(count, 8 * n, grasp(0.4)) < FALSE_ALARM
    assert totals(world, "by_spanner") == to_csc + to_amh
    assert np.bitwise_count(families["known"][chosen]).sum() == to_csc + to_amh
    assert (families["known"][chosen] ^ families["received"][chosen] == [0xFF00, 0x00FF]).all()
    face = RICHNESS[2]
    calm = 0.5 * (1 - default("talk_effect") * face)
    np.testing.assert_allclose(families["csw_anxiety"][chosen], calm, rtol=EXACT)
    staff = world.posts["service"] < 2
    knowledge = 1 - 0.6 * (1 - default("learning_rate") * face) ** led
    np.testing.assert_allclose(
        world.practitioners["role_knowledge"][staff], knowledge[staff], rtol=EXACT
    )
    familiarity = 1 - (1 - default("familiarity_rate") * face) ** led
    trust = 1 - 0.5 * (1 - default("trust_rate") * face) ** led
    by_place = np.concatenate([familiarity[world.posts["service"] == s] for s in (0, 1)])
    own = world.spanner_familiarity.reshape(1, -1)[0]
    np.testing.assert_allclose(own, by_place, rtol=1e-9)
    by_place = np.concatenate([trust[world.posts["service"] == s] for s in (0, 1)])
    np.testing.assert_allclose(world.spanner_trust, by_place, rtol=1e-9)


def test_the_best_known_spanner_is_asked():
    """Of three filled spanners each lead goes to the one they know best: their hours alone go."""
    world = spanner_world(
        PLAIN | {"consult_base": SURE, "spanner_offer": 0.0},
        hours={CONSULTATION: 1e4},
        families=40,
        spanners=3,
    )
    ties = world.spanner_familiarity.reshape(3, 8)
    ties[:] = 0.1
    ties[2, :4] = 0.3  # the CSWs know the third, the MHSWs the second
    ties[1, 4:] = 0.3
    # Of every other family the CSW is not there to ask, so that the MHSW finds a spanner for it.
    families, chosen = world.families, active(world)
    odd = np.arange(len(chosen)) % 2 == 1
    world.practitioners["budget"] = 1e6
    families["consent"] = True
    csws = families["lead"][chosen[odd], 0]
    assert not np.isin(families["lead"][chosen[~odd], 0], csws).any()
    world.practitioners["budget"][csws] = 0.0
    run_phase(world, "span")
    spent = 1e4 - world.practitioners["hours_left"][8:, CONSULTATION]
    by_csw, by_mhsw = (~odd).sum(), odd.sum()
    served = np.array([0, by_mhsw, 2 * by_csw]) * default("consult_hours")
    np.testing.assert_allclose(spent, served, rtol=EXACT)
    # The family's spanner is kept by both sides: whom each knows best does not matter any more.
    assert (families["spanner"][chosen] == np.where(odd, 9, 10)).all()
    assert (families["waiting"][chosen, 0] == odd).all()
    # Where nobody is known better, the first is asked.
    families["spanner"] = -1
    ties[:] = 0.2
    before = world.practitioners["hours_left"][8:, CONSULTATION].copy()
    run_phases(world, "span")
    spent = before - world.practitioners["hours_left"][8:, CONSULTATION]
    assert spent[1] == spent[2] == 0 < spent[0]


def test_a_spanner_with_just_the_hours_needed_goes_before_one_without():
    """One has no time, the other time for one consultation each week: that one serves it."""
    world = spanner_world(
        PLAIN | {"consult_base": SURE, "spanner_offer": 0.0}, hours={}, families=20, spanners=2
    )
    world.spanner_familiarity[:] = 0.2
    world.practitioners["hours_left"][9, CONSULTATION] = default("consult_hours")
    run_phase(world, "span")
    assert totals(world, "consults") == 1
    assert world.practitioners["hours_left"][9, CONSULTATION] == 0.0


def test_three_way_discussions_are_offered_as_stated_and_take_everybody_s_hours():
    """With hours for all: the first side's consultation offers with p, the second's if that did
    not: 1 - (1 - p)**2 of the families. With hours for five: five."""
    parameters = PLAIN | {"consult_base": SURE, "spanner_offer": 0.3, "visit_hours": 3.5}
    for hours, limit in ((1e9, None), (5 * 3.5, 5)):
        world = spanner_world(
            parameters, hours={CONSULTATION: 1e9, FACILITATION: hours}, families=2000, seed=2
        )
        families, chosen = world.families, active(world)
        run_phase(world, "span")
        held, n = totals(world, "facilitated"), len(chosen)
        if limit is None:
            assert chance_of_count(held, n, 1 - 0.7**2) > FALSE_ALARM
            # Wrong version: one offer.
            assert chance_of_count(held, n, 0.3) < FALSE_ALARM
        else:
            assert held == limit
        assert families["facilitated"][chosen].sum() == held
        assert ((families["contact"][chosen] == 3) == families["facilitated"][chosen]).all()
        spent = world.practitioners["spent"].sum()
        expected = 2 * n * default("consult_hours") + 2 * held * default("hours_meeting")
        assert spent == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("hours", [3.9, 4.0, 13.0])
def test_visits_are_as_many_as_hours_allow_and_fall_on_all_teams_alike(hours):
    """floor(hours / 4) visits; each warms every member of one team by an exact step; teams by
    chi-square over 400 weeks."""
    layout = layout_of(csw=12, csw_team_size=4, mhsw=4, spanner_posts=1, shared_families=1)
    world = world_of({"visit_hours": 4.0}, layout=layout, weeks=400)
    world.practitioners["filled"] = True
    run_phase(world, "policy")
    world.policy["spanner_posts"] = 1.0
    world.practitioners["filled"] = True
    visits = np.zeros(4, int)
    for week in range(400):
        world.clock["week"] = week
        start_week(world)
        set_hours(world, {VISITS: hours})
        world.spanner_familiarity[:] = 0.0
        world.spanner_trust[:] = 0.5
        run_phase(world, "span")
        step = default("familiarity_rate") * RICHNESS[1]
        seen = np.log1p(-world.spanner_familiarity) / np.log1p(-step)
        number = np.rint(seen).astype(int).reshape(4, 4)
        np.testing.assert_allclose(seen.reshape(4, 4), number, atol=1e-9)
        assert (number == number[:, :1]).all()
        believed = default("trust_rate") * RICHNESS[1]
        trust = 1 - 0.5 * (1 - believed) ** number.ravel()
        np.testing.assert_allclose(world.spanner_trust, trust, rtol=1e-9)
        visits += number[:, 0]
    assert visits.sum() == 400 * int(hours / 4)
    if visits.any():
        assert chance_of_counts(visits, np.full(4, 0.25)) > FALSE_ALARM
        # Wrong version: a team that is left out.
        assert chance_of_counts(visits, [0.0, 1 / 3, 1 / 3, 1 / 3]) < FALSE_ALARM


@pytest.mark.parametrize("good_case", [True, False])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_challenge_moves_a_story_if_it_comes_from_somebody_known(trusted, good_case):
    """Heard: stories below 0 go there, or all towards 1 where there is a good case to tell, that
    of the colleagues behind an AMH team too; not heard: every member's goes towards -1."""
    world = spanner_world(
        {"challenge_trust": 0.3, "visit_hours": 4.0, "consult_hours": 1.0},
        hours={VISITS: 4.0, CHALLENGE: 1.5},
        families=5,
    )
    world.spanner_familiarity[:] = 0.9 if trusted else 0.0
    world.spanner_trust[:] = 0.9
    stories = world.practitioners["narrative"]
    stories[:] = np.tile([-0.8, 0.5, -0.1, 0.0], 3)[: len(stories)]
    world.team_story[:] = -0.4
    world.practitioners["memory"][[2, 6], 13] = 0.5 if good_case else 0.49
    before = stories.copy()
    aim = 1.0 if good_case else 0.0
    run_phase(world, "span")
    if trusted:
        moved = before + default("listening") * np.maximum(aim - before, 0)
    else:
        moved = before + default("listening") * (-1 - before)
    teams = [slice(0, 4), slice(4, 8)]
    visited = [t for t in teams if (stories[t] != before[t]).any()]
    assert len(visited) == 1
    np.testing.assert_allclose(stories[visited[0]], moved[visited[0]], atol=EXACT)
    assert world.practitioners["hours_left"][8, CHALLENGE] == 0.5
    assert totals(world, "challenged", "backfired") == ((1, 0) if trusted else (0, 1))
    behind = -0.4 + default("listening") * (aim + 0.4)
    of_amh = behind if trusted and visited[0] == teams[1] else -0.4
    assert world.team_story.tolist() == pytest.approx([-0.4, of_amh], abs=EXACT)


def test_workshops_come_as_often_as_saved_hours_buy_them():
    """Ten hours for one, three a week, at most twelve saved: 12, 11 and 10 hours are there in weeks
    4, 7 and 10, and so on, 3 in 10 weeks; each teaches one CSC team by exact steps."""
    world = spanner_world({"visit_hours": 10.0, "hours_meeting": 2.0}, hours={}, families=2)
    people = world.practitioners
    held = []
    for week in range(1, 41):
        world.clock["week"] = week
        start_week(world)
        saved = people["hours_left"][8, WORKSHOPS]
        set_hours(world, {WORKSHOPS: min(saved + 3.0, 12.0)})
        people["role_knowledge"], people["confidence"] = 0.4, 0.5
        people["budget"], people["spent"] = 2.5, 0.0
        people["budget"][0] = 1.5  # one of the four has no time
        run_phase(world, "span")
        there = people["spent"] > 0
        if there.any():
            held.append(week)
        assert there[1:4].all() == there.any()
        assert not there[0]
        assert not there[4:].any()
        taught = people[there]
        np.testing.assert_allclose(
            taught["role_knowledge"], 0.4 + default("training_knowledge_gain") * 0.6, rtol=EXACT
        )
        np.testing.assert_allclose(
            taught["confidence"], 0.5 + default("training_confidence_gain") * 0.5, rtol=EXACT
        )
        assert (taught["spent"] == 2.0).all()
        assert (taught["budget"] == 0.5).all()
    assert held == [10 * k + week for k in range(4) for week in (4, 7, 10)]


def test_spanner_posts_are_filled_after_geometric_times():
    """fill_rate x recruitment success a week; who is there stays with 1 - a / 52 a week; and all
    go when the posts end."""
    layout = layout_of(authorities=400, spanner_posts=3, shared_families=1)
    two_posts = LeverUse(
        strength=2.0,
        channels=(("spanner_posts", 1.0, "scale"), ("recruitment_success", -0.5, "on")),
        covered=(True,) * len(layout.teams),
        end=40,
    )
    world = world_of(
        {"fill_rate": 0.3, "leave_csw": 0.0, "leave_mhsw": 0.0},
        layout=layout,
        uses=[two_posts],
        seed=3,
        weeks=61,
    )
    spanners = world.posts["service"] == 2
    first = np.full(len(world.posts), 99)
    for week in range(1, 41):
        run_phases(world, "policy")
        now = spanners & world.practitioners["filled"]
        first[now] = np.minimum(first[now], week)
    third = world.posts["row"] == 2
    assert (first[spanners & third] == 99).all()
    waits = count_waits(first[spanners & ~third], 30)
    assert chance_of_counts(waits, geometric(0.15, 30)) > FALSE_ALARM
    # Wrong version: recruitment that always succeeds.
    assert chance_of_counts(waits, geometric(0.3, 30)) < FALSE_ALARM
    here = spanners & world.practitioners["filled"]
    assert (world.practitioners["role_knowledge"][here] == 1.0).all()
    world.parameters["leave_mhsw"] = 1.0
    before = int(here.sum())
    run_phases(world, "workforce", weeks=20)
    stay = int((world.practitioners["filled"] & spanners).sum())
    assert chance_of_count(stay, before, (1 - 1 / 52) ** 20) > FALSE_ALARM
    assert chance_of_count(stay, before, (1 - 1 / 52) ** 26) < FALSE_ALARM
    run_phases(world, "policy")
    assert not (world.practitioners["filled"] & spanners).any()


@pytest.mark.parametrize("p, capacity", [(0.1, 3), (0.02, 5), (0.5, 8)])
def test_who_is_not_served_waits_and_asks_no_second_time(p, capacity):
    """A queue of at most one request a lead: with W waiting, of the other 2n - W each asks with p;
    served = min(W + new, capacity); the rest waits. Books exact in every week, and the number of
    new requests binomial over all those who could ask."""
    weeks = 400
    world = spanner_world(
        PLAIN | {"consult_base": logit(p), "consult_hours": 1.5, "spanner_offer": 0.0},
        hours={}, families=12, weeks=weeks,
    )  # fmt: skip
    chosen = active(world)
    leads = 2 * len(chosen)
    could, asked, waiting = 0, 0, 0
    for week in range(weeks):
        start_week(world)
        set_hours(world, {CONSULTATION: 1.5 * capacity})
        world.practitioners["budget"] = 1e6
        run_phase(world, "span")
        new = int(world.totals[week, TOTAL_INDEX["consults_wanted"]])
        served = int(world.totals[week, TOTAL_INDEX["consults"]])
        assert served == min(waiting + new, capacity)
        could, asked = could + leads - waiting, asked + new
        waiting = waiting + new - served
        assert world.families["waiting"][chosen].sum() == waiting
        assert int(world.totals[week, TOTAL_INDEX["consults_waiting"]]) == waiting
        world.clock["week"] += 1
    assert chance_of_count(asked, could, p) > FALSE_ALARM
    # Wrong version: who waits asks again.
    if waiting:
        assert chance_of_count(asked, leads * weeks, p) < FALSE_ALARM
    assert totals(world, "consults_lost") == 0


@pytest.mark.parametrize("event", ["plan", "a lead leaves", "nothing"])
def test_what_waits_is_lost_with_the_plan_or_with_a_lead(event):
    """Both leads of every family wait: each is a consultation lost, once, when it is too late."""
    world = spanner_world(
        {"finish_base": SURE if event == "plan" else NEVER, "leave_wellbeing": 0.0,
         "leave_csw": 1.0 if event == "a lead leaves" else 0.0, "leave_mhsw": 0.0},
        hours={}, families=40,
    )  # fmt: skip
    families, chosen = world.families, active(world)
    families["waiting"][chosen] = 1
    for _ in range(30):
        run_phases(world, "plan", "workforce")
    gone = chosen[(families["waiting"][chosen] == 0).all(axis=1)]
    assert (families["waiting"][chosen].sum(axis=1) != 1).all()
    assert totals(world, "consults_lost") == 2 * len(gone)
    assert len(gone) == {"plan": len(chosen), "nothing": 0}.get(event, len(gone))
    if event == "a lead leaves":
        assert len(gone) > 0
        assert set(gone) == set(chosen[families["lead"][chosen, 0] < 0])


def told_world(parameters, **families):
    """Return a world in which each CSW is certain to consult, and no MHSW has the hours."""
    switched_off = dict.fromkeys(
        ("disclose_tie", "understand_richness", "understand_knowledge", "spanner_offer"), 0.0
    )
    world = spanner_world(
        PLAIN | switched_off | {"consult_base": SURE} | parameters,
        hours={CONSULTATION: 1e9}, families=2000,
    )  # fmt: skip
    world.practitioners["budget"] = np.where(world.posts["service"] == 1, 0.0, 1e6)
    chosen = active(world)
    spanner = np.flatnonzero(world.posts["service"] == 2)[0]
    world.families["spanner"][chosen] = spanner
    world.families["spanner_origin"][chosen] = world.practitioners["origin"][spanner]
    for name, value in families.items():
        world.families[name][chosen] = value
    return world, chosen


def test_a_spanner_brings_what_it_was_told_and_nothing_else():
    """The MHSW knows eight facts, four of them told: each of the four is brought with
    logistic(y) carry, and of these understood with logistic(z); the other four never move."""
    world, chosen = told_world(
        {"disclose_base": 0.6, "understand_base": -0.4}, known=[0, 0xFF00], told=0x0F00
    )
    run_phase(world, "span")
    known = world.families["known"][chosen, 0]
    received = world.families["received"][chosen, 0]
    assert not ((known | received) & ~0x0F00).any()
    brought = np.bitwise_count(known | received).sum()
    understood = np.bitwise_count(known).sum()
    p = default("carry") * RICHNESS[2] / (1 + np.exp(-0.6))
    assert chance_of_count(brought, 4 * len(chosen), p) > FALSE_ALARM
    assert chance_of_count(understood, brought, 1 / (1 + np.exp(0.4))) > FALSE_ALARM
    assert totals(world, "by_spanner", "to_csc") == (understood, understood)
    assert world.latency.sum() == understood
    # Wrong versions: all that is known to the other side; whatever is brought is understood.
    assert chance_of_count(brought, 8 * len(chosen), p) < FALSE_ALARM
    assert chance_of_count(understood, 4 * len(chosen), p) < FALSE_ALARM


def test_a_spanner_is_told_as_any_colleague_is():
    """Of eight facts known each is told with logistic(y) carry; nothing comes back of them."""
    world, chosen = told_world({"disclose_base": -0.3}, known=[0x00FF, 0xFF00], told=0)
    run_phase(world, "span")
    told = world.families["told"][chosen]
    assert not (told & 0xFF00).any()
    assert (world.families["known"][chosen] == [0x00FF, 0xFF00]).all()
    p = default("carry") * RICHNESS[2] / (1 + np.exp(0.3))
    assert chance_of_count(np.bitwise_count(told).sum(), 8 * len(chosen), p) > FALSE_ALARM
    assert chance_of_count(np.bitwise_count(told).sum(), 8 * len(chosen), 1.1 * p) < FALSE_ALARM


@pytest.mark.parametrize("belief", [0.4, 0.6])
@pytest.mark.parametrize("consent", [Consent.GIVEN, Consent.REFUSED])
def test_who_may_not_tell_asks_a_spanner_without_saying_of_whom(consent, belief):
    """The line is at 0.5. Named, all that is known is told and all that was told is brought, one
    breach where nobody consents; unnamed, nothing, but what was received is translated."""
    world, chosen = told_world(
        {"disclose_base": SURE, "disclose_barred": 0.0, "misreading": 0.0,
         "lawful_threshold": 0.5, "understand_base": SURE,
         "breach_noticed": 1.0, "escalation_loss": 0.25},
        known=[0x000F, 0x0F00], told=0x0F00, received=[0x0030, 0], breached=0, risk=0.0,
        consent=consent, belief=belief, trust=0.8,
    )  # fmt: skip
    carry_all(world)
    run_phase(world, "span")
    named = consent == Consent.GIVEN or belief > 0.5
    families = world.families[chosen]
    assert (families["known"][:, 0] == (0x0F3F if named else 0x003F)).all()
    assert (families["told"] == (0x0F3F if named else 0x0F00)).all()
    wrong = named and consent == Consent.REFUSED
    n = len(chosen) * wrong
    assert totals(world, "breaches", "exaggerated") == (n, n)
    assert (families["breached"] == (0x0F00 if wrong else 0)).all()
    np.testing.assert_allclose(families["trust"], 0.6 if wrong else 0.8, rtol=1e-12)


@pytest.mark.parametrize("left", [True, False])
def test_what_a_spanner_was_told_goes_with_them(left):
    """Everything told, brought and understood for certain: eight facts, or none from a successor,
    who has met nobody yet."""
    world, chosen = told_world(
        {"disclose_base": SURE, "understand_base": SURE}, known=[0, 0xFF00], told=0xFF00
    )
    carry_all(world)
    spanner = world.families["spanner"][chosen[0]]
    if left:
        world.practitioners["origin"][spanner] += 1
    run_phase(world, "span")
    assert (world.families["known"][chosen, 0] == (0 if left else 0xFF00)).all()
    assert (world.families["told"][chosen] == (0 if left else 0xFF00)).all()


def test_strangers_are_introduced_as_trusted_as_the_spanner_is_by_both():
    """Many pairs of strangers, one consultation each: introduced with the stated chance, at the
    lesser of the two trusts in the spanner; who knows each other is not introduced."""
    world, chosen = told_world({"spanner_offer": 0.3, "trust_rate": 0.0})
    families = world.families
    world.tie_last[:] = -1
    world.tie_familiarity[:] = 0.0
    ties = world.spanner_trust
    ties[: len(ties) // 2], ties[len(ties) // 2 :] = 0.9, 0.55  # CSWs, MHSWs
    # One family a pair of leads: the rest have none.
    pairs = families["lead"][chosen]
    _, first = np.unique(pairs, axis=0, return_index=True)
    met = 0
    for week in range(400):
        world.clock["week"] = week % 50
        start_week(world)
        world.tie_last[:] = -1
        world.tie_familiarity[:] = 0.0
        set_hours(world, {CONSULTATION: 1e9})
        kept = families["lead"][chosen].copy()
        others = np.setdiff1d(np.arange(len(chosen)), first)
        families["lead"][chosen[others]] = -1
        families["key"][chosen] ^= np.uint64(week * 7919)
        run_phase(world, "span")
        families["lead"][chosen] = kept
        new = world.tie_last >= 0
        met += int(new.sum())
        assert (world.tie_trust_cm[new] == 0.55).all()
        assert (world.tie_trust_mc[new] == 0.55).all()
        np.testing.assert_allclose(world.tie_familiarity[new], default("familiarity_rate"))
    assert totals(world, "introductions") == met
    assert chance_of_count(met, 400 * len(first), 0.3) > FALSE_ALARM
    assert chance_of_count(met, 400 * len(first), 0.36) < FALSE_ALARM
    world.tie_last[:] = 0
    run_phase(world, "span")
    assert totals(world, "introductions") == met


def test_hours_that_were_not_used_are_kept_for_some_weeks():
    """Four weeks' worth at most: 3 hours a week, saved up to 12, and none in the first place."""
    layout = layout_of(spanner_posts=1, shared_families=1)
    channels = (("spanner_posts", 1.0, "on"), ("spanner_visits", 3.0, "on"))
    world = world_of(
        {"fill_rate": 1.0, "spanner_carry": 4.0, "leave_mhsw": 0.0},
        layout=layout, uses=[LeverUse(1.0, channels, (True, True))],
    )  # fmt: skip
    seen = []
    for _ in range(7):
        run_phases(world, "policy")
        seen.append(world.practitioners["hours_left"][8, VISITS])
    assert seen == [3.0, 6.0, 9.0, 12.0, 12.0, 12.0, 12.0]


def test_without_spanners_nobody_consults():
    world = paired_world(PLAIN | {"consult_base": SURE}, families=30, spanner_posts=2)
    world.policy["spanner_posts"] = 2.0
    run_phase(world, "span")
    assert totals(world, "consults_wanted", "consults") == (0, 0)
    world = spanner_world(PLAIN | {"consult_base": NEVER}, hours={CONSULTATION: 99.0}, families=30)
    run_phase(world, "span")
    assert totals(world, "consults_wanted", "consults") == (0, 0)
