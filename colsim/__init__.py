"""Compare policies for collaboration between children's social care and adult mental health.

Names are imported when they are first used, so that `import colsim` and
`colsim --help` do not wait for compiled code.
"""

from importlib import import_module

__version__ = "0.1.0"

# Public name -> module that holds it.
_EXPORTS = {
    "BoundarySpanner": "colsim.agents",
    "ChildrensSocialWorker": "colsim.agents",
    "CollaborationModel": "colsim.model",
    "Comparison": "colsim.experiments.comparison",
    "Family": "colsim.agents",
    "LEVERS": "colsim.scenario",
    "LoadedScenario": "colsim.scenario",
    "MentalHealthSocialWorker": "colsim.agents",
    "Scenario": "colsim.scenario",
    "ScenarioError": "colsim.scenario",
    "UserError": "colsim.errors",
    "calibrate": "colsim.calibration.calibrate",
    "compare": "colsim.experiments.comparison",
    "interview": "colsim.calibration.interview",
    "list_presets": "colsim.scenario",
    "load_scenario": "colsim.scenario",
    "open_calibration": "colsim.calibration.posterior",
    "open_results": "colsim.experiments.results",
    "run": "colsim.experiments.single",
    "sweep": "colsim.experiments.sweep",
}


def __getattr__(name: str) -> object:
    """Import and return a public name on its first use."""
    if name not in _EXPORTS:
        raise AttributeError(f"module 'colsim' has no attribute {name!r}")
    value: object = getattr(import_module(_EXPORTS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *_EXPORTS})
