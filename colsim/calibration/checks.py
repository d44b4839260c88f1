"""What a calibration says about itself: what moved, what fits, and what hangs on what.

All of it is computed from two populations: worlds drawn from the prior, and the particles of
the posterior; each with its runs and who could speak of what in them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from colsim.calibration.likelihood import (
    Gauge,
    Room,
    Sittings,
    Voices,
    chances,
    nodes_of,
    prior_nodes,
)
from colsim.calibration.problem import Problem, combined, score, sittings_in
from colsim.calibration.quantities import SERVICES

Values = npt.NDArray[np.float64]
Seeds = npt.NDArray[np.int64]
CERTAIN = 0.01
"""Chance that any parameter is said to have moved though none has, all parameters together."""


@dataclass(frozen=True, slots=True)
class Lives:
    """A population of particles with their runs."""

    quantiles: Values
    """Shape (particles, parameters)."""
    normal: Values
    """The same as standard normals."""
    seeds: Seeds
    """Of runs, shape (particles, runs)."""
    logs: Values
    """Log-likelihoods of runs, shape (particles, runs)."""
    rooms: Sequence[Sequence[Room]]
    statistics: Values
    """Shape (particles, runs, statistics)."""

    def every(self) -> list[tuple[int, int]]:
        """Return (particle, run) of every run that did not fail."""
        return [(k, r) for k, r in np.argwhere(~np.isnan(self.logs)).tolist()]

    def weights(self, *, by_likelihood: bool) -> Values:
        """Return weights of runs that add to 1; within a particle equal, or by likelihood."""
        failed = np.isnan(self.logs)
        logs = np.where(failed, -np.inf, self.logs if by_likelihood else 0.0)
        highest = np.max(logs, axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            weights = np.where(failed, 0.0, np.exp(logs - highest))
        total = weights.sum(axis=1, keepdims=True)
        whole = np.where(total > 0, weights / np.where(total > 0, total, 1.0), 0.0)
        return np.asarray(whole / whole.sum())


def predicted(
    problem: Problem,
    lives: Lives,
    *,
    pool: Executor,
    by_likelihood: bool,
    nodes: Values | None = None,
) -> Values:
    """Return how likely each count is if new people were interviewed.

    Args:
        problem: what was asked.
        lives: worlds to interview in.
        pool: runs are read on it.
        by_likelihood: weight the runs of a particle by their likelihood (posterior).
        nodes: how likely each threshold and mention is, (cells, 3, 3); the prior's if None.

    Returns:
        Shape (cells, largest group + 1).
    """
    weights = lives.weights(by_likelihood=by_likelihood)
    interviewed = problem.voices.interviewed

    def one(place: tuple[int, int]) -> Values:
        k, r = place
        room = lives.rooms[k][r]
        drawn = sittings_in(problem, room, int(lives.seeds[k, r]), fresh=True)
        table = chances(room, drawn, problem.gauge, interviewed, nodes)
        return np.asarray(weights[k, r] * table.mean(axis=0))

    return np.asarray(sum(pool.map(one, lives.every())))


def learned_nodes(problem: Problem, lives: Lives, *, pool: Executor) -> Values:
    """Return how likely each threshold and mention is after the interviews, (cells, 3, 3)."""
    weights = lives.weights(by_likelihood=True)

    def one(place: tuple[int, int]) -> Values:
        k, r = place
        room = lives.rooms[k][r]
        drawn = sittings_in(problem, room, int(lives.seeds[k, r]))
        return np.asarray(weights[k, r] * nodes_of(room, drawn, problem.gauge, problem.voices))

    found = np.asarray(sum(pool.map(one, lives.every())))
    return found if len(problem.gauge.service) else prior_nodes(0)


@dataclass(frozen=True, slots=True)
class Moved:
    """What the interviews did to one parameter; all in units of its prior."""

    name: str
    shift: float
    """Change of the mean, in prior standard deviations."""
    contraction: float
    """1 less the variance that is left, as a share of the prior's; below 0: it grew."""
    identified: bool
    """Whether the interviews moved it by more than chance among the particles would."""


def moved(names: Sequence[str], normal: Values, *, worth: float) -> tuple[Moved, ...]:
    """Compare posterior particles with the prior, parameter by parameter.

    Args:
        names: of the parameters.
        normal: particles as standard normals of the prior, shape (particles, parameters).
        worth: how many independent draws the particles are worth.
    """
    draws = max(4, int(worth))
    # Mean and variance of so many draws from the prior; two tails of each, all parameters.
    level = CERTAIN / (4.0 * max(1, len(names)))
    farthest = stats.norm.isf(level) / np.sqrt(draws)
    least, most = (stats.chi2.ppf(q, draws - 1) / draws for q in (level, 1.0 - level))
    mean, left = normal.mean(axis=0), normal.var(axis=0)
    return tuple(
        Moved(
            name,
            float(mean[k]),
            float(1.0 - left[k]),
            bool(abs(mean[k]) > farthest or not least <= left[k] <= most),
        )
        for k, name in enumerate(names)
    )


