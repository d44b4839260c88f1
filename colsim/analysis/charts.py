"""Charts of analyses: one question each, intervals always drawn, nothing without a unit."""

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from colsim.reporting.charting import GREY, INK, RULE

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
