"""From a table to rows by field: which header means what, which rows count."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from colsim.scenario.staff.cells import is_empty
from colsim.scenario.staff.tables import Content, StaffFault, Table, fault
from colsim.scenario.staff.words import (
    FIELDS,
    INSTEAD,
    REQUIRED,
    Columns,
    match_columns,
    role_of,
    tidy,
)

_HEADER_SEARCH = 15
"""Rows at the top among which the headers are looked for."""

FIELD_TITLES = {
    "id": "id",
    "role": "role",
    "team": "team",
    "site": "site",
    "locality": "locality",
    "hours": "hours",
    "fte": "FTE",
    "start": "start date",
    "one": "site",
    "other": "other site",
}
"""Field to the plain header; other fields are called what they are."""


@dataclass(slots=True)
class Understood:
    """What has been gathered from a staff list so far."""

    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    """Kind of table to field to header."""
    ignored: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind of table to headers that are not used."""
    notes: list[str] = field(default_factory=list)
    faults: list[StaffFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, its cells by field."""

    number: int
    cells: dict[str, Content]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table, and how to name a place in it."""

    table: Table
    columns: Columns
    rows: Sequence[Row]

    def title(self, name: str) -> str:
        """Return a field's header as written, or the plain one."""
        return self.columns.header.get(name, FIELD_TITLES.get(name, name))

    def fault(
        self, row: int, name: str, found: str, allowed: str, suggestion: str | None = None
    ) -> StaffFault:
        """Return a fault in a row and the column of a field."""
        table = self.table
        return fault(
            table.file,
            found,
            allowed,
            suggestion,
            sheet=table.sheet,
            row=row,
            column=self.title(name),
        )

    def column(self, name: str) -> list[Content]:
        """Return the cells of a field."""
        return [row.cells.get(name) for row in self.rows]


def rows_of(kind: str, table: Table, understood: Understood) -> Rows:
    """Find the headers of a table and return its rows; say what was guessed and what is missing."""
    needed = kind == "Staff"
    if not table.rows:
        if needed:
            found = "an empty sheet" if table.sheet else "no rows"
            understood.faults.append(fault(table.file, found, _wanted(kind), sheet=table.sheet))
        else:
            understood.notes.append(f"{table.label}: empty; nothing is known of {kind.lower()}")
        return Rows(table, match_columns(kind, ()), ())
    candidates = [
        (header_texts(cells), k) for k, (_, cells) in enumerate(table.rows[:_HEADER_SEARCH])
    ]
    matches = [match_columns(kind, texts) for texts, _ in candidates]
    best = max(range(len(matches)), key=lambda k: (len(matches[k].index), -k))
    columns = matches[best]
    number = table.rows[best][0]
    if kind == "Staff":
        columns = _telling_role(columns, candidates[best][0], table.rows[best + 1 :])
    understood.columns[kind] = {
        FIELD_TITLES.get(name, name): header for name, header in columns.header.items()
    }
    understood.ignored[kind] = columns.ignored
    where = f"sheet '{table.sheet}'" if table.sheet else table.file
    if best > 0:
        understood.notes.append(f"{where}: headers are taken from row {number}")
    for name, header in columns.guessed.items():
        title = FIELD_TITLES.get(name, name)
        if header.casefold() != title.casefold():
            understood.notes.append(f"{where}: column '{header}' is taken to be {title}")
    if columns.ignored:
        understood.notes.append(f"{where}: columns not used: {', '.join(columns.ignored)}")
    rows = Rows(
        table,
        columns,
        [
            Row(
                at,
                {name: cells[k] if k < len(cells) else None for name, k in columns.index.items()},
            )
            for at, cells in table.rows[best + 1 :]
        ],
    )
    rows = Rows(table, columns, [r for r in rows.rows if not all(map(is_empty, r.cells.values()))])
    for name in columns.twice:
        header = columns.header[name]
        understood.faults.append(
            rows.fault(number, name, f"a second column {header!r}", "one column for each purpose")
        )
    _missing(kind, rows, number, understood)
    if not rows.rows:
        if needed:
            found = f"nothing below the headers in row {number}"
            understood.faults.append(
                fault(table.file, found, "a row for each person", sheet=table.sheet)
            )
        else:
            understood.notes.append(f"{where}: no rows; nothing is known of {kind.lower()}")
    return rows


def _telling_role(
    columns: Columns, headers: Sequence[str], rows: Sequence[tuple[int, Sequence[Content]]]
) -> Columns:
    """Take the role from the column that tells it in most rows.

    Where the job title is "Social worker" throughout, the service tells.
    """
    used = {place for name, place in columns.index.items() if name != "role"}
    places = [
        place
        for place, header in enumerate(headers)
        if place not in used and "role" in match_columns("Staff", [header]).index
    ]
    if "role" not in columns.index or len(places) < 2:
        return columns

    def told(place: int) -> int:
        texts = (cells[place] for _, cells in rows if place < len(cells))
        return sum(isinstance(text, str) and role_of(text)[0] is not None for text in texts)

    first = columns.index["role"]
    best = max(places, key=lambda place: (told(place), place == first))
    if best == first:
        return columns
    header = tidy(headers[best])
    return replace(
        columns,
        index={**columns.index, "role": best},
        header={**columns.header, "role": header},
        guessed={**columns.guessed, "role": header},
        ignored=tuple(tidy(headers[first]) if h == header else h for h in columns.ignored),
    )


def header_texts(cells: Sequence[Content]) -> list[str]:
    """Return a row's texts, as headers; empty where a cell holds no text."""
    return [tidy(cell) if isinstance(cell, str) else "" for cell in cells]


def _wanted(kind: str) -> str:
    return "columns " + ", ".join(FIELD_TITLES.get(name, name) for name in REQUIRED[kind])


def _missing(kind: str, rows: Rows, number: int, understood: Understood) -> None:
    """Name each required column that no header means."""
    index = rows.columns.index
    for name in REQUIRED[kind]:
        if name in index or INSTEAD.get(name) in index:
            continue
        headers = ", ".join(map(repr, rows.columns.ignored)) or "none"
        names = [FIELD_TITLES.get(name, name), *FIELDS[kind][name][1:4]]
        if name in INSTEAD:
            names.append(FIELD_TITLES.get(INSTEAD[name], INSTEAD[name]))
        understood.faults.append(
            rows.fault(
                number,
                name,
                f"no such column; headers that are not understood: {headers}",
                f"a column headed {' or '.join(names)}",
            )
        )
