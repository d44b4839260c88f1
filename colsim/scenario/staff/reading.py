"""Read a staff list: everything wrong in one go, and nothing guessed in silence."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colsim.scenario.faults import ScenarioError
from colsim.scenario.staff.files import tables_of
from colsim.scenario.staff.people import read_people
from colsim.scenario.staff.reader import Reader
from colsim.scenario.staff.rows import rows_of
from colsim.scenario.staff.tables import StaffFault, UnreadableError
from colsim.scenario.staff.ties import read_distances, read_ties
from colsim.scenario.staff.words import kind_of_sheet
from colsim.scenario.staff_rules import natural


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
