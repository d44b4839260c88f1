"""Staff lists: what is understood, what is guessed aloud, and every fault in one go."""

import datetime as dt
from pathlib import Path

import pytest

from colsim.scenario import ScenarioError
from colsim.scenario.staff import StaffReading, read_staff
from colsim.scenario.staff.template import template_workbook
from colsim.scenario.staff.titles import role_of
from colsim.scenario.staff.words import match_columns
from tests.later import Later

openpyxl = Later("openpyxl")

DAY = dt.date(2026, 3, 31)
HEADER = "id,role,team,site,locality,hours"
SOUND = """C1,CSW,N1,Mill,North,37.2
C2,CSW,N1,Mill,North,30
M1,MHSW,MN,Mill,North,37.2
C3,CSW,S1,Port,South,20
M2,MHSW,MS,Quay,South,18.6
"""


def read_text(tmp_path: Path, text: str, encoding: str = "utf-8") -> StaffReading:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return read_staff(path, as_of=DAY, label="list.csv")


def read_book(tmp_path: Path, **sheets: list[list[object]]) -> StaffReading:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    return read_staff(tmp_path / "list.xlsx", as_of=DAY, label="list.xlsx")


def cells(text: str) -> list[list[object]]:
    return [line.split(",") for line in text.strip().splitlines()]


STAFF = cells(f"{HEADER}\n{SOUND}")


def brief(reading: StaffReading) -> list[str]:
    return [f"{f.key}: {f.found}" for f in reading.faults]


def only(reading: StaffReading) -> str:
    (fault,) = reading.faults
    return str(fault)


# ---- everything in one go


def test_twelve_planted_faults_are_named_in_one_go(tmp_path: Path) -> None:
    reading = read_book(
        tmp_path,
        Staff=[
            ["id", "role", "team", "site", "locality", "hours", "start date"],
            ["C1", "CSW", "N1", "Mill", "North", 37.2, dt.date(2020, 1, 1)],
            ["C2", "Socail wroker", "N1", "Mill", "North", 30, None],
            ["C1", "CSW", "N1", "Mill", "North", 30, None],
            ["C4", "CSW", "N1", "Mill", "North", -5, None],
            [None, "CSW", "N1", "Mill", "North", 30, None],
            ["C6", "CSW", "N1", "Mill", "South", 30, None],
            ["M1", "MHSW", "MN", "Mill", "North", 37.2, dt.date(2031, 1, 1)],
            ["M2", "MHSW", "MS", "Quay", "South", 37.2, None],
            ["C7", "CSW", "S1", "Quay", "South", 37.2, None],
            ["C8", "CSW", "E1", "Port", "East", 37.2, None],
        ],
        Ties=[
            ["from", "to", "familiarity"],
            ["C4", "M9", "well"],
            ["C4", "C7", 0.5],
            ["C4", "M1", 1.5],
        ],
        Sites=[["site", "other site", "km"], ["Mill", "Quay", -3], ["Mill", "Prot", 3]],
    )
    assert brief(reading) == [
        "sheet Staff, row 3, column role: 'Socail wroker'",
        "sheet Staff, row 4, column id: 'C1', which row 2 has",
        "sheet Staff, row 5, column hours: -5",
        "sheet Staff, row 6, column id: nothing",
        "sheet Staff, row 7, column locality: 'South' for team 'N1', which row 2 has with 'North'",
        "sheet Staff, row 8, column start date: the date 2031-01-01",
        "sheet Staff, row 11, column locality: locality 'East' without an AMH team",
        "sheet Ties, row 2, column to: 'M9', who is not in the staff list",
        "sheet Ties, row 3, column to: a tie of 'C4' and 'C7', who are both CSW",
        "sheet Ties, row 4, column familiarity: 1.5",
        "sheet Sites, row 2, column km: -3",
        "sheet Sites, row 3, column other site: site 'Prot', where nobody of the staff list works",
    ]
    with pytest.raises(ScenarioError) as caught:
        reading.organisation()
    assert len(caught.value.faults) == 12
    by_key = {fault.key: fault for fault in reading.faults}
    assert by_key["sheet Sites, row 3, column other site"].suggestion == "Port"
    assert by_key["sheet Staff, row 5, column hours"].row == 5
    assert str(by_key["sheet Staff, row 5, column hours"]) == (
        "list.xlsx: sheet Staff, row 5, column hours: found -5; allowed: hours a week, a number "
        "from 1 to 60"
    )


# ---- forgiving


