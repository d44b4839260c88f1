"""Where is there no gain? A box of inputs, in plain words.

It is found in one half of the worlds and tried in the other: with hundreds of uncertain parameters
a box always fits something. PRIM (Friedman & Fisher 1999; for scenarios Bryant & Lempert 2010) as
the EMA Workbench has it.
"""

import logging
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.analysis.paired import cases_of, gains_of, numeric_range
from colsim.core.measures import Measure
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError, missing
from colsim.experiments.results import Results
from colsim.scenario.naming import key_in_words, within

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LEAST, LEAST_OF_INTEREST = 200, 30
"""Worlds and points, and those of interest among them, below which no box is looked for."""
CANDIDATES = 20
"""Inputs that a box may limit: those that differ most between the worlds of interest and others."""
LONGEST = 4
"""Limits that people can hold in mind."""
_CERTAIN = 0.05
_SEED = 7


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a box."""

    name: str
    low: float | None
    """At least; None if it has no lower limit."""
    high: float | None
    unit: str
    p: float
    """Quasi-p-value: how often a limit this telling comes of chance (one-sided binomial)."""

    def __str__(self) -> str:
        """Return the limit in words."""
        name = within(key_in_words(self.name))
        if self.low is not None and self.high is not None:
            return f"{name} between {self.low:.3g} and {self.high:.3g} {self.unit}".strip()
        if self.low is not None:
            return f"{name} above {self.low:.3g} {self.unit}".strip()
        return f"{name} below {self.high:.3g} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Box:
    """Where most of the cases of interest lie."""

    measure: Measure
    about: str
    """What the cases of interest are."""
    limits: tuple[Limit, ...]
    coverage: float
    """Share of the cases of interest that lie in the box; on the half it was not fitted to."""
    density: float
    """Share of the cases in the box that are of interest; on the same half."""
    base_rate: float
    """Share of all cases that are of interest, there."""
    fitted: tuple[float, float]
    """Coverage and density on the half it was fitted to."""
    cases: int
    """In the half that it was tried on."""
    trajectory: tuple[tuple[float, float], ...]
    """Coverage and density of the boxes on the way, fitted half."""
    lost: str

    @property
    def holds(self) -> bool:
        """Whether the box does better than chance where it was not fitted."""
        from scipy import stats

        inside = self.coverage * self.base_rate * self.cases / self.density if self.density else 0.0
        hits = self.density * inside
        if not self.limits or inside < 1:
            return False
        return bool(stats.binom.sf(hits - 1, round(inside), self.base_rate) < _CERTAIN)

    @property
    def words(self) -> str:
        """The box in one sentence."""
        if not self.limits:
            return f"{self.about}: no box was found that tells them from the others."
        limits = " and ".join(map(str, self.limits))
        text = (
            f"{self.about} when {limits}: this holds {self.coverage:.0%} of such cases, and "
            f"{self.density:.0%} of the cases in it are such ({self.base_rate:.0%} of all), in "
            "worlds that it was not fitted to."
        )
        if not self.holds:
            text += " That is no better than chance: do not rely on it."
        return text

    @property
    def caption(self) -> str:
        """What to read from the chart."""
        fitted = f"{self.fitted[0]:.0%} and {self.fitted[1]:.0%}"
        text = (
            f"{self.measure.title}. {self.words} Where it was fitted, coverage and density are "
            f"{fitted}; the dots are boxes on the way to it, and a box further right holds more "
            "of the cases, one higher up holds them more purely."
        )
        return f"{text} Left out: {self.lost}." if self.lost else text

    def table(self) -> "pd.DataFrame":
        """Return a row for each limit."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"input": one.name, "low": one.low, "high": one.high, "unit": one.unit, "p": one.p}
                for one in self.limits
            ],
            columns=["input", "low", "high", "unit", "p"],
        )

    def plot(self) -> "Figure":
        """Return the chart."""
        from colsim.analysis.charts import titled
        from colsim.reporting.drawing import COLOURS, GREY, INK, PALE

        figure, axes = titled(f"Where there is no gain: {self.measure.title.lower()}",
                               self.caption, 3.2)  # fmt: skip
        way = np.array(self.trajectory).reshape(-1, 2)
        axes.plot(way[:, 0], way[:, 1], "o", ms=4, color=PALE)
        axes.plot(*self.fitted, "o", ms=8, mec=COLOURS[0], mew=2, mfc="white", label="where fitted")
        axes.plot(self.coverage, self.density, "D", ms=8, color=COLOURS[0], label="on new worlds")
        axes.axhline(self.base_rate, color=GREY, lw=1, ls="--")
        axes.text(
            1.0, self.base_rate, "all cases", fontsize=7.5, color=GREY, va="bottom", ha="right"
        )
        axes.set_xlim(0, 1.03)
        axes.set_ylim(0, 1.03)
        axes.set_xlabel("coverage: share of cases without gain in the box", fontsize=8.5, color=INK)
        axes.set_ylabel("density: share of the box without gain", fontsize=8.5, color=INK)
        axes.legend(frameon=False, fontsize=8, loc="lower left")
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        return {
            "measure": self.measure.name,
            "about": self.about,
            "limits": [
                {"input": o.name, "low": o.low, "high": o.high, "unit": o.unit, "p": o.p}
                for o in self.limits
            ],
            "coverage": self.coverage,
            "density": self.density,
            "base_rate": self.base_rate,
            "fitted_coverage": self.fitted[0],
            "fitted_density": self.fitted[1],
            "cases": self.cases,
            "holds": self.holds,
            "words": self.words,
        }


