"""A question of choice, checked before anything is run."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from colsim.answers.limits import Limit, goal_named, limits_named, strengths_named
from colsim.answers.options import Options, Policy, options_of, single_policies
from colsim.core.measures import Measure
from colsim.errors import UserError
from colsim.scenario.loading import LoadedScenario, Names, load_scenario, over
from colsim.scenario.remarks import YEAR

LONGEST = 20
"""Years that a choice may look ahead."""

MOST_POUNDS = 1e12
"""A budget: more than that is a mistake."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was found sound, before anything is run."""

    options: Options
    budget: float
    pick: int
    years: int
    goal: Measure
    limits: tuple[Limit, ...]


def asked(
    authority: str | Path | LoadedScenario,
    *,
    budget: float,
    pick: int = 2,
    policies: Sequence[Policy] | None = None,
    strengths: Mapping[str, Iterable[float]] | Iterable[str] = (),
    years: int = 3,
    goal: str = "joint_plans",
    no_harm: Mapping[str, float] | Iterable[str] = (),
    under: Names = (),
    price_year: int | None = None,
) -> Asked:
    """Check a question, naming every fault.

    Raises:
        UserError: there is at least one.
    """
    faults: list[str] = []

    def trying[T](check: Callable[[], T]) -> T | None:
        try:
            return check()
        except UserError as error:
            faults.append(str(error))
            return None

    chosen = single_policies() if policies is None else list(policies)
    measure = trying(lambda: goal_named(goal))
    limits = trying(lambda: limits_named(no_harm))
    levels = trying(lambda: strengths_named(strengths))
    if not 0 <= budget <= MOST_POUNDS:
        faults.append(
            f"--budget: found {budget:g}; allowed: pounds a year, from 0 to {MOST_POUNDS:,.0f}"
        )
    if not chosen or any(isinstance(one, str) and not one.strip() for one in chosen):
        found = "an empty name" if chosen else "none"
        faults.append(f"--policies: found {found}; allowed: one or more to choose from")
        chosen = []
    elif not 1 <= pick <= len(chosen):
        faults.append(
            f"--pick: found {pick}; allowed: 1 to {len(chosen)}, the number of policies to choose "
            "from"
        )
    weeks = YEAR * min(max(years, 1), LONGEST)
    if not 1 <= years <= LONGEST:
        faults.append(f"--years: found {years}; allowed: 1 to {LONGEST}")
    base = trying(lambda: _base(authority, under, weeks, price_year))
    options = None
    if base is not None and levels is not None and chosen:
        loaded, strength = base, levels
        # A pick that is refused is not enumerated: of 25 policies there are 33 million sets.
        most = pick if 1 <= pick <= len(chosen) else 1
        pounds = budget if math.isfinite(budget) and budget >= 0 else math.inf
        options = trying(
            lambda: options_of(loaded, chosen, pick=most, budget=pounds, strengths=strength)
        )
    if faults:
        raise UserError("\n".join(faults))
    assert options is not None
    assert measure is not None
    assert limits is not None
    return Asked(options, float(budget), pick, years, measure, limits)


def _base(
    authority: str | Path | LoadedScenario, under: Names, weeks: int, price_year: int | None
) -> LoadedScenario:
    """Return the authority as it is, for the years that are looked at."""
    overrides: dict[str, object] = {"run.weeks": weeks}
    if price_year is not None:
        overrides["price_year"] = price_year
    if not isinstance(authority, LoadedScenario):
        return load_scenario(authority, under=under, overrides=overrides)
    loaded = over(authority, under, name=authority.name) if under else authority
    run = loaded.scenario.run.model_copy(update={"weeks": weeks})
    update: dict[str, Any] = {"run": run}
    if price_year is not None:
        update["price_year"] = price_year
    scenario = type(loaded.scenario).model_validate(loaded.scenario.model_dump() | update)
    return replace(loaded, scenario=scenario)
