"""Which missing figure would change a choice, in words and as tables."""

from typing import TYPE_CHECKING

from colsim.analysis.information import Worth
from colsim.answers.information import FEWEST, GOALS, Weighed, about, owner_of
from colsim.reporting.screen import print_table, table_of
from colsim.reporting.words import NO_FORECAST, pounds, tenths, worlds

if TYPE_CHECKING:
    from rich.console import Console

MOST = 5
"""Inputs of a kind that are listed; the file has all."""
HARDLY = 1.25
"""Times what chance alone reaches below which a value is called hardly more."""
_TODAY = "today's practice"
MOST_LINES = 5
"""Lines that stand below the answer; `words` has all."""


def labels_of(found: Weighed) -> dict[str, str]:
    """Return the name of each option to how people know it."""
    return found.comparison.labels | {found.comparison.names[0]: _TODAY}


def answer(found: Weighed) -> list[str]:
    """Return which figure to find out first, in a sentence, then five lines at most."""
    goal, labels, best = GOALS[found.goal], labels_of(found), found.best
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


def words(found: Weighed) -> list[str]:
    """Return what to choose, how much hangs on what is not known, and what to find out."""
    goal, labels, best = GOALS[found.goal], labels_of(found), found.best
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
    return [*lines, *find_out(found)]


def _amount(value: float, found: Weighed) -> str:
    goal = GOALS[found.goal]
    return f"{value:.2g} {goal.plural} ({pounds(value * found.worth)})"


def _by_worth(found: Weighed) -> str:
    labels, (first, *more) = labels_of(found), found.steps
    said = [f"{labels[first[1]]} below {pounds(more[0][0])}" if more else labels[first[1]]]
    said += [f"{labels[name]} from {pounds(worth)}" for worth, name in more]
    unit = GOALS[found.goal].unit
    return f"By what a {unit} is worth, best on average: {'; '.join(said)}."


def find_out(found: Weighed) -> list[str]:
    """Return which figure to go and find out, from whom, and what it would be worth."""
    if not found.enough:
        return [
            f"Too few worlds to say which figure is worth knowing: {found.comparison.worlds}; "
            f"{FEWEST} are needed (--replications {2 * FEWEST})."
        ]
    clear = [one for kind in found.kinds.values() for one in kind if one.clear]
    if not clear:
        top = max((one for kind in found.kinds.values() for one in kind),
                  key=lambda one: one.value, default=None)  # fmt: skip
        nearest = "" if top is None else (
            f": the highest, {top.name}, reaches {_amount(top.value, found)}, and chance alone "
            f"{_amount(top.floor, found)}"
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
            more = "; ".join(f"{one.name} {_amount(one.value, found)}" for one in own[1:])
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


def print_information(found: Weighed, screen: "Console", *, full: bool = False) -> None:
    """Print the answer; with `full` also options, what each input is worth and how it was found.

    It fits 80 columns.
    """
    from rich.text import Text

    result = found.comparison
    screen.print(Text(f"Which missing figure would change the choice in: "
                      f"{result.titles[0]}", style="bold"))  # fmt: skip
    where = worlds(result.worlds, fixed_parameters=result.fixed_parameters, origin=result.origin)
    screen.print(Text(f"In {where}, over {result.weeks} weeks of policy"))
    for note in found.notes:
        screen.print(Text(f"Note: {note}", style="italic"))
    screen.print()
    first, *lines = answer(found)
    screen.print(Text(first, style="bold"))
    for line in lines:
        screen.print(Text(f"- {line}"))
    screen.print()
    if full:
        _print_in_full(found, screen)
    else:
        screen.print(Text(f"--full has the figures behind it. {NO_FORECAST}", style="dim"))


def _print_in_full(found: Weighed, screen: "Console") -> None:
    from rich.text import Text

    goal, labels = GOALS[found.goal], labels_of(found)
    screen.print(Text(
        f"Utility: {goal.plural} gained, less pounds spent at {pounds(found.worth)} a "
        f"{goal.unit} (--worth)."
    ))  # fmt: skip
    screen.print()
    table = table_of("Option", ">Gained", ">Pounds", ">Utility", ">Best in", ">Regret")
    for one in sorted(found.standings, key=lambda one: -one.utility):
        table.add_row(
            Text(labels[one.scenario]), f"{one.gain:.1f}", pounds(one.pounds),
            f"{one.utility:+.1f}", f"{one.best_in:.0%}", f"{one.regret:.1f}",
        )  # fmt: skip
    print_table(screen, table)
    screen.print()
    for line in words(found):
        screen.print(Text(f"- {line}"))
    if found.enough:
        screen.print()
        _print_worths(found, screen)
    screen.print()
    screen.print(Text(
        "Utility, regret and values of information: in units of the goal. Regret: what is lost "
        "on average against the best of each world. Partial values: by regression over the worlds "
        "lived; a value up to that of chance counts as none. " + NO_FORECAST, style="dim",
    ))  # fmt: skip


def _print_worths(found: Weighed, screen: "Console") -> None:
    from rich.text import Text

    table = table_of("What would be known", ">Worth", ">Chance alone", "Who would know")
    for title, kind in (("Forms", found.forms), ("Groups", found.groups),
                        ("Numbers", found.numbers)):  # fmt: skip
        table.add_row(Text(title, style="bold"))
        for one in kind[:MOST]:
            table.add_row(
                Text(f"  {one.name}"), f"{one.value:.2g}", f"{one.floor:.2g}",
                Text(owner_of(one.name)),
            )  # fmt: skip
    print_table(screen, table)
