"""What a comparison adds up, on made-up runs worked out by hand; nothing is simulated."""

from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from colsim.core.measures import TOTAL_INDEX
from colsim.errors import UserError
from colsim.experiments import comparison
from colsim.experiments.comparison import Comparison, check, check_together
from colsim.experiments.difference import Difference
from colsim.experiments.runner import Outcome
from colsim.experiments.worlds import CalibratedWorlds
from colsim.scenario.costs import Cost

PLANS = "joint_plans_a_year"
EVEN = "allowed: an even number from 2, 2 to each world"
WHOLE = "allowed: a whole number from 0 to 2**63 - 1"


def difference(scenario, measure, **values):
    zero = Difference(scenario, measure, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)
    return replace(zero, **values)


def compared(*, weeks=104, costs=((100, 40), (1000, 400)), replications=10, **plans):
    """Two years; the base costs 100 a year and 40 once, the policy 1,000 and 400."""
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
        costs=tuple(Cost(a_year, once, ("2013",), False) for a_year, once in costs),
    )


def test_cost_of_a_further_plan_by_hand():
    """1,000 + 400 / 2 less 100 + 40 / 2 is 1,080 a year: for 20 plans 54, for 54 and 10 20, 108."""
    found = compared(difference=20.0, low=10.0, high=54.0)
    assert found.cost_per_joint_plan("policy") == (54.0, 20.0, 108.0)


def test_what_is_spent_once_is_spread_over_the_weeks():
    """Half a year: 1,000 + 800 less 100 + 80 is 1,620; for 20 plans 81."""
    found = compared(weeks=26, difference=20.0, low=10.0, high=54.0)
    assert found.cost_per_joint_plan("policy") == (81.0, 30.0, 162.0)


def test_no_further_plan_has_no_price():
    nothing = compared(difference=0.0, low=-1.0, high=0.5)
    assert nothing.cost_per_joint_plan("policy") == (np.inf, 2160.0, np.inf)
    prices = nothing.to_dict()["scenarios"]
    assert prices[1]["cost"]["per_additional_joint_plan"] == [None, 2160.0, None]
    assert prices[0]["cost"] == {
        "a_year": 100, "once": 40, "price_years": ("2013",), "judged": False,
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
    monkeypatch.setattr("colsim.reporting.saving.save_comparison", lambda *args: calls.append(args))
    monkeypatch.setattr("colsim.reporting.plots.plot_comparison", lambda one: (one, "chart"))
    found = compared(difference=20.0)
    found.save("out")
    assert calls == [(found, "out")]
    assert found.plot() == (found, "chart")


@pytest.mark.parametrize(
    "values, faults",
    [
        ((2, 2, 0, 1), []),
        ((2, 4, (1 << 63) - 1, None), []),
        ((1, 2, 0, None), ["scenarios: found 1; allowed: two or more, the first to compare with"]),
        ((2, 0, 0, None), [f"replications: found 0; {EVEN}"]),
        ((2, 3, 0, None), [f"replications: found 3; {EVEN}"]),
        ((2, -2, 0, None), [f"replications: found -2; {EVEN}"]),
        ((2, 2, -1, None), [f"seed: found -1; {WHOLE}"]),
        ((2, 2, 1 << 63, None), [f"seed: found {1 << 63}; {WHOLE}"]),
        ((2, 2, 0, 0), ["workers: found 0; allowed: 1 or more"]),
        ((0, 1, -1, 0), ["scenarios", "replications", "seed", "workers"]),
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
    return Outcome(totals=totals, series=series, exits=left, latency=crossed)


MADE_UP = [
    outcome(joint=[1, 2], plans=[4, 4], exits=[(0, 3, 0), (0, 9, 2), (1, 3, 0)],
            latency=[(0, 7), (1, 5)], flow=[[0.0, 0.2], [0.0, 0.6]]),
    outcome(joint=[3, 4], plans=[4, 4], exits=[(0, 3, 1), (1, 3, 0)], latency=[(0, 9)],
            flow=[[0.4, 0.4], [0.4, np.nan]]),
    outcome(joint=[0, 2], plans=[4, 8]),
    outcome(joint=[2, 0], plans=[4, 0], flow=[[0.2, 0.0], [0.2, 0.6]]),
]  # fmt: skip


def loaded(name, weeks=1):
    """Return something that looks like a scenario that was read."""
    scenario = SimpleNamespace(
        title=name.title(),
        run=SimpleNamespace(weeks=weeks, burn_in=1),
        model_dump=lambda mode: {"title": mode},
    )
    return SimpleNamespace(name=name, chain=(f"{name}.toml",), scenario=scenario)


@pytest.fixture
def lived(monkeypatch):
    """Compare two small scenarios whose runs are made up."""
    asked = {}

    def outcomes(compiled, **options):
        asked.update(options, scenarios=len(compiled))
        return iter(MADE_UP)

    def read(names):
        asked["read"] = names
        return [loaded(name) for name in names]

    monkeypatch.setattr(comparison, "outcomes", outcomes)
    monkeypatch.setattr(comparison, "compile_together", list)
    monkeypatch.setattr(comparison, "check_together", lambda them: asked.update(together=them))
    monkeypatch.setattr(comparison, "load_scenarios", read)
    monkeypatch.setattr(comparison, "time", SimpleNamespace(perf_counter=iter([5, 7]).__next__))
    monkeypatch.setattr(comparison, "cost_of", lambda scenario: Cost(0, 0, (), False))

    def compare(*, first="base", **options):
        return comparison.compare([first, loaded("policy")], **options)

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
    assert (found.replications, found.seed, found.fixed_parameters) == (200, 1, False)
    assert asked["workers"] is asked["calibrated"] is asked["progress"] is None
    assert asked["fixed_parameters"] is False
    assert found.names == ("base", "policy")
    assert found.scenarios[1] == {"name": "policy", "files": ["policy.toml"], "title": "json"}
    assert (found.weeks, found.seconds) == (1, 2)
    assert asked["read"] == ["base"]
    assert [one.name for one in asked["together"]] == ["base", "policy"]


def test_what_was_read_is_not_read_again(lived):
    compare, asked = lived
    assert compare(first=loaded("mine")).names == ("mine", "policy")
    assert "read" not in asked


def test_calibrated_worlds_are_opened_once(lived, monkeypatch):
    compare, asked = lived
    opened = Mock(spec=CalibratedWorlds)
    opened.name = "fitted"
    monkeypatch.setattr(comparison, "worlds_from", {"folder": opened}.__getitem__)
    with pytest.raises(UserError):
        compare(calibrated="folder", fixed_parameters=True)
    assert "calibrated" not in asked
    assert compare(calibrated="folder").calibrated == "fitted"
    assert asked["calibrated"] is opened


def test_worlds_that_are_open_stay(lived, monkeypatch):
    compare, asked = lived
    opened = Mock(spec=CalibratedWorlds)
    opened.name = "fitted"
    monkeypatch.setattr(comparison, "worlds_from", lambda folder: None)
    assert compare(calibrated=opened).calibrated == "fitted"
    assert asked["calibrated"] is opened


def test_parameters_may_be_fixed(lived):
    compare, asked = lived
    assert compare(fixed_parameters=True).fixed_parameters
    assert asked["fixed_parameters"]


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
