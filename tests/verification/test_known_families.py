"""Consent, the law, the child's voice and what a plan does, where the answer follows on paper."""

import numpy as np
import pytest

from colsim.core.measures import TOTAL_INDEX
from colsim.core.names import PARENT_FACTS, WISHES, Consent
from colsim.core.parameters import PARAMETERS
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    HOURS,
    NEVER,
    RICHNESS,
    SERVICES,
    SURE,
    active,
    carry_all,
    chance_of_count,
    paired_world,
    run_phase,
    run_phases,
    totals,
)
from tests.verification.test_known_plans import ready_world

QUIET = {"discover_rate": 0.0, "cross_discovery": 0.0, "split_rate": 0.0, "hear_child": 0.0}
SILENT = dict.fromkeys(("disclose_tie", "breach_noticed"), 0.0)


def default(name):
    return PARAMETERS[name].default


def world_with(parameters, *, families=20, seed=1, **states):
    """Return a world of paired families in these states."""
    world = paired_world(QUIET | {"ask_consent": 0.0} | parameters, families=families, seed=seed)
    chosen = active(world)
    for name, value in states.items():
        world.families[name][chosen] = value
    return world, world.families, chosen


# Consent.


@pytest.mark.parametrize("consent", [Consent.NOT_ASKED, Consent.GIVEN])
@pytest.mark.parametrize("risk", [0.3, 0.6])
@pytest.mark.parametrize("adverse", [0, PARENT_FACTS])
def test_a_seat_at_the_front_door_tells_as_the_law_reads_by_what_the_records_show(
    adverse, risk, consent
):
    """All eight facts are found, half of the weight: a risk of 0.5 + 0.5 x 0.4 if all are adverse,
    over the line of 0.5, and of 0.2 if none. Below it, without consent, one seat in five tells."""
    world, families, chosen = world_with(
        {"front_door_finds": 1.0, "prior_risk": 0.4, "lawful_threshold": 0.5,
         "disclose_base": 0.0, "disclose_barred": float(np.log(4.0)), "breach_noticed": 0.0},
        families=3000, consent=consent, risk=risk, adverse=adverse, weight=1 / 16,
    )  # fmt: skip
    families["lead"][chosen, 0] = -1
    families["plans"][chosen] = 0
    world.policy["front_door"] = 1.0
    run_phase(world, "intake")
    told = int((families["received"][chosen, 0] == PARENT_FACTS).sum())
    assert told == int((families["received"][chosen, 0] != 0).sum())
    n = len(chosen)
    free, lawful = bool(adverse or consent == Consent.GIVEN), consent == Consent.GIVEN or risk > 0.5
    if free:
        assert told == n
    else:
        assert chance_of_count(told, n, 0.2) > FALSE_ALARM
        assert chance_of_count(told, n, 0.17) < FALSE_ALARM  # wrong version: a little stricter
    assert totals(world, "breaches") == (0 if lawful else told)
    assert totals(world, "exaggerated") == (told if adverse and not lawful else 0)
    assert totals(world, "over_caution") == (n - told if lawful and not free else 0)
    breached = 0 if lawful else PARENT_FACTS
    got = families["received"][chosen, 0] != 0
    assert (families["breached"][chosen][got] == breached).all()
    assert not families["breached"][chosen][~got].any()


