"""The words people use in staff lists: headers, roles, how well one knows another.

All of this is convention, not measurement.  A word that is not the plain one
is understood all the same, and said to be a guess.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from colsim.data import read
from colsim.errors import nearest
from colsim.scenario.names import as_seen, tidy

WORDS = read("headers")
SHEETS: dict[str, list[str]] = WORDS["sheets"]
"""Kind of table to the names, folded, under which it may come."""
FIELDS: dict[str, dict[str, list[str]]] = WORDS["fields"]
"""Kind of table to its fields, each with the headers, folded, that are understood."""
REQUIRED: dict[str, list[str]] = WORDS["required"]
"""Fields that a table must have."""
INSTEAD: dict[str, str] = WORDS["instead"]
"""Required field to the one that may stand in for it."""
KNOWN_WORDS: dict[str, float] = WORDS["known"]
"""Words for familiarity and trust to shares."""


WORDS_SHOWN = "not at all, by name, a little, somewhat, well, very well"

_LONGEST_HEADER = 60
_EMPTY = {"", "n/a", "na", "n.a.", "tbc", "tba", "unknown", "null", "nan", "nil", "<na>", "(blank)"}
_MARKS = re.compile(r"[-–—−_.?*/ ]+")


def fold(text: str) -> str:
    """Return a text in lower case, with anything but letters and digits as single spaces."""
    return " ".join(re.sub(r"[^\w]+|_", " ", as_seen(text).casefold()).split())


def is_placeholder(text: str) -> bool:
    """Tell whether a text only says that there is nothing."""
    return text.casefold() in _EMPTY or bool(_MARKS.fullmatch(text))


def close(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to a misspelt one, or None if none is close."""
    return nearest(name, known, fold=fold)


@dataclass(frozen=True, slots=True)
class Columns:
    """How the headers of a table were understood."""

    index: Mapping[str, int]
    """Field to the place of its column, from 0."""
    header: Mapping[str, str]
    """Field to its header as written."""
    guessed: Mapping[str, str]
    """Fields whose header is not the plain name, to the header as written."""
    ignored: tuple[str, ...]
    """Headers that are not used."""
    twice: tuple[str, ...]
    """Fields that two headers name equally well."""


@lru_cache(maxsize=10_000)
def _claims(kind: str, header: str) -> tuple[tuple[float, str], ...]:
    """Return the fields that a header could mean, each with how far-fetched that is."""
    full = fold(header)
    folded = fold(re.sub(r"\(.*?\)|\[.*?\]", " ", header)) or full
    if not full or len(full) > _LONGEST_HEADER:
        return ()
    found = []
    for field, names in FIELDS[kind].items():
        known = next((name for name in (full, folded) if name in names), None)
        if known is not None:
            found.append((float(names.index(known)), field))
        elif len(folded) > 3 and not folded.isdecimal():
            # "Employee name" is near "employee number", and the last that should serve as a code.
            named = "name" in folded.split()
            known_names = [name for name in names if not named or "name" in name.split()]
            near = get_close_matches(folded, known_names, n=1, cutoff=0.75)
            found += [(100.0 + names.index(name), field) for name in near]
    return tuple(found)


def claimed_fields(kind: str, header: str) -> tuple[str, ...]:
    """Return the fields that a header could mean, the likeliest first."""
    return tuple(field for _, field in sorted(_claims(kind, header)))


def match_columns(kind: str, headers: Sequence[str]) -> Columns:
    """Match headers with the fields of a table.

    Exact names win over synonyms, earlier synonyms over later ones, and these
    over near spellings; each header serves one field.
    """
    claims = [
        (score, place, field)
        for place, header in enumerate(headers)
        for score, field in _claims(kind, header)
    ]
    index: dict[str, int] = {}
    rank: dict[str, float] = {}
    twice = []
    used: set[int] = set()
    for score, place, field in sorted(claims):
        if place in used:
            continue
        if field in index:
            if rank[field] == score:
                twice.append(field)
            continue
        index[field], rank[field] = place, score
        used.add(place)
    return Columns(
        index=index,
        header={field: tidy(headers[place]) for field, place in index.items()},
        guessed={field: tidy(headers[place]) for field, place in index.items() if rank[field] > 0},
        ignored=tuple(
            tidy(header)
            for place, header in enumerate(headers)
            if tidy(header) and place not in used
        ),
        twice=tuple(dict.fromkeys(twice)),
    )


def kind_of_sheet(name: str) -> str | None:
    """Return which table a sheet or file of this name holds, or None."""
    folded = fold(name)
    for kind, names in SHEETS.items():
        if folded in names:
            return kind
    for kind, names in SHEETS.items():
        if get_close_matches(folded, names, n=1, cutoff=0.85):
            return kind
    return None
