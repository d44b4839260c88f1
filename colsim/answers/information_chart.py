"""The chart of what it would be worth to know before choosing."""

from matplotlib.figure import Figure

from colsim.answers.information import GOALS, Weighed
from colsim.answers.information_account import KINDS, MOST
from colsim.reporting.charting import COLOURS, GREY, INK, tidy
from colsim.reporting.words import NO_FORECAST, pounds


def plot_information(found: Weighed) -> Figure:
    """Return the chart: what each input is worth knowing, and what chance alone reaches."""
    figure = Figure(figsize=(12, 5.2), facecolor="white", layout="constrained")
    for k, (name, title) in enumerate(KINDS.items(), start=1):
        kind = found.kinds[name][: 2 * MOST]
        axes = figure.add_subplot(1, 3, k)
        axes.barh([one.name for one in kind], [one.value for one in kind],
                  color=[COLOURS[0] if one.clear else GREY for one in kind])  # fmt: skip
        for one in kind[:1]:
            axes.axvline(one.floor, color=INK, linestyle=":", linewidth=1.2)
        axes.invert_yaxis()
        axes.set_title(title, fontsize=11, color=INK, loc="left")
        axes.set_xlabel(GOALS[found.goal].plural, fontsize=9, color=GREY)
        tidy(axes)
    figure.suptitle("What it would be worth to know before choosing", fontsize=14, color=INK,
                    fontweight="bold", x=0.01, ha="left")  # fmt: skip
    figure.supxlabel(
        "How to read: a bar is the expected value of knowing that input before choosing; the "
        "dotted line is what chance alone reaches, grey bars are no more. At "
        f"{pounds(found.worth)} a {GOALS[found.goal].unit}, in {found.comparison.worlds} worlds. "
        f"{NO_FORECAST}",
        fontsize=8.5, color=GREY, x=0.01, ha="left", wrap=True,
    )  # fmt: skip
    return figure
