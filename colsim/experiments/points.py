"""Points of a design: what each has and is called, and those of the user's own, from a CSV."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.errors import nearest, twice
from colsim.scenario.checks import known_parameters
from colsim.scenario.faults import Fault, ScenarioError, schema_at
from colsim.scenario.schema import LeverSetting, Scenario

if TYPE_CHECKING:
    pass

BASE = "base"
"""Label of the first point, which the others are compared with."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a design."""

    label: str
    values: Mapping[str, Any]
    """Dotted keys to what this point gives them; empty for a scenario of its own."""
    source: int
    """Which of the design's sources the values are set in."""
    scenario: Scenario | None
    """None where the values do not go together."""
    error: str | None
    id: str
    """Names what the point comes to: two rows that come to the same share it, and their runs."""


def value_at(data: Mapping[str, Any], key: str) -> Any:
    """Return the value at a dotted key, None where there is none; a default for a parameter."""
    node: Any = data
    for step in key.split("."):
        if not isinstance(node, Mapping) or step not in node:
            name = key.removeprefix("parameters.")
            known = known_parameters()
            return known[name].default if key != name and name in known else None
        node = node[step]
    return node


def number_in(scenario: Scenario, key: str) -> float | None:
    """Return the number that a dotted key has in a scenario; None where it takes no number.

    A lever that is not used has the strength 0; one without an end stays for the whole run.
    """
    value = value_at(scenario.model_dump(mode="json"), key)
    if value is None and key.startswith("levers."):
        _, name, field = key.split(".", 2)
        if field == "end":
            value = scenario.run.weeks
        elif name not in scenario.levers:
            value = 0.0 if field == "strength" else LeverSetting.model_fields[field].default
    return float(value) if isinstance(value, int | float) else None


def as_kind(key: str, value: Any) -> Any:
    """Return a number as the kind that the key takes: whole where only whole numbers are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if schema_at(tuple(key.split("."))).get("type") == "integer":
        return round(value) if isinstance(value, float) else value
    return float(value)


def label_of(values: Mapping[str, Any], *, digits: int = 4) -> str:
    """Return a point's values on a line, keys without what all of them begin with."""
    return ", ".join(f"{_short(key)}={_shown(value, digits)}" for key, value in values.items())


def _short(key: str) -> str:
    return key.split(".", 1)[1].removesuffix(".strength")


def _shown(value: Any, digits: int) -> str:
    return f"{value:.{digits}g}" if isinstance(value, float) else json.dumps(value)


LABEL = "label"
"""Column that names points; without it they are numbered."""
MOST_BYTES = 100_000_000
_SEPARATORS = ",;\t"
_MISSING = {"na", "n/a", "<na>", "nan", "null", "none", "-", "\N{EN DASH}", "."}
"""What R, pandas and people write for a cell without a value."""
_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
"""1,500 and 1.500: a thousand and a half, or one and a half."""
_LIKE_A_NUMBER = re.compile(r"[+-]?[£$€]?\s?[.,]?[0-9][0-9.,'’_\s]*([eE][+-]?[0-9]+)?[%£$€]?")

Rows = list[tuple[str, dict[str, Any]]]


def read_points(path: Path, *, keys: Sequence[str]) -> tuple[Rows, list[Fault], list[str]]:
    """Read points; an empty cell, or NA, leaves the base's value.

    Accepted: UTF-8 with or without byte-order mark, UTF-16 with one, or Windows-1252; commas,
    semicolons or tabs between cells, with the latter two also a comma in a number. A number that
    can be read in two ways is a fault, and so is a quote that is not closed in its row.

    Args:
        path: the file.
        keys: dotted keys that must have a column; if any, no others may.

    Returns:
        (label, values) by row, faults, and what was guessed.
    """
    file = str(path)
    notes: list[str] = []
    try:
        text = _decoded(_content(path), file, notes)
        separator, start = _separator(text)
    except ScenarioError as error:
        return [], list(error.faults), notes
    faults: list[Fault] = []
    table = list(_table(text, separator, start, file, faults))
    if not table:
        empty = Fault(file, "", "an empty file", "a header and at least one point")
        return [], faults or [empty], notes
    header = [name.strip() for name in table[0][1]]
    faults += _header_faults(header, keys, file)
    if len(table) == 1:
        faults.append(Fault(file, "", "a header alone", "at least one point below it"))
    read = _Reader(separator, [cell.strip() for _, cells in table[1:] for cell in cells])
    rows: Rows = []
    missing: list[int] = []
    for number, cells in table[1:]:
        if any(cell.strip() for cell in cells[len(header) :]):
            found = f"{len(cells)} cells"
            faults.append(Fault(file, f"row {number}", found, f"at most {len(header)}"))
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        label = row.pop(LABEL, "") or f"point {len(rows) + 1}"
        if any(cell.lower() in _MISSING for cell in row.values()):
            missing.append(number)
        values = {}
        for name, cell in row.items():
            if cell and cell.lower() not in _MISSING:
                try:
                    values[name] = read.value(cell)
                except ValueError as error:
                    faults.append(Fault(file, f"row {number}, {name}", repr(cell), str(error)))
        rows.append((label, values))
    if missing:
        where = ", ".join(map(str, missing[:5])) + (", ..." if missing[5:] else "")
        notes.append(f"{file}: NA and the like leave the base's value (rows {where})")
    labels = [label for label, _ in rows]
    faults += [Fault(file, LABEL, f"{label!r} twice", "each label once") for label in twice(labels)]
    return rows, faults, notes


