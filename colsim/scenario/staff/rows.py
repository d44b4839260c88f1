"""From a table to rows by field: which header means what, which rows are people at all."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from colsim.errors import few
from colsim.scenario.names import tidy
from colsim.scenario.staff.cells import WrongCellError, is_empty, number_in
from colsim.scenario.staff.outline import at, fill_down, may_be_headers
from colsim.scenario.staff.tables import Content, StaffFault, Table, fault
from colsim.scenario.staff.titles import is_manager, role_in, role_of
from colsim.scenario.staff.words import (
    FIELDS,
    INSTEAD,
    REQUIRED,
    Columns,
    claimed_fields,
    fold,
    match_columns,
)

_HEADER_SEARCH = 15
"""Rows at the top of a table of themes among which the headers are looked for."""
_SHOWN = 8
"""Rows that a note lists."""

FIELD_TITLES = {"fte": "FTE", "start": "start date", "one": "site", "other": "other site"}
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

    of: "Rows"
    number: int
    cells: dict[str, Content]
    all: list[Content] = field(default_factory=list)
    """Every cell, whatever its column."""
    places: tuple[str, ...] = ()
    """Team, service, department and so on: what may tell the service of a person."""

    def value[T](self, name: str, read: Callable[[Any], T]) -> T | None:
        """Read a cell; note its fault and return None if it is wrong or its column is missing."""
        if name not in self.of.columns.index:
            return None
        try:
            return read(self.cells.get(name))
        except WrongCellError as wrong:
            self.wrong(name, wrong.found, wrong.allowed, wrong.suggestion)
            return None

    def wrong(self, name: str, found: str, allowed: str, suggestion: str | None = None) -> None:
        """Note a fault of a cell."""
        fault = self.of.fault(self.number, name, found, allowed, suggestion)
        self.of.understood.faults.append(fault)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table, and how to name a place in it."""

    table: Table
    columns: Columns
    understood: Understood
    rows: list[Row] = field(default_factory=list, repr=False)

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
            place=None if name not in self.columns.index else self.columns.index[name] + 1,
        )

    def note(self, name: str, texts: Iterable[str]) -> None:
        """Say of a column, or if it has no name of the table, what was guessed."""
        column = f", column '{self.title(name)}'" if name else ""
        notes = (f"{self.table.where}{column}: {text}" for text in sorted(texts))
        self.understood.notes.extend(notes)

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
        return Rows(table, match_columns(kind, ()), understood)
    candidates = {
        k: header_texts(table.rows[k][1])
        for k, _ in may_be_headers(cells for _, cells in table.rows)
    }
    matches = {k: _columns(kind, texts, table.hidden_columns) for k, texts in candidates.items()}
    best = max(matches, key=lambda k: (len(matches[k].index), -k))
    columns = matches[best]
    number = table.rows[best][0]
    headers, below = candidates[best], table.rows[best + 1 :]
    if kind == "Staff":
        columns = _telling_role(columns, headers, below)
    called = f"{kind} ({table.sheet})" if kind in understood.columns else kind
    understood.columns[called] = {
        FIELD_TITLES.get(name, name): header for name, header in columns.header.items()
    }
    understood.ignored[called] = columns.ignored
    where = table.where
    if best > 0:
        understood.notes.append(f"{where}: headers are taken from row {number}")
    for name, header in columns.guessed.items():
        title = FIELD_TITLES.get(name, name)
        if header.casefold() != title.casefold():
            understood.notes.append(f"{where}: column '{header}' is taken to be {title}")
    for name, place in columns.index.items():
        if place in table.hidden_columns:
            header = columns.header[name]
            understood.notes.append(f"{where}: column '{header}' is hidden, and read all the same")
    if columns.ignored:
        understood.notes.append(f"{where}: columns not used: {', '.join(columns.ignored)}")
    telling = _telling_places(headers, columns) if needed else ()
    # "Adult Mental Health" on the tab tells the service of all on it, where nothing nearer does.
    sheet = (table.sheet,) if needed and table.sheet else ()
    rows = Rows(table, columns, understood)

    def read(line: int, cells: list[Content]) -> Row:
        places = (*(t for place in telling if isinstance(t := at(cells, place), str)), *sheet)
        return Row(rows, line, by_field(columns, cells), cells, places)

    every = [read(line, list(cells)) for line, cells in below]
    kept = [row for row in every if not all(map(is_empty, row.cells.values()))]
    if needed:
        kept = _people(kept, table, headers, understood)
        filled = fill_down([row.all for row in kept], columns.index)
        kept = [read(row.number, row.all) for row in kept] if filled else kept
        understood.notes += [
            f"{where}: {count} blank cells of column '{columns.header[name]}' hold what stands "
            "above them, as in an outline; fill them in if that is not meant"
            for name, count in filled.items()
        ]
    rows.rows.extend(kept)
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


def heads(table: Table) -> Iterator[tuple[list[str], Sequence[tuple[int, Sequence[Content]]]]]:
    """Yield the texts of rows at the top, which may be headers, each with the rows below it."""
    for k, (_, cells) in enumerate(table.rows[:_HEADER_SEARCH]):
        yield header_texts(cells), table.rows[k + 1 :]


def by_field(columns: Columns, cells: Sequence[Content]) -> dict[str, Content]:
    """Return a row's cells by the fields that headers mean."""
    return {name: at(cells, place) for name, place in columns.index.items()}


