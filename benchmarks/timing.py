"""What all benchmarks share: rows of the one table, clocks, slopes, organisations to run."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from colsim.core.engine import simulate
from colsim.core.layout import Layout, build_layout, even_plan
from colsim.core.levers import lever_table
from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import pack_parameters
from colsim.core.state import World

BURN_IN, WEEKS = 52, 156
Call = Callable[[], object]


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """What repeated calls took, in seconds."""

    wall: np.ndarray
    cpu: np.ndarray
    """Processor time, of child processes too: other work on the machine lengthens it little."""

    def __mul__(self, factor: float) -> "Times":
        return Times(self.wall * factor, self.cpu * factor)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    value: float
    """Median of the repeats, by the clock on the wall unless the row says otherwise."""
    unit: str
    best: float | None = None
    """Fastest repeat."""
    cpu: float | None = None
    """Median processor time."""
    interval: tuple[float, float] | None = None
    """Of 95 %."""
    aim: float | None = None
    at_most: bool = True
    """Whether the aim is an upper bound; else a lower one."""

    @property
    def met(self) -> bool | None:
        """Whether the median meets the aim; None without an aim."""
        if self.aim is None:
            return None
        return self.value <= self.aim if self.at_most else self.value >= self.aim

    def cells(self) -> tuple[str, ...]:
        """Return the line as text."""
        if self.interval is not None:
            beside = f"{number(self.interval[0])} to {number(self.interval[1])}"
        else:
            beside = "" if self.best is None else number(self.best)
        cpu = "" if self.cpu is None else number(self.cpu)
        aim = ""
        if self.aim is not None:
            sign = "≤" if self.at_most else "≥"
            aim = f"{sign} {number(self.aim)}: {'met' if self.met else 'missed'}"
        return self.what, number(self.value), beside, cpu, self.unit, aim


def timed(what: str, times: Times, unit: str, aim: float | None = None) -> Row:
    """Return the row of one call that was repeated."""
    return Row(
        what,
        float(np.median(times.wall)),
        unit,
        float(times.wall.min()),
        float(np.median(times.cpu)),
        aim=aim,
    )


def number(value: float) -> str:
    """Return three digits of a number."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns stand under each other."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    wide = [max(len(line[k]) for line in lines) for k in range(len(head))]
    padded = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, wide, strict=True)) + " |"
              for line in lines]  # fmt: skip
    padded.insert(1, "| " + " | ".join("-" * w for w in wide) + " |")
    return "\n".join(padded)


def _processor() -> float:
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def seconds(call: Call) -> tuple[float, float]:
    """Return wall and processor time of one call."""
    wall, cpu = time.perf_counter(), _processor()
    call()
    return time.perf_counter() - wall, _processor() - cpu


def repeat(calls: Sequence[Call], times: int, *, warm: bool = True) -> list[Times]:
    """Return what each call took, so many times.

    Every call is warmed up once, if asked; then the calls take turns, so that whatever else the
    machine does meanwhile falls on all of them alike.
    """
    if warm:
        for call in calls:
            call()
    taken = np.array([[seconds(call) for call in calls] for _ in range(times)])
    return [Times(taken[:, k, 0], taken[:, k, 1]) for k in range(len(calls))]


def slope(sizes: Sequence[float], times: Sequence[Times]) -> tuple[float, float, float]:
    """Return the log-log slope of median processor time over sizes, and its 95 % interval.

    The interval is that of least squares over the sizes (t, sizes − 2 degrees of freedom).
    """
    from scipy import stats

    x, y = np.log(sizes), np.log([np.median(one.cpu) for one in times])
    fit = stats.linregress(x, y)
    half = float(stats.t.ppf(0.975, len(x) - 2)) * float(fit.stderr)
    return float(fit.slope), float(fit.slope) - half, float(fit.slope) + half


def organisation(
    *, authorities: int = 1, csw: int = 150, mhsw: int = 22, families: float = 130
) -> Layout:
    """Return `robinscar`, or what becomes of it with other numbers."""
    plan = even_plan(
        localities=4,
        csw=csw,
        csw_team_size=8,
        mhsw=mhsw,
        mhsw_teams=8,
        shared_families=families,
    )
    return build_layout([plan] * authorities)


def england() -> Layout:
    """Return 153 authorities of the size that the preset `england` gives them."""
    return organisation(authorities=153, csw=143, mhsw=22, families=131)


def lived(
    layout: Layout, *, weeks: int = BURN_IN + WEEKS, seed: int = 1, threads: int = 1
) -> World:
    """Return the layout's world after so many weeks, the first 52 of them the burn-in."""
    levers = lever_table([], teams=len(layout.teams))
    return simulate(
        layout, levers, pack_parameters(), seed=seed, weeks=weeks - BURN_IN, burn_in=BURN_IN,
        threads=threads,
    )  # fmt: skip


def shared_family_weeks(world: World) -> float:
    """Return how many weeks shared families lived in a run, added up."""
    return float(world.totals[:, TOTAL_INDEX["shared"]].sum())
