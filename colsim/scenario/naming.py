"""What numbers and settings are called, for people: titles in the place of keys."""

import re

from colsim.core.parameters import PARAMETERS
from colsim.scenario.levers import LEVERS

_SIZES = {
    "authorities": "authorities",
    "localities": "localities",
    "csw": "CSWs",
    "csw_team_size": "CSWs in a team",
    "mhsw": "MHSWs",
    "mhsw_teams": "teams with MHSWs",
    "shared_families": "shared families",
}


def title_of(parameter: str) -> str:
    """Return what a parameter is, in short: its description up to the first aside.

    >>> title_of("hours_meeting")
    'Hours of a meeting for each side, travel included'
    """
    return re.split(r"[;:]| \(", PARAMETERS[parameter].description, maxsplit=1)[0].strip()


def within(title: str) -> str:
    """Return a title as it stands within a sentence.

    >>> within("Hours of a meeting"), within("CSWs in a team")
    ('hours of a meeting', 'CSWs in a team')
    """
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def key_in_words(key: str) -> str:
    """Return what a dotted key sets, with its unit where it is the strength of a lever.

    >>> key_in_words("levers.co_location.strength"), key_in_words("organisation.mhsw_teams")
    ('Co-location (days a week)', 'teams with MHSWs')
    >>> key_in_words("levers.co_location.start"), key_in_words("parameters.spread")
    ('Co-location: start', 'Half-width of the uniform spread of personal states about their mean')
    >>> key_in_words("a column of one's own")
    "a column of one's own"
    """
    part, _, rest = key.partition(".")
    if not rest:
        return key
    name, _, inner = rest.partition(".")
    if part == "levers" and name in LEVERS:
        lever = LEVERS[name]
        return f"{lever.title} ({lever.unit})" if inner == "strength" else f"{lever.title}: {inner}"
    if part == "parameters" and rest in PARAMETERS:
        return title_of(rest)
    if part == "organisation":
        return _SIZES.get(name, name.replace("_", " "))
    return f"{rest.replace('_', ' ')} ({part.removesuffix('s')})"


def value_in_words(key: str, value: object) -> str:
    """Return what a key is given.

    >>> value_in_words("levers.co_location.strength", 3.0)
    'Co-location 3 days a week'
    >>> value_in_words("levers.front_door.strength", 0.5)
    'Front door with an AMH seat 50 %'
    >>> value_in_words("organisation.mhsw_teams", 4)
    '4 teams with MHSWs'
    """
    part, _, inside = key.partition(".")
    name, _, inner = inside.partition(".")
    shown = f"{value:.4g}" if isinstance(value, float) else str(value)
    if part == "organisation" and name in _SIZES:
        return f"{shown} {_SIZES[name]}"
    if part == "levers" and name in LEVERS and inner == "strength":
        lever = LEVERS[name]
        if lever.unit.startswith("share") and isinstance(value, int | float):
            return f"{lever.title} {100 * value:.4g} %"
        first, *rest = lever.unit.split()[:3]
        first = first.removesuffix("s") if shown == "1" else first
        return " ".join((lever.title, shown, first, *rest))
    return f"{key_in_words(key)} {shown}"
