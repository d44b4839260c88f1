"""The calibration file: a scenario, themes, what makes them voiced, priors, and how long to look.

Types are strict, unknown keys are refused, and all faults are reported in one go, in the
manner of scenario files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from colsim.calibration.likelihood import UNKNOWN, Voices, gauge_of
from colsim.calibration.observables import (
    MENTION,
    STUDY_MEASUREMENT,
    Cell,
    Measurement,
    Observable,
)
from colsim.calibration.problem import Prior, Problem, Statistic
from colsim.calibration.quantities import QUANTITIES, SERVICES
from colsim.calibration.themes import ThemeTable, read_themes, study_themes
from colsim.core.measures import MEASURES
from colsim.core.parameters import PARAMETERS
from colsim.scenarios.checks import Loc, nearest, number_range
from colsim.scenarios.faults import Fault, ScenarioError, dotted, in_words, schema_at, shown
from colsim.scenarios.loading import LoadedScenario, load_scenario, read_toml
from colsim.scenarios.schema import Line, Part

STUDY = "study"
"""In place of a file of themes: those of the study that the model rests on."""
CALIBRATED = (
    "knowledge_start", "confidence_start", "orientation_rest", "belonging_rest",
    "wellbeing_rest", "image_rest_csw", "narrative_start", "csw_anxiety_start",
    "trust_csc_start", "collaboration_share", "csw_cases_per_post", "mhsw_cases_per_post",
    "contact_base", "answer_base", "misdirected", "disclose_base", "disclose_alliance",
    "talk_calm", "trust_asymmetry", "memory_half_life", "explain_base", "accept_base",
    "joint_understanding", "family_joint",
)  # fmt: skip
"""Parameters that are calibrated unless the file names its own: those behind the themes."""

Text = Annotated[str, Field(min_length=1)]
Three = tuple[float, float, float]


class PriorSetting(Part):
    """A range of one's own for a parameter."""

    low: float
    """Lower end."""
    high: float
    """Upper end."""
    middle: float | None = None
    """Median; half way if left out."""


class ObservableSetting(Part):
    """What makes a practitioner voice a theme."""

    quantity: Text
    """What it is about; `colsim interview SCENARIO --quantities` lists them."""
    threshold: Three = Field(strict=False)
    """Low, middle and high end of where it begins to be voiced."""
    scale: Annotated[float, Field(gt=0.0)]
    """Distance from the threshold over which the odds change by e."""
    direction: Literal["above", "below"] = "above"
    """Whether high or low values speak."""
    mention: Three = Field(default=MENTION, strict=False)
    """Low, middle and high chance that it comes up at all."""
    why: str = ""
    """The reason, in plain words."""
    compared: bool = True
    """False: shown, and not compared with."""


class StatisticSetting(Part):
    """A figure with its own error."""

    value: float
    """The figure, in the measure's unit, over a year."""
    error: Annotated[float, Field(gt=0.0)]
    """Its standard error."""
    source: str = ""
    """Where it comes from."""


class Interviews(Part):
    """How interviews are held."""

    talkativeness: Annotated[float, Field(ge=0.0, le=5.0)] = STUDY_MEASUREMENT.talkativeness
    """Standard deviation between persons, in log-odds, of how readily they voice anything."""
    least_contacts: Annotated[float, Field(ge=0.0)] = STUDY_MEASUREMENT.least_contacts
    """Who remembers fewer contacts with the other service is asked only if too few remember."""


class Calibration(Part):
    """Everything about a calibration but where its result goes."""

    title: Line
    """One line that a reader of the result understands."""
    description: str = ""
    """What is asked and why, in plain words."""
    scenario: Text = "robinscar_as_interviewed"
    """Preset or scenario file; interviews are held at the end of its run."""
    organisation: Text | None = None
    """Preset or scenario file whose organisation takes the place of the scenario's."""
    themes: Text = STUDY
    """File of themes, or "study"."""
    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 1
    """The one seed that all chance derives from."""
    parameters: tuple[Text, ...] = Field(default=CALIBRATED, strict=False)
    """What is asked about; all other uncertain parameters are carried along."""
    fixed_others: bool = False
    """Keep all others at their defaults instead."""
    particles: Annotated[int, Field(ge=50, le=1_000_000)] = 600
    """Points of the posterior, and worlds of the prior that the checks use."""
    replications: Annotated[int, Field(ge=1, le=1000)] = 2
    """Runs of each particle."""
    sittings: Annotated[int, Field(ge=1, le=100_000)] = 256
    """Ways to choose the interviewed that are tried in each run."""
    data_sets: Annotated[int, Field(ge=20, le=1_000_000)] = 400
    """Made-up sets of interviews of the simulation-based check; at most as many as particles."""
    priors: dict[str, PriorSetting] = Field(default_factory=dict)
    """Ranges in place of those of the parameter table."""
    statistics: dict[str, StatisticSetting] = Field(default_factory=dict)
    """Measures of the last year that are known, with their errors."""
    interviews: Interviews = Field(default_factory=Interviews)
    """How interviews are held."""
    observables: dict[str, dict[Literal["CSW", "MHSW"], ObservableSetting]] = Field(
        default_factory=dict
    )
    """By theme and service, in place of or beside the study's."""
    missing: dict[str, str] = Field(default_factory=dict)
    """Themes that nothing in the model can speak to, and why."""


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
    faults = list(_shape_faults(data, file))
    shaped = {fault.key for fault in faults}
    faults += [fault for fault in _rules(data, file) if fault.key not in shaped]
    scenario, themes = _named(data, path, faults)
    if scenario is None or themes is None or shaped:
        raise ScenarioError(faults)
    plan = Calibration.model_validate(data) if not faults else None
    measurement = _measurement(data) if plan is not None else STUDY_MEASUREMENT
    if plan is None:
        raise ScenarioError(faults)
    cells, missing, more = _cells(themes, plan, measurement, file)
    faults = [*more, *_enough_staff(scenario, themes, file)]
    if faults:
        raise ScenarioError(faults)
    return LoadedCalibration(
        path.stem, file, plan, scenario, themes, measurement, cells, missing, themes.notes
    )


