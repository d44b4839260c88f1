"""Tables of interview themes given as answers or segments, and words that people use."""

import csv
import io

import numpy as np
import pytest

from colsim.calibration.themes.reading import read_themes, study_themes, understand_themes
from colsim.calibration.themes.table import NO, UNKNOWN, YES
from tests.later import Later
from tests.unit.test_themes import ANSWERS, COUNTS, counts_of, faults, rows_of, workbook, write

openpyxl = Later("openpyxl")

# ---- answers by participant


def test_answers_become_a_matrix_and_counts(tmp_path):
    table = read_themes(write(tmp_path, ANSWERS))
    answers = table.participants
    assert answers.codes == ("P1", "P2", "P10", "M1")
    assert answers.services == ("CSW", "CSW", "CSW", "MHSW")
    assert answers.themes == ("A", "B")
    expected = [[YES, NO], [YES, UNKNOWN], [UNKNOWN, UNKNOWN], [UNKNOWN, YES]]
    assert answers.voiced.tolist() == expected
    assert answers.voiced.dtype == np.int8
    assert not answers.voiced.flags.writeable
    assert answers.of("MHSW").tolist() == [[UNKNOWN, YES]]
    # Nothing was said of theme A among MHSWs: no row.
    assert counts_of(table) == {("A", "CSW"): (2, 3, 3), ("B", "CSW"): (0, 2, 3),
                                ("B", "MHSW"): (1, 1, 1)}  # fmt: skip
    assert table.interviewed == {"CSW": 3, "MHSW": 1}
    assert {row.basis for row in table.rows} == {"per participant"}
    assert any("theme without a row, hence unknown: 1" in note for note in table.notes)
    long = answers.table()
    assert long.shape == (8, 4)
    assert long.voiced.value_counts().to_dict() == {"yes": 3, "no": 1, "unknown": 4}


def test_titles_from_a_sheet_of_themes(tmp_path):
    titles = [["id", "title", "source"], ["a", "Not understood", "S 3"], ["C", "Unasked", None]]
    book = workbook(tmp_path, Themes=titles, Participants=rows_of(ANSWERS))
    assert faults(book) == [
        f"t: sheet Participants, row {row}, column theme: found 'B'; allowed: a theme of the sheet "
        "Themes: a, C"
        for row in (3, 5, 7)
    ]
    titles.append(["B", "Known colleagues", "S 5"])
    table = read_themes(workbook(tmp_path, Themes=titles, Participants=rows_of(ANSWERS)))
    assert dict(table.titles) == {"a": "Not understood", "B": "Known colleagues"}
    assert table.row("B", "MHSW").source == "S 5"
    assert any("themes without an answer, not used: C" in note for note in table.notes)


@pytest.mark.parametrize(
    "word, answer",
    [("Yes", YES), ("y", YES), ("x", YES), ("TRUE", YES), ("1", YES), ("✓", YES), ("No", NO),
     ("0", NO), ("false", NO), ("not voiced", NO), ("✗", NO), ("unclear", UNKNOWN),
     ("n/a", UNKNOWN), ("?", UNKNOWN), ("don't know", UNKNOWN)],
)  # fmt: skip
def test_words_for_answers(tmp_path, word, answer):
    path = write(tmp_path, ANSWERS.replace("P1,CSW,B,no", f"P1,CSW,B,{word}"))
    assert read_themes(path).participants.voiced[0, 1] == answer


def test_cells_of_a_workbook_for_answers(tmp_path):
    rows = rows_of(ANSWERS)
    rows[1][3], rows[2][3] = True, 0
    voiced = read_themes(workbook(tmp_path, Answers=rows)).participants.voiced
    assert voiced[0].tolist() == [YES, NO]


def test_every_fault_of_answers_in_one_go(tmp_path):
    text = """participant,service,theme,voiced
P1,CSW,A,yes
P1,MHSW,B,yes
P2,CSW,A,yess
P2,CSW,B,loudly
P1,CSW,A,no
,CSW,A,yes
P3,CSW,,yes
P4,school,A,yes
@P5,CSW,A,yes
P6,CSW,A,2
"""
    assert faults(write(tmp_path, text)) == [
        "t: row 3, column service: found MHSW; allowed: CSW as in row 2: a participant belongs to "
        "one service",
        "t: row 4, column voiced: found 'yess'; nearest known name: yes; allowed: "
        "yes, no or unknown",
        "t: row 5, column voiced: found 'loudly'; allowed: yes, no or unknown",
        "t: row 6, column theme: found 'A' of P1 a second time (first in row 2); allowed: one row "
        "for each participant and theme",
        "t: row 7, column participant: found nothing; allowed: a participant's code: a text of 1 "
        "to 60 characters",
        "t: row 8, column theme: found nothing; allowed: a theme's id: a text of 1 to 60 "
        "characters",
        "t: row 9, column service: found 'school'; allowed: CSW (children's social worker) or MHSW "
        "(mental health social worker)",
        "t: row 10, column participant: found '@P5', which a spreadsheet would take for a "
        "formula; allowed: a code that starts with none of = + - @",
        "t: row 11, column voiced: found '2'; allowed: yes, no or unknown",
    ]


def test_names_are_advised_against_and_codes_with_a_hash_are_codes(tmp_path):
    table = read_themes(write(tmp_path, ANSWERS.replace("P10", "Ada Smith").replace("P1", "#1")))
    assert "#1" in table.participants.codes
    assert any("use codes that identify nobody" in note for note in table.notes)


# ---- coded segments, names equal to the eye, numbers in other writings

