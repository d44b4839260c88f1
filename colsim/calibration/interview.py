"""Interview people of the model: who voices what, and from which experience."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.calibration.inference.sittings import (
    SamplingFrame,
    Voices,
    frame_of,
    instrument_of,
    sittings_of,
)
from colsim.calibration.inference.thresholds import settled
from colsim.calibration.interviewing.observables import Cell, Measurement, study_measurement
from colsim.calibration.interviewing.quantities import QUANTITIES, SERVICES, Staff, in_words
from colsim.calibration.interviewing.speaking import speak
from colsim.calibration.plan.loading import LoadedCalibration, load_calibration, prior_of
from colsim.calibration.themes.reading import study_themes
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.core.schedule import advance
from colsim.experiments.tasks import crew
from colsim.network.post_names import own_names, post_names, team_names
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.loading import LoadedScenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Voice:
    """One theme that one of the interviewed could have voiced."""

    theme: str
    title: str
    voiced: bool
    quantity: str
    unit: str
    value: float
    """What they could speak of, in the quantity's unit."""
    said_from: str
    """The same in words; no quotation."""


@dataclass(frozen=True, slots=True)
class Interviewee:
    """Somebody who was interviewed."""

    person: str
    """Their post, such as csw-0-1-0-3, or the id of a staff list."""
    service: str
    team: str
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
    """CSWs first."""
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
                {key: x for key, x in asdict(person).items() if key != "voices"} | asdict(one)
                for person in self.people
                for one in person.voices
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        return {
            "scenario": self.scenario,
            "week": self.week,
            "seed": self.seed,
            "people": [
                asdict(person) | {"voices": [asdict(one) for one in person.voices]}
                for person in self.people
            ],
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
    scenario: str | Path | LoadedScenario | None = None,
    *,
    csw: int = 4,
    mhsw: int = 4,
    week: int | None = None,
    seed: int = 1,
    plausible_world: bool = False,
    calibration: str | Path | LoadedCalibration | None = None,
) -> Interviews:
    """Live a scenario once and interview people chosen by chance.

    Args:
        scenario: name of a preset, path of a file, or a loaded scenario, of one authority;
            that of the calibration if None.
        csw: CSWs to interview.
        mhsw: MHSWs to interview.
        week: weeks of policy before the interviews; the scenario's whole run if None.
        seed: the one seed that all chance derives from.
        plausible_world: draw all uncertain parameters rather than keep their defaults.
        calibration: a file, or what was loaded from it, whose themes and observables to use;
            the study's if None.

    Raises:
        UserError: no such scenario, a faulty calibration, more people than posts, a week
            outside the run, or several authorities; it lists all faults.

    Example:
        >>> import colsim
        >>> said = colsim.interview("desktop", csw=2, mhsw=2, week=4)
        >>> voiced, asked = said.counts()["T01", "CSW"]
        >>> 0 <= voiced <= asked == 2
        True
    """
    loaded, plan = _loaded(scenario, calibration, csw=csw, mhsw=mhsw, week=week, seed=seed)
    week = loaded.scenario.run.weeks if week is None else week
    compiled = compile_scenario(loaded.scenario)
    world = compiled.begun(draw_world(seed) if plausible_world else {}, seed)
    advance(world, compiled.burn_in + week)
    measurement, titles, cells = _measured(plan, loaded, week)
    instrument = instrument_of(measurement, cells)
    staff = Staff(world, 0)
    frame = frame_of(staff, instrument)
    _enough_in_post(frame, csw, mhsw, week)
    seated = sittings_of(frame, instrument, interviewed=(csw, mhsw), seed=seed, count=1)
    nothing = np.zeros(len(cells), np.int64)
    voices = Voices(cells, (csw, mhsw), nothing, nothing)
    answers = speak(frame, seated, instrument, voices, seed=seed).answers
    own = own_names(loaded.scenario, compiled)
    names, teams = post_names(world, own), team_names(world, own)
    people = []
    for j, row in enumerate(seated.seats[0]):
        post = int(staff.everyone[row])
        people.append(
            Interviewee(
                names[post],
                SERVICES[0] if row < frame.csw else SERVICES[1],
                teams[int(world.posts["team"][post])],
                int(world.practitioners["tenure"][post]),
                tuple(
                    _voices(
                        measurement, cells, titles, instrument.names, frame, int(row), answers[j]
                    )
                ),
            )
        )
    return Interviews(loaded.name, week, seed, tuple(people), dict(measurement.missing))


