"""A finished calibration: how far its parameter sets are to be trusted, in words and charts."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from colsim.calibration.results.account import account_of
from colsim.calibration.results.inference_data import inference_data
from colsim.calibration.results.particles import Particles
from colsim.calibration.results.words import in_sentences
from colsim.errors import UserError
from colsim.experiments.parts import TornPartError, read_part
from colsim.experiments.worlds import PARTICLES
from colsim.reporting.account import Account

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MANIFEST = "calibration.json"
SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True)
class Posterior(Particles):
    """The result of a calibration; from `colsim.calibrate` or `colsim.open_calibration`."""

    @property
    def account(self) -> Account:
        """What it found: sentences, themes, and the parameters that moved."""
        return account_of(self, in_sentences(self))

    def words(self) -> list[str]:
        """Return what it found, in sentences."""
        return self.account.texts("answer")

    def plot(self) -> "Figure":
        """Return the chart: themes observed and predicted, posterior against prior."""
        from colsim.calibration.results.charts import plot_posterior

        return plot_posterior(self)

    def arviz(self) -> Any:
        """Return everything as ArviZ inference data: an island a chain, named groups.

        See `colsim.calibration.results.inference_data`.

        Raises:
            UserError: ArviZ is not installed, or the folder is of an earlier version.
        """
        return inference_data(self)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the particles as plain Python types."""
        return {
            "folder": str(self.folder),
            "name": self.manifest["name"],
            "title": self.manifest["calibration"]["title"],
            "interviewed": self.manifest["themes"]["interviewed"],
            "missing": self.manifest["missing"],
            "account": self.account.to_dict(),
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
