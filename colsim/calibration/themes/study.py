"""Tables of interview themes: the study's, and a user's own."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from colsim.calibration.themes.reader import ThemeReading
from colsim.calibration.themes.reading import understand_bytes, understand_themes
from colsim.calibration.themes.table import (
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
def study_themes(*, corrected: bool = False) -> ThemeTable:
    """Return the themes of the study that the model rests on: 28 themes in 38 rows.

    Four CSWs and four MHSWs of one authority, interviewed by one of its own
    workers; titles are this project's words. Source: Carpenter (2019), Findings.

    Args:
        corrected: with the counts that the study's words demand once a theme is taken for what
            its observable can speak of; these corrections were made after results were seen.

    >>> themes = study_themes()
    >>> len(themes.rows), themes.interviewed
    (38, {'CSW': 4, 'MHSW': 4})
    """
    from colsim.calibration.interviewing.study import corrected_counts

    file = files("colsim.calibration") / "data" / "study_themes.csv"
    reading = understand_bytes(file.read_bytes(), label="the study's themes")
    if reading.table is None:
        raise ScenarioError(reading.faults)
    if not corrected:
        return reading.table
    counts = corrected_counts()
    rows = tuple(
        replace(row, voiced_min=counts.get((row.id, row.service), row.voiced_min))
        for row in reading.table.rows
    )
    return replace(reading.table, rows=rows)
