"""The words people use in staff lists: headers, roles, how well one knows another.

All of this is convention, not measurement.  A word that is not the plain one
is understood all the same, and said to be a guess.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from colsim.errors import nearest
from colsim.scenario.names import as_seen, tidy

SHEETS: dict[str, tuple[str, ...]] = {
    "Staff": (
        "staff", "staff list", "people", "practitioners", "workers", "employees", "team members",
        "workforce", "establishment",
    ),
    "Ties": (
        "ties", "tie", "tie list", "contacts", "relations", "relationships", "links",
        "who knows whom", "network",
    ),
    "Roles": ("roles", "job titles", "titles", "role mapping", "title mapping", "roles by title"),
    "Sites": ("sites", "site", "distances", "distance", "offices", "site distances", "buildings"),
}  # fmt: skip
"""Kind of table to the names, folded, under which it may come."""

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "Staff": {
        "id": (
            "id", "code", "staff id", "staff code", "person id", "worker id", "employee id",
            "staff number", "employee number", "payroll number", "emp no", "emp id", "emp number",
            "employee no", "employee code", "employee ref", "staff no", "payroll no",
            "personnel no", "personnel number", "person number", "assignment number",
            "assignment no", "pers no",
            "reference", "ref", "person", "worker", "practitioner",
        ),
        "role": (
            "role", "job title", "job role", "job", "post title", "position title", "job name",
            "position", "designation", "profession", "occupation", "title", "service", "discipline",
        ),
        "team": (
            "team", "team name", "team code", "team id", "unit", "org unit",
            "organisation unit", "organisational unit", "cost centre name", "group", "squad",
        ),
        "site": (
            "site", "site name", "site code", "office", "building", "base", "work base",
            "workplace", "office base", "work location", "office location", "base location",
            "location", "address",
        ),
        "locality": (
            "locality", "locality name", "locality code", "area", "district", "patch", "region",
            "sector", "zone", "neighbourhood", "quadrant", "geographical area", "locality area",
        ),
        "directorate": (
            "directorate", "department", "division", "dept", "service area", "service group",
            "business unit", "branch", "section", "function", "portfolio",
        ),
        "hours": (
            "hours", "hours a week", "hours per week", "hours week", "weekly hours", "hrs",
            "hrs per week", "hours pw", "hrs pw", "contracted hours", "contract hours",
            "working hours", "contractual hours", "weekly contracted hours", "std hours",
            "standard hours", "hours worked",
        ),
        "fte": (
            "fte", "wte", "full time equivalent", "whole time equivalent", "fte wte",
            "contracted fte", "contracted wte", "fte value", "actual fte", "post fte",
        ),
        "start": (
            "start date", "start", "started", "date started", "date of start", "in post since",
            "since", "joined", "date joined", "joining date", "date appointed", "appointed",
            "employment start", "employed since", "hire date", "start in post",
            "start date in post", "date started in post", "position start date",
            "post start date", "date of joining",
            "continuous service date", "continuous service", "cont service date", "service date",
            "date of appointment", "latest hire date", "original hire date",
        ),
    },
    "Ties": {
        "from": ("from", "a", "one", "person 1", "person a", "source", "id 1", "from id", "who"),
        "to": ("to", "b", "other", "person 2", "person b", "target", "id 2", "to id", "whom"),
        "familiarity": (
            "familiarity", "knows", "how well", "how well known", "know each other", "strength",
            "weight", "familiar", "acquaintance",
        ),
        "trust from": (
            "trust from", "trust", "trust a in b", "trust from in to", "trust 1", "trust a",
            "trust of from in to",
        ),
        "trust to": (
            "trust to", "trust back", "trust b in a", "trust to in from", "trust 2", "trust b",
            "trust returned", "trust of to in from",
        ),
    },
    "Sites": {
        "one": ("site", "site 1", "site a", "from", "from site", "one", "office", "office 1"),
        "other": ("other site", "site 2", "site b", "to", "to site", "other", "office 2"),
        "km": (
            "km", "distance", "distance km", "kilometres", "kilometers", "kilometre",
            "distance in km",
        ),
        "miles": ("miles", "distance miles", "distance in miles", "mi"),
    },
    "Roles": {
        "title": ("title", "job title", "job", "position", "post title", "post", "from"),
        "role": ("role", "colsim role", "read as", "is", "means", "meaning", "to"),
    },
    # Tables of interview themes are read with the same care: see `colsim.calibration.themes.study`.
    "Themes": {
        "id": ("id", "theme id", "code", "theme code", "theme number", "number", "no"),
        "title": (
            "title", "theme", "theme title", "theme name", "name", "label", "description",
            "in words", "in own words",
        ),
        "service": (
            "service", "role", "profession", "staff group", "group", "job title", "discipline",
        ),
        "at least": (
            "at least", "voiced at least", "voiced min", "minimum", "min", "fewest", "lower",
            "lowest", "lower bound",
        ),
        "at most": (
            "at most", "voiced at most", "voiced max", "maximum", "max", "upper", "highest",
            "upper bound",
        ),
        "voiced": ("voiced", "voiced by", "count", "exactly", "number voicing", "mentioned by"),
        "interviewed": (
            "interviewed", "number interviewed", "interviews", "out of", "of", "sample",
            "sample size", "people interviewed",
        ),
        "basis": ("basis", "counted from", "how counted", "grounds"),
        "quoted": ("quoted", "participants quoted", "participants", "quoted participants"),
        "source": ("source", "section", "where", "page", "reference", "sources"),
        "note": ("note", "notes", "comment", "comments", "remark", "remarks"),
        "asked": ("asked", "asked about", "prompted", "question asked"),
        "reported": ("reported", "report", "reported of", "said of"),
    },
    "Participants": {
        "participant": (
            "participant", "participant id", "participant code", "person", "interviewee",
            "respondent", "id", "code", "who",
        ),
        "service": (
            "service", "role", "profession", "staff group", "group", "job title", "discipline",
        ),
        "theme": ("theme", "theme id", "theme code", "code of theme", "theme number", "topic"),
        "voiced": ("voiced", "voiced it", "mentioned", "said", "present", "answer", "value"),
        "title": ("title", "theme title", "theme name", "in words", "in own words", "description"),
        "asked": ("asked", "asked about", "prompted", "question asked"),
    },
    # What programs for qualitative analysis export: a row for each coded segment.
    "Segments": {
        "document": (
            "document name", "document", "documents", "file name", "file", "source", "transcript",
            "interview", "source name", "case",
        ),
        "code": ("code", "codes", "code name", "node", "nodes", "code path", "theme", "tag"),
        "group": (
            "document group", "document groups", "document set", "group", "service", "role",
            "profession", "staff group", "folder", "classification",
        ),
        "segment": (
            "segment", "coded segment", "coded segments", "quotation", "quotation content",
            "quotation name", "quote", "text", "coded text", "content", "excerpt", "reference text",
        ),
    },
}  # fmt: skip
"""Kind of table to its fields, each with the headers, folded, that mean it; the plain one first."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "Staff": ("id", "role", "team", "site", "locality", "hours"),
    "Ties": ("from", "to", "familiarity"),
    "Roles": ("title", "role"),
    "Sites": ("one", "other", "km"),
    "Themes": ("service", "at least", "at most", "interviewed"),
    "Participants": ("participant", "service", "theme", "voiced"),
    "Segments": ("document", "code", "group", "segment"),
}
"""Fields that a table must have."""
INSTEAD = {"hours": "fte", "km": "miles", "at least": "voiced", "at most": "voiced"}
"""Required field to the one that may stand in for it."""

