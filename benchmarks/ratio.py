"""Fail if a run has become dearer: its cost over that of a fixed kernel, in the same process.

Run: python benchmarks/ratio.py [--write]

A run of a small authority and a kernel that never changes take turns, some milliseconds each, by
the processor time of the thread; the ratio is the median over all turns. It does not depend on how
fast a machine is, and little on what else it does. The ratio that is kept beside this file is of
the last change that was meant; a ratio 15 % above it is a fault. It is kept with the kind of
processor that it was measured on: on another kind both kernels gain or lose by different things,
so that there the ratio is shown and nothing is held. `--write` keeps today's: do so when rules have
been added or taken away, and say so.
"""

import argparse
import platform
import sys
import time
from pathlib import Path

import numpy as np
from numba import njit
from timing import lived, organisation

KEPT = Path(__file__).with_name("ratio.txt")
MOST = 1.15
TURNS = 60
ROWS, WORDS, PEOPLE = 150, 64, 170
_UNIT = 1.0 / 9007199254740992.0


@njit(nogil=True, error_model="numpy")
def _fixed(families, people, weeks):
    """Do what a run does, by rules that stay: draw, look up a person, pull states, branch."""
    events = 0
    for week in range(weeks):
        for turn in range(8):
            for n in range(families.shape[0]):
                family = families[n]
                person = people[(n * 7 + turn) % people.shape[0]]
                x = family[turn]
                for k in range(4):
                    x = x + 0.1 * (person[k] - x)
                    family[8 * (turn % 4) + k] = x
                z = np.uint64(n * 1_000_003 + week * 8 + turn) * np.uint64(0x9E3779B97F4A7C15)
                for _ in range(2):
                    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                    u = np.float64(np.int64(z >> np.uint64(11))) * _UNIT
                    if u < 0.05 + 0.1 * x:
                        person[turn] = 0.9 * person[turn] + 0.1 * u
                        events += 1
    return events


def measure(turns: int = TURNS) -> tuple[float, float, float]:
    """Return the cost of a run over that of the fixed kernel, and the 95 % interval of it."""
    layout = organisation()
    families = np.linspace(0.0, 1.0, ROWS * WORDS).reshape(ROWS, WORDS)
    people = np.linspace(1.0, 0.0, PEOPLE * WORDS).reshape(PEOPLE, WORDS)

    def run() -> None:
        lived(layout, weeks=104)

    def fixed() -> None:
        _fixed(families, people, 1000)

    def spent(call: object) -> int:
        start = time.thread_time_ns()
        call()  # type: ignore[operator]
        return time.thread_time_ns() - start

    run()
    fixed()
    ratios = np.array([spent(run) / spent(fixed) for _ in range(turns)])
    drawn = np.random.default_rng(1).choice(ratios, (2000, turns))
    low, high = np.quantile(np.median(drawn, axis=1), [0.025, 0.975])
    return float(np.median(ratios)), float(low), float(high)


def processor() -> str:
    """Return what kind of processor this is."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return platform.processor()
    lines = [line.partition(":") for line in path.read_text(encoding="ascii").splitlines()]
    found = {name.strip(): value.strip() for name, _, value in reversed(lines)}
    parts = ("model name", "cpu family", "model", "stepping", "cache size")
    return ", ".join(found.get(part, "") for part in parts)


def main() -> int:
    """Compare with what is kept, or keep what is found; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep today's ratio")
    write = parser.parse_args().write
    ratio, low, high = measure()
    print(f"a run costs {ratio:.3f} of the fixed kernel ({low:.3f} to {high:.3f})")
    if write:
        KEPT.write_text(f"{ratio:.3f}\n{processor()}\n", encoding="ascii")
        return 0
    number, _, kind = KEPT.read_text(encoding="ascii").strip().partition("\n")
    kept = float(number)
    if kind != processor():
        print(f"kept: {kept:.3f}, of another kind of processor ({kind}): nothing is held here")
        return 0
    print(f"kept: {kept:.3f}; now {ratio / kept - 1:+.1%}; allowed: up to {MOST - 1:+.0%}")
    # Where the interval reaches below, other work may have done it.
    return int(low > MOST * kept)


if __name__ == "__main__":
    sys.exit(main())
