"""A week's hours, quick closures, the own team, whom to ask: what follows from the ODD by hand.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from colsim.core import rng
from colsim.core.levers import LeverUse
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import PARAMETERS
from colsim.scenario.levers import LEVERS
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    HOURS,
    NEVER,
    NO_TURNOVER,
    RICHNESS,
    SURE,
    active,
    carry_all,
    chance_of_count,
    layout_of,
    live_through,
    logit,
    paired_world,
    run_phase,
    run_phases,
    start_week,
    totals,
    world_of,
)
from tests.verification.test_known_contact import ONLY_BASE


def default(name):
    return PARAMETERS[name].default


# First assessments.


@pytest.mark.parametrize("rate", [0.2, 0.6])
def test_assessments_are_closed_quickly_and_less_often_as_time_goes(rate):
    """Nothing else ends them: of families of complexity c the share left after weeks 1, 2, ... is
    the product of 1 - rate (1 - c) (1 - week / 9); none is closed in week 0, nor from week 9 on."""
    world = paired_world({"finish_base": NEVER, "quick_rate": rate}, families=6000, weeks=40)
    families, chosen = world.families, active(world)
    families["plans"], families["cycle_start"], families["cycle_length"] = 0, 0, 9
    families["complexity"] = 0.4
    run_phases(world, "plan", weeks=12)
    left, waiting = 1.0, len(chosen)
    done = [totals(world, f"assessed_{week}") for week in range(1, 13)]
    for week in range(1, 9):
        chance = rate * 0.6 * (1 - week / 9)
        assert chance_of_count(done[week - 1], waiting, chance) > FALSE_ALARM
        if week < 4:  # wrong version: a constant chance
            assert chance_of_count(done[week - 1], waiting, rate * 0.6) < FALSE_ALARM
        waiting -= int(done[week - 1])
        left *= 1 - chance
    assert chance_of_count(waiting, len(chosen), left) > FALSE_ALARM
    assert sum(done[8:]) == 0
    assert totals(world, "quick") == totals(world, "quick_plans") == sum(done)
    assert totals(world, "assessments") == totals(world, "in_time") == sum(done)


def test_a_review_is_never_closed_quickly():
    world = paired_world({"finish_base": NEVER, "quick_rate": 1.0}, families=100)
    world.families["complexity"] = 0.0
    run_phases(world, "plan", weeks=10)
    assert totals(world, "quick") == totals(world, "plans") == 0


@pytest.mark.parametrize("week, pull", [(4, 4 / 9), (9, 1.0), (10, 0.6), (30, 0.6)])
def test_the_deadline_pulls_more_the_nearer_it_is_and_less_once_missed(week, pull):
    world = paired_world(
        {"finish_base": -2.0, "finish_deadline": 3.0, "quick_rate": 0.0,
         "overdue_pull": 0.6},
        families=4000,
        weeks=40,
    )  # fmt: skip
    families, chosen = world.families, active(world)
    families["plans"], families["cycle_length"] = 0, 9
    families["cycle_start"] = -week
    run_phase(world, "plan")
    done = totals(world, "assessments")
    right = 1 / (1 + math.exp(2.0 - 3.0 * pull))
    assert chance_of_count(done, len(chosen), right) > FALSE_ALARM
    if week > 9:  # wrong version: a missed deadline pulls on
        wrong = 1 / (1 + math.exp(2.0 - 3.0 * week / 9))
        assert chance_of_count(done, len(chosen), wrong) < FALSE_ALARM
    assert totals(world, f"assessed_{min(week, 12)}") == done
    assert totals(world, "in_time") == (done if week <= 9 else 0)


def test_quartiles_are_taken_within_the_week():
    """2 in week 1, 6 in week 3: a quarter after 1 week, half after 2 1/3, three quarters 2 2/3."""
    found = {f"assessed_{week}": np.zeros(()) for week in range(1, 13)}
    found |= {"assessed_1": np.array(2.0), "assessed_3": np.array(6.0)}
    for name, weeks in (("lower_quartile", 1.0), ("median", 7 / 3), ("upper_quartile", 8 / 3)):
        assert MEASURES[f"assessment_{name}"].of(found) == pytest.approx(weeks, rel=EXACT)


# Whom to ask.


def asking(parameters, *, best=0.9, lead=0.3, families=3000):
    """Return a world in which CSWs alone want contact, and know their lead and others so well."""
    world = paired_world(
        ONLY_BASE | {"contact_base": 0.0, "contact_pressure": 1e3, "answer_base": SURE}
        | {"ask_known": 0.8, "familiarity_rate": 0.0} | parameters,
        families=families, csw=4, mhsw=4,
    )  # fmt: skip
    csw = world.posts["service"] == 0
    world.practitioners["pressure"] = np.where(csw, -1.0, 1.0)
    for i in range(len(world.posts)):
        if not csw[i]:
            continue
        for j in np.flatnonzero(world.posts["service"] == 1):
            if world.posts["locality"][i] == world.posts["locality"][j]:
                tie = int(world.posts["row"][i]) * int((~csw).sum()) + int(world.posts["row"][j])
                near = (i - j) % 4 == 0  # leads take turns: this one leads for that CSW
                world.tie_familiarity[tie] = lead if near else best
                world.tie_last[tie] = 0
    return world


def test_a_known_colleague_is_asked_in_the_place_of_a_lead_who_is_known_less():
    """Of those who want contact ask_known x (0.9 - 0.3) ask somebody else: hours of a call for
    both, a step of familiarity and of knowledge, and no contact about the family."""
    world = asking({})
    families, chosen = world.families, active(world)
    families["csw_anxiety"] = 0.5
    run_phase(world, "contact")
    asked, n = totals(world, "advice"), len(chosen)
    assert chance_of_count(asked, n, 0.8 * 0.6) > FALSE_ALARM
    # Wrong version: however well the lead is known.
    assert chance_of_count(asked, n, 0.8 * 0.9) < FALSE_ALARM
    assert (families["contact"][chosen] == -1).sum() == asked
    calmed = families["csw_anxiety"][chosen] != 0.5
    assert calmed.sum() == asked
    calm = 0.5 * (1 - default("talk_effect") * RICHNESS[1])
    np.testing.assert_allclose(families["csw_anxiety"][chosen][calmed], calm, rtol=EXACT)
    assert totals(world, "hours_contact") == pytest.approx(
        world.practitioners["spent"].sum(), rel=1e-9
    )


@pytest.mark.parametrize("best, lead, ask", [(0.3, 0.3, 1.0), (0.2, 0.9, 1.0), (0.9, 0.3, 0.0)])
def test_nobody_else_is_asked_who_is_not_known_better(best, lead, ask):
    world = asking({"ask_known": ask}, best=best, lead=lead, families=200)
    run_phase(world, "contact")
    assert totals(world, "advice") == 0


def test_advice_explains_what_is_on_file_and_tells_nothing():
    """Facts received are understood as in a call; what the other lead knows stays unknown."""
    world = asking({"ask_known": 1.0, "answer_tie": 0.0}, best=1.0, lead=0.0)
    families, chosen = world.families, active(world)
    families["received"][chosen] = [0xC300, 0]
    families["known"][chosen] = [0, 0x3C00]
    world.practitioners["role_knowledge"] = 0.4
    world.parameters["learning_rate"] = 0.0
    run_phase(world, "contact")
    n = len(chosen)
    assert totals(world, "advice") == n
    clear = 1 / (
        1
        + math.exp(
            -default("understand_base")
            - default("understand_richness") * RICHNESS[1]
            - default("understand_knowledge") * 0.4
        )
    )
    understood = totals(world, "to_csc")
    assert chance_of_count(understood, 4 * n, clear) > FALSE_ALARM
    assert not (families["known"][chosen, 0] & 0x3C00).any()
    assert (families["known"][chosen, 0] | families["received"][chosen, 0] == 0xC300).all()


def test_cases_go_to_pairs_who_know_each_other_as_far_as_a_policy_says():
    """All alike but one, who carries a tenth more and is known: preferred only under the policy."""
    for policy, chosen_post in ((0.0, 0), (1.0, 2)):
        world = paired_world({}, families=5)
        families = world.families
        first = active(world)[0]
        families["lead"][:, 0] = -1
        families["lead"][first, 1] = 5
        world.tie_familiarity.reshape(4, 4)[2, 1] = 0.5
        world.policy["known_pairs"] = policy
        world.policy["caseload_cap"] = 60.0
        world.practitioners["shared_load"] = np.where(np.arange(8) == 2, 1, 0)
        run_phase(world, "intake")
        assert families["lead"][first, 0] == chosen_post


def test_a_joint_visit_is_arranged_as_trust_and_slack_allow_and_takes_both_their_hours():
    """Where somebody wants contact, here in vain; where nobody does, a rule makes no visit."""
    world = paired_world(
        ONLY_BASE | {"contact_base": SURE, "answer_base": NEVER, "story_strength": 0.0},
        families=4000,
    )
    people, families, chosen = world.practitioners, world.families, active(world)
    people["effort"] = np.where(world.posts["service"] == 0, 0.8, 0.6)
    world.tie_familiarity[:], world.tie_trust_cm[:], world.tie_trust_mc[:] = 1.0, 0.9, 0.7
    world.policy["joint_visits"] = 0.75
    run_phase(world, "contact")
    arranged = int(families["appointed"][chosen].sum())
    right = 0.75 * 0.8 * 0.6 * 0.9 * 0.7
    assert chance_of_count(arranged, len(chosen), right) > FALSE_ALARM
    # Wrong version: the MHSW's trust does not matter.
    assert chance_of_count(arranged, len(chosen), right / 0.7) < FALSE_ALARM
    assert (families["contact"][chosen] == -2).all()
    world.clock["week"] += 1
    world.parameters["contact_base"] = NEVER
    people["spent"] = 0.0
    start_week(world)
    run_phase(world, "contact")
    assert (families["contact"][chosen] == 2).sum() == arranged
    assert people["spent"].sum() == pytest.approx(2 * arranged * HOURS[2], rel=1e-9)
    assert not families["appointed"][chosen].any()


@pytest.mark.parametrize("service", [0, 1])
def test_a_visit_needs_no_more_than_full_trust_of_either(service):
    """Strangers, one with a wholly good story: a trust of 1.5, which is 1, times 0.5."""
    world = paired_world(
        ONLY_BASE
        | {"contact_base": SURE, "answer_base": NEVER, "learning_rate": 0.0}
        | {"story_strength": 1.0, "story_reach": 0},
        families=3000,
    )
    people, chosen = world.practitioners, active(world)
    people["narrative"] = np.where(world.posts["service"] == service, 1.0, 0.0)
    people["effort"] = 1.0
    world.policy["joint_visits"] = 1.0
    run_phase(world, "contact")
    arranged = world.families["appointed"][chosen].sum()
    assert chance_of_count(arranged, len(chosen), 0.5) > FALSE_ALARM
    # Wrong version: more than full trust.
    assert chance_of_count(arranged, len(chosen), 0.75) < FALSE_ALARM


# One budget of hours.


@pytest.mark.parametrize("moved", [0.0, 0.5])
def test_what_was_spent_last_week_presses_in_this(moved):
    """(cases + what they waited for beyond the hours moved) / (hours - moved)."""
    world = paired_world({"priority_hours": 1.0}, families=20)
    people = world.practitioners
    people["spent"] = 4.0
    run_phase(world, "policy")
    assert (people["left"] == 4.0).all()
    assert not people["spent"].any()
    world.policy["collaboration_priority"] = moved
    run_phase(world, "intake")
    csw = world.posts["service"] == 0
    cases = np.where(csw, default("csw_cases_per_post"), default("mhsw_cases_per_post"))
    each = np.where(csw, default("csw_hours_per_case"), default("mhsw_hours_per_case"))
    work = (cases + people["shared_load"]) * each + 4.0 - moved
    np.testing.assert_allclose(
        people["pressure"], work / (world.posts["hours"] - moved), rtol=EXACT
    )


LEDGER = (
    "hours_contact", "hours_learning", "hours_consulting", "hours_families", "hours_supervision",
)  # fmt: skip


def all_uses(layout, name):
    teams = len(layout.teams)
    for lever in LEVERS.values() if name == "all" else [LEVERS[name]]:
        channels = tuple((c.quantity, c.amount, c.mode) for c in lever.channels)
        yield LeverUse(lever.default, channels, (True,) * teams)


def attended(world, week, purpose, times_a_year):
    """Return who goes to a session or a day of a week: an even draw below times / 52."""
    key = rng.combine(world.clock["seed"][0], np.uint64(week))
    draws = [
        rng.uniform(rng.entity_key(key, origin), purpose, 0)
        for origin in world.practitioners["origin"]
    ]
    return np.array(draws) < times_a_year / 52


def without_workshops(use):
    """Leave out workshops, whose hours are counted one by one where they are tested."""
    kept = tuple(channel for channel in use.channels if channel[0] != "spanner_workshops")
    return replace(use, channels=kept)


@pytest.mark.parametrize("name", [*LEVERS, "all"])
def test_the_hours_of_all_events_are_the_hours_spent(name):
    """Every contact takes an hour of each side, one in vain of the asker alone; each has its price,
    whatever the lever. Events are counted apart from hours: by channel, and by their keyed draws.
    """
    weeks = 12
    one_hour = {"hours_meeting": 1.0, "misdirected": 0.0, "consult_hours": 0.75,
                "fill_rate": 1.0, "encounter_rate": 0.2}  # fmt: skip
    layout = layout_of(spanner_posts=4, csw=8, csw_team_size=4, shared_families=40)
    uses = [without_workshops(use) for use in all_uses(layout, name)]
    world = world_of(one_hour | NO_TURNOVER, layout=layout, uses=uses, weeks=weeks)
    world.derived["hours"] = 1.0
    spent = learnt = supervised = asked = asking = 0.0
    contacts = heard = 0
    staff = world.posts["service"] < 2

    seen = None

    def watch(world, phase):
        nonlocal contacts, heard, seen
        if phase == "intake":
            seen = world.families["heard"].copy()
        if phase == "discover":
            heard += int((world.families["heard"] & ~seen).sum())
        if phase == "contact":  # a three-way discussion later in the week hides one
            contacts += int((world.families["contact"][active(world)] >= 0).sum())

    for week in range(weeks):
        live_through(world, 1, watch)
        spent += world.practitioners["spent"][staff].sum()
        q = world.policy[world.posts["team"]]
        sessions = np.maximum.reduce(
            [q[f"training_{c}"] for c in ("confidence", "knowledge", "acquaintance")]
        )
        days = np.maximum(q["shadowing_knowledge"], q["shadowing_acquaintance"])
        for purpose, often in ((rng.Purpose.TRAINING, sessions), (rng.Purpose.SHADOWING, days)):
            there = attended(world, week, purpose, often) & staff
            learnt += (there * world.posts["hours"] / 5).sum()
        learnt += world.policy["champion_hours"].sum()
        # To explain what consent is for takes as long again as asking, as far as it is worked on.
        (work,) = set(world.policy["consent_work"])
        now = float(world.totals[:, TOTAL_INDEX["consent_asked"]].sum())
        asked, asking = now, asking + (now - asked) * (1.0 + work)
        supervised += q["hours_taken"][staff].sum()
    t = {key: float(world.totals[:, k].sum()) for key, k in TOTAL_INDEX.items()}
    assert t["hours_contact"] == pytest.approx(2 * contacts + 2 * t["advice"] + t["vain"], rel=1e-9)
    consulting = 0.75 * t["consults"] + 2 * t["facilitated"]
    assert t["hours_consulting"] == pytest.approx(consulting, rel=1e-9)
    assert t["hours_learning"] == pytest.approx(learnt, rel=1e-9)
    assert t["hours_families"] == pytest.approx(asking + heard, rel=1e-9)
    explains = any(channel[0] == "consent_work" for use in uses for channel in use.channels)
    assert (asking > t["consent_asked"] > 0) == explains
    assert t["hours_supervision"] == pytest.approx(supervised, rel=1e-9)
    assert sum(t[kind] for kind in LEDGER) == pytest.approx(spent, rel=1e-9)
    assert spent == pytest.approx(t["spent_csw"] + t["spent_mhsw"], rel=1e-9)
    assert spent > 0


def test_short_hours_make_a_channel_poorer_long_before_they_end_a_contact():
    """Everybody wishes to meet: with 1 h left they ring up, curtailed and not given up."""
    world = paired_world(
        ONLY_BASE | {"contact_base": SURE, "answer_base": SURE, "richness_base": 1.0},
        families=1, csw=40, mhsw=40,
    )  # fmt: skip
    world.practitioners["budget"] = 1.0
    run_phase(world, "contact")
    assert totals(world, "curtailed") == totals(world, "phone") + len(active(world))
    assert totals(world, "given_up") == 0


# Rules and supervision.


def test_a_rule_does_not_age_while_it_is_brought_in():
    """Force at the end of a ramp of 4 weeks is whole, and halves in a half-life from there on."""
    layout = layout_of()
    lever = LeverUse(1.0, (("protocol_contact", 0.8, "on"),), (True, True), start=2, ramp=4)
    world = world_of({"compliance": 0, "half_life": 4.0}, layout=layout, uses=[lever], weeks=14)
    seen = []
    for _ in range(14):
        run_phases(world, "policy")
        seen.append(world.policy["protocol_contact"][0])
    risen = [0, 0, 0.2, 0.4, 0.6]
    np.testing.assert_allclose(
        seen, [*risen, *(0.8 * 0.5 ** (n / 4) for n in range(9))], atol=EXACT
    )


@pytest.mark.parametrize("own", [0.0, 0.6, 1.0])
def test_supervision_makes_people_think_again_and_lean_less(own):
    """belief after a week: prior + (1 - (1 - rate) x habit) x (estimate - prior), habit being
    1 - shield x own judgement; the prior itself leans by habit."""
    world = paired_world(
        {"policy_effect": 0.5, "belief_rate": 0.2, "prior_risk": 0.4,
         "mhsw_optimism": 0.1, "contact_base": NEVER},
        families=5,
    )  # fmt: skip
    families, chosen = world.families, active(world)
    families["belief"][chosen] = 0.9
    families["csw_anxiety"] = 1.0
    people = world.practitioners
    people["lean"], people["role_knowledge"] = 0.6, 0.0
    world.policy["own_judgement"] = own
    run_phase(world, "exchange")
    habit = 1 - 0.5 * own
    rate = 1 - 0.8 * habit
    for s, prior in enumerate((0.4 + 0.6 * 0.6 * habit, 0.4 - 0.1 * habit)):
        expected = 0.9 + rate * (prior - 0.9)
        np.testing.assert_allclose(families["belief"][chosen, s], expected, rtol=1e-9)


@pytest.mark.parametrize("frame, facilitated", [(0.0, False), (0.4, False), (0.4, True)])
def test_one_frame_and_whoever_leads_a_talk_make_up_for_what_is_not_known(frame, facilitated):
    """Knowledge 0.25 of a possible 1: the frame makes up for 0.4 of the rest, a facilitator all."""
    world = paired_world(
        {"disclose_base": SURE, "understand_base": -1.0, "understand_richness": 0.0,
         "understand_knowledge": 2.0, "answer_tie": 0.0},
        families=1000,
    )  # fmt: skip
    carry_all(world)
    world.practitioners["role_knowledge"] = 0.25
    world.families["facilitated"] = facilitated
    families, chosen = world.families, active(world)
    families["known"][chosen] = [0, 0xFF00]
    families["contact"][chosen], families["initiator"][chosen] = 1, 0
    world.policy["shared_frame"] = np.where(world.teams["service"] == 0, frame, 0.0)
    run_phase(world, "exchange")
    n, understood = len(chosen), totals(world, "to_csc")
    known = 1.0 if facilitated else 0.25 + 0.75 * frame
    right = 1 / (1 + math.exp(1.0 - 2.0 * known))
    assert chance_of_count(understood, 8 * n, right) > FALSE_ALARM
    if frame:  # wrong version: what the listener knows of their own
        assert chance_of_count(understood, 8 * n, 1 / (1 + math.exp(0.5))) < FALSE_ALARM


@pytest.mark.parametrize("asking_rate", [0.0, 0.5])
def test_mhsws_who_ask_about_children_hear_more(asking_rate):
    world = paired_world(
        {
            "discover_rate": 0.0,
            "cross_discovery": 0.1,
            "hear_child": 0.0,
            "split_rate": 0.0,
        },
        families=4000,
    )
    families, chosen = world.families, active(world)
    families["trust"] = 0.8
    world.policy["asking_children"] = asking_rate
    run_phase(world, "discover")
    # Of the child's 8 facts two are wishes, which nobody but the child tells.
    for s, rate in enumerate((0.1, 0.1 * (1 + asking_rate) * 6 / 8)):
        heard = int((families["known"][chosen, s] != 0).sum())
        assert chance_of_count(heard, len(chosen), rate * 0.8) > FALSE_ALARM
        if asking_rate and s == 1:
            assert chance_of_count(heard, len(chosen), 0.06) < FALSE_ALARM


@pytest.mark.parametrize("rate", [0.002, 0.02])
def test_a_site_that_is_sought_gains_with_the_rate_of_occasions(rate):
    """The odds of wanting contact grow by 1 + pull x days x share of the week x rate."""
    world = paired_world(
        ONLY_BASE | {"contact_base": logit(0.2), "encounter": 1, "encounter_rate": rate}
        | {"site_pull": 40.0, "answer_base": SURE},
        families=4000,
    )  # fmt: skip
    world.policy["shared_days"] = 4.0
    run_phase(world, "contact")
    odds = 0.25 * (1 + 40.0 * 4.0 * 3 / 5 * rate)
    p = odds / (1 + odds)
    tried, n = int((world.families["contact"][active(world)] >= 0).sum()), len(active(world))
    assert chance_of_count(tried, n, 1 - (1 - p) ** 2) > FALSE_ALARM
    if rate > 0.01:
        assert chance_of_count(tried, n, 1 - 0.8**2) < FALSE_ALARM


def test_nobody_asks_spanners_who_give_no_consultations():
    world = paired_world({"consult_base": SURE}, families=30, spanner_posts=1)
    world.practitioners["filled"] = True
    world.policy["spanner_posts"] = 1.0
    world.practitioners["hours_left"] = 1e3
    start_week(world)
    run_phase(world, "span")
    assert totals(world, "consults_wanted") == totals(world, "consults") == 0
    assert not world.families["waiting"].any()
