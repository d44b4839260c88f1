"""Staff lists that are not sound, fault by fault."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest

from colsim.scenario.staff import files as staff_files
from colsim.scenario.staff import read_staff
from colsim.scenario.staff import tables as staff_tables
from tests.later import Later
from tests.unit.test_staff import HEADER, SOUND, STAFF, brief, only, read_book, read_text

openpyxl = Later("openpyxl")

# ---- faults one by one


@pytest.mark.parametrize(
    "change, fault",
    [
        (("M2,MHSW", "M2,MHWS"), "; allowed: CSW (children's social worker), MHSW"),
        (("M2,MHSW", "M2,MHWS"), "row 6, column role: found 'MHWS'; nearest known name: MHSW"),
        (("C3,CSW", "c1,CSW"), "row 5, column id: found 'c1', which row 2 has as 'C1'; allowed: e"),
        (("C3,CSW,S1", "C3,CSW,N1"), "row 5, column locality: found 'South' for team 'N1', which"),
        (("C3,CSW,S1", "C3,CSW,MS"), "column role: found 'MHSW' for team 'MS', which row 5 has wi"),
        (("C2,CSW,N1,Mill", "C2,CSW,N1,Port"), "row 3, column site: found 'Port' for team 'N1'"),
        (("M2,MHSW,MS,Quay,South", "M2,MHSW,MN,Mill,North"), "locality 'South' without an AMH te"),
        (("Quay", ""), "row 6, column site: found nothing; allowed: a site: a text of 1 to 60"),
        (("Quay", "-"), "row 6, column site: found '-', which is read as nothing; allowed: a site"),
        (("MHSW,MS", "MHSW,"), "row 6, column team: found nothing"),
        (("CSW,S1", ",S1"), "row 5, column role: found nothing; allowed: CSW"),
        (("Quay", "=HYPERLINK(1)"), "column site: found '=HYPERLINK(1)', which a spreadsheet woul"),
        (("C3,", "@C3,"), "row 5, column id: found '@C3', which a spreadsheet would take for a fo"),
        (("C3,", "-C3,"), "allowed: a name that starts with none of = + - @"),
        (("C3,", "+C3,"), "row 5, column id: found '+C3'"),
        (("C3,", "C" * 61 + ","), "row 5, column id: found 'CCC"),
        (("site,", "wo,"), "row 1, column site: found no such column; headers that are not under"),
        (("site,", "wo,"), "not understood: 'wo'; allowed: a column headed site or site name or"),
        (("hours", "x"), "allowed: a column headed hours or hours a week or"),
        (("site,", "team,"), "row 1, column team: found a second column 'team'; allowed: one col"),
        (
            (SOUND, ""),
            "list.csv: found nothing below the headers in row 1; allowed: a row for each",
        ),
        ((f"{HEADER}\n{SOUND}", "\n\n"), "list.csv: found no rows; allowed: columns id, role, te"),
        (("C2,CSW", 'C2,"CSW'), "row 3: found text that is no table (unexpected end of data): a q"),
        (("C2", "\x01"), "list.csv: found a file that is no spreadsheet; allowed: a workbook"),
        ((HEADER, "<html>"), "list.csv: found a web page or XML, whatever its name says"),
    ],
)
def test_one_fault(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    text = f"{HEADER}\n{SOUND}"
    assert change[0] in text
    reading = read_text(tmp_path, text.replace(*change, 1))
    assert fault in "\n".join(map(str, reading.faults)), "\n".join(map(str, reading.faults))


@pytest.mark.parametrize(
    "ties, fault",
    [
        ([["C1", "C1", 1]], "row 2, column to: found a tie of 'C1' with themselves; allowed: two"),
        ([["C1", "C2", 1]], "a tie of 'C1' and 'C2', who are both CSW; allowed: a CSW and an MHSW"),
        ([["C1", "M3", 1]], "column to: found 'M3', who is not in the staff list; allowed: an id"),
        ([["C1", "M 1", 1]], "nearest known name: M1"),
        ([["C1", "M1", 1], ["M1", "C1", 1]], "row 3, column to: found 'M1' and 'C1', who are in r"),
        ([["C1", "M1", "best"]], "column familiarity: found 'best'; allowed: a number from 0 to 1"),
        ([["C1", "M1", "wel"]], "nearest known name: well"),
        ([["C1", "M1", None]], "row 2, column familiarity: found nothing"),
        ([["C1", None, 1]], "row 2, column to: found nothing"),
        ([["C1", "M1", 3]], "row 2, column familiarity: found 3"),
        ([["C1", "M1", True]], "row 2, column familiarity: found TRUE"),
    ],
)
def test_one_fault_of_ties(tmp_path: Path, ties: list[list[object]], fault: str) -> None:
    reading = read_book(tmp_path, Staff=STAFF, Ties=[["from", "to", "familiarity"], *ties])
    assert fault in only(reading)


@pytest.mark.parametrize(
    "sites, fault",
    [
        ([["Mill", "Quay", -1]], "row 2, column km: found -1; allowed: kilometres, a number from"),
        ([["Mill", "Quay", 900]], "row 2, column km: found 900"),
        ([["Mill", "Quai", 1]], "column other site: found site 'Quai', where nobody of the staff"),
        ([["Mill", "Quay", 1], ["Quay", "Mill", 2]], "row 3, column other site: found 'Quay' and"),
        ([["Mill", "Mill", 1]], "row 2, column km: found a distance of 'Mill' to itself; allowed:"),
    ],
)
def test_one_fault_of_sites(tmp_path: Path, sites: list[list[object]], fault: str) -> None:
    reading = read_book(tmp_path, Staff=STAFF, Sites=[["site", "other site", "km"], *sites])
    assert fault in only(reading)


def test_empty_and_missing_sheets(tmp_path: Path) -> None:
    assert "sheet Staff: found an empty sheet" in only(read_book(tmp_path, Staff=[]))
    reading = read_book(tmp_path, Leavers=[["a"]], Works=[["b"]])
    assert "; nearest known name: Works; allowed: " in only(reading)
    reading = read_book(tmp_path, Leavers=[["a"]], Plan=[["b"]])
    assert "found no sheet Staff; there are Leavers, Plan; allowed: a sheet named" in only(reading)
    reading = read_book(tmp_path, Staff=STAFF, Ties=[], Sites=[["site", "other site", "km"]])
    assert reading.faults == ()
    assert "Ties: empty; nothing is known of ties" in reading.notes
    assert "sheet 'Sites': no rows; nothing is known of sites" in reading.notes


def test_formulas_without_results_errors_and_codes_turned_into_dates(tmp_path: Path) -> None:
    rows = [list(row) for row in STAFF]
    rows[1][5], rows[2][5], rows[3][0] = "=1+2", "#REF!", dt.datetime(2026, 3, 1)
    assert brief(read_book(tmp_path, Staff=rows)) == [
        "sheet Staff, row 2, column hours: a formula without a stored value",
        "sheet Staff, row 3, column hours: the error #REF!",
        "sheet Staff, row 4, column id: the date 2026-03-01, into which a spreadsheet may have "
        "turned a code",
    ]


def zipped(**entries: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    "data, found",
    [
        (b"", "an empty file"),
        (OLE, "an old file format (such as .xls); allowed: a workbook saved as .xlsx, or a .csv"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a workbook locked with a password"),
        (zipped(**{"content.xml": ""}), "an OpenDocument file (such as .ods)"),
        (zipped(**{"xl/workbook.bin": ""}), "a binary workbook (.xlsb)"),
        (zipped(**{"word/document.xml": ""}), "a text document"),
        (zipped(readme=""), "a file that is no spreadsheet"),
        (zipped(**{"xl/workbook.xml": "<"}), "a workbook that cannot be read"),
        (b"PK\x03\x04rubbish", "a workbook that cannot be read"),
        (b"%PDF-1.7 text", "a file that is no spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a file that is no spreadsheet"),
        (b"id,role\n\x81\x8d", "byte 0x81, which is neither UTF-8 nor Windows-1252"),
        (b"\xff\xfe\x00\xd8", "a file that is no spreadsheet"),
    ],
)
def test_files_that_are_no_staff_list(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    assert f"list.xlsx: found {found}" in only(read_staff(path, label="list.xlsx")).replace(
        "list.xlsx: row 2: ", "list.xlsx: "
    )


def test_bounds_and_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}\n{SOUND}")
    missing = only(read_staff(tmp_path / "lst.csv", label="lst.csv"))
    assert "found no such file; nearest known name: list.csv; allowed: a workbook" in missing
    (tmp_path / "empty").mkdir()
    assert "found no staff.csv in this folder; there is nothing" in only(
        read_staff(tmp_path / "empty", label="empty")
    )
    (tmp_path / "~$list.xlsx").write_text("x")
    assert "leaves while a file is open; allowed: the file itself, list.xlsx" in only(
        read_staff(tmp_path / "~$list.xlsx")
    )
    with monkeypatch.context() as patch:
        patch.setattr(staff_files, "MOST_BYTES", 100)
        assert "found a file of 0 MB; allowed: at most 0 MB" in only(read_staff(path))
    with monkeypatch.context() as patch:
        patch.setattr("colsim.scenario.staff.files.MOST_ROWS", 3)
        assert "found more than 3 rows; allowed: at most 3 rows" in only(read_staff(path))
    with monkeypatch.context() as patch:
        patch.setattr("colsim.scenario.staff.workbook.MOST_ROWS", 3)
        assert "found more than 3 rows" in only(read_book(tmp_path, Staff=STAFF))
        patch.setattr("colsim.scenario.staff.archive.MOST_UNPACKED", 10)
        assert "found a workbook that unpacks to" in only(read_book(tmp_path, Staff=STAFF))
    assert staff_tables.MOST_BYTES == 20 * 2**20


def test_a_locked_file_is_tried_again_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}\n{SOUND}")
    tries = []

    def locked(self: Path) -> bytes:
        tries.append(self)
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", locked)
    monkeypatch.setattr(staff_files, "_PAUSE", 0.0)
    assert "found a file that is locked or not yours to read; allowed: a file that is closed" in (
        only(read_staff(path))
    )
    assert len(tries) == 3
