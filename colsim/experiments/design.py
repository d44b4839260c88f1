"""A design's points: what each is, its scenario, or why it cannot be built."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from colsim.errors import nearest, twice
from colsim.experiments.experiment import LoadedExperiment, Variation, require_bounded, unit_points
from colsim.experiments.points import BASE, Point, as_kind, label_of, read_points, value_at
from colsim.experiments.runner import require_equal_length
from colsim.scenario.checking import checked
from colsim.scenario.checks import known_parameters, outcome
from colsim.scenario.costs import cost_of
from colsim.scenario.faults import Fault, ScenarioError, schema_at
from colsim.scenario.layers import merge, nested
from colsim.scenario.lever import Lever
from colsim.scenario.levers import LEVERS, levers_in
from colsim.scenario.loading import LoadedScenario, load_comparison, load_scenario
from colsim.scenario.remarks import people_noted
from colsim.scenario.schema import Organisation, Scenario

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class DesignTable:
    """All points; the base is the first."""

    keys: tuple[str, ...]
    """Dotted keys that vary."""
    sources: tuple[dict[str, Any], ...]
    """Scenarios that points start from, in full: the base first."""
    points: tuple[Point, ...]
    notes: tuple[str, ...] = ()
    """What was guessed in reading the user's files, and should be said."""

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """Scenarios to run by the id of their point, each once, in the order of the design."""
        return {one.id: one.scenario for one in self.points if one.scenario is not None}

    def arrow(self) -> "pa.Table":
        """Return one row per point: number, id, label, error, costs, and what each key is given."""
        import pyarrow as pa

        costs = [cost_of(one.scenario) if one.scenario else None for one in self.points]
        columns = {
            "row": pa.array(range(len(self.points)), pa.int64()),
            "point": pa.array([one.id for one in self.points], pa.string()),
            "label": pa.array([one.label for one in self.points], pa.string()),
            "base": pa.array([k == 0 for k in range(len(self.points))], pa.bool_()),
            "error": pa.array([one.error for one in self.points], pa.string()),
            "cost_a_year": pa.array([one and one.a_year for one in costs], pa.float64()),
            "cost_once": pa.array([one and one.once for one in costs], pa.float64()),
        }
        for key in self.keys:
            columns[key] = _column([self._value(one, key) for one in self.points])
        return pa.table(columns)

    def _value(self, point: Point, key: str) -> Any:
        if key in point.values:
            return point.values[key]
        return value_at(self.sources[point.source], key)


def _column(values: Sequence[Any]) -> "pa.Array":
    """Return a column of whole numbers, numbers or truth values; of anything else, as text."""
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    for fitting, kind in (({bool}, pa.bool_()), ({int}, pa.int64()), ({int, float}, pa.float64())):
        if kinds <= fitting:
            return pa.array(values, kind)
    return pa.array(
        [v if v is None or isinstance(v, str) else json.dumps(v) for v in values], pa.string()
    )