def german_list() -> str:
    lines = ["Kürzel-Code;Job title;Team;Office;Area;Hours per week;Start date;Bemerkung"]
    for k in range(300):
        children, place = k % 5 != 4, ("Süd", "Nord", "Mitte")[k % 3]
        role = "Children's social worker" if children else "Mental health social worker"
        team = f"{'Kinder' if children else 'Psychiatrie'} {place}"
        hours = ("38,5", "30,25", "19")[k % 7 % 3]
        lines.append(
            f"{'K' if children else 'P'}{k:03};{role};{team};Büro {place};{place};{hours};"
            f"{k % 28 + 1:02}.{k % 12 + 1:02}.{2000 + k % 25};äöü"
        )
    return "\r\n".join(lines).replace("Kürzel-Code", "Code") + "\r\n;;;;;;;\r\n"


def test_a_clean_list_of_300_from_another_locale_loads(tmp_path: Path) -> None:
    reading = read_text(tmp_path, german_list(), "cp1252")
    assert reading.faults == ()
    people = {person["id"]: person for person in reading.practitioners}
    assert len(people) == 300
    assert sum(person["role"] == "CSW" for person in people.values()) == 240
    assert people["K000"] == {
        "id": "K000",
        "role": "CSW",
        "team": "Kinder Süd",
        "site": "Büro Süd",
        "locality": "Süd",
        "hours": 38.5,
        "weeks_in_post": (DAY - dt.date(2000, 1, 1)).days // 7,
    }
    assert {person["locality"] for person in people.values()} == {"Nord", "Süd", "Mitte"}
    notes = "\n".join(reading.notes)
    for said in (
        "not UTF-8; taken to be Windows-1252",
        "separated by semicolons",
        "column 'Job title' is taken to be role",
        "column 'Office' is taken to be site",
        "column 'Area' is taken to be locality",
        "columns not used: Bemerkung",
        "a comma in a number is read as the decimal comma",
        "'Children's social worker' is read as CSW (240)",
    ):
        assert said in notes, said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"{HEADER}\n{SOUND}".replace("Mill", "Mühle").replace(",", delimiter)
    reading = read_text(tmp_path, text, encoding)
    assert reading.faults == ()
    assert {p["site"] for p in reading.practitioners} == {"Mühle", "Port", "Quay"}
    assert any("Windows-1252" in note for note in reading.notes) == (encoding == "cp1252")
    assert any("UTF-16" in note for note in reading.notes) == (encoding == "utf-16")
    assert any("separated" in note for note in reading.notes) == (delimiter != ",")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_mark_of_utf_8_and_lines_in_two_encodings(tmp_path: Path, ends: str, mark: bytes) -> None:
    """Lists put together of several exports, or marked as what they are not, keep their names."""
    lines = f"{HEADER}\n{SOUND}".replace("Mill", "Mühle").strip().split("\n")
    touched = [k for k, line in enumerate(lines, start=1) if "ü" in line]
    assert len(touched) > 1

    def read(encoded: list[bytes]) -> StaffReading:
        (tmp_path / "list.csv").write_bytes(mark + ends.encode().join(encoded))
        return read_staff(tmp_path / "list.csv", label="list.csv", as_of=DAY)

    whole = read([line.encode("cp1252") for line in lines])
    assert whole.faults == ()
    assert whole.notes[0] == "list.csv: not UTF-8; taken to be Windows-1252"
    mixed = read(
        [
            line.encode("cp1252" if k == touched[0] else "utf-8")
            for k, line in enumerate(lines, start=1)
        ]
    )
    assert mixed.faults == ()
    assert mixed.notes[0] == (
        f"list.csv: UTF-8, but for lines {touched[0]}, which are taken to be Windows-1252"
    )
    for reading in (whole, mixed):
        assert {p["site"] for p in reading.practitioners} == {"Mühle", "Port", "Quay"}
        assert not any("not used" in note for note in reading.notes)


def test_a_separator_line_is_no_row(tmp_path: Path) -> None:
    text = "sep=;\n" + f"{HEADER}\n{SOUND}".replace(",", ";").replace(";20\n", ";0\n")
    assert brief(read_text(tmp_path, text)) == ["row 5, column hours: '0'"]


