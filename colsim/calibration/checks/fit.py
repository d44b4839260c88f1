"""What a calibration says about itself: what fits, and what hangs on what.

All of it is computed from two populations: worlds drawn from the prior, and the particles of
the posterior; each with its runs and who could speak of what in them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from colsim.calibration.arrays import Seeds, Values, Whole
from colsim.calibration.inference.likelihood import (
    by_theme,
    chances,
    layout_of,
    levels_after,
    log_likelihood,
    mean_of_products,
    mixed,
)
from colsim.calibration.inference.problem import (
    Problem,
    combined,
    of_statistics,
    score,
    sittings_in,
)
from colsim.calibration.inference.sampler import generator
from colsim.calibration.inference.sittings import (
    NODE_WEIGHTS,
    Instrument,
    SamplingFrame,
    Sittings,
    Voices,
    sittings_of,
)
from colsim.calibration.interviewing.quantities import SERVICES
from colsim.calibration.interviewing.reporting import thinned
from colsim.calibration.interviewing.speaking import speak

_MADE_UP = 7031


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
    frames: Sequence[Sequence[SamplingFrame]]
    statistics: Values
    """Shape (particles, runs, statistics)."""

    def every(self) -> list[tuple[int, int]]:
        """Return (particle, run) of every run that did not fail."""
        return [(k, r) for k, r in np.argwhere(~np.isnan(self.logs)).tolist()]

    def over[T](self, look: Callable[[int, int], T], pool: Executor) -> list[tuple[int, int, T]]:
        """Return (particle, run, what is seen there) of every run that did not fail.

        Particles that a chain of moves left behind in one place share their runs, which are looked
        at once.
        """
        first: dict[bytes, int] = {}
        own = [
            first.setdefault(seeds.tobytes() + place.tobytes(), k)
            for k, (seeds, place) in enumerate(zip(self.seeds, self.quantiles, strict=True))
        ]
        places = [(k, r, (own[k], r)) for k, r in self.every()]
        once = list(dict.fromkeys(at for _, _, at in places))
        seen = dict(zip(once, pool.map(lambda at: look(*at), once), strict=True))
        return [(k, r, seen[at]) for k, r, at in places]

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
    problem: Problem, lives: Lives, levels: Values, *, pool: Executor, by_likelihood: bool
) -> Values:
    """Return how likely each count is if new people were interviewed.

    Thresholds are as uncertain as before: what was learnt of them from a row is not used to
    predict the same row.

    Args:
        problem: what was asked.
        lives: worlds to interview in.
        levels: how likely each shared level is: (a and q, volunteered, asked mention).
        pool: runs are read on it.
        by_likelihood: weight the runs of a particle by their likelihood (posterior).

    Returns:
        Shape (cells, largest group + 1).
    """
    weights = lives.weights(by_likelihood=by_likelihood)
    instrument, voices = problem.instrument, problem.voices

    def one(k: int, r: int) -> Values:
        frame = lives.frames[k][r]
        drawn = sittings_in(problem, frame, int(lives.seeds[k, r]), fresh=True)
        table = chances(frame, drawn, instrument, voices.interviewed).mean(axis=1)
        return np.asarray(np.einsum("t,ctj->cj", NODE_WEIGHTS, table))

    could = np.asarray(sum(weights[k, r] * seen for k, r, seen in lives.over(one, pool)))
    found = np.zeros_like(could)
    of_class = levels.sum(axis=(0, 2)), levels.sum(axis=(0, 1))
    for c, (theme, _) in enumerate(voices.cells):
        k = int(theme in voices.asked)
        for weight, mention in zip(of_class[k], instrument.mentions[k], strict=True):
            # Thinning is its own transpose's business: by how many could, to how many did.
            found[c] += weight * could[c] @ thinned(np.eye(could.shape[1]), [mention])[:, 0, :].T
    return found


def learned_levels(problem: Problem, lives: Lives, *, pool: Executor) -> Values:
    """Return how likely each shared level is after the interviews, as in `predicted`."""

    def look(frame: SamplingFrame, drawn: Sittings, _: Sequence[float]) -> Values:
        shares = _shares(problem, frame, drawn)
        levels = [levels_after(frame, drawn, problem.instrument, one) for one in problem.tables]
        return np.asarray(np.tensordot(shares, levels, 1))

    return _mean(problem, lives, look, pool)


def learned_coders(problem: Problem, lives: Lives, *, pool: Executor) -> Values:
    """Return how likely each coder's table is the one to go by, after the interviews."""
    return _mean(problem, lives, lambda frame, drawn, _: _shares(problem, frame, drawn), pool)


