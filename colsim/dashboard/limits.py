"""How much one visitor may ask of the machine: sizes are checked before anything is simulated."""

from collections.abc import Sequence

from colsim.errors import UserError
from colsim.machine import processors
from colsim.scenario.schema import Scenario
from colsim.scenario.size import estimated_bytes

MOST_PRACTITIONERS = 600
"""That the live picture draws."""
MOST_FAMILIES = 2_000
"""Shared families of a live run."""
MOST_WEEKS = 1_040
"""Of a live run, burn-in not counted; the same bound holds for the burn-in."""
MOST_WORLDS = 200
"""Of a comparison."""
MOST_SCENARIOS = 4
MOST_FAMILY_WEEKS = 400_000_000
"""Families times weeks, over all runs of a comparison: about a minute on two processors."""
MOST_MEMORY = 2**30
"""Bytes of the runs of a comparison that are held at one time, by the command line's estimate."""
MOST_BYTES = 100_000
"""Of an uploaded scenario."""
MOST_LIST_BYTES = 2_000_000
"""Of an uploaded staff list, all its files together."""
MOST_LIST_UNPACKED = 10_000_000
"""Of the same, unpacked."""
MOST_LINK = 8_000
"""Characters of a share link's query."""


def check_live(scenario: Scenario) -> None:
    """Refuse a scenario that is too large to be shown week by week, naming every fault.

    Raises:
        UserError: practitioners, families or weeks exceed what a page shows.
    """
    size, run = scenario.organisation, scenario.run
    people = size.authorities * (size.csw + size.mhsw)
    families = size.authorities * size.shared_families
    faults = [
        f"{name}: found {found:,}; allowed: up to {most:,} {what}"
        for name, found, most, what in (
            ("organisation", people, MOST_PRACTITIONERS, "practitioners on this page"),
            ("organisation.shared_families", families, MOST_FAMILIES, "families on this page"),
            ("run.weeks", run.weeks, MOST_WEEKS, "weeks on this page"),
            ("run.burn_in", run.burn_in, MOST_WEEKS, "weeks on this page"),
        )
        if found > most
    ]
    if faults:
        faults.append("larger ones run on the command line: colsim run")
        raise UserError("\n".join(faults))


def check_comparison(
    scenarios: Sequence[Scenario], worlds: int, *, most: int = MOST_SCENARIOS
) -> None:
    """Refuse a comparison that would hold the machine for long.

    Raises:
        UserError: too few or many scenarios or worlds, too many family weeks in all, or more
            memory at a time than one visitor may have.
    """
    faults = []
    if not 2 <= len(scenarios) <= most:
        faults.append(f"scenarios: found {len(scenarios)}; allowed: 2 to {most}")
    if not 1 <= worlds <= MOST_WORLDS:
        faults.append(f"worlds: found {worlds}; allowed: a whole number from 1 to {MOST_WORLDS}")
    else:
        asked = sum(
            2 * worlds * one.organisation.authorities * one.organisation.shared_families
            * (one.run.weeks + one.run.burn_in)
            for one in scenarios
        )  # fmt: skip
        if asked > MOST_FAMILY_WEEKS:
            faults.append(
                f"this comparison: found {asked:,} family weeks; allowed: up to "
                f"{MOST_FAMILY_WEEKS:,} on this page; larger ones run on the command line: "
                "colsim compare"
            )
    needed = max((estimated_bytes(one) for one in scenarios), default=0) * processors()
    if needed > MOST_MEMORY:
        faults.append(
            f"organisation: found a size that needs about {needed / 2**30:,.1f} GB of memory; "
            f"allowed: up to {MOST_MEMORY / 2**30:,.0f} GB on this page: fewer practitioners, "
            "families or weeks; larger ones run on the command line: colsim compare"
        )
    if faults:
        raise UserError("\n".join(faults))
