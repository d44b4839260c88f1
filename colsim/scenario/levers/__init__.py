"""The levers: what a policy changes, by how much, at what price, on what evidence.

A lever changes named quantities of the model over a window of time, through
channels that can be switched off one by one, so that an effect can be
attributed.  No mechanism knows a lever's name: this table is the only place
where levers and quantities meet.

Evidence marks are those of `colsim.core.parameter.MARKS`; a figure worked out
from a sourced one and an assumption bears the mark of the assumption.
"""

from collections.abc import Mapping
from types import MappingProxyType

from colsim.scenario.lever import Channel, CostLine, CostUnit, Exclusion, Lever
from colsim.scenario.levers import circumstances, meeting, people, rules

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

LEVERS: Mapping[str, Lever] = MappingProxyType(
    {
        lever.name: lever
        for lever in (*meeting.LEVERS, *people.LEVERS, *rules.LEVERS, *circumstances.LEVERS)
    }
)
"""Every lever by name, in the order in which they are shown."""

EXCLUSIONS = (
    Exclusion(
        "integrated_service",
        "co_location",
        "an integrated service shares its site on every day already",
    ),
    Exclusion(
        "integrated_service",
        "management_priority",
        "an integrated service has one management, whose priority is part of it",
    ),
    Exclusion(
        "integrated_service",
        "authority_ownership",
        "MHSWs belong either to the authority or to the integrated service",
    ),
    Exclusion(
        "posts_frozen",
        "caseload_cap",
        "a cap on caseloads needs extra posts, and frozen posts are not filled",
    ),
)
"""Pairs of levers that make no sense in one place at one time."""


def channel_names(lever: str) -> tuple[str, ...]:
    """Return the names of a lever's channels, structural ones included.

    Raises:
        KeyError: there is no such lever.
    """
    return tuple(channel.name for channel in LEVERS[lever].channels)
