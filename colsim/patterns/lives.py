"""One plausible world in which a pattern's experiments are lived, and what is read from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.engine import prepare
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import pack_parameters
from colsim.core.state import World
from colsim.experiments.sharing import Trunks
from colsim.scenario import load_scenario
from colsim.scenario.compiling import Compiled, compile_scenario
from colsim.scenario.levers import LEVERS

Settings = tuple[tuple[str, Any], ...]


@lru_cache(maxsize=256)
def _compiled(
    base: str, policies: tuple[str, ...], settings: Settings, off: tuple[str, ...]
) -> Compiled:
    overrides = dict(settings)
    used = load_scenario(base, policies, overrides=overrides).scenario.levers
    without = [
        item
        for item in off
        if item.partition(".")[0] in used
        and item.partition(".")[2] in LEVERS[item.partition(".")[0]].switchable
    ]
    loaded = load_scenario(base, policies, overrides=overrides, without=without)
    return compile_scenario(loaded.scenario)


@dataclass(frozen=True, slots=True)
class KnockOut:
    """A mechanism taken away: parameters set, or channels of levers switched off."""

    description: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    without: Sequence[str] = ()
    """Channels as `lever.channel`; where a scenario has no such lever nothing is switched off."""


@dataclass(slots=True)
class PlausibleWorld:
    """A draw of all uncertain parameters, and the seeds that it is lived with."""

    parameters: Mapping[str, float]
    seeds: tuple[int, ...]
    knock_out: KnockOut | None = None
    base: str = "robinscar"
    _kept: dict[Any, list[npt.NDArray[np.float64]]] = field(default_factory=dict)
    _trunks: Trunks = field(default_factory=Trunks)

    def values(self, **more: float) -> dict[str, float]:
        """Return the world's parameters, those given, and those of the knock-out, which win."""
        off = {} if self.knock_out is None else self.knock_out.parameters
        return {**self.parameters, **more, **off}

    def compiled(
        self, policy: str | None = None, settings: Mapping[str, Any] | None = None
    ) -> Compiled:
        """Return the tables of the base, under a policy, with dotted keys set to other values."""
        off = () if self.knock_out is None else tuple(self.knock_out.without)
        overrides = tuple((settings or {}).items())
        return _compiled(self.base, () if policy is None else (policy,), overrides, off)

    def prepare(
        self,
        seed: int,
        policy: str | None = None,
        more: Mapping[str, float] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> World:
        """Return a world at week 0, to be stepped."""
        compiled = self.compiled(policy, settings)
        parameters = pack_parameters(self.values(**{**compiled.parameters, **(more or {})}))
        return prepare(
            compiled.layout,
            compiled.levers,
            parameters,
            seed=seed,
            weeks=compiled.weeks,
            burn_in=compiled.burn_in,
        )

    def totals(
        self,
        policy: str | None = None,
        more: Mapping[str, float] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> list[npt.NDArray[np.float64]]:
        """Return the weekly totals of each seed's life, policy weeks alone: (weeks, totals)."""
        key = (policy, tuple((more or {}).items()), tuple((settings or {}).items()))
        if key not in self._kept:
            compiled = self.compiled(policy, settings)
            parameters = pack_parameters(self.values(**{**compiled.parameters, **(more or {})}))
            self._kept[key] = [
                self._trunks.live(compiled, parameters, run_seed=seed).totals[compiled.burn_in :]
                for seed in self.seeds
            ]
        return self._kept[key]

    def measure(
        self,
        name: str,
        policy: str | None = None,
        *,
        weeks: tuple[int, int] = (130, 156),
        more: Mapping[str, float] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> float:
        """Return a measure over policy weeks [first, last), the mean of the seeds' lives."""
        lives = self.totals(policy, more, settings)
        return float(np.mean([measure_of(name, life[slice(*weeks)]) for life in lives]))

    def gain(
        self,
        name: str,
        policy: str | None = None,
        *,
        weeks: tuple[int, int] = (130, 156),
        more: Mapping[str, float] | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> float:
        """Return by how much a measure is higher than in the base, paired by seed."""
        return self.measure(name, policy, weeks=weeks, more=more, settings=settings) - self.measure(
            name, weeks=weeks, more=more
        )


def measure_of(name: str, weekly: npt.NDArray[np.float64]) -> float:
    """Return a measure from weekly totals, shape (weeks, totals)."""
    summed = weekly.sum(axis=0)
    return float(MEASURES[name].of({n: summed[k] for n, k in TOTAL_INDEX.items()}))


def total_of(name: str, weekly: npt.NDArray[np.float64]) -> float:
    """Return a total summed over weeks."""
    return float(weekly[:, TOTAL_INDEX[name]].sum())
