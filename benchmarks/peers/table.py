"""colsim beside models written as their users would write them, in one table.

Run: python benchmarks/peers/table.py [--quick] [--json]

Every figure comes from a process of its own. Speed: practitioners times weeks over seconds of
processor time, the median of three runs that take turns with those of all others; the first run of
a process is not counted. First result: processor time of a new process from its start to the end
of a short run of 300, with all that it compiles and keeps already kept. Memory: the most that such
a process has ever held, in MB.

Starsim is left out, and said to be, where it is not installed (`requirements.txt`).
--quick leaves out 30,000 practitioners.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

SIZES = (300, 3_000, 30_000)
# A peer, what it is, and how many weeks of each size take it about a second or two.
PEERS: dict[str, tuple[str, tuple[int, ...]]] = {
    "colsim_core": ("colsim, all mechanisms, compiled", (416, 416, 104)),
    "numpy_graph": ("contact, trust, narrative: NumPy", (5_000, 2_000, 400)),
    "mesa_arrays": ("contact, trust, narrative: Mesa, arrays", (2_000, 1_000, 300)),
    "mesa_graph": ("contact, trust, narrative: Mesa, agents on a network", (200, 20, 2)),
    "colsim_twin": ("colsim, all mechanisms, plain twin in Mesa", (26, 4, 1)),
    "starsim_sir": ("starsim's SIR", (500, 300, 100)),
}
REPEATS = 3


def _one(peer: str, practitioners: int, weeks: int) -> None:
    """Answer each line of the input with the processor time of one run; then say the memory."""
    import time

    from peak import peak

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a peer prints of its own is no answer
    run = importlib.import_module(peer).run
    run(practitioners, 2)
    print(time.process_time(), file=answers, flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        run(practitioners, weeks)
        print(time.process_time() - start, file=answers, flush=True)
    print(peak(), file=answers, flush=True)


def _start(peer: str, practitioners: int, weeks: int) -> subprocess.Popen[str]:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    return subprocess.Popen(
        [sys.executable, __file__, "--one", peer, str(practitioners), str(weeks)],
        env=os.environ | one_thread | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _asked(process: subprocess.Popen[str]) -> float:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    return _said(process)


def _said(process: subprocess.Popen[str]) -> float:
    assert process.stdout is not None
    line = process.stdout.readline()
    return float(line) if line.strip() else float("nan")


def installed() -> list[str]:
    """Return the peers whose packages are there."""
    from importlib.util import find_spec

    return [peer for peer in PEERS if peer != "starsim_sir" or find_spec("starsim") is not None]


def measure(peers: Sequence[str], sizes: Sequence[int]) -> dict[str, dict[str, list[float]]]:
    """Return by peer: agent-steps a second and memory by size, and seconds to a first result."""
    found: dict[str, dict[str, list[float]]] = {
        peer: {"speed": [], "memory": [], "first": []} for peer in peers
    }
    for k, size in enumerate(sizes):
        running = {peer: _start(peer, size, PEERS[peer][1][k]) for peer in peers}
        first = {peer: _said(process) for peer, process in running.items()}
        taken = [{p: _asked(process) for p, process in running.items()} for _ in range(REPEATS)]
        for peer, process in running.items():
            steps = size * PEERS[peer][1][k]
            found[peer]["speed"].append(steps / float(np.median([t[peer] for t in taken])))
            assert process.stdin is not None
            process.stdin.close()
            found[peer]["memory"].append(_said(process))
            process.wait()
            if k == 0:
                found[peer]["first"].append(first[peer])
    return found


def rows(found: dict[str, dict[str, list[float]]]) -> list[tuple[str, ...]]:
    """Return the lines of the table."""
    from timing import number

    return [
        (
            PEERS[peer][0],
            *(number(speed) for speed in of["speed"]),
            number(of["first"][0]),
            *(number(memory) for memory in of["memory"]),
        )
        for peer, of in found.items()
    ]


def main() -> None:
    """Print the table, or its numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without 30,000 practitioners")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        peer, practitioners, weeks = arguments.one
        _one(peer, int(practitioners), int(weeks))
        return
    sizes = SIZES[:2] if arguments.quick else SIZES
    peers = installed()
    found = measure(peers, sizes)
    if arguments.json:
        json.dump({"sizes": sizes, "peers": found}, sys.stdout, indent=2)
        print()
        return
    from parts import machine
    from timing import table

    head = ("model", *(f"{n:,}: steps/s" for n in sizes), "first result, s")
    print(table((*head, *(f"{n:,}: MB" for n in sizes)), rows(found)))
    if "starsim_sir" not in peers:
        wanted = "python -m pip install -r benchmarks/peers/requirements.txt"
        print(f"\nstarsim is not installed: {wanted}")
    about = machine()
    print("\n{platform}, Python {python}, NumPy {numpy}, Mesa {mesa}, {time}".format(**about))


if __name__ == "__main__":
    main()
