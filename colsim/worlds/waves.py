"""Move draws towards the target in waves, where too few of them are plausible to wait for.

The nearest draws are kept as a population, and the bar is lowered to the middle of their
implausibility, wave after wave, down to `BEYOND` (sequential Monte Carlo: Del Moral, Doucet & Jasra
2012). In each wave those that are left are sampled to the full number, and each is moved: some of
its parameters are drawn anew from their ranges, and the move stands if the new world, lived with
new chance, is not above the bar. Such a move leaves the box as it is, so that all worlds at the end
have one weight, as if they had been found by drawing and rejecting alone.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from colsim.experiments.tasks import each
from colsim.worlds.lives import BEYOND, LIVES, TargetLevels, Values, draw_seed
from colsim.worlds.matching import UNCERTAIN, Draw, Drawn, Matching

MOVES = 4
"""Tries to move each world in a wave."""
MOST_WAVES = 12
_FRESH = (0.02, 0.5)
"""Least and greatest share of parameters that a move draws anew."""
_WISHED = 0.3
"""Share of moves that should stand."""
_LESS = 0.5
"""Share of the population that a new bar leaves."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave."""

    bar: float
    """Implausibility from which worlds are ruled out."""
    left: float
    """Share of the population before it that was below the bar."""
    stood: float
    """Share of moves that stood."""
    distinct: int
    """Worlds of the wave before that those of this one come from."""


@dataclass(frozen=True, slots=True)
class Population:
    """Worlds of a wave, each as likely as the others."""

    values: Values
    """Shape (worlds, parameters), in the order of `UNCERTAIN`."""
    found: Values
    """Mean levels, shape (worlds, levels)."""
    waves: tuple[Wave, ...]
    lives: int
    """Lives that the waves took."""

    def share(self, start: float) -> float:
        """Return the share of the box that is left, of which `start` was in the first wave."""
        return start * float(np.prod([wave.left for wave in self.waves]))


def begin(drawn: Drawn, targets: TargetLevels, size: int) -> tuple[list[int], float]:
    """Return the draws nearest to the target, and the implausibility of the farthest of them."""
    far = targets.implausibility(drawn.first, 1).max(axis=1)
    order = np.argsort(far, kind="stable")[:size]
    return [int(k) for k in order], max(BEYOND, float(far[order[-1]]))


def in_waves(work: Matching, drawn: Drawn, size: int) -> tuple[Population, float]:
    """Move the nearest draws until none is ruled out, or no wave brings them nearer.

    Returns:
        The last population, and the share of draws that the first was.
    """
    chosen, bar = begin(drawn, work.targets, size)
    values = np.array(
        [[work.draw(drawn.seeds[k])[name] for name in UNCERTAIN] for k in chosen], np.float64
    )
    start = float((work.targets.implausibility(drawn.first, 1).max(axis=1) <= bar).mean())
    population = Population(values, drawn.first[chosen], (), 0)
    far = np.full(len(chosen), np.inf)  # lived once: only what is moved may stay
    fresh = 0.1
    for number in range(MOST_WAVES):
        if number:
            lower = max(BEYOND, float(np.quantile(far, _LESS)))
            if lower >= bar > BEYOND:
                break
            bar = min(bar, lower)
        table = work.kept(
            f"wave-{number:02d}",
            partial(_wave, work, population, far, number, bar, fresh),
        )
        population, far, fresh = _read(work, table, population, fresh)
        if work.progress is not None:
            below = int((far < BEYOND).sum())
            work.progress(len(drawn) + population.lives, below)
        if number and bar <= BEYOND:
            break
    return population, start


def _moved(
    targets: TargetLevels,
    draw: Draw,
    seed: int,
    wave: tuple[int, int],
    bar: float,
    fresh: float,
    parent: tuple[int, Values, Values, float],
) -> tuple[Values, Values, float, int, int]:
    """Try to move one world of a wave (its number, its size); return what became of it."""
    number, size = wave
    slot, values, found, implausible = parent
    own = np.random.default_rng([seed & 0xFFFFFFFF, number, slot])
    lives = stood = 0
    for move in range(MOVES):
        drawn_seed = draw_seed(seed, (1 << 41) + (number * size + slot) * MOVES + move)
        drawn = draw(drawn_seed)
        new = np.where(own.random(len(UNCERTAIN)) < fresh, [drawn[n] for n in UNCERTAIN], values)
        _, mean, lived = targets.try_world(
            dict(zip(UNCERTAIN, map(float, new), strict=True)), drawn_seed, max(bar, BEYOND)
        )
        lives += lived
        distance = float(targets.implausibility(mean, LIVES).max())
        if lived == LIVES and distance <= bar:
            values, found, implausible, stood = new, mean, distance, stood + 1
    return values, found, implausible, lives, stood


def _wave(
    work: Matching,
    population: Population,
    far: Values,
    number: int,
    bar: float,
    fresh: float,
) -> pa.Table:
    """Resample those below the bar, move each, and return what became of them."""
    chance = np.random.default_rng([work.seed & 0xFFFFFFFF, number])
    alive = np.flatnonzero(far <= bar) if number else np.arange(len(far))
    size = len(population.values)
    origin = chance.choice(alive, size)

    move = partial(_moved, work.targets, work.draw, work.seed, (number, size), bar, fresh)
    parents = [
        (slot, population.values[k], population.found[k], float(far[k]))
        for slot, k in enumerate(origin.tolist())
    ]
    rows = list(each(move, parents, work.workers))
    columns = {name: np.array([row[0][k] for row in rows]) for k, name in enumerate(UNCERTAIN)}
    for k, level in enumerate(work.levels):
        columns[f"level_{level.measure}"] = np.array([row[1][k] for row in rows])
    columns["far"] = np.array([row[2] for row in rows])
    columns["lives"] = np.array([row[3] for row in rows])
    columns["stood"] = np.array([row[4] for row in rows])
    columns["origin"] = origin
    columns["bar"] = np.full(size, bar)
    columns["left"] = np.full(size, len(alive) / size if number else 1.0)
    return pa.table(columns)


def _read(
    work: Matching, table: pa.Table, before: Population, fresh: float
) -> tuple[Population, Values, float]:
    """Return a wave's population, its implausibility, and the share of parameters to move next."""

    def column(name: str) -> Values:
        return np.asarray(table.column(name).to_numpy())

    stood = float(column("stood").sum()) / (MOVES * table.num_rows)
    parents = len(set(column("origin").tolist()))
    wave = Wave(float(column("bar")[0]), float(column("left")[0]), stood, parents)
    population = Population(
        np.stack([column(name) for name in UNCERTAIN], axis=1),
        np.stack([column(f"level_{one.measure}") for one in work.levels], axis=1),
        (*before.waves, wave),
        before.lives + int(column("lives").sum()),
    )
    factor = 1.5 if stood > _WISHED else 1.0 / 1.5
    return population, column("far"), float(np.clip(fresh * factor, *_FRESH))
