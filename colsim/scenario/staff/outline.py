"""What a list shows otherwise than row by row: notes above its headers, blocks told once."""

from collections.abc import Iterable, Mapping, Sequence

from colsim.scenario.staff.cells import is_empty
from colsim.scenario.staff.tables import Content

_TOP = 15
"""Rows at the top that may be headers; and of wide rows below them."""
_FARTHEST = 1000
_WIDE = 3
"""Filled cells of a row that is no note."""
_BLOCKS = ("locality", "site", "team")
"""What a list may tell once for all rows below, the outermost first."""


def may_be_headers(rows: Iterable[Sequence[object]]) -> list[tuple[int, Sequence[object]]]:
    """Return rows that may be headers: those at the top, and below notes the first wide ones."""
    found: list[tuple[int, Sequence[object]]] = []
    wide = 0
    for number, row in enumerate(rows):
        if number >= _FARTHEST or wide >= _TOP:
            break
        if number >= _TOP:
            if sum(cell is not None and cell != "" for cell in row) < _WIDE:
                continue
            wide += 1
        found.append((number, row))
    return found


def fill_down(people: Sequence[list[Content]], places: Mapping[str, int]) -> dict[str, int]:
    """Let what an outline tells once, in the first row of a block, hold in the rows below.

    A column is an outline where at least half of its cells are blank, the first is not, and no
    two people one below the other have the same in it. Within a new block of an outer column
    nothing is taken from the block before.

    Args:
        people: their rows; blank cells are filled.
        places: fields to columns.

    Returns:
        Fields that were filled to how many cells.
    """
    starts = {
        name: [not is_empty(at(cells, places[name])) for cells in people]
        for name in _BLOCKS
        if name in places
    }
    filled: dict[str, int] = {}
    for name, own in starts.items():
        place = places[name]
        if not _is_outline([at(cells, place) for cells in people], own):
            continue
        above: Content = None
        filled[name], outer = 0, [starts[other] for other in filled]
        for k, cells in enumerate(people):
            if own[k]:
                above = cells[place]
            elif any(begins[k] for begins in outer):
                above = None
            elif above is not None:
                cells += [None] * (place + 1 - len(cells))
                cells[place] = above
                filled[name] += 1
    return filled


def _is_outline(texts: Sequence[Content], own: Sequence[bool]) -> bool:
    twice = any(
        first == second and here for first, second, here in zip(texts, texts[1:], own, strict=False)
    )
    return bool(own) and own[0] and not all(own) and 2 * sum(own) <= len(own) and not twice


def at(cells: Sequence[Content], place: int) -> Content:
    """Return the cell at a place; nothing where a row is shorter."""
    return cells[place] if place < len(cells) else None
