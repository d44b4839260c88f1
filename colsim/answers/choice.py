"""An answer to which policies to take: in words, as a chart, as tables and files."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.answers.choice_account import account_of, answer, choice_document, upwards
from colsim.answers.ranking import Ranking
from colsim.reporting.account import Account
from colsim.reporting.drawing import draw
from colsim.reporting.files import write_json
from colsim.reporting.folders import writing
from colsim.reporting.sheets import csv_bytes, harmless
from colsim.reporting.words import change_unit, in_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def people_table(choice: Ranking) -> Any:
    """Return the ranked table for people: titles, units, numbers as on screen."""
    import pandas as pd

    def shown(value: float, sign: bool = True) -> float:
        told = in_unit(upwards(value, choice.goal) if sign else value, choice.goal)
        return round(told, 2) if math.isfinite(told) else math.nan

    unit = change_unit(choice.goal)
    prices = f"£, prices of {', '.join(choice.price_years)}"
    rows = []
    for place, (option, k) in enumerate(
        zip(choice.ranked, choice.verdict.ranking, strict=True), start=1
    ):
        one = choice.verdict.standings[k]
        ends = sorted((shown(one.low), shown(one.high)))
        rows.append(
            {
                "Rank": place,
                "Policies": harmless(option.loaded.scenario.title),
                "Names": harmless(option.name),
                f"{choice.goal.title}: mean change ({unit})": shown(one.mean),
                f"from, in 9 of 10 worlds ({unit})": ends[0],
                f"to, in 9 of 10 worlds ({unit})": ends[1],
                "Best in (% of worlds)": round(100 * one.best_in),
                "Chance of the highest mean (%)": round(100 * one.chance),
                f"Regret, mean ({unit})": shown(one.regret, sign=False),
                f"Regret in the worst form ({unit})": shown(one.worst_regret, sign=False),
                "Worst form": one.worst_regret_form,
                f"Cost a year ({prices})": round(option.cost.a_year),
                f"First year ({prices})": round(option.spending[0]),
                f"Dearest year ({prices})": round(option.dearest),
                "Harms": "; ".join(map(str, choice.harms(option))),
            }
        )
    return pd.DataFrame(rows)


def save_choice(
    choice: Ranking, folder: str | Path, *, plot: "Callable[[], Figure]", force: bool = False
) -> None:
    """Write a choice to a folder, then its chart.

    Raises:
        IncompleteError: everything is written but the chart.
        UserError: the folder cannot be written, or holds something.
    """
    about = {
        "scenarios": choice.final.scenarios,
        "seed": choice.seed,
        "budget": choice.budget,
        "pick": choice.pick,
        "replications": choice.final.replications,
        "calibrated_worlds": choice.final.calibrated,
        "notes": choice.final.notes,
        "seconds": round(choice.seconds, 3),
    }
    charts = {"chart.png": plot, "chart.svg": plot}
    with writing(folder, kind="choice", about=about, pictures=charts, force=force) as staging:
        (staging / "choice.csv").write_bytes(csv_bytes(people_table(choice)))
        options = choice.screening()
        options["policies"] = options["policies"].map(harmless)
        (staging / "options.csv").write_bytes(csv_bytes(options))
        write_json(staging / "choice.json", choice_document(choice))
        write_json(staging / "comparison.json", choice.final.to_dict())
    draw(folder, charts)


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
    def account(self) -> Account:
        """What it says, in sentences and rows: see `colsim.answers.choice_account`."""
        return account_of(self)

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
