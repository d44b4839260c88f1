"""What a comparison adds up, on made-up runs worked out by hand; nothing is simulated."""

from dataclasses import replace
from itertools import cycle
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from colsim.comparison import compare as comparison
from colsim.comparison import sets
from colsim.comparison.compare import check, check_together
from colsim.comparison.comparison import Comparison
from colsim.core.measures import TOTAL_INDEX
from colsim.errors import UserError
from colsim.experiments.banks import Chosen
from colsim.experiments.difference import Difference
from colsim.experiments.runner import Outcome
from colsim.experiments.worlds import CalibratedWorlds
from colsim.reporting.account import Account
from colsim.scenario.costs import Cost
from colsim.scenario.prices import HourPrice
from colsim.scenario.remarks import Remark, said

PLANS = "joint_plans_a_year"
EVEN = "allowed: an even number from 2 to 1,000,000, 2 to each world"
ONE = "allowed: one or more to compare with the authority"
WHOLE = "allowed: a whole number from 0 to 2**63 - 1"


def difference(scenario, measure, **values):
    zero = Difference(scenario, measure, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)
    return replace(zero, **values)


def compared(
    *, weeks=104, spent=((140.0, 100.0), (1400.0, 1000.0)), made=(0.0,), replications=10, **plans
):
    """Two years; the base costs 100 a year and 40 once, the policy 1,000 and 400.

    `made` are the further joint plans of each world.
    """
    return Comparison(
        names=("base", "policy"),
        titles=("Base", "Policy"),
        weeks=weeks,
        seed=1,
        replications=replications,
        fixed_parameters=False,
        scenarios=({}, {}),
        values={},
        series={},
        differences=(
            difference("policy", "contacts", difference=9.0),
            difference("policy", PLANS, **plans),
        ),
        costs=tuple(Cost(100, 40, ("2013",), False, by_year) for by_year in spent),
        joint_plans=np.array([np.full((len(made), 2), 5.0), np.array([made, made]).T + 5.0]),
    )


EVENLY = np.linspace(0.0, 80.0, 21)
"""Further plans by world: 40 in the median world, from 4 to 76 in 9 of 10."""


def test_cost_of_a_further_plan_is_all_that_is_spent_over_all_that_is_gained():
    """2,400 less 240 is 2,160 in two years: for 40 plans 54, for 76 and 4 28.4 and 540."""
    found = compared(made=EVENLY)
    assert found.extra_spending("policy") == (1260.0, 900.0)
    assert found.cost_per_joint_plan("policy") == pytest.approx((54.0, 2160 / 76, 540.0))


def test_a_policy_that_ends_is_judged_by_what_was_spent_until_then():
    """The same gain for the first year's money alone: 1,260, for 40 plans 31.5."""
    found = compared(made=EVENLY, spent=((140.0, 100.0), (1400.0, 100.0)))
    assert found.cost_per_joint_plan("policy")[0] == pytest.approx(31.5)


def test_no_further_plan_has_no_price():
    nothing = compared(made=EVENLY / 40 - 1)
    assert nothing.cost_per_joint_plan("policy") == pytest.approx((np.inf, 2400.0, np.inf))
    prices = nothing.to_dict()["scenarios"]
    each = prices[1]["cost"]["per_additional_joint_plan"]
    assert (each[0], each[2]) == (None, None)
    assert each[1] == pytest.approx(2400.0)
    assert prices[0]["cost"] == {
        "a_year": 100, "once": 40, "price_years": ("2013",), "judged": False,
        "spending": (140.0, 100.0), "staff_hours": 0.0, "spent": 240.0,
        "hour": {"csw": 40.0, "mhsw": 40.0, "price_years": ("2013/14",)},
    }  # fmt: skip


def test_worlds_are_pairs_and_the_window_half_a_year_at_most():
    assert [compared(replications=n).worlds for n in (2, 10)] == [1, 5]
    assert [compared(weeks=n).window for n in (10, 26, 104)] == [10, 26, 26]


