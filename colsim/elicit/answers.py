"""Read what respondents answered, and refuse what is no answer, all faults at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from colsim.elicit.questions import QUESTIONS, SERVICES, Question
from colsim.errors import UserError, nearest, refusal
from colsim.scenario.staff.cells import is_empty, number_in, shown
from colsim.scenario.staff.files import bytes_of, read_delimited
from colsim.scenario.staff.tables import Table, UnreadableError
from colsim.scenario.staff.words import fold
from colsim.scenario.staff.workbook import OLE_MAGIC, ZIP_MAGIC, read_sheets, refuse_ole

ALLOWED = "a workbook that colsim elicit new wrote, or a .csv file with the same columns"
_PARTS = ("lowest", "likely", "highest")
_SERVICES = {
    "csw": "CSW", "csc": "CSW", "childrenssocialcare": "CSW", "children": "CSW",
    "mhsw": "MHSW", "amh": "MHSW", "adultmentalhealth": "MHSW", "mentalhealth": "MHSW",
}  # fmt: skip
_MOST_FAULTS = 15


@dataclass(frozen=True, slots=True)
class Answer:
    """One respondent's three numbers for one question."""

    respondent: str
    service: str
    question: str
    lowest: float
    likely: float
    highest: float


@dataclass(frozen=True, slots=True)
class Answers:
    """All that was answered."""

    answers: tuple[Answer, ...]
    notes: tuple[str, ...]
    """What was skipped or guessed."""

    @property
    def respondents(self) -> dict[str, str]:
        """Code of each respondent and their service."""
        return {one.respondent: one.service for one in self.answers}

    def of(self, question: str, service: str | None = None) -> list[Answer]:
        """Return the answers to a question, of one service or of both."""
        return [
            one
            for one in self.answers
            if one.question == question and service in (None, one.service)
        ]


