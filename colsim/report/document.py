"""What a document is: a title, sections, and how it was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colsim.intended_use import MAY_NOT
from colsim.reporting.account import Picture, Points, Section


@dataclass(frozen=True, slots=True)
class Document:
    """A result in sections, from what its folder holds."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    made: Mapping[str, Any]
    """Versions and time, from the folder's manifest."""


def chart_of(picture: Picture, folder: Path) -> bytes:
    """Return the chart, PNG; empty where it was not drawn."""
    path = folder / f"{picture.stem}.png"
    return picture.drawn or (path.read_bytes() if path.is_file() else b"")


def limits() -> Section:
    """Return what no result may be used for."""
    said = Points(tuple(f"{title}: {why}." for title, why in MAY_NOT))
    return Section("What it may not be used for", (said,))
