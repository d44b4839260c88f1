"""What a scenario's levers cost: a year at full strength, once, and as it is spent year by year.

Most prices are judgement (mark J in the table of levers): a cost is an order of magnitude. A
scenario's own prices take the place of the table's; with a price year, the others are raised to
it by the GDP deflator.
"""

import math
from dataclasses import dataclass, field

from colsim.core.parameters import PARAMETERS
from colsim.scenario.lever import CSW, MHSW, CostUnit
from colsim.scenario.levers import lever_of
from colsim.scenario.prices import OWN, HourPrice, financial_year, hour_price, inflated
from colsim.scenario.schema import LeverSetting, Organisation, Scenario

YEAR = 52
"""Weeks."""


@dataclass(frozen=True, slots=True)
class Bill:
    """One cost line of a lever in use."""

    lever: str
    key: str
    item: str
    unit: CostUnit
    amount: float
    """Pounds a unit, in the pounds of `price_year`."""
    units: float
    price_year: str
    mark: str
    own: bool
    """Whether the price is the scenario's own."""

    @property
    def pounds(self) -> float:
        """Pounds a year, or once, at full strength."""
        return self.amount * self.units


@dataclass(frozen=True, slots=True)
class Cost:
    """Pounds for all authorities of a scenario together."""

    a_year: float
    """At full strength, every post filled."""
    once: float
    price_years: tuple[str, ...]
    judged: bool
    """Whether any price is judgement."""
    spending: tuple[float, ...] = field(default=(), compare=False)
    """Pounds spent in each year of the run, the last of them in what the run has of it. What is
    paid once falls in the year in which the lever first starts; a post that is not filled costs
    nothing until it is."""
    staff_hours: float = field(default=0.0, compare=False)
    """Hours a year that the levers take from the practitioners whom they reach, at full strength;
    where these have a price, it is among the pounds."""
    hour: HourPrice = field(default_factory=lambda: hour_price({}, None), compare=False)
    """What an hour of a worker is worth, of hours that cases wait for; among no pounds here."""

    @property
    def spent(self) -> float:
        """Pounds spent in the whole run."""
        return math.fsum(self.spending)


def cost_of(scenario: Scenario) -> Cost:
    """Return what all levers of a scenario cost; zeros without levers."""
    bills = bills_of(scenario)
    return Cost(
        math.fsum(one.pounds for one in bills if not one.unit.once),
        math.fsum(one.pounds for one in bills if one.unit.once),
        tuple(sorted({one.price_year for one in bills})),
        any(one.mark == "J" for one in bills),
        _spending(bills, scenario),
        math.fsum(staff_hours(name, use, scenario) for name, use in scenario.levers.items()),
        hour_price(scenario.prices, scenario.price_year),
    )


def bills_of(scenario: Scenario) -> tuple[Bill, ...]:
    """Return every cost line of the levers in use."""
    found = []
    for name, setting in scenario.levers.items():
        mine = scenario.prices.get(name, {})
        for line in lever_of(name, setting).costs:
            amount, year, own = line.amount, line.price_year, line.key in mine
            if own:
                amount, year = mine[line.key], OWN
            elif scenario.price_year is not None:
                amount = inflated(amount, year, scenario.price_year)
            if scenario.price_year is not None:
                year = financial_year(scenario.price_year)
            units = _units_of(line.unit, name, setting, scenario)
            mark = "own" if own else line.mark
            found.append(Bill(name, line.key, line.item, line.unit, amount, units, year, mark, own))
    return tuple(found)


def staff_hours(name: str, setting: LeverSetting, scenario: Scenario) -> float:
    """Return the hours a year that a lever takes from those whom it reaches, at full strength."""
    csws, mhsws, _ = _reached(name, setting, scenario.organisation)
    return lever_of(name, setting).staff_hours * setting.strength * (csws + mhsws)


