"""Plans and families' lives where conditions are certain, impossible, or have a constant chance.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import math

import numpy as np
import pytest

from colsim.core.parameters import PARAMETERS
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    NEVER,
    SURE,
    active,
    chance_of_count,
    chance_of_counts,
    count_waits,
    geometric,
    logit,
    paired_world,
    run_phase,
    run_phases,
    totals,
)

CHAIN = ("talked", "understood", "agreed", "took_part", "joint")
ALL_SURE = {
    "finish_base": SURE,
    "accept_base": SURE,
    "risk_tolerance": 0.1,
    "joint_understanding": 0.3,
    "achievable_base": 1.0,
    "family_trust_rate": 0.0,
}


def default(name):
    return PARAMETERS[name].default


def ready_world(parameters, *, families=60, seed=1):
    """Return a world in which every family meets every condition of a joint plan for certain."""
    world = paired_world(ALL_SURE | parameters, families=families, seed=seed)
    families, chosen = world.families, active(world)
    for name in ("contacted", "talked", "discussed"):
        families[name][chosen] = True
    families["known"][chosen] = 0xFFFF
    families["belief"][chosen] = [0.5, 0.55]
    families["risk"] = 0.52
    families["engagement"] = 1.0
    families["weight"] = 1 / 16
    return world, families, chosen


def broken(name, world, families, chosen):
    """Take one condition away; return how far along the chain a plan then comes."""
    if name == "talk":
        families["talked"][chosen] = False
        return 0
    if name == "understanding of CSC":
        families["known"][chosen, 0] = 0x000F  # 4 of the 16 that the other has: less than 0.3
        return 1
    if name == "understanding of AMH":
        families["known"][chosen, 1] = 0x0F00
        return 1
    if name == "discussion":
        families["discussed"][chosen] = False
        return 2
    if name == "agreement":
        families["belief"][chosen] = [0.5, 0.61]
        return 2
    if name == "family":
        families["engagement"] = 0.0
        return 3
    if name == "acceptance":
        world.parameters["accept_base"] = NEVER
        return 4
    return 5


@pytest.mark.parametrize(
    "name, depth",
    [
        ("nothing", 4),
        ("talk", 3),
        ("understanding of CSC", 3),
        ("understanding of AMH", 3),
        ("discussion", 2),
        ("agreement", 2),
        ("family", 3),
        ("acceptance", 3),
    ],
)
def test_a_plan_is_joint_if_and_only_if_every_condition_holds(name, depth):
    """All conditions certain: all plans joint. One impossible: none, and the chain ends there."""
    world, families, chosen = ready_world({})
    steps = broken(name, world, families, chosen)
    run_phase(world, "plan")
    n = float(len(chosen))
    assert totals(world, *CHAIN) == tuple(n if k < steps else 0.0 for k in range(5))
    assert totals(world, "nominal") == (0 if name == "nothing" else n)
    assert totals(world, "single") == 0
    assert totals(world, "plans", "achievable") == (n, n)
    assert (families["depth"][chosen] == depth).all()
    assert (families["plans"][chosen] == 2).all()
    assert (families["cycle_length"][chosen] == 13).all()
    assert (families["first_joint"][chosen] == (0 if name == "nothing" else -1)).all()
    memory = world.practitioners["memory"]
    led = world.practitioners["shared_load"]
    assert (memory[:, 13] == (led if name == "nothing" else 0)).all()
    csw = world.posts["service"] == 0
    assert (memory[:, 22] == np.where(csw & (name != "talk"), led, 0)).all()
    assert (memory[:, 23] == np.where(csw & (name == "talk"), led, 0)).all()
    # Beliefs of 0.5 and 0.55 for a risk of 0.52 are right together.
    assert totals(world, "jointly_wrong") == 0


@pytest.mark.parametrize("share, enough", [(0.25, True), (0.2500001, False), (0.0, True)])
def test_understanding_the_stated_share_exactly_is_enough(share, enough):
    """4 of 16 facts of equal weight are a quarter: enough where a quarter is asked for."""
    world, families, chosen = ready_world({"joint_understanding": share})
    families["known"][chosen, 0] = 0x000F
    run_phase(world, "plan")
    assert totals(world, "joint") == (len(chosen) if enough else 0)


def test_who_knows_all_understands_enough_even_where_all_is_asked_for():
    """And where nobody knows anything, there is nothing to understand."""
    for known in (0xFFFF, 0):
        world, families, chosen = ready_world({"joint_understanding": 1.0})
        families["known"][chosen] = known
        run_phase(world, "plan")
        assert totals(world, "understood") == len(chosen)


@pytest.mark.parametrize("apart, agreed", [(0.125, True), (0.126, False), (0.0, True)])
def test_a_difference_of_the_tolerance_is_agreement(apart, agreed):
    world, families, chosen = ready_world({"risk_tolerance": 0.125})
    families["belief"][chosen] = [0.5, 0.5 + apart]
    run_phase(world, "plan")
    assert totals(world, "agreed") == (len(chosen) if agreed else 0)
    assert (families["depth"][chosen] == (4 if agreed else 2)).all()


def test_without_any_contact_every_plan_is_of_a_single_agency():
    world, families, chosen = ready_world({"explain_base": 0.0, "explain_orientation": 0.0})
    for name in ("contacted", "talked", "discussed"):
        families[name][chosen] = False
    run_phase(world, "plan")
    n = float(len(chosen))
    assert totals(world, "single", "nominal", "joint", "unexplained") == (n, 0.0, 0.0, n)
    assert (families["depth"][chosen] == 0).all()


def test_plans_that_are_joint_and_wrong_are_counted():
    world, families, chosen = ready_world({"risk_tolerance": 0.15})
    families["risk"][chosen] = np.where(np.arange(len(chosen)) % 3 == 0, 0.70, 0.67)
    run_phase(world, "plan")
    assert totals(world, "joint") == len(chosen)
    assert totals(world, "jointly_wrong") == np.ceil(len(chosen) / 3)


def test_the_last_two_conditions_hold_with_their_stated_chances():
    """The family takes part with its engagement e; both accept, each by themselves, with p: the
    share of joint plans is e p p, exactly binomial."""
    e, p = 0.7, 0.6
    only_base = dict.fromkeys(("accept_orientation", "accept_clarity", "accept_trust"), 0.0)
    world, families, chosen = ready_world(only_base | {"accept_base": logit(p)}, families=4000)
    families["engagement"] = e
    run_phase(world, "plan")
    took_part, joint = totals(world, "took_part", "joint")
    assert chance_of_count(took_part, len(chosen), e) > FALSE_ALARM
    assert chance_of_count(joint, len(chosen), e * p * p) > FALSE_ALARM
    # Wrong versions: one acceptance for both; the family asked twice.
    assert chance_of_count(joint, len(chosen), e * p) < FALSE_ALARM
    assert chance_of_count(took_part, len(chosen), e * e) < FALSE_ALARM


def test_acceptance_rests_on_what_is_stated():
    """Orientation, clarity of one's own tasks and trust in the other, each with its slope."""
    world, _, chosen = ready_world(
        {"accept_base": -1.5, "learning_rate": 0.0}, families=4000, seed=2
    )
    people = world.practitioners
    people["orientation"], people["role_knowledge"] = 0.5, 0.4
    world.tie_familiarity[:] = 1.0
    world.tie_trust_cm[:], world.tie_trust_mc[:] = 0.7, 0.2
    run_phase(world, "plan")
    both = 1.0
    for trust in (0.7, 0.2):
        x = -1.5 + default("accept_orientation") * 0.5 + default("accept_clarity") * 0.4
        both /= 1 + math.exp(-(x + default("accept_trust") * trust))
    assert chance_of_count(totals(world, "joint"), len(chosen), both) > FALSE_ALARM
    # Wrong version: both trust as much as the CSW does.
    x += default("accept_trust") * 0.7
    wrong = 1 / (1 + math.exp(-x)) ** 2
    assert chance_of_count(totals(world, "joint"), len(chosen), wrong) < FALSE_ALARM


