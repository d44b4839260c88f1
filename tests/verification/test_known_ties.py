"""Ties, trust and memory against closed forms: fading, warming, good and bad experiences."""

import numpy as np
import pytest

from colsim.core.parameters import PARAMETERS
from colsim.core.schedule import advance
from tests.verification.known import (
    EXACT,
    NO_CONTACT,
    NO_TURNOVER,
    RICHNESS,
    acquaint,
    active,
    keep_of_half_life,
    layout_of,
    paired_world,
    run_phase,
    run_phases,
    world_of,
)

WEEKS = 78


def default(name):
    return PARAMETERS[name].default


@pytest.mark.parametrize("retention", [0.05, 0.1, 0.9])
def test_ties_that_nobody_uses_fade_by_the_stated_share_a_year(retention):
    """F(t) = F(0) retention**(t / 52), in the whole week of the model, families and all."""
    parameters = NO_CONTACT | NO_TURNOVER | {
        "tie_retention": retention,
    }  # fmt: skip
    layout = layout_of(csw=12, csw_team_size=4, mhsw=4, spanner_posts=2)
    world = world_of(parameters, layout=layout, weeks=WEEKS)
    acquaint(world, 0.8)
    spanner = np.linspace(0.1, 1.0, len(world.spanner_familiarity))
    world.spanner_familiarity[:] = spanner
    assert (world.tie_familiarity == 0.8).all()
    trust = world.tie_trust_cm.copy()
    for week in range(1, WEEKS + 1):
        advance(world, 1)
        expected = 0.8 * retention ** (week / 52)
        np.testing.assert_allclose(world.tie_familiarity, expected, rtol=EXACT)
        expected = spanner * retention ** (week / 52)
        np.testing.assert_allclose(world.spanner_familiarity, expected, rtol=EXACT)
    assert (world.tie_last == 0).all()
    assert (world.tie_trust_cm == trust).all()
    # Wrong version: a year of 365.25 days.
    assert abs(world.tie_familiarity[0] / (0.8 * retention ** (WEEKS / 52.18)) - 1) > 1e-5


def test_memories_halve_in_their_half_life_and_all_else_returns_to_rest():
    """x(t) = rest + (x(0) - rest) keep**t for whatever rests without use, pressure being 1."""
    parameters = NO_TURNOVER | {"half_life": 39.0}
    world = world_of(parameters, layout=layout_of(csw=6, csw_team_size=6), weeks=WEEKS)
    people = world.practitioners
    people["memory"] = np.arange(24.0)
    for name in ("role_knowledge", "confidence", "wellbeing", "belonging"):
        people[name] = 0.9
    before = people.copy()
    service = world.posts["service"]
    run_phases(world, "policy", "workforce", weeks=39)
    np.testing.assert_allclose(people["memory"], before["memory"] / 2, rtol=EXACT)
    halved = {"role_knowledge": "knowledge_start", "confidence": "confidence_start"}
    for name, rest in halved.items():
        np.testing.assert_allclose(
            people[name], default(rest) + 0.5 * (0.9 - default(rest)), rtol=EXACT
        )
    kept = (1 - default("drift")) ** 39

    def of_service(name):
        return np.array([default(f"{name}_csw"), default(f"{name}_mhsw")])[service]

    drifting = {
        "stance": (service < 2, of_service("stance_rest")),
        "alliance_protection": (service == 1, 0.5),
        "belonging": (service == 1, 0.0),
        "perceived_image": (service < 2, np.array([default("image_rest_csw"), 0.0])[service]),
        "orientation": (service < 2, of_service("orientation_rest")),
    }
    for name, (who, rest) in drifting.items():
        expected = np.where(who, rest + (before[name] - rest) * kept, before[name])
        staff = service < 2
        np.testing.assert_allclose(people[name][staff], expected[staff], rtol=EXACT)
    rest = before["disposition"]  # each their own, for good
    assert len(set(rest.tolist())) == len(rest)
    expected = rest + (0.9 - rest) * (1 - default("drift")) ** 39
    np.testing.assert_allclose(people["wellbeing"], expected, rtol=EXACT)
    assert (people["disposition"] == rest).all()
    assert (people["tenure"] == before["tenure"] + 39).all()


def one_pair(parameters, **options):
    """Return a world with one CSW, one MHSW and one family that both lead."""
    world = paired_world(parameters, families=3, csw=1, mhsw=1, **options)
    for k in active(world)[1:]:
        world.families["lead"][k] = -1
    family = world.families[active(world)[0]]
    family["consent"] = True  # so that a refusal is one
    return world, family


def set_contact(world, family, *, good, channel):
    """Set this week's contact by hand, the CSW asking: something to ask, and told or refused."""
    family["contact"] = channel
    family["initiator"] = 0
    family["mutual"] = False
    family["known"] = [0, 1 << 8]
    family["disclosed"] = [1 if good else 0, 0]
    family["belief"] = [0.0, 1.0]  # no agreement: the other side feels nothing
    run_phases(world, "experience")


def test_nobody_thinks_that_they_are_seen_as_worse_than_the_worst():
    """Strangers with a wholly bad story trust each other by -0.5, which is none: the image of each
    moves by its rate times a telephone call's richness towards -1, and not towards -2."""
    world, family = one_pair({"story_strength": 1.0, "familiarity_rate": 0.0, "learning_rate": 0.1})
    people = world.practitioners
    people["narrative"], people["perceived_image"] = -1.0, 0.0
    set_contact(world, family, good=False, channel=1)
    np.testing.assert_allclose(people["perceived_image"], -0.1 * RICHNESS[1], rtol=EXACT)


