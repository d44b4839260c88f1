"""The network of practitioners as bytes: sent once what stays, every week what changes."""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from colsim.core.layout import BS, CSW, MHSW
from colsim.core.state import World
from colsim.core.view import shared_days, spanner_ties_of, ties_of

SERVICE_NAMES = ("children's social worker", "mental health social worker", "boundary spanner")
FAINTEST = 0.05
"""Familiarity from which on a tie is drawn."""
FAINTEST_WITH_SPANNERS = 0.3
"""The same for spanners, who soon know nearly everybody a little."""
MOST_TIES = 400
"""Ties drawn at most: the strongest."""

NODE = np.dtype(
    [
        ("filled", "u1"),
        ("story", "i1"),  # narrative times 100
        ("pressure", "u1"),  # times 100, cut at 2.55
        ("wellbeing", "u1"),  # times 100
        ("tenure", "<u2"),  # weeks in post
        ("succession", "<u2"),
    ]
)
TEAM = np.dtype(
    [("story", "i1"), ("days", "u1")]
)  # mean narrative; days in the other's office, x10
TIE = np.dtype(
    [
        ("one", "<u2"),
        ("other", "<u2"),
        ("familiarity", "u1"),  # times 100
        ("trust_of_one", "u1"),  # times 100; NONE where the model has none
        ("trust_of_other", "u1"),
        ("now", "u1"),  # 1 if the two were in contact this week
    ]
)
HEADER = struct.Struct("<iHHHH")
NONE = 255


def scene(
    world: World, *, localities: Sequence[str] = (), titles: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what does not change during a run: posts, teams and localities.

    Args:
        world: the world.
        localities: what they are called, if they have names.
        titles: what teams are called.
    """
    columns = (world.posts[name].tolist() for name in ("service", "team", "locality"))
    posts = [
        {"service": service, "team": team, "place": locality}
        for service, team, locality in zip(*columns, strict=True)
    ]
    teams: list[dict[str, Any]] = []
    count: dict[tuple[int, int], int] = {}
    for service, locality in zip(
        world.teams["service"].tolist(), world.teams["locality"].tolist(), strict=True
    ):
        number = count.get((service, locality), 0)
        count[service, locality] = number + 1
        title = titles[len(teams)] if titles else str(number)
        teams.append({"service": service, "place": locality, "number": number, "title": title})
    count_of = len(world.localities)
    named = list(localities) or [f"Locality {place}" for place in range(count_of)]
    return {"posts": posts, "teams": teams, "places": count_of, "names": named}


def _hundredths(values: Any, low: int, high: int) -> Any:
    return np.clip(np.rint(100 * np.nan_to_num(values)), low, high)


def _ties(world: World, week: int) -> Any:
    """Return the strongest ties, between the two services and with spanners."""
    found = []
    for authority in range(len(world.authorities)):
        between = ties_of(world, authority)
        now = between.last == week - 1
        k = np.flatnonzero((between.last >= 0) & ((between.familiarity >= FAINTEST) | now))
        ties = np.zeros(len(k), TIE)
        ties["one"], ties["other"] = between.ends(k)
        ties["familiarity"] = _hundredths(between.familiarity[k], 0, 100)
        ties["trust_of_one"] = _hundredths(between.trust_of_csw[k], 0, 100)
        ties["trust_of_other"] = _hundredths(between.trust_of_mhsw[k], 0, 100)
        ties["now"] = now[k]
        found.append(ties)
        with_spanners = spanner_ties_of(world, authority)
        k = np.flatnonzero(with_spanners.familiarity >= FAINTEST_WITH_SPANNERS)
        ties = np.zeros(len(k), TIE)
        ties["other"], ties["one"] = with_spanners.ends(k)
        ties["familiarity"] = _hundredths(with_spanners.familiarity[k], 0, 100)
        ties["trust_of_one"] = _hundredths(with_spanners.trust[k], 0, 100)
        ties["trust_of_other"] = NONE
        found.append(ties)
    ties = np.concatenate(found)
    filled = world.practitioners["filled"]
    ties = ties[filled[ties["one"]] & filled[ties["other"]]]
    if len(ties) > MOST_TIES:
        ties = ties[np.argsort(ties["familiarity"], kind="stable")[-MOST_TIES:]]
    return ties


def frame(world: World, number: int = 0) -> bytes:
    """Return this week's states: header, posts, teams and ties as little-endian records.

    The header holds the policy week, the numbers of posts, teams and ties, and which run it is.

    Args:
        world: the world.
        number: of the run, below 65,536.
    """
    people = world.practitioners
    week = int(world.clock[0]["week"])
    nodes = np.zeros(len(world.posts), NODE)
    nodes["filled"] = people["filled"]
    nodes["story"] = _hundredths(people["narrative"], -100, 100)
    nodes["pressure"] = _hundredths(people["pressure"], 0, 255)
    nodes["wellbeing"] = _hundredths(people["wellbeing"], 0, 100)
    nodes["tenure"] = np.clip(people["tenure"], 0, 65_535)
    nodes["succession"] = np.clip(people["succession"], 0, 65_535)
    teams = np.zeros(len(world.teams), TEAM)
    member = world.posts["team"] >= 0
    team = world.posts["team"][member]
    filled = people["filled"][member].astype(np.float64)
    heads = np.bincount(team, filled, minlength=len(teams))
    total = np.bincount(team, filled * people["narrative"][member], minlength=len(teams))
    teams["story"] = _hundredths(total / np.maximum(heads, 1.0), -100, 100)
    teams["days"] = np.clip(np.rint(10 * shared_days(world)), 0, 50)
    ties = _ties(world, week)
    policy_week = week - int(world.clock[0]["burn_in"])
    head = HEADER.pack(policy_week, len(nodes), len(teams), len(ties), number)
    return b"".join((head, nodes.tobytes(), teams.tobytes(), ties.tobytes()))


__all__ = ["BS", "CSW", "MHSW", "NONE", "SERVICE_NAMES", "frame", "scene"]
