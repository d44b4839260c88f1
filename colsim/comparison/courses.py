"""Courses of policies over the weeks: together where they are few, else a panel for each."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from colsim.comparison.compared import Compared
from colsim.core.measures import RANGE
from colsim.experiments.difference import quantiles_of_present
from colsim.reporting.account import Section
from colsim.reporting.charting import GREY, INK, PALE, RULE, spread_out, tidy
from colsim.reporting.curves import MONEY_ENDS, weeks_axis
from colsim.reporting.words import rounded

TOGETHER = 3
"""Policies whose bands can be told apart in one panel."""

Quantiles = npt.NDArray[np.float64]
Names = Mapping[str, str]


def draw_together(
    axes: Axes, result: Compared, measure: str, heading: Section, colours: Names, labels: Names
) -> None:
    """Draw the courses of few policies in one panel, with their names beside it."""
    found = _changes(result, measure)
    bottom, top = _bounds(found)
    ends = {result.names[0]: 0.0}
    for name, quantiles in found.items():
        _draw(axes, result, name, quantiles, colours[name])
        ends[name] = float(quantiles[1, -1])
    _dress(axes, result, bottom, top)
    axes.set_ylabel("change in percentage points", fontsize=9, color=GREY)
    _heading(axes, heading)
    lines = 1 + max(label.count("\n") for label in labels.values())
    gap = (0.015 + 0.04 * lines) * (top - bottom)
    places = spread_out(list(ends.values()), gap=gap)
    for (name, end), place in zip(ends.items(), places, strict=True):
        told = labels[name] if name == result.names[0] else f"{labels[name]} {_signed(end)}"
        at = (1.02, (place - bottom) / (top - bottom))
        _beside(axes, told, at, (result.weeks, end), colours.get(name, GREY))


def draw_apart(
    panels: Sequence[Axes],
    result: Compared,
    measure: str,
    heading: Section,
    colours: Names,
    labels: Names,
) -> None:
    """Draw each policy in a panel of its own, the others as pale lines, all on one scale."""
    found = _changes(result, measure)
    bottom, top = _bounds(found)
    for axes, (name, quantiles) in zip(panels, found.items(), strict=True):
        for other in found.values():
            axes.plot(np.arange(result.weeks + 1), other[1], color=PALE, linewidth=1, zorder=1)
        _draw(axes, result, name, quantiles, colours[name])
        _dress(axes, result, bottom, top)
        end = float(quantiles[1, -1])
        told = f"{labels[name]} {_signed(end)}"
        _beside(axes, told, (1.02, 0.5), (result.weeks, end), colours[name])
        if axes is not panels[-1]:
            axes.set_xlabel("")
            axes.set_xticklabels([])
    panels[len(panels) // 2].set_ylabel("change in percentage points", fontsize=9, color=GREY)
    _heading(panels[0], heading)


def _changes(result: Compared, measure: str) -> dict[str, Quantiles]:
    """Return the change of each policy in points: low, median and high over worlds by week."""
    levels = 100 * result.series[measure]
    return {
        name: quantiles_of_present(course, (RANGE[0], 0.5, RANGE[1]))
        for name, course in zip(result.names[1:], levels[1:] - levels[0], strict=True)
    }


def _bounds(found: Mapping[str, Quantiles]) -> tuple[float, float]:
    bottom = min(0.0, *(float(np.nanmin(one[0])) for one in found.values()))
    top = max(1.0, *(float(np.nanmax(one[2])) for one in found.values()))
    room = 0.04 * (top - bottom)
    return bottom - room, top + room


def _draw(axes: Axes, result: Compared, name: str, quantiles: Quantiles, colour: str) -> None:
    """Draw one policy: the median world, what holds 9 in 10, and where its money ends."""
    weeks = np.arange(result.weeks + 1)
    axes.fill_between(weeks, quantiles[0], quantiles[2], color=colour, alpha=0.15, linewidth=0)
    axes.plot(weeks, quantiles[1], color=colour, linewidth=2, zorder=3)
    ends = result.money_ends(name)
    if ends is not None and ends < result.weeks:
        axes.axvline(ends, color=colour, linestyle=":", linewidth=1.5)
        axes.text(ends, 1.0, f" {MONEY_ENDS}", transform=axes.get_xaxis_transform(), fontsize=7.5,
                  color=colour, va="top")  # fmt: skip


def _dress(axes: Axes, result: Compared, bottom: float, top: float) -> None:
    axes.axhline(0, color=GREY, linestyle="--", linewidth=1.5)
    axes.set_ylim(bottom, top)
    axes.set_xlim(0, result.weeks)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.yaxis.set_major_formatter(
        lambda value, _: f"{value:+g}".replace("-", "\u2212") if value else "0"
    )
    shown, counted = weeks_axis(result.weeks)
    axes.set_xticks(list(shown), list(shown.values()))
    axes.set_xlabel(counted, fontsize=9, color=GREY)
    tidy(axes)


def _heading(axes: Axes, heading: Section) -> None:
    level, definition = (textwrap.fill(text, 78) for text in heading.texts())
    text = f"{definition}\n{level}"
    pad = 20 + 12 * (1 + definition.count("\n"))
    axes.set_title(heading.title, loc="left", fontsize=11, fontweight="bold", color=INK, pad=pad)
    axes.text(0, 1.02, text, transform=axes.transAxes, fontsize=8, color=GREY, va="bottom",
              linespacing=1.35)  # fmt: skip


def _beside(
    axes: Axes, told: str, at: tuple[float, float], of: tuple[float, float], colour: str
) -> None:
    axes.annotate(
        told, of, xytext=at, textcoords=axes.transAxes, fontsize=8.5, color=colour, va="center",
        annotation_clip=False,
    )  # fmt: skip


def _signed(value: float) -> str:
    text = rounded(value)
    return text if text.startswith("-") or text == "0.0" else f"+{text}"
