"""How much of a lever does how much, and whether two of them make more than their sum."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.analysis.paired import Values, band, gains_of, half_width, in_words, keys_of, plain
from colsim.core.measures import Measure
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.difference import mean_of_present, over_worlds
from colsim.experiments.results import Results
from colsim.reporting.words import change_unit, in_unit, tenths
from colsim.scenario.naming import key_in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

BINS = 6
"""Parts of a range into which the points of a spread-out design are taken together."""


@dataclass(frozen=True, slots=True)
class Dose:
    """One value of a key, or one part of its range."""

    value: float
    low: float
    """5 % quantile over worlds of the paired difference."""
    mean: float
    high: float
    """95 % quantile."""
    interval: float
    """Half the width of the 95 % interval of the mean: what more runs would remove."""
    points: int
    """Points of the design in it."""


@dataclass(frozen=True, slots=True)
class DoseResponse:
    """The paired difference along one key."""

    measure: Measure
    key: str
    doses: tuple[Dose, ...]
    averaged: str
    """What the other keys were."""
    lost: str

    def table(self) -> "pd.DataFrame":
        """Return a row for each dose."""
        import pandas as pd

        return pd.DataFrame([asdict(one) for one in self.doses])

    @property
    def caption(self) -> str:
        """What to read from the chart."""
        first, last = self.doses[0], self.doses[-1]
        best = max(self.doses, key=lambda d: d.mean if self.measure.better != "lower" else -d.mean)
        text = (
            f"{self.measure.title}, change against the base, along {key_in_words(self.key)}: from "
            f"{in_words(first.mean, self.measure)} at {first.value:g} to "
            f"{in_words(last.mean, self.measure)} at {last.value:g}, best at {best.value:g}. Line: "
            "mean over worlds; dark band: its 95 % interval, which more runs would narrow; pale "
            f"band: 9 in 10 worlds, which stays. {self.averaged}."
        )
        return f"{text} {self.lost[0].upper()}{self.lost[1:]}." if self.lost else text

    def plot(self) -> "Figure":
        """Return the chart."""
        from colsim.analysis.charts import titled
        from colsim.reporting.drawing import COLOURS, GREY, INK, RULE

        measure = self.measure
        figure, axes = titled(f"{measure.title}, by {key_in_words(self.key)}", self.caption, 3.2)
        x = np.array([d.value for d in self.doses])
        mean, low, high, wide = (
            np.array([in_unit(getattr(d, name), measure) for d in self.doses])
            for name in ("mean", "low", "high", "interval")
        )
        axes.axhline(0, color=GREY, lw=1, ls="--")
        axes.fill_between(x, low, high, color=COLOURS[0], alpha=0.15, lw=0)
        axes.fill_between(x, mean - wide, mean + wide, color=COLOURS[0], alpha=0.35, lw=0)
        axes.plot(x, mean, "o-", color=COLOURS[0], lw=2, ms=5)
        axes.set_xlabel(key_in_words(self.key), fontsize=8.5, color=INK)
        axes.set_ylabel(f"change, {change_unit(measure)}", fontsize=8.5, color=INK)
        axes.grid(axis="y", color=RULE, lw=0.5)
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        return {
            "measure": self.measure.name,
            "key": self.key,
            "doses": plain(self.table()),
            "averaged": self.averaged,
            "lost": self.lost,
            "caption": self.caption,
        }


def _key(results: Results, key: str) -> str:
    known = keys_of(results)
    if key not in known:
        allowed = f"what the design varies ({', '.join(known)})"
        raise UserError(f"key: {refusal(repr(key), allowed, nearest(key, known))}")
    return key


def _numbers(column: "pd.Series[Any]", key: str) -> Values:
    """Return a design's column as numbers; what the base leaves open is NaN."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64)
    if (np.isnan(numbers) & column.notna().to_numpy()).any():
        raise UserError(f"key: found {key!r}, which takes texts; allowed: a key that takes numbers")
    return numbers


