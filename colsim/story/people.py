"""Who practitioners and families are: in words, by name, and as people call them."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self

from colsim.core.state import World
from colsim.core.view import place_number, team_number
from colsim.errors import UserError, refusal

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


_SHOWN = 3


def row_of(names: Sequence[str], family: object, world: World) -> int:
    """Return the row of the family of a name.

    Raises:
        UserError: there is none; names the nearest, and some that exist.
    """
    if isinstance(family, str):
        wanted = family.strip().casefold()
        if wanted in names:
            return names.index(wanted)
        near = get_close_matches(wanted, names, n=_SHOWN, cutoff=0.6)
    else:
        near = []
    allowed = f"the name of a family of this run, such as {', '.join(_examples(names, world))}"
    raise UserError(f"family: {refusal(repr(family), allowed, ', '.join(near))}")


def _examples(names: Sequence[str], world: World) -> list[str]:
    """Return families that are there from the start, and some that come once the policy runs."""
    late = world.families["arrival"] >= world.clock[0]["burn_in"]
    later = [name for name, came in zip(names, late.tolist(), strict=True) if came]
    return [*names[:1], *later[: _SHOWN - 1]]


_TREES = (
    "Oak", "Rowan", "Hazel", "Willow", "Cedar", "Maple", "Elder", "Linden", "Holly", "Aspen",
    "Alder", "Juniper", "Laurel", "Poplar", "Hawthorn", "Chestnut", "Larch", "Sorrel", "Bramble",
    "Clover", "Heather", "Fern", "Thistle", "Myrtle", "Yarrow", "Sage", "Tansy", "Mallow",
    "Teasel", "Bracken", "Damson", "Quince", "Medlar", "Walnut", "Spruce", "Cypress", "Mulberry",
    "Hornbeam", "Whitebeam", "Blackthorn",
)  # fmt: skip
_PLACES = (
    "", "Bank", "Bridge", "Brook", "Corner", "Cross", "Dale", "Edge", "End", "Field", "Gate",
    "Green", "Grove", "Heath", "Hill", "Lane", "Meadow", "Mill", "Park", "Path", "Pond", "Ridge",
    "Road", "Row", "Side", "Square", "Street", "View", "Walk", "Way", "Well", "Wood",
)  # fmt: skip


def called(number: int) -> str:
    """Return what the family of a number is called; different numbers, different names.

    >>> called(0), called(40), called(1280)
    ('Family Oak', 'Family Oak Bank', 'Family Oak 2')
    """
    rest, tree = divmod(number, len(_TREES))
    again, place = divmod(rest, len(_PLACES))
    words = ["Family", _TREES[tree], _PLACES[place], str(again + 1) if again else ""]
    return " ".join(word for word in words if word)
