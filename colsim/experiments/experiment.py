"""The experiment file: a base scenario, what varies in which design, and how often it is run.

Types are strict, unknown keys are refused, and all faults are reported in one
go, in the manner of scenario files.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from colsim.core.measures import MEASURES
from colsim.errors import nearest
from colsim.experiments.observed import COMPARED
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.scenario.checks import Loc
from colsim.scenario.faults import (
    Fault,
    ScenarioError,
    dotted,
    fault_of,
    in_words,
    read_model,
    schema_at,
)
from colsim.scenario.schema import Line, Part
from colsim.scenario.sources import read_toml

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
_TAKES = {
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
            return {**data, "vary": dict(_dotted_keys(data["vary"]))}
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


def _dotted_keys(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys and what they are given; a table of known range keys is a range."""
    for name, value in table.items():
        if isinstance(value, Mapping) and not (set(value) & {"low", "high", "steps", "log"}):
            if not value:
                yield f"{prefix}{name}", value
            yield from _dotted_keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def load_experiment(path: str | Path) -> LoadedExperiment:
    """Read an experiment file and check all that can be told without its scenarios.

    Raises:
        ScenarioError: the file is missing, no TOML, or faulty; it lists all faults.
    """
    path = Path(path)
    data = read_toml(path)
    if isinstance(data, Fault):
        raise ScenarioError([data])
    faults = list(experiment_faults(data, str(path)))
    if faults:
        raise ScenarioError(faults)
    return LoadedExperiment(path.stem, str(path), path.parent, Experiment.model_validate(data))


def experiment_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Find every fault in an experiment's plain data that needs no scenario to be seen."""
    _, misfits = read_model(Experiment, data)
    for misfit in misfits:
        fault = fault_of(misfit, file, Experiment, allowed=_allowed, keys=_keys)
        if misfit.loc == ("design", "kind") and isinstance(misfit.value, str):
            fault = replace(fault, suggestion=nearest(misfit.value, KINDS))
        yield fault
    seen = {dotted(misfit.loc) for misfit in misfits}
    # What has no sound shape is said once.
    yield from (fault for fault in _rules(data, file) if fault.key not in seen)


def _keys(loc: Loc, known: list[str]) -> list[str]:
    return [key for key in known if key != "values"] if loc[:1] == ("vary",) else known


def _allowed(loc: Loc) -> str:
    match loc:
        case ("vary", str()):
            return "a list of values, or a range such as { low = 0.1, high = 0.4 }"
        case ("title",):
            return "one line of 1 to 100 characters"
        case ("seed",):
            return "a whole number from 0 to 2**63 - 1"
    return in_words(schema_at(loc, Experiment))


