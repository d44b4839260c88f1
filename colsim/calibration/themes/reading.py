"""Read a theme table: everything wrong in one go, and nothing guessed in silence."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from colsim.calibration.themes import cells
from colsim.calibration.themes.files import COLUMNS, Form, Sheets, sheets_in, sheets_of
from colsim.calibration.themes.table import (
    SERVICES,
    UNKNOWN,
    YES,
    Participants,
    Service,
    Theme,
    ThemeTable,
    Wording,
    rows_of_participants,
)
from colsim.scenario.names import key_of, spelt_otherwise
from colsim.scenario.staff.cells import WrongCellError, is_empty
from colsim.scenario.staff.rows import Row, Rows, Understood, rows_of
from colsim.scenario.staff.tables import StaffFault, UnreadableError, fault
from colsim.scenario.staff.words import close
from colsim.scenario.staff_rules import natural

_LOOKS_LIKE_A_NAME = re.compile(r"[A-Z][a-z]+[ ,]+[A-Z][a-z]+")


@dataclass(frozen=True, slots=True)
class ThemeReading:
    """What was understood of a theme table, what was guessed and what is wrong."""

    file: str
    form: Form | None
    """Themes (counts) or Participants (answers); None if the file could not be read."""
    table: ThemeTable | None
    """None if anything is wrong."""
    columns: dict[str, str]
    """Field to header."""
    notes: tuple[str, ...]
    faults: tuple[StaffFault, ...]


@dataclass(slots=True)
class _Reader:
    """A theme table while it is read."""

    file: str
    known: tuple[str, ...] | None
    understood: Understood = field(default_factory=Understood)
    guesses: dict[str, set[str]] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    """What theme ids have in common that look alike, to the first spelling."""

    def value[T](self, rows: Rows, row: Row, name: str, read: Callable[[Any], T]) -> T | None:
        """Read a cell; note its fault and return None if it is wrong or its column is missing."""
        if name not in rows.columns.index:
            return None
        try:
            return read(row.cells.get(name))
        except WrongCellError as wrong:
            self.wrong(rows, row, name, wrong.found, wrong.allowed, wrong.suggestion)
            return None

    def wrong(
        self,
        rows: Rows,
        row: Row,
        name: str,
        found: str,
        allowed: str,
        suggestion: str | None = None,
    ) -> None:
        self.understood.faults.append(rows.fault(row.number, name, found, allowed, suggestion))

    def guessed(self, name: str) -> set[str]:
        return self.guesses.setdefault(name, set())

    def note(self, rows: Rows, text: str, name: str = "") -> None:
        where = f"sheet '{rows.table.sheet}'" if rows.table.sheet else rows.table.file
        column = f", column '{rows.title(name)}'" if name else ""
        self.understood.notes.append(f"{where}{column}: {text}")

    def note_guesses(self, rows: Rows) -> None:
        for name, texts in self.guesses.items():
            for text in sorted(texts):
                self.note(rows, text, name)

    def theme(self, rows: Rows, row: Row, name: str) -> str | None:
        """Read a theme's id; what nobody sees makes no difference, nor does letter case."""
        code = self.value(rows, row, name, partial(cells.code_in, what="a theme's id"))
        if code is None:
            return None
        first = self.spellings.setdefault(key_of(code), code)
        if first != code:
            odd = spelt_otherwise(code, first)
            self.guessed(name).add(f"'{code}'{odd} is taken to be '{first}'")
        if self.known is not None and first not in self.known:
            # Of the ids that may occur, the one that looks like it.
            alike = [known for known in self.known if key_of(known) == key_of(first)]
            if len(alike) == 1:
                self.guessed(name).add(f"'{first}' is taken to be '{alike[0]}'")
                self.spellings[key_of(code)] = alike[0]
                return alike[0]
            allowed = f"a known theme: {', '.join(self.known)}"
            self.wrong(rows, row, name, repr(first), allowed, close(first, self.known))
        return first

    def service(self, rows: Rows, row: Row) -> Service | None:
        read = partial(cells.service_in, guesses=self.guessed("service"))
        return self.value(rows, row, "service", read)


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
    reader = _Reader(label, None if known is None else tuple(known))
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
        table = ThemeTable(tuple(_read_counts(reader, rows)), file=label)
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


