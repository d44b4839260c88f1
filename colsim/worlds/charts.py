"""The chart of a matching: each level in the box, in the worlds kept, and its target."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from colsim.reporting.drawing import COLOURS, GREY, INK, tidy


def plot_levels(title: str, rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Return a row for each level, in standard deviations from its target.

    Args:
        title: the authority's.
        rows: from `Matched.table`.
    """
    figure = Figure(figsize=(9, 1.6 + 0.5 * len(rows)), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    for k, row in enumerate(rows):
        scale = float(np.hypot(row["tolerance"], row["discrepancy"]))
        for low, middle, high, colour, shift in (
            (row["box_low"], row["box_median"], row["box_high"], GREY, -0.14),
            (row["low"], row["median"], row["high"], COLOURS[0], 0.14),
        ):
            ends = [(x - row["target"]) / scale for x in (low, middle, high)]
            axes.plot([ends[0], ends[2]], [k + shift] * 2, color=colour, linewidth=4, alpha=0.4)
            axes.plot(ends[1], k + shift, "o", color=colour, markersize=6)
    axes.axvline(0, color=INK, linewidth=1)
    axes.axvspan(-3, 3, color=COLOURS[2], alpha=0.08)
    axes.set_yticks(range(len(rows)), [f"{row['title']} ({row['target']:.3g})" for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(-12, 12)
    axes.set_xlabel(
        "distance from the target, in standard deviations of tolerance and discrepancy\n"
        "blue: worlds that look like today; grey: the box; ends hold 9 in 10; green: within three"
    )
    axes.set_title(f"Levels of today: {title}", loc="left", fontsize=11)
    tidy(axes)
    return figure
