"""What stays in place during a run: posts, teams, localities, authorities, and ties."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from colsim.core.layout import BS, CSW, MHSW, Layout
from colsim.core.quantities import QUANTITIES
from colsim.plain.draws import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colsim.plain.agents import BoundarySpanner, Family, Practitioner

STRANGERS = -1
NEVER = -1


class Numbers(SimpleNamespace):
    """Numbers by name: parameters, or a team's policy quantities of the week."""

    if TYPE_CHECKING:

        def __getattribute__(self, name: str) -> float: ...


class Tie:
    """Between a CSW post and an MHSW post; held by the two present post-holders.

    `met` is the week in which they last came across each other at a shared site.
    """

    def __init__(self) -> None:
        self.sever()

    def sever(self) -> None:
        self.familiarity = 0.0
        self.trust_cm = 0.5
        self.trust_mc = 0.5
        self.last = STRANGERS
        self.met = NEVER


class SpannerTie:
    """Between a spanner post and a CSW or MHSW post."""

    def __init__(self) -> None:
        self.sever()

    def sever(self) -> None:
        self.familiarity = 0.0
        self.trust = 0.5


class Post(Drawing):
    """A seat; `holder` is the practitioner in it, None when vacant.

    `ties` and `spanner_ties` are keyed by the number of the post at the other end.
    """

    def __init__(self, number: int, record: Any):
        self.number = number
        self.origin = int(record["origin"])
        self.service = int(record["service"])
        self.row = int(record["row"])
        self.hours = float(record["hours"])
        self.tenure_today = int(record["tenure"])
        self.authority: Authority
        self.locality: Locality  # spanners have none, and no team
        self.team: Team
        self.holder: Practitioner | None = None
        self.succession = 0
        self.ties: dict[int, Tie] = {}
        self.spanner_ties: dict[int, SpannerTie] = {}

    def sever(self) -> None:
        for tie in self.ties.values():
            tie.sever()
        for spanner_tie in self.spanner_ties.values():
            spanner_tie.sever()


class Team(Drawing):
    """Posts that hold stories in common; `q` holds this week's policy quantities.

    `base` holds the quantities without policy, `since` the week in which each kind of rule
    began; `story` is what the background colleagues of an AMH team tell, 0 in a CSC team.
    """

    def __init__(self, number: int, record: Any, base: "Sequence[float]"):
        self.number = number
        self.origin = int(record["origin"])
        self.service = int(record["service"])
        self.posts: list[Post] = []
        self.base = {name: float(value) for name, value in zip(QUANTITIES, base, strict=True)}
        self.q = Numbers()
        self.since = [-1] * 3
        self.story = 0.0

    def members(self) -> "list[Practitioner]":
        """Return the practitioners in filled posts, in the order of posts."""
        return [post.holder for post in self.posts if post.holder is not None]


class Locality(Drawing):
    """Teams of both services; `posts` and `teams` are indexed by service."""

    def __init__(self, number: int, record: Any):
        self.number = number
        self.origin = int(record["origin"])
        self.shared_families = float(record["shared_families"])
        self.authority: Authority
        self.posts: list[list[Post]] = [[], []]
        self.teams: list[list[Team]] = [[], []]


class KnownTie:
    """A tie that is in use today, as a user lists it.

    A trust below 0 is not known; a familiarity below 0 says that ties are listed, and is no tie.
    """

    def __init__(self, csw: Post, mhsw: Post, record: Any):
        self.csw = csw
        self.mhsw = mhsw
        self.familiarity = float(record["familiarity"])
        self.trust_cm = float(record["trust_cm"])
        self.trust_mc = float(record["trust_mc"])


class Authority:
    """Localities under one employer; `posts` by service, spanners third.

    `families` are all of the run, `active` those visited now, in the order of visiting;
    `arriving` and `returning` are keyed by week.
    """

    def __init__(self, number: int):
        self.number = number
        self.localities: list[Locality] = []
        self.posts: list[list[Post]] = [[], [], []]
        self.teams: list[list[Team]] = [[], []]
        self.ties: list[Tie] = []
        self.spanner_ties: list[SpannerTie] = []
        self.known_ties: list[KnownTie] = []
        self.families: list[Family] = []
        self.active: list[Family] = []
        self.arriving: dict[int, list[Family]] = {}
        self.returning: dict[int, list[Family]] = {}

    def all_teams(self) -> list[Team]:
        return self.teams[CSW] + self.teams[MHSW]

    def all_posts(self) -> list[Post]:
        return self.posts[CSW] + self.posts[MHSW] + self.posts[BS]

    def practitioners(self) -> "list[Practitioner]":
        """Return all who are in post, in the order of posts."""
        return [post.holder for post in self.all_posts() if post.holder is not None]

    def workers(self) -> "list[Practitioner]":
        """Return CSWs and MHSWs in post, in the order of posts."""
        return [i for i in self.practitioners() if i.service != BS]

    def spanners(self) -> "list[BoundarySpanner]":
        """Return the spanners in filled posts, in the order of posts."""
        return [post.holder for post in self.posts[BS] if post.holder is not None]


class Places:
    """A layout's tables as objects that know each other."""

    def __init__(self, layout: Layout):
        self.authorities = [Authority(k) for k in range(len(layout.authorities))]
        self.localities = [Locality(k, record) for k, record in enumerate(layout.localities)]
        self.teams = [
            Team(k, record, base)
            for k, (record, base) in enumerate(zip(layout.teams, layout.base, strict=True))
        ]
        self.posts = [Post(k, record) for k, record in enumerate(layout.posts)]
        for locality, record in zip(self.localities, layout.localities, strict=True):
            locality.authority = self.authorities[int(record["authority"])]
            locality.authority.localities.append(locality)
        for team, record in zip(self.teams, layout.teams, strict=True):
            self.localities[int(record["locality"])].teams[team.service].append(team)
            self.authorities[int(record["authority"])].teams[team.service].append(team)
        for post, record in zip(self.posts, layout.posts, strict=True):
            post.authority = self.authorities[int(record["authority"])]
            post.authority.posts[post.service].append(post)
            if post.service != BS:
                post.locality = self.localities[int(record["locality"])]
                post.locality.posts[post.service].append(post)
                post.team = self.teams[int(record["team"])]
                post.team.posts.append(post)
        for authority in self.authorities:
            self._tie_up(authority)
        for record in layout.known:
            csw, mhsw = self.posts[int(record["csw"])], self.posts[int(record["mhsw"])]
            csw.authority.known_ties.append(KnownTie(csw, mhsw, record))

    def _tie_up(self, authority: Authority) -> None:
        for one in authority.posts[CSW]:
            for other in authority.posts[MHSW]:
                authority.ties.append(self._tie(one, other))
        for spanner in authority.posts[BS]:
            for other in authority.posts[CSW] + authority.posts[MHSW]:
                authority.spanner_ties.append(self._spanner_tie(spanner, other))

    @staticmethod
    def _tie(one: Post, other: Post) -> Tie:
        tie = Tie()
        one.ties[other.number] = other.ties[one.number] = tie
        return tie

    @staticmethod
    def _spanner_tie(spanner: Post, other: Post) -> SpannerTie:
        tie = SpannerTie()
        spanner.spanner_ties[other.number] = other.spanner_ties[spanner.number] = tie
        return tie