@pytest.mark.parametrize("q", [0.1, 0.25])
def test_assessments_in_45_working_days_are_geometric(q):
    """A constant chance q a week from the week of opening: weeks 0 to 9 are ten chances, so
    1 - (1 - q)**10 are in time, and the weeks until each is done are geometric."""
    world = paired_world(
        {
            "finish_base": logit(q),
            "finish_deadline": 0.0,
            "quick_rate": 0.0,
        },
        families=8000,
        seed=3,
        weeks=200,
    )
    families, chosen = world.families, active(world)
    families["plans"] = 0
    families["cycle_start"] = 0
    families["cycle_length"] = 9
    run_phases(world, "plan", weeks=150)
    assessments, in_time = totals(world, "assessments", "in_time")
    assert assessments == len(chosen)
    assert chance_of_count(in_time, assessments, 1 - (1 - q) ** 10) > FALSE_ALARM
    # Wrong version: nine chances.
    assert chance_of_count(in_time, assessments, 1 - (1 - q) ** 9) < FALSE_ALARM


def test_reviews_follow_each_other_after_geometric_times():
    """The week of a plan starts the next cycle; with a constant chance q, 1, 2, ... weeks pass."""
    q = 0.2
    world = paired_world(
        {"finish_base": logit(q), "finish_deadline": 0.0},
        families=400,
        seed=4,
        weeks=300,
    )
    chosen = active(world)
    starts = world.families["cycle_start"][chosen].copy()
    seen = np.zeros(len(chosen), bool)
    waits = []
    for week in range(200):
        run_phases(world, "plan")
        now = world.families["cycle_start"][chosen]
        done = now == week
        # Of cycles begun before week 140; longer ones than 60 weeks have a chance of 1 in 650 000.
        waits += list((now - starts)[done & seen & (starts < 140)])
        starts[done] = week
        seen |= done
    counts = count_waits(np.array(waits), 20)
    assert chance_of_counts(counts, geometric(q, 20)) > FALSE_ALARM
    # Wrong version: a tenth more.
    assert chance_of_counts(counts, geometric(1.1 * q, 20)) < FALSE_ALARM


