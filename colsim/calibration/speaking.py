"""Interviews made up: people of a sitting speak, and somebody writes down what was said.

The same model as the likelihood's, drawn from instead of added up, and written apart from it,
so that each can be held against the other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.calibration.likelihood import (
    NODE_WEIGHTS,
    UNKNOWN,
    Gauge,
    Layout,
    Room,
    Sittings,
    Voices,
    Whole,
    odds_against,
    voicing,
)
from colsim.calibration.reporting import ABSENT, ALL, SOME
from colsim.core import rng

_TRIES = 100_000


@dataclass(frozen=True, slots=True)
class Said:
    """What came of one made-up set of interviews."""

    answers: npt.NDArray[np.int8]
    """Shape (interviewed, cells); -1 for cells of the other service."""
    states: Whole
    """What is written down of each cell: absent, some or all in a report, otherwise the start of a
    band of counts."""


def speak(
    room: Room, sittings: Sittings, gauge: Gauge, voices: Voices, *, chosen: int = 0, seed: int
) -> Said:
    """Let the interviewed of a sitting speak, and write it down.

    Levels that all themes share are drawn once; a theme that would not be in the list is drawn
    again, as only themes in it are ever seen.

    Args:
        room: who is in post.
        sittings: drawn from them.
        gauge: what makes them voice a theme.
        voices: how many are interviewed, what was asked about, and how it is written down.
        chosen: which sitting.
        seed: what the draws are keyed by.

    Raises:
        RuntimeError: a theme comes up in none of 100,000 tries.
    """
    generator = np.random.Generator(np.random.Philox(key=int(rng.seed_key(seed))))
    reporting, interviewed = voices.reporting, voices.interviewed
    power = reporting.powers[generator.integers(len(reporting.powers))]
    everyone = reporting.alls[generator.integers(len(reporting.alls))]
    mentions = gauge.mentions[np.arange(2), generator.choice(3, size=2, p=NODE_WEIGHTS)]
    odds = odds_against(room.values, gauge)
    answers = np.full((sum(interviewed), len(gauge.service)), UNKNOWN, np.int8)
    states = np.zeros(len(gauge.service), np.int64)
    for theme in voices.themes:
        cells = [c for c, cell in enumerate(voices.cells) if cell[0] == theme]
        compared = [c for c in cells if gauge.weight[c] > 0]
        mention = float(mentions[int(theme in voices.asked)])
        for _ in range(_TRIES):
            place = int(generator.choice(3, p=NODE_WEIGHTS))
            listed = reporting.kind == "codebook" or not compared
            for c in cells:
                service = int(gauge.service[c])
                first, n = (0, interviewed[0])[service], interviewed[service]
                for j in range(first, first + n):
                    seat, talk = sittings.seats[chosen, j], sittings.talk[chosen, j]
                    p = voicing(odds[seat, c, place], mention, talk)
                    answers[j, c] = generator.random() < p
                count = int((answers[first : first + n, c] == 1).sum())
                reported = count > 0
                if reporting.kind == "report":
                    reported = bool(generator.random() < (count / max(n, 1)) ** power)
                    whole = count == n and bool(generator.random() < everyone)
                    states[c] = (ALL if whole else SOME) if reported else ABSENT
                else:
                    width = int(voices.high[c] - voices.low[c])
                    start = count - int(generator.integers(width + 1))
                    states[c] = min(max(start, 0), n - width)
                listed |= reported and c in compared
            if listed:
                break
        else:
            raise RuntimeError(f"{theme} came up in none of {_TRIES} made-up sets of interviews")
    return Said(answers, states)


def states_of(gauge: Gauge, voices: Voices) -> Whole:
    """Return the state of each cell of a table; of a report, how many were quoted is left out."""
    if voices.reporting.kind != "report":
        return np.array(voices.low)
    size = np.array(voices.interviewed)[gauge.service]
    absent = np.array([cell in voices.absent for cell in voices.cells]) | (voices.high == 0)
    return np.asarray(np.where(absent, ABSENT, np.where(voices.low == size, ALL, SOME)), np.int64)


def pattern_of(states: Whole, layout: Layout) -> Whole:
    """Return the pattern of each theme from the states of cells, shape (..., cells)."""
    members, most = layout.members, layout.said.shape[2]
    first = states[..., members[:, 0]]
    second = np.where(members[:, 1] >= 0, states[..., members[:, 1]], 0)
    return np.asarray(first * most + second, np.int64)
