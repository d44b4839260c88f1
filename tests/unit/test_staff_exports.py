"""Personnel exports as they come: one pass, one mapping, everything skipped or guessed is said."""

import datetime as dt
import io
import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from colsim.errors import UserError
from colsim.scenario import load_scenario
from colsim.scenario.staff import read_staff
from colsim.scenario.staff.tables import grouped
from colsim.scenario.staff.titles import LEAVE_OUT, allowed_for, nearest_role, role_in
from tests import exports
from tests.later import Later
from tests.unit.test_cli_runs import colsim
from tests.unit.test_staff import DAY, HEADER, SOUND, read_book, read_text

openpyxl = Later("openpyxl")

MAPPING = {option.partition("=")[0]: LEAVE_OUT for option in exports.MAPPING}
ROLES = [part for option in exports.MAPPING for part in ("--role", option)]


@pytest.fixture(params=["export.xlsx", "export.csv"])
def export(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    data = exports.workbook() if request.param.endswith("xlsx") else exports.text()
    (tmp_path / request.param).write_bytes(data)
    return str(request.param)


# ---- both exports


@pytest.mark.slow
def test_an_export_is_read_in_one_pass_with_one_mapping(export: str) -> None:
    reading = read_staff(export, as_of=DAY, roles=MAPPING)
    assert reading.faults == ()
    assert Counter(p["role"] for p in reading.practitioners) == {"CSW": 142, "MHSW": 37}
    assert len({p["id"] for p in reading.practitioners}) == 179
    assert len(reading.vacant) == 6
    assert all(code.startswith("vacant-") for code in reading.vacant)
    two = [p for p in reading.practitioners if p["id"] in ("010200", "010200 (2)")]
    assert len({p["team"] for p in two}) == 2
    hours = Counter(p["hours"] for p in reading.practitioners)
    assert set(hours) == {37.2, 22.32, 29.76, 22.5, 30.0}
    notes = "\n".join(reading.notes)
    for said in (
        "left out, as mapped: ",
        "rows that are no people are skipped: ",
        "'00/00/0000' ",
        "'TBC' ",
        "numbers with the unit hours are read as hours a week",
        "agency workers without a start date",
        "are vacant posts: ",
        "one person with 2 posts, '010200' and '010200 (2)'; ties count for each",
        "'CPN' is read as MHSW",
        "'Social Worker Level 2' is read as CSW",
    ):
        assert said in notes, said


def test_both_shapes_say_the_same_of_the_same_people(tmp_path: Path) -> None:
    people = []
    for name, data in (("a.xlsx", exports.workbook()), ("b.csv", exports.text())):
        (tmp_path / name).write_bytes(data)
        found = read_staff(tmp_path / name, as_of=DAY, roles=MAPPING).practitioners
        people.append({p["id"]: p for p in found if not p["id"].startswith("vacant")})
    assert people[0] == people[1]


@pytest.mark.slow
def test_without_the_mapping_there_are_three_faults_in_three_lines(export: str) -> None:
    code, out, err = colsim("authority", "check", export)
    assert code == 2
    lines = err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("error: ") for line in lines)
    managers = next(line for line in lines if "found 'Team Manager'" in line)
    assert " rows (" in managers
    assert "allowed: a role if they carry cases, or none: --role 'Team Manager=leave out'" in (
        managers
    )
    assert "nearest" not in err
    assert "4 rows (" in next(line for line in lines if "Business Support Officer" in line)
    code, out, err = colsim("authority", "check", export, *ROLES)
    assert (code, err) == (0, "")
    assert "No faults." in out


