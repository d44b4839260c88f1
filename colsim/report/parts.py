"""What a document is made of: headings, paragraphs, lists, tables and a picture, as plain data."""

from dataclasses import dataclass, field


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
    """A chart of the folder, by the stem of its files, with what it shows in words."""

    stem: str
    says: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    parts: tuple[Words | Points | Grid | Picture, ...] = field(default=())
    appendix: bool = False
