"""Value for money: what every policy costs against what it gains, and the best for a budget."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from colsim.answers.choice import Choice
from colsim.answers.choice_account import answer, rests_on_lines
from colsim.answers.choose import choose
from colsim.answers.options import single_policies
from colsim.comparison.compare import compare
from colsim.comparison.comparison import Comparison
from colsim.comparison.taken import in_brief
from colsim.core.measures import MEASURES
from colsim.dashboard.drafts import edited
from colsim.dashboard.jobs import Cancelled, turn
from colsim.dashboard.kept import Asked
from colsim.dashboard.limits import check_comparison
from colsim.errors import UserError
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.reporting.words import in_unit, pounds, signed, tenths
from colsim.scenario.costs import bills_of, cost_of
from colsim.scenario.faults import ScenarioError
from colsim.scenario.loading import LoadedScenario, over
from colsim.scenario.prices import HOUR, SERVICES
from colsim.scenario.remarks import YEAR

WORLDS = 20
"""Worlds in which each policy is lived."""
MOST_IN_A_PACKAGE = 2
MOST_POUNDS = 1_000_000_000.0
GOAL = "joint_plan_rate"
"""Measure that is shown first, the command line's goal."""
Prices = Mapping[str, Mapping[str, float]]


def goals() -> list[dict[str, str]]:
    """Return the measures that can be gained: those with a better direction."""
    return [
        {"name": name, "title": one.title}
        for name, one in MEASURES.items()
        if one.better != "neither"
    ]


def unit_of(goal: str) -> str:
    """Return what a gain in a measure is counted in."""
    unit = MEASURES[goal].unit
    return "percentage points" if unit.startswith("share") else unit


def laid_over(base: LoadedScenario, names: Sequence[str]) -> LoadedScenario:
    """Return policies laid over an authority.

    Raises:
        UserError: they do not go together.
    """
    return over(base, list(names), name="+".join(names))


@dataclass(slots=True)
class Survey:
    """Policies lived in the same worlds, each alone or together; checked when made.

    Raises:
        UserError: it is too large for the page.
    """

    base: LoadedScenario
    sets: tuple[tuple[str, ...], ...]
    """The policies of each set."""
    seed: int
    worlds: int = WORLDS
    policies: tuple[LoadedScenario, ...] = field(init=False)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Lay all over the authority; what does not go with it is left out, if it is alone."""
        found = []
        for names in self.sets:
            try:
                found.append(laid_over(self.base, names))
            except ScenarioError:
                if len(self.sets) == 1:
                    raise
        self.policies = tuple(found)
        check_comparison(
            [self.base.scenario, *(one.scenario for one in found)],
            self.worlds,
            most=1 + len(single_policies()),
        )

    @property
    def total(self) -> int:
        """Replications to live."""
        return SEEDS_PER_WORLD * self.worlds

    @property
    def asked(self) -> Asked:
        """The question, as it is looked up."""
        return Asked((self.base, *self.policies), self.worlds, self.seed)

    def run(self, progress: Callable[[int, int], None]) -> Comparison:
        """Live all; `progress` is called with replications done and those to do.

        Raises:
            Cancelled: `cancel` was called.
        """
        with turn(self._stop):
            return compare(
                self.base,
                self.policies,
                replications=self.total,
                seed=self.seed,
                progress=lambda done: _told(self._stop, progress, done, self.total),
            )

    def cancel(self) -> None:
        """Stop as soon as the runs under way are over."""
        self._stop.set()


@dataclass(slots=True)
class Search:
    """The best for a budget, as `colsim choose` finds it."""

    base: LoadedScenario
    budget: float
    seed: int
    worlds: int = WORLDS
    """In which finalists are judged."""
    pick: int = MOST_IN_A_PACKAGE
    goal: str = "joint_plans"
    no_harm: tuple[str, ...] = ()
    """Limits of harm, such as "assessed_in_time:-2"."""
    total: int = 1
    """Runs to do, as far as is known yet."""
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self, progress: Callable[[int, int], None]) -> Choice:
        """Choose; `progress` is called with the runs done and those to do.

        Raises:
            Cancelled: `cancel` was called.
            UserError: nothing is within the budget.
        """

        def told(done: int, total: int) -> None:
            self.total = total
            _told(self._stop, progress, done, total)

        with turn(self._stop):
            return choose(
                self.base,
                budget=self.budget,
                pick=self.pick,
                goal=self.goal,
                no_harm=self.no_harm,
                years=max(1, round(self.base.scenario.run.weeks / YEAR)),
                replications=SEEDS_PER_WORLD * self.worlds,
                seed=self.seed,
                progress=told,
            )

    @property
    def cancelled(self) -> bool:
        """Whether somebody stopped it."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Stop as soon as the runs under way are over."""
        self._stop.set()


def _told(
    stop: threading.Event, progress: Callable[[int, int], None], done: int, total: int
) -> None:
    if stop.is_set():
        raise Cancelled
    progress(done, total)


