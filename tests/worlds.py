"""Small organisations and policies that several tests use."""

import numpy as np

from colsim.core.engine import prepare
from colsim.core.layout import MHSW, Layout, build_layout, even_plan
from colsim.core.levers import LeverTable, LeverUse, lever_table
from colsim.core.parameters import pack_parameters
from colsim.core.schedule import advance
from colsim.core.state import CHANGING as CHANGING
from colsim.core.state import World
from colsim.core.state import differing as differing
from colsim.scenario.levers import LEVERS


def small_layout(**changes):
    sizes = {
        "localities": 2,
        "csw": 16,
        "csw_team_size": 4,
        "mhsw": 6,
        "mhsw_teams": 2,
        "shared_families": 16,
    } | changes
    authorities = sizes.pop("authorities", 1)
    spanner_posts = sizes.pop("spanner_posts", 3)
    return build_layout([even_plan(**sizes)] * authorities, spanner_posts=spanner_posts)


def use(name: str, layout: Layout, *, localities=None, without=(), **changes) -> LeverUse:
    """Return a lever at its default strength, covering the teams of the localities given."""
    lever = LEVERS[name]
    # A few posts or families at the default would leave a small organisation as it was.
    usual = lever.high if name in {"posts_frozen", "problem_solving_court"} else lever.default
    settings = {"strength": min(usual, 3.0) if lever.has_posts else usual} | changes
    return LeverUse(
        channels=tuple((c.quantity, c.amount, c.mode) for c in lever.channels_without(without)),
        covered=tuple(
            localities is None or int(team["locality"]) in localities for team in layout.teams
        ),
        **settings,
    )


def policy(layout: Layout, *names: str, **options) -> LeverTable:
    return lever_table([use(name, layout, **options) for name in names], teams=len(layout.teams))


def live(
    layout: Layout, levers: LeverTable, *, seed=1, weeks=60, burn_in=30, parameters=None, story=0.0
) -> World:
    """Return a world that lived all its weeks; `story` is what everybody holds at first."""
    world = prepare(
        layout, levers, pack_parameters(parameters), seed=seed, weeks=weeks, burn_in=burn_in
    )
    world.practitioners["narrative"][world.practitioners["filled"]] = story
    world.team_story[layout.teams["service"] == MHSW] = story
    advance(world, burn_in + weeks)
    return world


def totals_of(world: World, name: str) -> np.ndarray:
    from colsim.core.measures import TOTAL_INDEX

    return world.totals[:, TOTAL_INDEX[name]]
