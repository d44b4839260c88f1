"""Costs of a scenario, by hand."""

from dataclasses import replace

import pytest

from colsim.core.parameters import PARAMETERS
from colsim.scenario import Scenario, load_scenario
from colsim.scenario.costs import OWN, Cost, bills_of, cost_of
from colsim.scenario.lever import CSW, MHSW, CostLine, CostUnit
from colsim.scenario.levers import LEVERS
from colsim.scenario.prices import INDEX

PLACES = {
    "authorities": 3, "localities": 2, "csw": 12, "csw_team_size": 2, "mhsw": 10, "mhsw_teams": 5,
    "shared_families": 40,
}  # fmt: skip
"""Three authorities of two localities, 6 CSC and 5 AMH teams each."""


def robinscar(**levers):
    base = load_scenario("robinscar").scenario.model_dump()
    return Scenario.model_validate(base | {"levers": levers})


def cost_in(organisation, parameters=None, **levers):
    return cost_of(
        Scenario.model_validate(
            {
                "title": "made up",
                "organisation": organisation,
                "parameters": parameters or {},
                "levers": levers,
            }
        )
    )


YEARLY, ONCE = CostUnit.AUTHORITY_YEAR, CostUnit.AUTHORITY_ONCE


@pytest.fixture
def price(monkeypatch):
    """Give co-location one price of 10 pounds a unit; return what so many units cost."""

    def priced(unit, addresses=(CSW, MHSW), organisation=PLACES, **setting):
        line = CostLine("something", 10.0, unit, "2020/21", "S", "made up")
        lever = replace(LEVERS["co_location"], costs=(line,), addresses=addresses)
        monkeypatch.setattr("colsim.scenario.levers.LEVERS", {"co_location": lever})
        return cost_in(organisation, co_location={"strength": 2.0} | setting)

    return priced


@pytest.mark.parametrize(
    "levers, a_year, once",
    [
        ({}, 0, 0),
        ({"boundary_spanners": {"strength": 4.0}}, 4 * 66_680, 0),
        ({"joint_training": {"strength": 2.0}}, 2 * (150 + 22) * 396, 0),
        ({"co_location": {"strength": 3.0}}, 1_020 * 3 * 22, 27 * 592),
        ({"co_location": {"strength": 3.0, "coverage": 0.5}}, 1_020 * 3 * 11, 23 * 592),
        ({"co_location": {"strength": 3.0, "localities": [0]}}, 1_020 * 3 * 22 / 4, 27 / 4 * 592),
        ({"joint_protocol": {"strength": 0.5}}, 5_000 + 27 * 2 * 12 * 40, 15_000 + 172 * 80),
        (
            {"management_priority": {"strength": 1.0}, "joint_protocol": {"strength": 1.0}},
            5_000 + 27 * (2 + 3) * 12 * 40,
            15_000 + 172 * 80 + 27 * 148,
        ),
    ],
)
def test_costs_by_hand(levers, a_year, once):
    """172 practitioners, 22 of them MHSWs; 19 CSW and 8 AMH teams, with a manager each."""
    cost = cost_of(robinscar(**levers))
    assert (cost.a_year, cost.once) == (pytest.approx(a_year), once)
    assert cost.judged == bool(levers)


@pytest.mark.parametrize(
    "unit, units",
    [
        (CostUnit.AUTHORITY_ONCE, 3),
        (CostUnit.AUTHORITY_YEAR, 3),
        (CostUnit.POST_YEAR, 3 * 2),
        (CostUnit.PRACTITIONER_DAY_YEAR, 3 * 10 * 2),
        (CostUnit.ATTENDEE_SESSION, 3 * (12 + 10) * 2),
        (CostUnit.MHSW_YEAR, 3 * 10 * 2),
        (CostUnit.PRACTITIONER_ONCE, 3 * (12 + 10) * 2),
        (CostUnit.PRACTITIONER_REACHED_ONCE, 3 * (12 + 10)),
        (CostUnit.TEAM_YEAR, 3 * (6 + 5)),
        (CostUnit.TEAM_COVERED_YEAR, 3 * (6 + 5) * 2),
        (CostUnit.PRACTITIONER_HOUR_YEAR, 3 * (12 + 10) * 2),
        (CostUnit.TEAM_ONCE, 3 * (6 + 5)),
        (CostUnit.TEAM_HOUR_YEAR, 3 * (6 + 5) * 2),
        (CostUnit.FAMILY_YEAR, 3 * 40 * 2),
    ],
)
def test_each_unit_everywhere(price, unit, units):
    """Strength 2 in all of three authorities, at 10 pounds a unit."""
    cost = price(unit)
    assert cost.once == (10 * units if unit.value.endswith("once") else 0)
    assert cost.a_year + cost.once == pytest.approx(10 * units)