@pytest.mark.parametrize("reluctance, answer", [(0.59, Consent.GIVEN), (0.61, Consent.REFUSED)])
def test_a_family_consents_if_its_trust_in_whoever_asks_outweighs_its_reluctance(
    reluctance, answer
):
    """0.4 + 0.4 x trust of 0.5 in CSC is 0.6; the MHSW is not there to ask. Each asking takes its
    hours, there is one in a cycle, and what was told without right is made good by a yes."""
    world, families, chosen = world_with(
        {"ask_consent": 1.0, "consent_base": 0.4, "consent_trust": 0.4},
        consent=Consent.NOT_ASKED, reluctance=reluctance, trust=[0.5, 1.0], breached=0x0F,
    )  # fmt: skip
    world.practitioners["budget"] = np.where(world.posts["service"] == 0, 1e6, 0.0)
    run_phases(world, "discover", weeks=3)
    given = answer == Consent.GIVEN
    assert (families["consent"][chosen] == answer).all()
    n = len(chosen)
    asked, yes, no = totals(world, "consent_asked", "consent_given", "consent_refused")
    assert (asked, yes, no) == (n, n * given, n * (not given))
    assert world.practitioners["spent"].sum() == pytest.approx(n * HOURS[1])
    assert (families["breached"][chosen] == (0 if given else 0x0F)).all()
    # A new cycle: who refused is asked again, and gives in once there is trust enough.
    families["asked"][chosen] = False
    families["trust"] = 0.9
    run_phases(world, "discover")
    assert (families["consent"][chosen] == Consent.GIVEN).all()


@pytest.mark.parametrize("shields", [False, True])
def test_how_often_a_family_is_asked(shields):
    """rate x effort, and of an MHSW who shields x (1 - alliance protection)."""
    world, _, chosen = world_with(
        {"ask_consent": 0.4, "shielding": float(shields)}, families=2000,
        consent=Consent.NOT_ASKED,
    )  # fmt: skip
    people = world.practitioners
    people["budget"] = np.where(world.posts["service"] == 1, 1e6, 0.0)
    people["effort"] = 0.5
    people["alliance_protection"] = 0.75
    run_phase(world, "discover")
    asked = totals(world, "consent_asked")
    expected = 0.4 * 0.5 * (0.25 if shields else 1.0)
    assert chance_of_count(asked, len(chosen), expected) > FALSE_ALARM
    # Wrong version: the other form.
    assert chance_of_count(asked, len(chosen), 0.4 * 0.5 * (1 if shields else 0.25)) < FALSE_ALARM


