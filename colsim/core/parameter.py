"""What a parameter is: a number that says what it means, in which unit, and on what evidence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from colsim.data.evidence import MARKS as MARKS

KINDS = {
    "input": "what an authority decides or counts on the way in; never drawn",
    "uncertainty": "a range that worlds are drawn from",
    "form": "which of several forms a mechanism has; worlds draw one by its weight",
    "constant": "one value for all worlds",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a form, or another parameter of few values, may take."""

    value: float
    name: str
    """What a scenario may write in the value's place."""
    weight: float
    """Chance that a world draws it; the weights of a parameter add to 1."""
    source: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model: a row of the table `parameters`.

    Raises:
        ValueError: if the unit, mark, source or description is missing, or
            default, plausible range and permitted bounds are out of order.
    """

    name: str
    default: float
    low: float
    """Lower end of the plausible range, from which worlds are drawn."""
    high: float
    """Upper end of the plausible range."""
    minimum: float
    """Lowest value that a scenario may set."""
    maximum: float
    """Highest value that a scenario may set."""
    unit: str
    mark: str
    """Evidence mark, a key of `MARKS`."""
    group: str
    description: str
    source: str
    kind: str = ""
    """A key of `KINDS`; empty: an uncertainty if it has a range or choices, else a constant."""
    logarithmic: bool = False
    """Drawn evenly on a logarithmic scale, with the default as the median."""
    atom: tuple[float, float] | None = None
    """A value that worlds hold exactly, and their share: (value, weight)."""
    choices: tuple[Choice, ...] = ()
    """The values allowed, if they are few."""

    PAIRS: ClassVar[Mapping[str, tuple[str, str]]] = {
        "plausible": ("low", "high"),
        "allowed": ("minimum", "maximum"),
    }
    """Keys of the table that set two fields at once."""

    def __post_init__(self) -> None:
        """Refuse a number that does not say what it is or where it comes from."""
        where = f"parameter {self.name!r}"
        for field in ("unit", "group", "description", "source"):
            if not getattr(self, field).strip():
                raise ValueError(f"{where} has no {field}")
        if self.mark not in MARKS:
            raise ValueError(f"{where} has evidence mark {self.mark!r}, not one of {list(MARKS)}")
        if not all(math.isfinite(x) for x in (self.default, self.low, self.high)):
            raise ValueError(f"{where} has a default or range that is not finite")
        if not self.minimum <= self.low <= self.default <= self.high <= self.maximum:
            raise ValueError(f"{where}: minimum <= low <= default <= high <= maximum does not hold")
        if not self.kind:
            drawn = self.low < self.high or bool(self.choices)
            object.__setattr__(self, "kind", "uncertainty" if drawn else "constant")
        if self.kind not in KINDS:
            raise ValueError(f"{where} is of kind {self.kind!r}, not one of {list(KINDS)}")
        if self.kind == "form" and not self.choices:
            raise ValueError(f"{where} is a form without choices")
        if self.logarithmic and self.low <= 0.0:
            raise ValueError(f"{where} is logarithmic and reaches down to {self.low}")
        if self.atom is not None and not 0.0 < self.atom[1] < 1.0:
            raise ValueError(f"{where} has an atom of weight {self.atom[1]}, not between 0 and 1")
        if self.choices:
            self._check_choices(where)

    def _check_choices(self, where: str) -> None:
        values = [choice.value for choice in self.choices]
        if len(set(values)) < len(values) or len({c.name for c in self.choices}) < len(values):
            raise ValueError(f"{where} has two choices of one value or name")
        if self.default not in values:
            raise ValueError(f"{where} has default {self.default}, which is none of {values}")
        if (self.low, self.high) != (min(values), max(values)):
            raise ValueError(f"{where}: low and high are not the least and the greatest choice")
        if any(choice.weight < 0.0 for choice in self.choices):
            raise ValueError(f"{where} has a choice of negative weight")
        total = math.fsum(choice.weight for choice in self.choices)
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"{where} has weights that add to {total:g}, not 1")
        if not all(choice.source.strip() for choice in self.choices):
            raise ValueError(f"{where} has a choice without a source")

    @property
    def uncertain(self) -> bool:
        """Whether worlds differ in this parameter."""
        return self.kind in ("uncertainty", "form")

    def at(self, u: float) -> float:
        """Return the value at quantile u in [0, 1] of the plausible range.

        Half of the worlds lie below the default and half above, evenly spread on
        either side, so that the default is the median; an atom comes first, choices
        take turns by their weights.
        """
        if self.choices:
            reached = 0.0
            for choice in self.choices:
                reached += choice.weight
                if u < reached:
                    return choice.value
            return self.choices[-1].value
        if self.atom is not None:
            value, weight = self.atom
            if u < weight:
                return value
            u = (u - weight) / (1.0 - weight)
        near, far, share = (
            (self.low, self.default, 2.0 * u)
            if u < 0.5
            else (self.default, self.high, 2.0 * u - 1.0)
        )
        if self.logarithmic:
            return near * (far / near) ** share
        return near + (far - near) * share
