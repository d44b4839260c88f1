"""The levers, read from their table: what a policy changes, by how much, at what price.

A lever changes named quantities of the model over a window of time, through channels that can be
switched off one by one, so that an effect can be attributed. No mechanism knows a lever's name.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from colsim.data.rows import Flaw, load, read_rows
from colsim.errors import nearest
from colsim.scenario.lever import Exclusion, Lever


def excluded_unknown(levers: Mapping[str, Lever]) -> Iterator[Flaw]:
    """Find levers that are excluded and that there are not."""
    for name, lever in levers.items():
        for other in lever.excludes:
            if other.name not in levers:
                near = nearest(other.name, levers)
                yield Flaw(f"{name}.excludes", repr(other.name), ", ".join(levers), near)


LEVERS: Mapping[str, Lever] = MappingProxyType(load(Lever, "levers", excluded_unknown))
"""Every lever by name, in the order in which they are shown."""


def defined(name: str, definition: Any) -> tuple[Lever | None, list[Flaw]]:
    """Return the lever that a scenario defines, and what is wrong with it.

    Args:
        name: of the lever.
        definition: a row as in the table of levers.
    """
    rows, flaws = read_rows(Lever, {name: definition})
    flaws += excluded_unknown({**LEVERS, **rows}) if rows else []
    return (None if flaws else rows[name]), flaws


def lever_of(name: str, setting: Any) -> Lever:
    """Return what is set: a lever of the table, or the one that the setting defines itself.

    Args:
        name: of the lever.
        setting: a `LeverSetting`, or the same as plain data.

    Raises:
        KeyError: there is no such lever, and no sound definition.
    """
    if name in LEVERS:
        return LEVERS[name]
    own, _ = defined(name, _definition(setting))
    if own is None:
        raise KeyError(name)
    return own


def levers_in(settings: Mapping[str, Any]) -> Mapping[str, Lever]:
    """Return the levers of the table, and those that a scenario's settings define soundly."""
    own = {
        name: lever
        for name, setting in settings.items()
        if name not in LEVERS and _definition(setting) is not None
        if (lever := defined(name, _definition(setting))[0]) is not None
    }
    return MappingProxyType(dict(LEVERS) | own) if own else LEVERS


def _definition(setting: Any) -> Any:
    if isinstance(setting, Mapping):
        return setting.get("definition")
    return getattr(setting, "definition", None)


def exclusions_of(levers: Mapping[str, Lever]) -> tuple[Exclusion, ...]:
    """Return the pairs of levers that make no sense in one place at one time."""
    return tuple(
        Exclusion(lever.name, other.name, other.reason)
        for lever in levers.values()
        for other in lever.excludes
    )


EXCLUSIONS = exclusions_of(LEVERS)
"""Pairs of levers of the table that make no sense in one place at one time."""


def channel_names(lever: str) -> tuple[str, ...]:
    """Return the names of a lever's channels, structural ones included.

    Raises:
        KeyError: there is no such lever.
    """
    return tuple(channel.name for channel in LEVERS[lever].channels)
