"""A workbook before it is parsed: is it one, is it small enough, what does each sheet hide?

Rows and cells that are only formatted are taken out: a sheet may hold a million of them.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field

from colsim.scenario.staff.tables import (
    MOST_UNPACKED,
    StaffFault,
    UnreadableError,
    fault,
    unreadable,
)

ALLOWED = "a workbook saved as .xlsx, or a .csv file"
MOST_PART = 30 * 2**20
"""Largest part of a workbook that is neither a sheet nor its texts: styles, names and the like."""
MOST_TEXTS = 500_000
_DENSE = 250
"""A part that unpacks to this many times its size holds nothing but one thing repeated."""
_LEAST_DENSE = 10 * 2**20
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = (
    (b"spreadsheetml/main", b"spreadsheetml/2006/main"),
    (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    (b"officeDocument/extendedProperties", b"officeDocument/2006/extended-properties"),
    (b"officeDocument/customProperties", b"officeDocument/2006/custom-properties"),
    (b"officeDocument/docPropsVTypes", b"officeDocument/2006/docPropsVTypes"),
    (b"drawingml/main", b"drawingml/2006/main"),
)
"""Names that the strict form of the format has, to those of the usual form."""
_KINDS = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "content.xml": "an OpenDocument file (such as .ods)",
    "word/document.xml": "a text document",
    "ppt/presentation.xml": "a presentation",
}
_BAD = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, ValueError, EOFError)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a sheet's XML says that its values do not."""

    cells: int = 0
    formulas: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column, from 1, of cells merged into one."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    """Places from 0."""


@dataclass(slots=True)
class Archive:
    """A workbook that is safe to parse."""

    data: bytes
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    """By path within the workbook."""

    @property
    def computed(self) -> bool:
        """Whether there are formulas in it."""
        return any(sheet.formulas for sheet in self.sheets.values())


def damaged(file: str, error: Exception) -> StaffFault:
    """Return the fault of a workbook that its reader stumbles over."""
    reason = type(error).__name__
    return fault(file, f"a workbook that cannot be read ({reason}); it may be damaged", ALLOWED)


def open_archive(data: bytes, file: str) -> Archive:
    """Return a workbook ready to be parsed, without what is only formatting.

    Raises:
        UnreadableError: no workbook, damaged, locked, or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive.infolist(), file)
            strict = _STRICT in archive.read("xl/workbook.xml")
            return _slim(archive, data, strict, file)
    except _BAD as error:
        raise UnreadableError(damaged(file, error)) from None


def _check(entries: list[zipfile.ZipInfo], file: str) -> None:
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise unreadable(file, "a file locked with a password", f"{ALLOWED}, without a password")
    if "xl/workbook.xml" not in names:
        kind = next(
            (_KINDS[name] for name in _KINDS if name in names), "a file that is no spreadsheet"
        )
        raise unreadable(file, kind, ALLOWED)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise UnreadableError(_too_large(file, "a workbook that", unpacked, MOST_UNPACKED))
    for entry in entries:
        size, own = entry.file_size, entry.filename
        if size > _LEAST_DENSE and size > _DENSE * entry.compress_size:
            found = (
                f"{size / 2**20:,.0f} MB packed into {entry.compress_size / 1024:,.0f} kB ({own})"
            )
            raise unreadable(file, found, f"{ALLOWED} by a spreadsheet program")
        # Sheets are bounded by their cells, texts by their number; pictures are never opened.
        if size > MOST_PART and not own.startswith(("xl/worksheets/", "xl/sharedS", "xl/media/")):
            raise UnreadableError(_too_large(file, f"a workbook whose {own}", size, MOST_PART))


def _too_large(file: str, what: str, size: int, most: int) -> StaffFault:
    found = f"{what} unpacks to {size / 2**20:,.0f} MB"
    return fault(file, found, f"at most {most / 2**20:,.0f} MB")


