"""The levers, read from their table: what a policy changes, by how much, at what price.

A lever changes named quantities of the model over a window of time, through channels that can be
switched off one by one, so that an effect can be attributed. No mechanism knows a lever's name.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from colsim.data.rows import Flaw, load
from colsim.errors import nearest
from colsim.scenario.lever import Channel, CostLine, CostUnit, Exclusion, Lever

__all__ = [
    "EXCLUSIONS",
    "LEVERS",
    "Channel",
    "CostLine",
    "CostUnit",
    "Exclusion",
    "Lever",
    "channel_names",
]


def excluded_unknown(levers: Mapping[str, Lever]) -> Iterator[Flaw]:
    """Find levers that are excluded and that there are not."""
    for name, lever in levers.items():
        for other in lever.excludes:
            if other.name not in levers:
                near = nearest(other.name, levers)
                yield Flaw(f"{name}.excludes", repr(other.name), ", ".join(levers), near)


LEVERS: Mapping[str, Lever] = MappingProxyType(load(Lever, "levers", excluded_unknown))
"""Every lever by name, in the order in which they are shown."""

EXCLUSIONS = tuple(
    Exclusion(lever.name, other.name, other.reason)
    for lever in LEVERS.values()
    for other in lever.excludes
)
"""Pairs of levers that make no sense in one place at one time."""


def channel_names(lever: str) -> tuple[str, ...]:
    """Return the names of a lever's channels, structural ones included.

    Raises:
        KeyError: there is no such lever.
    """
    return tuple(channel.name for channel in LEVERS[lever].channels)
