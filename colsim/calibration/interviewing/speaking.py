"""Interviews made up: people of a sitting speak, and somebody writes down what was said.

The same model as the likelihood's, drawn from instead of added up, and written apart from it,
so that each can be held against the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.calibration.arrays import Values, Whole
from colsim.calibration.inference.likelihood import Layout, odds_against, voicing
from colsim.calibration.inference.sittings import (
    NODE_WEIGHTS,
    UNKNOWN,
    Instrument,
    SamplingFrame,
    Sittings,
    Voices,
)
from colsim.calibration.interviewing.reporting import ABSENT, ALL, SOME
from colsim.core import rng


@dataclass(frozen=True, slots=True)
class Said:
    """What came of one made-up set of interviews."""

    answers: npt.NDArray[np.int8]
    """Shape (interviewed, cells); -1 for cells of the other service."""
    states: Whole
    """What is written down of each cell: absent, some or all in a report, otherwise the start of a
    band of counts."""


def speak(
    frame: SamplingFrame,
    sittings: Sittings,
    instrument: Instrument,
    voices: Voices,
    *,
    chosen: int = 0,
    seed: int,
) -> Said:
    """Let the interviewed of a sitting speak, and write it down.

    Levels that all themes share are drawn once; each theme is drawn given that it is in the list,
    as only themes in it are ever seen.

    Args:
        frame: who is in post.
        sittings: drawn from them.
        instrument: what makes them voice a theme.
        voices: how many are interviewed, what was asked about, and how it is written down.
        chosen: which sitting.
        seed: what the draws are keyed by.

    Raises:
        RuntimeError: nobody could voice a theme in any way.
    """
    generator = np.random.Generator(np.random.Philox(key=int(rng.seed_key(seed))))
    reporting, interviewed = voices.reporting, voices.interviewed
    power = int(generator.integers(len(reporting.powers)))
    everyone = reporting.alls[generator.integers(len(reporting.alls))]
    mentions = instrument.mentions[np.arange(2), generator.choice(3, size=2, p=NODE_WEIGHTS)]
    odds = odds_against(frame.values, instrument)
    answers = np.full((sum(interviewed), len(instrument.service)), UNKNOWN, np.int8)
    states = np.zeros(len(instrument.service), np.int64)
    for theme in voices.themes:
        cells = [c for c, cell in enumerate(voices.cells) if cell[0] == theme]
        mention = float(mentions[int(theme in voices.asked)])
        seats = [_seats(interviewed, int(instrument.service[c])) for c in cells]
        coins = [
            [
                [
                    voicing(
                        odds[sittings.seats[chosen, j], c, t], mention, sittings.talk[chosen, j]
                    )
                    for j in of
                ]
                for c, of in zip(cells, seats, strict=True)
            ]
            for t in range(3)
        ]
        place, reported = _listed(coins, cells, instrument, voices, power, generator)
        for i, (c, of) in enumerate(zip(cells, seats, strict=True)):
            n = len(of)
            chances = _sums(coins[place][i])[0]
            if reported[i] is not None:
                s = reporting.reported(n)[power]
                chances = chances * (s if reported[i] else 1.0 - s)
            count = int(generator.choice(n + 1, p=chances / chances.sum()))
            answers[list(of), c] = _who(coins[place][i], count, generator)
            if reporting.kind == "report":
                whole = count == n and bool(generator.random() < everyone)
                said = reported[i] if reported[i] is not None else count > 0
                states[c] = (ALL if whole else SOME) if said else ABSENT
            else:
                width = int(voices.high[c] - voices.low[c])
                start = count - int(generator.integers(width + 1))
                states[c] = min(max(start, 0), n - width)
    return Said(answers, states)


def _seats(interviewed: tuple[int, int], service: int) -> range:
    first = (0, interviewed[0])[service]
    return range(first, first + interviewed[service])


def _sums(coins: Sequence[float]) -> Values:
    """Return the chance of each sum of unequal coins, of all of them and of fewer from the left."""
    found = np.zeros((len(coins) + 1, len(coins) + 1))
    found[-1, 0] = 1.0
    for j in range(len(coins) - 1, -1, -1):
        found[j] = (1.0 - coins[j]) * found[j + 1]
        found[j, 1:] += coins[j] * found[j + 1, :-1]
    return found


def _who(coins: Sequence[float], count: int, generator: np.random.Generator) -> list[int]:
    """Return who voiced it, given how many did."""
    rest, said, left = _sums(coins), [], count
    for j, p in enumerate(coins):
        yes = p * rest[j + 1][left - 1] if left else 0.0
        no = (1.0 - p) * rest[j + 1][left]
        voiced = bool(generator.random() * (yes + no) < yes)
        left -= voiced
        said.append(int(voiced))
    return said


def _listed(
    coins: Sequence[Sequence[Sequence[float]]],
    cells: Sequence[int],
    instrument: Instrument,
    voices: Voices,
    power: int,
    generator: np.random.Generator,
) -> tuple[int, list[bool | None]]:
    """Draw a theme's threshold, and of which services it is reported, given that it is listed.

    Returns:
        The place of the threshold, and for each cell whether it is reported; None where nothing
        is asked of it.

    Raises:
        RuntimeError: nobody could voice the theme in any way.
    """
    compared = [i for i, c in enumerate(cells) if instrument.weight[c] > 0]
    reported: list[bool | None] = [None] * len(cells)
    if voices.reporting.kind == "codebook" or not compared:
        return int(generator.choice(3, p=NODE_WEIGHTS)), reported
    chance = np.array(
        [
            [_sums(of[i])[0] @ voices.reporting.reported(len(of[i]))[power] for i in compared]
            for of in coins
        ]
    )
    # That one is reported at least, without the loss of digits that 1 - (1 - a)(1 - b) has.
    either = chance[:, 0] if len(compared) == 1 else chance.sum(axis=1) - chance.prod(axis=1)
    weights = NODE_WEIGHTS * either
    if not weights.sum() > 0.0:
        raise RuntimeError(f"nobody could voice {voices.cells[cells[0]][0]}")
    place = int(generator.choice(3, p=weights / weights.sum()))
    known = False
    for k, i in enumerate(compared):
        last = k == len(compared) - 1
        sure = chance[place, k] if known else (1.0 if last else chance[place, k] / either[place])
        reported[i] = bool(generator.random() < sure)
        known = known or bool(reported[i])
    return place, reported


def states_of(instrument: Instrument, voices: Voices) -> Whole:
    """Return the state of each cell of a table; of a report, how many were quoted is left out."""
    if voices.reporting.kind != "report":
        return np.array(voices.low)
    size = np.array(voices.interviewed)[instrument.service]
    absent = np.array([cell in voices.absent for cell in voices.cells]) | (voices.high == 0)
    return np.asarray(np.where(absent, ABSENT, np.where(voices.low == size, ALL, SOME)), np.int64)


def pattern_of(states: Whole, layout: Layout) -> Whole:
    """Return the pattern of each theme from the states of cells, shape (..., cells)."""
    members, most = layout.members, layout.said.shape[2]
    first = states[..., members[:, 0]]
    second = np.where(members[:, 1] >= 0, states[..., members[:, 1]], 0)
    return np.asarray(first * most + second, np.int64)
