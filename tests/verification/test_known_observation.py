"""Experiences, sign by sign, and the weekly totals, added up again from the states."""

import numpy as np
import pytest

from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import PARAMETERS
from colsim.scenario.levers import LEVERS
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    RICHNESS,
    active,
    bits,
    chance_of_count,
    layout_of,
    live_through,
    paired_world,
    run_phase,
    week_of,
    world_of,
)
from tests.worlds import small_layout, use


def default(name):
    return PARAMETERS[name].default


def met(parameters, **contact):
    """Return a world of one CSW and one MHSW after they had this contact; nothing else is felt."""
    world = paired_world(parameters, families=3, csw=1, mhsw=1)
    chosen = active(world)
    families = world.families
    families["lead"][chosen[1:]] = -1
    first = chosen[0]
    usual = {"mutual": False, "known": [0, 0], "belief": [0.0, 1.0], "known_weight": [0.5, 0.5],
             "consent": True}  # fmt: skip
    for name, value in (usual | contact).items():
        families[name][first] = value
    world.practitioners["confidence"] = 0.5
    world.practitioners["alliance_protection"] = 0.5
    world.practitioners["narrative"] = 0.0
    world.practitioners["wellbeing"] = [0.1, 0.8]
    run_phase(world, "experience")
    return world


def felt(world):
    """Return the sign that the CSW and the MHSW felt."""
    people = world.practitioners
    return [int(people["pending_good"][s]) - int(people["pending_bad"][s]) for s in (0, 1)]


CHILD, PARENT = 0b111, 0b111 << 8
SIGNS = [
    # initiator, channel, facts known, facts disclosed, beliefs -> felt by CSW and by MHSW
    ("told", 0, 1, [CHILD, PARENT], [1, 0], [0.0, 1.0], [1, 0]),
    ("refused", 0, 1, [CHILD, PARENT], [0, 0], [0.0, 1.0], [-1, 0]),
    ("refused, agreed", 0, 2, [CHILD, PARENT], [0, 0], [0.5, 0.6], [-1, 1]),
    ("nothing to ask, phone", 0, 1, [CHILD, 0], [0, 0], [0.0, 1.0], [1, 0]),
    ("nothing to ask, letter", 0, 0, [CHILD, 0], [0, 0], [0.5, 0.5], [0, 0]),
    ("told by letter", 1, 0, [CHILD, PARENT], [0, 1], [0.5, 0.5], [0, 1]),
    ("told, and told back", 1, 2, [CHILD, PARENT], [1, 1], [0.0, 1.0], [1, 1]),
    ("refused the MHSW", 1, 1, [CHILD, PARENT], [0, 0], [0.0, 1.0], [0, -1]),
    ("knows it all already", 1, 1, [CHILD, CHILD | PARENT], [0, 0], [0.5, 0.5], [1, 1]),
]


@pytest.mark.parametrize(
    "initiator, channel, known, disclosed, belief, signs",
    [row[1:] for row in SIGNS],
    ids=[row[0] for row in SIGNS],
)
def test_how_each_side_felt(initiator, channel, known, disclosed, belief, signs):
    """Every sign by hand, and its exact steps of confidence, story and protection."""
    world = met(
        {"tie_retention": 1.0},
        contact=channel,
        initiator=initiator,
        known=known,
        disclosed=disclosed,
        belief=belief,
    )
    assert felt(world) == signs
    people = world.practitioners
    rho = RICHNESS[channel]
    for s, sign in enumerate(signs):
        step = default("learning_rate") * rho * abs(sign)
        assert people["confidence"][s] == pytest.approx(0.5 + 0.5 * sign * step, abs=EXACT)
        weight = default("learning_rate") * rho
        weight *= default("trust_asymmetry") if sign < 0 else 1
        assert people["narrative"][s] == pytest.approx(sign * weight, abs=EXACT)
        learned = default("learning_rate") * rho * (channel >= 1)
        before = paired_world({}, families=3, csw=1, mhsw=1).practitioners["role_knowledge"][s]
        assert people["role_knowledge"][s] == pytest.approx(
            before + learned * (1 - before), abs=EXACT
        )
        assert people["memory"][s, channel] == (sign > 0)
        assert people["memory"][s, 4 + channel] == (sign < 0)
        refused = sign < 0 and s == initiator
        assert people["memory"][s, 8] == refused
    step = default("learning_rate") * rho * signs[1]
    assert people["alliance_protection"][1] == pytest.approx(0.5 - 0.5 * step, abs=EXACT)
    assert people["alliance_protection"][0] == 0.5


