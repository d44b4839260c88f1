"""History matching: which draws of all that is uncertain look like an authority today.

Draws are lived without policies, and ruled out where a level lies three standard deviations or
more from its target (Craig et al. 1997; Vernon, Goldstein & Bower 2010). Rejection first: a life
takes some milliseconds, and what is kept is then a sample of the box itself, each draw counting as
one. Where the share kept is so small that this would take too long, what is nearest is moved
towards the target in waves (`colsim.worlds.waves`), which leaves the same sample.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from colsim.core.parameters import PARAMETERS, draw_world
from colsim.errors import UserError
from colsim.experiments.parts import SUFFIX, TornPartError, read_part, write_part
from colsim.experiments.tasks import Workers, each
from colsim.experiments.worlds import CalibratedWorlds
from colsim.machine import worker_faults
from colsim.scenario.compiling import Compiled
from colsim.scenario.levels import Level
from colsim.scenario.schema import Scenario
from colsim.worlds.lives import (
    BEYOND,
    LIVES,
    TargetLevels,
    Values,
    chance_seed,
    draw_seed,
    levels_in,
    today,
)

WANTED = 200
"""Worlds to keep."""
_MOST = 1_000_000
"""Worlds that are drawn or kept: more than that is a mistake."""
BLOCK = 250
"""Draws that are lived and written down together."""
LOOK = 2_000
"""Draws after which it is judged whether rejection will do."""
MOST = 10_000
"""Draws to live at most, before waves are begun."""
_PILOT = 40
"""Worlds lived twice to see how much of a level is chance."""
_APART = 1 << 40
"""Number of the first draw of the pilot, far from all others."""
Draw = Callable[[int], Mapping[str, float]]
UNCERTAIN = tuple(name for name, p in PARAMETERS.items() if p.uncertain)


@dataclass(slots=True)
class Matching:
    """A matching under way: where it writes, and whom it tells."""

    scenario: Scenario
    levels: tuple[Level, ...]
    seed: int
    folder: Path | None = None
    """Where finished pieces are kept; None: nowhere."""
    draws_from: CalibratedWorlds | None = None
    """Worlds to draw from in place of the ranges: those that interviews left, say."""
    workers: Workers = None
    progress: Callable[[int, int], None] | None = None
    """Called with the draws lived and the worlds kept."""
    targets: TargetLevels = field(init=False)

    def __post_init__(self) -> None:
        place = today(self.scenario)
        names = [one.measure for one in self.levels]

        def pair() -> pa.Table:
            seeds = [draw_seed(self.seed, _APART + k) for k in range(_PILOT) for _ in range(2)]
            tasks = [(seed, k % 2) for k, seed in enumerate(seeds)]
            found = np.array(
                list(each(partial(_life, place, names, self.draw), tasks, self.workers))
            )
            return pa.table({name: found[:, k] for k, name in enumerate(names)})

        twice = _columns(self.kept("pilot", pair), names).reshape(_PILOT, 2, -1)
        apart = twice[:, 0] - twice[:, 1]
        squares = np.where(np.isfinite(apart), apart**2, 0.0).sum(axis=0)
        count = np.maximum(1, np.isfinite(apart).sum(axis=0))
        self.targets = TargetLevels(place, self.levels, np.sqrt(squares / count / 2.0))

    @property
    def draw(self) -> Draw:
        """What returns the parameters of a draw from its seed."""
        return draw_world if self.draws_from is None else self.draws_from.draw

    def kept(self, name: str, make: Callable[[], pa.Table]) -> pa.Table:
        """Return a finished piece, made and written down unless it is there."""
        path = None if self.folder is None else self.folder / f"{name}{SUFFIX}"
        if path is not None and path.exists():
            try:
                return read_part(path)
            except TornPartError:
                path.unlink()
        table = make()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_part(path, table)
        return table


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was lived."""

    seeds: tuple[int, ...]
    found: Values
    """Mean levels, shape (draws, levels)."""
    lives: Values
    """Lives that they are the mean of."""
    first: Values
    """Levels of the first life of each, shape (draws, levels)."""

    def __len__(self) -> int:
        """Return how many draws were lived."""
        return len(self.seeds)


def _columns(table: pa.Table, names: Sequence[str]) -> Values:
    return np.stack([table.column(name).to_numpy() for name in names], axis=1)


def reject(work: Matching, wanted: int, most: int) -> Drawn:
    """Draw and live worlds until enough are kept, or it is seen that they will not be.

    Args:
        work: what is matched.
        wanted: worlds to keep.
        most: draws to live at most.
    """
    blocks = list(_blocks(work, wanted, most))
    names = [one.measure for one in work.levels]
    whole = pa.concat_tables([block.replace_schema_metadata(None) for block in blocks])
    return Drawn(
        tuple(whole.column("seed").to_pylist()),
        _columns(whole, names),
        whole.column("lives").to_numpy(),
        _columns(whole, [f"first_{name}" for name in names]),
    )


def _blocks(work: Matching, wanted: int, most: int) -> Iterator[pa.Table]:
    names = [one.measure for one in work.levels]
    kept = lived = 0
    while lived < most and kept < wanted:
        seeds = [draw_seed(work.seed, k) for k in range(lived, min(most, lived + BLOCK))]
        block = work.kept(f"draws-{lived:06d}", partial(_live, work, seeds))
        lived += len(seeds)
        good = plausible(work.targets, _columns(block, names), block.column("lives").to_numpy())
        kept += int(good.sum())
        if work.progress is not None:
            work.progress(lived, kept)
        yield block
        if lived >= min(LOOK, most) and kept / lived * most < wanted:
            return


def _life(place: Compiled, names: Sequence[str], draw: Draw, task: tuple[int, int]) -> Values:
    """Return the levels of one of a draw's lives."""
    seed, life = task
    return levels_in(place, names, draw(seed), chance_seed(seed, life))


def _tried(targets: TargetLevels, draw: Draw, seed: int) -> tuple[Values, Values, int]:
    return targets.try_world(draw(seed), seed, BEYOND)


def _live(work: Matching, seeds: Sequence[int]) -> pa.Table:
    names = [one.measure for one in work.levels]
    rows = list(each(partial(_tried, work.targets, work.draw), seeds, work.workers))
    columns = {"seed": pa.array(seeds, pa.int64()), "lives": pa.array([row[2] for row in rows])}
    for k, name in enumerate(names):
        columns[name] = pa.array([float(row[1][k]) for row in rows])
        columns[f"first_{name}"] = pa.array([float(row[0][k]) for row in rows])
    return pa.table(columns)


def plausible(targets: TargetLevels, found: Values, lives: Values) -> np.ndarray:
    """Return which draws are not ruled out: lived `LIVES` times, all levels within three."""
    far = targets.implausibility(found, LIVES).max(axis=-1)
    return np.asarray((lives == LIVES) & (far < BEYOND))


def require_numbers(wanted: int, most: int, workers: Workers = None) -> None:
    """Refuse numbers that make no matching.

    Raises:
        UserError: it names each.
    """
    faults = []
    for name, found, least in (("--keep", wanted, 1), ("--draws", most, BLOCK)):
        if not least <= found <= _MOST:
            faults.append(
                f"{name}: found {found}; allowed: a whole number from {least} to {_MOST:,}"
            )
    faults += worker_faults(workers, "--workers")
    if faults:
        raise UserError("\n".join(faults))