KNOWN_WORDS: dict[str, float] = {
    "not at all": 0.0, "none": 0.0, "never": 0.0, "no": 0.0, "by name": 0.1, "by sight": 0.1,
    "hardly": 0.1, "slightly": 0.25, "a little": 0.25, "little": 0.25, "a bit": 0.25, "low": 0.25,
    "somewhat": 0.5, "some": 0.5, "fairly": 0.5, "fairly well": 0.5, "partly": 0.5,
    "medium": 0.5, "moderately": 0.5, "well": 0.75, "good": 0.75, "much": 0.75, "a lot": 0.75,
    "high": 0.75, "quite well": 0.6, "very well": 0.95, "very much": 0.95, "closely": 0.95,
    "close": 0.95, "very high": 0.95, "fully": 1.0, "completely": 1.0,
}  # fmt: skip
"""Words for familiarity and trust to shares (judgement: evenly spaced over the range)."""
WORDS_SHOWN = "not at all, by name, a little, somewhat, well, very well"

_LONGEST_HEADER = 60
_EMPTY = {"", "n/a", "na", "n.a.", "tbc", "tba", "unknown", "null", "nan", "nil", "<na>", "(blank)"}
_MARKS = re.compile(r"[-–—−_.?*/ ]+")


def fold(text: str) -> str:
    """Return a text in lower case, with anything but letters and digits as single spaces."""
    return " ".join(re.sub(r"[^\w]+|_", " ", as_seen(text).casefold()).split())