@pytest.mark.parametrize(
    "role, meant",
    [
        ("CSW", "CSW"),
        ("csw ", "CSW"),
        ("Children’s Social Worker", "CSW"),
        ("Childrens social worker", "CSW"),
        ("Social Worker (Children)", "CSW"),
        ("Senior Social Worker - Children Looked After", "CSW"),
        ("Social workers, children", "CSW"),
        ("CSC", "CSW"),
        ("MHSW", "MHSW"),
        ("mental health social worker", "MHSW"),
        ("AMHP", "MHSW"),
        ("Approved Mental Health Professional", "MHSW"),
        ("Social Worker – Adult Mental Health", "MHSW"),
        ("BS", "BS"),
        ("Boundary Spanner", "BS"),
        ("Social worker", None),
        ("Team manager", None),
        ("CAMHS social worker", None),
        ("Children's mental health social worker", None),
    ],
)
def test_roles_in_words(role: str, meant: str | None) -> None:
    found, guessed = role_of(role)
    assert found == meant
    assert guessed == (meant is not None and role.strip().upper() != meant)


@pytest.mark.parametrize(
    "headers, fields",
    [
        ("Staff ID|Job Title|TEAM|Office|Area|WTE", "id role team site locality fte"),
        ("code|service|Team name|base|district|Hrs per week", "id role team site locality hours"),
        ("ID|Roel|Taem|Sit|Localty|Houres", "id role team - locality hours"),
        ("ID|Service|Role|Team|Site|Locality|Hours (weekly)", "id - role team site locality hours"),
    ],
)
def test_headers_by_synonym_and_near_spelling(headers: str, fields: str) -> None:
    matched = match_columns("Staff", headers.split("|"))
    places = {place: field for field, place in matched.index.items()}
    assert [places.get(k, "-") for k in range(headers.count("|") + 1)] == fields.split()


@pytest.mark.parametrize(
    "written, meant",
    [
        ("2019-03-31", "2019-03-31"),
        ("2019-03-31 00:00:00", "2019-03-31"),
        ("31.03.2019", "2019-03-31"),
        ("31/3/2019", "2019-03-31"),
        ("31-03-19", "2019-03-31"),
        ("31-03-87", "1987-03-31"),
        ("31 March 2019", "2019-03-31"),
        ("31-Mar-19", "2019-03-31"),
        ("March 31, 2019", "2019-03-31"),
        ("1. Mai 2019", "2019-05-01"),
        ("20190331", "2019-03-31"),
        ("43555", "2019-03-31"),
        (43555, "2019-03-31"),
        (43555.75, "2019-03-31"),
        (dt.datetime(2019, 3, 31, 9), "2019-03-31"),
        (dt.date(2019, 3, 31), "2019-03-31"),
        ("Mar 2019", "2019-03-01"),
        ("03/2019", "2019-03-01"),
        (2019, "2019-01-01"),
    ],
)
def test_dates_in_their_usual_forms(tmp_path: Path, written: object, meant: str) -> None:
    rows = [[*row, "" if k else "start date"] for k, row in enumerate(STAFF)]
    rows[1][-1] = written
    reading = read_book(tmp_path, Staff=rows)
    assert reading.faults == ()
    first = next(p for p in reading.practitioners if p["id"] == "C1")
    assert first["weeks_in_post"] == (DAY - dt.date.fromisoformat(meant)).days // 7


@pytest.mark.parametrize(
    "written", ["1949-12-31", "2026-04-01", "31.02.2019", "soon", True, 99999, 12.5, "13/13/2019"]
)
def test_no_dates(tmp_path: Path, written: object) -> None:
    rows = [[*row, "" if k else "start date"] for k, row in enumerate(STAFF)]
    rows[1][-1] = written
    fault = only(read_book(tmp_path, Staff=rows))
    assert "sheet Staff, row 2, column start date: found" in fault
    assert "allowed: a date from 1950-01-01 to 2026-03-31, such as 2019-03-31" in fault


def test_the_column_tells_whether_the_month_comes_first(tmp_path: Path) -> None:
    def weeks(*dates: str) -> tuple[list[int], str]:
        lines = f"{HEADER}\n{SOUND}".strip().splitlines()
        ends = ["start", *dates, *[""] * 5]
        text = "\n".join(f"{line},{end}" for line, end in zip(lines, ends, strict=False))
        reading = read_text(tmp_path, text)
        found = {p["id"]: p.get("weeks_in_post") for p in reading.practitioners}
        return [(DAY - dt.timedelta(weeks=found[c])).month for c in ("C1", "C2")], str(
            reading.notes
        )

    assert weeks("02/25/2019", "03/20/2019")[0] == [2, 3]
    assert "month, day, year" in weeks("02/25/2019", "03/20/2019")[1]
    months, notes = weeks("01/06/2019", "01/09/2019")
    assert months == [6, 9]
    assert "read as day, month, year" in notes


