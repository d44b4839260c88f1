"""SALib's problem dictionaries, both ways."""

import math
import numbers
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.experiment import Experiment
from colsim.experiments.experiment_faults import load_experiment


def problem_of_parameters(names: Iterable[str]) -> dict[str, Any]:
    """Return model parameters with their plausible ranges as a SALib problem.

    Names are keys of a scenario, such as `parameters.answer_base`, and groups are those of the
    parameter table.

    Raises:
        UserError: an unknown parameter, or one without a range.

    >>> problem_of_parameters(["answer_base"])["bounds"]
    [[0.0, 1.0]]
    """
    chosen = list(names)
    faults = []
    for name in chosen:
        if name not in PARAMETERS:
            said = refusal(repr(name), "a parameter of the model", nearest(name, PARAMETERS))
            faults.append(f"parameter: {said}")
        elif not PARAMETERS[name].uncertain:
            faults.append(f"parameter: found {name!r}, which has no range; allowed: one that has")
    if faults or not chosen:
        raise UserError("\n".join(faults) or "parameters: found none; allowed: at least one")
    used = [PARAMETERS[name] for name in chosen]
    return {
        "num_vars": len(used),
        "names": [f"parameters.{one.name}" for one in used],
        "bounds": [[one.low, one.high] for one in used],
        "groups": [one.group for one in used],
    }


def problem_of(experiment: Experiment | str | Path) -> dict[str, Any]:
    """Return what an experiment varies as a SALib problem.

    Raises:
        UserError: a key takes a list of values, for which SALib has no word.
    """
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment).experiment
    listed = [key for key, one in experiment.vary.items() if one.values is not None]
    if listed or not experiment.vary:
        found = f"lists of values ({', '.join(listed)})" if listed else "nothing"
        raise UserError(f"vary: found {found}; allowed: ranges with low and high")
    ranges = list(experiment.vary.values())
    problem: dict[str, Any] = {
        "num_vars": len(ranges),
        "names": list(experiment.vary),
        "bounds": [[one.low, one.high] for one in ranges],
    }
    if any(one.log for one in ranges):
        # SALib takes the bounds of a logarithmic uniform input as they are.
        problem["dists"] = ["logunif" if one.log else "unif" for one in ranges]
    return problem


def vary_of(problem: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a SALib problem as the `vary` table of an experiment.

    Raises:
        UserError: it has other distributions than uniform and logarithmic uniform ones, or
            bounds that are no range; every fault is named.

    >>> vary_of({"names": ["levers.co_location.strength"], "bounds": [[0, 5]]})
    {'levers.co_location.strength': {'low': 0.0, 'high': 5.0}}
    """
    names, bounds = list(problem.get("names", ())), list(problem.get("bounds", ()))
    dists = list(problem.get("dists") or ["unif"] * len(names))
    faults = []
    if not names or not len(names) == len(bounds) == len(dists):
        faults.append(
            f"problem: found {len(names)} names, {len(bounds)} bounds and {len(dists)} "
            "distributions; allowed: as many of each, and at least one"
        )
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            faults.append(f"{name}: found {names.count(name)} times; allowed: each name once")
    vary: dict[str, dict[str, Any]] = {}
    for name, ends, dist in zip(names, bounds, dists, strict=False):
        if dist not in ("unif", "logunif"):
            faults.append(f"{name}: found distribution {dist!r}; allowed: unif or logunif")
        if not _is_range(ends) or (dist == "logunif" and ends[0] <= 0):
            shown = np.asarray(ends, object).tolist()
            above = ", both above 0" if dist == "logunif" else ""
            faults.append(f"{name}: found bounds {shown}; allowed: low below high{above}")
            continue
        vary[name] = {"low": float(ends[0]), "high": float(ends[1])}
        if dist == "logunif":
            vary[name]["log"] = True
    if faults:
        raise UserError("\n".join(faults))
    return vary


def _is_range(ends: object) -> bool:
    """Return whether these are two numbers, low below high."""
    if not isinstance(ends, list | tuple | np.ndarray) or len(ends) != 2:
        return False
    for end in ends:
        number = isinstance(end, numbers.Real) and not isinstance(end, bool | np.bool_)
        if not number or not math.isfinite(end):
            return False
    return bool(ends[0] < ends[1])
