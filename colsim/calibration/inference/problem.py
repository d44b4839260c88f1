"""What a calibration asks of each run, and the run itself: from quantiles and a seed to a chance.

A *particle* is a place in the prior of all uncertain parameters, and the seeds of a few runs.
Its likelihood is the mean over these. Parameters that nobody asks about are part of the place:
drawn anew in each run they would be noise, three times as large as that of chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from colsim.calibration.arrays import Values
from colsim.calibration.inference.likelihood import (
    log_likelihood,
    mean_of_logarithms,
    mean_of_products,
    mixed,
)
from colsim.calibration.inference.sittings import (
    Instrument,
    SamplingFrame,
    Sittings,
    Voices,
    frame_of,
    sittings_of,
)
from colsim.calibration.interviewing.quantities import Staff
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameter import Parameter
from colsim.core.parameters import PARAMETERS
from colsim.core.state import World
from colsim.scenario.compiling import Compiled, compile_scenario
from colsim.scenario.schema import Scenario

YEAR = 52
_FRESH = 0x5EED_0F_0770


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure with an error of its own, that a measure of the last year is compared with."""

    measure: str
    value: float
    error: float
    """Standard error, in the measure's unit."""
    source: str = ""


def place_of(parameter: Parameter, value: float) -> float:
    """Return a quantile at which a parameter's `at` gives a value; NaN if it never does.

    Of a choice and of an atom it is the middle of their share.
    """
    if parameter.choices:
        reached = 0.0
        for choice in parameter.choices:
            if choice.value == value:
                return reached + 0.5 * choice.weight
            reached += choice.weight
        return math.nan
    share = 0.0
    if parameter.atom is not None:
        if value == parameter.atom[0]:
            return 0.5 * parameter.atom[1]
        share = parameter.atom[1]
    if not parameter.low <= value <= parameter.high:
        return math.nan
    below = value < parameter.default
    near, far = (parameter.low, parameter.default) if below else (parameter.default, parameter.high)
    if near == far:
        within = 0.0
    elif parameter.logarithmic:
        within = math.log(value / near) / math.log(far / near)
    else:
        within = (value - near) / (far - near)
    return share + (1.0 - share) * (0.5 * within + (0.0 if below else 0.5))


@dataclass(frozen=True, slots=True)
class Prior:
    """The range of one parameter: half of the prior below the middle, half above."""

    name: str
    low: float
    middle: float
    high: float
    as_drawn: bool = False
    """Drawn as the table of parameters has it: a form by its weights, with an atom, or on a
    logarithmic scale."""

    def at(self, u: float) -> float:
        """Return the value at quantile u in [0, 1]."""
        if self.as_drawn:
            return PARAMETERS[self.name].at(u)
        if u < 0.5:
            return self.low + (self.middle - self.low) * (2.0 * u)
        return self.middle + (self.high - self.middle) * (2.0 * u - 1.0)

    def place(self, value: float) -> float:
        """Return the quantile of a value; NaN outside the range."""
        if self.as_drawn:
            return place_of(PARAMETERS[self.name], value)
        if not self.low <= value <= self.high:
            return math.nan
        if value < self.middle:
            return 0.5 * (value - self.low) / (self.middle - self.low)
        if self.high == self.middle:
            return 0.5
        return 0.5 + 0.5 * (value - self.middle) / (self.high - self.middle)

    def log_density(self, values: Values) -> Values:
        """Return logarithms of the density; of what has a share of its own, that share's.

        The values of a form, an atom, and a middle that is one end of the range are such; the
        density is that of the value itself, also on a logarithmic scale.
        """
        parameter = PARAMETERS[self.name]
        if self.as_drawn and parameter.choices:
            shares = [(choice.value, choice.weight) for choice in parameter.choices]
            return _logarithms(np.sum([w * (values == value) for value, w in shares], axis=0))
        below = values < self.middle
        near, far = (
            np.where(below, *ends) for ends in ((self.low, self.middle), (self.middle, self.high))
        )
        width = far - near
        if self.as_drawn and parameter.logarithmic:
            width = values * np.log(far / near)
        rounding = 1e-9 * (self.high - self.low)
        inside = (values >= self.low - rounding) & (values <= self.high + rounding) & (width > 0.0)
        found = np.divide(0.5, width, out=np.zeros(np.shape(values)), where=inside)
        alone = 0.5 * ((self.low == self.middle) + (self.middle == self.high))
        if alone:
            found[values == self.middle] = alone
        if self.as_drawn and parameter.atom is not None:
            value, weight = parameter.atom
            found = np.where(values == value, weight, (1.0 - weight) * found)
        return _logarithms(found)