def _named(
    data: Mapping[str, Any], path: Path, faults: list[Fault]
) -> tuple[LoadedScenario | None, ThemeTable | None]:
    """Load scenario and themes; add what is wrong with them."""
    scenario: LoadedScenario | None = None
    themes: ThemeTable | None = None
    name = data.get("scenario", "robinscar_as_interviewed")
    try:
        if isinstance(name, str):
            scenario = load_scenario(_beside(name, path))
            other = data.get("organisation")
            if isinstance(other, str):
                organisation = load_scenario(_beside(other, path)).scenario.organisation
                whole = scenario.scenario.model_copy(update={"organisation": organisation})
                scenario = LoadedScenario(
                    f"{scenario.name} in {Path(other).stem}", whole, {}, scenario.chain
                )
    except ScenarioError as error:
        faults += error.faults
        scenario = None
    chosen = data.get("themes", STUDY)
    try:
        if chosen == STUDY:
            themes = study_themes()
        elif isinstance(chosen, str):
            themes = read_themes(path.parent / chosen)
    except ScenarioError as error:
        faults += error.faults
    return scenario, themes


def _beside(name: str, path: Path) -> str:
    """Return a scenario's name, or its path from the calibration file's folder."""
    return str(path.parent / name) if name.endswith(".toml") else name


