"""The rules of `rules.md` as arrays: NumPy alone."""

import numpy as np


def run(practitioners: int, weeks: int, seed: int = 1) -> float:
    """Return the mean trust after so many weeks."""
    rng = np.random.default_rng(seed)
    team = np.arange(practitioners) // 8
    is_mhsw = team % 6 == 5
    size = np.bincount(team)
    narrative = np.zeros(practitioners)
    edges = practitioners * 3 // 4
    csw = rng.choice(np.flatnonzero(~is_mhsw), edges)
    mhsw = rng.choice(np.flatnonzero(is_mhsw), edges)
    trust, familiarity = np.full(edges, 0.5), np.zeros(edges)
    kept = np.zeros((weeks, 2))
    for week in range(weeks):
        chance = 1 / (1 + np.exp(-(-2.5 + 1.2 * trust + 1.2 * familiarity)))
        (met,) = np.nonzero(rng.random(edges) < chance)
        good = rng.random(len(met)) < 0.3 + 0.6 * trust[met]
        trust[met] += np.where(good, 0.1, 0.15) * (good - trust[met])
        familiarity[met] += 0.1 * (1 - familiarity[met])
        sign, step = np.where(good, 1.0, -1.0), np.where(good, 0.05, 0.075)
        for end in (csw, mhsw):  # who has several contacts in a week feels the sum of them
            moved = np.bincount(end[met], step * (sign - narrative[end[met]]), practitioners)
            narrative = np.clip(narrative + moved, -1, 1)
        mean = np.bincount(team, narrative) / size
        narrative = 0.99 * (narrative + 0.05 * (mean[team] - narrative))
        familiarity *= 0.99
        kept[week] = trust.mean(), narrative.mean()
    return float(kept[-1, 0])
