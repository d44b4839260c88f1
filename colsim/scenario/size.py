"""How much memory a scenario needs, by estimate, so that too large a one is refused at once."""

from collections.abc import Iterable

from colsim.errors import UserError
from colsim.machine import memory_of_this_machine
from colsim.scenario.checks import known_parameters
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Scenario

_POST = 2_500
"""Bytes for a post: its records in three tables, and the objects from which a layout is built."""
_FAMILY = 600
"""Bytes for a family's record, its place among the active ones and its week of return."""
_TIE = 32
"""Bytes for a tie between two practitioners: familiarity, two trusts, week of last contact."""
_WEEK = 800
"""Bytes for a week's totals."""


def estimated_bytes(scenario: Scenario) -> int:
    """Return the memory, in bytes, that one run of a scenario takes, from above."""
    organisation = scenario.organisation
    weeks = scenario.run.weeks + scenario.run.burn_in
    arrival = "arrival_rate"
    rate = scenario.parameters.get(arrival, known_parameters()[arrival].high)
    families = organisation.shared_families * (1.0 + rate * weeks)
    ties = organisation.csw * organisation.mhsw
    posts = organisation.csw + organisation.mhsw
    each = families * _FAMILY + ties * _TIE + posts * _POST + weeks * 16
    return int(organisation.authorities * each + weeks * _WEEK)


def require_memory(
    scenarios: Iterable[LoadedScenario], *, at_once: int = 1, memory: int | None = None
) -> None:
    """Refuse scenarios that this machine could not hold.

    Args:
        scenarios: what is to be run.
        at_once: runs that are held at one time.
        memory: bytes there are; those of this machine unless given.

    Raises:
        UserError: at least one is too large; it names each, and what would fit.
    """
    there = memory or memory_of_this_machine()
    if there is None:
        return
    faults = []
    for loaded in scenarios:
        needed = estimated_bytes(loaded.scenario) * at_once
        if needed > there:
            faults.append(
                f"{loaded.name}: organisation: found a size that needs about "
                f"{needed / 2**30:,.1f} GB of memory for {at_once} run"
                f"{'' if at_once == 1 else 's'} at once; allowed: at most "
                f"{there / 2**30:,.1f} GB, which this machine has: fewer authorities, families "
                "or weeks" + ("" if at_once == 1 else ", or fewer workers")
            )
    if faults:
        raise UserError("\n".join(faults))