@pytest.mark.parametrize(
    "unit, units",
    [
        (CostUnit.AUTHORITY_ONCE, 2),
        (CostUnit.AUTHORITY_YEAR, 2),
        (CostUnit.POST_YEAR, 2 * 2),
        (CostUnit.PRACTITIONER_DAY_YEAR, 9 * 2),
        (CostUnit.ATTENDEE_SESSION, (18 + 9) * 2),
        (CostUnit.MHSW_YEAR, 9 * 2),
        (CostUnit.PRACTITIONER_ONCE, (18 + 9) * 2),
        (CostUnit.PRACTITIONER_REACHED_ONCE, 18 + 9),
        (CostUnit.TEAM_YEAR, 9 + 4.5),
        (CostUnit.TEAM_COVERED_YEAR, (9 + 4.5) * 2),
        (CostUnit.PRACTITIONER_HOUR_YEAR, (18 + 9) * 2),
        (CostUnit.TEAM_ONCE, 9 + 4.5),
        (CostUnit.TEAM_HOUR_YEAR, (9 + 4.5) * 2),
        (CostUnit.FAMILY_YEAR, 60 * 2),
    ],
)
def test_each_unit_in_three_of_six_localities(price, unit, units):
    """Localities 0, 1, 2 lie in two authorities; half of 5 AMH teams is 3 teams of 5.

    All 12 CSWs of an authority, 10 * 3/5 MHSWs, 6 CSC teams, 3 AMH teams, 40 families, each by
    3 authorities and a half.
    """
    cost = price(unit, coverage=0.5, localities=[0, 1, 2])
    assert cost.a_year + cost.once == pytest.approx(10 * units)


def test_services_that_a_lever_does_not_address_cost_nothing(price):
    """Coverage 0.5 is then of CSC teams, 3 of 6: 3 * 12 / 2 CSWs, 3 * 40 / 2 families."""
    csc = {"addresses": (CSW,), "coverage": 0.5}
    assert price(CostUnit.ATTENDEE_SESSION, **csc).a_year == pytest.approx(10 * 18 * 2)
    assert price(CostUnit.TEAM_HOUR_YEAR, **csc).a_year == pytest.approx(10 * 9 * 2)
    assert price(CostUnit.FAMILY_YEAR, **csc).a_year == pytest.approx(10 * 60 * 2)
    assert price(CostUnit.MHSW_YEAR, **csc).a_year == 0
    amh = {"addresses": (MHSW,), "coverage": 0.5}  # 3 of 5 teams
    assert price(CostUnit.ATTENDEE_SESSION, **amh).a_year == pytest.approx(10 * 18 * 2)
    assert price(CostUnit.TEAM_ONCE, **amh).once == pytest.approx(10 * 9)


def test_an_authority_of_one_locality_counts_as_any_other(price):
    assert price(YEARLY, organisation=PLACES | {"localities": 1}).a_year == 30


def test_scattered_localities_are_paid_for_in_each_authority_they_lie_in(price):
    """0 and 2 lie in the first two authorities, 0 and 1 in the first, 4 in the last."""
    for localities, authorities in (([0, 2], 2), ([0, 1], 1), ([4], 1), ([1, 3, 5], 3)):
        cost = price(CostUnit.AUTHORITY_YEAR, localities=localities)
        assert cost.a_year == 10 * authorities


@pytest.mark.parametrize(
    "coverage, teams", [(0.28, 7), (0.281, 8), (0.04, 1), (0.001, 1), (1.0, 25)]
)
def test_a_share_of_teams_is_of_whole_teams(price, coverage, teams):
    """Of 25 AMH teams; 0.28 * 25 is a little more than 7 in a computer's numbers, and is 7."""
    sizes = PLACES | {"authorities": 1, "mhsw": 50, "mhsw_teams": 25}
    cost = price(CostUnit.MHSW_YEAR, organisation=sizes, coverage=coverage)
    assert cost.a_year == pytest.approx(10 * 50 * teams / 25 * 2)


