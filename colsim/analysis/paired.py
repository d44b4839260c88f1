"""Paired differences of a sweep's points to its base, world by world; and as cases.

Cases are for methods that take given data: a row for each point in each world.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.core.measures import Measure
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.difference import Difference, difference_of, mean_of_present, over_worlds
from colsim.experiments.observed import COMPARED
from colsim.experiments.points import number_in
from colsim.experiments.results import Results
from colsim.experiments.runner import SEEDS_PER_WORLD, drawn_at
from colsim.reporting.words import rounded, signed, tenths

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Values = npt.NDArray[np.float64]
DEFAULT_MEASURE = "joint_plan_rate"


@dataclass(frozen=True, slots=True)
class Gains:
    """One measure of all points and runs, and how they differ from the base."""

    measure: Measure
    labels: tuple[str, ...]
    """Of the points that could be built, the base first."""
    rows: tuple[int, ...]
    """Their rows in the design."""
    levels: Values
    """Shape (points, worlds, seeds); NaN where a run failed, is missing or has no value."""
    world_seeds: npt.NDArray[np.int64]
    failed: int
    """Runs that failed."""
    missing: int
    """Runs that are not there yet."""

    @property
    def by_world(self) -> Values:
        """Differences to the base, seeds averaged, shape (points, worlds)."""
        return mean_of_present(self.levels - self.levels[0], axis=2)

    def lost(self) -> str:
        """Return in words what is not in it; empty if all is."""
        parts = []
        if self.failed:
            parts.append(f"{self.failed:,} runs failed and are left out")
        if self.missing:
            parts.append(f"{self.missing:,} runs are not there yet")
        return "; ".join(parts)


def measure_named(kept: Sequence[str], name: str | None) -> Measure:
    """Return a measure that a sweep kept.

    Raises:
        UserError: it is unknown, or was not kept.
    """
    chosen = name or (DEFAULT_MEASURE if DEFAULT_MEASURE in kept else kept[0])
    if chosen not in kept:
        shown = ", ".join(kept[:8]) + (", …" if len(kept) > 8 else "")
        allowed = f"measures that the sweep kept ({shown})"
        raise UserError(f"measure: {refusal(repr(chosen), allowed, nearest(chosen, kept))}")
    return COMPARED[chosen]


def gains_of(results: Results, measure: str | None = None) -> Gains:
    """Read one measure of a sweep, paired by replication.

    Args:
        results: of the sweep, finished or not.
        measure: its name; the joint-plan rate if None.

    Raises:
        UserError: the measure was not kept, or no run of the base is there.
    """
    chosen = measure_named(results.manifest.experiment.kept, measure)
    design = results.design()
    built = design[design["error"].isna()]
    runs = results.sql(
        f'SELECT point, replication, world, world_seed, error, "{chosen.name}" AS value FROM runs'
    )
    replications = results.manifest.experiment.rounds[-1]
    if len(runs) and results.manifest.experiment.precision is not None:
        replications = int(runs["replication"].max()) + 1
    replications += replications % SEEDS_PER_WORLD
    ids = built["point"].tolist()
    flat = np.full((len(ids), replications), np.nan)
    seen = np.zeros_like(flat, dtype=bool)
    seeds = np.zeros(replications // SEEDS_PER_WORLD, np.int64)
    seeds[runs["world"]] = runs["world_seed"]
    for k, point in enumerate(ids):
        own = runs[runs["point"] == point]
        flat[k, own["replication"]] = own["value"]
        seen[k, own["replication"]] = True
    if not len(ids) or not np.isfinite(flat[0]).any():
        raise UserError(
            f"{results.folder}: found no run of the base; allowed: a sweep of which at least some "
            "runs of the base are finished"
        )
    fold = (len(ids), replications // SEEDS_PER_WORLD, SEEDS_PER_WORLD)
    return Gains(
        chosen,
        tuple(built["label"]),
        tuple(int(row) for row in built["row"]),
        flat.reshape(fold),
        seeds,
        failed=int(runs["error"].notna().sum()),
        missing=int((~seen).sum()),
    )


@dataclass(frozen=True, slots=True)
class Paired:
    """Every point of a sweep against its base."""

    measure: Measure
    differences: tuple[Difference, ...]
    worlds: int
    unbuilt: int
    """Points whose values do not go together."""
    lost: str
    rows: tuple[int, ...] = ()
    """Of the differences, in the design."""

    def table(self) -> "pd.DataFrame":
        """Return a row for each point, best first."""
        import pandas as pd

        frame = pd.DataFrame([asdict(one) for one in self.differences])
        frame = frame.rename(columns={"scenario": "label"})
        frame = frame.drop(columns=["half_week", "stays_week"])
        upwards = self.measure.better == "lower"
        return frame.sort_values("difference", ascending=upwards, ignore_index=True)

    @property
    def caption(self) -> str:
        """What to read from the chart."""
        text = (
            f"{self.measure.title}, change against the base: dot, the median of {self.worlds} "
            "plausible worlds; line, 9 in 10 of them. "
            f"{largest(self.table(), self.measure)} A line that crosses 0 leaves open whether the "
            "point helps."
        )
        more = [self.lost] if self.lost else []
        if self.unbuilt:
            more.append(f"{self.unbuilt} points could not be built and were not run")
        return " ".join([text, *(f"{part[0].upper()}{part[1:]}." for part in more)])

    def plot(self) -> "Figure":
        """Return the chart: a line for each point, best first."""
        from colsim.analysis.charts import plot_points

        return plot_points(self.table(), self.measure, self.caption)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        return {
            "measure": self.measure.name,
            "worlds": self.worlds,
            "points_not_built": self.unbuilt,
            "lost": self.lost,
            "differences": plain(self.table()),
            "caption": self.caption,
        }


def largest(rows: "pd.DataFrame", measure: Measure) -> str:
    """Return which of the points, best first, changes a measure most."""
    first = rows.iloc[0]
    change, better = signed(first["difference"], measure), tenths(first["better"])
    return f"Largest: {first['label']} ({change}, better in {better})."


def plain(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return a frame's rows as plain Python types, NaN as None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def paired(results: Results, measure: str | None = None) -> Paired:
    """Compare every point of a sweep with its base, paired by world and chance.

    Raises:
        UserError: the measure was not kept, nothing but the base is there, or no run.
    """
    gains = gains_of(results, measure)
    if len(gains.labels) < 2:
        raise UserError(f"{results.folder}: found only the base; allowed: a sweep with more points")
    values = {gains.measure.name: gains.levels}
    return Paired(
        gains.measure,
        tuple(
            difference_of(label, k, gains.measure, values, {})
            for k, label in enumerate(gains.labels)
            if k > 0
        ),
        int(np.isfinite(gains.by_world[0]).sum()),
        int(results.design()["error"].notna().sum()),
        gains.lost(),
        gains.rows[1:],
    )


def band(values: Values) -> tuple[float, float, float]:
    """Return 5 % quantile, mean and 95 % quantile over worlds of what is present."""
    low, _, high = over_worlds(values)
    present = values[np.isfinite(values)]
    return low, float(present.mean()) if len(present) else low, high


def half_width(values: Values) -> float:
    """Return half the width of the 95 % interval of the mean over worlds (computing error)."""
    from scipy import stats

    present = values[np.isfinite(values)]
    if len(present) < 2:
        return float("nan")
    wide = stats.t.ppf(0.975, len(present) - 1) * present.std(ddof=1) / np.sqrt(len(present))
    return float(wide)


def keys_of(results: Results) -> Sequence[str]:
    """Return the keys that the design varies."""
    return tuple(results.manifest.design.keys)


def in_words(value: float, measure: Measure) -> str:
    """Return a difference as text, with its sign."""
    return signed(value, measure) if np.isfinite(value) else rounded(value)


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
