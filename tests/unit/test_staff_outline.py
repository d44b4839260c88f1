"""Lists that tell a block once, and headers that stand far below notes."""

import pytest

from colsim.scenario.staff import read_staff
from tests.unit.test_staff import DAY, read_book, read_text

HEAD = "id,role,team,site,locality,hours"
PEOPLE = [
    (f"P{k}", "CSW" if k < 8 else "MHSW", "Duty" if k < 4 else "Care" if k < 8 else "Clinic",
     "Mill" if k < 8 else "Hub", "West", 37.2)
    for k in range(12)
]  # fmt: skip


def outline(columns: tuple[int, ...]) -> list[list[object]]:
    """Return the people with what is as in the row above left out of some columns."""
    rows: list[list[object]] = []
    for k, person in enumerate(PEOPLE):
        before = PEOPLE[k - 1] if k else (None,) * 6
        rows.append([
            None if place in columns and cell == before[place] else cell
            for place, cell in enumerate(person)
        ])  # fmt: skip
    return rows


def people(reading) -> set[tuple[object, ...]]:
    assert reading.faults == ()
    return {
        (p["id"], p["role"], p["team"], p["site"], p["locality"], p["hours"])
        for p in reading.practitioners
    }


@pytest.mark.parametrize("columns", [(2,), (2, 3), (2, 3, 4), (4,)])
@pytest.mark.parametrize("total", [False, True])
def test_a_block_that_is_told_once_holds_below_and_it_is_said(tmp_path, columns, total):
    rows = outline(columns)
    if total:
        rows.insert(4, ["Total Duty", None, None, None, None, 148.8])
    reading = read_book(tmp_path, Staff=[HEAD.split(","), *rows])
    assert people(reading) == set(PEOPLE)
    said = [note for note in reading.notes if "as in an outline" in note]
    assert len(said) == len(columns)
    blanks = {2: 9, 3: 10, 4: 11}
    for place, note in zip(sorted(columns, key=lambda c: -c), said, strict=True):
        assert f"{blanks[place]} blank cells of column '{HEAD.split(',')[place]}'" in note
    lines = "\n".join(",".join("" if c is None else str(c) for c in row) for row in rows)
    assert people(read_text(tmp_path, f"{HEAD}\n{lines}\n")) == set(PEOPLE)


def test_a_cell_that_somebody_forgot_is_a_fault_and_not_filled(tmp_path):
    rows = [list(person) for person in PEOPLE]
    rows[5][2] = None
    reading = read_book(tmp_path, Staff=[HEAD.split(","), *rows])
    assert [(fault.row, fault.column) for fault in reading.faults] == [(7, "team")]


def test_nothing_is_taken_from_the_block_before(tmp_path):
    rows = outline((2, 4))
    rows[8][4], rows[8][2] = "East", None
    reading = read_book(tmp_path, Staff=[HEAD.split(","), *rows])
    assert any(fault.column == "team" and fault.row == 10 for fault in reading.faults)


@pytest.mark.parametrize("notes", [14, 16, 60, 400])
def test_headers_are_found_below_notes(tmp_path, notes):
    above = [[f"Note {k}: for internal use"] for k in range(notes)]
    reading = read_book(tmp_path, Staff=[*above, HEAD.split(","), *map(list, PEOPLE)])
    assert people(reading) == set(PEOPLE)
    assert any(f"headers are taken from row {notes + 1}" in note for note in reading.notes)
    sheet = read_book(tmp_path, Sheet1=[*above, HEAD.split(","), *map(list, PEOPLE)])
    assert people(sheet) == set(PEOPLE)
    lines = [*(f"Note {k}" for k in range(notes)), HEAD.replace(",", ";")]
    lines += [";".join(map(str, person)) for person in PEOPLE]
    (tmp_path / "s.csv").write_text("\n".join(lines), "utf-8")
    assert people(read_staff(tmp_path / "s.csv", as_of=DAY)) == set(PEOPLE)
