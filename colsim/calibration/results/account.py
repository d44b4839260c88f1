"""What a calibration says, in sentences and rows: worded here, and nowhere else."""

from collections.abc import Iterable
from typing import Any

from colsim.calibration.results.particles import Particles
from colsim.calibration.results.words import band
from colsim.reporting.account import Account, Grid, Section, Words

_COLUMNS = ("Parameter", "Before", "After, 9 in 10", "Median", "Shift", "Evidence")


def account_of(found: Particles, sentences: Iterable[Words]) -> Account:
    """Return what a calibration says.

    Sections by key, in order: answer (its sentences), themes, moved; in the appendix: parameters.
    """
    table = found.table()
    moved = table[table["moved"].astype(bool)]
    none = Words("No parameter moved by more than chance moves it.")
    title = str(found.manifest["calibration"]["title"])
    return Account(
        (
            Section(title, tuple(sentences), key="answer"),
            Section("Themes", (_themes(found),), key="themes"),
            Section("What moved", (_parameters(moved) if len(moved) else none,), key="moved"),
            Section("Every parameter asked about", (_parameters(table),), True, "parameters"),
        )
    )


def _themes(found: Particles) -> Grid:
    titles = {row["id"]: row["title"] for row in found.manifest["themes"]["rows"]}
    rows = tuple(
        (
            f"{row['theme']} {titles.get(row['theme'], '')}",
            row["service"],
            band(row),
            f"{row['prior_in_band']:.0%}",
            f"{row['posterior_in_band']:.0%}",
        )
        for row in found.summary["themes"]
        if row["compared"]
    )
    return Grid(("Theme", "Of", "Voiced it", "As likely before", "and after"), rows)


def _parameters(table: Any) -> Grid:
    rows = tuple(
        (
            row["parameter"],
            f"{row['prior_low']:.3g} to {row['prior_high']:.3g}",
            f"{row['low']:.3g} to {row['high']:.3g}",
            f"{row['median']:.3g}",
            f"{row['shift']:+.1f}",
            str(row["mark"]),
        )
        for row in table.to_dict("records")
    )
    return Grid(_COLUMNS, rows)