def build_design(loaded: LoadedExperiment) -> DesignTable:
    """Return an experiment's points, each with its scenario checked.

    Raises:
        ScenarioError: a scenario is faulty, a key is unknown, a value is out of range by
            itself, or no point can be built; it lists all faults.
    """
    experiment, notes = loaded.experiment, list(loaded.notes)
    faults: list[Fault] = []
    if experiment.design.kind == "scenarios":
        return _of_scenarios(loaded)
    base = _load(experiment.base, loaded, faults)
    varied: Mapping[str, Variation] = experiment.vary
    rows: Sequence[tuple[str, Mapping[str, Any]]] | None = None
    file = loaded.file
    if experiment.design.kind == "points":
        assert experiment.design.file is not None
        path = loaded.folder / experiment.design.file
        file = str(path)
        rows, found, said = read_points(path, keys=tuple(varied))
        faults += found
        notes += said
        keys = {key: f"vary.{key}" for key in varied}
        # With vary, other columns have been refused already.
        keys = keys or {key: f"column {key}" for _, values in rows for key in values}
    else:
        keys = {key: f"vary.{key}" for key in varied}
    levers = LEVERS if base is None else levers_in(base.scenario.levers)
    sound = [key for key, place in keys.items() if _known_key(key, place, file, faults, levers)]
    if base is None:
        raise ScenarioError(faults)
    notes += people_noted([base], "the result folder")
    plain = base.scenario.model_dump(mode="json")
    for key in sound:
        if key in varied:
            ends = [as_kind(key, end) for end in varied[key].ends]
            faults += _range_faults(plain, key, ends, f"vary.{key}", loaded.file)
    if rows is not None and len(sound) == len(keys):
        # What a column may hold does not depend on its row: say each wrong value once.
        for key in sound:
            cells = list(
                {repr(values[key]): values[key] for _, values in rows if key in values}.values()
            )
            faults += _range_faults(plain, key, cells, f"column {key}", file)
    if faults:
        raise ScenarioError(list(dict.fromkeys(faults)))
    if rows is None:
        rows = list(_rows(loaded))
        if len({label for label, _ in rows}) < len(rows):
            # Values that are as good as equal: labels show all their digits.
            rows = [(label_of(values, digits=17), values) for _, values in rows]
    points = [_build(BASE, {}, plain), *(_build(label, values, plain) for label, values in rows)]
    if not any(point.scenario is not None for point in points[1:]):
        errors = dict.fromkeys(str(point.error) for point in points[1:])
        first = next(iter(errors), "no point")
        raise ScenarioError(
            [Fault(loaded.file, "design", f"no point that can be built ({first})", "at least one")]
        )
    return DesignTable(tuple(keys), (plain,), tuple(points), tuple(notes))


def _load(name: str, loaded: LoadedExperiment, faults: list[Fault]) -> LoadedScenario | None:
    """Load a scenario that an experiment names; relative paths start at the experiment's file."""
    weeks = loaded.experiment.weeks
    overrides = {} if weeks is None else {"run.weeks": weeks}
    try:
        return load_scenario(name, overrides=overrides, folder=loaded.folder)
    except ScenarioError as error:
        faults += error.faults
        return None


def _of_scenarios(loaded: LoadedExperiment) -> DesignTable:
    """Return a design whose points are policies, each laid over the base's authority.

    Raises:
        ScenarioError: a file is faulty, or two bear one name.
    """
    experiment = loaded.experiment
    base, *others = load_comparison(
        experiment.base,
        experiment.design.scenarios or (),
        overrides={} if experiment.weeks is None else {"run.weeks": experiment.weeks},
        different_authorities=experiment.design.different_authorities,
        folder=loaded.folder,
    )
    labels = [one.name for one in others]
    faults = [
        Fault(loaded.file, "design.scenarios", f"two policies named {label}", "names that differ")
        for label in twice(labels)
    ]
    if faults:
        raise ScenarioError(faults)
    require_equal_length([base, *others])
    sources = tuple(one.scenario.model_dump(mode="json") for one in (base, *others))
    points = [_build(BASE, {}, sources[0])]
    points += [
        _build(label, {}, data, source=k + 1)
        for k, (label, data) in enumerate(zip(labels, sources[1:], strict=True))
    ]
    notes = (*loaded.notes, *people_noted([base, *others], "the result folder"))
    return DesignTable((), sources, tuple(points), notes)


def _known_key(
    key: str, place: str, file: str, faults: list[Fault], levers: Mapping[str, Lever]
) -> bool:
    """Return whether a dotted key names one value of a scenario; keep a fault if not."""
    fault = _key_fault(key, place, file, levers)
    if fault is not None:
        faults.append(fault)
    return fault is None


