"""The chart of a comparison: intervals always drawn, the baseline always the same grey.

Courses over the weeks stand together where policies are few, else in a panel for each.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from colsim.comparison.account import account_of, together
from colsim.comparison.compared import Compared
from colsim.core.measures import MEASURES, WINDOW
from colsim.experiments.difference import quantiles_of_present
from colsim.reporting.account import Section
from colsim.reporting.curves import MONEY_ENDS, weeks_axis
from colsim.reporting.drawing import COLOURS, GREY, INK, PALE, RULE, plain, spread_out, tidy
from colsim.reporting.words import NO_FORECAST, rounded, signed, tenths, worlds

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
        name: quantiles_of_present(course)
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


_HEAD, _COURSE, _GAP, _AXIS = 1.05, 3.2, 0.75, 0.75
"""Inches above, of the courses, between, and for what stands under the lowest axis."""
_ALONE = 1.0
"""Inches of a policy's own panel, where there are many."""
_LINE = 0.17
"""Inches of a line of small text."""
_WIDE = 165
"""Characters of a line under the panels."""
_BESIDE = 24
"""Characters of a line beside a panel."""


def plot_comparison(result: Compared) -> Figure:
    """Return the chart of a comparison: two courses above, the differences at the end below."""
    names = result.names[1:]
    labels = {name: _label(label, len(result.names)) for name, label in result.labels.items()}
    labels[result.names[0]] = "without the policies"
    title = f"What the policies change, compared with: {result.labels[result.names[0]]}"
    head = [plain(line) for line in textwrap.wrap(title, 92)]
    account = account_of(result)
    told = account.texts("first", "notes")
    told += account.texts("harms")
    told += [f"What this rests on: {line}" for line in account.texts("rests_on")[2:]]
    notes = [line for text in told for line in textwrap.wrap(text, _WIDE)]
    caption = textwrap.wrap(_caption(result), _WIDE)
    row = max(0.5, _LINE * (2 + max(labels[name].count("\n") for name in names)))
    below = row * len(names) + 0.1
    top = _HEAD + 0.27 * len(head)
    foot = _AXIS + _LINE * (len(notes) + len(caption))
    apart = len(names) > TOGETHER
    course = max(_COURSE, _ALONE * len(names)) if apart else _COURSE
    height = top + course + _GAP + below + foot
    figure = Figure(figsize=(12, height), facecolor="white")
    grid = figure.add_gridspec(
        2, 2, height_ratios=(course, below), left=0.075, right=0.83, top=1 - top / height,
        bottom=foot / height, hspace=2 * _GAP / (course + below), wspace=0.72,
    )  # fmt: skip
    colours = {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(names)}
    headlines = dict(zip(result.told, account.all_of("headline"), strict=True))
    for column, measure in enumerate(result.series):
        heading = headlines[measure]
        if apart:
            rows = grid[0, column].subgridspec(len(names), 1, hspace=0.16)
            panels = [figure.add_subplot(rows[k]) for k in range(len(names))]
            draw_apart(panels, result, measure, heading, colours, labels)
        else:
            axes = figure.add_subplot(grid[0, column])
            draw_together(axes, result, measure, heading, colours, labels)
        _differences(figure.add_subplot(grid[1, column]), result, measure, colours, labels)
    figure.text(0.06, 1 - 0.25 / height, "\n".join(head), fontsize=14, fontweight="bold",
                color=INK, va="top")  # fmt: skip
    for lines, colour, up in ((notes, INK, 0.2 + _LINE * len(caption)), (caption, GREY, 0.2)):
        text = "\n".join(map(plain, lines))
        figure.text(0.06, up / height, text, fontsize=8.5, color=colour, va="bottom",
                    linespacing=1.4)  # fmt: skip
    return figure


def _caption(result: Compared) -> str:
    """Return how to read the chart."""
    lived = (
        f"lived {result.replications} times with default parameters"
        if result.fixed_parameters
        else "lived in " + worlds(result.worlds, fixed_parameters=False, origin=result.origin)
    )
    same = "".join(f"{line} " for line in together(result))
    return (
        f"How to read: the grey dashed line is the authority without the policies, {lived}. "
        f"{same}Above: "
        f"its change, week by week, each point taken over the {WINDOW} weeks before it; the line "
        "is the median world, the band holds 9 in 10 of them; a dotted line marks where a policy's "
        f"money ends. Below: the change in the last {result.window} weeks; strokes under a bar: "
        "the median under each form that a mechanism may have. A "
        "band or bar that crosses the dashed line leaves open whether the policy helps. "
        f"{NO_FORECAST}"
    )


def _label(title: str, count: int) -> str:
    """Return a title as it stands beside a panel: wrapped, cut where too long for all to fit.

    Args:
        title: of a scenario.
        count: how many there are.
    """
    most = max(1, min(4, int(_COURSE / _LINE / count)))
    lines = textwrap.wrap(title, _BESIDE) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: _BESIDE - 1].rstrip() + "…"]
    return plain("\n".join(lines))


def _differences(
    axes: Axes,
    result: Compared,
    measure: str,
    colours: dict[str, str],
    labels: dict[str, str],
) -> None:
    about = MEASURES[measure]
    names = result.names[1:]
    by_form = result.by_form(measure)
    for k, name in enumerate(names):
        d = result.of(name, measure)
        axes.plot([100 * d.low, 100 * d.high], [k, k], color=colours[name], linewidth=4, alpha=0.35,
                  solid_capstyle="round")  # fmt: skip
        axes.plot(100 * d.difference, k, "o", color=colours[name], markersize=7)
        marks = [m.difference for m in by_form.of(name) if math.isfinite(m.difference)]
        axes.plot([100 * m for m in marks], [k + 0.28] * len(marks), "|", color=colours[name],
                  markersize=6, markeredgewidth=1.2)  # fmt: skip
        axes.text(
            1.02, k, f"{labels[name]} {signed(d.difference, about)}\nbetter in {tenths(d.better)}",
            transform=axes.get_yaxis_transform(), fontsize=8.5, color=colours[name], va="center",
            linespacing=1.25,
        )  # fmt: skip
    axes.axvline(0, color=GREY, linestyle="--", linewidth=1.2)
    axes.set_yticks(range(len(names)), [])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="x", color=RULE, linewidth=0.8)
    axes.set_xlabel("change in percentage points, 9 in 10 worlds", fontsize=9, color=GREY)
    tidy(axes)
