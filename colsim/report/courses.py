"""The courses of a saved comparison, as they are drawn."""

import json
from pathlib import Path

from colsim.core.measures import MEASURES
from colsim.reporting.curves import Curve, Curves
from colsim.reporting.sheets import harmless
from colsim.reporting.words import level, signed

MOST = 8
"""Policies whose courses a report draws."""
_ENDS = ("Change from (9 in 10 worlds)", "Change", "Change to (9 in 10 worlds)")


def curves_in(folder: Path) -> tuple[Curves, ...]:
    """Return the courses of a comparison; none if the folder holds none, or those of too many."""
    table, whole = folder / "series.csv", folder / "comparison.json"
    if not table.is_file() or not whole.is_file():
        return ()
    compared = json.loads(whole.read_text(encoding="utf-8"))
    baseline, *policies = compared["scenarios"]
    if not 1 <= len(policies) <= MOST:
        return ()
    import pandas as pd

    rows = pd.read_csv(table, dtype={"scenario": str, "Policy": str})
    differences = {(one["scenario"], one["measure"]): one for one in compared["differences"]}
    found = []
    for name, of_measure in rows.groupby("measure", sort=False):
        about = MEASURES[str(name)]
        lines = []
        for one in policies:
            mine = of_measure[of_measure["scenario"] == harmless(one["name"])]
            low, middle, high = ([_or_none(v) for v in mine[end]] for end in _ENDS)
            told = signed(differences[one["name"], name]["difference"], about)
            ends = one.get("money_ends")
            lines.append(Curve(one["title"], low, middle, high, told, ends))
        base = level(differences[policies[0]["name"], name]["baseline"], about)
        said = f"{about.definition}. Compared with {baseline['title']}: {base}."
        found.append(Curves(about.title, said, tuple(lines), compared["weeks"]))
    return tuple(found)


def _or_none(value: float) -> float | None:
    return None if value != value else float(value)
