"""A sweep asked for again: what differs from the one in its folder, and what is added."""

from collections.abc import Sequence
from dataclasses import replace

from colsim.errors import UserError
from colsim.experiments.manifest import Manifest
from colsim.experiments.work import bundles_of, chunks_of, groups_of, work_of


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
    for name in ("kept", "series"):
        one, other = getattr(old.experiment, name), getattr(new.experiment, name)
        if set(one) != set(other):
            gone, come = sorted(set(one) - set(other)), sorted(set(other) - set(one))
            parts = [f"without {', '.join(gone)}"] * bool(gone) + [
                f"with {', '.join(come)}"
            ] * bool(come)
            found.append(f"{'measures' if name == 'kept' else name}: now {' and '.join(parts)}")
    one, other = old.experiment.rounds[-1], new.experiment.rounds[-1]
    if old.experiment.precision is None and new.experiment.precision is None and one != other:
        found.append(f"replications: {one} there, {other} now")
    there = {(p.label, p.id) for p in old.design.points}
    now = {(p.label, p.id) for p in new.design.points}
    for what, labels in (
        (
            "points that are no more",
            [p.label for p in old.design.points if (p.label, p.id) not in now],
        ),
        ("new points", [p.label for p in new.design.points if (p.label, p.id) not in there]),
    ):
        if labels:
            shown = "; ".join(labels[:4]) + ("; …" if len(labels) > 4 else "")
            found.append(f"{what}: {len(labels)} ({shown})")
    return found


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
    for name, shown in (("kept", "measures"), ("series", "series")):
        if set(getattr(old.experiment, name)) != set(getattr(new.experiment, name)):
            lost.append(f"{shown} differ")
    mine, theirs = old.experiment.precision, new.experiment.precision
    if (mine is None) != (theirs is None) or (
        mine is not None
        and theirs is not None
        and (mine.floor, mine.batch) != (theirs.floor, theirs.batch)
    ):
        lost.append("precision is judged at other replications")
    if old.experiment.rounds[-1] > new.experiment.rounds[-1]:
        lost.append("it has fewer replications")
    kept, scenarios = old.design.scenarios, new.design.scenarios
    gone = [p.label for p in old.design.points if p.id in kept and p.id not in scenarios]
    if gone:
        shown = "; ".join(gone[:4]) + ("; …" if len(gone) > 4 else "")
        lost.append(f"it lacks {len(gone)} points ({shown})")
    if lost:
        raise UserError(
            f"--extend: found an experiment that does not hold all of the sweep in the folder: "
            f"{', '.join(lost)}; allowed: the same with more points or more replications, or "
            "another folder"
        )
    rounds = new.experiment.rounds
    bundles = [
        (points, sum(work_of([kept[p] for p in group]) for group in _grouped(points, old)))
        for points in dict.fromkeys(chunk.points for chunk in old.chunks)
    ]
    chunks = [*old.chunks, *chunks_of(bundles, rounds, start=old.experiment.rounds[-1])]
    fresh = {point: one for point, one in scenarios.items() if point not in kept}
    if fresh:
        shortest = min(b - a for a, b in zip((0, *rounds), rounds, strict=False))
        more = bundles_of(fresh, replications=rounds[-1], shortest=shortest)
        chunks += chunks_of(more, rounds)
    # Parts are named under the order of their columns.
    experiment = new.experiment.model_copy(update={"series": old.experiment.series})
    return replace(new, experiment=experiment, chunks=tuple(chunks))


def _grouped(points: Sequence[str], manifest: Manifest) -> list[list[str]]:
    scenarios = manifest.design.scenarios
    return groups_of({point: scenarios[point] for point in points})
