"""Compare what a week of one shared family costs with what it did in another commit.

Run: python benchmarks/editions.py [COMMIT] [--repeats 41] [--compile]

Without a commit, the last one before the kernels of the model's second edition, whose cost is that
of the first. Its tree is laid into a temporary folder; both trees live `robinscar` for 208 weeks
in processes of their own, which take turns, so that whatever else the machine does falls on both
alike. --compile measures compiling instead: the first result of a new process without any kernel
on disk, less that with all of them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
FIRST_EDITION = "13f26d0"
WORKER = """
import json, sys
sys.path.insert(0, "benchmarks")
from timing import lived, organisation, seconds, shared_family_weeks
layout = organisation()
weeks = shared_family_weeks(lived(layout))
print(json.dumps(weeks), flush=True)
for _ in sys.stdin:
    print(json.dumps(seconds(lambda: lived(layout))), flush=True)
"""
"""Run in a tree: the weeks that shared families lived, then a run for every line that is sent."""
FIRST_RESULT = """
import sys, time
start = time.perf_counter()
sys.path.insert(0, "benchmarks")
from timing import lived, organisation
lived(organisation())
print(time.perf_counter() - start)
"""


@contextmanager
def laid_out(commit: str) -> Iterator[Path]:
    """Lay a commit's tree into a temporary folder for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--detach", "--quiet", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def environment(tree: Path, cache: Path | None = None) -> dict[str, str]:
    """Return the environment of a process that runs a tree's code."""
    kept = {} if cache is None else {"NUMBA_CACHE_DIR": str(cache)}
    return {**os.environ, "PYTHONPATH": str(tree), **kept}


def begun(tree: Path) -> subprocess.Popen[str]:
    """Start a process that runs a tree's model whenever it is told to."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=tree, env=environment(tree), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def answer(worker: subprocess.Popen[str], line: str = "") -> object:
    """Tell a process to go on, and return what it says."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    if line:
        worker.stdin.write(line)
        worker.stdin.flush()
    said = worker.stdout.readline()
    if not said:
        raise SystemExit(f"the process ended with code {worker.wait()} and said nothing more")
    return json.loads(said)


def costs(trees: list[Path], repeats: int) -> np.ndarray:
    """Return nanoseconds of processor time a shared family's week: shape (trees, repeats)."""
    with ExitStack() as stack:
        workers = [stack.enter_context(begun(tree)) for tree in trees]
        weeks = [float(str(answer(worker))) for worker in workers]
        taken = np.empty((len(trees), repeats))
        for k in range(repeats):
            for n, worker in enumerate(workers):
                wall_and_cpu = answer(worker, "again\n")
                taken[n, k] = 1e9 * np.asarray(wall_and_cpu, dtype=float)[1] / weeks[n]
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.close()
    return taken


def compiling(tree: Path) -> float:
    """Return the seconds that compiling adds to the first result of a new process."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-c", FIRST_RESULT]
        run = {"cwd": tree, "env": environment(tree, Path(cache)), "text": True, "check": True}
        first, second = (
            float(subprocess.run(command, stdout=subprocess.PIPE, **run).stdout) for _ in range(2)
        )
    return first - second


def main() -> None:
    """Print both costs and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", nargs="?", default=FIRST_EDITION)
    parser.add_argument("--repeats", type=int, default=41)
    parser.add_argument("--compile", action="store_true", help="seconds of compiling instead")
    arguments = parser.parse_args()
    with laid_out(arguments.commit) as tree:
        trees = [tree, ROOT]
        if arguments.compile:
            found = np.array([[compiling(one)] for one in trees])
        else:
            found = costs(trees, arguments.repeats)
    unit = "s of compiling" if arguments.compile else "ns a week of one shared family"
    for name, values in zip((arguments.commit, "this tree"), found, strict=True):
        print(f"{name:>10}: {np.median(values):.3g} {unit}, fastest {values.min():.3g}")
    low, middle, high = np.quantile(found[1] / found[0], (0.25, 0.5, 0.75))
    print(f"     ratio: {middle:.3f} (half of the turns {low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
