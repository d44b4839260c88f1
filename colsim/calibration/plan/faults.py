"""Everything that can be wrong with a calibration file, found in plain data.

Each check skips what is missing or of a wrong type, so that it still speaks when other
values are faulty: a user sees every fault in one go.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard

from colsim.calibration.interviewing.observables import Cell, Measurement, study_measurement
from colsim.calibration.interviewing.quantities import QUANTITIES, SERVICES
from colsim.calibration.plan.schema import CALIBRATED, STUDIES, STUDY, STUDY_CORRECTED, Calibration
from colsim.calibration.themes.table import ThemeTable, mixing_faults
from colsim.core.measures import MEASURES
from colsim.core.parameters import PARAMETERS
from colsim.errors import nearest, twice
from colsim.scenario.faults import Fault, dotted, fault_of, read_model
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.problem import as_number, number_range, table


def shape_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Find unknown keys, and values of a wrong type or out of their limits."""
    for misfit in read_model(Calibration, data)[1]:
        loc = misfit.loc
        service = len(loc) == 3 and loc[0] == "observables" and loc[2] not in SERVICES
        if service and misfit.kind not in ("extra_forbidden", "missing"):
            near = nearest(str(loc[2]), SERVICES)
            found = f"unknown service {loc[2]!r}"
            yield Fault(file, dotted(loc), found, " or ".join(SERVICES), near)
        else:
            yield fault_of(misfit, file, Calibration)


def name_faults(data: Mapping[str, Any], file: str) -> Iterator[Fault]:
    """Check names against the model's tables, and ranges against their bounds."""
    listed = data.get("parameters")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    priors = table(data.get("priors"))
    for name in dict.fromkeys(names):
        if name not in PARAMETERS:
            yield _unknown(file, "parameters", "parameter", name, PARAMETERS)
        elif not PARAMETERS[name].uncertain and name not in priors:
            yield Fault(
                file, "parameters", f"{name!r}, which has no range",
                f"an uncertain parameter, or a range of your own as priors.{name}",
            )  # fmt: skip
    for name in twice(names):
        yield Fault(file, "parameters", f"{name!r} {_times(names.count(name))}", "each name once")
    if listed == []:
        yield Fault(file, "parameters", "an empty list", "at least one parameter")
    calibrated = names if isinstance(listed, list) else CALIBRATED
    for name, prior in priors.items():
        key = f"priors.{name}"
        if name not in PARAMETERS:
            yield _unknown(file, key, "parameter", name, PARAMETERS)
            continue
        if name not in calibrated:
            yield Fault(
                file, key, "a prior of a parameter that is not calibrated",
                f"a parameter of the list; or add {name!r} to parameters",
            )  # fmt: skip
        yield from _prior_faults(file, key, name, table(prior))
    for name in table(data.get("statistics")):
        if name not in MEASURES:
            yield _unknown(file, f"statistics.{name}", "measure", name, MEASURES)
    for theme, by_service in table(data.get("observables")).items():
        for service, setting in table(by_service).items():
            yield from _observable_faults(file, theme, service, table(setting))
    yield from _mention_faults(file, table(data.get("interviews")))
    particles, sets = data.get("particles", 600), data.get("data_sets")
    if isinstance(sets, int) and isinstance(particles, int) and sets > particles:
        yield Fault(
            file, "data_sets", str(sets),
            f"at most the {particles} particles: each made-up set needs a world of its own",
        )  # fmt: skip


