"""Where a run's time goes: each phase of the week, called by itself.

A phase called from Python costs the call as well: what a kernel that does nothing costs in the
same place is taken off.
"""

import time

import numpy as np
from timing import BURN_IN, WEEKS, lived, number, organisation, repeat, shared_family_weeks, table

from colsim.core.compiled import kernel
from colsim.core.engine import prepare
from colsim.core.levers import lever_table
from colsim.core.parameters import pack_parameters
from colsim.core.schedule import PHASES, begin_week, end_week


@kernel
def _nothing(w, a):
    """Do nothing: what a call costs."""


def profile(lives: int = 5) -> dict[str, object]:
    """Return nanoseconds a shared family-week by phase: the median over the weeks of some lives.

    Keys: phases (name -> ns), dispatch (ns of an empty call, already taken off), whole (ns of
    processor time of the compiled loop, everything included), weeks.
    """
    layout = organisation()
    levers = lever_table([], teams=len(layout.teams))
    calls = (_nothing, begin_week, *PHASES)
    taken = np.zeros((lives, BURN_IN + WEEKS, len(calls)))
    for life in range(lives):
        world = prepare(
            layout, levers, pack_parameters(), seed=1 + life, weeks=WEEKS, burn_in=BURN_IN
        )
        for week in range(BURN_IN + WEEKS):
            for k, call in enumerate(calls):
                start = time.perf_counter_ns()
                call(world, 0)
                taken[life, week, k] = time.perf_counter_ns() - start
            end_week(world)
    (loop,) = repeat([lambda: lived(layout)], 25)
    shared = shared_family_weeks(lived(layout)) / (BURN_IN + WEEKS)
    # The first weeks compile or load; medians do not see them.
    middle = np.median(taken.reshape(-1, len(calls)), axis=0)
    net = np.maximum(middle[1:] - middle[0], 0.0) / shared
    return {
        "phases": {call.__name__: float(ns) for call, ns in zip(calls[1:], net, strict=True)},
        "dispatch": float(middle[0]),
        "whole": 1e9 * float(np.median(loop.cpu)) / (BURN_IN + WEEKS) / shared,
        "weeks": lives * (BURN_IN + WEEKS),
    }


def profile_table(found: dict[str, object]) -> str:
    """Return the profile as a table, the dearest phase first."""
    phases = found["phases"]
    assert isinstance(phases, dict)
    total = sum(phases.values())
    rows = [
        (name, number(ns), f"{100 * ns / total:.0f} %")
        for name, ns in sorted(phases.items(), key=lambda item: -item[1])
    ]
    rows.append(("all phases", number(total), "100 %"))
    rows.append(("the compiled loop, population at week 0 included", number(found["whole"]), ""))  # type: ignore[arg-type]
    return table(("phase", "ns per shared family-week", "share"), rows)
