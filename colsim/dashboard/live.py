"""One authority, lived week by week under a policy that may be changed on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.agents import Practitioner
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.view import team_number
from colsim.dashboard.limits import check_live
from colsim.dashboard.picture import SERVICE_NAMES
from colsim.experiments.single import run as run_once
from colsim.model import CollaborationModel
from colsim.reporting.words import level, signed
from colsim.scenario.levers import lever_of
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.schema import LeverSetting, Scenario
from colsim.scenario.staff.laying import staff_plan

if TYPE_CHECKING:
    import pandas as pd

CARDS: Mapping[str, str] = {
    "joint_plan_rate": "of plans for shared families",
    "information_flow": "of facts, by both sides",
    "contacts": "per family and month",
    "familiarity": "of a family's two workers",
    "narrative_csw": "about AMH, from -1 to 1",
    "narrative_mhsw": "about CSC, from -1 to 1",
}
"""Headline measures, and what they are in a few words."""
TITLES: Mapping[str, str] = {
    "joint_plan_rate": "Joint plans",
    "information_flow": "Information understood",
    "contacts": "Contacts",
    "familiarity": "Familiarity",
    "narrative_csw": "Story CSWs hold",
    "narrative_mhsw": "Story MHSWs hold",
}
CHAIN: Mapping[str, str] = {
    "talked": "The two workers talked",
    "understood": "Both understand enough",
    "agreed": "They agreed on the risk",
    "took_part": "The family took part",
    "joint": "Both accepted: a joint plan",
}
"""Conditions of a joint plan, in their order."""
CHARTED = ("joint_plan_rate", "information_flow")
"""Measures whose course is drawn beside that of the same life without the policy."""


@dataclass(frozen=True, slots=True)
class Names:
    """What localities and teams are called in a staff list, in the order of the world's."""

    localities: tuple[str, ...]
    teams: tuple[str, ...]


def names_of(scenario: Scenario) -> Names | None:
    """Return the names of a listed authority; None where staff is generated."""
    if not scenario.organisation.practitioners or scenario.organisation.authorities > 1:
        return None
    plan = staff_plan(scenario.organisation)
    return Names(plan.locality_names, plan.team_names)


