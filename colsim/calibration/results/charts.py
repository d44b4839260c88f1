"""Charts of a calibration: themes observed and predicted, posterior against prior."""

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from colsim.calibration.arrays import Values
from colsim.calibration.results.particles import Particles
from colsim.calibration.results.words import NO_ESTIMATE, title_of
from colsim.reporting.drawing import COLOURS, GREY, INK, RULE

_PRIOR, _POSTERIOR = "#c4c9d1", COLOURS[0]
_ROW, _HEAD, _FOOT = 0.27, 1.15, 1.25
_SHORTEST = 12


def plot_posterior(result: Particles) -> Figure:
    """Return the chart: themes on the left, parameters on the right."""
    themes, parameters = result.summary["themes"], result.summary["parameters"]
    rows = max(len(themes), len(parameters), _SHORTEST)
    height = _HEAD + _ROW * rows + _FOOT
    figure = Figure(figsize=(14, height), facecolor="white")
    for left, width, count, draw in (
        (0.25, 0.22, len(themes), _themes),
        (0.73, 0.23, len(parameters), _parameters),
    ):
        share = _ROW * count / height
        axes = figure.add_axes((left, 1 - _HEAD / height - share, width, share))
        draw(axes, result)
    figure.text(
        0.02, 1 - 0.2 / height, result.manifest["calibration"]["title"], fontsize=14,
        fontweight="bold", color=INK, va="top",
    )  # fmt: skip
    caption = (
        "How to read. Left: black, how many of those interviewed voiced a theme (at least to at "
        "most; a cross: said of the other service alone); grey and blue, how many would if new "
        "people were asked in worlds of the prior and of the posterior: the mean, and the "
        "narrowest counts that hold 9 in 10. Pale rows are "
        "shown and not compared with. Right: each parameter's prior range (grey, its ends at the "
        "edges) and the 90 % range and median of its posterior; blue where the interviews moved "
        "it by more than chance, hollow where they did not. " + NO_ESTIMATE
    )
    figure.text(
        0.02, 0.15 / height, textwrap.fill(caption, 190), fontsize=8.5, color=GREY, va="bottom"
    )
    return figure


def _themes(axes: Axes, result: Particles) -> None:
    rows = result.summary["themes"]
    titles = {row["id"]: row["title"] for row in result.manifest["themes"]["rows"]}
    most = max((row["interviewed"] for row in rows), default=1)
    for k, row in enumerate(rows):
        shade = 1.0 if row["compared"] else 0.35
        for counts, colour, shift in (
            (row["prior_counts"], _PRIOR, 0.16),
            (row["posterior_counts"], _POSTERIOR, -0.16),
        ):
            low, high = _narrowest(np.array(counts), 0.9)
            mean = float(np.dot(counts, np.arange(len(counts))))
            axes.plot([low, high], [k + shift] * 2, color=colour, lw=3, alpha=shade,
                      solid_capstyle="round")  # fmt: skip
            axes.plot(mean, k + shift, "o", ms=4.5, mfc="white", mec=colour, mew=1.5, alpha=shade)
        if row["absent"]:
            axes.plot(0, k, "x", color="black", ms=7, mew=1.6, alpha=shade)
            continue
        low, high = row["at_least"], row["at_most"]
        axes.plot([low, high], [k] * 2, color="black", lw=1, alpha=shade)
        axes.plot([low, high], [k] * 2, "|", color="black", ms=10, mew=1.6, alpha=shade)
    axes.set_yticks(
        range(len(rows)),
        [
            f"{textwrap.shorten(titles.get(row['theme'], ''), 46, placeholder=' …')}  "
            f"{row['theme']} {row['service']}"
            for row in rows
        ],
        fontsize=8,
    )
    axes.set_xlim(-0.3, most + 0.3)
    axes.set_xticks(range(0, most + 1, max(1, most // 8)))
    axes.set_title("Who voices it, of those interviewed", fontsize=10, color=INK, loc="left")
    _calm(axes, len(rows))


def _narrowest(counts: Values, share: float) -> tuple[int, int]:
    """Return the narrowest run of counts that holds a share of the chance."""
    total = np.concatenate([[0.0], np.cumsum(counts)])
    best = (0, len(counts) - 1)
    for low in range(len(counts)):
        for high in range(low, len(counts)):
            if total[high + 1] - total[low] >= share * total[-1]:
                if high - low < best[1] - best[0]:
                    best = (low, high)
                break
    return best


def _parameters(axes: Axes, result: Particles) -> None:
    rows = list(zip(result.manifest["priors"], result.summary["parameters"], strict=False))
    for k, (prior, found) in enumerate(rows):
        low, high = prior["low"], prior["high"]

        def place(value: float, low: float = low, high: float = high) -> float:
            return (value - low) / (high - low)

        axes.plot([0, 1], [k, k], color=RULE, lw=7, solid_capstyle="butt")
        axes.plot(place(prior["middle"]), k, "|", color=GREY, ms=8)
        colour = _POSTERIOR if found["moved"] else GREY
        axes.plot([place(found["low"]), place(found["high"])], [k, k], color=colour, lw=2)
        axes.plot(
            place(found["median"]), k, "o", ms=5.5, mec=colour, mew=1.5,
            mfc=colour if found["moved"] else "white",
        )  # fmt: skip
        axes.text(-0.02, k, f"{low:g}", ha="right", va="center", fontsize=7, color=GREY)
        axes.text(1.02, k, f"{high:g}", ha="left", va="center", fontsize=7, color=GREY)
    axes.set_yticks(
        range(len(rows)),
        [textwrap.shorten(title_of(prior["name"]), 46, placeholder=" …") for prior, _ in rows],
        fontsize=8,
    )
    axes.tick_params(axis="y", pad=26)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_title("What the interviews moved", fontsize=10, color=INK, loc="left")
    _calm(axes, len(rows))


def _calm(axes: Axes, rows: int) -> None:
    axes.set_ylim(rows - 0.4, -0.6)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(length=0, colors=INK)
    for k in range(rows):
        axes.axhline(k + 0.5, color=RULE, lw=0.5, zorder=0)