def _shape_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    seen: set[Loc] = set()
    try:
        Calibration.model_validate(data)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            loc: Loc = tuple(step for step in item["loc"] if step != "[key]")
            if loc in seen or any(loc[:k] in seen for k in range(1, len(loc))):
                continue
            seen.add(loc)
            node = schema_at(loc, Calibration)
            if item["type"] == "extra_forbidden":
                known = list(schema_at(loc[:-1], Calibration).get("properties", ()))
                name = str(loc[-1])
                yield Fault(
                    file, dotted(loc), f"unknown key {name!r}", ", ".join(known),
                    nearest(name, known),
                )  # fmt: skip
            elif item["type"] == "missing":
                yield Fault(file, dotted(loc), "nothing", in_words(node))
            elif len(loc) == 3 and loc[0] == "observables" and loc[2] not in SERVICES:
                yield Fault(
                    file, dotted(loc), f"unknown service {loc[2]!r}", " or ".join(SERVICES),
                    nearest(str(loc[2]), SERVICES),
                )  # fmt: skip
            else:
                yield Fault(file, dotted(loc), shown(item["input"]), in_words(node))


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rules(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Check names against the model's tables, and ranges against their bounds."""
    listed = data.get("parameters")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    for name in names:
        if name not in PARAMETERS:
            yield _unknown(file, "parameters", "parameter", name, PARAMETERS)
        elif not PARAMETERS[name].uncertain and name not in _table(data.get("priors")):
            yield Fault(file, "parameters", f"{name!r}, which has no range", "one with a prior")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(file, "parameters", f"{name!r} twice", "each parameter once")
    if listed == []:
        yield Fault(file, "parameters", "an empty list", "at least one parameter")
    calibrated = names if isinstance(listed, list) else CALIBRATED
    for name, prior in _table(data.get("priors")).items():
        key = f"priors.{name}"
        if name not in PARAMETERS:
            yield _unknown(file, key, "parameter", name, PARAMETERS)
            continue
        if name not in calibrated:
            yield Fault(file, key, "a prior", "priors of parameters that are calibrated")
        yield from _prior_faults(file, key, name, _table(prior))
    for name in _table(data.get("statistics")):
        if name not in MEASURES:
            yield _unknown(file, f"statistics.{name}", "measure", name, MEASURES)
    for theme, by_service in _table(data.get("observables")).items():
        for service, setting in _table(by_service).items():
            key = f"observables.{theme}.{service}"
            yield from _observable_faults(file, key, _table(setting))
    particles, sets = data.get("particles", 600), data.get("data_sets")
    if isinstance(sets, int) and isinstance(particles, int) and sets > particles:
        yield Fault(file, "data_sets", str(sets), f"at most the {particles} particles")


def _unknown(file: str, key: str, what: str, name: str, known: Mapping[str, Any]) -> Fault:
    return Fault(
        file, key, f"unknown {what} {name!r}", f"a {what} of the model", nearest(name, list(known))
    )


def _prior_faults(file: str, key: str, name: str, prior: Mapping[str, Any]) -> Iterator[Fault]:
    parameter = PARAMETERS[name]
    ends = [prior.get("low"), prior.get("middle", prior.get("low")), prior.get("high")]
    numbers = [end for end in ends if isinstance(end, int | float)]
    if len(numbers) < 3:
        return
    if not numbers[0] <= numbers[1] <= numbers[2] or numbers[0] == numbers[2]:
        yield Fault(file, key, str(numbers), "low < high, and a middle between them")
    if numbers[0] < parameter.minimum or numbers[2] > parameter.maximum:
        yield Fault(
            file, key, f"{numbers[0]:g} to {numbers[2]:g}",
            f"within {number_range(parameter.minimum, parameter.maximum, parameter.unit)}",
        )  # fmt: skip


def _observable_faults(file: str, key: str, setting: Mapping[str, Any]) -> Iterator[Fault]:
    name = setting.get("quantity")
    if isinstance(name, str) and name not in QUANTITIES:
        yield _unknown(file, f"{key}.quantity", "quantity", name, QUANTITIES)
    elif isinstance(name, str) and key.rsplit(".", 1)[1] not in QUANTITIES[name].services:
        whose = " and ".join(QUANTITIES[name].services)
        yield Fault(file, f"{key}.quantity", repr(name), f"a quantity of the service: {whose} only")
    for part, low, high in (("threshold", -np.inf, np.inf), ("mention", 0.0, 1.0)):
        three = setting.get(part)
        if isinstance(three, list) and all(isinstance(one, int | float) for one in three):
            if three != sorted(three):
                yield Fault(file, f"{key}.{part}", str(three), "low, middle and high, rising")
            if three and not low <= min(three) <= max(three) <= high:
                yield Fault(file, f"{key}.{part}", str(three), "numbers from 0 to 1")


def _measurement(data: Mapping[str, Any]) -> Measurement:
    """Return the study's measurement with the file's own observables in or beside it."""
    plan = Calibration.model_validate(data)
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
    themes: ThemeTable, plan: Calibration, measurement: Measurement, file: str
) -> tuple[tuple[Cell, ...], dict[Cell, str], list[Fault]]:
    """Return cells with an observable, those without, and faults of names."""
    faults: list[Fault] = []
    ids = list(themes.titles)
    present = {(row.id, row.service) for row in themes.rows}
    for theme, by_service in plan.observables.items():
        if theme not in ids:
            faults.append(_unknown(file, f"observables.{theme}", "theme", theme, themes.titles))
        faults += [
            Fault(file, f"observables.{theme}.{service}", service, "a service that voiced it")
            for service in by_service
            if theme in ids and (theme, service) not in present
        ]
    faults += [
        _unknown(file, f"missing.{theme}", "theme", theme, themes.titles)
        for theme in plan.missing
        if theme not in ids
    ]
    cells: list[Cell] = []
    missing: dict[Cell, str] = {}
    for row in themes.rows:
        cell: Cell = (row.id, row.service)
        if cell in measurement.observables and row.id not in plan.missing:
            cells.append(cell)
            continue
        reason = plan.missing.get(row.id) or measurement.missing.get(cell)
        if reason is None:
            faults.append(
                Fault(
                    file,
                    f"observables.{row.id}.{row.service}",
                    "nothing",
                    f"an observable, or missing.{row.id} with the reason why it has none",
                )  # fmt: skip
            )
        else:
            missing[cell] = reason
    compared = any(measurement.observables[cell].weight > 0 for cell in cells)
    if not faults and not compared and not plan.statistics:
        faults.append(
            Fault(
                file,
                "themes",
                "nothing to compare with",
                "a theme with an observable, or a statistic",
            )  # fmt: skip
        )
    return tuple(cells), missing, faults


def _enough_staff(scenario: LoadedScenario, themes: ThemeTable, file: str) -> Iterator[Fault]:
    organisation = scenario.scenario.organisation
    if organisation.authorities > 1:
        yield Fault(file, "scenario", f"{organisation.authorities} authorities", "one authority")
    posts = {"CSW": organisation.csw, "MHSW": organisation.mhsw}
    for service, wanted in themes.interviewed.items():
        if wanted > posts[service]:
            yield Fault(
                file, "themes", f"{wanted} {service}s interviewed",
                f"at most the {posts[service]} posts of {scenario.name}",
            )  # fmt: skip