@dataclass(slots=True)
class LiveRun:
    """A run that is looked at while it goes on.

    Without any lever the same authority is lived a second time with the same chance: what
    differs is what the policy did.

    Raises:
        UserError: the scenario is larger than a page shows.
    """

    scenario: LoadedScenario
    seed: int
    model: CollaborationModel = field(init=False)
    series: dict[str, list[float]] = field(init=False)
    """Measure -> value over the 26 weeks up to each policy week from 0."""
    names: Names | None = field(init=False)
    """Of localities and teams, if the staff is listed."""
    without_policy: dict[str, npt.NDArray[np.float64]] = field(init=False)
    """The same without levers, over the whole run."""
    totals_without: npt.NDArray[np.float64] = field(init=False)
    """Its totals, week by week, burn-in included."""

    def __post_init__(self) -> None:
        """Live the burn-in."""
        check_live(self.scenario.scenario)
        self.names = names_of(self.scenario.scenario)
        self.model = CollaborationModel(self.scenario, seed=self.seed)
        self.model.run_for(self.model.burn_in)
        self.series = {name: [] for name in CARDS}
        self._note()
        self.without_policy, self.totals_without = _without_policy(self.scenario, self.seed)

    def _note(self) -> None:
        for name, values in self.series.items():
            values.append(self.model.measure(name))

    @property
    def week(self) -> int:
        """Weeks since the burn-in ended."""
        return self.model.policy_week

    @property
    def weeks(self) -> int:
        """Weeks that the run has."""
        return self.model.horizon - self.model.burn_in

    @property
    def over(self) -> bool:
        """Whether the last week has been lived."""
        return self.week >= self.weeks

    def step(self) -> None:
        """Live one week; does nothing when the run is over."""
        if not self.over:
            self.model.step()
            self._note()

    def advanced_to(self, week: int) -> "LiveRun":
        """Return this run in another week: lived on, or again from its beginning."""
        week = max(0, min(week, self.weeks))
        run = self if week >= self.week else LiveRun(self.scenario, self.seed)
        while run.week < week:
            run.step()
        return run

    def changed(self, scenario: LoadedScenario) -> "LiveRun":
        """Return the life of another policy with the same chance, in the same week."""
        return LiveRun(scenario, self.seed).advanced_to(self.week)

    @property
    def acts(self) -> bool:
        """Whether a lever has acted by now."""
        return any(s.start < self.week for s in self.scenario.scenario.levers.values())

    def about(self) -> str:
        """Return what the cards show, in words."""
        if not self.acts:
            return "Over the last 26 weeks. No policy has acted yet."
        return (
            "Over the last 26 weeks, and the change against the same life without the policy. "
            "Grey: it is no more than that life moves by itself. One run is one of many: to "
            "decide, compare."
        )

    def cards(self) -> list[dict[str, Any]]:
        """Return the headline measures with their change against the life without the policy."""
        return [self._card(name, words) for name, words in CARDS.items()]

    def _card(self, name: str, words: str) -> dict[str, Any]:
        about = MEASURES[name]
        now, without = self.series[name][-1], float(self.without_policy[name][self.week])
        card = {
            "name": name,
            "title": TITLES[name],
            "words": words,
            "value": level(now, about),
            "without": "",
            "change": "no policy yet",
            "tone": "even",
            "definition": about.definition,
        }
        if not self.acts:
            return card
        change = now - without
        gain = change if about.better != "lower" else -change
        # What the life without the policy moves by itself: no change within that is coloured.
        quiet = about.better == "neither" or not abs(change) > float(
            np.nanstd(self.without_policy[name])
        )
        return card | {
            "without": level(without, about),
            "change": signed(change, about) + (" points" if about.unit == "share" else ""),
            "tone": "even" if quiet else "better" if gain > 0 else "worse",
        }

    def chain(self) -> list[dict[str, Any]]:
        """Return the way to a joint plan in the last year, with and without the policy."""
        week = self.model.week
        year = slice(max(0, week - 52), week)
        with_, without = (
            _shares(totals[year]) for totals in (self.model.world.totals, self.totals_without)
        )
        kept = [b / a if a > 0 else 1.0 for a, b in pairwise([1.0, *with_])]
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
            for k, ((name, title), a, b) in enumerate(
                zip(CHAIN.items(), with_, without, strict=True)
            )
        ]

    def narrowest(self) -> str:
        """Return where most plans fall out on the way, in words."""
        step = next(one for one in self.chain() if one["narrowest"])
        return (
            "Plans made in the last year that meet each condition and all above it. Most fall out "
            f"at: {step['title'].lower()}."
        )

    def charts(self) -> list[dict[str, Any]]:
        """Return the courses up to now, in percent."""
        return [
            {
                "name": name,
                "title": TITLES[name],
                "unit": "%",
                "values": _percent(self.series[name]),
            }
            for name in CHARTED
        ]

    def charts_without(self) -> dict[str, list[float | None]]:
        """Return the courses of the life without the policy, in percent, over all weeks."""
        return {name: _percent(self.without_policy[name]) for name in CHARTED}

    def this_week(self) -> str:
        """Return what happened in the last week lived, in words."""
        if self.model.week == 0:
            return ""
        row = self.model.world.totals[self.model.week - 1]
        counted = {name: round(row[k]) for name, k in TOTAL_INDEX.items()}
        contacts = sum(counted[name] for name in ("written", "phone", "face", "meeting"))
        left = counted["leavers_csw"] + counted["leavers_mhsw"]
        return (
            f"{_number(contacts, 'contact')} about families, {counted['vain']} in vain; "
            f"{_number(counted['plans'], 'plan')} made, {counted['joint']} of them joint; "
            f"{_number(left, 'person', 'people')} left"
        )

    def table(self) -> "pd.DataFrame":
        """Return every measure of every policy week lived, one row a week from 0."""
        import pandas as pd

        weekly = self.model.world.totals[self.model.burn_in : self.model.week]
        by_name = {name: weekly[:, k] for name, k in TOTAL_INDEX.items()}
        frame = pd.DataFrame({name: measure.of(by_name) for name, measure in MEASURES.items()})
        frame.index.name = "policy_week"
        return frame

    def person(self, post: int) -> dict[str, Any] | None:
        """Return what there is to know of the holder of a post; None if the post is vacant."""
        if not 0 <= post < len(self.model.world.posts):
            return None
        someone = self.model.practitioner_at(post)
        return None if someone is None else _portrait(someone, self.names)


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _percent(values: Any) -> list[float | None]:
    return [None if v != v else round(100 * float(v), 3) for v in values]