def _key_fault(key: str, place: str, file: str, levers: Mapping[str, Lever]) -> Fault | None:
    group, *rest = key.split(".")
    found = f"unknown key {key!r}"
    if group == "organisation":
        names = list(Organisation.model_fields)
        if len(rest) == 1 and rest[0] in names:
            return None
        allowed = f"organisation. and one of {', '.join(names)}"
        close = nearest(".".join(rest), names)
    elif group == "parameters":
        names = list(known_parameters())
        if len(rest) == 1 and rest[0] in names:
            return None
        found += outcome(".".join(rest))
        allowed = "parameters. and a model parameter"
        close = nearest(".".join(rest), names)
    elif group == "levers" and rest and rest[0] in levers:
        names = list(schema_at(("levers", rest[0]))["properties"])
        names.remove("definition")
        if len(rest) == 2 and rest[1] in names:
            return None
        allowed = f"levers.{rest[0]}. and one of {', '.join(names)}"
        close = nearest(".".join(rest[1:]), names)
        group = f"levers.{rest[0]}"
    elif group == "levers" and rest:
        allowed = f"levers. and one of {', '.join(levers)}"
        close = nearest(rest[0], levers)
        if close is not None and len(rest) > 1:
            close = ".".join([close, *rest[1:]])
    elif key in ("run.weeks", "run.burn_in"):
        return Fault(file, place, f"{key!r}", "all points run equally long: set weeks instead")
    else:
        allowed = "keys that begin with levers., parameters. or organisation."
        return Fault(
            file, place, found, allowed, nearest(group, ("levers", "parameters", "organisation"))
        )
    return Fault(file, place, found, allowed, f"{group}.{close}" if close else None)


def _range_faults(
    plain: Mapping[str, Any], key: str, values: Sequence[Any], place: str, file: str
) -> Iterator[Fault]:
    """Find values that are out of range whatever the others are."""
    for value in values:
        data = _with(plain, {key: value})
        _, faults = checked(data, provenance={key: file}, layers=[file], file=file, together=False)
        for fault in faults:
            if fault.key == key or fault.key.startswith((f"{key}.", f"{key}[")):
                yield Fault(file, place, fault.found, fault.allowed, fault.suggestion)


def _with(plain: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario's data with some values set, in a copy."""
    data = deepcopy(dict(plain))
    merge(data, nested(values))
    known = levers_in(data["levers"])
    for name, setting in data["levers"].items():
        setting.setdefault("strength", known[name].default)
    return data


def _build(
    label: str, values: Mapping[str, Any], plain: Mapping[str, Any], *, source: int = 0
) -> Point:
    """Return a point; one whose values do not go together has an error in place of a scenario."""
    data = _with(plain, values)
    by = dict.fromkeys(values, label)
    scenario, faults = checked(data, provenance=by, layers=[label], file=label)
    if scenario is None:
        return Point(label, values, source, None, "; ".join(map(str, faults)), _id(data))
    return Point(label, values, source, scenario, None, _id(scenario.model_dump(mode="json")))


def _id(data: Mapping[str, Any]) -> str:
    """Return a name for all of a scenario that a run depends on: not its words."""
    content = {key: value for key, value in data.items() if key not in ("title", "description")}
    return blake2b(canonical(content), digest_size=8).hexdigest()


def canonical(document: Any) -> bytes:
    """Return plain data as bytes, equal for equal data."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def rebuild(
    keys: Sequence[str],
    sources: Sequence[dict[str, Any]],
    rows: Sequence[Mapping[str, Any]],
) -> DesignTable:
    """Return a design from what a manifest keeps of it: no file is read, no point drawn anew."""
    points = [
        _build(row["label"], row["values"], sources[row["source"]], source=row["source"])
        for row in rows
    ]
    return DesignTable(tuple(keys), tuple(sources), tuple(points))


def _rows(loaded: LoadedExperiment) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield label and values of each point of a design that is computed."""
    experiment = loaded.experiment
    varied, kind = experiment.vary, experiment.design.kind
    if kind == "factorial":
        levels = [_levels(key, one) for key, one in varied.items()]
        size = 1
        for some in levels:
            size *= len(some)
        require_bounded(size, loaded)
        for chosen in itertools.product(*levels):
            values = dict(zip(varied, chosen, strict=True))
            yield label_of(values), values
    elif kind == "one_at_a_time":
        require_bounded(sum(len(_levels(key, one)) for key, one in varied.items()), loaded)
        for key, one in varied.items():
            for value in _levels(key, one):
                yield label_of({key: value}), {key: value}
    else:
        for number, row in enumerate(unit_points(loaded)):
            values = {
                key: as_kind(key, one.at(float(u)))
                for (key, one), u in zip(varied.items(), row, strict=True)
            }
            yield f"point {number + 1}", values


def _levels(key: str, one: Variation) -> list[Any]:
    """Return the values that a key takes in turn; whole numbers that coincide once."""
    values = [as_kind(key, value) for value in one.levels()]
    return list({repr(value): value for value in values}.values())
