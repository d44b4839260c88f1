"""Ties and distances of a staff list."""

from functools import partial
from typing import Any

from colsim.scenario.names import key_of
from colsim.scenario.staff import cells
from colsim.scenario.staff.reader import Reader, where
from colsim.scenario.staff.rows import Rows
from colsim.scenario.staff_rules import distance_problems, tie_problems


def read_ties(reader: Reader, rows: Rows) -> list[dict[str, Any]]:
    """Return the ties of a list, CSW first; faults go to the reader."""
    guesses: dict[str, set[str]] = {n: set() for n in ("familiarity", "trust from", "trust to")}
    roles = {p["id"]: p["role"] for p in reader.people if p["id"] is not None}
    respelt: set[str] = set()
    entries: list[dict[str, Any]] = []
    lines: list[int] = []
    with_spanners = 0

    def code_in(value: Any) -> str:
        return reader.codes.meant(value, what="an id", respelt=respelt)

    for row in rows.rows:
        entry: dict[str, Any] = {
            name: reader.value(rows, row, name, code_in) for name in ("from", "to")
        }
        if any(key_of(str(entry[name])) in reader.spanners for name in ("from", "to")):
            with_spanners += 1
            continue
        for name, found in guesses.items():
            if name == "familiarity" or not cells.is_empty(row.cells.get(name)):
                entry[name] = reader.value(rows, row, name, partial(cells.share_in, guesses=found))
        for one, other in _pairs(reader, entry, roles):
            entries.append(entry | {"from": one, "to": other})
            lines.append(row.number)
    for name, found in guesses.items():
        reader.note(rows, name, found)
    reader.note(rows, "from", respelt)
    if with_spanners:
        reader.understood.notes.append(
            f"{where(rows)}: {with_spanners} ties of boundary spanners are left out"
        )
    if entries:
        reader.understood.notes.append(
            f"{where(rows)}: a CSW and an MHSW without a row are taken to be strangers"
        )
    pairs = [(entry["from"], entry["to"]) for entry in entries]
    reader.problems(
        [(rows, line) for line in lines],
        tie_problems(pairs, roles, ("from", "to"), lambda k: f"row {lines[k]}"),
    )
    return [
        _oriented(entry, roles)
        for entry in entries
        if {roles.get(entry["from"]), roles.get(entry["to"])} == {"CSW", "MHSW"}
    ]


def _pairs(
    reader: Reader, entry: dict[str, Any], roles: dict[str, str | None]
) -> list[tuple[str | None, str | None]]:
    """Return the pairs of posts of a tie: several where one of the two holds several posts."""
    pairs = [
        (one, other)
        for one in reader.codes.posts(entry["from"])
        for other in reader.codes.posts(entry["to"])
    ]
    across = [(a, b) for a, b in pairs if roles.get(a or "") != roles.get(b or "")]
    return across or pairs[:1]


def _oriented(entry: dict[str, Any], roles: dict[str, str | None]) -> dict[str, Any]:
    """Return a tie as the scenario has it: CSW first."""
    ends, trusts = ("from", "to"), ("trust from", "trust to")
    if roles[entry["from"]] != "CSW":
        ends, trusts = ends[::-1], trusts[::-1]
    tie = {"csw": entry[ends[0]], "mhsw": entry[ends[1]], "familiarity": entry.get("familiarity")}
    for key, name in zip(("trust_csw_in_mhsw", "trust_mhsw_in_csw"), trusts, strict=True):
        if entry.get(name) is not None:
            tie[key] = entry[name]
    return tie


def read_distances(reader: Reader, rows: Rows) -> list[dict[str, Any]]:
    """Return the distances of a list; faults go to the reader."""
    guesses: set[str] = set()
    name_km = "km" if "km" in rows.columns.index else "miles"
    sites = {key_of(p["site"]): p["site"] for p in reader.people if p["site"] is not None}
    entries: list[dict[str, Any]] = []
    lines: list[int] = []

    def site_in(value: Any) -> str:
        text = cells.name_in(value, what="a site")
        return str(sites.get(key_of(text), text))

    for row in rows.rows:
        entry: dict[str, Any] = {
            name: reader.value(rows, row, name, site_in) for name in ("one", "other")
        }
        entry["km"] = reader.value(
            rows,
            row,
            name_km,
            partial(cells.distance_in, in_miles=name_km == "miles", guesses=guesses),
        )
        entries.append(entry)
        lines.append(row.number)
    reader.note(rows, name_km, guesses)
    reader.problems(
        [(rows, line) for line in lines],
        distance_problems(entries, sites.values(), lambda k: f"row {lines[k]}"),
    )
    return [entry for entry in entries if entry["one"] != entry["other"]]