@pytest.mark.slow
def test_a_sheet_or_file_of_roles_maps_titles(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exports.workbook()))
    sheet = book.create_sheet("Roles")
    sheet.append(["Job title", "Role"])
    for title in MAPPING:
        sheet.append([title.upper(), "leave out" if "Support" in title else None])
    book.save(tmp_path / "list.xlsx")
    assert read_staff(tmp_path / "list.xlsx", as_of=DAY).faults == ()
    sheet.append(["CPN", "nurse"])
    book.save(tmp_path / "list.xlsx")
    (fault,) = read_staff(tmp_path / "list.xlsx", as_of=DAY).faults
    assert "sheet Roles, row 5, column Role: found 'nurse'; allowed: CSW, MHSW, BS or 'leave" in (
        str(fault)
    )
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "staff.csv").write_bytes(exports.text())
    (folder / "roles.csv").write_text("title,role\n" + "".join(f"{t},none\n" for t in MAPPING))
    assert read_staff(folder, as_of=DAY).faults == ()


def test_a_mapping_comes_before_what_a_title_says_and_unused_ones_are_said(tmp_path: Path) -> None:
    text = f"{HEADER}\n{SOUND}".replace("C3,CSW", "C3,Team Lead")
    reading = read_text(tmp_path, text)
    assert "found 'Team Lead'" in str(reading.faults[0])
    path = tmp_path / "list.csv"
    reading = read_staff(path, as_of=DAY, roles={"team lead": "CSW", "Team Laed": "MHSW"})
    assert reading.faults == ()
    notes = "\n".join(reading.notes)
    assert "'Team Lead' is read as CSW, as mapped (1)" in notes
    assert "no row has the title 'Team Laed' that is mapped; nearest: 'Team Lead'" in notes


@pytest.mark.parametrize(
    "option, said",
    [
        ("Team Manager", "--role: found 'Team Manager'; allowed: TITLE=ROLE, such as"),
        ("=CSW", "--role: found '=CSW'; allowed: TITLE=ROLE"),
        ("Clerk=boss", "--role Clerk: found 'boss'; allowed: CSW, MHSW, BS or 'leave out'"),
    ],
)
def test_faulty_mappings(export: str, option: str, said: str) -> None:
    for command in ("check", "scenario"):
        code, _, err = colsim("authority", command, export, "--role", option)
        assert code == 2
        assert said in err
    assert sorted(p.name for p in Path().iterdir()) == [export]


# ---- titles


@pytest.mark.parametrize(
    "title",
    [
        "Social Worker Level 2", "SW Level 3", "Senior Social Worker", "Senior Practitioner",
        "Advanced Practitioner", "ASYE", "Newly Qualified Social Worker (ASYE)",
        "Agency Social Worker", "Locum SW", "Experienced Social Worker Gr 9", "Social Worker - L2",
        "Principal Social Worker", "Snr Practitioner",
    ],
)  # fmt: skip
def test_titles_of_either_service_are_settled_by_the_place_alone(title: str) -> None:
    assert role_in(title, "Children in Need 2") == "CSW"
    assert role_in(title, "Team 4", "Adult Mental Health") == "MHSW"
    assert role_in(title, "CMHT South", "Adults and Children") == "MHSW"
    for places in (("Team 4",), ("CAMHS", "Children's Services"), ("Adult Safeguarding",), ()):
        assert role_in(title, *places) is None
        assert nearest_role(title, *places) is None
    assert nearest_role(title) is None
    assert f"--role '{title}=CSW' (or MHSW, or leave out)" in allowed_for(title)


@pytest.mark.parametrize(
    "title", ["Care Co-ordinator", "CPN", "AMHP", "Community Mental Health Nurse"]
)
def test_titles_of_adult_mental_health(title: str) -> None:
    assert role_in(title, "Recovery East") == "MHSW"
    assert role_in(title, "CAMHS") is None
    assert role_in(title, "Children in Need") is None


@pytest.mark.parametrize(
    "title",
    [
        "Team Manager", "Assistant Team Manager", "Head of Service", "Social Work Assistant",
        "Family Support Worker", "Business Support Officer", "Student Social Worker",
        "Independent Reviewing Officer", "Consultant Psychiatrist",
    ],
)  # fmt: skip
def test_titles_without_cases_are_asked_about_and_never_guessed(title: str) -> None:
    for place in ("Children in Need", "CMHT South", "Team 4"):
        assert role_in(title, place) is None
        assert nearest_role(title, place) is None
    assert f"--role '{title}=leave out'" in allowed_for(title)


