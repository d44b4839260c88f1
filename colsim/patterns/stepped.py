"""Lives looked at phase by phase: contacts, bursts of bad experience, durations of assessments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core import view
from colsim.core.names import FACTS, Channel, Depth, Memory
from colsim.core.numerics import clip01, pull
from colsim.core.rng import combine
from colsim.core.schedule import PHASES, advance, begin_week, end_week, everywhere
from colsim.core.state import World, copy_world
from colsim.core.totals import Total
from colsim.core.view import paired_rows, tie_places

Log = dict[str, npt.NDArray[np.float64]]
Hook = Callable[[World], None]

_KNOWN, _MIDDLING = 0.8, 0.5
"""Familiarity of those made known, and of all where trust is set."""
_NO_RECORD = 0.5
"""Trust between people who know nothing of each other."""


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


def log_contacts(world: World, weeks: int) -> Log:
    """Live weeks and log each paired family's contact, shape (family-weeks,) in each column.

    Columns: familiarity, contact (channel, -1 none, -2 in vain), share of what the one who
    answers could tell that is told (NaN without contact or anything to tell), facts understood,
    change of the mean trust between the two (NaN for strangers).
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

    after = {"contact": at_contact, "exchange": at_exchange, "experience": at_experience}
    for _ in range(weeks):
        step(world, {}, after)
    return {name: np.concatenate(values) for name, values in rows.items()}


