"""What an hour of a worker is worth, in pounds: told beside what is paid, and never in it.

Hours that a policy takes from cases cost no cash, as people are paid anyway. What they are worth is
what could have been done for the cases that wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from colsim.data import read
from colsim.scenario.deflator import financial_year, inflated

HOUR = "hour_of_work"
"""Name in a scenario's table of prices."""
_FOUND: Mapping[str, Mapping[str, object]] = read("hours")
SERVICES: dict[str, str] = {service: str(found["title"]) for service, found in _FOUND.items()}
"""Whose hours have a price, CSWs first, and what each is called."""
OWN = "your own prices"
"""Stands for the year of prices of one's own where no price year is named."""


@dataclass(frozen=True, slots=True)
class HourPrice:
    """Pounds for an hour of a worker of each service."""

    csw: float
    mhsw: float
    price_years: tuple[str, ...]


def hour_price(prices: Mapping[str, Mapping[str, float]], price_year: int | None) -> HourPrice:
    """Return what an hour is worth at a scenario's prices.

    Args:
        prices: the scenario's own, by lever and line; hours under `HOUR`.
        price_year: in whose pounds all is told; None: each as it was found.
    """
    own = prices.get(HOUR, {})
    pounds: dict[str, float] = {}
    years = set()
    for service, found in _FOUND.items():
        amount, year = float(str(found["amount"])), str(found["price_year"])
        if service in own:
            amount, year = own[service], OWN
        elif price_year is not None:
            amount = inflated(amount, year, price_year)
        pounds[service] = amount
        years.add(year if price_year is None else financial_year(price_year))
    return HourPrice(pounds["csw"], pounds["mhsw"], tuple(sorted(years)))
