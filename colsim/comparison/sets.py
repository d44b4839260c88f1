"""Several sets of scenarios in the same worlds: what they have in common is lived once."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from colsim.experiments.precision import Judgement, until_precise
from colsim.experiments.runner import Outcome, compile_together, outcomes
from colsim.scenario.loading import LoadedScenario

Lived = tuple[list[Outcome], Judgement | None]
"""A set's replications; and how well its differences are known, if that decided their number."""


def live_sets(
    sets: Sequence[Sequence[LoadedScenario]],
    *,
    replications: int,
    precision: float | None = None,
    progress: Callable[[int], None] | None = None,
    **lives: Any,
) -> list[Lived]:
    """Live sets of scenarios, each as if it were alone.

    Those that run equally long are lived together, unless precision decides how often.

    Args:
        sets: a baseline and policies each.
        replications: of each.
        precision: live each set until its differences are known so well.
        progress: called with the replications done, those of each set counted.
        lives: seed, workers and worlds, as for `outcomes`.
    """
    groups: dict[object, list[int]] = {}
    for k, one in enumerate(sets):
        run = one[0].scenario.run
        groups.setdefault(k if precision else (run.weeks, run.burn_in), []).append(k)
    found: dict[int, Lived] = {}
    done = 0
    for group in groups.values():
        compiled = compile_together([one for k in group for one in sets[k]])

        told = None if progress is None else partial(_told, progress, done, len(group))
        if precision is None:
            options = {"replications": replications, "progress": told, **lives}
            kept, judgement = list(outcomes(compiled, **options)), None
        else:
            names = [one.name for one in sets[group[0]]]
            kept, judgement = until_precise(compiled, names[1:], precision, progress=told, **lives)
        done += len(kept) * len(group)
        for k, rows in zip(group, _rows([len(sets[k]) for k in group]), strict=True):
            found[k] = [one.only(rows) for one in kept], judgement
    return [found[k] for k in range(len(sets))]


def _told(progress: Callable[[int], None], before: int, times: int, here: int) -> None:
    progress(before + times * here)


def _rows(sizes: Sequence[int]) -> Iterator[slice]:
    first = 0
    for size in sizes:
        yield slice(first, first + size)
        first += size
