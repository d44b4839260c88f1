"""What can be wrong in plain data: a problem, where it is, and what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass

Loc = tuple[str | int, ...]


Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, what was found, what would be right."""

    loc: Loc
    found: str
    allowed: str
    suggestion: str | None = None
    also: tuple[Loc, ...] = ()
    """Other values that take part: the one that was set last is the one to mend."""


def number_range(low: float, high: float, unit: str = "") -> str:
    """Return "a number from LOW to HIGH (UNIT)"."""
    return f"a number from {low:g} to {high:g}" + (f" ({unit})" if unit else "")


def table(value: object) -> Data:
    """Return the value if it is a table, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_number(value: object) -> float | None:
    """Return a number; None for anything else, a boolean included."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_whole(value: object) -> int | None:
    """Return a whole number; None for anything else, a boolean included."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
