"""Check the simulated `robinscar` baseline against the evidence; say what was moved to meet it.

Targets are figures that exist (S seen, C calculated), but for two that are judgement: the number of
shared families is the scenario's own, and of joint plans none was found. Only parameters marked J
were moved, by hand and one at a time, and only those listed in `MOVED`
(`colsim.patterns.targets`).
Patterns that are held out (see docs/odd.md) are not looked at here.

Run: python scripts/baseline.py [--seeds 40]
"""

import argparse
import sys

import numpy as np

from colsim.core.engine import simulate
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import PARAMETERS, pack_world
from colsim.experiments.tasks import each
from colsim.patterns.targets import MOVED, TARGETS
from colsim.scenario import load_scenario
from colsim.scenario.compiling import compile_scenario


def main() -> int:
    """Print the table; return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    seeds = parser.parse_args().seeds
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
    print("\nmoved:")
    for name, (before, why) in MOVED.items():
        print(f"  {name}: {before} -> {PARAMETERS[name].default} ({why})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
