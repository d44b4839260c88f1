"""Teams, localities and authorities as plain objects that list their posts."""

from types import SimpleNamespace

from tests.plain.agents import BS, CSW, MHSW, PRACTITIONERS, SpannerTie, Tie


class Team:
    """A team, its posts in order, and its policy quantities `q` of the week."""

    def __init__(self, index, record, posts):
        self.index = index
        self.origin = int(record["origin"])
        self.service = int(record["service"])
        self.authority = int(record["authority"])
        self.q = SimpleNamespace()
        first, n = int(record["first_post"]), int(record["posts"])
        self.posts = posts[first : first + n]
        for post in self.posts:
            post.team = self

    def filled(self):
        """Return the practitioners in post, in order."""
        return [post for post in self.posts if post.filled]


class Locality:
    """A locality with its posts and teams by service."""

    def __init__(self, index, record, posts, teams):
        self.index = index
        self.origin = int(record["origin"])
        self.authority = int(record["authority"])
        self.shared_families = float(record["shared_families"])
        self.posts, self.teams = [], []
        for s in (CSW, MHSW):
            first, n = int(record["first_post"][s]), int(record["posts"][s])
            self.posts.append(posts[first : first + n])
            first, n = int(record["first_team"][s]), int(record["teams"][s])
            self.teams.append(teams[first : first + n])


class Authority:
    """An authority: posts by service (2 = spanners), teams (CSC first), ties by rows."""

    def __init__(self, index, record, posts, teams):
        self.index = index
        self.posts = []
        for s in (CSW, MHSW, BS):
            first, n = int(record["first_post"][s]), int(record["posts"][s])
            self.posts.append(posts[first : first + n])
        self.teams = []
        for s in (CSW, MHSW):
            first, n = int(record["first_team"][s]), int(record["teams"][s])
            self.teams += teams[first : first + n]
        self.ties = [[Tie() for _ in self.posts[MHSW]] for _ in self.posts[CSW]]
        others = len(self.posts[CSW]) + len(self.posts[MHSW])
        self.spanner_ties = [[SpannerTie() for _ in range(others)] for _ in self.posts[BS]]

    def tie(self, csw, mhsw):
        """Return the tie of two posts."""
        return self.ties[csw.row][mhsw.row]

    def ties_of(self, post):
        """Return all ties of a CSW or MHSW post."""
        if post.service == CSW:
            return self.ties[post.row]
        return [row[post.row] for row in self.ties]

    def spanner_tie(self, spanner, post):
        """Return the tie of a spanner and a CSW or MHSW post."""
        row = post.row if post.service == CSW else len(self.posts[CSW]) + post.row
        return self.spanner_ties[spanner.row][row]

    def spanners(self):
        """Return the spanners in post, in order."""
        return [post for post in self.posts[BS] if post.filled]

    def largest(self, quantity):
        """Return the largest value of a quantity over the teams."""
        return max(getattr(team.q, quantity) for team in self.teams)


def build_places(model, layout):
    """Give the model its posts, teams, localities and authorities."""
    model.posts = [
        PRACTITIONERS[int(r["service"])](model, k, r) for k, r in enumerate(layout.posts)
    ]
    model.teams = [Team(k, r, model.posts) for k, r in enumerate(layout.teams)]
    model.localities = [
        Locality(k, r, model.posts, model.teams) for k, r in enumerate(layout.localities)
    ]
    model.authorities = [
        Authority(k, r, model.posts, model.teams) for k, r in enumerate(layout.authorities)
    ]
