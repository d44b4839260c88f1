"""Hours that cases wait for under a policy, and what they are worth: beside what is paid."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from colsim.experiments.difference import over_worlds
from colsim.reporting.files import finite
from colsim.reporting.words import in_pence, pounds, whole
from colsim.scenario.prices import HourPrice

Values = npt.NDArray[np.float64]
FROM_CASES = ("hours_from_cases_csw", "hours_from_cases_mhsw")
"""Measures of the hours that cases wait for, by service."""
_ENDS = ("median", "low", "high")
_NONE = 0.5
"""Hours a year below which there are none to tell."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Hours of a year that cases wait for beyond the baseline's, and what they are worth.

    Each is the median over worlds and the two ends of the 90 % range.
    """

    hours: tuple[float, float, float]
    pounds: tuple[float, float, float]
    """At the price of an hour of each service; no cash."""
    price: HourPrice

    @classmethod
    def of(cls, csw: Values, mhsw: Values, price: HourPrice) -> Self:
        """Return what so many more hours of each service are, by world.

        Args:
            csw: hours of a year of CSWs, shape (worlds,).
            mhsw: the same of MHSWs.
            price: of an hour.
        """
        worth = price.csw * csw + price.mhsw * mhsw
        return cls(_ends(csw + mhsw), _ends(worth), price)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, None for what no world shows."""
        return {
            "hours_a_year": dict(zip(_ENDS, finite(self.hours), strict=True)),
            "pounds_a_year": dict(zip(_ENDS, finite(self.pounds), strict=True)),
            "price": asdict(self.price),
        }

    @property
    def told(self) -> bool:
        """Whether any world shows them."""
        return math.isfinite(self.hours[0])


def _ends(values: Values) -> tuple[float, float, float]:
    low, middle, high = over_worlds(values)
    return middle, low, high


def in_full(taken: Taken) -> str:
    """Return the hours and their worth, with what holds 9 in 10 worlds."""
    if max(map(abs, taken.hours)) < _NONE:
        return "no more hours from cases than today"
    (middle, low, high), (worth, least, most) = taken.hours, taken.pounds
    return (
        f"{whole(middle)} hours a year from cases ({whole(low)} to {whole(high)} in 9 of 10 "
        f"worlds), worth {pounds(worth)} ({pounds(least)} to {pounds(most)})"
    )


def in_brief(taken: Taken) -> str:
    """Return the same of the median world, in few words."""
    if not taken.told:
        return "not counted"
    return f"{whole(taken.hours[0])} ({pounds(taken.pounds[0])})"


def at_price(price: HourPrice) -> str:
    """Return what an hour is worth, and of which year the price is.

    >>> at_price(HourPrice(40.0, 52.5, ("2013/14",)))
    '£40 an hour of a CSW and £52.50 of an MHSW (prices of 2013/14)'
    """
    years = ", ".join(price.price_years)
    return (
        f"{in_pence(price.csw)} an hour of a CSW and {in_pence(price.mhsw)} of an MHSW "
        f"(prices of {years})"
    )
