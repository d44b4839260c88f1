"""Lives without policies, and the levels that they show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.core import rng
from colsim.core.engine import simulate
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import pack_world
from colsim.experiments.banks import one_place
from colsim.scenario.compiling import Compiled, compile_scenario
from colsim.scenario.levels import Level
from colsim.scenario.schema import Run, Scenario

BURN_IN, OBSERVED = 104, 52
"""Weeks in which an authority settles, and the year in which its levels are taken."""
LIVES = 4
"""Lives of a world that is not ruled out by the first of them."""
BEYOND = 3.0
"""Implausibility from which a world is ruled out: three standard deviations (Pukelsheim 1994)."""

Values = npt.NDArray[np.float64]


def today(scenario: Scenario) -> Compiled:
    """Return one authority of a scenario as it is today: compiled without what acts in it."""
    return compile_scenario(
        scenario.model_copy(
            update={
                "organisation": one_place(scenario.organisation),
                "levers": {},
                "run": Run(weeks=OBSERVED, burn_in=BURN_IN),
            }
        )
    )


@dataclass(frozen=True, slots=True)
class TargetLevels:
    """An authority and the levels that its worlds are held against."""

    place: Compiled
    levels: tuple[Level, ...]
    chance: Values
    """Standard deviation of each level between two lives of one world."""

    def live(self, values: Mapping[str, float], seed: int) -> Values:
        """Return the levels of one life; NaN where a level has no value."""
        return levels_in(self.place, [one.measure for one in self.levels], values, seed)

    def implausibility(self, found: Values, lives: int) -> Values:
        """Return how far levels lie from their targets, in standard deviations.

        What is not known about the figure, what the model may be off, and the chance of the mean
        over lives are in it; of an authority's own figure also the chance of its one year.

        Args:
            found: mean level over lives, shape (..., levels).
            lives: that it is the mean of.
        """
        spread = np.array([one.spread for one in self.levels])
        own = np.array([float(one.own) for one in self.levels])
        target = np.array([one.value for one in self.levels])
        whole = np.sqrt(spread**2 + self.chance**2 * (1.0 / lives + own))
        return np.asarray(np.nan_to_num(np.abs(found - target) / whole, nan=0.0))

    def try_world(
        self, values: Mapping[str, float], seed: int, bar: float
    ) -> tuple[Values, Values, int]:
        """Live a world: once, and if that does not rule it out `LIVES` times.

        Args:
            values: of its parameters.
            seed: names the chance.
            bar: implausibility from which it is ruled out.

        Returns:
            Levels of the first life, their mean over lives, and how many these are: `LIVES` unless
            it was ruled out by the first.
        """
        first = self.live(values, chance_seed(seed, 0))
        if self.implausibility(first, 1).max() >= bar:
            return first, first, 1
        more = [self.live(values, chance_seed(seed, k)) for k in range(1, LIVES)]
        return first, mean_level(np.array([first, *more])), LIVES


def levels_in(
    place: Compiled, measures: Sequence[str], values: Mapping[str, float], seed: int
) -> Values:
    """Return measures over the observed year of one life."""
    world = simulate(
        place.layout,
        place.levers,
        pack_world(values, place.parameters),
        seed=seed,
        weeks=place.weeks,
        burn_in=place.burn_in,
    )
    summed = world.totals[place.burn_in :].sum(axis=0)
    totals = {name: summed[k] for name, k in TOTAL_INDEX.items()}
    return np.array([float(MEASURES[name].of(totals)) for name in measures])


def mean_level(lives: Values) -> Values:
    """Return the mean over lives (first axis) of what has a value; NaN where nothing has."""
    there = np.isfinite(lives)
    count = there.sum(axis=0)
    total = np.where(there, lives, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


def chance_seed(seed: int, life: int) -> int:
    """Return the seed of one of a world's lives."""
    return int(rng.combine(rng.seed_key(seed), life)) >> 1


def draw_seed(seed: int, draw: int) -> int:
    """Return the seed of a draw from the ranges, from the user's one seed."""
    key = rng.combine(rng.seed_key(seed), rng.name_key("matching"))
    return int(rng.combine(key, draw)) >> 2
