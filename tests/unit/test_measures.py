"""Measures: ratios of totals, indices of measures, all declared in full."""

import numpy as np
import pytest

from colsim.core.measures import MEASURES, TOTALS, Measure, made_of
from colsim.data.rows import read_rows
from tests.worlds import live, policy, small_layout, totals_of


@pytest.fixture(scope="module")
def totals():
    layout = small_layout()
    world = live(layout, policy(layout, "co_location"), weeks=80)
    return {name: totals_of(world, name)[-26:].sum() for name in TOTALS}


def test_every_measure_is_declared_in_full_and_lies_in_its_range(totals):
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert measure.title
        assert measure.unit
        assert measure.definition
        value = float(measure.of(totals))
        if np.isfinite(value):
            assert measure.low <= value <= measure.high, name


ROW = {
    "title": "Talks", "numerator": ["talked"], "denominator": ["plans"], "unit": "share",
    "better": "higher", "group": "plans", "definition": "What it is",
}  # fmt: skip
INDEX = {
    "title": "Index", "unit": "index", "better": "higher", "group": "plans", "definition": "Of one",
    "parts": [{"mean": ["x"], "full": "weekly"}],
}  # fmt: skip


@pytest.mark.parametrize(
    "change, message",
    [
        ({"title": " "}, "x.title: found nothing; allowed: a text"),
        ({"better": "more"}, "x.better: found 'more'; allowed: 'higher' or 'lower' or 'neither'"),
        ({"range": [1.0, 1.0]}, "x.range: found [1, 1]; allowed: the lowest value, the highest"),
        ({"harm": True, "better": "neither"}, "x.harm: found a harm that is neither"),
        (
            {"numerator": ["talked", "-talkd"]},
            "x.numerator: found 'talkd'; nearest known name: talked; allowed: a weekly total",
        ),
        ({"denominator": ["plan"]}, "x.denominator: found 'plan'; nearest known name: plans;"),
        ({"minus": ["joint", "plns"]}, "x.minus: found 'plns'; nearest known name: plans;"),
        ({"scale": "day"}, 'x.scale: found \'day\'; allowed: a number or "month" or "year"'),
        ({"parts": [{"mean": ["y"]}]}, "x: found totals and parts; allowed: numerator and denom"),
        ({"numerator": []}, "x: found no totals above and below, and no parts; allowed: numerator"),
    ],
)
def test_a_measure_that_lacks_something_does_not_load(change, message):
    rows, flaws = read_rows(Measure, {"x": ROW | change, "y": ROW})
    (flaw,) = flaws or made_of(rows)
    assert str(flaw).startswith(message)


@pytest.mark.parametrize(
    "part, message",
    [
        ({"mean": ["y"]}, "i.parts: found 'y'; allowed: a measure that is no index itself"),
        ({"mean": ["i"]}, "i.parts: found 'i'; allowed: a measure that is no index itself"),
        ({"mean": ["x"], "among": ["x", "xx"]}, "i.parts: found 'xx'; nearest known name: x;"),
        ({"mean": ["x"], "full": "monthly"}, "i.parts[0].full: found 'monthly'; allowed: a number"),
        ({"mean": ["x"], "turned": "les"}, "i.parts[0].turned: found 'les'; nearest known name: l"),
    ],
)
def test_an_index_of_what_is_not_there_does_not_load(part, message):
    rows, flaws = read_rows(Measure, {"x": ROW, "i": INDEX | {"parts": [part]}})
    (flaw,) = flaws or made_of(rows)
    assert str(flaw).startswith(message)


def test_a_sound_row_is_a_measure():
    assert read_rows(Measure, {"x": ROW, "i": INDEX})[1] == []


def test_a_ratio_by_hand():
    totals = dict.fromkeys(TOTALS, 0.0) | {"joint": 3.0, "plans": 12.0}
    assert MEASURES["joint_plan_rate"].of(totals) == 0.25
    assert np.isnan(MEASURES["jointly_wrong"].of(dict.fromkeys(TOTALS, 0.0)))


