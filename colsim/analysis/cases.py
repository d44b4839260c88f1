"""A sweep as cases for methods that take given data: a row for each point in each world."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from colsim.analysis.paired import Gains, Values
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.points import number_in
from colsim.experiments.results import Results
from colsim.experiments.runner import SEEDS_PER_WORLD, drawn_at

if TYPE_CHECKING:
    import pandas as pd


def cases_of(
    results: Results, gains: Gains, point: str | None
) -> tuple["pd.DataFrame", Values, npt.NDArray[np.int64], str]:
    """Return inputs, paired differences and worlds, a row for each point and world.

    Inputs are the keys that the design varies and take numbers, and the parameters that
    differ between worlds; a point's own parameters win. What a point does not give is as in
    the scenario that it comes to. Last, in words, which keys are left out, and what is lost.

    Raises:
        UserError: no such point.
    """
    import pandas as pd

    experiment = results.manifest.experiment
    if point is not None and point not in gains.labels[1:]:
        allowed = f"labels of points ({'; '.join(gains.labels[1:5])})"
        said = refusal(repr(point), allowed, nearest(point, gains.labels[1:]))
        raise UserError(f"point: {said}")
    chosen = [k for k in range(1, len(gains.labels)) if point in (None, gains.labels[k])]
    worlds = [
        drawn_at(
            experiment.seed,
            SEEDS_PER_WORLD * number,
            fixed_parameters=experiment.fixed_parameters,
            calibrated=results.manifest.worlds,
        )
        for number in range(len(gains.world_seeds))
    ]
    parameters = pd.DataFrame(worlds)
    if len(parameters.columns):
        parameters = parameters.loc[:, parameters.nunique() > 1]
        parameters.columns = [f"parameters.{name}" for name in parameters.columns]
    else:
        parameters = pd.DataFrame(index=range(len(worlds)))
    design = results.manifest.design
    by_world = gains.by_world
    frames, values, lived = [], [], []
    texts = set()
    for k in chosen:
        frame = parameters.copy()
        scenario = design.points[gains.rows[k]].scenario
        assert scenario is not None
        for key in design.keys:
            if key in frame and key.removeprefix("parameters.") not in scenario.parameters:
                continue  # drawn, world by world
            number = number_in(scenario, key)
            if number is None:
                texts.add(key)
            else:
                frame[key] = number
        present = np.isfinite(by_world[k])
        frames.append(frame[present])
        values.append(by_world[k][present])
        lived.append(np.flatnonzero(present))
    x = pd.concat(frames, ignore_index=True).drop(columns=list(texts), errors="ignore")
    x = x.loc[:, x.nunique() > 1]
    lost = [f"{key}, which takes texts" for key in design.keys if key in texts]
    lost += [
        f"{key}, which is the same throughout"
        for key in design.keys
        if key not in texts and key not in x.columns
    ]
    words = "; ".join(filter(None, (*lost, gains.lost())))
    return x, np.concatenate(values), np.concatenate(lived), words


def numeric_range(name: str) -> tuple[float, float] | None:
    """Return the plausible range of a parameter key, None for other keys."""
    parameter = PARAMETERS.get(name.removeprefix("parameters."))
    return None if parameter is None else (parameter.low, parameter.high)
