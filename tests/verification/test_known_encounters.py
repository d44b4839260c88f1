"""A shared site, talks in passing, and rules: rates and chances that follow from the ODD by hand.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import math

import numpy as np
import pytest

from colsim.core import rng
from colsim.core.levers import LeverUse
from colsim.core.parameters import PARAMETERS
from tests.later import Later
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    HOURS,
    NEVER,
    RICHNESS,
    SURE,
    active,
    chance_of_count,
    chance_of_counts,
    layout_of,
    logit,
    paired_world,
    run_phase,
    run_phases,
    start_week,
    totals,
    world_of,
)
from tests.verification.test_known_contact import ONLY_BASE

stats = Later("scipy.stats")

BY_CHANCE, SOUGHT, BOTH = range(3)
WARMED = PARAMETERS["familiarity_rate"].default * RICHNESS[0]


def default(name):
    return PARAMETERS[name].default


def logistic(x):
    return 1 / (1 + math.exp(-x))


def site(parameters, *, days, csw=40, mhsw=40, seed=1):
    """Return a world of strangers who sit in one office."""
    layout = layout_of(csw=csw, csw_team_size=csw, mhsw=mhsw, mhsw_teams=1, shared_families=1)
    world = world_of(parameters, layout=layout, seed=seed)
    run_phase(world, "policy")
    world.policy["shared_days"] = days
    return world


def times_met(world, csw=40, mhsw=40):
    """Return how often each pair came across each other, from the steps of their familiarity."""
    steps = np.log1p(-world.tie_familiarity) / np.log1p(-WARMED)
    times = np.rint(steps).astype(int)
    np.testing.assert_allclose(steps, times, atol=1e-6)
    return times.reshape(csw, mhsw)


@pytest.mark.parametrize("days, there", [(1.0, 1.0), (3.0, 3.0), (5.0, 4.0)])
def test_encounters_of_a_pair_are_as_many_as_its_shared_days_give(days, there):
    """Desks that are drawn anew: of a pair in a week Poisson(rate x days of the MHSW x share of the
    week that the CSW is in), an MHSW being in an office on 4 days at most. By chi-square over
    1600 pairs, and the sum within 4 standard errors."""
    rate, weeks = 0.06, 10
    world = site({"encounter_rate": rate, "desk_sharing": 1.0}, days=days, seed=3)
    for _ in range(weeks):
        start_week(world)
        run_phase(world, "encounter")
        world.clock["week"] += 1
    times = times_met(world)
    mean = weeks * rate * there * 3 / 5
    counts = np.bincount(times.ravel(), minlength=15)
    assert chance_of_counts(counts, stats.poisson.pmf(np.arange(len(counts)), mean)) > FALSE_ALARM
    assert abs(times.sum() - 1600 * mean) < 4 * math.sqrt(1600 * mean)
    assert times.sum() == totals(world, "encounters")
    # Wrong versions: a CSW who never goes out; an MHSW who is in whenever the desk is.
    assert abs(times.sum() - 1600 * mean * 5 / 3) > 4 * math.sqrt(1600 * mean)
    if days > there:
        assert abs(times.sum() - 1600 * mean * 5 / 4) > 4 * math.sqrt(1600 * mean)
    # Each MHSW meets each CSW alike, and not the first half of them three times as often.
    assert chance_of_counts(times.sum(axis=1), np.full(40, 1 / 40)) > FALSE_ALARM
    assert chance_of_counts(times.sum(axis=1), [1.5 / 40] * 20 + [0.5 / 40] * 20) < FALSE_ALARM
    assert ((world.tie_met.reshape(40, 40) >= 0) == (times > 0)).all()
    assert (world.tie_last == world.tie_met).all()
    assert not world.practitioners["spent"].any()


@pytest.mark.parametrize("own_desk", [True, False])
def test_who_sits_near_is_met_more_often_where_desks_are_people_s_own(own_desk):
    """A pair's seat u is theirs for good: its count is Poisson with mean rate x days x
    exp(-decay u) / (mean of that). Ten classes of pairs by u; drawn anew, u says nothing."""
    rate, weeks, decay = 0.1, 12, 10 / 3
    world = site(
        {
            "encounter_rate": rate,
            "desk_sharing": 0.0 if own_desk else 1.0,
            "seat_decay": decay,
        },
        days=4.0,
        seed=4,
    )
    for _ in range(weeks):
        start_week(world)
        run_phase(world, "encounter")
        world.clock["week"] += 1
    times = times_met(world)
    life = rng.combine(world.clock["seed"][0], rng.BIRTH)
    origins = world.practitioners["origin"]
    seats = np.array(
        [
            [
                rng.uniform(rng.entity_key(life, rng.combine(m, j)), rng.Purpose.ENCOUNTER_SEAT, 0)
                for m in origins[40:80]
            ]
            for j in origins[:40]
        ]
    )
    near = np.exp(-decay * seats)
    near = near / ((1 - math.exp(-decay)) / decay)
    groups = np.minimum((10 * seats).astype(int), 9)
    seen = np.array([times[groups == g].sum() for g in range(10)])
    mean = weeks * rate * 4 * 3 / 5
    by_seat = np.array([mean * near[groups == g].sum() for g in range(10)])
    alike = np.array([mean * (groups == g).sum() for g in range(10)])
    right, wrong = (by_seat, alike) if own_desk else (alike, by_seat)
    # Counts of a class are Poisson: the sum of squares has ten degrees of freedom.
    assert stats.chi2.sf(((seen - right) ** 2 / right).sum(), 10) > FALSE_ALARM
    assert stats.chi2.sf(((seen - wrong) ** 2 / wrong).sum(), 10) < FALSE_ALARM


def test_without_a_shared_site_nobody_comes_across_anybody():
    """Not without shared days, nor where CSWs are out all week, nor in an office that is empty."""
    for days, csw_days in ((0.0, 5.0), (5.0, 0.0)):
        world = site({"encounter_rate": 1.0, "csw_office_days": csw_days}, days=days)
        run_phase(world, "encounter")
        assert totals(world, "encounters") == 0
        assert not world.tie_familiarity.any()
    world = site({"encounter_rate": 1.0}, days=5.0)
    world.practitioners["filled"][:40] = False
    run_phase(world, "encounter")
    assert totals(world, "encounters") == 0
    for days, there in ((5.0, 4.0), (0.05, 0.05)):  # a site that is hardly shared counts, too
        world = site({"encounter_rate": 1.0, "seat_decay": 0.0}, days=days)
        run_phase(world, "encounter")  # at no distance all who are drawn are met
        mean = 1600 * 1.0 * there * 3 / 5
        assert abs(totals(world, "encounters") - mean) < 4 * math.sqrt(mean)


def crossing(parameters, *, families=4000, seed=2):
    """Return a world in which the leads of every family come across each other this week."""
    world = paired_world(
        ONLY_BASE | {"occasion": 0.0, "desk_sharing": 0.0, "site_pull": 0.0} | parameters,
        families=families,
        seed=seed,
    )
    world.tie_met[:] = 0
    world.policy["shared_days"] = 5.0
    return world


@pytest.mark.parametrize("form, share", [(BY_CHANCE, 1.0), (SOUGHT, 0.0), (BOTH, 0.5)])
def test_a_family_is_raised_in_passing_by_either_side_with_its_stated_chance(form, share):
    """Nobody seeks contact; each raises it with share x logistic(want + occasion x own desks): one
    of the two 1 - (1 - p)**2, and the MHSW is the one who asked in half of them."""
    base, occasion, desks = -40.0, 52.0, 0.25
    world = crossing(
        {"contact_base": base, "occasion": occasion, "desk_sharing": desks, "encounter": form}
    )  # fmt: skip
    world.practitioners["orientation"] = 0.4
    run_phase(world, "contact")
    families, chosen = world.families, active(world)
    raised, n = int(families["in_passing"][chosen].sum()), len(chosen)
    p = share * logistic(base + occasion * (1 - desks))
    assert totals(world, "passing") == raised
    if form == SOUGHT:
        assert raised == 0
        return
    assert chance_of_count(raised, n, 1 - (1 - p) ** 2) > FALSE_ALARM
    talks = families[chosen][families["in_passing"][chosen]]
    assert (talks["contact"] == 1).all()
    assert chance_of_count(talks["initiator"].sum(), raised, 0.5) > FALSE_ALARM
    assert chance_of_count(talks["mutual"].sum(), raised, 0.4) > FALSE_ALARM
    assert not talks["appointed"].any()  # a want of -40
    assert world.practitioners["spent"].sum() == pytest.approx(2 * raised * HOURS[0], rel=1e-9)
    # Wrong versions: twice the share; nobody hears.
    assert chance_of_count(raised, n, 1 - (1 - 2 * p) ** 2) < FALSE_ALARM
    open_door = share * logistic(base + occasion)
    assert chance_of_count(raised, n, 1 - (1 - open_door) ** 2) < FALSE_ALARM


def test_whoever_raised_it_decides_whether_to_meet():
    """All raise it, in half of them the MHSW, who wants contact in one case of two (and had tried
    in vain); a CSW who wants none arranges none."""
    world = crossing(
        {"contact_base": 0.0, "contact_pressure": 40.0, "occasion": SURE, "answer_base": NEVER}
    )
    world.practitioners["pressure"] = np.where(world.posts["service"] == 0, 1.0, 0.0)
    run_phase(world, "contact")
    talks = world.families[active(world)]
    assert talks["in_passing"].all()
    by_mhsw = talks["initiator"] == 1
    assert chance_of_count(by_mhsw.sum(), len(talks), 0.5) > FALSE_ALARM
    assert not talks["appointed"][~by_mhsw].any()
    assert chance_of_count(talks["appointed"][by_mhsw].sum(), by_mhsw.sum(), 0.5) > FALSE_ALARM


def test_who_did_not_meet_this_week_does_not_talk_in_passing():
    world = crossing({"contact_base": -2.0, "occasion": SURE}, families=50)
    world.tie_met[:] = -1
    run_phase(world, "contact")
    assert totals(world, "passing") == 0


@pytest.mark.parametrize("joint_plan", [0, 1])
@pytest.mark.parametrize("passing", [True, False])
def test_a_talk_in_passing_never_is_the_planned_discussion(joint_plan, passing):
    """Beliefs that agree, in a call or face to face, as the form asks: talked in either case, and
    discussed only where it was no talk in passing."""
    world = paired_world({"joint_plan": joint_plan, "belief_rate": 0.0}, families=60)
    families, chosen = world.families, active(world)
    families["belief"][chosen] = 0.4
    families["contact"][chosen] = 1 if joint_plan else 2
    families["in_passing"][chosen] = passing
    run_phase(world, "exchange")
    assert families["talked"][chosen].all()
    assert families["contacted"][chosen].all()
    assert (families["discussed"][chosen] == (not passing)).all()


@pytest.mark.parametrize("joint_plan", [0, 1])
@pytest.mark.parametrize("channel", [0, 1, 2, 3])
@pytest.mark.parametrize("agree", [True, False])
def test_what_settles_the_risk_is_a_discussion_or_an_agreement(joint_plan, channel, agree):
    """Planned: any visit or meeting, whatever comes of it, and no call. Any wanted talk:
    beliefs within the tolerance afterwards, whatever the channel. A letter settles nothing."""
    world = paired_world(
        {"joint_plan": joint_plan, "belief_rate": 0.0, "talk_effect": 0.0,
         "risk_tolerance": 0.1},
        families=30,
    )  # fmt: skip
    families, chosen = world.families, active(world)
    families["belief"][chosen] = [0.4, 0.45 if agree else 0.7]
    families["contact"][chosen] = channel
    run_phase(world, "exchange")
    settled = channel >= 2 if joint_plan == 0 else channel >= 1 and agree
    assert (families["discussed"][chosen] == settled).all()


def test_an_appointment_is_made_as_the_asker_wants_and_kept_a_week_later():
    """All raise it, so the asker's own want decides: logistic(want) of talks; next week those meet
    face to face, the rest do as anybody."""
    p = 0.3
    world = crossing({"contact_base": logit(p), "answer_base": SURE, "occasion": SURE}, seed=6)
    families, chosen = world.families, active(world)
    run_phase(world, "contact")
    talks = families["in_passing"][chosen]
    # Who wanted contact anyway made it: talks are what is left, (1 - p)**2 of all.
    assert chance_of_count(talks.sum(), len(chosen), (1 - p) ** 2) > FALSE_ALARM
    appointed = families["appointed"][chosen].copy()
    assert not (appointed & ~talks).any()
    assert chance_of_count(appointed.sum(), talks.sum(), p) > FALSE_ALARM
    # Wrong version: the occasion adds to the appointment as well.
    assert chance_of_count(appointed.sum(), talks.sum(), 0.5) < FALSE_ALARM
    world.clock["week"] += 1
    world.parameters["contact_base"] = NEVER
    start_week(world)
    world.practitioners["spent"] = 0.0
    run_phase(world, "contact")
    assert (families["contact"][chosen] == np.where(appointed, 2, -1)).all()
    assert not families["appointed"][chosen].any()
    assert not families["in_passing"][chosen].any()
    spent = world.practitioners["spent"].sum()
    assert spent == pytest.approx(2 * appointed.sum() * HOURS[2], rel=1e-9)


NOBODY_WANTS = {"contact_base": NEVER, "answer_base": SURE, "rule_pace": 0.8, "story_strength": 0.5}
NOBODY_WANTS |= {"trust_rate": 0.0, "learning_rate": 0.0}  # a pair's first call is as its last


def test_a_rule_brings_about_contact_with_its_stated_chance():
    """pace x rule x effort x trust of the CSW: written, one-sided, answered like any other."""
    world = paired_world(
        ONLY_BASE | NOBODY_WANTS | {"answer_base": logit(0.6)}, families=6000, seed=3
    )
    people, families, chosen = world.practitioners, world.families, active(world)
    people["effort"] = np.where(world.posts["service"] == 0, 0.8, 0.3)
    people["narrative"] = 0.4
    world.tie_last[:] = 0
    world.tie_familiarity[:] = 0.5
    world.tie_trust_cm[:], world.tie_trust_mc[:] = 0.9, 0.2
    world.policy["protocol_contact"] = np.where(world.teams["service"] == 0, 0.75, 0.0)
    run_phase(world, "contact")
    trust = 0.5 * 0.9 + 0.5 * (0.5 + 0.5 * 0.4)
    right, n = 0.8 * 0.75 * 0.8 * trust, len(chosen)
    forced = int(families["forced"][chosen].sum())
    tried = forced + int(totals(world, "vain"))
    assert totals(world, "forced") == forced
    assert (families["contact"][chosen][families["forced"][chosen]] == 0).all()
    assert (families["initiator"][chosen][families["contact"][chosen] != -1] == 0).all()
    assert not families["mutual"][chosen].any()
    assert chance_of_count(tried, n, right) > FALSE_ALARM
    assert chance_of_count(forced, tried, 0.6) > FALSE_ALARM
    assert people["spent"].sum() == pytest.approx(HOURS[0] * (tried + forced), rel=1e-9)
    # Wrong versions: who is under pressure follows as well; trust of the MHSW.
    assert chance_of_count(tried, n, right / 0.8) < FALSE_ALARM
    assert chance_of_count(tried, n, right / trust * 0.4) < FALSE_ALARM


def test_a_rule_reaches_only_where_nobody_wanted_contact():
    """With and without it the same contacts come about, and it adds some among the rest alone."""
    seen = []
    for rule in (0.0, 1.0):
        world = paired_world(
            ONLY_BASE | NOBODY_WANTS | {"contact_base": logit(0.3)}, families=3000, seed=4
        )
        world.policy["protocol_contact"] = rule
        run_phase(world, "contact")
        seen.append(world.families[active(world)].copy())
    without, with_it = seen
    assert not without["forced"].any()
    assert with_it["forced"].sum() > 300
    assert (without["contact"][with_it["forced"]] == -1).all()
    rest = ~with_it["forced"]
    assert (without["contact"][rest] == with_it["contact"][rest]).all()


@pytest.mark.parametrize("contacted", [True, False])
def test_a_rule_asks_once_in_a_cycle(contacted):
    world = paired_world(ONLY_BASE | NOBODY_WANTS | {"rule_pace": 1.0}, families=300)
    world.families["contacted"] = contacted
    world.tie_familiarity[:], world.tie_trust_cm[:] = 1.0, 1.0
    world.policy["protocol_contact"] = 1.0
    run_phase(world, "contact")
    assert totals(world, "forced") == (0 if contacted else len(active(world)))


def test_who_wanted_and_had_no_hours_is_not_made_to_write():
    """Both want it; where the MHSW, who has no hours, is the quicker one, it is given up: wanted,
    and no contact, and no rule. Where nobody wants it, the same hours force it to be tried."""
    for base, tried in ((SURE, False), (NEVER, True)):
        world = paired_world(
            ONLY_BASE | NOBODY_WANTS | {"contact_base": base, "rule_pace": 1.0}, families=400
        )
        families, chosen = world.families, active(world)
        world.practitioners["budget"] = np.where(world.posts["service"] == 0, 1e6, 0.1)
        world.tie_familiarity[:], world.tie_trust_cm[:] = 1.0, 1.0
        world.policy["protocol_contact"] = 1.0
        run_phase(world, "contact")
        given_up = int(totals(world, "given_up"))
        assert totals(world, "forced") == 0  # nobody has hours to answer
        assert (families["contact"][chosen] == -1).sum() == given_up
        assert totals(world, "vain") == len(chosen) - given_up
        assert (given_up > 100) is not tried


def test_forced_contact_is_contact_and_never_discussion():
    """The week's exchange: contacted, not talked, not discussed; beliefs stay as judged."""
    world = paired_world(
        ONLY_BASE | NOBODY_WANTS | {"rule_pace": 1.0, "joint_plan": 1},
        families=100,
    )
    families, chosen = world.families, active(world)
    families["belief"][chosen] = 0.4
    world.tie_familiarity[:], world.tie_trust_cm[:] = 1.0, 1.0
    world.policy["protocol_contact"] = 1.0
    run_phase(world, "contact")
    run_phase(world, "exchange")
    assert families["forced"][chosen].all()
    assert families["contacted"][chosen].all()
    assert not families["talked"][chosen].any()
    assert not families["discussed"][chosen].any()


