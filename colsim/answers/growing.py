"""Large sets of policies, built from small ones by adding one policy at a time to the best.

Where there are more sets within the budget than can be lived, this looks at a small part of them
(forward selection that keeps several sets of each size): what does good only together with others
may be missed, and the answer says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from colsim.answers.options import Option, Options
from colsim.answers.search import Lived, best_of

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