def everything(base: LoadedScenario, seed: int) -> Survey:
    """Return the survey of every shipped policy of one lever."""
    return Survey(base, tuple((name,) for name in single_policies()), seed)


def priced(loaded: LoadedScenario, prices: Prices) -> LoadedScenario:
    """Return a scenario at own prices, those of levers that it does not use left out.

    Raises:
        ScenarioError: a price is not allowed.
    """
    used = loaded.scenario.levers
    own = {lever: dict(lines) for lever, lines in prices.items() if lever in used or lever == HOUR}
    return edited(loaded, {"prices": own}) if own else loaded


def points(
    found: Iterable[Comparison], base: LoadedScenario, goal: str, prices: Prices
) -> list[dict[str, Any]]:
    """Return each policy's cost and gain, the largest gain first."""
    about = MEASURES[goal]
    rows: dict[str, dict[str, Any]] = {}
    for result in found:
        for k, name in enumerate(result.names[1:], start=1):
            d = result.of(name, goal)
            if d.difference != d.difference:
                continue
            up = 1.0 if about.better == "higher" else -1.0
            scenario = priced(laid_over(base, name.split("+")), prices).scenario
            paid = cost_of(scenario)
            cost = paid.a_year - cost_of(base.scenario).a_year
            ends = sorted(in_unit(up * value, about) for value in (d.low, d.high))
            harms = [one.about.title for one in result.besides(name) if one.kind == "harm"]
            rows[name] = {
                "name": name,
                "title": " and ".join(
                    event_title(one) for one in scenario.levers if one not in base.scenario.levers
                ) or result.labels[result.names[k]],
                "cost": round(cost),
                "cost_words": pounds(cost),
                "gain": in_unit(up * d.difference, about),
                "low": ends[0],
                "high": ends[1],
                "change": signed(d.difference, about),
                "range": f"{signed(d.low, about)} to {signed(d.high, about)}",
                "better": tenths(d.better),
                "clear": d.clear,
                "harms": harms,
                "hours": in_brief(result.hours_from_cases(name, paid.hour)),
            }  # fmt: skip
    return sorted(rows.values(), key=lambda row: -row["gain"])


def event_title(lever: str) -> str:
    """Return what a lever is called."""
    from colsim.scenario.levers import LEVERS

    return LEVERS[lever].title if lever in LEVERS else lever.replace("_", " ")


def bills(base: LoadedScenario, name: str, prices: Prices) -> list[dict[str, Any]]:
    """Return the cost lines of a policy, with the prices that are used; then those of an hour.

    What an hour is worth is no cost: it is what hours from cases are told at.
    """
    scenario = priced(laid_over(base, name.split("+")), prices).scenario
    hour, own = cost_of(scenario).hour, scenario.prices.get(HOUR, {})
    worth = [
        {
            "lever": HOUR,
            "key": service,
            "item": f"{title} that cases wait for",
            "unit": "£ an hour",
            "amount": round(getattr(hour, service), 2),
            "units": "as in the table",
            "pounds": "no cash",
            "year": ", ".join(hour.price_years),
            "own": service in own,
        }
        for service, title in SERVICES.items()
    ]
    lines = [
        {
            "lever": one.lever,
            "key": one.key,
            "item": one.item,
            "unit": one.unit.value,
            "amount": round(one.amount, 2),
            "units": f"{one.units:,.4g}",
            "pounds": pounds(one.pounds),
            "year": one.price_year,
            "own": one.own,
        }
        for one in bills_of(scenario)
    ]
    return lines + worth


def with_price(prices: Prices, lever: str, key: str, text: str) -> dict[str, dict[str, float]]:
    """Return prices with one changed; an empty text takes the own price away.

    Raises:
        UserError: it is no amount of pounds.
    """
    changed = {one: dict(lines) for one, lines in prices.items()}
    lines = changed.setdefault(lever, {})
    if not text.strip():
        lines.pop(key, None)
        return {one: kept for one, kept in changed.items() if kept}
    lines[key] = amount_of(text, "price")
    return changed


def amount_of(text: str, what: str) -> float:
    """Return an amount of pounds that somebody typed.

    Raises:
        UserError: it is none.
    """
    try:
        amount = float(text.replace("£", "").replace(",", "").strip())
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= MOST_POUNDS:
        raise UserError(
            f"{what}: found {text[:40]!r}; allowed: pounds, from 0 to {MOST_POUNDS:,.0f}"
        )
    return amount


def said(choice: Choice) -> list[str]:
    """Return the answer to a search, in the command line's sentences, and what it rests on."""
    rests = (f"What this rests on. {line}" for line in rests_on_lines(choice))
    return [*answer(choice), *rests]


def at_prices(base: LoadedScenario, prices: Prices) -> LoadedScenario:
    """Return the authority at own prices, for a search.

    Raises:
        ScenarioError: a price is not allowed.
    """
    return edited(base, {"prices": {lever: dict(lines) for lever, lines in prices.items()}})
