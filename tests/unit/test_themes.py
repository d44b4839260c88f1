"""Tables of interview themes: the study's data set, both forms, every fault in one go."""

import csv
import io
from importlib.resources import files

import pytest

from colsim.calibration.themes.files import template_text
from colsim.calibration.themes.reading import read_themes, study_themes, understand_themes
from colsim.calibration.themes.table import Theme
from colsim.scenario import ScenarioError
from colsim.scenario.staff.template import template_workbook
from tests.later import Later

openpyxl = Later("openpyxl")

COUNTS = """id,title,service,at least,at most,interviewed,basis,quoted,source,note
A,Not understood,CSW,5,6,6,stated,P1 P4,Section 3,
A,Not understood,MHSW,4,4,4,all,,Section 3,
B,Known colleagues,CSW,1,,6,quoted,P2,Section 5,
"""
ANSWERS = """participant,service,theme,voiced
P1,CSW,A,yes
P1,CSW,B,no
P10,CSW,A,unknown
P10,CSW,B,
P2,CSW,A,yes
M1,MHSW,B,yes
"""


def write(folder, text, name="themes.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder, name="themes.xlsx", **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / name)
    return folder / name


def rows_of(text):
    """Return a CSV text's rows with whole numbers as numbers, as a spreadsheet has them."""
    return [
        [int(cell) if cell.isdecimal() else cell or None for cell in row]
        for row in csv.reader(io.StringIO(text))
    ]


def faults(path, **options):
    reading = understand_themes(path, label="t", **options)
    assert reading.table is None
    assert reading.faults
    with pytest.raises(ScenarioError) as caught:
        read_themes(path, **options)
    assert len(caught.value.faults) == len(reading.faults)
    return [str(fault) for fault in reading.faults]


def counts_of(table):
    return {(r.id, r.service): (r.voiced_min, r.voiced_max, r.interviewed) for r in table.rows}


# ---- what is reported


REPORTED = """id,title,service,at least,at most,interviewed,reported,asked
A,Not understood,CSW,6,6,6,all,yes
A,Not understood,MHSW,,,4,absent,
B,Known colleagues,CSW,2,,6,some,no
B,Known colleagues,MHSW,0,0,4,,no
C,Costs time,MHSW,,,4,all,
"""


def test_what_is_reported_is_read_and_follows_from_counts_where_it_is_not_said(tmp_path):
    table = read_themes(write(tmp_path, REPORTED))
    assert [(r.id, r.service, r.reported, r.asked) for r in table.rows] == [
        ("A", "CSW", "all", True), ("A", "MHSW", "absent", True),
        ("B", "CSW", "some", False), ("B", "MHSW", "nobody", False), ("C", "MHSW", "all", False),
    ]  # fmt: skip
    assert not table.row("A", "MHSW").says_nothing
    assert table.row("C", "MHSW").voiced_min == 4
    assert study_themes().row("T01", "CSW").reported == "all"
    assert study_themes().row("T24", "CSW").reported == "unknown"


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("CSW,6,6,6,all", "CSW,5,6,6,all", "'all' with at least 5, at most 6; allowed: at least 6"),
        ("CSW,2,,6,some", "CSW,6,,6,some", "'some' with at least 6, at most 6; allowed: at"),
        ("CSW,2,,6,some", "CSW,0,,6,some", "'some' with at least 0"),
        ("MHSW,,,4,absent", "MHSW,1,,4,absent", "'absent' with at least 1, at most 4"),
        ("CSW,6,6,6,all", "CSW,0,6,6,absent", "found 'A' reported of no service"),
        ("CSW,2,,6,some", "CSW,2,,6,somme", "nearest known name: some"),
        ("MHSW,,,4,absent,", "MHSW,,,4,absent,no", "allowed: yes as in row 2"),
        ("some,no", "some,perhaps", "'perhaps'"),
        ("some,no", "some,maybe", "found unknown; allowed: yes or no"),
    ],
)
def test_what_is_reported_and_the_counts_must_agree(tmp_path, old, new, message):
    assert old in REPORTED
    found = faults(write(tmp_path, REPORTED.replace(old, new)))
    assert len(found) == 1
    assert message in found[0]


# ---- the study


