"""The twin by itself: its states stay within their ranges, whatever the policy."""

from functools import lru_cache

import pytest

from colsim.core.layout import KnownTie, LocalityPlan, TeamPlan, build_layout, even_plan
from colsim.core.levers import LeverUse, lever_table
from colsim.core.measures import TOTALS
from colsim.core.quantities import QUANTITIES
from colsim.plain import Twin
from colsim.plain.narrate import narrate
from colsim.plain.policy import level_of, policy

PLAN = even_plan(localities=2, csw=16, csw_team_size=8, mhsw=6, mhsw_teams=2, shared_families=14)
LAYOUT = build_layout([PLAN], spanner_posts=2)
TEAMS = len(LAYOUT.teams)
TWO = build_layout([PLAN, PLAN], spanner_posts=2)
OWN = build_layout(
    [
        [
            LocalityPlan(8.0, (
                TeamPlan(0, (37.2, 20.0, 1.5, 37.2), tenure=(10, -1, 300, 52)),
                TeamPlan(1, (37.2, 37.2), tenure=(100, 3),
                         without_policy=(("shared_days", 5.0), ("story_mixing", 0.9))),
            )),
            LocalityPlan(6.0, (TeamPlan(0, (37.2,) * 4), TeamPlan(1, (37.2, 18.6)))),
        ],
        [LocalityPlan(7.0, (TeamPlan(0, (37.2,) * 5), TeamPlan(1, (37.2,) * 2)))],
    ],
    spanner_posts=1,
    ties=[KnownTie(0, 0, 0, 0.6, 0.9, 0.8), KnownTie(0, 5, 3, 0.4), KnownTie(0, 2, 1, 0.9, -1, 0)],
)  # fmt: skip
"""An authority of one's own, and a neighbour of which nothing is known."""
POLICIES = {
    "none": [],
    "site": [("shared_days", 1.0, "scale"), ("face_to_face_saving", 0.2, "scale"),
             ("story_mixing", 0.2, "scale")],
    "training": [("training_confidence", 6.0, "on"), ("training_knowledge", 6.0, "on"),
                 ("training_acquaintance", 4.0, "on")],
    "spanners": [("spanner_posts", 1.0, "scale"), ("spanner_visits", 9.0, "on"),
                 ("spanner_consultation", 12.0, "on"), ("spanner_facilitation", 9.0, "on"),
                 ("spanner_workshops", 4.0, "on"), ("spanner_challenge", 3.0, "on"),
                 ("recruitment_success", -0.3, "on")],
    "protocol": [("protocol_contact", 0.4, "scale"), ("protocol_disclosure", 0.4, "scale"),
                 ("collaboration_priority", 0.5, "on"), ("deadline_relief", 0.8, "on"),
                 ("rule_upkeep", 0.7, "on"),
                 ("caseload_cap", 1.0, "towards")],
    "practice": [("contact_point", 0.4, "scale"), ("champion_hours", 1.5, "scale"),
                 ("shared_record", 0.3, "scale"), ("front_door", 0.4, "scale"),
                 ("front_door_referral", 0.5, "on"), ("task_clarity", 0.4, "scale"),
                 ("plan_ownership", 0.4, "scale"), ("restorative_stance", 0.4, "scale"),
                 ("family_voice", 0.4, "scale"), ("openness", 0.4, "scale"),
                 ("own_judgement", 0.4, "scale"), ("support", 0.4, "scale"),
                 ("hours_taken", 0.5, "on"), ("shadowing_knowledge", 6.0, "on"),
                 ("shadowing_acquaintance", 4.0, "on"), ("ownership", 0.4, "scale")],
    "remedies": [("known_pairs", 0.5, "on"), ("joint_visits", 0.8, "on"),
                 ("shared_frame", 0.7, "on"), ("asking_children", 0.6, "on")],
    "consent": [("agreed_sharing", 0.4, "scale"), ("consent_work", 0.4, "scale")],
    "court": [("court_engagement", 0.3, "scale"), ("court_control", 0.25, "scale")],
    "hard times": [("posts_frozen", 0.25, "scale"), ("strain", 0.1, "scale"),
                   ("unrest", 0.5, "scale")],
}  # fmt: skip
STRENGTH = {"protocol": 14.0}
UNIT = ("role_knowledge", "confidence", "orientation", "stance", "alliance_protection",
        "belonging", "wellbeing")  # fmt: skip
FAMILY_UNIT = ("severity", "risk", "complexity", "improvement", "anxiety", "csw_anxiety",
               "engagement", "compliance")  # fmt: skip


