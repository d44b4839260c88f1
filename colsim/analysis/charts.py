"""Charts of analyses: one question each, intervals always drawn, nothing without a unit."""

import textwrap
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from colsim.core.measures import Measure
from colsim.experiments.difference import LIKELY
from colsim.reporting.drawing import COLOURS, GREY, INK, RULE
from colsim.reporting.words import change_unit, in_unit

if TYPE_CHECKING:
    import pandas as pd

ROW, _HEAD, _FOOT, _WIDE = 0.32, 0.75, 1.45, 9.5
MOST_ROWS = 24
"""Rows of a chart; a table holds the others."""


def titled(title: str, caption: str, inches: float) -> tuple[Figure, Axes]:
    """Return a figure with its title above and its caption below the axes."""
    height = _HEAD + inches + _FOOT
    figure = Figure(figsize=(_WIDE, height), facecolor="white")
    axes = figure.add_axes((0.34, _FOOT / height, 0.61, inches / height))
    figure.text(0.02, 1 - 0.2 / height, title, fontsize=13, fontweight="bold", color=INK, va="top")
    figure.text(
        0.02, 0.12 / height, textwrap.fill(caption, 125), fontsize=8.5, color=GREY, va="bottom"
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(RULE)
    axes.tick_params(length=0, colors=INK, labelsize=8.5)
    return figure, axes


def label_rows(axes: Axes, labels: list[str]) -> None:
    """Name the rows of a chart, from the top, with a line below each."""
    axes.spines["left"].set_visible(False)
    axes.set_yticks(range(len(labels)), [textwrap.shorten(x, 44, placeholder=" …") for x in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    for k in range(len(labels)):
        axes.axhline(k + 0.5, color=RULE, lw=0.5, zorder=0)


def plot_points(frame: "pd.DataFrame", measure: Measure, caption: str) -> Figure:
    """Return the chart of a sweep's points: what each changes, in colour where that is clear.

    Args:
        frame: a row for each point, best first: label, difference, low, high, better, worse.
        measure: that they are of.
        caption: what to read from it.
    """
    shown = frame.head(MOST_ROWS)
    if len(frame) > len(shown):
        caption += f" Shown are the first {len(shown)} of {len(frame)} points."
    title = f"{measure.title}: what each point changes"
    figure, axes = titled(title, caption, ROW * len(shown) + 0.3)
    axes.axvline(0, color=GREY, lw=1, ls="--")
    for k, row in enumerate(shown.to_dict("records")):
        clear = max(row["better"] or 0.0, row["worse"] or 0.0) >= LIKELY
        colour = COLOURS[0] if clear else GREY
        low, middle, high = (in_unit(row[end], measure) for end in ("low", "difference", "high"))
        axes.plot([low, high], [k, k], color=colour, lw=2.5, solid_capstyle="round")
        axes.plot(middle, k, "o", ms=6, mec=colour, mew=1.5, mfc=colour if clear else "white")
    label_rows(axes, [str(label) for label in shown["label"]])
    axes.set_xlabel(f"change against the base, {change_unit(measure)}", fontsize=8.5, color=INK)
    return figure
