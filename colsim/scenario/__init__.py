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
    LoadedPolicy,
    LoadedScenario,
    load_comparison,
    load_policy,
    load_scenario,
)
from colsim.scenario.schema import LeverSetting, Organisation, Run, Scenario
from colsim.scenario.shipped import Preset, list_presets

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
    "LoadedPolicy",
    "LoadedScenario",
    "Organisation",
    "Preset",
    "Run",
    "Scenario",
    "ScenarioError",
    "channel_names",
    "list_presets",
    "load_comparison",
    "load_policy",
    "load_scenario",
]
