"""Numbers in words, by one rounding rule for terminal, chart and files."""

import math
import re
from collections.abc import Callable, Sequence

from colsim.core.measures import Measure

_FINE = {"risk", "valence", "index", "ratio"}
_SMALL = {"per family and year"}
"""Units in which much that matters is below one half."""
NO_FORECAST = (
    "The model explores options and forecasts nothing: most of its parameters are judgement, "
    "and the ranges say how much hangs on them."
)


def worlds(count: int, *, fixed_parameters: bool, origin: str = "") -> str:
    """Return what the runs were lived in.

    >>> worlds(100, fixed_parameters=False), worlds(1, fixed_parameters=True)
    ('100 plausible worlds', '1 life of the default world')
    """
    if fixed_parameters:
        return f"{count} {'life' if count == 1 else 'lives'} of the default world"
    text = f"{count} plausible world{'' if count == 1 else 's'}"
    if count == 1:
        origin = origin.replace("that look ", "that looks ")
    return f"{text} {origin}" if origin else text


def told_apart(names: Sequence[str], titles: Sequence[str]) -> dict[str, str]:
    """Return the title of each name, equal titles with the name behind them.

    >>> told_apart(["a", "b", "c"], ["An office.", "An office", "Training"])
    {'a': 'An office (a)', 'b': 'An office (b)', 'c': 'Training'}
    """
    plain = [title.rstrip(".") for title in titles]
    return {
        name: f"{title} ({name})" if plain.count(title) > 1 else title
        for name, title in zip(names, plain, strict=True)
    }


def rounded(value: float) -> str:
    """Return a number with one digit behind the point below 10, none from there on.

    >>> rounded(2.345), rounded(-12.5), rounded(-0.01), rounded(float("nan"))
    ('2.3', '-12', '0.0', 'none')
    """
    return _with_digits(value, _few(value) if math.isfinite(value) else 0)


def in_unit(value: float, measure: Measure) -> float:
    """Return a value as it is shown: shares per 100, others as they are."""
    return 100 * value if measure.unit in {"share", "share per year"} else value


def _digits(value: float, measure: Measure) -> int:
    """Return digits behind the point: two where the whole range is 1 or 2."""
    if measure.unit in _FINE or (measure.unit in _SMALL and abs(value) < 1):
        return 2
    return _few(in_unit(value, measure))


def _few(value: float) -> int:
    return int(abs(round(value, 1)) < 10)


def _shown(value: float, measure: Measure, more: int = 0) -> str:
    """Return a value as text, with so many digits more than is usual."""
    return _with_digits(in_unit(value, measure), _digits(value, measure) + more)


