"""Faults of a long list in a few: what is wrong in many rows in the same way is said once."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from colsim.scenario.staff.tables import StaffFault

MOST_LINES = 15
_ROWS_SHOWN = 4
_FOUND_SHOWN = 3


def grouped(faults: Sequence[StaffFault], *, most: int = MOST_LINES) -> list[StaffFault]:
    """Return faults as at most `most`, in the order of their first rows.

    Faults of one column with the same finding are one; if these are too many, faults of one
    column that allow the same are one; if there still are too many, the last says so.
    """
    groups = _grouped(faults, lambda fault: (_place(fault), fault.found, fault.allowed))
    if len(groups) > most:
        # What a title is to be mapped to names the title: one kind all the same.
        groups = _grouped(faults, lambda fault: (_place(fault), fault.allowed.split("--role")[0]))
    merged = [_merged(group) for group in groups[:most]]
    if len(groups) > most:
        rest = sum(len(group) for group in groups[most - 1 :])
        allowed = "a list without faults: colsim authority check, with --json, lists all"
        merged[most - 1] = StaffFault(faults[0].file, "", f"{rest} more", allowed)
    return merged


def _place(fault: StaffFault) -> Hashable:
    return fault.file, fault.sheet, fault.column


def _grouped(
    faults: Iterable[StaffFault], key: Callable[[StaffFault], Hashable]
) -> list[list[StaffFault]]:
    groups: dict[Hashable, list[StaffFault]] = {}
    for fault in faults:
        groups.setdefault(key(fault) if fault.row is not None else fault, []).append(fault)
    return list(groups.values())


def _merged(group: Sequence[StaffFault]) -> StaffFault:
    first = group[0]
    if len(group) == 1:
        return first
    rows = [str(fault.row) for fault in group]
    more = f" and {len(rows) - _ROWS_SHOWN} more" if len(rows) > _ROWS_SHOWN else ""
    places = [
        f"sheet {first.sheet}" if first.sheet else "",
        f"column {first.column}",
        f"{len(rows)} rows ({', '.join(rows[:_ROWS_SHOWN])}{more})",
    ]
    said = _most_common(fault.found for fault in group)
    found = "; ".join(said[:_FOUND_SHOWN])
    if len(said) > _FOUND_SHOWN:
        found += f" and {len(said) - _FOUND_SHOWN} others"
    near = {fault.suggestion for fault in group}
    return replace(
        first,
        key=", ".join(place for place in places if place),
        found=found,
        suggestion=near.pop() if len(near) == 1 else None,
    )


def _most_common(texts: Iterable[str]) -> list[str]:
    """Return different texts, with how often each occurs if there are several."""
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    if len(counts) == 1:
        return list(counts)
    return [f"{text} ({n})" for text, n in sorted(counts.items(), key=lambda item: -item[1])]
