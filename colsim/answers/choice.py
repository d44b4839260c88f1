"""An answer to which policies to take: in words, as a chart, as files."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.answers.choice_files import save_choice
from colsim.answers.choice_words import answer, choice_document
from colsim.answers.ranking import Ranking

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Values = npt.NDArray[np.float64]
SCREENING_WORLDS = 20
"""Worlds in which finalists are found."""


@dataclass(frozen=True, slots=True)
class Choice(Ranking):
    """An answer to "which of these, for this money?".

    Example:
        >>> from colsim import choose
        >>> found = choose("desktop", budget=100_000, pick=1, years=1, replications=8,
        ...                policies=["co_location", "lead_worker"], screening=4)
        >>> first = found.option(found.verdict.by_mean)
        >>> first.dearest <= 100_000, first in found.ranked
        (True, True)
        >>> all(one.kind == "harm" for one in found.harms(first))
        True
        >>> first.name in {one.scenario for one in found.rests_on()}
        True
        >>> len(found.table()), len(found.screening()), len(found.best_for_their_cost()) <= 2
        (2, 2, True)
        >>> len(found.lines) >= 1, found.to_dict()["pick"], len(found.plot().axes)
        (True, 1, 1)
        >>> found.save("out")
    """

    def plot(self) -> "Figure":
        """Return the chart of cost against gain."""
        from colsim.answers.choice_chart import plot_choice

        return plot_choice(self)

    @property
    def lines(self) -> list[str]:
        """The answer in sentences."""
        return answer(self)

    def save(self, folder: str | Path, *, force: bool = False) -> None:
        """Write choice.csv, options.csv, choice.json, manifest.json and the chart.

        Raises:
            IncompleteError: everything is written but the chart.
            UserError: the folder cannot be written, or holds something.
        """
        save_choice(self, folder, plot=self.plot, force=force)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the raw values, as plain Python types."""
        return choice_document(self)
