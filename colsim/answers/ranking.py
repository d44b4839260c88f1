"""Sets of policies that a budget allows, judged in fresh worlds, as data."""

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from colsim.answers.options import Option, Options
from colsim.answers.question import Limit
from colsim.answers.search import Screened
from colsim.answers.verdict import Verdict, undominated
from colsim.comparison.besides import Aside, asides
from colsim.comparison.comparison import Comparison
from colsim.comparison.rests_on import RestsOn, rests_on
from colsim.core.measures import Measure
from colsim.scenario.costs import cost_of

if TYPE_CHECKING:
    import pandas as pd

Values = npt.NDArray[np.float64]
SCREENING_WORLDS = 20
"""Worlds in which finalists are found."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Sets of policies within a budget, judged: what an answer is made of."""

    budget: float
    pick: int
    years: int
    goal: Measure
    limits: tuple[Limit, ...]
    seed: int
    options: Options
    screened: Screened
    finalists: tuple[Option, ...]
    """Those judged, the order of `final.names[1:]`."""
    allowed: tuple[int, ...]
    """Finalists, by place, that keep within the limits in the fresh worlds too."""
    final: Comparison
    """The finalists against today, in worlds and with chance that did not choose them."""
    verdict: Verdict
    """Of the allowed finalists, in their order."""
    seconds: float = field(default=0.0, compare=False)

    @property
    def ranked(self) -> tuple[Option, ...]:
        """The allowed finalists, the best by mean gain first."""
        return tuple(self.finalists[self.allowed[k]] for k in self.verdict.ranking)

    @property
    def winner(self) -> Option | None:
        """The best, if the runs tell it from every other and from today."""
        k = self.verdict.winner
        return None if k is None else self.finalists[self.allowed[k]]

    @property
    def price_years(self) -> tuple[str, ...]:
        """The years in whose pounds costs are told."""
        return tuple(sorted({y for one in self.options.affordable for y in one.cost.price_years}))

    def option(self, k: int) -> Option:
        """Return an option by its place in the verdict."""
        return self.finalists[self.allowed[k]]

    def harms(self, option: Option) -> tuple[Aside, ...]:
        """Return the harms that an option brings surely enough to be told."""
        leave_out = (self.goal.name,)
        return tuple(
            one for one in asides(self.final, option.name, leave_out) if one.kind == "harm"
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The sets that the answer names: best by mean, by worst form and by regret."""
        verdict = self.verdict
        best = (verdict.by_mean, verdict.by_worst_form, verdict.by_regret)
        return tuple(dict.fromkeys(self.option(k).name for k in best))

    def rests_on(self) -> tuple[RestsOn, ...]:
        """Return what the gains of the best by mean, by worst form and by regret rest on."""
        return tuple(rests_on(self.final, name) for name in self.named)

    def best_for_their_cost(self) -> tuple[int, ...]:
        """Return the places in the verdict that nothing beats at the same cost or less."""
        costs = [self.option(k).dearest for k in range(len(self.allowed))]
        gains = [one.mean for one in self.verdict.standings]
        return tuple(k for k in undominated(costs, gains) if gains[k] > 0)

    def table(self) -> "pd.DataFrame":
        """Return the finalists, ranked: gain, sureness, regret, cost and harms, a row each.

        Gains and regrets are in the goal's unit.
        """
        import pandas as pd

        best = self.best_for_their_cost()
        rivals = {one.option: one.more_worlds for one in self.verdict.rivals}
        rows = []
        for place, k in enumerate(self.verdict.ranking, start=1):
            option, standing = self.option(k), self.verdict.standings[k]
            rows.append(
                {
                    "rank": place,
                    "policies": option.name,
                    "title": option.loaded.scenario.title,
                    **asdict(standing),
                    "told_from_first": place == 1 or k not in rivals,
                    "more_worlds": rivals.get(k),
                    "cost_a_year": _extra(option, self.options),
                    "first_year": option.spending[0],
                    "dearest_year": option.dearest,
                    "spent": math.fsum(option.spending),
                    "price_years": ", ".join(self.price_years),
                    "best_for_its_cost": k in best,
                    "harms": "; ".join(one.about.title for one in self.harms(option)),
                }
            )
        return pd.DataFrame(rows)

    def screening(self) -> "pd.DataFrame":
        """Return every affordable set: its cost, and its gain as far as it was screened."""
        import pandas as pd

        gains = dict(
            zip(self.screened.options, self.screened.lived.gains.mean(axis=1), strict=True)
        )
        return pd.DataFrame(
            [
                {
                    "policies": one.name,
                    "cost_a_year": _extra(one, self.options),
                    "first_year": one.spending[0],
                    "dearest_year": one.dearest,
                    "gain_when_screened": gains.get(k, math.nan),
                    "finalist": k in self.screened.finalists,
                }
                for k, one in enumerate(self.options.affordable)
            ]
        )


def _extra(option: Option, options: Options) -> float:
    return option.cost.a_year - cost_of(options.base.scenario).a_year