@pytest.mark.parametrize("consent", [True, False])
def test_a_refusal_is_excused_where_the_family_has_not_consented_and_trust_is_there(consent):
    """Refused by everybody: no feeling with chance T where the law asks it, else a bad one."""
    world = paired_world({}, families=3000, seed=2)
    families, chosen = world.families, active(world)
    for name, value in {
        "contact": 1, "initiator": 0, "mutual": False, "known": [CHILD, PARENT],
        "disclosed": 0, "belief": [0.0, 1.0], "lead_since": -9, "consent": consent,
    }.items():  # fmt: skip
        families[name][chosen] = value
    world.parameters["trust_rate"] = world.parameters["familiarity_rate"] = 0.0
    world.parameters["learning_rate"] = 0.0
    world.tie_last[:] = 0
    world.tie_familiarity[:] = 1.0
    world.tie_trust_cm[:], world.tie_trust_mc[:] = 0.6, 0.2
    world.practitioners["pending_bad"] = 0
    run_phase(world, "experience")
    bad, n = int(world.practitioners["pending_bad"].sum()), len(chosen)
    assert world.practitioners["memory"][:, 8].sum() == n
    if consent:
        assert bad == n
        return
    assert chance_of_count(n - bad, n, 0.6) > FALSE_ALARM
    # Wrong version: the trust of the one who refused.
    assert chance_of_count(n - bad, n, 0.2) < FALSE_ALARM


@pytest.mark.parametrize("channel", [2, 3])
@pytest.mark.parametrize("parents", [0, 1 << 8, 1 << 15, PARENT])
@pytest.mark.parametrize("initiator", [0, 1])
def test_a_colleague_who_comes_unprepared(initiator, parents, channel):
    """A CSW who knows nothing of the parent's side, at a meeting: the MHSW feels it, whoever asked
    and whatever was disclosed; the CSW does not."""
    world = met(
        {},
        contact=channel,
        initiator=initiator,
        known=[CHILD | parents, PARENT],
        disclosed=[1, 1],
    )
    unprepared = parents == 0 and channel == 3
    assert felt(world) == [1, -1 if unprepared else 1]
    assert world.practitioners["memory"][1, 12] == unprepared
    assert not world.practitioners["memory"][:, 8].any()


@pytest.mark.parametrize("mutual", [False, True])
def test_what_a_good_talk_teaches(mutual):
    """Only a mutual contact turns towards joint work; how one is met is how one feels seen."""
    world = paired_world({}, families=3, csw=1, mhsw=1)
    before = world.practitioners.copy()
    world = met(
        {"trust_rate": 0.0, "story_strength": 0.0, "familiarity_rate": 0.0},
        contact=2, initiator=0, mutual=mutual, known=[CHILD, PARENT], disclosed=[1, 1],
    )  # fmt: skip
    people = world.practitioners
    for s in (0, 1):
        step = default("learning_rate") * RICHNESS[2] * mutual
        old = before["orientation"][s]
        assert people["orientation"][s] == pytest.approx(old + step * (1 - old), abs=EXACT)
        old = before["perceived_image"][s]
        own = (world.tie_trust_cm, world.tie_trust_mc)[1 - s][0]
        familiarity = world.tie_familiarity[0]
        shown = 2 * (familiarity * own + (1 - familiarity) * 0.5) - 1
        rate = default("learning_rate") * RICHNESS[2]
        assert people["perceived_image"][s] == pytest.approx(old + rate * (shown - old), abs=EXACT)


def test_weekly_totals_are_the_sums_of_states():
    """All levers together, two authorities: every total of states again by whole arrays."""
    layout = small_layout(authorities=2, shared_families=24)
    uses = [use(name, layout, ramp=3) for name in LEVERS]
    world = world_of({"leave_csw": 0.6, "leave_mhsw": 0.6}, layout=layout, uses=uses, weeks=50)

    def watch(world, phase):
        if phase == "observe" and week_of(world) % 7 == 6:
            check_totals(world)

    live_through(world, 50, watch)


def by_place(shared, flow, localities):
    """Return totals by place: four of them, or as many as there are localities."""
    place = np.array([int(k * 4 / localities) for k in shared["locality"]])
    counted = {}
    for n in range(4):
        counted[f"shared_place_{n + 1}"] = (place == n).sum()
        counted[f"flow_place_{n + 1}"] = flow[place == n].sum()
    return counted


