"""Parameters that are bound to each other: `colsim/data/bonds.toml`.

What is drawn, or left at its default, gives way; what a scenario sets stays, and is refused where
two things that it sets contradict each other.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from colsim.data.rows import load

_ROUNDING = 1e-9
"""By which a sum or a product may miss its limit, as computers add."""


@dataclass(frozen=True, slots=True)
class Bond:
    """What binds some parameters: their order, or a limit to their sum or product."""

    name: str
    kind: Literal["rising", "sum", "product"]
    parameters: tuple[str, ...]
    reason: str
    limit: float = math.inf

    def broken_by(self, given: Mapping[str, float]) -> tuple[str, ...]:
        """Return the parameters among those given that contradict each other; none: ()."""
        set_here = [name for name in self.parameters if name in given]
        values = [given[name] for name in set_here]
        if self.kind == "rising":
            for k in range(1, len(values)):
                if values[k] < values[k - 1]:
                    return (set_here[k - 1], set_here[k])
            return ()
        reached = math.fsum(values) if self.kind == "sum" else math.prod(values)
        complete = self.kind == "sum" or len(values) == len(self.parameters)
        broken = len(values) > 1 and complete and reached > self.limit + _ROUNDING
        return tuple(set_here) if broken else ()

    def allowed(self) -> str:
        """Say what would be right.

        >>> BONDS["consent"].allowed()
        'consent_base + consent_trust <= 1'
        """
        sign = {"rising": " <= ", "sum": " + ", "product": " × "}[self.kind]
        text = sign.join(self.parameters)
        return text if self.kind == "rising" else f"{text} <= {self.limit:g}"

    def settled(self, values: Mapping[str, float], given: Mapping[str, float]) -> dict[str, float]:
        """Return the values of this bond's parameters, moved where they have to be.

        Args:
            values: of all parameters of the bond.
            given: what stays as it is.
        """
        free = [name for name in self.parameters if name not in given]
        if self.kind == "rising":
            return self._in_order(values, given, free)
        own = {name: values[name] for name in self.parameters}
        held = [values[name] for name in self.parameters if name in given]
        moved = [values[name] for name in free]
        if self.kind == "sum":
            reached, room = math.fsum(moved), max(0.0, self.limit - math.fsum(held))
        else:
            fixed = math.prod(held)
            reached = math.prod(moved)
            room = self.limit / fixed if fixed > 0.0 else math.inf
        if not free or reached <= room:
            return own
        share = room / reached
        if self.kind == "product":
            share = share ** (1.0 / len(free))
        return own | {name: values[name] * share for name in free}

    def _in_order(
        self, values: Mapping[str, float], given: Mapping[str, float], free: list[str]
    ) -> dict[str, float]:
        """Put what is free in order among itself, then between what is given."""
        own = {name: values[name] for name in self.parameters}
        own |= zip(free, sorted(values[name] for name in free), strict=True)
        for k, name in enumerate(self.parameters):
            if name in given:
                continue
            before = [given[n] for n in self.parameters[:k] if n in given]
            behind = [given[n] for n in self.parameters[k:] if n in given]
            own[name] = min([max([own[name], *before]), *behind])
        return own


BONDS: dict[str, Bond] = load(Bond, "bonds")


def settled(values: Mapping[str, float], given: Mapping[str, float]) -> dict[str, float]:
    """Return values of parameters of which none contradicts another, unless both are given.

    Args:
        values: of every parameter that a bond names, at least.
        given: what a scenario sets, which stays.
    """
    result = dict(values)
    for bond in BONDS.values():
        result |= bond.settled(result, given)
    return result


def contradictions(given: Mapping[str, float]) -> Iterator[tuple[Bond, tuple[str, ...]]]:
    """Yield each bond that is broken among what is given, and the parameters that break it."""
    for bond in BONDS.values():
        names = bond.broken_by(given)
        if names:
            yield bond, names
