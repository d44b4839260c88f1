"""What it would be worth to know more: expected values of information, without new runs.

The utility of each option in the worlds that were lived is regressed on what is uncertain (Strong,
Oakley & Brennan 2014, Medical Decision Making 34:311): the fit is what one would expect of the
option, did one know that input. The *expected value of partial perfect information* (EVPPI) is the
mean over worlds of the best fit, less the best mean: what is gained by choosing with the input
known. It is too high where columns are many for the worlds, so fits are drawn towards the mean by
ridge regression, as far as worlds that were left out say; and what shuffled worlds reach is the
floor below which a value counts as none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
_RIDGES = (1e-6, 0.1, 1.0, 10.0, 100.0, 1000.0)
"""Penalties that are tried beside the mean alone; what predicts left-out worlds best is taken."""
_SHUFFLES = 40
SURE = 0.95
_FEW = 5
"""Different values up to which an input is one of classes."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What knowing an input, or a group of inputs, would be worth."""

    name: str
    value: float
    """EVPPI, in the unit of utility."""
    floor: float
    """What the largest of its kind reaches in 1 of 20 shuffles of the worlds."""

    @property
    def clear(self) -> bool:
        """Whether it is more than chance."""
        return self.value > self.floor


def evpi(utilities: Values) -> float:
    """Return the expected value of perfect information.

    Args:
        utilities: of each option in each world, shape (options, worlds). Chance in them counts as
            if it could be known too: see `evpi_without_chance`.
    """
    return float(utilities.max(axis=0).mean() - utilities.mean(axis=1).max())


def evpi_without_chance(lives: Values) -> float:
    """Return a value of perfect information that no chance of single lives is in; at least 0.

    The best option of a world is chosen by one of its lives and judged by the others: too low
    rather than too high.

    Args:
        lives: utilities, shape (options, worlds, lives), two lives or more.
    """
    _, worlds, count = lives.shape
    gained = 0.0
    for k in range(count):
        others = np.delete(lives, k, axis=2).mean(axis=2)
        gained += float(others[lives[:, :, k].argmax(axis=0), np.arange(worlds)].mean())
    best = float(lives.mean(axis=(1, 2)).max())
    return float(max(0.0, gained / count - best))


def regret(utilities: Values) -> Values:
    """Return the expected regret of each option: what is lost on the best of each world."""
    return np.asarray((utilities.max(axis=0) - utilities).mean(axis=1))


def basis(values: Values, degree: int = 2) -> Values:
    """Return what utilities are regressed on for one input, shape (worlds, columns).

    Args:
        values: of the input in each world. Few different values are classes, a column each but
            the first; else powers of the value, within -1 and 1.
        degree: the highest power.
    """
    levels = np.unique(values)
    if len(levels) <= _FEW:
        classes = [(values == one).astype(np.float64) for one in levels[1:]]
        return np.stack(classes, axis=1) if classes else np.zeros((len(values), 0))
    x = 2.0 * (values - levels[0]) / (levels[-1] - levels[0]) - 1.0
    return np.polynomial.legendre.legvander(x, degree)[:, 1:]


class Regression:
    """Ridge regression on fixed columns, for many options and shuffles at a time."""

    def __init__(self, columns: Values) -> None:
        """Take columns, shape (worlds, columns); constant ones count for nothing."""
        self.worlds = len(columns)
        x = columns - columns.mean(axis=0)
        scale = x.std(axis=0)
        x = x[:, scale > 1e-12] / scale[scale > 1e-12]
        self.u, self.s, _ = np.linalg.svd(x, full_matrices=False)
        sound = self.s > 1e-9 * max(1.0, float(self.s.max(initial=0.0)))
        self.u, self.s = self.u[:, sound], self.s[sound]

    def fit(self, y: Values) -> Values:
        """Return fitted values of each row of y, shape (rows, worlds)."""
        middle = y.mean(axis=1, keepdims=True)
        apart = y - middle
        best = np.broadcast_to(middle, y.shape).copy()
        error = ((apart * self.worlds / (self.worlds - 1)) ** 2).sum(axis=1)
        along = apart @ self.u
        for ridge in _RIDGES:
            weight = self.s**2 / (self.s**2 + ridge)
            fitted = (along * weight) @ self.u.T
            left = 1.0 - 1.0 / self.worlds - (self.u**2) @ weight
            if (left <= 1e-9).any():
                continue  # as many columns as worlds: nothing is left out
            out = (((apart - fitted) / left) ** 2).sum(axis=1)
            better = out < error
            best[better] = (fitted + middle)[better]
            error = np.where(better, out, error)
        return best


def evppi(utilities: Values, columns: Values) -> float:
    """Return the expected value of knowing the inputs in `columns`; at least 0.

    Args:
        utilities: shape (options, worlds).
        columns: from `basis`, of one input or several side by side, shape (worlds, columns).
    """
    return _value(Regression(columns).fit(utilities))


def _value(fitted: Values) -> float:
    return max(0.0, float(fitted.max(axis=0).mean() - fitted.mean(axis=1).max()))


def worths(utilities: Values, inputs: Mapping[str, Values], *, seed: int = 1) -> list[Worth]:
    """Return what knowing each input would be worth, most first; all have one floor.

    Args:
        utilities: shape (options, worlds).
        inputs: name -> columns from `basis`, shape (worlds, columns).
        seed: of the shuffles.
    """
    options, worlds = utilities.shape
    chance = np.random.default_rng(seed)
    orders = [chance.permutation(worlds) for _ in range(_SHUFFLES)]
    shuffled = np.concatenate([utilities[:, order] for order in orders])
    found, reached = {}, np.zeros(_SHUFFLES)
    for name, columns in inputs.items():
        if columns.shape[1] == 0:
            continue
        regression = Regression(columns)
        found[name] = _value(regression.fit(utilities))
        fitted = regression.fit(shuffled).reshape(_SHUFFLES, options, worlds)
        by_chance = fitted.max(axis=1).mean(axis=1) - fitted.mean(axis=2).max(axis=1)
        reached = np.maximum(reached, by_chance)
    floor = float(np.quantile(reached, SURE))
    return sorted((Worth(n, v, floor) for n, v in found.items()), key=lambda one: -one.value)


def envelope(gains: Sequence[float], pounds: Sequence[float]) -> list[tuple[float, int]]:
    """Return which option is best on average at which worth: (from pounds a unit, option).

    An option's utility is its gain less its pounds over the worth of a unit; the first entry
    begins at 0, where the cheapest is best.

    Args:
        gains: mean gain of each option.
        pounds: what it costs.

    >>> envelope([0.0, 2.0, 5.0], [0.0, 10.0, 40.0])
    [(0.0, 0), (5.0, 1), (10.0, 2)]
    """
    current = min(range(len(gains)), key=lambda k: (pounds[k], -gains[k]))
    steps, worth = [(0.0, current)], 0.0
    while True:
        more = [
            ((pounds[k] - pounds[current]) / (gains[k] - gains[current]), -gains[k], k)
            for k in range(len(gains))
            if gains[k] > gains[current]
        ]
        if not more:
            return steps
        worth, _, current = min(more)
        steps.append((max(worth, 0.0), current))
