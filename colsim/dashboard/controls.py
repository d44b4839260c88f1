"""What the pages show of levers and presets: plain data for the widgets, in groups and words."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from colsim.core.parameter import MARKS
from colsim.dashboard.drafts import on_now
from colsim.reporting.words import pounds
from colsim.scenario.costs import cost_of
from colsim.scenario.lever import Lever
from colsim.scenario.levers import levers_in
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import LeverSetting, Scenario
from colsim.scenario.shipped import list_presets

_MEETING = "Ways to meet and to share"
_PEOPLE = "People and skills"
_RULES = "Rules and practice"
_CIRCUMSTANCES = "What may happen to an authority"
_OTHER = "Other"
GROUPS: Mapping[str, str] = {
    "co_location": _MEETING,
    "integrated_service": _MEETING,
    "interface_champions": _MEETING,
    "joint_information_system": _MEETING,
    "front_door": _MEETING,
    "joint_training": _PEOPLE,
    "shadowing": _PEOPLE,
    "boundary_spanners": _PEOPLE,
    "reflective_supervision": _PEOPLE,
    "authority_ownership": _PEOPLE,
    "caseload_cap": _PEOPLE,
    "joint_protocol": _RULES,
    "management_priority": _RULES,
    "lead_worker": _RULES,
    "restorative_practice": _RULES,
    "problem_solving_court": _RULES,
    "posts_frozen": _CIRCUMSTANCES,
    "improvement_journey": _CIRCUMSTANCES,
}
"""Levers by what they change; one that is not named here is shown last."""


@cache
def preset_choices() -> list[dict[str, str]]:
    """Return presets as they are offered: authorities, then policies, then circumstances."""
    return [
        {"name": one.name, "title": one.title, "description": " ".join(one.description.split())}
        for one in list_presets()
    ]


def lever_groups(loaded: LoadedScenario, week: int) -> list[dict[str, Any]]:
    """Return all levers in groups, each with its setting in a scenario."""
    settings = loaded.scenario.levers
    groups: dict[str, list[dict[str, Any]]] = {
        title: [] for title in (_MEETING, _PEOPLE, _RULES, _CIRCUMSTANCES, _OTHER)
    }
    for name, lever in levers_in(settings).items():
        setting = settings.get(name)
        shown = setting or LeverSetting(strength=lever.default)
        groups[GROUPS.get(name, _OTHER)].append(
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
                "cost": "" if setting is None else _cost(loaded.scenario, name, setting),
            }
        )
    return [{"title": title, "levers": levers} for title, levers in groups.items() if levers]


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
