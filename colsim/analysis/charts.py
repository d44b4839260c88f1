"""Charts of analyses: one question each, intervals always drawn, nothing without a unit."""

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from colsim.core.measures import Measure
from colsim.experiments.difference import LIKELY
from colsim.reporting.charting import COLOURS, GREY
from colsim.reporting.words import in_unit

if TYPE_CHECKING:
    from colsim.analysis.boxes import Box
    from colsim.analysis.paired import Paired
    from colsim.analysis.response import DoseResponse, Interaction
    from colsim.analysis.sensitivity import Sensitivity

_INK, _RULE, _PALE = "#1f2937", "#e5e7eb", "#c4c9d1"
_ROW, _HEAD, _FOOT, _WIDE = 0.32, 0.75, 1.45, 9.5
MOST_ROWS = 24
"""Rows of a chart; a table holds the others."""


def _unit(measure: Measure) -> str:
    if measure.unit in {"share", "share per year"}:
        return "percentage points"
    return measure.unit


def _figure(title: str, caption: str, inches: float) -> tuple[Figure, Axes]:
    """Return a figure with its title above and its caption below the axes."""
    height = _HEAD + inches + _FOOT
    figure = Figure(figsize=(_WIDE, height), facecolor="white")
    axes = figure.add_axes((0.34, _FOOT / height, 0.61, inches / height))
    figure.text(0.02, 1 - 0.2 / height, title, fontsize=13, fontweight="bold", color=_INK, va="top")
    figure.text(
        0.02, 0.12 / height, textwrap.fill(caption, 125), fontsize=8.5, color=GREY, va="bottom"
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_RULE)
    axes.tick_params(length=0, colors=_INK, labelsize=8.5)
    return figure, axes


