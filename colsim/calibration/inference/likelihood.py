"""The chance of what was voiced, and of what was written down of it, given who could speak of what.

One *sitting* is one way to choose the interviewed from those in post, with one draw of
their talkativeness. Given a sitting, a theme's threshold and the levels that all themes share
(mention, and how themes were written down: `reporting`), each person voices a theme or not
independently of the others, so a count is a sum of unequal coins. A theme's threshold is
averaged over its three places, for both services together, given that the theme is in the list;
then themes are multiplied, and products averaged over shared levels, sittings and runs. Averaged
is the product and not its logarithm: a mean of logarithms would take the chance of who was asked
for certainty.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from colsim.calibration.arrays import Values, Whole
from colsim.calibration.inference.kernels import (
    answered,
    score_sets,
    tabulate,
    theme_terms,
)
from colsim.calibration.inference.sittings import (
    NODE_WEIGHTS,
    Instrument,
    SamplingFrame,
    Sittings,
    Voices,
)
from colsim.calibration.interviewing.reporting import Reporting, thinned

_STEEPEST = 300.0


# ---- what the data say, laid out for the kernels


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Cells by theme, and what each count of people who could speak is worth.

    Levels h are the combinations of a, q and one class's mention, mention changing fastest.
    """

    members: Whole
    """Cells of each theme that are compared with, shape (themes, 2); -1 for none."""
    themes: tuple[str, ...]
    asked: Whole
    """1 for themes that were asked about."""
    heard: Values
    """Reported at all, by how many could speak: shape (cells, counts, levels)."""
    said: Values
    """Each state, by how many could speak: shape (cells, counts, states, levels)."""
    patterns: Whole
    """States of a theme's cells, shape (patterns, 2)."""
    unheard: npt.NDArray[np.bool_]
    """Where nobody may have voiced it, though it is in the list: shape (themes, patterns)."""
    levels: Values
    """Chance of mention, shape (cells, levels)."""
    log_weights: Values
    """Of (a, q), volunteered and asked mention together."""
    shared: int
    """Combinations of a and q."""


@lru_cache(maxsize=64)
def layout_of(instrument: Instrument, voices: Voices, *, made: bool = False) -> Layout:
    """Lay out what a table says, or all that a made-up table could say.

    Args:
        instrument: the measurement.
        voices: what was voiced, and how it was written down.
        made: lay out every state of a made-up table (`made_states`) rather than this one's.
    """
    reporting, most = voices.reporting, max(*voices.interviewed, 0)
    shared = len(reporting.powers) * len(reporting.alls)
    levels = 3 * shared
    each, heard, mentions = [], [], []
    for c, cell in enumerate(voices.cells):
        n = voices.interviewed[instrument.service[c]]
        of_class = instrument.mentions[int(cell[0] in voices.asked)]
        band = (int(voices.low[c]), int(voices.high[c]))
        written = (
            made_states(reporting, n, band[1] - band[0])
            if made
            else reporting.of_band(n, *band, absent=cell in voices.absent)[None]
        )
        padding = ((0, most - n), (0, 0))
        heard.append(
            np.pad(thinned(1.0 - reporting.silent(n), of_class).reshape(levels, -1).T, padding)
        )
        by_state = [thinned(one, of_class).reshape(levels, -1).T for one in written]
        each.append(np.stack([np.pad(one, padding) for one in by_state], axis=1))
        mentions.append(np.tile(of_class, shared))
    states = max((one.shape[1] for one in each), default=1)
    said = [np.pad(one, ((0, 0), (0, states - one.shape[1]), (0, 0))) for one in each]
    members, themes = _members(instrument, voices)
    patterns = np.array(list(product(range(states), repeat=2)), np.int64)
    both = np.outer(NODE_WEIGHTS, NODE_WEIGHTS).ravel()
    return Layout(
        members,
        themes,
        np.array([theme in voices.asked for theme in themes], np.int64),
        np.reshape(heard, (len(voices.cells), most + 1, levels)),
        np.reshape(said, (len(voices.cells), most + 1, states, levels)),
        patterns,
        _unheard(voices, members, patterns, made=made),
        np.reshape(mentions, (len(voices.cells), levels)),
        np.log(np.tile(both, shared) / shared),
        shared,
    )


