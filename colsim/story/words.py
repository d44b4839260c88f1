"""Events, numbers and facts in plain words, for who works with families and not with models.

The words of events are a table, `words.toml`; here is how it is read.
"""

import operator
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Any

from colsim.core.names import CHILD_FACTS, CSW, PARENT_FACTS
from colsim.story.events import Event, facts_of
from colsim.story.people import Person

SERVICE = {"csc": "children's social care", "amh": "adult mental health"}


def name_of(person: Person) -> str:
    """Return who a practitioner is in words, with the name.

    >>> name_of(Person("csw-0-1-2-5-0", "CSW in team 2 of locality 1"))
    'CSW in team 2 of locality 1 [csw-0-1-2-5-0]'
    """
    return f"{person.words} [{person}]"


def grade(value: float, steps: Sequence[tuple[float, str]]) -> str:
    """Return the word of the first step that lies above a value."""
    return next((word for limit, word in steps if value < limit), steps[-1][1])


def risk(value: float) -> str:
    """Return a risk, or a belief about it, in words with its number.

    >>> risk(0.13), risk(0.5), risk(1.0)
    ('very low (0.13)', 'middling (0.50)', 'very high (1.00)')
    """
    steps = ((0.2, "very low"), (0.4, "low"), (0.6, "middling"), (0.8, "high"), (2, "very high"))
    return f"{grade(value, steps)} ({value:.2f})"


def trust(value: float) -> str:
    """Return a trust in words with its number.

    >>> trust(0.13), trust(0.5), trust(1.0)
    ('very little trust (0.13)', 'some trust (0.50)', 'great trust (1.00)')
    """
    steps = ((0.2, "very little"), (0.4, "little"), (0.6, "some"), (0.8, "good"), (2, "great"))
    return f"{grade(value, steps)} trust ({value:.2f})"


def story(value: float) -> str:
    """Return a story about a service in words with its number.

    >>> story(-0.6), story(0.02), story(0.3)
    ('a very bad story (-0.60)', 'neither a good nor a bad story (+0.02)', 'a good story (+0.30)')
    """
    steps = (
        (-0.5, "a very bad story"),
        (-0.1, "a bad story"),
        (0.1, "neither a good nor a bad story"),
        (0.5, "a good story"),
        (2, "a very good story"),
    )
    return f"{grade(value, steps)} ({value:+.2f})"


def knowledge(value: float) -> str:
    """Return in words how much somebody knows of the other service.

    >>> knowledge(0.2), knowledge(0.5), knowledge(0.71)
    ('little', 'something', 'much')
    """
    return grade(value, ((0.3, "little"), (0.6, "something"), (2, "much")))


def familiar(value: float) -> str:
    """Return how well two people know each other, in words with the number.

    >>> familiar(0.0), familiar(0.3)
    ('hardly know each other (0.00)', 'know each other fairly well (0.30)')
    """
    steps = (
        (0.1, "hardly know each other"),
        (0.25, "know each other a little"),
        (0.5, "know each other fairly well"),
        (2, "know each other well"),
    )
    return f"{grade(value, steps)} ({value:.2f})"


def percent(value: float) -> str:
    """Return a share per 100."""
    return f"{100 * value:.0f} %"


def listed(words: Sequence[str]) -> str:
    """Return words in a row, with 'and' before the last."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def facts(found: Sequence[str]) -> str:
    """Return facts in words.

    >>> facts(("child 1", "child 3", "parent 2"))
    'child facts 1 and 3, parent fact 2'
    """
    parts = []
    for side in ("child", "parent"):
        numbers = [fact.split()[1] for fact in found if fact.startswith(side)]
        if numbers:
            parts.append(f"{side} fact{'s' if len(numbers) > 1 else ''} {listed(numbers)}")
    return ", ".join(parts) or "nothing"


def count(number: int, noun: str) -> str:
    """Return a number and what is counted."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def sentence(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[0].upper() + text[1:]


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
    "One": lambda words: sentence(_ONE[words.side]),
    "Other": lambda words: sentence(_ONE[1 - words.side]),
    "side_lead": lambda words: _LEAD[words.side],
    "other_lead": lambda words: _LEAD[1 - words.side],
    "service": lambda words: _SERVICE[words.side],
    "Service": lambda words: sentence(_SERVICE[words.side]),
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
    return lambda value: count(int(value), noun)


_SAID: dict[str, Callable[[Any], str]] = {
    "risk": risk,
    "trust": trust,
    "story": story,
    "familiar": familiar,
    "knowledge": knowledge,
    "percent": percent,
    "week": _counted("week"),
    "fact": _counted("fact"),
    "plan": _counted("plan"),
    "number": lambda value: str(int(value)),
    "facts": lambda value: facts(facts_of(int(value))),
    "Facts": lambda value: sentence(facts(facts_of(int(value)))),
    "it_means": lambda value: "it means" if int(value).bit_count() == 1 else "they mean",
    "are_facts": lambda value: "is 1 fact" if value == 1 else f"are {value:.0f} facts",
    "shown": lambda value: facts(value) if isinstance(value, tuple) else str(value),
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
            return name_of(value), field_name
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
    return sentence(filled(text, detail))


def _told_apart(text: str, event: Event) -> str:
    """Return a text with as many digits as a change needs to be seen: never from 0.51 to 0.51."""
    if isinstance(event.before, float) and isinstance(event.after, float):
        for digits in (3, 4):
            last = digits - 1
            if event.before == event.after or round(event.before, last) != round(event.after, last):
                break
            text = text.replace(f".{last}f}}", f".{digits}f}}")
    return text
