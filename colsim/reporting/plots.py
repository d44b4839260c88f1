"""Charts: colour-blind-safe, intervals always drawn, the baseline always the same grey."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from colsim.core.measures import MEASURES, RANGE, WINDOW
from colsim.reporting.words import NO_FORECAST, rounded, signed, tenths, worlds

if TYPE_CHECKING:
    from colsim.experiments.comparison import Comparison

GREY = "#6b7280"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette, yellow left out: it is too pale for lines."""

_HEAD, _COURSE, _GAP, _AXIS = 1.05, 3.2, 0.75, 0.75
"""Inches above, of the courses, between, and for what stands under the lowest axis."""
_LINE = 0.17
"""Inches of a line of small text."""
_WIDE = 165
"""Characters of a line under the panels."""
_BESIDE = 24
"""Characters of a line beside a panel."""
_INK = "#1f2937"
_RULE = "#e5e7eb"


def plot_comparison(result: "Comparison") -> Figure:
    """Return the chart of a comparison: two courses above, the differences at the end below."""
    names = result.names[1:]
    labels = {name: _label(label, len(result.names)) for name, label in result.labels.items()}
    labels[result.names[0]] = "without the policies"
    title = f"What the policies change, compared with: {result.labels[result.names[0]]}"
    head = [_plain(line) for line in textwrap.wrap(title, 100)]
    told = [f"Note: {note}" for note in result.notes]
    told += [f"{result.labels[name]}: {line}" for name in names
             for line in result.besides_lines(name) if line.startswith("Harm")]  # fmt: skip
    notes = [line for text in told for line in textwrap.wrap(text, _WIDE)]
    caption = textwrap.wrap(_caption(result), _WIDE)
    row = max(0.5, _LINE * (2 + max(labels[name].count("\n") for name in names)))
    below = row * len(names) + 0.1
    top = _HEAD + 0.27 * len(head)
    foot = _AXIS + _LINE * (len(notes) + len(caption))
    height = top + _COURSE + _GAP + below + foot
    figure = Figure(figsize=(12, height), facecolor="white")
    grid = figure.add_gridspec(
        2, 2, height_ratios=(_COURSE, below), left=0.075, right=0.83, top=1 - top / height,
        bottom=foot / height, hspace=2 * _GAP / (_COURSE + below), wspace=0.72,
    )  # fmt: skip
    colours = {name: COLOURS[k % len(COLOURS)] for k, name in enumerate(names)}
    for column, measure in enumerate(result.series):
        _courses(figure.add_subplot(grid[0, column]), result, measure, colours, labels)
        _differences(figure.add_subplot(grid[1, column]), result, measure, colours, labels)
    figure.text(0.06, 1 - 0.25 / height, "\n".join(head), fontsize=14, fontweight="bold",
                color=_INK, va="top")  # fmt: skip
    for lines, colour, up in ((notes, _INK, 0.2 + _LINE * len(caption)), (caption, GREY, 0.2)):
        text = "\n".join(map(_plain, lines))
        figure.text(0.06, up / height, text, fontsize=8.5, color=colour, va="bottom",
                    linespacing=1.4)  # fmt: skip
    return figure


def _caption(result: "Comparison") -> str:
    """Return how to read the chart."""
    lived = (
        f"lived {result.replications} times with default parameters"
        if result.fixed_parameters
        else "lived in "
        + worlds(result.worlds, fixed_parameters=False, calibrated=result.calibrated)
    )
    alike = not any(remark.kind == "authority" for remark in result.remarks)
    together = "Each policy is lived in the same worlds with the same chance. " if alike else ""
    return (
        f"How to read: the grey dashed line is the authority without the policies, {lived}. "
        f"{together}Above: "
        f"its change, week by week, each point taken over the {WINDOW} weeks before it; the line "
        "is the median world, the band holds 9 in 10 of them. Below: the change in the last "
        f"{result.window} weeks. A "
        "band or bar that crosses the dashed line leaves open whether the policy helps. "
        f"{NO_FORECAST}"
    )


def _tidy(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_RULE)
    axes.tick_params(colors=GREY, labelsize=9, length=0)
    axes.set_axisbelow(True)