# ---- counts


def _read_counts(reader: _Reader, rows: Rows) -> Iterable[Theme]:
    """Return a row's theme for each row that is sound; check what rows say of each other."""
    index = rows.columns.index
    id_column = "id" if "id" in index else "title"
    if id_column not in index:
        allowed = "a column headed id, theme id, code or title"
        reader.understood.faults.append(
            fault(reader.file, "no column of themes", allowed, sheet=rows.table.sheet)
        )
    elif id_column == "title":
        reader.note(rows, "no column of ids: the titles serve as ids")
    by_service: dict[Service, tuple[int, int]] = {}
    seen: dict[tuple[str, Service], int] = {}
    titles: dict[str, tuple[str, int]] = {}
    asked: dict[str, tuple[bool, int]] = {}
    found = []
    for row in rows.rows:
        theme = reader.theme(rows, row, id_column)
        service = reader.service(rows, row)
        title = reader.value(rows, row, "title", cells.text_in) or theme or ""
        interviewed = _interviewed(reader, rows, row, service, by_service)
        read = partial(cells.reported_in, guesses=reader.guessed("reported"))
        reported = reader.value(rows, row, "reported", read) or ""
        lowest, highest = _interval(reader, rows, row, interviewed)
        lowest, highest = _as_reported(reader, rows, row, reported, (lowest, highest), interviewed)
        quoted = reader.value(rows, row, "quoted", cells.codes_in) or ()
        texts = {
            name: reader.value(rows, row, name, cells.text_in) or ""
            for name in ("basis", "source", "note")
        }
        if highest is not None and len(quoted) > highest:
            listed = f"{len(quoted)} participants ({', '.join(quoted)})"
            reader.wrong(rows, row, "quoted", listed, f"no more than voiced it at most: {highest}")
        if theme is None or service is None:
            continue
        first = seen.setdefault((theme, service), row.number)
        if first != row.number:
            again = f"{theme!r} of {service} a second time (first in row {first})"
            reader.wrong(rows, row, id_column, again, "one row for each theme and service")
        known_title, at = titles.setdefault(theme, (title, row.number))
        if title != known_title:
            reader.note(rows, f"row {row.number}: not the title that {theme} has in row {at}")
        prompted = _asked(reader, rows, row, theme, asked)
        if interviewed is None or lowest is None or highest is None:
            continue
        found.append(
            Theme(
                theme, title, service, lowest, highest, interviewed,
                quoted=quoted, asked=prompted, absent=reported == "absent", **texts,
            )
        )  # fmt: skip
        if found[-1].says_nothing:
            reader.guessed("at most").add(
                f"{theme} of {service}: nobody to all; it says nothing of the model"
            )
    if not reader.understood.faults:
        _nowhere(reader, rows, found)
    return found


def _asked(
    reader: _Reader, rows: Rows, row: Row, theme: str, asked: dict[str, tuple[bool, int]]
) -> bool:
    """Return whether a theme was asked about; all its rows must agree, and empty is no answer."""
    read = partial(cells.answer_in, guesses=reader.guessed("asked"))
    if is_empty(row.cells.get("asked")) or "asked" not in rows.columns.index:
        return asked.get(theme, (False, 0))[0]
    answer = reader.value(rows, row, "asked", read)
    if answer is None:
        return False
    if answer == UNKNOWN:
        reader.wrong(rows, row, "asked", "unknown", "yes or no; empty is no")
        return False
    first, at = asked.setdefault(theme, (answer == YES, row.number))
    if first != (answer == YES):
        said = "yes" if first else "no"
        reader.wrong(
            rows, row, "asked", "no" if first else "yes",
            f"{said} as in row {at}: a theme was asked about or volunteered",
        )  # fmt: skip
    return first