def _with_digits(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return "none"
    text = f"{value:.{digits}f}"
    return text if text.strip("-0.") else text.removeprefix("-")


def finer(before: float, after: float, change: float, measure: Measure) -> int | None:
    """Return how many digits more two levels need to agree with the change as it is told.

    Levels and change are each rounded, and over worlds each is a median of its own: read side by
    side they may contradict each other, such as "down 1.0, from 51 % to 51 %".

    Returns:
        0, 1 or 2; None where no such digits make them agree.

    >>> from colsim.core.measures import MEASURES
    >>> share = MEASURES["joint_plan_rate"]
    >>> finer(0.43, 0.516, 0.086, share), finer(0.514, 0.506, -0.008, share)
    (0, 1)
    >>> finer(0.514, 0.512, -0.01, share) is None
    True
    """
    told = float(_shown(change, measure)) if math.isfinite(change) else math.nan
    slack = 0.5 * 10.0 ** -_digits(change, measure)
    for more in range(3):
        unit = 10.0 ** -(min(_digits(before, measure), _digits(after, measure)) + more)
        first, second = (_shown(one, measure, more) for one in (before, after))
        if "none" in (first, second) or math.isnan(told):
            return 0  # nothing to read a difference from
        read = float(second) - float(first)
        if abs(read) < 1e-9:
            same = told == 0.0
        else:
            same = read * told > 0 or (told == 0.0 and abs(read) <= unit)
        if same and abs(read - told) <= unit + slack + 1e-9:
            return more
    return None


def pounds(amount: float) -> str:
    """Return an amount to two significant figures: more would pretend.

    >>> pounds(12_345.0), pounds(260_000.0), pounds(3_456_789.0), pounds(87.0), pounds(-1_530.0)
    ('£12,000', '£260,000', '£3,500,000', '£87', '-£1,500')
    """
    if amount < 0:
        return f"-{pounds(-amount)}"
    if amount == 0 or not math.isfinite(amount):
        return "£0" if amount == 0 else "no limit"
    digits = max(0, math.floor(math.log10(abs(amount))) - 1)
    return f"£{round(amount / 10**digits) * 10**digits:,.0f}"


def exact(amount: float) -> str:
    """Return an amount to the pound: what is held against a budget.

    >>> exact(299_600.4), exact(0.0), exact(-12.0)
    ('£299,600', '£0', '-£12')
    """
    return f"£{amount:,.0f}".replace("£-", "-£")


def in_pence(amount: float) -> str:
    """Return a price exactly: with pence, where there are any.

    >>> in_pence(40.0), in_pence(54.767)
    ('£40', '£54.77')
    """
    return f"£{amount:,.2f}".removesuffix(".00")


def whole(amount: float) -> str:
    """Return a count to two significant figures, with its sign.

    >>> whole(4_123.0), whole(-87.4), whole(0.2)
    ('+4,100', '-87', '0')
    """
    if abs(amount) < 0.5 or not math.isfinite(amount):
        return "0" if math.isfinite(amount) else "none"
    digits = max(0, math.floor(math.log10(abs(amount))) - 1)
    return f"{round(amount / 10**digits) * 10**digits:+,.0f}"


def by_year(spending: Sequence[float], told: Callable[[float], str] = pounds) -> str:
    """Return what is spent year by year; years alike are told together.

    Args:
        spending: of each year.
        told: how an amount is written.

    >>> by_year([290_000.0, 40_000.0, 40_000.0])
    'year 1 £290,000, years 2 to 3 £40,000'
    """
    runs: list[tuple[int, int, str]] = []
    for year, amount in enumerate(map(told, spending), start=1):
        if runs and runs[-1][2] == amount:
            runs[-1] = (runs[-1][0], year, amount)
        else:
            runs.append((year, year, amount))
    return ", ".join(
        f"year{'' if first == last else 's'} {first}{'' if first == last else f' to {last}'} {text}"
        for first, last, text in runs
    )


def uneven(spending: Sequence[float]) -> bool:
    """Return whether years differ in what is spent in them, as people read it.

    >>> uneven([290_000.0, 40_000.0]), uneven([40_000.0, 40_000.0])
    (True, False)
    """
    return len(set(map(pounds, spending))) > 1


_BEFORE_UNIT = re.compile(
    r"(?<=\d) (?=%|(?:percentage|points?|years?|months?|weeks?|days?|hours?|km)\b)"
)


def held_together(text: str) -> str:
    """Return a text in which no line ends between a number and its unit.

    >>> held_together("from 0.1 % to 8.4 % in 9 of 10 worlds").count("\u00a0")
    2
    >>> held_together("team 5 has 3 people") == "team 5 has 3 people"
    True
    """
    return _BEFORE_UNIT.sub("\u00a0", text)


def level(value: float, measure: Measure, more: int = 0) -> str:
    """Return a level with its unit, such as '2.3 %'; with so many digits more than is usual."""
    text = _shown(value, measure, more)
    share = measure.unit in {"share", "share per year"} and math.isfinite(value)
    return f"{text} %" if share else text


def signed(value: float, measure: Measure) -> str:
    """Return a difference with its sign."""
    text = _shown(value, measure)
    return text if text.startswith("-") or text in {"0.0", "0.00", "none"} else f"+{text}"


def amount(value: float, measure: Measure) -> str:
    """Return a change with its unit, such as '2.3 points'."""
    text = _shown(value, measure)
    if measure.unit in {"share", "share per year"}:
        return f"{text} points"
    return text if measure.unit in _FINE else f"{text} {measure.unit}"


def shown_unit(measure: Measure) -> str:
    """Return the unit of numbers as they are shown.

    >>> from colsim.core.measures import MEASURES
    >>> shown_unit(MEASURES["joint_plan_rate"])
    '%, changes in percentage points'
    """
    if measure.unit in {"share", "share per year"}:
        a_year = " a year" if measure.unit == "share per year" else ""
        return f"%{a_year}, changes in percentage points"
    return measure.unit


def change_unit(measure: Measure) -> str:
    """Return the unit of a change: percentage points for shares."""
    shares = {"share", "share per year"}
    return "percentage points" if measure.unit in shares else measure.unit


def tenths(share: float | None) -> str:
    """Return a share of worlds as a natural frequency.

    >>> tenths(0.87), tenths(1.0), tenths(0.95), tenths(0.05), tenths(None)
    ('9 in 10', 'all worlds', 'over 9 in 10', 'under 1 in 10', 'no direction')
    """
    if share is None:
        return "no direction"
    if share >= 1.0:
        return "all worlds"
    if share <= 0.0:
        return "no world"
    if share >= 0.95:
        return "over 9 in 10"
    if share <= 0.05:
        return "under 1 in 10"
    return f"{round(10 * share)} in 10"


def weeks(week: int | None) -> str:
    """Return a policy week, or that it does not come within the run."""
    return "not within the run" if week is None else f"week {week}"
