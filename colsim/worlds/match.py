"""Match worlds to an authority: draw, rule out, move in waves where need be."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np

from colsim.core.parameters import PARAMETERS
from colsim.experiments.banks import place_key, title_of
from colsim.experiments.tasks import Workers
from colsim.experiments.worlds import FEWEST, CalibratedWorlds, world_version
from colsim.scenario.levels import levels_of
from colsim.scenario.loading import LoadedScenario
from colsim.worlds.lives import BEYOND, LIVES, Values, draw_seed, misfit_of
from colsim.worlds.matched import Matched, moved_by
from colsim.worlds.matching import (
    MOST,
    UNCERTAIN,
    WANTED,
    Matching,
    plausible,
    reject,
    require_numbers,
)
from colsim.worlds.waves import Wave, in_waves

_PRIOR = 1_000
"""Draws whose parameters stand for the box when it is said what moved."""
PIECES = "draws"
"""Folder of finished pieces, within that of a matching."""


def match(
    authority: LoadedScenario,
    *,
    wanted: int = WANTED,
    most: int = MOST,
    seed: int = 1,
    folder: Path | None = None,
    draws_from: CalibratedWorlds | None = None,
    workers: Workers = None,
    progress: Callable[[int, int], None] | None = None,
    waves: bool = True,
) -> Matched:
    """Return worlds that look like an authority today.

    Args:
        authority: whose levels are to be met; what acts in it is left out.
        wanted: worlds to keep.
        most: draws to live before waves are begun.
        seed: the one seed that all chance derives from.
        folder: where finished pieces are kept, so that another call goes on from them.
        draws_from: worlds to draw from in place of the ranges.
        workers: threads, or what else runs tasks: see `colsim.experiments.tasks`.
        progress: called with the draws lived and the worlds kept.
        waves: move what is nearest towards the target where too few draws are plausible.

    Raises:
        UserError: numbers out of range.
    """
    require_numbers(wanted, most, workers)
    scenario = authority.scenario
    levels = levels_of(scenario)
    place = place_key(scenario, levels, draws_from.digest if draws_from else "")
    pieces = None if folder is None else folder / PIECES / f"{world_version()}-{place}-{seed}"
    work = Matching(scenario, levels, seed, pieces, draws_from, workers, progress)
    drawn = reject(work, wanted, most)
    good = plausible(work.targets, drawn.found, drawn.lives)
    share, found = float(good.mean()), drawn.found[good]
    done: tuple[Wave, ...] = ()
    seeds = tuple(itertools.compress(drawn.seeds, good.tolist()))
    values = _values(work, seeds)
    misfit = misfit_of(work.targets, drawn.first)
    if waves and len(seeds) < wanted and 0.0 not in misfit.alone and draws_from is None:
        population, start = in_waves(work, drawn, wanted)
        far = work.targets.implausibility(population.found, LIVES).max(axis=1)
        below = far < BEYOND if population.waves[-1].bar <= BEYOND else np.zeros(len(far), bool)
        if below.sum() > len(seeds):
            values, found, seeds = population.values[below], population.found[below], ()
            share, done = population.share(start), population.waves
    order = balanced(values)
    prior = [draw_seed(seed, k) for k in range(min(_PRIOR, len(drawn)))]
    return Matched(
        name=authority.name,
        title=title_of(authority),
        levels=levels,
        values=values[order],
        found=found[order],
        seeds=tuple(seeds[k] for k in order) if seeds and draws_from is None else (),
        drawn=len(drawn),
        box=drawn.first,
        share=share,
        waves=done,
        chance=work.targets.chance,
        misfit=misfit,
        moved=moved_by(values, _values(work, prior)) if len(values) >= FEWEST else (),
        place=place,
        draws_from="" if draws_from is None else f"the worlds {draws_from.origin}",
    )


def _values(work: Matching, seeds: "tuple[int, ...] | list[int]") -> Values:
    rows = [work.draw(seed) for seed in seeds]
    found = np.array([[row[name] for name in UNCERTAIN] for row in rows], np.float64)
    return found.reshape(len(rows), len(UNCERTAIN))


def balanced(values: Values) -> list[int]:
    """Return an order of worlds in which every stretch holds the forms in nearly the same shares.

    One after another the world is taken whose forms are most behind their share so far.
    """
    forms = [k for k, name in enumerate(UNCERTAIN) if PARAMETERS[name].kind == "form"]
    columns = [
        (values[:, k] == choice.value).astype(np.float64)
        for k in forms
        for choice in PARAMETERS[UNCERTAIN[k]].choices
    ]
    if not columns or not len(values):
        return list(range(len(values)))
    has = np.stack(columns, axis=1)
    share = has.mean(axis=0)
    behind = np.zeros(has.shape[1])
    left = np.ones(len(values), dtype=bool)
    order = []
    for _ in range(len(values)):
        behind += share
        score = np.where(left, (has * behind).sum(axis=1), -np.inf)
        k = int(np.argmax(score))
        behind -= has[k]
        left[k] = False
        order.append(k)
    return order
