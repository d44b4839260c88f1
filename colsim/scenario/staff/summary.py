"""A staff list in a few figures, as it was understood."""

import math
from typing import Any

from colsim.scenario.staff.reading import StaffReading
from colsim.scenario.staff_rules import locality_names, natural


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