def test_hints_come_from_the_place(tmp_path: Path) -> None:
    assert nearest_role("Socail Worker", "Children in Need") == "CSW"
    assert nearest_role("Socail Worker", "CMHT") == "MHSW"
    assert nearest_role("Socail Worker", "Team 4") is None
    assert nearest_role("Mental helth social worker") == "MHSW"


# ---- rows that are no people, people twice, vacancies


@pytest.mark.parametrize(
    "row, said",
    [
        ("Total,,,,,125.8", "7 'Total'"),
        (",Grand Total: 5,,,,", "7 'Grand Total: 5'"),
        ("Sub-total North,,,,,", "7 'Sub-total North'"),
        (",,,,,125.8", "7 (numbers alone)"),
        ("Printed by HR Systems 01/04/2026,,,,,", "7 'Printed by HR Systems 01/04/2026'"),
        ("Confidential,,,,,", "7 'Confidential'"),
        ("Page 2,of 3,,,,", "7 'Page 2'"),
        ("Children's Services South,,,,,", "7 'Children's Services South'"),
        (HEADER.title(), "7 (the headers again)"),
    ],
)
def test_rows_that_are_no_people(tmp_path: Path, row: str, said: str) -> None:
    reading = read_text(tmp_path, f"{HEADER}\n{SOUND}{row}\n")
    assert reading.faults == ()
    assert len(reading.practitioners) == 5
    assert f"list.csv: rows that are no people are skipped: {said}" in reading.notes


def test_a_row_of_a_person_with_little_is_no_footer(tmp_path: Path) -> None:
    assert len(read_text(tmp_path, f"{HEADER}\n{SOUND}C9,,,,,\n").faults) == 5
    assert len(read_text(tmp_path, f"{HEADER}\n{SOUND}C9,CSW,N1,,,\n").faults) == 3
    text = f"{HEADER}\n{SOUND}".replace("N1", "Total Care")
    assert len(read_text(tmp_path, text).practitioners) == 5


@pytest.mark.parametrize(
    "row",
    [
        "VACANT,CSW,N1,Mill,North,30",
        ",CSW (vacant),N1,Mill,North,30",
        "-,CSW,N1,Mill,North,30,Vacant (advertised)",
    ],
)
def test_vacant_posts_are_posts(tmp_path: Path, row: str) -> None:
    lines = f"{HEADER},status,start\n{SOUND}{row}\n{row}\n".replace("CSW (vacant)", "CSW - vacant")
    reading = read_text(
        tmp_path, lines.replace("CSW - vacant", "Children's social worker - vacant")
    )
    assert reading.faults == ()
    assert reading.vacant == ("vacant-1", "vacant-2")
    posts = [p for p in reading.practitioners if p["id"] in reading.vacant]
    assert [(p["role"], p["team"], p["hours"]) for p in posts] == [("CSW", "N1", 30.0)] * 2
    assert "rows 7, 8 are vacant posts: 2 of 5 CSW posts (40 %)" in "\n".join(reading.notes)


def test_one_person_in_two_teams_is_two_posts_in_any_order(tmp_path: Path) -> None:
    extra = "C1,CSW,S1,Port,South,10\n"
    text = f"{HEADER}\n{SOUND}{extra}"
    reading = read_text(tmp_path, text)
    assert reading.faults == ()
    found = {p["id"]: (p["team"], p["hours"]) for p in reading.practitioners}
    assert found["C1"] == ("N1", 37.2)
    assert found["C1 (2)"] == ("S1", 10.0)
    turned = "\n".join(reversed((SOUND + extra).split()))
    assert read_text(tmp_path, f"{HEADER}\n{turned}").practitioners == reading.practitioners
    rows = [line.split(",") for line in text.strip().splitlines()]
    ties = [["from", "to", "familiarity"], ["M1", "C1", 0.5]]
    assert read_book(tmp_path, Staff=rows, Ties=ties).ties == tuple(
        {"csw": code, "mhsw": "M1", "familiarity": 0.5} for code in ("C1 (2)", "C1")
    )
    (fault,) = read_text(tmp_path, f"{HEADER}\n{SOUND}C1,CSW,N1,Mill,North,10\n").faults
    assert "row 7, column id: found 'C1', which row 2 has; allowed: each id once" in str(fault)


