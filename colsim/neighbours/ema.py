"""colsim as a model of the EMA Workbench 3, run by its own evaluators."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, refusal
from colsim.experiments import runner
from colsim.experiments.difference import mean_of_present
from colsim.experiments.first_plan import count_exits
from colsim.experiments.observed import COMPARED, values_of
from colsim.scenario.checks import nearest
from colsim.scenario.compiling import Compiled, compile_scenario
from colsim.scenario.levers import LEVERS
from colsim.scenario.loading import load_scenario

MEASURES_SHOWN = ("joint_plan_rate", "information_flow", "turnover_csw")


@dataclass(frozen=True, slots=True)
class Runs:
    """What the workbench calls: one experiment, averaged over seeds that all of them share."""

    scenario: str
    levers: tuple[str, ...]
    measures: tuple[str, ...]
    seeds: tuple[int, ...]

    def __call__(self, **values: float) -> dict[str, float]:
        """Return the measures for strengths of levers and values of parameters."""
        strengths = tuple((name, float(values.pop(name))) for name in self.levers if name in values)
        compiled = _compiled(self.scenario, strengths)
        found = []
        for seed in self.seeds:
            trunk = runner.trunk_of([compiled], drawn=values, run_seed=seed)
            world = runner.branch_of(trunk, compiled)
            totals = world.totals[runner.last_window(world)].sum(axis=0)
            assert totals.shape == (len(TOTAL_INDEX),)
            latency = world.latency.sum(axis=0)
            observed = values_of(totals[None], count_exits(world)[None], latency[None])
            found.append([float(observed[name][0]) for name in self.measures])
        means = mean_of_present(np.array(found), axis=0)
        return dict(zip(self.measures, map(float, means), strict=True))


@lru_cache(maxsize=64)
def _compiled(scenario: str, strengths: tuple[tuple[str, float], ...]) -> Compiled:
    overrides = {f"levers.{name}.strength": value for name, value in strengths if value > 0.0}
    return compile_scenario(load_scenario(scenario, overrides=overrides).scenario)


def ema_model(
    scenario: str = "robinscar",
    *,
    levers: Iterable[str] = ("co_location",),
    parameters: Iterable[str] | None = None,
    measures: Iterable[str] = MEASURES_SHOWN,
    seeds: int = 4,
) -> Any:
    """Return colsim as an EMA Workbench model.

    Args:
        scenario: preset or file that the levers are added to.
        levers: names of levers; each varies over its whole range.
        parameters: uncertainties; all that have a plausible range if None.
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
    load_scenario(scenario)
    if faults:
        raise UserError("\n".join(faults))
    try:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it names every evaluator that is not installed
            from ema_workbench import Model, RealParameter, ScalarOutcome
    except ImportError as error:
        raise UserError(
            "ema_model: found no EMA Workbench; allowed: after installing colsim with the extra "
            "[discovery]"
        ) from error
    run_seeds = tuple(runner.seeds_of(1, k)[1] for k in range(seeds))
    model = Model("colsim", function=Runs(scenario, chosen[0], chosen[1], run_seeds))
    model.levers = [RealParameter(n, LEVERS[n].low, LEVERS[n].high) for n in chosen[0]]
    model.uncertainties = [RealParameter(n, PARAMETERS[n].low, PARAMETERS[n].high) for n in names]
    kinds = {"higher": ScalarOutcome.MAXIMIZE, "lower": ScalarOutcome.MINIMIZE}
    model.outcomes = [
        ScalarOutcome(name, kinds.get(COMPARED[name].better, ScalarOutcome.INFO))
        for name in chosen[1]
    ]
    return model


def _unknown(what: str, names: tuple[str, ...], known: list[str]) -> list[str]:
    found = []
    for name in names:
        if name not in known:
            said = refusal(repr(name), f"a {what} of the model", nearest(name, known))
            found.append(f"{what}: {said}")
    return found
