"""What is observed: weekly totals, and the measures made of them, which are rows of a table.

A measure is a ratio of two totals summed over a window of weeks (26 by default), so that a
window's value is the value per family, plan or worker and not a mean of weekly ratios over few
cases. An index is made of measures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from colsim.core.totals import Total
from colsim.data.rows import Flaw, RowError, load
from colsim.errors import nearest

Array = npt.NDArray[np.float64]

TOTALS: dict[str, str] = {total.name.lower(): total.meaning for total in Total}
TOTAL_INDEX: dict[str, int] = {total.name.lower(): int(total) for total in Total}
WINDOW = 26
"""Weeks that a measure is taken over, unless said otherwise."""
RANGE = (0.05, 0.95)
"""Quantiles over worlds between which a range is reported: it holds 9 in 10 worlds."""
LATENCY_CAP = 104
"""Weeks after which a fact's time to cross is counted as this."""
_YEAR = 52.0
_MONTH = _YEAR / 12.0
_TRIFLE = 0.01
TRIFLES: dict[str, float] = {
    "valence": 0.02,
    "index": 0.02,
    "ratio": 0.02,
    "cases": 0.2,
    "weeks": 1.0,
    "level 0 to 4": 0.05,
    "families": 1.0,
    "posts": 0.5,
    "hours per worker and week": 0.05,
    "facts per family": 0.1,
    "facts per family and month": 0.05,
    "contacts per family and month": 0.05,
    "talks per family and month": 0.05,
    "people per MHSW and week": 0.1,
    "plans per year": 1.0,
    "plans per 100 contacts": 0.1,
    "per week": 0.1,
    "at a time": 1.0,
    "hours per year": 100.0,
    "per year": 1.0,
}
"""Unit to the least change that anybody would notice; a hundredth of all others."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an index, in [0, 1]: the mean of measures, over what counts as full."""

    mean: tuple[str, ...]
    among: tuple[str, ...] = ()
    """Measures in whose sum the part is a share, if any."""
    full: float = 1.0
    """The part is at most 1, reached here."""
    turned: Literal["", "less", "valence"] = ""
    """"less": 1 less the part; "valence": moved from [-1, 1] to [0, 1]."""

    WORDS: ClassVar[Mapping[str, Mapping[str, float]]] = {"full": {"weekly": _MONTH}}
    """How often something is that is counted by the month."""

    def of(self, totals: Mapping[str, Array]) -> Array:
        """Return the part from totals by name; NaN where a measure is."""
        value = _sum_of(self.mean, totals) / len(self.mean)
        if self.among:
            with np.errstate(invalid="ignore"):
                value = value / _sum_of(self.among, totals)
        value = np.minimum(value / self.full, 1.0)
        if self.turned == "less":
            return np.asarray(1.0 - value)
        return np.asarray((1.0 + value) / 2.0 if self.turned == "valence" else value)