def test_the_study_has_28_themes_in_38_rows_of_four_and_four():
    table = study_themes()
    assert len(table.rows) == 38
    assert list(table.titles) == [f"T{k:02d}" for k in range(1, 29)]
    assert table.interviewed == {"CSW": 4, "MHSW": 4}
    assert table.participants is None
    assert table is study_themes()
    both = {row.id for row in table.rows if row.service == "CSW"} & {
        row.id for row in table.rows if row.service == "MHSW"
    }
    assert both == {"T01", "T02", "T13", "T14", "T18", "T22", "T23", "T24", "T25", "T28"}


def test_what_the_study_says_of_everybody_is_four_of_four():
    table = study_themes()
    hard = {(r.id, r.service) for r in table.rows if r.basis == "all"}
    in_both = ("T01", "T02", "T13", "T22", "T23", "T28")
    expected = {(theme, service) for theme in in_both for service in ("CSW", "MHSW")}
    assert hard == expected | {("T14", "MHSW"), ("T19", "CSW")}
    assert all((r.voiced_min, r.voiced_max) == (4, 4) for r in table.rows if r.basis == "all")


def test_the_study_with_its_corrections():
    found = counts_of(study_themes())
    assert found["T18", "CSW"] == (1, 4, 4)
    assert found["T18", "MHSW"] == (0, 0, 4)
    assert found["T27", "CSW"] == (1, 1, 4)
    for theme, interval in {"T12": (2, 4, 4), "T20": (1, 4, 4), "T21": (2, 4, 4)}.items():
        assert found[theme, "CSW"] == interval
        assert "after review" in study_themes().row(theme, "CSW").note
    for theme in ("T27", "T28"):
        assert "not used in fits" in study_themes().row(theme, "CSW").note


def test_who_is_quoted_is_no_more_than_who_voiced_it():
    services = {"CSW": set("1456"), "MHSW": set("2378")}
    for row in study_themes().rows:
        assert set(row.quoted) <= services[row.service], row
        assert len(row.quoted) <= row.voiced_min, row
        assert row.source.startswith("Carpenter (2019), ")
        if row.basis == "quoted":
            assert len(row.quoted) == row.voiced_min
            assert row.voiced_max == 4
    nothing = [(row.id, row.service) for row in study_themes().rows if row.says_nothing]
    assert nothing == [("T04", "CSW"), ("T24", "CSW")]


def test_the_study_is_part_of_the_package_and_its_table_says_it_all():
    file = files("colsim.calibration") / "data" / "study_themes.csv"
    assert file.read_text(encoding="utf-8").count("\n") == 39
    table = study_themes().table()
    assert list(table.columns) == [
        "id", "title", "service", "at_least", "at_most", "interviewed", "reported", "asked",
        "basis", "quoted", "source", "note",
    ]  # fmt: skip
    assert table.shape == (38, 12)
    assert table.at_least.sum() == 92
    assert table.at_most.sum() == 145
    with pytest.raises(KeyError):
        study_themes().row("T03", "CSW")


# ---- counts


def test_counts_are_intervals(tmp_path):
    table = read_themes(write(tmp_path, COUNTS))
    assert table.rows[0] == Theme(
        "A", "Not understood", "CSW", 5, 6, 6, "stated", "Section 3", "", ("P1", "P4")
    )
    assert counts_of(table) == {("A", "CSW"): (5, 6, 6), ("A", "MHSW"): (4, 4, 4),
                                ("B", "CSW"): (1, 6, 6)}  # fmt: skip
    assert table.interviewed == {"CSW": 6, "MHSW": 4}
    assert any("empty is read as all that were interviewed" in note for note in table.notes)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",", ";"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", "\t").replace("\n", "\r\n"),
        lambda text: "# Our themes\n# second line\n" + text,
        lambda text: "Themes of the interviews,,,,\n\n" + text,
        lambda text: text.replace("at least", "Voiced min").replace("at most", "voiced_max"),
        lambda text: text.replace("interviewed", "Number interveiwed").replace("id", "Theme ID"),
        lambda text: text.replace("MHSW", "AMHP").replace("CSW", "Children's social worker"),
        lambda text: text.replace("B,", "b,"),
    ],
    ids=[
        "semicolons", "byte-order mark", "tabs", "comments", "title", "synonyms", "near spellings",
        "roles", "letter case",
    ],
)  # fmt: skip
def test_tables_as_people_have_them(tmp_path, change):
    read = counts_of(read_themes(write(tmp_path, change(COUNTS))))
    usual = counts_of(read_themes(write(tmp_path, COUNTS)))
    assert {(i.upper(), s): n for (i, s), n in read.items()} == usual


