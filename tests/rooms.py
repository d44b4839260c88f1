"""Hand-made people to interview, and the chances of what they say by plain enumeration."""

import math
from itertools import product

import numpy as np
from scipy.special import ndtri

from colsim.calibration.likelihood import (
    NODE_WEIGHTS,
    Room,
    Sittings,
    Voices,
    gauge_of,
    sittings_of,
)
from colsim.calibration.observables import Measurement, Observable

CELLS = (("A", "CSW"), ("B", "CSW"), ("A", "MHSW"), ("C", "MHSW"))
OBSERVABLES = {
    ("A", "CSW"): Observable("confidence", (0.3, 0.5, 0.6), 0.1, "", mention=(0.5, 0.8, 0.9)),
    ("B", "CSW"): Observable("narrative", (-0.2, 0.1, 0.3), 0.2, "", "below"),
    ("A", "MHSW"): Observable("confidence", (0.2, 0.4, 0.7), 0.15, ""),
    ("C", "MHSW"): Observable("belonging", (0.3, 0.4, 0.5), 0.08, "", "below", (0.9, 0.95, 1.0)),
}


def gauge_for(observables=None, *, talkativeness=0.7, least_contacts=1.0, sharper=1.0):
    observables = OBSERVABLES if observables is None else observables
    measurement = Measurement(
        observables, talkativeness=talkativeness, least_contacts=least_contacts
    )
    return gauge_of(measurement, tuple(observables), sharper=sharper)


def room_with(gauge, csw, mhsw, seed=1, *, contacts=10.0):
    """Return people whose states lie anywhere from 0 to 1, all with contacts enough."""
    chance = np.random.default_rng(seed)
    values = chance.random((csw + mhsw, len(gauge.names)))
    values[:, gauge.names.index("contacts")] = contacts
    return Room(values, csw, chance.integers(1, 1 << 62, csw + mhsw).astype(np.uint64))


def seated(room, gauge, interviewed, *, seed=1, count=8):
    return sittings_of(room, gauge, interviewed=interviewed, seed=seed, count=count)


def some(sittings, chosen):
    return Sittings(sittings.seats[chosen], sittings.talk[chosen])


def voices_of(cells, interviewed, low, high=None, answers=None):
    low = np.asarray(low, np.int64)
    high = low if high is None else np.asarray(high, np.int64)
    return Voices(tuple(cells), interviewed, low, high, answers)


def chance_to_voice(room, sittings, gauge, m, c, seat, threshold, mention):
    """Return one person's chance, from the formula of the module."""
    value = room.values[sittings.seats[m, seat], gauge.column[c]]
    x = gauge.sign[c] * (value - gauge.thresholds[c, threshold]) / gauge.scale[c]
    x += sittings.talk[m, seat]
    return gauge.mentions[c, mention] / (1.0 + math.exp(-x))


def seats_of(gauge, interviewed, c):
    first = 0 if gauge.service[c] == 0 else interviewed[0]
    return range(first, first + interviewed[gauge.service[c]])


def nodes():
    for t, q in product(range(3), repeat=2):
        yield NODE_WEIGHTS[t] * NODE_WEIGHTS[q], t, q


def enumerated(room, sittings, gauge, interviewed, m, c, accept):
    """Return the chance that `accept` holds of who voices a theme: every pattern, one by one."""
    total = 0.0
    seats = list(seats_of(gauge, interviewed, c))
    for weight, t, q in nodes():
        p = [chance_to_voice(room, sittings, gauge, m, c, j, t, q) for j in seats]
        for pattern in product((0, 1), repeat=len(seats)):
            if accept(pattern):
                total += weight * math.prod(
                    one if said else 1.0 - one for one, said in zip(p, pattern, strict=True)
                )
    return total


def toy_rooms(quantiles, gauge, runs, *, csw=30, mhsw=20, seed=1, chance_of_run=0.15):
    """Return made-up worlds: two parameters move two states, and each run has luck of its own."""
    x = ndtri(np.clip(quantiles, 1e-9, 1 - 1e-9))
    columns = [gauge.names.index(name) for name in ("confidence", "narrative", "belonging")]
    rooms = []
    for world, row in enumerate(x):
        found = []
        for run in range(runs):
            chance = np.random.default_rng([seed, world, run])
            luck = chance_of_run * chance.standard_normal()
            values = np.full((csw + mhsw, len(gauge.names)), 10.0)
            spread = 0.15 * chance.standard_normal((csw + mhsw, 3))
            means = (0.5 + 0.15 * row[0], 0.1 + 0.2 * row[1], 0.4 + 0.1 * row[0] - 0.1 * row[1])
            values[:, columns] = np.array(means) + luck + spread
            origin = chance.integers(1, 1 << 62, csw + mhsw).astype(np.uint64)
            found.append(Room(values, csw, origin))
        rooms.append(tuple(found))
    return tuple(rooms)
