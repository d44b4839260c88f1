"""Who could work where: authorities, localities, teams and posts, fixed for a run.

Origins name entities by where they belong, so that one more seat in a team
does not shift anybody else's chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.core import rng
from colsim.core.names import BS as BS
from colsim.core.names import CSW as CSW
from colsim.core.names import MHSW as MHSW
from colsim.core.names import ROLES, SERVICES
from colsim.core.quantities import QUANTITIES, QUANTITY_INDEX
from colsim.core.rng import Domain

Records = npt.NDArray[np.void]

CONTRACTED_HOURS = 37.2
"""Hours a week under contract (survey of more than 600 social workers, 2012)."""

POST_DTYPE = np.dtype(
    [
        ("origin", "u8"),
        ("service", "i8"),
        ("authority", "i8"),
        ("locality", "i8"),
        ("team", "i8"),
        ("row", "i8"),
        ("hours", "f8"),
        ("tenure", "i8"),  # weeks in post when the policy begins, -1 not known
    ]
)
KNOWN_DTYPE = np.dtype(
    [
        ("csw", "i8"),
        ("mhsw", "i8"),
        ("familiarity", "f8"),
        ("trust_cm", "f8"),
        ("trust_mc", "f8"),
    ]
)
TEAM_DTYPE = np.dtype(
    [
        ("origin", "u8"),
        ("service", "i8"),
        ("authority", "i8"),
        ("locality", "i8"),
        ("first_post", "i8"),
        ("posts", "i8"),
    ]
)
LOCALITY_DTYPE = np.dtype(
    [
        ("origin", "u8"),
        ("authority", "i8"),
        ("shared_families", "f8"),
        ("first_post", "i8", (SERVICES,)),
        ("posts", "i8", (SERVICES,)),
        ("first_team", "i8", (SERVICES,)),
        ("teams", "i8", (SERVICES,)),
    ]
)
AUTHORITY_DTYPE = np.dtype(
    [
        ("first_post", "i8", (ROLES,)),
        ("posts", "i8", (ROLES,)),
        ("first_team", "i8", (SERVICES,)),
        ("teams", "i8", (SERVICES,)),
        ("first_locality", "i8"),
        ("localities", "i8"),
        ("first_tie", "i8"),
        ("first_spanner_tie", "i8"),
    ]
)


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """One team to lay out."""

    service: int
    """0 CSC, 1 AMH."""
    hours: tuple[float, ...]
    """Hours a week of each member, more than 0."""
    tenure: tuple[int, ...] = ()
    """Weeks in post of each member when the policy begins, -1 not known; empty: all unknown."""
    without_policy: tuple[tuple[str, float], ...] = ()
    """Quantities whose value without policy is another one in this team."""


@dataclass(frozen=True, slots=True)
class LocalityPlan:
    """One locality to lay out: target number of shared families, and its teams."""

    shared_families: float
    teams: tuple[TeamPlan, ...]


@dataclass(frozen=True, slots=True)
class KnownTie:
    """A tie that is there when the policy begins, of post-holders numbered within an authority.

    `csw` and `mhsw` count the posts of that service in the authority, in the order of posts.
    A trust of -1 is not known: it follows from the story that the holder believes. A familiarity
    of -1 is no tie: with nothing else listed for an authority, nobody knows anybody there.
    """

    authority: int
    csw: int
    mhsw: int
    familiarity: float
    trust_cm: float = -1.0
    trust_mc: float = -1.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Record arrays of posts, teams, localities and authorities.

    Posts: all CSW posts by authority, locality, team, seat; then all MHSW posts;
    then spanner posts by authority. Teams: all CSC teams, then all AMH teams.
    A `row` is a post's place among the posts of its service in its authority.
    Ties of an authority lie in a block from `first_tie`, CSW rows by MHSW rows;
    spanner ties from `first_spanner_tie`, spanner rows by CSW rows then MHSW rows.
    """

    posts: Records
    teams: Records
    localities: Records
    authorities: Records
    ties: int
    spanner_ties: int
    base: npt.NDArray[np.float64]
    """Policy quantities of each team without policy, shape (teams, quantities)."""
    known: Records
    """Ties that are there when the policy begins, by post."""


def _origin(*fields: int) -> int:
    key = rng.seed_key(0)
    for field in fields:
        key = rng.combine(key, field)
    return int(key)


