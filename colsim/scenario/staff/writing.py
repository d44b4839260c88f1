"""What is made of a staff list: figures, pseudonyms, a scenario, the price of what holds already.

Pseudonyms are the same again next time, as their key stays with its owner.
"""

import csv
import io
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from colsim.errors import UserError
from colsim.scenario.costs import cost_of
from colsim.scenario.schema import LeverSetting, Organisation, Scenario
from colsim.scenario.staff.cells import FULL_TIME
from colsim.scenario.staff.laying import SHARED_OFFICE, face_to_face_savings
from colsim.scenario.staff.reading import StaffReading
from colsim.scenario.staff_rules import locality_names, natural

FAMILIES_PER_CSW = 130 / 150
"""Shared families for each CSW post, as in the preset robinscar."""


def usual_families(reading_hours: float, *, full_time: float) -> int:
    """Return the shared families of a service of so many CSW hours, by the preset robinscar."""
    return max(1, round(reading_hours / full_time * FAMILIES_PER_CSW))


def scenario_text(
    *,
    title: str,
    organisation: Mapping[str, Any],
    comments: Sequence[str] = (),
) -> str:
    """Return a scenario file as TOML text.

    Args:
        title: one line.
        organisation: keys to texts, numbers, or lists of flat entries.
        comments: lines put above the organisation.
    """
    lines = [f"title = {_text(title)}"]
    lines += ["", *(f"# {comment}" for comment in comments), "[organisation]"]
    for key, value in organisation.items():
        if isinstance(value, list | tuple):
            lines.append(f"{key} = [")
            lines += [f"  {{ {_entry(entry)} }}," for entry in value]
            lines.append("]")
        else:
            lines.append(f"{key} = {_value(value)}")
    return "\n".join(lines) + "\n"


def relative_path(target: Path, folder: Path) -> str:
    """Return how a scenario in a folder names a file, with slashes on every system."""
    try:
        path = os.path.relpath(target.resolve(), folder.resolve())
    except ValueError:  # another drive
        path = str(target.resolve())
    return path.replace(os.sep, "/")


def _entry(entry: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} = {_value(value)}" for key, value in entry.items())


def _value(value: Any) -> str:
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    # A JSON string without control characters is a TOML string.
    return json.dumps(text, ensure_ascii=False)


def summary(reading: StaffReading) -> dict[str, Any]:
    """Return what was understood of a list, as plain data ready for JSON.

    Entries whose role, team or locality is faulty are counted where they are
    understood. Keys: people (by role), hours a week (by role), localities (each
    with its number, as levers count them, and its teams), sites, ties,
    distances, start_dates, spanners, columns, columns_not_used.
    """
    people = reading.practitioners
    roles = ("CSW", "MHSW")
    return {
        "people": {role: sum(p["role"] == role for p in people) for role in roles},
        "hours": {
            role: round(math.fsum(p["hours"] or 0.0 for p in people if p["role"] == role), 2)
            for role in roles
        },
        "localities": [
            {
                "number": number,
                "name": name,
                "teams": _teams([p for p in people if p["locality"] == name]),
            }
            for number, name in enumerate(locality_names(people))
        ],
        "sites": sorted({p["site"] for p in people if p["site"] is not None}, key=natural),
        "ties": len(reading.ties),
        "distances": len(reading.distances),
        "start_dates": sum("weeks_in_post" in p for p in people),
        "spanners": list(reading.spanners),
        "columns": reading.columns,
        "columns_not_used": {kind: list(names) for kind, names in reading.ignored.items()},
    }


def _teams(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the teams of a locality: children's teams first, each with its people and hours."""
    teams: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for person in people:
        if person["team"] is not None and person["role"] is not None:
            teams.setdefault((person["role"], person["team"]), []).append(person)
    return [
        {
            "name": name,
            "role": role,
            "site": next((p["site"] for p in members if p["site"] is not None), None),
            "people": len(members),
            "hours": round(math.fsum(p["hours"] or 0.0 for p in members), 2),
        }
        for (role, name), members in sorted(
            teams.items(), key=lambda item: (item[0][0], natural(item[0][1]))
        )
    ]


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


LEVER = "co_location"
DAYS = 3.0
"""Days a week, as in the policy that is shipped."""


def already_shared(reading: StaffReading) -> dict[str, Any] | None:
    """Return where AMH teams share an office with a CSC team of their locality, and the price.

    Keys: policy, teams (each with name, site and locality), of (AMH teams in all), cost_a_year
    and cost_once (pounds, of the policy for all of them). None if none does, or the list is faulty.
    """
    if reading.faults:
        return None
    families = usual_families(summary(reading)["hours"]["CSW"], full_time=FULL_TIME)
    organisation = Organisation.model_validate(
        reading.organisation() | {"shared_families": families}
    )
    savings = face_to_face_savings(organisation)
    shared = {
        person.team: {"name": person.team, "site": person.site, "locality": person.locality}
        for person in organisation.practitioners
        if savings.get(person.team) == SHARED_OFFICE and person.role == "MHSW"
    }
    if not shared:
        return None
    policy = Scenario(
        title=LEVER, organisation=organisation, levers={LEVER: LeverSetting(strength=DAYS)}
    )
    cost = cost_of(policy)
    return {
        "policy": LEVER,
        "teams": list(shared.values()),
        "of": len(savings),
        "cost_a_year": cost.a_year,
        "cost_once": cost.once,
    }