def test_lines_add_up_with_their_years_and_marks(monkeypatch):
    """3 authorities: 3 * (7 + 5) pounds a year and 3 * 100 once; one price of two is judged."""

    def lever(name, *lines):
        costs = [CostLine(f"line {k}", *line, "made up") for k, line in enumerate(lines)]
        return {name: replace(LEVERS[name], costs=tuple(costs))}

    year, once = CostUnit.AUTHORITY_YEAR, CostUnit.AUTHORITY_ONCE
    protocol = lever("joint_protocol", (7.0, year, "2015/16", "S"), (100.0, once, "2013/14", "S"))
    monkeypatch.setattr("colsim.scenario.levers.LEVERS", protocol)
    assert cost_in(PLACES, joint_protocol={}) == Cost(21.0, 300.0, ("2013/14", "2015/16"), False)
    both = lever("management_priority", (5.0, year, "2013/14", "J")) | protocol
    monkeypatch.setattr("colsim.scenario.levers.LEVERS", both)
    for names in (["joint_protocol", "management_priority"], ["management_priority"]):
        cost = cost_in(PLACES, **{name: {} for name in names})
        assert cost.judged
    all_of_it = cost_in(PLACES, management_priority={}, joint_protocol={})
    assert all_of_it == Cost(36.0, 300.0, ("2013/14", "2015/16"), True)
    assert cost_in(PLACES) == Cost(0.0, 0.0, (), False)
    nothing = Cost(0.0, 0.0, (), False)
    assert (nothing.spending, nothing.spent, nothing.staff_hours) == ((), 0.0, 0.0)


def test_a_caseload_cap_buys_the_posts_that_take_the_cases_above_it():
    cases = PARAMETERS["csw_cases_per_post"].default + 130 / 150
    cost = cost_of(robinscar(caseload_cap={"strength": 14.0}))
    assert cost.a_year == pytest.approx(70_312 * 150 * (cases - 14) / 14)
    assert cost_of(robinscar(caseload_cap={"strength": 20.0})).a_year == 0


def test_a_caseload_cap_counts_the_cases_that_a_scenario_sets():
    """11 cases and 40 families by 12 CSWs, 14 1/3 each; cap 10: 0.4333 posts for each of 36."""
    cases = {"csw_cases_per_post": 11.0}
    cost = cost_in(PLACES, cases, caseload_cap={"strength": 10.0})
    price = sum(line.amount for line in LEVERS["caseload_cap"].costs)
    assert cost.a_year == pytest.approx(price * 36 * (11 + 40 / 12 - 10) / 10)
    assert cost.a_year == pytest.approx(price * 15.6)


@pytest.fixture
def lived(monkeypatch):
    """Give co-location a price of 10 pounds a unit, and 5 hours; return what a run pays."""

    def paid(unit, *, weeks=130, parameters=None, addresses=(CSW, MHSW), has_posts=False,
             recruits=False, **setting):  # fmt: skip
        line = CostLine("something", 10.0, unit, "2020/21", "S", "made up")
        lever = replace(
            LEVERS["co_location"], costs=(line,), addresses=addresses, has_posts=has_posts,
            recruits=recruits, staff_hours=5.0,
        )  # fmt: skip
        monkeypatch.setattr("colsim.scenario.levers.LEVERS", {"co_location": lever})
        return cost_of(
            Scenario.model_validate(
                {
                    "title": "made up",
                    "run": {"weeks": weeks, "burn_in": 52},
                    "organisation": PLACES,
                    "parameters": parameters or {},
                    "levers": {"co_location": {"strength": 2.0} | setting},
                }
            )
        )

    return paid


@pytest.mark.parametrize(
    "weeks, spent",
    [(1, (30 / 52,)), (52, (30,)), (53, (30, 30 / 52)), (104, (30, 30)), (130, (30, 30, 15))],
)
def test_each_year_is_paid_as_far_as_the_run_has_it(lived, weeks, spent):
    """Three authorities at 10 pounds a year."""
    cost = lived(YEARLY, weeks=weeks)
    assert cost.spending == pytest.approx(spent)
    assert cost.spent == pytest.approx(sum(spent))
    assert (cost.a_year, cost.once) == (30, 0)


@pytest.mark.parametrize(
    "start, end, spent",
    [
        (26, 78, (15, 15, 0)),
        (-20, 26, (15, 0, 0)),
        (-20, 1, (30 / 52, 0, 0)),
        (-20, 0, (0, 0, 0)),
        (52, 104, (0, 30, 0)),
        (129, None, (0, 0, 30 / 52)),
        (130, None, (0, 0, 0)),
        (104, 200, (0, 0, 15)),
    ],
)
def test_what_is_paid_by_year_is_paid_while_it_is_in_force(lived, start, end, spent):
    assert lived(YEARLY, start=start, end=end).spending == pytest.approx(spent)


@pytest.mark.parametrize(
    "start, end, spent",
    [
        (0, None, (30, 0, 0)),
        (-20, None, (30, 0, 0)),
        (51, None, (30, 0, 0)),
        (52, None, (0, 30, 0)),
        (129, None, (0, 0, 30)),
        (130, None, (0, 0, 0)),
        (-20, 0, (0, 0, 0)),
        (-20, 1, (30, 0, 0)),
    ],
)
def test_what_is_paid_once_falls_in_the_year_in_which_it_first_starts(lived, start, end, spent):
    cost = lived(ONCE, start=start, end=end)
    assert cost.spending == spent
    assert cost.once == 30


