"""Do matched worlds hold the truth? Made-up authorities, matched against all other worlds.

Each of some hundred worlds of the ranges is in turn the true one. Its levels of one year are an
authority's own figures; all other worlds are matched to them; then it is seen whether the range of
a policy's gain over the worlds that are kept holds the true gain. It writes a section between two
marks of docs/worlds.md.

Run: python scripts/coverage.py [--worlds 600] [--truths 200]
"""

import argparse
from pathlib import Path

import numpy as np
from lives import (
    AUTHORITY,
    HEADLINES,
    Values,
    levels_and_gains,
    over_worlds,
    stamp,
    table,
)
from marks import between
from scipy.stats import binom

from colsim.core.measures import MEASURES
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.experiments.runner import compile_together, seeds_of
from colsim.experiments.worlds import FEWEST
from colsim.scenario import load_scenario
from colsim.scenario.levels import levels_of
from colsim.worlds.lives import BEYOND

PAGE = Path(__file__).parents[1] / "docs" / "worlds.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"
POLICIES = ("boundary_spanners", "co_location", "integrated_service")
SEEDS = 2
"""Lives of each world: levels are the mean over them, and the truth's own figures those of one."""
UNCERTAIN = [name for name, p in PARAMETERS.items() if p.uncertain and not p.choices]
RANGE = (0.05, 0.95)


def one_world(number: int) -> tuple[Values, Values]:
    """Return levels by life, and gains by policy and headline, of one world."""
    return levels_and_gains(number, COMPILED, [one.measure for one in LEVELS], SEEDS)


AUTHORITIES = [load_scenario(AUTHORITY), *(load_scenario(AUTHORITY, [one]) for one in POLICIES)]
COMPILED = compile_together(AUTHORITIES)
LEVELS = levels_of(AUTHORITIES[0].scenario)


def matched(levels: Values, truth: int) -> np.ndarray:
    """Return which worlds are not ruled out by the levels of another.

    Args:
        levels: shape (worlds, lives, levels).
        truth: the world whose first life is the authority's year.
    """
    apart = levels[:, 0] - levels[:, 1]
    chance = np.sqrt((apart**2).mean(axis=0) / 2.0)
    spread = np.array([one.spread for one in LEVELS])
    whole = np.sqrt(spread**2 + chance**2 * (1.0 / SEEDS + 1.0))
    far = np.abs(levels.mean(axis=1) - levels[truth, 0]) / whole
    kept = np.asarray(far.max(axis=1) < BEYOND)
    kept[truth] = False
    return kept


def holds(values: Values, kept: np.ndarray, truth: int) -> tuple[Values, Values]:
    """Return whether ranges over the kept hold the truth, and their width over that of all."""
    low, high = np.quantile(values[kept], RANGE, axis=0)
    least, most = np.quantile(np.delete(values, truth, axis=0), RANGE, axis=0)
    inside = (low <= values[truth]) & (values[truth] <= high)
    return inside, (high - low) / (most - least)


def main() -> None:
    """Live the worlds, match them to each other, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=600)
    parser.add_argument("--truths", type=int, default=200)
    given = parser.parse_args()
    rows = over_worlds(one_world, range(given.worlds))
    levels = np.nan_to_num(np.array([one for one, _ in rows]))
    gains = np.array([one for _, one in rows])
    numbers = np.array([
        [draw_world(seeds_of(1, 2 * k)[0])[name] for name in UNCERTAIN]
        for k in range(given.worlds)
    ])  # fmt: skip
    inside, widths, own, share = [], [], [], []
    for truth in range(given.truths):
        kept = matched(levels, truth)
        share.append(kept.mean())
        if kept.sum() < FEWEST:
            continue
        held, width = holds(gains, kept, truth)
        inside.append(held)
        widths.append(width)
        own.append(holds(numbers, kept, truth)[0].mean())
    found, wide = np.array(inside), np.array(widths)
    judged = len(found)
    shares = found.mean(axis=0)
    lines = [
        (
            f"`{name}`",
            MEASURES[measure].title.lower(),
            f"{shares[k, j]:.1%}",
            f"{np.median(wide[:, k, j]):.2f}",
        )
        for k, name in enumerate(POLICIES)
        for j, measure in enumerate(HEADLINES)
    ]
    low, high = binom.ppf((0.025, 0.975), judged, 0.9) / judged
    said = (
        f"{judged} of {given.truths} made-up authorities (the others leave fewer than {FEWEST} of "
        f"{given.worlds - 1} worlds), each a world of the ranges of `{AUTHORITY}`. Of the other "
        f"worlds {np.median(share):.0%} are kept (median). Were the chance 90 % throughout, shares "
        f"of {judged} would lie between {low:.1%} and {high:.1%} in 95 of 100 such studies; here "
        f"{int((shares < 0.9).sum())} of {shares.size} lie below 90 %, in the mean at "
        f"{shares.mean():.1%} (they come from the same worlds and hang together). Of the "
        f"numbers of the true world {np.mean(own):.1%} lie in what holds 9 in 10 of the worlds "
        f"kept. {stamp()}"
    )
    head = ("policy", "gain in", "range of 9 in 10 holds the truth", "width, over that of all")
    section = f"\n{table(head, lines)}\n\n{said}\n"
    page = between(PAGE.read_text(encoding="utf-8"), BEGIN, END, section)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