@dataclass(frozen=True, slots=True)
class Measure:
    """One observed quantity: a row of the table `measures`.

    A ratio is its numerator over its denominator, times `scale`; an index is the product, or the
    mean, of its parts.
    """

    name: str
    title: str
    unit: str
    better: Literal["higher", "lower", "neither"]
    group: str
    definition: str
    numerator: tuple[str, ...] = ()
    """Totals that are added up; one with a minus sign before its name is taken off."""
    denominator: tuple[str, ...] = ()
    minus: tuple[str, str] | None = None
    """Numerator and denominator of a second ratio that is taken off, totals by spaces apart."""
    apart: bool = False
    """Whether numerator and denominator pair off, total by total: the measure is the highest of
    these ratios less the lowest, NaN of fewer than two."""
    quantile: float = 0.0
    """Above 0: the numerator's totals are counts by week, and the measure is this quantile."""
    scale: float = 1.0
    low: float = 0.0
    high: float = 1.0
    harm: bool = False
    """Whether it is what a policy can do to people while it does good elsewhere, by raising it, or
    by lowering it where higher is better: to be looked at beside any gain."""
    trifle: float = 0.0
    """The least change that anybody would notice, in the measure's unit; below it nothing is told.
    Unless a row says so, what its unit has in `TRIFLES`."""
    parts: tuple[Part, ...] = ()
    combined: Literal["product", "mean"] = "product"

    PAIRS: ClassVar[Mapping[str, tuple[str, str]]] = {"range": ("low", "high")}
    WORDS: ClassVar[Mapping[str, Mapping[str, float]]] = {"scale": {"month": _MONTH, "year": _YEAR}}

    def __post_init__(self) -> None:
        """Refuse a row that says nothing, or names totals that there are not.

        Raises:
            RowError: it tells each flaw.
        """
        flaws = list(self.check({field.name: getattr(self, field.name) for field in fields(self)}))
        if flaws:
            raise RowError(flaws)
        if not self.trifle:
            object.__setattr__(self, "trifle", TRIFLES.get(self.unit, _TRIFLE))

    @staticmethod
    def check(values: Mapping[str, Any]) -> Iterator[Flaw]:
        """Find what is wrong in values by the names of their fields; some may be missing."""
        for key in ("title", "unit", "group", "definition"):
            if not values.get(key, "there").strip():
                yield Flaw(key, "nothing", "a text")
        trifle, low, high = (
            values.get("trifle", 0.0),
            values.get("low", 0.0),
            values.get("high", 1.0),
        )
        if not 0.0 <= trifle < float("inf"):
            yield Flaw("trifle", f"{trifle:g}", "a number above 0")
        if not low < high:
            yield Flaw("range", f"[{low:g}, {high:g}]", "the lowest value, the highest")
        if values.get("harm") and values.get("better") == "neither":
            yield Flaw(
                "harm", "a harm that is neither better nor worse", "higher or lower as better"
            )
        pairs = {len(values.get(key, ())) for key in ("numerator", "denominator")}
        if values.get("apart") and len(pairs) > 1:
            yield Flaw("apart", "totals that do not pair off", "as many above as below")
        if not 0.0 <= values.get("quantile", 0.0) < 1.0:
            yield Flaw("quantile", f"{values['quantile']:g}", "above 0, below 1")
        for key in ("numerator", "denominator", "minus"):
            for name in " ".join(values.get(key) or ()).split():
                plain = name.removeprefix("-")
                if plain not in TOTALS:
                    yield Flaw(key, repr(plain), "a weekly total", nearest(plain, TOTALS))

    def of(self, totals: Mapping[str, Array]) -> Array:
        """Return the measure from totals by name (arrays of one shape); NaN where none was due."""
        if self.parts:
            values = [part.of(totals) for part in self.parts]
            by_mean = self.combined == "mean"
            return np.asarray(np.mean(values, axis=0) if by_mean else np.prod(values, axis=0))
        if self.quantile > 0.0:
            return _quantile(self.quantile, [totals[name] for name in self.numerator])
        if self.apart:
            return _apart(self.numerator, self.denominator, totals)
        above, below = _total(self.numerator, totals), _total(self.denominator, totals)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(below > 0, self.scale * above / below, np.nan)
            if self.minus is not None:
                taken, of = (_total(tuple(names.split()), totals) for names in self.minus)
                value = value - np.where(of > 0, taken / of, np.nan)
        return np.asarray(value)


def _total(names: tuple[str, ...], totals: Mapping[str, Array]) -> Array:
    terms = (-totals[name[1:]] if name.startswith("-") else totals[name] for name in names)
    return np.asarray(sum(terms, start=np.zeros(())), dtype=np.float64)


def _apart(above: Sequence[str], below: Sequence[str], totals: Mapping[str, Array]) -> Array:
    """Return the highest ratio of two totals less the lowest, over those that there are."""
    over = np.stack([np.asarray(totals[name], dtype=np.float64) for name in above])
    under = np.stack([np.asarray(totals[name], dtype=np.float64) for name in below])
    there = under > 0
    ratios = np.divide(over, under, out=np.zeros_like(over), where=there)
    widest = np.where(there, ratios, -np.inf).max(axis=0) - np.where(there, ratios, np.inf).min(
        axis=0
    )
    return np.asarray(np.where(there.sum(axis=0) > 1, widest, np.nan))


def _quantile(share: float, by_week: Sequence[Array]) -> Array:
    """Return the weeks within which a share of what is counted by week was reached; NaN of none.

    A week's count is taken as spread evenly over the week.
    """
    counts = np.stack([np.asarray(count, dtype=np.float64) for count in by_week])
    reached = np.cumsum(counts, axis=0)
    wanted = share * reached[-1]
    week = np.argmax(reached >= wanted, axis=0)[np.newaxis]
    own = np.take_along_axis(counts, week, axis=0)[0]
    before = np.take_along_axis(reached, week, axis=0)[0] - own
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(reached[-1] > 0, week[0] + (wanted - before) / own, np.nan))


def _sum_of(measures: tuple[str, ...], totals: Mapping[str, Array]) -> Array:
    return np.asarray(sum(MEASURES[name].of(totals) for name in measures))


def made_of(measures: Mapping[str, Measure]) -> Iterator[Flaw]:
    """Find measures that are made of nothing, of two things, or of parts that are no ratios."""
    ratios = [name for name, one in measures.items() if not one.parts]
    for name, one in measures.items():
        if bool(one.numerator and one.denominator) == bool(one.parts):
            found = "totals and parts" if one.parts else "no totals above and below, and no parts"
            yield Flaw(name, found, "numerator and denominator, or parts")
        for part in one.parts:
            for other in (*part.mean, *part.among):
                if other not in ratios:
                    allowed = "a measure that is no index itself"
                    yield Flaw(f"{name}.parts", repr(other), allowed, nearest(other, ratios))


MEASURES: dict[str, Measure] = load(Measure, "measures", made_of)
"""Every measure by name, in the order in which they are shown."""