SEGMENTS = """Document group,Document name,Code,Segment
CSW,C1,Not understood,one thing
CSW,C1,Not understood,"another, longer"
CSW,C2,Known colleagues,xx
MHSW,M1,Not understood,yy
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace(",", ";").replace('"another; longer"', "another"),
        lambda text: text.replace("Document group,Document name", "Group,Document"),
        lambda text: text.replace("Code,Segment", "Codes,Quotation content"),
        lambda text: "Coded segments of 31 March,,,\n\n" + text,
        lambda text: text.replace("C2,Known", "C2,Not understood;Known").replace(
            "CSW,C1,Not understood,one thing\n", "", 1
        ),
    ],
)
def test_coded_segments_are_answers_of_documents(tmp_path, change):
    reading = understand_themes(write(tmp_path, change(SEGMENTS)), label="t")
    assert reading.faults == ()
    table = reading.table
    assert table.participants.codes == ("C1", "C2", "M1")
    assert table.interviewed == {"CSW": 2, "MHSW": 1}
    assert set(np.unique(table.participants.voiced)) == {YES, UNKNOWN}
    assert counts_of(table)["Not understood", "MHSW"] == (1, 1, 1)
    assert table.row("Not understood", "CSW").voiced_min in (1, 2)
    assert "read as coded segments" in "".join(reading.notes)
    assert "longer" not in str(table.table()) + str(reading.notes)


def test_coded_segments_in_a_workbook_and_of_documents_without_a_service(tmp_path):
    rows = list(csv.reader(io.StringIO(SEGMENTS)))
    reading = understand_themes(workbook(tmp_path, Export=rows), label="t")
    assert reading.table.participants.codes == ("C1", "C2", "M1")
    (fault,) = faults(write(tmp_path, SEGMENTS.replace("MHSW,M1", "Set 1,M1")))
    assert "row 5, column service: found 'Set 1'; allowed: CSW" in fault


@pytest.mark.parametrize("other", ["a", "Ａ", "А", "A\u200b", "\u00a0A", "A."])
def test_themes_and_participants_equal_to_the_eye_are_one(tmp_path, other):
    text = ANSWERS.replace("P10,CSW,A", f"P10,CSW,{other}").replace("P1,CSW,B", "Р1,CSW,B")
    reading = understand_themes(write(tmp_path, text), label="t")
    assert reading.faults == ()
    assert reading.table.participants.themes == ("A", "B")
    assert reading.table.participants.codes == ("P1", "P2", "P10", "M1")
    assert "'Р1' (with CYRILLIC CAPITAL LETTER ER for 'P') is taken to be 'P1'" in "".join(
        reading.notes
    )


@pytest.mark.parametrize("written", ["5.0", "5,0", "５", "٥", "5.00", "+5", " 5 "])
def test_whole_numbers_in_other_writings(tmp_path, written):
    text = COUNTS.replace("CSW,5,6,6", f'CSW,"{written}",6,6')
    assert counts_of(read_themes(write(tmp_path, text)))["A", "CSW"] == (5, 6, 6)


@pytest.mark.parametrize(
    "written, said",
    [
        ("1,000", "'1,000', which may be 1 or 1000; allowed: a number of people"),
        ("½", "'½'"),
        ("-1", "'-1'"),
        ("5 %", "'5 %'"),
        ("#REF!", "the error #REF!"),
        ("#N/A", "the error #N/A"),
        ("###", "###, a number that did not fit its column when the file was saved"),
    ],
)
def test_cells_that_are_no_count_are_named(tmp_path, written, said):
    text = COUNTS.replace("CSW,5,6,6", f'CSW,"{written}",6,6')
    (fault,) = faults(write(tmp_path, text))
    assert f"column at least: found {said}" in fault


@pytest.mark.parametrize("written", ["NA", "NULL", "nan", "n/a", ""])
def test_words_for_nothing_leave_a_count_open(tmp_path, written):
    text = COUNTS.replace("CSW,5,6,6", f"CSW,5,{written},6")
    assert counts_of(read_themes(write(tmp_path, text)))["A", "CSW"] == (5, 6, 6)


def test_a_hidden_sheet_of_themes_is_not_read_where_another_is_shown(tmp_path):
    path = workbook(tmp_path, Old=rows_of(COUNTS.replace("5,6,6", "1,1,6")), New=rows_of(COUNTS))
    book = openpyxl.load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    reading = understand_themes(path, label="t")
    assert counts_of(reading.table)["A", "CSW"] == (5, 6, 6)
    assert "t: sheet 'Old' is hidden and not read" in reading.notes


# ---- what somebody said


@pytest.mark.parametrize("header", ["quotation", "Quote", "verbatim", "Excerpt", "coded segment"])
def test_a_column_of_quotations_is_dropped_and_said_to_be(tmp_path, header):
    rows = COUNTS.splitlines()
    text = "\n".join([f"{rows[0]},{header}", *(f"{row},They never told us" for row in rows[1:])])
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    found = understand_themes(tmp_path / "t.csv")
    assert not found.faults
    assert any(f"words of quotations (column '{header}') were dropped" in x for x in found.notes)
    assert "never told" not in repr(found)


@pytest.mark.parametrize(
    "title, said",
    [
        ('"They never told us", she said', True),
        ("“They never told us”", True),
        ("Not told; «jamais rien dit à nous»", True),
        ('The "black box" of the other service', False),
        ("What the other's role is, isn't known to CSWs' teams", False),
    ],
)
def test_words_in_quotation_marks_are_pointed_at(tmp_path, title, said):
    quoted = '"' + title.replace('"', '""') + '"'
    text = COUNTS.replace("Not understood", quoted)
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    found = understand_themes(tmp_path / "t.csv")
    assert not found.faults
    assert any("nobody should be quoted" in note for note in found.notes) is said
    assert not any("quoted there" in note for note in study_themes().notes)
