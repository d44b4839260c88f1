"""What a calibration found: plausible parameter sets, and how far they are to be trusted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.calibration.problem import Problem
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError
from colsim.experiments.parts import TornPartError, read_part
from colsim.experiments.worlds import PARTICLES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Values = npt.NDArray[np.float64]
MANIFEST = "calibration.json"
SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True)
class Posterior:
    """The result of a calibration; from `colsim.calibrate` or `colsim.open_calibration`."""

    folder: Path
    manifest: dict[str, Any]
    summary: dict[str, Any]
    names: tuple[str, ...]
    """All parameters that differ between particles; those asked about come first."""
    values: Values
    """Particles, equally weighted, shape (particles, parameters)."""
    log_likelihood: Values

    def table(self) -> "pd.DataFrame":
        """Return a row for each parameter: prior, posterior, and whether it moved."""
        import pandas as pd

        rows = []
        recovery = (self.summary["simulation_check"] or {}).get("by_name", {})
        for prior, found in zip(self.manifest["priors"], self.summary["parameters"], strict=False):
            parameter = PARAMETERS[prior["name"]]
            rows.append(
                {
                    "parameter": prior["name"],
                    "unit": parameter.unit,
                    "prior_low": prior["low"],
                    "prior_middle": prior["middle"],
                    "prior_high": prior["high"],
                    "low": found["low"],
                    "median": found["median"],
                    "high": found["high"],
                    "shift": found["shift"],
                    "error": found["error"],
                    "contraction": found["contraction"],
                    "moved": found["moved"],
                    "recovery": recovery.get(prior["name"], {}).get("recovery"),
                    "cites_study": prior["cites_study"],
                    "mark": parameter.mark,
                }
            )
        return pd.DataFrame(rows)

    def themes(self) -> "pd.DataFrame":
        """Return a row for each theme and service: what was voiced, and what is predicted."""
        import pandas as pd

        return pd.DataFrame(self.summary["themes"])

    def particles(self) -> "pd.DataFrame":
        """Return the plausible parameter sets, a row each."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=list(self.names))

    def worlds(self) -> list[Mapping[str, float]]:
        """Return the plausible parameter sets as values by name."""
        return [dict(zip(self.names, map(float, row), strict=True)) for row in self.values]

    def words(self) -> list[str]:
        """Return what it found, in sentences."""
        from colsim.calibration.words import in_sentences

        return in_sentences(self)

    def plot(self) -> "Figure":
        """Return the chart: themes observed and predicted, posterior against prior."""
        from colsim.calibration.charts import plot_posterior

        return plot_posterior(self)

    def arviz(self) -> Any:
        """Return everything as ArviZ inference data: an island a chain, named groups.

        See `colsim.calibration.inference_data`.

        Raises:
            UserError: ArviZ is not installed, or the folder is of an earlier version.
        """
        from colsim.calibration.inference_data import inference_data

        return inference_data(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the particles as plain Python types."""
        return {
            "folder": str(self.folder),
            "name": self.manifest["name"],
            "title": self.manifest["calibration"]["title"],
            "interviewed": self.manifest["themes"]["interviewed"],
            "missing": self.manifest["missing"],
            "words": self.words(),
            **self.summary,
        }


def open_calibration(folder: str | Path) -> Posterior:
    """Open the folder of a finished calibration.

    Raises:
        UserError: it holds none, or it is not finished.
    """
    folder = Path(folder)
    if not (folder / MANIFEST).exists():
        raise UserError(f"{folder}: found no calibration; allowed: the folder of one")
    if not (folder / SUMMARY).exists() or not (folder / PARTICLES).exists():
        raise UserError(
            f"{folder}: found a calibration that is not finished; allowed: a finished one "
            "(calibrate into the folder again: it goes on from there)"
        )
    try:
        manifest, summary = (
            json.loads((folder / name).read_text(encoding="utf-8")) for name in (MANIFEST, SUMMARY)
        )
        table = read_part(folder / PARTICLES)
    except (ValueError, OSError, TornPartError) as error:
        raise UserError(
            f"{folder}: found a damaged calibration ({error}); allowed: delete {SUMMARY} and "
            "calibrate into the folder again: finished runs are found"
        ) from error
    names = tuple(prior["name"] for prior in manifest["priors"])
    values = np.stack([table.column(name).to_numpy() for name in names], axis=1)
    return Posterior(
        folder, manifest, summary, names, values, table.column("log_likelihood").to_numpy()
    )


def themes_table(
    problem: Problem, prior: Values, posterior: Values, start: Values, levels: Values
) -> list[dict[str, Any]]:
    """Return, for each theme and service, what was written down and the predictions.

    Args:
        problem: what was asked.
        prior: chance of each count before the interviews, (cells, counts).
        posterior: the same after them.
        start: how likely each shared level is before: (a and q, volunteered, asked mention).
        levels: the same after them.
    """
    rows = []
    voices, gauge = problem.voices, problem.gauge
    shape = voices.reporting.shape()
    for c, cell in enumerate(voices.cells):
        n = voices.interviewed[gauge.service[c]]
        low, high = int(voices.low[c]), int(voices.high[c])
        counts = np.arange(n + 1)
        absent = cell in voices.absent
        written = voices.reporting.of_band(n, low, high, absent=absent)
        agrees = [
            float(
                np.einsum(
                    "aq,aqk,k->", by.sum(axis=(1, 2)).reshape(shape), written, chance[c, : n + 1]
                )
            )
            for by, chance in ((start, prior), (levels, posterior))
        ]
        rows.append(
            {
                "theme": cell[0],
                "service": cell[1],
                "interviewed": n,
                "at_least": low,
                "at_most": high,
                "absent": absent,
                "asked": cell[0] in voices.asked,
                "compared": bool(gauge.weight[c] > 0),
                "prior_in_band": agrees[0],
                "posterior_in_band": agrees[1],
                "prior_mean": float((prior[c, : n + 1] * counts).sum()),
                "posterior_mean": float((posterior[c, : n + 1] * counts).sum()),
                "prior_counts": prior[c, : n + 1].tolist(),
                "posterior_counts": posterior[c, : n + 1].tolist(),
            }
        )
    return rows
