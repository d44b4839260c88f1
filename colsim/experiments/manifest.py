"""The manifest of a sweep: all that is needed to go on with it, to extend it, or to repeat it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from colsim.errors import UserError, nearest
from colsim.experiments.banks import MATCHED, RANGES, chosen_worlds
from colsim.experiments.design import DesignTable, build_design, canonical, rebuild
from colsim.experiments.experiment import Experiment, LoadedExperiment
from colsim.experiments.remarks import sweep_notes
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.experiments.version import model_version
from colsim.experiments.work import Chunk, bundles_of, chunks_of, groups_of, work_of
from colsim.experiments.worlds import FIXED_AND_CALIBRATED, CalibratedWorlds
from colsim.reporting.files import provenance
from colsim.reporting.kinds import held
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Scenario

FORMAT = "colsim sweep 1"
NAME = "manifest.json"
_LISTS = {"kept": "measures", "series": "series"}
"""Lists of an experiment that parts have columns for, and what they are called."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a sweep is."""

    name: str
    model: str
    """From `model_version`, where the sweep began."""
    experiment: Experiment
    design: DesignTable
    chunks: tuple[Chunk, ...]
    """The work list: every point in every replication up to the last round, once."""
    made: Mapping[str, Any]
    """Versions, platform and time."""
    worlds: CalibratedWorlds | None = None
    """Worlds in place of draws from the parameters' ranges."""
    worlds_note: str = ""
    """Why worlds are drawn from the ranges though matched ones were wanted."""

    @property
    def key(self) -> str:
        """What all runs have in common and parts are named under."""
        experiment = self.experiment
        content = [
            self.model,
            experiment.seed,
            experiment.fixed_parameters,
            list(experiment.kept),
            list(experiment.series),
        ] + ([] if self.worlds is None else [self.worlds.digest])
        return blake2b(canonical(content), digest_size=12).hexdigest()

    @property
    def design_part(self) -> str:
        """Name of the part that holds the design."""
        rows = [(point.label, point.id, point.error) for point in self.design.points]
        return blake2b(canonical(rows), digest_size=12).hexdigest()

    @property
    def notes(self) -> list[str]:
        """How the sweep differs from a plain one, and what its results rest on."""
        scenarios = [one.scenario for one in self.design.points if one.scenario is not None]
        return sweep_notes(
            scenarios[0],
            scenarios[1:],
            self.experiment.rounds[-1] // SEEDS_PER_WORLD,
            fixed_parameters=self.experiment.fixed_parameters,
            calibrated=self.worlds,
            note=self.worlds_note,
        )

    @property
    def runs(self) -> int:
        """Number of runs, if every round is needed."""
        return sum(chunk.runs for chunk in self.chunks)

    def to_dict(self) -> dict[str, Any]:
        """Return the manifest as plain data, its checksum last."""
        bundles = list(dict.fromkeys(chunk.points for chunk in self.chunks))
        number = {points: k for k, points in enumerate(bundles)}
        document = {
            "format": FORMAT,
            "name": self.name,
            "model": self.model,
            **self.made,
            "notes": self.notes,
            "seed": self.experiment.seed,
            "measures": list(self.experiment.kept),
            "experiment": self.experiment.model_dump(mode="json"),
            "keys": list(self.design.keys),
            "scenarios": list(self.design.sources),
            "points": [
                {"label": one.label, "values": dict(one.values), "source": one.source}
                for one in self.design.points
            ],
            "bundles": [list(points) for points in bundles],
            "chunks": [[number[one.points], one.first, one.last] for one in self.chunks],
            "worlds": None if self.worlds is None else self.worlds.to_dict(),
            "worlds_note": self.worlds_note,
        }
        return document | {"checksum": checksum(document)}


def checksum(document: Mapping[str, Any]) -> str:
    """Return the checksum of a manifest's data."""
    content = {key: value for key, value in document.items() if key != "checksum"}
    return blake2b(canonical(content), digest_size=16).hexdigest()


