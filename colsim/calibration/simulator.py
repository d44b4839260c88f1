"""A calibration's simulator and likelihood, for other programs such as neural inference."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from colsim.calibration.arrays import Values
from colsim.calibration.inference.problem import Problem, combined, live, sittings_in
from colsim.calibration.inference.sampler import generator
from colsim.calibration.interviewing.speaking import speak, states_of
from colsim.calibration.plan.loading import LoadedCalibration, load_calibration
from colsim.errors import UserError
from colsim.experiments.tasks import crew, each

if TYPE_CHECKING:
    import pandas as pd

_INTERVIEWS = 7041


def interviews(
    calibration: str | Path | LoadedCalibration,
    n: int,
    *,
    seed: int = 1,
    out: str | Path | None = None,
) -> "pd.DataFrame":
    """Draw worlds of the prior, interview people in each, and write down what they say.

    Args:
        calibration: a calibration file.
        n: how many worlds, each lived once.
        seed: the one seed that all chance derives from.
        out: a parquet file to write the same to.

    Returns:
        A row a world: its seed, the parameters that are asked about, and for each theme and
        service how many voiced it (`T09.CSW.voiced`) and what is written down
        (`T09.CSW.reported`: in a report 0 absent, 1 some, 2 all; otherwise a count). What the
        calibration's own table holds stands in `.attrs["observed"]`, and what other coders' tables
        hold, in their order, in `.attrs["coders"]`. Failed runs are left out.

    Raises:
        UserError: the calibration is faulty, or n is below 1.

    Example:
        >>> import colsim
        >>> colsim.interviews("interviews.toml", 100)  # doctest: +SKIP
    """
    import pandas as pd

    if n < 1:
        raise UserError(f"n: found {n}; allowed: 1 or more")
    problem = _problem(calibration)
    compiled = problem.compiled()
    chance = generator(seed, _INTERVIEWS)
    places = chance.random((n, len(problem.priors)))
    seeds = chance.integers(0, 1 << 62, n)
    names = [f"{theme}.{service}" for theme, service in problem.voices.cells]

    def one(k: int) -> dict[str, float] | None:
        lived = live(problem, compiled, places[k], int(seeds[k]))
        if lived.frame is None:
            return None
        drawn = sittings_in(problem, lived.frame, int(seeds[k]))
        said = speak(lived.frame, drawn, problem.instrument, problem.voices, seed=int(seeds[k]))
        counts = (said.answers == 1).sum(axis=0)
        values = {
            prior.name: prior.at(float(u))
            for prior, u in zip(problem.priors[: problem.asked], places[k], strict=False)
        }
        return {
            "seed": int(seeds[k]),
            **values,
            **{f"{name}.voiced": int(x) for name, x in zip(names, counts, strict=True)},
            **{f"{name}.reported": int(x) for name, x in zip(names, said.states, strict=True)},
        }

    frame = pd.DataFrame([row for row in each(one, range(n)) if row is not None])
    observed, *others = (
        dict(zip(names, states_of(problem.instrument, one).tolist(), strict=True))
        for one in problem.tables
    )
    frame.attrs |= {"observed": observed, "coders": others}
    if out is not None:
        frame.to_parquet(Path(out), index=False)
    return frame


def loglik(
    calibration: str | Path | LoadedCalibration,
    theta: "pd.DataFrame | Sequence[Sequence[float]] | Values",
    seeds: Sequence[Sequence[int]] | npt.NDArray[np.int64],
) -> Values:
    """Return an unbiased estimate's logarithm: of the chance of the interviews given parameters.

    Args:
        calibration: a calibration file.
        theta: values of parameters, a row each: a table whose columns are parameters, or an array
            in the order of the file's `parameters`. Those left out have the middle of their prior.
        seeds: of the runs of each, shape (rows, runs); the same seeds give the same estimate.

    Returns:
        Shape (rows,); NaN where all runs failed.

    Raises:
        UserError: the calibration is faulty, unknown parameters, values outside the prior, or
            shapes that do not agree.
    """
    import pandas as pd

    problem = _problem(calibration)
    drawn = np.atleast_2d(np.asarray(seeds, np.int64))
    names = [prior.name for prior in problem.priors]
    frame = theta
    if not isinstance(frame, pd.DataFrame):
        values = np.atleast_2d(np.asarray(theta, np.float64))
        if values.shape[1] != problem.asked:
            raise UserError(
                f"theta: found {values.shape[1]} columns; allowed: the {problem.asked} parameters "
                f"asked about: {', '.join(problem.parameters)}"
            )
        frame = pd.DataFrame(values, columns=list(problem.parameters))
    unknown = [str(name) for name in frame.columns if name not in names]
    if unknown:
        raise UserError(
            f"theta: found {', '.join(unknown)}; allowed: parameters of the calibration"
        )
    if len(frame) != len(drawn):
        raise UserError(
            f"seeds: found {len(drawn)} rows; allowed: {len(frame)}, one for each row of theta"
        )
    places = np.full((len(frame), len(names)), 0.5)
    for name in frame.columns:
        k = names.index(str(name))
        places[:, k] = [problem.priors[k].place(float(value)) for value in frame[name]]
        if np.isnan(places[:, k]).any():
            low, high = problem.priors[k].low, problem.priors[k].high
            raise UserError(f"theta: found {name} outside its prior; allowed: {low:g} to {high:g}")
    compiled = problem.compiled()
    pairs = [(k, r) for k in range(len(drawn)) for r in range(drawn.shape[1])]
    logs = each(
        lambda at: live(problem, compiled, places[at[0]], int(drawn[at])).log_likelihood, pairs
    )
    return combined(np.reshape(list(logs), drawn.shape))


def _problem(calibration: str | Path | LoadedCalibration) -> Problem:
    loaded = (
        calibration if isinstance(calibration, LoadedCalibration) else load_calibration(calibration)
    )
    with crew() as pool:
        return loaded.settled(pool).problem()