def _over[T](
    problem: Problem,
    lives: Lives,
    look: Callable[[SamplingFrame, Sittings, Sequence[float]], T],
    pool: Executor,
) -> list[tuple[int, int, T]]:
    """Return (particle, run, what is seen of its frame, sittings and statistics) of every run."""

    def one(k: int, r: int) -> T:
        drawn = sittings_in(problem, lives.frames[k][r], int(lives.seeds[k, r]))
        return look(lives.frames[k][r], drawn, lives.statistics[k, r].tolist())

    return lives.over(one, pool)


def _mean(
    problem: Problem,
    lives: Lives,
    look: Callable[[SamplingFrame, Sittings, Sequence[float]], Values],
    pool: Executor,
) -> Values:
    """Return the mean of what is seen, runs weighted by their likelihood."""
    weights = lives.weights(by_likelihood=True)
    seen = _over(problem, lives, look, pool)
    return np.asarray(sum(weights[k, r] * found for k, r, found in seen))


def _shares(problem: Problem, frame: SamplingFrame, drawn: Sittings) -> Values:
    """Return how likely each coder's table is in one run: their weights by Bayes' rule."""
    start = np.array(problem.weights) / sum(problem.weights)
    if len(start) == 1:
        return start
    logs = np.array(
        [log_likelihood(frame, drawn, problem.instrument, one) for one in problem.tables]
    )
    if not np.isfinite(logs).any():
        return start
    shares = start * np.exp(logs - logs.max())
    return np.asarray(shares / shares.sum())


def prior_levels(problem: Problem) -> Values:
    """Return how likely each shared level is before the interviews."""
    layout = layout_of(problem.instrument, problem.voices)
    return np.asarray(np.exp(layout.log_weights).reshape(layout.shared, 3, 3))


