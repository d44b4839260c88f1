"""How options stand against each other in the same worlds: gain, regret, sureness.

All functions take gains over today, better upwards, by option and world. Today itself, with a gain
of nothing, is always among what could be done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.comparison.against import more_worlds, told_apart
from colsim.experiments.difference import over_worlds

Values = npt.NDArray[np.float64]
FEWEST = 5
"""Worlds that a form must have to be judged by."""
_DRAWS = 4_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How one option does."""

    mean: float
    """Mean gain over worlds."""
    median: float
    low: float
    """5 % quantile over worlds."""
    high: float
    best_in: float
    """Share of worlds in which no other option gains more; a tie is shared out."""
    chance: float
    """Probability that its mean gain is the highest, given the runs."""
    regret: float
    """Mean over worlds of what the best option there gains more."""
    worst_regret: float
    """The same in the form of the model in which it is largest."""
    worst_regret_form: str
    worst_gain: float
    """Mean gain in the form of the model in which it is least."""
    worst_gain_form: str


@dataclass(frozen=True, slots=True)
class Rival:
    """An option that the runs do not tell from the best by mean."""

    option: int
    more_worlds: int | None
    """Worlds that would be needed beside those lived; None: no number would do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the runs say of all options."""

    standings: tuple[Standing, ...]
    ranking: tuple[int, ...]
    """Options by mean gain, the best first."""
    by_mean: int
    by_worst_form: int
    by_regret: int
    """The option whose regret is least in the form in which it is largest."""
    rivals: tuple[Rival, ...]
    """Of the first in the ranking."""
    better_than_today: bool
    """Whether the first gains anything that the runs tell from nothing."""

    @property
    def winner(self) -> int | None:
        """The best by mean, if the runs tell it from every other and from today."""
        return None if self.rivals or not self.better_than_today else self.by_mean


def judged(gains: Values, forms: Mapping[str, Sequence[str]]) -> Verdict:
    """Judge options.

    Args:
        gains: shape (options, worlds).
        forms: form of the model to its value in each world.
    """
    means = gains.mean(axis=1)
    regrets = regrets_of(gains)
    groups = _groups(forms, gains.shape[1])
    chances = chance_of_best(gains)
    shares = best_in(gains)
    standings = []
    for k, gain in enumerate(gains):
        low, median, high = over_worlds(gain)
        at_worst = max(groups, key=lambda name: float(regrets[k, groups[name]].mean()))
        at_least = min(groups, key=lambda name: float(gains[k, groups[name]].mean()))
        standings.append(
            Standing(
                float(means[k]),
                median,
                low,
                high,
                float(shares[k]),
                float(chances[k]),
                float(regrets[k].mean()),
                float(regrets[k, groups[at_worst]].mean()),
                at_worst,
                float(gain[groups[at_least]].mean()),
                at_least,
            )
        )
    ranking = tuple(int(k) for k in np.argsort(-means, kind="stable"))
    return Verdict(
        tuple(standings),
        ranking,
        ranking[0],
        max(ranking, key=lambda k: standings[k].worst_gain),
        min(ranking, key=lambda k: standings[k].worst_regret),
        tuple(_rivals(gains, ranking)),
        told_apart(gains[ranking[0]], 1),
    )


def _groups(forms: Mapping[str, Sequence[str]], worlds: int) -> dict[str, npt.NDArray[np.intp]]:
    """Return the worlds of each form that has enough of them; all of them if none has."""
    groups = {}
    for form, values in forms.items():
        for value in dict.fromkeys(values):
            where = np.flatnonzero([one == value for one in values])
            if FEWEST <= len(where) < worlds:
                groups[f"{form}: {value}"] = where
    return groups or {"all worlds": np.arange(worlds)}


def regrets_of(gains: Values) -> Values:
    """Return what the best option of each world, today among them, gains more than each.

    >>> regrets_of(np.array([[1.0, -2.0], [3.0, -1.0]])).tolist()
    [[2.0, 2.0], [0.0, 1.0]]
    """
    return np.asarray(np.maximum(gains.max(axis=0), 0.0) - gains)


def best_in(gains: Values) -> Values:
    """Return the share of worlds in which each option is the best; ties are shared out.

    >>> best_in(np.array([[1.0, 0.0], [1.0, 2.0]])).tolist()
    [0.25, 0.75]
    """
    first = gains == gains.max(axis=0)
    return np.asarray((first / first.sum(axis=0)).mean(axis=1))


def chance_of_best(gains: Values) -> Values:
    """Return the probability that each option has the highest mean gain over all worlds.

    The options' true means are taken to lie around a common one, as far apart as the runs say
    beyond their computing error: where that is no more than chance, all options are alike. What
    they share, as they are lived in the same worlds, does not count against telling them apart.
    """
    options, worlds = gains.shape
    even = np.full(options, 1.0 / options)
    if options == 1 or worlds < 2:
        return even
    means = gains.mean(axis=1)
    error = np.atleast_2d(np.cov(gains)) / worlds
    alone = error.trace() / options
    shared = (error.sum() - error.trace()) / (options * (options - 1))
    apart = float(means.var(ddof=1) - (alone - shared))
    if apart <= 1e-12:
        return even
    weight = apart * np.linalg.pinv(error + apart * np.eye(options))
    centre = means.mean() + weight @ (means - means.mean())
    spread = apart * (np.eye(options) - weight)
    rng = np.random.default_rng(1)  # the same runs give the same answer
    values, vectors = np.linalg.eigh((spread + spread.T) / 2.0)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn = centre + rng.standard_normal((_DRAWS, options)) @ root.T
    return np.bincount(drawn.argmax(axis=1), minlength=options) / _DRAWS


def _rivals(gains: Values, ranking: Sequence[int]) -> list[Rival]:
    """Return what is not told from the first, each with the worlds that it would take."""
    first, *others = ranking
    found = []
    for other in others:
        ahead = gains[first] - gains[other]
        if not told_apart(ahead, len(others)):
            found.append(Rival(other, more_worlds(ahead, len(others))))
    return found


def undominated(costs: Sequence[float], gains: Sequence[float]) -> list[int]:
    """Return the options that nothing beats at the same cost or less, the cheapest first.

    >>> undominated([10.0, 20.0, 20.0, 30.0], [1.0, 3.0, 2.0, 2.5])
    [0, 1]
    """
    found: list[int] = []
    for k in sorted(range(len(costs)), key=lambda k: (costs[k], -gains[k])):
        if not found or gains[k] > gains[found[-1]]:
            found.append(k)
    return found
