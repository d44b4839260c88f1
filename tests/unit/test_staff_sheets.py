"""A list of staff on several sheets, titles cut short, shares in per cent: read in one pass."""

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from colsim.scenario.staff import read_staff
from colsim.scenario.staff.titles import is_agency, is_manager, nearest_role, role_in, role_of
from tests.later import Later
from tests.unit.test_staff import DAY

openpyxl = Later("openpyxl")

CHILDREN = (
    ("Pers. No.", "Job Title", "Team", "Base", "Locality", "FTE %", "Start Date", "Contract Type"),
    ("N1", "SW L3", "Duty West", "Mill", "West", 0.6, "03/02/21", "Perm"),
    ("N2", "Soc. Wkr", "Duty West", "Mill", "West", "80%", "1 Mar 2019", "Perm"),
    ("N3", "Snr Prac", "Duty West", "Mill", "West", 100, "31.03.2015", "Perm"),
    ("AGENCY", "Social Worker (Agy)", "Duty West", "Mill", "West", 100, None, "Agency"),
    ("N5", "TM", "Duty West", "Mill", "West", 100, "31.03.2015", "Perm"),
)
ADULT = (
    ("Locality", "Personnel no.", "Team Name", "Grade / Title", "Work Base", "% FTE", "Entry date"),
    ("West", "N7", "Clinic team", "CPN B6", "Clinic", 50, "1. März 2020"),
    ("West", "N8", "Clinic team", "Care Coord", "Clinic", "62,5", "2020-03-01"),
    ("West", "N3", "Clinic team", "Snr Pract", "Clinic", 20, "31.03.2015"),
)


