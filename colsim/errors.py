"""Errors that are the user's to mend: a clear message, exit code 2, no traceback."""

import re
from collections.abc import Callable, Iterable
from typing import Any

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What no line shows: signs that steer a terminal, and those that turn a text around."""
_LONG_NUMBER = re.compile(r"\d(?:,?\d){39,}")


def legible(text: str) -> str:
    r"""Return a text that a terminal shows as it is: nothing steers it, no number fills it.

    >>> print(legible("co\x1b[31m: found " + 301 * "1"))
    co\x1b[31m: found 111111… (301 digits)
    """
    text = _LONG_NUMBER.sub(
        lambda found: f"{found[0][:6]}… ({sum(c != ',' for c in found[0])} digits)", text
    )
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


class UserError(Exception):
    """Something that the user gave is wrong; the message says what would be right."""

    faults: tuple[Any, ...] = ()
    """What is wrong, one by one, where that is known: for programs."""

    def __str__(self) -> str:
        """Return the message, legible whatever was given."""
        return legible(super().__str__())


class TakenError(UserError):
    """The place of a result is taken, perhaps since it was looked at; exit code 2."""


class IncompleteError(UserError):
    """Something was done, and something could not be written; exit code 1."""


def refusal(found: str, allowed: str, near: str | None = None) -> str:
    """Return what was found and what is allowed, the nearest known name before a long list.

    >>> refusal("'shadwing'", "co_location, shadowing", "shadowing")
    "found 'shadwing'; nearest known name: shadowing; allowed: co_location, shadowing"
    >>> refusal("0", "1 or more")
    'found 0; allowed: 1 or more'
    """
    hint = f"nearest known name: {near}; " if near else ""
    return f"found {found}; {hint}allowed: {allowed}"


def nearest(
    name: str, known: Iterable[str], *, fold: Callable[[str], str] | None = None
) -> str | None:
    """Return the known name closest to a misspelt one, or None if none is close.

    Args:
        name: as it was written.
        known: names that there are.
        fold: what of a name counts; unless given, neither its case nor the mark between words.

    >>> nearest("Joint-Trainig", ["co_location", "joint_training"])
    'joint_training'
    """
    from difflib import get_close_matches  # wanted only when something is wrong

    fold = fold or _folded
    by_folded = {fold(candidate): candidate for candidate in known}
    close = get_close_matches(fold(name), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