def _as_reported(
    reader: _Reader,
    rows: Rows,
    row: Row,
    reported: str,
    limits: tuple[int | None, int | None],
    interviewed: int | None,
) -> tuple[int | None, int | None]:
    """Hold what is reported of a service against the counts; empty counts follow from it."""
    lowest, highest = limits
    if not reported or lowest is None or highest is None or interviewed is None:
        return limits
    if reported == "all" and is_empty(row.cells.get("at least")) and lowest == 0:
        lowest = interviewed if highest == interviewed else lowest
    if reported == "some" and is_empty(row.cells.get("at least")):
        lowest = max(lowest, 1)
    wrong = {
        "all": lowest < interviewed,
        "some": not 1 <= lowest <= highest or lowest == interviewed,
        "absent": lowest > 0,
    }[reported]
    if wrong:
        wanted = {
            "all": f"at least {interviewed}, all who were interviewed",
            "some": f"at least 1 and fewer than {interviewed}",
            "absent": "at least 0: it is reported of the other service alone",
        }[reported]
        reader.wrong(
            rows, row, "reported", f"{reported!r} with at least {lowest}, at most {highest}",
            f"{wanted}; or another word",
        )  # fmt: skip
        return None, None
    return lowest, highest


def _nowhere(reader: _Reader, rows: Rows, found: list[Theme]) -> None:
    """Refuse themes that are absent wherever they stand: somebody must have voiced a theme."""
    for theme in dict.fromkeys(one.id for one in found):
        own = [one for one in found if one.id == theme]
        if any(one.absent for one in own) and all(one.absent or not one.voiced_max for one in own):
            reader.understood.faults.append(
                fault(
                    reader.file,
                    f"{theme!r} reported of no service",
                    "a theme that is reported of one service at least; or no row of it",
                    sheet=rows.table.sheet,
                )
            )


def _interviewed(
    reader: _Reader,
    rows: Rows,
    row: Row,
    service: Service | None,
    by_service: dict[Service, tuple[int, int]],
) -> int | None:
    read = partial(cells.count_in, lowest=1)
    interviewed = reader.value(rows, row, "interviewed", read)
    if interviewed is None or service is None:
        return interviewed
    number, at = by_service.setdefault(service, (interviewed, row.number))
    if number != interviewed:
        allowed = f"{number} as in row {at}: each row says how many {service}s were interviewed"
        reader.wrong(rows, row, "interviewed", str(interviewed), allowed)
    return interviewed


def _interval(
    reader: _Reader, rows: Rows, row: Row, interviewed: int | None
) -> tuple[int | None, int | None]:
    """Return at least and at most; faults where they and the number interviewed disagree."""
    index = rows.columns.index
    names = ("at least", "at most")
    limits: list[int | None] = []
    for name, open_end in zip(names, (0, interviewed), strict=True):
        column = name if name in index else "voiced"
        cell = row.cells.get(column)
        if column in index and name == column and is_empty(cell):
            said = "nobody" if name == "at least" else "all that were interviewed"
            reader.guessed(name).add(f"empty is read as {said}")
            limits.append(open_end)
            continue
        if column == "voiced" and name == "at most" and "at least" not in index:
            limits.append(limits[0])  # one column for both: one fault is enough
            continue
        read = partial(cells.count_in, lowest=0)
        limits.append(reader.value(rows, row, column, read))
    lowest, highest = limits
    columns = [name if name in index else "voiced" for name in names]
    if interviewed is not None:
        allowed = f"at most the {interviewed} interviewed"
        above = False
        for name, limit in dict(zip(columns, limits, strict=True)).items():
            if limit is not None and limit > interviewed:
                reader.wrong(rows, row, name, str(limit), allowed)
                above = True
        if above:
            return None, None
    if lowest is not None and highest is not None and lowest > highest:
        reader.wrong(rows, row, columns[0], str(lowest), f"no more than at most, here {highest}")
        return None, None
    return lowest, highest


