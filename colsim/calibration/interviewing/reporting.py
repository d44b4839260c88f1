"""From what was voiced to what stands in a table of themes.

Themes that were made out of the same interviews are a selection: what nobody said became no
theme, and an author writes a theme down for a service the more readily the more of its people
voiced it. When k of n voiced it, it is reported of the service with the chance

    s(k) = (k / n)^a

and when all did, "all" is said with the chance q. Both are unknown and the same for all themes:
a is 0.5, 1 or 2, q is 0.5 or 0.8. Everything is taken given that the theme is in the list, that
is, reported of one service at least. Where it is known who said what, nothing is selected but
the list: a theme is in it if anybody voiced it. A codebook that was fixed before the interviews
selects nothing.

Selection that depends on the outcome is modelled as in meta-analysis (Vevea & Hedges 1995, weight
functions); a is not known from any source, so results are shown for each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from colsim.calibration.arrays import Values

Kind = Literal["report", "listed", "codebook"]
POWERS = (0.5, 1.0, 2.0)
ALLS = (0.5, 0.8)
ABSENT, SOME, ALL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a table came about of what was voiced."""

    kind: Kind = "codebook"
    """A report (all, some, absent); a list of what anybody voiced; or a codebook fixed before."""
    powers: tuple[float, ...] = (1.0,)
    """What a may be, equally likely; one value where nothing hangs on it."""
    alls: tuple[float, ...] = (1.0,)
    """What q may be, equally likely."""

    def shape(self) -> tuple[int, int]:
        """Return how many values a and q may have."""
        return len(self.powers), len(self.alls)

    def reported(self, n: int) -> Values:
        """Return s(k) of n asked, shape (powers, n + 1)."""
        share = np.arange(n + 1) / max(n, 1)
        if self.kind == "report":
            return np.stack([share**a for a in self.powers])
        return np.tile((share > 0).astype(np.float64), (len(self.powers), 1))

    def silent(self, n: int) -> Values:
        """Return the chance that a theme is not reported of a service, (powers, alls, n + 1)."""
        chance = 1.0 - self.reported(n)
        if self.kind == "codebook":
            chance = np.zeros_like(chance)
        return np.repeat(chance[:, None, :], len(self.alls), axis=1)

    def of_states(self, n: int) -> Values:
        """Return the chance of absent, some and all, by count: (3, powers, alls, n + 1)."""
        s = np.repeat(self.reported(n)[:, None, :], len(self.alls), axis=1)
        said = np.zeros_like(s)
        said[..., n] = np.array(self.alls)[None, :] * s[..., n]
        return np.stack([1.0 - s, s - said, said])

    def of_band(self, n: int, low: int, high: int, *, absent: bool) -> Values:
        """Return the chance of what a table says of a service, by count: (powers, alls, n + 1).

        Args:
            n: people asked.
            low: fewest who voiced it.
            high: most who voiced it.
            absent: the theme is in the list, and not reported of this service.
        """
        counts = np.arange(n + 1)
        band = np.broadcast_to((counts >= low) & (counts <= high), (*self.shape(), n + 1))
        if self.kind != "report" or high == 0:
            return band.astype(np.float64)
        states = self.of_states(n)
        if absent:
            return np.asarray(states[ABSENT])
        if low == n:
            return np.asarray(states[ALL])
        if low == 0:
            return np.ones((*self.shape(), n + 1))  # of whom it was said is not known
        return np.asarray(states[SOME] * band)


def thinned(chances: Values, mentions: Iterable[float]) -> Values:
    """Return chances by how many could speak, from chances by how many spoke.

    Args:
        chances: shape (..., n + 1), by how many spoke.
        mentions: chance that somebody who could speak does, by level.

    Returns:
        Shape (..., levels, n + 1).
    """
    from scipy.stats import binom

    n = chances.shape[-1] - 1
    could, spoke = np.arange(n + 1)[:, None], np.arange(n + 1)[None, :]
    matrix = np.stack([binom.pmf(spoke, could, m) for m in mentions])  # levels, could, spoke
    return np.asarray(np.einsum("...k,ljk->...lj", chances, matrix))