@pytest.mark.parametrize(
    "written",
    ["TBC", "00/00/0000", "0000-00-00", "not known", "N/K", "01/01/1900", "31/12/9999", "n/a", "?",
     "awaiting start", 0, dt.datetime(1900, 1, 1), dt.time(0)],
)  # fmt: skip
def test_dates_that_are_none(tmp_path: Path, written: object) -> None:
    rows = [[*line.split(","), ""] for line in f"{HEADER}\n{SOUND}".split()]
    rows[0][-1], rows[1][-1] = "start date", written
    reading = read_book(tmp_path, Staff=rows)
    assert reading.faults == ()
    assert not any("weeks_in_post" in person for person in reading.practitioners)
    assert "empty for 5" in "\n".join(reading.notes)


def test_agency_workers_without_a_start_are_there_for_a_short_time(tmp_path: Path) -> None:
    text = f"{HEADER},contract,start date\n" + SOUND.replace("20\n", "20,Agency,\n")
    text = text.replace("C2,CSW", "C2,Agency children's social worker")
    reading = read_text(tmp_path, text)
    weeks = {p["id"]: p.get("weeks_in_post") for p in reading.practitioners}
    assert weeks == {"C1": None, "C2": 13, "C3": 13, "M1": None, "M2": None}
    reading = read_text(tmp_path, text.replace("20,Agency,", "20,Agency,2024-04-01"))
    assert {p["id"]: p.get("weeks_in_post") for p in reading.practitioners}["C3"] == 104


def test_agency_workers_without_a_code_get_one_in_any_order(tmp_path: Path) -> None:
    extra = (
        "Agency,CSW,N1,Mill,North,30,\nAGENCY,CSW,S1,Port,South,20,\n,Locum SW,N1,Mill,North,10,\n"
        "AGY-7,Agency Social Worker,N1,Mill,North,36,\n"
    )
    head = f"{HEADER},department\n"
    people = SOUND.replace("\n", ",\n") + extra.replace("10,\n", "10,Children\n").replace(
        "36,\n", "36,Children\n"
    )
    reading = read_text(tmp_path, head + people)
    assert reading.faults == ()
    found = {p["id"]: p["hours"] for p in reading.practitioners if p["id"][0] in "aA"}
    assert found == {"agency-1": 10.0, "agency-2": 30.0, "agency-3": 20.0, "AGY-7": 36.0}
    turned = "\n".join(reversed(people.strip().split("\n")))
    assert read_text(tmp_path, head + turned).practitioners == reading.practitioners
    text = f"{HEADER},start date\n" + SOUND.replace("\n", ",\n").replace("N1", "Adoption Agency")
    reading = read_text(tmp_path, text.replace("Mill", "Vacant House"))
    assert reading.vacant == ()
    assert not any("weeks_in_post" in person for person in reading.practitioners)
    (fault,) = read_text(tmp_path, f"{HEADER}\n{SOUND},CSW,N1,Mill,North,30\n").faults
    assert "row 7, column id: found nothing; allowed: a code" in str(fault)


# ---- faults in few lines, a marked copy


def test_many_different_faults_are_at_most_fifteen_lines(tmp_path: Path) -> None:
    rows = "".join(f"X{k},Title {k},T{k},S,L{k % 7},{k + 90}\n" for k in range(60))
    reading = read_text(tmp_path, f"{HEADER}\n{SOUND}{rows}")
    assert len(reading.faults) == 120
    lines = list(map(str, grouped(reading.faults)))
    assert len(lines) == 2
    assert (
        "column role, 60 rows (7, 8, 9, 10 and 56 more): found 'Title 0' (1); 'Title 1' (1); "
        in (lines[0])
    )
    assert "and 57 others" in lines[0]
    many = read_text(tmp_path, ",".join(f"h{k}" for k in range(30)) + "\n1\n")
    assert len(grouped(many.faults)) <= 15
    few = grouped(reading.faults, most=2)
    assert len(few) == 2
    few = grouped(reading.faults, most=1)
    assert [str(line) for line in few] == [
        "list.csv: found 120 more; allowed: a list without faults: colsim authority check, with "
        "--json, lists all"
    ]


