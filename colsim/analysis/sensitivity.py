"""Which inputs drive a measure: screening, variance-based, or from any finished sweep.

Methods are SALib's (Herman & Usher 2017; Iwanaga et al. 2022). Every analysis carries a dummy,
an input that does nothing: what it seems to do is what chance makes any input seem to do.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.analysis.paired import Gains, Values, cases_of, gains_of, measure_named, plain
from colsim.core.measures import Measure
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.experiment import (
    DUMMY,
    MORRIS_LEVELS,
    Experiment,
    screening_points,
    unit_problem,
)
from colsim.experiments.results import Results
from colsim.reporting.files import finite
from colsim.reporting.words import change_unit

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

METHODS = ("morris", "sobol", "pawn")
OF_DESIGN = {"morris": "morris", "saltelli": "sobol"}
"""Designs made for a method."""
LEAST_RUNS = 200
"""Runs below which a method for given data would rank chance."""
FEWEST_SLICES, MOST_SLICES, WORLDS_A_SLICE = 3, 10, 25
"""Into how many parts an input's range is cut: more, the more worlds there are."""
FALSE_ALARM = 0.05
"""Chance that pawn calls any input clear though none does anything, all inputs together."""
_DUMMIES = 200
_SEED = 20


@dataclass(frozen=True, slots=True)
class Input:
    """What one input does."""

    name: str
    index: float
    """Morris: mean absolute effect over the range, in the measure's unit. Sobol: total share of
    the variance, with what it does together with others. PAWN: largest distance, over slices of
    the input, between the measure's distribution in the slice and over all, 0 to 1."""
    error: float
    """Half the width of its 95 % interval (bootstrap); NaN if the method has none."""
    second: float
    """Morris: standard deviation of effects. Sobol: share of the variance alone. PAWN: median."""
    second_error: float
    clear: bool
    """Whether it does more than the dummy might by chance."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Inputs of a sweep, the most important first."""

    measure: Measure
    method: str
    inputs: tuple[Input, ...]
    dummy: Input
    cases: int
    """Points, or runs, that it rests on."""
    dropped: str
    """What had to be left out and why; empty if nothing."""
    noise: float
    """Share of the variance between cases that is chance of runs and worlds."""
    about: str
    """What the measure was taken of."""

    def table(self) -> "pd.DataFrame":
        """Return a row for each input, the dummy last."""
        import pandas as pd

        names = {
            "morris": ("mean_absolute_effect", "sd_of_effects"),
            "sobol": ("total", "first_order"),
            "pawn": ("largest_distance", "median_distance"),
        }[self.method]
        frame = pd.DataFrame([asdict(one) for one in (*self.inputs, self.dummy)])
        columns = {"index": names[0], "second": names[1], "second_error": f"{names[1]}_error"}
        return frame.rename(columns=columns)

    @property
    def caption(self) -> str:
        """What to read from the chart."""
        clear = [one for one in self.inputs if one.clear]
        what = {
            "morris": "mean absolute effect of going through an input's range (Morris screening)",
            "sobol": "share of the variance that an input accounts for, alone and with others "
            "(Sobol)",
            "pawn": "how far the distribution moves with an input (PAWN, from runs as they are)",
        }[self.method]
        first = ", ".join(one.name for one in clear[:3])
        found = (
            f"{len(clear)} of {len(self.inputs)} inputs do more than the dummy, which does "
            f"nothing, might by chance; first {first}."
            if clear
            else "No input does more than the dummy, which does nothing, might by chance."
        )
        text = (
            f"{self.measure.title} ({self.about}): {what}. {found}"
            f"{'' if self.method == 'pawn' else ' Lines: 95 % intervals.'} Rests on "
            f"{self.cases:,} {'worlds and points' if self.method == 'pawn' else 'points'}"
        )
        if np.isfinite(self.noise):
            text += f"; chance makes up {self.noise:.0%} of the variance between points"
        return text + "." + (f" Left out: {self.dropped}." if self.dropped else "")

    def plot(self) -> "Figure":
        """Return the chart."""
        from colsim.analysis.charts import MOST_ROWS, ROW, label_rows, titled
        from colsim.reporting.drawing import COLOURS, INK, PALE

        shown = self.inputs[:MOST_ROWS]
        scale = 100.0 if self.method == "morris" and "share" in self.measure.unit else 1.0
        figure, axes = titled(
            f"What drives: {self.measure.title.lower()}", self.caption, ROW * len(shown) + 0.3
        )
        for k, one in enumerate(shown):
            colour = COLOURS[0] if one.clear else PALE
            axes.barh(k, max(0.0, one.index) * scale, height=0.6, color=colour)
            if np.isfinite(one.error):
                axes.plot(
                    [(one.index - one.error) * scale, (one.index + one.error) * scale], [k, k],
                    color=INK, lw=1,
                )  # fmt: skip
        error = 0.0 if np.isnan(self.dummy.error) else self.dummy.error
        axes.axvline((self.dummy.index + error) * scale, color=COLOURS[1], lw=1.2, ls="--")
        axes.text(
            (self.dummy.index + error) * scale, len(shown) - 0.45, " what nothing does",
            fontsize=7.5, color=COLOURS[1], va="bottom",
        )  # fmt: skip
        label_rows(axes, [one.name.removeprefix("parameters.") for one in shown])
        axes.set_xlim(left=0)
        axes.set_xlabel(
            {
                "morris": f"mean absolute effect, {change_unit(self.measure)}",
                "sobol": "share of the variance between points (total)",
                "pawn": "largest distance between distributions (0 to 1)",
            }[self.method],
            fontsize=8.5, color=INK,
        )  # fmt: skip
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        return {
            "measure": self.measure.name,
            "method": self.method,
            "about": self.about,
            "inputs": plain(self.table()),
            "cases": self.cases,
            "dropped": self.dropped,
            "noise": finite(self.noise),
            "caption": self.caption,
        }


