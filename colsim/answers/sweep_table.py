"""The table that a sweep ends with: every point against the base, its cost, and what failed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from colsim.analysis.paired import Paired, paired, plain
from colsim.errors import UserError
from colsim.experiments.results import Results, open_results
from colsim.reporting.sheets import harmless
from colsim.reporting.words import in_unit, pounds, shown_unit, signed, tenths
from colsim.scenario.costs import cost_of

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = 30
"""Rows on screen; a file or JSON holds all."""


@dataclass(frozen=True, slots=True)
class SweepTable:
    """Points of a sweep against its base, best first."""

    results: Results
    paired: Paired
    budget: float | None
    rows: pd.DataFrame
    """A row for each point within the budget: label, difference, low, high, better, worse,
    cost_a_year, cost_once (beyond the base's), best first."""
    too_dear: int
    """Points beyond the budget."""
    price_years: tuple[str, ...]
    """In whose pounds costs are told."""
    unbuilt: tuple[tuple[str, str], ...]
    """Points that could not be built, and why."""

    def table(self) -> pd.DataFrame:
        """Return the rows as a frame."""
        return self.rows

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        return {
            "folder": str(self.results.folder),
            "measure": self.paired.measure.name,
            "worlds": self.paired.worlds,
            "budget": self.budget,
            "price_years": list(self.price_years),
            "lost": self.paired.lost,
            "points": plain(self.rows),
            "beyond_budget": self.too_dear,
            "not_built": [{"label": label, "reason": why} for label, why in self.unbuilt],
        }

    def for_people(self) -> pd.DataFrame:
        """Return the rows with titles and units, numbers as on screen."""
        measure = self.paired.measure
        shown = pd.DataFrame({"Point": self.rows["label"].map(lambda one: harmless(str(one)))})
        unit = shown_unit(measure)
        for key, head in (
            ("difference", f"{measure.title}: change ({unit})"),
            ("low", "from (9 in 10 worlds)"),
            ("high", "to (9 in 10 worlds)"),
        ):
            shown[head] = (in_unit(1.0, measure) * self.rows[key]).round(3)
        if measure.better != "neither":
            shown["Better in (% of worlds)"] = (100 * self.rows["better"].astype(float)).round()
        years = ", ".join(self.price_years)
        for key, head in (("cost_a_year", "a year"), ("cost_once", "once")):
            shown[f"Cost {head} (£, prices of {years})"] = self.rows[key].round()
        return shown


def sweep_table(
    folder: str | Path, measure: str | None = None, *, budget: float | None = None
) -> SweepTable:
    """Return every point of a sweep against its base, best first.

    Args:
        folder: of the sweep, finished or not.
        measure: by which points are ranked; the joint-plan rate if None.
        budget: pounds a year, and once, that a point may cost at most beyond the base.

    Raises:
        UserError: no sweep is there, the measure was not kept, or the budget is below 0 or below
            every point.

    Example:
        See `colsim.sweep`, which makes one.
    """
    if budget is not None and not budget >= 0:
        raise UserError(f"--budget: found {budget:g}; allowed: pounds, 0 or more")
    results = open_results(folder)
    found = paired(results, measure)
    design = results.design()
    unbuilt = design[design["error"].notna()]
    base = design.iloc[0]
    costs = design.set_index("label")[["cost_a_year", "cost_once"]]
    costs = costs[~costs.index.duplicated()]
    columns = ["label", "difference", "low", "high", "better", "worse"]
    rows = found.table()[columns].join(costs, on="label")
    rows["cost_a_year"] -= base["cost_a_year"]
    rows["cost_once"] -= base["cost_once"]
    first_year = rows["cost_a_year"] + rows["cost_once"]
    within = rows if budget is None else rows[first_year <= budget]
    if budget is not None and not len(within):
        raise UserError(
            f"--budget: found {budget:,.0f}; allowed: at least {first_year.min():,.0f}, which the "
            "cheapest point takes in its first year"
        )
    return SweepTable(
        results,
        found,
        budget,
        within.reset_index(drop=True),
        len(rows) - len(within),
        _price_years(results),
        tuple(zip(unbuilt["label"], unbuilt["error"], strict=True)),
    )


def _price_years(results: Results) -> tuple[str, ...]:
    scenarios = results.manifest.design.scenarios.values()
    return tuple(sorted({year for one in scenarios for year in cost_of(one).price_years}))


def print_sweep_table(found: SweepTable, console: "Console") -> None:
    """Print the ranked table, and the points that are not in it, with the reasons."""
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of

    measure = found.paired.measure
    console.print(
        Text(f"{measure.title}: change against the base, {found.paired.worlds} worlds", "bold")
    )
    console.print(Text(measure.definition, style="dim"))
    table = table_of("Point", ">Change", ">9 in 10\nworlds", ">Better in", ">A year", ">Once")
    for row in found.rows.head(_SHOWN).to_dict("records"):
        better = row["better"]
        table.add_row(
            Text(str(row["label"])),
            signed(row["difference"], measure),
            f"{signed(row['low'], measure)} to {signed(row['high'], measure)}",
            tenths(None if better is None or better != better else better),
            pounds(row["cost_a_year"]) if row["cost_a_year"] else "-",
            pounds(row["cost_once"]) if row["cost_once"] else "-",
        )
    print_table(console, table)
    lines = []
    if len(found.rows) > _SHOWN:
        lines.append(f"{len(found.rows) - _SHOWN:,} further points: --out FILE or --json has all")
    if found.too_dear:
        lines.append(f"{found.too_dear:,} points cost more than £{found.budget:,.0f} in a year")
    if found.paired.lost:
        lines.append(found.paired.lost)
    if found.unbuilt:
        lines.append(f"{len(found.unbuilt):,} points could not be built:")
        lines += [f"- {label}: {reason}" for label, reason in found.unbuilt]
    if found.price_years:
        lines.append(f"Costs beyond the base's, in prices of {', '.join(found.price_years)}.")
    if lines:
        console.print()
    for line in lines:
        console.print(Text(line))
