"""Pounds of one year in pounds of another, by a public index: `colsim/data/deflator.toml`."""

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