def is_placeholder(text: str) -> bool:
    """Tell whether a text only says that there is nothing."""
    return text.casefold() in _EMPTY or bool(_MARKS.fullmatch(text))


def close(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to a misspelt one, or None if none is close."""
    return nearest(name, known, fold=fold)


@dataclass(frozen=True, slots=True)
class Columns:
    """How the headers of a table were understood."""

    index: Mapping[str, int]
    """Field to the place of its column, from 0."""
    header: Mapping[str, str]
    """Field to its header as written."""
    guessed: Mapping[str, str]
    """Fields whose header is not the plain name, to the header as written."""
    ignored: tuple[str, ...]
    """Headers that are not used."""
    twice: tuple[str, ...]
    """Fields that two headers name equally well."""


@lru_cache(maxsize=10_000)
def _claims(kind: str, header: str) -> tuple[tuple[float, str], ...]:
    """Return the fields that a header could mean, each with how far-fetched that is."""
    full = fold(header)
    folded = fold(re.sub(r"\(.*?\)|\[.*?\]", " ", header)) or full
    if not full or len(full) > _LONGEST_HEADER:
        return ()
    found = []
    for field, names in FIELDS[kind].items():
        known = next((name for name in (full, folded) if name in names), None)
        if known is not None:
            found.append((float(names.index(known)), field))
        elif len(folded) > 3 and not folded.isdecimal():
            # "Employee name" is near "employee number", and the last that should serve as a code.
            named = "name" in folded.split()
            known_names = [name for name in names if not named or "name" in name.split()]
            near = get_close_matches(folded, known_names, n=1, cutoff=0.75)
            found += [(100.0 + names.index(name), field) for name in near]
    return tuple(found)


def claimed_fields(kind: str, header: str) -> tuple[str, ...]:
    """Return the fields that a header could mean, the likeliest first."""
    return tuple(field for _, field in sorted(_claims(kind, header)))


def match_columns(kind: str, headers: Sequence[str]) -> Columns:
    """Match headers with the fields of a table.

    Exact names win over synonyms, earlier synonyms over later ones, and these
    over near spellings; each header serves one field.
    """
    claims = [
        (score, place, field)
        for place, header in enumerate(headers)
        for score, field in _claims(kind, header)
    ]
    index: dict[str, int] = {}
    rank: dict[str, float] = {}
    twice = []
    used: set[int] = set()
    for score, place, field in sorted(claims):
        if place in used:
            continue
        if field in index:
            if rank[field] == score:
                twice.append(field)
            continue
        index[field], rank[field] = place, score
        used.add(place)
    return Columns(
        index=index,
        header={field: tidy(headers[place]) for field, place in index.items()},
        guessed={field: tidy(headers[place]) for field, place in index.items() if rank[field] > 0},
        ignored=tuple(
            tidy(header)
            for place, header in enumerate(headers)
            if tidy(header) and place not in used
        ),
        twice=tuple(dict.fromkeys(twice)),
    )


def kind_of_sheet(name: str) -> str | None:
    """Return which table a sheet or file of this name holds, or None."""
    folded = fold(name)
    for kind, names in SHEETS.items():
        if folded in names:
            return kind
    for kind, names in SHEETS.items():
        if get_close_matches(folded, names, n=1, cutoff=0.85):
            return kind
    return None
