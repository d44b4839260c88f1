"""Shapley's value: what each of several parts adds, averaged over the orders of adding them."""

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


def shapley(worth: Callable[[frozenset[int]], Values], count: int) -> Values:
    """Return each player's Shapley value, from what every set of players is worth.

    Args:
        worth: of a set of players, an array by world.
        count: players.

    Returns:
        Values, shape (players, worlds); they add up to worth(all) - worth(none).

    >>> values = shapley(lambda s: np.array([10.0 * (len(s) == 2) + (0 in s)]), 2)
    >>> values[:, 0].tolist()
    [6.0, 5.0]
    """
    none = worth(frozenset())
    values = np.zeros((count, *none.shape))
    for size in range(count):
        weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        for chosen in itertools.combinations(range(count), size):
            base = worth(frozenset(chosen))
            for player in set(range(count)) - set(chosen):
                values[player] += weight * (worth(frozenset({*chosen, player})) - base)
    return values


def shapley_by_orders(
    worth: Callable[[frozenset[int]], Values], orders: Sequence[Sequence[int]]
) -> tuple[Values, Values]:
    """Return Shapley values over some orders, and the standard error of their means over worlds.

    Args:
        worth: as for `shapley`.
        orders: permutations of the players.
    """
    added = []
    for order in orders:
        chosen: frozenset[int] = frozenset()
        before = worth(chosen)
        each = np.zeros((len(order), *before.shape))
        for player in order:
            chosen = chosen | {player}
            now = worth(chosen)
            each[player] = now - before
            before = now
        added.append(each)
    stack = np.array(added)
    means = stack.mean(axis=-1) if stack.ndim == 3 else stack
    return stack.mean(axis=0), means.std(axis=0, ddof=1) / math.sqrt(len(orders))


def orders_of(count: int, number: int, seed: int) -> list[list[int]]:
    """Return orders of players, each with its reverse: what one lets come late, the other early."""
    generator = np.random.default_rng(seed)
    drawn = [generator.permutation(count).tolist() for _ in range((number + 1) // 2)]
    return [order for one in drawn for order in (one, one[::-1])]