def sensitivity(
    results: Results,
    measure: str | None = None,
    *,
    method: str | None = None,
    point: str | None = None,
) -> Sensitivity:
    """Return what drives a measure in a sweep.

    Args:
        results: of the sweep.
        measure: its name; the joint-plan rate if None.
        method: morris or sobol, which need a design of their own (morris, saltelli), or pawn,
            which takes any sweep and looks at parameters of worlds too; by the design if None.
        point: for pawn: the one point whose difference to the base is looked at; all if None.

    Raises:
        UserError: unknown method or point, a design made for another method, or too few runs.
    """
    chosen = method_for(results.manifest.experiment, measure, method=method, point=point)
    gains = gains_of(results, measure)
    if chosen == "pawn":
        return _pawn(results, gains, point)
    return _screening(results, gains, chosen)


def method_for(
    experiment: Experiment, measure: str | None, *, method: str | None, point: str | None
) -> str:
    """Return the method for a question about a sweep, which need not have been run.

    Raises:
        UserError: it names each fault of the question.
    """
    faults = []
    try:
        measure_named(experiment.kept, measure)
    except UserError as error:
        faults.append(str(error))
    kind = experiment.design.kind
    chosen = method or OF_DESIGN.get(kind, "pawn")
    if chosen not in METHODS:
        said = refusal(repr(chosen), ", ".join(METHODS), nearest(chosen, METHODS))
        faults.append(f"method: {said}")
    elif chosen != "pawn" and OF_DESIGN.get(kind) != chosen:
        needed = next(design for design, own in OF_DESIGN.items() if own == chosen)
        faults.append(
            f"method: found {chosen} for a {kind} design; allowed: pawn, or a sweep with the "
            f'design kind = "{needed}"'
        )
    elif chosen != "pawn" and point is not None:
        faults.append(f"point: found {point!r} with {chosen}; allowed: only with pawn")
    if faults:
        raise UserError("\n".join(faults))
    return chosen


def _screening(results: Results, gains: Gains, method: str) -> Sensitivity:
    """Analyse a design that was made for the method; whole blocks go where a point is missing."""
    experiment = results.manifest.experiment
    unit = screening_points(experiment)
    keys = tuple(experiment.vary)
    # Every point meets the same worlds and chance: their mean is carried along, not noise.
    per_point = np.full(len(unit), np.nan)
    within = np.full(len(unit), np.nan)
    by_world = gains.by_world
    for k, row in enumerate(gains.rows):
        if row > 0:
            present = by_world[k][np.isfinite(by_world[k])]
            if len(present):
                per_point[row - 1] = present.mean()
                within[row - 1] = present.var(ddof=1) / len(present) if len(present) > 1 else np.nan
    size = len(keys) + (2 if method == "morris" else 3)
    kept, blocks, dropped = whole_blocks(per_point, size)
    if blocks < 4:
        raise UserError(
            f"{results.folder}: found {blocks} whole "
            f"{'trajectories' if method == 'morris' else 'groups'}; allowed: at least 4"
        )
    y = per_point[kept]
    inputs = analysed(unit[kept], y, (*keys, DUMMY), method)
    spread = float(y.var())
    known = within[kept][np.isfinite(within[kept])]
    noise = float(known.mean()) / spread if spread > 0 and len(known) else float("nan")
    what = "trajectories" if method == "morris" else "groups of points"
    lost = f"{dropped} {what} with a point that has no value" if dropped else ""
    return _ranked(
        gains.measure, method, inputs, int(kept.sum()),
        "; ".join(filter(None, (lost, gains.lost()))),
        min(1.0, noise), "change against the base, mean over worlds",
    )  # fmt: skip


