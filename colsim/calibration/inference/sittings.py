"""Who sits with the interviewer, what they can speak of, and what was voiced."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from colsim.calibration.arrays import Values, Whole
from colsim.calibration.inference.kernels import (
    draw_sittings,
)
from colsim.calibration.interviewing.observables import Cell, Measurement
from colsim.calibration.interviewing.quantities import SERVICES, Staff, read_quantities
from colsim.calibration.interviewing.reporting import Reporting
from colsim.core import rng

NODE_WEIGHTS = np.array([0.3, 0.4, 0.3])
"""Of the low, middle and high value of a threshold, and of mention, taken as the 10th, 50th and
90th percentile of what they may be: they keep mean and spread (Swanson's rule; Hurst, Brown &
Swanson 2000)."""


SITTINGS = 256
"""Ways to choose the interviewed that are tried on each run."""


UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """What was voiced, cell by cell, ready to be compared with a world.

    Either counts (`low`, `high`), or what each participant said (`answers`).
    """

    cells: tuple[Cell, ...]
    interviewed: tuple[int, int]
    """CSWs and MHSWs."""
    low: Whole
    """Fewest who voiced it, by cell."""
    high: Whole
    """Most who voiced it, by cell."""
    answers: npt.NDArray[np.int8] | None = None
    """Shape (participants, cells), CSWs first: 1 voiced, 0 not, -1 unknown or not of the service;
    in place of counts if given."""
    absent: frozenset[Cell] = frozenset()
    """Cells of themes that are in the list, and were not reported of this service."""
    asked: frozenset[str] = frozenset()
    """Themes that were asked about; all others were volunteered."""
    reporting: Reporting = field(default_factory=Reporting)
    """How the table came about of what was voiced."""

    @property
    def themes(self) -> tuple[str, ...]:
        """Themes, in the order of the cells."""
        return tuple(dict.fromkeys(theme for theme, _ in self.cells))


@dataclass(frozen=True, slots=True, eq=False)
class Instrument:
    """What turns the states of people into what they voice, for the kernels: an entry a cell."""

    names: tuple[str, ...]
    """Quantities that are read of everyone."""
    service: Whole
    column: Whole
    sign: Values
    scale: Values
    thresholds: Values
    """Shape (cells, 3)."""
    weight: Values
    talkativeness: float
    least_contacts: float
    mentions: Values
    """Shape (2, 3): of what was volunteered, and of what was asked about."""


def instrument_of(measurement: Measurement, cells: Sequence[Cell]) -> Instrument:
    """Lay out the observables of cells.

    Args:
        measurement: with an observable, and its threshold, for each of the cells.
        cells: themes and services, in order.

    Raises:
        ValueError: a threshold is not known; `thresholds.settled` finds them.
    """
    used = [measurement.observables[cell] for cell in cells]
    if any(one.threshold is None for one in used):
        raise ValueError("thresholds are not known yet")
    names = tuple(dict.fromkeys(("contacts", *(one.quantity for one in used))))
    return Instrument(
        names=names,
        service=np.array([SERVICES.index(service) for _, service in cells], np.int64),
        column=np.array([names.index(one.quantity) for one in used], np.int64),
        sign=np.array([1.0 if one.direction == "above" else -1.0 for one in used]),
        scale=np.array([one.scale for one in used], np.float64),
        thresholds=np.array([one.threshold for one in used], np.float64).reshape(-1, 3),
        weight=np.array([one.weight for one in used]),
        talkativeness=measurement.talkativeness,
        least_contacts=measurement.least_contacts,
        mentions=np.array([measurement.volunteered, measurement.asked]),
    )


@dataclass(frozen=True, slots=True)
class SamplingFrame:
    """Everyone in post of one world: who can be chosen for an interview, what each could say."""

    values: Values
    """Quantities in the order of an instrument's names, shape (people, names), CSWs first."""
    csw: int
    """How many are CSWs."""
    origin: npt.NDArray[np.uint64]
    """A name of each person that nobody else has."""


@dataclass(frozen=True, slots=True)
class Sittings:
    """Ways to choose the interviewed from a frame."""

    seats: Whole
    """Rows of the frame, shape (sittings, interviewed), CSWs first."""
    talk: Values
    """Their talkativeness in log-odds, the same shape."""


def frame_of(staff: Staff, instrument: Instrument) -> SamplingFrame:
    """Read everyone's quantities of a world at the week of the interviews."""
    values = read_quantities(staff, instrument.names)
    return SamplingFrame(values, len(staff.posts[0]), np.ascontiguousarray(staff.origin()))


def sittings_of(
    frame: SamplingFrame,
    instrument: Instrument,
    *,
    interviewed: tuple[int, int],
    seed: int,
    count: int = SITTINGS,
) -> Sittings:
    """Draw sittings: who is asked, without replacement, and how readily they talk.

    Args:
        frame: who is in post.
        instrument: says who is asked first: those who remember enough contacts.
        interviewed: CSWs and MHSWs.
        seed: what the draws are keyed by, together with the person: one more in post
            moves nobody else's draw.
        count: how many sittings.

    Raises:
        ValueError: fewer people are in post than are interviewed.
    """
    present = (frame.csw, len(frame.values) - frame.csw)
    for service, there, wanted in zip(SERVICES, present, interviewed, strict=True):
        if there < wanted:
            raise ValueError(f"{wanted} {service}s are to be interviewed and {there} are in post")
    seats = np.zeros((count, sum(interviewed)), np.int64)
    talk = np.zeros((count, sum(interviewed)))
    few = frame.values[:, instrument.names.index("contacts")] < instrument.least_contacts
    draw_sittings(
        seats, talk, np.zeros(max(*interviewed, 1)), few, frame.origin, np.array(present),
        np.array(interviewed), instrument.talkativeness, np.uint64(rng.seed_key(seed)),
    )  # fmt: skip
    return Sittings(seats, talk)
