"""Checks that a calibration can fail: does the model say more than no model, and of which theme?

*Skill* leaves out one theme after the other and asks how likely it is given the rest: in the
calibrated model, and in a null without any model, in which the people of a service voice each
theme with one and the same chance, unknown and spread from theme to theme (a beta-binomial), and
themes are written down in the same way. A model that knows which theme is whose beats it.

*Permutation* exchanges the rows of a table within a service, so that each theme is held against
what was said of another. If as many exchanged tables are as likely as the true one, the model does
not know which theme is which.

*Discrepancies* hold plain figures of the table against those of made-up ones: unanimity and
one-sidedness, which the likelihood hardly sees.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import betaln, comb, logsumexp

from colsim.calibration.arrays import Values, Whole
from colsim.calibration.inference.likelihood import layout_of
from colsim.calibration.inference.sampler import generator
from colsim.calibration.inference.sittings import Instrument, Voices
from colsim.calibration.interviewing.reporting import ABSENT, ALL
from colsim.calibration.interviewing.speaking import pattern_of, states_of

_MEANS = np.arange(0.1, 0.95, 0.1)
_SPREADS = np.array([1.0, 3.0, 10.0])
"""Means of the chance that somebody voices a theme, and how alike themes are (a + b of a beta)."""
_PERMUTED = 7021
_TRIES = 10_000


def null_scores(instrument: Instrument, voices: Voices) -> Values:
    """Return how likely a table is without any model.

    Returns:
        Shape (themes + 1,): the log evidence of the whole, and of the whole without each theme.
    """
    layout = layout_of(instrument, voices)
    terms = np.stack([_theme_in_null(instrument, voices, row) for row in layout.members])
    whole = terms.sum(axis=0)
    kinds = np.log(terms[0].size)
    return np.array([logsumexp(whole) - kinds, *(logsumexp(whole - t) - kinds for t in terms)])


def _theme_in_null(instrument: Instrument, voices: Voices, cells: Whole) -> Values:
    """Return the log chance of a theme: shape (powers, alls, means, means, spreads)."""
    reporting = voices.reporting
    shape = (*reporting.shape(), len(_MEANS), len(_MEANS), len(_SPREADS))
    said, silent = np.ones(shape), np.ones(shape)
    for c in (c for c in cells if c >= 0):
        service = int(instrument.service[c])
        n = voices.interviewed[service]
        counts = _beta_binomial(n)  # (means, spreads, counts)
        for total, written in ((said, _written(voices, int(c), n)), (silent, reporting.silent(n))):
            chance = np.einsum("aqk,msk->aqms", written, counts)
            # CSWs have a mean of their own, and MHSWs.
            total *= chance[:, :, :, None, :] if service == 0 else chance[:, :, None, :, :]
    if reporting.kind == "listed" and all(voices.low[c] == 0 for c in cells if c >= 0):
        said = said - silent
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(said, 0.0)) - np.log(1.0 - silent))


def _written(voices: Voices, c: int, n: int) -> Values:
    """Return the chance of what is known of a cell, by count: (powers, alls, counts)."""
    low, high = int(voices.low[c]), int(voices.high[c])
    if voices.answers is None:
        return voices.reporting.of_band(n, low, high, absent=voices.cells[c] in voices.absent)
    # One pattern of answers of all that have this count; unknown ones may be either.
    k = np.arange(n + 1)
    ways = np.where((k >= low) & (k <= high), comb(high - low, np.maximum(k - low, 0)), 0.0)
    return np.tile(ways / comb(n, k), (*voices.reporting.shape(), 1))


def _beta_binomial(n: int) -> Values:
    """Return the chance of each count: shape (means, spreads, n + 1)."""
    k = np.arange(n + 1)
    a, b = _MEANS[:, None] * _SPREADS, (1.0 - _MEANS)[:, None] * _SPREADS
    logs = betaln(a[..., None] + k, b[..., None] + n - k) - betaln(a, b)[..., None]
    return np.asarray(np.exp(logs) * comb(n, k))


@dataclass(frozen=True, slots=True)
class Skill:
    """How likely each theme is given the others, with and without a model."""

    theme: str
    model: float
    """Logarithm of its chance given the others, in the calibrated model."""
    null: float
    """The same without any model."""


def permuted_sets(instrument: Instrument, voices: Voices, *, count: int, seed: int) -> Whole:
    """Return tables whose rows are exchanged within each service: shape (count, cells).

    Rows that are not compared with stay; a table in which a theme would be reported of nobody
    is drawn again, as the true one has none. Fewer are returned where hardly any can be made.
    """
    layout = layout_of(instrument, voices, made=True)
    chance = generator(seed, _PERMUTED)
    states = states_of(instrument, voices)
    width = voices.high - voices.low
    report = voices.reporting.kind == "report"
    found: list[Whole] = []
    # Bands of one width may change places: in a report all may.
    alike = sorted(
        set(zip(instrument.service.tolist(), (width * (not report)).tolist(), strict=True))
    )
    for _ in range(_TRIES):
        if len(found) == count:
            break
        mixed = states.copy()
        for service, band in alike:
            own = np.flatnonzero(
                (instrument.service == service)
                & (instrument.weight > 0)
                & (report | (width == band))
            )
            mixed[own] = states[chance.permutation(own)]
        patterns = pattern_of(mixed, layout)
        if not layout.unheard[np.arange(len(patterns)), patterns].any():
            found.append(mixed)
    return np.array(found, np.int64).reshape(-1, len(states))


FIGURES = ("unanimous", "voiced", "difference")


def figures_of(instrument: Instrument, voices: Voices, states: Whole) -> Values:
    """Return plain figures of tables.

    Args:
        instrument: the measurement.
        voices: how the table came about.
        states: of cells, shape (tables, cells).

    Returns:
        Shape (tables, 3): rows in which everybody voiced it; the mean share voiced (in a report,
        the share of rows that are not absent); that of CSWs less that of MHSWs.
    """
    size = np.array(voices.interviewed)[instrument.service]
    report = voices.reporting.kind == "report"
    used = instrument.weight > 0
    middle = states + (voices.high - voices.low) / 2.0
    share = (states != ABSENT).astype(np.float64) if report else middle / np.maximum(size, 1)
    unanimous = states == ALL if report else states == size
    of = [share[:, used & (instrument.service == s)] for s in (0, 1)]
    means = [one.mean(axis=1) if one.shape[1] else np.zeros(len(states)) for one in of]
    return np.stack(
        [unanimous[:, used].sum(axis=1), share[:, used].mean(axis=1), means[0] - means[1]], axis=1
    ).astype(np.float64)


def discrepancies(
    instrument: Instrument, voices: Voices, prior: Whole, posterior: Whole
) -> list[dict[str, Any]]:
    """Return plain figures of the table beside those of made-up ones.

    Args:
        instrument: the measurement.
        voices: the table.
        prior: made up in worlds of the prior, shape (tables, cells).
        posterior: made up in worlds of the posterior.
    """
    held = figures_of(instrument, voices, states_of(instrument, voices)[None])[0]
    found = []
    for k, name in enumerate(FIGURES):
        row: dict[str, Any] = {"figure": name, "held": float(held[k])}
        for source, states in (("prior", prior), ("posterior", posterior)):
            made = figures_of(instrument, voices, states)[:, k]
            above = float((made >= held[k]).mean())
            below = float((made <= held[k]).mean())
            row |= {
                f"{source}_mean": float(made.mean()),
                f"{source}_p": min(1.0, 2.0 * min(above, below)),
            }
        found.append(row)
    return found
