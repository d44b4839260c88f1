"""Sets of scenarios in the same worlds, and policies at half their strength beside them.

What sets have in common is lived once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.experiments.observed import values_of
from colsim.experiments.precision import Judgement, until_precise
from colsim.experiments.runner import SEEDS_PER_WORLD, Once, Outcome, compile_together, outcomes
from colsim.scenario.faults import ScenarioError
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import LeverSetting
from colsim.scenario.session import changed, delivered, own_levers

Values = npt.NDArray[np.float64]
HALF_WORLDS = 40
"""Worlds in which policies are lived at half strength too, once each."""
JOINT = "joint_plan_rate"


@dataclass(frozen=True, slots=True)
class Half:
    """Gains at half strength beside those in full, in the same lives."""

    worlds: int
    full: float
    """Median over these worlds, one life each, in the measure's unit."""
    half: float


def halved(loaded: Sequence[LoadedScenario]) -> dict[str, LoadedScenario]:
    """Return each policy at half its strength; those that cannot be halved are left out."""
    found = {}
    for one in loaded[1:]:
        uses = own_levers(loaded[0], one)
        changes = delivered(uses, 0.5)
        if not changes or not all(_halves(use, changes, name) for name, use in uses.items()):
            continue
        try:
            found[one.name] = changed(one, changes, "half strength")
        except ScenarioError:
            continue  # below the least that the lever allows
    return found


def _halves(use: LeverSetting, changes: Mapping[str, object], name: str) -> bool:
    """Whether a lever at half its strength is something, and less: one post has no half."""
    part = changes.get(f"levers.{name}.strength")
    return part is None or 0.0 < float(part) < use.strength  # type: ignore[arg-type]


def at_half(
    loaded: Sequence[LoadedScenario],
    halves: Iterable[str],
    kept: Sequence[Outcome],
    values: Mapping[str, Values],
) -> dict[str, Half]:
    """Return what policies gain at half strength, beside what they gain in full.

    Args:
        loaded: the baseline, then the policies.
        halves: names of the policies that were lived at half strength.
        kept: their lives, one in each of the first worlds.
        values: what was lived in full, measure -> shape (scenarios, worlds, seeds).
    """
    if not kept:
        return {}
    lived = np.array([values_of(one.totals, one.exits, one.latency)[JOINT] for one in kept])
    base = values[JOINT][0, : len(kept), 0]
    names = [one.name for one in loaded]
    found = {}
    for k, name in enumerate(halves):
        full = values[JOINT][names.index(name), : len(kept), 0] - base
        half = lived[:, k] - base
        there = np.isfinite(full) & np.isfinite(half)
        if there.any():
            found[name] = Half(
                int(there.sum()), float(np.median(full[there])), float(np.median(half[there]))
            )
    return found


@dataclass(frozen=True, slots=True)
class Lived:
    """A set's lives."""

    kept: list[Outcome]
    """Its replications."""
    judgement: Judgement | None
    """How well its differences are known, if that decided their number."""
    halves: tuple[str, ...] = ()
    """Policies that were lived at half strength too."""
    at_half: Sequence[Outcome] = ()
    """Their lives, one in each of the first worlds."""


def live_sets(
    sets: Sequence[Sequence[LoadedScenario]],
    *,
    replications: int,
    precision: float | None = None,
    half_strength: bool = False,
    progress: Callable[[int], None] | None = None,
    **lives: Any,
) -> list[Lived]:
    """Live sets of scenarios, each as if it were alone.

    Those that run equally long are lived together, unless precision decides how often.

    Args:
        sets: a baseline and policies each.
        replications: of each.
        precision: live each set until its differences are known so well.
        half_strength: also live the policies of the first set at half strength.
        progress: called with the replications done, those of each set counted.
        lives: seed, workers and worlds, as for `outcomes`.
    """
    groups: dict[object, list[int]] = {}
    for k, one in enumerate(sets):
        run = one[0].scenario.run
        groups.setdefault(k if precision else (run.weeks, run.burn_in), []).append(k)
    found: dict[int, Lived] = {}
    done = 0
    for group in groups.values():
        halves = halved(sets[0]) if half_strength and 0 in group else {}
        chosen = [one for k in group for one in sets[k]]
        compiled = compile_together([*chosen, *halves.values()])
        once = Once(tuple(compiled[len(chosen) :]), HALF_WORLDS) if halves else None
        options = {"once": once, **lives}
        options["progress"] = progress and partial(_told, progress, done, len(group))
        policies = compiled[: len(chosen)]
        if precision is None:
            kept, judgement = list(outcomes(policies, replications=replications, **options)), None
        else:
            names = [one.name for one in sets[group[0]]]
            kept, judgement = until_precise(policies, names[1:], precision, **options)
        done += len(kept) * len(group)
        for k, rows in zip(group, _rows([len(sets[k]) for k in group]), strict=True):
            found[k] = Lived([one.only(rows) for one in kept], judgement)
        if once is not None:
            found[0] = replace(found[0], halves=tuple(halves), at_half=once.kept)
    return [found[k] for k in range(len(sets))]


def _told(progress: Callable[[int], None], before: int, times: int, here: int) -> None:
    progress(before + times * here)


def _rows(sizes: Sequence[int]) -> Iterator[slice]:
    first = 0
    for size in sizes:
        yield slice(first, first + size)
        first += size


def values_by_world(kept: Sequence[Outcome]) -> dict[str, Values]:
    """Return every measure of some lives, shape (scenarios, worlds, lives of each)."""
    totals, exits, latency = (
        np.stack([getattr(one, name) for one in kept], axis=1)
        for name in ("totals", "exits", "latency")
    )
    fold = (len(totals), -1, SEEDS_PER_WORLD)
    return {name: value.reshape(fold) for name, value in values_of(totals, exits, latency).items()}
