"""Write docs/bridging.md: what a bridging team does in a year, by channel, and what is lost.

Run: python scripts/bridging.py [--worlds 24]
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from lives import (
    AUTHORITY,
    Values,
    burnt_in,
    from_ranges,
    lived,
    measured,
    over_worlds,
    spread,
    stamp,
    sums,
    table,
    world_of,
    write_page,
)

from colsim.core.names import BS, CSW, MHSW, Depth, Hours
from colsim.core.schedule import advance
from colsim.core.state import World
from colsim.experiments.runner import compile_together
from colsim.patterns.stepped import pairs, step
from colsim.scenario import load_scenario
from colsim.scenario.levers import LEVERS

PAGE = Path(__file__).parents[1] / "docs" / "bridging.md"
POLICY = "boundary_spanners"
LEAST_WORLDS = 16
LAST = 52
"""Weeks at the end of the run: the team is at work for two years by then."""
MEASURED = ("joint_plan_rate", "information_flow", "narrative_csw", "narrative_mhsw")


class Watched:
    """What no total counts: whose hours were wanting, plans after a three-way meeting, visits."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.waits = {"spanner": 0.0, "worker": 0.0}
        self.three_way = {"made": 0.0, "joint": 0.0}
        self.hours = dict.fromkeys((hours.name.lower() for hours in Hours), 0.0)

    def live(self, world: World, weeks: int) -> None:
        """Live weeks, and watch the last of them."""
        for week in range(weeks):
            hooks = week >= weeks - LAST
            step(
                world,
                {"span": self._before_span, "plan": self._before_plan} if hooks else {},
                {"span": self._after_span, "plan": self._after_plan} if hooks else {},
            )

    def _spanners(self, world: World) -> Values:
        own = (world.posts["service"] == BS) & world.practitioners["filled"]
        return np.flatnonzero(own)

    def _before_span(self, world: World) -> None:
        self._had = world.practitioners["hours_left"][self._spanners(world)].copy()

    def _after_span(self, world: World) -> None:
        there = self._spanners(world)
        left = world.practitioners["hours_left"][there]
        for kind, used in zip(Hours, (self._had - left).sum(axis=0), strict=True):
            self.hours[kind.name.lower()] += float(used)
        needed = world.parameters[0]["consult_hours"]
        free = world.practitioners["hours_left"][:, Hours.CONSULTATION]
        most = free[there].max() if len(there) else 0.0
        rows = pairs(world)
        for s in (CSW, MHSW):
            waiting = rows[world.families["waiting"][rows, s] != 0]
            own = world.families["spanner"][waiting]
            has = np.where(own >= 0, free[own], most) >= needed
            self.waits["worker"] += float(has.sum())
            self.waits["spanner"] += float((~has).sum())

    def _before_plan(self, world: World) -> None:
        rows = pairs(world)
        self._rows = rows[world.families["facilitated"][rows] != 0]
        self._plans = world.families["plans"][self._rows].copy()

    def _after_plan(self, world: World) -> None:
        made = world.families["plans"][self._rows] > self._plans
        joint = made & (world.families["depth"][self._rows] == Depth.SHARED)
        self.three_way["made"] += float(made.sum())
        self.three_way["joint"] += float(joint.sum())


def year(world: World, watched: Watched) -> dict[str, float]:
    """Return what a team did in a year, by what the page calls it."""
    t = sums(world, LAST)
    families = t["paired"] / LAST
    people = t["spanners"] / LAST
    wanted = t["consults_wanted"]
    seen = sum(watched.waits.values())
    crossed = t["to_csc"] + t["to_amh"]
    asked = wanted or np.nan
    hours = watched.hours
    found = {
        "people in post": people,
        "shared families with two leads": families,
        "consultations asked for, per family": wanted / families,
        "consultations given, per family": t["consults"] / families,
        "consultations given, per spanner and week": t["consults"] / t["spanners"],
        "lost, of those asked for": t["consults_lost"] / asked,
        "weeks that a consultation waits": t["consults_waiting"] / asked,
        "weeks that families waited, per family": t["consults_waiting"] / families,
        "… of these, for want of the spanner's hours": watched.waits["spanner"] / (seen or np.nan),
        "facts translated or brought, per consultation": t["by_spanner"]
        / (t["consults"] or np.nan),
        "… of all facts that cross": t["by_spanner"] / (crossed or np.nan),
        "introductions": t["introductions"],
        "three-way meetings, per family": t["facilitated"] / families,
        "plans made in the week of such a meeting": watched.three_way["made"],
        "… of these joint": watched.three_way["joint"] / (watched.three_way["made"] or np.nan),
        "… of all joint plans": watched.three_way["joint"] / (t["joint"] or np.nan),
        "visits on which a challenge was heard": t["challenged"],
        "visits on which one backfired": t["backfired"],
    }
    return found | {f"hours a spanner and week: {k}": v / t["spanners"] for k, v in hours.items()}


