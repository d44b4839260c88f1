"""Is it luck? The policy of the Live page in matched worlds, against the same without it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from colsim.core.measures import RANGE
from colsim.dashboard.jobs import Job
from colsim.dashboard.live import CHARTED, LiveRun
from colsim.dashboard.lives import bare
from colsim.experiments.difference import LIKELY, quantiles_of_present

if TYPE_CHECKING:
    from colsim.comparison.comparison import Comparison

WORLDS = 20
"""Worlds in which a policy is lived: enough to tell luck, soon enough to wait for."""
_TOLD_BY = {"plans": "joint_plan_rate", "facts": "information_flow"}
"""Number between the two lives -> measure that says whether it is luck."""


@dataclass(frozen=True, slots=True)
class Luck:
    """What was asked of a run, and what came out."""

    run: tuple[Any, ...]
    job: Job | None = None
    """Under way; None: done."""
    result: "Comparison | None" = None

    def fits(self, run: LiveRun) -> bool:
        """Return whether it was asked of this run's policy and chance."""
        return self.run == asked_of(run)


def asked_of(run: LiveRun) -> tuple[Any, ...]:
    """Return what a question hangs on."""
    return (run.scenario.scenario, run.seed)


def question(run: LiveRun) -> Luck:
    """Return the question whether what a run's policy does is luck.

    Raises:
        UserError: it is too large for the page.
    """
    plain = replace(run.scenario, name="without", scenario=bare(run.scenario.scenario))
    return Luck(asked_of(run), Job((plain, run.scenario), WORLDS, run.seed))


def told(luck: Luck) -> list[str]:
    """Return what came out, a sentence each, and in how many worlds it is better."""
    result = luck.result
    if result is None:
        return []
    name = result.names[1]
    lines = result.account.texts("answer")
    for k, measure in enumerate(_TOLD_BY.values()):
        better = result.of(name, measure).better
        if better is not None:
            lines[k] += f" Better in {round(better * result.worlds)} of {result.worlds} worlds."
    return lines


def judged(numbers: list[dict[str, Any]], luck: Luck) -> list[dict[str, Any]]:
    """Return the numbers between two lives, coloured by what the worlds say."""
    if luck.result is None:
        return numbers
    found = []
    for one in numbers:
        measure = _TOLD_BY.get(one["name"])
        if measure is None:
            found.append(one)
            continue
        told_by = luck.result.of(luck.result.names[1], measure)
        better = told_by.better or 0.0
        tone = "even"
        if told_by.clear:
            tone = "better" if better >= LIKELY else "worse"
        words = f"better in {round(better * luck.result.worlds)} of {luck.result.worlds} worlds"
        found.append(one | {"tone": tone, "luck": words})
    return found


def bands(luck: Luck, run: LiveRun) -> dict[str, dict[str, list[float | None]]]:
    """Return where 9 in 10 worlds put the course: their change, laid on the life without."""
    if luck.result is None:
        return {}
    found = {}
    for measure in CHARTED:
        courses = luck.result.series[measure]
        change = quantiles_of_present(courses[1] - courses[0], RANGE)
        low, high = np.clip(run.without.measures[measure] + change, 0.0, 1.0)
        found[measure] = {"low": _percent(low), "high": _percent(high)}
    return found


def _percent(values: Any) -> list[float | None]:
    return [None if v != v else round(100 * float(v), 3) for v in values]
