"""Errors that are the user's to mend: a clear message, exit code 2, no traceback.

What is optional and not installed is one of them: here is how to get it.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
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


class Faults:
    """Faults of several checks, to be named in one go."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.faults: list[Any] = []

    def trying[T](self, check: Callable[[], T]) -> T | None:
        """Return what a check returns; keep its fault and return None if it finds one."""
        try:
            return check()
        except UserError as error:
            self.found.append(str(error))
            self.faults += error.faults
            return None

    def refuse(self) -> None:
        """Raise what was found, if anything; what was found twice is said once.

        Raises:
            UserError: at least one check found a fault.
        """
        if self.found:
            error = UserError("\n".join(dict.fromkeys("\n".join(self.found).splitlines())))
            error.faults = tuple(self.faults)
            raise error


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


def few(items: Sequence[object], most: int) -> str:
    """Return items on a line; those beyond the first `most` are counted.

    >>> few(["a", "b", "c"], 2), few([1, 2], 2)
    ('a, b and 1 more', '1, 2')
    """
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(map(str, items[:most])) + more


def twice(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once, sorted.

    >>> twice(["b", "a", "b"])
    ['b']
    """
    return sorted(name for name, count in Counter(names).items() if count > 1)


def install_command(*extras: str) -> str:
    """Return the command that adds extras to this installation, in the versions tried together.

    No index has colsim: the command names its checkout, or says that it is for the checkout.
    """
    named = f"[{','.join(extras)}]"
    checkout = Path(__file__).parents[1]
    if not all((checkout / name).is_file() for name in ("pyproject.toml", "constraints.txt")):
        return f'python -m pip install -c constraints.txt ".{named}" (in a checkout of colsim)'
    return (
        f'"{sys.executable}" -m pip install -c "{checkout / "constraints.txt"}" '
        f'-e "{checkout}{named}"'
    )


def missing(found: str, *extras: str) -> UserError:
    """Return the error of something optional that is not there.

    Args:
        found: where it was asked for and what was found, such as `--scheduler: found no Dask`.
        extras: the extras that bring it.
    """
    return UserError(f"{found}; allowed: after {install_command(*extras)}")
