"""One family, two lives: the same family with the policy and without, and where the lives part."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from colsim.answers.two_lives import TwoLives, most_changed
from colsim.dashboard.live import LiveRun
from colsim.dashboard.lives import CHAIN, bare
from colsim.model import CollaborationModel
from colsim.scenario.loading import LoadedScenario
from colsim.story import Story
from colsim.story.census import Census, FamilyLine, telling
from colsim.story.people import called

MOST_FAMILIES = 150
"""Families offered at most: those of whom most can be told."""


@dataclass(frozen=True, slots=True)
class Families:
    """The families of a run that can be told of."""

    lines: tuple[FamilyLine, ...]
    """Those that came in the policy's weeks, the most telling first."""
    lost: Mapping[str, tuple[str, ...]]
    """Condition of a joint plan -> families whose plan failed there, the latest first."""
    called: Mapping[str, str]
    """A family's name in files -> what it is called here."""

    def offered(self, lost: str = "") -> list[FamilyLine]:
        """Return those lost at a condition; all if none is named."""
        names = self.lost.get(lost, ()) if lost else tuple(line.family for line in self.lines)
        by_name = {line.family: line for line in self.lines}
        return [by_name[name] for name in dict.fromkeys(names) if name in by_name][:MOST_FAMILIES]


def families(run: LiveRun) -> Families:
    """Return the families of a run up to its present week; it is lived once more, to count.

    Under a policy the most telling is the one whose joint plans it changed most.
    """
    lines, found, names, number = _counted(run.scenario, run)
    lines.sort(key=lambda line: (-line.joint, -line.contacts, -line.shared, line.family))
    best = telling(lines)
    first = [] if best is None else [best[0]]
    if run.scenario.scenario.levers:
        changed = most_changed(_counted(_bare(run), run)[0], lines, 1)
        first = [line for line in lines if line.family in changed] or first
    ordered = first + [line for line in lines if line not in first]
    lost: dict[str, list[str]] = {step: [] for step in CHAIN}
    for _, row, step in reversed(found):
        lost[step].append(names[row])
    return Families(
        tuple(ordered),
        {step: tuple(rows) for step, rows in lost.items()},
        {names[row]: called(k) for row, k in number.items()},
    )


def _counted(
    scenario: LoadedScenario, run: LiveRun
) -> tuple[list[FamilyLine], list[tuple[int, int, str]], list[str], dict[int, int]]:
    """Return the lines of a life, its failed plans, all names, and numbers of those that came."""
    model = CollaborationModel(scenario, seed=run.seed)
    # A week before the policy: who is there then came before it.
    model.leap(max(0, model.burn_in - 1))
    census = Census(model.world, model.family_names)
    model.watch(census.take)
    model.leap(max(0, run.model.week - model.week))
    lines = [line for line in census.lines() if line.first >= 0 and line.shared > 0]
    arrivals = model.world.families["arrival"].tolist()
    came = [row for row, week in enumerate(arrivals) if week >= model.burn_in]
    came += [row for row, week in enumerate(arrivals) if week < model.burn_in]
    return lines, census.lost, model.family_names, {row: k for k, row in enumerate(came)}


def _bare(run: LiveRun) -> LoadedScenario:
    return replace(run.scenario, scenario=bare(run.scenario.scenario))


def story_without(run: LiveRun, family: str) -> Story:
    """Return a family's story in the life without the policy, up to the same week."""
    plain = LiveRun(_bare(run), run.seed, run.week, (run.without, run.without))
    return plain.model.story(family)


def twice(with_: Story, without: Story, name: str) -> dict[str, Any]:
    """Return two lives of a family side by side, as plain data."""
    week = TwoLives(with_.family, 0, without, with_).parting()
    return {
        "name": name,
        "parts": -1 if week is None else week,
        "words": _aloud(with_, without, name, week),
        "lives": [
            {
                "title": title,
                "kind": kind,
                "short": f"{_plans(story)} {story.ending()}",
                "weeks": _weeks(story, other, week),
            }
            for title, kind, story, other in (
                ("Without the policy", "without", without, with_),
                ("With the policy", "with", with_, without),
            )
        ],
    }


def _weeks(story: Story, other: Story, parts: int | None) -> list[dict[str, Any]]:
    """Return a story week by week; what the other life lacks from the parting on is marked.

    Where the lives part, what was the same before is said in one line: `colsim story` tells it.
    """
    theirs = set(other.sentences())
    weeks: dict[int, list[dict[str, Any]]] = {}
    for week, text in story.sentences():
        if parts is not None and week < parts:
            said = f"Until week {parts} both lives are the same."
            weeks = {week: [{"text": said, "own": False, "about": ""}]}
            continue
        own = parts is not None and week >= parts and (week, text) not in theirs
        line = {"text": without_codes(text), "own": own, "about": text}
        weeks.setdefault(week, []).append(line)
    return [{"week": week, "lines": lines} for week, lines in weeks.items()]


def _plans(story: Story) -> str:
    counts = story.counts()
    joint, nominal, weeks = counts["joint"], counts["nominal"], counts["contacts"]
    return (
        f"{weeks} {'week' if weeks == 1 else 'weeks'} with a contact, {counts['in_vain']} with "
        f"attempts in vain; {joint} joint {'plan' if joint == 1 else 'plans'}, {nominal} in name "
        "only."
    )


def _aloud(with_: Story, without: Story, name: str, week: int | None) -> str:
    """Return a paragraph that can be read aloud."""
    if week is None:
        return (
            f"For {name} the policy changed nothing that was noted. The family that it changed "
            "most stands first in the list."
        )
    lines = []
    for words, story, other in (
        ("without the policy", without, with_),
        ("with it", with_, without),
    ):
        theirs = {(at, in_plain_words(text)) for at, text in other.sentences()}
        told = [(at, in_plain_words(text)) for at, text in story.sentences() if at >= week]
        own = [one for one in told if one not in theirs]
        at, text = own[0] if own else (week, "nothing is told otherwise")
        lines.append(f"{words}, week {at}: {text.rstrip('.')}")
    return (
        f"{name} lives the same life with and without the policy until week {week}. What first "
        f"differs in words, {lines[0]}; {lines[1]}. In the end: without, "
        f"{_plans(without).rstrip('.')}; with, {_plans(with_)}"
    )


def in_plain_words(text: str) -> str:
    """Return a sentence without codes and figures in brackets: to be read aloud.

    >>> in_plain_words("The CSW [csw-0-2] has a bad story (-0.20) in mind (as before).")
    'The CSW has a bad story in mind (as before).'
    """
    return re.sub(r" \([-+]?[\d.]+\)", "", without_codes(text))


def without_codes(text: str) -> str:
    """Return a sentence without generated names of posts; a staff list's own ids stay.

    >>> without_codes("The MHSW in team 2 of locality 1 [mhsw-0-1-2-2-0] leaves their post.")
    'The MHSW in team 2 of locality 1 leaves their post.'
    >>> without_codes("The CSW in Hill [North] [p17-0] leaves their post.")
    'The CSW in Hill [North] [p17-0] leaves their post.'
    """
    return re.sub(r" ?\[(?:lever-)?(?:csw|mhsw|spanner)(?:-\d+)+\]", "", text)
