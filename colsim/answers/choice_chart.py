"""The chart of a choice: what a set costs against what it gains."""

import textwrap
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from colsim.answers.choice_account import answer, upwards
from colsim.answers.ranking import Ranking
from colsim.reporting.drawing import COLOURS, GREY, INK, PALE, RULE, plain
from colsim.reporting.words import NO_FORECAST, change_unit, exact, in_unit, signed, worlds

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_WIDE = 165


def plot_choice(choice: Ranking) -> Figure:
    """Return the chart: pale dots for what was screened, bars for what was judged."""
    caption = textwrap.wrap(_caption(choice), _WIDE)
    head = textwrap.wrap(answer(choice)[0], 140)
    top, foot = 0.75 + 0.24 * len(head), 0.85 + 0.17 * len(caption)
    height = top + foot + max(4.2, 0.52 * len(choice.allowed))
    figure = Figure(figsize=(12, height), facecolor="white")
    axes = figure.add_axes((0.075, foot / height, 0.615, 1 - (top + foot) / height))
    _screened(axes, choice)
    _judged(axes, choice)
    _dress(axes, choice)
    title = f"What money buys in: {choice.options.base.scenario.title.rstrip('.')}"
    figure.text(0.05, 1 - 0.22 / height, plain(title), fontsize=14, fontweight="bold",
                color=INK, va="top")  # fmt: skip
    figure.text(0.05, 1 - 0.55 / height, plain("\n".join(head)), fontsize=10, color=INK,
                va="top", linespacing=1.35)  # fmt: skip
    figure.text(0.05, 0.18 / height, plain("\n".join(caption)), fontsize=8.5, color=GREY,
                va="bottom", linespacing=1.4)  # fmt: skip
    return figure


def _shown(value: float, choice: Ranking) -> float:
    return in_unit(upwards(value, choice.goal), choice.goal)


def _screened(axes: "Axes", choice: Ranking) -> None:
    """Draw every set that was screened and not judged, as a pale dot."""
    gains = choice.screened.lived.gains.mean(axis=1)
    for k, gain in zip(choice.screened.options, gains, strict=True):
        if k not in choice.screened.finalists:
            cost = choice.options.affordable[k].dearest / 1000
            axes.plot(cost, _shown(float(gain), choice), "o", color=PALE, markersize=4, zorder=1)


def _judged(axes: "Axes", choice: Ranking) -> None:
    """Draw finalists with their ranges, and the line through those that nothing beats."""
    best = choice.best_for_their_cost()
    line = [(0.0, 0.0)]
    for k in best:
        option = choice.option(k)
        line.append((option.dearest / 1000, _shown(choice.verdict.standings[k].mean, choice)))
    axes.plot(*zip(*line, strict=True), color=COLOURS[0], linewidth=1.5, drawstyle="steps-post",
              alpha=0.7, zorder=2)  # fmt: skip
    for k, standing in enumerate(choice.verdict.standings):
        colour = COLOURS[0] if k in best else GREY
        cost = choice.option(k).dearest / 1000
        ends = [_shown(standing.low, choice), _shown(standing.high, choice)]
        axes.plot([cost, cost], ends, color=colour, linewidth=3, alpha=0.3,
                  solid_capstyle="round", zorder=2)  # fmt: skip
        axes.plot(cost, _shown(standing.mean, choice), "o", color=colour, markersize=8, zorder=3)


def _dress(axes: "Axes", choice: Ranking) -> None:
    """Draw axes, the budget, and the names beside the panel."""
    axes.axhline(0, color=GREY, linestyle="--", linewidth=1.2, zorder=0)
    axes.axvline(choice.budget / 1000, color=GREY, linestyle=":", linewidth=1.2, zorder=0)
    axes.margins(x=0.04, y=0.06)
    left, right = axes.get_xlim()
    axes.set_xlim(min(left, -0.02 * right), right)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(colors=GREY, labelsize=9, length=0)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter(lambda value, _: f"£{value:,.0f}k".replace("£-", "-£"))
    axes.set_ylabel(
        f"{choice.goal.title}: mean change, {change_unit(choice.goal)}", fontsize=9, color=GREY
    )
    axes.set_xlabel(
        f"cost in the dearest year, prices of {', '.join(choice.price_years)}; dotted: the budget",
        fontsize=9, color=GREY,
    )  # fmt: skip
    _names(axes, choice)


def _names(axes: "Axes", choice: Ranking) -> None:
    """Number the dots by rank, and list the names beside the panel."""
    best = choice.best_for_their_cost()
    step = 1.0 / max(len(choice.verdict.ranking), 8)
    for place, k in enumerate(choice.verdict.ranking):
        option, mean = choice.option(k), choice.verdict.standings[k].mean
        colour = COLOURS[0] if k in best else GREY
        axes.annotate(
            str(place + 1), (option.dearest / 1000, _shown(mean, choice)), xytext=(-8, 5),
            textcoords="offset points", fontsize=9, fontweight="bold", color=colour, zorder=4,
            ha="right",
        )  # fmt: skip
        names = textwrap.wrap(option.name.replace("+", " + ").replace("_", " "), 44)[:2]
        gain = signed(upwards(mean, choice.goal), choice.goal)
        text = "\n".join([*names, f"{gain}, {exact(option.dearest)}"])
        for x, told, weight in ((1.03, str(place + 1), "bold"), (1.065, text, "normal")):
            axes.text(
                x, 1.0 - place * step, plain(told), transform=axes.transAxes, fontsize=8.5,
                fontweight=weight, color=colour, va="top", linespacing=1.25,
            )  # fmt: skip


def _caption(choice: Ranking) -> str:
    lived = worlds(choice.final.worlds, fixed_parameters=False, origin=choice.final.origin)
    return (
        f"How to read: each dot with a bar is a set of at most {choice.pick} policies, judged in "
        f"{lived} that did not choose it: the numbered dot is the mean change in the last "
        f"{choice.final.window} weeks of {choice.years} years, the bar holds 9 in 10 worlds. Blue: "
        "nothing gains more for the same money or less. Pale dots were screened in fewer worlds "
        "and not judged. Bars that overlap leave open which is better: the worlds are shared, so "
        f"the text says what the runs tell apart. {NO_FORECAST}"
    )
