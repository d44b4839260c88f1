"""Where things stand in the world's arrays: the one reader of their order outside the kernels.

Ties of an authority lie in a block, CSW rows by MHSW rows; spanner ties in another, spanner rows
by CSW rows then MHSW rows. Nobody else needs to know.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.core.layout import Layout, Records
from colsim.core.names import BS, CSW, MHSW, StoryReach
from colsim.core.state import World

Rows = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def posts_of(world: World, authority: int, service: int) -> range:
    """Return the posts of an authority's CSWs, MHSWs or spanners."""
    block = world.authorities[authority]
    first = int(block["first_post"][service])
    return range(first, first + int(block["posts"][service]))


def posts_in(world: World, locality: int, service: int) -> range:
    """Return the posts of a locality's CSWs or MHSWs."""
    place = world.localities[locality]
    first = int(place["first_post"][service])
    return range(first, first + int(place["posts"][service]))


def members_of(world: World | Layout, team: int) -> range:
    """Return the posts of a team, filled or not."""
    first = int(world.teams["first_post"][team])
    return range(first, first + int(world.teams["posts"][team]))


def teams_in(world: World | Layout, locality: int, service: int) -> range:
    """Return the teams of a service in a locality."""
    place = world.localities[locality]
    first = int(place["first_team"][service])
    return range(first, first + int(place["teams"][service]))


def team_number(world: World | Layout, team: int) -> int:
    """Return a team's number, from 0, among the teams of its service in its locality."""
    record = world.teams[team]
    return team - teams_in(world, int(record["locality"]), int(record["service"])).start


def place_number(world: World | Layout, locality: int) -> int:
    """Return a locality's number, from 0, within its authority."""
    authorities = world.localities["authority"]
    return locality - int(np.searchsorted(authorities, authorities[locality]))


def authority_of(world: World, family: int) -> int:
    """Return the authority in which a family lives."""
    return int(world.localities["authority"][world.families["locality"][family]])


def active_families(world: World, authority: int) -> Rows:
    """Return the rows of an authority's active families, in the order of the kernels."""
    roster = world.rosters[authority]
    return world.active[roster["first"] : roster["first"] + roster["active"]].astype(np.int64)


def paired(families: Records) -> npt.NDArray[np.bool_]:
    """Return of each family whether both services are open and both leads are there."""
    return np.asarray((families["open"] != 0).all(axis=1) & (families["lead"] >= 0).all(axis=1))


def paired_rows(world: World, rows: Rows) -> Rows:
    """Return those of the rows whose family is paired."""
    found: Rows = rows[paired(world.families[rows])]
    return found


def led_rows(world: World, service: int, post: int) -> Rows:
    """Return the rows of the active families that a post leads for a service."""
    families = world.families
    found: Rows = np.flatnonzero(families["active"] & (families["lead"][:, service] == post))
    return found


def tie_places(world: World, csws: Rows | int, mhsws: Rows | int) -> Rows:
    """Return the places of the ties of CSW posts with MHSW posts of the same authority each."""
    posts = world.posts
    block = world.authorities[posts["authority"][csws]]
    width = block["posts"][..., MHSW]
    return np.asarray(block["first_tie"] + posts["row"][csws] * width + posts["row"][mhsws])


def tie_place(world: World, csw: int, mhsw: int) -> int:
    """Return the place of the tie of a CSW post and an MHSW post of one authority."""
    return int(tie_places(world, csw, mhsw))


def spanner_tie_place(world: World, spanner: int, post: int) -> int:
    """Return the place of the tie of a spanner post and another post of its authority."""
    own = world.posts[spanner]
    block = world.authorities[own["authority"]]
    csws, mhsws = int(block["posts"][CSW]), int(block["posts"][MHSW])
    column = int(world.posts["row"][post]) + (
        csws if int(world.posts["service"][post]) == MHSW else 0
    )
    return int(block["first_spanner_tie"]) + int(own["row"]) * (csws + mhsws) + column