def test_the_same_fault_of_a_few_rows_is_told_once_too(tmp_path: Path) -> None:
    rows = "".join(f"X{k},Wizard,T,S,L,30\n" for k in range(3))
    lines = list(map(str, grouped(read_text(tmp_path, f"{HEADER}\n{SOUND}{rows}").faults)))
    assert len(lines) == 1
    assert "column role, 3 rows (7, 8, 9): found 'Wizard'; allowed: " in lines[0]


@pytest.mark.slow
def test_a_marked_copy_shows_what_is_wrong_and_leaves_the_list_alone(export: str) -> None:
    before = Path(export).read_bytes()
    code, out, _ = colsim("authority", "check", export, "--marked", "marked.xlsx")
    assert code == 2
    assert "written: marked.xlsx" in out
    assert Path(export).read_bytes() == before
    faults = read_staff(export).faults
    book = openpyxl.load_workbook("marked.xlsx")
    sheet = book["Establishment" if export.endswith("xlsx") else "Staff"]
    marked = [cell for row in sheet for cell in row if cell.comment]
    assert {cell.row for cell in marked} == {fault.row for fault in faults}
    assert {cell.fill.start_color.rgb for cell in marked} == {"FFFFC7CE"}
    assert all("leave out" in cell.comment.text for cell in marked)
    assert all(cell.value in MAPPING for cell in marked)
    assert book.sheetnames[0] == "Faults"
    assert book["Faults"].max_row == len(faults) + 1
    for place, said in (
        (export, "found the list itself" if export.endswith("xlsx") else "found 'export.csv'"),
        ("marked.xlsx", "found a file that is already there"),
        ("marked.csv", "--marked: found 'marked.csv'; allowed: a name that ends in .xlsx"),
    ):
        code, out, err = colsim("authority", "check", export, "--marked", place)
        assert (code, out) == (2, "")
        assert said in err
    assert Path(export).read_bytes() == before
    code, out, _ = colsim("authority", "check", export, *ROLES, "--marked", "none.xlsx")
    assert code == 0
    assert not Path("none.xlsx").exists()


