"""When a mean paired difference is known well enough: the rule by which a sweep ends.

A world's difference is the mean over its seeds of the point's value less the
base's. With n worlds, mean m and standard deviation s, the 95 % interval of the
mean is m ± t(0.975; n - 1) · s / √n. It is judged after a floor of replications
and then in batches of one size, and the sweep ends when the interval was no
wider than wanted at two judgements in a row, or at the cap.

Why two: a spread that looks small by chance would end the sweep just when it
is wrong; the second batch is hardly chosen by the first. Floor and batch have
least sizes because the mean of few skewed differences is not normal. With
them the interval at the end holds the true mean in at least 93 % of cases, for
normal and for strongly skewed differences (`tests/unit/test_precision.py`,
which also shows a rule without these three that does not).

It is the computing error alone that shrinks; how far plausible worlds differ does not.
Chow & Robbins 1965 give the rule for one look after another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.experiments.difference import mean_of_present
from colsim.experiments.experiment import LEAST_BATCH, LEAST_FLOOR
from colsim.experiments.observed import values_of
from colsim.experiments.runner import SEEDS_PER_WORLD, Outcome, outcomes
from colsim.scenario.compiling import Compiled
from colsim.scenario.remarks import Remark

CONFIDENCE = 0.95
MOST_RUNS = 2_000
"""Replications at which a comparison stops, however precise it is to be."""
IN_A_ROW = 2
"""Judgements in a row that must find the interval narrow enough."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well the differences are known after some replications."""

    replications: int
    widest: float
    """Width of the widest interval; infinite where a difference is not known at all."""
    point: str
    """Id of the point whose interval it is."""
    narrow: bool


def interval_width(
    differences: npt.NDArray[np.float64], *, confidence: float = CONFIDENCE
) -> npt.NDArray[np.float64]:
    """Return the width of the interval of the mean over worlds (last axis), shape (...).

    Worlds without a difference (NaN) are left out; with fewer than two it is infinite.
    """
    from scipy.special import stdtrit  # Student's t, at a tenth of what scipy.stats takes to read

    present = np.isfinite(differences)
    count = present.sum(axis=-1)
    mean = mean_of_present(differences, axis=-1)
    squares = np.where(present, (differences - mean[..., None]) ** 2, 0.0).sum(axis=-1)
    width = np.full(count.shape, np.inf)
    known = count > 1
    spread = np.sqrt(squares[known] / (count[known] - 1))
    counts, place = np.unique(count[known], return_inverse=True)
    quantile = stdtrit(counts - 1, (1.0 + confidence) / 2.0)
    width[known] = 2.0 * quantile[place] * spread / np.sqrt(count[known])
    return width


def world_differences(
    values: npt.NDArray[np.float64], base: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return paired differences by world.

    Args:
        values: of points by replication, shape (points, replications).
        base: of the base, shape (replications,).

    Returns:
        Shape (points, worlds); NaN where no seed of a world has both values.
    """
    paired = values - base
    folded = paired.reshape(len(values), -1, SEEDS_PER_WORLD)
    return mean_of_present(folded, axis=-1)


def judge(
    points: Sequence[str],
    values: npt.NDArray[np.float64],
    base: npt.NDArray[np.float64],
    *,
    width: float,
) -> Judgement:
    """Judge the differences of points to the base; shapes as in `world_differences`."""
    widths = interval_width(world_differences(values, base))
    worst = int(widths.argmax())
    return Judgement(
        replications=values.shape[1],
        widest=float(widths[worst]),
        point=points[worst],
        narrow=bool(widths[worst] <= width),
    )


def enough(judgements: Sequence[Judgement]) -> bool:
    """Return whether the last judgements allow to end."""
    return len(judgements) >= IN_A_ROW and all(one.narrow for one in judgements[-IN_A_ROW:])


def until_precise(
    compiled: Sequence[Compiled], names: Sequence[str], width: float, *, progress: Any, **lives: Any
) -> tuple[list[Outcome], Judgement]:
    """Live until the mean change in joint plans of every policy is known well enough.

    Args:
        compiled: the baseline, then the policies.
        names: of the policies.
        width: wanted of the 95 % interval, in the measure's unit.
        progress: called with the number of replications done.
        lives: as for `outcomes`.

    Returns:
        What was lived, at most `MOST_RUNS` replications, and the last judgement.
    """
    kept: list[Outcome] = []
    judgements: list[Judgement] = []
    for until in (*range(LEAST_FLOOR, MOST_RUNS, LEAST_BATCH), MOST_RUNS):
        before = len(kept)
        tell = None if progress is None else (lambda done, b=before: progress(b + done))
        kept += outcomes(compiled, first=before, replications=until, progress=tell, **lives)
        values = values_of(
            *(
                np.stack([getattr(one, part) for one in kept], axis=1)
                for part in ("totals", "exits", "latency")
            )
        )["joint_plan_rate"]
        judgements.append(judge(names, values[1:], values[0], width=width))
        if enough(judgements):
            break
    return kept, judgements[-1]


def reached(judgement: Judgement | None, wanted: float | None) -> tuple[Remark, ...]:
    """Return whether the precision that was asked for was reached, as a remark."""
    if judgement is None or wanted is None:
        return ()
    known = f"{100 * judgement.widest:.2g} points" if judgement.widest < np.inf else "nothing"
    how = "is reached" if judgement.narrow else "is not reached"
    text = (
        f"The wanted precision of {100 * wanted:g} points {how} after {judgement.replications:,} "
        f"runs: the 95 % interval of the mean change in joint plans is {known} wide."
    )
    return (Remark("precision", text),)
