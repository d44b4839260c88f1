"""Tables of interview themes: the study's, and a user's own."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from colsim.calibration.theme_reading import ThemeReading, understand_bytes, understand_themes
from colsim.calibration.theme_table import (
    NO,
    SERVICES,
    UNKNOWN,
    YES,
    Participants,
    Service,
    Theme,
    ThemeTable,
)
from colsim.scenario.faults import ScenarioError

__all__ = [
    "NO",
    "SERVICES",
    "UNKNOWN",
    "YES",
    "Participants",
    "Service",
    "Theme",
    "ThemeReading",
    "ThemeTable",
    "read_themes",
    "study_themes",
    "understand_themes",
]

STUDY = "Carpenter N. (2019), MSc by Research, University of Huddersfield, eprint 35181"


def read_themes(path: str | Path, *, known: Iterable[str] | None = None) -> ThemeTable:
    """Read a table of interview themes: counts by theme, or answers by participant.

    Args:
        path: a workbook (.xlsx) or a delimited file (.csv).
        known: theme ids that may occur; any unless given.

    Raises:
        ScenarioError: the file is faulty; holds every fault with file, row and column.
    """
    reading = understand_themes(path, known=known)
    if reading.table is None:
        raise ScenarioError(reading.faults)
    return reading.table


@cache
def study_themes() -> ThemeTable:
    """Return the themes of the study that the model rests on: 28 themes in 38 rows.

    Four CSWs and four MHSWs of one authority, interviewed by one of its own
    workers; titles are this project's words. Source: Carpenter (2019), Findings.

    >>> themes = study_themes()
    >>> len(themes.rows), themes.interviewed
    (38, {'CSW': 4, 'MHSW': 4})
    """
    file = files("colsim.calibration") / "data" / "study_themes.csv"
    reading = understand_bytes(file.read_bytes(), label="the study's themes")
    if reading.table is None:
        raise ScenarioError(reading.faults)
    return reading.table
