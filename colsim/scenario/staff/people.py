"""The people of a staff list: from rows to practitioners, vacant posts and those left out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from colsim.errors import few
from colsim.scenario.names import key_of, tidy
from colsim.scenario.staff import cells, dates
from colsim.scenario.staff.cells import WrongCellError, number_in
from colsim.scenario.staff.reader import Reader, apart, unify
from colsim.scenario.staff.rows import Row, Rows
from colsim.scenario.staff.titles import (
    LEAVE_OUT,
    ROLE_WORDS,
    ROLES,
    SPANNER,
    allowed_for,
    is_agency,
    is_vacant,
    nearest_role,
    role_in,
    role_of,
)
from colsim.scenario.staff.words import close, fold
from colsim.scenario.staff_rules import people_problems

AGENCY_WEEKS = 13
"""Weeks in post of agency workers whose start is not known (judgement): a quarter of a year."""
_AGENCY_CODES = ("agency", "agency worker", "agency staff", "locum", "agency social worker")
_PER_CENT = {"percent", "percentage", "pct", "cent"}
_FEW_WORDS = 3
_SHOWN = 8
"""Rows that a note lists."""


def read_people(reader: Reader, tables: Sequence[Rows]) -> None:
    """Read everybody on the list; people, faults and notes go to the reader.

    Args:
        reader: takes them.
        tables: the sheets of the list, nearly always one.
    """
    for rows in tables:
        _read_table(reader, rows)
    first = tables[0]
    _note_titles(reader, tables)
    for name in ("team", "site", "locality"):
        first.note(name, unify(reader.people, name))
    numbers = [reader.row(k) for k in range(len(reader.people))]
    notes, reader.codes = apart(reader.people, numbers, reader.codeless)
    codes = [cell for rows in tables for cell in rows.column("id")]
    shown = next((cell for cell in codes if isinstance(cell, cells.ShownNumber)), None)
    if shown is not None:
        notes.append(f"codes are read as they are shown, such as {shown:.0f} as {shown.text}")
    first.note("id", notes)
    _note_vacant(reader, first)
    if any(rows.rows for rows in tables):
        reader.problems(
            reader.places, people_problems(reader.people, lambda k: f"row {reader.row(k)}")
        )


def _read_table(reader: Reader, rows: Rows) -> None:
    """Read the people of one sheet."""
    guesses: dict[str, set[str]] = {name: set() for name in ("hours", "start", "role")}
    told: Counter[tuple[str, str]] = Counter()
    unknown: Counter[str] = Counter()
    agency: list[int] = []
    hours_name, as_share, as_percent = _hours_column(rows, guesses["hours"])
    read_hours = partial(
        cells.hours_in, as_share=as_share, as_percent=as_percent, guesses=guesses["hours"]
    )
    read_start = partial(
        dates.date_in,
        latest=reader.as_of,
        month_before_day=dates.month_first(rows.column("start")),
        guesses=guesses["start"],
        epoch=rows.table.epoch,
    )
    for row in rows.rows:
        vacant = _says_vacant(row)
        role = row.value("role", partial(_role, reader, row, told))
        if role == LEAVE_OUT:
            continue
        code = None
        if nobody := _without_code(row, vacant):
            reader.codeless[len(reader.people)] = nobody
        else:
            code = row.value("id", partial(cells.name_in, what="a code"))
        if role == SPANNER:
            if code is not None:
                reader.spanners[key_of(code)] = row.number
                reader.spanner_codes.append(code)
            continue
        person: dict[str, Any] = {"id": code, "role": role}
        for name in ("team", "site", "locality"):
            person[name] = row.value(name, partial(cells.name_in, what=f"a {name}"))
        person["hours"] = row.value(hours_name, read_hours)
        if vacant:
            reader.vacant.add(len(reader.people))
        elif "start" in rows.columns.index and not dates.is_unknown(row.cells.get("start")):
            start = row.value("start", read_start)
            if start is not None:
                person["weeks_in_post"] = (reader.as_of - start).days // 7
        elif _says_agency(row):
            person["weeks_in_post"] = AGENCY_WEEKS
            agency.append(row.number)
        elif "start" in rows.columns.index:
            unknown[_as_written(row.cells.get("start"))] += 1
        reader.people.append(person)
        reader.places.append((rows, row.number))
    rows.note(hours_name, guesses["hours"])
    _note_starts(rows, guesses["start"], unknown, agency)
    _note_roles(rows, told)


def _role(reader: Reader, row: Row, told: Counter[tuple[str, str]], value: Any) -> str:
    """Return what a title means: as mapped, by its own words, or by the team and so on."""
    if not isinstance(value, str) or cells.is_empty(value):
        raise WrongCellError(cells.shown(value), ROLE_WORDS)
    title = tidy(value)
    if (mapped := reader.roles.get(key_of(title))) is not None:
        reader.unused_titles.pop(key_of(title), None)
        told[title, f"{mapped}, as mapped"] += 1
        return mapped
    if (of_team := _role_of_team(reader, row, title)) is not None:
        told[title, f"{of_team}, as mapped for the team"] += 1
        return of_team
    role, guessed = role_of(title)
    if role is None:
        role, guessed = role_in(title, *row.places), True
    if role is None:
        team = row.cells.get("team")
        allowed = allowed_for(title, team if isinstance(team, str) else "")
        raise WrongCellError(cells.shown(title), allowed, nearest_role(title, *row.places))
    if guessed:
        told[title, role] += 1
    return role


def _role_of_team(reader: Reader, row: Row, title: str) -> str | None:
    """Return what a title means in a team or department that is mapped as a whole, or None."""
    for place in row.places:
        if (mapped := reader.roles.get(key_of(place))) is None:
            continue
        reader.unused_titles.pop(key_of(place), None)
        if mapped not in ROLES:
            return mapped
        return role_in(title, "children" if mapped == "CSW" else "mental health")
    return None


def _without_code(row: Row, vacant: bool) -> str | None:
    """Return what to call a post whose row has no code of a person: vacant, agency, or None."""
    value = row.cells.get("id")
    text = fold(value) if isinstance(value, str) else ""
    if vacant and (cells.is_empty(value) or is_vacant(text)):
        return "vacant"
    agency = cells.is_empty(value) or text in _AGENCY_CODES
    return "agency" if agency and (text in _AGENCY_CODES or _says_agency(row)) else None


def _says_vacant(row: Row) -> bool:
    """Tell whether a row is a post without a holder: by its code, its title, or a cell beside."""
    texts = [row.cells.get("id"), row.cells.get("role"), *_beside(row)]
    return any(isinstance(text, str) and is_vacant(text) for text in texts)


def _says_agency(row: Row) -> bool:
    texts = [row.cells.get("role"), *_beside(row)]
    return any(isinstance(text, str) and is_agency(text) for text in texts)


def _beside(row: Row) -> list[str]:
    """Return cells that say one thing in a few words, such as a status; no team is one."""
    names = {row.cells.get(name) for name in ("team", "site", "locality")}.union(row.places)
    texts = [cell for cell in row.all if isinstance(cell, str) and cell not in names]
    return [text for text in texts if len(text.split()) <= _FEW_WORDS]


def _as_written(value: Any) -> str:
    return "" if value is None else tidy(value) if isinstance(value, str) else cells.shown(value)


def _hours_column(rows: Rows, guesses: set[str]) -> tuple[str, bool, bool]:
    """Return which column holds the hours, and whether as shares of a whole post, in per cent."""
    name = "hours" if "hours" in rows.columns.index else "fte"
    as_percent = _says_percent(rows.title(name)) or (name == "fte" and _too_many(rows.column(name)))
    as_share = name == "fte" or as_percent or _holds_shares(rows.column("hours"))
    if as_percent:
        guesses.add(f"numbers above {cells.MOST_SHARE:g} are read as per cent")
    if as_share and rows.rows and name in rows.columns.index:
        guesses.add(f"read as a share of a whole post of {cells.FULL_TIME:g} hours a week")
    if name == "hours" and "fte" in rows.columns.index:
        rows.note("fte", ["not used, as there is a column of hours"])
    return name, as_share, as_percent


def _says_percent(header: str) -> bool:
    return "%" in header or bool(_PER_CENT & set(fold(header).split()))


def _too_many(column: Sequence[Any]) -> bool:
    """Tell whether a column's numbers are neither shares of a post nor hours of a week."""
    found = [cell for cell in column if isinstance(cell, int | float)]
    found += [n.value for c in column if isinstance(c, str) and (n := number_in(c)) and not n.unit]
    return bool(found) and min(found) > cells.MOST_SHARE and max(found) > cells.MOST_HOURS


