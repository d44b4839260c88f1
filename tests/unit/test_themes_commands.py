"""`colsim themes` as a user calls it, and what docs/themes.md shows."""

import json
import shlex
from pathlib import Path

import pytest

from colsim.calibration.themes.reading import read_themes
from tests.unit.test_cli_runs import colsim
from tests.unit.test_docs import blocks
from tests.unit.test_themes import ANSWERS, COUNTS

PAGE = Path(__file__).parents[2] / "docs" / "themes.md"


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_list_shows_each_theme_and_its_counts():
    code, out, err = colsim("themes")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert [line[0] for line in lines if line and line[0][:1] == "T" and line[0][1:].isdigit()] == [
        f"T{k:02d}" for k in range(1, 29)
    ]
    assert "Interviewed: 4 CSW, 4 MHSW" in out
    assert ["MHSW", "0", "0", "4", "stated"] in [line[-5:] for line in lines]
    assert "not used in fits" in out


def test_the_list_as_json():
    code, out, err = colsim("themes", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["interviewed"] == {"CSW": 4, "MHSW": 4}
    assert len(found["themes"]) == 38
    assert found["themes"][0] == {
        "id": "T01", "title": "Collaboration is part of all social work", "service": "CSW",
        "at_least": 4, "at_most": 4, "interviewed": 4, "basis": "all", "quoted": [],
        "source": "Carpenter (2019), Findings, theme 1 ('Collaboration underpins ...')",
        "note": "", "asked": False, "reported": "all",
    }  # fmt: skip
    code, out, err = colsim("themes", "--json", "check", "x.csv")
    assert (code, json.loads(out)["error"]["exit_code"]) == (2, 2)
    assert err == (
        "error: command line: found --json before check; allowed: colsim themes check ... --json\n"
    )


@pytest.mark.parametrize("name", ["themes.xlsx", "themes.csv"])
@pytest.mark.parametrize("options", [(), ("--per-participant",)])
def test_a_new_table_is_sound_and_never_overwritten(name, options):
    code, out, _ = colsim("themes", "new", name, *options)
    assert code == 0
    assert f"colsim themes check {name}" in out
    before = Path(name).read_bytes()
    code, out, err = colsim("themes", "new", name)
    assert (code, out) == (2, "")
    assert err == (
        f"error: {name}: found a file that is already there; allowed: a new name, or --force to "
        "replace it\n"
    )
    assert Path(name).read_bytes() == before
    code, out, err = colsim("themes", "check", name)
    assert (code, err) == (0, "")
    assert "No faults." in out
    code, out, _ = colsim("themes", "new", name, "--force", "--json")
    assert (code, json.loads(out)) == (0, {"file": name, "form": "counts"})


def test_new_writes_spreadsheets_alone():
    code, out, err = colsim("themes", "new", "themes.doc")
    assert (code, out) == (2, "")
    assert err == "error: themes.doc: found the ending '.doc'; allowed: a name with .xlsx or .csv\n"
    assert list(Path().iterdir()) == []


def test_check_says_what_was_understood():
    Path("t.csv").write_text(ANSWERS, encoding="utf-8")
    code, out, err = colsim("themes", "check", "t.csv")
    assert (code, err) == (0, "")
    assert "Answers by participant: 4 participants, 2 themes, 4 answers known." in out
    assert "without a row, hence unknown: 1" in out
    _, out, _ = colsim("themes", "check", "t.csv", "--json")
    found = json.loads(out)
    assert (found["valid"], found["form"], found["faults"]) == (True, "participants", [])
    assert found["understood"]["interviewed"] == {"CSW": 3, "MHSW": 1}
    assert found["understood"]["participants"][0] == {
        "participant": "P1", "service": "CSW", "voiced": {"A": True, "B": False},
    }  # fmt: skip
    assert found["understood"]["participants"][3]["voiced"] == {"A": None, "B": True}


def test_check_ends_with_every_fault_and_code_2():
    text = COUNTS.replace("5,6,6", "5,7,6").replace("MHSW", "MHWS?")
    Path("t.csv").write_text(text, encoding="utf-8")
    code, out, err = colsim("themes", "check", "t.csv")
    assert code == 2
    assert err.splitlines() == [
        "error: t.csv: row 2, column at most: found 7; allowed: at most the 6 interviewed",
        "error: t.csv: row 3, column service: found 'MHWS?'; nearest known name: "
        "MHSW; allowed: CSW (children's social worker) or MHSW (mental health social "
        "worker)",
    ]
    assert "No faults" not in out
    code, out, err = colsim("themes", "check", "t.csv", "--json")
    assert (code, err) == (2, "")
    found = json.loads(out)
    assert (found["valid"], found["understood"]) == (False, None)
    assert found["faults"][0] == {
        "file": "t.csv", "sheet": "", "row": 2, "column": "at most", "found": "7",
        "allowed": "at most the 6 interviewed", "nearest": None,
    }  # fmt: skip


def test_long_lists_of_faults_are_few_lines_and_markup_is_text():
    rows = "".join(f"[red]{k},,Nurse,1,2,6\n" for k in range(250))
    Path("t.csv").write_text(COUNTS + rows, encoding="utf-8")
    code, _, err = colsim("themes", "check", "t.csv")
    assert code == 2
    assert "column service, 250 rows (5, 6, 7, 8 and 246 more): found 'Nurse'; allowed: " in err
    assert len(err.splitlines()) == 1
    Path("t.csv").write_text(COUNTS.replace("Not understood", "[bold]Not"), encoding="utf-8")
    _, out, _ = colsim("themes", "check", "t.csv")
    assert "[bold]Not" in out


# ---- the page


def test_what_the_page_shows_works():
    answers, counts, codings, cases, second = blocks(PAGE, "csv")
    text = PAGE.read_text(encoding="utf-8")
    assert "say `ours.csv`" in text
    Path("ours.csv").write_text(answers, encoding="utf-8")
    Path("counts.csv").write_text(counts, encoding="utf-8")
    Path("codings.csv").write_text(codings, encoding="utf-8")
    Path("services.csv").write_text(cases, encoding="utf-8")
    Path("second.csv").write_text(second, encoding="utf-8")
    lines = [line for block in blocks(PAGE, "") for line in block.splitlines()]
    shown = [line for line in lines if line.startswith("colsim ")]
    assert len(shown) == 6
    for line in shown:
        code, out, err = colsim(*shlex.split(line)[1:])
        assert code == 0
        assert not err or "import" in line  # which says what it dropped
        assert out or err
    # The two examples are the same interviews: what the page says about them holds.
    by_person, by_theme = read_themes("ours.csv"), read_themes("counts.csv")
    assert by_person.participants.voiced.tolist() == [[1, 1], [1, -1], [0, 0], [1, 1], [0, -1]]
    found = [
        {(r.id, r.service): (r.voiced_min, r.voiced_max, r.interviewed) for r in table.rows}
        for table in (by_person, by_theme)
    ]
    assert found[0] == found[1]
    assert found[0]["A", "CSW"] == (2, 2, 3)
    assert found[0]["B", "CSW"] == (1, 2, 3)
