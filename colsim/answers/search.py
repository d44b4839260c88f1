"""Find the few options worth judging: all are lived where that is little, else halved in rounds.

All options live in the same worlds with the same chance (common random numbers), so that worlds
that are kind to all do not decide. Halving: each round adds worlds and keeps the better half
(successive halving, Karnin, Koren & Somekh 2013; Jamieson & Talwalkar 2016). The worlds that chose
the finalists are not those that judge them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from colsim.answers.options import Option, Options
from colsim.answers.verdict import regrets_of, undominated

Values = npt.NDArray[np.float64]
FINALISTS = 8
"""Best by mean that are judged in fresh worlds."""
BESIDE = 2
"""Best by worst worlds, and by regret, that are judged too."""
FIRST_WORLDS = 5
"""Worlds of the first round of halving."""
MOST_LIVES = 6_000
"""Options times worlds up to which all are lived."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What options did in some worlds."""

    gains: Values
    """Shape (options, worlds), better upwards."""
    beyond: Values
    """How far each option is beyond each limit of harm in each world (above 0: too far), shape
    (limits, options, worlds)."""

    def beside(self, more: "Lived") -> "Lived":
        """Return the same options with further worlds."""
        return Lived(
            np.concatenate([self.gains, more.gains], axis=1),
            np.concatenate([self.beyond, more.beyond], axis=2),
        )

    def only(self, options: Sequence[int]) -> "Lived":
        """Return some of the options, by their place."""
        return Lived(self.gains[options], self.beyond[:, options])

    @property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Which options are within every limit in the median world."""
        if not len(self.beyond):
            return np.ones(len(self.gains), dtype=bool)
        return np.asarray((np.median(self.beyond, axis=2) <= 1e-12).all(axis=0))


Response = Callable[[Sequence[int], int, int], Lived]
"""Lives options (by number) in the worlds from one number to before another."""


@dataclass(frozen=True, slots=True)
class Screened:
    """What the search saw."""

    lived: Lived
    """Of the options of the last round, all worlds."""
    options: tuple[int, ...]
    """Which options these are."""
    finalists: tuple[int, ...]
    lives: int
    """Options times worlds that were lived."""
    rounds: int
    """1: every option was lived in every world."""


def search(
    response: Response,
    costs: Sequence[float],
    *,
    worlds: int,
    finalists: int = FINALISTS,
    most_lives: int = MOST_LIVES,
) -> Screened:
    """Return the options that are worth judging.

    Args:
        response: lives options in worlds.
        costs: of each option; what is best for its cost is a finalist too.
        worlds: in which the last round is lived.
        finalists: best by mean to keep.
        most_lives: options times worlds up to which all are lived.
    """
    alive = list(range(len(costs)))
    enumerate_all = len(costs) * worlds <= most_lives
    reach = worlds if enumerate_all else min(worlds, FIRST_WORLDS)
    lived = response(alive, 0, reach)
    lives, rounds = len(alive) * reach, 1
    while reach < worlds:
        kept = best_of(lived, max(2 * finalists, -(-len(alive) // 2)))
        more = min(worlds, 2 * reach) if len(kept) > 2 * finalists else worlds
        alive = [alive[k] for k in kept]
        lived = lived.only(kept).beside(response(alive, reach, more))
        lives += len(alive) * (more - reach)
        reach, rounds = more, rounds + 1
    short = _shortlist(lived, [costs[k] for k in alive], finalists)
    return Screened(lived, tuple(alive), tuple(alive[k] for k in short), lives, rounds)


def best_of(lived: Lived, count: int) -> list[int]:
    """Return the best by mean, those within the limits first, in the order of the options."""
    means = lived.gains.mean(axis=1)
    order = sorted(range(len(means)), key=lambda k: (not lived.allowed[k], -means[k]))
    return sorted(order[:count])


def _shortlist(lived: Lived, costs: Sequence[float], count: int) -> list[int]:
    """Return finalists: the best by mean, by their worst worlds, by regret, and for their cost."""
    allowed = [k for k in range(len(costs)) if lived.allowed[k]]
    if not allowed:
        return []
    within = lived.only(allowed)
    means = within.gains.mean(axis=1)
    worst = np.quantile(within.gains, 0.1, axis=1)
    regret = np.quantile(regrets_of(within.gains), 0.9, axis=1)
    chosen = [int(k) for k in np.argsort(-means, kind="stable")[:count]]
    chosen += [int(k) for k in np.argsort(-worst, kind="stable")[:BESIDE]]
    chosen += [int(k) for k in np.argsort(regret, kind="stable")[:BESIDE]]
    frontier = undominated([costs[k] for k in allowed], [float(m) for m in means])
    chosen += [k for k in frontier[-count:] if means[k] > 0]
    return sorted({allowed[k] for k in chosen})


KEPT = 4
"""Best sets of each size that are extended."""
MOST_ADDED = 100
"""Policies at a strength, the best alone first, by which sets are extended."""


def grown(
    options: Options, lives: Callable[[Sequence[Option]], Lived], *, pick: int, budget: float
) -> Options:
    """Return options with the best larger sets that were found.

    Sets are extended up to `pick` policies, as long as the best of a size gains more than the best
    of the size before.

    Args:
        options: all small sets within the budget.
        lives: lives sets in a few worlds, the same each time.
        pick: most policies of a set.
        budget: pounds in any year.
    """
    known = list(options.affordable)
    lived = lives(known)
    singles = [k for k, one in enumerate(known) if len(one.members) == 1]
    largest = [k for k, one in enumerate(known) if len(one.members) == options.start]
    adding = [known[singles[k]] for k in best_of(lived.only(singles), MOST_ADDED)]
    best, gain = _best(known, lived, largest or singles)
    looked_at, found = 0, []
    for _ in range(options.start, pick):
        larger = {
            one.name: one
            for chosen in best
            for single in adding
            if (one := options.with_one_more(chosen, single, budget)) is not None
        }
        if not larger:
            break
        candidates = list(larger.values())
        looked_at += len(candidates)
        before = gain
        best, gain = _best(candidates, lives(candidates), range(len(candidates)))
        found += best
        if gain <= before:
            break
    return replace(options, affordable=(*known, *found), grown=looked_at)


def _best(sets: Sequence[Option], lived: Lived, among: Sequence[int]) -> tuple[list[Option], float]:
    """Return the best of some sets, and what the first of them gains that does no harm."""
    among = list(among)
    some = lived.only(among)
    places = best_of(some, KEPT)
    allowed = [k for k in places if some.allowed[k]]
    gains = some.gains.mean(axis=1)[allowed or places]
    return [sets[among[k]] for k in places], float(np.max(gains))


def not_looked_at(options: Options, pick: int) -> list[str]:
    """Say that larger sets were built from the best, where not all could be looked at."""
    if options.whole:
        return []
    return [
        f"Not all sets were looked at: there are {options.formed:,} of at most {pick} policies, "
        "and more of them are within the budget than can be lived. All sets of at most "
        f"{options.start} were; from the best of them larger ones were built by one policy at a "
        f"time, as long as that gained more ({options.grown:,} sets). What does good only with "
        "several others may have been missed."
    ]
