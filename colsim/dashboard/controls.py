"""What the pages show of levers and presets: plain data for the widgets, in groups and words."""

from functools import cache
from typing import Any

from colsim.core.parameter import MARKS
from colsim.dashboard.drafts import on_now
from colsim.dashboard.limits import check_live
from colsim.dashboard.live import in_words
from colsim.errors import UserError
from colsim.reporting.words import pounds
from colsim.scenario.costs import cost_of
from colsim.scenario.lever import Lever
from colsim.scenario.levers import levers_in
from colsim.scenario.loading import LoadedScenario, load_scenario
from colsim.scenario.schema import LeverSetting, Scenario
from colsim.scenario.shipped import AUTHORITY, kind_of, list_presets


@cache
def preset_choices() -> list[dict[str, str]]:
    """Return presets as they are offered: authorities, then policies, then circumstances."""
    return [
        {
            "name": one.name,
            "title": one.title,
            "description": " ".join(one.description.split()),
            "too_large": _too_large(one.name),
        }
        for one in list_presets()
    ]


def _too_large(name: str) -> str:
    """Return why a page cannot show an authority; nothing if it can."""
    if kind_of(name) != AUTHORITY:
        return ""
    try:
        check_live(load_scenario(name).scenario)
    except UserError as error:
        return str(error)
    return ""


def lever_groups(loaded: LoadedScenario, week: int) -> list[dict[str, Any]]:
    """Return all levers in groups, each with its setting in a scenario."""
    settings = loaded.scenario.levers
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, lever in levers_in(settings).items():
        setting = settings.get(name)
        shown = setting or LeverSetting(strength=lever.default)
        groups.setdefault(lever.group, []).append(
            {
                "name": name,
                "title": lever.title,
                "help": f"{lever.help} {lever.caveat.text}".strip(),
                "unit": lever.unit,
                "low": lever.low,
                "high": lever.high,
                "step": _step(lever),
                "recruits": lever.needs_people,
                "evidence": MARKS[lever.mark],
                "source": lever.source,
                "on": on_now(setting, week),
                "ended": setting is not None and not on_now(setting, week),
                "strength": shown.strength,
                "coverage": shown.coverage,
                "recruitment": shown.recruitment,
                "start": shown.start,
                "ramp": shown.ramp,
                "end": shown.end,
                "earlier": [in_words(name, one) for one in shown.periods[:-1]],
                "cost": "" if setting is None else _cost(loaded.scenario, name, setting),
            }
        )
    return [{"title": title, "levers": levers} for title, levers in groups.items()]


def _step(lever: Lever) -> float:
    """Return the step of a slider: whole posts and sessions, tenths of days, hundredths else."""
    if lever.has_posts or lever.high - lever.low > 10:
        return 1.0
    return 0.5 if lever.high - lever.low > 2 else 0.05


def _cost(scenario: Scenario, name: str, setting: LeverSetting) -> str:
    """Return what one lever costs, in words: an order of magnitude."""
    alone = Scenario.model_validate(
        scenario.model_dump() | {"levers": {name: setting.model_dump()}}
    )
    cost = cost_of(alone)
    parts = [f"about {pounds(cost.a_year)} a year"] if cost.a_year else []
    parts += [f"{pounds(cost.once)} once"] if cost.once else []
    if not parts:
        return ""
    years = ", ".join(cost.price_years)
    judged = ", most prices judgement" if cost.judged else ""
    return f"Costs {' and '.join(parts)} (prices of {years}{judged})"