def made(path: Path, **sheets: tuple[tuple[Any, ...], ...]) -> Path:
    """Write a workbook with a merged title above the headers of each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        sheet.append(["Northmoor Council: establishment"])
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[0]))
        sheet.append([])
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
    return path


def test_a_sheet_for_each_service_is_one_list(tmp_path):
    path = made(tmp_path / "list.xlsx", Childrens_Social_Care=CHILDREN, Adult_Mental_Health=ADULT)
    reading = read_staff(path, as_of=DAY, roles={"TM": "leave out"})
    assert reading.faults == ()
    people = {p["id"]: p for p in reading.practitioners}
    assert Counter(p["role"] for p in people.values()) == {"CSW": 4, "MHSW": 3}
    hours = {code: p["hours"] for code, p in people.items()}
    assert hours == {
        "N1": 22.32, "N2": 29.76, "N3": 37.2, "agency-1": 37.2,
        "N7": 18.6, "N8": 23.25, "N3 (2)": 7.44,
    }  # fmt: skip
    assert people["N7"]["weeks_in_post"] == people["N8"]["weeks_in_post"]
    notes = "\n".join(reading.notes)
    assert "sheets 'Childrens Social Care', 'Adult Mental Health' are read as one list" in notes
    assert "'N3' is in rows 6 of sheet 'Childrens Social Care' and 6 of sheet 'Adult" in notes
    assert "column '% FTE': numbers above 1.5 are read as per cent" in notes
    assert "sheet 'Adult Mental Health', column 'Entry date': " not in notes
    assert set(reading.columns) == {"Staff", "Staff (Adult Mental Health)"}


def test_faults_name_the_sheet_and_follow_it(tmp_path):
    wrong = (*ADULT, ("East", "N9", "Clinic team", "CPN", "Clinic", "lots", "2020-03-01"))
    path = made(tmp_path / "list.xlsx", Childrens_Social_Care=CHILDREN, Adult_Mental_Health=wrong)
    told = [str(fault) for fault in read_staff(path, as_of=DAY).faults]
    assert [text.split(": found")[0].split(": ", 1)[1] for text in told] == [
        "sheet Childrens Social Care, row 8, column Job Title",
        "sheet Adult Mental Health, row 7, column % FTE",
        "sheet Adult Mental Health, row 7, column Locality",
        "sheet Adult Mental Health, row 7, column Locality",
    ]


@pytest.mark.parametrize("other", ["Leavers", "Staff 2025 (old)", "Starters April", "Copy of list"])
def test_sheets_of_other_people_than_todays_are_not_read(tmp_path, other):
    gone = (ADULT[0], *((*row[:1], f"X{k}", *row[2:]) for k, row in enumerate(ADULT[1:])))
    path = made(tmp_path / "list.xlsx", West=(*CHILDREN[:5],), **{other: gone})
    reading = read_staff(path, as_of=DAY)
    assert f"sheets not used: {other}" in "\n".join(reading.notes)
    assert {p["role"] for p in reading.practitioners} <= {"CSW", None}
    assert len(reading.practitioners) == 4


def test_two_states_of_one_list_are_asked_about(tmp_path):
    path = made(tmp_path / "list.xlsx", March=CHILDREN, April=CHILDREN[:4])
    (fault,) = read_staff(path, as_of=DAY).faults
    assert "found 2 sheets that could be meant: March, April" in str(fault)


@pytest.mark.parametrize(
    "header, written, hours",
    [
        ("FTE %", 60, 22.32), ("FTE %", 0.6, 22.32), ("% FTE", "60", 22.32),
        ("FTE percent", "62,5", 23.25), ("Percentage", "100", 37.2), ("FTE %", "60 %", 22.32),
    ],
)  # fmt: skip
def test_shares_in_per_cent_by_their_header(tmp_path, header, written, hours):
    rows = ((*CHILDREN[0][:5], header), (*CHILDREN[1][:5], written))
    adult = ((*CHILDREN[0][:5], header), ("N9", "CPN", "Clinic", "Clinic", "West", written))
    path = made(tmp_path / "list.xlsx", Children=rows, Mental_health=adult)
    reading = read_staff(path, as_of=DAY)
    assert reading.faults == ()
    assert {p["hours"] for p in reading.practitioners} == {hours}


def test_shares_in_per_cent_without_a_word_of_it_and_hours_that_are_none(tmp_path):
    def read(*written: object) -> Any:
        rows = [(*CHILDREN[0][:4], "FTE", "Locality")]
        rows += [
            (f"N{k}", "SW L2", "Duty", "Mill", share, "West") for k, share in enumerate(written)
        ]
        return read_staff(made(tmp_path / "list.xlsx", Children=tuple(rows)), as_of=DAY)

    assert [p["hours"] for p in read(100, 60, "50").practitioners] == [37.2, 22.32, 18.6]
    # Hours of a week in a column of shares, or both: no rule says which is meant.
    for several in ((37, 22.5), (100, 0.6)):
        assert "a share of a whole post" in "\n".join(map(str, read(*several).faults))


@pytest.mark.parametrize(
    "title, place, role",
    [
        ("Soc Wkr", "children", "CSW"), ("Soc. Worker", "CMHT", "MHSW"), ("SSW", "CIN", "CSW"),
        ("Snr Pract", "EIP East", "MHSW"), ("Adv Prac", "CLA", "CSW"), ("PSW", "MASH", "CSW"),
        ("CPN B6", "", "MHSW"), ("Care Coord", "", "MHSW"), ("Qual SW (Agy)", "CIN", "CSW"),
    ],
)  # fmt: skip
def test_titles_cut_short_are_placed_as_in_full(title, place, role):
    assert role_in(title, place) == role


@pytest.mark.parametrize("title", ["TM", "ATM", "BSO", "SWA", "FSW", "IRO", "Team Mgr", "Asst TM"])
def test_short_titles_without_cases_are_asked_about_and_no_spelling_is_near(title):
    assert role_of(title) == (None, False)
    assert role_in(title, "children") is None
    assert nearest_role(title, "children") is None


@pytest.mark.parametrize("title", ["CC", "AP", "BSX", "CSO", "PA"])
def test_of_a_few_letters_none_is_near(title):
    assert nearest_role(title, "Clinic") is None
    assert nearest_role("MHWS") == "MHSW"  # a slip of the key


def test_short_words_say_what_they_say_in_full():
    assert is_manager("Dep. Team Mngr")
    assert is_agency("SW - Agy")


def test_a_team_is_mapped_as_a_whole(tmp_path):
    team = (*CHILDREN[:4], ("N6", "Soc Wkr", "Pod 4", "Hall", "West", 100, None, "Perm"))
    team += (("N8", "BSO", "Pod 4", "Hall", "West", 100, None, "Perm"),)
    path = made(tmp_path / "list.xlsx", Sheet1=team)
    first, *_ = (str(fault) for fault in read_staff(path, as_of=DAY).faults)
    assert "--role 'Duty West=CSW' for its whole team" in first
    roles = {"Duty West": "CSW", "Pod 4": "MHSW", "BSO": "leave out"}
    reading = read_staff(path, as_of=DAY, roles=roles)
    assert reading.faults == ()
    assert {p["id"]: p["role"] for p in reading.practitioners} == {
        "N1": "CSW", "N2": "CSW", "N3": "CSW", "N6": "MHSW",
    }  # fmt: skip
    assert "'Soc Wkr' is read as MHSW, as mapped for the team (1)" in "\n".join(reading.notes)
    reading = read_staff(path, as_of=DAY, roles={"Duty West": "CSW", "Pod 4": "leave out"})
    assert {p["id"] for p in reading.practitioners} == {"N1", "N2", "N3"}
