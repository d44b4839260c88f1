"""Errors that are the user's to mend: a clear message, exit code 2, no traceback."""

from typing import Any


class UserError(Exception):
    """Something that the user gave is wrong; the message says what would be right."""

    faults: tuple[Any, ...] = ()
    """What is wrong, one by one, where that is known: for programs."""


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