def _spending(bills: tuple[Bill, ...], scenario: Scenario) -> tuple[float, ...]:
    """Return what is spent in each year of the run."""
    weeks = scenario.run.weeks
    spent = [0.0] * -(-weeks // YEAR)
    for bill in bills:
        periods = scenario.levers[bill.lever].periods
        acting = [one for one in periods if one.start < weeks and (one.end is None or one.end > 0)]
        if bill.unit.once and acting:
            spent[max(0, acting[0].start) // YEAR] += bill.pounds
            continue
        for one in acting:
            end = weeks if one.end is None else one.end
            pounds = bill.amount * _units(bill.unit, bill.lever, one, scenario)
            for year in range(len(spent)):
                first, last = max(one.start, year * YEAR), min(end, (year + 1) * YEAR, weeks)
                if first < last:
                    spent[year] += pounds * _filled(bill, one, scenario, first, last) / YEAR
    return tuple(spent)


def _filled(bill: Bill, setting: LeverSetting, scenario: Scenario, first: int, last: int) -> float:
    """Return how many of the weeks from `first` to before `last` are paid for.

    Of posts, those that are filled: each is tried for every week from the start.
    """
    lever = lever_of(bill.lever, setting)
    if lever.recruits:
        return setting.recruitment * (last - first)
    if not lever.has_posts or bill.unit is not CostUnit.POST_YEAR:
        return last - first
    fill = scenario.parameters.get("fill_rate", PARAMETERS["fill_rate"].default)
    empty = 1.0 - fill * setting.recruitment
    tried = range(first - setting.start, last - setting.start)
    return math.fsum(1.0 - empty ** (k + 1) for k in tried)


def _reached(
    name: str, setting: LeverSetting, organisation: Organisation
) -> tuple[float, float, float]:
    """Return how many CSWs, MHSWs and teams a setting reaches."""
    addresses = lever_of(name, setting).addresses
    part = _part(setting, organisation)
    teams, shares = _shares(name, setting, organisation)
    scale = [organisation.authorities * part * shares[s] * (s in addresses) for s in (CSW, MHSW)]
    all_teams = teams[CSW] * scale[CSW] + teams[MHSW] * scale[MHSW]
    return organisation.csw * scale[CSW], organisation.mhsw * scale[MHSW], all_teams


def _part(setting: LeverSetting, organisation: Organisation) -> float:
    """Return the share of localities in which a lever acts."""
    places = organisation.authorities * organisation.localities
    return 1.0 if setting.localities is None else len(set(setting.localities)) / places


def _shares(
    name: str, setting: LeverSetting, organisation: Organisation
) -> tuple[list[int], list[float]]:
    """Return the teams of each service, and the share of them that a setting covers."""
    shared_out = MHSW if MHSW in lever_of(name, setting).addresses else CSW
    teams = [organisation.csw_teams, organisation.mhsw_teams]
    covered = math.ceil(setting.coverage * teams[shared_out] - 1e-9) / teams[shared_out]
    return teams, [covered if service == shared_out else 1.0 for service in (CSW, MHSW)]


def _units_of(unit: CostUnit, name: str, setting: LeverSetting, scenario: Scenario) -> float:
    """Return how many units of a cost line a lever buys over all its periods.

    What is paid once is paid once, for the period that needs most; what is paid every year is
    told of the last period.
    """
    periods = setting.periods if unit.once else setting.periods[-1:]
    return max(_units(unit, name, one, scenario) for one in periods)


def _units(unit: CostUnit, name: str, setting: LeverSetting, scenario: Scenario) -> float:
    """Return how many units of a cost line a setting buys."""
    organisation = scenario.organisation
    places = range(organisation.authorities * organisation.localities)
    covered = set(places if setting.localities is None else setting.localities)
    authorities = len({place // organisation.localities for place in covered})
    csws, mhsws, teams = _reached(name, setting, organisation)
    match unit:
        case CostUnit.AUTHORITY_ONCE | CostUnit.AUTHORITY_YEAR:
            return authorities
        case CostUnit.PRACTITIONER_DAY_YEAR | CostUnit.MHSW_YEAR:
            return mhsws * setting.strength
        case (
            CostUnit.ATTENDEE_SESSION | CostUnit.PRACTITIONER_HOUR_YEAR | CostUnit.PRACTITIONER_ONCE
        ):
            return (csws + mhsws) * setting.strength
        case CostUnit.PRACTITIONER_REACHED_ONCE:
            return csws + mhsws
        case CostUnit.TEAM_ONCE | CostUnit.TEAM_YEAR:
            return teams
        case CostUnit.TEAM_HOUR_YEAR | CostUnit.TEAM_COVERED_YEAR:
            return teams * setting.strength
        case CostUnit.FAMILY_YEAR:
            families = organisation.shared_families * organisation.authorities
            share = _shares(name, setting, organisation)[1][CSW]
            return families * _part(setting, organisation) * share * setting.strength
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
