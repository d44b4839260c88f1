"""The chance of what was voiced, given who could speak of what.

One *sitting* is one way to choose the interviewed from those in post, with one draw of
their talkativeness. Given a sitting, and given a theme's threshold and mention, each
person voices the theme or not independently of the others, so a count is a sum of unequal
coins. Threshold and mention are unknown: each theme's chance is averaged over nine
combinations of theirs. Themes are then multiplied, which is right because all that ties
them together is in the sitting. What is averaged over sittings, and over runs of one set of
parameters, is this product itself and not its logarithm: a mean of logarithms would take the
chance of who was asked for certainty.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.calibration.kernels import (
    FLOOR,
    draw_sittings,
    score_answers,
    score_counts,
    score_nodes,
    tabulate,
)
from colsim.calibration.observables import Cell, Measurement
from colsim.calibration.quantities import SERVICES, Staff, read_quantities
from colsim.core import rng

Values = npt.NDArray[np.float64]
Average = Callable[[Values, int], Values]

NODE_WEIGHTS = np.array([0.3, 0.4, 0.3])
"""Of the low, middle and high value of a threshold, and of mention, taken as the 10th, 50th and
90th percentile of what they may be: they keep mean and spread (Swanson's rule; Hurst, Brown &
Swanson 2000)."""
SITTINGS = 256
"""Ways to choose the interviewed that are tried on each run."""
UNKNOWN = -1
_STEEPEST = 300.0


@dataclass(frozen=True, slots=True)
class Voices:
    """What was voiced, cell by cell, ready to be compared with a world.

    Either counts (`low`, `high`), or what each participant said (`answers`).
    """

    cells: tuple[Cell, ...]
    interviewed: tuple[int, int]
    """CSWs and MHSWs."""
    low: npt.NDArray[np.int64]
    """Fewest who voiced it, by cell."""
    high: npt.NDArray[np.int64]
    """Most who voiced it, by cell."""
    answers: npt.NDArray[np.int8] | None = None
    """Shape (participants, cells), CSWs first: 1 voiced, 0 not, -1 unknown or not of the service;
    in place of counts if given."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A measurement laid out for the kernel: one entry for each cell."""

    names: tuple[str, ...]
    """Quantities that are read of everyone."""
    service: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    sign: Values
    scale: Values
    thresholds: Values
    """Shape (cells, 3)."""
    mentions: Values
    """Shape (cells, 3)."""
    weight: Values
    talkativeness: float
    least_contacts: float


def gauge_of(measurement: Measurement, cells: Sequence[Cell], *, sharper: float = 1.0) -> Gauge:
    """Lay out the observables of cells.

    Args:
        measurement: with an observable for each of the cells.
        cells: themes and services, in order.
        sharper: how many times as sharp all thresholds are taken, to see what hangs on it.
    """
    used = [measurement.observables[cell].sharper(sharper) for cell in cells]
    names = tuple(dict.fromkeys(("contacts", *(one.quantity for one in used))))
    return Gauge(
        names=names,
        service=np.array([SERVICES.index(service) for _, service in cells], np.int64),
        column=np.array([names.index(one.quantity) for one in used], np.int64),
        sign=np.array([1.0 if one.direction == "above" else -1.0 for one in used]),
        scale=np.array([one.scale for one in used]),
        thresholds=np.array([one.threshold for one in used]).reshape(-1, 3),
        mentions=np.array([one.mention for one in used]).reshape(-1, 3),
        weight=np.array([one.weight for one in used]),
        talkativeness=measurement.talkativeness,
        least_contacts=measurement.least_contacts,
    )


@dataclass(frozen=True, slots=True)
class Room:
    """Everyone in post of one world, and what each could speak of."""

    values: Values
    """Quantities in the order of a gauge's names, shape (people, names), CSWs first."""
    csw: int
    """How many are CSWs."""
    origin: npt.NDArray[np.uint64]
    """A name of each person that nobody else has."""


@dataclass(frozen=True, slots=True)
class Sittings:
    """Ways to choose the interviewed from a room."""

    seats: npt.NDArray[np.int64]
    """Rows of the room, shape (sittings, interviewed), CSWs first."""
    talk: Values
    """Their talkativeness in log-odds, the same shape."""


