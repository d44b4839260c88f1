"""A staff list while it is read: cells to values, codes to people, what is wrong or guessed."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from colsim.scenario.names import key_of, mixed_scripts, spelt_otherwise, usual_spellings
from colsim.scenario.problem import Problem
from colsim.scenario.staff.cells import (
    LONGEST_NAME,
    WrongCellError,
    in_ascii,
    is_empty,
    name_in,
    shown,
)
from colsim.scenario.staff.rows import Rows, Understood
from colsim.scenario.staff.titles import MAPPED_ROLES, mapped_role
from colsim.scenario.staff_rules import natural

_WHOLE = re.compile(r"0*(\d+)(?:[.,]0+)?")


def _number(code: str) -> str | None:
    """Return what 7, 0007 and 7.0 have in common; None for a code that is no whole number."""
    match = _WHOLE.fullmatch(in_ascii(code))
    return match[1] if match else None


class Codes:
    """The codes of a list, each with the posts that it stands for."""

    def __init__(self, posts: Mapping[str, Sequence[str]]) -> None:
        """Take the ids of posts by code: several where one person holds several."""
        self._posts = posts
        self._by_key: dict[str, list[str]] = {}
        self._by_number: dict[str, list[str]] = {}
        for code in posts:
            self._by_key.setdefault(key_of(code), []).append(code)
            if (number := _number(code)) is not None:
                self._by_number.setdefault(number, []).append(code)

    def meant(self, cell: Any, *, what: str, respelt: set[str]) -> str:
        """Return the code of the list that a cell means; the cell's own text if there is none.

        Exactly this code comes before one that looks like it, and that before the same number.

        Raises:
            WrongCellError: the cell holds no code.
        """
        text = name_in(cell, what=what)
        if text in self._posts:
            return text
        number = _number(text)
        for found in (
            self._by_key.get(key_of(text), []),
            self._by_number.get(number, []) if number is not None else [],
        ):
            if len(found) == 1:
                odd = spelt_otherwise(text, found[0])
                respelt.add(f"'{text}'{odd} is taken to be '{found[0]}'")
                return found[0]
        return text

    def posts(self, code: str | None) -> Sequence[str | None]:
        """Return the ids of the posts of a code, or the code itself if it has none."""
        return self._posts.get(code, (code,)) if code is not None else (None,)


@dataclass(slots=True)
class Reader:
    """A staff list while it is read."""

    file: str
    as_of: dt.date
    roles: dict[str, str] = field(default_factory=dict)
    """Key of each title that is mapped to its role, or to LEAVE_OUT."""
    unused_titles: dict[str, str] = field(default_factory=dict)
    """Key of each mapped title that no row had so far to the title."""
    understood: Understood = field(default_factory=Understood)
    people: list[dict[str, Any]] = field(default_factory=list)
    places: list[tuple[Rows, int]] = field(default_factory=list)
    """Table and row of each of `people`."""
    codes: Codes = field(default_factory=lambda: Codes({}))
    vacant: set[int] = field(default_factory=set)
    """Places of vacant posts among `people`."""
    codeless: dict[int, str] = field(default_factory=dict)
    """Places of posts without a code of their own among `people`, to what they are called."""
    spanners: dict[str, int] = field(default_factory=dict)
    """Key of the code of each boundary spanner to the row."""
    spanner_codes: list[str] = field(default_factory=list)

    def problems(self, places: Sequence[tuple[Rows, int]], problems: Iterable[Problem]) -> None:
        """Turn broken rules, whose places are entries, into faults of rows."""
        for problem in problems:
            entry, name = problem.loc
            assert isinstance(entry, int)
            rows, number = places[entry]
            if str(name) in rows.columns.index:
                self.understood.faults.append(
                    rows.fault(
                        number, str(name), problem.found, problem.allowed, problem.suggestion
                    )
                )

    def row(self, entry: int) -> str:
        """Return the row of one of `people`, with its sheet where there are several."""
        rows, number = self.places[entry]
        several = any(other is not rows for other, _ in self.places)
        return f"{number} of {rows.table.where}" if several else f"{number}"

    def map_titles(self, mapping: Mapping[str, str]) -> None:
        """Take a mapping of titles to roles, sound already."""
        for title, role in mapping.items():
            self.roles[key_of(title)] = role
            self.unused_titles[key_of(title)] = title

    def read_roles(self, rows: Rows) -> None:
        """Read a sheet of titles and roles; one given on the command line comes before it."""

        def role_of(cell: Any) -> str:
            role = mapped_role(cell) if isinstance(cell, str) else None
            if role is None and is_empty(cell):
                role = mapped_role("")
            if role is None:
                raise WrongCellError(shown(cell), MAPPED_ROLES)
            return role

        for row in rows.rows:
            title = row.value("title", lambda cell: name_in(cell, what="a title"))
            role = row.value("role", role_of)
            if title is not None and role is not None and key_of(title) not in self.roles:
                self.map_titles({title: role})


def unify(people: list[dict[str, Any]], name: str) -> Iterable[str]:
    """Give names that look alike the spelling that is used most; yield what was done."""
    names = [person[name] for person in people if person[name] is not None]
    usual = usual_spellings(names)
    for other in dict.fromkeys(names):
        if usual[other] != other:
            odd = spelt_otherwise(other, usual[other])
            yield f"'{other}'{odd} is taken to be '{usual[other]}'"
    for person in people:
        if person[name] is not None:
            person[name] = usual[person[name]]
    for used in dict.fromkeys(usual.values()):
        if letter := mixed_scripts(used):
            yield f"'{used}' has letters of two scripts, among them {letter}"


def apart(
    people: Sequence[dict[str, Any]], lines: Sequence[str], codeless: Mapping[int, str]
) -> tuple[list[str], Codes]:
    """Give people with posts in several teams an id for each post, and posts without a code one.

    Args:
        people: entries as read; their ids are changed.
        lines: their rows.
        codeless: places of posts without a code among the entries, to what they are called.

    Returns:
        Notes, and the codes of the list. A code twice in one team is left as it is.
    """
    notes = []
    by_code: dict[str, list[int]] = {}
    for k, person in enumerate(people):
        if person["id"] is not None:
            by_code.setdefault(person["id"], []).append(k)
    taken = set(by_code)

    def order(k: int) -> Any:
        fields = ("locality", "role", "team", "site", "hours")
        return [natural(str(people[k].get(name) or "")) for name in fields]

    def free(name: str, number: int, form: str) -> str:
        name = name[: LONGEST_NAME - 6]
        while (found := form.format(name, number)) in taken:
            number += 1
        taken.add(found)
        return found

    posts: dict[str, list[str]] = {}
    for code, rows in by_code.items():
        places = {(people[k]["team"], people[k]["role"]) for k in rows}
        several = len(rows) > 1 and len(places) == len(rows)
        if several and not any(None in place for place in places):
            for n, k in enumerate(sorted(rows, key=order)[1:], start=2):
                people[k]["id"] = free(code, n, "{} ({})")
            where = " and ".join(lines[k] for k in rows)
            notes.append(
                f"'{code}' is in rows {where} with different teams: one person with {len(rows)} "
                f"posts, {' and '.join(repr(people[k]['id']) for k in sorted(rows, key=order))}; "
                "ties count for each"
            )
        posts[code] = list(dict.fromkeys(people[k]["id"] for k in rows))
    for k in sorted(codeless, key=order):
        code = people[k]["id"] = free(codeless[k], 1, "{}-{}")
        posts[code] = [code]
    return notes, Codes(posts)
