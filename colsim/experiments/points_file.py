"""The user's own points: a CSV with a column for each key, as spreadsheets save it."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from colsim.scenario.checks import nearest
from colsim.scenario.faults import Fault

LABEL = "label"
"""Column that names points; without it they are numbered."""
MOST_BYTES = 100_000_000

Rows = list[tuple[str, dict[str, Any]]]


def read_points(path: Path, *, keys: Sequence[str]) -> tuple[Rows, list[Fault], list[str]]:
    """Read points; an empty cell leaves the base's value.

    Accepted: UTF-8 with or without byte-order mark, or Windows-1252; commas or
    semicolons between cells, with semicolons also a comma in a number.

    Args:
        path: the file.
        keys: dotted keys that must have a column; if any, no others may.

    Returns:
        (label, values) by row, faults, and what was guessed.
    """
    file = str(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            found = f"a file of {path.stat().st_size:,} bytes"
            return [], [Fault(file, "", found, f"at most {MOST_BYTES:,}")], []
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        found = f"a file that cannot be read ({reason})"
        return [], [Fault(file, "", found, "a readable CSV file")], []
    notes: list[str] = []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        notes.append(f"{file} is not UTF-8: read as Windows-1252")
    head, _, _ = text.partition("\n")
    separator = ";" if head.count(";") > head.count(",") else ","
    table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    table = [row for row in table if any(cell.strip() for cell in row)]
    if not table:
        return [], [Fault(file, "", "an empty file", "a header and at least one point")], notes
    header = [name.strip() for name in table[0]]
    faults = _header_faults(header, keys, file)
    if len(table) == 1:
        faults.append(Fault(file, "", "a header alone", "at least one point below it"))
    rows: Rows = []
    for number, cells in enumerate(table[1:], start=2):
        if len(cells) > len(header):
            found = f"{len(cells)} cells"
            faults.append(Fault(file, f"row {number}", found, f"at most {len(header)}"))
            continue
        values = {
            name: _value(cell.strip(), decimal_comma=separator == ";")
            for name, cell in zip(header, cells, strict=False)
            if cell.strip() and name != LABEL and name
        }
        named = dict(zip(header, cells, strict=False)).get(LABEL, "").strip()
        rows.append((named or f"point {number - 1}", values))
    labels = [label for label, _ in rows]
    faults += [
        Fault(file, LABEL, f"{label!r} twice", "each label once")
        for label in sorted({one for one in labels if labels.count(one) > 1})
    ]
    return rows, faults, notes


def _header_faults(header: Sequence[str], keys: Sequence[str], file: str) -> list[Fault]:
    faults = []
    for name in sorted({name for name in header if header.count(name) > 1}):
        faults.append(Fault(file, f"column {name}", "the column twice", "each column once"))
    for key in keys:
        if key not in header:
            close = nearest(key, header)
            faults.append(
                Fault(
                    file,
                    f"column {key}",
                    "no such column",
                    "a column for each key that varies",
                    close,
                )
            )
    for name in header:
        if keys and name and name != LABEL and name not in keys:
            faults.append(
                Fault(
                    file,
                    f"column {name}",
                    "a column that vary does not name",
                    f"{LABEL}, {', '.join(keys)}",
                    nearest(name, keys),
                )
            )
    if not any(name and name != LABEL for name in header):
        faults.append(Fault(file, "", "no column of values", "a column for each key"))
    return faults


def _value(cell: str, *, decimal_comma: bool) -> Any:
    """Return a cell as a whole number, number, truth value or list if it is one, else as text."""
    for text in (cell, cell.replace(",", ".", 1) if decimal_comma else cell):
        try:
            number = float(text)
        except ValueError:
            continue
        return int(text) if text.lstrip("+-").isdigit() else number
    if cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    if cell.startswith("["):
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    return cell