def test_measures_of_encounters_rules_and_spanners_by_hand():
    """Each from round totals of 26 weeks; what a rule forced is no contact that somebody wanted."""
    totals = dict.fromkeys(TOTALS, 0.0) | {
        "weeks": 26.0, "paired": 520.0, "filled_csw": 260.0, "filled_mhsw": 104.0,
        "encounters": 208.0, "passing": 60.0, "forced": 30.0, "written": 80.0, "phone": 100.0,
        "face": 40.0, "meeting": 10.0, "joint": 6.0, "hours_moved": 91.0, "spent_csw": 400.0,
        "spent_mhsw": 328.0, "consults_wanted": 90.0, "consults": 50.0, "consults_lost": 13.0,
        "consults_waiting": 117.0, "taken_csw": 520.0, "taken_mhsw": 39.0,
        "by_spanner": 12.0, "to_csc": 30.0, "to_amh": 18.0, "introductions": 5.0,
        "challenged": 3.0, "backfired": 1.0,
    }  # fmt: skip
    expected = {
        "encounters": 2.0,
        "passing_talks": 60 / 520 * 52 / 12,
        "forced_contacts": 30 / 520 * 52 / 12,
        "contacts": 230 / 520 * 52 / 12,
        "joint_plans_per_contact": 100 * 6 / 200,
        "hours_moved": 0.25,
        "collaboration_hours": 2.0,
        "consultations_lost": 0.5,  # not those that still wait
        "consultations_waiting": 4.5,
        "consultation_wait": 1.3,
        "hours_from_cases_csw": 1040.0,
        "hours_from_cases_mhsw": 78.0,
        "facts_by_spanner": 0.25,
        "introductions": 10.0,
        "backfired": 0.25,
    }
    for name, value in expected.items():
        assert MEASURES[name].of(totals) == pytest.approx(value, abs=1e-12), name
    nothing = dict.fromkeys(TOTALS, 0.0)
    forced_alone = nothing | {"written": 4.0, "forced": 4.0, "joint": 0.0}
    assert np.isnan(MEASURES["joint_plans_per_contact"].of(forced_alone))


def test_harms_are_marked_and_have_a_better_direction():
    harms = {name for name, measure in MEASURES.items() if measure.harm}
    assert harms == {
        "hours_moved", "contacts_in_vain", "unexplained_decisions", "jointly_wrong",
        "nominal_plan_rate", "consultations_lost", "consultations_waiting", "consultation_wait",
        "disguised_compliance", "assessed_in_time",
        "turnover_csw", "turnover_mhsw", "pressure_csw", "pressure_mhsw", "backfired",
        "escalation_rate", "breaches", "exaggerated_telling", "over_caution", "flow_without_right",
        "contested_plans", "complaints", "lost_to_follow_up", "jointly_wrong_plans",
        "joint_plan_gap_engagement", "flow_gap_engagement", "joint_plan_gap_consent",
        "flow_gap_consent", "joint_plan_gap_locality", "flow_gap_locality",
    }  # fmt: skip
    assert all(MEASURES[name].better in ("higher", "lower") for name in harms)
    assert MEASURES["forced_contacts"].better == "neither"