def theme_faults(data: Mapping[str, Any], themes: ThemeTable, file: str) -> Iterator[Fault]:
    """Check that each theme has an observable or a reason, and that all named ones exist."""
    observables, missing = table(data.get("observables")), table(data.get("missing"))
    present = {(row.id, row.service) for row in themes.rows}
    report = data.get("codebook") != "beforehand" and themes.participants is None
    if report:
        # That a theme was not reported of a service is data of the service.
        present |= {(row.id, service) for row in themes.rows for service in themes.interviewed}
    for theme, by_service in observables.items():
        if theme not in themes.titles:
            yield _unknown_theme(file, f"observables.{theme}", theme, themes)
            continue
        for service in table(by_service):
            if service in SERVICES and (theme, service) not in present:
                yield Fault(
                    file, f"observables.{theme}.{service}",
                    f"an observable of {service}s, for whom the themes have no row {theme}",
                    "services that the table of themes lists with it",
                )  # fmt: skip
    for theme in missing:
        if theme not in themes.titles:
            yield _unknown_theme(file, f"missing.{theme}", theme, themes)
        elif theme in observables:
            yield Fault(
                file, f"missing.{theme}", f"a reason why {theme} has no observable, and one",
                f"either missing.{theme} or observables.{theme}",
            )  # fmt: skip
    yield from _unvoiced(data, themes, file, "themes")
    chosen = data.get("themes", STUDY)
    study = Measurement({})
    if chosen in STUDIES:
        study = study_measurement(corrected=chosen == STUDY_CORRECTED)
    compared = 0
    for row in themes.rows:
        cell: Cell = (row.id, row.service)
        if row.id in missing:
            continue
        own = table(observables.get(row.id)).get(row.service)
        if own is not None:
            compared += table(own).get("compared", True) is not False
        elif cell in study.observables:
            compared += study.observables[cell].weight > 0
        elif cell not in study.missing:
            yield Fault(
                file, f"observables.{row.id}.{row.service}", "nothing",
                f"an observable, or missing.{row.id} with the reason why it has none",
            )  # fmt: skip
            compared += 1  # it would be compared with, once it has one
    if not compared and not table(data.get("statistics")):
        yield Fault(
            file, "themes", "nothing to compare with",
            "a theme with an observable that is compared with, or a statistic",
        )  # fmt: skip


def _unvoiced(data: Mapping[str, Any], themes: ThemeTable, file: str, key: str) -> Iterator[Fault]:
    """Find themes that were made out of interviews, and that nobody voiced."""
    if data.get("codebook") == "beforehand":
        return
    for theme in themes.titles:
        alike = [row for row in themes.rows if row.id == theme]
        if all(row.absent or row.voiced_max == 0 for row in alike):
            yield Fault(
                file, key, f"theme {theme!r}, which nobody voiced",
                "themes that somebody voiced, as they were made out of the interviews; or "
                'codebook = "beforehand"',
            )  # fmt: skip


def coder_faults(
    data: Mapping[str, Any], themes: ThemeTable, coders: Sequence[ThemeTable], file: str
) -> Iterator[Fault]:
    """Check that other coders' tables are of the same interviews, and that weights fit them."""
    listed = data.get("coders", [])
    names = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    first = data.get("themes", STUDY)
    every = [*names, first] if isinstance(first, str) else names
    places = [one if one in STUDIES else str((Path(file).parent / one).resolve()) for one in every]
    alike = {place: name for name, place in zip(names, places, strict=False)}
    for place, name in alike.items():
        if places.count(place) > 1:
            times = _times(places.count(place))
            yield Fault(file, "coders", f"{name!r} {times}", "a table of each coder, once")
    yield from _weight_faults(data.get("coder_weights"), len(names), file)
    report = data.get("codebook") != "beforehand" and themes.participants is None
    for other in coders:
        yield from mixing_faults(themes, other, file=file, key="coders", absent_is_data=report)
        for fault in _unvoiced(data, other, file, "coders"):
            yield replace(fault, found=f"{other.file}, {fault.found}")


def _weight_faults(weights: object, others: int, file: str) -> Iterator[Fault]:
    if not isinstance(weights, list):
        return
    if weights and not others:
        yield Fault(
            file, "coder_weights", f"{weights}, and no other coder's table",
            "the files of other coders as coders; or no weights, as one table alone weighs all",
        )  # fmt: skip
    elif others and len(weights) != 1 + others:
        yield Fault(
            file, "coder_weights", f"{len(weights)} weight{'s' * (len(weights) != 1)}",
            f"{1 + others}, one for each coder's table, that of themes first",
        )  # fmt: skip


def staff_faults(scenario: LoadedScenario, themes: ThemeTable | None, file: str) -> Iterator[Fault]:
    """Check that the interviews could be held in the scenario's organisation."""
    organisation = scenario.scenario.organisation
    if organisation.authorities > 1:
        yield Fault(
            file, "scenario", f"{organisation.authorities} authorities in {scenario.name}",
            "one authority",
        )  # fmt: skip
    posts = {"CSW": organisation.csw, "MHSW": organisation.mhsw}
    for service, wanted in (themes.interviewed if themes else {}).items():
        if wanted > posts[service]:
            yield Fault(
                file, "themes", f"{wanted} {service}s interviewed",
                f"at most the {posts[service]} posts of {scenario.name}",
            )  # fmt: skip


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _unknown(file: str, key: str, what: str, name: str, known: Mapping[str, Any]) -> Fault:
    return Fault(
        file, key, f"unknown {what} {name!r}", f"a {what} of the model", nearest(name, list(known))
    )


