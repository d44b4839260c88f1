"""The floor below the cost of a family's week, and from it a budget for each phase.

Run: python benchmarks/floor.py [--json]

What the rules ask for is counted in the plain twin, phase by phase: draws, and chances that are a
logistic or another exponential. What these cost alone is timed in kernels that do nothing else;
beside them stands a kernel that reads and writes every word of what a week can touch, once. The
sum is the floor of a program that works out all that the rules ask for. (The core leaves out an
exponential where the draw is plain without it.) The budget of a phase is its floor, and of what is
left of the aim as large a share as the phase has now of what is above the floor.
"""

import argparse
import json
import math
import sys
from collections import Counter
from functools import partial
from types import ModuleType

import numpy as np
from parts import DRAWS_AT_ONCE, _draws_alone
from phases import profile
from timing import lived, number, organisation, repeat, shared_family_weeks, table

from colsim.core import rng
from colsim.core.compiled import kernel
from colsim.core.levers import lever_table
from colsim.core.numerics import logistic
from colsim.core.state import FAMILY_DTYPE, PRACTITIONER_DTYPE

AIM = 200.0
"""Nanoseconds that a week of one shared family is to cost at most."""


@kernel
def _chances_alone(odds, times):
    """Work out so many logistic chances, and nothing else."""
    total = 0.0
    for _ in range(times):
        for k in range(odds.shape[0]):
            total += logistic(odds[k])
    return total


@kernel
def _words_alone(words, times):
    """Read and write so many words, and nothing else."""
    for _ in range(times):
        for k in range(words.shape[0]):
            words[k] += 1


def counted(weeks: int = 52) -> tuple[Counter[str], Counter[str], float]:
    """Return by phase how many draws and how many chances the twin asks for, and family-weeks."""
    from colsim.plain import Twin, draws, model

    now = [""]
    asked: Counter[str] = Counter()
    chances: Counter[str] = Counter()

    class Counting(draws.KeyedDraws):
        def U(self, entity: draws.Drawing, purpose: int, index: int = 0) -> float:  # noqa: N802
            asked[now[0]] += 1
            return super().U(entity, purpose, index)

        def B(self, entity: draws.Drawing, purpose: int, index: int = 0) -> float:  # noqa: N802
            asked[now[0]] += 1
            return super().B(entity, purpose, index)

    def chance(x: float) -> float:
        chances[now[0]] += 1
        return logistic(x)

    class Exponentials(ModuleType):
        exp = staticmethod(lambda x: (chances.update([now[0]]), math.exp(x))[1])

        def __getattr__(self, name: str) -> object:
            return getattr(math, name)

    layout = organisation()
    draws.KINDS["counting"] = Counting
    twin = Twin(
        layout, lever_table([], teams=len(layout.teams)), {}, seed=1, weeks=weeks, burn_in=0,
        draws="counting",
    )  # fmt: skip
    asked.clear()
    chances.clear()
    phases = model.PHASES
    for module in {sys.modules[phase.__module__] for phase in phases}:
        for name, ours in (("logistic", chance), ("math", Exponentials("math"))):
            if hasattr(module, name):
                setattr(module, name, ours)

    def marked(phase: object) -> object:
        def passing(twin: object, authority: object) -> None:
            now[0] = phase.__name__  # type: ignore[attr-defined]
            phase(twin, authority)  # type: ignore[operator]

        return passing

    model.PHASES = tuple(marked(phase) for phase in phases)  # type: ignore[assignment, misc]
    shared = 0.0
    for _ in range(weeks):
        twin.step()
        shared += twin.totals["shared"]
    return asked, chances, shared


def words_of_a_week(weeks: int) -> float:
    """Return the words of all records that a week can touch: families, leads, ties."""
    layout = organisation()
    world = lived(layout)
    shared = shared_family_weeks(world) / world.totals.shape[0]
    families = float(world.rosters["active"].sum()) * FAMILY_DTYPE.itemsize
    people = len(layout.posts) * PRACTITIONER_DTYPE.itemsize
    ties = 8 * layout.ties  # familiarity alone fades every week
    return (families + people + ties) / 8 / shared


def floor(repeats: int = 21) -> dict[str, object]:
    """Return the floor and the budget by phase, in nanoseconds a shared family-week."""
    asked, chances, shared = counted()
    words = words_of_a_week(52)
    odds = np.linspace(-6.0, 2.0, 1024)
    memory = np.zeros(16_384, np.int64)
    draw, chance, word = repeat(
        [
            partial(_draws_alone, rng.seed_key(1), 130, 208, DRAWS_AT_ONCE),
            partial(_chances_alone, odds, 100),
            partial(_words_alone, memory, 50),
        ],
        repeats,
    )
    each = {
        "draw": 1e9 * float(draw.cpu.min()) / (130 * 208 * DRAWS_AT_ONCE),
        "chance": 1e9 * float(chance.cpu.min()) / (len(odds) * 100),
        "word": 1e9 * float(word.cpu.min()) / (len(memory) * 50),
    }
    found = profile()
    now = found["phases"]
    assert isinstance(now, dict)
    of_phase = {
        name: (asked[name] * each["draw"] + chances[name] * each["chance"]) / shared for name in now
    }
    lowest = sum(of_phase.values()) + words * each["word"]
    above = {name: max(0.0, now[name] - of_phase[name]) for name in now}
    spare = max(0.0, AIM - lowest) / sum(above.values())
    return {
        "each": each,
        "words": words,
        "floor": lowest,
        "phases": {
            name: {
                "draws": asked[name] / shared,
                "chances": chances[name] / shared,
                "floor": of_phase[name],
                "budget": of_phase[name] + spare * above[name],
                "now": now[name],
            }
            for name in now
        },
    }


def floor_table(found: dict) -> str:
    """Return floor and budget as a table, the dearest phase first."""
    keys = ("draws", "chances", "floor", "budget", "now")
    phases = sorted(found["phases"].items(), key=lambda item: -item[1]["now"])
    lines = [(name, *(number(of[key]) for key in keys)) for name, of in phases]
    memory = found["words"] * found["each"]["word"]
    lines.append((f"{found['words']:.0f} words of memory", "", "", number(memory), "", ""))
    sums = {key: sum(of[key] for _, of in phases) for key in keys}
    sums["floor"] = found["floor"]
    sums["budget"] += memory
    lines.append(("all", *(number(sums[key]) for key in keys)))
    return table(("phase", "draws", "chances", "floor, ns", "budget, ns", "now, ns"), lines)


def main() -> None:
    """Print the floor and the budget, or their numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    found = floor()
    if parser.parse_args().json:
        print(json.dumps(found, indent=2))
        return
    print(floor_table(found))
    said = "\na draw {draw:.2f} ns, a chance {chance:.2f} ns, a word {word:.2f} ns"
    print(said.format(**found["each"]))


if __name__ == "__main__":
    main()
