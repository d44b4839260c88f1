"""What workbooks and texts hold beside values: read right, or named as what it is."""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colsim.scenario.names import key_of, tidy
from colsim.scenario.staff import StaffReading, read_staff
from colsim.scenario.staff.archive import open_archive
from colsim.scenario.staff.cells import hours_in, number_in
from colsim.scenario.staff.tables import UnreadableError
from tests.later import Later
from tests.unit.test_staff import DAY, HEADER, SOUND, STAFF, brief, only, read_book, read_text

openpyxl = Later("openpyxl")


def made(tmp_path: Path, change: Callable[[Any], None], rows: list[list[object]] = STAFF) -> Path:
    """Return the path of a workbook that was changed before it was saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Staff"
    for row in rows:
        sheet.append([float(c) if re.fullmatch(r"[\d.]+", str(c)) else c for c in row])
    change(book)
    book.save(tmp_path / "list.xlsx")
    return tmp_path / "list.xlsx"


def read(path: Path) -> StaffReading:
    return read_staff(path, as_of=DAY, label="list.xlsx")


def rezipped(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> Path:
    """Change the parts of a workbook as they are packed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(path) as archive,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in archive.namelist():
            out.writestr(name, change(name, archive.read(name)))
        for name, data in more.items():
            out.writestr(name, data)
    path.write_bytes(stream.getvalue())
    return path


# ---- hidden, merged, formatted, counted from another day


