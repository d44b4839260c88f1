"""Numbers, names and facts in plain words."""

from collections.abc import Sequence

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
