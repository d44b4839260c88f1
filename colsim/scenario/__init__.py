"""Scenario files: what is decided (levers), for which organisation, with which parameters."""

from colsim.scenario.faults import ScenarioError
from colsim.scenario.levers import LEVERS
from colsim.scenario.loading import LoadedScenario, load_comparison, load_policy, load_scenario
from colsim.scenario.schema import LeverSetting, Organisation, Run, Scenario
from colsim.scenario.shipped import Preset, list_presets

__all__ = [
    "LEVERS", "LeverSetting", "LoadedScenario", "Organisation", "Preset", "Run", "Scenario",
    "ScenarioError", "list_presets", "load_comparison", "load_policy", "load_scenario",
]  # fmt: skip