def test_rows_and_columns_that_are_hidden_are_said(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        sheet = book["Staff"]
        sheet.row_dimensions[3].hidden = True
        sheet.insert_cols(3)
        sheet["C1"] = "team"
        for row in range(2, 7):
            sheet.cell(row, 3, "Old team")
        sheet.column_dimensions["C"].hidden = True

    reading = read(made(tmp_path, hide))
    assert reading.faults == ()
    assert {p["team"] for p in reading.practitioners} == {"N1", "MN", "S1", "MS"}
    assert "list.xlsx: sheet 'Staff' hides rows that are read all the same: 3" in reading.notes

    def hide_the_only_one(book: Any) -> None:
        book["Staff"].column_dimensions["C"].hidden = True

    reading = read(made(tmp_path, hide_the_only_one))
    assert reading.faults == ()
    assert "sheet 'Staff': column 'team' is hidden, and read all the same" in reading.notes


def test_a_hidden_sheet_gives_way_to_one_that_is_shown(tmp_path: Path) -> None:
    def current(book: Any) -> None:
        book["Staff"].sheet_state = "veryHidden"
        other = book.create_sheet("Current")
        for row in STAFF[:3] + STAFF[3:]:
            other.append(["X" + str(row[0]) if row[0] != "id" else "id", *row[1:]])
        book.create_sheet("Notes").append(["something else"])
        book.active = 1

    reading = read(made(tmp_path, current))
    assert {p["id"] for p in reading.practitioners} == {"XC1", "XC2", "XC3", "XM1", "XM2"}
    assert "list.xlsx: sheets not used: Notes, Staff (hidden)" in reading.notes

    def alone(book: Any) -> None:
        book["Staff"].sheet_state = "hidden"
        book.create_sheet("Notes").append(["something else"])
        book.active = 1

    reading = read(made(tmp_path, alone))
    assert {p["id"] for p in reading.practitioners} == {"C1", "C2", "C3", "M1", "M2"}
    assert "list.xlsx: sheet 'Staff' is hidden, and read all the same" in reading.notes

    def two(book: Any) -> None:
        book["Staff"].title = "One"
        other = book.create_sheet("Two")
        for row in STAFF:
            other.append(row)

    assert "found 2 sheets that could be meant: One, Two; allowed: a sheet named Staff" in only(
        read(made(tmp_path, two))
    )


def test_merged_cells_hold_in_each_row(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        sheet = book["Staff"]
        sheet["C3"] = sheet["D3"] = sheet["E3"] = None
        for letter in "CDE":
            sheet.merge_cells(f"{letter}2:{letter}3")
        sheet.insert_rows(1)
        sheet["A1"] = "Our staff"
        sheet.merge_cells("A1:F1")

    path = made(tmp_path, merge)
    # Moving rows does not move what is merged: say it as a spreadsheet would.
    rezipped(path, lambda n, d: re.sub(rb'ref="([CDE])2:\w3"', rb'ref="\g<1>3:\g<1>4"', d))
    reading = read(path)
    assert reading.faults == ()
    second = next(p for p in reading.practitioners if p["id"] == "C2")
    assert (second["team"], second["site"], second["locality"]) == ("N1", "Mill", "North")
    assert (
        "list.xlsx: sheet 'Staff': what merged cells show holds in each of their rows "
        "(C3:C4, D3:D4, E3:E4)" in reading.notes
    )


@pytest.mark.parametrize(
    "number_format, value, shown",
    [("0000", 7, "0007"), ('"C"000', 12, "C012"), ("\\S\\-00", 3, "S-03"), ("0", 7, "7"),
     ("General", 7, "7"), ("00000;-0", 42, "00042")],
)  # fmt: skip
def test_codes_are_read_as_they_are_shown(
    tmp_path: Path, number_format: str, value: int, shown: str
) -> None:
    def style(book: Any) -> None:
        book["Staff"]["A2"] = value
        book["Staff"]["A2"].number_format = number_format
        ties = book.create_sheet("Ties")
        ties.append(["from", "to", "familiarity"])
        ties.append([shown, "M1", 0.5])

    reading = read(made(tmp_path, style))
    assert reading.faults == ()
    assert [tie["csw"] for tie in reading.ties] == [shown]


def test_a_number_shown_otherwise_is_the_same_number_in_ties(tmp_path: Path) -> None:
    def style(book: Any) -> None:
        book["Staff"]["A2"] = 7
        book["Staff"]["A2"].number_format = "0000"
        book["Staff"]["F2"].number_format = '00"h"'
        ties = book.create_sheet("Ties")
        ties.append(["from", "to", "familiarity"])
        ties.append([7, "M1", 0.5])

    reading = read(made(tmp_path, style))
    assert reading.faults == ()
    assert [tie["csw"] for tie in reading.ties] == ["0007"]
    assert "sheet 'Ties', column 'from': '7' is taken to be '0007'" in reading.notes
    said = "sheet 'Staff', column 'id': codes are read as they are shown, such as 7 as 0007"
    assert said in reading.notes


def test_workbooks_that_count_days_from_1904(tmp_path: Path) -> None:
    rows = [[*row, "start date" if k == 0 else None] for k, row in enumerate(STAFF)]

    def epoch(book: Any) -> None:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
        book["Staff"]["G2"] = dt.date(2019, 3, 31)
        book["Staff"]["G3"] = (dt.date(2019, 3, 31) - dt.date(1904, 1, 1)).days

    reading = read(made(tmp_path, epoch, rows))
    weeks = {p["id"]: p.get("weeks_in_post") for p in reading.practitioners}
    assert weeks["C1"] == weeks["C2"] == (DAY - dt.date(2019, 3, 31)).days // 7
    assert "(days since 1904-01-01)" in "".join(reading.notes)


def test_formulas_errors_and_numbers_that_did_not_fit(tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> bytes:
        data = data.replace(b"<f>SUM(1)</f><v></v>", b"<f>SUM(1)</f>")
        data = data.replace(b'r="F3"', b'r="F3" t="str"')
        return re.sub(rb'(<c r="F4")[^>]*>.*?</c>', rb'\1 t="e"><v>#REF!</v></c>', data)

    def formulas(book: Any) -> None:
        sheet = book["Staff"]
        sheet["F2"], sheet["F3"], sheet["D5"] = "=SUM(1)", '=""', "#GETTING_DATA"

    path = rezipped(made(tmp_path, formulas), change)
    assert brief(read(path)) == [
        "sheet Staff, row 2, column hours: a formula without a stored value",
        "sheet Staff, row 3, column hours: nothing",
        "sheet Staff, row 4, column hours: the error #REF!",
        "sheet Staff, row 5, column site: the error #GETTING_DATA",
    ]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#NAME?", "#BEZUG!", "#NV", "#VALEUR!"])
def test_errors_in_a_text_are_errors_and_no_names(tmp_path: Path, error: str) -> None:
    reading = read_text(tmp_path, f"{HEADER}\n{SOUND}".replace("S1", error))
    assert brief(reading) == [f"row 5, column team: the error {error}"]


def test_what_openpyxl_warns_of_reaches_nobody(tmp_path: Path) -> None:
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"><x14:dataValidations '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/></ext></extLst>'
    )

    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"</worksheet>", extension + b"</worksheet>")

    def late(book: Any) -> None:
        book["Staff"]["G1"], book["Staff"]["G2"] = "start date", 99_999_999_999
        book["Staff"]["G2"].number_format = "yyyy-mm-dd"

    path = rezipped(made(tmp_path, late), change)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reading = read(path)
    assert brief(reading) == ["sheet Staff, row 2, column start date: the error #VALUE!"]


# ---- other forms of the format, and what is too much


def strict(name: str, data: bytes) -> bytes:
    for usual, own in (
        (b"spreadsheetml/2006/main", b"spreadsheetml/main"),
        (b"officeDocument/2006/relationships", b"officeDocument/relationships"),
        (b"drawingml/2006/main", b"drawingml/main"),
        (b"officeDocument/2006/extended-properties", b"officeDocument/extendedProperties"),
    ):
        data = data.replace(
            b"http://schemas.openxmlformats.org/" + usual, b"http://purl.oclc.org/ooxml/" + own
        )
    if name == "xl/worksheets/sheet1.xml":
        data = re.sub(rb'<c r="G2"[^>]*>.*?</c>', b'<c r="G2" t="d"><v>2019-03-31</v></c>', data)
    return data


def test_the_strict_form_of_the_format_is_read(tmp_path: Path) -> None:
    rows = [[*row, "start date" if k == 0 else "2020-01-06"] for k, row in enumerate(STAFF)]
    usual = read(made(tmp_path, lambda book: None, rows)).practitioners
    reading = read(rezipped(made(tmp_path, lambda book: None, rows), strict))
    assert reading.faults == ()
    assert reading.practitioners[1:] == usual[1:]
    assert reading.practitioners[0]["weeks_in_post"] == (DAY - dt.date(2019, 3, 31)).days // 7


def with_rows(path: Path, rows: bytes, columns: str = "A1:F9") -> Path:
    return rezipped(path, lambda name, data: data.replace(b"</sheetData>", rows + b"</sheetData>"))


@pytest.mark.slow
def test_rows_without_end_that_are_only_formatted_are_nothing(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{letter}%d" s="0"/>' for letter in "ABC")
    row = f'<row r="%d" ht="15" customHeight="1">{cells}</row>'
    rows = "".join(row % (k, k, k, k) for k in range(7, 300_007)).encode()
    path = with_rows(made(tmp_path, lambda book: None), rows)
    archive = open_archive(path.read_bytes(), "list.xlsx")
    assert len(archive.data) < 100_000
    assert archive.sheets["xl/worksheets/sheet1.xml"].cells == 36
    reading = read(path)
    assert reading.faults == ()
    assert len(reading.practitioners) == 5


def test_empty_cells_in_rows_of_people_are_nothing_and_places_stay(tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> bytes:
        wide = b'<c r="XFD3" s="0"></c>'
        data = data.replace(b'</row><row r="4"', wide + b'</row><row r="4"')
        return re.sub(rb'<c r="D6"[^>]*>.*?</c>', b'<c r="D6" s="0"/>', data)

    reading = read(rezipped(made(tmp_path, lambda book: None), change))
    assert brief(reading) == ["sheet Staff, row 6, column site: nothing"]


def test_cells_without_places_are_left_as_they_are(tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> bytes:
        if not name.startswith("xl/worksheets"):
            return data
        data = re.sub(rb'(<c) r="[A-Z]+\d+"', rb"\1", data)
        return re.sub(rb'<row r="\d+"', b"<row", data)

    reading = read(rezipped(made(tmp_path, lambda book: None), change))
    assert reading.faults == ()
    assert len(reading.practitioners) == 5


def test_prefixed_names_as_some_programs_write_them(tmp_path: Path) -> None:
    def change(name: str, data: bytes) -> bytes:
        if not name.startswith("xl/worksheets"):
            return data
        data = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", data).replace(b"xmlns=", b"xmlns:x=")
        return data.replace(
            b"</x:sheetData>", b'<x:row r="9"><x:c r="A9" s="0"/></x:row></x:sheetData>'
        )

    reading = read(rezipped(made(tmp_path, lambda book: None), change))
    assert reading.faults == ()
    assert len(reading.practitioners) == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, data, megabytes, said",
    [
        pytest.param(
            *("xl/worksheets/sheet9.xml", b" ", 310, "found a workbook that unpacks to 310"),
            marks=pytest.mark.long,
        ),
        ("xl/worksheets/sheet9.xml", b" ", 60, "found 60 MB packed into"),
        ("xl/media/image1.png", b"\0", 60, "found 60 MB packed into"),
        ("xl/styles2.xml", b"0123456789abcdef", 32, "found 32 MB packed into"),
    ],
)
def test_small_files_that_unpack_to_very_much_are_refused(
    tmp_path: Path, name: str, data: bytes, megabytes: int, said: str
) -> None:
    large = data * (megabytes * 2**20 // len(data))
    path = rezipped(made(tmp_path, lambda book: None), lambda n, d: d, **{name: large})
    assert path.stat().st_size < 2**20
    assert said in only(read(path))


def test_bounds_of_cells_texts_and_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"xl/sharedStrings.xml": b"<sst>" + b"<si><t>x</t></si>" * 18 + b"</sst>"}
    path = rezipped(made(tmp_path, lambda book: None), lambda name, data: data, **texts)
    for name, bound, said in (
        ("workbook.MOST_CELLS", 30, "sheet Staff: found 36 cells that hold something; allowed: at"),
        ("archive.MOST_TEXTS", 3, "found a workbook with 18 texts; allowed: at most 3"),
        ("archive.MOST_PART", 100, "list.xlsx: found a workbook whose "),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"colsim.scenario.staff.{name}", bound)
            assert said in only(read(path))


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'

    def change(name: str, data: bytes) -> bytes:
        if not name.startswith("xl/worksheets"):
            return data
        return bomb + data.partition(b"?>")[2] if data.startswith(b"<?xml") else bomb + data

    path = rezipped(made(tmp_path, lambda book: None), change)
    assert "found a document type in xl/worksheets/sheet1.xml" in only(read(path))
    with pytest.raises(UnreadableError):
        open_archive(path.read_bytes(), "list.xlsx")


# ---- texts


@pytest.mark.parametrize(
    "text, said",
    [
        (f"{HEADER}\n{SOUND}".replace("C2,CSW", 'C2,"CSW'), "row 3: found text that is no table"),
        (
            f"{HEADER}\n{SOUND}".replace("M1,", '"M1,').replace("C3,CSW", 'C3",CSW'),
            "row 4: found text that is no table (a cell of several rows): a quote opens here that",
        ),
    ],
)
def test_a_quote_that_swallows_rows_is_named_where_it_opens(
    tmp_path: Path, text: str, said: str
) -> None:
    assert said in only(read_text(tmp_path, text))


def test_a_note_of_several_lines_is_no_fault(tmp_path: Path) -> None:
    text = f"{HEADER},note\n{SOUND}".replace("20\n", '20,"on leave, then\nback, perhaps"\n')
    reading = read_text(tmp_path, text)
    assert reading.faults == ()
    assert len(reading.practitioners) == 5


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("head", ["", "sep=|\n", '"sep=|"\n'])
def test_texts_in_any_usual_form(tmp_path: Path, encoding: str, ends: str, head: str) -> None:
    text = (head + f"{HEADER}\n{SOUND}".replace(",", "|")).replace("\n", ends)
    reading = read_text(tmp_path, text.replace("Mill", "Mühle"), encoding)
    assert reading.faults == ()
    assert {p["site"] for p in reading.practitioners} == {"Mühle", "Port", "Quay"}
    assert "list.csv: columns are taken to be separated by bars" in reading.notes


# ---- names, numbers and codes, whatever they are


@pytest.mark.parametrize(
    "other",
    ["Mi\u0301ll", "Mi\u0301ll ", "\u200bMíll", "M\u00adíll", "Ｍíll", "МÍLL", "míll", "Míll."],
)
def test_names_equal_to_the_eye_make_one_site(tmp_path: Path, other: str) -> None:
    text = f"{HEADER}\n{SOUND}".replace("Mill", "Míll").replace(
        "C2,CSW,N1,Míll", f"C2,CSW,N1,{other}"
    )
    reading = read_text(tmp_path, text)
    assert reading.faults == ()
    assert {p["site"] for p in reading.practitioners} == {"Míll", "Port", "Quay"}
    silent = tidy(other) == "Míll"
    assert any("is taken to be 'Míll'" in note for note in reading.notes) != silent


def test_letters_of_two_scripts_are_named(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"{HEADER}\n{SOUND}".replace("Mill", "М\u0456ll"))
    assert (
        "list.csv, column 'site': 'Міll' has letters of two scripts, among them CYRILLIC CAPITAL "
        "LETTER EM" in reading.notes
    )


def test_people_in_a_scenario_with_names_equal_to_the_eye_are_refused() -> None:
    from colsim.scenario.staff_rules import people_problems

    person = {"role": "CSW", "team": "North", "site": "Hall", "locality": "Hill", "hours": 37.0}
    people = [
        {**person, "id": "C1"},
        {**person, "id": "\u04211", "team": "N\u043erth"},
        {**person, "id": "M1", "role": "MHSW", "team": "Clinic"},
    ]
    found = [(p.loc, p.found) for p in people_problems(people, lambda k: f"people[{k}]")]
    assert found == [
        ((1, "team"), "'Nоrth' (with CYRILLIC SMALL LETTER O for 'o'), elsewhere 'North'"),
        (
            (1, "id"),
            "'С1', which people[0] has as 'C1' (without CYRILLIC CAPITAL LETTER ES for 'C')",
        ),
    ]


DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९", "۰۱۲۳۴۵۶۷۸۹")


@given(st.integers(100, 6000), st.sampled_from(DIGITS), st.sampled_from(".,·\u066b\uff0e\uff0c"))
def test_hours_in_any_digits(hundredths: int, digits: str, point: str) -> None:
    text = f"{hundredths // 100}{point}{hundredths % 100:02d}"
    written = text.translate(str.maketrans("0123456789", digits))
    assert hours_in(written, as_share=False, guesses=set()) == hundredths / 100
    for unit in ("h", " hrs", " hours", "\u00a0std"):
        assert hours_in(written + unit, as_share=False, guesses=set()) == hundredths / 100


@given(st.integers(1000, 10**9), st.sampled_from([",", ".", " ", "\u2009", "\u202f", "'", "’"]))
def test_signs_for_thousands(number: int, sign: str) -> None:
    text = f"{number:,}".replace(",", sign)
    point = "." if sign == "," else ","
    assert number_in(f"{text}{point}5") is not None
    assert number_in(f"{text}{point}5").value == number + 0.5  # type: ignore[union-attr]
    found = number_in(text)
    assert found is not None
    assert number in (found.value, found.otherwise)
    for minus in "-−–﹣－":
        assert number_in(f"{minus}{text}{point}5").value == -number - 0.5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written, share",
    [("½", 18.6), ("1/2", 18.6), ("60 %", 22.32), ("60％", 22.32), ("٦٠٪", 22.32),
     ("60 per cent", 22.32), ("0.6 FTE", 22.32), ("22.5 hrs", 22.5), ("22½ hours", 22.5),
     ("37h30", 37.5), (".6", 22.32), ("6E-1", 22.32), ("1,000", 37.2)],
)  # fmt: skip
def test_shares_in_other_writings(written: str, share: float) -> None:
    assert hours_in(written, as_share=True, guesses=set()) == share


@pytest.mark.parametrize(
    "written",
    ["1,950", "1.950", "1 950", "1.950,00", "1,950.00", "(37)", "37-", "2²", "Ⅳ", "1,2,3", "£37",
     "37 miles"],
)  # fmt: skip
def test_numbers_that_are_no_hours_are_refused(tmp_path: Path, written: str) -> None:
    reading = read_text(tmp_path, f"{HEADER}\n{SOUND}".replace(",20\n", f',"{written}"\n'))
    (found,) = brief(reading)
    assert found.startswith(f"row 5, column hours: '{written}'")
    assert ("which may be 1.95 or 1950" in found) == (written in ("1,950", "1.950"))


CODES = st.one_of(
    st.integers(0, 10**12).map(str),
    st.integers(0, 9999).map("{:06d}".format),
    st.floats(0, 1e6).map(str),
    st.sampled_from(["1e5", "TRUE", "False", "csw-0-3-2-2-1", "mhsw-0-0-0-0-0", "a/b\\c", "x y z",
                     "nan1", "007", "7", "07.0", "Ünï", "٧", "7 (2)", "vacant-1", "inf"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=60),
)  # fmt: skip


def usable(code: str) -> bool:
    from colsim.scenario.staff.cells import error_of, is_empty

    shortened = re.fullmatch(r"\d[.,]\d+E\+?\d+", code)
    plain = tidy(code) == code and code and len(code) <= 60 and not shortened
    return bool(plain) and code[0] not in "=+-@" and not is_empty(code) and not error_of(code)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CODES.filter(usable), min_size=2, max_size=6, unique_by=key_of))
def test_ties_go_to_the_people_that_they_name_whatever_their_codes(
    tmp_path_factory: pytest.TempPathFactory, codes: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("list")
    head = ["id", "role", "team", "site", "locality", "hours"]
    staff = [
        [code, "MHSW" if k % 2 else "CSW", "M" if k % 2 else "C", "S", "L", 30]
        for k, code in enumerate(codes)
    ]
    pairs = [(a, b) for a in codes[::2] for b in codes[1::2]]
    ties = [["from", "to", "familiarity"], *([b, a, 0.5] for a, b in pairs)]
    reading = read_book(folder, Staff=[head, *staff], Ties=ties)
    assert reading.faults == ()
    assert {p["id"] for p in reading.practitioners} == set(codes)
    assert {(t["csw"], t["mhsw"]) for t in reading.ties} == set(pairs)


@pytest.mark.parametrize(
    "code, said",
    [
        ("-", "'-', which is read as nothing"),
        ("NA", "'NA', which is read as nothing"),
        ("1.23457E+11", "'1.23457E+11', into which a spreadsheet may have turned a longer number"),
        (12345678901234567890, "into which a spreadsheet may have turned a longer number"),
        (dt.datetime(2026, 5, 1), "the date 2026-05-01, into which a spreadsheet may have turned"),
        ("x" * 61, "'xxxxxx"),
    ],
)
def test_codes_that_are_none_are_named(tmp_path: Path, code: object, said: str) -> None:
    rows = [list(row) for row in STAFF]
    rows[1][0] = code
    assert said in brief(read_book(tmp_path, Staff=rows))[0]