def check_totals(world):
    row = world.totals[week_of(world)]
    families = world.families[active(world)]
    both = families["open"].all(axis=1)
    paired = both & (families["lead"] >= 0).all(axis=1)
    csc, amh = families[families["open"][:, 0] != 0], families[families["open"][:, 1] != 0]
    shared, paired = families[both], families[paired]
    held = shared["known"] | shared["received"]
    csw, mhsw = paired["lead"].T
    block = world.authorities[world.posts["authority"][csw]]
    place = block["first_tie"] + world.posts["row"][csw] * block["posts"][:, 1]
    place = place + world.posts["row"][mhsw]
    stories = world.practitioners["narrative"]
    familiarity = world.tie_familiarity[place]

    def in_force(own, holder):
        story = default("story_strength") * stories[holder]
        return familiarity * own[place] + (1 - familiarity) * np.clip(0.5 + story, 0, 1)

    bias = paired["belief"] - paired["risk"][:, None]
    with_right = ~shared["breached"]
    both = shared["known"][:, 0] & shared["known"][:, 1]
    consenting = shared["consent"] == 1
    expected = {
        "weeks": 1,
        "shared": len(shared),
        "flow": bits(both & with_right).sum() / 16,
        "flow_breached": bits(both & shared["breached"]).sum() / 16,
        "shared_consenting": consenting.sum(),
        "flow_consenting": bits(both & with_right)[consenting].sum() / 16,
        "shared_engaged": (shared["engagement"] >= 0.4).sum(),
        "shared_complex": (shared["complexity"] >= 0.5).sum(),
        **by_place(shared, bits(both & with_right) / 16, len(world.localities)),
        "reach": bits(held[:, 0] & held[:, 1] & with_right).sum() / 16,
        "paired": len(paired),
        "child_known": bits(paired["known"][:, 1] & 0xFF).sum() / 8,
        "split": paired["split"].sum(),
        "received_only": bits(paired["received"]).sum(),
        "bias_csc": bias[:, 0].sum(),
        "bias_amh": bias[:, 1].sum(),
        "error_csc": np.abs(bias[:, 0]).sum(),
        "error_amh": np.abs(bias[:, 1]).sum(),
        "disagreement": np.abs(paired["belief"][:, 0] - paired["belief"][:, 1]).sum(),
        "familiarity": familiarity.sum(),
        "trust_csw": in_force(world.tie_trust_cm, csw).sum(),
        "trust_mhsw": in_force(world.tie_trust_mc, mhsw).sum(),
        "depth": paired["depth"].sum(),
        "fit": (1 - np.abs(paired["depth"] / 4 - paired["complexity"])).sum(),
        "csc_open": len(csc),
        "family_trust_csc": csc["trust"][:, 0].sum(),
        "engagement": csc["engagement"].sum(),
        "disguised": (csc["compliance"] - csc["engagement"] > 0.2).sum(),
        "severity": csc["severity"].sum(),
        "risk": csc["risk"].sum(),
        "amh_open": len(amh),
        "family_trust_amh": amh["trust"][:, 1].sum(),
        "strong_ties": (world.tie_familiarity >= 0.2).sum(),
        "possible_ties": len(world.tie_familiarity),
    }
    service, people = world.posts["service"], world.practitioners
    expected["spanners"] = (people["filled"] & (service == 2)).sum()
    for s, name in enumerate(("csw", "mhsw")):
        own = people[people["filled"] & (service == s)]
        expected[f"posts_{name}"] = (service == s).sum()
        expected[f"filled_{name}"] = len(own)
        for state in ("role_knowledge", "confidence", "narrative", "orientation", "wellbeing",
                      "pressure", "perceived_image", "spent"):  # fmt: skip
            expected[f"{state}_{name}"] = own[state].sum()
        expected[f"caseload_{name}"] = (own["background"] + own["shared_load"]).sum()
        expected[f"spread_{name}"] = np.mean(
            [spread(world, s, a) for a in range(len(world.authorities))]
        )
    for name, value in expected.items():
        assert name in TOTAL_INDEX, name
        assert row[TOTAL_INDEX[name]] == pytest.approx(float(value), abs=1e-9), name


def spread(world, service, authority):
    """Return the mean distance of teams' mean stories from their mean."""
    means = []
    for team in world.teams:
        if team["service"] == service and team["authority"] == authority:
            people = world.practitioners[team["first_post"] : team["first_post"] + team["posts"]]
            if people["filled"].any():
                means.append(people["narrative"][people["filled"]].mean())
    return np.abs(np.array(means) - np.mean(means)).mean() if means else 0.0


def test_an_empty_place_is_observed_as_empty():
    """No families and nobody in post: every total but the counts of what could be is zero."""
    world = world_of(
        {"arrival_rate": 0.0, "fill_rate": 0.0}, layout=layout_of(shared_families=1e-9), weeks=3
    )
    world.practitioners["filled"] = False
    world.derived["tie_keep"] = 1.0
    world.tie_familiarity[:3] = PARAMETERS["strong_tie"].default  # a tie is strong from there on
    live_through(world, 1, lambda world, phase: None)
    row = world.totals[0]
    counts = {"weeks": 1, "posts_csw": 4, "posts_mhsw": 4, "possible_ties": 16}
    expected = counts | {"strong_ties": 3.0}
    for name, k in TOTAL_INDEX.items():
        assert row[k] == expected.get(name, 0.0), name
