"""What a model is made of, checked: scenario, seed and parameters."""

import inspect
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np

from colsim.errors import UserError
from colsim.scenario.checks import scenario_problems
from colsim.scenario.compiling import parameters_of
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.loading import LoadedScenario, load_scenario
from colsim.scenario.schema import Scenario

DRAWN_BITS = 48
"""Of a seed that is drawn: 15 digits at most, which every spreadsheet keeps."""
DEFAULT_SEED = 1


class NotGiven(Enum):
    """In place of a seed: None is a value there, and asks for one to be drawn."""

    NOT_GIVEN = "not given"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN


class SignatureForMesa:
    """A model class's signature as `mesa.batch_run` is to see it: without `seed`.

    Where it finds one, it writes None over the seeds that its user lists; it then uses `rng`.
    """

    def __get__(self, model: object, kind: type) -> inspect.Signature:
        """Return the signature of a class."""
        _, *parameters = inspect.signature(kind.__init__).parameters.values()  # type: ignore[misc]
        return inspect.Signature([p for p in parameters if p.name != "seed"])


def checked_scenario(scenario: object) -> Scenario:
    """Return the scenario that a name, a path, or a loaded or checked scenario stands for.

    Raises:
        UserError: it is none of these, or faulty.
    """
    if isinstance(scenario, (str, Path)):
        scenario = load_scenario(scenario)
    if isinstance(scenario, LoadedScenario):
        scenario = scenario.scenario
    if not isinstance(scenario, Scenario):
        raise UserError(
            f"scenario: found {scenario!r}; allowed: a preset's name, a path, "
            "a loaded scenario or a Scenario"
        )
    return scenario


def checked_seed(seed: object, rng: object) -> int:
    """Return the run's seed, from `seed` or, in its place, `rng`.

    None draws one, and without either it is 1.

    Args:
        seed: a whole number from 0 to 2**63 - 1, or None.
        rng: the same; or what else NumPy makes a generator of, from which the seed is drawn.

    Raises:
        UserError: one is faulty, or both are given.
    """
    given = {n: v for n, v in (("seed", seed), ("rng", rng)) if v is not NOT_GIVEN}
    set_to = {name: value for name, value in given.items() if value is not None}
    if len(set_to) > 1:
        raise UserError(f"rng: found {rng!r}, and seed {seed!r} too; allowed: one of them")
    if not given:
        return DEFAULT_SEED
    if not set_to:
        return int(np.random.default_rng().integers(1 << DRAWN_BITS))
    ((name, value),) = set_to.items()
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        if 0 <= int(value) < 1 << 63:
            return int(value)
    elif name == "rng" and not isinstance(value, (bool, str)):
        try:
            return int(np.random.default_rng(value).integers(1 << DRAWN_BITS))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            pass  # said below
    more = ", or what numpy.random.default_rng takes" if name == "rng" else ""
    raise UserError(
        f"{name}: found {value!r}; allowed: a whole number from 0 to 2**63 - 1, "
        f"or None to draw one{more}"
    )


def checked_parameters(parameters: object, scenario: Scenario) -> dict[str, float]:
    """Return values of parameters, to be laid over those of a scenario, as plain numbers.

    Raises:
        UserError: it is no mapping; or every name and value that the model does not know.
    """
    if not isinstance(parameters, Mapping):
        raise UserError(
            f"parameters: found {parameters!r}; allowed: names with values, such as "
            "{'answer_base': 0.5} (in mesa.batch_run a list of such)"
        )
    values: dict[Any, Any] = {
        name: value.item() if isinstance(value, np.number) else value
        for name, value in parameters.items()
    }
    faults = [
        Fault("parameters", str(name), repr(value), "a number")
        for name, value in values.items()
        if not isinstance(value, (int, float)) or isinstance(value, bool)
    ]
    faults += [
        Fault("parameters", str(p.loc[-1]), p.found, p.allowed, p.suggestion)
        for p in scenario_problems({"parameters": parameters_of(scenario) | values})
    ]
    if faults:
        raise ScenarioError(faults)
    return {name: float(value) for name, value in values.items()}
