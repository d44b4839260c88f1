"""Pounds of one year in pounds of another, and what an hour of a worker is worth.

Amounts are raised by a public index, `colsim/data/deflator.toml`. Hours that a policy takes from
cases cost no cash, as people are paid anyway: what they are worth, by `colsim/data/hours.toml`, is
what could have been done for the cases that wait. It is told beside what is paid, and never in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from colsim.data import read

_DATA = read("deflator")
INDEX: dict[int, float] = {int(year): value for year, value in _DATA["index"].items()}
"""The first calendar year of a financial year to the index."""
SOURCE = f"{_DATA['title']}: {_DATA['source']}"
FIRST_FORECAST: int = _DATA["first_forecast"]
"""Indices from this year on are forecasts."""
YEARS = f"a year from {min(INDEX)} to {max(INDEX)}, which the deflator knows"


def financial_year(first: int) -> str:
    """Return a financial year by its first calendar year.

    >>> financial_year(2013), financial_year(1999)
    ('2013/14', '1999/00')
    """
    return f"{first}/{(first + 1) % 100:02d}"


def inflated(amount: float, year: str, price_year: int) -> float:
    """Return an amount of one financial year in the pounds of another.

    Args:
        amount: pounds.
        year: such as "2013/14".
        price_year: first calendar year of the financial year that is wanted.

    Raises:
        KeyError: the index has no such year.

    >>> round(inflated(100.0, "2013/14", 2024), 2)
    136.92
    """
    return amount * INDEX[price_year] / INDEX[int(year[:4])]


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
