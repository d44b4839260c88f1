"""Exports of coding tools: read in every form, quotations dropped, everything wrong in one go."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from colsim.calibration.themes.coded import import_themes
from colsim.calibration.themes.reading import read_themes
from colsim.calibration.themes.refi import MOST_PACKED, MOST_XML
from colsim.scenario import ScenarioError
from tests.later import Later
from tests.unit.test_cli_runs import colsim

openpyxl = Later("openpyxl")
CASES = "participant,service\nC1,CSW\nC2,CSW\nM1,MHSW\nM2,MHSW\n"
SECRET = "They never told us"
# As Taguette 1.5.2 writes its highlights.
HIGHLIGHTS = f"""id,document,tag,content
1,C1,not understood,{SECRET}
2,C2,not understood,{SECRET}
3,C2,known colleagues,{SECRET}
4,M1,known colleagues,{SECRET}
"""
WIDE = """,not understood,known colleagues
C1,1,0
C2,3,1
M1,0,2
M2,0,0
"""
# As NVivo writes a matrix: letters before rows and columns, cases across.
ACROSS = """,A : C1,B : C2,C : M1,D : M2
1 : not understood,1,3,0,0
2 : known colleagues,0,1,2,0
""".replace("1 : ", "A : ").replace("2 : ", "B : ")
VOICED = {("C1", "not understood"), ("C2", "not understood"), ("C2", "known colleagues"),
          ("M1", "known colleagues")}  # fmt: skip
QDE = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="made up">
<CodeBook><Codes>
 <Code guid="a" name="not understood" isCodable="true">
  <Code guid="b" name="known colleagues" isCodable="true"/></Code>
</Codes></CodeBook>
{cases}
<Sources>
 <TextSource guid="s1" name="C1.txt" plainTextPath="internal://s1.txt">{one}</TextSource>
 <TextSource guid="s2" name="C2.txt">{one}{two}</TextSource>
 <TextSource guid="s3" name="M1.txt">{two}</TextSource>
 <TextSource guid="s4" name="M2.txt"/>
</Sources></Project>
"""
CODING = (
    '<PlainTextSelection guid="p{0}" name="' + SECRET + '" startPosition="0" endPosition="5">'
    '<Coding guid="c{0}"><CodeRef targetGUID="{0}"/></Coding></PlainTextSelection>'
)
CASED = "<Cases>" + "".join(
    f'<Case guid="k{k}" name="{name}"><SourceRef targetGUID="s{k}"/></Case>'
    for k, name in enumerate(("P1", "P2", "P3", "P4"), start=1)
) + "</Cases>"  # fmt: skip


def project(path, *, cases="", name="project.qde", text=None):
    text = text or QDE.format(one=CODING.format("a"), two=CODING.format("b"), cases=cases)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, text)
        packed.writestr("sources/s1.txt", SECRET)
    return path


def workbook(path, text):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    book.save(path)
    return path


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("cases.csv", CASES), ("list.csv", HIGHLIGHTS), ("wide.csv", WIDE), ("across.csv", ACROSS)
    ):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    workbook(tmp_path / "list.xlsx", HIGHLIGHTS)
    workbook(tmp_path / "wide.xlsx", WIDE)
    workbook(tmp_path / "across.xlsx", ACROSS)
    project(tmp_path / "sources.qdpx")


def rows(found):
    return list(csv.DictReader(io.StringIO(found.text)))


def faults(*arguments, **options):
    with pytest.raises(ScenarioError) as caught:
        import_themes(*arguments, **options)
    return [str(one) for one in caught.value.faults]