# ---- answers by participant


def _wordings(reader: _Reader, sheets: Sheets) -> dict[str, Wording] | None:
    """Return what the sheet of themes says of each, None if there is no such sheet."""
    if sheets.titles is None:
        return None
    understood = Understood()
    rows = rows_of("Themes", sheets.titles, understood)
    wordings: dict[str, Wording] = {}
    if "id" not in rows.columns.index:
        reader.note(rows, "no column of ids; the sheet is not used")
        return None
    counts = [name for name in ("at least", "at most", "voiced") if name in rows.columns.index]
    if counts:
        titles = ", ".join(rows.title(name) for name in counts)
        reader.note(rows, f"counts follow from the participants: {titles} not used")
    for row in rows.rows:
        theme = reader.theme(rows, row, "id")
        if theme is None:
            continue
        texts = {
            name: reader.value(rows, row, name, cells.text_in) or ""
            for name in ("title", "source", "note")
        }
        if theme in wordings and texts["title"] not in ("", wordings[theme].title):
            again = f"{theme!r} a second time, with another title"
            reader.wrong(rows, row, "title", again, "one title for each theme")
        wordings.setdefault(theme, Wording(texts["title"] or theme, texts["source"], texts["note"]))
    return wordings


def _read_participants(
    reader: _Reader, rows: Rows, wordings: dict[str, Wording] | None
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
        code = reader.value(
            rows, row, "participant", partial(cells.code_in, what="a participant's code")
        )
        service = reader.service(rows, row)
        theme = reader.theme(rows, row, "theme")
        read = partial(cells.answer_in, guesses=reader.guessed("voiced"))
        answer = reader.value(rows, row, "voiced", read)
        title = reader.value(rows, row, "title", cells.text_in)
        if code is not None:
            first = codes.setdefault(key_of(code), code)
            if first != code:
                odd = spelt_otherwise(code, first)
                reader.guessed("participant").add(f"'{code}'{odd} is taken to be '{first}'")
            code = first
            named_like_people += bool(_LOOKS_LIKE_A_NAME.fullmatch(code))
        if code is not None and service is not None:
            own, at = services.setdefault(code, (service, row.number))
            if own != service:
                allowed = f"{own} as in row {at}: a participant belongs to one service"
                reader.wrong(rows, row, "service", service, allowed)
        if theme is None:
            continue
        if wordings is not None and theme not in wordings:
            allowed = f"a theme of the sheet Themes: {', '.join(wordings)}"
            reader.wrong(rows, row, "theme", repr(theme), allowed, close(theme, wordings))
        themes[theme] = None
        if title:
            worded.setdefault(theme, Wording(title))
        if _asked(reader, rows, row, theme, asked):
            worded[theme] = replace(worded.get(theme, Wording(theme)), asked=True)
        if code is None:
            continue
        if answer is not None:
            _, at = answers.setdefault((code, theme), (answer, row.number))
            if at != row.number:
                again = f"{theme!r} of {code} a second time (first in row {at})"
                reader.wrong(rows, row, "theme", again, "one row for each participant and theme")
        if service is not None:
            listed.add((theme, service))
    if named_like_people:
        reader.note(
            rows, "some codes look like names: use codes that identify nobody", "participant"
        )
    return _assembled(reader, rows, services, themes, answers, listed, worded)


def _assembled(
    reader: _Reader,
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
        reader.note(rows, f"pairs of participant and theme without a row, hence unknown: {missing}")
    if unused := [theme for theme in themes if theme not in asked]:
        reader.note(rows, f"themes without an answer, not used: {', '.join(unused)}")
    participants = Participants(
        tuple(ordered), tuple(services[code][0] for code in ordered), asked, voiced
    )
    return ThemeTable(rows_of_participants(participants, worded, listed), participants, reader.file)
