"""A staff list while it is read: cells to values, what is wrong and what was guessed."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from colsim.scenario.names import key_of, mixed_scripts, spelt_otherwise, usual_spellings
from colsim.scenario.problem import Problem
from colsim.scenario.staff.cells import WrongCellError, is_empty, name_in, shown
from colsim.scenario.staff.codes import Codes
from colsim.scenario.staff.rows import Row, Rows, Understood
from colsim.scenario.staff.titles import MAPPED_ROLES, mapped_role


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

    def value[T](self, rows: Rows, row: Row, name: str, read: Callable[[Any], T]) -> T | None:
        """Read a cell; note its fault and return None if it is wrong or its column is missing."""
        if name not in rows.columns.index:
            return None
        try:
            return read(row.cells.get(name))
        except WrongCellError as wrong:
            self.understood.faults.append(
                rows.fault(row.number, name, wrong.found, wrong.allowed, wrong.suggestion)
            )
            return None

    def note(self, rows: Rows, name: str, texts: Iterable[str]) -> None:
        """Say of a column what was guessed."""
        for text in sorted(texts):
            self.understood.notes.append(f"{where(rows)}, column '{rows.title(name)}': {text}")

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
        return f"{number} of {where(rows)}" if several else f"{number}"

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
            title = self.value(rows, row, "title", lambda cell: name_in(cell, what="a title"))
            role = self.value(rows, row, "role", role_of)
            if title is not None and role is not None and key_of(title) not in self.roles:
                self.map_titles({title: role})


def where(rows: Rows) -> str:
    """Return how notes name a table."""
    return f"sheet '{rows.table.sheet}'" if rows.table.sheet else rows.table.file


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
