"""Hours that cases wait for, in pounds, beside what is paid: told, priced, and never added."""

import json
from dataclasses import replace

import numpy as np
import pytest

from colsim import compare, load_scenario
from colsim.comparison.taken import FROM_CASES, Taken, at_price, in_brief, in_full
from colsim.scenario.faults import ScenarioError
from colsim.scenario.prices import INDEX, HourPrice, hour_price

PRICE = HourPrice(40.0, 50.0, ("2013/14",))
SHORT = {"run.weeks": 30, "run.burn_in": 8}


@pytest.fixture(scope="module")
def found():
    base = load_scenario("desktop", overrides=SHORT)
    policies = ["management_priority", "joint_training"]
    return compare(base, policies, replications=4, worlds="ranges")


def test_an_hour_has_the_price_of_its_service_its_year_and_the_authority():
    assert hour_price({}, None) == HourPrice(40.0, 40.0, ("2013/14",))
    then = hour_price({}, 2026)
    assert then.csw == pytest.approx(40.0 * INDEX[2026] / INDEX[2013])
    assert then.price_years == ("2026/27",)
    own = {"hour_of_work": {"mhsw": 61.0}, "co_location": {"desk": 1.0}}
    assert hour_price(own, 2026) == HourPrice(then.csw, 61.0, ("2026/27",))
    mixed = hour_price(own, None)
    assert (mixed.mhsw, mixed.price_years) == (61.0, ("2013/14", "your own prices"))


def test_pounds_are_hours_of_each_service_at_its_price_world_by_world():
    csw, mhsw = np.array([100.0, 200.0, 300.0]), np.array([10.0, 30.0, 20.0])
    taken = Taken.of(csw, mhsw, PRICE)
    assert taken.hours[0] == 230.0
    assert taken.pounds[0] == 9_500.0
    assert taken.to_dict()["pounds_a_year"] == {
        "median": 9_500.0,
        "low": pytest.approx(4_500 + 0.1 * 5_000),
        "high": pytest.approx(9_500 + 0.9 * 3_500),
    }
    assert in_full(taken).startswith("+230 hours a year from cases (+120 to +310 in 9 of 10 ")
    assert in_brief(taken) == "+230 (£9,500)"
    less = Taken.of(-csw, -mhsw, PRICE)
    assert in_brief(less) == "-230 (-£9,500)"
    none = Taken.of(np.zeros(3), np.zeros(3), PRICE)
    assert in_full(none) == "no more hours from cases than today"
    assert at_price(PRICE) == "£40 an hour of a CSW and £50 of an MHSW (prices of 2013/14)"
    few, hardly = (Taken.of(np.full(3, x), np.zeros(3), PRICE) for x in (0.5, 0.499))
    assert in_full(few).startswith("+0 hours a year from cases (+0 to +0 in 9 of 10 ")
    assert in_full(hardly) == "no more hours from cases than today"
    partly = Taken.of(np.array([100.0, np.nan]), np.zeros(2), PRICE)
    assert (partly.hours, partly.pounds[0]) == ((100.0,) * 3, 4_000.0)
    unknown = Taken.of(np.full(2, np.nan), np.zeros(2), PRICE)
    assert (unknown.told, in_brief(unknown)) == (False, "not counted")
    assert unknown.to_dict()["hours_a_year"] == {"median": None, "low": None, "high": None}


def test_a_comparison_tells_hours_beside_what_is_paid_and_adds_them_to_nothing(found):
    taken = found.hours_from_cases("management_priority")
    more = [found.values[name][1] - found.values[name][0] for name in FROM_CASES]
    assert taken.hours[0] == pytest.approx(np.median(sum(more).mean(axis=1)))
    assert taken.hours[0] > 0
    assert taken.pounds[0] == pytest.approx(40.0 * taken.hours[0])
    paid = found.extra_cost("management_priority")
    document = found.to_dict()["scenarios"][1]["cost"]
    assert (document["a_year"], document["once"]) == paid
    assert document["hours_from_cases"] == taken.to_dict()
    json.dumps(document)
    lines = found.account.texts("costs")
    label = found.labels["management_priority"]
    (line,) = (one for one in lines if one.startswith(label) and "worth" in one)
    assert line.endswith(f"{in_full(taken)}.")
    assert any("They are no cash" in one and "£40 an hour of a CSW" in one for one in lines)


def test_priority_takes_less_than_it_sets_aside():
    """Part of what is moved would have been given to joint work anyway: cases lose the rest."""
    base = load_scenario("desktop", overrides=SHORT)
    organisation = base.scenario.organisation
    result = compare(base, "management_priority", replications=2, worlds="ranges")
    moved = result.values["hours_moved"][1].mean() * (organisation.csw + organisation.mhsw) * 52
    assert 0 < result.hours_from_cases("management_priority").hours[0] < moved


def test_own_prices_of_an_hour_move_the_worth_and_no_cost(found):
    base = load_scenario(
        "desktop",
        overrides=SHORT | {"prices.hour_of_work.csw": 80.0, "prices.hour_of_work.mhsw": 80.0},
    )
    assert base.scenario.prices["hour_of_work"] == {"csw": 80.0, "mhsw": 80.0}
    dearer = replace(found.costs[1], hour=hour_price(base.scenario.prices, None))
    twice = replace(found, costs=(found.costs[0], dearer, *found.costs[2:]))
    was, now = (one.hours_from_cases("management_priority") for one in (found, twice))
    assert now.pounds[0] == pytest.approx(2 * was.pounds[0])
    assert now.hours == was.hours
    assert twice.extra_cost("management_priority") == found.extra_cost("management_priority")


@pytest.mark.parametrize(
    "prices, parts",
    [
        ({"hour_of_work": {"csw": -1.0}}, ("prices.hour_of_work.csw", "0 or more")),
        ({"hour_of_work": {"cws": 5.0}}, ("unknown key 'cws'", "csw, mhsw", "nearest", "csw")),
        ({"hour_of_work": 40.0}, ("prices.hour_of_work", "a table with prices of csw, mhsw")),
        ({"hours_of_work": {"csw": 5.0}}, ("hours_of_work", "nearest known name: hour_of_work")),
    ],
)
def test_prices_of_an_hour_that_are_none_are_refused(tmp_path, prices, parts):
    lines = [
        f"[prices.{name}]\n" + "".join(f"{key} = {value}\n" for key, value in given.items())
        if isinstance(given, dict)
        else f"[prices]\n{name} = {given}\n"
        for name, given in prices.items()
    ]
    path = tmp_path / "own.toml"
    path.write_text('extends = "desktop"\ntitle = "Ours"\n' + "".join(lines), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert len(caught.value.faults) == 1, str(caught.value)
    for part in parts:
        assert part in str(caught.value)