@pytest.mark.parametrize(
    "name",
    ["list.csv", "list.xlsx", "wide.csv", "wide.xlsx", "across.csv", "across.xlsx", "sources.qdpx"],
)
def test_every_form_says_the_same(name, tmp_path):
    found = import_themes(name, cases="cases.csv", not_coded="no")
    assert {(r["participant"], r["theme"]) for r in rows(found) if r["voiced"] == "yes"} == VOICED
    # Who was never coded was interviewed all the same.
    assert (found.people, found.themes, found.yes, len(rows(found))) == (4, 2, 4, 8)
    assert {r["service"] for r in rows(found) if r["participant"] == "M2"} == {"MHSW"}
    assert SECRET not in found.text
    assert SECRET not in " ".join(found.notes)
    (tmp_path / "ours.csv").write_text(found.text, encoding="utf-8")
    table = read_themes("ours.csv")
    assert table.interviewed == {"CSW": 2, "MHSW": 2}
    assert table.row("not understood", "CSW").voiced_min == 2
    assert table.row("not understood", "MHSW").voiced_max == 0
    open_ended = import_themes(name, cases="cases.csv", not_coded="unknown")
    assert {r["voiced"] for r in rows(open_ended)} == {"yes", "unknown"}


def test_that_quotations_are_dropped_is_said():
    for name in ("list.csv", "sources.qdpx"):
        notes = import_themes(name, cases="cases.csv", not_coded="no").notes
        assert any("the words of quotations" in note and "dropped" in note for note in notes)
    assert any("no codings of M2" in note for note in
               import_themes("list.csv", cases="cases.csv", not_coded="no").notes)  # fmt: skip


def test_cases_of_a_project_are_its_participants(tmp_path):
    project(tmp_path / "cased.qdpx", cases=CASED)
    (tmp_path / "p.csv").write_text("case,group\nP1,CSW\nP2,CSW\nP3,MHSW\nP4,MHSW\n")
    found = import_themes("cased.qdpx", cases="p.csv", not_coded="no")
    said = {(r["participant"], r["theme"]) for r in rows(found) if r["voiced"] == "yes"}
    assert said == {
        ("P1", "not understood"), ("P2", "not understood"), ("P2", "known colleagues"),
        ("P3", "known colleagues"),
    }  # fmt: skip


def test_codes_must_be_themes_where_themes_are_known():
    themes = {"A": "Not understood", "B": "Known colleague"}
    (said,) = faults("list.csv", cases="cases.csv", not_coded="no", themes=themes)
    assert "code 'known colleagues', which is no theme" in said
    assert "nearest known name: Known colleague" in said
    themes["B"] = "Known colleagues"
    found = import_themes("list.csv", cases="cases.csv", not_coded="no", themes=themes)
    assert {(r["theme"], r["title"]) for r in rows(found)} == set(themes.items())


def test_what_was_not_coded_must_be_said_and_everything_is_said_at_once():
    for wrong in (None, "none"):
        said = faults("list.csv", not_coded=wrong)
        assert len(said) == 2
        assert "--not-coded: found" in said[0]
        assert "complete coding" in said[0]
        assert "no service of C1, C2, M1; allowed: --cases FILE" in said[1]
    said = faults("wide.csv", cases="case.csv", not_coded="no")
    assert "nearest known name: cases.csv" in said[0]


def test_faults_of_all_files_are_said_at_once():
    said = faults("lst.csv", cases="case.csv", themes="theme.csv", not_coded="perhaps")
    assert len(said) == 4
    for start in ("case.csv: found no such file", "lst.csv: found no such file",
                  "theme.csv: found no such file", "--not-coded: found 'perhaps'"):  # fmt: skip
        assert sum(one.startswith(start) for one in said) == 1


@pytest.mark.parametrize(
    "person, code",
    [("c2", "not understood"), ("C2", "Not Understood"), ("\u04212", "not  understood.")],
)
def test_people_and_codes_equal_to_the_eye_are_one(tmp_path, person, code):
    more = f"{HIGHLIGHTS}5,{person},{code},{SECRET}\n,,,\n6,,lost,{SECRET}\n"
    (tmp_path / "more.csv").write_text(more, encoding="utf-8")
    found = import_themes("more.csv", cases="cases.csv", not_coded="no")
    plain = import_themes("list.csv", cases="cases.csv", not_coded="no")
    assert rows(found) == rows(plain)
    assert "more.csv: codings of no document were not read: 1" in found.notes
    said = [note for note in found.notes if "is taken to be" in note]
    assert len(said) == (person != "C2") + (code != "not understood")
    (tmp_path / "answers.csv").write_text(found.text, encoding="utf-8")
    assert len(read_themes("answers.csv").participants.codes) == 4


