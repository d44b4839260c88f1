"""JSON Schema of the scenario file, so that an editor completes and explains its keys."""

from copy import deepcopy
from typing import Any

from colsim.core.parameters import MARKS, PARAMETERS
from colsim.scenario.levers import LEVERS
from colsim.scenario.schema import Scenario
from colsim.scenario.targets import national

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_file_schema() -> dict[str, Any]:
    """Return the schema of a scenario file: of an authority, a policy or a circumstance.

    It names every lever and parameter with its range and meaning. A file that
    extends another may leave anything out, so nothing is required here:
    `colsim validate` checks what a file comes to with all that it extends.
    """
    schema = deepcopy(Scenario.model_json_schema())
    definitions = schema["$defs"]
    for part in (schema, *definitions.values()):
        part.pop("required", None)
    setting = definitions.pop("LeverSetting")
    organisation = definitions["Organisation"]
    organisation["properties"] = {
        "staff": {
            "type": "string",
            "description": "Staff list of the authority (.xlsx, .csv or a folder), as a path from "
            "this file: in place of sizes.",
        },
        "as_of": {
            "type": "string",
            "description": "Day at which the staff list holds; today unless given.",
        },
        **organisation["properties"],
    }
    properties = {
        "extends": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "Preset or TOML file that this file starts from, or a list of them: "
            "policies that are combined, over an authority if one is among them.",
        },
        **schema["properties"],
        "parameters": {
            "type": "object",
            "description": schema["properties"]["parameters"]["description"],
            "additionalProperties": False,
            "properties": {name: _parameter(name) for name in PARAMETERS},
        },
        "levels": {
            "type": "object",
            "description": schema["properties"]["levels"]["description"],
            "additionalProperties": False,
            "properties": {name: _level(name) for name in national()},
        },
        "levers": {
            "type": "object",
            "description": schema["properties"]["levers"]["description"],
            "additionalProperties": {**deepcopy(setting), "required": ["definition"]},
            "properties": {name: _lever(name, setting) for name in LEVERS},
        },
    }
    return {
        "$schema": DIALECT,
        "title": "colsim scenario",
        **{key: value for key, value in schema.items() if key not in {"properties", "title"}},
        "properties": properties,
    }


def _parameter(name: str) -> dict[str, Any]:
    parameter = PARAMETERS[name]
    bounds = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    kind: dict[str, Any] = {"type": "number"}
    if parameter.choices:
        names: list[str | float] = [choice.name for choice in parameter.choices]
        kind, bounds = {"enum": [*names, *(c.value for c in parameter.choices)]}, {}
    return {
        **kind,
        "description": (
            f"{parameter.description}. Unit: {parameter.unit}. Plausible: {parameter.low:g} to "
            f"{parameter.high:g}. Evidence: {MARKS[parameter.mark]}. {parameter.source}"
        ),
        "default": parameter.default,
        **{key: value for key, value in bounds.items() if abs(value) != float("inf")},
    }


def _level(name: str) -> dict[str, Any]:
    target = national()[name]
    bounds = {"minimum": 0.0} | ({"maximum": 1.0} if target.unit.startswith("share") else {})
    number = {"type": "number", **bounds}
    return {
        "anyOf": [number, {"$ref": "#/$defs/LevelSetting"}],
        "description": f"{target.name} ({target.unit}). Nationally {target.value:g} "
        f"(tolerance {target.tolerance:g}): {target.source}.",
    }


def _lever(name: str, setting: dict[str, Any]) -> dict[str, Any]:
    lever = LEVERS[name]
    described = deepcopy(setting)
    described["description"] = f"{lever.title}. {lever.help}"
    strength = described["properties"]["strength"]
    strength.update(
        minimum=lever.low,
        maximum=lever.high,
        default=lever.default,
        description=f"Strength in {lever.unit}, {lever.low:g} to {lever.high:g}.",
    )
    described["properties"].pop("definition")
    described["properties"]["without"]["items"]["enum"] = list(lever.switchable)
    if not lever.needs_people:
        described["properties"].pop("recruitment")
    return described