def test_a_difference_is_found_by_both_names():
    found = compared(difference=20.0)
    assert found.of("policy", PLANS).difference == 20.0
    assert found.of("policy", "contacts").difference == 9.0
    for names in (("base", PLANS), ("policy", "no_such")):
        with pytest.raises(KeyError, match="no difference of"):
            found.of(*names)


def test_the_document_by_hand():
    found = compared(difference=20.0, low=np.inf, high=54.0, better=0.8, worse=0.2)
    document = found.to_dict()
    assert document["baseline"] == "base"
    assert [one["name"] for one in document["scenarios"]] == ["base", "policy"]
    counts = ("weeks", "window", "replications", "worlds", "seeds_per_world")
    assert [document[name] for name in counts] == [104, 26, 10, 5, 2]
    plans = document["differences"][1]
    assert (plans["difference"], plans["low"], plans["clear"]) == (20.0, None, True)
    assert plans["half_week"] is None
    assert found.seconds == 0.0
    assert found == replace(found, seconds=9.0)
    assert found.calibrated is None
    table = found.table()
    assert table["clear"].tolist() == [False, True]


def test_files_and_chart_are_of_the_comparison(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "colsim.comparison.tables.save_comparison",
        lambda *args, document, plot, force: calls.append((*args, force)),
    )
    monkeypatch.setattr("colsim.comparison.chart.plot_comparison", lambda one: (one, "chart"))
    found = compared(difference=20.0)
    found.save("out")
    found.save("out", force=True)
    assert calls == [(found, "out", False), (found, "out", True)]
    assert found.plot() == (found, "chart")


def test_what_a_policy_costs_is_beyond_what_the_base_pays():
    """Hours 9 less 2; the years of all prices, each once."""
    found = compared()
    costs = (
        replace(found.costs[0], staff_hours=2.0),
        Cost(1_000, 400, ("2019", "2013"), True, (1.0, 2.0), 9.0),
    )
    found = replace(found, costs=costs)
    assert found.extra_cost("policy") == (900, 360)
    assert found.extra_cost("base") == (0, 0)
    assert found.extra_hours("policy") == 7.0
    assert found.price_years == ("2013", "2019")