def discover(
    results: Results, measure: str | None = None, *, point: str | None = None, gain: float = 0.0
) -> Box:
    """Look for the worlds, and points, in which a measure does not get better.

    Args:
        results: of the sweep.
        measure: its name; the joint-plan rate if None.
        point: the one point to look at; all if None.
        gain: in the measure's unit; cases with no more than this are of interest.

    Raises:
        UserError: too few cases, too few of interest or too many, no such point, or the
            library is not installed.
    """
    gains = gains_of(results, measure)
    if gains.measure.better == "neither":
        raise UserError(
            f"measure: found {gains.measure.name!r}, of which neither direction is better; "
            "allowed: a measure that can get better"
        )
    x, y, lived, lost = cases_of(results, gains, point)
    better = y if gains.measure.better == "higher" else -y
    of_interest = better <= gain
    share = of_interest.mean() if len(y) else 0.0
    enough = len(y) >= LEAST and of_interest.sum() >= LEAST_OF_INTEREST and share <= 0.9
    if not enough or not len(x.columns):
        raise UserError(
            f"{results.folder}: found {int(of_interest.sum())} of {len(y)} cases without a gain "
            f"of more than {gain:g}; allowed: at least {LEAST} cases, {LEAST_OF_INTEREST} of them "
            "without the gain, and one in ten with it (set another gain, or run more worlds)"
        )
    what = f"No gain of more than {gain:g}" if gain else "No gain"
    about = what if point is None else f"{what} from {point}"
    return box_of(x, of_interest, lived, gains.measure, about, lost)


def box_of(
    x: "pd.DataFrame",
    of_interest: npt.NDArray[np.bool_],
    lived: npt.NDArray[np.int64],
    measure: Measure,
    about: str,
    lost: str = "",
) -> Box:
    """Fit a box to half of the worlds and try it on the other half.

    Args:
        x: inputs, a row for each case.
        of_interest: which cases are.
        lived: the world of each case; cases of one world stay together.
        measure: what the cases are about.
        about: what the cases of interest are, in words.
        lost: what was left out, in words.

    Raises:
        UserError: the library is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it names every evaluator that is not installed
            from ema_workbench.analysis.prim import Prim
    except ImportError as error:
        raise missing("boxes: found no EMA Workbench", "discovery") from error
    logging.getLogger("EMA").setLevel(logging.WARNING)
    chance = np.random.default_rng(_SEED)
    worlds = np.unique(lived)
    half = np.isin(lived, chance.permutation(worlds)[: len(worlds) // 2])
    y = np.asarray(of_interest, dtype=bool)
    fit_x, fit_y = x[half].reset_index(drop=True), y[half]
    chosen = _telling(fit_x, fit_y)
    prim = Prim(fit_x[chosen], fit_y, peel_alpha=0.05, mass_min=0.05)
    found = prim.find_box()
    base_rate = float(y[~half].mean())
    if found is None:
        return Box(
            measure, about, (), 0.0, 0.0, base_rate, (0.0, 0.0), int((~half).sum()), (), lost
        )
    steps = found.peeling_trajectory
    short = steps[steps["res_dim"] <= LONGEST]
    harmonic = 2 * short["coverage"] * short["density"] / (short["coverage"] + short["density"])
    best = int(harmonic.idxmax())
    lims, whole = found.box_lims[best], found.box_lims[0]
    p_values = found.p_values[best]
    limits = []
    inside = np.ones(int((~half).sum()), dtype=bool)
    for name in chosen:
        low, high = float(lims.loc[0, name]), float(lims.loc[1, name])
        lowest, highest = float(whole.loc[0, name]), float(whole.loc[1, name])
        if low <= lowest and high >= highest:
            continue
        column = x.loc[~half, name].to_numpy()
        inside &= (column >= low) & (column <= high)
        p = min((q for q in p_values.get(name, ()) if q >= 0), default=float("nan"))
        limits.append(
            Limit(
                name, low if low > lowest else None, high if high < highest else None,
                _unit(name), float(p),
            )
        )  # fmt: skip
    hits = y[~half] & inside
    return Box(
        measure,
        about,
        tuple(limits),
        float(hits.sum() / max(1, y[~half].sum())),
        float(hits.sum() / max(1, inside.sum())),
        base_rate,
        (float(steps.loc[best, "coverage"]), float(steps.loc[best, "density"])),
        int((~half).sum()),
        tuple(zip(steps["coverage"].tolist(), steps["density"].tolist(), strict=True)),
        lost,
    )


def _telling(x: "pd.DataFrame", y: npt.NDArray[np.bool_]) -> list[str]:
    """Return the inputs that differ most between cases of interest and others, by rank."""
    ranks = x.rank().to_numpy()
    ranks = (ranks - ranks.mean(axis=0)) / np.maximum(ranks.std(axis=0), 1e-12)
    strength = np.abs((ranks * (y - y.mean())[:, None]).mean(axis=0))
    order = np.argsort(-strength, kind="stable")[:CANDIDATES]
    return [x.columns[k] for k in sorted(order.tolist())]


def _unit(name: str) -> str:
    if numeric_range(name) is None:
        return ""
    unit = PARAMETERS[name.removeprefix("parameters.")].unit
    return "" if unit in {"share", "probability", "ratio", "log-odds"} else unit