def made_states(reporting: Reporting, n: int, width: int) -> Values:
    """Return the chance of each state of a made-up cell, by count: (states, powers, alls, n + 1).

    In a report the states are absent, some and all. Otherwise they are bands of counts as wide as
    the one that is known, from the narrowest start to the last; a band is placed around the
    count by chance, so that a band of width 0 is the count itself.
    """
    if reporting.kind == "report":
        return reporting.of_states(n)
    starts = np.zeros((n - width + 1, n + 1))
    for k in range(n + 1):
        for below in range(width + 1):
            starts[min(max(k - below, 0), n - width), k] += 1.0 / (width + 1)
    return np.tile(starts[:, None, None, :], (1, *reporting.shape(), 1))


def _members(instrument: Instrument, voices: Voices) -> tuple[Whole, tuple[str, ...]]:
    """Return the cells of each theme that are compared with, and those themes."""
    themes = voices.themes
    members = np.full((len(themes), 2), -1, np.int64)
    for c, cell in enumerate(voices.cells):
        if instrument.weight[c] > 0:
            row = members[themes.index(cell[0])]
            row[int(row[0] >= 0)] = c
    used = members[:, 0] >= 0
    return members[used], tuple(theme for theme, one in zip(themes, used, strict=True) if one)


def _unheard(
    voices: Voices, members: Whole, patterns: Whole, *, made: bool
) -> npt.NDArray[np.bool_]:
    """Return where what is known allows that nobody voiced a theme: (themes, patterns).

    A list of what anybody voiced rules that out.
    """
    rows = []
    for row in members:
        own = [c for c in row if c >= 0]
        if voices.reporting.kind == "codebook" or not (made or voices.reporting.kind == "listed"):
            rows.append(np.zeros(len(patterns), np.bool_))
        elif made:  # state 0: absent, or a band from nobody
            rows.append((patterns[:, : len(own)] == 0).all(axis=1))
        else:
            rows.append(np.full(len(patterns), all(voices.low[c] == 0 for c in own)))
    return np.reshape(rows, (len(members), len(patterns)))


def chances(
    frame: SamplingFrame, sittings: Sittings, instrument: Instrument, interviewed: tuple[int, int]
) -> Values:
    """Return how likely it is that so many of the interviewed could speak of each theme.

    Returns:
        Shape (cells, sittings, thresholds, largest group + 1); 0 above the number interviewed.
    """
    table = np.zeros((len(instrument.service), len(sittings.seats), 3, max(*interviewed, 0) + 1))
    tabulate(
        table, odds_against(frame.values, instrument), sittings.seats, np.exp(-sittings.talk),
        np.array(interviewed), instrument.service,
    )  # fmt: skip
    return table


def terms_of(
    frame: SamplingFrame,
    sittings: Sittings,
    instrument: Instrument,
    voices: Voices,
    *,
    made: bool = False,
) -> Values:
    """Return the logarithm of the chance of each pattern of each theme.

    Args:
        frame: who is in post.
        sittings: who is asked.
        instrument: what makes them voice a theme.
        voices: what was voiced; of a made-up table, how many were interviewed and how it came
            about.
        made: see `layout_of`.

    Returns:
        Shape (sittings, themes, patterns, levels); themes with nothing that is compared with are
        left out.
    """
    layout = layout_of(instrument, voices, made=made)
    table = chances(frame, sittings, instrument, voices.interviewed)
    cells, count = table.shape[:2]
    flat = table.reshape(cells, count * 3, -1)
    shape = (cells, count, 3)
    heard = np.matmul(flat, layout.heard).reshape(*shape, -1)
    if made or voices.answers is None:
        size = layout.said.shape[:2]
        said = np.matmul(flat, layout.said.reshape(*size, -1))
        said = said.reshape(*shape, *layout.said.shape[2:])
    else:
        said = np.zeros((*shape, layout.levels.shape[1]))
        answered(
            said, odds_against(frame.values, instrument), sittings.seats, np.exp(-sittings.talk),
            np.array(voices.interviewed), instrument.service, voices.answers, layout.levels,
        )  # fmt: skip
        said = said[..., None, :]
    out = np.empty((count, len(layout.themes), len(layout.patterns), layout.levels.shape[1]))
    scratch = np.empty((3, out.shape[3]))
    theme_terms(
        out, scratch, said, heard, layout.members, layout.patterns, NODE_WEIGHTS, layout.unheard
    )
    with np.errstate(divide="ignore"):
        np.log(out, out=out)
    return out


