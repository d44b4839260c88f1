"""Write comparisons, and texts that no spreadsheet takes for formulas."""

from pathlib import Path
from typing import TYPE_CHECKING

from colsim.core.measures import RANGE
from colsim.reporting.drawing import draw
from colsim.reporting.files import write_json
from colsim.reporting.folders import writing

if TYPE_CHECKING:
    import pandas as pd

    from colsim.experiments.comparison import Comparison

_MARGIN = ("form", "value", "scenario", "worlds", "share", "difference", "low", "high", "better")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=1+2"), harmless("co_location")
    ("'=1+2", 'co_location')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_bytes(frame: "pd.DataFrame") -> bytes:
    """Return a frame as CSV in UTF-8; a name that is no Unicode does not stop it."""
    text: str = frame.to_csv(index=False)
    return text.encode("utf-8", "backslashreplace")


def save_comparison(result: "Comparison", folder: str | Path, *, force: bool = False) -> None:
    """Write comparison.csv and .json, forms.csv, series.csv, manifest.json, then the charts.

    Raises:
        IncompleteError: everything is written but the chart.
        UserError: the folder cannot be written, or holds something.
    """
    import numpy as np
    import pandas as pd

    rows = []
    for measure, courses in result.series.items():
        for name, course in zip(result.names, courses, strict=True):
            low, middle, high = np.nanquantile(course, (RANGE[0], 0.5, RANGE[1]), axis=0)
            for week in range(course.shape[1]):
                values = (low[week], middle[week], high[week], result.notes_of(name))
                rows.append((measure, harmless(name), week, *values))
    about = {
        "scenarios": result.scenarios,
        "seed": result.seed,
        "replications": result.replications,
        "fixed_parameters": result.fixed_parameters,
        "worlds_from": result.drawn_from,
        "calibrated_worlds": result.calibrated,
        "notes": result.notes,
        "seconds": round(result.seconds, 3),
    }
    charts = {"chart.png": result.plot, "chart.svg": result.plot}
    with writing(folder, kind="comparison", about=about, pictures=charts, force=force) as staging:
        table, found = result.table(), result.to_dict()
        table["scenario"] = table["scenario"].map(harmless)
        (staging / "comparison.csv").write_bytes(csv_bytes(table))
        forms = pd.DataFrame(
            [
                row | {"measure": one["measure"]}
                for one in found["by_form"]
                for row in one["margins"]
            ],
            columns=["measure", *_MARGIN],
        )
        forms["scenario"] = forms["scenario"].map(harmless)
        (staging / "forms.csv").write_bytes(csv_bytes(forms))
        head = ["measure", "scenario", "policy_week", "low", "median", "high", "notes"]
        (staging / "series.csv").write_bytes(csv_bytes(pd.DataFrame(rows, columns=head)))
        write_json(staging / "comparison.json", found)
    draw(folder, charts)