def _columns(kind: str, headers: Sequence[str], hidden: frozenset[int]) -> Columns:
    """Match headers; a column that is hidden serves where none that is shown does."""
    if not hidden:
        return match_columns(kind, headers)
    shown = ["" if place in hidden else header for place, header in enumerate(headers)]
    columns = match_columns(kind, shown)
    behind = match_columns(
        kind, [header if place in hidden else "" for place, header in enumerate(headers)]
    )
    more = {name: place for name, place in behind.index.items() if name not in columns.index}
    return replace(
        columns,
        index={**columns.index, **more},
        header={**columns.header, **{name: behind.header[name] for name in more}},
        guessed={**columns.guessed, **{n: t for n, t in behind.guessed.items() if n in more}},
    )


_FARTHER = ("team", "role", "section", "department", "directorate")
"""What tells a person's service: the nearest first."""


def _telling_places(headers: Sequence[str], columns: Columns) -> tuple[int, ...]:
    """Return the columns that may tell a person's service: team, service, department and so on."""
    taken = {place for name, place in columns.index.items() if name not in ("team", "directorate")}
    found = []
    for place, header in enumerate(headers):
        fields = claimed_fields("Staff", header)
        near = [name for name in ("team", "role", "directorate") if name in fields]
        if near and place not in taken:
            words = (near[0], header.casefold())
            found.append((min(k for k, w in enumerate((*_FARTHER, *words)) if w in words), place))
    return tuple(place for _, place in sorted(found))


def _people(
    rows: Sequence[Row], table: Table, headers: Sequence[str], understood: Understood
) -> list[Row]:
    """Return the rows that are people; say which are headings, totals and the like."""
    kept, skipped = [], []
    for row in rows:
        reason = no_person(row.cells, row.all, headers)
        if reason is None:
            kept.append(row)
        else:
            skipped.append(f"{row.number} {reason}")
    if skipped:
        said = few(skipped, _SHOWN)
        understood.notes.append(f"{table.where}: rows that are no people are skipped: {said}")
    return kept


def _telling_role(
    columns: Columns, headers: Sequence[str], rows: Sequence[tuple[int, Sequence[Content]]]
) -> Columns:
    """Take the role from the column that holds it plainly, or that alone tells anything.

    Where the job title is "Social worker" throughout and another column holds CSW and MHSW, that
    one is meant.
    """
    used = {place for name, place in columns.index.items() if name != "role"}
    places = [
        place
        for place, header in enumerate(headers)
        if place not in used and "role" in claimed_fields("Staff", header)
    ]
    if "role" not in columns.index or len(places) < 2:
        return columns
    first = columns.index["role"]
    texts = {
        place: [t for _, cells in rows if isinstance(t := at(cells, place), str) and t.strip()]
        for place in places
    }

    def plain(place: int) -> bool:
        roles = [role_of(text) for text in texts[place]]
        return bool(roles) and all(role is not None and not guessed for role, guessed in roles)

    def told(place: int) -> int:
        return sum(
            role_of(text)[0] is not None or is_manager(text) or role_in(text, "mental") is not None
            for text in texts[place]
        )

    best = next(filter(plain, sorted(places, key=lambda place: place != first)), first)
    if not plain(best) and not told(first):
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


_TOTAL = re.compile(
    r"((grand|sub|overall|team|service|report|establishment) )*(sub)?(total|totals|sum|headcount"
    r"|head count|row count|count|average|mean|gesamt|summe)( .*)?"
)
_FOOTER = re.compile(
    r"(printed|produced|generated|exported|created|extracted|prepared|run) (by|on|at|from|date)\b"
    r"|page \d+|confidential|official|sensitive|source|end of|report\b|run date|as at\b|note\b"
    r"|copyright|version|filter|criteria"
)
_QUOTED = 40
_WHO = ("id", "role", "team", "site", "locality")


def no_person(
    cells: Mapping[str, Content], everything: Sequence[Content], headers: Sequence[str]
) -> str | None:
    """Return why a row is no person, or None if it may be one.

    Args:
        cells: its cells by field.
        everything: all its cells.
        headers: texts of the row of headers.
    """
    filled = [cell for cell in everything if not is_empty(cell)]
    texts = [tidy(cell) for cell in filled if isinstance(cell, str)]
    who = [name for name in _WHO if not is_empty(cells.get(name))]
    again = [
        isinstance(cell, str) and fold(cell) == fold(header)
        for cell, header in zip(everything, headers, strict=False)
        if header
    ]
    if sum(again) >= 3 and sum(again) > len(filled) / 2:
        return "(the headers again)"
    total = next((text for text in texts if _TOTAL.fullmatch(fold(text))), None)
    if total is not None and len(who) <= 2:
        return _quoted(total)
    if not who and all(number_in(text) for text in texts):
        return "(numbers alone)"
    if len(filled) > 2:
        return None
    footer = next((text for text in texts if _FOOTER.match(fold(text))), None)
    if footer is not None:
        return _quoted(footer)
    dated = [cell for cell in filled if isinstance(cell, dt.date | dt.datetime)]
    if len(texts) + len(dated) == len(filled) == 1 and texts and " " in texts[0]:
        return _quoted(texts[0])
    return None


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= _QUOTED else f"'{text[:_QUOTED]}…'"
