"""What keyed pairing is worth: the variance of a policy's mean effect with and without it.

    python scripts/pairing.py [--worlds 60] [--write]

For each preset of a lever, and three measures, the difference to today is computed in
`--worlds` plausible worlds in four ways:

keyed         same world, same keyed chance: what colsim does
one stream    same world, and one stream of random numbers that both policies consume one after
              the other. The core has no such stream; an authority whose policy differs from the
              start soon asks in another order, after which a stream is as good as another
              seed. It is emulated by the same seed for the population drawn before the policy
              and another seed from the week on in which the policy acts: the best that one
              stream can do.
own seeds     same world, another seed for each policy
own worlds    another world and another seed for each policy

The ratio of the variance of the difference to that with keyed pairing says how many times as
many runs would be needed for the same precision. Intervals are 95 % bootstrap over worlds.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from lives import burnt_in, lived, over_worlds, stamp
from marks import between

from colsim.core import rng
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import draw_world
from colsim.core.state import copy_world
from colsim.experiments import runner
from colsim.scenario.loading import load_comparison, load_policy
from colsim.scenario.shipped import POLICY, list_presets

PAGE = Path(__file__).parents[1] / "docs" / "pairing.md"
MEASURED = ("joint_plan_rate", "information_flow", "turnover_csw")
WAYS = ("one stream", "own seeds", "own worlds")
BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def presets() -> list[str]:
    """Return the policies that use one lever, by name."""
    names = [preset.name for preset in list_presets(POLICY)]
    return [name for name in names if len(load_policy(name).levers) == 1]


def values(world):
    """Return the measures over the last window."""
    summed = world.totals[runner.last_window(world)].sum(axis=0)
    by_name = {name: summed[k] for name, k in TOTAL_INDEX.items()}
    return [float(MEASURES[name].of(by_name)) for name in MEASURED]


def lives(compiled, k):
    """Return measures of one replication: (base, every policy in each way)."""
    world_seed, run_seed = runner.seeds_of(1, k)
    drawn = draw_world(world_seed)
    trunk = burnt_in(compiled[0], drawn, run_seed)
    base = values(lived(trunk, compiled[0]))
    found = {"keyed": [], **{way: [] for way in WAYS}}
    for number, one in enumerate(compiled[1:], start=1):
        found["keyed"].append(values(lived(trunk, one)))
        key = rng.combine(rng.combine(rng.seed_key(run_seed), 77), number)
        other = int(key) >> 1
        # One stream: the same up to the policy, another chance from then on.
        parted = copy_world(trunk)
        parted.clock["seed"] = np.uint64(rng.seed_key(other))
        found["one stream"].append(values(lived(parted, one)))
        apart = burnt_in(one, drawn, other)
        found["own seeds"].append(values(lived(apart, one)))
        elsewhere = draw_world(other)
        apart = burnt_in(one, elsewhere, other)
        found["own worlds"].append(values(lived(apart, one)))
    return base, found


def shown(ratio: float) -> str:
    """Return a ratio as text; beyond a thousand a figure would pretend."""
    return f"{ratio:.1f}" if ratio < 1000 else "over 1,000"


def table(worlds: int) -> list[str]:
    """Return the table's lines."""
    names = presets()
    compiled = runner.compile_together(load_comparison("robinscar", names))
    # Two replications to a world: the first of each.
    every = over_worlds(lambda k: lives(compiled, 2 * k), range(worlds))
    base = np.array([one for one, _ in every])
    differences = {
        way: np.array([found[way] for _, found in every]) - base[:, None, :]
        for way in ("keyed", *WAYS)
    }
    chance = np.random.default_rng(3)
    picks = chance.integers(worlds, size=(2000, worlds))
    lines = [
        f"| policy | measure | {' | '.join(WAYS)} |",
        "| --- | --- | " + " | ".join("---:" for _ in WAYS) + " |",
    ]
    every = {way: [] for way in WAYS}
    for p, name in enumerate(names):
        for m, measure in enumerate(MEASURED):
            keyed = differences["keyed"][:, p, m]
            cells = []
            for way in WAYS:
                other = differences[way][:, p, m]
                ratio = other.var(ddof=1) / keyed.var(ddof=1)
                boots = other[picks].var(axis=1, ddof=1) / keyed[picks].var(axis=1, ddof=1)
                low, high = np.quantile(boots, (0.025, 0.975))
                cells.append(f"{shown(ratio)} ({shown(low)} to {shown(high)})")
                every[way].append(ratio)
            lines.append(f"| {name if m == 0 else ''} | {measure} | {' | '.join(cells)} |")
    middle = [f"**{np.median(every[way]):.1f}**" for way in WAYS]
    lines.append(f"| **median** | | {' | '.join(middle)} |")
    said = f"{worlds} worlds, one run each, 156 weeks of policy, the last 26 measured. {stamp()}"
    lines += ["", said]
    return lines


def main() -> int:
    """Print the table, and write it to the page if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--write", action="store_true", help=f"write to {PAGE.name}")
    arguments = parser.parse_args()
    lines = table(arguments.worlds)
    print("\n".join(lines))
    if arguments.write:
        page = between(PAGE.read_text(encoding="utf-8"), BEGIN, END, "\n".join(lines))
        PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
