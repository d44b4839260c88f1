"""Measure what the model costs; every figure that is quoted comes from here.

Run: python benchmarks/speed.py [--england] [--twin] [--compile]

Times are the median of several runs on one core; quote ratios taken in one
run, since machines differ and drift.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

from colsim.core import rng
from colsim.core.compiled import kernel
from colsim.core.engine import simulate
from colsim.core.layout import build_layout, even_plan
from colsim.core.levers import lever_table
from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import pack_parameters

SIZES = {
    "desktop": (1, 48, 16, 4, 2, 42),
    "robinscar": (1, 150, 22, 8, 4, 130),
    "ten of them": (10, 150, 22, 8, 4, 130),
    "all of England": (153, 143, 22, 8, 4, 131),
}
"""Authorities, and in each: CSWs, MHSWs, AMH teams, localities, shared families."""


@kernel
def _draws_alone(seed, families, weeks, per_week):
    """Draw as often as a family does in a week, and nothing else: the floor."""
    total = 0.0
    for week in range(weeks):
        key = rng.week_key(seed, week)
        for family in range(families):
            own = rng.entity_key(key, np.uint64(family))
            for purpose in range(per_week):
                total += rng.uniform(own, purpose, 0)
    return total


def median_seconds(call: Callable[[], object], times: int) -> float:
    """Return the median wall time of a call after one warm-up."""
    call()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def sizes(names: list[str]) -> None:
    """Print the cost of 208 weeks at several sizes."""
    print(f"{'size':16}{'posts':>8}{'shared':>8}{'ms a run':>10}{'ns per shared family-week':>28}")
    parameters = pack_parameters()
    for name in names:
        authorities, csw, mhsw, teams, localities, shared_families = SIZES[name]
        plan = even_plan(
            localities=localities,
            csw=csw,
            csw_team_size=8,
            mhsw=mhsw,
            mhsw_teams=teams,
            shared_families=shared_families,
        )
        layout = build_layout([plan] * authorities)
        levers = lever_table([], teams=len(layout.teams))
        worlds = []

        def run(layout=layout, levers=levers, worlds=worlds) -> None:
            worlds[:] = [simulate(layout, levers, parameters, seed=1, weeks=156, burn_in=52)]

        seconds = median_seconds(run, 3 if authorities > 20 else 25)
        shared = worlds[0].totals[:, TOTAL_INDEX["shared"]].sum()
        print(
            f"{name:16}{len(layout.posts):8}{shared / 208:8.0f}{1e3 * seconds:10.2f}"
            f"{1e9 * seconds / shared:28.0f}"
        )
    per_week = 8
    seconds = median_seconds(lambda: _draws_alone(rng.seed_key(1), 130, 208, per_week), 25)
    print(
        f"draws alone, {per_week} a family and week: "
        f"{1e9 * seconds / (130 * 208):.0f} ns per family-week"
    )


def against_twin() -> None:
    """Print how much faster the core is than the plain Mesa twin of the same rules.

    The twin draws from `random.Random` here, so that keyed draws do not handicap it; both
    collect the same totals.
    """
    from tests.twin import Twin

    _, csw, mhsw, teams, localities, shared_families = SIZES["robinscar"]
    plan = even_plan(
        localities=localities,
        csw=csw,
        csw_team_size=8,
        mhsw=mhsw,
        mhsw_teams=teams,
        shared_families=shared_families,
    )
    layout = build_layout([plan])
    levers = lever_table([], teams=len(layout.teams))
    start = time.perf_counter()
    Twin(layout, levers, {}, seed=1, weeks=156, burn_in=52, draws="random").run()
    twin = time.perf_counter() - start
    core = median_seconds(
        lambda: simulate(layout, levers, pack_parameters(), seed=1, weeks=156, burn_in=52), 25
    )
    print(f"robinscar, 208 weeks: twin {twin:.2f} s, core {1e3 * core:.2f} ms, {twin / core:.0f} x")


def cold_compile() -> None:
    """Print the time of a first run with an empty cache, and of one with a full cache."""
    code = (
        "import time; t = time.perf_counter(); from tests.worlds import *; i = time.perf_counter();"
        "live(small_layout(), policy(small_layout()));"
        "print(f'import {i - t:.1f} s, first run {time.perf_counter() - i:.1f} s')"
    )
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        for label in ("empty cache", "full cache"):
            done = subprocess.run(
                [sys.executable, "-c", code],
                env=environment,
                check=True,
                text=True,
                capture_output=True,
            )
            print(f"{label}: {done.stdout.strip()}")


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--england", action="store_true", help="include 153 authorities")
    parser.add_argument("--compile", action="store_true", help="include compilation")
    parser.add_argument("--twin", action="store_true", help="include the plain twin")
    arguments = parser.parse_args()
    sizes([name for name in SIZES if arguments.england or SIZES[name][0] <= 20])
    if arguments.twin:
        against_twin()
    if arguments.compile:
        cold_compile()


if __name__ == "__main__":
    main()
