"""Codes of people: which of the list is meant, whatever spreadsheets made of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from colsim.scenario.names import key_of, spelt_otherwise
from colsim.scenario.staff.cells import LONGEST_NAME, name_in
from colsim.scenario.staff.numbers import in_ascii
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
