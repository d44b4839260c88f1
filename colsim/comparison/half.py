"""Policies at half their strength: what is gained if only half of it is delivered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.experiments.observed import values_of
from colsim.experiments.runner import Outcome
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