def _rules(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Apply the rules that tie values together, to whatever of the data has a sound type."""
    named = isinstance(data.get("worlds"), str) and data["worlds"] not in ("matched", "ranges")
    if named and data.get("fixed_parameters") is True:
        found = "calibrated worlds together with fixed parameters"
        yield Fault(file, "worlds", found, "one of the two")
    yield from _measure_faults(data, file)
    yield from _count_faults(data, file)
    design = data.get("design")
    kind = design.get("kind") if isinstance(design, Mapping) else None
    if isinstance(design, Mapping) and kind in KINDS:
        yield from _design_faults(kind, design, data, file)
    if isinstance(data.get("vary"), Mapping):
        pairs = list(_dotted_keys(data["vary"]))
        keys = [key for key, _ in pairs]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield Fault(file, f"vary.{key}", "the key twice", "each key once")
        for key, value in pairs:
            yield from _variation_faults(key, value, kind, file)


_A_MEASURE = (
    "measures of the model, such as information_flow; `colsim run SCENARIO --json` lists them"
)


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _measure_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    precision = data.get("precision")
    asked = precision.get("measure") if isinstance(precision, Mapping) else None
    lists = (
        ("measures", _names(data.get("measures")), list(COMPARED)),
        ("series", _names(data.get("series")), list(MEASURES)),
        ("precision.measure", [asked] if isinstance(asked, str) else [], list(COMPARED)),
    )
    for key, names, known in lists:
        for name in names:
            if name not in known:
                close = nearest(name, known)
                yield Fault(file, key, f"unknown measure {name!r}", _A_MEASURE, close)
        yield from _twice(file, key, names, "measure")
    if data.get("measures") == []:
        yield Fault(file, "measures", "an empty list", "at least one measure, or no key for all")
    kept = _names(data.get("measures"))
    if isinstance(asked, str) and asked in COMPARED and kept and asked not in kept:
        yield Fault(
            file, "precision.measure", f"{asked!r}, which is not kept", "one of the measures kept"
        )


def _twice(file: str, key: str, names: list[str], what: str) -> Iterator[Fault]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(file, key, f"{name!r} twice", f"each {what} once")


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _count_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    precision = data.get("precision")
    if "replications" in data and precision is not None:
        yield Fault(
            file,
            "replications",
            "replications together with precision",
            "one of the two: a number of replications, or the precision that is wanted",
        )
    wanted = precision if isinstance(precision, Mapping) else {}
    counts = {"replications": _whole(data.get("replications"))} | {
        f"precision.{name}": _whole(wanted.get(name)) for name in ("floor", "batch", "cap")
    }
    for key, count in counts.items():
        if count is not None and count % SEEDS_PER_WORLD:
            allowed = f"an even number, {SEEDS_PER_WORLD} to each world"
            yield Fault(file, key, str(count), allowed)
    for name, least in (("floor", LEAST_FLOOR), ("batch", LEAST_BATCH)):
        count = counts[f"precision.{name}"]
        if count is not None and SEEDS_PER_WORLD <= count < least:
            allowed = f"at least {least}: with fewer, the interval would promise too much"
            yield Fault(file, f"precision.{name}", str(count), allowed)
    floor = counts["precision.floor"]
    cap = counts["precision.cap"]
    floor = LEAST_FLOOR if floor is None else floor
    if cap is not None and cap < floor:
        yield Fault(file, "precision.cap", str(cap), f"at least the floor of {floor}")


def _design_faults(
    kind: str, design: Mapping[str, Any], data: Mapping[str, Any], file: str
) -> Iterator[Fault]:
    needed = _TAKES.get(kind)
    for key in dict.fromkeys(_TAKES.values()):
        if key == needed and key not in design:
            what = in_words(schema_at(("design", key), Experiment))
            yield Fault(file, f"design.{key}", "nothing", f"{what}: {kind} needs it")
        if key != needed and key in design:
            users = " and ".join(name for name, taken in _TAKES.items() if taken == key)
            yield Fault(file, f"design.{key}", f"{key} in a {kind} design", f"only in {users}")
    points = _whole(design.get("points"))
    if (
        kind in ("sobol", "saltelli")
        and points is not None
        and points >= 2
        and points & (points - 1)
    ):
        near = 1 << round(math.log2(points))
        allowed = f"a power of 2, such as {near}: other numbers of Sobol points are out of balance"
        yield Fault(file, "design.points", str(points), allowed)
    if kind == "scenarios":
        listed = _names(design.get("scenarios"))
        if design.get("scenarios") == []:
            yield Fault(file, "design.scenarios", "an empty list", "at least one scenario")
        yield from _twice(file, "design.scenarios", listed, "scenario")
    if kind == "scenarios" and data.get("vary"):
        allowed = "no vary in a scenarios design: each file says what differs"
        yield Fault(file, "vary", "a table", allowed)
    if kind not in ("scenarios", "points") and not data.get("vary"):
        yield Fault(file, "vary", "nothing", "at least one key to vary")


def _variation_faults(key: str, value: object, kind: object, file: str) -> Iterator[Fault]:
    place = f"vary.{key}"
    if isinstance(value, list):
        if not value:
            yield Fault(file, place, "an empty list", "at least one value")
        seen = [repr(one) for one in value]
        for one in dict.fromkeys(one for one in seen if seen.count(one) > 1):
            yield Fault(file, place, f"{one} twice", "each value once")
        return
    if not isinstance(value, Mapping):
        return
    low, high = (
        end if isinstance(end, int | float) and not isinstance(end, bool) else None
        for end in (value.get("low"), value.get("high"))
    )
    for name in ("low", "high"):
        if name not in value:
            yield Fault(file, f"{place}.{name}", "nothing", "a number: a range has two ends")
    if low is not None and high is not None and low >= high:
        yield Fault(file, place, f"a range from {low:g} to {high:g}", "low below high")
    if value.get("log") is True and low is not None and low <= 0:
        yield Fault(file, f"{place}.low", f"{low:g}", "above 0, as the range is logarithmic")
    in_turn = kind in ("factorial", "one_at_a_time")
    if in_turn and "steps" not in value:
        yield Fault(
            file, f"{place}.steps", "nothing", f"a whole number from 2: {kind} goes through values"
        )
    if not in_turn and kind in KINDS and "steps" in value:
        yield Fault(file, f"{place}.steps", "steps", f"no steps: {kind} draws from the range")