def room_of(staff: Staff, gauge: Gauge) -> Room:
    """Read everyone's quantities of a world at the week of the interviews."""
    values = read_quantities(staff, gauge.names)
    return Room(values, len(staff.posts[0]), np.ascontiguousarray(staff.origin()))


def sittings_of(
    room: Room,
    gauge: Gauge,
    *,
    interviewed: tuple[int, int],
    seed: int,
    count: int = SITTINGS,
) -> Sittings:
    """Draw sittings: who is asked, without replacement, and how readily they talk.

    Args:
        room: who is in post.
        gauge: says who is asked first: those who remember enough contacts.
        interviewed: CSWs and MHSWs.
        seed: what the draws are keyed by, together with the person: one more in post
            moves nobody else's draw.
        count: how many sittings.

    Raises:
        ValueError: fewer people are in post than are interviewed.
    """
    present = (room.csw, len(room.values) - room.csw)
    for service, there, wanted in zip(SERVICES, present, interviewed, strict=True):
        if there < wanted:
            raise ValueError(f"{wanted} {service}s are to be interviewed and {there} are in post")
    seats = np.zeros((count, sum(interviewed)), np.int64)
    talk = np.zeros((count, sum(interviewed)))
    few = room.values[:, gauge.names.index("contacts")] < gauge.least_contacts
    draw_sittings(
        seats, talk, np.zeros(max(*interviewed, 1)), few, room.origin, np.array(present),
        np.array(interviewed), gauge.talkativeness, np.uint64(rng.seed_key(seed)),
    )  # fmt: skip
    return Sittings(seats, talk)


def prior_nodes(cells: int) -> Values:
    """Return how likely each threshold and mention is before any interview, (cells, 3, 3)."""
    return np.tile(np.outer(NODE_WEIGHTS, NODE_WEIGHTS), (cells, 1, 1))


def chances(
    room: Room,
    sittings: Sittings,
    gauge: Gauge,
    interviewed: tuple[int, int],
    nodes: Values | None = None,
) -> Values:
    """Return the chance of each count, by sitting and cell.

    Args:
        room: who is in post.
        sittings: who is asked.
        gauge: what makes them voice a theme.
        interviewed: CSWs and MHSWs.
        nodes: how likely each threshold and mention is, (cells, 3, 3); the prior's if None.

    Returns:
        Shape (sittings, cells, largest group + 1); 0 for counts above the number interviewed.
    """
    table = np.zeros((len(sittings.seats), len(gauge.service), max(interviewed) + 1))
    tabulate(
        table, np.zeros(max(interviewed) + 1), _odds_against(room.values, gauge), sittings.seats,
        np.exp(-sittings.talk), np.array(interviewed), gauge.service, gauge.mentions,
        prior_nodes(len(gauge.service)) if nodes is None else nodes,
    )  # fmt: skip
    return table


def log_likelihood(room: Room, sittings: Sittings, gauge: Gauge, voices: Voices) -> Values:
    """Return the logarithm of the chance of what each service voiced, shape (sittings, 2).

    The interviewed of one service are chosen independently of those of the other, so
    sittings are averaged service by service and then multiplied (`chance_of_run`).
    """
    if voices.answers is None:
        table = chances(room, sittings, gauge, voices.interviewed)
        return of_counts(table, gauge, voices.low, voices.high)
    out = np.zeros((len(sittings.seats), 2))
    score_answers(
        out, _odds_against(room.values, gauge), sittings.seats, np.exp(-sittings.talk),
        np.array(voices.interviewed), gauge.service, gauge.mentions, gauge.weight,
        voices.answers, prior_nodes(len(gauge.service)),
    )  # fmt: skip
    return out