def plan(
    loaded: LoadedExperiment,
    *,
    worlds: "CalibratedWorlds | str | Path | None" = None,
    first: Callable[[LoadedScenario, "str | Path | CalibratedWorlds | None"], None] | None = None,
) -> Manifest:
    """Return the manifest of an experiment: its design built, its work cut.

    Args:
        loaded: the experiment.
        worlds: where worlds come from, in place of what the experiment says: see
            `colsim.experiments.banks.chosen_worlds`.
        first: called with the base and that choice before worlds are looked up, such as to match
            them.

    Raises:
        UserError: the design is faulty; every fault is named.
    """
    design = build_design(loaded)
    experiment = loaded.experiment
    if experiment.fixed_parameters and worlds not in (None, RANGES, MATCHED):
        raise UserError(FIXED_AND_CALIBRATED)
    key = "--worlds"
    if worlds is None and experiment.worlds is not None:
        key, worlds = f"{loaded.file}: worlds", experiment.worlds
        if worlds not in (RANGES, MATCHED):
            worlds = loaded.folder / experiment.worlds
    _check_named_point(loaded, design)
    base = design.points[0].scenario
    assert base is not None
    authority = LoadedScenario(Path(experiment.base.partition("+")[0]).stem, base, {}, ())
    if first is not None and not experiment.fixed_parameters:
        first(authority, worlds)
    chosen = chosen_worlds(worlds, authority, fixed_parameters=experiment.fixed_parameters, key=key)
    return Manifest(
        name=loaded.name,
        model=model_version(),
        experiment=experiment,
        design=design,
        chunks=tuple(_cut(design.scenarios, experiment.rounds)),
        made=provenance(),
        worlds=chosen.worlds,
        worlds_note=chosen.note,
    )


def _cut(scenarios: Mapping[str, Scenario], rounds: Sequence[int]) -> Iterator[Chunk]:
    shortest = min(b - a for a, b in zip((0, *rounds), rounds, strict=False))
    bundles = bundles_of(scenarios, replications=rounds[-1], shortest=shortest)
    return chunks_of(bundles, rounds)


