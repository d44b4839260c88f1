"""Check the simulated `robinscar` baseline against the evidence; say what was moved to meet it.

Targets are figures that exist (S seen, C calculated), but for two that are judgement: the number of
shared families is the scenario's own, and of joint plans none was found. Only parameters marked J
were moved, by hand and one at a time, and only those listed in `MOVED`
(`colsim.patterns.pattern`).
Patterns that are held out (see docs/odd.md) are not looked at here.

Run: python scripts/baseline.py [--seeds 40] [--write]: with it, into docs/trace.md as well
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from lives import stamp, table
from marks import between

from colsim.core.engine import simulate
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import PARAMETERS, pack_world
from colsim.experiments.tasks import each
from colsim.patterns.pattern import MOVED, TARGETS
from colsim.scenario import load_scenario
from colsim.scenario.compiling import compile_scenario

PAGE = Path(__file__).parents[1] / "docs" / "trace.md"
BEGIN, END = "<!-- levels -->", "<!-- end of levels -->"


def main() -> int:
    """Print the table; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--write", action="store_true", help=f"write to {PAGE.name}, too")
    asked = parser.parse_args()
    seeds = asked.seeds
    compiled = compile_scenario(load_scenario("robinscar").scenario)
    parameters = pack_world({}, compiled.parameters)

    def one(seed: int) -> dict[str, float]:
        world = simulate(
            compiled.layout, compiled.levers, parameters,
            seed=seed, weeks=compiled.weeks, burn_in=compiled.burn_in,
        )  # fmt: skip
        window = world.totals[compiled.burn_in :].sum(axis=0)
        totals = {name: window[k] for name, k in TOTAL_INDEX.items()}
        return {target.measure: float(MEASURES[target.measure].of(totals)) for target in TARGETS}

    runs = list(each(one, range(seeds)))
    missed = 0
    rows = []
    print(f"robinscar, default parameters, {seeds} seeds, {compiled.weeks} weeks after the burn-in")
    print(f"{'measure':20} {'target':>8} {'±':>6} {'mean':>8} {'5 % to 95 % of seeds':>22}")
    for target in TARGETS:
        values = np.array([run[target.measure] for run in runs])
        low, high = np.quantile(values, (0.05, 0.95))
        met = abs(values.mean() - target.value) <= target.tolerance
        missed += not met
        print(
            f"{target.measure:20} {target.value:8.3f} {target.tolerance:6.3f} {values.mean():8.3f}"
            f" {low:10.3f} to {high:8.3f} {'met' if met else 'MISSED'}   {target.source}"
        )
        level, off = f"{target.value:.4g}", f"{target.tolerance:.3g}"
        found = (f"{values.mean():.3g}", f"{low:.3g} to {high:.3g}", "met" if met else "missed")
        rows.append((MEASURES[target.measure].title, level, off, *found, target.source))
    print("\nmoved:")
    for name, (before, why) in MOVED.items():
        print(f"  {name}: {before} -> {PARAMETERS[name].default} ({why})")
    if asked.write:
        head = ("measure", "target", "may differ by", f"mean of {seeds} seeds",
                "5 % to 95 % of seeds", "", "source")  # fmt: skip
        text = f"{table(head, rows)}\n\n{stamp()}"
        page = between(PAGE.read_text(encoding="utf-8"), BEGIN, END, text)
        PAGE.write_text(page, encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
