"""Contact, rules, policy over time: chances and steps that follow from the ODD by hand.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import math

import numpy as np
import pytest

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

stats = Later("scipy.stats")

ONLY_BASE = dict.fromkeys(
    [
        "contact_need",
        "contact_tie",
        "contact_readiness",
        "contact_fear",
        "contact_pressure",
        "contact_deadline",
        "image_asking",
        "answer_tie",
        "misdirected",
        "ask_known",
    ],
    0.0,
)


def default(name):
    return PARAMETERS[name].default


def logistic(x):
    return 1 / (1 + math.exp(-x))


def test_contacts_are_made_as_often_and_from_the_side_that_the_chances_say():
    """Each side wants with p, by itself; if both do, a fair coin says who asks; answered with q.
    Then 1 - (1 - p)**2 of families are tried, half from each side, and q of them in contact."""
    p, q = 0.3, 0.7
    world = paired_world(
        ONLY_BASE | {"contact_base": logit(p), "answer_base": logit(q)}, families=4000, seed=2
    )
    families, chosen = world.families, active(world)
    world.practitioners["orientation"] = 0.4
    run_phase(world, "contact")
    made = int((families["contact"][chosen] >= 0).sum())
    vain = int((families["contact"][chosen] == -2).sum())
    tried, n = made + vain, len(chosen)
    assert vain == totals(world, "vain")
    right = 1 - (1 - p) ** 2
    by_csw = int((families["initiator"][chosen] == 0).sum()) - (n - tried)
    mutual = int(families["mutual"][chosen].sum())
    for count, trials, chance, wrong in (
        (tried, n, right, 2 * p),  # who both want counted twice
        (made, tried, q, q * q),  # asked twice
        (by_csw, tried, 0.5, p * (1 - p) / right),  # the MHSW where both want it
        (mutual, made, 0.4, 0.5),
    ):
        assert chance_of_count(count, trials, chance) > FALSE_ALARM
        assert chance_of_count(count, trials, wrong) < FALSE_ALARM
    assert world.practitioners["memory"][:, 16].sum() == made - mutual
    assert world.practitioners["memory"][:, 9].sum() == vain


@pytest.mark.parametrize("left", [9, 3, 1, 0, -5])
def test_the_wish_for_contact_is_logistic_in_what_is_stated(left):
    """All terms at work at once, from either side, `left` weeks before the deadline."""
    world = paired_world(
        {"contact_base": -3.0, "answer_base": SURE, "misdirected": 0.0, "ask_known": 0.0},
        families=3000,
        seed=3,
    )
    people, families, chosen = world.practitioners, world.families, active(world)
    people["confidence"], people["orientation"], people["pressure"] = 0.3, 0.6, 1.2
    people["narrative"], people["perceived_image"] = 0.2, -0.4
    people["wellbeing"], people["belonging"] = 0.7, 0.1
    people["lean"] = 0.6
    families["csw_anxiety"] = 0.5
    world.tie_familiarity[:], world.tie_trust_cm[:], world.tie_trust_mc[:] = 0.5, 0.7, 0.3
    world.tie_last[:] = 0
    families["complexity"] = 0.8
    families["known_weight"][chosen] = [0.25, 0.5]
    families["cycle_start"] = left - 13
    world.policy["collaboration_priority"] = 0.5  # hours, and no wish
    run_phase(world, "contact")
    none = 1.0
    swapped = 1.0
    for s, (known, own) in enumerate(((0.25, 0.7), (0.5, 0.3))):
        trust = 0.5 * own + 0.5 * (0.5 + default("story_strength") * 0.2)
        x = (
            -3.0
            + default("contact_need") * (0.8 + 1 - known)
            + default("contact_tie") * (trust + 0.5)
            + default("contact_readiness") * (0.3 + 0.6 + 0.7 - default("wellbeing_rest"))
            + default("image_asking") * (-0.4 - (default("image_rest_csw") if s == 0 else 0.0))
            - default("contact_pressure") * 1.2
        )
        usual = 0.5 * default("fear_share") * default("anxiety_start")
        x -= default("contact_fear") * (0.6 * 0.5 - usual) if s == 0 else 0
        x += default("contact_readiness") * 0.1 if s == 1 else 0
        urgency = 1 / max(1, left)
        none *= 1 - logistic(x + (default("contact_deadline") * urgency if s == 0 else 0))
        swapped *= 1 - logistic(x + default("contact_deadline") * (urgency + 0.35))
    tried, n = int((families["contact"][chosen] != -1).sum()), len(chosen)
    assert chance_of_count(tried, n, 1 - none) > FALSE_ALARM
    # Wrong version: a deadline that is nearer, and felt by both.
    assert chance_of_count(tried, n, 1 - swapped) < FALSE_ALARM


@pytest.mark.parametrize(
    "budget, channels",
    [(9.0, {3}), (2.0, {2}), (1.0, {1}), (0.4, {0}), (0.1, {-1})],
)
def test_the_channel_falls_to_what_both_can_afford(budget, channels):
    """A meeting is wanted for certain (2.8 h); 1.575 h face to face, 0.7 h by phone, 0.175 h
    written; who has less than that gives up, and remembers."""
    world = paired_world(
        {"contact_base": SURE, "answer_base": SURE, "misdirected": 0.0, "richness_base": 1.0},
        families=1,
        csw=40,
        mhsw=40,
        seed=3,
    )
    world.practitioners["budget"] = budget
    run_phase(world, "contact")
    families, chosen = world.families, active(world)
    assert 1 <= len(chosen) <= 10
    assert set(families["contact"][chosen].tolist()) == channels
    given_up = len(chosen) if channels == {-1} else 0
    assert totals(world, "given_up") == given_up
    assert world.practitioners["memory"][:, 15].sum() == given_up


def test_the_channel_wanted_is_spread_evenly_about_its_mean():
    """v is uniform on its mean +- the weight of a reason, cut at 1/4, 1/2, 3/4: four classes."""
    world = paired_world(
        {
            "contact_base": SURE,
            "answer_base": SURE,
            "misdirected": 0.0,
            "ask_known": 0.0,
            "richness_base": 0.0,
            "richness_need": 0.5,
        },
        families=4000,
        seed=4,
    )
    families, chosen = world.families, active(world)
    families["complexity"] = 0.5
    world.practitioners["orientation"] = 0.6
    world.practitioners["pressure"] = 1.1
    world.policy["face_to_face_saving"] = 0.4
    run_phase(world, "contact")
    mean = 0.5 * (0.5 + 0.6 - 0.1 + 0.4)
    classes = [stats.uniform.cdf(x, mean - 0.5, 1.0) for x in (0.25, 0.5, 0.75)]
    counts = np.bincount(families["contact"][chosen], minlength=4)
    assert chance_of_counts(counts, np.diff([0.0, *classes, 1.0])) > FALSE_ALARM
    # Wrong version: pressure counted whole, and not what exceeds 1.
    wrong = [stats.uniform.cdf(x, mean - 1.0, 1.0) for x in (0.25, 0.5, 0.75)]
    assert chance_of_counts(counts, np.diff([0.0, *wrong, 1.0])) < FALSE_ALARM
    # In the share 0.4 of the week nobody travels, and it takes what the channel before takes.
    cost = np.array(HOURS)
    cost[2:] += 0.4 * (cost[1:3] - cost[2:])
    spent = world.practitioners["spent"].sum()
    assert spent == pytest.approx(2 * (counts * cost).sum(), rel=1e-9)


def test_calls_go_to_the_wrong_person_as_ignorance_and_strangeness_say():
    """misdirected x (1 - role knowledge) x (1 - familiarity), and costs nothing but the contact."""
    world = paired_world(
        {"contact_base": SURE, "answer_base": SURE, "misdirected": 0.9}, families=4000, seed=5
    )
    world.practitioners["role_knowledge"] = 0.2
    world.tie_familiarity[:] = 0.5
    run_phase(world, "contact")
    lost, n = totals(world, "vain"), len(active(world))
    assert chance_of_count(lost, n, 0.9 * 0.8 * 0.5) > FALSE_ALARM
    # Wrong version: familiarity does not help.
    assert chance_of_count(lost, n, 0.9 * 0.8) < FALSE_ALARM
    assert world.practitioners["memory"][:, 18].sum() == lost
    assert not (world.practitioners["memory"][:, 9]).any()


def test_nobody_answers_where_it_is_impossible_and_it_hurts():
    """Every call in vain: the asker's hours are gone, the other's are not, confidence falls by an
    exact step, and a bad experience is pending."""
    world = paired_world(
        {"contact_base": SURE, "answer_base": NEVER, "misdirected": 0.0},
        families=1,
        csw=40,
        mhsw=40,
        seed=3,
    )
    people, families, chosen = world.practitioners, world.families, active(world)
    people["confidence"] = 0.5
    run_phase(world, "contact")
    assert (families["contact"][chosen] == -2).all()
    askers = families["lead"][chosen, families["initiator"][chosen]]
    others = families["lead"][chosen, 1 - families["initiator"][chosen]]
    assert (people["spent"][askers] > 0).all()
    assert (people["spent"][others] == 0).all()
    step = default("learning_rate") * RICHNESS[0]
    np.testing.assert_allclose(people["confidence"][askers], 0.5 * (1 - step), rtol=EXACT)
    assert (people["confidence"][others] == 0.5).all()
    assert (people["pending_bad"][askers] == 1).all()
    assert (people["memory"][askers, 4] == 1).all()


@pytest.mark.parametrize(
    "mode, strength, amount, base, full",
    [
        ("scale", 0.5, 0.8, 0.0, 0.4),
        ("on", 0.5, 0.3, 0.0, 0.3),
        ("towards", 1.0, 1.0, 0.0, 1.0),
    ],
)
def test_a_lever_rises_along_its_ramp_and_ends_at_its_end(mode, strength, amount, base, full):
    """Level: 0 before the start, (u - start + 1) / ramp on the ramp, 1 after, 0 from the end on, in
    policy time, and only for the teams that are covered."""
    layout = layout_of()
    lever = LeverUse(
        strength=strength,
        channels=(("openness", amount, mode),),
        covered=(True, False),
        start=3,
        ramp=4,
        end=12,
    )
    world = world_of({}, layout=layout, uses=[lever], weeks=20, burn_in=2)
    seen = []
    for _ in range(20):
        run_phases(world, "policy")
        assert world.policy["openness"][1] == base
        seen.append(world.policy["openness"][0])
    level = [0] * 5 + [0.25, 0.5, 0.75] + [1.0] * 6 + [0] * 6
    np.testing.assert_allclose(seen, base + (full - base) * np.array(level), atol=EXACT)


def test_chance_in_the_first_week_is_not_chance_in_the_next():
    """Two weeks share no draw: who asks in both is the product, not the lesser of the two."""
    world = paired_world(
        ONLY_BASE | {"contact_base": logit(0.3), "answer_base": SURE}, families=4000, seed=8
    )
    chosen = active(world)
    tried = []
    for _ in range(2):
        run_phase(world, "contact")
        tried.append(world.families["contact"][chosen] >= 0)
        world.clock["week"] += 1
        world.practitioners["budget"] = 1e6
        start_week(world)
    p = 1 - 0.7**2
    assert chance_of_count((tried[0] & tried[1]).sum(), len(chosen), p * p) > FALSE_ALARM
    # Wrong version: the same draw twice.
    assert chance_of_count((tried[0] & tried[1]).sum(), len(chosen), p) < FALSE_ALARM
