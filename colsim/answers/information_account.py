"""Which missing figure would change a choice: what is said of it, worded here and nowhere else."""

from collections.abc import Iterator

from colsim.analysis.information import Worth
from colsim.answers.information import FEWEST, GOALS, Weighed, about, owner_of
from colsim.core.parameters import PARAMETERS
from colsim.reporting.account import Account, Grid, Part, Picture, Points, Section, Words
from colsim.reporting.words import NO_FORECAST, pounds, tenths, worlds
from colsim.scenario.naming import title_of

KINDS = {"form": "Forms", "group": "Groups", "number": "Numbers"}
"""Kinds of input, and how they are headed."""
MOST = 5
"""Inputs of a kind that are listed; the file has all."""
HARDLY = 1.25
"""Times what chance alone reaches below which a value is called hardly more."""
_TODAY = "today's practice"
MOST_LINES = 5
"""Lines that stand below the answer; the appendix has all."""


def account_of(found: Weighed) -> Account:
    """Return what is said: which figure to find out first, and behind it how that is known.

    Sections by key, in order: asked, answer, reading; then in the appendix: options, words, and
    worths, where worlds are enough for it.
    """
    result = found.comparison
    where = worlds(result.worlds, fixed_parameters=result.fixed_parameters, origin=result.origin)
    title = f"Which missing figure would change the choice in: {result.titles[0]}"
    asked = Words(f"In {where}, over {result.weeks} weeks of policy")
    notes = (Words(f"Note: {note}") for note in found.notes)
    sections = [Section(title, (asked, *notes), key="asked")]
    first, *lines = _answer(found)
    answer = (Words(first, strong=True), Points(tuple(lines)))
    sections.append(Section("", answer, key="answer"))
    sections.append(Section("", (Words(NO_FORECAST, weak=True),), key="reading"))
    sections.append(_options(found))
    sections.append(Section("In words", (Points(tuple(_words(found))),), True, "words"))
    return Account((*sections, *_worths(found)))


def _options(found: Weighed) -> Section:
    goal, labels = GOALS[found.goal], _labels(found)
    rows = tuple(
        (
            labels[one.scenario], f"{one.gain:.1f}", pounds(one.pounds), f"{one.utility:+.1f}",
            f"{one.best_in:.0%}", f"{one.regret:.1f}",
        )
        for one in found.standings
    )  # fmt: skip
    said = (
        f"Utility: {goal.plural} gained, less pounds spent at {pounds(found.worth)} a "
        f"{goal.unit} (--worth). Regret: what is lost on average against the best of each world. "
        "Utility, regret and values of information are in units of the goal."
    )
    grid = Grid(("Option", "Gained", "Pounds", "Utility", "Best in", "Regret"), rows)
    return Section("The options", (grid, Words(said, weak=True)), True, "options")


def _worths(found: Weighed) -> Iterator[Section]:
    """Yield what each input is worth knowing, a table for each kind."""
    if not found.enough:
        return
    grids = [
        Grid(
            (title, "Worth", "Chance alone", "Who would know"),
            tuple(
                (_titled(one.name), f"{one.value:.2g}", f"{one.floor:.2g}", owner_of(one.name))
                for one in found.kinds[kind][:MOST]
            ),
            worded=(3,),
        )
        for kind, title in KINDS.items()
    ]
    said = (
        "Partial values: by regression over the worlds lived; a value up to that of chance counts "
        "as none."
    )
    says = "What each input is worth knowing before choosing, and what chance alone reaches."
    parts: list[Part] = [Picture("evidence", says), *grids, Words(said, weak=True)]
    yield Section("What it is worth to know", tuple(parts), True, "worths")


def _labels(found: Weighed) -> dict[str, str]:
    """Return the name of each option to how people know it."""
    return found.comparison.labels | {found.comparison.names[0]: _TODAY}


def _answer(found: Weighed) -> list[str]:
    """Return which figure to find out first, in a sentence, then five lines at most."""
    goal, labels, best = GOALS[found.goal], _labels(found), found.best
    clear = _clear(found)
    if not found.enough:
        first = (
            f"Too few worlds to say which figure is worth finding out: {found.comparison.worlds}, "
            f"and {FEWEST} are needed (--replications {2 * FEWEST})."
        )
    elif clear:
        first = (
            f"Find out first: {_in_words(clear[0])}; worth "
            f"{pounds(clear[0].value * found.worth)} before you choose."
        )
    else:
        first = "No single figure is worth finding out before you choose."
    lines = [f"Ask: {owner_of(clear[0].name)}."] if clear else []
    than = "" if best.scenario == found.comparison.names[0] else (
        f", {best.utility:+.2g} {goal.plural} after its cost"
    )  # fmt: skip
    lines.append(
        f"Best on average now: {labels[best.scenario]}{than}; best in {tenths(best.best_in)}."
    )
    if len(found.steps) > 1:
        worth, name = found.steps[-1]
        lines.append(f"Were a {goal.unit} worth {pounds(worth)} or more: {labels[name]}.")
    least, most = (pounds(one * found.worth) for one in (found.evpi_least, found.evpi))
    lines.append(f"To know everything first would be worth {least} to {most}.")
    if more := [_in_words(one) for one in clear[1:3]]:
        lines.append(f"Then: {'; '.join(more)}.")
    return [first, *lines[:MOST_LINES]]


