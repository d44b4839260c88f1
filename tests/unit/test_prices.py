"""Prices of one's own, price years, spending by year: by hand."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colsim.core.parameters import PARAMETERS
from colsim.data import read
from colsim.scenario import ScenarioError, load_scenario
from colsim.scenario.costs import OWN, bills_of, cost_of
from colsim.scenario.lever import price_key
from colsim.scenario.levers import LEVERS
from colsim.scenario.loading import over
from colsim.scenario.prices import FIRST_FORECAST, INDEX, SOURCE, inflated
from colsim.scenario.remarks import YEAR
from tests.unit.test_cli_runs import colsim

PRICED = {name: lever for name, lever in LEVERS.items() if lever.costs}


@pytest.fixture
def authority(tmp_path):
    """Return Robinscar with lines of a file added, and a policy over it."""

    def loaded(text, *policies):
        path = tmp_path / "ours.toml"
        path.write_text(f'extends = "robinscar"\ntitle = "Ours"\n{text}', encoding="utf-8")
        return load_scenario(path, policies)

    return loaded


def test_the_index_agrees_with_what_others_quote_of_the_same_release():
    checked = read("deflator")["checked"]
    compared = {int(year): value for one in checked for year, value in one["values"].items()}
    assert sorted(compared) == [2008, 2015, 2018, 2019, 2020, 2022, 2024]
    for year, value in compared.items():
        digits = len(str(value).partition(".")[2])
        assert round(INDEX[year], digits) == value
    assert all(one["where"] for one in checked)


def test_the_deflator_is_of_a_source_and_rises_as_published():
    assert "HM Treasury" in SOURCE
    assert "March 2026" in SOURCE
    assert FIRST_FORECAST == 2025
    assert list(INDEX) == list(range(2000, 2031))
    assert inflated(100.0, "2013/14", 2024) == pytest.approx(136.923, abs=0.001)
    assert inflated(100.0, "2014/15", 2013) == pytest.approx(98.606, abs=0.001)


@given(st.sampled_from(sorted(INDEX)), st.sampled_from(sorted(INDEX)))
def test_there_and_back_is_the_same_amount(one, other):
    there = inflated(250.0, str(one), other)
    assert inflated(there, str(other), one) == pytest.approx(250.0)


def test_every_cost_line_has_a_key_of_its_own_and_a_year_of_the_index():
    for lever in PRICED.values():
        keys = [line.key for line in lever.costs]
        assert all(keys)
        assert len(set(keys)) == len(keys), lever.name
        assert all(int(line.price_year[:4]) in INDEX for line in lever.costs)
        assert all(price_key(key) == key for key in keys)


@pytest.mark.parametrize(
    "name, k", [(name, k) for name, lever in PRICED.items() for k in range(len(lever.costs))]
)
def test_every_line_can_be_replaced_by_key_and_by_item(authority, name, k):
    """Ten times the price is ten times the line; all else stays."""
    line = LEVERS[name].costs[k]
    for key in (line.key, line.item):
        text = f'[prices.{name}]\n"{key}" = {10 * line.amount}\n[levers.{name}]\n'
        mine = bills_of(authority(text).scenario)
        table = bills_of(authority(f"[levers.{name}]\n").scenario)
        for j, (own, usual) in enumerate(zip(mine, table, strict=True)):
            assert own.pounds == pytest.approx((10 if j == k else 1) * usual.pounds)
            assert (own.own, own.price_year) == ((True, OWN) if j == k else (False, "2013/14")) or (
                name == "restorative_practice"
            )


def test_a_lever_with_one_line_takes_a_bare_price(authority):
    loaded = authority("[prices]\ncoordinator = 100\n[levers.coordinator]\nstrength = 2.0\n")
    assert cost_of(loaded.scenario).a_year == 100 * 2


def test_own_prices_are_of_the_price_year_and_others_are_raised_to_it(authority):
    text = "price_year = 2026\n[prices.boundary_spanners]\nsocial_workers_post = 80000\n"
    scenario = authority(text, "boundary_spanners").scenario
    factor = INDEX[2026] / INDEX[2013]
    cost = cost_of(scenario)
    assert cost.a_year == pytest.approx(4 * 80_000 + 4 * (2_500 + 1_680) * factor)
    assert cost.price_years == ("2026/27",)
    assert [one.mark for one in bills_of(scenario)] == ["own", "J", "J"]


def test_spending_falls_where_it_is_spent():
    """Protocol: 15,000 and 2 hours of 172 people once, 5,000 and 2 hours a month of 27 managers
    a year, in force in weeks 26 to 78 of 130."""
    once, a_year = 15_000 + 2 * 40 * 172, 5_000 + 27 * 24 * 40
    setting = {"strength": 0.8, "start": 26, "end": 78}
    base = load_scenario("robinscar", overrides={"run.weeks": 130})
    data = base.scenario.model_dump() | {"levers": {"joint_protocol": setting}}
    cost = cost_of(type(base.scenario).model_validate(data))
    assert cost.spending == pytest.approx((once + a_year / 2, a_year / 2, 0.0))
    assert (cost.a_year, cost.once) == (a_year, once)
    assert cost.spent == pytest.approx(once + a_year)


def test_what_starts_later_is_paid_later_and_a_run_may_end_within_a_year():
    """Both services under one roof from week 60 of 70: nothing in year 1, 10 weeks in year 2."""
    setting = {"strength": 1.0, "start": 60}
    base = load_scenario("robinscar", overrides={"run.weeks": 70})
    data = base.scenario.model_dump() | {"levers": {"integrated_service": setting}}
    cost = cost_of(type(base.scenario).model_validate(data))
    once, a_year = 250_000 + 172 * 592, 66_000 + 27 * 1_440
    assert cost.spending == pytest.approx((0.0, once + a_year * 10 / YEAR))


def test_a_post_that_is_not_filled_costs_nothing():
    """Of 4 posts tried for every week, 1 - (1 - fill * success)^k are filled after k weeks."""
    fill = PARAMETERS["fill_rate"].default
    for success in (1.0, 0.8, 0.25):
        empty = 1 - fill * success
        paid = sum(1 - empty**k for k in range(1, 53)) / 52
        overrides = {"levers.boundary_spanners.recruitment": success}
        loaded = load_scenario("robinscar", "boundary_spanners", overrides=overrides)
        cost = cost_of(loaded.scenario)
        whole = 4 * (62_500 + 2_500 + 1_680)
        assert cost.a_year == whole
        assert cost.spending[0] == pytest.approx(whole * paid)
        assert cost.spending[0] < cost.spending[1] < cost.spending[2] <= whole
    seat = load_scenario(
        "robinscar", "front_door", overrides={"levers.front_door.recruitment": 0.5}
    )
    assert cost_of(seat.scenario).spending == pytest.approx(((62_500 + 1_680 + 2_500) / 2,) * 3)


def test_hours_are_those_of_the_staff_reached():
    """Two training days of 7.4 hours a year, for 150 CSWs and 22 MHSWs."""
    hours = cost_of(load_scenario("robinscar", "joint_training").scenario).staff_hours
    assert hours == pytest.approx(2 * 7.4 * 172)
    half = load_scenario(
        "robinscar", "joint_training", overrides={"levers.joint_training.coverage": 0.5}
    )
    assert cost_of(half.scenario).staff_hours < hours


FAULTS = {
    "[prices]\nco_locaton = 5\n": ("prices.co_locaton", "nearest known name: co_location"),
    "[prices.co_location]\ndesk = 5\n": (
        "prices.co_location.desk",
        "desk_and_travel_in_the_childr",
    ),
    "[prices.boundary_spanners]\nsocial_worker_post = 5\n": (
        "prices.boundary_spanners.social_worker_post",
        "nearest known name: social_workers_post",
    ),
    "[prices]\ncoordinator = -1\n": (
        "prices.coordinator",
        "found -1; allowed: an amount of pounds",
    ),
    "[prices.co_location]\ndesk_and_travel_in_the_childrens_office = -0.01\n": (
        "desk",
        "0 or more",
    ),
    "[prices.co_location]\ndesk_and_travel_in_the_childrens_office = nan\n": ("desk", "0 or more"),
    "[prices.co_location]\ndesk_and_travel_in_the_childrens_office = 'dear'\n": ("desk", "pounds"),
    "[prices.co_location]\ndesk_and_travel_in_the_childrens_office = true\n": ("desk", "pounds"),
    "[prices]\nboundary_spanners = 5\n": ("prices.boundary_spanners", "a table with prices of soc"),
    "[prices]\nposts_frozen = 5\n": ("prices.posts_frozen", "no price of 'posts_frozen'"),
    "price_year = 1999\n": ("price_year", "found 1999; allowed: a year from 2000 to 2030"),
    "price_year = 2031\n": ("price_year", "found 2031; allowed: a year from 2000 to 2030"),
    "price_year = '2026'\n": ("price_year", "a whole number"),
}


@pytest.mark.parametrize("text", FAULTS)
def test_prices_of_what_nobody_pays_are_refused(authority, text):
    with pytest.raises(ScenarioError) as caught:
        authority(text)
    assert len(caught.value.faults) == 1, str(caught.value)
    for part in FAULTS[text]:
        assert part in str(caught.value)


def test_all_faults_of_prices_come_at_once(authority):
    with pytest.raises(ScenarioError) as caught:
        authority("price_year = 3000\n[prices]\nco_locaton = 5\n[prices.front_door]\npost = -1\n")
    assert len(caught.value.faults) == 3


def test_a_price_year_belongs_to_an_authority_and_prices_to_anything_paid(tmp_path):
    path = tmp_path / "policy.toml"
    head = 'extends = "coordinator"\ntitle = "A dear post"\n'
    path.write_text(f"{head}[prices]\ncoordinator = 70000\n", encoding="utf-8")
    assert cost_of(load_scenario("robinscar", path).scenario).a_year == 70_000
    path.write_text(f"{head}price_year = 2026\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="a price year in a policy"):
        load_scenario("robinscar", path)


def test_two_prices_of_one_line_are_refused(tmp_path):
    for name, price in (("one", 1), ("other", 2)):
        (tmp_path / f"{name}.toml").write_text(
            f'title = "{name}"\n[prices]\ncoordinator = {price}\n[levers.shadowing]\n',
            encoding="utf-8",
        )
    with pytest.raises(ScenarioError, match=r"prices.coordinator: found 1 \(.*\) and 2 \("):
        load_scenario("robinscar", [tmp_path / "one.toml", tmp_path / "other.toml"])


def test_every_policy_costs_in_proportion_to_every_price_year():
    base = load_scenario("robinscar")
    for name, year in product(("joint_training", "integrated_service"), (2000, 2013, 2030)):
        usual = cost_of(over(base, name).scenario)
        then = load_scenario("robinscar", name, overrides={"price_year": year})
        cost = cost_of(then.scenario)
        factor = INDEX[year] / INDEX[2013]
        assert cost.a_year == pytest.approx(factor * usual.a_year)
        assert cost.spending == pytest.approx([factor * one for one in usual.spending])


def test_show_and_policies_tell_costs_hours_and_the_price_year():
    code, out, err = colsim("show", "integrated_service", "--for", "desktop")
    assert code == 0, err
    assert "Cost in: A small authority with today's practice, for trying things out" in out
    assert "integrated_service.reorganisation, prices of 2013/14" in out
    assert "In all £62,400 a year at full strength and £287,888 once" in out
    assert "Spent in year 1 £350,288, years 2 to 3 £62,400" in out
    code, out, _ = colsim("show", "joint_training", "--price-year", 2026, "--json")
    bill = json.loads(out)["cost"]
    assert bill["a_year"] == pytest.approx(2 * 172 * 396 * INDEX[2026] / INDEX[2013])
    assert (bill["price_years"], bill["deflated"]) == (["2026/27"], True)
    assert bill["staff_hours"] == pytest.approx(2 * 7.4 * 172)
    code, out, _ = colsim("policies", "--for", "desktop", "--price-year", 2026)
    assert code == 0
    assert "in prices of 2026/27" in " ".join(out.split())
    code, out, err = colsim("policies", "--price-year", 2050)
    assert (code, out) == (2, "")
    assert "price_year: found 2050; allowed: a year from 2000 to 2030" in err