def _shares(totals: npt.NDArray[np.float64]) -> list[float]:
    """Return the share of plans that meet each condition of the chain."""
    plans = float(totals[:, TOTAL_INDEX["plans"]].sum())
    return [float(totals[:, TOTAL_INDEX[name]].sum()) / plans if plans else 0.0 for name in CHAIN]


def _without_policy(
    scenario: LoadedScenario, seed: int
) -> tuple[dict[str, npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """Return courses of measures, from policy week 0 on, and weekly totals without any lever."""
    from colsim.experiments.runner import rolling

    bare = Scenario.model_validate(scenario.scenario.model_dump() | {"levers": {}})
    result = run_once(LoadedScenario("without policy", bare, {}, ()), seed=seed)
    courses = rolling(result.world, tuple(CARDS))
    return {name: courses[:, k] for k, name in enumerate(CARDS)}, result.world.totals.copy()


def place_name(person: Practitioner, names: Names | None = None) -> str:
    """Return team and locality: as listed, or numbered from 0 as in names and files."""
    if person.team < 0:
        return "linking team"
    world = person.model.world
    team = world.teams[person.team]
    if names is not None:
        return f"team {names.teams[person.team]}, {names.localities[int(team['locality'])]}"
    return f"team {team_number(world, person.team)}, locality {int(team['locality'])}"


def title_of(person: Practitioner, names: Names | None = None) -> str:
    """Return who someone is, in words: role and team."""
    service = int(person.model.world.posts[person.index]["service"])
    role = SERVICE_NAMES[service]
    return f"{role[0].upper()}{role[1:]}, {place_name(person, names)}"


def _portrait(person: Practitioner, names: Names | None) -> dict[str, Any]:
    ties = sorted(person.ties.items(), key=lambda pair: -pair[1].familiarity)
    years, weeks = divmod(person.tenure, 52)
    states = [
        ("Story about the other service", f"{person.narrative:+.2f}", "-1 to 1"),
        ("Knows the other's role", f"{person.role_knowledge:.2f}", "0 to 1"),
        ("Confidence with the other service", f"{person.confidence:.2f}", "0 to 1"),
        ("Towards joint enterprise", f"{person.orientation:.2f}", "0 to 1"),
        ("Wellbeing", f"{person.wellbeing:.2f}", "0 to 1"),
        ("Pressure", f"{person.pressure:.2f}", "hours asked over hours there are"),
    ]
    return {
        "post": person.index,
        "title": title_of(person, names),
        "tenure": f"in post for {_number(years, 'year')} and {_number(weeks, 'week')}",
        "caseload": f"{person.caseload:.0f} cases, leads "
        f"{_number(len(person.families), 'shared family', 'shared families')}",
        "states": [{"name": n, "value": v, "unit": u} for n, v, u in states],
        "ties": [
            {
                "post": other.index,
                "title": title_of(other, names),
                "familiarity": f"{tie.familiarity:.2f}",
                "trust": "-" if tie.trust != tie.trust else f"{tie.trust:.2f}",
                "trusted": "-" if tie.trusted != tie.trusted else f"{tie.trusted:.2f}",
            }
            for other, tie in ties[:5]
            if tie.familiarity >= 0.01
        ],
        "more_ties": max(0, len(ties) - 5),
    }


def events(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the policy's events: each lever's start, full effect and end in policy weeks."""
    return [
        {
            "name": name,
            "title": lever_of(name, setting).title,
            "start": setting.start,
            "full": setting.start + setting.ramp,
            "end": setting.end,
            "words": _words(name, setting),
        }
        for name, setting in scenario.levers.items()
    ]


def _words(name: str, setting: LeverSetting) -> str:
    text = f"{setting.strength:g} {lever_of(name, setting).unit} from week {setting.start}"
    if setting.ramp > 1:
        text += f", in full after {setting.ramp} weeks"
    return text if setting.end is None else f"{text}, until week {setting.end}"
