"""Write docs/assumptions.md: every assumption, who would know, how sure it is, what hangs on it.

Each parameter goes from the low to the high end of its plausible range while all others stay
where a plausible world has them; both runs have the same chance. What is written down is how far
measures move, as a mean over worlds.

Run: python scripts/assumptions.py [--worlds 16] [--only NAME ...] [--keep]

16 worlds take some four minutes on two cores. With --only the movements of other parameters stay
those that the page has (after a change of a few ranges); with --keep all do, and only the words
are written anew.
"""

import argparse
import math
import os
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
from assumptions_log import STRUCTURE
from lives import stamp

from colsim.core.engine import prepare
from colsim.core.levers import lever_table
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import MARKS, PARAMETERS, draw_world, pack_parameters
from colsim.core.schedule import advance
from colsim.core.state import copy_world
from colsim.experiments.runner import compile_together, seeds_of
from colsim.scenario import load_comparison
from colsim.scenario.compiling import Compiled
from colsim.scenario.known import OWNERS

PAGE = Path(__file__).parents[1] / "docs" / "assumptions.md"
BASELINE, *POLICIES = ("robinscar", "co_location", "boundary_spanners")
SHOWN = ("information_flow", "joint_plan_rate")
WEEKS = 104
"""Last weeks of a run over which a measure is taken: shares over fewer plans are too noisy."""
CLEAR = 4.1
"""Standard errors from zero at which a movement is shown. With 16 worlds about one cell in a
thousand is shown though nothing moved (t, 15 degrees of freedom, two-sided)."""
COLUMNS = (
    "flow, baseline",
    "joint plans, baseline",
    *(f"{what}, gain of `{name}`" for name in POLICIES for what in ("flow", "joint plans")),
)


def live(
    compiled: Sequence[Compiled], values: dict[str, float], seed: int
) -> npt.NDArray[np.float64]:
    """Return the columns for one set of parameters, in percentage points."""
    first = compiled[0]
    trunk = prepare(
        first.layout, lever_table([], teams=len(first.layout.teams)), pack_parameters(values),
        seed=seed, weeks=first.weeks, burn_in=first.burn_in,
    )  # fmt: skip
    advance(trunk, first.burn_in)
    levels = []
    for one in compiled:
        world = copy_world(trunk, levers=one.levers)
        advance(world, one.weeks)
        sums = world.totals[-WEEKS:].sum(axis=0)
        totals = {name: sums[k] for name, k in TOTAL_INDEX.items()}
        levels.append([100 * float(MEASURES[name].of(totals)) for name in SHOWN])
    baseline = np.array(levels[0])
    return np.concatenate([baseline, *(np.array(level) - baseline for level in levels[1:])])


def move(compiled: Sequence[Compiled], name: str, world: int) -> npt.NDArray[np.float64]:
    """Return how far the columns move when a parameter goes from low to high in a world."""
    world_seed, run_seed = seeds_of(1, 2 * world)
    drawn = draw_world(world_seed)
    p = PARAMETERS[name]
    low, high = (live(compiled, drawn | {name: end}, run_seed) for end in (p.low, p.high))
    return high - low


def as_drawn(compiled: Sequence[Compiled], world: int) -> npt.NDArray[np.float64]:
    """Return the columns of a world as it was drawn."""
    world_seed, run_seed = seeds_of(1, 2 * world)
    return live(compiled, draw_world(world_seed), run_seed)


