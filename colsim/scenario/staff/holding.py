"""Which policies hold in an authority already, and what they would cost all the same."""

from typing import Any

from colsim.scenario.costs import cost_of
from colsim.scenario.schema import LeverSetting, Organisation, Scenario
from colsim.scenario.staff.cells import FULL_TIME
from colsim.scenario.staff.laying import SHARED_OFFICE, face_to_face_savings
from colsim.scenario.staff.reading import StaffReading
from colsim.scenario.staff.summary import summary
from colsim.scenario.staff.writing import usual_families

LEVER = "co_location"
DAYS = 3.0
"""Days a week, as in the policy that is shipped."""


def already_shared(reading: StaffReading) -> dict[str, Any] | None:
    """Return where AMH teams share an office with a CSC team of their locality, and the price.

    Keys: policy, teams (each with name, site and locality), of (AMH teams in all), cost_a_year
    and cost_once (pounds, of the policy for all of them). None if none does, or the list is faulty.
    """
    if reading.faults:
        return None
    families = usual_families(summary(reading)["hours"]["CSW"], full_time=FULL_TIME)
    organisation = Organisation.model_validate(
        reading.organisation() | {"shared_families": families}
    )
    savings = face_to_face_savings(organisation)
    shared = {
        person.team: {"name": person.team, "site": person.site, "locality": person.locality}
        for person in organisation.practitioners
        if savings.get(person.team) == SHARED_OFFICE and person.role == "MHSW"
    }
    if not shared:
        return None
    policy = Scenario(
        title=LEVER, organisation=organisation, levers={LEVER: LeverSetting(strength=DAYS)}
    )
    cost = cost_of(policy)
    return {
        "policy": LEVER,
        "teams": list(shared.values()),
        "of": len(savings),
        "cost_a_year": cost.a_year,
        "cost_once": cost.once,
    }
