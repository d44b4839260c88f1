"""Compare policies for collaboration between children's social care and adult mental health.

Names are imported when they are first used, so that `import colsim` and
`colsim --help` do not wait for compiled code.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what the table below says, for editors and type checkers
    from colsim.agents import BoundarySpanner as BoundarySpanner
    from colsim.agents import ChildrensSocialWorker as ChildrensSocialWorker
    from colsim.agents import Family as Family
    from colsim.agents import MentalHealthSocialWorker as MentalHealthSocialWorker
    from colsim.answers.choice import Choice as Choice
    from colsim.answers.choose import choose as choose
    from colsim.answers.evidence import Information as Information
    from colsim.answers.evidence import evidence as evidence
    from colsim.answers.sweep_table import sweep_table as sweep_table
    from colsim.answers.what_if import what_if as what_if
    from colsim.calibration.calibrate import calibrate as calibrate
    from colsim.calibration.interview import interview as interview
    from colsim.calibration.results.posterior import open_calibration as open_calibration
    from colsim.calibration.simulator import interviews as interviews
    from colsim.calibration.simulator import loglik as loglik
    from colsim.comparison.compare import compare as compare
    from colsim.comparison.comparison import Comparison as Comparison
    from colsim.errors import UserError as UserError
    from colsim.experiments.results import open_results as open_results
    from colsim.experiments.single import run as run
    from colsim.experiments.sweep import sweep as sweep
    from colsim.model import CollaborationModel as CollaborationModel
    from colsim.scenario import LEVERS as LEVERS
    from colsim.scenario import LoadedScenario as LoadedScenario
    from colsim.scenario import Scenario as Scenario
    from colsim.scenario import ScenarioError as ScenarioError
    from colsim.scenario import list_presets as list_presets
    from colsim.scenario import load_scenario as load_scenario

__version__ = "0.1.0"

# Public name -> module that holds it.
_EXPORTS = {
    "BoundarySpanner": "colsim.agents",
    "ChildrensSocialWorker": "colsim.agents",
    "Choice": "colsim.answers.choice",
    "CollaborationModel": "colsim.model",
    "Comparison": "colsim.comparison.comparison",
    "Family": "colsim.agents",
    "Information": "colsim.answers.evidence",
    "LEVERS": "colsim.scenario",
    "LoadedScenario": "colsim.scenario",
    "MentalHealthSocialWorker": "colsim.agents",
    "Scenario": "colsim.scenario",
    "ScenarioError": "colsim.scenario",
    "UserError": "colsim.errors",
    "calibrate": "colsim.calibration.calibrate",
    "choose": "colsim.answers.choose",
    "compare": "colsim.comparison.compare",
    "evidence": "colsim.answers.evidence",
    "interview": "colsim.calibration.interview",
    "interviews": "colsim.calibration.simulator",
    "loglik": "colsim.calibration.simulator",
    "list_presets": "colsim.scenario",
    "load_scenario": "colsim.scenario",
    "open_calibration": "colsim.calibration.results.posterior",
    "open_results": "colsim.experiments.results",
    "run": "colsim.experiments.single",
    "sweep": "colsim.experiments.sweep",
    "sweep_table": "colsim.answers.sweep_table",
    "what_if": "colsim.answers.what_if",
}


if not TYPE_CHECKING:  # a checker would take any name for one of these

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