def _content(path: Path) -> bytes:
    file = str(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            found = f"a file of {path.stat().st_size:,} bytes"
            raise ScenarioError([Fault(file, "", found, f"at most {MOST_BYTES:,}")])
        return path.read_bytes()
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror or type(error).__name__})"
        raise ScenarioError([Fault(file, "", found, "a readable CSV file")]) from None


def _decoded(raw: bytes, file: str, notes: list[str]) -> str:
    """Return the text, with one kind of ends of lines."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = raw.decode("utf-16", errors="replace")
        notes.append(f"{file}: read as UTF-16")
    elif b"\0" in raw:
        found, allowed = "a file that is no text", "text with columns, saved as CSV"
        raise ScenarioError([Fault(file, "", found, allowed)])
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
            notes.append(f"{file} is not UTF-8: read as Windows-1252")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _separator(text: str) -> tuple[str, int]:
    """Return what separates cells, and how many lines lie before the table.

    A first line such as `sep=;` is for one spreadsheet program.
    """
    first, _, _ = text.partition("\n")
    declared = re.fullmatch(r"sep=([,;\t])", first.strip(" "), re.IGNORECASE)
    if declared:
        return declared[1], 1
    head = next((line for line in text.split("\n") if line.strip()), "")
    return max(_SEPARATORS, key=head.count), 0


def _table(
    text: str, separator: str, start: int, file: str, faults: list[Fault]
) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not empty, each with its number in the file.

    A quote that is not closed in its row is a fault: what follows would become one cell.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if number <= start or not line.strip():
            continue
        try:
            (cells,) = csv.reader([line], delimiter=separator, strict=True)
        except csv.Error:
            found = f"a quote that is not closed: {line.strip()[:40]!r}"
            allowed = 'a quote at both ends of a cell or at none; within a cell, two of them ("")'
            faults.append(Fault(file, f"row {number}", found, allowed))
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells


def _header_faults(header: Sequence[str], keys: Sequence[str], file: str) -> Iterator[Fault]:
    for name in twice(header):
        yield Fault(file, f"column {name}", "the column twice", "each column once")
    for key in (key for key in keys if key not in header):
        allowed, near = "a column for each key that varies", nearest(key, header)
        yield Fault(file, f"column {key}", "no such column", allowed, near)
    for name in header if keys else ():
        if name and name != LABEL and name not in keys:
            found, allowed = "a column that vary does not name", f"{LABEL}, {', '.join(keys)}"
            yield Fault(file, f"column {name}", found, allowed, nearest(name, keys))
    if not any(name and name != LABEL for name in header):
        yield Fault(file, "", "no column of values", "a column for each key")


class _Reader:
    """Reads cells, given how numbers are written in the whole table."""

    def __init__(self, separator: str, cells: Sequence[str]) -> None:
        self.comma_allowed = separator != ","
        clear = [cell for cell in cells if not _THOUSANDS.fullmatch(cell)]
        self.commas = self.comma_allowed and any(map(_COMMA.fullmatch, clear))
        self.points = any("." in cell and _PLAIN.fullmatch(cell) for cell in clear)

    def value(self, cell: str) -> Any:
        """Return a cell as a number, truth value or list if it is one, else as text.

        A whole number may be written 20.0 or 2e1, as spreadsheets and R do.

        Raises:
            ValueError: it looks like a number and can be read in several ways, or in none; the
                message is what is allowed.
        """
        text = cell.replace("\N{MINUS SIGN}", "-").removeprefix("'")
        if self._one_way(text):
            number = float(text.replace(",", "."))
            if number - number != 0:
                raise ValueError("a finite number")
            if re.fullmatch(r"[+-]?[0-9]+", text):
                return int(text)
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        if _LIKE_A_NUMBER.fullmatch(text):
            comma = "" if self.comma_allowed else "; a decimal comma only in a file with semicolons"
            raise ValueError(
                f"digits and a decimal point, such as 1500 or 0.2: no thousands separators{comma}"
            )
        if cell.startswith("#"):
            raise ValueError("a value: this is a formula of a spreadsheet that failed")
        if text.lower().lstrip("+-") in ("inf", "infinity"):
            raise ValueError("a finite number")
        if cell.lower() in ("true", "false"):
            return cell.lower() == "true"
        if cell.startswith("["):
            try:
                return json.loads(cell)
            except ValueError:
                return cell
        return cell

    def _one_way(self, text: str) -> bool:
        """Return whether there is one way to read a number."""
        if "," in text:
            sure = self.commas and not self.points
            return bool(self.comma_allowed and _COMMA.fullmatch(text)) and (
                sure or not _THOUSANDS.fullmatch(text)
            )
        return bool(_PLAIN.fullmatch(text)) and not (self.commas and _THOUSANDS.fullmatch(text))
