"""Many runs one after the other in one process: memory must not grow with them.

Run: python benchmarks/memory.py [RUNS]

100,000 runs of a small authority unless told otherwise. Printed is the greatest memory that the
process has ever held, after a tenth of the runs and at the end; exit code 1 if it grew by more
than a hundredth between them.
"""

import sys

from peak import peak
from timing import lived, organisation

MOST = 1.01


def main(runs: int = 100_000) -> int:
    """Live so many runs; return the exit code."""
    layout = organisation(csw=24, mhsw=8, families=15)
    early = 0.0
    for seed in range(1, runs + 1):
        lived(layout, weeks=60, seed=seed)
        if seed == max(1, runs // 10):
            early = peak()
            print(f"after {seed:,} runs {early:.1f} MB", flush=True)
    end = peak()
    print(f"after {runs:,} runs {end:.1f} MB")
    return int(end > MOST * early)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