def _logarithms(chances: Values) -> Values:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(chances))


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a worker needs to score particles; small enough to be sent."""

    scenario: Scenario
    priors: tuple[Prior, ...]
    """Of all parameters that particles differ in; those that are asked about come first."""
    asked: int
    """How many are asked about; what is believed of the others is carried along."""
    instrument: Instrument
    voices: Voices
    """What was voiced: as the first coder's table has it, if there are several."""
    statistics: tuple[Statistic, ...]
    replications: int
    """Runs of each particle."""
    sittings: int
    """Ways to choose the interviewed that are tried in each run."""
    others: tuple[Voices, ...] = ()
    """The same interviews in other coders' tables."""
    weights: tuple[float, ...] = (1.0,)
    """How much each table weighs beforehand, the first one first."""

    @property
    def tables(self) -> tuple[Voices, ...]:
        """Every coder's table."""
        return (self.voices, *self.others)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that are asked about."""
        return tuple(prior.name for prior in self.priors[: self.asked])

    def compiled(self) -> Compiled:
        """Lay out the scenario."""
        return compile_scenario(self.scenario)


@dataclass(frozen=True, slots=True)
class Lived:
    """One run of a particle, scored."""

    log_likelihood: float
    """NaN if it failed."""
    error: str | None = None
    frame: SamplingFrame | None = None
    """Who could speak of what; kept where it is asked for."""
    statistics: tuple[float, ...] = ()
    """Measures of the last year."""


def live(problem: Problem, compiled: Compiled, quantiles: Values, seed: int) -> Lived:
    """Live one run of a particle up to the interviews, and score it.

    Args:
        problem: what is asked.
        compiled: its scenario, laid out.
        quantiles: the particle's place in the prior, one for each parameter.
        seed: of the run.
    """
    try:
        world = world_at(problem.priors, compiled, quantiles, seed)
        frame = frame_of(Staff(world, 0), problem.instrument)
        sittings = sittings_in(problem, frame, seed)
        statistics = tuple(last_year(world, one.measure) for one in problem.statistics)
    except Exception as error:
        return Lived(math.nan, f"{type(error).__name__}: {error}")
    return Lived(score(problem, frame, sittings, statistics), None, frame, statistics)


def world_at(priors: Sequence[Prior], compiled: Compiled, quantiles: Values, seed: int) -> World:
    """Return the world at one place of the prior."""
    values = {one.name: one.at(float(u)) for one, u in zip(priors, quantiles, strict=True)}
    return compiled.lived(values, seed)


def sittings_in(
    problem: Problem, frame: SamplingFrame, seed: int, *, fresh: bool = False
) -> Sittings:
    """Draw who is asked in one run of a particle.

    Args:
        problem: says how many of each service.
        frame: who is in post.
        seed: of the run.
        fresh: draw others than the likelihood has seen.
    """
    return sittings_of(
        frame,
        problem.instrument,
        interviewed=problem.voices.interviewed,
        seed=seed ^ _FRESH if fresh else seed,
        count=problem.sittings,
    )


def score(
    problem: Problem,
    frame: SamplingFrame,
    sittings: Sittings,
    statistics: Sequence[float],
    *,
    tables: Sequence[Voices] | None = None,
    instrument: Instrument | None = None,
    geometric: bool = False,
) -> float:
    """Return the logarithm of the chance of all that was seen, in one run.

    Of several coders' tables nobody knows which is right, so their chances are averaged: a mean
    of products, as over runs and sittings.

    Args:
        problem: what is asked.
        frame: who could speak of what.
        sittings: who is asked.
        statistics: measures of the last year, in the problem's order.
        tables: what was voiced, by coder, if not what the problem says.
        instrument: observables, if not the problem's.
        geometric: average logarithms over sittings: the wrong likelihood.
    """
    logs = [
        log_likelihood(frame, sittings, instrument or problem.instrument, one, geometric=geometric)
        for one in tables or problem.tables
    ]
    return float(mixed(np.array(logs), problem.weights)) + of_statistics(problem, statistics)


def of_statistics(problem: Problem, statistics: Sequence[float]) -> float:
    """Return the logarithm of the density of the measures that were seen."""
    total = 0.0
    for one, found in zip(problem.statistics, statistics, strict=True):
        total += -0.5 * ((found - one.value) / one.error) ** 2 - math.log(
            one.error * math.sqrt(2.0 * math.pi)
        )
    return total


def last_year(world: World, measure: str) -> float:
    """Return a measure over the last 52 weeks.

    Raises:
        ValueError: nothing happened that it could be taken of.
    """
    summed = world.totals[-YEAR:].sum(axis=0)
    value = float(MEASURES[measure].of({name: summed[k] for name, k in TOTAL_INDEX.items()}))
    if math.isnan(value):
        raise ValueError(f"{measure} has no value in the last year")
    return value


def combined(logs: Values, *, geometric: bool = False) -> Values:
    """Return the log-likelihood of particles from those of their runs.

    Args:
        logs: shape (particles, runs); a failed run is left out, and if all failed the
            particle's is NaN.
        geometric: average logarithms over runs: the wrong likelihood.
    """
    failed = np.isnan(logs)
    count = (~failed).sum(axis=1)
    if geometric:
        return np.where(count > 0, mean_of_logarithms(np.where(failed, 0.0, logs), 1), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = mean_of_products(np.where(failed, -np.inf, logs), 1)
        # The mean was over all runs: failed ones count as nothing, not as impossible.
        return np.where(count > 0, mean + np.log(logs.shape[1] / np.maximum(count, 1)), np.nan)
