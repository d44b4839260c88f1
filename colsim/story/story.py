"""A family's story: its events as a table and as a text, with what stands around it."""

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from colsim.story.events import CONTACTS, Event, Value
from colsim.story.words import (
    SERVICE,
    count,
    tell,
)

if TYPE_CHECKING:
    import pandas as pd


def preface(family: str, since: int | None) -> str:
    """Return what a reader needs to know first; `since` unless recorded from the start."""
    late = "" if since is None else f" Recorded from week {since} on."
    return (
        f"The story of {family}, as the model lives it.{late} Weeks count from the start of the "
        "policy; with a minus they lie before it. CSW: children's social worker; MHSW: mental "
        "health social worker. Names in brackets, and teams and localities, count from 0. What "
        "there is to know about the family are 8 facts on the child's side and 8 on the parent's. "
        "Beliefs, trust and risk run from 0 to 1. A story is what a worker holds about the other "
        "service, from -1 (bad) to 1 (good): by it strangers are judged."
    )


def ending(
    *,
    until: int,
    arrival: int,
    arrived: bool,
    open: tuple[bool, ...],
    active: bool,
    closed: int | None,
    recorded: bool,
) -> str:
    """Return how things stand after `until` weeks of policy (negative: before the policy)."""
    when = f"After the last week simulated, {until - 1},"
    if not arrived:
        return f"{when} the family is not there yet: it comes to notice in week {arrival}."
    if active:
        csc, amh = open
        known = "both services" if csc and amh else SERVICE["csc" if csc else "amh"]
        return f"{when} the family is open to {known}."
    if closed is not None:
        again = "" if recorded else " Nothing happened since recording began."
        return f"{when} the family's case is closed, since week {closed}.{again}"
    return f"{when} no service works with the family any more."


def in_short(counts: dict[str, int]) -> str:
    """Return a story's counts in a sentence."""
    plans = {
        "joint": counts["joint"],
        "nominal": counts["nominal"],
        "by children's social care alone": counts["single_agency"] + counts["one_service"],
    }
    made = ", ".join(f"{number} {kind}" for kind, number in plans.items() if number)
    return (
        f"In short: {count(counts['shared'], 'week')} shared by the two services, contacts "
        f"between the two lead workers in {count(counts['contacts'], 'week')}, attempts in vain in "
        f"{counts['in_vain']}; plans: {made or 'none'}."
    )


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one family, in order."""

    family: str
    events: tuple[Event, ...]
    burn_in: int
    since: int
    """Week in which recording began, counted from the start of the burn-in."""
    until: int
    """Weeks simulated when the story was asked for."""
    arrival: int
    """Week in which the family comes to notice; -1 for those there from the start."""
    open: tuple[bool, ...]
    """Whether children's social care and adult mental health are open, at the end."""
    active: bool
    closed: int
    """Week of the last closure by children's social care, -1 none since it last opened."""

    def sentences(self) -> list[tuple[int, str]]:
        """Return each event's policy week (negative during the burn-in) and sentence."""
        return [(e.week - self.burn_in, tell(e, self.burn_in)) for e in self.events]

    def rows(self) -> list[dict[str, Any]]:
        """Return the events as plain values, with their sentences."""
        return [
            {
                "week": event.week - self.burn_in,
                "phase": event.phase,
                "kind": event.kind,
                "who": list(event.who),
                "text": text,
                "entity": event.entity,
                "field": event.field,
                "before": _plain(event.before),
                "after": _plain(event.after),
            }
            for event, (_, text) in zip(self.events, self.sentences(), strict=True)
        ]

    def table(self) -> "pd.DataFrame":
        """Return one row per event: week of the policy, phase, kind, who, text, and the change.

        Weeks count from the start of the policy and are negative before it, as in `series.csv`.
        """
        import pandas as pd

        columns = ["week", "phase", "kind", "who", "text", "entity", "field", "before", "after"]
        frame = pd.DataFrame(self.rows(), columns=columns)
        frame["who"] = frame["who"].map(" and ".join)
        return frame

    def text(self, *, width: int = 96) -> str:
        """Return the story for people, week by week, in lines of at most `width` characters."""
        since = self.since - self.burn_in if self.since else None
        lines = textwrap.wrap(preface(self.family, since), width)
        lines.append("")
        margin = max((len(f"Week {week}") for week, _ in self.sentences()), default=0) + 2
        shown: int | None = None
        for week, text in self.sentences():
            head = "" if week == shown else f"Week {week}"
            shown = week
            indent = " " * margin
            lines += textwrap.wrap(
                text, width, initial_indent=head.ljust(margin), subsequent_indent=indent
            )
        if self.events:
            lines.append("")
            lines += textwrap.wrap(in_short(self.counts()), width)
        lines += textwrap.wrap(self.ending(), width)
        return "\n".join(lines) + "\n"

    def counts(self) -> dict[str, int]:
        """Return weeks shared, weeks with a contact, attempts in vain, and plans by kind."""
        plans = [event.detail["plan"] for event in self.events if event.kind == "planned"]
        reached = {e.week for e in self.events if e.kind in CONTACTS}
        tried = {e.week for e in self.events if e.field == "contact" and e.after == "in vain"}
        return {
            "shared": self._weeks_shared(),
            "contacts": len(reached),
            "in_vain": len(tried - reached),
            "joint": plans.count("joint"),
            "nominal": plans.count("nominal"),
            "single_agency": plans.count("single_agency"),
            "one_service": plans.count("one_service"),
        }

    def _weeks_shared(self) -> int:
        weeks, both_since, now = 0, None, {"open.csc": False, "open.amh": False}
        for event in self.events:
            if event.kind == "start" and event.field == "active":
                now = dict(zip(now, event.detail["open"], strict=True))
            elif event.field in now:
                now[event.field] = bool(event.after)
            if all(now.values()) and both_since is None:
                both_since = event.week
            elif not all(now.values()) and both_since is not None:
                weeks += event.week - both_since + 1  # services close at the end of a week
                both_since = None
        return weeks + (self.until - both_since if both_since is not None else 0)

    def ending(self) -> str:
        """Return how things stand at the end."""
        return ending(
            until=self.until - self.burn_in,
            arrival=self.arrival - self.burn_in,
            arrived=self.arrival < self.until,
            open=self.open,
            active=self.active,
            closed=None if self.closed < 0 else self.closed - self.burn_in,
            recorded=bool(self.events),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the story as plain Python values."""
        return {
            "family": self.family,
            "since": self.since - self.burn_in,
            "until": self.until - self.burn_in,
            "active": self.active,
            "counts": self.counts(),
            "ending": self.ending(),
            "events": self.rows(),
        }


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value