def _clear(found: Weighed) -> list[Worth]:
    """Return what is worth finding out beyond chance: single figures first, then forms, groups."""
    kinds = (found.numbers, found.forms, found.groups) if found.enough else ()
    return [one for kind in kinds for one in kind if one.clear]


def _in_words(one: Worth) -> str:
    """Return an input as people call it, with its name: a group is its name."""
    what = about(one.name)
    name = one.name.replace("_", " ")
    return f"{what[:1].lower()}{what[1:]} ({one.name})" if what else f"all about {name}"


def _titled(name: str) -> str:
    """Return an input by its title, with its name; of a group its name, which is words."""
    return f"{title_of(name)} ({name})" if name in PARAMETERS else name.replace("_", " ")


def _words(found: Weighed) -> list[str]:
    """Return what to choose, how much hangs on what is not known, and what to find out."""
    goal, labels, best = GOALS[found.goal], _labels(found), found.best
    lines = [
        f"At {pounds(found.worth)} a {goal.unit}, {labels[best.scenario]} is best on average: "
        f"{_amount(best.utility, found)} better than today; best in {tenths(best.best_in)}."
        if best.scenario != found.comparison.names[0]
        else f"At {pounds(found.worth)} a {goal.unit}, none of these is worth its money on "
        f"average: {_TODAY} is best, in {tenths(best.best_in)}."
    ]
    lines.append(_by_worth(found))
    lines.append(
        f"To know everything before choosing would be worth {_amount(found.evpi_least, found)} to "
        f"{_amount(found.evpi, found)} (EVPI; the upper figure takes the chance of single lives "
        "for something that could be known)."
        if found.evpi_least
        else f"To know everything before choosing would be worth at most "
        f"{_amount(found.evpi, found)} (EVPI; the chance of single lives is in it)."
    )
    return [*lines, *_find_out(found)]


def _amount(value: float, found: Weighed) -> str:
    goal = GOALS[found.goal]
    return f"{value:.2g} {goal.plural} ({pounds(value * found.worth)})"


def _by_worth(found: Weighed) -> str:
    labels, (first, *more) = _labels(found), found.steps
    said = [f"{labels[first[1]]} below {pounds(more[0][0])}" if more else labels[first[1]]]
    said += [f"{labels[name]} from {pounds(worth)}" for worth, name in more]
    unit = GOALS[found.goal].unit
    return f"By what a {unit} is worth, best on average: {'; '.join(said)}."


def _find_out(found: Weighed) -> list[str]:
    """Return which figure to go and find out, from whom, and what it would be worth."""
    if not found.enough:
        return [
            f"Too few worlds to say which figure is worth knowing: {found.comparison.worlds}; "
            f"{FEWEST} are needed (--replications {2 * FEWEST})."
        ]
    if not _clear(found):
        top = max((one for kind in found.kinds.values() for one in kind),
                  key=lambda one: one.value, default=None)  # fmt: skip
        nearest = "" if top is None else (
            f": the highest, {_titled(top.name)}, reaches {_amount(top.value, found)}, and chance "
            f"alone {_amount(top.floor, found)}"
        )  # fmt: skip
        return [
            f"No single figure, group or form is worth finding out for this choice{nearest}. "
            "More worlds would show smaller values."
        ]
    lines = []
    for title, kind in (("figure", found.numbers), ("form", found.forms),
                        ("group of figures", found.groups)):  # fmt: skip
        own = [one for one in kind if one.clear][:MOST]
        if own:
            lines.append(f"Find out first, {title}: {_asked(own[0], found)}.")
            more = "; ".join(f"{_titled(one.name)} {_amount(one.value, found)}" for one in own[1:])
            if more:
                lines.append(f"Then: {more}.")
    return lines


def _asked(one: Worth, found: Weighed) -> str:
    what = about(one.name)
    said = f" ({what[:1].lower()}{what[1:]})" if what else ""
    floor = _amount(one.floor, found)
    chance = f"where chance alone reaches {floor}"
    if one.value < HARDLY * one.floor:
        chance = f"hardly more than the {floor} that chance alone reaches"
    return (
        f"{one.name}{said}, worth {_amount(one.value, found)}, {chance}. Ask: {owner_of(one.name)}"
    )