def _courses(
    axes: Axes,
    result: "Comparison",
    measure: str,
    colours: dict[str, str],
    labels: dict[str, str],
) -> None:
    levels = 100 * result.series[measure]
    bottom, top = 0.0, 1.0
    ends = {result.names[0]: 0.0}
    weeks = np.arange(result.weeks + 1)
    for name, course in zip(result.names[1:], levels[1:] - levels[0], strict=True):
        low, middle, high = np.nanquantile(course, (RANGE[0], 0.5, RANGE[1]), axis=0)
        axes.fill_between(weeks, low, high, color=colours[name], alpha=0.15, linewidth=0)
        axes.plot(weeks, middle, color=colours[name], linewidth=2)
        ends[name] = float(middle[-1])
        bottom, top = min(bottom, float(np.nanmin(low))), max(top, float(np.nanmax(high)))
    axes.axhline(0, color=GREY, linestyle="--", linewidth=1.5)
    room = 0.04 * (top - bottom)
    bottom, top = bottom - room, top + room
    axes.set_ylim(bottom, top)
    axes.set_xlim(0, result.weeks)
    axes.grid(axis="y", color=_RULE, linewidth=0.8)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:+g}" if value else "0")
    axes.set_ylabel("change in percentage points", fontsize=9, color=GREY)
    step = 26 if result.weeks >= 52 else max(1, result.weeks // 4)
    axes.set_xticks(range(0, result.weeks + 1, step))
    axes.set_xlabel("weeks since the policy began", fontsize=9, color=GREY)
    _tidy(axes)
    about = MEASURES[measure]
    axes.set_title(about.title, loc="left", fontsize=11, fontweight="bold", color=_INK, pad=32)
    low, middle, high = np.nanquantile(levels[0][:, -1], (RANGE[0], 0.5, RANGE[1]))
    axes.text(
        0,
        1.02,
        textwrap.fill(about.definition, 78) + f"\nWithout the policies: {rounded(middle)} % "
        f"({rounded(low)} to {rounded(high)} % in 9 of 10 worlds)",
        transform=axes.transAxes,
        fontsize=8,
        color=GREY,
        va="bottom",
        linespacing=1.35,
    )
    lines = 1 + max(label.count("\n") for label in labels.values())
    gap = (0.015 + 0.04 * lines) * (top - bottom)
    places = spread_out(list(ends.values()), gap=gap)
    for (name, end), place in zip(ends.items(), places, strict=True):
        axes.annotate(
            labels[name] if name == result.names[0] else f"{labels[name]} {_signed(end)}",
            (result.weeks, end),
            xytext=(1.02, (place - bottom) / (top - bottom)),
            textcoords=axes.transAxes,
            fontsize=8.5,
            color=colours.get(name, GREY),
            va="center",
            annotation_clip=False,
        )


def _signed(value: float) -> str:
    text = rounded(value)
    return text if text.startswith("-") or text == "0.0" else f"+{text}"


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
    return _plain("\n".join(lines))


def _plain(text: str) -> str:
    """Return a text whose dollars begin no formula."""
    return text.replace("$", r"\$")


def spread_out(heights: list[float], gap: float) -> list[float]:
    """Return label heights at least `gap` apart, in the same order, as near as can be.

    >>> spread_out([1.0, 1.1, 5.0], gap=1.0)
    [0.55, 1.55, 5.0]
    """
    order = np.argsort(heights, kind="stable")
    groups: list[list[float]] = []  # each: [middle, count]
    for k in order:
        groups.append([heights[k], 1])
        while len(groups) > 1:
            (m1, n1), (m2, n2) = groups[-2:]
            if m2 - m1 >= gap * (n1 + n2) / 2:
                break
            groups[-2:] = [[(m1 * n1 + m2 * n2) / (n1 + n2), n1 + n2]]
    placed = [m + gap * (i - (n - 1) / 2) for m, n in groups for i in range(int(n))]
    result = [0.0] * len(heights)
    for k, place in zip(order, placed, strict=True):
        result[k] = round(float(place), 9)
    return result


def _differences(
    axes: Axes,
    result: "Comparison",
    measure: str,
    colours: dict[str, str],
    labels: dict[str, str],
) -> None:
    about = MEASURES[measure]
    names = result.names[1:]
    for k, name in enumerate(names):
        d = result.of(name, measure)
        axes.plot([100 * d.low, 100 * d.high], [k, k], color=colours[name], linewidth=4, alpha=0.35,
                  solid_capstyle="round")  # fmt: skip
        axes.plot(100 * d.difference, k, "o", color=colours[name], markersize=7)
        axes.text(
            1.02, k, f"{labels[name]} {signed(d.difference, about)}\nbetter in {tenths(d.better)}",
            transform=axes.get_yaxis_transform(), fontsize=8.5, color=colours[name], va="center",
            linespacing=1.25,
        )  # fmt: skip
    axes.axvline(0, color=GREY, linestyle="--", linewidth=1.2)
    axes.set_yticks(range(len(names)), [])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="x", color=_RULE, linewidth=0.8)
    axes.set_xlabel("change in percentage points, 9 in 10 worlds", fontsize=9, color=GREY)
    _tidy(axes)
