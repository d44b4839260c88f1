"""Documents of a sweep and of a calibration, from what their own rooms say of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.intended_use import PURPOSE
from colsim.report.document import Document, limits
from colsim.reporting.account import Grid, Picture, Points, Section, Words
from colsim.reporting.drawing import drawn
from colsim.reporting.words import pounds, signed, tenths

if TYPE_CHECKING:
    from colsim.answers.sweep_table import SweepTable
    from colsim.calibration.results.posterior import Posterior

_SHOWN = 20
"""Points that the first pages list, and the chart draws; the appendix has all."""


def document_of_sweep(folder: Path) -> Document:
    """Return what a report on a sweep says; every point against the base."""
    from colsim.answers.sweep_table import sweep_table

    found = sweep_table(folder)
    manifest = found.results.manifest
    title = f"Which of {len(found.rows):,} points of {manifest.name} changes most?"
    base = manifest.design.points[0].scenario
    where = "" if base is None else f"In: {base.title}"
    return Document(title, where, tuple(_sweep(found)), manifest.made)


def _sweep(found: "SweepTable") -> Iterator[Section]:
    measure, years = found.paired.measure, ", ".join(found.price_years)
    notes = list(found.results.manifest.notes)
    yield Section("The answer", (Words(found.paired.caption), Words(measure.definition, weak=True)))
    head = ("Point", "Change", "9 in 10 worlds", "Better in", "A year", "Once")
    rows = tuple(
        (
            str(row["label"]),
            signed(row["difference"], measure),
            f"{signed(row['low'], measure)} to {signed(row['high'], measure)}",
            tenths(_present(row["better"])),
            pounds(row["cost_a_year"]) if row["cost_a_year"] else "none",
            pounds(row["cost_once"]) if row["cost_once"] else "none",
        )
        for row in found.rows.to_dict("records")
    )  # fmt: skip
    cost = f"Costs beyond the base's, in prices of {years}." if years else "No cost lines."
    parts: list[Any] = [Grid(head, rows[:_SHOWN], caption=measure.title), Words(cost, weak=True)]
    if len(rows) <= _SHOWN:
        parts.insert(0, Picture("chart", found.paired.caption, drawn(found.paired.plot, "png")))
    yield Section("What changes", tuple(parts))
    lost = [found.paired.lost] if found.paired.lost else []
    lost += [f"{label} could not be built: {reason}" for label, reason in found.unbuilt]
    if lost:
        yield Section("What is not in it", (Points(tuple(lost)),))
    yield Section("What this rests on", (Points(tuple(notes)),) if notes else ())
    yield limits()
    yield Section("Scope and purpose", (Words(PURPOSE),), appendix=True)
    if len(rows) > _SHOWN:
        yield Section("Every point", (Grid(head, rows),), appendix=True)
    yield _made(found.results.manifest.made)


def document_of_calibration(folder: Path) -> Document:
    """Return what a report on a calibration says: themes met and missed, and what moved."""
    from colsim.calibration.results.posterior import open_calibration

    found = open_calibration(folder)
    title = f"What do the interviews say of the model? {found.manifest['calibration']['title']}"
    authority = f"In: {found.manifest['scenario']['title']}"
    return Document(title, authority, tuple(_calibration(found)), found.manifest["made"])


def _calibration(found: "Posterior") -> Iterator[Section]:
    yield Section("The answer", tuple(Words(text) for text in found.words()))
    titles = {row["id"]: row["title"] for row in found.manifest["themes"]["rows"]}
    rows = tuple(
        (
            f"{row['theme']} {titles.get(row['theme'], '')}",
            row["service"],
            _band(row),
            f"{row['prior_in_band']:.0%}",
            f"{row['posterior_in_band']:.0%}",
        )
        for row in found.summary["themes"]
        if row["compared"]
    )
    head = ("Theme", "Of", "Voiced it", "As likely before", "and after")
    says = "Themes, observed and predicted, and parameters before and after the interviews."
    yield Section("Themes", (Picture("chart", says, drawn(found.plot, "png")), Grid(head, rows)))
    table = found.table()
    moved = table[table["moved"]]
    grid = Grid(
        ("Parameter", "Before", "After", "Evidence"),
        tuple(
            (
                row["parameter"],
                f"{row['prior_low']:.3g} to {row['prior_high']:.3g}",
                f"{row['low']:.3g} to {row['high']:.3g}",
                str(row["mark"]),
            )
            for row in moved.to_dict("records")
        ),
    )
    none = Words("No parameter moved by more than chance moves it.")
    yield Section("What moved", (grid,) if len(moved) else (none,))
    yield limits()
    yield Section("Scope and purpose", (Words(PURPOSE),), appendix=True)
    yield _made(found.manifest["made"])


def _band(row: dict[str, Any]) -> str:
    low, high, of = row["at_least"], row["at_most"], row["interviewed"]
    return f"{low} of {of}" if low == high else f"{low} to {high} of {of}"


def _present(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _made(made: Any) -> Section:
    facts = tuple(
        (str(key), ", ".join(map(" ".join, value.items())) if key == "packages" else str(value))
        for key, value in made.items()
    )
    return Section("Quality, and how it was made", (Grid(("What", "Which"), facts),), appendix=True)