def table(*names, layout=LAYOUT):
    uses = [
        LeverUse(
            strength=STRENGTH.get(name, 2.0),
            channels=tuple(POLICIES[name]),
            covered=(True,) * len(layout.teams),
            start=4 * k,
            ramp=1 + 5 * k,
            end=90 if name == "spanners" else None,
            reach=0.8 if name == "court" else 1.0,
        )
        for k, name in enumerate(names)
    ]
    return lever_table(uses, teams=len(layout.teams))


def check_contact(family):
    if family["in_passing"]:
        assert family["contact"] == 1
    if family["forced"]:
        assert (family["contact"], family["mutual"]) == (0, False)
    if family["appointed"] or 1 in family["waiting"]:
        assert family["open"] == [True, True]
        assert -1 not in family["lead"]


def check(model):
    state = model.snapshot()
    led = [0] * len(state["practitioners"])
    for family in state["families"]:
        values = [family[name] for name in FAMILY_UNIT] + family["trust"] + family["belief"]
        if family["active"]:
            check_contact(family)
        assert all(0 <= value <= 1 for value in values)
        for s in (0, 1):
            assert family["known"][s] & family["received"][s] == 0
            assert abs(family["known_weight"][s] - sum(
                w for x, w in enumerate(family["weight"]) if family["known"][s] >> x & 1
            )) < 1e-12  # fmt: skip
            if family["lead"][s] < 0:
                assert family["known"][s] == 0
            else:
                assert family["open"][s]
                assert family["active"]
                led[family["lead"][s]] += 1
                assert state["practitioners"][family["lead"][s]]["filled"]
        assert all(week < model.week for week in family["first_known"])
        assert not (family["active"] and not any(family["open"]))
        assert set(family["waiting"]) <= {0, 1}
        assert family["active"] or family["waiting"] == [0, 0]
        assert family["told"] == 0 or family["spanner"] >= 0
        assert family["spanner"] < 0 or model.places.posts[family["spanner"]].service == 2
    for post, load in zip(state["practitioners"], led, strict=True):
        assert post["shared_load"] == load
        assert all(0 <= post[name] <= 1 for name in UNIT)
        assert all(-1 <= post[name] <= 1 for name in ("narrative", "perceived_image", "lean"))
        assert post["budget"] >= 0
        assert post["spent"] >= 0
        assert all(count >= 0 for count in post["memory"])
    for name in ("familiarity", "trust_cm", "trust_mc"):
        assert all(0 <= value <= 1 for value in state["ties"][name])
    for met, last in zip(state["ties"]["met"], state["ties"]["last"], strict=True):
        assert -1 <= met <= last < max(1, model.week)
    for team, story, since in zip(
        model.places.teams, state["team_story"], state["team_since"], strict=True
    ):
        assert story == 0 if team.service == 0 else -1 <= story <= 1
        assert all(-1 <= week < model.week for week in since)
    for name in ("familiarity", "trust"):
        assert all(0 <= value <= 1 for value in state["spanner_ties"][name])
    assert list(state["totals"]) == list(TOTALS)
    totals = state["totals"]
    assert totals["plans"] == totals["joint"] + totals["nominal"] + totals["single"]
    contacts = totals["written"] + totals["phone"] + totals["face"] + totals["meeting"]
    assert totals["passing"] + totals["forced"] <= contacts + totals["facilitated"]
    assert totals["talked"] >= totals["understood"] >= totals["agreed"] >= totals["took_part"]
    assert totals["by_spanner"] <= totals["to_csc"] + totals["to_amh"]
    for authority in model.places.authorities:
        for b in authority.spanners():
            assert all(hours >= 0 for hours in b.hours.values())


def count_waiting(model):
    return sum(sum(f.waiting) for f in model.families())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize("names", [(name,) for name in POLICIES] + [tuple(POLICIES)])
def test_states_stay_within_their_ranges(names, seed):
    model = Twin(LAYOUT, table(*names), {}, seed=seed, weeks=100, burn_in=30)
    check(model)
    while model.week < model.horizon:
        before = count_waiting(model)
        model.step()
        check(model)
        ended = model.totals["consults"] + model.totals["consults_lost"]
        assert count_waiting(model) == before + model.totals["consults_wanted"] - ended


def test_policies_move_every_quantity():
    moved = {quantity for channels in POLICIES.values() for quantity, _, _ in channels}
    assert moved == set(QUANTITIES)


def test_same_seed_same_run_and_other_seed_another():
    runs = []
    for seed in (3, 3, 4):
        model = Twin(LAYOUT, table(*POLICIES), {}, seed=seed, weeks=30, burn_in=10)
        model.run()
        runs.append(model.snapshot())
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_unkeyed_draws_run_too():
    model = Twin(LAYOUT, table(*POLICIES), {}, seed=3, weeks=30, burn_in=10, draws="random")
    model.run()
    check(model)


