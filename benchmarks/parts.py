"""The parts of the table. Each returns its rows."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from timing import (
    BURN_IN,
    WEEKS,
    Row,
    Times,
    lived,
    organisation,
    repeat,
    seconds,
    shared_family_weeks,
    slope,
    timed,
)

from colsim.core import rng
from colsim.core.compiled import kernel
from colsim.core.layout import Layout
from colsim.core.levers import lever_table

ROOT = Path(__file__).parents[1]
DRAWS_AT_ONCE = 8


@kernel
def _draws_alone(seed, entities, weeks, each):
    """Draw so often for so many entities in each week, and nothing else: the floor."""
    total = 0.0
    for week in range(weeks):
        key = rng.week_key(seed, week)
        for entity in range(entities):
            own = rng.entity_key(key, np.uint64(entity))
            for purpose in range(each):
                total += rng.uniform(own, purpose, 0)
    return total


def draws_of_the_rules(weeks: int = 52) -> float:
    """Return how many draws the twin asks for, of all entities, for a shared family's week."""
    from colsim.plain import Twin, draws

    class Counting(draws.RandomDraws):
        asked = 0

        def U(self, entity: object, purpose: int, index: int = 0) -> float:  # noqa: N802
            Counting.asked += 1
            return super().U(entity, purpose, index)

        B = U

    layout = organisation()
    levers = lever_table([], teams=len(layout.teams))
    draws.KINDS["counting"] = Counting
    twin = Twin(layout, levers, {}, seed=1, weeks=weeks, burn_in=0, draws="counting")
    Counting.asked, shared = 0, 0.0
    for _ in range(weeks):
        twin.step()
        shared += twin.totals["shared"]
    return Counting.asked / shared


def cost(repeats: int = 41) -> list[Row]:
    """Cost of one run, and of a week of one shared family, its draws' cost beside it."""
    layout = organisation()
    weeks = shared_family_weeks(lived(layout))
    draws = draws_of_the_rules()
    floor = partial(_draws_alone, rng.seed_key(1), 130, BURN_IN + WEEKS, DRAWS_AT_ONCE)
    run, alone = repeat([partial(lived, layout), floor], repeats)
    each = 1e9 / (130 * (BURN_IN + WEEKS) * DRAWS_AT_ONCE)
    return [
        timed("a run of robinscar, 208 weeks", run * 1e3, "ms", aim=10),
        timed("a week of one shared family, everything included", run * (1e9 / weeks), "ns", 250),
        Row("draws that the rules ask for in it", draws, "draws"),
        timed("what these draws alone cost", alone * (draws * each), "ns"),
    ]


def _scaling(what: str, sizes: Sequence[float], layouts: Sequence[Layout], repeats: int) -> Row:
    times = repeat([partial(lived, layout) for layout in layouts], repeats)
    middle, low, high = slope(sizes, times)
    return Row(f"{what}, {sizes[0]:,} to {sizes[-1]:,}", middle, "slope", interval=(low, high))


