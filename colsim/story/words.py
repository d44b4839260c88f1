"""Events in plain words, for somebody who works with families and not with models.

The words are a table, `words.toml`; here is how it is read.
"""

import operator
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from colsim.core.names import CHILD_FACTS, CSW, PARENT_FACTS
from colsim.story import grades
from colsim.story.events import Event, facts_of
from colsim.story.people import Person

_WHOLE = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_CHOICES: dict[str, dict[str, Any]] = _WHOLE.pop("choices")
TABLE: dict[str, dict[str, Any]] = {
    kind: _WHOLE[entry["like"]] if "like" in entry else entry for kind, entry in _WHOLE.items()
}
"""How each kind of event is told: whose it is, which state it is about, and the sentence."""

_ONE = ("the CSW", "the MHSW")
_SERVICE = ("children's social care", "adult mental health")
_LEAD = ("csw", "mhsw")
_OWN = (CHILD_FACTS, PARENT_FACTS)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    ">=": operator.ge,
}


def _new(words: "_Words") -> int:
    return int(words.value("after")) & ~int(words.value("before"))


def _lost(words: "_Words") -> int:
    return int(words.value("before")) & ~int(words.value("after"))


_MADE: dict[str, Callable[["_Words"], Any]] = {
    "one": lambda words: _ONE[words.side],
    "other": lambda words: _ONE[1 - words.side],
    "One": lambda words: grades.sentence(_ONE[words.side]),
    "Other": lambda words: grades.sentence(_ONE[1 - words.side]),
    "side_lead": lambda words: _LEAD[words.side],
    "other_lead": lambda words: _LEAD[1 - words.side],
    "service": lambda words: _SERVICE[words.side],
    "Service": lambda words: grades.sentence(_SERVICE[words.side]),
    "side_service": lambda words: ("csc", "amh")[words.side],
    "theirs": lambda words: _SERVICE[1 - words.side],
    # Of sets of facts.
    "new": _new,
    "lost": _lost,
    "new_unreceived": lambda words: _new(words) & ~int(words.value("x")),
    "new_own": lambda words: _new(words) & _OWN[words.side],
    "unfiled": lambda words: int(words.value("before")) & ~int(words.value("x")),
    "refiled": lambda words: int(words.value("before")) & int(words.value("x")),
    # Of numbers.
    "late_by": lambda words: words.value("y") - words.value("z"),
    "cycles": lambda words: words.value("before" if words.value("words") == "planned" else "plans"),
    "tells_back": lambda words: int(
        words.side == words.value("initiator") and words.value("disclosed")[words.side] > 0
    ),
}
"""Values that are made of those of a note."""


def _acquainted(words: "_Words") -> int | None:
    """Return whether the two know each other, where both are there and it has not been said."""
    if min(words.value("lead")) < 0 or (words.value("event") == "START" and words.side == CSW):
        return None
    return int(words.value("tie_last") >= 0)


_MADE["acquainted"] = _acquainted


def _counted(noun: str) -> Callable[[Any], str]:
    return lambda value: grades.count(int(value), noun)


_SAID: dict[str, Callable[[Any], str]] = {
    "risk": grades.risk,
    "trust": grades.trust,
    "story": grades.story,
    "familiar": grades.familiar,
    "knowledge": grades.knowledge,
    "percent": grades.percent,
    "week": _counted("week"),
    "fact": _counted("fact"),
    "plan": _counted("plan"),
    "number": lambda value: str(int(value)),
    "facts": lambda value: grades.facts(facts_of(int(value))),
    "Facts": lambda value: grades.sentence(grades.facts(facts_of(int(value)))),
    "it_means": lambda value: "it means" if int(value).bit_count() == 1 else "they mean",
    "are_facts": lambda value: "is 1 fact" if value == 1 else f"are {value:.0f} facts",
    "shown": lambda value: grades.facts(value) if isinstance(value, tuple) else str(value),
}
"""Ways to say a value, by what follows the colon in the table."""


class _Words(Formatter):
    """Fills a sentence from a note."""

    def __init__(self, detail: Mapping[str, Any]) -> None:
        self._detail = detail
        self.side: int = detail.get("side", CSW)

    def value(self, name: str) -> Any:
        """Return a value by its name: a note's own, or one made of them; None if there is none."""
        head, _, rest = name.partition(".")
        if head in ("my", "their"):
            return self._detail[rest][self.side if head == "my" else 1 - self.side]
        found = _MADE[head](self) if head in _MADE else self._detail.get(head)
        if not rest or found is None:
            return found
        return found[int(rest)] if rest.isdigit() else found[rest]

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        """Return what stands for a name in braces."""
        if field_name in _CHOICES:
            return self._chosen(_CHOICES[field_name]), field_name
        value = self.value(field_name)
        if isinstance(value, Person):
            return grades.name_of(value), field_name
        return value, field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value in words, or as a number."""
        if format_spec in _SAID:
            return _SAID[format_spec](value)
        return str(super().format_field(value, format_spec))

    def _chosen(self, choice: Mapping[str, Any]) -> str:
        by = choice["by"]
        if isinstance(by, list):
            one, compared, other = by
            limit = self.value(other) if isinstance(other, str) else other
            value: Any = _COMPARE[compared](self.value(one), limit)
        else:
            value = self.value(by)
        key = value if isinstance(value, str) else "" if value is None else str(int(value))
        text = choice.get(key, "" if value is None else choice.get("else", ""))
        return self.vformat(text, (), {})


def filled(text: str, detail: Mapping[str, Any]) -> str:
    """Return a text of the table with its braces filled from a note's values."""
    return _Words(detail).vformat(text, (), {})


def tell(event: Event, burn_in: int = 0) -> str:
    """Return an event as a sentence; weeks in it count from the end of the burn-in."""
    detail = {"before": event.before, "after": event.after, **event.detail}
    detail |= {"field": event.field, "entity": event.entity}
    if "since" in detail:
        detail["since"] -= burn_in
    text = _told_apart(TABLE[detail.get("words", event.kind)]["text"], event)
    return grades.sentence(filled(text, detail))


def _told_apart(text: str, event: Event) -> str:
    """Return a text with as many digits as a change needs to be seen: never from 0.51 to 0.51."""
    if isinstance(event.before, float) and isinstance(event.after, float):
        for digits in (3, 4):
            last = digits - 1
            if event.before == event.after or round(event.before, last) != round(event.after, last):
                break
            text = text.replace(f".{last}f}}", f".{digits}f}}")
    return text