def test_hours_that_cases_wait_for_are_beyond_those_of_the_base():
    """Lives averaged by world: CSWs 12 and 20 more, MHSWs 1 and 3, at 40 and 50 pounds."""
    csw = np.array([[[1.0, 3.0], [5.0, np.nan]], [[15.0, 13.0], [25.0, 9.0]]])
    mhsw = np.array([[[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [2.0, 4.0]]])
    found = compared()
    costs = tuple(replace(one, hour=HourPrice(40.0, 50.0, ("2013/14",))) for one in found.costs)
    kept = {"hours_from_cases_csw": csw, "hours_from_cases_mhsw": mhsw}
    taken = replace(found, costs=costs, values=kept).hours_from_cases("policy")
    assert taken.hours[0] == 18.0
    assert taken.pounds[0] == (12 * 40 + 50 + 20 * 40 + 150) / 2
    assert replace(found, costs=costs, values=kept).hours_from_cases("base").hours[0] == 0.0
    for lost in kept:
        some = {name: value for name, value in kept.items() if name != lost}
        assert not replace(found, values=some).hours_from_cases("policy").told


def test_gains_are_upwards_whichever_direction_is_better():
    """Means over what is present of two lives; a fall of what is better low is a gain."""
    levels = np.array([[[1.0, 3.0], [4.0, np.nan]], [[5.0, 5.0], [1.0, 2.0]]])
    kept = {"joint_plan_rate": levels, "nominal_plan_rate": levels}
    found = replace(compared(), values=kept)
    assert found.about("nominal_plan_rate").better == "lower"
    np.testing.assert_array_equal(found.gains("joint_plan_rate"), [[3.0, -2.5]])
    np.testing.assert_array_equal(found.gains("nominal_plan_rate"), [[-3.0, 2.5]])
    assert found.told == ("joint_plan_rate",)
    both = dict.fromkeys(("joint_plan_rate", "information_flow"), levels)
    assert replace(found, values=both).told == ("information_flow", "joint_plan_rate")


def test_names_and_notes_are_those_people_know():
    remarks = (
        Remark("caveat", "All."), Remark("lasting", "Two.", ("policy",)),
        Remark("caveat", "One.", ("base",)),
    )  # fmt: skip
    found = replace(compared(), remarks=remarks, titles=("Office.", "Office"))
    assert found.labels == {"base": "Office (base)", "policy": "Office (policy)"}
    assert found.notes == [said(one, found.labels) for one in remarks]
    assert "Office (policy)" in found.notes[1]
    assert (found.notes_of("policy"), found.notes_of("base")) == ("All. Two.", "All. One.")


def test_money_ends_where_the_last_of_a_policys_own_levers_does():
    base = {"levers": {"ours": {"strength": 1.0, "end": None}}}
    ours = dict(base["levers"])

    def ends(weeks=104, **levers):
        found = replace(compared(weeks=weeks), scenarios=(base, {"levers": ours | levers}))
        return found.money_ends("policy")

    assert ends(a={"end": 52}, b={"end": 78}) == 78
    assert ends(a={"end": 78}, b={"end": 52}) == 78
    assert ends(a={"end": 52}, b={"end": None}) is None
    assert ends(a={"end": 104}) == 104
    assert ends(a={"end": 105}) is None
    assert ends(a={"end": 1}) == 1
    assert ends(a={"end": 0}) is None
    assert ends() is None
    assert ends(ours={"strength": 2.0, "end": 26}) == 26  # a lever of the base, used otherwise
    assert replace(compared(), scenarios=({}, {})).money_ends("policy") is None


def test_a_ranking_that_a_form_turns_is_said_once_before_all_else(monkeypatch):
    asked = []

    def sentence(found, labels):
        asked.append((found.measure, labels))
        return {"a": "It flips.", "b": None, "c": "It flips.", "d": "So does this."}[found.measure]

    monkeypatch.setattr("colsim.comparison.compared.first_sentence", sentence)
    monkeypatch.setattr(
        "colsim.comparison.compared.by_form", lambda measure, *_: SimpleNamespace(measure=measure)
    )
    monkeypatch.setattr(Comparison, "gains", lambda *_: None)
    found = replace(compared(), series=dict.fromkeys("abcd"))
    assert found.said_first == ["It flips.", "So does this."]
    assert [measure for measure, _ in asked] == list("abcd")
    assert asked[0][1] == {"base": "today's practice", "policy": "Policy"}


def test_a_change_by_form_is_of_the_policies_in_the_worlds_drawn(monkeypatch):
    asked = []
    monkeypatch.setattr("colsim.comparison.compared.by_form", lambda *told: asked.append(told))
    monkeypatch.setattr("colsim.comparison.compared.forms_in", lambda drawn: {"of": drawn})
    found = replace(
        compared(), drawn=({"x": 1.0},), values={"nominal_plan_rate": np.array([[[2.0]], [[1.0]]])}
    )
    found.by_form("nominal_plan_rate")
    ((measure, names, gains, forms, base),) = asked
    assert (measure, names, forms, base) == (
        "nominal_plan_rate", ("policy",), {"of": ({"x": 1.0},)}, "base",
    )  # fmt: skip
    assert gains.tolist() == [[1.0]]


def test_a_policy_that_saves_and_gains_nothing_has_no_price():
    saving = compared(made=(0.0,), spent=((140.0, 100.0), (10.0, 10.0)))
    assert saving.cost_per_joint_plan("policy") == (np.inf,) * 3


def test_years_of_spending_are_those_of_one_run():
    with pytest.raises(ValueError, match="argument 2 is longer"):
        compared(spent=((140.0, 100.0), (1400.0,))).extra_spending("policy")


def test_what_was_drawn_and_how_half_did_are_beside_the_result():
    found = compared()
    assert found == replace(found, drawn=({"x": 1.0},), halves={"policy": None})
    assert found == replace(found, joint_plans=np.ones((2, 1, 2)))
    assert "drawn=" not in repr(found)
    names = ("names", "titles", "weeks", "seed", "replications", "fixed_parameters", "scenarios",
             "values", "series", "differences", "costs")  # fmt: skip
    assert (
        Comparison(**{name: getattr(found, name) for name in names}).joint_plans.shape == (0,) * 3
    )


def test_the_document_tells_each_policy_and_not_the_base(monkeypatch):
    """And how long it takes is of the gain that was asked for, unless another is."""
    asked = []
    told = SimpleNamespace
    place = "colsim.comparison.comparison"
    monkeypatch.setattr(f"{place}.account_of", lambda _: Account(()))
    monkeypatch.setattr(f"{place}.pairs_document", lambda *_: [])
    monkeypatch.setattr(f"{place}.course_document", lambda one: one)
    monkeypatch.setattr(
        f"{place}.how_long", lambda _, name, measure, least: asked.append(least) or (name, measure)
    )
    monkeypatch.setattr(f"{place}.rests_on", lambda _, name: told(to_dict=lambda: name))
    monkeypatch.setattr(f"{place}.asides", lambda _, name: [told(to_dict=lambda: name)])
    monkeypatch.setattr(Comparison, "by_form", lambda _, name: told(to_dict=lambda: name))
    found = replace(compared(), series={"flow": None}, least=0.05)
    document = found.to_dict()
    assert document["rests_on"] == document["what_else_changes"] == ["policy"]
    assert document["how_long"] == [("policy", "flow")]
    assert document["by_form"] == ["flow"]
    found.how_long("policy", least=0.1)
    assert asked == [0.05, 0.1]


@pytest.mark.parametrize(
    "values, faults",
    [
        ((1, 2, 0, 1), []),
        ((2, 4, (1 << 63) - 1, None), []),
        ((0, 2, 0, None), [f"policies: found none; {ONE}"]),
        ((2, 0, 0, None), [f"replications: found 0; {EVEN}"]),
        ((2, 3, 0, None), [f"replications: found 3; {EVEN}"]),
        ((2, -2, 0, None), [f"replications: found -2; {EVEN}"]),
        ((2, 2, -1, None), [f"seed: found -1; {WHOLE}"]),
        ((2, 2, 1 << 63, None), [f"seed: found {1 << 63}; {WHOLE}"]),
        ((2, 2, 0, 0), ["workers: found 0; allowed: a whole number from 1 to 1,000"]),
        ((0, 1, -1, 0), ["policies", "replications", "seed", "workers"]),
    ],
)
def test_every_value_out_of_range_is_named(values, faults):
    if not faults:
        check(*values)
        return
    with pytest.raises(UserError) as caught:
        check(*values)
    lines = str(caught.value).splitlines()
    assert [line[: len(fault)] for line, fault in zip(lines, faults, strict=True)] == faults


@pytest.mark.parametrize(
    "option, bad, good, allowed",
    [
        ("precision", (0.0, -0.1, 1.0, 2.0), (0.001, 0.999), "above 0 and below 1, such as 0.02"),
        ("least", (0.0, -1.0, 100.5), (0.5, 100.0), "above 0 up to 100 percentage points"),
    ],
)
def test_a_width_and_a_gain_have_their_bounds(option, bad, good, allowed):
    typed = {"precision": "--precision", "least": "--at-least"}[option]
    for value in good:
        check(1, 2, 0, None, **{option: value})
    for value in bad:
        with pytest.raises(UserError) as caught:
            check(1, 2, 0, None, **{option: value})
        assert str(caught.value).startswith(f"{typed}: found {value:g}; allowed: {allowed}")


def outcome(*, joint, plans, exits=(), latency=(), flow=((0.0, 0.0), (0.0, 0.0))):
    """Return two scenarios in one replication: totals, ways to a first plan, two courses."""
    totals = np.zeros((2, len(TOTAL_INDEX)))
    totals[:, TOTAL_INDEX["joint"]] = joint
    totals[:, TOTAL_INDEX["plans"]] = plans
    left = np.zeros((2, 53, 3), np.int64)
    for place in exits:
        left[place] += 1
    crossed = np.zeros((2, 105), np.int64)
    for place in latency:
        crossed[place] += 1
    series = np.stack([np.array(flow), np.array(flow) * 10], axis=-1)
    made = np.array(joint, dtype=float)
    return Outcome(totals=totals, series=series, exits=left, latency=crossed, joint_plans=made)


MADE_UP = [
    outcome(joint=[1, 2], plans=[4, 4], exits=[(0, 3, 0), (0, 9, 2), (1, 3, 0)],
            latency=[(0, 7), (1, 5)], flow=[[0.0, 0.2], [0.0, 0.6]]),
    outcome(joint=[3, 4], plans=[4, 4], exits=[(0, 3, 1), (1, 3, 0)], latency=[(0, 9)],
            flow=[[0.4, 0.4], [0.4, np.nan]]),
    outcome(joint=[0, 2], plans=[4, 8]),
    outcome(joint=[2, 0], plans=[4, 0], flow=[[0.2, 0.0], [0.2, 0.6]]),
]  # fmt: skip


def loaded(name, weeks=1, organisation="here"):
    """Return something that looks like a scenario that was read."""
    scenario = SimpleNamespace(
        title=name.title(),
        organisation=organisation,
        run=SimpleNamespace(weeks=weeks, burn_in=weeks + 1),
        levers={},
        model_dump=lambda mode: {"title": mode},
    )
    # It stands for the scenario compiled, too, which sets no parameters.
    return SimpleNamespace(name=name, chain=(f"{name}.toml",), scenario=scenario, parameters={})


@pytest.fixture
def lived(monkeypatch):
    """Compare two small scenarios whose runs are made up."""
    asked = {}

    def outcomes(compiled, **options):
        asked.update(options, scenarios=len(compiled))
        return iter(MADE_UP)

    def read(authority, policies, **options):
        asked.update(read=[authority, *policies], reading=options)
        return tuple(loaded(one) if isinstance(one, str) else one for one in (authority, *policies))

    def remarks(them, worlds, **options):
        asked.update(remarked=(len(them), worlds, options))
        return (Remark("caveat", "All."), Remark("caveat", "Policy alone.", ("policy",)))

    monkeypatch.setattr(sets, "outcomes", outcomes)
    monkeypatch.setattr(sets, "compile_together", list)
    monkeypatch.setattr(
        comparison,
        "check_together",
        lambda them, **options: asked.update(together=them, pairing=options),
    )
    monkeypatch.setattr(comparison, "load_comparison", read)
    monkeypatch.setattr(comparison, "comparison_remarks", remarks)
    monkeypatch.setattr(comparison, "time", SimpleNamespace(perf_counter=cycle([5, 7]).__next__))
    monkeypatch.setattr(comparison, "chosen_worlds", lambda *_, **__: Chosen(None, "ranges"))
    monkeypatch.setattr(comparison, "drawn_at", lambda *_, **__: {})
    monkeypatch.setattr(comparison, "parameters_of", lambda scenario: {})
    monkeypatch.setattr(comparison, "cost_of", lambda scenario: Cost(0, 0, (), False, (0.0,)))

    def compare(*, first="base", **options):
        return comparison.compare(first, [loaded("policy")], **options)

    return compare, asked


def test_runs_are_folded_into_worlds_and_seeds(lived):
    """Joint plans of plans: base 1/4, 3/4 | 0, 2/4; policy 2/4, 1 | 2/8, none made.

    Differences 1/4 and 1/4 in the first world, 1/4 (one seed) in the second.
    """
    compare, asked = lived
    found = compare(replications=4, seed=3)
    assert (asked["scenarios"], asked["replications"], asked["seed"]) == (2, 4, 3)
    np.testing.assert_array_equal(
        found.values["joint_plan_rate"], [[[0.25, 0.75], [0, 0.5]], [[0.5, 1], [0.25, np.nan]]]
    )
    d = found.of("policy", "joint_plan_rate")
    assert (d.baseline, d.difference, d.low, d.high) == (0.375, 0.25, 0.25, 0.25)
    assert (d.better, d.worse, d.between_seeds) == (1.0, 0.0, 0.0)
    with pytest.raises(KeyError):
        found.of("base", "joint_plan_rate")


def test_courses_are_averaged_over_the_seeds_of_a_world(lived):
    """Base: (0 + 0.4) / 2, (0.2 + 0.4) / 2 | 0.1, 0; policy: 0.2, 0.6 of one seed | 0.1, 0.3."""
    found = lived[0](replications=4)
    course = found.series["information_flow"]
    np.testing.assert_allclose(course, [[[0.2, 0.3], [0.1, 0.0]], [[0.2, 0.6], [0.1, 0.3]]])
    np.testing.assert_allclose(found.series["joint_plan_rate"], course * 10)
    # 0, then 0.3 more: half of it in week 1, better in both worlds from there on.
    d = found.of("policy", "information_flow")
    assert (d.half_week, d.stays_week) == (1, 1)


def test_first_plans_and_crossings_by_hand(lived):
    """Base, first run: a family joint in week 3, one waiting from 9: 1/2. Second: ended: none.

    A fact of the base crossed in 7 weeks in the first run, in 9 in the second.
    """
    found = lived[0](replications=4)
    first = found.values["first_joint_plan"]
    np.testing.assert_array_equal(first[0], [[0.5, 0.0], [np.nan, np.nan]])
    np.testing.assert_array_equal(first[1], [[1.0, 1.0], [np.nan, np.nan]])
    crossed = found.values["weeks_to_cross"]
    np.testing.assert_array_equal(crossed[0], [[7, 9], [np.nan, np.nan]])
    np.testing.assert_array_equal(crossed[1, 0], [5, np.nan])


def test_what_is_asked_for_unless_said(lived):
    compare, asked = lived
    found = compare()
    assert (asked["replications"], found.seed, found.fixed_parameters) == (200, 1, False)
    assert asked["workers"] is asked["calibrated"] is asked["progress"] is None
    assert asked["fixed_parameters"] is False
    assert found.names == ("base", "policy")
    assert found.scenarios[1] == {"name": "policy", "files": ["policy.toml"], "title": "json"}
    assert (found.weeks, found.seconds) == (1, 2)
    assert [getattr(one, "name", one) for one in asked["read"]] == ["base", "policy"]
    assert asked["reading"] == {"under": (), "without": (), "different_authorities": False}
    assert asked["pairing"] == {"different_authorities": False}
    said = {"fixed_parameters": False, "calibrated": None, "note": "ranges"}
    assert asked["remarked"] == (2, 2, said)  # worlds that were lived, whatever was asked for
    assert found.notes_of("base") == "All."
    assert found.notes_of("policy") == "All. Policy alone."
    assert [one.name for one in asked["together"]] == ["base", "policy"]


def test_what_is_said_of_places_and_circumstances_is_handed_on(lived):
    compare, asked = lived
    said = {"under": "austerity", "without": ["corridor"], "different_authorities": True}
    assert compare(first=loaded("mine"), **said).names == ("mine", "policy")
    assert asked["reading"] == said
    assert asked["pairing"] == {"different_authorities": True}


def test_calibrated_worlds_are_opened_once(lived, monkeypatch):
    compare, asked = lived
    opened = Mock(spec=CalibratedWorlds)
    opened.name = "fitted"
    opened.kind, opened.origin = "calibration", ""
    asked_for = []

    def chosen(choice, *_, **__):
        asked_for.append(choice)
        return Chosen({"folder": opened}[choice])

    monkeypatch.setattr(comparison, "chosen_worlds", chosen)
    with pytest.raises(UserError):
        compare(calibrated="folder", fixed_parameters=True)
    assert "calibrated" not in asked
    assert compare(calibrated="folder").calibrated == "fitted"
    assert asked["calibrated"] is opened
    assert asked_for == ["folder"]


def test_worlds_that_are_open_stay(lived, monkeypatch):
    compare, asked = lived
    opened = Mock(spec=CalibratedWorlds)
    opened.name = "fitted"
    opened.kind, opened.origin = "calibration", ""
    monkeypatch.setattr(comparison, "chosen_worlds", lambda choice, *_, **__: Chosen(choice))
    assert compare(calibrated=opened).calibrated == "fitted"
    assert asked["calibrated"] is opened


def test_parameters_may_be_fixed(lived):
    compare, asked = lived
    assert compare(fixed_parameters=True).fixed_parameters
    assert asked["fixed_parameters"]


def test_each_world_is_told_with_what_the_authority_sets_itself(lived, monkeypatch):
    """Two seeds in each of two worlds: replications 0 and 2 begin them."""
    compare, _ = lived
    asked = []

    def drawn_at(seed, replication, **options):
        asked.append((seed, replication, options))
        return {"drawn": replication, "set": 1}

    monkeypatch.setattr(comparison, "drawn_at", drawn_at)
    monkeypatch.setattr(comparison, "parameters_of", lambda scenario: {"set": scenario.title})
    found = compare(replications=4, seed=9, fixed_parameters=True)
    assert found.drawn == ({"drawn": 0, "set": "Base"}, {"drawn": 2, "set": "Base"})
    chance = {"fixed_parameters": True, "calibrated": None}
    assert asked == [(9, 0, chance), (9, 2, chance)]


def test_worlds_are_those_of_the_authority(lived, monkeypatch):
    compare, _ = lived
    asked = []

    def chosen(choice, place, **options):
        asked.append((choice, place.name, options))
        return Chosen(None, "ranges")

    monkeypatch.setattr(comparison, "chosen_worlds", chosen)
    compare(worlds="matched", calibrated="ranges")
    compare(calibrated="ranges", fixed_parameters=True)
    assert asked == [
        ("matched", "base", {"fixed_parameters": False}),
        ("ranges", "base", {"fixed_parameters": True}),
    ]


def test_policies_are_lived_at_half_strength_unless_not_wanted(lived, monkeypatch):
    compare, _ = lived
    asked = []
    monkeypatch.setattr(sets, "halved", lambda them: asked.append(len(them)) or {})
    compare(half_strength=False)
    assert asked == []
    assert compare().halves == {}
    assert asked == [2]
    # What is told of them is held against the values of the lives in full.
    monkeypatch.setattr(comparison, "at_half", lambda *told: told[1:])
    found = compare()
    assert found.halves == ((), (), found.values)


def test_the_gain_asked_for_is_in_the_unit_of_measures_and_plans_are_by_world(lived):
    compare, _ = lived
    assert compare().least is None
    assert compare(least=5.0).least == 0.05
    made = compare().joint_plans
    assert made.tolist() == [[[1, 3], [0, 2]], [[2, 4], [2, 0]]]


def test_nothing_is_run_with_values_out_of_range(lived):
    compare, asked = lived
    with pytest.raises(UserError, match="replications: found 3"):
        compare(replications=3)
    assert not asked


def test_what_cannot_be_paired_is_named_in_one_go():
    check_together([loaded("a"), loaded("b")])
    with pytest.raises(UserError) as caught:
        check_together(
            [loaded(name, weeks) for name, weeks in zip("bacba", (1, 1, 1, 1, 2), strict=True)]
        )
    first, second = str(caught.value).splitlines()
    assert first.startswith("compared twice: a, b; allowed: ")
    assert "a has 2" in second
    with pytest.raises(UserError) as caught:
        check_together([loaded("a"), loaded("a")])
    assert len(str(caught.value).splitlines()) == 1
    places = [loaded("a"), loaded("b", organisation="there"), loaded("c")]
    with pytest.raises(UserError) as caught:
        check_together(places)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("b: found another authority than that of the baseline (a); allowed: ")
    check_together(places, different_authorities=True)
