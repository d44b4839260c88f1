"""Published sizes that chose nothing in the model, against what it gives in plausible worlds."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.state import World
from colsim.core.view import ties_of
from colsim.errors import UserError
from colsim.experiments.banks import RANGES
from colsim.experiments.difference import over_worlds
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.experiments.tasks import Workers, each
from colsim.experiments.version import model_version
from colsim.patterns.lives import PlausibleWorld, total_of
from colsim.patterns.pattern import SIZES, Size
from colsim.patterns.running import BASE, world_of, worlds_of
from colsim.patterns.stepped import pairs, settled, step
from colsim.reporting.files import finite, write_json
from colsim.reporting.folders import writing

Values = npt.NDArray[np.float64]
WORLDS = 24
MET = 2.0
"""Uncertainties of the figure within which the median world must lie for it to be met."""
_LATE = (104, 156)
_YEAR, _TWO_YEARS = 52, 104
_THREE_YEARS = 156
_HALF = {"levers.reflective_supervision.coverage": 0.5}
_HALF_AT_THE_SITE = {"levers.co_location.coverage": 0.5}


def _relational_coordination(world: PlausibleWorld) -> float:
    names = ("relational_coordination_of_csw", "relational_coordination_of_mhsw")
    return 1.0 + 4.0 * float(np.mean([world.measure(name, weeks=_LATE) for name in names]))


def _returned(world: PlausibleWorld) -> float:
    return world.measure("re_referral_rate", weeks=_LATE)


def _escalations_integrated(world: PlausibleWorld) -> float:
    today = world.measure("escalation_rate", weeks=_LATE)
    after = world.measure("escalation_rate", "integrated_service", weeks=_LATE)
    return after / today - 1.0 if today else float("nan")


def _supervision_wellbeing(world: PlausibleWorld) -> float:
    found = []
    for seed in world.seeds:
        compiled = world.compiled("reflective_supervision", _HALF)
        lived = settled(world.prepare(seed, "reflective_supervision", settings=_HALF))
        for _ in range(_TWO_YEARS):
            step(lived, {}, {})
        covered = compiled.levers.covered[0][lived.posts["team"]].astype(np.float64)
        found.append(_within_services(lived, covered, lived.practitioners["wellbeing"]))
    return float(np.nanmean(found))


def _contact_story(world: PlausibleWorld) -> float:
    found = []
    for seed in world.seeds:
        lived = settled(world.prepare(seed))
        contacts = np.zeros(len(lived.posts))

        def count(there: World, contacts: Values = contacts) -> None:
            rows = pairs(there)
            made = rows[there.families["contact"][rows] >= 0]
            np.add.at(contacts, there.families["lead"][made].ravel(), 1.0)

        for _ in range(_YEAR):
            step(lived, {}, {"exchange": count})
        found.append(_within_services(lived, contacts, lived.practitioners["narrative"]))
    return float(np.nanmean(found))


def _hours_over(world: PlausibleWorld) -> float:
    return world.measure("pressure_csw", weeks=_LATE)


def _ninth_week(world: PlausibleWorld) -> float:
    lives = [life[slice(*_LATE)] for life in world.totals()]
    done = sum(total_of("assessments", life) for life in lives)
    return sum(total_of("assessed_9", life) for life in lives) / done if done else float("nan")


def _known_at_the_site(world: PlausibleWorld) -> float:
    found = []
    for seed in world.seeds:
        compiled = world.compiled("co_location", _HALF_AT_THE_SITE)
        lived = settled(world.prepare(seed, "co_location", settings=_HALF_AT_THE_SITE))
        for _ in range(_THREE_YEARS):
            step(lived, {}, {})
        ties = ties_of(lived, 0)
        known = ties.familiarity.reshape(ties.shape) >= float(lived.parameters["strong_tie"][0])
        teams = lived.posts["team"][ties.mhsws.start : ties.mhsws.stop]
        there = compiled.levers.covered[0][teams] > 0
        near, far = known[:, there].mean(), known[:, ~there].mean()
        found.append(float(near / far) if far else float("nan"))
    return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")


def _within_services(world: World, one: Values, other: Values) -> float:
    """Return the mean over services of the correlation of two figures over workers."""
    found = []
    for service in (0, 1):
        there = (world.posts["service"] == service) & world.practitioners["filled"]
        x, y = one[there], other[there]
        if len(x) > 2 and x.std() > 0.0 and y.std() > 0.0:
            found.append(float(np.corrcoef(x, y)[0, 1]))
    return float(np.mean(found)) if found else float("nan")


QUANTITIES: dict[str, Callable[[PlausibleWorld], float]] = {
    "relational_coordination": _relational_coordination,
    "returned": _returned,
    "escalations_integrated": _escalations_integrated,
    "supervision_wellbeing": _supervision_wellbeing,
    "contact_story": _contact_story,
    "hours_over": _hours_over,
    "ninth_week": _ninth_week,
    "known_at_the_site": _known_at_the_site,
}
"""What of the model answers to a size, by name."""


@dataclass(frozen=True, slots=True)
class SizeFound:
    """What the model gives for a published size."""

    size: Size
    median: float
    low: float
    """5 % quantile over worlds."""
    high: float
    off: float
    """Median less the figure, in units of the figure's own uncertainty."""
    worlds: int

    @property
    def met(self) -> bool:
        """Whether the median world lies within two of the figure's uncertainties."""
        return abs(self.off) <= MET


