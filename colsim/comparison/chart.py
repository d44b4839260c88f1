"""Charts: colour-blind-safe, intervals always drawn, the baseline always the same grey."""

import math
import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from colsim.comparison.account import account_of, together
from colsim.comparison.compared import Compared
from colsim.comparison.courses import TOGETHER, draw_apart, draw_together
from colsim.core.measures import MEASURES, WINDOW
from colsim.reporting.charting import COLOURS, GREY, INK, RULE, plain, tidy
from colsim.reporting.words import NO_FORECAST, signed, tenths, worlds

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
