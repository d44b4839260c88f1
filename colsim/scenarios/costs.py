"""What a scenario's levers cost in a year at full strength, in the prices that the lines carry.

Most prices are judgement (mark J in the table of levers): a cost is an order of magnitude. Costs
are of the plan, not of the run: a post that stands empty is counted.
"""

import math
from dataclasses import dataclass

from colsim.core.parameters import PARAMETERS
from colsim.scenarios.lever import CostUnit
from colsim.scenarios.levers import LEVERS
from colsim.scenarios.schema import LeverSetting, Organisation, Scenario


@dataclass(frozen=True, slots=True)
class Cost:
    """Pounds for all authorities of a scenario together."""

    a_year: float
    once: float
    price_years: tuple[str, ...]
    judged: bool
    """Whether any price is judgement."""


def cost_of(scenario: Scenario) -> Cost:
    """Return what all levers of a scenario cost at full strength; zeros without levers."""
    a_year = once = 0.0
    years: set[str] = set()
    judged = False
    for name, setting in scenario.levers.items():
        for line in LEVERS[name].costs:
            amount = line.amount * _units(line.unit, name, setting, scenario)
            if line.unit is CostUnit.AUTHORITY_ONCE:
                once += amount
            else:
                a_year += amount
            years.add(line.price_year)
            judged = judged or line.mark == "J"
    return Cost(a_year, once, tuple(sorted(years)), judged)


def _units(unit: CostUnit, name: str, setting: LeverSetting, scenario: Scenario) -> float:
    """Return how many units of a cost line a setting buys."""
    organisation = scenario.organisation
    places = organisation.authorities * organisation.localities
    part = 1.0 if setting.localities is None else len(set(setting.localities)) / places
    authorities = (
        organisation.authorities if part == 1.0 else math.ceil(part * organisation.authorities)
    )
    teams = math.ceil(setting.coverage * organisation.mhsw_teams - 1e-9) / organisation.mhsw_teams
    mhsws = organisation.authorities * organisation.mhsw * teams * part
    csws = organisation.authorities * organisation.csw * part
    if unit in (CostUnit.AUTHORITY_ONCE, CostUnit.AUTHORITY_YEAR):
        return authorities
    if unit is CostUnit.PRACTITIONER_DAY_YEAR:
        return mhsws * setting.strength
    if unit is CostUnit.ATTENDEE_SESSION:
        return (csws + mhsws) * setting.strength
    if name == "caseload_cap":
        return (
            csws * max(0.0, _caseload(organisation, scenario) - setting.strength) / setting.strength
        )
    return authorities * setting.strength


def _caseload(organisation: Organisation, scenario: Scenario) -> float:
    """Return the cases that each CSW has without a cap, all posts filled."""
    name = "csw_cases_per_post"
    background = scenario.parameters.get(name, PARAMETERS[name].default)
    return background + organisation.shared_families / organisation.csw
