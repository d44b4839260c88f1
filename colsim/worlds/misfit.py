"""Which levels stand in each other's way, and which no world comes near."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from colsim.scenario.levels import Level
from colsim.worlds.lives import BEYOND, TargetLevels, Values

RARE = 0.01
"""Share of draws below which a level, or a pair, is named as hard to meet."""
_EXPECTED = 10.0
"""Draws that a pair should meet, did its levels not touch each other, before it is judged."""


@dataclass(frozen=True, slots=True)
class Near:
    """The draw that came nearest to some levels."""

    levels: tuple[str, ...]
    targets: tuple[float, ...]
    values: tuple[float, ...]
    share: float
    """Share of draws that met them."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What draws from the box show of each level, alone and in pairs."""

    alone: tuple[float, ...]
    """Share of draws within three standard deviations, by level."""
    unmet: tuple[Near, ...]
    """Levels that hardly any draw meets."""
    pairs: tuple[Near, ...]
    """Pairs of levels that draws meet one by one and hardly ever together."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    def words(self) -> list[str]:
        """Return what stands in the way, in sentences."""
        lines = []
        for one in self.unmet:
            often = "no draw meets" if one.share == 0 else f"{one.share:.1%} of draws meet"
            lines.append(
                f"{often[0].upper()}{often[1:]} {one.levels[0]} = {one.targets[0]:.3g}: the "
                f"nearest shows {one.values[0]:.3g}."
            )
        for one in self.pairs:
            wish = " with ".join(
                f"{n} = {t:.3g}" for n, t in zip(one.levels, one.targets, strict=True)
            )
            near = " with ".join(f"{value:.3g}" for value in one.values)
            often = "none" if one.share == 0 else f"{one.share:.1%} of them"
            lines.append(
                f"These contradict each other in the model: {wish}. Draws meet either; "
                f"{often} meet both. The nearest shows {near}."
            )
        return lines


def misfit_of(targets: TargetLevels, box: Values) -> Misfit:
    """Return which levels, and which pairs, draws from the box hardly meet.

    Args:
        targets: the levels.
        box: levels of draws, one life each, shape (draws, levels).
    """
    far = targets.implausibility(box, 1)
    met = far < BEYOND
    alone = met.mean(axis=0)
    levels = targets.levels
    unmet = tuple(
        _near(levels, [k], box, far, float(alone[k])) for k in np.flatnonzero(alone < RARE).tolist()
    )
    pairs = []
    for j in range(len(levels)):
        for k in range(j + 1, len(levels)):
            if min(alone[j], alone[k]) < RARE or alone[j] * alone[k] * len(box) < _EXPECTED:
                continue
            both = float((met[:, j] & met[:, k]).mean())
            if both < min(RARE, alone[j] * alone[k] / 10.0):
                pairs.append(_near(levels, [j, k], box, far, both))
    return Misfit(tuple(map(float, alone)), unmet, tuple(pairs))


def _near(
    levels: Sequence[Level], chosen: Sequence[int], box: Values, far: Values, share: float
) -> Near:
    nearest = int(np.argmin(far[:, list(chosen)].max(axis=1)))
    return Near(
        tuple(levels[k].measure for k in chosen),
        tuple(levels[k].value for k in chosen),
        tuple(float(box[nearest, k]) for k in chosen),
        share,
    )
