"""What a document is made of: headings, paragraphs, lists, tables and a picture, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str
    weak: bool = False
    """Beside the point: how to read a table, and such."""


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first column names the rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what it shows in words."""

    stem: str
    """Of its file in the folder of the result."""
    says: str
    drawn: bytes = b""
    """The chart itself, PNG, where the folder holds none."""


def chart_of(picture: Picture, folder: Path) -> bytes:
    """Return the chart, PNG; empty where it was not drawn."""
    path = folder / f"{picture.stem}.png"
    return picture.drawn or (path.read_bytes() if path.is_file() else b"")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    parts: tuple[Words | Points | Grid | Picture, ...] = field(default=())
    appendix: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A result in sections, from what its folder holds."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    made: Mapping[str, Any]
    """Versions and time, from the folder's manifest."""