def test_texts_that_look_like_formulas_are_no_formulas_in_a_marked_copy(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}\n{SOUND}".replace("Quay", "=HYPERLINK(1)"))
    code, _, _ = colsim("authority", "check", str(path), "--marked", str(tmp_path / "m.xlsx"))
    assert code == 2
    cell = openpyxl.load_workbook(tmp_path / "m.xlsx")["Staff"]["D6"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert "which a spreadsheet would take for a formula" in cell.comment.text


# ---- scenarios of an export


def test_a_scenario_of_an_export_holds_its_people_and_says_why(export: str) -> None:
    code, out, err = colsim("authority", "scenario", export, *ROLES)
    assert code == 0
    assert "titles were mapped with --role: a sheet Roles" in out
    assert "results made with this scenario hold the codes of its people; --anonymous" in err
    people = load_scenario("export.toml").scenario.organisation.practitioners
    assert Counter(p.role for p in people) == {"CSW": 142, "MHSW": 37}


@pytest.mark.slow
def test_pseudonyms_stay_the_same_and_no_code_is_left(export: str) -> None:
    code, out, _ = colsim("authority", "scenario", export, *ROLES, "--anonymous")
    assert code == 0
    assert "written: export_key.csv: who is who; keep it, and hand it to nobody" in out
    text = Path("export.toml").read_text()
    rows = Path("export_key.csv").read_text("utf-8-sig").splitlines()[1:]
    key = dict(line.split(",") for line in rows)
    assert len(key) == 179
    assert not any(code in text for code in key if not code.startswith("vacant"))
    assert "P179" in text
    first = load_scenario("export.toml").scenario.organisation
    Path("export.toml").unlink()
    shorter = Path(export)
    assert colsim("authority", "scenario", export, *ROLES, "--anonymous")[0] == 0
    assert load_scenario("export.toml").scenario.organisation == first
    assert shorter.exists()
    Path("export_key.csv").write_text("no,key,at all\n")
    code, _, err = colsim("authority", "scenario", export, *ROLES, "--anonymous", "--force")
    assert code == 2
    assert "export_key.csv: found something else than a key; allowed: a file that" in err


def test_pseudonyms_of_those_who_stay_do_not_move(tmp_path: Path) -> None:
    from colsim.scenario.staff.writing import pseudonyms

    first = pseudonyms(["b", "c", "d"], {})
    assert first == {"b": "P001", "c": "P002", "d": "P003"}
    again = pseudonyms(["a", "c", "d"], first)
    assert again == {**first, "a": "P004"}


@pytest.mark.slow
def test_check_says_where_an_office_is_shared_already_and_what_it_costs(export: str) -> None:
    code, out, _ = colsim("authority", "check", export, *ROLES)
    assert code == 0
    told = " ".join(out.split())
    assert (
        "CMHT South sits at Quay Court with a children's team of South: co_location adds nothing "
        "there" in told
    )
    assert (
        "Its cost is counted for all 3 AMH teams: about £113,220 a year at three days a week, "
        "and £5,920 once, for agreeing it in all teams of both services" in told
    )
    code, out, _ = colsim("authority", "check", export, *ROLES, "--json")
    shared = json.loads(out)["holds_already"]
    assert [team["name"] for team in shared["teams"]] == ["CMHT South"]
    assert shared["of"] == 3
    # MHSWs, days a week, pounds for a desk and for time on the way; teams, pounds for agreeing it.
    assert shared["cost_a_year"] == 37 * 3 * (600 + 420)
    assert shared["cost_once"] == (7 + 3) * 592


@pytest.mark.slow
def test_codes_are_named_before_they_are_written(export: str, tmp_path: Path) -> None:
    colsim("authority", "scenario", export, *ROLES)
    Path("export.toml").write_text(
        Path("export.toml").read_text() + "\n[run]\nweeks = 4\nburn_in = 2\n"
    )
    code, _, err = colsim("run", "export.toml", "--out", "out")
    assert code == 0
    assert "note: out will hold the codes and weeks in post of 179 people of export.toml" in err
    assert "--anonymous" in err
    assert "will hold" not in colsim("run", "export.toml")[2]
    held = "the result folder will hold the codes and weeks in post of 179 people of export.toml"
    lines = ['title = "Ours"', 'base = "export.toml"', "replications = 2"]
    points = ["[design]", 'kind = "factorial"', "[vary]", "parameters.leave_csw = [0.1, 0.2]"]
    policies = ["[design]", 'kind = "scenarios"', 'scenarios = ["co_location"]']
    for name, more in (("points", points), ("policies", policies)):
        Path(f"{name}.toml").write_text("\n".join([*lines, *more]))
        code, _, err = colsim("sweep", f"{name}.toml")
        assert code == 0, err
        assert held in err
    code, _, err = colsim("story", "export.toml", "--list", "--out", "families")
    assert code == 0
    assert "note: families will hold the codes and weeks in post of 179 people" in err
    loaded = SimpleNamespace(name="ours", scenario=load_scenario("export.toml"))
    stopped = UserError("stopped")
    with (
        mock.patch("colsim.calibration.plan.loading.load_calibration", return_value=loaded),
        mock.patch("colsim.calibration.calibrate.calibrate", side_effect=stopped),
    ):
        code, _, err = colsim("calibrate", "ours.toml")
    assert (code, err.count("will hold the codes and weeks in post of 179 people")) == (2, 1)
