"""The calibration file: a scenario, themes, what makes them voiced, priors, and how long to look.

Types are strict, unknown keys are refused, and all faults are reported in one go, in the
manner of scenario files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from colsim.calibration.likelihood import UNKNOWN, Voices, gauge_of
from colsim.calibration.observables import STUDY_MEASUREMENT, Cell, Measurement, Observable
from colsim.calibration.plan_faults import name_faults, shape_faults, staff_faults, theme_faults
from colsim.calibration.plan_schema import CALIBRATED, STUDY, Calibration, PriorSetting
from colsim.calibration.problem import Prior, Problem, Statistic
from colsim.calibration.themes import ThemeTable, read_themes, study_themes
from colsim.core.parameters import PARAMETERS
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.loading import LoadedScenario, load_scenario
from colsim.scenario.sources import read_toml

__all__ = [
    "CALIBRATED",
    "STUDY",
    "Calibration",
    "LoadedCalibration",
    "PriorSetting",
    "load_calibration",
    "prior_of",
    "voices_of",
]


@dataclass(frozen=True, slots=True)
class LoadedCalibration:
    """A checked calibration with all that it names."""

    name: str
    file: str
    calibration: Calibration
    scenario: LoadedScenario
    themes: ThemeTable
    measurement: Measurement
    cells: tuple[Cell, ...]
    """Themes and services that have an observable, in the order of the themes."""
    missing: dict[Cell, str]
    """Those that have none, and why."""
    notes: tuple[str, ...] = ()

    def problem(self) -> Problem:
        """Return what workers need."""
        plan = self.calibration
        others = () if plan.fixed_others else [n for n, p in PARAMETERS.items() if p.uncertain]
        set_there = self.scenario.scenario.parameters
        names = dict.fromkeys(
            (*plan.parameters, *(name for name in others if name not in set_there))
        )
        return Problem(
            scenario=self.scenario.scenario,
            priors=tuple(prior_of(name, plan.priors.get(name)) for name in names),
            asked=len(plan.parameters),
            gauge=gauge_of(self.measurement, self.cells),
            voices=voices_of(self.themes, self.cells),
            statistics=tuple(
                Statistic(name, one.value, one.error, one.source)
                for name, one in plan.statistics.items()
            ),
            replications=plan.replications,
            sittings=plan.sittings,
        )


def prior_of(name: str, setting: PriorSetting | None = None) -> Prior:
    """Return a parameter's prior: the range of the table, or a range of one's own."""
    parameter = PARAMETERS[name]
    if setting is None:
        return Prior(name, parameter.low, parameter.default, parameter.high)
    middle = setting.middle
    half = (setting.low + setting.high) / 2.0 if middle is None else middle
    return Prior(name, setting.low, half, setting.high)


def voices_of(themes: ThemeTable, cells: tuple[Cell, ...]) -> Voices:
    """Return what was voiced in these cells: who said what if that is known, counts otherwise."""
    rows = [themes.row(*cell) for cell in cells]
    interviewed = (themes.interviewed.get("CSW", 0), themes.interviewed.get("MHSW", 0))
    answers = None
    people = themes.participants
    if people is not None:
        answers = np.full((len(people.codes), len(cells)), UNKNOWN, np.int8)
        for c, (theme, service) in enumerate(cells):
            own = [k for k, one in enumerate(people.services) if one == service]
            answers[own, c] = people.voiced[own, people.themes.index(theme)]
    return Voices(
        cells,
        interviewed,
        np.array([row.voiced_min for row in rows], np.int64),
        np.array([row.voiced_max for row in rows], np.int64),
        answers,
    )


def load_calibration(path: str | Path) -> LoadedCalibration:
    """Read a calibration file and everything that it names.

    Raises:
        ScenarioError: the file or what it names is faulty; it lists all faults.
    """
    path = Path(path)
    data = read_toml(path)
    if isinstance(data, Fault):
        raise ScenarioError([data])
    file = str(path)
    faults = list(shape_faults(data, file))
    shaped = {fault.key for fault in faults}
    faults += [fault for fault in name_faults(data, file) if fault.key not in shaped]
    scenario, unloadable = _scenario(data, path)
    themes, unreadable = _themes(data, path)
    faults += [*unloadable, *unreadable]
    if themes is not None:
        faults += [one for one in theme_faults(data, themes, file) if one.key not in shaped]
    if scenario is not None:
        faults += staff_faults(scenario, themes, file)
    if faults or scenario is None or themes is None:
        raise ScenarioError(list(dict.fromkeys(faults)))
    plan = Calibration.model_validate(data)
    measurement = _measurement(plan)
    cells, missing = _cells(themes, plan, measurement)
    return LoadedCalibration(
        path.stem, file, plan, scenario, themes, measurement, cells, missing, themes.notes
    )


def _scenario(
    data: Mapping[str, Any], path: Path
) -> tuple[LoadedScenario | None, tuple[Fault, ...]]:
    """Load the scenario, in another organisation if one is named; or say what is wrong."""
    loaded: dict[str, LoadedScenario] = {}
    faults: list[Fault] = []
    for key, name in (
        ("scenario", data.get("scenario", "robinscar_as_interviewed")),
        ("organisation", data.get("organisation")),
    ):
        if isinstance(name, str) and name:
            try:
                loaded[key] = load_scenario(name, folder=path.parent)
            except ScenarioError as error:
                faults += error.faults
    if faults or "scenario" not in loaded:
        return None, tuple(faults)
    scenario = loaded["scenario"]
    if "organisation" in loaded:
        other = loaded["organisation"]
        whole = scenario.scenario.model_copy(update={"organisation": other.scenario.organisation})
        scenario = LoadedScenario(f"{scenario.name} in {other.name}", whole, {}, scenario.chain)
    return scenario, ()


def _themes(data: Mapping[str, Any], path: Path) -> tuple[ThemeTable | None, tuple[Fault, ...]]:
    """Read the themes; or say what is wrong with them."""
    chosen = data.get("themes", STUDY)
    try:
        if chosen == STUDY:
            return study_themes(), ()
        if isinstance(chosen, str) and chosen:
            return read_themes(path.parent / chosen), ()
    except ScenarioError as error:
        return None, error.faults
    return None, ()


def _measurement(plan: Calibration) -> Measurement:
    """Return the study's measurement with the file's own observables in or beside it."""
    observables = dict(STUDY_MEASUREMENT.observables) if plan.themes == STUDY else {}
    for theme, by_service in plan.observables.items():
        for service, one in by_service.items():
            observables[theme, service] = Observable(
                one.quantity, one.threshold, one.scale, one.why, one.direction, one.mention,
                1.0 if one.compared else 0.0,
            )  # fmt: skip
    return Measurement(
        observables,
        STUDY_MEASUREMENT.missing if plan.themes == STUDY else {},
        plan.interviews.talkativeness,
        plan.interviews.least_contacts,
    )


def _cells(
    themes: ThemeTable, plan: Calibration, measurement: Measurement
) -> tuple[tuple[Cell, ...], dict[Cell, str]]:
    """Return cells with an observable, and those without, each with the reason."""
    cells: list[Cell] = []
    missing: dict[Cell, str] = {}
    for row in themes.rows:
        cell: Cell = (row.id, row.service)
        if row.id in plan.missing:
            missing[cell] = plan.missing[row.id]
        elif cell in measurement.observables:
            cells.append(cell)
        else:
            missing[cell] = measurement.missing[cell]
    return tuple(cells), missing
