"""A point of a design: which values its scenario has, and what it is called."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from colsim.scenario.checks import known_parameters
from colsim.scenario.faults import schema_at
from colsim.scenario.schema import LeverSetting, Scenario

if TYPE_CHECKING:
    pass


BASE = "base"
"""Label of the first point, which the others are compared with."""


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a design."""

    label: str
    values: Mapping[str, Any]
    """Dotted keys to what this point gives them; empty for a scenario of its own."""
    source: int
    """Which of the design's sources the values are set in."""
    scenario: Scenario | None
    """None where the values do not go together."""
    error: str | None
    id: str
    """Names what the point comes to: two rows that come to the same share it, and their runs."""


def value_at(data: Mapping[str, Any], key: str) -> Any:
    """Return the value at a dotted key, None where there is none; a default for a parameter."""
    node: Any = data
    for step in key.split("."):
        if not isinstance(node, Mapping) or step not in node:
            name = key.removeprefix("parameters.")
            known = known_parameters()
            return known[name].default if key != name and name in known else None
        node = node[step]
    return node


def number_in(scenario: Scenario, key: str) -> float | None:
    """Return the number that a dotted key has in a scenario; None where it takes no number.

    A lever that is not used has the strength 0; one without an end stays for the whole run.
    """
    value = value_at(scenario.model_dump(mode="json"), key)
    if value is None and key.startswith("levers."):
        _, name, field = key.split(".", 2)
        if field == "end":
            value = scenario.run.weeks
        elif name not in scenario.levers:
            value = 0.0 if field == "strength" else LeverSetting.model_fields[field].default
    return float(value) if isinstance(value, int | float) else None


def as_kind(key: str, value: Any) -> Any:
    """Return a number as the kind that the key takes: whole where only whole numbers are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if schema_at(tuple(key.split("."))).get("type") == "integer":
        return round(value) if isinstance(value, float) else value
    return float(value)


def label_of(values: Mapping[str, Any], *, digits: int = 4) -> str:
    """Return a point's values on a line, keys without what all of them begin with."""
    return ", ".join(f"{_short(key)}={_shown(value, digits)}" for key, value in values.items())


def _short(key: str) -> str:
    return key.split(".", 1)[1].removesuffix(".strength")


def _shown(value: Any, digits: int) -> str:
    return f"{value:.{digits}g}" if isinstance(value, float) else json.dumps(value)