def _unknown_theme(file: str, key: str, name: str, themes: ThemeTable) -> Fault:
    known = list(themes.titles)
    return Fault(
        file, key, f"unknown theme {name!r}", f"a theme of the table: {', '.join(known[:40])}",
        nearest(name, known),
    )  # fmt: skip


def _is_number(value: object) -> bool:
    number = as_number(value)
    return number is not None and math.isfinite(number)


def _prior_faults(file: str, key: str, name: str, prior: Mapping[str, Any]) -> Iterator[Fault]:
    parameter = PARAMETERS[name]
    if parameter.choices:
        names = ", ".join(choice.name for choice in parameter.choices)
        yield Fault(
            file, key, "a range of what has few values",
            f"no range: worlds draw one of its choices ({names}) by their weights; a scenario "
            f"whose [parameters] set {name!r} holds it at one",
        )  # fmt: skip
        return
    ends = [prior.get("low"), prior.get("middle", prior.get("low")), prior.get("high")]
    if not all(map(_is_number, ends)):
        return
    low, middle, high = map(float, ends)
    if not low <= middle <= high or low == high:
        wanted = "low below high" + (", and a middle between them" if "middle" in prior else "")
        yield Fault(file, key, _shown_range(low, prior.get("middle"), high), wanted)
    if low < parameter.minimum or high > parameter.maximum:
        yield Fault(
            file, key, f"{low:g} to {high:g}",
            f"within {number_range(parameter.minimum, parameter.maximum, parameter.unit)}",
        )  # fmt: skip


def _shown_range(low: float, middle: float | None, high: float) -> str:
    between = "" if middle is None else f", middle {middle:g}"
    return f"low {low:g}{between}, high {high:g}"


def _observable_faults(
    file: str, theme: str, service: str, setting: Mapping[str, Any]
) -> Iterator[Fault]:
    key = f"observables.{theme}.{service}"
    name = setting.get("quantity")
    if isinstance(name, str) and name not in QUANTITIES:
        yield _unknown(file, f"{key}.quantity", "quantity", name, QUANTITIES)
    elif isinstance(name, str) and service in SERVICES:
        whose = QUANTITIES[name].services
        if service not in whose:
            yield Fault(
                file, f"{key}.quantity", f"{name!r}, of which only {' and '.join(whose)}s speak",
                f"a quantity of {service}s (colsim interview --quantities lists them)",
            )  # fmt: skip
    threshold = setting.get("threshold")
    if _three(threshold) and threshold != sorted(threshold):
        yield Fault(file, f"{key}.threshold", str(threshold), "low, middle and high, rising")
    for part, other in (("threshold", "scale"), ("scale", "threshold")):
        if part in setting and other not in setting:
            yield Fault(
                file, f"{key}.{other}", "nothing",
                f"a {other}, which goes with the {part}; or neither: both then follow by rule",
            )  # fmt: skip
    if _three(threshold) and isinstance(name, str) and name in QUANTITIES:
        quantity = QUANTITIES[name]
        if not quantity.low <= min(threshold) <= max(threshold) <= quantity.high:
            yield Fault(
                file, f"{key}.threshold", str(threshold),
                f"within the quantity: {number_range(quantity.low, quantity.high, quantity.unit)}",
            )  # fmt: skip


def _mention_faults(file: str, held: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("volunteered", "asked"):
        three = held.get(name)
        if not _three(three):
            continue
        if three != sorted(three):
            yield Fault(file, f"interviews.{name}", str(three), "low, middle and high, rising")
        if not 0.0 <= min(three) <= max(three) <= 1.0:
            yield Fault(file, f"interviews.{name}", str(three), "chances from 0 to 1")


def _three(value: object) -> TypeGuard[list[float]]:
    return isinstance(value, list) and len(value) == 3 and all(map(_is_number, value))
