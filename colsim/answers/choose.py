"""Which policies to take within a budget, how surely, and what speaks against them."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.answers.choice import Choice
from colsim.answers.options import Option, Policy
from colsim.answers.question import Asked, Limit, asked
from colsim.answers.ranking import SCREENING_WORLDS
from colsim.answers.search import FIRST_WORLDS, Lived, Screened, grown, search
from colsim.answers.verdict import Verdict, judged
from colsim.comparison.compare import compare
from colsim.comparison.comparison import Comparison
from colsim.comparison.forms import forms_in
from colsim.comparison.sets import values_by_world
from colsim.core import rng
from colsim.errors import UserError
from colsim.experiments.banks import chosen_worlds
from colsim.experiments.difference import mean_of_present
from colsim.experiments.runner import SEEDS_PER_WORLD, compile_together, outcomes
from colsim.experiments.tasks import Workers
from colsim.experiments.worlds import CalibratedWorlds
from colsim.scenario.loading import LoadedScenario, Names

Values = npt.NDArray[np.float64]


def choose(
    authority: str | Path | LoadedScenario | Asked,
    *,
    budget: float = math.nan,
    pick: int = 2,
    policies: Sequence[Policy] | None = None,
    strengths: Mapping[str, Iterable[float]] | Iterable[str] = (),
    years: int = 3,
    goal: str = "joint_plans",
    no_harm: Mapping[str, float] | Iterable[str] = (),
    under: Names = (),
    price_year: int | None = None,
    replications: int = 200,
    screening: int = SCREENING_WORLDS,
    seed: int = 1,
    workers: Workers = None,
    calibrated: "CalibratedWorlds | str | Path | None" = None,
    progress: Callable[[int, int], None] | None = None,
) -> Choice:
    """Choose at most so many policies within a budget: the best by gain, and how surely.

    Every set that goes together and is within the budget is lived in some worlds; the best of
    them, also by their worst worlds, by regret and for their cost, are judged in fresh worlds.
    Where there are more sets than can be lived, larger ones are built from the best small ones.

    Args:
        authority: a preset, a path or a loaded scenario.
        budget: pounds that may be spent in any year beyond what the authority's own levers take.
        pick: most policies to take together.
        policies: to choose from; every shipped policy of one lever if None.
        strengths: shares of every policy's strength ("0.5,1"), or strengths of one
            ("boundary_spanners:2,4"); in a mapping, "" stands for all.
        years: that are looked ahead; gains are those of the last half-year.
        goal: joint_plans, flow, or a measure.
        no_harm: measure to the change that is borne in the median world, as on screen.
        under: circumstances that the authority is in.
        price_year: whose pounds costs and budget are in.
        replications: runs of each finalist, two in each world.
        screening: worlds in which finalists are found.
        seed: the one seed that all chance derives from.
        workers: threads, or what else runs tasks: see `colsim.experiments.tasks`.
        calibrated: where plausible worlds come from: "matched" (the default), "ranges", a folder.
        progress: called with runs done, and all as far as is known.

    Raises:
        UserError: the question is faulty, or no set keeps within the limits of harm.

    Example:
        >>> found = choose("desktop", budget=100_000, pick=1, years=1, replications=8,
        ...                policies=["co_location", "lead_worker"], screening=4)
        >>> sorted(one.name for one in found.ranked)
        ['co_location', 'lead_worker']
    """
    start = time.perf_counter()
    question = authority
    if not isinstance(question, Asked):
        question = asked(
            question, budget=budget, pick=pick, policies=policies, strengths=strengths, years=years,
            goal=goal, no_harm=no_harm, under=under, price_year=price_year,
        )  # fmt: skip
    how: dict[str, Any] = {"seed": seed, "workers": workers}
    drawn_from = chosen_worlds(calibrated, question.options.base).worlds
    if not question.options.whole:
        progress = None if progress is None else Onwards(progress)
        question = _grown(question, progress, calibrated=drawn_from, **how)
    lives = _Lives(question, progress, calibrated=drawn_from, **how)
    screened, finalists = _found(question, lives, screening)
    final = compare(
        question.options.base,
        [one.loaded for one in finalists],
        replications=replications,
        seed=int(rng.combine(rng.seed_key(seed), rng.name_key("finalists"))) >> 1,
        workers=workers,
        worlds=calibrated,
        half_strength=False,
        progress=None if progress is None else lives.judging(replications),
    )
    allowed, verdict = _judged(question, finalists, final)
    return Choice(
        question.budget, question.pick, question.years, question.goal, question.limits, seed,
        question.options, screened, finalists, allowed, final, verdict,
        time.perf_counter() - start,
    )  # fmt: skip


def _found(question: Asked, lives: "_Lives", worlds: int) -> tuple[Screened, tuple[Option, ...]]:
    """Return what the search saw, and the options that are worth judging.

    Raises:
        UserError: none keeps within the limits of harm.
    """
    options = question.options.affordable
    screened = search(lives, [one.dearest for one in options], worlds=worlds)
    if not screened.finalists:
        left = [options[k] for k in screened.options]
        raise UserError(_which_binds(question, screened.lived, left))
    return screened, tuple(options[k] for k in screened.finalists)


def _judged(
    question: Asked, finalists: Sequence[Option], final: Comparison
) -> tuple[tuple[int, ...], Verdict]:
    """Return which finalists keep within the limits in the fresh worlds, and how they stand.

    Raises:
        UserError: none does.
    """
    lived = lived_of(final.values, question)
    allowed = tuple(int(k) for k in np.flatnonzero(lived.allowed))
    if not allowed:
        raise UserError(_which_binds(question, lived, finalists))
    return allowed, judged(lived.gains[list(allowed)], forms_in(final.drawn))


class Onwards:
    """Tells progress of one stage of the work after another as that of the whole."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self.tell, self.before, self.done = tell, 0, 0

    def __call__(self, done: int, whole: int) -> None:
        """Tell what is done of the stage, and all of it."""
        self.done = done
        self.tell(self.before + done, self.before + whole)

    def stage(self) -> None:
        """Begin the next stage."""
        self.before, self.done = self.before + self.done, 0