@pytest.mark.parametrize("thin", [True, False])
def test_paper_upon_paper_is_a_bad_experience_of_the_mhsw(thin):
    world = paired_world(ONLY_BASE | NOBODY_WANTS | {"rule_pace": 1.0}, families=100)
    world.families["thin"] = thin
    world.tie_familiarity[:], world.tie_trust_cm[:] = 1.0, 1.0
    world.policy["protocol_contact"] = 1.0
    run_phase(world, "contact")
    led = world.practitioners["shared_load"]
    mhsw = (world.posts["service"] == 1) & thin
    assert (world.practitioners["pending_bad"] == np.where(mhsw, led, 0)).all()


@pytest.mark.parametrize("compliance, upkeep, rest", [(0, 0.6, 0.0), (1, 0.6, 0.6), (1, 0.0, 0.0)])
def test_a_rule_halves_in_its_half_life(compliance, upkeep, rest):
    """Force n weeks after its start: 0.5**(n / h) and, where managers keep it up and the form says
    that this holds it, upkeep of what is lost. Each kind of rule has its own beginning."""
    half_life = 8.0
    channels = (
        (("protocol_contact", 0.9, "on"), ("rule_upkeep", upkeep, "on")),
        (("collaboration_priority", 0.5, "on"), ("deadline_relief", 0.7, "on")),
        (("agreed_sharing", 0.8, "on"),),
    )
    levers = [
        LeverUse(1.0, channel, (True, True), start=start)
        for channel, start in zip(channels, (2, 10, 5), strict=True)
    ]
    world = world_of(
        {"compliance": compliance, "half_life": half_life},
        layout=layout_of(),
        uses=levers,
        weeks=30,
    )
    for week in range(30):
        run_phases(world, "policy")
        for name, full, start in (
            ("protocol_contact", 0.9, 2), ("collaboration_priority", 0.5, 10),
            ("deadline_relief", 0.7, 10), ("agreed_sharing", 0.8, 5),
        ):  # fmt: skip
            force = 0.5 ** ((week - start) / half_life) if week >= start else 0.0
            force = force + (1 - force) * rest if week >= start else 0.0
            np.testing.assert_allclose(world.policy[name], full * force, atol=EXACT, err_msg=name)
            if week == start + half_life and not rest:
                assert world.policy[name][0] == pytest.approx(full / 2, rel=EXACT)


def test_a_rule_that_is_laid_down_again_begins_anew():
    layout = layout_of()
    levers = [
        LeverUse(1.0, (("protocol_contact", 1.0, "scale"),), (True, True), start=start, end=end)
        for start, end in ((0, 6), (9, None))
    ]
    world = world_of({"half_life": 4.0, "compliance": 0}, layout=layout, uses=levers, weeks=12)
    seen = []
    for _ in range(12):
        run_phases(world, "policy")
        seen.append(world.policy["protocol_contact"][0])
    fading = 0.5 ** (np.arange(6) / 4)
    np.testing.assert_allclose(seen, [*fading, 0, 0, 0, *fading[:3]], atol=EXACT)
