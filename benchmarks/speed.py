"""Measure what the model costs; every figure that is quoted comes from here.

Run: python benchmarks/speed.py [--quick] [--profile] [--json]

One table: the median wall time of the repeats; beside it the fastest, or the 95 % interval of a
slope; and the median processor time, which other work on the machine lengthens least. Compare
figures of one run only: machines differ and drift.

--quick leaves out compilation, starting and England; --profile shows where the time of a run goes
instead.
"""

import argparse
import json
import sys
from dataclasses import asdict

from parts import cost, england, machine, scaling, starting, threads, twin
from phases import profile, profile_table
from timing import Row, table

HEAD = ("what", "median", "fastest, or interval", "processor time", "unit", "aim")


def measure(*, quick: bool) -> list[Row]:
    """Return all rows of the table."""
    rows = [*cost(), *twin(), *threads(), *scaling(to_england=not quick)]
    if not quick:
        rows += [*england(), *starting()]
    return rows


def main() -> None:
    """Print the table asked for, or its numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without compilation and England")
    parser.add_argument("--profile", action="store_true", help="time by phase of the week instead")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    arguments = parser.parse_args()
    before = machine()
    found = profile() if arguments.profile else measure(quick=arguments.quick)
    after = machine()["load"]
    if arguments.json:
        results = (
            {"profile": found}
            if isinstance(found, dict)
            else {"rows": [asdict(row) | {"met": row.met} for row in found]}
        )
        json.dump({"machine": before, "load_after": after, **results}, sys.stdout, indent=2)
        print()
        return
    print(
        profile_table(found)
        if isinstance(found, dict)
        else table(HEAD, [row.cells() for row in found])
    )
    print(
        "\n{platform}, {processors} processors, Python {python}, NumPy {numpy}, Numba {numba}, "
        "Mesa {mesa}, {time}".format(**before)
    )
    if before["load"] and after:
        print(f"load of the machine before {before['load'][0]:.1f}, after {after[0]:.1f}")


if __name__ == "__main__":
    main()
