"""`python -m colsim.plain desktop`: a run of the plain model, printed as it goes."""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from colsim.core.measures import MEASURES, WINDOW
from colsim.errors import UserError
from colsim.plain.model import Twin
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.loading import load_scenario

SHOWN = ("information_flow", "joint_plan_rate", "contacts", "familiarity", "turnover_csw")
"""The two headline measures, what they hang on most, and one that they do not."""


def over_windows(twin: Twin) -> Iterator[tuple[int, dict[str, float]]]:
    """Live a run; yield the measures over the last weeks at policy week 0, each half year, the end.

    Before the policy a window ends with week 0, afterwards it begins there at the earliest.
    """
    totals: list[Mapping[str, float]] = []
    while twin.week < twin.horizon:
        twin.step()
        totals.append(twin.totals)
        week = twin.week - twin.burn_in
        if week >= 0 and (week % WINDOW == 0 or twin.week == twin.horizon):
            first = twin.burn_in if week > 0 else 0
            recent = totals[max(first, twin.week - WINDOW) :]
            summed = {name: np.array(sum(one[name] for one in recent)) for name in twin.totals}
            yield week, {name: float(MEASURES[name].of(summed)) for name in SHOWN}


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m colsim.plain",
        description="Run an authority once in the plain model: the rules of docs/odd.md as a Mesa "
        "model to read. `colsim run` computes the same bits, compiled, some 200 times as fast.",
    )
    parser.add_argument("authority", help="preset, or TOML file with an organisation")
    parser.add_argument("policy", nargs="*", help="presets or TOML files laid over it, together")
    parser.add_argument("--seed", type=int, default=1, help="whole number, 0 or more")
    parser.add_argument("--weeks", type=int, help="weeks of policy, if not the scenario's")
    return parser.parse_args(given)


def _twin(wanted: argparse.Namespace) -> Twin:
    faults = []
    if not 0 <= wanted.seed < 1 << 63:
        faults.append(f"seed: found {wanted.seed}; allowed: a whole number from 0 to 2**63 - 1")
    overrides = None if wanted.weeks is None else {"run.weeks": wanted.weeks}
    try:
        loaded = load_scenario(wanted.authority, wanted.policy, overrides=overrides)
    except UserError as error:
        faults.append(str(error))
    if faults:
        raise UserError("\n".join(faults))
    of = compile_scenario(loaded.scenario)
    return Twin(
        of.layout, of.levers, of.parameters, seed=wanted.seed, weeks=of.weeks, burn_in=of.burn_in
    )


def main(given: Sequence[str] | None = None) -> int:
    """Print a run; return the exit code: 2 if what was given is wrong."""
    wanted = _arguments(given)
    try:
        twin = _twin(wanted)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    titles = [MEASURES[name].title for name in SHOWN]
    print(f"Each row: up to {WINDOW} weeks, the last of them the policy week.\n")
    print("week", *titles, sep="  ")
    start = time.process_time()
    for week, values in over_windows(twin):
        cells = [
            f"{values[name]:{len(title)}.3f}" for name, title in zip(SHOWN, titles, strict=True)
        ]
        print(f"{week:4}", *cells, sep="  ", flush=True)
    seconds = time.process_time() - start
    print(
        f"\n{twin.horizon} weeks, {twin.burn_in} of them before the policy, in {seconds:.1f} s of "
        "processor time.\n`colsim run` computes the same bits, compiled, some 200 times as fast."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
