"""A family's story as the page shows it: which families there are, and one of them in pictures."""

from collections.abc import Mapping
from typing import Any

from colsim.dashboard.twice import without_codes
from colsim.story import KINDS, Story
from colsim.story.census import FamilyLine

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Contacts": (
        "asked", "unanswered", "misdirected", "gave_up", "advised", "encountered",
        "passing", "arranged", "kept", "missed", "forced", "waiting", "not_consulted", "consulted",
        "spanner_left", "facilitated", "met", "talked", "discussed",
    ),
    "Knowledge": (
        "heard", "discovered", "disclosed", "breached", "told", "received",
        "understood", "believed", "forgot", "filed",
    ),
    "Feelings": ("felt", "calmed", "refused", "unprepared", "unexplained", "unachievable", "story"),
    "Plans": ("planned", "contested"),
    "The family and its workers": (
        "start", "arrived", "returned", "opened", "referred", "restarted", "allocated", "family",
        "consent", "withdrew", "noticed", "split", "settled",
        "escalated", "left", "ended", "closed", "set",
    ),
}  # fmt: skip
"""What can be shown or left out, and the kinds of events in it."""
_GROUP_OF = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
_MARKS = {
    "asked": ("contact", "Contact"),
    "passing": ("contact", "Talk in passing"),
    "kept": ("contact", "Met as arranged"),
    "forced": ("contact", "Wrote because a rule asks"),
    "missed": ("vain", "Appointment given up"),
    "facilitated": ("contact", "Brought together by a spanner"),
    "consulted": ("spanner", "Consulted a spanner"),
    "unanswered": ("vain", "No answer"),
    "misdirected": ("vain", "Wrong person"),
    "refused": ("refused", "Told nothing"),
    "escalated": ("alarm", "Escalated"),
}
_PLANS = {"joint": ("joint", "Joint plan"), "nominal": ("nominal", "Nominal plan")}


def choices(lines: list[FamilyLine], called: Mapping[str, str]) -> list[dict[str, str]]:
    """Return families as the list offers them, by what they are called."""
    return [
        {
            "name": line.family,
            "title": f"{called[line.family]}: weeks {line.first} to {line.last}, "
            f"{_count(line.contacts, 'contact')}, {_count(line.joint, 'joint plan')}",
        }
        for line in lines
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def plain_story(story: Story, name: str) -> dict[str, Any]:
    """Return a story as plain data: weeks of lines, curves of knowledge and trust, and marks."""
    rows = story.rows()
    weeks: dict[int, list[dict[str, str]]] = {}
    for row in rows:
        line = {
            "text": without_codes(row["text"]),
            "group": _GROUP_OF[row["kind"]],
            "about": f"{KINDS[row['kind']]}: {row['text']}",
        }
        weeks.setdefault(row["week"], []).append(line)
    counts = story.counts()
    first = min(weeks, default=0)
    return {
        "family": name,
        "id": story.family,
        "short": f"{_count(counts['shared'], 'week')} open to both services, "
        f"{_count(counts['contacts'], 'week')} with a contact, "
        f"{counts['in_vain']} with attempts in vain; "
        f"{_count(counts['joint'], 'joint plan')}, {counts['nominal']} nominal, "
        f"{counts['single_agency']} by one agency alone",
        "ending": story.ending(),
        "first": first,
        "last": max([first + 1, *weeks]),
        "weeks": [{"week": week, "lines": lines} for week, lines in weeks.items()],
        "groups": list(GROUPS),
        "known": {side: _course(rows, f"known.{side}", len) for side in ("csw", "mhsw")},
        "trust": {side: _course(rows, f"trust.{side}", _hundredths) for side in ("csw", "mhsw")},
        "marks": _marks(story),
    }


def _hundredths(value: float) -> float:
    return round(float(value), 3)


def _course(rows: list[dict[str, Any]], field: str, read: Any) -> list[list[float]]:
    """Return the steps of a state: week and value from then on."""
    steps: list[list[float]] = []
    for row in rows:
        if row["field"] != field or row["kind"] == "ended":
            continue
        if not steps and row["before"] is not None:
            steps.append([row["week"], read(row["before"])])
        if row["after"] is not None:
            steps.append([row["week"], read(row["after"])])
    return steps


def _marks(story: Story) -> list[dict[str, Any]]:
    """Return contacts, refusals, plans and alarms as points in time."""
    found = []
    for event, row in zip(story.events, story.rows(), strict=True):
        if event.kind == "planned":
            kind, words = _PLANS.get(event.detail["plan"], ("single", "Plan of one side"))
        elif event.kind in _MARKS:
            kind, words = _MARKS[event.kind]
        else:
            continue
        found.append({"week": row["week"], "kind": kind, "words": words})
    return found
