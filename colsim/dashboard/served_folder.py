"""The folder that the dashboard was opened with, the same for all visitors."""

from pathlib import Path
from typing import Any, Protocol

from colsim.experiments.results import Results, open_results
from colsim.reporting.account import Account


class Calibrated(Protocol):
    """What the page needs of a calibration."""

    @property
    def manifest(self) -> dict[str, Any]:
        """What was asked."""

    @property
    def summary(self) -> dict[str, Any]:
        """What came out."""

    @property
    def account(self) -> Account:
        """What it says."""


_results: list[Results] = []
_calibrations: list[Calibrated] = []


def open_folder(folder: str | Path) -> Results | Calibrated:
    """Open the folder of a sweep or of a calibration.

    Raises:
        UserError: it is neither, or the calibration is not finished.
    """
    from colsim.calibration.results.posterior import MANIFEST, open_calibration

    if (Path(folder) / MANIFEST).is_file():
        found: Calibrated = open_calibration(folder)
        return found
    return open_results(folder)


def show(what: Results | Calibrated | None) -> None:
    """Say what the dashboard shows; to be called before its pages are loaded."""
    _results[:] = [what] if isinstance(what, Results) else []
    _calibrations[:] = [] if what is None or isinstance(what, Results) else [what]


def results() -> Results | None:
    """Return the sweep that is shown."""
    return _results[0] if _results else None


def calibration() -> Calibrated | None:
    """Return the calibration that is shown."""
    return _calibrations[0] if _calibrations else None