def moves(
    worlds: int, names: Sequence[str]
) -> tuple[dict[str, npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """Return each uncertain parameter's movements, shape (worlds, columns), and mean levels."""
    compiled = compile_together(load_comparison(BASELINE, POLICIES))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {
            name: [pool.submit(move, compiled, name, world) for world in range(worlds)]
            for name in names
        }
        levels = pool.map(lambda world: as_drawn(compiled, world), range(worlds))
        found = {name: np.array([job.result() for job in own]) for name, own in jobs.items()}
        return found, np.nanmean(list(levels), axis=0)


def cell(values: npt.NDArray[np.float64]) -> str:
    """Return a movement in percentage points, "≈ 0" if chance may have made it, "–" if none."""
    known = values[np.isfinite(values)]
    if not known.any():
        return "–"
    error = known.std(ddof=1) / math.sqrt(len(known))
    mean = known.mean()
    return f"{mean:+.1f}" if abs(mean) > CLEAR * error else "≈ 0"


def size(text: str) -> float:
    """Return the size of a movement that is shown, else 0."""
    return 0.0 if text in ("–", "≈ 0", "fixed", "not run") else abs(float(text))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines
    )


def most_of(names: Sequence[str], found: Mapping[str, Sequence[str]]) -> str:
    """Return the two greatest movements that parameters bring about, each of another column."""
    best = []
    run = [name for name in names if name in found and "not run" not in found[name]]
    if not run:
        return "not run"
    for column, title in enumerate(COLUMNS):
        name = max(run, key=lambda name: size(found[name][column]))
        best.append((size(found[name][column]), f"{title} {found[name][column]} (`{name}`)"))
    best.sort(key=lambda one: -one[0])
    return "; ".join(text for moved, text in best[:2] if moved) or "≈ 0"


def kept() -> tuple[dict[str, list[str]], list[str], int, str]:
    """Return what a page that is there says: movements, levels, number of worlds, its version."""
    text = PAGE.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    found = {row[0].strip("`"): row[-len(COLUMNS) :] for row in rows}
    still = {name for name, p in PARAMETERS.items() if p.uncertain}
    found = {name: texts for name, texts in found.items() if name in still}
    levels = [re.search(rf"{re.escape(title)} (-?[\d.]+)[;.]", text) for title in COLUMNS]
    worlds = re.search(r"from (\d+) worlds", text)
    if worlds is None or None in levels:
        raise SystemExit(f"{PAGE.name} is not such a page: run without --keep")
    means = [level.group(1).rstrip(".") for level in levels if level]
    version = re.search(r"Model version `\w+`, colsim [\w.]+\w\.", text)
    return found, means, int(worlds.group(1)), version.group() if version else ""


def page(
    found: Mapping[str, Sequence[str]], levels: Sequence[str], worlds: int, version: str
) -> str:
    """Return the page; `version` is the sentence that says of which model its movements are."""
    parts = [
        "# Assumptions",
        f"Written by `scripts/assumptions.py` from {worlds} worlds. "
        + (f"{version} " if version else "")
        + "*Owner*: who would know better. *Reliability*: the evidence mark ("
        + "; ".join(f"{mark} {text}" for mark, text in MARKS.items())
        + "). *Sensitivity*: change in percentage points when the parameter goes from the low to "
        "the high end of its plausible range, all else as in the world and with the same chance, "
        f"in the last {WEEKS} weeks: of `{BASELINE}`, and of the gain over it that "
        f"`{'` and `'.join(POLICIES)}` bring; the mean over worlds. ≈ 0: no larger than chance "
        "may make it; –: no part in these runs; not run: new since then.",
        "As the worlds are, in percent and percentage points: "
        + "; ".join(f"{title} {level}" for title, level in zip(COLUMNS, levels, strict=True))
        + ".",
        "One at a time is a first look: it shows no interactions, and a parameter without an "
        "effect here may matter under another policy. Which of them move a headline or a harm "
        "under any package of policies, and which none, so that they are candidates for deletion, "
        "is on [a page of its own](screening.md), with numbers by kind.",
        "## What hangs on most",
    ]
    lines = []
    for column, title in enumerate(COLUMNS):
        order = sorted(found, key=lambda name: -size(found[name][column]))[:6]
        shown = [f"`{n}` {found[n][column]}" for n in order if size(found[n][column])]
        lines.append(f"- {title}: {', '.join(shown) or 'nothing beyond chance'}")
    parts += [
        "\n".join(lines),
        "## Structure",
        "What no parameter switches off. Where parameters stand for the assumption's strength, "
        "the greatest movements among them are given; where none does, its weight is not known: "
        "another form would have to be written.",
        table(
            ("assumption", "ODD", "owner", "reliability", "sensitivity"),
            [
                (
                    a.text,
                    a.section,
                    a.owner,
                    a.mark,
                    most_of(a.parameters, found) if a.parameters else "not known",
                )
                for a in STRUCTURE
            ],
        ),
        "## Parameters",
    ]
    for group, owner in OWNERS.items():
        own = [p for p in PARAMETERS.values() if p.group == group]
        parts += [
            f"### {group}",
            f"Owner: {owner}.",
            table(
                ("parameter", "assumption", "range", "reliability", *COLUMNS),
                [
                    (
                        f"`{p.name}`",
                        p.description,
                        f"{p.low:g} to {p.high:g}",
                        p.mark,
                        *found.get(p.name, ["not run" if p.uncertain else "fixed"] * len(COLUMNS)),
                    )
                    for p in own
                ],
            ),
        ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=16)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=list(PARAMETERS), default=[])
    parser.add_argument("--keep", action="store_true", help="keep the movements that the page has")
    arguments = parser.parse_args()
    if arguments.keep:
        PAGE.write_text(page(*kept()), encoding="utf-8")
        return
    start = time.perf_counter()
    names = arguments.only or [name for name, p in PARAMETERS.items() if p.uncertain]
    found, levels = moves(arguments.worlds, names)
    texts, version = (kept()[0], kept()[3]) if arguments.only else ({}, stamp())
    texts |= {name: [cell(column) for column in values.T] for name, values in found.items()}
    means = [f"{level:.1f}" for level in levels]
    PAGE.write_text(page(texts, means, arguments.worlds, version), encoding="utf-8")
    seconds = time.perf_counter() - start
    print(f"{len(found)} parameters, {arguments.worlds} worlds, {seconds:.0f} s: {PAGE.name}")


if __name__ == "__main__":
    main()