def test_windows_text_and_a_workbook_say_the_same(tmp_path):
    text = COUNTS.replace("Not understood", "Not “understood” – yet")
    old = write(tmp_path, text, encoding="cp1252")
    reading = understand_themes(old)
    assert any("Windows-1252" in note for note in reading.notes)
    book = workbook(tmp_path, Anything=rows_of(text))
    assert read_themes(book).rows == reading.table.rows
    assert read_themes(book).titles["A"] == "Not “understood” – yet"


def test_one_exact_count_does_for_both_ends_and_a_title_for_the_id(tmp_path):
    text = "theme,service,voiced,interviewed\nTrust,CSW,3,4\nTrust,MHSW,0,5\n"
    table = read_themes(write(tmp_path, text))
    assert counts_of(table) == {("Trust", "CSW"): (3, 3, 4), ("Trust", "MHSW"): (0, 0, 5)}
    assert any("the titles serve as ids" in note for note in table.notes)


def test_every_fault_of_counts_in_one_go(tmp_path):
    text = """id,service,at least,at most,interviewed,quoted
A,CSW,5,7,6,
B,CSW,3,2,6,
C,Nurse,1,2,6,
D,MHSW,-1,2,4,
E,MHSW,two,2,4,
A,CSW,1,2,6,
F,CSW,1,2,5,
,CSW,1,2,6,
=G,CSW,1,2,6,
H,CSW,1.5,2,6,
I,CSW,8,9,6,
J,CSW,1,2,,
K,CSW,1,2,6,P1 P2 P3
L,Childrens social wrker,1,2,6,
M,CSW,1,2,0,
"""
    assert faults(write(tmp_path, text)) == [
        "t: row 2, column at most: found 7; allowed: at most the 6 interviewed",
        "t: row 3, column at least: found 3; allowed: no more than at most, here 2",
        "t: row 4, column service: found 'Nurse'; allowed: CSW (children's social worker) or MHSW "
        "(mental health social worker)",
        "t: row 5, column at least: found '-1'; allowed: a number of people, whole, from 0 to "
        "10000",
        "t: row 6, column at least: found 'two'; allowed: a number of people, whole, from 0 to "
        "10000",
        "t: row 7, column id: found 'A' of CSW a second time (first in row 2); allowed: one row "
        "for each theme and service",
        "t: row 8, column interviewed: found 5; allowed: 6 as in row 2: each row says how many "
        "CSWs were interviewed",
        "t: row 9, column id: found nothing; allowed: a theme's id: a text of 1 to 60 characters",
        "t: row 10, column id: found '=G', which a spreadsheet would take for a formula; allowed: "
        "a code that starts with none of = + - @",
        "t: row 11, column at least: found '1.5'; allowed: a number of people, whole, from 0 to "
        "10000",
        "t: row 12, column at least: found 8; allowed: at most the 6 interviewed",
        "t: row 12, column at most: found 9; allowed: at most the 6 interviewed",
        "t: row 13, column interviewed: found nothing; allowed: a number of people, whole, from 1 "
        "to 10000",
        "t: row 14, column quoted: found 3 participants (P1, P2, P3); allowed: no more than voiced "
        "it at most: 2",
        "t: row 15, column service: found 'Childrens social wrker'; nearest known "
        "name: CSW; allowed: CSW (children's social worker) or MHSW (mental health "
        "social worker)",
        "t: row 16, column interviewed: found '0'; allowed: a number of people, whole, from 1 to "
        "10000",
    ]