def scaling(repeats: int = 7, *, to_england: bool = True) -> list[Row]:
    """How the cost of a run grows: slope 1 is in proportion."""
    families = (65, 130, 260, 520, 1040)
    csws = (75, 150, 300, 600, 1200)
    weeks = (104, 208, 416, 832, 1664)
    places = (1, 3, 10, 30, 153) if to_england else (1, 3, 10, 30)
    times = repeat([partial(lived, organisation(), weeks=n) for n in weeks], repeats)
    middle, low, high = slope(weeks, times)
    runs = (2, 4, 8, 16, 32)
    taken = repeat([lambda n=n: [lived(organisation(), seed=s) for s in range(n)] for n in runs], 5)
    many = slope(runs, taken)
    sizes = [(n, 22 * n // 150) for n in csws]
    england = [organisation(authorities=n, csw=143, mhsw=22, families=131) for n in places]
    return [
        Row(f"weeks, {weeks[0]} to {weeks[-1]:,}", middle, "slope", interval=(low, high)),
        Row(f"runs, {runs[0]} to {runs[-1]}", many[0], "slope", interval=many[1:]),
        _scaling(
            "families of one authority of 300 CSWs and 44 MHSWs",
            families,
            [organisation(csw=300, mhsw=44, families=n) for n in families],
            repeats,
        ),
        _scaling(
            "practitioners of one authority with 130 families",
            [csw + mhsw for csw, mhsw in sizes],
            [organisation(csw=csw, mhsw=mhsw) for csw, mhsw in sizes],
            repeats,
        ),
        _scaling("authorities of an average size", places, england, min(repeats, 3)),
    ]


def twin() -> list[Row]:
    """How much faster the core is than the plain Mesa twin of the same rules.

    The twin draws from `random.Random`, so that keyed draws do not handicap it; both write the
    same totals. One run of the twin stands between two halves of the core's runs.
    """
    from colsim.plain import Twin

    layout = organisation()
    levers = lever_table([], teams=len(layout.teams))
    core = partial(lived, layout)
    plain = Twin(layout, levers, {}, seed=1, weeks=WEEKS, burn_in=BURN_IN, draws="random")
    (before,) = repeat([core], 15)
    wall, cpu = seconds(plain.run)
    (after,) = repeat([core], 15)
    fast = float(np.median(np.concatenate([before.cpu, after.cpu])))
    return [
        Row("a run of the plain twin, robinscar, 208 weeks", wall, "s", cpu=cpu),
        Row("times as fast as the twin (processor time)", cpu / fast, "×", aim=100, at_most=False),
    ]


def threads(runs: int = 48, repeats: int = 7) -> list[Row]:
    """Several runs in two threads instead of one."""
    layout = organisation()

    def batch(pool: ThreadPoolExecutor) -> None:
        list(pool.map(lambda seed: lived(layout, seed=seed), range(runs)))

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(2) as two:
        single, double = repeat([partial(batch, one), partial(batch, two)], repeats)
    return [
        Row(
            f"{runs} runs of robinscar in 2 threads: times as fast as in 1",
            float(np.median(single.wall) / np.median(double.wall)),
            "×",
            float(single.wall.min() / double.wall.min()),
            aim=1.8,
            at_most=False,
        )
    ]


def _python(code: str, **environment: str) -> str:
    """Return what a fresh interpreter prints that runs some code."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def starting(repeats: int = 5) -> list[Row]:
    """From nothing to a first result: with nothing compiled, and with everything."""
    first = "import colsim; print(colsim.run('robinscar').values)"
    help_page = "import sys; sys.argv = ['colsim', '--help']; from colsim.cli import main; main()"
    with tempfile.TemporaryDirectory() as cache:
        result = partial(_python, first, NUMBA_CACHE_DIR=cache)
        (cold,) = repeat([result], 1, warm=False)
        calls = [result, partial(_python, help_page), partial(_python, "import colsim.core.engine")]
        warm, helped, imported = repeat(calls, repeats)
    longer = Times(cold.wall - warm.wall.min(), cold.cpu - warm.cpu.min())
    return [
        timed("colsim --help", helped, "s", 1),
        timed("a new process that imports the core", imported, "s"),
        timed("a new process to its first result, kernels on disk", warm, "s", 3),
        timed("… with no kernel compiled yet: so much longer", longer, "s", 45),
    ]


_ENGLAND = """
import sys
sys.path.insert(0, "benchmarks")
from peak import peak
from timing import england, lived, organisation, seconds, shared_family_weeks
lived(organisation(), weeks=60)
layout, worlds = england(), []
wall, cpu = seconds(lambda: worlds.append(lived(layout)))
print(wall, cpu, peak(), shared_family_weeks(worlds[0]), len(layout.posts))
"""


def england(repeats: int = 3) -> list[Row]:
    """All of England: time of a run, and what a process that lives it needs at most."""
    found = [[float(word) for word in _python(_ENGLAND).split()] for _ in range(repeats)]
    wall, cpu, held, weeks, posts = np.array(found).T
    times = Times(wall, cpu)
    rows = [
        timed(f"a run of all of England, {posts[0]:,.0f} posts, 208 weeks", times, "s", 3),
        timed("… a week of one shared family", times * (1e9 / weeks[0]), "ns"),
    ]
    if not np.isnan(held).any():
        rows.append(Row("… memory of the process at its peak", held.max(), "MB", aim=300))
    layout = organisation(authorities=153, csw=143, mhsw=22, families=131)
    single, double = repeat(
        [partial(lived, layout), partial(lived, layout, threads=2)], repeats, warm=False
    )
    rows.append(
        Row(
            "… in 2 threads, authorities side by side: times as fast as in 1",
            float(np.median(single.wall) / np.median(double.wall)),
            "×",
            float(single.wall.min() / double.wall.min()),
            aim=1.8,
            at_most=False,
        )
    )
    return rows


def machine() -> dict[str, object]:
    """Return what the figures were taken on."""
    import platform

    import mesa
    import numba

    return {
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "mesa": mesa.__version__,
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
        "time": time.strftime("%Y-%m-%d %H:%M"),
    }
