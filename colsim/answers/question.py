"""A question of choice with its goal and limits of harm, checked before anything is run."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.answers.options import Options, Policy, options_of, single_policies
from colsim.core.measures import Measure
from colsim.errors import Faults, UserError, nearest, refusal
from colsim.experiments.observed import COMPARED
from colsim.reporting.words import in_unit
from colsim.scenario.loading import LoadedScenario, Names, load_scenario, over
from colsim.scenario.remarks import YEAR

Values = npt.NDArray[np.float64]
SHORT = {"joint_plans": "joint_plan_rate", "flow": "information_flow"}
"""Short names of goals."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a measure may move: no lower than a bound below 0, no higher than one above."""

    measure: str
    bound: float
    """Change against today, as on screen: percentage points for shares."""

    @property
    def about(self) -> Measure:
        """The measure."""
        return COMPARED[self.measure]

    @property
    def downwards(self) -> bool:
        """Whether it is a floor: the measure may not fall further."""
        return self.bound < 0 or (self.bound == 0 and self.about.better != "lower")

    def beyond(self, change: Values) -> Values:
        """Return how far changes are beyond the bound, in the unit of the screen."""
        shown = in_unit(1.0, self.about) * change
        return self.bound - shown if self.downwards else shown - self.bound

    def __str__(self) -> str:
        """Return the limit as it is typed."""
        return f"{self.measure}:{self.bound:g}"


def goal_named(name: str) -> Measure:
    """Return the measure that is to be gained.

    Raises:
        UserError: there is none of this name, or it has no better direction.
    """
    known = {
        **SHORT,
        **{n: n for n, measure in COMPARED.items() if measure.better != "neither"},
    }
    if name not in known:
        what = repr(name)
        if name in COMPARED:
            what += ", of which neither more nor less is better"
        allowed = f"{', '.join(SHORT)}, or a measure such as {', '.join(list(known)[2:6])}"
        raise UserError(f"--goal: {refusal(what, allowed, nearest(name, known))}")
    return COMPARED[known[name]]


def limits_named(given: Mapping[str, float] | Iterable[str]) -> tuple[Limit, ...]:
    """Return limits of harm, given as measure to bound or as texts such as assessed_in_time:-2.

    Raises:
        UserError: a measure is unknown, a bound no number, or against the measure's harm.
    """
    pairs: list[tuple[str, object]] = (
        list(given.items())
        if isinstance(given, Mapping)
        else [(text.rpartition(":")[0] or text, text.rpartition(":")[2]) for text in given]
    )
    found, faults = [], []
    for name, value in pairs:
        where = "--no-harm"
        if name not in COMPARED:
            text = refusal(repr(name), "a measure and a number", nearest(name, COMPARED))
            faults.append(f"{where}: {text}, such as assessed_in_time:-2")
            continue
        try:
            bound = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            bound = math.nan
        if not math.isfinite(bound):
            allowed = f"the change that is borne, such as {name}:-2"
            faults.append(f"{where}: {name}: {refusal(repr(value), allowed)}")
            continue
        better = COMPARED[name].better
        if (bound > 0 and better == "higher") or (bound < 0 and better == "lower"):
            sign = "0 or below: of this measure more is better" if better == "higher" else (
                "0 or above: of this measure less is better"
            )  # fmt: skip
            faults.append(f"{where}: {name}: {refusal(f'{bound:g}', sign)}")
            continue
        found.append(Limit(name, bound))
    names = [one.measure for one in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(f"--no-harm: found {name} twice; allowed: each measure once")
    if faults:
        raise UserError("\n".join(faults))
    return tuple(found)


def strengths_named(
    given: Mapping[str, Iterable[float]] | Iterable[str],
) -> dict[str, tuple[float, ...]]:
    """Return strengths by policy, given as numbers or as texts.

    `0.5,1` are shares of every policy's own strength, `boundary_spanners:2,4` strengths of one.

    Raises:
        UserError: a text is none of these, a share is not above 0, or one is named twice.
    """
    if isinstance(given, Mapping):
        return {name: tuple(map(float, values)) for name, values in given.items()}
    found: dict[str, tuple[float, ...]] = {}
    faults = []
    for text in given:
        name, _, numbers = text.rpartition(":")
        try:
            values = tuple(float(one) for one in numbers.split(","))
        except ValueError:
            values = (math.nan,)
        sound = all(math.isfinite(one) for one in values)
        if not sound or (not name and not all(0 < one <= 1 for one in values)):
            allowed = (
                "shares above 0 up to 1 of every policy's strength, such as 0.5,1, or strengths "
                "of one, such as boundary_spanners:2,4"
            )
            faults.append(f"--strengths: {refusal(repr(text), allowed)}")
        elif name in found:
            faults.append(f"--strengths: found {name or 'shares'} twice; allowed: once")
        else:
            found[name] = tuple(dict.fromkeys(values))
    if faults:
        raise UserError("\n".join(faults))
    return found


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
    faults = Faults()
    chosen = single_policies() if policies is None else list(policies)
    measure = faults.trying(lambda: goal_named(goal))
    limits = faults.trying(lambda: limits_named(no_harm))
    levels = faults.trying(lambda: strengths_named(strengths))
    if not 0 <= budget <= MOST_POUNDS:
        faults.found.append(
            f"--budget: found {budget:g}; allowed: pounds a year, from 0 to {MOST_POUNDS:,.0f}"
        )
    if not chosen or any(isinstance(one, str) and not one.strip() for one in chosen):
        found = "an empty name" if chosen else "none"
        faults.found.append(f"--policies: found {found}; allowed: one or more to choose from")
        chosen = []
    elif not 1 <= pick <= len(chosen):
        faults.found.append(
            f"--pick: found {pick}; allowed: 1 to {len(chosen)}, the number of policies to choose "
            "from"
        )
    weeks = YEAR * min(max(years, 1), LONGEST)
    if not 1 <= years <= LONGEST:
        faults.found.append(f"--years: found {years}; allowed: 1 to {LONGEST}")
    base = faults.trying(lambda: _base(authority, under, weeks, price_year))
    options = None
    if base is not None and levels is not None and chosen:
        loaded, strength = base, levels
        # A pick that is refused is not enumerated: of 25 policies there are 33 million sets.
        most = pick if 1 <= pick <= len(chosen) else 1
        pounds = budget if math.isfinite(budget) and budget >= 0 else math.inf
        options = faults.trying(
            lambda: options_of(loaded, chosen, pick=most, budget=pounds, strengths=strength)
        )
    faults.refuse()
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
