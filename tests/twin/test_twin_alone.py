"""The twin by itself: its states stay within their ranges, whatever the policy."""

import pytest

from colsim.core.layout import build_layout, even_plan
from colsim.core.levers import LeverUse, lever_table
from colsim.core.measures import TOTALS
from colsim.core.quantities import QUANTITIES
from tests.twin import Twin

PLAN = even_plan(localities=2, csw=16, csw_team_size=8, mhsw=6, mhsw_teams=2, shared_families=14)
LAYOUT = build_layout([PLAN], spanner_posts=2)
TEAMS = len(LAYOUT.teams)
POLICIES = {
    "none": [],
    "site": [("corridor_days", 1.0, "scale"), ("face_to_face_saving", 0.2, "scale"),
             ("story_mixing", 0.2, "scale")],
    "training": [("training_confidence", 6.0, "on"), ("training_knowledge", 6.0, "on"),
                 ("training_acquaintance", 4.0, "on")],
    "spanners": [("spanner_posts", 1.0, "scale"), ("spanner_visits", 9.0, "on"),
                 ("spanner_consultation", 12.0, "on"), ("spanner_facilitation", 9.0, "on"),
                 ("spanner_workshops", 4.0, "on"), ("spanner_challenge", 3.0, "on"),
                 ("recruitment_success", -0.3, "on")],
    "protocol": [("protocol_contact", 0.4, "scale"), ("protocol_disclosure", 0.4, "scale"),
                 ("collaboration_priority", 0.5, "on"), ("deadline_relief", 0.8, "on"),
                 ("caseload_cap", 1.0, "towards")],
}  # fmt: skip
STRENGTH = {"protocol": 14.0}
UNIT = ("role_knowledge", "confidence", "orientation", "stance", "alliance_protection",
        "belonging", "wellbeing")  # fmt: skip
FAMILY_UNIT = ("severity", "risk", "complexity", "improvement", "anxiety", "csw_anxiety",
               "engagement", "compliance")  # fmt: skip


def table(*names):
    uses = [
        LeverUse(
            strength=STRENGTH.get(name, 2.0),
            channels=tuple(POLICIES[name]),
            covered=(True,) * TEAMS,
            start=4 * k,
            ramp=1 + 5 * k,
            end=90 if name == "spanners" else None,
        )
        for k, name in enumerate(names)
    ]
    return lever_table(uses, teams=TEAMS)


def check(model):
    state = model.snapshot()
    led = [0] * len(LAYOUT.posts)
    for family in state["families"]:
        values = [family[name] for name in FAMILY_UNIT] + family["trust"] + family["belief"]
        assert all(0 <= value <= 1 for value in values)
        for s in (0, 1):
            assert family["known"][s] & family["received"][s] == 0
            assert abs(family["known_weight"][s] - sum(
                w for x, w in enumerate(family["weight"]) if family["known"][s] >> x & 1
            )) < 1e-12  # fmt: skip
            if family["lead"][s] >= 0:
                assert family["open"][s]
                assert family["active"]
                led[family["lead"][s]] += 1
                assert state["practitioners"][family["lead"][s]]["filled"]
        assert all(week < model.week for week in family["first_known"])
        assert not (family["active"] and not any(family["open"]))
    for post, load in zip(state["practitioners"], led, strict=True):
        assert post["shared_load"] == load
        assert all(0 <= post[name] <= 1 for name in UNIT)
        assert all(-1 <= post[name] <= 1 for name in ("narrative", "perceived_image", "lean"))
        assert post["budget"] >= 0
        assert post["spent"] >= 0
        assert all(count >= 0 for count in post["memory"])
    for name in ("familiarity", "trust_cm", "trust_mc"):
        assert all(0 <= value <= 1 for value in state["ties"][name])
    for name in ("familiarity", "trust"):
        assert all(0 <= value <= 1 for value in state["spanner_ties"][name])
    assert list(state["totals"]) == list(TOTALS)
    totals = state["totals"]
    assert totals["plans"] == totals["joint"] + totals["nominal"] + totals["single"]
    assert totals["talked"] >= totals["understood"] >= totals["agreed"] >= totals["took_part"]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("names", [(name,) for name in POLICIES] + [tuple(POLICIES)])
def test_states_stay_within_their_ranges(names, seed):
    model = Twin(LAYOUT, table(*names), {}, seed=seed, weeks=100, burn_in=30)
    check(model)
    while model.week < model.horizon:
        model.step()
        check(model)


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
