"""The chart of a live run as a file: courses with and without the policy."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from colsim.dashboard.live import CHARTED, TITLES
from colsim.reporting.drawing import COLOURS, GREY
from colsim.reporting.words import NO_FORECAST

if TYPE_CHECKING:
    from colsim.dashboard.live import LiveRun


def draw_courses(run: "LiveRun") -> Figure:
    """Return the chart: one panel a measure, the life without the policy dashed and grey."""
    figure = Figure(figsize=(10, 4.2), facecolor="white", layout="constrained")
    for axes, name in zip(figure.subplots(1, len(CHARTED)), CHARTED, strict=True):
        without = 100 * run.without.measures[name]
        mine = 100 * run.life.measures[name][: run.week + 1]
        axes.plot(np.arange(len(without)), without, color=GREY, linestyle="--", linewidth=1.5,
                  label="without the policy, same chance")  # fmt: skip
        axes.plot(np.arange(len(mine)), mine, color=COLOURS[0], linewidth=2,
                  label="this authority")  # fmt: skip
        # At a height of its own it would make way for its panel's numbers, each title otherwise.
        axes.set_title(TITLES[name], loc="left", y=1.0, fontweight="bold", fontsize=11)
        axes.set_xlim(0, run.weeks)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("weeks since the policy began")
        axes.set_ylabel("% (over the 26 weeks before)")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.axes[0].legend(frameon=False, fontsize=9)
    title = run.scenario.scenario.title.replace("$", r"\$")
    figure.suptitle(f"{title}: one run, seed {run.seed}", x=0.01, ha="left", fontsize=12)
    figure.supxlabel(NO_FORECAST, fontsize=8, color=GREY, x=0.01, ha="left")
    return figure
