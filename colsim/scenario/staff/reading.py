"""Read a staff list: everything wrong in one go, and nothing guessed in silence."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from colsim.scenario.checks import Problem
from colsim.scenario.faults import ScenarioError
from colsim.scenario.staff import cells
from colsim.scenario.staff.cells import WrongCellError
from colsim.scenario.staff.files import tables_of
from colsim.scenario.staff.rows import Row, Rows, Understood, rows_of
from colsim.scenario.staff.tables import StaffFault, UnreadableError
from colsim.scenario.staff.words import ROLE_WORDS, SPANNER, nearest_role, role_of, tidy
from colsim.scenario.staff_rules import (
    distance_problems,
    natural,
    people_problems,
    tie_problems,
)

_SHARE_COLUMN = 1.5
"""If no number in a column of hours is above this, the column holds shares of a whole post."""


@dataclass(frozen=True, slots=True)
class StaffReading:
    """What was understood of a staff list, what was guessed and what is wrong."""

    file: str
    practitioners: tuple[dict[str, Any], ...]
    """Entries of `organisation.practitioners`, by locality, service, team and id."""
    ties: tuple[dict[str, Any], ...]
    distances: tuple[dict[str, Any], ...]
    spanners: tuple[str, ...]
    """Boundary spanners on the list; they are no part of the organisation."""
    columns: dict[str, dict[str, str]]
    """Table to field to header."""
    ignored: dict[str, tuple[str, ...]]
    """Table to headers that are not used."""
    notes: tuple[str, ...]
    faults: tuple[StaffFault, ...]

    def organisation(self) -> dict[str, Any]:
        """Return the keys of an organisation that the list gives, as plain data.

        Raises:
            ScenarioError: the list is faulty.
        """
        if self.faults:
            raise ScenarioError(self.faults)
        return {
            "practitioners": list(self.practitioners),
            "ties": list(self.ties),
            "distances": list(self.distances),
        }


@dataclass(slots=True)
class _Reader:
    """A staff list while it is read."""

    file: str
    as_of: dt.date
    understood: Understood = field(default_factory=Understood)
    people: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """Row of each of `people`."""
    spanners: dict[str, int] = field(default_factory=dict)
    """Code of each boundary spanner, in lower case, to the row."""
    spanner_codes: list[str] = field(default_factory=list)

    def value[T](self, rows: Rows, row: Row, name: str, read: Callable[[Any], T]) -> T | None:
        """Read a cell; note its fault and return None if it is wrong or its column is missing."""
        if name not in rows.columns.index:
            return None
        try:
            return read(row.cells.get(name))
        except WrongCellError as wrong:
            self.understood.faults.append(
                rows.fault(row.number, name, wrong.found, wrong.allowed, wrong.suggestion)
            )
            return None

    def note(self, rows: Rows, name: str, texts: Iterable[str]) -> None:
        for text in sorted(texts):
            where = f"sheet '{rows.table.sheet}'" if rows.table.sheet else rows.table.file
            self.understood.notes.append(f"{where}, column '{rows.title(name)}': {text}")

    def problems(self, rows: Rows, lines: list[int], problems: Iterable[Problem]) -> None:
        """Turn broken rules, whose places are entries, into faults of rows."""
        for problem in problems:
            entry, name = problem.loc
            assert isinstance(entry, int)
            if str(name) in rows.columns.index:
                self.understood.faults.append(
                    rows.fault(
                        lines[entry], str(name), problem.found, problem.allowed, problem.suggestion
                    )
                )


def read_staff(
    path: str | Path, *, as_of: dt.date | None = None, label: str | None = None
) -> StaffReading:
    """Read a staff list from a workbook, a delimited file or a folder of these.

    Faults are listed in the result, not raised.

    Args:
        path: what to read.
        as_of: the day at which the list holds, to which weeks in post are
            counted; today unless given.
        label: how messages name the file; the path unless given.
    """
    reader = _Reader(label or str(path), as_of or dt.date.today())
    try:
        found = tables_of(Path(path), label=reader.file)
    except UnreadableError as error:
        return _result(reader, (), (), error.faults)
    understood = reader.understood
    understood.notes += found.notes
    understood.faults += found.faults
    rows = {kind: rows_of(kind, table, understood) for kind, table in found.tables.items()}
    _read_people(reader, rows["Staff"])
    if "start" in rows["Staff"].columns.index and as_of is None:
        understood.notes.append(
            f"{reader.file}: weeks in post are counted to today, {reader.as_of.isoformat()}; "
            "as_of in [organisation] names another day and keeps results the same tomorrow"
        )
    ties = _read_ties(reader, rows["Ties"]) if "Ties" in rows else []
    distances = _read_distances(reader, rows["Sites"]) if "Sites" in rows else []
    return _result(reader, ties, distances, ())


def _result(
    reader: _Reader,
    ties: Iterable[dict[str, Any]],
    distances: Iterable[dict[str, Any]],
    faults: Iterable[StaffFault],
) -> StaffReading:
    def order(person: dict[str, Any]) -> tuple[Any, ...]:
        fields = ("locality", "role", "team", "id")
        return tuple(natural(str(person.get(name) or "")) for name in fields)

    understood = reader.understood
    return StaffReading(
        file=reader.file,
        practitioners=tuple(sorted(reader.people, key=order)),
        ties=tuple(sorted(ties, key=lambda t: (natural(t["csw"]), natural(t["mhsw"])))),
        distances=tuple(distances),
        spanners=tuple(reader.spanner_codes),
        columns=understood.columns,
        ignored=understood.ignored,
        notes=tuple(dict.fromkeys(understood.notes)),
        faults=(*understood.faults, *faults),
    )


def _read_people(reader: _Reader, rows: Rows) -> None:
    guesses: dict[str, set[str]] = {name: set() for name in ("hours", "start")}
    roles: Counter[tuple[str, str]] = Counter()
    month_first = cells.month_first(rows.column("start"))
    hours_name = "hours" if "hours" in rows.columns.index else "fte"
    as_share = hours_name == "fte" or _holds_shares(rows.column("hours"))
    if as_share and rows.rows and hours_name in rows.columns.index:
        guesses["hours"].add(f"read as a share of a whole post of {cells.FULL_TIME:g} hours a week")
    if hours_name == "hours" and "fte" in rows.columns.index:
        reader.note(rows, "fte", ["not used, as there is a column of hours"])
    unknown_start = 0

    def role_in(value: Any) -> str:
        if isinstance(value, str) and not cells.is_empty(value):
            role, guessed = role_of(value)
            if role is not None:
                if guessed:
                    roles[tidy(value), role] += 1
                return role
            raise WrongCellError(cells.shown(tidy(value)), ROLE_WORDS, nearest_role(value))
        raise WrongCellError(cells.shown(value), ROLE_WORDS)

    for row in rows.rows:
        code = reader.value(rows, row, "id", partial(cells.name_in, what="a code"))
        role = reader.value(rows, row, "role", role_in)
        if role == SPANNER:
            if code is not None:
                reader.spanners[code.casefold()] = row.number
                reader.spanner_codes.append(code)
            continue
        person: dict[str, Any] = {"id": code, "role": role}
        for name in ("team", "site", "locality"):
            person[name] = reader.value(rows, row, name, partial(cells.name_in, what=f"a {name}"))
        person["hours"] = reader.value(
            rows,
            row,
            hours_name,
            partial(cells.hours_in, as_share=as_share, guesses=guesses["hours"]),
        )
        if "start" in rows.columns.index:
            if cells.is_empty(row.cells.get("start")):
                unknown_start += 1
            else:
                start = reader.value(
                    rows,
                    row,
                    "start",
                    partial(
                        cells.date_in,
                        latest=reader.as_of,
                        month_before_day=month_first,
                        guesses=guesses["start"],
                    ),
                )
                if start is not None:
                    person["weeks_in_post"] = (reader.as_of - start).days // 7
        reader.people.append(person)
        reader.lines.append(row.number)
    reader.note(rows, hours_name, guesses["hours"])
    if unknown_start:
        guesses["start"].add(f"empty for {unknown_start}: not known, the model draws it")
    reader.note(rows, "start", guesses["start"])
    reader.note(
        rows, "role", (f"'{text}' is read as {role} ({n})" for (text, role), n in roles.items())
    )
    for name in ("team", "site", "locality"):
        reader.note(rows, name, _unify(reader.people, name))
    if reader.spanners:
        lines = ", ".join(map(str, reader.spanners.values()))
        reader.note(
            rows,
            "role",
            [
                f"{len(reader.spanner_codes)} boundary spanner(s) in row(s) {lines} are shown and "
                "not simulated: posts enter a scenario with the lever boundary_spanners"
            ],
        )
    if rows.rows:
        reader.problems(
            rows,
            reader.lines,
            people_problems(reader.people, lambda k: f"row {reader.lines[k]}"),
        )


def _holds_shares(column: Iterable[Any]) -> bool:
    """Tell whether no number of a column of hours could be hours of a week."""
    numbers = []
    for value in column:
        try:
            numbers.append(cells.hours_in(value, as_share=True, guesses=set()))
        except WrongCellError:
            if not cells.is_empty(value):
                return False
    return bool(numbers)


def _unify(people: list[dict[str, Any]], name: str) -> Iterable[str]:
    """Give names that differ in letter case alone the spelling that is used most."""
    spellings: dict[str, Counter[str]] = {}
    for person in people:
        if person[name] is not None:
            spellings.setdefault(person[name].casefold(), Counter())[person[name]] += 1
    for person in people:
        if person[name] is not None:
            person[name] = spellings[person[name].casefold()].most_common(1)[0][0]
    for variants in spellings.values():
        (usual, _), *others = variants.most_common()
        for other, _ in others:
            yield f"'{other}' is taken to be '{usual}'"


def _read_ties(reader: _Reader, rows: Rows) -> list[dict[str, Any]]:
    guesses: dict[str, set[str]] = {n: set() for n in ("familiarity", "trust from", "trust to")}
    codes = {p["id"].casefold(): p["id"] for p in reader.people if p["id"] is not None}
    roles = {p["id"]: p["role"] for p in reader.people if p["id"] is not None}
    respelt: set[str] = set()
    entries: list[dict[str, Any]] = []
    lines: list[int] = []
    with_spanners = 0

    def code_in(value: Any) -> str:
        text = cells.name_in(value, what="an id")
        code = str(codes.get(text.casefold(), text))
        if code != text:
            respelt.add(f"'{text}' is taken to be '{code}'")
        return code

    for row in rows.rows:
        entry: dict[str, Any] = {
            name: reader.value(rows, row, name, code_in) for name in ("from", "to")
        }
        if any(str(entry[name]).casefold() in reader.spanners for name in ("from", "to")):
            with_spanners += 1
            continue
        for name, found in guesses.items():
            if name == "familiarity" or not cells.is_empty(row.cells.get(name)):
                entry[name] = reader.value(rows, row, name, partial(cells.share_in, guesses=found))
        entries.append(entry)
        lines.append(row.number)
    for name, found in guesses.items():
        reader.note(rows, name, found)
    reader.note(rows, "from", respelt)
    where = f"sheet '{rows.table.sheet}'" if rows.table.sheet else rows.table.file
    if with_spanners:
        reader.understood.notes.append(
            f"{where}: {with_spanners} ties of boundary spanners are left out"
        )
    if entries:
        reader.understood.notes.append(
            f"{where}: a CSW and an MHSW without a row are taken to be strangers"
        )
    pairs = [(entry["from"], entry["to"]) for entry in entries]
    reader.problems(
        rows, lines, tie_problems(pairs, roles, ("from", "to"), lambda k: f"row {lines[k]}")
    )
    return [
        _oriented(entry, roles)
        for entry in entries
        if {roles.get(entry["from"]), roles.get(entry["to"])} == {"CSW", "MHSW"}
    ]


def _oriented(entry: dict[str, Any], roles: dict[str, str | None]) -> dict[str, Any]:
    """Return a tie as the scenario has it: CSW first."""
    ends, trusts = ("from", "to"), ("trust from", "trust to")
    if roles[entry["from"]] != "CSW":
        ends, trusts = ends[::-1], trusts[::-1]
    tie = {"csw": entry[ends[0]], "mhsw": entry[ends[1]], "familiarity": entry.get("familiarity")}
    for key, name in zip(("trust_csw_in_mhsw", "trust_mhsw_in_csw"), trusts, strict=True):
        if entry.get(name) is not None:
            tie[key] = entry[name]
    return tie


def _read_distances(reader: _Reader, rows: Rows) -> list[dict[str, Any]]:
    guesses: set[str] = set()
    name_km = "km" if "km" in rows.columns.index else "miles"
    sites = {p["site"].casefold(): p["site"] for p in reader.people if p["site"] is not None}
    entries: list[dict[str, Any]] = []
    lines: list[int] = []

    def site_in(value: Any) -> str:
        text = cells.name_in(value, what="a site")
        return str(sites.get(text.casefold(), text))

    for row in rows.rows:
        entry: dict[str, Any] = {
            name: reader.value(rows, row, name, site_in) for name in ("one", "other")
        }
        entry["km"] = reader.value(
            rows,
            row,
            name_km,
            partial(cells.distance_in, in_miles=name_km == "miles", guesses=guesses),
        )
        entries.append(entry)
        lines.append(row.number)
    reader.note(rows, name_km, guesses)
    reader.problems(
        rows, lines, distance_problems(entries, sites.values(), lambda k: f"row {lines[k]}")
    )
    return [entry for entry in entries if entry["one"] != entry["other"]]
