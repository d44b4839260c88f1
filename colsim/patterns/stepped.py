"""Lives looked at phase by phase: contacts, bursts of bad experience, durations of assessments."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.names import Memory
from colsim.core.numerics import clip01, pull
from colsim.core.schedule import PHASES, advance, begin_week, end_week, everywhere
from colsim.core.state import World, copy_world
from colsim.core.view import paired_rows, tie_places

Log = dict[str, npt.NDArray[np.float64]]
Hook = Callable[[World], None]


def step(world: World, before: Mapping[str, Hook], after: Mapping[str, Hook]) -> None:
    """Live a week, calling functions of the world before and after phases."""
    everywhere(begin_week, world)
    for phase in PHASES:
        name = phase.__name__
        if name in before:
            before[name](world)
        everywhere(phase, world)
        if name in after:
            after[name](world)
    end_week(world)


def pairs(world: World) -> npt.NDArray[np.int64]:
    """Return the rows of paired families, shape (families,)."""
    return paired_rows(world, world.active_families)


def ties_of(world: World, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the places of the ties between the two leads of families."""
    csw, mhsw = world.families["lead"][rows].T
    return tie_places(world, csw, mhsw)


def with_parameters(world: World, **values: float) -> World:
    """Return a copy of a world that lives on with other parameters.

    Those from which something is derived once, half-lives and what a channel is and costs, have
    no effect any more.
    """
    parameters = world.parameters.copy()
    for name, value in values.items():
        parameters[name] = value
    return replace(copy_world(world), parameters=parameters)


def log_contacts(world: World, weeks: int, story: float | None = None) -> Log:
    """Live weeks and log each paired family's contact, shape (family-weeks,) in each column.

    With a story, everybody holds that one at the start of each week.

    Columns: familiarity, contact (channel, -1 none, -2 in vain), story of the one who answers,
    share of what the one who answers could tell that is told (NaN without contact or anything
    to tell), facts understood, change of the mean trust between the two (NaN for strangers).
    """
    rows: dict[str, list[npt.NDArray[np.float64]]] = {}
    now: dict[str, npt.NDArray[Any]] = {}

    def keep(name: str, values: npt.NDArray[np.float64]) -> None:
        rows.setdefault(name, []).append(np.asarray(values, np.float64))

    def at_contact(world: World) -> None:
        now["rows"] = families = pairs(world)
        now["ties"] = ties = ties_of(world, families)
        records = world.families[families]
        asker = records["initiator"].astype(np.int64)
        known = records["known"].astype(np.int64)
        each = np.arange(len(families))
        new = known[each, 1 - asker] & ~known[each, asker]
        now["to_tell"] = np.array([int(facts).bit_count() for facts in new.tolist()], float)
        now["asker"] = asker
        keep("familiarity", world.tie_familiarity[ties])
        keep("contact", records["contact"])
        other = records["lead"][each, 1 - asker]
        keep("narrative", world.practitioners["narrative"][other])

    def at_exchange(world: World) -> None:
        records = world.families[now["rows"]]
        each = np.arange(len(records))
        made = records["contact"] >= 0
        asked = now["asker"].astype(np.int64)
        with np.errstate(invalid="ignore", divide="ignore"):
            told = records["disclosed"][each, asked] / now["to_tell"]
        keep("told", np.where(made & (now["to_tell"] > 0), told, np.nan))
        keep("understood", np.where(made, records["understood"].sum(axis=1), np.nan))
        now["trust"] = mean_trust(world)
        now["met"] = (world.tie_last[now["ties"]] >= 0).astype(float)

    def mean_trust(world: World) -> npt.NDArray[np.float64]:
        ties = now["ties"].astype(np.int64)
        return np.asarray(0.5 * world.tie_trust_cm[ties] + 0.5 * world.tie_trust_mc[ties])

    def at_experience(world: World) -> None:
        change = mean_trust(world) - now["trust"]
        keep("trust", np.where(now["met"] > 0, change, np.nan))

    def believe(world: World) -> None:
        world.practitioners["narrative"] = story

    before = {} if story is None else {"policy": believe}
    after = {"contact": at_contact, "exchange": at_exchange, "experience": at_experience}
    for _ in range(weeks):
        step(world, before, after)
    return {name: np.concatenate(values) for name, values in rows.items()}


def burst(world: World, *, weeks: int, lasting: int) -> tuple[Log, Log]:
    """Live weeks twice: with a burst of bad experiences in the first ones, and without.

    In each of the `lasting` weeks a third of the CSWs, always the same, has one bad meeting that
    is not the model's own: the story moves, and there is something to tell. Returned are the
    changes of the mean story of CSWs by week, shape (weeks,): of "all", and of "others", those in
    the same teams who had none.
    """
    plain = copy_world(world)
    csw = np.flatnonzero(world.posts["service"] == 0)
    third = csw[world.posts["origin"][csw] % np.uint64(3) == 0]
    teams = np.unique(world.posts["team"][third])
    others = np.setdiff1d(csw[np.isin(world.posts["team"][csw], teams)], third)
    p = world.parameters[0]
    rate = clip01(float(p["narrative_own"]) * float(p["richness_face"])
                  * float(p["trust_asymmetry"]))  # fmt: skip

    def hurt(world: World) -> None:
        for post in third.tolist():
            person = world.practitioners[post]
            if person["filled"]:
                person["narrative"] = pull(float(person["narrative"]), -1.0, rate)
                person["memory"][Memory.BAD_FACE] += 1.0
                person["pending_bad"] += 1

    changes: dict[str, list[float]] = {"all": [], "others": []}
    for week in range(weeks):
        step(world, {"narrate": hurt} if week < lasting else {}, {})
        step(plain, {}, {})
        for name, posts in (("all", csw), ("others", others)):
            there = posts[
                world.practitioners["filled"][posts] & plain.practitioners["filled"][posts]
            ]
            change = (
                world.practitioners["narrative"][there] - plain.practitioners["narrative"][there]
            )
            changes[name].append(float(change.mean()) if len(there) else np.nan)
    return {"all": np.array(changes["all"])}, {"others": np.array(changes["others"])}


def assessment_weeks(world: World, weeks: int) -> npt.NDArray[np.int64]:
    """Live weeks and return the durations of the first assessments finished in them, in weeks."""
    found: list[npt.NDArray[np.int64]] = []
    seen: dict[str, npt.NDArray[np.int64]] = {}

    def remember(world: World) -> None:
        seen["plans"] = world.families["plans"].copy()
        seen["start"] = world.families["cycle_start"].copy()

    def look(world: World) -> None:
        done = (seen["plans"] == 0) & (world.families["plans"] == 1)
        found.append(int(world.clock[0]["week"]) - seen["start"][done].astype(np.int64))

    for _ in range(weeks):
        step(world, {"plan": remember}, {"plan": look})
    return np.concatenate(found)


def settled(world: World) -> World:
    """Live a world's burn-in, and return it."""
    advance(world, int(world.clock[0]["burn_in"]))
    return world