def _grown(question: Asked, progress: Onwards | None, **how: Any) -> Asked:
    """Return a question whose options hold larger sets, built from the best small ones."""

    def lives(sets: Sequence[Option]) -> Lived:
        of = replace(question, options=replace(question.options, affordable=tuple(sets)))
        found = _Lives(of, progress, **how)(range(len(sets)), 0, FIRST_WORLDS)
        if progress is not None:
            progress.stage()
        return found

    options = grown(question.options, lives, pick=question.pick, budget=question.budget)
    return replace(question, options=options)


class _Lives:
    """Lives options in worlds: what the search asks for."""

    def __init__(
        self, question: Asked, progress: Callable[[int, int], None] | None, **how: Any
    ) -> None:
        """Take a question; `how` is seed, workers and worlds, as for `outcomes`."""
        loaded = [question.options.base, *(one.loaded for one in question.options.affordable)]
        self.question, self.progress, self.how = question, progress, how
        self.compiled = compile_together(loaded)
        self.done = 0

    def __call__(self, options: Sequence[int], first: int, last: int) -> Lived:
        """Live options in the worlds from `first` to before `last`."""
        compiled = [self.compiled[0], *(self.compiled[k + 1] for k in options)]
        before = self.done
        kept = list(
            outcomes(
                compiled,
                first=first * SEEDS_PER_WORLD,
                replications=last * SEEDS_PER_WORLD,
                progress=self._told((last - first) * SEEDS_PER_WORLD),
                **self.how,
            )
        )
        self.done = before + len(kept)
        return lived_of(values_by_world(kept), self.question)

    def judging(self, replications: int) -> Callable[[int], None]:
        """Return what is called as finalists are judged."""
        return self._told(replications) or (lambda done: None)

    def _told(self, more: int) -> Callable[[int], None] | None:
        if self.progress is None:
            return None
        tell, before = self.progress, self.done
        return lambda done: tell(before + done, before + more)


def lived_of(values: Mapping[str, Values], question: Asked) -> Lived:
    """Return gains and harms of options against the first scenario, by world.

    Args:
        values: measure to its values, shape (1 + options, worlds, seeds).
        question: says the goal and the limits.
    """

    def change(name: str) -> Values:
        paired = values[name][1:] - values[name][0]
        return np.nan_to_num(mean_of_present(paired, axis=2))

    goal = question.goal
    gains = change(goal.name) * (1.0 if goal.better == "higher" else -1.0)
    beyond = [limit.beyond(change(limit.measure)) for limit in question.limits]
    return Lived(gains, np.array(beyond) if beyond else np.zeros((0, *gains.shape)))


def _which_binds(question: Asked, lived: Lived, options: Sequence[Option]) -> str:
    """Say which limit of harm excludes what, and what would be near it."""
    lines = []
    for limit, beyond in zip(question.limits, np.median(lived.beyond, axis=2), strict=True):
        excluded = int((beyond > 1e-12).sum())
        if not excluded:
            continue
        near = int(beyond.argmin())
        change = limit.bound - beyond[near] if limit.downwards else limit.bound + beyond[near]
        lines.append(
            f"--no-harm: found {limit}, which excludes {excluded} of the {len(beyond)} sets that "
            f"are left; allowed: {limit.measure}:{_rounded_out(change, limit)}, which "
            f"{options[near].name} keeps, or no limit"
        )
    return "\n".join(lines)


def _rounded_out(change: float, limit: Limit) -> str:
    """Return a change as a bound that holds, to a tenth."""
    tenth = math.floor(10 * change) if limit.downwards else math.ceil(10 * change)
    return f"{tenth / 10:g}"
