"""A policy as tables: levers over time, the quantities they move, the teams they cover (ODD 7.2).

A lever comes in over weeks, as no practice changes in a day, and goes with its money; it moves a
quantity by adding, by a factor, or as a bound. What each does to which quantity, and on what
evidence, are rows of `colsim/data/levers.toml`: the kernels know numbers of levers and no name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.core.layout import Records
from colsim.core.quantities import MODES, QUANTITY_INDEX

NEVER = 1 << 40

LEVER_DTYPE = np.dtype(
    [("start", "i8"), ("ramp", "i8"), ("end", "i8"), ("strength", "f8"), ("reach", "f8")]
)
CHANNEL_DTYPE = np.dtype([("lever", "i8"), ("quantity", "i8"), ("amount", "f8"), ("mode", "i8")])


@dataclass(frozen=True, slots=True)
class LeverUse:
    """One lever as used: policy weeks, strength, channels, and the teams covered.

    `channels` holds (quantity, amount, mode); `covered` one truth value a team;
    `reach` is the share of the full effect that is ever reached.
    """

    strength: float
    channels: tuple[tuple[str, float, str], ...]
    covered: tuple[bool, ...]
    start: int = 0
    ramp: int = 1
    end: int | None = None
    reach: float = 1.0


@dataclass(frozen=True, slots=True)
class LeverTable:
    """Levers, channels, and `covered` of shape (levers, teams)."""

    levers: Records
    channels: Records
    covered: npt.NDArray[np.bool_]


def lever_table(uses: Sequence[LeverUse], *, teams: int) -> LeverTable:
    """Return the tables that the kernels read.

    Raises:
        KeyError: if a channel names an unknown quantity or mode.
        ValueError: if a lever does not say for every team whether it is covered.
    """
    levers = np.zeros(len(uses), LEVER_DTYPE)
    covered = np.zeros((len(uses), teams), np.bool_)
    channels = []
    for k, use in enumerate(uses):
        if len(use.covered) != teams:
            raise ValueError(f"lever {k} covers {len(use.covered)} teams of {teams}")
        end = NEVER if use.end is None else use.end
        levers[k] = (use.start, use.ramp, end, use.strength, use.reach)
        covered[k] = use.covered
        channels += [
            (k, QUANTITY_INDEX[q], amount, MODES[mode]) for q, amount, mode in use.channels
        ]
    return LeverTable(levers, np.array(channels, CHANNEL_DTYPE), covered)
