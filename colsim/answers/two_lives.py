"""One family under two policies: the same chance, with and without, side by side.

Families come at the same weeks whatever is in force, and draw the same numbers. So a family's
two lives are the same until the policy first touches it, and what parts them after is its doing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from colsim.reporting.account import Grid, Part, Section, Words
from colsim.scenario.loading import LoadedScenario
from colsim.story.census import Census, FamilyLine

if TYPE_CHECKING:
    from colsim.model import CollaborationModel
    from colsim.story.story import Story

TURNS = {
    "referred", "allocated", "consent", "withdrew", "asked", "unanswered", "misdirected",
    "gave_up", "advised", "passing", "arranged", "kept", "consulted",
    "not_consulted", "told", "facilitated", "forced", "refused", "discussed", "breached",
    "noticed", "planned", "contested", "escalated", "left", "closed", "returned",
}  # fmt: skip
"""Kinds of event that are shown side by side; the rest is in the two whole stories."""


SAME = "(the same)"
SHOWN = 6
"""Weeks of a life that are shown on a screen: the last before the plan that one has alone."""


@dataclass(frozen=True, slots=True)
class TwoLives:
    """A family's life without and with a policy."""

    family: str
    seed: int
    without: "Story"
    with_: "Story"

    def parting(self) -> int | None:
        """Return the first week, of the policy's, in which the two lives differ; None if none."""
        one, other = (_by_week(story.sentences()) for story in (self.without, self.with_))
        differ = [week for week in sorted({*one, *other}) if one.get(week) != other.get(week)]
        return differ[0] if differ else None

    def rows(self) -> list[tuple[int, str, str]]:
        """Return week, what happened without, what happened with: how the two came to differ.

        From the parting to the first joint plan that one life has and the other has not.
        """
        parting, last = self.parting(), self._first_plan()
        if parting is None:
            return []
        one, other = (
            _by_week(
                (week, text)
                for event, (week, text) in zip(story.events, story.sentences(), strict=True)
                if event.kind in TURNS and parting <= week <= last
            )
            for story in (self.without, self.with_)
        )
        pairs = [
            (week, " ".join(one.get(week, [])), " ".join(other.get(week, [])))
            for week in sorted({*one, *other})
        ]
        return [(week, a, SAME if a == b else b) for week, a, b in pairs]

    def _first_plan(self) -> int:
        one, other = (
            {e.week - story.burn_in for e in story.events if e.detail.get("plan") == "joint"}
            for story in (self.without, self.with_)
        )
        return min(one ^ other, default=self.with_.until)

    def section(self) -> Section:
        """Return both lives as they are told: what differs, and side by side how it came to."""
        one, other = self.without.counts(), self.with_.counts()
        parting, rows = self.parting(), self.rows()
        parts = "never" if parting is None else f"in week {parting}"
        told: list[Part] = [
            Words(
                f"Seed {self.seed}: {_plans(other['joint'])} with the policy, "
                f"{_plans(one['joint'])} without; {other['contacts']} weeks with a contact between "
                f"the two workers, and {one['contacts']}. The two lives part {parts}."
            ),
            Grid(
                ("Week", "Without", "With"),
                tuple((str(week), left, right) for week, left, right in rows[-SHOWN:]),
                worded=(1, 2),
            ),
        ]
        if len(rows) > SHOWN:
            said = f"The last {SHOWN} of {len(rows)} weeks in which something turned."
            told.append(Words(said, weak=True))
        return Section(f"Two lives of {self.family}", tuple(told), key="lives")

    def to_dict(self) -> dict[str, Any]:
        """Return both lives as plain Python values."""
        return {
            "family": self.family,
            "seed": self.seed,
            "parting": self.parting(),
            "without": self.without.to_dict(),
            "with": self.with_.to_dict(),
        }


def _plans(number: int) -> str:
    return f"{number or 'no'} joint plan{'' if number == 1 else 's'}"


def _by_week(told: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    weeks: dict[int, list[str]] = {}
    for week, text in told:
        weeks.setdefault(week, []).append(text)
    return weeks


def most_changed(
    without: Sequence[FamilyLine], with_: Sequence[FamilyLine], number: int
) -> list[str]:
    """Return the families whose joint plans the policy changed most, gains before losses.

    Of those changed alike, families that came in the policy's weeks go first, and then those
    shared for the shortest time, whose stories can be read.
    """
    other = {line.family: line for line in with_}
    both = [(line, other[line.family]) for line in without if line.family in other]
    changed = [(one, two) for one, two in both if one.joint != two.joint]
    changed.sort(
        key=lambda pair: (pair[0].joint - pair[1].joint, pair[1].first < 0, pair[1].shared)
    )
    return [one.family for one, _ in changed[:number]]


def two_lives(
    without: LoadedScenario, with_: LoadedScenario, *, seed: int, number: int
) -> tuple[TwoLives, ...]:
    """Return the two lives of the families whose joint plans a policy changed most.

    Args:
        without: today's practice.
        with_: the same authority with the policy.
        seed: of the run that both live.
        number: families at most; fewer if fewer are changed.
    """
    if not number:
        return ()
    lines = [_lived(one, seed, census=True)[1] for one in (without, with_)]
    families = most_changed(lines[0], lines[1], number)
    models = [_lived(one, seed, recorded=families)[0] for one in (without, with_)]
    return tuple(
        TwoLives(family, seed, models[0].story(family), models[1].story(family))
        for family in families
    )


def _lived(
    loaded: LoadedScenario, seed: int, *, census: bool = False, recorded: Sequence[str] = ()
) -> tuple["CollaborationModel", list[FamilyLine]]:
    from colsim.model import CollaborationModel

    model = CollaborationModel(loaded, seed=seed)
    counted = Census(model.world, model.family_names)
    if census:
        model.watch(counted.take)
    for family in recorded:
        model.record(family)
    model.leap(model.horizon)
    return model, counted.lines()
