"""A staff list that a scenario file names."""

import datetime as dt
from pathlib import Path

from colsim.scenario.faults import Fault
from colsim.scenario.staff.dates import EARLIEST_START
from colsim.scenario.staff.grouping import grouped
from colsim.scenario.staff.reading import StaffReading, read_staff

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