def shared_days(world: World) -> Values:
    """Return of each team on how many days a week it sits at a site of both services."""
    days: Values = np.minimum(world.policy["shared_days"], world.parameters[0]["mhsw_office_days"])
    return np.where(world.teams["service"] == MHSW, days, 0.0)


def story_share(world: World) -> float:
    """Return how much of a story about the other service is in trust in force."""
    p = world.parameters[0]
    return float(p["story_strength"]) if p["story_reach"] == StoryReach.WHOLE else 0.0


@dataclass(frozen=True, slots=True)
class Ties:
    """All ties between the two services in one authority, as views: nothing is copied."""

    csws: range
    mhsws: range
    familiarity: Values
    """Shape (CSW posts x MHSW posts,), like those below."""
    trust_of_csw: Values
    trust_of_mhsw: Values
    last: npt.NDArray[np.int32]
    """Week of the last contact, -1 for strangers."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of CSW and of MHSW posts: any of the arrays reshaped to it is a matrix."""
        return len(self.csws), len(self.mhsws)

    def ends(self, k: Rows) -> tuple[Rows, Rows]:
        """Return the CSW and the MHSW post of the k-th ties."""
        row, column = np.divmod(k, max(1, len(self.mhsws)))
        return self.csws.start + row, self.mhsws.start + column

    def with_post(self, post: int) -> tuple[range, slice]:
        """Return the posts of the other service, and where the ties of `post` with them stand."""
        if post in self.csws:
            first = (post - self.csws.start) * len(self.mhsws)
            return self.mhsws, slice(first, first + len(self.mhsws))
        return self.csws, slice(post - self.mhsws.start, None, max(1, len(self.mhsws)))


@dataclass(frozen=True, slots=True)
class SpannerTies:
    """All ties of an authority's spanners, as views."""

    spanners: range
    csws: range
    mhsws: range
    familiarity: Values
    """Shape (spanner posts x other posts,), like trust."""
    trust: Values
    """Of the practitioner in the spanner."""

    @property
    def others(self) -> Rows:
        """Posts that each spanner has a tie with: CSWs, then MHSWs."""
        return np.array([*self.csws, *self.mhsws], np.int64)

    def ends(self, k: Rows) -> tuple[Rows, Rows]:
        """Return the spanner's and the other post of the k-th ties."""
        others = self.others
        row, column = np.divmod(k, max(1, len(others)))
        return self.spanners.start + row, others[column]

    def with_post(self, post: int) -> tuple[Rows, slice]:
        """Return the posts at the other ends, and where the ties of `post` with them stand."""
        width = len(self.csws) + len(self.mhsws)
        if post in self.spanners:
            first = (post - self.spanners.start) * width
            return self.others, slice(first, first + width)
        in_row = post - self.csws.start if post in self.csws else post - self.mhsws.start
        column = in_row if post in self.csws else len(self.csws) + in_row
        return np.array(self.spanners, np.int64), slice(column, None, max(1, width))


def ties_of(world: World, authority: int) -> Ties:
    """Return the ties between the two services in an authority."""
    csws, mhsws = posts_of(world, authority, CSW), posts_of(world, authority, MHSW)
    first = int(world.authorities["first_tie"][authority])
    place = slice(first, first + len(csws) * len(mhsws))
    return Ties(
        csws,
        mhsws,
        world.tie_familiarity[place],
        world.tie_trust_cm[place],
        world.tie_trust_mc[place],
        world.tie_last[place],
    )


def spanner_ties_of(world: World, authority: int) -> SpannerTies:
    """Return the ties of an authority's spanners."""
    csws, mhsws = posts_of(world, authority, CSW), posts_of(world, authority, MHSW)
    spanners = posts_of(world, authority, BS)
    first = int(world.authorities["first_spanner_tie"][authority])
    place = slice(first, first + len(spanners) * (len(csws) + len(mhsws)))
    return SpannerTies(
        spanners, csws, mhsws, world.spanner_familiarity[place], world.spanner_trust[place]
    )
