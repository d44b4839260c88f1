"""From listed practitioners to the plans that the core lays out."""

import math
from dataclasses import dataclass

from colsim.core.layout import CSW, MHSW, KnownTie, LocalityPlan, TeamPlan
from colsim.scenario.schema import Organisation, Practitioner
from colsim.scenario.staff_rules import locality_names, natural

FAR = 8.0
"""Kilometres from which on a journey saves nothing (judgement): half an hour in town traffic."""
SHARED_OFFICE = (("shared_days", 5.0), ("face_to_face_saving", 1.0), ("story_mixing", 1.0))
"""What holds without policy for an AMH team at the site of a CSC team of its locality (judgement):
what co-location of five days a week would bring."""


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """One authority as listed, ready to be laid out."""

    localities: tuple[LocalityPlan, ...]
    ties: tuple[KnownTie, ...]
    ids: tuple[str, ...]
    """Id of each post in the order of posts: CSW by locality and team, then MHSW likewise."""
    locality_names: tuple[str, ...]
    """In the order in which levers number localities."""
    team_names: tuple[str, ...]
    """In the order of teams: CSC by locality, then AMH by locality."""


def staff_plan(organisation: Organisation) -> StaffPlan:
    """Return the plan of an organisation with listed practitioners.

    Localities, teams and people lie in the order of their names, so that the
    order of rows does not matter.  Shared families are spread over localities
    in proportion to the hours of CSWs.
    """
    names = locality_names(dict(person) for person in organisation.practitioners)
    hours = {
        name: math.fsum(
            p.hours for p in organisation.practitioners if p.locality == name and p.role == "CSW"
        )
        for name in names
    }
    total = math.fsum(hours.values())
    saving = face_to_face_savings(organisation)
    teams: dict[str, list[TeamPlan]] = {name: [] for name in names}
    ids: list[str] = []
    rows: dict[str, int] = {}
    team_names: list[str] = []
    for service, role in ((CSW, "CSW"), (MHSW, "MHSW")):
        row = 0
        for locality in names:
            members = _by_team(organisation, locality, role)
            for team in sorted(members, key=natural):
                people = sorted(members[team], key=lambda person: natural(person.id))
                teams[locality].append(
                    TeamPlan(
                        service,
                        tuple(person.hours for person in people),
                        _tenure(people),
                        saving.get(team, ()) if service == MHSW else (),
                    )
                )
                team_names.append(team)
                for person in people:
                    ids.append(person.id)
                    rows[person.id] = row
                    row += 1
    return StaffPlan(
        localities=tuple(
            LocalityPlan(organisation.shared_families * hours[name] / total, tuple(teams[name]))
            for name in names
        ),
        ties=tuple(
            KnownTie(
                0,
                rows[tie.csw],
                rows[tie.mhsw],
                tie.familiarity,
                -1.0 if tie.trust_csw_in_mhsw is None else tie.trust_csw_in_mhsw,
                -1.0 if tie.trust_mhsw_in_csw is None else tie.trust_mhsw_in_csw,
            )
            for tie in organisation.ties
        ),
        ids=tuple(ids),
        locality_names=names,
        team_names=tuple(team_names),
    )


def _by_team(organisation: Organisation, locality: str, role: str) -> dict[str, list[Practitioner]]:
    members: dict[str, list[Practitioner]] = {}
    for person in organisation.practitioners:
        if person.locality == locality and person.role == role:
            members.setdefault(person.team, []).append(person)
    return members


def _tenure(people: list[Practitioner]) -> tuple[int, ...]:
    return tuple(-1 if p.weeks_in_post is None else p.weeks_in_post for p in people)


def face_to_face_savings(organisation: Organisation) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return what holds without policy for each AMH team that is near its locality's CSC sites.

    A team at the site of a CSC team of its locality shares the office.  For
    another one the saving of a meeting face to face is 1 - d / 8, at least 0,
    with d the mean distance in kilometres to those CSC sites of its locality
    whose distance is listed; without any, there is no saving.
    """
    known = {}
    for distance in organisation.distances:
        known[distance.one, distance.other] = known[distance.other, distance.one] = distance.km
    csc_sites: dict[str, dict[str, None]] = {}
    for person in organisation.practitioners:
        if person.role == "CSW":
            csc_sites.setdefault(person.locality, {})[person.site] = None
    result: dict[str, tuple[tuple[str, float], ...]] = {}
    for person in organisation.practitioners:
        if person.role != "MHSW" or person.team in result:
            continue
        sites = sorted(csc_sites[person.locality])
        away = [known[person.site, site] for site in sites if (person.site, site) in known]
        if person.site in sites:
            result[person.team] = SHARED_OFFICE
        elif away:
            share = min(1.0, max(0.0, 1.0 - math.fsum(away) / len(away) / FAR))
            result[person.team] = (("face_to_face_saving", share),) if share else ()
        else:
            result[person.team] = ()
    return result
