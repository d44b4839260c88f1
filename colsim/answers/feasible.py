"""How many sets of parts there are, and which are within a budget: found by sums, without building.

What a set spends is taken for the sum of what its levers spend, a lever that two parts set alike
counted once. Partial sets that no further part can bring back within the budget are not followed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

Spending = tuple[float, ...]
"""Pounds in each year."""
Levers = Mapping[str, Spending]
"""What each lever of a part spends beyond today."""
Place = tuple[int, int]
"""A part: which policy, and which of its strengths."""

_SLACK = 0.01
"""Pounds by which a sum may be off: what is built is held against the budget to the pound."""
MOST_STEPS = 200_000
"""Partial sets that are looked at before it is given up to find all."""


def formed(sizes: Sequence[int], pick: int) -> int:
    """Return how many sets of at most `pick` policies there are, whatever they cost.

    Args:
        sizes: strengths of each policy.
        pick: most policies of a set.

    >>> formed([1, 1, 1], 2), formed([2, 2], 2), formed([1] * 25, 20)
    (6, 8, 33539155)
    """
    by_size = [1] + [0] * pick
    for strengths in sizes:
        for size in range(pick, 0, -1):
            by_size[size] += strengths * by_size[size - 1]
    return sum(by_size[1:])


def within(
    parts: Sequence[Sequence[Levers]],
    apart: Collection[frozenset[int]],
    *,
    pick: int,
    budget: float,
    most: int,
) -> tuple[list[tuple[Place, ...]], bool]:
    """Return sets within a budget, at most so many, and whether these are all.

    Args:
        parts: of each policy, at each of its strengths.
        apart: policies, alone or in pairs, that do not go together.
        pick: most policies of a set.
        budget: pounds in any year.
        most: sets after which it is enough.
    """
    found: list[tuple[Place, ...]] = []
    for steps, chosen in enumerate(_followed(parts, apart, pick=pick, budget=budget)):
        if steps >= MOST_STEPS or (len(found) >= most and chosen is not None):
            return found, False
        if chosen is not None:
            found.append(chosen)
    return found, True


def _followed(
    parts: Sequence[Sequence[Levers]],
    apart: Collection[frozenset[int]],
    *,
    pick: int,
    budget: float,
) -> Iterator[tuple[Place, ...] | None]:
    """Yield every set within the budget, and None for each partial set that is not one."""
    saved = _savings(parts)
    waiting: list[tuple[tuple[Place, ...], Levers]] = [((), {})]
    while waiting:
        chosen, levers = waiting.pop()
        policies = [policy for policy, _ in chosen]
        for policy in range(chosen[-1][0] + 1 if chosen else 0, len(parts)):
            if _clash(policy, policies, apart):
                continue
            for strength, part in enumerate(parts[policy]):
                together = {**levers, **part}
                spent = [sum(year) for year in zip(*together.values(), strict=True)]
                grown = (*chosen, (policy, strength))
                fits = all(pounds <= budget + _SLACK for pounds in spent)
                yield grown if fits else None
                least = (a + b for a, b in zip(spent, saved[policy + 1], strict=False))
                if len(grown) < pick and all(pounds <= budget + _SLACK for pounds in least):
                    waiting.append((grown, together))


def _savings(parts: Sequence[Sequence[Levers]]) -> list[list[float]]:
    """Return what the policies from each one on can save at most in each year, 0 or below."""
    years = max((len(s) for one in parts for part in one for s in part.values()), default=0)
    saved = [[0.0] * years]
    for one in reversed(parts):
        least = [
            min(0.0, *(sum(min(0.0, s[year]) for s in part.values()) for part in one))
            for year in range(years)
        ]
        saved.append([a + b for a, b in zip(saved[-1], least, strict=True)])
    return saved[::-1]


def _clash(policy: int, chosen: Sequence[int], apart: Collection[frozenset[int]]) -> bool:
    return frozenset({policy}) in apart or any(
        frozenset({policy, other}) in apart for other in chosen
    )
