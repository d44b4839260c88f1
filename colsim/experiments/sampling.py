"""Where points of a design lie in the unit cube, by the kind of design."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from colsim.experiments.experiment import MOST_POINTS, LoadedExperiment
from colsim.scenario.faults import Fault, ScenarioError

if TYPE_CHECKING:
    pass

from typing import TYPE_CHECKING

from colsim.experiments.experiment import Experiment

if TYPE_CHECKING:
    pass


def unit_points(loaded: LoadedExperiment) -> Any:
    """Draw points of the unit cube, shape (points, keys), from the experiment's seed."""
    import numpy as np
    from scipy.stats import qmc

    experiment = loaded.experiment
    generator = np.random.default_rng(experiment.seed)
    count, keys = experiment.design.points, len(experiment.vary)
    if experiment.design.kind in ("morris", "saltelli"):
        rows = (count or 0) * (keys + (2 if experiment.design.kind == "morris" else 3))
        require_bounded(rows, loaded)
        return screening_points(experiment)[:, :keys]
    if experiment.design.kind == "sobol":
        return qmc.Sobol(keys, scramble=True, rng=generator).random(count)
    return qmc.LatinHypercube(keys, rng=generator).random(count)


DUMMY = "nothing (a dummy)"
"""An input that does nothing: what it seems to do, others may seem to do by chance."""


MORRIS_LEVELS = 4


def screening_points(experiment: Experiment) -> Any:
    """Return the unit cube's points of a morris or saltelli design; the last column is a dummy."""
    design = experiment.design
    problem = unit_problem(tuple(experiment.vary))
    seed = experiment.seed % (1 << 32)
    if design.kind == "morris":
        from SALib.sample import morris

        return morris.sample(problem, design.points, num_levels=MORRIS_LEVELS, seed=seed)
    from SALib.sample import sobol

    return sobol.sample(problem, design.points, calc_second_order=False, seed=seed)


def unit_problem(keys: Sequence[str]) -> dict[str, Any]:
    """Return keys, and the dummy after them, as SALib describes inputs."""
    names = [*keys, DUMMY]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def require_bounded(size: int, loaded: LoadedExperiment) -> None:
    """Refuse a design of too many points.

    Raises:
        ScenarioError: it has more than `MOST_POINTS`.
    """
    if size > MOST_POINTS:
        raise ScenarioError(
            [Fault(loaded.file, "vary", f"{size:,} points", f"at most {MOST_POINTS:,}")]
        )