def _loaded(
    scenario: str | Path | LoadedScenario | None,
    calibration: str | Path | LoadedCalibration | None,
    *,
    csw: int,
    mhsw: int,
    week: int | None,
    seed: int,
) -> tuple[LoadedScenario, LoadedCalibration | None]:
    """Load what is named, and refuse what cannot be held, naming every fault."""
    faults: list[Fault] = []
    plan: LoadedCalibration | None = None
    loaded: LoadedScenario | None = None
    try:
        plan = load_calibration(calibration) if isinstance(calibration, str | Path) else calibration
    except ScenarioError as error:
        faults += error.faults
    try:
        if isinstance(scenario, str | Path):
            loaded = load_scenario(scenario)
        elif scenario is not None:
            loaded = scenario
        elif plan is not None:
            loaded = plan.scenario
        elif calibration is None:
            faults.append(Fault("scenario", "", "nothing", "a preset or a TOML file"))
    except ScenarioError as error:
        faults += error.faults
    faults += _limits(loaded, csw, mhsw, week, seed)
    if faults or loaded is None:
        raise ScenarioError(list(dict.fromkeys(faults)))
    return loaded, plan


def _limits(
    loaded: LoadedScenario | None, csw: int, mhsw: int, week: int | None, seed: int
) -> list[Fault]:
    """Find numbers out of range; where the scenario is not known, those that always are."""
    faults = []
    many, most_weeks = {"csw": 10**6, "mhsw": 10**6}, 10**6
    if loaded is not None:
        organisation, most_weeks = loaded.scenario.organisation, loaded.scenario.run.weeks
        many = {"csw": organisation.csw, "mhsw": organisation.mhsw}
        if organisation.authorities != 1:
            found = f"{loaded.name}, which has {organisation.authorities} authorities"
            faults.append(Fault("scenario", "", found, "a scenario of one authority"))
    for name, wanted in (("csw", csw), ("mhsw", mhsw)):
        if not 0 <= wanted <= many[name]:
            limit = "0 or more" if loaded is None else f"0 to the {many[name]} posts"
            faults.append(Fault(name, "", str(wanted), limit))
    if csw == mhsw == 0:
        faults.append(Fault("csw, mhsw", "", "nobody to interview", "at least one person"))
    if week is not None and not 0 <= week <= most_weeks:
        limit = "0 or more" if loaded is None else f"0 to the {most_weeks} weeks of the run"
        faults.append(Fault("week", "", str(week), limit))
    if not 0 <= seed < 1 << 63:
        faults.append(Fault("seed", "", str(seed), "a whole number from 0 to 2**63 - 1"))
    return faults


def _enough_in_post(frame: SamplingFrame, csw: int, mhsw: int, week: int) -> None:
    """Refuse to interview more people than there are; posts may stand empty."""
    present = {"csw": (csw, frame.csw), "mhsw": (mhsw, len(frame.values) - frame.csw)}
    faults = [
        Fault(name, "", str(wanted), f"0 to the {there} in post in week {week}")
        for name, (wanted, there) in present.items()
        if wanted > there
    ]
    if faults:
        raise ScenarioError(faults)


_WORLDS = 50
"""Worlds of the prior whose people say where themes begin to be voiced."""


def _measured(
    calibration: LoadedCalibration | None, loaded: LoadedScenario, week: int
) -> tuple[Measurement, Mapping[str, str], tuple[Cell, ...]]:
    """Return how themes are voiced, what they are called, and those that can be voiced."""
    if calibration is None:
        themes, base = study_themes(), study_measurement()
        cells = tuple(cell for cell in base.observables if cell[0] in themes.titles)
        free = (name for name, one in PARAMETERS.items() if one.uncertain)
        own = loaded.scenario.parameters
        priors = tuple(prior_of(name) for name in free if name not in own)
    else:
        themes, base, cells = calibration.themes, calibration.measurement, calibration.cells
        base = replace(base, missing=calibration.missing)
        priors = calibration.priors()
    unknown = [cell for cell in cells if base.observables[cell].threshold is None]
    if not unknown:
        return base, themes.titles, cells
    run = loaded.scenario.run.model_copy(update={"weeks": max(1, week)})
    then = loaded.scenario.model_copy(update={"run": run})
    with crew() as pool:
        found = settled(then, priors, base, unknown, seed=1, pool=pool, worlds=_WORLDS)
    known = found.measurement
    mute = {c: why for c, why in found.dead.items() if known.observables[c].threshold is None}
    alive = tuple(cell for cell in cells if cell not in mute)
    return replace(known, missing={**base.missing, **mute}), themes.titles, alive


def _voices(
    measurement: Measurement,
    cells: tuple[Cell, ...],
    titles: Mapping[str, str],
    names: tuple[str, ...],
    frame: SamplingFrame,
    row: int,
    answers: npt.NDArray[np.int8],
) -> list[Voice]:
    found = []
    for c, cell in enumerate(cells):
        if answers[c] < 0:
            continue  # a theme of the other service
        quantity = QUANTITIES[measurement.observables[cell].quantity]
        value = float(frame.values[row, names.index(quantity.name)])
        found.append(
            Voice(
                cell[0], titles[cell[0]], bool(answers[c]), quantity.name, quantity.unit, value,
                in_words(quantity, value),
            )
        )  # fmt: skip
    return found