@dataclass(slots=True)
class _Reading:
    """A reading under way."""

    answers: list[Answer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """Respondent -> the file that they were met in first."""

    def refuse(self, label: str, key: str, found: str, allowed: str) -> None:
        self.faults.append(f"{label}: {key}: found {found}; allowed: {allowed}")


def read_answers(paths: Iterable[str | Path]) -> Answers:
    """Read questionnaires that were filled in.

    Args:
        paths: workbooks of one respondent each, or delimited files with the columns respondent,
            service, question, lowest, likely, highest.

    Raises:
        UserError: a file is none, or an answer is none: out of order, half empty, out of range,
            to an unknown question, from an unknown service, or given twice. All faults at once.
    """
    reading = _Reading()
    for path in map(Path, paths):
        label = str(path)
        try:
            tables = _tables(path, label, reading.notes)
        except UnreadableError as error:
            reading.faults += map(str, error.faults)
            continue
        _read_file(label, tables, reading)
    if not reading.faults and not reading.answers:
        reading.faults.append(f"answers: found none in any file; allowed: {ALLOWED}, filled in")
    if reading.faults:
        shown_faults = reading.faults[:_MOST_FAULTS]
        if more := len(reading.faults) - len(shown_faults):
            shown_faults.append(f"... and {more} faults more")
        raise UserError("\n".join(shown_faults))
    return Answers(tuple(reading.answers), tuple(reading.notes))


def _tables(path: Path, label: str, notes: list[str]) -> list[Table]:
    data = bytes_of(path, label, allowed=ALLOWED)
    if data.startswith(OLE_MAGIC):
        refuse_ole(data, label)
    if data.startswith(ZIP_MAGIC):
        return read_sheets(data, file=label, notes=notes)
    return [read_delimited(data, file=label, kind="Themes", notes=notes)]


def _read_file(label: str, tables: Sequence[Table], reading: _Reading) -> None:
    """Read one file: its sheet of answers, and the one that says whose they are."""
    rows = [row for table in tables for row in _records(table, "question")]
    whose = [row for table in tables for row in _records(table, "respondent")]
    one = next((cells for _, _, cells in whose if cells.get("service")), {})
    if not rows:
        reading.refuse(label, "answers", "no table with a column question", ALLOWED)
        return
    before, faults = len(reading.answers), len(reading.faults)
    people: set[str] = set()
    for place, number, cells in rows:
        key = f"{place}row {number}"
        person = str(cells.get("respondent", one.get("respondent", ""))).strip()
        if not any(part in cells for part in _PARTS):
            continue
        service = _service(cells.get("service", one.get("service", "")))
        if service is None or not person:
            if key and (person, "whose") not in reading.files.items():
                _refuse_whose(label, person, cells.get("service", one.get("service", "")), reading)
            return
        if reading.files.setdefault(person, label) != label:
            reading.refuse(
                label, f"respondent {person}", f"one who answered in {reading.files[person]}, too",
                "each respondent once",
            )  # fmt: skip
            return
        people.add(person)
        _read_row(label, key, person, service, cells, reading)
    if len(reading.answers) == before and len(reading.faults) == faults:
        reading.refuse(label, "answers", "none that is filled in", "at least one answer")


def _refuse_whose(label: str, person: str, service: object, reading: _Reading) -> None:
    if not person:
        reading.refuse(label, "respondent", "nothing", "a code that names nobody")
    if _service(service) is None:
        found = shown(service) if service else "nothing"
        reading.refuse(label, "service", found, f"{' or '.join(SERVICES)}")


def _records(table: Table, wanted: str) -> Iterator[tuple[str, int, dict[str, object]]]:
    """Yield the rows below the headers by the names of their columns; empty cells are left out."""
    names: list[str] | None = None
    place = f"sheet {table.sheet}, " if table.sheet else ""
    for number, cells in table.rows:
        folded = [fold(str(cell)) if not is_empty(cell) else "" for cell in cells]
        if names is None:
            names = folded if wanted in folded else None
            continue
        row: dict[str, object] = {
            name: cell
            for name, cell in zip(names, cells, strict=False)
            if name and not is_empty(cell)
        }
        if row:
            yield place, number, row


def _service(found: object) -> str | None:
    return _SERVICES.get("".join(c for c in str(found).casefold() if c.isalpha()))


def _read_row(
    label: str, key: str, person: str, service: str, cells: Mapping[str, object], reading: _Reading
) -> None:
    name = str(cells.get("question", "")).strip()
    question = QUESTIONS.get(name)
    if question is None:
        text = refusal(repr(name), "a question of the questionnaire", nearest(name, QUESTIONS))
        reading.faults.append(f"{label}: {key}: {text}")
        return
    key = f"{key}, {name}"
    missing = [part for part in _PARTS if part not in cells]
    if missing:
        reading.refuse(label, key, f"no {' and no '.join(missing)}", "all three numbers, or none")
        return
    numbers = [_number(cells[part]) for part in _PARTS]
    bad = [part for part, value in zip(_PARTS, numbers, strict=True) if not _fits(value, question)]
    if bad:
        found = ", ".join(f"{part} = {shown(cells[part])}" for part in bad)
        reading.refuse(label, key, found, f"numbers from {question.least:g} to {question.most:g}")
        return
    lowest, likely, highest = (float(value or 0.0) for value in numbers)
    if not lowest <= likely <= highest or lowest == highest:
        found = f"{lowest:g}, {likely:g}, {highest:g}"
        reading.refuse(label, key, found, "lowest, likely, highest in this order, and a range")
        return
    if any(one.respondent == person and one.question == name for one in reading.answers):
        reading.refuse(label, key, f"a second answer of {person}", "each question once")
        return
    if service not in question.services:
        reading.notes.append(
            f"{label}: {key}: not used, as only {' and '.join(question.services)} are asked"
        )
        return
    reading.answers.append(Answer(person, service, name, lowest, likely, highest))


def _number(cell: object) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    written = number_in(str(cell))
    return None if written is None else float(written.value)


def _fits(value: float | None, question: Question) -> bool:
    return value is not None and question.least <= value <= question.most