def made_up(problem: Problem, lives: Lives, voices: Voices, *, count: int, seed: int) -> Whole:
    """Return tables like one, made up in worlds of a population: states, (tables, cells)."""
    weights = lives.weights(by_likelihood=True).ravel()
    chance = generator(seed, _MADE_UP)
    runs = lives.logs.shape[1]
    found = []
    for place in chance.choice(len(weights), size=count, p=weights).tolist():
        frame = lives.frames[place // runs][place % runs]
        drawn = sittings_of(
            frame, problem.instrument, interviewed=voices.interviewed,
            seed=int(chance.integers(1 << 62)), count=1,
        )  # fmt: skip
        draw = int(chance.integers(1 << 62))
        found.append(speak(frame, drawn, problem.instrument, voices, seed=draw).states)
    return np.array(found, np.int64).reshape(count, len(voices.cells))


@dataclass(frozen=True, slots=True)
class Without:
    """How the posterior would change if the data or the measurement were others."""

    change: str
    worth: float
    """Particles that the reweighted posterior is worth; below 20 its shifts are a guess."""
    shifts: dict[str, float]
    """Change of each parameter's posterior mean, in prior standard deviations."""
    chance: float | None = None
    """Logarithm of the chance of what was left out, given the rest."""


Rescore = Callable[[SamplingFrame, Sittings, Sequence[float]], float]


def reweighted(
    problem: Problem, lives: Lives, change: str, rescore: Rescore, *, pool: Executor
) -> Without:
    """Weight posterior particles by another likelihood over the one that they were drawn with."""
    logs = np.full(lives.logs.shape, np.nan)
    for k, r, found in _over(problem, lives, rescore, pool):
        logs[k, r] = found
    return _weighted(problem, lives, change, logs)


def _weighted(problem: Problem, lives: Lives, change: str, logs: Values) -> Without:
    """Return what would change with other log-likelihoods, shape (particles, runs)."""
    ratio = combined(logs) - combined(lives.logs)
    ratio = np.where(np.isfinite(ratio), ratio, -np.inf)
    weights = np.exp(ratio - ratio.max())
    weights /= weights.sum()
    shift = (weights[:, None] * lives.normal).sum(axis=0) - lives.normal.mean(axis=0)
    return Without(
        change,
        float(1.0 / (weights**2).sum()),
        {name: float(shift[k]) for k, name in enumerate(problem.parameters)},
        -float(mean_of_products(ratio, 0)),
    )


def left_out(
    problem: Problem, lives: Lives, *, pool: Executor
) -> tuple[list[Without], list[Without], Values]:
    """Leave out one theme, and one interview, at a time.

    The last of what is returned is each theme's log chance given the others, by particle.

    Where it is known who said what, an interview is a person's answers. Where only counts
    are known, one of those interviewed is taken away whoever it was: at least one fewer, and
    at most all who are left.
    """
    themes = layout_of(problem.instrument, problem.voices).themes

    def look(frame: SamplingFrame, drawn: Sittings, statistics: Sequence[float]) -> Values:
        logs = [by_theme(frame, drawn, problem.instrument, one) for one in problem.tables]
        return mixed(np.stack(logs), problem.weights) + of_statistics(problem, statistics)

    logs = np.full((*lives.logs.shape, len(themes) + 1), np.nan)
    for k, r, found in _over(problem, lives, look, pool):
        logs[k, r] = found
    interviews = [
        reweighted(problem, lives, label, rescore, pool=pool)
        for label, rescore in _interviews(problem)
    ]
    by = [_weighted(problem, lives, t, logs[..., k + 1]) for k, t in enumerate(themes)]
    whole = combined(lives.logs)
    alone = [whole - combined(logs[..., k + 1]) for k in range(len(themes))]
    return by, interviews, np.stack(alone, axis=1) if alone else np.zeros((len(whole), 0))


def _with(
    problem: Problem,
    *,
    instrument: Instrument | None = None,
    tables: Sequence[Voices] | None = None,
) -> Rescore:
    return lambda frame, drawn, found: score(
        problem, frame, drawn, found, instrument=instrument, tables=tables
    )


def _interviews(problem: Problem) -> list[tuple[str, Rescore]]:
    tables, service = problem.tables, problem.instrument.service
    answers, (csws, mhsws) = problem.voices.answers, problem.voices.interviewed
    if answers is not None:
        return [
            (
                f"interview {j + 1}",
                _with(problem, tables=[_unanswered(one, service, j) for one in tables]),
            )
            for j in range(len(answers))
        ]
    return [
        (
            f"one {SERVICES[s]}",
            _dropping(problem, [_fewer(one, service, s) for one in tables], last),
        )
        for s, last in enumerate((csws - 1, csws + mhsws - 1))
        if (csws, mhsws)[s] > 1
    ]


def _unanswered(voices: Voices, service: Whole, person: int) -> Voices:
    """Return a table in which nothing is known of a person's answers."""
    assert voices.answers is not None
    answers = voices.answers.copy()
    answers[person] = -1
    size = np.array(voices.interviewed)[service]
    low, high = (answers == 1).sum(axis=0), size - (answers == 0).sum(axis=0)
    return replace(voices, answers=answers, low=low, high=high)


def _fewer(voices: Voices, service: Whole, s: int) -> Voices:
    """Return a table of counts with one person of a service fewer."""
    left = list(voices.interviewed)
    left[s] -= 1
    own = service == s
    return replace(
        voices,
        interviewed=(left[0], left[1]),
        low=np.where(own, np.maximum(voices.low - 1, 0), voices.low),
        high=np.where(own, np.minimum(voices.high, left[s]), voices.high),
    )


def _dropping(problem: Problem, tables: Sequence[Voices], seat: int) -> Rescore:
    def rescore(frame: SamplingFrame, drawn: Sittings, found: Sequence[float]) -> float:
        fewer = Sittings(np.delete(drawn.seats, seat, 1), np.delete(drawn.talk, seat, 1))
        return score(problem, frame, fewer, found, tables=tables)

    return rescore


def sharper(problem: Problem, lives: Lives, *, pool: Executor) -> list[Without]:
    """Take all thresholds half and twice as sharp."""
    found = []
    for factor, words in ((0.5, "thresholds half as sharp"), (2.0, "thresholds twice as sharp")):
        instrument = replace(problem.instrument, scale=problem.instrument.scale / factor)
        found.append(
            reweighted(problem, lives, words, _with(problem, instrument=instrument), pool=pool)
        )
    return found


def selected(problem: Problem, lives: Lives, *, pool: Executor) -> list[Without]:
    """Take each power a of the report for certain: nobody knows how selective an author was."""
    reporting = problem.voices.reporting
    if reporting.kind != "report":
        return []
    found = []
    for a in reporting.powers:
        certain = replace(reporting, powers=(a,))
        tables = [replace(one, reporting=certain) for one in problem.tables]
        found.append(
            reweighted(problem, lives, f"a = {a:g}", _with(problem, tables=tables), pool=pool)
        )
    return found
