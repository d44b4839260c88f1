"""The table that a sweep ends with: every point against the base, its cost, and what failed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from colsim.analysis.paired import Paired, largest, paired, plain
from colsim.answers.question import MOST_POUNDS
from colsim.errors import UserError
from colsim.experiments.results import Results, open_results
from colsim.reporting.account import Account, Grid, Points, Section, Words
from colsim.reporting.sheets import harmless
from colsim.reporting.words import in_unit, pounds, shown_unit, signed, tenths
from colsim.scenario.costs import cost_of

SHOWN = 20
"""Points that are told before the appendix, which has all."""


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
            "account": self.account.to_dict(),
        }

    @property
    def account(self) -> Account:
        """What the sweep found: the answer, every point with its cost, and what is not there."""
        measure, notes = self.paired.measure, self.results.manifest.notes
        title = f"{measure.title}: change against the base, {self.paired.worlds} worlds"
        first = largest(self.rows, measure)
        answer = (
            Words(f"{first} A range that crosses 0 leaves open whether the point helps."),
            Words(measure.definition, weak=True),
        )
        years = ", ".join(self.price_years)
        cost = f"Costs beyond the base's, in prices of {years}." if years else "No cost lines."
        points = (self._grid(SHOWN), Words(cost, weak=True))
        sections = [
            Section(title, answer, key="answer"),
            Section("What changes", points, key="points"),
        ]
        if lost := self._not_in_it():
            sections.append(Section("What is not in it", (Points(tuple(lost)),), key="lost"))
        if notes:
            sections.append(Section("What this rests on", (Points(tuple(notes)),), key="notes"))
        if len(self.rows) > SHOWN:
            every = (self._grid(len(self.rows)),)
            sections.append(Section("Every point", every, appendix=True, key="all"))
        return Account(tuple(sections))

    def _grid(self, number: int) -> Grid:
        """Return the first of the points as a table."""
        measure = self.paired.measure
        head = ("Point", "Change", "9 in 10 worlds", "Better in", "A year", "Once")
        rows = tuple(
            (
                str(row["label"]),
                signed(row["difference"], measure),
                f"{signed(row['low'], measure)} to {signed(row['high'], measure)}",
                tenths(None if pd.isna(row["better"]) else row["better"]),
                pounds(row["cost_a_year"]) if row["cost_a_year"] else "none",
                pounds(row["cost_once"]) if row["cost_once"] else "none",
            )
            for row in self.rows.head(number).to_dict("records")
        )
        return Grid(head, rows)

    def _not_in_it(self) -> list[str]:
        """Return what the table before the appendix does not hold, and why."""
        lines = []
        if len(self.rows) > SHOWN:
            lines.append(f"{len(self.rows) - SHOWN:,} further points: --out FILE or --json has all")
        if self.too_dear:
            lines.append(f"{self.too_dear:,} points cost more than £{self.budget:,.0f} in a year")
        if self.paired.lost:
            lines.append(self.paired.lost)
        lines += [f"{label} could not be built: {reason}" for label, reason in self.unbuilt]
        return lines

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
    if budget is not None and not 0 <= budget <= MOST_POUNDS:
        raise UserError(
            f"--budget: found {budget:g}; allowed: pounds, from 0 to {MOST_POUNDS:,.0f}"
        )
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
