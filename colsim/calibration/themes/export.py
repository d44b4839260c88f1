"""Codings as tools for qualitative analysis export them: who was coded with what, and nothing else.

Wide matrices (0/1 or counts, people in rows or in columns), long lists of codings, and projects in
the exchange format REFI-QDA (`.qdpx`: a zip with project.qde). The words of quotations are dropped
as a file is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from colsim.calibration.themes.reader import service_in
from colsim.calibration.themes.refi import ALLOWED, Codings, of_project
from colsim.calibration.themes.table import Service
from colsim.scenario.names import key_of
from colsim.scenario.staff.cells import WrongCellError, is_empty, shown
from colsim.scenario.staff.files import ENDINGS, bytes_of, tables_in
from colsim.scenario.staff.outline import at
from colsim.scenario.staff.rows import by_field, heads
from colsim.scenario.staff.tables import StaffFault, Table, UnreadableError, fault, unreadable
from colsim.scenario.staff.words import fold, match_columns

CASES = "a .csv or .xlsx file with the columns participant and service"
_SEARCHED = 15
_LABEL = re.compile(r"^[A-Z]{1,3} : ")
"""What NVivo puts before each row and column of a matrix."""


def read_cases(path: Path) -> dict[str, Service]:
    """Return the service of each participant.

    Raises:
        UnreadableError: no such file, or rows that are faulty; all of them.
    """
    label = str(path)
    for table in _tables(path, label, []):
        services = _Services(table)
        for texts, below in heads(table):
            index = match_columns("Participants", texts).index
            index = dict(match_columns("Segments", texts).index) | dict(index)
            person = index.get("participant", index.get("document"))
            if person is None or "service" not in index:
                continue
            for number, row in below:
                if not is_empty(name := at(row, person)):
                    services.add(str(name).strip(), at(row, index["service"]), number)
            return services.found()
    raise unreadable(label, "no columns participant and service", CASES)


@dataclass(slots=True)
class _Services:
    """The service of each person while a table is read; a person belongs to one."""

    table: Table
    names: dict[str, tuple[str, Service, int]] = field(default_factory=dict)
    """By what a name has in common with those that look alike: first name, service and row."""
    faults: list[StaffFault] = field(default_factory=list)

    def add(self, name: str, value: object, row: int, *, anything: bool = False) -> None:
        """Take a row in.

        Args:
            name: of a person.
            value: what the row says of their service.
            row: its number.
            anything: the value may say something else; then it says nothing of a service.
        """
        try:
            service = service_in(value, set())
        except WrongCellError as wrong:
            if not anything:
                self._wrong(row, wrong.found, wrong.allowed, wrong.suggestion)
            return
        usual, own, at = self.names.setdefault(key_of(name), (name, service, row))
        if own != service:
            allowed = f"{own} as in row {at}: a participant belongs to one service"
            self._wrong(row, f"{service} of {usual!r}", allowed)

    def _wrong(self, row: int, found: str, allowed: str, near: str | None = None) -> None:
        table = self.table
        self.faults.append(
            fault(table.file, found, allowed, near, sheet=table.sheet, row=row, column="service")
        )

    def found(self) -> dict[str, Service]:
        """Return the service of each person, by their first name.

        Raises:
            UnreadableError: rows that are faulty; all of them.
        """
        if self.faults:
            raise UnreadableError(*self.faults)
        return {name: service for name, service, _ in self.names.values()}


def read_codings(path: Path, cases: Mapping[str, Service], *, coder: str | None = None) -> Codings:
    """Read an export of codings.

    Args:
        path: the file.
        cases: participants that are known; they tell the orientation of a matrix.
        coder: of a project that several people coded, whose codings to read; all if None.

    Raises:
        UnreadableError: there is nothing to read, or it is not what it should be.
    """
    label = str(path)
    if path.suffix.lower() == ".qdpx":
        return of_project(_bytes(path, label), label, coder)
    if coder is not None:
        raise unreadable(
            "--coder", repr(coder), "with a project in the format REFI-QDA (.qdpx) alone"
        )
    notes: list[str] = []
    tables = [table for table in _tables(path, label, notes) if table.rows]
    for table in tables:
        found = _of_list(table) or _of_matrix(table, cases)
        if found is not None:
            return Codings(
                found.people, found.codes, found.coded, found.services,
                (*notes, *found.notes), found.complete,
            )  # fmt: skip
    raise unreadable(
        label,
        "neither a list of codings nor a matrix of participants and codes",
        "a list with columns for document and code; or a matrix whose rows or columns are the "
        "participants of --cases",
    )


def _bytes(path: Path, label: str) -> bytes:
    return bytes_of(path, label, allowed=ALLOWED, endings=(*ENDINGS, ".qdpx"))


def _tables(path: Path, label: str, notes: list[str]) -> list[Table]:
    return tables_in(_bytes(path, label), label, kind="Segments", notes=notes)


# ---- lists


def _of_list(table: Table) -> Codings | None:
    """Read a list of codings: a row for each, with a document and one code or several."""
    for texts, below in heads(table):
        columns = match_columns("Segments", texts)
        if not {"document", "code"} <= set(columns.index):
            continue
        people: dict[str, None] = {}
        codes: dict[str, None] = {}
        coded = set()
        services = _Services(table)
        nobody = 0
        for number, row in below:
            found = by_field(columns, row)
            if is_empty(found["document"]):
                nobody += not is_empty(found["code"])
                continue
            person = str(found["document"]).strip()
            people[person] = None
            for code in re.split(r"\s*[\n\r;]+\s*", str(found["code"] or "")):
                if code.strip():
                    codes[code.strip()] = None
                    coded.add((person, code.strip()))
            if not is_empty(found.get("group")):
                # A group may be anything; then the cases must tell.
                services.add(person, found["group"], number, anything=True)
        notes = [
            f"{table.label}: read as a list of codings (document: "
            f"'{columns.header['document']}', code: '{columns.header['code']}')"
        ]
        if "segment" in columns.index:
            notes.append(
                f"{table.label}: the words of quotations (column '{columns.header['segment']}') "
                "were dropped"
            )
        if nobody:
            notes.append(f"{table.label}: codings of no document were not read: {nobody}")
        return Codings(
            tuple(people), tuple(codes), frozenset(coded), services.found(), tuple(notes)
        )
    return None


# ---- matrices


def _of_matrix(table: Table, cases: Mapping[str, Service]) -> Codings | None:
    """Read a matrix of participants and codes, 0/1 or counts, whichever way it lies."""
    known = {fold(name): name for name in cases}
    for k, (_, cells) in enumerate(table.rows[:_SEARCHED]):
        across = [_plain(cell) for cell in cells[1:]]
        below = [(number, row) for number, row in table.rows[k + 1 :] if not is_empty(at(row, 0))]
        down = [_plain(at(row, 0)) for _, row in below]
        in_columns = sum(fold(name) in known for name in across)
        in_rows = sum(fold(name) in known for name in down)
        if not max(in_columns, in_rows):
            continue
        filled = [j for j, name in enumerate(across) if name]
        people, codes = (across, down) if in_columns > in_rows else (down, across)
        coded, extra = set(), set()
        for i, (number, row) in enumerate(below):
            for j in filled:
                person, code = (
                    (across[j], down[i]) if in_columns > in_rows else (down[i], across[j])
                )
                if fold(code) in ("service", "group", "role", "total"):
                    extra.add(code)
                    continue
                if _count(at(row, j + 1), table, number, across[j]):
                    coded.add((known.get(fold(person), person), code))
        way = "columns" if in_columns > in_rows else "rows"
        return Codings(
            tuple(dict.fromkeys(known.get(fold(name), name) for name in people if name)),
            tuple(dict.fromkeys(name for name in codes if name and name not in extra)),
            frozenset(coded),
            {},
            (f"{table.label}: read as a matrix with participants in {way}",),
            complete=True,
        )
    return None


def _plain(cell: Any) -> str:
    return "" if is_empty(cell) else _LABEL.sub("", str(cell).strip())


def _count(cell: Any, table: Table, row: int, column: str) -> bool:
    """Return whether a cell of a matrix says that something was coded."""
    text = str(cell).strip().casefold() if not is_empty(cell) else "0"
    if text in ("x", "yes", "true", "✓"):
        return True
    if text in ("no", "false", "-"):
        return False
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0.0 <= number < 1e9:
        raise unreadable(
            table.file,
            shown(cell),
            "0, 1 or a number of codings",
            sheet=table.sheet,
            row=row,
            column=column,
        )
    return number > 0.0
