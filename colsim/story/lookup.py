"""Which family is meant: by its name, or a refusal that helps."""

from collections.abc import Sequence
from difflib import get_close_matches

from colsim.core.state import World
from colsim.errors import UserError

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
        hint = f"; nearest known names: {', '.join(near)}" if near else ""
    else:
        hint = ""
    raise UserError(
        f"family: found {family!r}; allowed: the name of a family of this run, such as "
        f"{', '.join(_examples(names, world))}{hint}"
    )


def _examples(names: Sequence[str], world: World) -> list[str]:
    """Return families that are there from the start, and some that come once the policy runs."""
    late = world.families["arrival"] >= world.clock[0]["burn_in"]
    later = [name for name, came in zip(names, late.tolist(), strict=True) if came]
    return [*names[:1], *later[: _SHOWN - 1]]
