"""Lives without policies, the levels that they show, and which levels stand in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core import rng
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.experiments.banks import one_place
from colsim.experiments.difference import mean_of_present
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
        return first, mean_of_present(np.array([first, *more]), axis=0), LIVES


def levels_in(
    place: Compiled, measures: Sequence[str], values: Mapping[str, float], seed: int
) -> Values:
    """Return measures over the observed year of one life."""
    world = place.lived(values, seed)
    summed = world.totals[place.burn_in :].sum(axis=0)
    totals = {name: summed[k] for name, k in TOTAL_INDEX.items()}
    return np.array([float(MEASURES[name].of(totals)) for name in measures])


def chance_seed(seed: int, life: int) -> int:
    """Return the seed of one of a world's lives."""
    return int(rng.combine(rng.seed_key(seed), life)) >> 1


def draw_seed(seed: int, draw: int) -> int:
    """Return the seed of a draw from the ranges, from the user's one seed."""
    key = rng.combine(rng.seed_key(seed), rng.name_key("matching"))
    return int(rng.combine(key, draw)) >> 2


RARE = 0.01
"""Share of draws below which a level, or a pair, is named as hard to meet."""
_EXPECTED = 10.0
"""Draws that a pair should meet, did its levels not touch each other, before it is judged."""


@dataclass(frozen=True, slots=True)
class Near:
    """The draw that came nearest to some levels."""

    levels: tuple[str, ...]
    targets: tuple[float, ...]
    values: tuple[float, ...]
    share: float
    """Share of draws that met them."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What draws from the box show of each level, alone and in pairs."""

    alone: tuple[float, ...]
    """Share of draws within three standard deviations, by level."""
    unmet: tuple[Near, ...]
    """Levels that hardly any draw meets."""
    pairs: tuple[Near, ...]
    """Pairs of levels that draws meet one by one and hardly ever together."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    def words(self) -> list[str]:
        """Return what stands in the way, in sentences."""
        lines = []
        for one in self.unmet:
            often = "no draw meets" if one.share == 0 else f"{one.share:.1%} of draws meet"
            lines.append(
                f"{often[0].upper()}{often[1:]} {one.levels[0]} = {one.targets[0]:.3g}: the "
                f"nearest shows {one.values[0]:.3g}."
            )
        for one in self.pairs:
            wish = " with ".join(
                f"{n} = {t:.3g}" for n, t in zip(one.levels, one.targets, strict=True)
            )
            near = " with ".join(f"{value:.3g}" for value in one.values)
            often = "none" if one.share == 0 else f"{one.share:.1%} of them"
            lines.append(
                f"These contradict each other in the model: {wish}. Draws meet either; "
                f"{often} meet both. The nearest shows {near}."
            )
        return lines


def misfit_of(targets: TargetLevels, box: Values) -> Misfit:
    """Return which levels, and which pairs, draws from the box hardly meet.

    Args:
        targets: the levels.
        box: levels of draws, one life each, shape (draws, levels).
    """
    far = targets.implausibility(box, 1)
    met = far < BEYOND
    alone = met.mean(axis=0)
    levels = targets.levels
    unmet = tuple(
        _near(levels, [k], box, far, float(alone[k])) for k in np.flatnonzero(alone < RARE).tolist()
    )
    pairs = []
    for j in range(len(levels)):
        for k in range(j + 1, len(levels)):
            if min(alone[j], alone[k]) < RARE or alone[j] * alone[k] * len(box) < _EXPECTED:
                continue
            both = float((met[:, j] & met[:, k]).mean())
            if both < min(RARE, alone[j] * alone[k] / 10.0):
                pairs.append(_near(levels, [j, k], box, far, both))
    return Misfit(tuple(map(float, alone)), unmet, tuple(pairs))


def _near(
    levels: Sequence[Level], chosen: Sequence[int], box: Values, far: Values, share: float
) -> Near:
    nearest = int(np.argmin(far[:, list(chosen)].max(axis=1)))
    return Near(
        tuple(levels[k].measure for k in chosen),
        tuple(levels[k].value for k in chosen),
        tuple(float(box[nearest, k]) for k in chosen),
        share,
    )
