"""From a file to the sheets that hold interview themes; coded segments become answers."""

import csv
import io
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from colsim.data import read
from colsim.scenario.staff.cells import is_empty
from colsim.scenario.staff.files import bytes_of, tables_in
from colsim.scenario.staff.rows import by_field, heads
from colsim.scenario.staff.tables import Content, Table, unreadable
from colsim.scenario.staff.words import FIELDS, REQUIRED, Columns, fold, match_columns

Form = Literal["Themes", "Participants"]
ALLOWED = "a workbook (.xlsx) or a .csv file with a table of themes"
COLUMNS = {
    "Themes": "columns id, service, at least, at most, interviewed",
    "Participants": "columns participant, service, theme, voiced",
}
_ENOUGH = 3
"""Required columns by which a sheet is known for what it is."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheet to read, and one that only names the themes, if there is one."""

    form: Form
    main: Table
    titles: Table | None = None


def sheets_of(path: Path, *, label: str, notes: list[str]) -> Sheets:
    """Return the sheets of a theme table.

    Args:
        path: a workbook or a delimited file.
        label: how messages name it.
        notes: what was guessed is added.

    Raises:
        UnreadableError: there is nothing to read, or it is not what it should be.
    """
    if path.is_file() and path.suffix.lower() in (".qdpx", ".qde"):
        raise unreadable(
            label, "a project of a coding tool", f"{ALLOWED}: colsim themes import makes one"
        )
    return sheets_in(bytes_of(path, label, allowed=ALLOWED), label=label, notes=notes)


def sheets_in(data: bytes, *, label: str, notes: list[str]) -> Sheets:
    """Return the sheets of a theme table that a file's bytes hold.

    Raises:
        UnreadableError: it is not what it should be.
    """
    tables = [
        _without_comments(table) for table in tables_in(data, label, kind="Themes", notes=notes)
    ]
    tables = [answers_of(table, notes) or table for table in tables]
    if tables and not tables[0].sheet:  # a delimited file is what it is
        return Sheets(_form(tables[0])[0], tables[0])
    return _chosen([table for table in tables if table.rows], label, notes)


def _without_comments(table: Table) -> Table:
    """Drop the explanation that stands above the headers, each line with a # and a space."""
    rows = list(table.rows)
    while rows and str(next((c for c in rows[0][1] if not is_empty(c)), "")).startswith("# "):
        del rows[0]
    return replace(table, rows=rows)


def _form(table: Table) -> tuple[Form, int]:
    """Return which of the two forms a table has, and how many of its required columns."""
    best: dict[Form, tuple[int, frozenset[str]]] = {}
    forms: tuple[Form, ...] = ("Themes", "Participants")
    for form in forms:
        found = [frozenset(match_columns(form, texts).index) for texts, _ in heads(table)]
        fields = max(found, key=len, default=frozenset())
        best[form] = (sum(name in fields for name in REQUIRED[form]), fields)
    counts, answers = best["Themes"], best["Participants"]
    # "Voiced" may head a count as well as an answer, "theme" a title as well as an id.
    if counts[1] & {"at least", "at most", "interviewed"} or "participant" not in answers[1]:
        return "Themes", counts[0] + ("voiced" in counts[1])
    return "Participants", answers[0]


def _chosen(tables: list[Table], label: str, notes: list[str]) -> Sheets:
    """Return the sheets that hold themes, of those that hold anything."""
    if not tables:
        raise unreadable(label, "a workbook without any rows", ALLOWED)
    forms = {table.sheet: _form(table) for table in tables}
    fitting = [table for table in tables if forms[table.sheet][1] >= _ENOUGH]
    if not fitting and len(tables) > 1:
        raise unreadable(
            label,
            f"no sheet with themes; there are {', '.join(table.sheet for table in tables)}",
            f"a sheet with {COLUMNS['Themes']}, or with {COLUMNS['Participants']}",
        )
    answers = [table for table in fitting if forms[table.sheet][0] == "Participants"]
    main = _one(answers or fitting or tables, label)
    titles = None
    if answers:
        named = [t for t in tables if t is not main and fold(t.sheet) in ("themes", "theme")]
        titles = named[0] if named else None
    others = [table.sheet for table in tables if table is not main and table is not titles]
    if others:
        notes.append(f"{label}: sheets not used: {', '.join(others)}")
    return Sheets(forms[main.sheet][0], main, titles)


def _one(tables: list[Table], label: str) -> Table:
    if len(tables) == 1:
        return tables[0]
    named = [t for t in tables if fold(t.sheet) in ("themes", "participants")]
    if len(named) == 1:
        return named[0]
    names = ", ".join(table.sheet for table in tables)
    raise unreadable(
        label,
        f"{len(tables)} sheets that could be meant: {names}",
        "one sheet of themes, or one of them named Themes or Participants",
    )


HEADERS = ("participant", "service", "theme", "voiced")


def answers_of(table: Table, notes: list[str]) -> Table | None:
    """Return a table of answers for a table of coded segments, or None if it is none.

    A document is a participant, a code a theme; who has a segment of a code voiced it. Of all
    else nothing is known: that a theme was not coded is no answer. The words of a segment are
    not kept.

    Args:
        table: as it stands in the file.
        notes: what was understood is added.
    """
    for (number, _), (texts, below) in zip(table.rows, heads(table), strict=False):
        columns = match_columns("Segments", texts)
        if not _is_export(columns, texts):
            continue
        rows: list[tuple[int, list[Content]]] = [(number, list(HEADERS))]
        seen = set()
        for at, row in below:
            values = by_field(columns, row)
            if is_empty(values["document"]) and is_empty(values["code"]):
                continue
            for code in _codes(values["code"]):
                answer = (values["document"], values.get("group"), code)
                if answer not in seen:
                    seen.add(answer)
                    rows.append((at, [*answer, "yes"]))
        said = ", ".join(f"{name}: '{columns.header[name]}'" for name in columns.index)
        notes.append(
            f"{table.label}: read as coded segments ({said}): each document is a participant, each "
            "code a theme; who has a segment of it voiced it, of all else nothing is known"
        )
        return replace(table, rows=rows)
    return None


def _is_export(columns: Columns, texts: list[str]) -> bool:
    """Tell whether headers are those of an export, word by word: documents, codes, segments."""
    found = {
        name for name, header in columns.header.items() if fold(header) in FIELDS["Segments"][name]
    }
    answers = match_columns("Participants", texts).index
    plain = {"participant", "theme", "voiced"} <= set(answers)
    told = "segment" in found or "document" in columns.header.get("group", "").casefold()
    return {"document", "code"} <= found and told and not plain


def _codes(cell: Content) -> list[Content]:
    """Return the codes of a segment: several stand on lines of their own or behind semicolons."""
    if not isinstance(cell, str):
        return [cell]
    return [code for code in re.split(r"\s*[\n\r;]+\s*", cell) if code.strip()] or [cell]


def template_text(*, per_participant: bool) -> str:
    """Return a CSV file to fill in, its explanation above the headers."""
    template = read("templates")["participants" if per_participant else "themes"]
    *named, main = template["sheets"]
    headers, rows = main["headers"], main["rows"]
    if per_participant:
        titles = {row[0]: row[1] for row in named[0]["rows"]}
        headers = [*headers[:3], "title", *headers[3:]]
        rows = [[*row[:3], titles[row[2]], *row[3:]] for row in rows]
    lines = (line if isinstance(line, str) else line[0] for line in template["explanation"])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [*([f"# {line}"] for line in lines), headers, *rows]
    )
    return out.getvalue()
