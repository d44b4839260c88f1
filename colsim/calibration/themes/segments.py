"""Coded segments, as programs for qualitative analysis export them, as answers by participant."""

import re
from dataclasses import replace

from colsim.scenario.staff.cells import is_empty
from colsim.scenario.staff.rows import header_texts
from colsim.scenario.staff.tables import Content, Table
from colsim.scenario.staff.words import FIELDS, Columns, fold, match_columns

_SEARCHED = 15
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
    for k, (number, cells) in enumerate(table.rows[:_SEARCHED]):
        texts = header_texts(cells)
        columns = match_columns("Segments", texts)
        if not _is_export(columns, texts):
            continue
        rows: list[tuple[int, list[Content]]] = [(number, list(HEADERS))]
        seen = set()
        for at, row in table.rows[k + 1 :]:
            values = {
                name: row[place] if place < len(row) else None
                for name, place in columns.index.items()
            }
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