def _holds_shares(column: Iterable[Any]) -> bool:
    """Tell whether no number of a column of hours could be hours of a week."""
    found = False
    for value in column:
        said: set[str] = set()
        try:
            cells.hours_in(value, as_share=True, guesses=said)
        except WrongCellError:
            if not cells.is_empty(value):
                return False
            continue
        if not any("unit" in guess for guess in said):
            found = True
    return found


def _note_starts(rows: Rows, guesses: set[str], unknown: Counter[str], agency: list[int]) -> None:
    if unknown:
        words = [f"'{text}' {n}" for text, n in unknown.items() if text]
        written = f" ({', '.join(words)})" if words else ""
        guesses.add(f"empty for {unknown.total()}{written}: not known, the model draws it")
    if agency:
        guesses.add(
            f"agency workers without a start date, rows {few(agency, _SHOWN)}, are taken to be "
            f"{AGENCY_WEEKS} weeks in post"
        )
    rows.note("start" if "start" in rows.columns.index else "role", guesses)


def _note_roles(rows: Rows, told: Counter[tuple[str, str]]) -> None:
    left_out = {title: n for (title, role), n in told.items() if role.startswith(LEAVE_OUT)}
    read = [f"'{t}' is read as {role} ({n})" for (t, role), n in told.items() if t not in left_out]
    rows.note("role", read)
    if left_out:
        words = ", ".join(f"{n} '{title}'" for title, n in left_out.items())
        rows.note("role", [f"left out, as mapped: {words}"])