@pytest.mark.parametrize("asymmetry", [1.0, 2.0, 3.5])
@pytest.mark.parametrize("signs", ["g", "b", "gggbb", "gbgbbggggb", "bbbbbbgg"])
def test_trust_follows_the_products_of_its_experiences(asymmetry, signs):
    """A good week leaves (1 - r) of distrust, a bad one (1 - k r) of trust."""
    world, family = one_pair({"trust_asymmetry": asymmetry, "trust_rate": 0.25})
    world.tie_last[:] = 0
    world.tie_trust_cm[:] = 0.6
    world.tie_trust_mc[:] = 0.3
    for sign in signs:
        set_contact(world, family, good=sign == "g", channel=2)
    rate = 0.25 * RICHNESS[2]
    kept = {"g": 1 - rate, "b": 1 - asymmetry * rate}
    expected = 0.6 * np.prod([kept[sign] for sign in signs])
    for n, sign in enumerate(signs):
        if sign == "g":
            expected += rate * np.prod([kept[later] for later in signs[n + 1 :]])
    assert world.tie_trust_cm[0] == pytest.approx(expected, abs=EXACT)
    assert world.tie_trust_mc[0] == 0.3
    assert world.practitioners["pending_good"][0] == signs.count("g")
    assert world.practitioners["pending_bad"][0] == signs.count("b")


@pytest.mark.parametrize("asymmetry", [1.0, 2.0, 4.0])
def test_bad_weighs_more_than_good_by_the_stated_ratio(asymmetry):
    """At a trust of one half, the fall after a bad experience is `asymmetry` times the rise."""
    moved = {}
    for good in (True, False):
        world, family = one_pair({"trust_asymmetry": asymmetry})
        world.tie_last[:] = 0
        world.tie_trust_cm[:] = 0.5
        set_contact(world, family, good=good, channel=2)
        moved[good] = world.tie_trust_cm[0] - 0.5
    assert -moved[False] / moved[True] == pytest.approx(asymmetry, rel=EXACT)


def test_strangers_start_from_the_story():
    """Who meets a stranger trusts them as the story says: T = 1 / 2 + strength N at first contact,
    from 0 to 1; 1 / 2 where the story reaches asking alone."""
    for strength, reach, cm, mc in ((0.5, 0, 0.7, 0.1), (1.0, 0, 0.9, 0.0), (0.5, 1, 0.5, 0.5)):
        check_first_trust(strength, reach, cm, mc)


def check_first_trust(strength, reach, cm, mc):
    world, family = one_pair({"story_strength": strength, "story_reach": reach})
    world.practitioners["narrative"] = [0.4, -0.8]
    world.tie_last[:] = -1
    family["contact"], family["initiator"] = 0, 1
    family["known"] = 0
    family["disclosed"] = 0
    run_phase(world, "experience")  # written, nothing to ask: no feeling either way
    assert world.tie_trust_cm[0] == pytest.approx(cm, abs=EXACT)
    assert world.tie_trust_mc[0] == pytest.approx(mc, abs=EXACT)
    assert world.tie_familiarity[0] == default("familiarity_rate") * RICHNESS[0]


def test_weekly_contact_brings_familiarity_to_its_fixed_point():
    """F(n) = 1 - (1 - F0)(1 - a)**n without fading; with it, F settles at k a / (1 - k (1 - a))."""
    step = default("familiarity_rate") * RICHNESS[1]
    world, family = one_pair({"tie_retention": 1.0} | NO_TURNOVER)
    world.tie_familiarity[:] = 0.2
    for _ in range(10):
        set_contact(world, family, good=True, channel=1)
    assert world.tie_familiarity[0] == pytest.approx(1 - 0.8 * (1 - step) ** 10, abs=EXACT)
    world, family = one_pair({"tie_retention": 0.1} | NO_TURNOVER, weeks=600)
    for _ in range(500):
        set_contact(world, family, good=True, channel=1)
        run_phase(world, "workforce")
    keep = 0.1 ** (1 / 52)
    assert world.tie_familiarity[0] == pytest.approx(
        keep * step / (1 - keep * (1 - step)), abs=EXACT
    )


def test_a_good_and_a_bad_week_by_turns_settle_trust_where_the_two_steps_balance():
    """After each bad week T = (1 - k r) r / (1 - (1 - k r)(1 - r))."""
    world, family = one_pair({"trust_asymmetry": 2.0}, weeks=300)
    world.tie_last[:] = 0
    for _ in range(100):
        set_contact(world, family, good=True, channel=2)
        set_contact(world, family, good=False, channel=2)
    r = default("trust_rate") * RICHNESS[2]
    assert world.tie_trust_cm[0] == pytest.approx(
        (1 - 2 * r) * r / (1 - (1 - 2 * r) * (1 - r)), abs=EXACT
    )


def test_half_lives_are_half_lives():
    """What the kernels keep a week, to the power of the half-life, is a half."""
    world = world_of({"half_life": 40.0}, layout=layout_of())
    derived = world.derived[0]
    assert derived["half_keep"] ** 40 == pytest.approx(0.5, rel=EXACT)
    assert derived["half_keep"] == pytest.approx(keep_of_half_life(40.0), rel=EXACT)
    assert derived["tie_keep"] ** 52 == pytest.approx(default("tie_retention"), rel=EXACT)
