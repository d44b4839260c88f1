"""What a result says, as plain data made once: sections of sentences, lists, tables and pictures.

Terminal, page, chart, report and JSON show the same account; none of them words a result itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str
    weak: bool = False
    """Beside the point: how to read a table, and such."""
    strong: bool = False
    """To be read before all else."""


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: tuple[str, ...]

    def under_heads(self) -> Iterator[tuple[str, list[str]]]:
        """Yield runs of items that begin alike up to a colon: that, and what follows of each.

        A policy of two levers has a name of eighty letters, which is read once, not ten times.

        >>> list(Points(("A: x.", "A: y: z.", "B: x.", "C.")).under_heads())
        [('A', ['x.', 'y: z.']), ('', ['B: x.']), ('', ['C.'])]
        """
        for head, run in groupby(self.items, lambda item: item.partition(": ")[0]):
            items = list(run)
            if len(items) > 1 and all(item.startswith(f"{head}: ") for item in items):
                yield head, [item.removeprefix(f"{head}: ") for item in items]
            else:
                yield from (("", [item]) for item in items)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first column names the rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    worded: tuple[int, ...] = ()
    """Columns beside the first whose cells are words: these begin at the left."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what it shows in words."""

    stem: str
    """Of its file in the folder of the result."""
    says: str
    drawn: bytes = b""
    """The chart itself, PNG, where the folder holds none."""


Part = Words | Points | Grid | Picture
_KINDS: dict[str, type[Part]] = {"words": Words, "points": Points, "grid": Grid, "picture": Picture}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    parts: tuple[Part, ...] = ()
    appendix: bool = False
    """To be told where all is told: in a report behind the first pages, on a screen if asked."""
    key: str = ""
    """By which a rendering finds it."""

    def texts(self) -> Iterator[str]:
        """Yield each sentence and item, tables and pictures left out."""
        for part in self.parts:
            if isinstance(part, Words):
                yield part.text
            elif isinstance(part, Points):
                yield from part.items


@dataclass(frozen=True, slots=True)
class Account:
    """What a result says: sections in the order in which they are told.

    >>> told = Account((Section("Costs", (Words("None."),), key="costs"),))
    >>> told.texts("costs"), Account.from_dict(told.to_dict()) == told
    (['None.'], True)
    """

    sections: tuple[Section, ...]

    def all_of(self, *keys: str) -> list[Section]:
        """Return the sections of some keys; a key may have none, or several."""
        return [one for one in self.sections if one.key in keys]

    def parts(self, *keys: str) -> tuple[Part, ...]:
        """Return what stands under the sections of some keys."""
        return tuple(part for one in self.all_of(*keys) for part in one.parts)

    def texts(self, *keys: str) -> list[str]:
        """Return the sentences and items of some sections."""
        return [text for one in self.all_of(*keys) for text in one.texts()]

    def to_dict(self) -> list[dict[str, Any]]:
        """Return it as plain data, for JSON and for pages."""
        kinds = {of: kind for kind, of in _KINDS.items()}
        return [
            {
                "key": one.key,
                "title": one.title,
                "appendix": one.appendix,
                "parts": [{"kind": kinds[type(part)]} | _told(part) for part in one.parts],
            }
            for one in self.sections
        ]

    @classmethod
    def from_dict(cls, document: Any) -> "Account":
        """Return what `to_dict` wrote, also as JSON has it.

        Raises:
            KeyError, TypeError: it is something else.
        """
        return cls(
            tuple(
                Section(one["title"], tuple(map(_part, one["parts"])), one["appendix"], one["key"])
                for one in document
            )
        )


def _told(part: Part) -> dict[str, Any]:
    """Return a part as plain data; a chart lies in a file of its own."""
    return {key: value for key, value in asdict(part).items() if not isinstance(value, bytes)}


def _part(found: Mapping[str, Any]) -> Part:
    values = {key: _frozen(value) for key, value in found.items() if key != "kind"}
    return _KINDS[found["kind"]](**values)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
