"""The calibration file: a scenario, themes, what makes them voiced, priors, and how long to look.

Types are strict, unknown keys are refused, and all faults are reported in one go, in the
manner of scenario files.
"""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from colsim.calibration.inference.problem import Prior, Problem, Statistic
from colsim.calibration.inference.sittings import UNKNOWN, Voices, instrument_of
from colsim.calibration.inference.thresholds import settled
from colsim.calibration.interviewing.observables import (
    Cell,
    Measurement,
    Observable,
    study_measurement,
)
from colsim.calibration.interviewing.quantities import SERVICES
from colsim.calibration.interviewing.reporting import ALLS, POWERS, Reporting
from colsim.calibration.plan.faults import (
    coder_faults,
    name_faults,
    shape_faults,
    staff_faults,
    theme_faults,
)
from colsim.calibration.plan.schema import (
    STUDIES,
    STUDY,
    STUDY_CORRECTED,
    Calibration,
    PriorSetting,
)
from colsim.calibration.themes.reading import read_themes, study_themes
from colsim.calibration.themes.table import ThemeTable, in_order_of
from colsim.core.parameters import PARAMETERS
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.loading import LoadedScenario, load_scenario
from colsim.scenario.sources import read_toml


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
    coders: tuple[ThemeTable, ...] = ()
    """The same interviews in other coders' tables."""

    @property
    def weights(self) -> tuple[float, ...]:
        """Return the chance beforehand of each coder's table, the first one first."""
        stated = self.calibration.coder_weights or (1.0,) * (1 + len(self.coders))
        scaled = [one / max(stated) for one in stated]  # a sum of large ones would overflow
        return tuple(one / sum(scaled) for one in scaled)

    def priors(self) -> tuple[Prior, ...]:
        """Return the priors; parameters that are asked about come first."""
        plan = self.calibration
        others = () if plan.fixed_others else [n for n, p in PARAMETERS.items() if p.uncertain]
        set_there = self.scenario.scenario.parameters
        names = dict.fromkeys(
            (*plan.parameters, *(name for name in others if name not in set_there))
        )
        return tuple(
            prior_of(name, plan.priors.get(name), without_study=plan.priors_without_study)
            for name in names
        )

    def settled(self, pool: Executor) -> "LoadedCalibration":
        """Return the calibration with all thresholds known, from worlds of the prior.

        A dead observable of the study's is left out, and said to be; one of the file's own is
        refused.

        Raises:
            ScenarioError: observables of the file from which nothing can be learnt.
        """
        plan = self.calibration
        found = settled(
            self.scenario.scenario, self.priors(), self.measurement, self.cells,
            seed=plan.seed, pool=pool,
        )  # fmt: skip
        refused = [
            Fault(
                self.file, f"observables.{theme}.{service}", f"a dead observable: {why}",
                "a quantity that speaks in some world of the prior; another threshold; or "
                f"missing.{theme} with the reason why it has none",
            )
            for (theme, service), why in found.dead.items()
            if service in plan.observables.get(theme, {})
        ]  # fmt: skip
        if refused:
            raise ScenarioError(refused)
        dead = {cell: f"nothing can be learnt: {why}" for cell, why in found.dead.items()}
        return replace(
            self,
            measurement=found.measurement,
            cells=tuple(cell for cell in self.cells if cell not in dead),
            missing={**self.missing, **dead},
        )

    def problem(self) -> Problem:
        """Return what workers need.

        Raises:
            ValueError: thresholds are not known yet; `settled` finds them.
        """
        plan = self.calibration
        return Problem(
            scenario=self.scenario.scenario,
            priors=self.priors(),
            asked=len(plan.parameters),
            instrument=instrument_of(self.measurement, self.cells),
            voices=voices_of(self.themes, self.cells, codebook=plan.codebook),
            statistics=tuple(
                Statistic(name, one.value, one.error, one.source)
                for name, one in plan.statistics.items()
            ),
            replications=plan.replications,
            sittings=plan.sittings,
            others=tuple(voices_of(one, self.cells, codebook=plan.codebook) for one in self.coders),
            weights=self.weights,
        )


def cites_study(name: str) -> bool:
    """Return whether a parameter's range rests on the study whose themes may be the data."""
    return "the study" in PARAMETERS[name].source.casefold()


def prior_of(
    name: str, setting: PriorSetting | None = None, *, without_study: bool = False
) -> Prior:
    """Return a parameter's prior: the range of the table, or a range of one's own.

    Args:
        name: of the parameter.
        setting: a range of one's own.
        without_study: where the table's range rests on the study, a flat one of twice its width,
            within the parameter's limits. What has few values keeps them, and their weights.
    """
    parameter = PARAMETERS[name]
    if setting is not None:
        middle = setting.middle
        half = (setting.low + setting.high) / 2.0 if middle is None else middle
        return Prior(name, setting.low, half, setting.high)
    low, middle, high = parameter.low, parameter.default, parameter.high
    if without_study and cites_study(name) and high > low and not parameter.choices:
        low, high = 1.5 * low - 0.5 * high, 1.5 * high - 0.5 * low
        low, high = max(low, parameter.minimum), min(high, parameter.maximum)
        middle = (low + high) / 2.0
    else:
        special = parameter.choices or parameter.atom is not None or parameter.logarithmic
        return Prior(name, low, middle, high, as_drawn=bool(special))
    return Prior(name, low, middle, high)


