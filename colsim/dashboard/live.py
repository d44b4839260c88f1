"""One authority, lived week by week under a policy that may be changed on the way."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from colsim.agents import Practitioner
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.view import team_number
from colsim.dashboard.limits import check_live
from colsim.dashboard.lives import (
    Life,
    bare,
    chain,
    harms,
    life_of,
    life_without,
    numbers,
)
from colsim.dashboard.picture import SERVICE_NAMES
from colsim.model import CollaborationModel
from colsim.reporting.words import finer, level, signed
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
    "narrative_csw": "about adult mental health, -1 to 1",
    "narrative_mhsw": "about children's social care, -1 to 1",
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

    Its whole life is lived at once, and so is that of the same authority with the same chance and
    no lever: what differs is what the policy did. The model then replays the weeks.

    Raises:
        UserError: the scenario is larger than a page shows.
    """

    scenario: LoadedScenario
    seed: int
    at: InitVar[int] = 0
    """Policy week in which to begin."""
    lived: InitVar[tuple[Life | None, Life | None]] = (None, None)
    """The two lives, as far as they are known."""
    model: CollaborationModel = field(init=False)
    names: Names | None = field(init=False)
    """Of localities and teams, if the staff is listed."""
    life: Life = field(init=False)
    """The whole life of this scenario."""
    without: Life = field(init=False)
    """The same without levers."""
    _moved: dict[str, float] = field(init=False, default_factory=dict)
    """Measure -> what the life without levers moves by itself, once it was asked for."""

    def __post_init__(self, at: int, lived: tuple[Life | None, Life | None]) -> None:
        """Live the weeks up to the first that is looked at, and both lives to their end."""
        check_live(self.scenario.scenario)
        self.names = names_of(self.scenario.scenario)
        self.model = CollaborationModel(self.scenario, seed=self.seed)
        self.model.leap(self.model.burn_in + max(0, min(at, self.weeks)))
        mine, without = lived
        self.life = mine or life_of(self.model.world)
        if not self.scenario.scenario.levers:
            without = self.life
        self.without = without or life_without(self.scenario, self.seed)

    @property
    def series(self) -> dict[str, list[float]]:
        """Measure -> value over the 26 weeks up to each policy week from 0, as far as lived."""
        return {n: values[: self.week + 1].tolist() for n, values in self.life.measures.items()}

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

    def advanced_to(self, week: int) -> "LiveRun":
        """Return this run in another week: lived on, or again from its beginning."""
        week = max(0, min(week, self.weeks))
        if week < self.week:
            return LiveRun(self.scenario, self.seed, week, (self.life, self.without))
        self.model.leap(week - self.week)
        return self

    def changed(self, scenario: LoadedScenario) -> "LiveRun":
        """Return the life of another policy with the same chance, in the same week."""
        same = bare(scenario.scenario) == bare(self.scenario.scenario)
        return LiveRun(scenario, self.seed, self.week, (None, self.without if same else None))

    @property
    def acts(self) -> bool:
        """Whether a lever has acted by now."""
        return self._acts_by(self.week)

    def _acts_by(self, week: int) -> bool:
        uses = self.scenario.scenario.levers.values()
        return any(one.start < week for use in uses for one in use.periods)

    def about(self, week: int | None = None) -> str:
        """Return what the cards show, in words.

        Args:
            week: policy week; the present one if None.
        """
        if not self._acts_by(self.week if week is None else week):
            return "Over the last 26 weeks. No policy has acted yet."
        return (
            "Over the last 26 weeks, and the change against the same life without the policy. "
            "Grey: it is no more than that life moves by itself. One run is one of many: to "
            "decide, compare."
        )

    def cards(self) -> list[dict[str, Any]]:
        """Return the headline measures with their change against the life without the policy."""
        return [
            {
                "name": name,
                "title": TITLES[name],
                "words": words,
                "definition": MEASURES[name].definition,
            }
            | self._values(name, self.week)
            for name, words in CARDS.items()
        ]

    def _values(self, name: str, week: int) -> dict[str, str]:
        """Return what a card says of a week."""
        about = MEASURES[name]
        now, without = (float(one.measures[name][week]) for one in (self.life, self.without))
        more = finer(without, now, now - without, about) or 0
        values = {
            "value": level(now, about, more),
            "without": "",
            "change": "no policy yet",
            "tone": "even",
        }
        if not self._acts_by(week):
            return values
        change = now - without
        gain = change if about.better != "lower" else -change
        # What the life without the policy moves by itself: no change within that is coloured.
        quiet = about.better == "neither" or not abs(change) > self._moves(name)
        return {
            "value": values["value"],
            "without": level(without, about, more),
            "change": signed(change, about) + (" points" if about.unit == "share" else ""),
            "tone": "even" if quiet else "better" if gain > 0 else "worse",
        }

    def _moves(self, name: str) -> float:
        if name not in self._moved:
            self._moved[name] = float(np.nanstd(self.without.measures[name]))
        return self._moved[name]

    def row(self, week: int) -> dict[str, Any]:
        """Return what the page says of a week, for when the browser shows it."""
        return {
            "cards": [self._values(name, week) for name in CARDS],
            "about": self.about(week),
            "happened": self.happened(week),
        }

    def chain(self) -> list[dict[str, Any]]:
        """Return the way to a joint plan in the last year, with and without the policy."""
        return chain(self.life, self.without)

    def numbers(self) -> list[dict[str, Any]]:
        """Return the three numbers between the two lives, over their last year."""
        return numbers(self.life, self.without, self.scenario.scenario)

    def harms(self) -> list[dict[str, str]]:
        """Return what can get worse, over the last year, with and without the policy."""
        return harms(self.life, self.without)

    def charts(self) -> list[dict[str, Any]]:
        """Return whole courses with and without the policy, in percent."""
        return [
            {
                "name": name,
                "title": TITLES[name],
                "values": _percent(self.life.measures[name]),
                "without": _percent(self.without.measures[name]),
            }
            for name in CHARTED
        ]

    def happened(self, week: int | None = None) -> str:
        """Return what happened in a week, in words.

        Args:
            week: policy week, the weeks before which are over; the present one if None.
        """
        lived = self.model.burn_in + (self.week if week is None else week)
        if lived == 0:
            return ""
        row = self.life.totals[lived - 1]
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


def place_name(person: Practitioner, names: Names | None = None) -> str:
    """Return team and locality: as listed, or numbered from 0 as in names and files."""
    if person.team < 0:
        return "bridging team"
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
    """Return the policy's events: start, full effect and end of each period of each lever.

    Weeks are policy weeks.
    """
    return [
        {
            "name": name,
            "title": lever_of(name, setting).title,
            "start": one.start,
            "full": one.start + one.ramp,
            "end": one.end,
            "words": in_words(name, one),
        }
        for name, setting in scenario.levers.items()
        for one in setting.periods
    ]


def in_words(name: str, setting: LeverSetting) -> str:
    """Return one period of a lever in words."""
    text = f"{setting.strength:g} {lever_of(name, setting).unit} from week {setting.start}"
    if setting.ramp > 1:
        text += f", in full after {setting.ramp} weeks"
    return text if setting.end is None else f"{text}, until week {setting.end}"
