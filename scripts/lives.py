"""What the scripts of evidence share: worlds lived under policies in pairs, and how they are shown.

Every scenario of a world is branched from one burn-in, with the same chance.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

import colsim
from colsim.core.engine import prepare
from colsim.core.levers import lever_table
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import draw_world, pack_world
from colsim.core.rng import combine, seed_key
from colsim.core.schedule import advance
from colsim.core.state import World, copy_world
from colsim.experiments.runner import seeds_of
from colsim.experiments.tasks import each
from colsim.experiments.version import model_version
from colsim.scenario import load_comparison
from colsim.scenario.compiling import Compiled
from colsim.scenario.shipped import kind_of, preset_files

Values = npt.NDArray[np.float64]

AUTHORITY = "robinscar"
LAST = 52
"""Weeks at the end of a run over which measures are taken."""
HEADLINES = ("joint_plan_rate", "information_flow")
_VERSION = model_version()
"""Taken at the start: what is on disk may change during a long run."""


def single_policies() -> list[str]:
    """Return the shipped policies with one lever, by name."""
    names = [name for name in preset_files() if kind_of(name) == "policies"]
    loaded = load_comparison(AUTHORITY, names)[1:]
    return [n for n, one in zip(names, loaded, strict=True) if len(one.scenario.levers) == 1]


def world_of(number: int) -> tuple[dict[str, float], int]:
    """Return the parameters of a world of all the ranges, and the seed that it is lived with."""
    world_seed, seed = seeds_of(1, 2 * number)
    return draw_world(world_seed), seed


def burnt_in(first: Compiled, values: Mapping[str, float], seed: int) -> World:
    """Return a world at the beginning of its policy weeks."""
    world = prepare(
        first.layout, lever_table([], teams=len(first.layout.teams)),
        pack_world(values, first.parameters),
        seed=seed, weeks=first.weeks, burn_in=first.burn_in,
    )  # fmt: skip
    advance(world, first.burn_in)
    return world


def lived(trunk: World, one: Compiled, advance_: Callable[[World, int], None] = advance) -> World:
    """Return a world that lived a scenario's weeks from where a trunk stands."""
    world = copy_world(trunk, levers=one.levers)
    advance_(world, one.weeks)
    return world


def sums(world: World, weeks: int = LAST) -> dict[str, float]:
    """Return the totals of the last weeks, summed."""
    summed = world.totals[-weeks:].sum(axis=0)
    return {name: float(summed[k]) for name, k in TOTAL_INDEX.items()}


def measured(totals: Mapping[str, float], names: Iterable[str]) -> list[float]:
    """Return measures of summed totals."""
    arrays = {name: np.asarray(value) for name, value in totals.items()}
    return [float(MEASURES[name].of(arrays)) for name in names]


def levels_and_gains(
    number: int, scenarios: Sequence[Compiled], levels: Sequence[str], lives: int
) -> tuple[Values, Values]:
    """Return what a world shows today, and what policies gain there.

    Args:
        number: of the world.
        scenarios: today's practice first.
        levels: measures without a policy.
        lives: of the world.

    Returns:
        Levels, shape (lives, levels), and gains over the lives, shape (policies, headlines).
    """
    values, seed = world_of(number)
    found, gains = [], []
    for life in range(lives):
        trunk = burnt_in(scenarios[0], values, int(combine(seed_key(seed), life)) >> 1)
        totals = [sums(lived(trunk, one)) for one in scenarios]
        found.append(measured(totals[0], levels))
        shown = np.array([measured(one, HEADLINES) for one in totals])
        gains.append(shown[1:] - shown[0])
    return np.array(found), np.mean(gains, axis=0)


def over_worlds[T](function: Callable[[int], T], worlds: Iterable[int]) -> list[T]:
    """Return a function's value for the number of each world, worked out in threads."""
    return list(each(function, worlds))


def spread(values: Values, scale: float = 100.0, digits: int = 1, *, sign: bool = True) -> str:
    """Return a median and what holds 9 in 10 worlds, in percentage points unless said."""
    if not np.isfinite(values).any():
        return "–"
    low, middle, high = scale * np.nanquantile(values, (0.05, 0.5, 0.95))
    plus = "+" if sign else ""
    return f"{middle:{plus}.{digits}f} ({low:{plus}.{digits}f} to {high:{plus}.{digits}f})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def from_ranges(worlds: int, authority: str = AUTHORITY) -> str:
    """Return where the worlds of a page come from: not those in which comparisons live."""
    return (
        f"{worlds} worlds of all the ranges of `{authority}` (comparisons live in those of them "
        "that look like today: [what that changes](matched.md))"
    )


def stamp() -> str:
    """Return which version of the model a page was made with."""
    return f"Model version `{_VERSION}`, colsim {colsim.__version__}."


def write_page(path: Path, page: Callable[[int], str], about: str | None, *, worlds: int) -> None:
    """Write a page whose figures come from many worlds; the command line says from how many.

    Args:
        path: of the page.
        page: makes its text of so many worlds.
        about: what the script is for.
        worlds: unless the command line says otherwise.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--worlds", type=int, default=worlds)
    path.write_text(page(parser.parse_args().worlds), encoding="utf-8")