def test_columns_that_are_missing_are_named(tmp_path):
    assert faults(write(tmp_path, "topic,service,least\nA,CSW,1\n")) == [
        "t: row 1, column at most: found no such column; headers that are not understood: "
        "'topic'; allowed: a column headed at most or voiced at most or voiced max or maximum or "
        "voiced",
        "t: row 1, column interviewed: found no such column; headers that are not understood: "
        "'topic'; allowed: a column headed interviewed or number interviewed or interviews or out "
        "of",
        "t: found no column of themes; allowed: a column headed id, theme id, code or title",
    ]
    path = write(tmp_path, "person,servce,topic\nA,CSW,1\n")
    assert faults(path) == [
        "t: row 1, column voiced: found no such column; headers that are not understood: none; "
        "allowed: a column headed voiced or voiced it or mentioned or said"
    ]
    assert not any("without a row" in note for note in understand_themes(path).notes)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "t: found an empty file; allowed: a workbook (.xlsx) or a .csv file with a table of"),
        ("\n\n", "t: found no rows; allowed: a row for each theme: columns id, service, at least"),
        (COUNTS.split("\n")[0], "t: found no row below the headers; allowed: a row for each theme"),
        (ANSWERS.split("\n")[0], "allowed: a row for each theme: columns participant, service"),
        (
            "id,service,at least,at most,interviewed\nA,CSW,0,4,4\nB,CSW,,,4\n",
            "t: found no theme of which anything is known: nobody or all may have voiced each; "
            "allowed: at least one count or answer",
        ),
        ("participant,service,theme,voiced\nP1,CSW,A,?\n", "no theme of which anything is known"),
        (
            "service,at least,at most,interviewed\nCSW,1,2,4\n",
            "t: found no column of themes; allow",
        ),
        ("id,id,service,at least,at most,interviewed\nA,B,CSW,1,2,4\n", "a second column 'id'"),
    ],
    ids=["empty", "blank", "headers", "answers", "nothing said", "all unknown", "no id", "twice"],
)
def test_tables_without_data(tmp_path, text, said):
    assert any(said in fault for fault in faults(write(tmp_path, text)))


def test_files_that_are_none(tmp_path):
    write(tmp_path, COUNTS, "themes.csv")
    allowed = "a workbook (.xlsx) or a .csv file with a table of themes"
    assert faults(tmp_path / "theme.csv") == [
        f"t: found no such file; nearest known name: themes.csv; allowed: {allowed}"
    ]
    assert faults(tmp_path) == [f"t: found a folder; allowed: {allowed}"]
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 torn")
    assert "it may be damaged" in faults(tmp_path / "x.xlsx")[0]
    assert "a workbook without any rows" in faults(workbook(tmp_path, "e.xlsx", One=[]))[0]
    strange = workbook(tmp_path, "s.xlsx", One=[["a"], ["b"]], Two=[["c"]])
    assert "no sheet with themes; there are One, Two" in faults(strange)[0]
    rows = rows_of(COUNTS)
    two = workbook(tmp_path, "two.xlsx", One=rows, Two=rows)
    assert "2 sheets that could be meant: One, Two" in faults(two)[0]
    named = workbook(tmp_path, "named.xlsx", One=rows, Themes=rows)
    assert "sheets not used: One" in " ".join(read_themes(named).notes)


def test_a_fraction_that_became_a_date(tmp_path):
    import datetime as dt

    rows = rows_of(COUNTS)
    rows[1][3] = dt.datetime(2026, 4, 3)
    (fault,) = faults(workbook(tmp_path, Themes=rows))
    assert "into which a spreadsheet may have turned a text such as 3/4" in fault
    assert "sheet Themes, row 2, column at least" in fault


def test_half_a_person_and_a_column_headed_with_a_hash(tmp_path):
    rows = [["#", *row] for row in rows_of(COUNTS)]
    assert len(read_themes(workbook(tmp_path, Themes=rows)).rows) == 3
    rows[1][4] = 5.5
    assert faults(workbook(tmp_path, Themes=rows)) == [
        "t: sheet Themes, row 2, column at least: found 5.5; allowed: a number of people, whole, "
        "from 0 to 10000"
    ]


def test_ids_that_nothing_speaks_to(tmp_path):
    assert faults(write(tmp_path, COUNTS), known=("A", "B2")) == [
        "t: row 4, column id: found 'B'; nearest known name: B2; allowed: a known theme: A, B2"
    ]


# ---- templates


@pytest.mark.parametrize("per_participant", [False, True])
def test_templates_are_sound_in_both_kinds_of_file(tmp_path, per_participant):
    text = template_text(per_participant=per_participant)
    path = write(tmp_path, text, encoding="utf-8-sig")
    book = tmp_path / "t.xlsx"
    book.write_bytes(template_workbook("participants" if per_participant else "themes"))
    one, other = read_themes(path), read_themes(book)
    assert (one.participants is not None) == per_participant
    assert counts_of(one) == counts_of(other)
    assert one.titles == other.titles == {
        "A": "The other service is not understood",
        "B": "Colleagues one knows are easier to work with",
    }  # fmt: skip
