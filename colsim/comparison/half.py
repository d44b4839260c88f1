"""Policies at half their strength: what is gained if only half of it is delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.experiments.observed import values_of
from colsim.experiments.runner import SEEDS_PER_WORLD, compile_together, replicate
from colsim.experiments.sharing import Together
from colsim.experiments.tasks import Workers, each
from colsim.experiments.worlds import CalibratedWorlds
from colsim.scenario.changes import changed, delivered, own_levers
from colsim.scenario.faults import ScenarioError
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import LeverSetting

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
    values: Mapping[str, Values],
    *,
    seed: int,
    workers: Workers = None,
    fixed_parameters: bool = False,
    calibrated: CalibratedWorlds | None = None,
) -> dict[str, Half]:
    """Live policies at half strength, once in each of the first worlds; return what they gain.

    Args:
        loaded: the baseline, then the policies.
        values: what was lived, measure -> shape (scenarios, worlds, seeds).
        seed: of the comparison, as all below.
        workers: threads.
        fixed_parameters: whether every run is lived in the default world.
        calibrated: worlds in place of draws from the ranges.
    """
    halves = halved(loaded)
    if not halves:
        return {}
    together = Together.of(compile_together([*loaded, *halves.values()])[len(loaded) :])
    worlds = min(HALF_WORLDS, values[JOINT].shape[1])

    live = partial(
        _live, together, seed=seed, fixed_parameters=fixed_parameters, calibrated=calibrated
    )
    lived = np.array(list(each(live, range(worlds), workers)))
    base = values[JOINT][0, :worlds, 0]
    names = [one.name for one in loaded]
    found = {}
    for k, name in enumerate(halves):
        full = values[JOINT][names.index(name), :worlds, 0] - base
        half = lived[:, k] - base
        there = np.isfinite(full) & np.isfinite(half)
        if there.any():
            found[name] = Half(
                int(there.sum()), float(np.median(full[there])), float(np.median(half[there]))
            )
    return found


def _live(together: Together, world: int, **lives: Any) -> Values:
    """Return the joint-plan rates of one life in a world, shape (scenarios,)."""
    out = replicate(together, replication=world * SEEDS_PER_WORLD, **lives)
    return values_of(out.totals, out.exits, out.latency)[JOINT]
