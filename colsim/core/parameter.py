"""What a parameter is: a number that says what it means, in which unit, and on what evidence."""

import math
from dataclasses import dataclass

MARKS = {
    "S": "seen in a primary source",
    "s": "seen in a secondary source",
    "C": "calculated from sourced figures",
    "J": "judgement: an assumption",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model.

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

    @property
    def uncertain(self) -> bool:
        """Whether worlds differ in this parameter."""
        return self.low < self.high

    def at(self, u: float) -> float:
        """Return the value at quantile u in [0, 1] of the plausible range.

        Half of the worlds lie below the default and half above, evenly spread on
        either side, so that the default is the median.
        """
        if u < 0.5:
            return self.low + (self.default - self.low) * (2.0 * u)
        return self.default + (self.high - self.default) * (2.0 * u - 1.0)
