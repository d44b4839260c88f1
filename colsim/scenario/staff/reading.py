"""Read a staff list with its ties and distances: everything wrong in one go, no silent guess."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.names import key_of
from colsim.scenario.staff import cells
from colsim.scenario.staff.dates import EARLIEST_START
from colsim.scenario.staff.files import tables_of
from colsim.scenario.staff.people import read_people
from colsim.scenario.staff.reader import Reader
from colsim.scenario.staff.rows import Rows, rows_of
from colsim.scenario.staff.tables import StaffFault, UnreadableError, grouped
from colsim.scenario.staff.words import kind_of_sheet
from colsim.scenario.staff_rules import distance_problems, natural, tie_problems


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
    vacant: tuple[str, ...]
    """Ids of posts that nobody holds today; they are posts all the same."""
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


def read_staff(
    path: str | Path,
    *,
    as_of: dt.date | None = None,
    label: str | None = None,
    roles: Mapping[str, str] | None = None,
) -> StaffReading:
    """Read a staff list from a workbook, a delimited file or a folder of these.

    Faults are listed in the result, not raised.

    Args:
        path: what to read.
        as_of: the day at which the list holds, to which weeks in post are
            counted; today unless given.
        label: how messages name the file; the path unless given.
        roles: job titles to the role that they mean: CSW, MHSW, BS or `titles.LEAVE_OUT`.
    """
    reader = Reader(label or str(path), as_of or dt.date.today())
    reader.map_titles(roles or {})
    try:
        found = tables_of(Path(path), label=reader.file)
    except UnreadableError as error:
        return _result(reader, (), (), error.faults)
    understood = reader.understood
    understood.notes += found.notes
    understood.faults += found.faults
    rows = {kind: rows_of(kind, table, understood) for kind, table in found.tables.items()}
    if "Roles" in rows:
        reader.read_roles(rows["Roles"])
    staff = [rows["Staff"]]
    staff += [rows_of("Staff", table, understood) for table in found.more_staff]
    read_people(reader, staff)
    if any("start" in one.columns.index for one in staff) and as_of is None:
        understood.notes.append(
            f"{reader.file}: weeks in post are counted to today, {reader.as_of.isoformat()}; "
            "as_of in [organisation] names another day and keeps results the same tomorrow"
        )
    ties = read_ties(reader, rows["Ties"]) if "Ties" in rows else []
    distances = read_distances(reader, rows["Sites"]) if "Sites" in rows else []
    return _result(reader, ties, distances, ())


def _result(
    reader: Reader,
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
        vacant=tuple(sorted((reader.people[k]["id"] for k in reader.vacant), key=natural)),
        columns=understood.columns,
        ignored=understood.ignored,
        notes=tuple(dict.fromkeys(understood.notes)),
        faults=tuple(sorted((*understood.faults, *faults), key=_order_of(reader))),
    )


_TABLES = ("Staff", "Roles", "Ties", "Sites")


def _order_of(reader: Reader) -> Callable[[StaffFault], tuple[int, int, int]]:
    """Return what puts faults in the order of tables and rows; those of a file as a whole first."""
    sheets = list(dict.fromkeys(rows.table.sheet for rows, _ in reader.places))

    def place(fault: StaffFault) -> tuple[int, int, int]:
        kind = kind_of_sheet(fault.sheet) or kind_of_sheet(Path(fault.file).stem) or "Staff"
        sheet = sheets.index(fault.sheet) if fault.sheet in sheets else 0
        return _TABLES.index(kind) if kind in _TABLES else 0, sheet, fault.row or 0

    return place


def read_ties(reader: Reader, rows: Rows) -> list[dict[str, Any]]:
    """Return the ties of a list, CSW first; faults go to the reader."""
    guesses: dict[str, set[str]] = {n: set() for n in ("familiarity", "trust from", "trust to")}
    roles = {p["id"]: p["role"] for p in reader.people if p["id"] is not None}
    respelt: set[str] = set()
    entries: list[dict[str, Any]] = []
    lines: list[int] = []
    with_spanners = 0

    def code_in(value: Any) -> str:
        return reader.codes.meant(value, what="an id", respelt=respelt)

    for row in rows.rows:
        entry: dict[str, Any] = {name: row.value(name, code_in) for name in ("from", "to")}
        if any(key_of(str(entry[name])) in reader.spanners for name in ("from", "to")):
            with_spanners += 1
            continue
        for name, found in guesses.items():
            if name == "familiarity" or not cells.is_empty(row.cells.get(name)):
                entry[name] = row.value(name, partial(cells.share_in, guesses=found))
        for one, other in _pairs(reader, entry, roles):
            entries.append(entry | {"from": one, "to": other})
            lines.append(row.number)
    for name, found in guesses.items():
        rows.note(name, found)
    rows.note("from", respelt)
    if with_spanners:
        rows.note("", [f"{with_spanners} ties of boundary spanners are left out"])
    if entries:
        rows.note("", ["a CSW and an MHSW without a row are taken to be strangers"])
    pairs = [(entry["from"], entry["to"]) for entry in entries]
    reader.problems(
        [(rows, line) for line in lines],
        tie_problems(pairs, roles, ("from", "to"), lambda k: f"row {lines[k]}"),
    )
    return [
        _oriented(entry, roles)
        for entry in entries
        if {roles.get(entry["from"]), roles.get(entry["to"])} == {"CSW", "MHSW"}
    ]


def _pairs(
    reader: Reader, entry: dict[str, Any], roles: dict[str, str | None]
) -> list[tuple[str | None, str | None]]:
    """Return the pairs of posts of a tie: several where one of the two holds several posts."""
    pairs = [
        (one, other)
        for one in reader.codes.posts(entry["from"])
        for other in reader.codes.posts(entry["to"])
    ]
    across = [(a, b) for a, b in pairs if roles.get(a or "") != roles.get(b or "")]
    return across or pairs[:1]


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


def read_distances(reader: Reader, rows: Rows) -> list[dict[str, Any]]:
    """Return the distances of a list; faults go to the reader."""
    guesses: set[str] = set()
    name_km = "km" if "km" in rows.columns.index else "miles"
    sites = {key_of(p["site"]): p["site"] for p in reader.people if p["site"] is not None}
    entries: list[dict[str, Any]] = []
    lines: list[int] = []

    def site_in(value: Any) -> str:
        text = cells.name_in(value, what="a site")
        return str(sites.get(key_of(text), text))

    for row in rows.rows:
        entry: dict[str, Any] = {name: row.value(name, site_in) for name in ("one", "other")}
        entry["km"] = row.value(
            name_km,
            partial(cells.distance_in, in_miles=name_km == "miles", guesses=guesses),
        )
        entries.append(entry)
        lines.append(row.number)
    rows.note(name_km, guesses)
    reader.problems(
        [(rows, line) for line in lines],
        distance_problems(entries, sites.values(), lambda k: f"row {lines[k]}"),
    )
    return [entry for entry in entries if entry["one"] != entry["other"]]


LATEST = dt.date(2200, 1, 1)
"""Last day at which a list may hold; later it is a slip of the key."""


def staff_layer(
    value: object, as_of: object, *, file: str, folder: Path, shipped: bool = False
) -> tuple[StaffReading | None, list[Fault]]:
    """Read the staff list that a scenario file names; return it and what is wrong.

    Args:
        value: what the file has as organisation.staff.
        as_of: what it has as organisation.as_of, or None.
        file: the scenario file, for messages.
        folder: where a relative path starts.
        shipped: the file is a preset, whose place on this machine is nobody's business.
    """
    faults: list[Fault] = []
    day: dt.date | None = None
    if isinstance(as_of, str):
        try:
            day = dt.date.fromisoformat(as_of)
        except ValueError:
            day = None
    elif isinstance(as_of, dt.date) and not isinstance(as_of, dt.datetime):
        day = as_of
    if as_of is not None and (day is None or not EARLIEST_START <= day <= LATEST):
        allowed = "the day at which the staff list holds, such as 2026-03-31"
        faults.append(Fault(file, "organisation.as_of", repr(str(as_of)), allowed))
    if not isinstance(value, str) or not value:
        allowed = "path of a staff list (.xlsx, .csv or a folder) in quotes"
        faults.append(Fault(file, "organisation.staff", repr(value), allowed))
    if faults:
        return None, faults
    path = folder / str(value)
    label = f"staff list of {file}" if shipped else str(path)
    reading = read_staff(path, as_of=day, label=label)
    return (reading, []) if not reading.faults else (None, list(grouped(reading.faults)))
