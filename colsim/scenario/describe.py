"""A scenario told in full: its values, who set them, and the evidence they rest on."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from colsim.scenario.checks import known_parameters
from colsim.scenario.costs import bills_of, cost_of
from colsim.scenario.deflator import SOURCE
from colsim.scenario.layers import KIND_WORDS
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedPolicy, LoadedScenario
from colsim.scenario.remarks import caveats, remarks_of, timing
from colsim.scenario.schema import LeverSetting, Run
from colsim.scenario.staff_rules import locality_names
from colsim.scenario.verdicts import concerning


def _lever(name: str, setting: LeverSetting) -> dict[str, Any]:
    """Describe one lever in use: its setting, the channels that act, costs and evidence."""
    lever = lever_of(name, setting)
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


def _changed(values: Mapping[str, float]) -> dict[str, Any]:
    """Describe the parameters that differ from their default."""
    known = known_parameters() if values else {}
    return {
        name: {
            "value": value,
            "default": known[name].default,
            "unit": known[name].unit,
            "mark": known[name].mark,
            "source": known[name].source,
            "description": known[name].description,
        }
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
