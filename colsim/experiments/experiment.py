"""The experiment file: a base scenario, what varies in which design, and how often it is run.

Types are strict, unknown keys are refused, and all faults are reported in one
go, in the manner of scenario files. Where points lie follows from the kind of design.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from colsim.experiments.observed import COMPARED
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.schema import Line, Part

MOST_POINTS = 100_000
"""Points that a design may have: more than that is a mistake in a file."""
LEAST_FLOOR, LEAST_BATCH = 160, 80
"""Replications before precision is first judged, and between judgements, at least.

With fewer, the interval of skewed differences would promise more than it holds: the simulation
in `tests/unit/test_precision.py` shows what it holds with these."""

Text = Annotated[str, Field(min_length=1)]
Replications = Annotated[int, Field(ge=SEEDS_PER_WORLD, le=1_000_000)]


class Variation(Part):
    """What one key is given: a list of values in square brackets, or a range."""

    values: tuple[Any, ...] | None = Field(default=None, strict=False)
    """Values to take, one after another; in a file, the list itself."""
    low: float | None = None
    """Lower end of a range."""
    high: float | None = None
    """Upper end of a range."""
    log: bool = False
    """Spread values evenly over the logarithm of the range."""
    steps: Annotated[int, Field(ge=2, le=10_000)] | None = None
    """Values from low to high; for designs that go through values in turn."""

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, data: Any) -> Any:
        return {"values": tuple(data)} if isinstance(data, list | tuple) else data

    def levels(self) -> tuple[Any, ...]:
        """Return the values that the key takes in turn."""
        if self.values is not None:
            return self.values
        assert self.steps is not None
        return tuple(self.at(step / (self.steps - 1)) for step in range(self.steps))

    def at(self, u: float) -> Any:
        """Return the value at u in [0, 1] of the range; of a list, each has an equal share."""
        if self.values is not None:
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        assert self.low is not None
        assert self.high is not None
        if u <= 0.0 or u >= 1.0:
            return self.low if u <= 0.0 else self.high
        if self.log:
            return math.exp(math.log(self.low) + u * (math.log(self.high) - math.log(self.low)))
        return self.low + u * (self.high - self.low)

    @property
    def ends(self) -> tuple[Any, ...]:
        """Values that must be sound for all others to be: the list, or both ends of the range."""
        if self.values is not None:
            return self.values
        return tuple(end for end in (self.low, self.high) if end is not None)


Kind = Literal[
    "scenarios", "factorial", "one_at_a_time", "latin_hypercube", "sobol", "morris", "saltelli",
    "points",
]  # fmt: skip
KINDS: tuple[str, ...] = Kind.__args__  # type: ignore[attr-defined]
TAKES = {
    "scenarios": "scenarios",
    "latin_hypercube": "points",
    "sobol": "points",
    "morris": "points",
    "saltelli": "points",
    "points": "file",
}
"""Kind of design to the key that it needs and others may not have."""


class Design(Part):
    """Which points of the space are run; the base is always one of them."""

    kind: Kind
    """How points are chosen."""
    points: Annotated[int, Field(ge=2, le=MOST_POINTS)] | None = None
    """Number of points, for latin_hypercube and sobol; of trajectories, for morris; of base
    points, for saltelli."""
    scenarios: tuple[Text, ...] | None = Field(default=None, strict=False)
    """Policies (presets, files, or combinations of them) laid over the base, for scenarios."""
    different_authorities: bool = False
    """For scenarios: let other authorities stand among the policies."""
    file: Text | None = None
    """CSV with a column for each key, for points."""


class Precision(Part):
    """Run until the mean paired difference to the base is known well enough."""

    measure: Text
    """Measure whose difference is meant."""
    width: Annotated[float, Field(gt=0.0)]
    """Wanted width of the 95 % interval of the mean, in the measure's unit."""
    point: Text | None = None
    """Label of the point that is meant; without it, every point."""
    floor: Replications = LEAST_FLOOR
    """Replications before the first judgement."""
    batch: Replications = LEAST_BATCH
    """Replications between two judgements."""
    cap: Replications = 2000
    """Replications at which to stop in any case."""


class Experiment(Part):
    """Everything about a sweep but where it runs and where its result goes."""

    title: Line
    """One line that a reader of the result understands."""
    description: str = ""
    """What is asked and why, in plain words."""
    base: Text
    """Preset or scenario file that the others differ from."""
    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 1
    """The one seed that all chance derives from."""
    weeks: Annotated[int, Field(ge=1, le=5200)] | None = None
    """Weeks of policy, if not those of the base."""
    replications: Replications | None = None
    """Runs of each point, two to a world; 40 unless precision decides."""
    precision: Precision | None = None
    """Instead of a number of replications, the precision that is wanted."""
    fixed_parameters: bool = False
    """Keep parameters at their defaults instead of drawing worlds."""
    worlds: Text | None = None
    """Where plausible worlds come from: matched (to how the base looks today; if left out), ranges,
    or the folder of a calibration, a matching or a survey."""
    measures: tuple[Text, ...] | None = Field(default=None, strict=False)
    """Measures to keep of each run; all if left out."""
    series: tuple[Text, ...] = Field(default=(), strict=False)
    """Measures whose course over the weeks is kept as well."""
    design: Design
    """Which points are run."""
    vary: dict[str, Variation] = Field(default_factory=dict)
    """Dotted keys of the scenario, and what they are given."""

    @model_validator(mode="before")
    @classmethod
    def _flatten(cls, data: Any) -> Any:
        """Take keys written as nested tables as the dotted keys that they are."""
        if isinstance(data, Mapping) and isinstance(data.get("vary"), Mapping):
            return {**data, "vary": dict(dotted_keys(data["vary"]))}
        return data

    @property
    def kept(self) -> tuple[str, ...]:
        """The measures to keep of each run, in the order of the model's table."""
        return tuple(name for name in COMPARED if self.measures is None or name in self.measures)

    @property
    def rounds(self) -> tuple[int, ...]:
        """Replications at which it is judged whether to go on; the last is where it ends."""
        if self.precision is None:
            return (self.replications or DEFAULT_REPLICATIONS,)
        wanted = self.precision
        return (*range(wanted.floor, wanted.cap, wanted.batch), wanted.cap)


DEFAULT_REPLICATIONS = 40


@dataclass(frozen=True, slots=True)
class LoadedExperiment:
    """A checked experiment, and where its relative paths start."""

    name: str
    """The file's name without its ending."""
    file: str
    """The file as the user named it."""
    folder: Path
    experiment: Experiment
    notes: tuple[str, ...] = field(default=())
    """What was guessed and should be said."""


def dotted_keys(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys and what they are given; a table of known range keys is a range."""
    for name, value in table.items():
        if isinstance(value, Mapping) and not (set(value) & {"low", "high", "steps", "log"}):
            if not value:
                yield f"{prefix}{name}", value
            yield from dotted_keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


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
