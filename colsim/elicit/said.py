"""What was said to one question, beside what worlds give for it; and the chart of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from colsim.elicit.questions import QUESTIONS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

APART = 0.3
"""Overlap of the services' pools below which they see a quantity differently."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to one question, and what worlds give for it."""

    question: str
    respondents: int
    by_service: Mapping[str, tuple[float, float, float]]
    """Fifth, fiftieth and ninety-fifth percentile of each service's pool."""
    pool: tuple[float, float, float]
    overlap: float | None
    """Of the services' pools, 0 to 1; None where one alone answered."""
    before: tuple[float, float, float]
    """Of what the worlds give, unweighed."""
    after: tuple[float, float, float]

    @property
    def apart(self) -> bool:
        """Whether the services see it differently."""
        return self.overlap is not None and self.overlap < APART

    @property
    def beyond(self) -> bool:
        """Whether hardly a world gives what people say."""
        return self.before[2] < self.pool[0] or self.before[0] > self.pool[2]


_COLOURS = {"CSW": "#0072b2", "MHSW": "#d55e00", "before": "#9aa5ab", "after": "#17222b"}
_NAMES = {"CSW": "CSWs say", "MHSW": "MHSWs say", "before": "worlds", "after": "worlds, weighed"}


def plot_said(rows: Sequence[Said]) -> "Figure":
    """Return a row for each question: dot, the middle; line, nine in ten."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 1.2 + 0.62 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for k, one in enumerate(rows):
        spans = {**one.by_service, "before": one.before, "after": one.after}
        width = QUESTIONS[one.question].most - QUESTIONS[one.question].least
        for j, (name, span) in enumerate(spans.items()):
            y = k + 0.18 * (j - (len(spans) - 1) / 2)
            low, middle, high = ((value - QUESTIONS[one.question].least) / width for value in span)
            axes.plot([low, high], [y, y], color=_COLOURS[name], lw=2)
            axes.plot([middle], [y], "o", color=_COLOURS[name], ms=5)
    axes.set_yticks(range(len(rows)), [
        f"{one.question}\n{QUESTIONS[one.question].least:g} to {QUESTIONS[one.question].most:g} "
        f"{QUESTIONS[one.question].unit}" for one in rows
    ])  # fmt: skip
    axes.invert_yaxis()
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([])
    axes.set_title("What people say, and what worlds give: dot, middle; line, 9 in 10", loc="left")
    handles = {}
    for name, colour in _COLOURS.items():
        handles[_NAMES[name]] = axes.plot([], [], "o-", color=colour)[0]
    axes.legend(handles.values(), handles.keys(), loc="upper center", ncols=4,
                bbox_to_anchor=(0.45, -0.02), frameon=False)  # fmt: skip
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    return figure