@pytest.mark.parametrize(
    "header, written, hours",
    [
        ("hours", "37,5", 37.5),
        ("hours", "37.5 h", 37.5),
        ("hours", "37:30", 37.5),
        ("Hours per week", 37, 37.0),
        ("FTE", 0.5, 18.6),
        ("WTE", "80 %", 29.76),
        ("FTE", "0,5", 18.6),
    ],
)
def test_hours_and_shares(tmp_path: Path, header: str, written: object, hours: float) -> None:
    rows = [[*row[:5], 1 if "TE" in header else 30] for row in STAFF]
    rows[0][5], rows[1][5] = header, written
    reading = read_book(tmp_path, Staff=rows)
    assert reading.faults == ()
    assert next(p for p in reading.practitioners if p["id"] == "C1")["hours"] == hours
    assert any("whole post of 37.2 hours" in n for n in reading.notes) == ("TE" in header)


def test_a_column_of_hours_that_are_shares_is_read_as_such_and_said(tmp_path: Path) -> None:
    text = f"{HEADER}\n" + "".join(f"{row.rsplit(',', 1)[0]},0.5\n" for row in SOUND.split())
    reading = read_text(tmp_path, text)
    assert {p["hours"] for p in reading.practitioners} == {18.6}
    assert "share of a whole post" in "".join(reading.notes)


@pytest.mark.parametrize("written", ["0", "-3", "61", "0.5", "many", "nan", "1e9", "3 weeks"])
def test_impossible_hours(tmp_path: Path, written: str) -> None:
    reading = read_text(tmp_path, f"{HEADER}\n{SOUND}".replace(",20\n", f",{written}\n"))
    said = ", which is read as nothing" if written == "nan" else ""
    assert brief(reading) == [f"row 5, column hours: '{written}'{said}"]


@pytest.mark.parametrize("written", [0, 1.6, "37.2"])
def test_impossible_shares(tmp_path: Path, written: object) -> None:
    rows = [[*row[:5], 1] for row in STAFF]
    rows[0][5], rows[2][5] = "FTE", written
    fault = only(read_book(tmp_path, Staff=rows))
    assert "row 3, column FTE" in fault
    assert "allowed: a share of a whole post, from 0.03 to 1.5" in fault


def test_blank_rows_spaces_case_and_columns_that_are_not_used(tmp_path: Path) -> None:
    text = (
        "Our staff as of today,,,,,,\n\n ID , Role,Team,Site,Locality,Hours,Car\n"
        + SOUND.replace("\nC2,CSW,N1,Mill", "\n,,,,,\n  C2 ,csw, n1 ,MILL\u00a0")
    )
    reading = read_text(tmp_path, text)
    assert reading.faults == ()
    second = next(p for p in reading.practitioners if p["id"] == "C2")
    assert (second["team"], second["site"]) == ("N1", "Mill")
    assert "list.csv: headers are taken from row 3" in reading.notes
    assert "list.csv: columns not used: Car" in reading.notes
    assert "list.csv, column 'Site': 'MILL' is taken to be 'Mill'" in reading.notes


def test_the_role_is_taken_from_the_column_that_tells(tmp_path: Path) -> None:
    lines = f"{HEADER}\n{SOUND}".replace("role", "Service").split()
    words = ["Job title", *["Social worker"] * 4, "Social worker (mental health)"]
    text = "\n".join(f"{line},{word}" for line, word in zip(lines, words, strict=True))
    reading = read_text(tmp_path, text)
    assert reading.faults == ()
    assert [p["role"] for p in reading.practitioners] == ["CSW", "CSW", "MHSW", "CSW", "MHSW"]
    assert "list.csv: column 'Service' is taken to be role" in reading.notes
    assert "list.csv: columns not used: Job title" in reading.notes


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    one = read_text(tmp_path, f"{HEADER}\n{SOUND}")
    turned = "\n".join(reversed(SOUND.split()))
    assert read_text(tmp_path, f"{HEADER}\n{turned}").practitioners == one.practitioners


def test_spanners_are_shown_and_not_simulated(tmp_path: Path) -> None:
    reading = read_book(
        tmp_path,
        Staff=[*STAFF, ["B1", "Boundary spanner", "", "", "", ""]],
        Ties=[["from", "to", "familiarity"], ["B1", "M1", "well"], ["C1", "M1", "well"]],
    )
    assert reading.faults == ()
    assert reading.spanners == ("B1",)
    assert len(reading.practitioners) == 5
    assert reading.ties == ({"csw": "C1", "mhsw": "M1", "familiarity": 0.75},)
    notes = "\n".join(reading.notes)
    assert "1 boundary spanner(s) in row(s) 7 are shown and not simulated" in notes
    assert "1 ties of boundary spanners are left out" in notes


