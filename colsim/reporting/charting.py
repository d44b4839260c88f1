"""What all charts share: colours that the colour-blind tell apart, bare frames, labels apart."""

import numpy as np
from matplotlib.axes import Axes

GREY = "#6b7280"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette, yellow left out: it is too pale for lines."""
INK, RULE, PALE = "#1f2937", "#e5e7eb", "#c3c8d0"


def plain(text: str) -> str:
    """Return a text whose dollars begin no formula."""
    return text.replace("$", r"\$")


def tidy(axes: Axes) -> None:
    """Leave of a panel's frame the lowest line alone."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(colors=GREY, labelsize=9, length=0)
    axes.set_axisbelow(True)


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