def test_work_bunches_at_the_deadline_as_the_log_odds_say():
    """At age a of a cycle of 9 weeks: logistic(base + slope a / 9), less the relief for those who
    wait for a discussion before it is due, and not after."""
    base, slope, wait = -2.0, 3.0, 1.5
    for age, relieved in ((4, True), (4, False), (9, True)):
        world = paired_world(
            {"finish_base": base, "finish_deadline": slope, "wait_for_discussion": wait},
            families=4000,
            seed=5,
        )
        world.families["cycle_start"] = -age
        world.families["cycle_length"] = 9
        world.policy["deadline_relief"] = 0.8 if relieved else 0.0
        run_phase(world, "plan")
        x = base + slope * age / 9 - (wait * 0.8 if relieved and age < 9 else 0.0)
        made, n = totals(world, "plans"), len(active(world))
        assert chance_of_count(made, n, 1 / (1 + math.exp(-x))) > FALSE_ALARM
        # Wrong version: a week later.
        assert chance_of_count(made, n, 1 / (1 + math.exp(-x - slope / 9))) < FALSE_ALARM


def test_targets_can_be_met_as_far_as_the_parent_s_side_is_understood():
    """achievable: base + slope x the understood share of the weight of facts 8 to 15."""
    world, families, chosen = ready_world(
        {"achievable_base": 0.3, "achievable_understood": 0.6, "family_event": 0.25},
        families=3000,
    )
    families["known"][chosen] = 0b0000_1111_1111_1111  # all of the child's, half of the parent's
    families["trust"] = 0.8
    run_phase(world, "plan")
    met = totals(world, "achievable")
    assert chance_of_count(met, len(chosen), 0.3 + 0.6 * 0.5) > FALSE_ALARM
    # Wrong version: the share of all facts.
    assert chance_of_count(met, len(chosen), 0.3 + 0.6 * 0.75) < FALSE_ALARM
    good = families["achievable"][chosen] == 1
    np.testing.assert_allclose(
        families["trust"][chosen, 0], np.where(good, 0.85, 0.6375), rtol=EXACT
    )
    np.testing.assert_allclose(families["trust"][chosen, 1], 0.85, rtol=EXACT)


