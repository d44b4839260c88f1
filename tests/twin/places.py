"""What stays in place during a run: posts, teams, localities, authorities, and ties."""

from colsim.core.layout import BS, CSW, MHSW, Layout
from tests.twin.draws import Drawing

STRANGERS = -1


class Tie:
    """Between a CSW post and an MHSW post; held by the two present post-holders."""

    def __init__(self):
        self.sever()

    def sever(self) -> None:
        self.familiarity = 0.0
        self.trust_cm = 0.5
        self.trust_mc = 0.5
        self.last = STRANGERS


class SpannerTie:
    """Between a spanner post and a CSW or MHSW post."""

    def __init__(self):
        self.sever()

    def sever(self) -> None:
        self.familiarity = 0.0
        self.trust = 0.5


class Post(Drawing):
    """A seat; `holder` is the practitioner in it, None when vacant.

    `ties` and `spanner_ties` are keyed by the number of the post at the other end.
    """

    def __init__(self, number: int, record):
        self.number = number
        self.origin = int(record["origin"])
        self.service = int(record["service"])
        self.row = int(record["row"])
        self.hours = float(record["hours"])
        self.authority = None
        self.locality = None
        self.team = None
        self.holder = None
        self.succession = 0
        self.ties: dict[int, Tie] = {}
        self.spanner_ties: dict[int, SpannerTie] = {}

    def sever(self) -> None:
        for tie in self.ties.values():
            tie.sever()
        for tie in self.spanner_ties.values():
            tie.sever()


class Team(Drawing):
    """Posts that hold stories in common; `q` holds this week's policy quantities."""

    def __init__(self, number: int, record):
        self.number = number
        self.origin = int(record["origin"])
        self.service = int(record["service"])
        self.posts: list[Post] = []
        self.q = None

    def members(self) -> list:
        """Return the practitioners in filled posts, in the order of posts."""
        return [post.holder for post in self.posts if post.holder is not None]


class Locality(Drawing):
    """Teams of both services; `posts` and `teams` are indexed by service."""

    def __init__(self, number: int, record):
        self.number = number
        self.origin = int(record["origin"])
        self.shared_families = float(record["shared_families"])
        self.authority = None
        self.posts: list[list[Post]] = [[], []]
        self.teams: list[list[Team]] = [[], []]


class Authority:
    """Localities under one employer; `posts` by service, spanners third."""

    def __init__(self):
        self.posts: list[list[Post]] = [[], [], []]
        self.teams: list[list[Team]] = [[], []]

    def all_teams(self) -> list[Team]:
        return self.teams[CSW] + self.teams[MHSW]

    def spanners(self) -> list:
        """Return the spanners in filled posts, in the order of posts."""
        return [post.holder for post in self.posts[BS] if post.holder is not None]


class Places:
    """A layout's tables as objects that know each other."""

    def __init__(self, layout: Layout):
        self.authorities = [Authority() for _ in layout.authorities]
        self.localities = [Locality(k, record) for k, record in enumerate(layout.localities)]
        self.teams = [Team(k, record) for k, record in enumerate(layout.teams)]
        self.posts = [Post(k, record) for k, record in enumerate(layout.posts)]
        for locality, record in zip(self.localities, layout.localities, strict=True):
            locality.authority = self.authorities[int(record["authority"])]
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
        self.ties = [self._tie(*pair) for pair in self._pairs()]
        self.spanner_ties = [self._spanner_tie(*pair) for pair in self._spanner_pairs()]

    def _pairs(self):
        for authority in self.authorities:
            for one in authority.posts[CSW]:
                for other in authority.posts[MHSW]:
                    yield one, other

    def _spanner_pairs(self):
        for authority in self.authorities:
            for spanner in authority.posts[BS]:
                for other in authority.posts[CSW] + authority.posts[MHSW]:
                    yield spanner, other

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
