"""Names of posts, teams and families, by origin or a user's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from colsim.core.layout import Layout
from colsim.core.state import World
from colsim.core.view import members_of, place_number, team_number
from colsim.scenario.compiling import Compiled
from colsim.scenario.schema import Scenario

SERVICES = ("csw", "mhsw", "spanner")


def names_by_origin(world: World | Layout) -> list[str]:
    """Return each team's service, authority, locality within it, and place among teams there."""
    return [
        f"{SERVICES[team['service']]}-{team['authority']}-"
        f"{place_number(world, int(team['locality']))}-{team_number(world, number)}"
        for number, team in enumerate(world.teams)
    ]


def post_names(world: World | Layout, own: "OwnNames | None" = None) -> list[str]:
    """Return the name of each post by origin, such as 'csw-0-3-1-5', or the user's own id of it.

    Service, authority, locality within it, team, seat: a seat more in one team renames no
    other. Of a spanner post: 'spanner', authority, number. With a succession number it names
    a practitioner: 'csw-0-3-1-5-0'.
    """
    teams = names_by_origin(world)
    firsts = [members_of(world, team).start for team in range(len(teams))]
    posts = world.posts
    ids = own.posts if own is not None else ()

    def spanner(authority: int, row: int) -> str:
        name = f"spanner-{authority}-{row}"
        while name in ids:  # whatever ids people use, no two posts have one name
            name = f"lever-{name}"
        return name

    return [
        ids[post]
        if post < len(ids)
        else f"{teams[team]}-{post - firsts[team]}"
        if team >= 0
        else spanner(authority, row)
        for post, (team, authority, row) in enumerate(
            zip(
                posts["team"].tolist(),
                posts["authority"].tolist(),
                posts["row"].tolist(),
                strict=True,
            )
        )
    ]


@dataclass(frozen=True, slots=True)
class OwnNames:
    """A user's own names, where they gave a staff list."""

    posts: tuple[str, ...] = ()
    """Id of each CSW and MHSW post, by number."""
    teams: tuple[str, ...] = ()
    """Name of each team, by number."""
    sites: Mapping[str, str] = field(default_factory=dict)
    """Site of each id."""


def team_names(world: World | Layout, own: OwnNames | None = None) -> list[str]:
    """Return the name of each team, such as 'csw-0-3-1', or the user's own."""
    return list(own.teams) if own is not None and own.teams else names_by_origin(world)


def own_names(scenario: Scenario, compiled: Compiled) -> OwnNames:
    """Return the names that a scenario's staff list gives; none if it has no list."""
    sites = {person.id: person.site for person in scenario.organisation.practitioners}
    return OwnNames(compiled.ids, compiled.team_names, sites)


def family_names(world: World, own: "OwnNames | None" = None) -> list[str]:
    """Return the name of each family by origin, such as 'family-0-3-w30-0'.

    Authority, locality within it, week of arrival ('stock' for those there from the start),
    ordinal. Families that have not arrived yet have theirs too. Where a user's own ids begin
    alike, families are called otherwise, so that nobody has the name of a family.
    """
    kind = "family"
    while own is not None and any(code.startswith(f"{kind}-") for code in own.posts):
        kind = f"the-{kind}"
    localities = world.families["locality"].astype(np.int64)
    arrivals = world.families["arrival"].astype(np.int64)
    authorities = world.localities["authority"]
    # Families lie by authority, week of arrival, locality, ordinal: so these numbers ascend.
    weeks = len(world.totals) + 1
    origin = (authorities[localities] * weeks + arrivals + 1) * len(authorities) + localities
    ordinals = np.arange(len(origin)) - np.searchsorted(origin, origin)
    places = np.arange(len(authorities)) - np.searchsorted(authorities, authorities)
    return [
        f"{kind}-{authority}-{place}-{'stock' if arrival < 0 else f'w{arrival}'}-{ordinal}"
        for authority, place, arrival, ordinal in zip(
            authorities[localities].tolist(),
            places[localities].tolist(),
            arrivals.tolist(),
            ordinals.tolist(),
            strict=True,
        )
    ]


NO_NAMES = OwnNames()
