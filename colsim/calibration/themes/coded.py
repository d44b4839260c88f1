"""From an export of codings to a table of answers by participant."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from colsim.calibration.themes.export import CASES, read_cases, read_codings
from colsim.calibration.themes.reading import read_themes
from colsim.calibration.themes.refi import Codings
from colsim.calibration.themes.table import SERVICES, Service
from colsim.errors import few
from colsim.scenario.faults import Fault, ScenarioError
from colsim.scenario.names import key_of, spelt_otherwise
from colsim.scenario.staff.tables import UnreadableError
from colsim.scenario.staff.words import close, fold

NOT_CODED = ("no", "unknown")


@dataclass(frozen=True, slots=True)
class Imported:
    """A table of answers, and what is worth knowing of how it was made."""

    text: str
    """As CSV: participant, service, theme, voiced, title."""
    people: int
    themes: int
    yes: int
    """Answers known to be yes."""
    notes: tuple[str, ...]


def import_themes(
    path: str | Path,
    *,
    cases: str | Path | None = None,
    themes: Mapping[str, str] | str | Path | None = None,
    not_coded: str | None = None,
    coder: str | None = None,
) -> Imported:
    """Turn an export of codings into a table of answers by participant.

    Args:
        path: a list of codings, a matrix, or a REFI-QDA project.
        cases: a file with the columns participant and service.
        themes: ids of themes that may occur to their titles, or a table of them; each code must be
            one of either. All codes are themes if None.
        not_coded: what it means that nothing of a person is coded with a theme: "no" if each
            transcript was searched for each theme, "unknown" if not.
        coder: whose codings of a project to read; everybody's if None.

    Raises:
        ScenarioError: the export, the cases, the themes or the question of what was not coded are
            faulty; it lists all faults.
    """
    label, faults = str(path), list[Fault]()
    services: dict[str, Service] = {}
    found: Codings | None = None
    try:
        services = read_cases(Path(cases)) if cases is not None else {}
    except UnreadableError as error:
        faults += error.faults
    try:
        found = _alike(read_codings(Path(path), services, coder=coder), label)
    except UnreadableError as error:
        faults += error.faults
    try:
        named = themes if isinstance(themes, Mapping | None) else read_themes(themes).titles
    except ScenarioError as error:
        faults += error.faults
        named = None
    if not_coded not in NOT_CODED:
        what = "nothing" if not_coded is None else repr(not_coded)
        faults.append(
            Fault(
                "--not-coded", "", what,
                "no (each transcript was searched for each theme: complete coding) or unknown "
                "(it was not): that something is not coded does not say by itself that it was not "
                "voiced",
                close(not_coded or "", NOT_CODED),
            )
        )  # fmt: skip
    if found is None:
        raise ScenarioError(faults)
    by_person = {**found.services, **services}
    matched = {fold(name): name for name in by_person}
    service_of = {
        name: by_person[matched[fold(name)]] for name in found.people if fold(name) in matched
    }
    # Who was interviewed and never coded is in no list of codings, but was interviewed.
    there = {fold(name) for name in found.people}
    silent = [name for name in services if fold(name) not in there]
    service_of |= {name: services[name] for name in silent}
    faults += _strangers(label, found, service_of, services)
    renamed = _renamed(label, found, named, faults)
    if not service_of and not faults:
        faults.append(Fault(label, "", "nobody", "a participant at least"))
    if not renamed and not faults:
        faults.append(Fault(label, "", "no codes", "a code at least"))
    if faults:
        raise ScenarioError(list(dict.fromkeys(faults)))
    if silent:
        note = f"{label}: no codings of {', '.join(silent)}, who stand in the cases"
        found = replace(found, notes=(*found.notes, note))
    return _written(found, service_of, renamed, named or {}, str(not_coded))


def _alike(found: Codings, label: str) -> Codings:
    """Take people, and codes, that are equal to the eye for one, and say so."""
    notes = []
    spelt: list[dict[str, str]] = []
    for names in (found.people, found.codes):
        first: dict[str, str] = {}
        spelt.append({name: first.setdefault(key_of(name), name) for name in names})
        notes += [
            f"{label}: {name!r}{spelt_otherwise(name, usual)} is taken to be {usual!r}"
            for name, usual in spelt[-1].items()
            if name != usual
        ]
    people, codes = spelt
    return replace(
        found,
        people=tuple(dict.fromkeys(people.values())),
        codes=tuple(dict.fromkeys(codes.values())),
        coded=frozenset((people[person], codes[code]) for person, code in found.coded),
        services={people[person]: service for person, service in found.services.items()},
        notes=(*found.notes, *notes),
    )


def _strangers(
    label: str,
    found: Codings,
    service_of: Mapping[str, Service],
    services: Mapping[str, Service],
) -> list[Fault]:
    """Find people whose service is not known, and cases that do not occur."""
    unknown = [name for name in found.people if name not in service_of]
    if not unknown:
        return []
    near = close(unknown[0], services)
    return [Fault(label, "", f"no service of {few(unknown, 10)}", f"--cases FILE: {CASES}", near)]


def _renamed(
    label: str, found: Codings, themes: Mapping[str, str] | None, faults: list[Fault]
) -> dict[str, str]:
    """Return the theme of each code; faults of codes that match none."""
    if themes is None:
        return {code: code for code in found.codes}
    known = {fold(word): theme for theme, title in themes.items() for word in (theme, title)}
    renamed = {}
    for code in found.codes:
        theme = known.get(fold(code))
        if theme is None:
            words = [word for theme, title in themes.items() for word in (theme, title)]
            listed = ", ".join(list(themes)[:40])
            faults.append(
                Fault(
                    label, "", f"code {code!r}, which is no theme",
                    f"ids or titles of the themes: {listed}", close(code, words),
                )
            )  # fmt: skip
        else:
            renamed[code] = theme
    return renamed


def _written(
    found: Codings,
    service_of: Mapping[str, Service],
    renamed: Mapping[str, str],
    themes: Mapping[str, str],
    not_coded: str,
) -> Imported:
    coded = {(person, renamed[code]) for person, code in found.coded}
    ids = list(dict.fromkeys(renamed.values()))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("participant", "service", "theme", "voiced", "title"))
    people = sorted(service_of, key=lambda name: SERVICES.index(service_of[name]))
    for person in people:
        for theme in ids:
            answer = "yes" if (person, theme) in coded else not_coded
            writer.writerow((person, service_of[person], theme, answer, themes.get(theme, "")))
    share = len(people) * len(ids) - len(coded)
    note = f"{share} pairs of participant and theme without a coding are taken for: {not_coded}"
    return Imported(out.getvalue(), len(people), len(ids), len(coded), (*found.notes, note))