def whole_blocks(values: Values, size: int) -> tuple[npt.NDArray[np.bool_], int, int]:
    """Return which rows lie in blocks without a gap, and how many blocks are kept and dropped."""
    sound = np.isfinite(values).reshape(-1, size).all(axis=1)
    return np.repeat(sound, size), int(sound.sum()), int((~sound).sum())


def analysed(unit: Values, y: Values, names: Sequence[str], method: str) -> list[Input]:
    """Return SALib's indices of inputs in the unit cube, the dummy among them, in their order.

    Args:
        unit: points as SALib's sampler gave them, shape (points, inputs).
        y: the measure at each.
        names: of the inputs; the last is the dummy.
        method: morris or sobol.
    """
    problem = unit_problem(names[:-1])
    # The deviation of one value over and over is not always 0, and would be divided by.
    if float(np.ptp(y)) <= 1e-12 * float(np.abs(y).max()):
        return [Input(name, 0.0, 0.0, 0.0, 0.0, False) for name in names]
    if method == "morris":
        from SALib.analyze import morris

        found = morris.analyze(problem, unit, y, num_levels=MORRIS_LEVELS, seed=_SEED)
        rows = zip(found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True)
        return [
            Input(name, float(a), float(b), float(c), float("nan"), False)
            for name, (a, b, c) in zip(names, rows, strict=True)
        ]
    from SALib.analyze import sobol

    found = sobol.analyze(problem, y, calc_second_order=False, seed=_SEED)
    parts = zip(found["ST"], found["ST_conf"], found["S1"], found["S1_conf"], strict=True)
    return [
        Input(name, float(st), float(st_conf), float(s1), float(s1_conf), clear=False)
        for name, (st, st_conf, s1, s1_conf) in zip(names, parts, strict=True)
    ]


def _ranked(
    measure: Measure, method: str, inputs: Sequence[Input], cases: int, dropped: str,
    noise: float, about: str, *, limit: float | None = None,
) -> Sensitivity:  # fmt: skip
    """Put inputs in order, and say which do more than the dummy might by chance."""
    dummy = inputs[-1]
    bar = dummy.index + (0.0 if np.isnan(dummy.error) else dummy.error) if limit is None else limit
    judged = []
    for one in inputs[:-1]:
        low = one.index if np.isnan(one.error) else one.index - one.error
        judged.append(replace(one, clear=bool(low > bar)))
    judged.sort(key=lambda one: -one.index)
    return Sensitivity(measure, method, tuple(judged), dummy, cases, dropped, noise, about)


def _pawn(results: Results, gains: Gains, point: str | None) -> Sensitivity:
    """Analyse runs as they are; ties are broken by chance, and dummies are shuffled inputs."""
    x, y, lived, lost = cases_of(results, gains, point)
    if len(y) < LEAST_RUNS:
        raise UserError(
            f"{results.folder}: found {len(y)} worlds and points to compare; allowed: at least "
            f"{LEAST_RUNS}, as fewer would rank chance"
        )
    if not len(x.columns):
        raise UserError(f"{results.folder}: found nothing that varies; allowed: a sweep with keys")
    from SALib.analyze import pawn
    from scipy import stats

    chance = np.random.default_rng(_SEED)
    columns = [_ranks(x[name].to_numpy(), chance) for name in x.columns]
    # A world is met by every point: a dummy that did not keep to worlds would look too harmless.
    worlds = len(gains.world_seeds)
    columns += [_ranks(chance.random(worlds)[lived], chance) for _ in range(_DUMMIES)]
    matrix = np.stack(columns, axis=1)
    names = [*x.columns, *(f"dummy {k}" for k in range(_DUMMIES))]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    slices = min(MOST_SLICES, max(FEWEST_SLICES, worlds // WORLDS_A_SLICE))
    found = pawn.analyze(problem, matrix, y, S=slices, seed=_SEED)
    largest, middle = np.asarray(found["maximum"]), np.asarray(found["median"])
    nan = float("nan")
    count = len(x.columns)
    inputs = [
        Input(name, float(largest[k]), nan, float(middle[k]), nan, False)
        for k, name in enumerate(x.columns)
    ]
    # The largest of many inputs that do nothing: its distribution is that of extremes.
    location, scale = stats.gumbel_r.fit(largest[count:])
    bar = stats.gumbel_r.ppf(1.0 - FALSE_ALARM / count, location, scale)
    dummy = Input(DUMMY, float(bar), nan, float(np.median(middle[count:])), nan, False)
    about = "change against the base, each point in each world"
    if point is not None:
        about = f"change of {point} against the base, in each world"
    return _ranked(
        gains.measure, "pawn", [*inputs, dummy], len(y), lost, nan, about,
        limit=float(bar),
    )  # fmt: skip


def _ranks(values: Values, chance: np.random.Generator) -> Values:
    """Return ranks from 0 to 1, equal values in an order by chance."""
    order = np.lexsort((chance.random(len(values)), values))
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values)) / len(values)
    return ranks