def _slim(archive: zipfile.ZipFile, data: bytes, strict: bool, file: str) -> Archive:
    result = Archive(data)
    changed: dict[str, bytes] = {}
    for entry in archive.infolist():
        name = entry.filename
        sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        if not (sheet or name == "xl/sharedStrings.xml" or (strict and _is_xml(name))):
            continue
        found = archive.read(entry)
        if b"<!DOCTYPE" in found[:4096]:
            raise unreadable(file, f"a document type in {name}", ALLOWED)
        if name == "xl/sharedStrings.xml" and found.count(b"<si") > MOST_TEXTS:
            texts = found.count(b"<si")
            raise unreadable(file, f"a workbook with {texts:,} texts", f"at most {MOST_TEXTS:,}")
        text = _usual_form(found) if strict else found
        if sheet:
            text, result.sheets[name] = _sheet(text)
        if text is not found and text != found:
            changed[name] = text
    if changed:
        result.data = _packed(archive, changed)
    return result


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _usual_form(text: bytes) -> bytes:
    for own, usual in _TRANSITIONAL:
        text = text.replace(_STRICT + own, b"http://schemas.openxmlformats.org/" + usual)
    return text


def _packed(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as copy:
        for entry in archive.infolist():
            name = entry.filename
            copy.writestr(name, changed[name] if name in changed else archive.read(entry))
    return stream.getvalue()


def _sheet(text: bytes) -> tuple[bytes, SheetFacts]:
    """Return a sheet without cells that are only formatted, and what it hides."""
    named = re.search(rb"<(\w+:)?worksheet[\s>]", text[:4096])
    start = text.find(b"sheetData")
    if named is None or start < 0:
        return text, SheetFacts()
    mark = named[1] or b""
    # Possessive throughout: nothing to go back for in hundreds of megabytes.
    empty = rb"<%bc\b[^>]*+(?:(?<=/)>|></%bc>)" % (mark, mark)
    first = re.search(rb"<%bc\b[^>]*>" % mark, text)
    placed = first is None or re.search(rb"\sr=", first[0]) is not None
    numbered = re.search(rb"<%brow\b[^>]*\sr=" % mark, text) is not None
    if placed and numbered:
        inside = rb"(?:\s*+%b)*+\s*+</%brow>" % (empty, mark)
        text = re.sub(rb"(?:\s*+<%brow\b[^>]*+(?:(?<=/)>|>%b))++" % (mark, inside), b"", text)
        text = re.sub(rb"(?:%b)++" % empty, b"", text)
    end = max(text.rfind(b"sheetData"), start)
    merged = rb"<%bmergeCell\b[^>]*\bref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)" % mark
    columns = rb"<%bcol\b[^>]*>" % mark
    return text, SheetFacts(
        cells=len(re.findall(rb"<%bc[\s>]" % mark, text)),
        formulas=re.search(rb"<%bf[ >/]" % mark, text) is not None,
        merged=tuple(
            (int(top), _number(left), int(bottom), _number(right))
            for left, top, right, bottom in re.findall(merged, text[end:])
        ),
        hidden_rows=frozenset(
            number
            for row in re.findall(rb"<%brow\b[^>]*\bhidden=[^>]*>" % mark, text)
            if _hidden(row) and (number := _attribute(row, b"r"))
        ),
        hidden_columns=frozenset(
            place
            for column in re.findall(columns, text[: text.find(b"sheetData")])
            if _hidden(column)
            for place in range(
                (_attribute(column, b"min") or 1) - 1, min(_attribute(column, b"max") or 1, 1 << 14)
            )
        ),
    )


def _hidden(tag: bytes) -> bool:
    return re.search(rb"\bhidden=[\"'](1|true)[\"']", tag) is not None


def _attribute(tag: bytes, name: bytes) -> int | None:
    found = re.search(rb"\s%b=[\"'](\d+)[\"']" % name, tag)
    return int(found[1]) if found else None


def _number(letters: bytes) -> int:
    """Return the number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