def test_a_family_s_trust_and_illness_go_geometrically_to_where_they_rest():
    """With a stance that stands still, trust in either service, severity, and what follows."""
    world = paired_world(
        {"engagement_rate": 0.0, "close_rate": 0.0, "close_amh_rate": 0.0, "escalate_rate": 0.0},
        families=30,
    )
    families, chosen = world.families, active(world)
    world.practitioners["stance"] = np.where(world.posts["service"] == 0, 0.75, 0.35)
    families["engagement"] = 0.5
    before = families[chosen].copy()
    run_phases(world, "live", weeks=40)
    kept = (1 - default("family_trust_rate")) ** 40
    for s, rest in enumerate((0.75, 0.35)):
        expected = rest + (before["trust"][:, s] - rest) * kept
        np.testing.assert_allclose(families["trust"][chosen, s], expected, rtol=EXACT)
    rest = before["severity0"] * (1 - default("treatment_effect") * 0.5)
    expected = rest + (before["severity"] - rest) * (1 - default("recovery_rate")) ** 40
    np.testing.assert_allclose(families["severity"][chosen], expected, rtol=EXACT)
    # The last plan cannot be met: nothing improves, and risk follows severity.
    assert (families["improvement"][chosen] == 0).all()
    change = default("risk_severity") * (families["severity"] - families["severity0"])[chosen]
    expected = np.clip(before["risk0"] + change, 0, 1)
    np.testing.assert_allclose(families["risk"][chosen], expected, atol=EXACT)


def test_targets_that_can_be_met_improve_the_family_geometrically():
    """gain(t) = e (1 - (1 - r)**t) at a constant engagement e, and only where a plan was made."""
    world = paired_world(
        {"engagement_rate": 0.0, "close_rate": 0.0, "close_amh_rate": 0.0, "risk_severity": 0.0},
        families=30,
    )
    families, chosen = world.families, active(world)
    families["engagement"] = 0.6
    families["achievable"] = 1.0
    families["delivery"] = 1.0
    families["plans"][chosen[::2]] = 0
    run_phases(world, "live", weeks=25)
    gain = 0.6 * (1 - (1 - default("recovery_rate")) ** 25)
    expected = np.where(np.arange(len(chosen)) % 2 == 0, 0.0, gain)
    np.testing.assert_allclose(families["improvement"][chosen], expected, rtol=EXACT)
    expected = families["risk0"][chosen] * (1 - expected)
    np.testing.assert_allclose(families["risk"][chosen], expected, atol=EXACT)


@pytest.mark.parametrize("event", ["escalations", "closures", "amh"])
def test_what_can_happen_to_a_family_in_a_week_has_its_stated_chance(event):
    """Escalation: rate x risk squared; closure: rate x (1 - belief of the CSW); AMH: its own rate x
    (1 - severity), and only where CSC has not closed."""
    still = dict.fromkeys(("recovery_rate", "close_rate", "close_amh_rate", "escalate_rate"), 0.0)
    rate = {"escalations": "escalate_rate", "closures": "close_rate", "amh": "close_amh_rate"}[
        event
    ]
    world = paired_world(still | {rate: 0.5}, families=6000, seed=6)
    families, chosen = world.families, active(world)
    families["risk0"] = 0.8
    families["severity"] = families["severity0"] = 0.3
    families["belief"][chosen] = [0.4, 0.9]
    run_phase(world, "live")
    if event == "amh":
        count = int((families["open"][chosen, 1] == 0).sum())
        assert (families["lead"][chosen, 1] == -1).sum() == count
        assert (families["open"][chosen, 0] == 1).all()
        assert len(active(world)) == len(chosen)
    else:
        count = totals(world, event)
    right = 0.5 * {"escalations": 0.64, "closures": 0.6, "amh": 0.7}[event]
    wrong = 0.5 * {"escalations": 0.8, "closures": 0.1, "amh": 0.3}[event]
    assert chance_of_count(count, len(chosen), right) > FALSE_ALARM
    # Wrong versions: risk not squared; the MHSW's belief; severity the other way round.
    assert chance_of_count(count, len(chosen), wrong) < FALSE_ALARM
    if event == "escalations":
        run_phases(world, "live")
        assert families["escalated"][chosen].sum() == totals(world, event)  # once each