def nodes_of(room: Room, sittings: Sittings, gauge: Gauge, voices: Voices) -> Values:
    """Return how likely each threshold and mention is after the interviews, in one run.

    Returns:
        Shape (cells, 3, 3); cells that are not compared with keep the prior.
    """
    out = np.empty((len(sittings.seats), len(gauge.service), 3, 3))
    score_nodes(
        out, np.zeros(max(voices.interviewed) + 1), _odds_against(room.values, gauge),
        sittings.seats, np.exp(-sittings.talk), np.array(voices.interviewed), gauge.service,
        gauge.mentions, voices.low, voices.high,
        np.zeros((0, 0), np.int8) if voices.answers is None else voices.answers,
    )  # fmt: skip
    prior = prior_nodes(len(gauge.service))
    joint = prior * out
    of_cell = np.maximum(joint.sum(axis=(2, 3)), FLOOR)
    used = (gauge.weight > 0).astype(np.float64)
    found = prior.copy()
    for s in range(2):
        own = (gauge.service == s) & (used > 0)
        logs = np.log(of_cell[:, own]).sum(axis=1)
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        share = joint[:, own] / of_cell[:, own, None, None]
        found[own] = (weights[:, None, None, None] * share).sum(axis=0)
    return found


def of_counts(
    table: Values, gauge: Gauge, low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]
) -> Values:
    """Return `log_likelihood` from the chances of counts, for counts from `low` to `high`."""
    out = np.zeros((len(table), 2))
    score_counts(out, table, gauge.service, gauge.weight, low, high)
    return out


def _odds_against(values: Values, gauge: Gauge) -> Values:
    """Return exp(-x) of everyone, shape (people, cells, thresholds)."""
    above = values[:, gauge.column, None] - gauge.thresholds
    x = above * (gauge.sign / gauge.scale)[:, None]
    return np.ascontiguousarray(np.exp(-np.clip(x, -_STEEPEST, _STEEPEST)))


def chance_of_run(logs: Values, average: Average | None = None) -> Values:
    """Return the logarithm of the chance of what was voiced in one run.

    Args:
        logs: from `log_likelihood`, shape (..., sittings, 2).
        average: over sittings; the mean of products if None.
    """
    return np.asarray((average or mean_of_products)(logs, -2).sum(axis=-1))


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


def mean_of_logarithms(logs: Values, axis: int) -> Values:
    """Return the mean of logarithms: the wrong average, which the checks must tell apart."""
    return np.asarray(np.mean(logs, axis=axis))


def voice(
    room: Room,
    sittings: Sittings,
    gauge: Gauge,
    *,
    interviewed: tuple[int, int],
    chosen: tuple[int, int] = (0, 0),
    seed: int,
) -> npt.NDArray[np.int8]:
    """Let the interviewed of a sitting speak: draw threshold and mention, then who voices what.

    Args:
        room: who is in post.
        sittings: drawn from them.
        gauge: what makes them voice a theme.
        interviewed: CSWs and MHSWs.
        chosen: which sitting the CSWs, and which the MHSWs, are taken from.
        seed: what the draws are keyed by.

    Returns:
        Answers, shape (interviewed, cells); -1 for cells of the other service.
    """
    generator = np.random.Generator(np.random.Philox(key=int(rng.seed_key(seed))))
    cells = len(gauge.service)
    odds = _odds_against(room.values, gauge)
    nodes = generator.choice(3, size=(cells, 2), p=NODE_WEIGHTS)
    draws = generator.random((sum(interviewed), cells))
    answers = np.full((sum(interviewed), cells), UNKNOWN, np.int8)
    for c in range(cells):
        service = int(gauge.service[c])
        first, sitting = (0, interviewed[0])[service], chosen[service]
        for j in range(first, first + interviewed[service]):
            p = voicing(
                odds[sittings.seats[sitting, j], c, nodes[c, 0]],
                gauge.mentions[c, nodes[c, 1]],
                sittings.talk[sitting, j],
            )
            answers[j, c] = draws[j, c] < p
    return answers


def counts_of(answers: npt.NDArray[np.int8]) -> tuple[npt.NDArray[np.int64], ...]:
    """Return the fewest and the most who voiced each cell: unknown answers lie between."""
    low = (answers == 1).sum(axis=0).astype(np.int64)
    return low, low + (answers == UNKNOWN).sum(axis=0).astype(np.int64)
