"""Read a theme table, the study's or one's own: everything wrong in one go, no silent guess."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

import numpy as np

from colsim.calibration.themes.counts import is_asked, read_counts
from colsim.calibration.themes.files import COLUMNS, Sheets, sheets_in, sheets_of
from colsim.calibration.themes.reader import (
    LOOKS_LIKE_A_NAME,
    QUOTED,
    Reader,
    ThemeReading,
    answer_in,
    code_in,
    text_in,
)
from colsim.calibration.themes.table import (
    SERVICES,
    UNKNOWN,
    Participants,
    Service,
    ThemeTable,
    Wording,
    rows_of_participants,
)
from colsim.scenario.faults import ScenarioError
from colsim.scenario.names import key_of, spelt_otherwise
from colsim.scenario.staff.rows import Rows, Understood, rows_of
from colsim.scenario.staff.tables import UnreadableError, fault
from colsim.scenario.staff.words import WORDS, close
from colsim.scenario.staff_rules import natural


def understand_themes(
    path: str | Path, *, label: str | None = None, known: Iterable[str] | None = None
) -> ThemeReading:
    """Read a theme table from a workbook or a delimited file.

    Faults are listed in the result, not raised.

    Args:
        path: what to read.
        label: how messages name the file; the path unless given.
        known: ids that may occur; any unless given.
    """
    name = label or str(path)
    return _understand(lambda notes: sheets_of(Path(path), label=name, notes=notes), name, known)


def understand_bytes(data: bytes, *, label: str) -> ThemeReading:
    """Read a theme table from the bytes of a file."""
    return _understand(lambda notes: sheets_in(data, label=label, notes=notes), label, None)


def _understand(
    find: Callable[[list[str]], Sheets], label: str, known: Iterable[str] | None
) -> ThemeReading:
    reader = Reader(label, None if known is None else tuple(known))
    understood = reader.understood
    try:
        sheets = find(understood.notes)
    except UnreadableError as error:
        return ThemeReading(label, None, None, {}, tuple(understood.notes), error.faults)
    rows = rows_of(sheets.form, sheets.main, understood)
    table: ThemeTable | None = None
    if not rows.rows:
        # Nothing said of a list of staff fits here: an empty table of themes is a fault.
        understood.notes = [note for note in understood.notes if "nothing is known of" not in note]
        found = "no rows" if not sheets.main.rows else "no row below the headers"
        understood.faults.append(
            fault(
                label,
                found,
                f"a row for each theme: {COLUMNS[sheets.form]}",
                sheet=rows.table.sheet,
            )
        )
    elif sheets.form == "Themes":
        table = ThemeTable(tuple(read_counts(reader, rows)), file=label)
    else:
        table = _read_participants(reader, rows, _wordings(reader, sheets))
    reader.note_guesses(rows)
    if table is not None and not understood.faults and all(r.says_nothing for r in table.rows):
        understood.faults.append(
            fault(
                label,
                "no theme of which anything is known: nobody or all may have voiced each",
                "at least one count or answer",
                sheet=rows.table.sheet,
            )
        )
    understood.notes += _quotations(label, rows, table)
    notes = tuple(dict.fromkeys(understood.notes))
    if table is not None:
        table = ThemeTable(table.rows, table.participants, label, notes)
    return ThemeReading(
        file=label,
        form=sheets.form,
        table=None if understood.faults else table,
        columns=understood.columns.get(sheets.form, {}),
        notes=notes,
        faults=tuple(understood.faults),
    )


def _quotations(label: str, rows: Rows, table: ThemeTable | None) -> Iterator[str]:
    """Say which quotations were dropped, and which seem to stand where they should not."""
    dropped = [name for name in rows.columns.ignored if close(name, WORDS["columns"]["quotations"])]
    if dropped:
        listed = ", ".join(f"'{name}'" for name in dropped)
        yield f"{label}: the words of quotations (column {listed}) were dropped"
    spoken = (
        [row.id for row in table.rows if QUOTED.search(f"{row.title} {row.note}")] if table else []
    )
    if spoken:
        listed = ", ".join(dict.fromkeys(spoken))
        yield (
            f"{label}: title or note of {listed} has words in quotation marks; nobody should be "
            "quoted there: a colleague may know who said it"
        )


# ---- answers by participant


def _wordings(reader: Reader, sheets: Sheets) -> dict[str, Wording] | None:
    """Return what the sheet of themes says of each, None if there is no such sheet."""
    if sheets.titles is None:
        return None
    understood = Understood()
    rows = rows_of("Themes", sheets.titles, understood)
    # Counts that it lacks are no fault; what is wrong with its cells is.
    understood.faults, understood.notes = reader.understood.faults, reader.understood.notes
    wordings: dict[str, Wording] = {}
    if "id" not in rows.columns.index:
        rows.note("", ["no column of ids; the sheet is not used"])
        return None
    counts = [name for name in ("at least", "at most", "voiced") if name in rows.columns.index]
    if counts:
        titles = ", ".join(rows.title(name) for name in counts)
        rows.note("", [f"counts follow from the participants: {titles} not used"])
    for row in rows.rows:
        theme = reader.theme(row, "id")
        if theme is None:
            continue
        texts = {name: row.value(name, text_in) or "" for name in ("title", "source", "note")}
        if theme in wordings and texts["title"] not in ("", wordings[theme].title):
            again = f"{theme!r} a second time, with another title"
            row.wrong("title", again, "one title for each theme")
        wordings.setdefault(theme, Wording(texts["title"] or theme, texts["source"], texts["note"]))
    return wordings


def _read_participants(
    reader: Reader, rows: Rows, wordings: dict[str, Wording] | None
) -> ThemeTable:
    services: dict[str, tuple[Service, int]] = {}
    codes: dict[str, str] = {}
    answers: dict[tuple[str, str], tuple[int, int]] = {}
    listed: set[tuple[str, str]] = set()
    worded = dict(wordings or {})
    themes: dict[str, None] = dict.fromkeys(worded)
    asked: dict[str, tuple[bool, int]] = {}
    named_like_people = 0
    for row in rows.rows:
        code = row.value("participant", partial(code_in, what="a participant's code"))
        service = reader.service(row)
        theme = reader.theme(row, "theme")
        read = partial(answer_in, guesses=reader.guessed("voiced"))
        answer = row.value("voiced", read)
        title = row.value("title", text_in)
        if code is not None:
            first = codes.setdefault(key_of(code), code)
            if first != code:
                odd = spelt_otherwise(code, first)
                reader.guessed("participant").add(f"'{code}'{odd} is taken to be '{first}'")
            code = first
            named_like_people += bool(LOOKS_LIKE_A_NAME.fullmatch(code))
        if code is not None and service is not None:
            own, at = services.setdefault(code, (service, row.number))
            if own != service:
                allowed = f"{own} as in row {at}: a participant belongs to one service"
                row.wrong("service", service, allowed)
        if theme is None:
            continue
        if wordings is not None and theme not in wordings:
            allowed = f"a theme of the sheet Themes: {', '.join(wordings)}"
            row.wrong("theme", repr(theme), allowed, close(theme, wordings))
        themes[theme] = None
        if title:
            worded.setdefault(theme, Wording(title))
        if is_asked(reader, row, theme, asked):
            worded[theme] = replace(worded.get(theme, Wording(theme)), asked=True)
        if code is None:
            continue
        if answer is not None:
            _, at = answers.setdefault((code, theme), (answer, row.number))
            if at != row.number:
                again = f"{theme!r} of {code} a second time (first in row {at})"
                row.wrong("theme", again, "one row for each participant and theme")
        if service is not None:
            listed.add((theme, service))
    if named_like_people:
        rows.note("participant", ["some codes look like names: use codes that identify nobody"])
    return _assembled(reader, rows, services, themes, answers, listed, worded)


def _assembled(
    reader: Reader,
    rows: Rows,
    services: dict[str, tuple[Service, int]],
    themes: Iterable[str],
    answers: dict[tuple[str, str], tuple[int, int]],
    listed: set[tuple[str, str]],
    worded: dict[str, Wording],
) -> ThemeTable:
    """Return the table of answers; a pair without a row is unknown, and said to be."""
    ordered = sorted(services, key=lambda code: (SERVICES.index(services[code][0]), natural(code)))
    asked = tuple(theme for theme in themes if any((theme, s) in listed for s in SERVICES))
    voiced = np.full((len(ordered), len(asked)), UNKNOWN, dtype=np.int8)
    missing = 0
    for k, code in enumerate(ordered):
        for j, theme in enumerate(asked):
            if (code, theme) in answers:
                voiced[k, j] = answers[code, theme][0]
            elif (theme, services[code][0]) in listed:
                missing += 1
    voiced.flags.writeable = False
    if missing and not reader.understood.faults:
        rows.note("", [f"pairs of participant and theme without a row, hence unknown: {missing}"])
    if unused := [theme for theme in themes if theme not in asked]:
        rows.note("", [f"themes without an answer, not used: {', '.join(unused)}"])
    participants = Participants(
        tuple(ordered), tuple(services[code][0] for code in ordered), asked, voiced
    )
    return ThemeTable(rows_of_participants(participants, worded, listed), participants, reader.file)


STUDY = "Carpenter N. (2019), MSc by Research, University of Huddersfield, eprint 35181"


def read_themes(path: str | Path, *, known: Iterable[str] | None = None) -> ThemeTable:
    """Read a table of interview themes: counts by theme, or answers by participant.

    Args:
        path: a workbook (.xlsx) or a delimited file (.csv).
        known: theme ids that may occur; any unless given.

    Raises:
        ScenarioError: the file is faulty; holds every fault with file, row and column.
    """
    reading = understand_themes(path, known=known)
    if reading.table is None:
        raise ScenarioError(reading.faults)
    return reading.table


@cache
def study_themes(*, corrected: bool = False) -> ThemeTable:
    """Return the themes of the study that the model rests on: 28 themes in 38 rows.

    Four CSWs and four MHSWs of one authority, interviewed by one of its own
    workers; titles are this project's words. Source: Carpenter (2019), Findings.

    Args:
        corrected: with the counts that the study's words demand once a theme is taken for what
            its observable can speak of; these corrections were made after results were seen.

    >>> themes = study_themes()
    >>> len(themes.rows), themes.interviewed
    (38, {'CSW': 4, 'MHSW': 4})
    """
    from colsim.calibration.interviewing.observables import corrected_counts

    file = files("colsim.calibration") / "data" / "study_themes.csv"
    reading = understand_bytes(file.read_bytes(), label="the study's themes")
    if reading.table is None:
        raise ScenarioError(reading.faults)
    if not corrected:
        return reading.table
    counts = corrected_counts()
    rows = tuple(
        replace(row, voiced_min=counts.get((row.id, row.service), row.voiced_min))
        for row in reading.table.rows
    )
    return replace(reading.table, rows=rows)