def test_ties_either_way_round_with_words_and_trusts(tmp_path: Path) -> None:
    reading = read_book(
        tmp_path,
        Staff=STAFF,
        Ties=[
            ["From", "To", "Familiarity", "Trust from", "Trust to"],
            ["M1", "c1", "a little", "0,3", 0.8],
            ["C3", "M2", "60%", None, "fully"],
        ],
    )
    assert reading.faults == ()
    assert reading.ties == (
        {
            "csw": "C1",
            "mhsw": "M1",
            "familiarity": 0.25,
            "trust_csw_in_mhsw": 0.8,
            "trust_mhsw_in_csw": 0.3,
        },
        {"csw": "C3", "mhsw": "M2", "familiarity": 0.6, "trust_mhsw_in_csw": 1.0},
    )
    notes = "\n".join(reading.notes)
    assert "'c1' is taken to be 'C1'" in notes
    assert "'fully' is read as 1" in notes
    assert "without a row are taken to be strangers" in notes


def test_distances_in_miles_are_said(tmp_path: Path) -> None:
    sites = [["From site", "To site", "Miles"], ["Quay", "Port", 2]]
    reading = read_book(tmp_path, Staff=STAFF, Sites=sites)
    assert reading.faults == ()
    assert reading.distances == ({"one": "Quay", "other": "Port", "km": 2 * 1.609344},)
    assert "miles are turned into kilometres" in "\n".join(reading.notes)


def test_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "Staff.csv").write_text(f"{HEADER}\n{SOUND}")
    (tmp_path / "ties.csv").write_text("from;to;familiarity\nC1;M1;0,5\n")
    (tmp_path / "sites.csv").write_text("site,other site,km\nQuay,Port,2\n")
    (tmp_path / "old.csv").write_text("nothing")
    reading = read_staff(tmp_path, as_of=DAY, label="ours")
    assert reading.faults == ()
    assert (len(reading.ties), len(reading.distances)) == (1, 1)
    assert "ours: old.csv is not used" in reading.notes
    alone = read_staff(tmp_path / "Staff.csv", as_of=DAY, label="Staff.csv")
    assert alone.ties == ()
    assert "sites.csv and ties.csv beside it is not read" in "".join(alone.notes)
    (tmp_path / "ties.csv").write_bytes(b"\0\1")
    assert [f.file for f in read_staff(tmp_path, label="ours").faults] == [
        str(Path("ours") / "ties.csv")
    ]


def test_sheets_by_other_names_and_formulas_with_their_results(tmp_path: Path) -> None:
    reading = read_book(tmp_path, Leavers=[["x"]], People=STAFF, Distances=[])
    assert reading.faults == ()
    assert "list.xlsx: sheet 'People' is taken to be Staff" in reading.notes
    assert "list.xlsx: sheets not used: Leavers" in reading.notes
    reading = read_book(tmp_path, Tabelle1=STAFF)
    assert "list.xlsx: sheet 'Tabelle1' is taken to be Staff" in reading.notes
    reading = read_book(tmp_path, Notes=[["x"]], Tabelle1=STAFF)
    assert "list.xlsx: sheet 'Tabelle1' is taken to be Staff" in reading.notes


# ---- the template


def test_the_template_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "new.xlsx").write_bytes(template_workbook("staff"))
    reading = read_staff(tmp_path / "new.xlsx", as_of=dt.date(2026, 3, 31))
    assert reading.faults == ()
    assert len(reading.practitioners) == 6
    assert [tie["familiarity"] for tie in reading.ties] == [0.75, 0.25]
    assert [distance["km"] for distance in reading.distances] == [2.5, 9.0]
    assert not any("is taken to be" in note or "not used" in note for note in reading.notes)
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    assert book.sheetnames == ["Read me", "Staff", "Ties", "Sites"]
    assert "Use codes, not names" in str(book["Read me"]["A3"].value)
    sheet = book["Staff"]
    assert sheet.freeze_panes == "A2"
    choices = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert choices["B2:B2000"] == '"CSW,MHSW,BS"'
    assert sheet.column_dimensions["C"].width == 26
    assert sheet.column_dimensions["A"].number_format == "@"