def in_short(team: Mapping[str, float], joint: Mapping[str, float]) -> str:
    """Return what a team does and what of it counts, in sentences.

    Args:
        team: what it does in a year, by what the page calls it: the median world.
        joint: joint plans gained by the whole team, and without each channel, in points.
    """
    lost, meetings = team["lost, of those asked for"], team["three-way meetings, per family"]
    return (
        "In the median world a shared family has "
        f"{team['consultations given, per family']:.0f} consultations a year and "
        f"{meetings:.1f} three-way meetings; {100 * lost:.0f} in 100 consultations asked for come "
        f"to nothing. The team gains {joint['']:+.1f} points of joint plans: "
        f"{joint['facilitation']:+.1f} without three-way meetings, and "
        f"{joint['consultation']:+.1f} without consultations, in which these are offered. Of joint "
        "plans "
        f"{100 * team['… of all joint plans']:.0f} in 100 are made in the week of such a meeting: "
        "what was talked over and settled in it counts until the plan falls due. A challenge to a "
        f"story is heard on {team['visits on which a challenge was heard']:.0f} visits a year; on "
        f"{team['visits on which one backfired']:.0f} others it backfires, as the team is not "
        "known and trusted well enough there."
    )


def page(worlds: int) -> str:
    """Return the page.

    Raises:
        SystemExit: there are too few worlds.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    channels = LEVERS[POLICY].switchable
    given = ", ".join(
        f"{channel.amount:g} for {channel.name}"
        for channel in LEVERS[POLICY].channels
        if channel.name in channels
    )
    loaded = [load_scenario(AUTHORITY), load_scenario(AUTHORITY, (POLICY,))]
    loaded += [
        load_scenario(AUTHORITY, (POLICY,), without=(f"{POLICY}.{channel}",))
        for channel in channels
    ]
    compiled = compile_together(loaded)

    def one(number: int) -> tuple[dict[str, float], list[list[float]]]:
        values, seed = world_of(number)
        trunk = burnt_in(compiled[0], values, seed)
        watched = Watched()
        ends = [lived(trunk, c, watched.live if k == 1 else advance)
                for k, c in enumerate(compiled)]  # fmt: skip
        return year(ends[1], watched), [measured(sums(end, LAST), MEASURED) for end in ends]

    found = over_worlds(one, range(worlds))
    years = [one for one, _ in found]
    levels = np.array([values for _, values in found])
    gain = levels - levels[:, :1]
    rows = [
        [name, spread(np.array([one[name] for one in years]), 1.0, 2, sign=False)]
        for name in years[0]
    ]
    heads = ("joint plans", "information flow", "story of CSWs", "story of MHSWs")
    worth = [["the whole team", *(spread(gain[:, 1, m]) for m in range(len(MEASURED)))]]
    worth += [
        [f"without `{channel}`", *(spread(gain[:, 2 + k, m]) for m in range(len(MEASURED)))]
        for k, channel in enumerate(channels)
    ]
    return "\n\n".join([
        "# What a bridging team does",
        f"Written by `scripts/bridging.py` from {from_ranges(worlds)}, under "
        f"`{POLICY}`, the last {LAST} of 156 weeks. {stamp()} Median over worlds, and in brackets "
        "what holds 9 in 10.",
        in_short(
            {name: float(np.nanmedian([one[name] for one in years])) for name in years[0]},
            {
                channel: 100.0 * float(np.nanmedian(gain[:, 1 + k, 0]))
                for k, channel in enumerate(("", *channels))
            },
        ),
        "## In a year",
        f"Hours are those that the team's events took, of what each person has a week ({given}); "
        "a consultation that waits is counted in each week that it does.",
        table(("what", "a year"), rows),
        "## What each channel is worth",
        "Against today, in percentage points; of stories in hundredths, where -1 is the worst "
        "and 1 the best. A channel's hours are not given to the others.",
        table(("team", *heads), worth),
    ]) + "\n"  # fmt: skip


if __name__ == "__main__":
    write_page(PAGE, page, __doc__, worlds=24)
