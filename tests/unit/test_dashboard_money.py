"""Value for money: points, packages, own prices, budgets."""

import math

import pytest

from colsim.comparison.compare import compare
from colsim.comparison.taken import in_brief
from colsim.core.measures import MEASURES
from colsim.dashboard import jobs, money
from colsim.errors import UserError
from colsim.reporting.words import pounds, signed
from colsim.scenario import load_scenario
from colsim.scenario.costs import bills_of, cost_of

POLICIES = ("joint_training", "co_location", "boundary_spanners")


@pytest.fixture(scope="module")
def base():
    return load_scenario("desktop", overrides={"run.weeks": 30, "run.burn_in": 26})


@pytest.fixture(scope="module")
def found(base):
    survey = money.Survey(base, tuple((name,) for name in POLICIES), 1, worlds=6)
    heard = []
    result = survey.run(lambda done, total: heard.append((done, total)))
    assert heard[-1] == (12, 12)
    return result


def test_points_are_those_of_the_command_line(base, found):
    rows = money.points([found], base, money.GOAL, {})
    assert {row["name"] for row in rows} == set(POLICIES)
    assert [row["gain"] for row in rows] == sorted((row["gain"] for row in rows), reverse=True)
    same = compare(base, [money.laid_over(base, [n]) for n in POLICIES], replications=12, seed=1)
    for row in rows:
        d = same.of(row["name"], money.GOAL)
        assert row["change"] == signed(d.difference, MEASURES[money.GOAL])
        assert row["low"] <= row["gain"] <= row["high"]
        cost = cost_of(money.laid_over(base, [row["name"]]).scenario).a_year
        assert (row["cost"], row["cost_words"]) == (round(cost), pounds(cost))
        harms = [a.about.title for a in same.besides(row["name"]) if a.kind == "harm"]
        assert row["harms"] == harms
        assert row["hours"] == in_brief(same.hours_from_cases(row["name"]))


def test_upwards_is_better_for_every_measure(base, found):
    for goal in ("jointly_wrong", "pressure_csw", "information_flow"):
        about = MEASURES[goal]
        assert goal in {one["name"] for one in money.goals()}
        for row in money.points([found], base, goal, {}):
            change = found.of(row["name"], goal).difference
            up = change if about.better == "higher" else -change
            assert math.copysign(1, row["gain"]) == math.copysign(1, up) or change == 0
            assert row["low"] <= row["high"]
    assert money.unit_of(money.GOAL) == "percentage points"
    assert money.unit_of("pressure_csw") == "ratio"


def test_own_prices_move_the_cost_and_no_gain(base, found):
    rows = {row["name"]: row for row in money.points([found], base, money.GOAL, {})}
    name = "boundary_spanners"
    line = money.bills(base, name, {})[0]
    bill = bills_of(money.laid_over(base, [name]).scenario)[0]
    assert line["amount"] == round(bill.amount, 2)
    prices = money.with_price({}, line["lever"], line["key"], "£60,000")
    dearer = {row["name"]: row for row in money.points([found], base, money.GOAL, prices)}
    assert dearer[name]["cost"] != rows[name]["cost"]
    assert {k: row["gain"] for k, row in dearer.items()} == {k: r["gain"] for k, r in rows.items()}
    changed = next(x for x in money.bills(base, name, prices) if x["key"] == line["key"])
    assert (changed["amount"], changed["own"]) == (60_000, True)
    # Taken away again, the shipped price is back.
    assert money.with_price(prices, line["lever"], line["key"], " ") == {}
    assert money.at_prices(base, prices).scenario.prices == {
        "boundary_spanners": {line["key"]: 60_000}
    }


def test_an_own_price_of_an_hour_moves_what_hours_are_worth_and_no_cost(base, found):
    name = "boundary_spanners"
    lines = [line for line in money.bills(base, name, {}) if line["lever"] == "hour_of_work"]
    assert [(one["key"], one["amount"], one["pounds"]) for one in lines] == [
        ("csw", 40.0, "no cash"), ("mhsw", 40.0, "no cash"),
    ]  # fmt: skip
    prices = {}
    for line in lines:
        prices = money.with_price(prices, line["lever"], line["key"], "80")
    before, after = (
        next(row for row in money.points([found], base, money.GOAL, one) if row["name"] == name)
        for one in ({}, prices)
    )
    assert after["cost"] == before["cost"]
    taken = found.hours_from_cases(name)
    assert after["hours"] == f"{before['hours'].split()[0]} ({pounds(2 * taken.pounds[0])})"
    assert [one["own"] for one in money.bills(base, name, prices)[-2:]] == [True, True]


@pytest.mark.parametrize("text", ["-1", "much", "nan", "1e12", "inf", "1 2"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(UserError, match=r"budget: found .*; allowed: pounds, from 0 to"):
        money.amount_of(text, "budget")
    with pytest.raises(UserError, match="price: found"):
        money.with_price({}, "co_location", "x", text)


def test_an_unknown_price_line_is_refused(base):
    with pytest.raises(UserError, match=r"prices.co_location.x: found unknown key 'x'"):
        money.priced(money.laid_over(base, ["co_location"]), {"co_location": {"x": 3.0}})


def test_two_make_a_package_and_what_does_not_go_together_is_said(base):
    survey = money.Survey(base, (("joint_training", "co_location"),), 1, worlds=2)
    result = survey.run(lambda done, total: None)
    (row,) = money.points([result], base, money.GOAL, {})
    assert row["name"] == "joint_training+co_location"
    assert row["title"] in ("Co-location and Joint training", "Joint training and Co-location")
    with pytest.raises(UserError, match="integrated_service"):
        money.Survey(base, (("co_location", "integrated_service"),), 1)
    # Among all, one that does not go with the authority is left out.
    both = money.Survey(base, (("co_location", "integrated_service"), ("shadowing",)), 1)
    assert [one.name for one in both.policies] == ["shadowing"]


def test_the_best_for_a_budget_is_that_of_choose(base, monkeypatch):
    asked = {}

    def choose(authority, **given):
        asked.update(given, authority=authority)
        given["progress"](3, 9)
        return "a choice"

    monkeypatch.setattr(money, "choose", choose)
    heard = []
    search = money.Search(base, 50_000.0, 7)
    assert search.run(lambda *given: heard.append(given)) == "a choice"
    assert (asked["budget"], asked["pick"], asked["years"], asked["seed"]) == (50_000.0, 2, 1, 7)
    assert heard == [(3, 9)]
    search.cancel()
    with pytest.raises(jobs.Cancelled):
        search.run(lambda *given: None)


def test_everything_is_every_policy_of_one_lever_and_can_be_cancelled(base):
    survey = money.everything(base, 1)
    assert {"co_location", "joint_training"} <= {one.name for one in survey.policies}
    survey.cancel()
    with pytest.raises(jobs.Cancelled):
        survey.run(lambda done, total: None)


def test_a_survey_that_is_too_large_is_refused():
    with pytest.raises(UserError, match="allowed: up to"):
        money.everything(load_scenario("england"), 1)


def test_policies_are_told_against_each_other_as_on_the_command_line(found):
    lines = found.account.texts("against")
    for measure in (money.GOAL, "information_flow"):
        for pair in found.pairs(measure):
            assert f"{MEASURES[measure].title}: {pair.words(found.labels)}" in lines
    assert len(lines) == 6
