"""Which family is meant: by its name, or a refusal that helps."""

from collections.abc import Sequence
from difflib import get_close_matches

from colsim.core.state import World
from colsim.errors import UserError, refusal

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
