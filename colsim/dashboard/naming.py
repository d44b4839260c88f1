"""What a sweep varied, in the words of people."""

from typing import Any

from colsim.experiments.points import Point
from colsim.experiments.results import Results
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


def key_in_words(key: str) -> str:
    """Return what varies, with its unit where it is a lever.

    >>> key_in_words("levers.co_location.strength"), key_in_words("organisation.mhsw_teams")
    ('Co-location (days a week)', 'teams with MHSWs')
    >>> key_in_words("levers.co_location.start"), key_in_words("parameters.knowledge_start")
    ('Co-location: start', 'knowledge start (parameter)')
    """
    part, _, rest = key.partition(".")
    name, _, inner = rest.partition(".")
    if part == "levers" and name in LEVERS:
        lever = LEVERS[name]
        return f"{lever.title} ({lever.unit})" if inner == "strength" else f"{lever.title}: {inner}"
    if part == "organisation":
        return _SIZES.get(name, name.replace("_", " "))
    return f"{rest.replace('_', ' ')} ({part.removesuffix('s')})"


def value_in_words(key: str, value: Any) -> str:
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
        if lever.unit.startswith("share"):
            return f"{lever.title} {100 * value:.4g} %"
        first, *rest = lever.unit.split()[:3]
        first = first.removesuffix("s") if shown == "1" else first
        return " ".join((lever.title, shown, first, *rest))
    return f"{key_in_words(key).removesuffix(' (parameter)')} {shown}"


def point_names(results: Results) -> list[str]:
    """Return what the points of a design are called, in its order."""
    return [_name(one) for one in results.manifest.design.points]


def _name(point: Point) -> str:
    """Return a point's values in words; a scenario's title, or the label that its user gave."""
    if not point.values:
        plain = point.scenario is None or point.label == "base"
        return point.label.replace("_", " ") if plain else _title(point)
    if point.label.count("=") < len(point.values):
        return point.label
    return ", ".join(value_in_words(key, value) for key, value in point.values.items())


def _title(point: Point) -> str:
    assert point.scenario is not None
    return point.scenario.title.rstrip(".")
