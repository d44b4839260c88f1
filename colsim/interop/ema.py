"""colsim as a model of the EMA Workbench 3, run by its own evaluators."""

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, missing, nearest, refusal
from colsim.experiments import runner
from colsim.experiments.difference import mean_of_present
from colsim.experiments.observed import COMPARED, count_exits, values_of
from colsim.model_input import checked_parameters, checked_scenario
from colsim.scenario.checks import scenario_problems
from colsim.scenario.compiling import Compiled, compile_scenario
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.lever_checks import exclusion_problems
from colsim.scenario.levers import LEVERS
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Scenario

MEASURES_SHOWN = ("joint_plan_rate", "information_flow", "turnover_csw")


@dataclass(frozen=True, slots=True)
class Runs:
    """What the workbench calls: one experiment, averaged over seeds that all of them share.

    It holds the scenario itself: no file is read later, in whatever folder or process it runs.
    """

    scenario: Scenario | str
    """The base; a name or path is read when this is made."""
    levers: tuple[str, ...]
    measures: tuple[str, ...]
    seeds: tuple[int, ...]
    content: str = field(init=False, repr=False)
    """The base as JSON."""

    def __post_init__(self) -> None:
        """Read the scenario."""
        base = checked_scenario(self.scenario)
        object.__setattr__(self, "scenario", base)
        object.__setattr__(self, "content", base.model_dump_json())

    def __call__(self, **values: float) -> dict[str, float]:
        """Return the measures for strengths of levers and values of parameters.

        A strength of 0 is no lever, also where the base has it; what is not given is the base's.
        Levers that exclude each other give NaN, and a warning with the reason.

        Raises:
            UserError: a strength or value is out of range, or a name is unknown.
        """
        strengths = {name: float(values.pop(name)) for name in LEVERS if name in values}
        own = checked_parameters(values, cast(Scenario, self.scenario))
        compiled = _compiled(self.content, tuple(strengths.items()))
        if compiled is None:
            return dict.fromkeys(self.measures, math.nan)
        compiled = replace(compiled, parameters={**compiled.parameters, **own})
        found = []
        for seed in self.seeds:
            world = compiled.lived({}, seed)
            totals = world.totals[runner.last_window(world)].sum(axis=0)
            assert totals.shape == (len(TOTAL_INDEX),)
            latency = world.latency.sum(axis=0)
            observed = values_of(totals[None], count_exits(world)[None], latency[None])
            found.append([float(observed[name][0]) for name in self.measures])
        means = mean_of_present(np.array(found), axis=0)
        return dict(zip(self.measures, map(float, means), strict=True))


@lru_cache(maxsize=64)
def _compiled(content: str, strengths: tuple[tuple[str, float], ...]) -> Compiled | None:
    """Return the base with levers at these strengths; None where they exclude each other."""
    data = Scenario.model_validate_json(content).model_dump()
    levers = data["levers"]
    for name, strength in strengths:
        if strength == 0.0:
            levers.pop(name, None)
        else:
            levers[name] = {**levers.get(name, {}), "strength": strength}
    excluded = list(exclusion_problems(levers))
    if excluded:
        said = "; ".join(f"{p.loc[-1]} {p.found} (allowed: {p.allowed})" for p in excluded)
        warnings.warn(f"outcomes are NaN where levers exclude each other: {said}", stacklevel=3)
        return None
    faults = [
        Fault("experiment", ".".join(map(str, p.loc)), p.found, p.allowed, p.suggestion)
        for p in scenario_problems(data)
    ]
    if faults:
        raise ScenarioError(faults)
    return compile_scenario(Scenario.model_validate(data))


def ema_model(
    scenario: str | Path | LoadedScenario | Scenario = "robinscar",
    *,
    levers: Iterable[str] = ("co_location",),
    parameters: Iterable[str] | None = None,
    measures: Iterable[str] = MEASURES_SHOWN,
    seeds: int = 4,
) -> Any:
    """Return colsim as an EMA Workbench model.

    Args:
        scenario: preset, file, or loaded scenario that the levers are added to. A file is read
            now, and not again.
        levers: names of levers; each varies over its whole range, and 0 is no lever.
        parameters: uncertainties; all that have a plausible range if None. The experiment's
            value wins over one that the scenario sets.
        measures: outcomes, to be maximised or minimised as is better.
        seeds: runs of each experiment; all experiments share them, so that chance is paired.

    Raises:
        UserError: unknown names, every one of them, or the workbench is not installed.

    Example:
        >>> from ema_workbench import perform_experiments  # doctest: +SKIP
        >>> perform_experiments(ema_model(), scenarios=100, policies=4)  # doctest: +SKIP
    """
    chosen = (tuple(levers), tuple(measures))
    uncertain = tuple(n for n, p in PARAMETERS.items() if p.uncertain)
    names = uncertain if parameters is None else tuple(parameters)
    faults = [
        *_unknown("lever", chosen[0], list(LEVERS)),
        *_unknown("measure", chosen[1], list(COMPARED)),
        *_unknown("parameter with a plausible range", names, list(uncertain)),
    ]
    if seeds < 1:
        faults.append(f"seeds: found {seeds}; allowed: 1 or more")
    base = checked_scenario(scenario)
    if faults:
        raise UserError("\n".join(faults))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it names every evaluator that is not installed
            from ema_workbench import Model, RealParameter, ScalarOutcome
    except ImportError as error:
        raise missing("ema_model: found no EMA Workbench", "discovery") from error
    run_seeds = tuple(runner.seeds_of(1, k)[1] for k in range(seeds))
    model = Model("colsim", function=Runs(base, chosen[0], chosen[1], run_seeds))
    model.initialized = _never
    model.levers = [RealParameter(n, LEVERS[n].low, LEVERS[n].high) for n in chosen[0]]
    model.uncertainties = [RealParameter(n, PARAMETERS[n].low, PARAMETERS[n].high) for n in names]
    kinds = {"higher": ScalarOutcome.MAXIMIZE, "lower": ScalarOutcome.MINIMIZE}
    model.outcomes = [
        ScalarOutcome(name, kinds.get(COMPARED[name].better, ScalarOutcome.INFO))
        for name in chosen[1]
    ]
    return model


def _never(policy: object) -> bool:
    """Let the workbench take every policy anew: it takes two of one name for one."""
    return False


def _unknown(what: str, names: tuple[str, ...], known: list[str]) -> list[str]:
    found = []
    for name in names:
        if name not in known:
            said = refusal(repr(name), f"a {what} of the model", nearest(name, known))
            found.append(f"{what}: {said}")
    return found
