"""Projects in the exchange format REFI-QDA (`.qdpx`: a zip with project.qde), and what is coded."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from colsim.calibration.themes.table import Service
from colsim.scenario.staff.tables import unreadable
from colsim.scenario.staff.words import close

ALLOWED = "a .csv or .xlsx export of codings, or a project in the format REFI-QDA (.qdpx)"
PROJECT = "project.qde"
MOST_XML = 100 * 2**20
"""Largest project, unpacked, that is read."""
MOST_PACKED = 300
"""Most times that a project may be packed; text packs less."""
_TEXTS = ("txt", "docx", "doc", "pdf", "odt", "rtf", "md", "html")


@dataclass(frozen=True, slots=True)
class Codings:
    """Who was coded with what."""

    people: tuple[str, ...]
    """Documents or cases."""
    codes: tuple[str, ...]
    coded: frozenset[tuple[str, str]]
    """(person, code) of each that occurs."""
    services: Mapping[str, Service]
    """Of people of whom the export itself says it."""
    notes: tuple[str, ...]
    complete: bool = False
    """Whether what is not coded is written down as such, as a 0."""


def of_project(data: bytes, label: str, coder: str | None) -> Codings:
    """Read a project in the format REFI-QDA: sources, cases, codes, and what is coded where."""
    root = _xml(_project(data, label), label)
    # Headings, under which a tool sorts codes, cannot be coded: they are no themes.
    names = {
        one.get("guid", ""): one.get("name", "")
        for one in root.iter()
        if _tag(one) == "Code" and one.get("isCodable", "true") != "false"
    }
    notes: list[str] = []
    codes = _codes_of_coder(root, names, label, coder, notes)
    sources: dict[str, str] = {}
    of_source: dict[str, set[str]] = {}
    for one in root.iter():
        if _tag(one).endswith("Source") and one.get("guid"):
            guid = one.get("guid", "")
            sources[guid] = one.get("name", guid)
            of_source[guid] = codes(one)
    cases: dict[str, set[str]] = {}
    empty = 0
    for one in root.iter():
        if _tag(one) == "Case":
            own_sources = {x.get("targetGUID", "") for x in one.iter() if _tag(x) == "SourceRef"}
            own = codes(one)
            if own_sources & sources.keys() or own:
                coded = own.union(*(of_source[x] for x in own_sources & sources.keys()))
                cases.setdefault(one.get("name", ""), set()).update(coded)
            else:
                empty += 1
    by_person = cases or {_plain_name(name): of_source[guid] for guid, name in sources.items()}
    if not by_person:
        raise unreadable(
            label, "a project without sources or cases", "a project with coded sources"
        )
    what = "case" if cases else "source"
    if empty:
        notes.append(f"{label}: {empty} cases name no source of the project and were not read")
    return Codings(
        tuple(by_person),
        tuple(dict.fromkeys(name for name in names.values() if name)),
        frozenset((person, code) for person, codes in by_person.items() for code in codes),
        {},
        (
            f"{label}: read as a REFI-QDA project: each {what} is a participant",
            *notes,
            f"{label}: sources and the words of quotations were dropped",
        ),
    )


def _codes_of_coder(
    root: ElementTree.Element,
    names: Mapping[str, str],
    label: str,
    coder: str | None,
    notes: list[str],
) -> Callable[[ElementTree.Element], set[str]]:
    """Return a function that says which codes one coder, or anybody, gave a part of a project.

    Raises:
        UnreadableError: nobody of that name coded anything.
    """
    users = {one.get("guid", ""): one.get("name", "") for one in root.iter() if _tag(one) == "User"}
    codings = [one for one in root.iter() if _tag(one) == "Coding"]
    who = {one.get("creatingUser", "") for one in codings}
    at_work = [name for guid, name in users.items() if guid in who]
    if coder is not None and coder not in at_work:
        raise unreadable(
            "--coder",
            repr(coder),
            f"a coder of {label}: {', '.join(at_work) or 'it names none'}",
            close(coder, at_work),
        )
    if coder is None and len(at_work) > 1:
        notes.append(
            f"{label}: codings of {', '.join(at_work)} are taken together; --coder NAME reads one "
            "coder's, and a calibration takes a table of each"
        )
    others = {
        ref
        for one in codings
        if coder is not None and users.get(one.get("creatingUser", "")) != coder
        for ref in one.iter()
    }

    def codes(part: ElementTree.Element) -> set[str]:
        refs = (x for x in part.iter() if _tag(x) == "CodeRef" and x not in others)
        return {names[x.get("targetGUID", "")] for x in refs if x.get("targetGUID", "") in names}

    return codes


def _plain_name(source: str) -> str:
    """Return a source's name without the ending of a file."""
    ending = source.rpartition(".")[2].lower()
    return source.rpartition(".")[0] if ending in _TEXTS else source


def _tag(one: ElementTree.Element) -> str:
    return one.tag.rpartition("}")[2]


def _project(data: bytes, label: str) -> bytes:
    """Return the project's XML; a zip that would unpack to something enormous is not unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            infos = [i for i in packed.infolist() if i.filename.rpartition("/")[2] == PROJECT]
            if not infos:
                held = ", ".join(packed.namelist()[:5]) or "nothing"
                raise unreadable(label, f"a zip without {PROJECT} (it holds {held})", ALLOWED)
            info = infos[0]
            too_much = info.file_size > MOST_XML
            if too_much or info.file_size > MOST_PACKED * max(info.compress_size, 1):
                raise unreadable(
                    label,
                    f"a project that unpacks from {info.compress_size:,} to "
                    f"{info.file_size:,} bytes",
                    f"at most {MOST_XML:,} bytes, and {MOST_PACKED} times its packed size",
                )
            with packed.open(info) as file:
                unpacked = file.read(MOST_XML + 1)  # what a zip says of itself may be a lie
            if len(unpacked) > MOST_XML:
                raise unreadable(
                    label, "a project larger than it says", f"at most {MOST_XML:,} bytes"
                )
            return unpacked
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise unreadable(label, f"no zip file that can be read ({error})", ALLOWED) from error


def _xml(text: bytes, label: str) -> ElementTree.Element:
    """Parse a project without a document type: entities could unpack to something enormous."""
    head = text.replace(b"\0", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise unreadable(
            label, "a project with a document type of its own", "one without <!DOCTYPE"
        )
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise unreadable(label, f"a {PROJECT} that is no XML ({error})", ALLOWED) from error
