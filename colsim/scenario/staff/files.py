"""From a path to tables: a workbook, a delimited file, or a folder of these."""

import time
from collections.abc import Collection
from pathlib import Path

from colsim.scenario.staff.delimited import read_delimited
from colsim.scenario.staff.tables import MOST_BYTES, StaffFault, Tables, UnreadableError, fault
from colsim.scenario.staff.words import close, kind_of_sheet
from colsim.scenario.staff.workbook import OLE_MAGIC, ZIP_MAGIC, read_workbook, refuse_ole

_TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ENDINGS = (".xlsx", ".xlsm", *_TEXT_ENDINGS)
"""Of files that hold a table."""
_ALLOWED = "a workbook (.xlsx), a .csv file, or a folder with staff.csv"
_TRIES = 3
_PAUSE = 0.2
"""Seconds between tries: a spreadsheet program locks a file while it saves."""


def tables_of(path: Path, *, label: str) -> Tables:
    """Return the tables of a staff list.

    Args:
        path: a workbook, a delimited file with staff alone, or a folder with staff.csv and,
            if wanted, ties.csv and sites.csv.
        label: how messages name it.

    Raises:
        UnreadableError: there is nothing to read, or it is not what it should be.
    """
    if path.is_dir():
        return _folder(path, label)
    data = bytes_of(path, label)
    if data.startswith(OLE_MAGIC):
        refuse_ole(data, label)
    if data.startswith(ZIP_MAGIC):
        tables = read_workbook(data, file=label)
        if path.suffix.lower() == ".xlsm":
            tables.notes.append(f"{label}: macros are not run")
        return tables
    tables = Tables({})
    if path.suffix.lower() not in _TEXT_ENDINGS:
        tables.notes.append(f"{label}: no workbook, but read as text with columns")
    tables.tables["Staff"] = read_delimited(data, file=label, kind="Staff", notes=tables.notes)
    others = [
        other.name
        for other in sorted(path.parent.iterdir())
        if other.suffix.lower() in _TEXT_ENDINGS and kind_of_sheet(other.stem) in ("Ties", "Sites")
    ]
    if others and kind_of_sheet(path.stem) == "Staff":
        tables.notes.append(
            f"{label}: {' and '.join(others)} beside it is not read; name the folder to use it"
        )
    return tables


def _folder(path: Path, label: str) -> Tables:
    files = [
        file
        for file in sorted(path.iterdir())
        if file.is_file() and file.suffix.lower() in _TEXT_ENDINGS
    ]
    by_kind: dict[str, Path] = {}
    tables = Tables({})
    for file in files:
        kind = kind_of_sheet(file.stem)
        if kind is None or (kind in by_kind and file.stem.casefold() != kind.casefold()):
            tables.notes.append(f"{label}: {file.name} is not used")
            continue
        by_kind[kind] = file
    if "Staff" not in by_kind:
        names = [file.name for file in sorted(path.iterdir()) if not file.name.startswith(".")]
        found = f"no staff.csv in this folder; there is {', '.join(names[:10]) or 'nothing'}"
        books = [name for name in names if name.lower().endswith(".xlsx")]
        raise UnreadableError(fault(label, found, _ALLOWED, books[0] if books else None))
    faults: list[StaffFault] = []
    for kind, file in by_kind.items():
        name = str(Path(label) / file.name)
        try:
            data = bytes_of(file, name)
            if data.startswith((OLE_MAGIC, ZIP_MAGIC)):
                raise UnreadableError(fault(name, "a workbook with the name of a text", _ALLOWED))
            tables.tables[kind] = read_delimited(data, file=name, kind=kind, notes=tables.notes)
        except UnreadableError as error:
            faults += error.faults
        if file.stem.casefold() != kind.casefold():
            tables.notes.append(f"{label}: {file.name} is taken to be {kind}")
    if faults:
        raise UnreadableError(*faults)
    return tables


def bytes_of(
    path: Path, label: str, *, allowed: str = _ALLOWED, endings: Collection[str] = ENDINGS
) -> bytes:
    """Read a file, trying again if it is locked for a moment.

    Args:
        path: the file.
        label: how messages name it.
        allowed: what it should be.
        endings: of files beside it one of which may be meant.

    Raises:
        UnreadableError: not there, a folder, empty, too large, locked or not readable.
    """
    if path.is_dir():
        raise UnreadableError(fault(label, "a folder", allowed))
    if not path.is_file():
        beside = [
            other.name
            for other in (sorted(path.parent.iterdir()) if path.parent.is_dir() else ())
            if other.suffix.lower() in endings and other.is_file()
        ]
        raise UnreadableError(fault(label, "no such file", allowed, close(path.name, beside)))
    if path.name.startswith("~$"):
        raise UnreadableError(
            fault(
                label,
                "the mark that a spreadsheet program leaves while a file is open",
                f"the file itself, {path.name.removeprefix('~$')}",
            )
        )
    for attempt in range(_TRIES):
        try:
            size = path.stat().st_size
            if size > MOST_BYTES:
                raise UnreadableError(
                    fault(
                        label,
                        f"a file of {size / 2**20:,.0f} MB",
                        f"at most {MOST_BYTES / 2**20:,.0f} MB",
                    )
                )
            if size == 0:
                raise UnreadableError(fault(label, "an empty file", allowed))
            return path.read_bytes()
        except PermissionError:
            if attempt + 1 < _TRIES:
                time.sleep(_PAUSE)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UnreadableError(
                fault(label, f"a file that cannot be read ({reason})", "a readable file")
            ) from None
    raise UnreadableError(
        fault(
            label,
            "a file that is locked or not yours to read",
            "a file that is closed in the spreadsheet program, and readable",
        )
    )