def scored(terms: Values, layout: Layout, sets: Whole, *, geometric: bool = False) -> Values:
    """Return the log-likelihood of sets of patterns in one run.

    Args:
        terms: from `terms_of`.
        layout: the same data, laid out.
        sets: a pattern of each theme, shape (sets, themes); -1 leaves a theme out.
        geometric: average logarithms over sittings: the wrong likelihood.
    """
    out = np.zeros(len(sets))
    if terms.shape[1]:
        found = np.empty((len(terms), 2 * layout.shared))
        sums = np.empty((2, terms.shape[3]))
        score_sets(out, sums, found, terms, sets, layout.asked, NODE_WEIGHTS, geometric)
    return out


def log_likelihood(
    frame: SamplingFrame,
    sittings: Sittings,
    instrument: Instrument,
    voices: Voices,
    *,
    geometric: bool = False,
) -> float:
    """Return the logarithm of the chance of what was voiced in one run."""
    layout = layout_of(instrument, voices)
    whole = np.zeros((1, len(layout.themes)), np.int64)
    terms = terms_of(frame, sittings, instrument, voices)
    return float(scored(terms, layout, whole, geometric=geometric)[0])


def by_theme(
    frame: SamplingFrame, sittings: Sittings, instrument: Instrument, voices: Voices
) -> Values:
    """Return `log_likelihood`, and that without each theme: shape (themes + 1,)."""
    layout = layout_of(instrument, voices)
    count = len(layout.themes)
    sets = np.zeros((count + 1, count), np.int64)
    sets[1:][np.eye(count, dtype=bool)] = -1
    return scored(terms_of(frame, sittings, instrument, voices), layout, sets)


def levels_after(
    frame: SamplingFrame, sittings: Sittings, instrument: Instrument, voices: Voices
) -> Values:
    """Return how likely each shared level is after the interviews, in one run.

    Returns:
        Shape (a and q, volunteered mention, asked mention).
    """
    layout = layout_of(instrument, voices)
    terms = terms_of(frame, sittings, instrument, voices)[:, :, 0, :]
    of_class = [terms[:, layout.asked == k].sum(axis=1) for k in (0, 1)]
    shape = (len(terms), layout.shared, 3)
    volunteered, asked = (one.reshape(shape) for one in of_class)
    logs = volunteered[..., :, None] + asked[..., None, :]
    logs = logs + layout.log_weights.reshape(1, layout.shared, 3, 3)
    if not np.isfinite(logs).any():
        return np.exp(layout.log_weights).reshape(layout.shared, 3, 3)
    weights = np.exp(logs - logs.max()).sum(axis=0)
    return np.asarray(weights / weights.sum())


def odds_against(values: Values, instrument: Instrument) -> Values:
    """Return exp(-x) of everyone, shape (people, cells, thresholds)."""
    above = values[:, instrument.column, None] - instrument.thresholds
    x = above * (instrument.sign / instrument.scale)[:, None]
    return np.ascontiguousarray(np.exp(-np.clip(x, -_STEEPEST, _STEEPEST)))


def voicing(odds_against: float, mention: float, talk: float) -> float:
    """Return the chance that somebody voices a theme."""
    return mention / (1.0 + odds_against * math.exp(-talk))


def mean_of_products(logs: Values, axis: int) -> Values:
    """Return the logarithm of the mean of what these are the logarithms of."""
    highest = np.max(logs, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):  # nothing that was seen could have happened: -inf
        mean = np.log(np.mean(np.exp(logs - shift), axis=axis, keepdims=True)) + shift
    return np.asarray(np.squeeze(mean, axis=axis))


def mixed(logs: Values, weights: Sequence[float]) -> Values:
    """Return the logarithm of a weighted mean, along the first axis, of what these are of."""
    if len(weights) == 1:
        return np.asarray(logs[0])
    with np.errstate(divide="ignore"):
        shares = np.log(np.array(weights) * len(weights) / sum(weights))
    return mean_of_products(logs + shares.reshape(-1, *(1,) * (logs.ndim - 1)), 0)


def mean_of_logarithms(logs: Values, axis: int) -> Values:
    """Return the mean of logarithms: the wrong average, which the checks must tell apart."""
    return np.asarray(np.mean(logs, axis=axis))