@dataclass(frozen=True, slots=True)
class Without:
    """How the posterior would change if the measurement were another."""

    change: str
    worth: float
    """Particles that the reweighted posterior is worth; below 20 its shifts are a guess."""
    shifts: dict[str, float]
    """Change of each parameter's posterior mean, in prior standard deviations."""


Rescore = Callable[[Room, Sittings, Sequence[float]], float]


def reweighted(
    problem: Problem, lives: Lives, change: str, rescore: Rescore, *, pool: Executor
) -> Without:
    """Weight posterior particles by another likelihood over the one that they were drawn with."""

    def one(place: tuple[int, int]) -> float:
        k, r = place
        drawn = sittings_in(problem, lives.rooms[k][r], int(lives.seeds[k, r]))
        return rescore(lives.rooms[k][r], drawn, lives.statistics[k, r].tolist())

    places = lives.every()
    logs = np.full(lives.logs.shape, np.nan)
    for (k, r), found in zip(places, pool.map(one, places), strict=True):
        logs[k, r] = found
    ratio = combined(logs) - combined(lives.logs)
    ratio = np.where(np.isfinite(ratio), ratio, -np.inf)
    weights = np.exp(ratio - ratio.max())
    weights /= weights.sum()
    shift = (weights[:, None] * lives.normal).sum(axis=0) - lives.normal.mean(axis=0)
    return Without(
        change,
        float(1.0 / (weights**2).sum()),
        {name: float(shift[k]) for k, name in enumerate(problem.parameters)},
    )


def left_out(
    problem: Problem, lives: Lives, *, pool: Executor
) -> tuple[list[Without], list[Without]]:
    """Leave out one theme, and one interview, at a time.

    Where it is known who said what, an interview is a person's answers. Where only counts
    are known, one of those interviewed is taken away whoever it was: at least one fewer, and
    at most all who are left.
    """
    themes = list(dict.fromkeys(theme for theme, _ in problem.voices.cells))
    by_theme = []
    for theme in themes:
        own = np.array([cell[0] == theme for cell in problem.voices.cells])
        if not problem.gauge.weight[own].any():
            continue
        gauge = replace(problem.gauge, weight=np.where(own, 0.0, problem.gauge.weight))
        by_theme.append(reweighted(problem, lives, theme, _with(problem, gauge=gauge), pool=pool))
    interviews = [
        reweighted(problem, lives, label, rescore, pool=pool)
        for label, rescore in _interviews(problem)
    ]
    return by_theme, interviews


def _with(problem: Problem, *, gauge: Gauge | None = None, voices: Voices | None = None) -> Rescore:
    return lambda room, drawn, found: score(problem, room, drawn, found, gauge=gauge, voices=voices)


def _interviews(problem: Problem) -> list[tuple[str, Rescore]]:
    voices = problem.voices
    if voices.answers is not None:
        found = []
        for j in range(len(voices.answers)):
            answers = voices.answers.copy()
            answers[j] = -1
            found.append(
                (f"interview {j + 1}", _with(problem, voices=replace(voices, answers=answers)))
            )
        return found
    found = []
    for s, service in enumerate(SERVICES):
        if voices.interviewed[s] < 2:
            continue
        fewer = list(voices.interviewed)
        fewer[s] -= 1
        own = problem.gauge.service == s
        less = replace(
            voices,
            interviewed=(fewer[0], fewer[1]),
            low=np.where(own, np.maximum(voices.low - 1, 0), voices.low),
            high=np.where(own, np.minimum(voices.high, fewer[s]), voices.high),
        )
        last = voices.interviewed[0] - 1 if s == 0 else sum(voices.interviewed) - 1
        found.append((f"one {service}", _dropping(problem, less, last)))
    return found


def _dropping(problem: Problem, voices: Voices, seat: int) -> Rescore:
    def rescore(room: Room, drawn: Sittings, found: Sequence[float]) -> float:
        fewer = Sittings(np.delete(drawn.seats, seat, 1), np.delete(drawn.talk, seat, 1))
        return score(problem, room, fewer, found, voices=voices)

    return rescore


def sharper(problem: Problem, lives: Lives, *, pool: Executor) -> list[Without]:
    """Take all thresholds half and twice as sharp."""
    found = []
    for factor, words in ((0.5, "thresholds half as sharp"), (2.0, "thresholds twice as sharp")):
        gauge = replace(problem.gauge, scale=problem.gauge.scale / factor)
        found.append(reweighted(problem, lives, words, _with(problem, gauge=gauge), pool=pool))
    return found