def test_families_and_gaps_by_hand():
    """Of 10 plans 4 for families that engage, 3 of these joint and 1 of the 6 others: a gap of
    3/4 - 1/6. 20 shared families, 5 of which engage and hold 2 of 6 in flow: 2/5 - 4/15."""
    totals = dict.fromkeys(TOTALS, 0.0) | {
        "plans": 10.0, "plans_engaged": 4.0, "joint": 4.0, "joint_engaged": 3.0,
        "shared": 20.0, "shared_engaged": 5.0, "flow": 6.0, "flow_engaged": 2.0,
        "breaches": 5.0, "over_caution": 1.0, "flow_breached": 0.5, "wishes": 7.0,
        "reviews": 8.0, "reached": 2.0, "closures": 4.0, "lost": 1.0, "csc_open": 26.0,
        "complaints": 2.0, "paired": 16.0, "child_known": 4.0, "split": 2.0,
    }  # fmt: skip
    expected = {
        "joint_plan_gap_engagement": 3 / 4 - 1 / 6, "flow_gap_engagement": 2 / 5 - 4 / 15,
        "breaches": 13.0, "over_caution": 2.6, "flow_without_right": 0.025, "wishes_in_plans": 0.7,
        "targets_reached": 0.25, "lost_to_follow_up": 0.25, "complaints": 4.0,
        "child_known_amh": 0.25, "conflicting_accounts": 0.125,
    }  # fmt: skip
    for name, value in expected.items():
        assert MEASURES[name].of(totals) == pytest.approx(value, abs=1e-12), name
    # Where one of the two groups is empty there is no gap.
    alone = totals | {"plans_engaged": 10.0, "joint_engaged": 4.0}
    assert np.isnan(MEASURES["joint_plan_gap_engagement"].of(alone))


def test_a_gap_between_localities_is_that_of_the_highest_and_the_lowest():
    """Rates 1/2, 1/4 and 3/4 of three places; nothing due in the fourth, and then in all but one.
    Weeks or worlds side by side are taken each by itself."""
    totals = {name: np.zeros(2) for name in TOTALS}
    for n, plans, joint in ((1, (4, 4), (2, 2)), (2, (8, 0), (2, 0)), (4, (4, 0), (3, 0))):
        totals[f"plans_place_{n}"] = totals[f"shared_place_{n}"] = np.array(plans, dtype=float)
        totals[f"joint_place_{n}"] = totals[f"flow_place_{n}"] = np.array(joint, dtype=float)
    for name in ("joint_plan_gap_locality", "flow_gap_locality"):
        np.testing.assert_array_equal(MEASURES[name].of(totals), [0.5, np.nan])


def test_a_measure_of_what_lies_apart_needs_as_many_totals_above_as_below():
    values = {"apart": True, "numerator": ("joint", "plans"), "denominator": ("plans",)}
    assert [flaw.key for flaw in Measure.check(values)] == ["apart"]
    assert not list(Measure.check(values | {"denominator": ("plans", "shared")}))


def test_the_three_kinds_of_plan_add_to_one(totals):
    kinds = ("joint_plan_rate", "nominal_plan_rate", "single_agency_rate")
    assert sum(float(MEASURES[name].of(totals)) for name in kinds) == pytest.approx(1.0)


def test_indices_by_hand(totals):
    def value(name):
        return float(MEASURES[name].of(totals))

    trust = (value("trust_csw") + value("trust_mhsw")) / 2
    assert value("mutual_engagement") == pytest.approx(
        min(1, value("contacts") / (52 / 12)) * value("familiarity") * trust
    )
    orientation = (value("orientation_csw") + value("orientation_mhsw")) / 2
    assert value("joint_enterprise") == pytest.approx(
        orientation * (1 - value("disagreement")) * value("talked_rate")
    )
    knowledge = (value("role_knowledge_csw") + value("role_knowledge_mhsw")) / 2
    story = (1 + (value("narrative_csw") + value("narrative_mhsw")) / 2) / 2
    assert value("shared_repertoire") == pytest.approx(
        knowledge * value("information_flow") * story
    )
    made, vain = value("contacts"), value("contacts_in_vain")
    assert value("relational_coordination_of_mhsw") == pytest.approx(
        (
            min(1, made / (52 / 12))
            + made / (made + vain)
            + 1
            - value("risk_error_amh")
            + value("talked_rate")
            + value("orientation_mhsw")
            + value("role_knowledge_mhsw")
            + (1 + value("narrative_mhsw")) / 2
        )
        / 7
    )