def _check_named_point(loaded: LoadedExperiment, design: DesignTable) -> None:
    precision = loaded.experiment.precision
    if precision is None or precision.point is None:
        return
    labels = [one.label for one in design.points[1:] if one.scenario is not None]
    if precision.point not in labels:
        shown = ", ".join(labels[:6]) + (", …" if len(labels) > 6 else "")
        found = f"no point labelled {precision.point!r}"
        close = nearest(precision.point, labels)
        raise ScenarioError(
            [Fault(loaded.file, "precision.point", found, f"labels of points: {shown}", close)]
        )


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        UserError: it is missing, of another kind, torn or changed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UserError(
            f"{path}: found no such file; allowed: the folder of a sweep, with its manifest"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: found a file that cannot be read ({error})") from error
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    there = held(path.parent) if path.name == NAME else None
    if there is not None and there.kind not in ("", "sweep"):
        raise UserError(f"{path}: found {there}; allowed: the folder of a sweep")
    if (
        isinstance(document, dict)
        and document.get("format") != FORMAT
        and "checksum" not in document
    ):
        raise UserError(
            f"{path}: found the manifest of something else; allowed: the folder of a sweep"
        )
    if not isinstance(document, dict) or checksum(document) != document.get("checksum"):
        raise UserError(
            f"{path}: found a manifest that is cut short or was changed; allowed: the manifest as "
            "it was written. Finished parts are not lost: delete it and sweep the same experiment "
            "into the folder again, and what is finished is found by its name"
        )
    if document["format"] != FORMAT:
        raise UserError(
            f"{path}: found format {document['format']!r}; allowed: {FORMAT!r}, which this version "
            "of colsim reads"
        )
    try:
        experiment = Experiment.model_validate(document["experiment"])
        design = rebuild(document["keys"], document["scenarios"], document["points"])
    except (ValidationError, KeyError) as error:
        raise UserError(
            f"{path}: found a scenario that this version of colsim does not know "
            f"(written by colsim {document['colsim']})"
        ) from error
    bundles = [tuple(points) for points in document["bundles"]]
    made = {key: document[key] for key in provenance() if key in document}
    return Manifest(
        name=document["name"],
        model=document["model"],
        experiment=experiment,
        design=design,
        chunks=tuple(Chunk(bundles[k], first, last) for k, first, last in document["chunks"]),
        made=made,
        worlds=(CalibratedWorlds.from_dict(document["worlds"]) if document.get("worlds") else None),
        worlds_note=document.get("worlds_note", ""),
    )


def differences(old: Manifest, new: Manifest) -> list[str]:
    """Return in what two sweeps differ, as far as results do, in words."""
    found = []
    if old.model != new.model:
        found.append(f"model version: {old.model} there, {new.model} now")
    for name in ("seed", "fixed_parameters", "precision"):
        one, other = getattr(old.experiment, name), getattr(new.experiment, name)
        if one != other:
            found.append(f"{name}: {_said(one)} there, {_said(other)} now")
    if _digest(old) != _digest(new):
        found.append(f"worlds: {_whose(old)} there, {_whose(new)} now")
    for name, shown in _LISTS.items():
        one, other = (set(getattr(plan.experiment, name)) for plan in (old, new))
        changes = (("without", sorted(one - other)), ("with", sorted(other - one)))
        if parts := [f"{how} {', '.join(names)}" for how, names in changes if names]:
            found.append(f"{shown}: now {' and '.join(parts)}")
    one, other = old.experiment.rounds[-1], new.experiment.rounds[-1]
    if old.experiment.precision is None and new.experiment.precision is None and one != other:
        found.append(f"replications: {one} there, {other} now")
    there, now = ({(p.label, p.id): p.label for p in one.design.points} for one in (old, new))
    gone = [label for key, label in there.items() if key not in now]
    come = [label for key, label in now.items() if key not in there]
    for what, labels in (("points that are no more", gone), ("new points", come)):
        if labels:
            found.append(f"{what}: {len(labels)} ({_few(labels)})")
    return found


def _few(labels: Sequence[str]) -> str:
    return "; ".join(labels[:4]) + ("; …" if len(labels) > 4 else "")


def _digest(manifest: Manifest) -> str | None:
    return None if manifest.worlds is None else manifest.worlds.digest


def _whose(manifest: Manifest) -> str:
    return "from ranges" if manifest.worlds is None else f"those {manifest.worlds.origin}"


def _said(value: object) -> str:
    if value is None:
        return "none"
    if hasattr(value, "model_dump"):
        return ", ".join(f"{k} {v}" for k, v in value.model_dump().items() if v is not None)
    return str(value).lower() if isinstance(value, bool) else str(value)


def extended(old: Manifest, new: Manifest) -> Manifest:
    """Return the new sweep with the old one's chunks kept, and further ones for what is new.

    Raises:
        UserError: the new sweep does not hold all of the old one.
    """
    lost = []
    if old.model != new.model:
        lost.append("the model is another version")
    for name in ("seed", "fixed_parameters"):
        if getattr(old.experiment, name) != getattr(new.experiment, name):
            lost.append(f"{name} differs")
    if _digest(old) != _digest(new):
        lost.append("worlds differ")
    for name, shown in _LISTS.items():
        if set(getattr(old.experiment, name)) != set(getattr(new.experiment, name)):
            lost.append(f"{shown} differ")
    judged = (one.experiment.precision for one in (old, new))
    if len({one and (one.floor, one.batch) for one in judged}) > 1:
        lost.append("precision is judged at other replications")
    if old.experiment.rounds[-1] > new.experiment.rounds[-1]:
        lost.append("it has fewer replications")
    kept, scenarios = old.design.scenarios, new.design.scenarios
    gone = [p.label for p in old.design.points if p.id in kept and p.id not in scenarios]
    if gone:
        lost.append(f"it lacks {len(gone)} points ({_few(gone)})")
    if lost:
        raise UserError(
            f"--extend: found an experiment that does not hold all of the sweep in the folder: "
            f"{', '.join(lost)}; allowed: the same with more points or more replications, or "
            "another folder"
        )
    rounds = new.experiment.rounds
    bundles = []
    for points in dict.fromkeys(chunk.points for chunk in old.chunks):
        groups = groups_of({point: kept[point] for point in points})
        bundles.append((points, sum(work_of([kept[p] for p in group]) for group in groups)))
    chunks = [*old.chunks, *chunks_of(bundles, rounds, start=old.experiment.rounds[-1])]
    if fresh := {point: one for point, one in scenarios.items() if point not in kept}:
        chunks += _cut(fresh, rounds)
    # Parts are named under the order of their columns.
    experiment = new.experiment.model_copy(update={"series": old.experiment.series})
    return replace(new, experiment=experiment, chunks=tuple(chunks))
