"""How much gains move if the model may be off by half as much in a level of today, or by twice.

How far a world that is right about everything may still be off in a level, its discrepancy, is a
judgement. Draws of the ranges are lived once, without policies and with; then they are ruled out
anew with each discrepancy halved and doubled, and all of them together. No draw is lived again. It
writes a section between two marks of docs/worlds.md.

Run: python scripts/discrepancies.py [--worlds 400]
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from lives import (
    HEADLINES,
    Values,
    levels_and_gains,
    over_worlds,
    spread,
    stamp,
    table,
)
from marks import between

from colsim.core.measures import MEASURES
from colsim.experiments.runner import compile_together
from colsim.experiments.worlds import FEWEST
from colsim.scenario import load_scenario
from colsim.scenario.levels import Level, levels_of
from colsim.worlds.lives import BEYOND

PAGE = Path(__file__).parents[1] / "docs" / "worlds.md"
BEGIN, END = "<!-- discrepancies: begin -->", "<!-- discrepancies: end -->"
AUTHORITY = "desktop"
POLICIES = ("boundary_spanners", "co_location")
LIVES = 2
TIMES = {"halved": 0.5, "doubled": 2.0}
LEAST_WORLDS = 100
_MEASURE = HEADLINES.index("joint_plan_rate")


def kept(levels: Sequence[Level], found: Values) -> np.ndarray:
    """Return which draws are not ruled out.

    Args:
        levels: with tolerance and discrepancy.
        found: levels by draw and life, shape (draws, 2 lives, levels).
    """
    apart = found[:, 0] - found[:, 1]
    chance = np.sqrt((apart**2).mean(axis=0) / 2.0)
    whole = np.sqrt(np.array([one.spread for one in levels]) ** 2 + chance**2 / found.shape[1])
    far = np.abs(found.mean(axis=1) - np.array([one.value for one in levels])) / whole
    return np.asarray(far.max(axis=1) < BEYOND)


def changed(levels: Sequence[Level], times: Mapping[str, float]) -> tuple[Level, ...]:
    """Return levels with some discrepancies multiplied."""
    return tuple(
        replace(one, discrepancy=one.discrepancy * times.get(one.measure, 1.0)) for one in levels
    )


def rows_of(levels: Sequence[Level], found: Values, gains: Values) -> list[tuple[str, ...]]:
    """Return a row for each rule: share kept, and each policy's gain in joint plans."""
    every = [one.measure for one in levels]
    rules: dict[str, dict[str, float]] = {"as it is": {}}
    for word, times in TIMES.items():
        rules[f"all {word}"] = dict.fromkeys(every, times)
    for one in levels:
        for word, times in TIMES.items():
            rules[f"{one.name}: {word}"] = {one.measure: times}
    rows = []
    for name, times in rules.items():
        good = kept(changed(levels, times), found)
        told = (
            [spread(gains[good, k, _MEASURE]) for k in range(gains.shape[1])]
            if good.sum() >= FEWEST
            else ["too few worlds"] * gains.shape[1]
        )
        rows.append((name, f"{good.mean():.0%}", *told))
    return rows


def most_moved(levels: Sequence[Level], found: Values, gains: Values) -> float:
    """Return by how much a policy's median gain moves at most, in percentage points."""
    middles = []
    for times in ({}, *({one.measure: t} for one in levels for t in TIMES.values())):
        good = kept(changed(levels, times), found)
        if good.sum() >= FEWEST:
            middles.append(100.0 * np.nanmedian(gains[good, :, _MEASURE], axis=0))
    return float(np.abs(np.array(middles) - middles[0]).max())


def section(worlds: int) -> str:
    """Return the section of the page.

    Raises:
        SystemExit: too few worlds.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    scenarios = [load_scenario(AUTHORITY), *(load_scenario(AUTHORITY, [p]) for p in POLICIES)]
    compiled, levels = compile_together(scenarios), levels_of(scenarios[0].scenario)
    names = [one.measure for one in levels]
    one_world = partial(levels_and_gains, scenarios=compiled, levels=names, lives=LIVES)
    rows = over_worlds(one_world, range(worlds))
    found = np.nan_to_num(np.array([one for one, _ in rows]))
    gains = np.array([one for _, one in rows])
    good = kept(levels, found)
    title = MEASURES["joint_plan_rate"].title.lower()
    head = ("discrepancy", "draws kept", *(f"`{name}`, {title}" for name in POLICIES))
    said = (
        f"{worlds} draws of the ranges of `{AUTHORITY}`, {LIVES} lives each, {good.sum()} kept as "
        f"the rule stands: median gain in percentage points, and what holds 9 in 10 worlds. One "
        f"discrepancy halved or doubled moves a median by {most_moved(levels, found, gains):.1f} "
        f"points at most; in all the draws, none ruled out, the gains are "
        f"{' and '.join(spread(gains[:, k, _MEASURE]) for k in range(len(POLICIES)))}. {stamp()}"
    )
    return f"\n{table(head, rows_of(levels, found, gains))}\n\n{said}\n"


def main() -> None:
    """Live the draws, rule them out anew, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=400)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        between(text, BEGIN, END, section(parser.parse_args().worlds)), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