@pytest.mark.slow
@pytest.mark.parametrize("layout", [TWO, OWN], ids=["two authorities", "one's own"])
def test_states_stay_within_their_ranges_elsewhere(layout):
    model = Twin(layout, table(*POLICIES, layout=layout), {}, seed=5, weeks=60, burn_in=20)
    while model.week < model.horizon:
        model.step()
        check(model)


MOVES = {
    "contact_point": (1.0, {"vain": -1}),
    "champion_hours": (4.0, {"spent_csw": 1, "spent_mhsw": 1, "strong_ties": 1}),
    "shared_record": (0.8, {"received_only": 1, "reach": 1}),
    "front_door": (1.0, {"received_only": 1, "reach": 1}),
    "front_door_referral": (1.0, {"referrals": 1}),
    "task_clarity": (1.0, {"joint": 1}),
    "plan_ownership": (1.0, {"unexplained": -1}),
    "restorative_stance": (1.0, {"family_trust_csc": 1}),
    "family_voice": (1.0, {"family_trust_csc": 1}),
    "openness": (1.0, {"orientation_csw": 1, "orientation_mhsw": 1}),
    "known_pairs": (1.0, {"familiarity": 1}),
    "joint_visits": (1.0, {"face": 1}),
    "shared_frame": (1.0, {"to_csc": 1}),
    "asking_children": (1.0, {"flow": 1}),
    "support": (1.0, {"wellbeing_csw": 1, "wellbeing_mhsw": 1}),
    "agreed_sharing": (1.0, {"over_caution": -1}),
    "consent_work": (1.0, {"consent_asked": 1, "shared_consenting": 1, "hours_families": 1}),
    "hours_taken": (8.0, {"pressure_csw": 1, "pressure_mhsw": 1, "spent_csw": 1}),
    "shadowing_knowledge": (26.0, {"role_knowledge_csw": 1, "role_knowledge_mhsw": 1}),
    "shadowing_acquaintance": (26.0, {"strong_ties": 1}),
    "ownership": (1.0, {"spent_mhsw": 1}),
    "court_engagement": (0.5, {"engagement": 1}),
    "court_control": (0.5, {"family_trust_csc": 1}),
    "posts_frozen": (0.8, {"filled_csw": -1, "filled_mhsw": -1}),
    "strain": (0.5, {"pressure_csw": 1, "pressure_mhsw": 1}),
    "unrest": (3.0, {"leavers_csw": 1, "leavers_mhsw": 1}),
}
"""What each quantity on its own does to totals of 60 weeks: amount, and signs."""
EASED = {
    "agreed_sharing": (("misreading", 0.9), ("ask_consent", 0.0), ("lawful_threshold", 0.3)),
    "front_door_referral": (("within_reach", 4.0),),
    "posts_frozen": (("leave_csw", 1.0), ("leave_mhsw", 1.0)),
    "task_clarity": (("joint_understanding", 0.0), ("risk_tolerance", 1.0)),
}
"""Parameters under which it is seen in so small a world."""


@lru_cache
def sums_over_weeks(channels, eased, *, seed):
    use = LeverUse(strength=1.0, channels=channels, covered=(True,) * TEAMS)
    levers = lever_table([use], teams=TEAMS)
    model = Twin(LAYOUT, levers, dict(eased), seed=seed, weeks=60, burn_in=20)
    sums = dict.fromkeys(TOTALS, 0.0)
    while model.week < model.horizon:
        model.step()
        for name, value in model.totals.items():
            sums[name] += value
    check(model)
    return sums


def test_every_quantity_of_the_further_policies_is_tried():
    further = list(QUANTITIES)[list(QUANTITIES).index("contact_point") :]
    assert set(MOVES) | {"own_judgement"} == set(further)


@pytest.mark.slow
@pytest.mark.parametrize(
    "quantity",
    [
        one if k % 4 == 0 else pytest.param(one, marks=pytest.mark.long)
        for k, one in enumerate(MOVES)
    ],
)
def test_a_quantity_alone_moves_what_it_is_about(quantity):
    amount, signs = MOVES[quantity]
    eased = EASED.get(quantity, ())
    moved = dict.fromkeys(signs, 0.0)
    for seed in (1, 2):
        with_it = sums_over_weeks(((quantity, amount, "scale"),), eased, seed=seed)
        without = sums_over_weeks((), eased, seed=seed)
        for name in signs:
            moved[name] += with_it[name] - without[name]
    assert {name: (x > 0) - (x < 0) for name, x in moved.items()} == signs