def _note_titles(reader: Reader, tables: Sequence[Rows]) -> None:
    """Say which mapped titles nobody has, and who is a boundary spanner."""
    rows = tables[0]
    titles = {str(v) for one in tables for v in one.column("role") if isinstance(v, str)}
    for title in reader.unused_titles.values():
        near = close(title, titles)
        hint = f"; nearest: '{near}'" if near else ""
        rows.note("role", [f"no row has the title '{title}' that is mapped{hint}"])
    if reader.spanners:
        lines = ", ".join(map(str, reader.spanners.values()))
        rows.note(
            "role",
            [
                f"{len(reader.spanner_codes)} boundary spanner(s) in row(s) {lines} are shown and "
                "not simulated: posts enter a scenario with the lever boundary_spanners"
            ],
        )


def _note_vacant(reader: Reader, rows: Rows) -> None:
    """Say of vacant posts what the model makes of them."""
    if not reader.vacant:
        return
    shares = []
    for role in ("CSW", "MHSW"):
        posts = [k for k, person in enumerate(reader.people) if person["role"] == role]
        empty = len(reader.vacant.intersection(posts))
        if empty:
            shares.append(
                f"{empty} of {len(posts)} {role} posts ({100 * empty / len(posts):.0f} %)"
            )
    found = few([reader.row(k) for k in sorted(reader.vacant)], _SHOWN)
    rows.note(
        "",
        [
            f"rows {found} are vacant posts: {', '.join(shares)}; they are posts of the "
            "model, which fills and empties all posts by its own turnover (parameters leave_csw, "
            "leave_mhsw and fill_rate)"
        ],
    )
