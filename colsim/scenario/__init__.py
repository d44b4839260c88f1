"""Scenario files: what is decided (levers), for which organisation, with which parameters."""

from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.levers import (
    EXCLUSIONS,
    LEVERS,
    Channel,
    CostLine,
    CostUnit,
    Exclusion,
    Lever,
    channel_names,
)
from colsim.scenario.loading import (
    LoadedScenario,
    Preset,
    list_presets,
    load_scenario,
    load_scenarios,
)
from colsim.scenario.schema import LeverSetting, Organisation, Run, Scenario

__all__ = [
    "EXCLUSIONS",
    "LEVERS",
    "Channel",
    "CostLine",
    "CostUnit",
    "Exclusion",
    "Fault",
    "Lever",
    "LeverSetting",
    "LoadedScenario",
    "Organisation",
    "Preset",
    "Run",
    "Scenario",
    "ScenarioError",
    "channel_names",
    "list_presets",
    "load_scenario",
    "load_scenarios",
]
