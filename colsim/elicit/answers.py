"""What respondents answered, read and refused where it is no answer; and what was said in all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from colsim.elicit.questions import QUESTIONS, SERVICES, Question
from colsim.errors import UserError, nearest, refusal
from colsim.scenario.staff.cells import is_empty, number_in, shown
from colsim.scenario.staff.files import bytes_of, tables_in
from colsim.scenario.staff.tables import Table, UnreadableError
from colsim.scenario.staff.words import fold

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
            data = bytes_of(path, label, allowed=ALLOWED)
            tables = tables_in(data, label, kind="Themes", notes=reading.notes)
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


APART = 0.3
"""Overlap of the services' pools below which they see a quantity differently."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to one question, and what worlds give for it."""

    question: str
    respondents: int
    by_service: Mapping[str, tuple[float, float, float]]
    """Fifth, fiftieth and ninety-fifth percentile of each service's pool."""
    pool: tuple[float, float, float]
    overlap: float | None
    """Of the services' pools, 0 to 1; None where one alone answered."""
    before: tuple[float, float, float]
    """Of what the worlds give, unweighed."""
    after: tuple[float, float, float]

    @property
    def apart(self) -> bool:
        """Whether the services see it differently."""
        return self.overlap is not None and self.overlap < APART

    @property
    def beyond(self) -> bool:
        """Whether hardly a world gives what people say."""
        return self.before[2] < self.pool[0] or self.before[0] > self.pool[2]


_COLOURS = {"CSW": "#0072b2", "MHSW": "#d55e00", "before": "#9aa5ab", "after": "#17222b"}
_NAMES = {"CSW": "CSWs say", "MHSW": "MHSWs say", "before": "worlds", "after": "worlds, weighed"}


def plot_said(rows: Sequence[Said]) -> "Figure":
    """Return a row for each question: dot, the middle; line, nine in ten."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 1.2 + 0.62 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for k, one in enumerate(rows):
        spans = {**one.by_service, "before": one.before, "after": one.after}
        width = QUESTIONS[one.question].most - QUESTIONS[one.question].least
        for j, (name, span) in enumerate(spans.items()):
            y = k + 0.18 * (j - (len(spans) - 1) / 2)
            low, middle, high = ((value - QUESTIONS[one.question].least) / width for value in span)
            axes.plot([low, high], [y, y], color=_COLOURS[name], lw=2)
            axes.plot([middle], [y], "o", color=_COLOURS[name], ms=5)
    axes.set_yticks(range(len(rows)), [
        f"{one.question}\n{QUESTIONS[one.question].least:g} to {QUESTIONS[one.question].most:g} "
        f"{QUESTIONS[one.question].unit}" for one in rows
    ])  # fmt: skip
    axes.invert_yaxis()
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([])
    axes.set_title("What people say, and what worlds give: dot, middle; line, 9 in 10", loc="left")
    handles = {}
    for name, colour in _COLOURS.items():
        handles[_NAMES[name]] = axes.plot([], [], "o-", color=colour)[0]
    axes.legend(handles.values(), handles.keys(), loc="upper center", ncols=4,
                bbox_to_anchor=(0.45, -0.02), frameon=False)  # fmt: skip
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    return figure