def _rows(axes: Axes, labels: list[str]) -> None:
    axes.spines["left"].set_visible(False)
    axes.set_yticks(range(len(labels)), [textwrap.shorten(x, 44, placeholder=" …") for x in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    for k in range(len(labels)):
        axes.axhline(k + 0.5, color=_RULE, lw=0.5, zorder=0)


def plot_paired(result: "Paired") -> Figure:
    """Return a line for each point, best first."""
    frame, measure = result.table(), result.measure
    shown = frame.head(MOST_ROWS)
    caption = result.caption
    if len(frame) > len(shown):
        caption += f" Shown are the first {len(shown)} of {len(frame)} points."
    figure, axes = _figure(
        f"{measure.title}: what each point changes", caption, _ROW * len(shown) + 0.3
    )
    axes.axvline(0, color=GREY, lw=1, ls="--")
    order = {one.scenario: one for one in result.differences}
    for k, label in enumerate(shown["label"]):
        row = order[str(label)]
        clear = max(row.better or 0.0, row.worse or 0.0) >= LIKELY
        colour = COLOURS[0] if clear else GREY
        low, middle, high = (
            in_unit(float(v), measure) for v in (row.low, row.difference, row.high)
        )
        axes.plot([low, high], [k, k], color=colour, lw=2.5, solid_capstyle="round")
        axes.plot(middle, k, "o", ms=6, mec=colour, mew=1.5, mfc=colour if clear else "white")
    _rows(axes, [str(label) for label in shown["label"]])
    axes.set_xlabel(f"change against the base, {_unit(measure)}", fontsize=8.5, color=_INK)
    return figure


def plot_dose_response(result: "DoseResponse") -> Figure:
    """Return the mean with its interval and the band of worlds."""
    measure = result.measure
    figure, axes = _figure(f"{measure.title}, by {result.key}", result.caption, 3.2)
    x = np.array([d.value for d in result.doses])
    mean, low, high, wide = (
        np.array([in_unit(getattr(d, name), measure) for d in result.doses])
        for name in ("mean", "low", "high", "interval")
    )
    axes.axhline(0, color=GREY, lw=1, ls="--")
    axes.fill_between(x, low, high, color=COLOURS[0], alpha=0.15, lw=0)
    axes.fill_between(x, mean - wide, mean + wide, color=COLOURS[0], alpha=0.35, lw=0)
    axes.plot(x, mean, "o-", color=COLOURS[0], lw=2, ms=5)
    axes.set_xlabel(result.key, fontsize=8.5, color=_INK)
    axes.set_ylabel(f"change, {_unit(measure)}", fontsize=8.5, color=_INK)
    axes.grid(axis="y", color=_RULE, lw=0.5)
    return figure


def plot_interaction(result: "Interaction") -> Figure:
    """Return, for each pair of values, what both do beyond their sum."""
    measure = result.measure
    cells = result.cells[:MOST_ROWS]
    figure, axes = _figure(
        f"{measure.title}: together and apart", result.caption, _ROW * len(cells) + 0.3
    )
    axes.axvline(0, color=GREY, lw=1, ls="--")
    for k, cell in enumerate(cells):
        surely = max(cell.more, 1.0 - cell.more) >= 0.8
        colour = COLOURS[0] if surely else GREY
        low, middle, high = (in_unit(v, measure) for v in (cell.low, cell.median, cell.high))
        axes.plot([low, high], [k, k], color=colour, lw=2.5, solid_capstyle="round")
        axes.plot(middle, k, "o", ms=6, mec=colour, mew=1.5, mfc=colour if surely else "white")
    one, other = (key.split(".")[-2] if "." in key else key for key in result.keys)
    _rows(axes, [f"{one} {c.one:g}, {other} {c.other:g}" for c in cells])
    axes.set_xlabel(f"beyond the sum of the two, {_unit(measure)}", fontsize=8.5, color=_INK)
    return figure


def plot_sensitivity(result: "Sensitivity") -> Figure:
    """Return a bar for each input, and the dummy's as a line."""
    shown = result.inputs[:MOST_ROWS]
    scale = 100.0 if result.method == "morris" and "share" in result.measure.unit else 1.0
    figure, axes = _figure(
        f"What drives: {result.measure.title.lower()}", result.caption, _ROW * len(shown) + 0.3
    )
    for k, one in enumerate(shown):
        colour = COLOURS[0] if one.clear else _PALE
        axes.barh(k, max(0.0, one.index) * scale, height=0.6, color=colour)
        if np.isfinite(one.error):
            axes.plot(
                [(one.index - one.error) * scale, (one.index + one.error) * scale], [k, k],
                color=_INK, lw=1,
            )  # fmt: skip
    error = 0.0 if np.isnan(result.dummy.error) else result.dummy.error
    axes.axvline((result.dummy.index + error) * scale, color=COLOURS[1], lw=1.2, ls="--")
    axes.text(
        (result.dummy.index + error) * scale, len(shown) - 0.45, " what nothing does",
        fontsize=7.5, color=COLOURS[1], va="bottom",
    )  # fmt: skip
    _rows(axes, [one.name.removeprefix("parameters.") for one in shown])
    axes.set_xlim(left=0)
    axes.set_xlabel(
        {
            "morris": f"mean absolute effect, {_unit(result.measure)}",
            "sobol": "share of the variance between points (total)",
            "pawn": "largest distance between distributions (0 to 1)",
        }[result.method],
        fontsize=8.5, color=_INK,
    )  # fmt: skip
    return figure


def plot_box(result: "Box") -> Figure:
    """Return coverage against density on the way to the box, and where it is on new worlds."""
    figure, axes = _figure(f"Where there is no gain: {result.measure.title.lower()}",
                           result.caption, 3.2)  # fmt: skip
    way = np.array(result.trajectory).reshape(-1, 2)
    axes.plot(way[:, 0], way[:, 1], "o", ms=4, color=_PALE)
    axes.plot(*result.fitted, "o", ms=8, mec=COLOURS[0], mew=2, mfc="white", label="where fitted")
    axes.plot(result.coverage, result.density, "D", ms=8, color=COLOURS[0], label="on new worlds")
    axes.axhline(result.base_rate, color=GREY, lw=1, ls="--")
    axes.text(1.0, result.base_rate, "all cases", fontsize=7.5, color=GREY, va="bottom", ha="right")
    axes.set_xlim(0, 1.03)
    axes.set_ylim(0, 1.03)
    axes.set_xlabel("coverage: share of cases without gain in the box", fontsize=8.5, color=_INK)
    axes.set_ylabel("density: share of the box without gain", fontsize=8.5, color=_INK)
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    return figure
