"""The named quantities through which a policy acts; mechanisms read these and never a lever.

Each team has its own value of every quantity in every week. A quantity is something that can be
told of a team whether or not there is a policy (days at a shared site, a share of cases discussed),
so that two policies that do the same have the same effect, and any two can be combined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from colsim.core.names import Mode
from colsim.data.rows import load


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value that levers move: a row of the table `quantities`."""

    name: str
    base: float
    """Its value where no lever acts."""
    low: float
    high: float
    unit: str
    description: str

    PAIRS: ClassVar[Mapping[str, tuple[str, str]]] = {"range": ("low", "high")}

    def __post_init__(self) -> None:
        """Refuse what says nothing, or begins out of its range."""
        if not self.low <= self.base <= self.high:
            raise ValueError(f"base {self.base:g} lies outside of its range")
        if not (self.unit.strip() and self.description.strip()):
            raise ValueError("no unit or no description")


QUANTITIES: dict[str, Quantity] = load(Quantity, "quantities")
QUANTITY_INDEX: dict[str, int] = {name: k for k, name in enumerate(QUANTITIES)}
QUANTITY_DTYPE = np.dtype([(name, np.float64) for name in QUANTITIES])
QUANTITY_BOUNDS = np.array([(q.base, q.low, q.high) for q in QUANTITIES.values()], dtype=np.float64)
"""Shape (quantities, columns), columns as in `Bound`."""

MODES: dict[str, int] = {mode.name.lower(): int(mode) for mode in Mode}
