"""What all charts share, colours that the colour-blind tell apart among it; charts as files."""

import io
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from colsim.errors import IncompleteError, TakenError
from colsim.reporting.folders import add

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GREY = "#6b7280"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette, yellow left out: it is too pale for lines."""
INK, RULE, PALE = "#1f2937", "#e5e7eb", "#c3c8d0"


def plain(text: str) -> str:
    """Return a text whose dollars begin no formula."""
    return text.replace("$", r"\$")


def tidy(axes: "Axes") -> None:
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
    order = sorted(range(len(heights)), key=heights.__getitem__)
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
        result[k] = round(place, 9)
    return result


_DOTS_PER_INCH = 130


def drawn(plot: "Callable[[], Figure]", ending: str) -> bytes:
    """Return a chart as the bytes of a file, whatever the user's own settings of matplotlib.

    Args:
        plot: returns the figure.
        ending: png or svg.
    """
    import matplotlib as mpl

    out = io.BytesIO()
    with mpl.rc_context():
        mpl.rcdefaults()
        plot().savefig(out, format=ending, dpi=_DOTS_PER_INCH if ending == "png" else "figure")
    return out.getvalue()


def draw(folder: str | Path, charts: "Mapping[str, Callable[[], Figure]]") -> None:
    """Add charts to a result that is written already.

    Args:
        folder: of the result.
        charts: file's name to what returns the figure.

    Raises:
        IncompleteError: at least one could not be drawn or written; it names each, and why.
        TakenError: another process has replaced the result meanwhile.
    """
    missing = []
    # One figure for all files that show it: to lay it out takes as long as to write it.
    once = {id(plot): cache(plot) for plot in charts.values()}
    for name, plot in charts.items():
        try:
            add(folder, {name: drawn(once[id(plot)], Path(name).suffix[1:])})
        except TakenError:
            raise
        except Exception as error:
            (Path(folder) / name).unlink(missing_ok=True)
            missing.append(f"{name} ({type(error).__name__}: {error})")
    if missing:
        raise IncompleteError(
            f"{folder}: the tables are written, but a chart cannot be drawn: {'; '.join(missing)}"
        )