def dose_response(results: Results, key: str, measure: str | None = None) -> DoseResponse:
    """Return how the paired difference to the base goes along one key.

    Points that go through few values of the key are taken together value by value; where
    values are spread over a range, part by part. Worlds are averaged over the points first,
    so that each world counts once.

    Raises:
        UserError: the key is not varied or takes no numbers, or the measure was not kept.
    """
    gains = gains_of(results, measure)
    design = results.design().set_index("row")
    values = _numbers(design.loc[list(gains.rows), _key(results, key)], key)
    by_world = gains.by_world
    kind = results.manifest.experiment.design.kind
    points_of = results.manifest.design.points
    own = [kind != "one_at_a_time" or key in points_of[row].values for row in gains.rows]
    used = np.flatnonzero(np.isfinite(values) & own & (np.arange(len(values)) > 0))
    if not len(used):
        raise UserError(f"{results.folder}: found no point with a value of {key}")
    levels = np.unique(values[used])
    groups: list[tuple[float, npt.NDArray[np.int64]]]
    if len(levels) <= 2 * BINS:
        groups = [(float(level), used[values[used] == level]) for level in levels]
    else:
        edges = np.linspace(levels[0], levels[-1], BINS + 1)
        place = np.clip(np.digitize(values[used], edges) - 1, 0, BINS - 1)
        groups = [
            (float((edges[b] + edges[b + 1]) / 2), used[place == b])
            for b in range(BINS)
            if (place == b).any()
        ]
    doses = []
    for value, points in groups:
        per_world = mean_of_present(by_world[points], axis=0)
        low, mean, high = band(per_world)
        doses.append(Dose(value, low, mean, high, half_width(per_world), len(points)))
    averaged = {
        "one_at_a_time": "All else is as in the base",
        "factorial": "Averaged over all values of the other keys",
    }.get(kind, "Averaged over the points of the design, in which the other keys vary too")
    return DoseResponse(gains.measure, key, tuple(doses), averaged, gains.lost())


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of values of two keys."""

    one: float
    other: float
    together: float
    """Median over worlds of the paired difference of both to the point without either."""
    parts: float
    """The same for the sum of the two alone."""
    low: float
    """5 % quantile over worlds of what both do beyond their sum."""
    median: float
    high: float
    more: float
    """Share of worlds in which both do more than their sum."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """What two keys do together, against the sum of what each does alone."""

    measure: Measure
    keys: tuple[str, str]
    origin: tuple[float, float]
    """The values that the others are compared with."""
    cells: tuple[Cell, ...]
    worlds: int
    lost: str

    def table(self) -> "pd.DataFrame":
        """Return a row for each pair of values."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    self.keys[0]: c.one, self.keys[1]: c.other, "together": c.together,
                    "sum_of_parts": c.parts, "low": c.low, "beyond": c.median, "high": c.high,
                    "more_than_sum_in": c.more,
                }
                for c in self.cells
            ]
        )  # fmt: skip

    @property
    def caption(self) -> str:
        """What to read from the chart."""
        most = max(self.cells, key=lambda c: abs(c.median))
        sign = "more" if most.median > 0 else "less"
        surely = most.more if most.median > 0 else 1.0 - most.more
        text = (
            f"{self.measure.title}: what {self.keys[0]} and {self.keys[1]} do together beyond the "
            f"sum of what each does alone, in {self.worlds} worlds. At {most.one:g} and "
            f"{most.other:g} it is {sign} than the sum by "
            f"{in_words(abs(most.median), self.measure).lstrip('+')} (9 in 10 worlds: "
            f"{in_words(most.low, self.measure)} to {in_words(most.high, self.measure)}; {sign} in "
            f"{tenths(surely)})."
        )
        return f"{text} {self.lost[0].upper()}{self.lost[1:]}." if self.lost else text

    def plot(self) -> "Figure":
        """Return the chart."""
        from colsim.analysis.charts import MOST_ROWS, ROW, label_rows, titled
        from colsim.reporting.drawing import COLOURS, GREY, INK

        measure = self.measure
        cells = self.cells[:MOST_ROWS]
        figure, axes = titled(
            f"{measure.title}: together and apart", self.caption, ROW * len(cells) + 0.3
        )
        axes.axvline(0, color=GREY, lw=1, ls="--")
        for k, cell in enumerate(cells):
            surely = max(cell.more, 1.0 - cell.more) >= 0.8
            colour = COLOURS[0] if surely else GREY
            low, middle, high = (in_unit(v, measure) for v in (cell.low, cell.median, cell.high))
            axes.plot([low, high], [k, k], color=colour, lw=2.5, solid_capstyle="round")
            axes.plot(middle, k, "o", ms=6, mec=colour, mew=1.5, mfc=colour if surely else "white")
        one, other = (key.split(".")[-2] if "." in key else key for key in self.keys)
        label_rows(axes, [f"{one} {c.one:g}, {other} {c.other:g}" for c in cells])
        axes.set_xlabel(
            f"beyond the sum of the two, {change_unit(measure)}", fontsize=8.5, color=INK
        )
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        return {
            "measure": self.measure.name,
            "keys": list(self.keys),
            "origin": list(self.origin),
            "cells": plain(self.table()),
            "lost": self.lost,
            "caption": self.caption,
        }


def interaction(results: Results, one: str, other: str, measure: str | None = None) -> Interaction:
    """Return what two keys do together beyond the sum of their parts, world by world.

    The lowest value of each is where its effect is counted from, so a factorial design that
    includes 0 compares with neither.

    Raises:
        UserError: the design does not cross the two keys.
    """
    first, second = _key(results, one), _key(results, other)
    if first == second:
        raise UserError(f"keys: found {one!r} twice; allowed: two keys")
    gains = gains_of(results, measure)
    design = results.design().set_index("row").loc[list(gains.rows)]
    a, b = _numbers(design[first], first), _numbers(design[second], second)
    lows, highs = np.unique(a[np.isfinite(a)]), np.unique(b[np.isfinite(b)])
    by_world: dict[tuple[float, float], Values] = {}
    for x in lows:
        for y in highs:
            points = np.flatnonzero((a == x) & (b == y) & (np.arange(len(a)) > 0))
            if len(points):
                by_world[float(x), float(y)] = mean_of_present(gains.by_world[points], axis=0)
    if len(by_world) < len(lows) * len(highs) or len(lows) < 2 or len(highs) < 2:
        raise UserError(
            f"keys: found a {results.manifest.experiment.design.kind} design without every "
            f"combination of {first} and {second}; allowed: a factorial design of both, with at "
            "least two values of each"
        )
    x0, y0 = float(lows[0]), float(highs[0])
    base = by_world[x0, y0]
    cells, worlds = [], 0
    for x in map(float, lows[1:]):
        for y in map(float, highs[1:]):
            together = by_world[x, y] - base
            parts = (by_world[x, y0] - base) + (by_world[x0, y] - base)
            beyond = together - parts
            kept = np.isfinite(beyond)
            if not kept.any():
                continue
            worlds = max(worlds, int(kept.sum()))
            both, alone = (float(np.median(one[kept])) for one in (together, parts))
            more = float((beyond[kept] > 0).mean())
            cells.append(Cell(x, y, both, alone, *over_worlds(beyond), more))
    if not cells:
        raise UserError(f"{results.folder}: found no world in which all combinations have a value")
    return Interaction(gains.measure, (first, second), (x0, y0), tuple(cells), worlds, gains.lost())
