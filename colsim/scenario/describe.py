"""A scenario told in full, with who set what and on what evidence; and the schema of its file."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from colsim.data.evidence import MARKS
from colsim.scenario.checks import known_parameters
from colsim.scenario.costs import bills_of, cost_of
from colsim.scenario.known import concerning, national
from colsim.scenario.layers import KIND_WORDS
from colsim.scenario.levers import LEVERS, lever_of
from colsim.scenario.loading import LoadedPolicy, LoadedScenario
from colsim.scenario.prices import SOURCE
from colsim.scenario.remarks import caveats, remarks_of, timing
from colsim.scenario.schema import LeverSetting, Run, Scenario
from colsim.scenario.staff_rules import locality_names


def _lever(name: str, setting: LeverSetting) -> dict[str, Any]:
    """Describe one lever in use: its setting, the channels that act, costs and evidence."""
    lever = lever_of(name, setting)
    acting = lever.channels_without(setting.without)
    return {
        **{field: getattr(lever, field) for field in ("title", "help", "unit", "circumstance")},
        "setting": setting.model_dump(mode="json"),
        "channels": [asdict(channel) for channel in acting],
        "costs": [asdict(cost) for cost in lever.costs],
        "staff_hours": lever.staff_hours,
        "mark": lever.mark,
        "source": lever.source,
        "caveats": caveats({name: setting}),
    }


def describe_policy(loaded: LoadedPolicy) -> dict[str, Any]:
    """Return all there is to know of a policy or circumstance by itself, ready for JSON.

    Keys: name, kind, title, description, files, parameters, levers, patterns, set_by and notes,
    each as in `describe`.
    """
    return {
        "name": loaded.name,
        "kind": KIND_WORDS[loaded.kind].split()[-1],
        "title": loaded.title,
        "description": loaded.description.strip(),
        "files": list(loaded.chain),
        "parameters": _changed(loaded.parameters),
        "levers": {name: _lever(name, setting) for name, setting in loaded.levers.items()},
        "patterns": _patterns(loaded.levers),
        "set_by": dict(loaded.provenance),
        "notes": timing(loaded.levers, Run()),
    }


def _patterns(levers: Mapping[str, LeverSetting]) -> list[dict[str, Any]]:
    """Describe what came out of the patterns that speak of any of these levers."""
    return [
        {"number": one.number, "name": one.name, "verdict": one.ranges,
         "verdict_on_matched_worlds": one.matched or None}
        for one in concerning(levers)
    ]  # fmt: skip


def bill(loaded: LoadedScenario) -> dict[str, Any]:
    """Return what a scenario's levers cost, line by line, as plain data.

    Keys: authority, lines (each with lever, line, item, unit, amount, units, pounds, once,
    price_year, mark), a_year, once, spending (pounds by year of the run), staff_hours (a year),
    price_years, judged, deflated (whether prices were raised to another year) and deflator.
    """
    scenario = loaded.scenario
    bills = bills_of(scenario)
    return {
        "authority": loaded.authority or scenario.title,
        "lines": [
            {
                "lever": one.lever,
                "line": one.key,
                "item": one.item,
                "unit": str(one.unit),
                "amount": one.amount,
                "units": one.units,
                "pounds": one.pounds,
                "once": one.unit.once,
                "price_year": one.price_year,
                "mark": one.mark,
            }
            for one in bills
        ],
        **asdict(cost_of(scenario)),
        "deflated": scenario.price_year is not None and any(not one.own for one in bills),
        "deflator": SOURCE,
    }


_OF_PARAMETERS = ("default", "unit", "mark", "source", "description")


def _changed(values: Mapping[str, float]) -> dict[str, Any]:
    """Describe the parameters that differ from their default."""
    known = known_parameters() if values else {}
    return {
        name: {"value": value} | {field: getattr(known[name], field) for field in _OF_PARAMETERS}
        for name, value in values.items()
        if value != known[name].default
    }


def describe(loaded: LoadedScenario) -> dict[str, Any]:
    """Return all there is to know of a scenario, as plain data ready for JSON.

    Keys: name, kind, title, description, files, notes, run, organisation, parameters (only
    those that differ from their default, each with default, unit, mark and
    source), levers (each with setting, channels that act, costs, evidence), patterns that
    speak of them (each with its verdicts) and set_by (dotted key to file). Where practitioners
    are listed, the organisation's locality_names are in the order in which levers number them.
    """
    scenario = loaded.scenario
    return {
        "name": loaded.name,
        "kind": "authority",
        "authority": loaded.authority,
        "title": scenario.title,
        "description": scenario.description.strip(),
        "files": list(loaded.chain),
        "run": scenario.run.model_dump(mode="json"),
        "organisation": scenario.organisation.model_dump(mode="json")
        | {"locality_names": list(locality_names(map(dict, scenario.organisation.practitioners)))},
        "parameters": _changed(scenario.parameters),
        "levers": {name: _lever(name, setting) for name, setting in scenario.levers.items()},
        "patterns": _patterns(scenario.levers),
        "set_by": dict(loaded.provenance),
        "notes": [one.text for one in remarks_of(loaded) if one.kind != "caveat"],
    }


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
            "properties": {name: _parameter(name) for name in known_parameters()},
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
            "properties": {name: _lever_schema(name, setting) for name in LEVERS},
        },
    }
    return {
        "$schema": DIALECT,
        "title": "colsim scenario",
        **{key: value for key, value in schema.items() if key not in {"properties", "title"}},
        "properties": properties,
    }


def _parameter(name: str) -> dict[str, Any]:
    parameter = known_parameters()[name]
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


def _lever_schema(name: str, setting: dict[str, Any]) -> dict[str, Any]:
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