@dataclass(frozen=True, slots=True)
class SizeReport:
    """All published sizes that chose nothing, and what the model gives."""

    found: tuple[SizeFound, ...]
    seed: int
    worlds: int
    drawn_from: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "seed": self.seed,
            "worlds": self.worlds,
            "seeds_per_world": SEEDS_PER_WORLD,
            "worlds_from": self.drawn_from,
            "model": model_version(),
            "met_within": MET,
            "sizes": [_row(one) for one in self.found],
        }

    def save(self, folder: "str | Path", *, force: bool = False) -> None:
        """Write sizes.json, sizes.csv and manifest.json.

        Raises:
            UserError: the folder cannot be written, or holds something.
        """
        about = {"seed": self.seed, "worlds": self.worlds, "worlds_from": self.drawn_from}
        document = self.to_dict()
        with writing(folder, kind="patterns", about=about, force=force) as staging:
            write_json(staging / "sizes.json", document)
            path = staging / "sizes.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(document["sizes"][0]))
                writer.writeheader()
                writer.writerows(document["sizes"])


def _row(one: SizeFound) -> dict[str, Any]:
    row = {
        "name": one.size.name,
        "published": one.size.value,
        "uncertainty": one.size.tolerance,
        "unit": one.size.unit,
        "mark": one.size.mark,
        "used": one.size.used,
        "median": one.median,
        "low": one.low,
        "high": one.high,
        "off": one.off,
        "met": one.met,
        "answer": one.size.answer,
        "source": one.size.source,
    }
    return dict(finite(row))


def found_of(size: Size, values: Values) -> SizeFound:
    """Sum up what worlds give for a size; those without a value are left out."""
    low, median, high = over_worlds(values)
    off = (median - size.value) / size.tolerance
    return SizeFound(size, median, low, high, off, int(np.isfinite(values).sum()))


def run_sizes(
    *,
    worlds: int | None = None,
    seed: int = 1,
    workers: Workers = None,
    base: str = BASE,
    drawn_from: str = RANGES,
    progress: Callable[[SizeFound], None] | None = None,
) -> SizeReport:
    """Ask the model for every published size that chose nothing.

    Args:
        worlds: plausible worlds; 24 unless given.
        seed: names the worlds and the chance.
        workers: threads; as many as there are processors unless given.
        base: scenario of today's practice.
        drawn_from: as for `run_patterns`.
        progress: called with each size.

    Raises:
        UserError: fewer than 1 world or worker, or no matched worlds of this model.
    """
    for name, value in (("worlds", worlds), ("workers", workers)):
        if isinstance(value, int) and value < 1:
            raise UserError(f"{name}: found {value}; allowed: a whole number from 1 up")
    source = worlds_of(drawn_from, base)
    count = worlds or WORLDS
    lived = [world_of(seed, number, base, None, source) for number in range(count)]
    found = []
    for size in SIZES:
        values = np.array(list(each(QUANTITIES[size.quantity], lived, workers)), np.float64)
        found.append(found_of(size, values))
        if progress is not None:
            progress(found[-1])
    return SizeReport(tuple(found), seed, count, drawn_from)


def in_lines(found: Mapping[str, Any]) -> list[str]:
    """Return how many sizes are met, and which are not, from a report as plain data."""
    sizes = found["sizes"]
    missed = [one["name"] for one in sizes if not one["met"]]
    text = f"Of {len(sizes)} published sizes {len(sizes) - len(missed)} are met"
    return [f"{text}; not: {'; '.join(missed)}." if missed else f"{text}."]