@pytest.mark.parametrize("strengths", [(1.0, 2.0), (2.0, 1.0)])
def test_periods_are_paid_each_and_what_is_paid_once_for_the_one_that_needs_most(lived, strengths):
    """33 teams at 10 pounds and hour, in year 1 and from the middle of year 2; 66 people once."""
    before, now = strengths
    periods = {
        "earlier": [{"strength": before, "start": 0, "end": 52}], "start": 78, "strength": now
    }  # fmt: skip
    cost = lived(CostUnit.TEAM_HOUR_YEAR, **periods)
    assert cost.spending == pytest.approx((330 * before, 165 * now, 165 * now))
    assert cost.a_year == 330 * now
    cost = lived(CostUnit.PRACTITIONER_ONCE, **periods)
    assert (cost.once, cost.spending) == (1320, (1320, 0, 0))
    late = periods | {"earlier": [{"strength": before, "start": -30, "end": 0}]}
    assert lived(CostUnit.PRACTITIONER_ONCE, **late).spending == (0, 1320, 0)


def test_where_recruitment_fails_so_much_less_is_paid(lived):
    quarter = lived(YEARLY, weeks=78, recruits=True, recruitment=0.25)
    assert quarter.spending == pytest.approx((7.5, 3.75))
    assert quarter.a_year == 30


@pytest.mark.parametrize("start, first", [(0, 1), (-2, 3)])
def test_posts_are_paid_from_when_they_are_filled(lived, start, first):
    """Two posts in each of three authorities, 60 pounds a year; in a week 1 in 4 is filled."""
    values = {"fill_rate": 0.5}
    setting = {"weeks": 3, "parameters": values, "recruitment": 0.5, "start": start}
    filled = sum(1 - 0.75**k for k in range(first, first + 3))
    cost = lived(CostUnit.POST_YEAR, has_posts=True, **setting)
    assert cost.spending == pytest.approx((60 * filled / 52,))
    # What else a team of posts needs is there from the start.
    assert lived(YEARLY, has_posts=True, **setting).spending == pytest.approx((30 * 3 / 52,))
    assert lived(CostUnit.POST_YEAR, weeks=3).spending == pytest.approx((60 * 3 / 52,))
    usual = PARAMETERS["fill_rate"].default
    alone = lived(CostUnit.POST_YEAR, weeks=1, has_posts=True)
    assert alone.spending == pytest.approx((60 * usual / 52,))


def test_hours_are_those_of_whom_a_lever_reaches(lived):
    """5 hours by strength 2 of 36 CSWs and of 3 in 5 of 30 MHSWs; else of 3 in 6 CSC teams."""
    assert lived(YEARLY, coverage=0.5).staff_hours == pytest.approx(10 * (36 + 18))
    assert lived(YEARLY, coverage=0.5, addresses=(CSW,)).staff_hours == pytest.approx(10 * 18)


def test_bills_say_whose_price_it_is_and_of_which_year(monkeypatch):
    lines = (
        CostLine("desk, a year", 10.0, YEARLY, "2013/14", "J", "made up"),
        CostLine("move", 100.0, ONCE, "2015/16", "S", "made up"),
    )
    lever = replace(LEVERS["co_location"], costs=lines)
    monkeypatch.setattr("colsim.scenario.levers.LEVERS", {"co_location": lever})

    def bills(**more):
        data = {"title": "x", "organisation": PLACES, "levers": {"co_location": {"strength": 2.0}}}
        return [
            (one.key, one.item, one.unit, one.amount, one.units, one.price_year, one.mark, one.own)
            for one in bills_of(Scenario.model_validate(data | more))
        ]

    desk, move = ("desk", "desk, a year", YEARLY), ("move", "move", ONCE)
    assert bills() == [
        (*desk, 10.0, 3, "2013/14", "J", False), (*move, 100.0, 3, "2015/16", "S", False),
    ]  # fmt: skip
    mine = {"prices": {"co_location": {"desk": 7.0}}}
    assert bills(**mine) == [
        (*desk, 7.0, 3, OWN, "own", True), (*move, 100.0, 3, "2015/16", "S", False),
    ]  # fmt: skip
    raised = 100.0 * INDEX[2024] / INDEX[2015]
    assert bills(price_year=2024, **mine) == [
        (*desk, 7.0, 3, "2024/25", "own", True),
        (*move, pytest.approx(raised), 3, "2024/25", "S", False),
    ]
    assert raised > 120
