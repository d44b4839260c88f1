"""Pseudonyms for the codes of a list, the same again next time: the key stays with its owner."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from colsim.errors import UserError

_HEADERS = ("code", "pseudonym")
_WIDTH = 3


def pseudonyms(ids: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return a pseudonym for each id: the known one, or the next that is free.

    Numbers say nothing of a code, as a hash of a short code would to whoever tries all codes.

    Args:
        ids: in the order of the list, so that people of a team keep their order.
        known: id to pseudonym, from an earlier time.
    """
    found = dict(known)
    used = set(known.values())
    number = 0
    for code in ids:
        while code not in found:
            number += 1
            name = f"P{number:0{_WIDTH}d}"
            if name not in used:
                found[code] = name
                used.add(name)
    return found


def without_codes(organisation: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return an organisation's plain data with pseudonyms in place of ids."""
    people = [{**person, "id": names[person["id"]]} for person in organisation["practitioners"]]
    ties = [
        {**tie, "csw": names[tie["csw"]], "mhsw": names[tie["mhsw"]]}
        for tie in organisation["ties"]
    ]
    return {**organisation, "practitioners": people, "ties": ties}


def read_key(path: Path) -> dict[str, str]:
    """Return the pseudonyms that a key file holds; none if there is no such file.

    Raises:
        UserError: it is no key, or gives a pseudonym twice.
    """
    if not path.exists():
        return {}
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: found no key ({error}); allowed: {_wanted()}") from None
    pairs = [row for row in rows if row]
    wrong = not pairs or tuple(pairs[0]) != _HEADERS or any(len(row) != 2 for row in pairs)
    key: dict[str, str] = {} if wrong else {row[0]: row[1] for row in pairs[1:]}
    if wrong or len(set(key.values())) < len(pairs) - 1:
        raise UserError(f"{path}: found something else than a key; allowed: {_wanted()}")
    return key


def key_text(names: Mapping[str, str]) -> str:
    """Return the text of a key file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([_HEADERS, *names.items()])
    return stream.getvalue()


def _wanted() -> str:
    return "a file that colsim authority scenario --anonymous wrote, or none"
