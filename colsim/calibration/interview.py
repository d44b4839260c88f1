"""Interview people of the model: who voices what, and from which experience."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.calibration.likelihood import Room, gauge_of, room_of, sittings_of, voice
from colsim.calibration.observables import STUDY_MEASUREMENT, Cell, Measurement
from colsim.calibration.plan import LoadedCalibration
from colsim.calibration.quantities import QUANTITIES, SERVICES, Quantity, Staff
from colsim.calibration.themes import study_themes
from colsim.core.engine import prepare
from colsim.core.parameters import draw_world, pack_parameters
from colsim.core.schedule import advance
from colsim.errors import UserError
from colsim.network import own_names, post_names
from colsim.scenarios.compiling import compile_scenario
from colsim.scenarios.loading import LoadedScenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Voice:
    """One theme that one of the interviewed could have voiced."""

    theme: str
    title: str
    voiced: bool
    quantity: str
    value: float
    """What they could speak of, in the quantity's unit."""
    said_from: str
    """The same in words; no quotation."""


@dataclass(frozen=True, slots=True)
class Interviewee:
    """Somebody who was interviewed."""

    person: str
    service: str
    tenure: int
    """Weeks in post."""
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Interviews:
    """Interviews held in one life of a scenario."""

    scenario: str
    week: int
    """Weeks of policy before the interviews."""
    seed: int
    people: tuple[Interviewee, ...]
    missing: Mapping[Cell, str]
    """Themes that no state of the model can speak to, and why."""

    def counts(self) -> dict[Cell, tuple[int, int]]:
        """Return how many voiced each theme, of how many."""
        found: dict[Cell, tuple[int, int]] = {}
        for person in self.people:
            for one in person.voices:
                cell: Cell = (one.theme, "CSW" if person.service == "CSW" else "MHSW")
                said, asked = found.get(cell, (0, 0))
                found[cell] = (said + one.voiced, asked + 1)
        return dict(sorted(found.items()))

    def table(self) -> "pd.DataFrame":
        """Return a row for each person and theme: voiced or not, and from what."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "person": person.person,
                    "service": person.service,
                    "tenure": person.tenure,
                    "theme": one.theme,
                    "title": one.title,
                    "voiced": one.voiced,
                    "quantity": one.quantity,
                    "value": one.value,
                }
                for person in self.people
                for one in person.voices
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        from dataclasses import asdict

        return {
            "scenario": self.scenario,
            "week": self.week,
            "seed": self.seed,
            "people": [asdict(person) for person in self.people],
            "counts": [
                {"theme": theme, "service": service, "voiced": said, "interviewed": asked}
                for (theme, service), (said, asked) in self.counts().items()
            ],
            "missing": [
                {"theme": theme, "service": service, "why": why}
                for (theme, service), why in self.missing.items()
            ],
        }


def interview(
    scenario: str | LoadedScenario,
    *,
    csw: int = 4,
    mhsw: int = 4,
    week: int | None = None,
    seed: int = 1,
    plausible_world: bool = False,
    calibration: LoadedCalibration | None = None,
) -> Interviews:
    """Live a scenario once and interview people chosen by chance.

    Args:
        scenario: name of a preset, path of a file, or a loaded scenario, of one authority.
        csw: CSWs to interview.
        mhsw: MHSWs to interview.
        week: weeks of policy before the interviews; the scenario's whole run if None.
        seed: the one seed that all chance derives from.
        plausible_world: draw all uncertain parameters rather than keep their defaults.
        calibration: whose themes and observables to use; the study's if None.

    Raises:
        UserError: more people than posts, a week outside the run, or several authorities.

    Example:
        >>> import colsim
        >>> colsim.interview("robinscar_as_interviewed").counts()  # doctest: +SKIP
    """
    loaded = load_scenario(scenario) if isinstance(scenario, str) else scenario
    week = loaded.scenario.run.weeks if week is None else week
    _check(loaded, csw, mhsw, week, seed)
    compiled = compile_scenario(loaded.scenario)
    drawn = draw_world(seed) if plausible_world else {}
    world = prepare(
        compiled.layout,
        compiled.levers,
        pack_parameters({**drawn, **compiled.parameters}),
        seed=seed,
        weeks=max(1, compiled.weeks),
        burn_in=compiled.burn_in,
    )
    advance(world, compiled.burn_in + week)
    measurement, titles, cells = _measured(calibration)
    gauge = gauge_of(measurement, cells)
    staff = Staff(world, 0)
    room = room_of(staff, gauge)
    try:
        seated = sittings_of(room, gauge, interviewed=(csw, mhsw), seed=seed, count=1)
    except ValueError as error:
        raise UserError(f"interviews: {error}") from error
    answers = voice(room, seated, gauge, interviewed=(csw, mhsw), seed=seed)
    names = post_names(world, own_names(loaded.scenario, compiled))
    people = []
    for j, row in enumerate(seated.seats[0]):
        post = int(staff.everyone[row])
        people.append(
            Interviewee(
                names[post],
                SERVICES[0] if row < room.csw else SERVICES[1],
                int(world.practitioners["tenure"][post]),
                tuple(_voices(measurement, cells, titles, gauge.names, room, int(row), answers[j])),
            )
        )
    return Interviews(loaded.name, week, seed, tuple(people), dict(measurement.missing))


def _measured(
    calibration: LoadedCalibration | None,
) -> tuple[Measurement, Mapping[str, str], tuple[Cell, ...]]:
    if calibration is not None:
        measurement = Measurement(
            calibration.measurement.observables,
            calibration.missing,
            calibration.measurement.talkativeness,
            calibration.measurement.least_contacts,
        )
        return measurement, calibration.themes.titles, calibration.cells
    themes = study_themes()
    cells = tuple(
        (row.id, row.service)
        for row in themes.rows
        if (row.id, row.service) in STUDY_MEASUREMENT.observables
    )
    return STUDY_MEASUREMENT, themes.titles, cells


def _voices(
    measurement: Measurement,
    cells: tuple[Cell, ...],
    titles: Mapping[str, str],
    names: tuple[str, ...],
    room: Room,
    row: int,
    answers: npt.NDArray[np.int8],
) -> list[Voice]:
    found = []
    for c, cell in enumerate(cells):
        if answers[c] < 0:
            continue
        quantity = QUANTITIES[measurement.observables[cell].quantity]
        value = float(room.values[row, names.index(quantity.name)])
        found.append(
            Voice(
                cell[0], titles[cell[0]], bool(answers[c]), quantity.name, value,
                in_words(quantity, value),
            )
        )  # fmt: skip
    return found


def in_words(quantity: Quantity, value: float) -> str:
    """Return what somebody could speak of, such as 'share of remembered ...: 24 %'."""
    if quantity.unit == "share":
        return f"{quantity.meaning}: {100 * value:.0f} %"
    if quantity.unit == "count":
        return f"{quantity.meaning}: {value:.1f}"
    return f"{quantity.meaning}: {value:.2f}"


def _check(loaded: LoadedScenario, csw: int, mhsw: int, week: int, seed: int) -> None:
    """Refuse what cannot be held, naming every fault."""
    organisation, run = loaded.scenario.organisation, loaded.scenario.run
    faults = []
    if organisation.authorities != 1:
        faults.append(
            f"{loaded.name}: found {organisation.authorities} authorities; allowed: one authority"
        )
    for name, wanted, posts in (
        ("csw", csw, organisation.csw), ("mhsw", mhsw, organisation.mhsw)
    ):  # fmt: skip
        if not 0 <= wanted <= posts:
            faults.append(
                f"{name}: found {wanted}; allowed: from 0 to the {posts} posts of {loaded.name}"
            )
    if csw == mhsw == 0:
        faults.append("csw, mhsw: found nobody to interview; allowed: at least one person")
    if not 0 <= week <= run.weeks:
        faults.append(f"week: found {week}; allowed: from 0 to the {run.weeks} weeks of the run")
    if not 0 <= seed < 1 << 63:
        faults.append(f"seed: found {seed}; allowed: a whole number from 0 to 2**63 - 1")
    if faults:
        raise UserError("\n".join(faults))
