"""Costs of a scenario, by hand."""

import pytest

from colsim.core.parameters import PARAMETERS
from colsim.scenario import Scenario, load_scenario
from colsim.scenario.costs import cost_of


def robinscar(**levers):
    base = load_scenario("robinscar").scenario.model_dump()
    return Scenario.model_validate(base | {"levers": levers})


@pytest.mark.parametrize(
    "levers, a_year, once",
    [
        ({}, 0, 0),
        ({"boundary_spanners": {"strength": 4.0}}, 4 * 65_000, 0),
        ({"joint_training": {"strength": 2.0}}, 2 * (150 + 22) * 396, 0),
        ({"co_location": {"strength": 3.0}}, 600 * 3 * 22, 0),
        ({"co_location": {"strength": 3.0, "coverage": 0.5}}, 600 * 3 * 11, 0),
        ({"co_location": {"strength": 3.0, "localities": [0]}}, 600 * 3 * 22 / 4, 0),
        ({"joint_protocol": {"strength": 0.5}}, 5_000 + 20 * 2 * 12 * 40, 15_000),
        (
            {"management_priority": {"strength": 1.0}, "joint_protocol": {"strength": 1.0}},
            5_000 + 20 * (2 + 3) * 12 * 40,
            15_000,
        ),
    ],
)
def test_costs_by_hand(levers, a_year, once):
    cost = cost_of(robinscar(**levers))
    assert (cost.a_year, cost.once) == (pytest.approx(a_year), once)
    assert cost.judged == bool(levers)


def test_a_caseload_cap_buys_the_posts_that_take_the_cases_above_it():
    cases = PARAMETERS["csw_cases_per_post"].default + 130 / 150
    cost = cost_of(robinscar(caseload_cap={"strength": 14.0}))
    assert cost.a_year == pytest.approx(62_500 * 150 * (cases - 14) / 14)
    assert cost_of(robinscar(caseload_cap={"strength": 20.0})).a_year == 0
