"""What a scenario's levers cost in a year at full strength, in the prices that the lines carry.

Most prices are judgement (mark J in the table of levers): a cost is an order of magnitude. Costs
are of the plan, not of the run: a post that stands empty is counted.
"""

import math
from dataclasses import dataclass

from colsim.core.parameters import PARAMETERS
from colsim.scenario.lever import CSW, MHSW, CostUnit
from colsim.scenario.levers import LEVERS
from colsim.scenario.schema import LeverSetting, Organisation, Scenario


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
            if line.unit.once:
                once += amount
            else:
                a_year += amount
            years.add(line.price_year)
            judged = judged or line.mark == "J"
    return Cost(a_year, once, tuple(sorted(years)), judged)


def _units(unit: CostUnit, name: str, setting: LeverSetting, scenario: Scenario) -> float:
    """Return how many units of a cost line a setting buys."""
    organisation = scenario.organisation
    addresses = LEVERS[name].addresses
    places = range(organisation.authorities * organisation.localities)
    covered = set(places if setting.localities is None else setting.localities)
    part = len(covered) / len(places)
    authorities = len({place // organisation.localities for place in covered})
    shared_out = MHSW if MHSW in addresses else CSW
    teams = [organisation.csw_teams, organisation.mhsw_teams]
    reached = math.ceil(setting.coverage * teams[shared_out] - 1e-9) / teams[shared_out]
    shares = [reached if service == shared_out else 1.0 for service in (CSW, MHSW)]
    scale = [organisation.authorities * part * shares[s] * (s in addresses) for s in (CSW, MHSW)]
    csws, mhsws = organisation.csw * scale[CSW], organisation.mhsw * scale[MHSW]
    all_teams = teams[CSW] * scale[CSW] + teams[MHSW] * scale[MHSW]
    match unit:
        case CostUnit.AUTHORITY_ONCE | CostUnit.AUTHORITY_YEAR:
            return authorities
        case CostUnit.PRACTITIONER_DAY_YEAR | CostUnit.MHSW_YEAR:
            return mhsws * setting.strength
        case (
            CostUnit.ATTENDEE_SESSION | CostUnit.PRACTITIONER_HOUR_YEAR | CostUnit.PRACTITIONER_ONCE
        ):
            return (csws + mhsws) * setting.strength
        case CostUnit.TEAM_ONCE:
            return all_teams
        case CostUnit.TEAM_HOUR_YEAR:
            return all_teams * setting.strength
        case CostUnit.FAMILY_YEAR:
            families = organisation.shared_families * organisation.authorities
            return families * part * shares[CSW] * setting.strength
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
