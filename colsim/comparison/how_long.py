"""How long until a policy shows, where it peaks, and what is left after the money ends."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.comparison.against import told_apart
from colsim.comparison.compared import Compared
from colsim.core.measures import WINDOW, Measure
from colsim.experiments.difference import LIKELY
from colsim.experiments.observed import COMPARED
from colsim.reporting.words import amount, signed

AFTER = (26, 52, 104)
"""Weeks after the money ends at which is told what is left."""


@dataclass(frozen=True, slots=True)
class HowLong:
    """The course of one policy's gain in one measure."""

    scenario: str
    measure: str
    amount: float
    """Gain that is asked for, in the measure's unit."""
    from_week: int | None
    """First policy week in which at least 8 in 10 worlds gain that; None: not in the run."""
    to_week: int | None
    """Last such week; None: it holds at the end of the run, or there was none."""
    peak: float
    """Largest gain of the median world."""
    peak_week: int
    ends: int | None
    """Week in which the last of its levers ends, if all end within the run."""
    at_end: float | None
    """Gain of the median world when the money ends."""
    left: tuple[tuple[int, float], ...]
    """Weeks after that, and what the median world still gains."""
    trend: str
    """At the end of the run, against half a year before: rising, falling or level."""

    def __str__(self) -> str:
        """Return it in words."""
        about = COMPARED[self.measure]
        wanted = amount(self.amount, about)
        parts = [
            f"never within the run do 8 in 10 worlds gain {wanted}"
            if self.from_week is None
            else f"8 in 10 worlds gain {wanted} from week {self.from_week}"
            + ("" if self.to_week is None else f" to week {self.to_week}")
        ]
        parts.append(f"highest {signed(self.peak, about)} in week {self.peak_week}")
        if self.ends is not None and self.at_end is not None:
            left = ", ".join(f"{signed(gain, about)} {n} weeks later" for n, gain in self.left)
            parts.append(
                f"when the money ends in week {self.ends} {signed(self.at_end, about)}"
                + (f", of which is left {left}" if left else "")
            )
        if self.trend != "level":
            parts.append(f"still {self.trend} at the end of the run")
        return "; ".join(parts)


def how_long(result: Compared, scenario: str, measure: str, least: float | None = None) -> HowLong:
    """Return when a policy's gain comes, peaks and goes.

    Args:
        result: with the course of the measure.
        scenario: a policy.
        measure: one whose course is kept.
        least: gain that is asked for, in the measure's unit; what is no trifle unless given.

    Raises:
        KeyError: no such scenario, or no course of the measure.
    """
    if scenario not in result.names:
        raise KeyError(f"no scenario {scenario!r}; there are {', '.join(result.names)}")
    k, about = result.names.index(scenario), COMPARED[measure]
    gain = result.series[measure][k] - result.series[measure][0]
    gain = -gain if about.better == "lower" else gain
    wanted = about.trifle if least is None else least
    ends = result.money_ends(scenario)
    return course_of(scenario, about, gain, wanted, ends)


def course_of(
    scenario: str,
    measure: Measure,
    gain: npt.NDArray[np.float64],
    least: float,
    ends: int | None,
) -> HowLong:
    """Return when a gain comes, peaks and goes.

    Args:
        scenario: name of the policy.
        measure: what is gained.
        gain: by world and policy week, shape (worlds, weeks + 1), better upwards.
        least: gain that is asked for.
        ends: week in which the money ends.
    """
    present = np.isfinite(gain).any(axis=0)
    median = np.zeros(gain.shape[1])
    median[present] = np.nanmedian(gain[:, present], axis=0)
    there = np.flatnonzero((gain >= least - 1e-12).mean(axis=0) >= LIKELY)
    last = len(median) - 1
    held_to = int(there[-1]) if len(there) else None
    peak = int(median.argmax())
    left = tuple(
        (n, float(median[ends + n])) for n in AFTER if ends is not None and ends + n <= last
    )
    return HowLong(
        scenario,
        measure.name,
        least,
        int(there[0]) if len(there) else None,
        None if held_to == last else held_to,
        float(median[peak]),
        peak,
        ends,
        None if ends is None else float(median[ends]),
        left,
        _trend(gain, measure),
    )


def _trend(gain: npt.NDArray[np.float64], measure: Measure) -> str:
    """Say whether the last half-year's gain differs from that of the half-year before."""
    if gain.shape[1] <= WINDOW:
        return "level"
    rise = gain[:, -1] - gain[:, -1 - WINDOW]
    rise = rise[np.isfinite(rise)]
    if not len(rise) or abs(float(np.median(rise))) < measure.trifle / 2:
        return "level"
    if told_apart(rise):
        return "rising"
    return "falling" if told_apart(-rise) else "level"


def course_document(one: HowLong) -> dict[str, Any]:
    """Return it as plain data, with the sentence."""
    return asdict(one) | {
        "left": [{"weeks_after": n, "gain": gain} for n, gain in one.left],
        "text": str(one),
    }