@pytest.mark.parametrize("again", ["C1,MHSW", "c1,MHSW", "C1 ,mental health social worker"])
def test_a_person_belongs_to_one_service(tmp_path, again):
    (tmp_path / "odd.csv").write_text(f"{CASES}{again}\nM2,MHSW\nM1,CSW\n", encoding="utf-8")
    said = faults("list.csv", cases="odd.csv", not_coded="no")
    assert "odd.csv: row 6, column service: found MHSW of 'C1'; allowed: CSW as in row 2" in said[0]
    assert "odd.csv: row 8, column service: found CSW of 'M1'; allowed: MHSW as in row 4" in said[1]
    grouped = "document,group,code\nC1,CSW,x\nM1,MHSW,x\nC1,MHSW,y\nC1,old files,y\n"
    (tmp_path / "grouped.csv").write_text(grouped, encoding="utf-8")
    (said,) = faults("grouped.csv", not_coded="no")
    assert "row 4, column service: found MHSW of 'C1'; allowed: CSW as in row 2" in said


def test_a_project_is_no_table_of_themes():
    with pytest.raises(ScenarioError) as error:
        read_themes("sources.qdpx")
    assert "found a project of a coding tool" in str(error.value)
    assert "colsim themes import" in str(error.value)


def test_people_whom_the_cases_do_not_know(tmp_path):
    (tmp_path / "few.csv").write_text(CASES.replace("C2,CSW\n", ""), encoding="utf-8")
    for name in ("list.csv", "wide.csv", "across.csv", "sources.qdpx"):
        (said,) = faults(name, cases="few.csv", not_coded="no")
        assert "no service of C2" in said
    (tmp_path / "odd.csv").write_text(CASES.replace("MHSW", "MHWS"), encoding="utf-8")
    found = faults("list.csv", cases="odd.csv", not_coded="no")
    assert sum("MHWS" in one for one in found) == 2


@pytest.mark.parametrize("wrong", ["perhaps", "-1", "inf"])
def test_cells_of_a_matrix_that_are_no_counts(tmp_path, wrong):
    (tmp_path / "wrong.csv").write_text(WIDE.replace("C2,3", f"C2,{wrong}"), encoding="utf-8")
    (said,) = faults("wrong.csv", cases="cases.csv", not_coded="no")
    assert "row 3, column not understood" in said
    assert "allowed: 0, 1 or a number of codings" in said


