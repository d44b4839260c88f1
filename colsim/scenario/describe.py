"""A scenario told in full: its values, who set them, and the evidence they rest on."""

from dataclasses import asdict
from typing import Any

from colsim.scenario.checks import known_parameters
from colsim.scenario.levers import LEVERS
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import LeverSetting
from colsim.scenario.staff_rules import locality_names


def _lever(name: str, setting: LeverSetting) -> dict[str, Any]:
    """Describe one lever in use: its setting, the channels that act, costs and evidence."""
    lever = LEVERS[name]
    acting = lever.channels_without(setting.without)
    return {
        "title": lever.title,
        "help": lever.help,
        "unit": lever.unit,
        "circumstance": lever.circumstance,
        "setting": setting.model_dump(mode="json"),
        "channels": [asdict(channel) for channel in acting],
        "costs": [asdict(cost) for cost in lever.costs],
        "staff_hours": lever.staff_hours,
        "mark": lever.mark,
        "source": lever.source,
    }


def describe(loaded: LoadedScenario) -> dict[str, Any]:
    """Return all there is to know of a scenario, as plain data ready for JSON.

    Keys: name, title, description, files, run, organisation, parameters (only
    those that differ from their default, each with default, unit, mark and
    source), levers (each with setting, channels that act, costs, evidence) and
    set_by (dotted key to file). Where practitioners are listed, the
    organisation's locality_names are in the order in which levers number them.
    """
    scenario = loaded.scenario
    known = known_parameters() if scenario.parameters else {}
    return {
        "name": loaded.name,
        "title": scenario.title,
        "description": scenario.description.strip(),
        "files": list(loaded.chain),
        "run": scenario.run.model_dump(mode="json"),
        "organisation": scenario.organisation.model_dump(mode="json")
        | {"locality_names": list(locality_names(map(dict, scenario.organisation.practitioners)))},
        "parameters": {
            name: {
                "value": value,
                "default": known[name].default,
                "unit": known[name].unit,
                "mark": known[name].mark,
                "source": known[name].source,
                "description": known[name].description,
            }
            for name, value in scenario.parameters.items()
            if value != known[name].default
        },
        "levers": {name: _lever(name, setting) for name, setting in scenario.levers.items()},
        "set_by": dict(loaded.provenance),
    }