def build_layout(
    plans: Sequence[Sequence[LocalityPlan]],
    *,
    spanner_posts: int = 0,
    ties: Sequence[KnownTie] = (),
) -> Layout:
    """Return the layout of authorities given as sequences of locality plans.

    Args:
        plans: one sequence of localities per authority.
        spanner_posts: spanner posts to make room for in each authority; they
            are vacant until a policy fills them.
        ties: ties that are there when the policy begins; they are all that an
            authority with any tie listed then has.

    Raises:
        ValueError: if a locality lacks a CSC or an AMH team, a team is empty, a
            post has no hours, or a tie is of posts that are not there.
        KeyError: if a team has a value of an unknown quantity.
    """
    posts: list[tuple[int, int, int, int, int, int, float, int]] = []
    teams: list[tuple[int, int, int, int, int, int]] = []
    base: list[npt.NDArray[np.float64]] = []
    usual = np.array([quantity.base for quantity in QUANTITIES.values()], np.float64)
    localities = np.zeros(sum(len(a) for a in plans), LOCALITY_DTYPE)
    authorities = np.zeros(len(plans), AUTHORITY_DTYPE)
    for service in (CSW, MHSW):
        number = 0
        for a, plan in enumerate(plans):
            authorities[a]["first_post"][service] = len(posts)
            authorities[a]["first_team"][service] = len(teams)
            authorities[a]["first_locality"] = number
            authorities[a]["localities"] = len(plan)
            row = 0
            for place, locality in enumerate(plan):
                record = localities[number]
                record["origin"] = _origin(Domain.LOCALITY, a, place)
                record["authority"] = a
                record["shared_families"] = locality.shared_families
                record["first_post"][service] = len(posts)
                record["first_team"][service] = len(teams)
                chosen = [team for team in locality.teams if team.service == service]
                if not chosen:
                    raise ValueError(
                        f"locality {place} of authority {a} lacks a team of service {service}"
                    )
                for ordinal, team in enumerate(chosen):
                    where = f"locality {place} of authority {a}"
                    if not team.hours:
                        raise ValueError(f"{where} has an empty team")
                    if min(team.hours) <= 0:
                        raise ValueError(f"{where} has a post of {min(team.hours):g} hours")
                    base.append(usual.copy())
                    for quantity, value in team.without_policy:
                        base[-1][QUANTITY_INDEX[quantity]] = value
                    name = (service, a, place, ordinal)
                    teams.append(
                        (
                            _origin(Domain.TEAM, *name),
                            service,
                            a,
                            number,
                            len(posts),
                            len(team.hours),
                        )
                    )
                    tenures = team.tenure or (-1,) * len(team.hours)
                    post = _origin(Domain.POST, *name)
                    for seat, (hours, tenure) in enumerate(zip(team.hours, tenures, strict=True)):
                        origin = int(rng.combine(post, seat))
                        posts.append(
                            (origin, service, a, number, len(teams) - 1, row, hours, tenure)
                        )
                        row += 1
                record["posts"][service] = len(posts) - record["first_post"][service]
                record["teams"][service] = len(teams) - record["first_team"][service]
                number += 1
            authorities[a]["posts"][service] = row
            authorities[a]["teams"][service] = len(teams) - authorities[a]["first_team"][service]
    first_tie = first_spanner_tie = 0
    for a in range(len(plans)):
        block = authorities[a]
        block["first_post"][BS] = len(posts)
        block["posts"][BS] = spanner_posts
        for row in range(spanner_posts):
            origin = _origin(Domain.POST, BS, a, row)
            posts.append((origin, BS, a, -1, -1, row, CONTRACTED_HOURS, -1))
        block["first_tie"] = first_tie
        block["first_spanner_tie"] = first_spanner_tie
        first_tie += int(block["posts"][CSW] * block["posts"][MHSW])
        first_spanner_tie += spanner_posts * int(block["posts"][CSW] + block["posts"][MHSW])
    return Layout(
        posts=np.array(posts, POST_DTYPE),
        teams=np.array(teams, TEAM_DTYPE),
        localities=localities,
        authorities=authorities,
        ties=first_tie,
        spanner_ties=first_spanner_tie,
        base=np.array(base),
        known=np.array([_known(tie, authorities) for tie in ties], KNOWN_DTYPE),
    )


def _known(tie: KnownTie, authorities: Records) -> tuple[int, int, float, float, float]:
    """Return a tie by the numbers of its posts."""
    if not 0 <= tie.authority < len(authorities):
        raise ValueError(f"a tie in authority {tie.authority} of {len(authorities)}")
    block = authorities[tie.authority]
    for service, row in ((CSW, tie.csw), (MHSW, tie.mhsw)):
        if not 0 <= row < block["posts"][service]:
            raise ValueError(
                f"a tie of post {row} of service {service}; authority {tie.authority} "
                f"has {block['posts'][service]}"
            )
    csw, mhsw = int(block["first_post"][CSW]) + tie.csw, int(block["first_post"][MHSW]) + tie.mhsw
    return csw, mhsw, tie.familiarity, tie.trust_cm, tie.trust_mc


def even_plan(
    *,
    localities: int,
    csw: int,
    csw_team_size: int,
    mhsw: int,
    mhsw_teams: int,
    shared_families: float,
) -> tuple[LocalityPlan, ...]:
    """Return one authority, its posts and teams spread over localities as evenly as can be."""

    def split(total: int, parts: int) -> list[int]:
        return [total // parts + (part < total % parts) for part in range(parts)]

    plan = []
    amh_teams = split(mhsw_teams, localities)
    amh_sizes = iter(split(mhsw, mhsw_teams))
    for place, posts in enumerate(split(csw, localities)):
        sizes = split(posts, max(1, round(posts / csw_team_size)))
        teams = [TeamPlan(CSW, (CONTRACTED_HOURS,) * size) for size in sizes]
        teams += [
            TeamPlan(MHSW, (CONTRACTED_HOURS,) * next(amh_sizes)) for _ in range(amh_teams[place])
        ]
        plan.append(LocalityPlan(shared_families / localities, tuple(teams)))
    return tuple(plan)
