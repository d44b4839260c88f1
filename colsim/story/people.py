"""Who a practitioner is, in words: told by the post, never read out of a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from colsim.core.state import World
from colsim.core.view import place_number, team_number

_ROLES = ("CSW", "MHSW", "boundary spanner")


class Person(str):
    """A practitioner's name, with what they are in words."""

    words: str

    def __new__(cls, name: str, words: str = "") -> Self:
        """Return a name that knows what it means."""
        person = super().__new__(cls, name)
        person.words = words
        return person


@dataclass(frozen=True, slots=True)
class Names:
    """What families, posts and teams are called."""

    families: Sequence[str]
    """Of all families, by row."""
    posts: Sequence[str]
    """Of all posts, by number."""
    teams: Sequence[str] = ()
    """The user's own names of teams, by number, if there are any."""


def post_words(world: World, teams: Sequence[str] = ()) -> list[str]:
    """Return what each post is in words, such as 'CSW in team 2 of locality 1'.

    Args:
        world: the posts.
        teams: the user's own names of teams, by number; numbers within the locality unless given.
    """
    found = []
    for post in world.posts:
        role, team, authority = _ROLES[int(post["service"])], int(post["team"]), post["authority"]
        where = f" of authority {authority}" if authority else ""
        if team < 0:
            found.append(f"{role} {post['row']}{where}")
        elif teams:
            found.append(f"{role} in {teams[team]}")
        else:
            place = place_number(world, int(world.teams["locality"][team]))
            number = team_number(world, team)
            found.append(f"{role} in team {number} of locality {place}{where}")
    return found
