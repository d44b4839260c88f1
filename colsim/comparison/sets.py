"""Several sets of scenarios in the same worlds: what they have in common is lived once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from colsim.comparison.half import HALF_WORLDS, halved
from colsim.experiments.precision import Judgement, until_precise
from colsim.experiments.runner import Once, Outcome, compile_together, outcomes
from colsim.scenario.loading import LoadedScenario


@dataclass(frozen=True, slots=True)
class Lived:
    """A set's lives."""

    kept: list[Outcome]
    """Its replications."""
    judgement: Judgement | None
    """How well its differences are known, if that decided their number."""
    halves: tuple[str, ...] = ()
    """Policies that were lived at half strength too."""
    at_half: Sequence[Outcome] = ()
    """Their lives, one in each of the first worlds."""


def live_sets(
    sets: Sequence[Sequence[LoadedScenario]],
    *,
    replications: int,
    precision: float | None = None,
    half_strength: bool = False,
    progress: Callable[[int], None] | None = None,
    **lives: Any,
) -> list[Lived]:
    """Live sets of scenarios, each as if it were alone.

    Those that run equally long are lived together, unless precision decides how often.

    Args:
        sets: a baseline and policies each.
        replications: of each.
        precision: live each set until its differences are known so well.
        half_strength: also live the policies of the first set at half strength.
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
        halves = halved(sets[0]) if half_strength and 0 in group else {}
        chosen = [one for k in group for one in sets[k]]
        compiled = compile_together([*chosen, *halves.values()])
        once = Once(tuple(compiled[len(chosen) :]), HALF_WORLDS) if halves else None
        options = {"once": once, **lives}
        options["progress"] = progress and partial(_told, progress, done, len(group))
        policies = compiled[: len(chosen)]
        if precision is None:
            kept, judgement = list(outcomes(policies, replications=replications, **options)), None
        else:
            names = [one.name for one in sets[group[0]]]
            kept, judgement = until_precise(policies, names[1:], precision, **options)
        done += len(kept) * len(group)
        for k, rows in zip(group, _rows([len(sets[k]) for k in group]), strict=True):
            found[k] = Lived([one.only(rows) for one in kept], judgement)
        if once is not None:
            found[0] = replace(found[0], halves=tuple(halves), at_half=once.kept)
    return [found[k] for k in range(len(sets))]


def _told(progress: Callable[[int], None], before: int, times: int, here: int) -> None:
    progress(before + times * here)


def _rows(sizes: Sequence[int]) -> Iterator[slice]:
    first = 0
    for size in sizes:
        yield slice(first, first + size)
        first += size
