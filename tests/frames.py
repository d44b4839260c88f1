"""Hand-made people to interview, and the chances of what they say by plain enumeration."""

import math
from itertools import product

import numpy as np
from scipy.special import ndtri

from colsim.calibration.inference.sittings import (
    NODE_WEIGHTS,
    SamplingFrame,
    Voices,
    instrument_of,
    sittings_of,
)
from colsim.calibration.interviewing.observables import Measurement, Observable
from colsim.calibration.interviewing.reporting import ALLS, POWERS, Reporting

CELLS = (("A", "CSW"), ("A", "MHSW"), ("B", "CSW"), ("C", "MHSW"))
OBSERVABLES = {
    ("A", "CSW"): Observable("confidence", "above", "", (0.3, 0.5, 0.6), 0.1),
    ("A", "MHSW"): Observable("confidence", "above", "", (0.2, 0.4, 0.7), 0.15),
    ("B", "CSW"): Observable("narrative", "below", "", (-0.2, 0.1, 0.3), 0.2),
    ("C", "MHSW"): Observable("belonging", "below", "", (0.3, 0.4, 0.5), 0.08),
}
REPORT = Reporting("report", POWERS, ALLS)
LISTED = Reporting("listed")


def instrument_for(observables=None, *, talkativeness=0.7, least_contacts=1.0, **more):
    observables = OBSERVABLES if observables is None else observables
    measurement = Measurement(
        observables, talkativeness=talkativeness, least_contacts=least_contacts, **more
    )
    return instrument_of(measurement, tuple(observables))


def frame_with(instrument, csw, mhsw, seed=1, *, contacts=10.0):
    """Return people whose states lie anywhere from 0 to 1, all with contacts enough."""
    chance = np.random.default_rng(seed)
    values = chance.random((csw + mhsw, len(instrument.names)))
    values[:, instrument.names.index("contacts")] = contacts
    return SamplingFrame(values, csw, chance.integers(1, 1 << 62, csw + mhsw).astype(np.uint64))


def seated(frame, instrument, interviewed, *, seed=1, count=8):
    return sittings_of(frame, instrument, interviewed=interviewed, seed=seed, count=count)


def voices_of(cells, interviewed, low, high=None, answers=None, **more):
    low = np.asarray(low, np.int64)
    high = low if high is None else np.asarray(high, np.int64)
    return Voices(tuple(cells), interviewed, low, high, answers, **more)


def chance_to_voice(frame, sittings, instrument, m, c, seat, threshold, mention):
    """Return one person's chance, from the formula of the module."""
    value = frame.values[sittings.seats[m, seat], instrument.column[c]]
    x = instrument.sign[c] * (value - instrument.thresholds[c, threshold]) / instrument.scale[c]
    x += sittings.talk[m, seat]
    return mention / (1.0 + math.exp(-x))


def seats_of(instrument, interviewed, c):
    first = 0 if instrument.service[c] == 0 else interviewed[0]
    return range(first, first + interviewed[instrument.service[c]])


def enumerated(frame, sittings, instrument, voices, says, silent):
    """Return the chance of what was voiced: every level, sitting, theme, threshold and pattern.

    Args:
        frame, sittings, instrument, voices: as for the likelihood.
        says: (cells of a theme, who voiced it in each, a, q) to the chance that what is known of
            the theme is written, and the theme listed.
        silent: (count, asked, a, q) to the chance that the theme is not reported of a service.
    """
    reporting = voices.reporting
    total = 0.0
    grid = list(product(reporting.powers, reporting.alls, range(3), range(3)))
    for a, q, v, k in grid:
        weight = NODE_WEIGHTS[v] * NODE_WEIGHTS[k] / len(reporting.powers) / len(reporting.alls)
        for m in range(len(sittings.seats)):
            chance = 1.0
            for theme in voices.themes:
                mention = (
                    instrument.mentions[1, k]
                    if theme in voices.asked
                    else instrument.mentions[0, v]
                )
                own = [
                    c for c, cell in enumerate(voices.cells)
                    if cell[0] == theme and instrument.weight[c] > 0
                ]  # fmt: skip
                seen, unheard = 0.0, 0.0
                for t in range(3):
                    said, quiet = patterns(
                        frame, sittings, instrument, voices.interviewed, own, m, t, mention,
                        says, silent, a, q,
                    )  # fmt: skip
                    seen += NODE_WEIGHTS[t] * said
                    unheard += NODE_WEIGHTS[t] * quiet
                if own:
                    chance *= seen / (1.0 - unheard)
            total += weight * chance / len(sittings.seats)
    return math.log(total) if total > 0 else -math.inf


def patterns(frame, sittings, instrument, interviewed, own, m, t, mention, says, silent, a, q):
    """Return the chance of what is known of a theme, listed, and that it is not listed."""
    seats = [list(seats_of(instrument, interviewed, c)) for c in own]
    p = [
        [chance_to_voice(frame, sittings, instrument, m, c, j, t, mention) for j in of]
        for c, of in zip(own, seats, strict=True)
    ]
    said = quiet = 0.0
    for who in product(*(list(product((0, 1), repeat=len(of))) for of in seats)):
        chance = math.prod(
            one if voiced else 1.0 - one
            for of, voices in zip(p, who, strict=True)
            for one, voiced in zip(of, voices, strict=True)
        )
        quiet += chance * math.prod(silent(sum(w), len(w), a, q) for w in who)
        said += chance * says(own, who, a, q)
    return said, quiet


def toy_frames(quantiles, instrument, runs, *, csw=30, mhsw=20, seed=1, chance_of_run=0.15):
    """Return made-up worlds: two parameters move two states, and each run has luck of its own."""
    x = ndtri(np.clip(quantiles, 1e-9, 1 - 1e-9))
    columns = [instrument.names.index(name) for name in ("confidence", "narrative", "belonging")]
    frames = []
    for world, row in enumerate(x):
        found = []
        for run in range(runs):
            chance = np.random.default_rng([seed, world, run])
            luck = chance_of_run * chance.standard_normal()
            values = np.full((csw + mhsw, len(instrument.names)), 10.0)
            spread = 0.15 * chance.standard_normal((csw + mhsw, 3))
            means = (0.5 + 0.15 * row[0], 0.1 + 0.2 * row[1], 0.4 + 0.1 * row[0] - 0.1 * row[1])
            values[:, columns] = np.array(means) + luck + spread
            origin = chance.integers(1, 1 << 62, csw + mhsw).astype(np.uint64)
            found.append(SamplingFrame(values, csw, origin))
        frames.append(tuple(found))
    return tuple(frames)