@pytest.mark.parametrize("work", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("asked", [False, True])
def test_work_on_consent_asks_early_and_comes_back(work, asked):
    """Not asked yet: 0.2 moved by work towards 1; asked before: 0.2 x work; both x effort."""
    world, families, chosen = world_with(
        {"ask_consent": 0.2, "shielding": 0.0}, families=2000, consent=Consent.REFUSED,
        asked=asked, reluctance=1.0,
    )  # fmt: skip
    people = world.practitioners
    people["budget"] = np.where(world.posts["service"] == 0, 1e6, 0.0)
    people["effort"] = 0.5
    world.policy["consent_work"] = work
    run_phase(world, "discover")
    found = totals(world, "consent_asked")
    expected, wrong = 0.5 * (0.2 + work * 0.8), 0.5 * 0.2 * work
    if asked:
        expected, wrong = wrong, expected
    assert chance_of_count(found, len(chosen), expected) > FALSE_ALARM
    assert chance_of_count(found, len(chosen), wrong) < FALSE_ALARM
    hours = world.derived[0]["hours"][1] * (1 + work)
    assert people["spent"].sum() == pytest.approx(found * hours)
    assert families["asked"][chosen].sum() == (len(chosen) if asked else found)


@pytest.mark.parametrize("reluctance, answer", [(0.64, Consent.GIVEN), (0.66, Consent.REFUSED)])
def test_a_family_to_which_sharing_is_explained_consents_for_as_long_as_somebody_keeps_it_up(
    reluctance, answer
):
    """0.4 + 0.4 x trust of 0.5 + 0.1 x work of 0.5 is 0.65; without that work 0.6."""
    world, families, chosen = world_with(
        {"ask_consent": 1.0, "consent_base": 0.4, "consent_trust": 0.4, "policy_effect": 0.1,
         "family_trust_rate": 0.0, "close_rate": 0.0, "close_amh_rate": 0.0},
        consent=Consent.NOT_ASKED, reluctance=reluctance, trust=0.5,
    )  # fmt: skip
    by_csc = world.posts["service"] == 0
    world.practitioners["budget"] = np.where(by_csc, world.derived[0]["hours"][1] * 1.5, 0.0)
    csc = world.teams["service"] == 0
    world.policy["consent_work"] = np.where(csc, 0.5, 0.0)
    world.practitioners["effort"] = 1.0
    run_phase(world, "discover")
    asked = families["asked"][chosen].astype(bool)
    assert asked.sum() == by_csc.sum()  # just the hours for one asking each, no less
    assert (families["consent"][chosen][asked] == answer).all()
    families["consent"][chosen] = Consent.GIVEN
    run_phase(world, "live")  # the one who does most counts
    kept = Consent.GIVEN if answer == Consent.GIVEN else Consent.WITHDRAWN
    assert (families["consent"][chosen] == kept).all()
    families["consent"][chosen] = Consent.GIVEN
    world.policy["consent_work"] = 0.0
    run_phase(world, "live")
    assert (families["consent"][chosen] == Consent.WITHDRAWN).all()


@pytest.mark.parametrize("worked", SERVICES)
@pytest.mark.parametrize("there", SERVICES)
def test_work_on_consent_counts_of_a_lead_who_is_there(there, worked):
    """0.4, and 0.1 with the work of the one lead who is left, is less than 0.45 or more."""
    world, families, chosen = world_with(
        {"consent_base": 0.4, "consent_trust": 0.0, "policy_effect": 0.1,
         "close_rate": 0.0, "close_amh_rate": 0.0},
        reluctance=0.45,
    )  # fmt: skip
    families["lead"][chosen, 1 - there] = -1
    world.policy["consent_work"] = np.where(world.teams["service"] == worked, 1.0, 0.0)
    run_phase(world, "live")
    kept = Consent.GIVEN if there == worked else Consent.WITHDRAWN
    assert (families["consent"][chosen] == kept).all()


def test_consent_is_taken_back_where_trust_is_gone_and_ends_with_the_case():
    """Trust is 0.5 in the better of the two services: 0.4 + 0.4 x 0.5 is 0.6."""
    still = {"family_trust_rate": 0.0, "close_rate": 0.0, "close_amh_rate": 0.0}
    world, families, chosen = world_with(
        still | {"consent_base": 0.4, "consent_trust": 0.4}, trust=[0.1, 0.5]
    )
    families["reluctance"][chosen[::2]] = 0.61
    families["reluctance"][chosen[1::2]] = 0.59
    run_phase(world, "live")
    assert (families["consent"][chosen[::2]] == Consent.WITHDRAWN).all()
    assert (families["consent"][chosen[1::2]] == Consent.GIVEN).all()
    assert totals(world, "consent_withdrawn") == len(chosen[::2])
    families["belief"] = 0.0
    world.parameters["close_rate"] = 1.0
    run_phase(world, "live")
    assert (families["consent"][chosen] == Consent.NOT_ASKED).all()


# The law.

LAW = [
    # consent, risk, the teller's belief -> breach, exaggerated, over-caution
    ("consent", Consent.GIVEN, 0.1, 0.1, (0, 0, 0)),
    ("child at risk", Consent.REFUSED, 0.6, 0.6, (0, 0, 0)),
    ("child at risk, not seen", Consent.REFUSED, 0.6, 0.4, (0, 0, 1)),
    ("no risk", Consent.REFUSED, 0.4, 0.4, (0, 0, 0)),
    ("no risk, exaggerated", Consent.REFUSED, 0.4, 0.6, (1, 1, 0)),
    ("withdrawn", Consent.WITHDRAWN, 0.4, 0.6, (1, 1, 0)),
    ("not asked", Consent.NOT_ASKED, 0.6, 0.4, (0, 0, 1)),
]


@pytest.mark.parametrize("taker", SERVICES)
@pytest.mark.parametrize("consent, risk, belief, counted", [row[1:] for row in LAW],
                         ids=[row[0] for row in LAW])  # fmt: skip
def test_who_thinks_that_they_may_tell_does_and_others_do_not(
    taker, consent, risk, belief, counted
):
    """The line is at 0.5 for all; whoever may tell is sure to, whoever may not is sure not to."""
    sure = {
        "disclose_base": SURE,
        "disclose_barred": 2 * SURE,
        "misreading": 0.0,
    }
    world, families, chosen = world_with(
        SILENT | sure | {"understand_base": SURE, "lawful_threshold": 0.5},
        consent=consent, risk=risk, contact=1, initiator=taker,
    )  # fmt: skip
    carry_all(world)
    families["belief"][chosen, 1 - taker] = belief
    families["known"][chosen, 1 - taker] = 0x0F0F
    run_phase(world, "exchange")
    n = len(chosen)
    found = totals(world, "breaches", "exaggerated", "over_caution")
    assert found == tuple(n * one for one in counted)
    told = consent == Consent.GIVEN or belief >= 0.5
    assert (families["known"][chosen, taker] == (0x0F0F if told else 0)).all()
    # What was told without right is no success: it crosses uncounted, and is seen apart.
    wrong = bool(counted[0])
    assert (families["breached"][chosen] == (0x0F0F if wrong else 0)).all()
    assert totals(world, "to_csc", "to_amh")[taker] == 8 * n * (told and not wrong)
    run_phase(world, "observe")
    seen = {name: totals(world, name) for name in ("flow", "reach", "flow_breached")}
    whole = n * 8 / 16
    assert seen == {
        "flow": whole * (told and not wrong),
        "reach": whole * (told and not wrong),
        "flow_breached": whole * wrong,
    }


def test_what_was_told_without_right_is_made_good_by_telling_it_with_right_or_finding_it_out():
    world, families, chosen = world_with(
        SILENT | {"disclose_base": SURE, "understand_base": NEVER},
        contact=1, initiator=0, breached=0xFF00, known=[0, 0x0F00],
    )  # fmt: skip
    carry_all(world)
    run_phase(world, "exchange")
    assert (families["breached"][chosen] == 0xF000).all()
    families["known"][chosen] = [0, 0x7FFF]
    families["trust"] = 1.0
    world.parameters["discover_rate"] = 8.0  # 1 of 8 facts is left: certain
    run_phases(world, "discover")
    assert (families["breached"][chosen] == 0x7000).all()


@pytest.mark.parametrize("giver", SERVICES)
@pytest.mark.parametrize("shields, agreed", [(False, 0.0), (True, 0.0), (True, 0.75), (False, 1.0)])
def test_the_line_that_each_worker_sees(giver, shields, agreed):
    """0.5 + 0.4 x caution x (1 - role knowledge), and for an MHSW who shields 0.4 x alliance; what
    is agreed takes away all but 0.5."""
    misread = 0.4 * 0.5 * (1 - 0.25) + (0.4 * 0.5 if shields and giver else 0.0)
    line = 0.5 + misread * (1 - agreed)
    for belief in (line - 1e-9, line + 1e-9):
        world, families, chosen = world_with(
            SILENT
            | {"disclose_base": SURE, "disclose_barred": 2 * SURE}
            | {"lawful_threshold": 0.5, "misreading": 0.4}
            | {"shielding": float(shields)},
            consent=Consent.REFUSED, contact=1, initiator=1 - giver, belief=belief,
        )  # fmt: skip
        carry_all(world)
        people = world.practitioners
        people["caution"], people["role_knowledge"] = 0.5, 0.25
        people["alliance_protection"] = 0.5
        world.policy["agreed_sharing"] = np.where(world.teams["service"] == giver, agreed, 0.3)
        families["known"][chosen, giver] = 0x0101
        run_phase(world, "exchange")
        assert (families["disclosed"][chosen, 1 - giver] == (2 if belief > line else 0)).all()


def test_who_thinks_that_they_may_not_tell_mostly_does_not():
    """Eight facts each, told with logistic(base - barred) x carry."""
    world, families, chosen = world_with(
        SILENT | {"disclose_base": 1.0, "disclose_barred": 1.5, "misreading": 0.0},
        families=800, consent=Consent.REFUSED, contact=1, initiator=0, belief=0.0, risk=0.0,
        known=[0, PARENT_FACTS],
    )  # fmt: skip
    run_phase(world, "exchange")
    told = int(families["disclosed"][chosen, 0].sum())
    carried = default("carry") * RICHNESS[1]
    p = carried / (1 + np.exp(0.5))
    assert chance_of_count(told, 8 * len(chosen), p) > FALSE_ALARM
    assert chance_of_count(told, 8 * len(chosen), carried / (1 + np.exp(-1))) < FALSE_ALARM
    # A breach is a contact with at least one fact told, and no more than that.
    assert totals(world, "breaches") == (families["disclosed"][chosen, 0] > 0).sum()
    assert totals(world, "exaggerated") == 0


def test_a_breach_that_is_noticed_costs_trust_in_the_service_that_told():
    world, families, chosen = world_with(
        SILENT
        | {"disclose_base": SURE, "breach_noticed": 0.3, "escalation_loss": 0.25},
        families=800, consent=Consent.REFUSED, contact=1, initiator=0, risk=0.0, trust=0.8,
        known=[0, PARENT_FACTS],
    )  # fmt: skip
    world.parameters["disclose_barred"] = 0.0
    carry_all(world)
    run_phase(world, "exchange")
    noticed = families["aggrieved"][chosen]
    assert chance_of_count(noticed.sum(), len(chosen), 0.3) > FALSE_ALARM
    np.testing.assert_allclose(
        families["trust"][chosen, 1], np.where(noticed, 0.8 * 0.75, 0.8), rtol=EXACT
    )
    assert (families["trust"][chosen, 0] == 0.8).all()


@pytest.mark.parametrize("beliefs, on_belief", [((0.6, 0.4), 1), ((0.4, 0.6), 1), ((0.4, 0.4), 0)])
def test_a_breach_is_an_occasion_and_each_service_that_told_answers(beliefs, on_belief):
    """Both tell eight facts in one contact: one breach, and trust in both goes."""
    world, families, chosen = world_with(
        SILENT
        | {"disclose_base": SURE, "disclose_barred": 0.0, "escalation_loss": 0.25}
        | {"lawful_threshold": 0.5, "misreading": 0.0},
        consent=Consent.REFUSED, contact=1, initiator=0, mutual=True, risk=0.0, trust=0.8,
        known=[0x00FF, 0xFF00], belief=beliefs,
    )  # fmt: skip
    world.parameters["breach_noticed"] = 1.0
    carry_all(world)
    run_phase(world, "exchange")
    n = len(chosen)
    assert (families["disclosed"][chosen] == 8).all()
    assert totals(world, "breaches", "exaggerated") == (n, n * on_belief)
    assert (families["breached"][chosen] == 0xFFFF).all()
    np.testing.assert_allclose(families["trust"][chosen], 0.8 * 0.75, rtol=EXACT)


# The child, and accounts that conflict.


def test_only_the_child_tells_what_the_child_wants():
    """Without seeing the child, no lead ever learns facts 0 and 1; seen by a CSW whom the family
    wholly trusts, the child tells both. It is seen once a cycle, and that takes its hours."""
    world, families, chosen = world_with(
        {"discover_rate": 1.0, "cross_discovery": 1.0}, trust=1.0, known=0
    )
    run_phases(world, "discover", weeks=60)
    assert (families["known"][chosen] == 0xFFFF & ~WISHES).all()
    world.parameters["hear_child"] = 1.0
    world.practitioners["stance"] = 1.0
    world.practitioners["spent"] = 0.0
    run_phases(world, "discover", weeks=2)
    assert (families["known"][chosen, 0] == 0xFFFF).all()
    assert (families["known"][chosen, 1] == 0xFFFF & ~WISHES).all()
    assert families["heard"][chosen].all()
    hours = world.practitioners["spent"]
    assert hours.sum() == pytest.approx(len(chosen) * HOURS[2])
    assert (hours[world.posts["service"] == 1] == 0).all()


def test_how_often_the_child_is_heard_and_what_it_says():
    """Seen with rate x effort x stance; each wish told with 0.3 + 0.7 x trust."""
    world, families, chosen = world_with(
        {"hear_child": 0.8}, families=2000, trust=[0.4, 1.0], known=0
    )
    world.practitioners["effort"], world.practitioners["stance"] = 0.5, 0.75
    run_phase(world, "discover")
    heard = families["heard"][chosen]
    assert chance_of_count(heard.sum(), len(chosen), 0.8 * 0.5 * 0.75) > FALSE_ALARM
    told = np.bitwise_count(families["known"][chosen, 0]).sum()
    assert chance_of_count(told, 2 * heard.sum(), 0.3 + 0.7 * 0.4) > FALSE_ALARM
    # Wrong versions: whatever the pressure; whatever the trust.
    assert chance_of_count(heard.sum(), len(chosen), 0.8 * 0.75) < FALSE_ALARM
    assert chance_of_count(told, 2 * heard.sum(), 1.0) < FALSE_ALARM


def test_conflicting_accounts_move_the_two_apart_until_they_talk():
    """Beliefs go to 0.4 + 0.1 and 0.4 - 0.1 where nothing is known; writing changes nothing."""
    world, families, chosen = world_with(
        {"split_rate": 1.0, "split_gap": 0.1, "prior_risk": 0.4, "belief_rate": 1.0}
        | {"mhsw_optimism": 0.0},
        trust=0.0, known=0,
    )  # fmt: skip
    world.practitioners["lean"] = 0.0
    families["contact"] = -1
    run_phases(world, "discover", "exchange")
    assert families["split"][chosen].all()
    assert totals(world, "splits") == len(chosen)
    np.testing.assert_allclose(families["belief"][chosen], [[0.5, 0.3]] * len(chosen))
    world.parameters["split_rate"] = 0.0
    for channel, split in ((0, True), (1, False)):
        families["contact"] = channel
        run_phases(world, "exchange")
        assert (families["split"][chosen] == split).all()
        apart = [0.5, 0.3] if split else [0.4, 0.4]
        np.testing.assert_allclose(families["belief"][chosen], [apart] * len(chosen))


def test_a_family_with_two_accounts_tells_each_worker_only_a_part():
    world, families, chosen = world_with(
        {"cross_discovery": 1.0}, trust=1.0, known=[0xFFFF & ~WISHES, PARENT_FACTS]
    )
    families["split"][chosen[::2]] = True
    families["known"][chosen, 1] = PARENT_FACTS
    run_phases(world, "discover", weeks=60)
    assert (families["known"][chosen[::2], 1] == PARENT_FACTS).all()
    assert (families["known"][chosen[1::2], 1] == 0xFFFF & ~WISHES).all()


# What a plan does follows from what it is.


def test_targets_come_from_what_the_makers_of_a_plan_understood():
    """The CSW understands half of the parent's side and the MHSW the other half: a joint plan has
    the whole in view, any other one half of it."""
    known = [0x0FFF, 0xF0FF]
    for joint, chance in ((True, 1.0), (False, 0.5)):
        world, families, chosen = ready_world(
            {"achievable_base": 0.0, "achievable_understood": 1.0, "joint_understanding": 0.0},
            families=400,
        )
        families["known"][chosen] = known
        families["discussed"][chosen] = joint
        run_phase(world, "plan")
        assert (families["depth"][chosen] == (4 if joint else 2)).all()
        assert chance_of_count(totals(world, "achievable"), len(chosen), chance) > FALSE_ALARM
        assert chance_of_count(totals(world, "achievable"), len(chosen), 1.5 - chance) < FALSE_ALARM


@pytest.mark.parametrize("talked", [False, True])
@pytest.mark.parametrize("accepts", [False, True])
@pytest.mark.parametrize("contests", [False, True])
def test_a_plan_is_delivered_by_those_who_accepted_it(talked, accepts, contests):
    """Three carry a plan: a third less without the MHSW, and without the family."""
    world, families, chosen = ready_world({"contest": 1.0})
    families["talked"][chosen] = talked
    families["trust"][chosen, 0] = 0.0
    families["engagement"] = 0.0 if contests else 1.0
    world.parameters["accept_base"] = SURE if accepts else NEVER
    run_phase(world, "plan")
    expected = (1 + (talked and accepts) + (not contests)) / 3
    np.testing.assert_allclose(families["delivery"][chosen], expected, rtol=EXACT)
    assert totals(world, "contested") == len(chosen) * contests
    assert totals(world, "participated") == len(chosen) * (not contests)
    assert (families["aggrieved"][chosen] == contests).all()


def test_a_plan_that_rests_on_an_error_meets_nothing_and_does_harm():
    """Joint, wrong by 0.2: the targets could be met, nothing improves, and risk rises by 0.1."""
    still = {"risk_severity": 0.0, "close_rate": 0.0, "close_amh_rate": 0.0, "escalate_rate": 0.0}
    for wrong in (False, True):
        world, families, chosen = ready_world(still | {"wrong_harm": 0.1, "engagement_rate": 0.0})
        families["risk"] = 0.725 if wrong else 0.525
        families["risk0"] = families["risk"]
        run_phase(world, "plan")
        assert totals(world, "joint") == len(chosen)
        assert totals(world, "jointly_wrong") == len(chosen) * wrong
        run_phase(world, "live")
        gain = default("recovery_rate")
        expected = 0.725 + 0.1 if wrong else 0.525 * (1 - gain)
        np.testing.assert_allclose(families["risk"][chosen], expected, rtol=EXACT)
        families["cycle_start"] = 0
        run_phase(world, "plan")
        assert totals(world, "reviews") == 2 * len(chosen)
        assert totals(world, "reached") == pytest.approx(len(chosen) * (not wrong))


def test_grievances_become_complaints_where_trust_is_low():
    """rate x (1 - trust in CSC), of the aggrieved alone, and once."""
    still = {"close_rate": 0.0, "close_amh_rate": 0.0, "escalate_rate": 0.0}
    world, families, chosen = world_with(
        still | {"complain": 0.8, "family_trust_rate": 0.0}, families=800, trust=0.25
    )
    families["aggrieved"][chosen[::2]] = True
    run_phases(world, "live", weeks=2)
    complaints, n = totals(world, "complaints"), len(chosen[::2])
    assert chance_of_count(complaints, n, 0.8 * 0.75) > FALSE_ALARM
    assert chance_of_count(complaints, 2 * n, 0.8 * 0.75) < FALSE_ALARM
    assert not families["aggrieved"].any()


def test_who_is_closed_at_risk_and_does_not_come_back_is_lost_to_follow_up():
    for returns, risk, lost in ((0.0, 0.51, 1), (0.0, 0.49, 0), (1.0, 1.0, 0)):
        world, _, chosen = world_with(
            {"close_rate": 1.0, "return_rate": returns, "lawful_threshold": 0.5}
            | {"risk_severity": 0.0, "recovery_rate": 0.0},
            risk0=risk, belief=0.0,
        )  # fmt: skip
        run_phase(world, "live")
        assert totals(world, "closures", "lost") == (len(chosen), len(chosen) * lost)


def test_plans_and_flow_are_counted_for_those_who_engage_consent_and_need_much():
    world, families, chosen = ready_world({}, families=64)
    n = np.arange(len(chosen))
    groups = {"engaged": n % 2 == 0, "consenting": n % 3 == 0, "complex": n % 5 == 0}
    families["engagement"][chosen] = np.where(groups["engaged"], 0.4, 0.39)
    families["consent"][chosen] = np.where(groups["consenting"], Consent.GIVEN, Consent.REFUSED)
    families["complexity"][chosen] = np.where(groups["complex"], 0.5, 0.49)
    run_phase(world, "plan")
    run_phase(world, "observe")
    joint = families["depth"][chosen] == 4
    for name, members in groups.items():
        assert totals(world, f"plans_{name}") == totals(world, f"shared_{name}") == members.sum()
        assert totals(world, f"joint_{name}") == (members & joint).sum()
        assert totals(world, f"flow_{name}") == members.sum()
    assert totals(world, "child_known") == totals(world, "wishes") == len(chosen)
    assert world.totals[0, TOTAL_INDEX["child_heard"]] == 0