def test_what_is_neither_list_nor_matrix(tmp_path):
    (tmp_path / "text.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (said,) = faults("text.csv", cases="cases.csv", not_coded="no")
    assert "neither a list of codings nor a matrix" in said


# ---- projects that are none


def test_no_zip_and_zips_without_a_project(tmp_path):
    (tmp_path / "no.qdpx").write_bytes(b"PK this is no zip")
    assert "no zip file that can be read" in faults("no.qdpx", not_coded="no")[0]
    (tmp_path / "cut.qdpx").write_bytes((tmp_path / "sources.qdpx").read_bytes()[:-30])
    assert "no zip file that can be read" in faults("cut.qdpx", not_coded="no")[0]
    project(tmp_path / "other.qdpx", name="other.xml")
    assert (
        "a zip without project.qde (it holds other.xml" in faults("other.qdpx", not_coded="no")[0]
    )
    project(tmp_path / "torn.qdpx", text="<Project><Code")
    assert "a project.qde that is no XML" in faults("torn.qdpx", not_coded="no")[0]
    project(tmp_path / "empty.qdpx", text="<Project/>")
    assert "without sources or cases" in faults("empty.qdpx", not_coded="no")[0]


def test_zip_bombs_are_not_unpacked(tmp_path):
    project(tmp_path / "bomb.qdpx", text="<Project>" + " " * 3_000_000 + "</Project>")
    said = faults("bomb.qdpx", not_coded="no")[0]
    assert f"at most {MOST_XML:,} bytes, and {MOST_PACKED} times its packed size" in said
    many = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><Project>&b;</Project>"
    project(tmp_path / "laughs.qdpx", text=many)
    assert "a document type of its own" in faults("laughs.qdpx", not_coded="no")[0]
    project(tmp_path / "wide.qdpx", text=many.encode("utf-16"))
    assert "a document type of its own" in faults("wide.qdpx", not_coded="no")[0]


# ---- exports that the tools themselves wrote

EXPORTS = Path(__file__).parents[1] / "data" / "exports"


@pytest.mark.parametrize("name", ["taguette.csv", "taguette.xlsx", "qualcoder.qdpx"])
def test_what_coding_tools_write_is_read(name):
    coder = "default" if name.endswith("qdpx") else None
    found = import_themes(EXPORTS / name, cases="cases.csv", not_coded="no", coder=coder)
    said = {(r["participant"], r["theme"].removeprefix("barriers."))
            for r in rows(found) if r["voiced"] == "yes"}  # fmt: skip
    assert said == VOICED
    # The heading above a code is no theme, and who was never coded was interviewed.
    assert (found.people, found.themes) == (4, 2)
    assert "know what they do" not in found.text + " ".join(found.notes)


def test_the_codings_of_each_coder_of_a_project(tmp_path):
    path = EXPORTS / "qualcoder.qdpx"
    both = import_themes(path, cases="cases.csv", not_coded="no")
    assert any("codings of default, second are taken together" in note for note in both.notes)
    assert any("4 cases name no source of the project" in note for note in both.notes)
    assert both.yes == 5
    second = import_themes(path, cases="cases.csv", not_coded="no", coder="second")
    assert not any("taken together" in note for note in second.notes)
    assert {(r["participant"], r["theme"]) for r in rows(second) if r["voiced"] == "yes"} == {
        ("C2", "not understood"), ("M1", "known colleagues"), ("M1", "not understood"),
    }  # fmt: skip
    (said,) = faults(path, cases="cases.csv", not_coded="no", coder="secnd")
    assert "--coder: found 'secnd'; nearest known name: second" in said
    assert "default, second" in said
    (said,) = faults("sources.qdpx", cases="cases.csv", not_coded="no", coder="anna")
    assert "it names none" in said
    (said,) = faults("list.csv", cases="cases.csv", not_coded="no", coder="anna")
    assert "--coder: found 'anna'; allowed: with a project" in said


# ---- the command


def test_the_command_writes_a_table_that_its_check_finds_sound(tmp_path):
    code, out, err = colsim(
        "themes", "import", "list.csv", "--cases", "cases.csv", "--not-coded", "no",
        "--out", "ours.csv",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "written: ours.csv (4 participants, 2 themes, 4 voiced)" in out
    assert "were dropped" in out
    assert colsim("themes", "check", "ours.csv")[0] == 0
    assert colsim("themes", "import", "list.csv", "--out", "ours.csv")[0] == 2
    code, out, _ = colsim(
        "themes", "import", "wide.csv", "--cases", "cases.csv", "--not-coded", "unknown",
        "--out", "ours.csv", "--force", "--json",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["participants"] == 4


def test_a_faulty_export_writes_nothing(tmp_path):
    code, _, err = colsim("themes", "import", "list.csv", "--out", "none.csv")
    assert code == 2
    assert "--not-coded" in err
    assert "--cases" in err
    assert not (tmp_path / "none.csv").exists()