def test_own_judgement_keeps_stories_out():
    """With all of the pull taken away, stories only fade, whatever colleagues tell."""
    use = LeverUse(1.0, (("own_judgement", 1.0, "scale"),), (True,) * TEAMS, start=-10)
    for levers, only_fades in ((lever_table([use], teams=TEAMS), True), (table(), False)):
        model = Twin(LAYOUT, levers, {"policy_effect": 1.0}, seed=1, weeks=5, burn_in=10)
        for _ in range(10):
            model.step()
        people = model.places.authorities[0].workers()
        faded = [i.narrative * model.half_keep for i in people]
        narrate(model, model.places.authorities[0])
        assert ([i.narrative for i in people] == faded) is only_fades


def test_today_sets_tenures_and_ties():
    model = Twin(OWN, table(layout=OWN), {"leave_csw": 0, "leave_mhsw": 0},
                 seed=2, weeks=5, burn_in=8)  # fmt: skip
    for _ in range(8):
        model.step()
    before = model.snapshot()
    model.step()
    after = model.snapshot()
    for record, one, other in zip(
        OWN.posts, before["practitioners"], after["practitioners"], strict=True
    ):
        if record["service"] != 2:
            start = one["tenure"] if record["tenure"] < 0 else record["tenure"]
            assert other["tenure"] == start + 1
    # A tie that is not listed is that of strangers, unless the two met in this very week.
    block = range(8 * 4)
    listed = {0 * 4 + 0, 5 * 4 + 3, 2 * 4 + 1}
    for k in block:
        if k not in listed:
            assert after["ties"]["last"][k] in (-1, 8)
    assert all(after["ties"]["last"][k] == 8 for k in listed)
    assert any(before["ties"]["last"][k] >= 0 > after["ties"]["last"][k] for k in block)
    # Of the neighbour nothing is listed: its ties go on.
    assert any(0 <= after["ties"]["last"][k] < 8 for k in range(32, 42))


def test_today_ties_are_as_listed():
    model = Twin(OWN, table(layout=OWN), {}, seed=2, weeks=5, burn_in=0)
    model.t = 0
    policy(model, model.places.authorities[0])
    ties = model.snapshot()["ties"]
    narrative = [i["narrative"] for i in model.snapshot()["practitioners"]]
    assert [ties["familiarity"][k] for k in (0, 9, 23)] == [0.6, 0.9, 0.4]
    assert (ties["trust_cm"][0], ties["trust_mc"][0]) == (0.9, 0.8)
    assert (ties["trust_cm"][9], ties["trust_mc"][9]) == (0.5 + 0.5 * narrative[2], 0.0)
    assert ties["trust_cm"][23] == 0.5 + 0.5 * narrative[5]
    assert sum(week >= 0 for week in ties["last"][:32]) == 3


def test_a_team_may_have_values_of_its_own_without_policy():
    model = Twin(OWN, table(layout=OWN), {}, seed=2, weeks=5, burn_in=5)
    model.step()
    amh = [team for team in model.places.teams if team.service == 1]
    assert [team.q.shared_days for team in amh] == [5.0, 0.0, 0.0]
    assert [team.q.story_mixing for team in amh] == [0.9, 0.0, 0.0]
    assert all(team.q.caseload_cap == 60 for team in model.places.teams)


def test_reach_is_the_share_that_is_ever_reached():
    lever = lever_table([LeverUse(1.0, (), (True,) * TEAMS, ramp=4, reach=0.6)], teams=TEAMS)
    levels = [level_of(lever.levers[0], u) for u in range(-1, 6)]
    assert levels == pytest.approx([0, 0.15, 0.3, 0.45, 0.6, 0.6, 0.6], abs=1e-15)


def test_a_neighbour_lives_the_same_life_whatever_an_authority_does():
    covered = tuple(bool(team["authority"] == 0) for team in TWO.teams)
    uses = [LeverUse(1.0, tuple(POLICIES[name]), covered) for name in POLICIES]
    lives = []
    for levers in (lever_table(uses, teams=len(covered)), table(layout=TWO)):
        model = Twin(TWO, levers, {}, seed=6, weeks=40, burn_in=10)
        model.run()
        state = model.snapshot()
        lives.append([
            [
                record
                for record, post in zip(state["practitioners"], TWO.posts, strict=True)
                if post["authority"] == authority
            ]
            for authority in (0, 1)
        ])  # fmt: skip
    assert lives[0][1] == lives[1][1]
    assert lives[0][0] != lives[1][0]


def test_families_lie_authority_by_authority():
    model = Twin(TWO, table(layout=TWO), {}, seed=1, weeks=20, burn_in=5)
    model.run()
    places = [family["locality"] // 2 for family in model.snapshot()["families"]]
    assert places == sorted(places)
    assert set(places) == {0, 1}
