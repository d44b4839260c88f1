"""From a scenario to the tables that the core runs on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from colsim.core import rng
from colsim.core.engine import prepare
from colsim.core.layout import CSW, MHSW, KnownTie, Layout, build_layout, even_plan
from colsim.core.levers import LeverTable, LeverUse, lever_table
from colsim.core.parameters import PARAMETERS, pack_world
from colsim.core.schedule import advance
from colsim.core.state import World
from colsim.core.view import teams_in
from colsim.scenario.levers import lever_of
from colsim.scenario.schema import LeverSetting, Scenario
from colsim.scenario.staff.laying import staff_plan


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a run needs besides a seed and a world."""

    layout: Layout
    levers: LeverTable
    parameters: dict[str, float]
    """Parameters that the scenario sets itself; they are the same in all worlds."""
    weeks: int
    burn_in: int
    ids: tuple[str, ...] = ()
    """The user's own id of each post, by number, where practitioners are listed; spanner posts,
    which come after them, have none."""
    locality_names: tuple[str, ...] = ()
    """The user's own names of localities, by number, where practitioners are listed."""
    team_names: tuple[str, ...] = ()
    """The user's own names of teams, by number, where practitioners are listed."""

    def begun(self, values: Mapping[str, float], seed: int) -> World:
        """Return a world at the start of its burn-in.

        Args:
            values: parameters that the world has drawn; what the scenario sets itself wins.
            seed: of the run.
        """
        return prepare(
            self.layout,
            self.levers,
            pack_world(values, self.parameters),
            seed=seed,
            weeks=self.weeks,
            burn_in=self.burn_in,
        )

    def lived(self, values: Mapping[str, float], seed: int, *, threads: int = 1) -> World:
        """Return a world at its end; arguments as for `begun`, threads as for `advance`."""
        world = self.begun(values, seed)
        advance(world, self.burn_in + self.weeks, threads=threads)
        return world

    @property
    def first_policy_week(self) -> int:
        """The first week, counted from the start of the burn-in, in which a lever acts."""
        starts = [int(lever["start"]) for lever in self.levers.levers]
        return min([self.burn_in + start for start in starts], default=self.burn_in + self.weeks)


def spanner_capacity(scenario: Scenario) -> int:
    """Return the number of spanner posts per authority that a scenario needs at most."""
    total = 0.0
    for name, setting in scenario.levers.items():
        for channel in lever_of(name, setting).channels:
            if channel.quantity == "spanner_posts":
                total += channel.amount * max(one.strength for one in setting.periods)
    return math.floor(total + 1e-9)


def compile_scenario(
    scenario: Scenario,
    *,
    spanner_posts: int | None = None,
    ties: Sequence[KnownTie] | None = None,
) -> Compiled:
    """Return the tables of a scenario.

    Args:
        scenario: a checked scenario.
        spanner_posts: room for spanner posts per authority, if more is wanted
            than the scenario needs; runs of scenarios that are to share their
            burn-in need the same room. It does not change results.
        ties: those that are there when the policy begins; the scenario's own
            unless given.
    """
    organisation = scenario.organisation
    room = max(spanner_capacity(scenario), spanner_posts or 0)
    listed = staff_plan(organisation) if organisation.practitioners else None
    if listed is not None:
        known = listed.ties if ties is None else ties
        layout = build_layout([listed.localities], spanner_posts=room, ties=known)
    else:
        plan = even_plan(
            localities=organisation.localities,
            csw=organisation.csw,
            csw_team_size=organisation.csw_team_size,
            mhsw=organisation.mhsw,
            mhsw_teams=organisation.mhsw_teams,
            shared_families=organisation.shared_families,
        )
        plans = [plan] * organisation.authorities
        layout = build_layout(plans, spanner_posts=room, ties=ties or ())
    return Compiled(
        layout=layout,
        levers=_table(scenario, layout),
        parameters=parameters_of(scenario),
        weeks=scenario.run.weeks,
        burn_in=scenario.run.burn_in,
        ids=() if listed is None else listed.ids,
        locality_names=() if listed is None else listed.locality_names,
        team_names=() if listed is None else listed.team_names,
    )


def parameters_of(scenario: Scenario) -> dict[str, float]:
    """Return the parameters that a scenario sets, an organisation's inputs among them."""
    own = scenario.organisation
    inputs = {name: getattr(own, name) for name, p in PARAMETERS.items() if p.kind == "input"}
    given = {name: float(value) for name, value in inputs.items() if value is not None}
    return given | scenario.parameters


def with_policy(compiled: Compiled, scenario: Scenario) -> Compiled:
    """Return the tables of a scenario in an organisation that is compiled already.

    Args:
        compiled: of a scenario with the same organisation, and with room for
            all spanners that this one needs.
        scenario: a checked scenario.
    """
    layout = compiled.layout
    return replace(
        compiled,
        levers=_table(scenario, layout),
        parameters=parameters_of(scenario),
        weeks=scenario.run.weeks,
        burn_in=scenario.run.burn_in,
    )


def _table(scenario: Scenario, layout: Layout) -> LeverTable:
    """Return the levers in use: one that has several periods stands there with each of them."""
    uses = [
        _use(name, period, layout)
        for name, setting in scenario.levers.items()
        for period in setting.periods
    ]
    return lever_table(uses, teams=len(layout.teams))


def _use(name: str, setting: LeverSetting, layout: Layout) -> LeverUse:
    lever = lever_of(name, setting)
    channels = [
        (channel.quantity, channel.amount, channel.mode)
        for channel in lever.channels_without(setting.without)
    ]
    if lever.has_posts and setting.recruitment < 1.0:
        channels.append(("recruitment_success", setting.recruitment - 1.0, "on"))
    return LeverUse(
        strength=setting.strength,
        channels=tuple(channels),
        covered=_covered(name, setting, layout),
        start=setting.start,
        ramp=setting.ramp,
        end=setting.end,
        reach=setting.recruitment if lever.recruits else 1.0,
    )


def _covered(name: str, setting: LeverSetting, layout: Layout) -> tuple[bool, ...]:
    """Return which teams a lever covers in its localities.

    Coverage is a share of AMH teams, or of CSC teams where the lever addresses these alone.
    """
    localities: Sequence[int] = (
        range(len(layout.localities)) if setting.localities is None else setting.localities
    )
    addresses = lever_of(name, setting).addresses
    shared_out = MHSW if MHSW in addresses else CSW
    covered = [False] * len(layout.teams)
    order = rng.name_key(f"coverage of {name}")

    def place_in_order(team: int) -> float:
        return float(rng.uniform(rng.combine(order, layout.teams[team]["origin"]), 0, 0))

    for k in localities:
        for service in addresses:
            teams: Sequence[int] = teams_in(layout, k, service)
            if service == shared_out:
                most = math.ceil(setting.coverage * len(teams) - 1e-9)
                teams = sorted(teams, key=place_in_order)[:most]
            for team in teams:
                covered[team] = True
    return tuple(covered)
