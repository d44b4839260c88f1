"""An experiment file read: everything that can be wrong with it, in one go."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from colsim.core.measures import MEASURES
from colsim.errors import nearest, twice
from colsim.experiments.experiment import (
    KINDS,
    LEAST_BATCH,
    LEAST_FLOOR,
    TAKES,
    Experiment,
    LoadedExperiment,
    dotted_keys,
)
from colsim.experiments.observed import COMPARED
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.scenario.faults import (
    Fault,
    ScenarioError,
    dotted,
    fault_of,
    in_words,
    read_model,
    schema_at,
)
from colsim.scenario.problem import Loc, as_number, as_whole, table
from colsim.scenario.sources import read_toml


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
    design = table(data.get("design"))
    kind = design.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        yield from _design_faults(kind, design, data, file)
    if isinstance(data.get("vary"), Mapping):
        pairs = list(dotted_keys(data["vary"]))
        keys = [key for key, _ in pairs]
        for key in twice(keys):
            yield Fault(file, f"vary.{key}", "the key twice", "each key once")
        for key, value in pairs:
            yield from _variation_faults(key, value, kind, file)


_A_MEASURE = (
    "measures of the model, such as information_flow; `colsim run SCENARIO --json` lists them"
)


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _measure_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    asked = table(data.get("precision")).get("measure")
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
    for name in twice(names):
        yield Fault(file, key, f"{name!r} twice", f"each {what} once")


def _count_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    precision = data.get("precision")
    if "replications" in data and precision is not None:
        yield Fault(
            file,
            "replications",
            "replications together with precision",
            "one of the two: a number of replications, or the precision that is wanted",
        )
    wanted = table(precision)
    counts = {"replications": as_whole(data.get("replications"))} | {
        f"precision.{name}": as_whole(wanted.get(name)) for name in ("floor", "batch", "cap")
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
    needed = TAKES.get(kind)
    for key in dict.fromkeys(TAKES.values()):
        if key == needed and key not in design:
            what = in_words(schema_at(("design", key), Experiment))
            yield Fault(file, f"design.{key}", "nothing", f"{what}: {kind} needs it")
        if key != needed and key in design:
            users = " and ".join(name for name, taken in TAKES.items() if taken == key)
            yield Fault(file, f"design.{key}", f"{key} in a {kind} design", f"only in {users}")
    points = as_whole(design.get("points"))
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
    low, high = as_number(value.get("low")), as_number(value.get("high"))
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