def burst(world: World, *, weeks: int, lasting: int) -> Log:
    """Live weeks twice: with a burst of bad experiences in the first ones, and without.

    In each of the `lasting` weeks a third of the CSWs, always the same, has one bad meeting that
    is not the model's own: the story moves, and there is something to tell. Returned are changes
    by week, shape (weeks,): of the mean story of CSWs, of "all" and of "others", those in the same
    teams who had none; and of information "flow".
    """
    plain = copy_world(world)
    start = int(world.clock[0]["week"])
    csw = np.flatnonzero(world.posts["service"] == 0)
    third = csw[world.posts["origin"][csw] % np.uint64(3) == 0]
    teams = np.unique(world.posts["team"][third])
    others = np.setdiff1d(csw[np.isin(world.posts["team"][csw], teams)], third)
    p = world.parameters[0]
    rate = clip01(float(p["learning_rate"]) * float(world.derived[0]["richness"][Channel.FACE])
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
    lived = slice(start, start + weeks)
    flow, plain_flow = (
        one.totals[lived, Total.FLOW] / one.totals[lived, Total.SHARED] for one in (world, plain)
    )
    return {name: np.array(values) for name, values in changes.items()} | {
        "flow": flow - plain_flow
    }


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


def log_made_known(world: World, weeks: int, *, heads: bool, story: float) -> Log:
    """Make pairs of the two services known or strangers by a coin of each pair, and live weeks.

    Those made known have a familiarity of 0.8, and a record of 0.5 where there was none. With
    `heads` each pair falls the other way than without. Everybody holds the story throughout.

    Columns, shape (family-weeks,) over paired families: known (0 or 1), answered (0 or 1).
    """
    coin = np.zeros(len(world.tie_familiarity), bool)
    origin = world.posts["origin"]
    week = int(world.clock[0]["week"])
    for a in range(len(world.authorities)):
        ties = view.ties_of(world, a)
        pairs_ = [
            combine(origin[i], origin[j]) & np.uint64(1) for i in ties.csws for j in ties.mhsws
        ]
        known = (np.array(pairs_) == 1) == heads
        csws, mhsws = np.array(ties.csws)[:, None], np.array(ties.mhsws)
        coin[view.tie_places(world, csws, mhsws)] = known.reshape(ties.shape)
        new = ties.last < 0
        ties.familiarity[:] = np.where(known, _KNOWN, 0.0)
        for trust in (ties.trust_of_csw, ties.trust_of_mhsw):
            trust[~known | new] = _NO_RECORD
        ties.last[:] = np.where(known, np.where(new, week, ties.last), -1)
    columns: dict[str, list[npt.NDArray[np.float64]]] = {"known": [], "answered": []}

    def believe(world: World) -> None:
        world.practitioners["narrative"] = story

    def look(world: World) -> None:
        rows = pairs(world)
        columns["known"].append(coin[ties_of(world, rows)].astype(float))
        columns["answered"].append((world.families["contact"][rows] >= 0).astype(float))

    for _ in range(weeks):
        step(world, {"policy": believe}, {"contact": look})
    return {name: np.concatenate(values) for name, values in columns.items()}


def trust_by_locality(world: World) -> npt.NDArray[np.float64]:
    """Return the mean trust in force between the leads of paired families, shape (localities,)."""
    rows = pairs(world)
    places = ties_of(world, rows)
    share = view.story_share(world)
    near = world.tie_familiarity[places]
    trust = []
    for s, own in ((0, world.tie_trust_cm), (1, world.tie_trust_mc)):
        story = share * world.practitioners["narrative"][world.families["lead"][rows, s]]
        trust.append(np.clip(near * own[places] + (1.0 - near) * (0.5 + story), 0.0, 1.0))
    where = world.families["locality"][rows]
    sizes = np.bincount(where, minlength=len(world.localities))
    summed = np.bincount(where, 0.5 * (trust[0] + trust[1]), len(world.localities))
    return np.where(sizes > 0, summed / np.maximum(sizes, 1), np.nan)


def joint_by_locality(
    world: World, weeks: int, trust: npt.NDArray[np.float64] | None = None
) -> npt.NDArray[np.float64]:
    """Live weeks and return joint plans and plans of paired families, shape (2, localities).

    With `trust`, shape (localities,), all ties of a locality's CSWs are held at it.
    """
    counts = np.zeros((2, len(world.localities)))
    seen: dict[str, npt.NDArray[Any]] = {}

    def hold(world: World) -> None:
        if trust is None:
            return
        for a in range(len(world.authorities)):
            ties = view.ties_of(world, a)
            here = np.repeat(trust[world.posts["locality"][list(ties.csws)]], len(ties.mhsws))
            ties.trust_of_csw[:] = ties.trust_of_mhsw[:] = here
            ties.familiarity[:] = _MIDDLING

    def remember(world: World) -> None:
        hold(world)
        seen["rows"] = rows = pairs(world)
        seen["plans"] = world.families["plans"][rows].copy()

    def look(world: World) -> None:
        records = world.families[seen["rows"]]
        made = records["plans"] > seen["plans"]
        joint = made & (records["depth"] == Depth.SHARED)
        for k, which in enumerate((joint, made)):
            counts[k] += np.bincount(records["locality"][which], minlength=len(counts[k]))

    for _ in range(weeks):
        step(world, {"contact": hold, "plan": remember}, {"plan": look})
    return counts


@dataclass(frozen=True, slots=True)
class Lives:
    """Families week by week, each of shape (weeks, families)."""

    shared: npt.NDArray[np.bool_]
    """Open to both services at the end of the week."""
    talked: npt.NDArray[np.bool_]
    """The leads talked in this week: by telephone or face to face."""
    lost: npt.NDArray[np.bool_]
    """A lead was there at the contact of this week and has left at its end."""
    paired: npt.NDArray[np.bool_]
    flow: npt.NDArray[np.float64]
    """Share of the 16 facts that both leads understand."""


def log_leads(world: World, weeks: int) -> Lives:
    """Live weeks and log what becomes of each family and its leads."""
    shape = (weeks, len(world.families))
    shared, talked, lost, paired = (np.zeros(shape, bool) for _ in range(4))
    flow = np.zeros(shape)
    start = int(world.clock[0]["week"])

    def at_exchange(world: World) -> None:
        rows = pairs(world)
        week = int(world.clock[0]["week"]) - start
        paired[week, rows] = True
        talked[week, rows] = world.families["contact"][rows] >= Channel.PHONE

    def at_end(world: World) -> None:
        families = world.families
        week = int(world.clock[0]["week"]) - start
        shared[week] = families["active"] & (families["open"] != 0).all(axis=1)
        lost[week] = paired[week] & shared[week] & (families["lead"] < 0).any(axis=1)
        both = families["known"][:, 0] & families["known"][:, 1]
        flow[week] = np.bitwise_count(both.astype(np.int64)) / FACTS

    for _ in range(weeks):
        step(world, {}, {"exchange": at_exchange, "workforce": at_end})
    return Lives(shared, talked, lost, paired, flow)