def voices_of(themes: ThemeTable, cells: tuple[Cell, ...], *, codebook: str) -> Voices:
    """Return what was voiced in these cells: who said what if that is known, counts otherwise.

    Args:
        themes: the table.
        cells: themes and services; one without a row is absent from a report.
        codebook: made out of the interviews ("afterwards") or fixed before them.
    """
    interviewed = (themes.interviewed.get("CSW", 0), themes.interviewed.get("MHSW", 0))
    rows = {(row.id, row.service): row for row in themes.rows}
    people = themes.participants
    answers = None
    if people is not None:
        answers = np.full((len(people.codes), len(cells)), UNKNOWN, np.int8)
        for c, (theme, service) in enumerate(cells):
            own = [k for k, one in enumerate(people.services) if one == service]
            answers[own, c] = people.voiced[own, people.themes.index(theme)]
    reporting = Reporting()
    if codebook == "afterwards":
        listed = Reporting("listed")
        reporting = Reporting("report", POWERS, ALLS) if people is None else listed
    of = dict(zip(SERVICES, interviewed, strict=True))
    return Voices(
        cells,
        interviewed,
        np.array([rows[c].voiced_min if c in rows else 0 for c in cells], np.int64),
        np.array([rows[c].voiced_max if c in rows else of[c[1]] for c in cells], np.int64),
        answers,
        frozenset(cell for cell in cells if cell not in rows or rows[cell].absent),
        frozenset(row.id for row in themes.rows if row.asked),
        reporting,
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
    themes, unreadable = _themes(data.get("themes", STUDY), path)
    coders, illegible = _coders(data, path)
    faults += [*unloadable, *unreadable, *illegible]
    if themes is not None:
        found = [*theme_faults(data, themes, file), *coder_faults(data, themes, coders, file)]
        faults += [one for one in found if one.key not in shaped]
    if scenario is not None:
        faults += staff_faults(scenario, themes, file)
    if faults or scenario is None or themes is None:
        raise ScenarioError(list(dict.fromkeys(faults)))
    plan = Calibration.model_validate(data)
    measurement = _measurement(plan)
    cells, missing = _cells((themes, *coders), plan, measurement)
    own = themes.participants
    ordered = tuple(
        replace(one, participants=own and one.participants and in_order_of(own, one.participants))
        for one in coders
    )
    notes = tuple(note for one in (themes, *coders) for note in one.notes)
    return LoadedCalibration(
        path.stem, file, plan, scenario, themes, measurement, cells, missing, notes, ordered
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
    burn_in = data.get("burn_in")
    if isinstance(burn_in, int) and not isinstance(burn_in, bool) and burn_in >= 0:
        run = scenario.scenario.run.model_copy(update={"burn_in": burn_in})
        whole = scenario.scenario.model_copy(update={"run": run})
        scenario = LoadedScenario(scenario.name, whole, {}, scenario.chain)
    return scenario, ()


def _themes(chosen: object, path: Path) -> tuple[ThemeTable | None, tuple[Fault, ...]]:
    """Read a table of themes; or say what is wrong with it."""
    try:
        if chosen in STUDIES:
            return study_themes(corrected=chosen == STUDY_CORRECTED), ()
        if isinstance(chosen, str) and chosen:
            return read_themes(path.parent / chosen), ()
    except ScenarioError as error:
        return None, error.faults
    return None, ()


def _coders(data: Mapping[str, Any], path: Path) -> tuple[tuple[ThemeTable, ...], list[Fault]]:
    """Read the other coders' tables; or say what is wrong with them."""
    listed = data.get("coders")
    tables, faults = [], list[Fault]()
    names = listed if isinstance(listed, list) else []
    for name in dict.fromkeys(name for name in names if isinstance(name, str)):
        table, unreadable = _themes(name, path)
        tables += [table] if table is not None else []
        faults += unreadable
    return tuple(tables), faults


def _measurement(plan: Calibration) -> Measurement:
    """Return the study's measurement with the file's own observables in or beside it."""
    base = Measurement({})
    if plan.themes in STUDIES:
        base = study_measurement(corrected=plan.themes == STUDY_CORRECTED)
    observables = dict(base.observables)
    for theme, by_service in plan.observables.items():
        for service, one in by_service.items():
            observables[theme, service] = Observable(
                one.quantity, one.direction, one.why, one.threshold, one.scale,
                1.0 if one.compared else 0.0,
            )  # fmt: skip
    held = plan.interviews
    return Measurement(
        observables, base.missing, held.talkativeness, held.least_contacts, held.volunteered,
        held.asked,
    )  # fmt: skip


def _cells(
    tables: tuple[ThemeTable, ...], plan: Calibration, measurement: Measurement
) -> tuple[tuple[Cell, ...], dict[Cell, str]]:
    """Return cells with an observable, and those without, each with the reason.

    In a report, that a theme was not said of the other service is data where that one has an
    observable.
    """
    themes = tables[0]
    rows = {(row.id, row.service) for one in tables for row in one.rows}
    report = plan.codebook == "afterwards" and themes.participants is None
    cells: list[Cell] = []
    missing: dict[Cell, str] = {}
    for theme in themes.titles:
        for service in themes.interviewed:
            cell: Cell = (theme, service)
            if cell not in rows and not (report and cell in measurement.observables):
                continue
            if theme in plan.missing:
                missing[cell] = plan.missing[theme]
            elif cell in measurement.observables:
                cells.append(cell)
            else:
                missing[cell] = measurement.missing[cell]
    return tuple(cells), missing
