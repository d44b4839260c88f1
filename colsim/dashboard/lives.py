"""Two lives of the same chance, lived at once to their end: with a policy, and without."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.names import FACTS
from colsim.core.schedule import advance
from colsim.core.state import World, copy_world
from colsim.experiments.runner import rolling
from colsim.experiments.single import run as run_once
from colsim.reporting.words import level, pounds
from colsim.scenario.costs import cost_of
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import Scenario

KEPT = (
    "joint_plan_rate",
    "information_flow",
    "contacts",
    "familiarity",
    "narrative_csw",
    "narrative_mhsw",
)
"""Measures whose course is kept."""
YEAR = 52
CHAIN: Mapping[str, str] = {
    "talked": "The two workers talked",
    "understood": "Both understand enough",
    "agreed": "They agreed on the risk",
    "took_part": "The family took part",
    "joint": "Both accepted: a joint plan",
}
"""Conditions of a joint plan, in their order."""
HARMS = ("nominal_plan_rate", "breaches", "over_caution", "jointly_wrong")
"""What can get worse while joint plans grow: told beside them."""


@dataclass(frozen=True, slots=True)
class Life:
    """A whole life."""

    measures: Mapping[str, npt.NDArray[np.float64]]
    """Measure -> value over the 26 weeks up to each policy week from 0, shape (weeks + 1,)."""
    totals: npt.NDArray[np.float64]
    """What each week counted, burn-in included, shape (weeks, totals)."""

    @property
    def last_year(self) -> npt.NDArray[np.float64]:
        """The weekly totals of the last year, or of all weeks where there are fewer."""
        return self.totals[-YEAR:]

    def in_last_year(self, measure: str) -> float:
        """Return a measure over the last year; NaN where nothing was due."""
        summed = self.last_year.sum(axis=0)
        return float(MEASURES[measure].of({name: summed[k] for name, k in TOTAL_INDEX.items()}))


def life_of(world: World) -> Life:
    """Return the life that a world goes on to live; the world stays where it is."""
    end = copy_world(world)
    advance(end, len(end.totals) - int(end.clock[0]["week"]))
    return finished(end)


def finished(world: World) -> Life:
    """Return what is kept of a world at its end."""
    courses = rolling(world, KEPT)
    return Life({name: courses[:, k] for k, name in enumerate(KEPT)}, world.totals.copy())


def bare(scenario: Scenario) -> Scenario:
    """Return a scenario without any lever."""
    return Scenario.model_validate(scenario.model_dump() | {"levers": {}})


def life_without(scenario: LoadedScenario, seed: int) -> Life:
    """Return the life of a scenario's authority without any lever, by the same chance."""
    plain = LoadedScenario("without policy", bare(scenario.scenario), {}, ())
    return finished(run_once(plain, seed=seed).world)


def numbers(with_: Life, without: Life, scenario: Scenario) -> list[dict[str, Any]]:
    """Return the three numbers between two lives, over their last year, as a page shows them.

    One life is one throw of chance. A difference that chance alone makes easily is grey: for
    plans up to twice the spread of two such counts, for facts what the life without the policy
    moves by itself.
    """
    plans, without_plans = (one.in_last_year("joint_plans_a_year") for one in (with_, without))
    facts, without_facts = (
        FACTS * one.in_last_year("information_flow") for one in (with_, without)
    )
    moved = FACTS * float(np.nanstd(without.measures["information_flow"]))
    return [
        _number(
            "plans", "Joint plans a year", "made for families that both services work with",
            (plans, without_plans), 2.0 * float(np.sqrt(plans + without_plans)), 0,
        ),
        _number(
            "facts", f"Facts understood, of {FACTS}", "about a family, by both of its workers",
            (facts, without_facts), moved, 1,
        ),
        _money(scenario),
    ]  # fmt: skip


def _number(
    name: str, title: str, words: str, pair: tuple[float, float], chance: float, digits: int
) -> dict[str, Any]:
    with_, without = pair
    change = round(with_, digits) - round(without, digits)  # of what is shown: it is read off it
    said = "same" if change == 0 else f"{change:+.{digits}f}"
    quiet = not abs(with_ - without) > chance
    return {
        "name": name,
        "title": title,
        "words": words,
        "with_": _said(with_, digits),
        "without": _said(without, digits),
        "change": said if np.isfinite(change) else "none was due",
        "tone": "even" if quiet else "better" if change > 0 else "worse",
        "luck": "may be luck" if quiet and change else "",
    }


def _said(value: float, digits: int) -> str:
    return "none" if value != value else f"{value:,.{digits}f}"


def _money(scenario: Scenario) -> dict[str, Any]:
    cost = cost_of(scenario)
    once = f"and {pounds(cost.once)} once" if cost.once else "for all levers that are on"
    years = f", prices of {', '.join(cost.price_years)}" if cost.price_years else ""
    return {
        "name": "money",
        "title": "Pounds a year",
        "words": once + years,
        "with_": pounds(cost.a_year) if cost.a_year else "£0",
        "without": "£0",
        "change": "",
        "tone": "even",
        "luck": "",
    }


def chain(with_: Life, without: Life) -> list[dict[str, Any]]:
    """Return the way to a joint plan in the last year, with and without the policy."""
    shares = [_shares(one.last_year) for one in (with_, without)]
    kept = [b / a if a > 0 else 1.0 for a, b in pairwise([1.0, *shares[0]])]
    narrow = kept.index(min(kept))
    return [
        {
            "name": name,
            "title": title,
            "with_": round(100 * a, 1),
            "without": round(100 * b, 1),
            "with_words": f"{100 * a:.0f} %",
            "without_words": f"{100 * b:.0f} %",
            "narrowest": k == narrow,
        }
        for k, ((name, title), a, b) in enumerate(zip(CHAIN.items(), *shares, strict=True))
    ]


def narrowest(steps: list[dict[str, Any]]) -> str:
    """Return where most plans fall out on the way, in words."""
    step = next(one for one in steps if one["narrowest"])
    return (
        "Plans made in the run's last year that meet each condition and all above it. Most fall "
        f"out at: {step['title'].lower()}."
    )


def harms(with_: Life, without: Life) -> list[dict[str, str]]:
    """Return what can get worse, over the last year, with and without the policy."""
    return [
        {
            "name": name,
            "title": MEASURES[name].title,
            "with_": _level(with_.in_last_year(name), name),
            "without": _level(without.in_last_year(name), name),
            "unit": "" if MEASURES[name].unit == "share" else MEASURES[name].unit,
            "about": MEASURES[name].definition,
        }
        for name in HARMS
    ]


def _level(value: float, name: str) -> str:
    return "none" if value != value else level(value, MEASURES[name])


def _shares(totals: npt.NDArray[np.float64]) -> list[float]:
    """Return the share of plans that meet each condition of the chain."""
    plans = float(totals[:, TOTAL_INDEX["plans"]].sum())
    return [float(totals[:, TOTAL_INDEX[name]].sum()) / plans if plans else 0.0 for name in CHAIN]
