"""Results as tables for the terminal."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from colsim.comparison.headlines import HEADLINES, sentence
from colsim.comparison.what_if_words import FOOTNOTE, HEADS, what_if_rows
from colsim.core.measures import MEASURES
from colsim.reporting.screen import print_table, table_of
from colsim.reporting.words import (
    NO_FORECAST,
    by_year,
    level,
    pounds,
    signed,
    tenths,
    uneven,
    worlds,
)

if TYPE_CHECKING:
    from colsim.comparison.comparison import Comparison


def print_comparison(result: "Comparison", console: Console) -> None:
    """Print what a planner needs of a comparison; it fits 80 columns."""
    labels = result.labels
    for text in result.said_first:
        console.print(Text(text, style="bold"))
    console.print(Text(f"Compared with: {labels[result.names[0]]}", style="bold"))
    console.print(Text(f"In {_worlds(result)}, at the end of {result.weeks} weeks of policy"))
    for note in result.notes:
        console.print(Text(f"Note: {note}", style="italic"))
    for name in HEADLINES:
        measure = MEASURES[name]
        base = result.of(result.names[1], name).baseline
        console.print()
        console.print(
            Text.assemble((measure.title, "bold"), f": {level(base, measure)} without the policies")
        )
        console.print(Text(measure.definition, style="dim"))
        table = table_of(
            "Policy", ">Level", ">Change", ">9 in 10\nworlds", ">Better in", ">From week",
            ">Highest",
        )  # fmt: skip
        for scenario in result.names[1:]:
            d, when = result.of(scenario, name), result.how_long(scenario, name)
            table.add_row(
                Text(labels[scenario]),
                level(d.value, measure),
                signed(d.difference, measure),
                f"{signed(d.low, measure)} to {signed(d.high, measure)}",
                tenths(d.better),
                "not in run" if when.from_week is None else str(when.from_week),
                f"{signed(when.peak, measure)} in {when.peak_week}",
            )
        print_table(console, table)
    console.print()
    for scenario in result.names[1:]:
        for name, noun in HEADLINES.items():
            said = sentence(
                labels[scenario],
                result.of(scenario, name),
                MEASURES[name],
                noun,
                fixed_parameters=result.fixed_parameters,
            )
            console.print(Text(f"- {said}"))
    for title, lines in _blocks(result):
        console.print()
        console.print(Text(title, style="bold"))
        for line in lines:
            console.print(Text(f"- {line}"))
    if result.what_if:
        console.print()
        _print_what_if(result, console)
    console.print()
    for line in _costs(result):
        console.print(Text(line))
    console.print()
    for line in _footnotes(result):
        console.print(Text(line, style="dim"))


def _blocks(result: "Comparison") -> Iterator[tuple[str, list[str]]]:
    """Yield what stands below the headline tables: what else, against each other, how long."""
    labels = result.labels
    others = {name: result.besides_lines(name) for name in result.names[1:]}
    if any(others.values()):
        yield (
            "What else changes (8 in 10 worlds agree)",
            [
                f"{labels[name]}: " + (" ".join(found) or "nothing that is sure and no trifle.")
                for name, found in others.items()
            ],
        )
    pairs = result.pairs("joint_plan_rate")
    if pairs:
        yield ("Against each other, joint plans", [one.words(labels) for one in pairs])
    forms = result.said_by_form("joint_plan_rate")
    if forms:
        yield ("By form (change in joint plans, in percentage points)", forms)
    yield (
        "How long, joint plans",
        [f"{labels[name]}: {result.how_long(name)}." for name in result.names[1:]],
    )
    yield ("What this rests on", result.said_rests_on)


def _print_what_if(result: "Comparison", console: Console) -> None:
    """Print what each policy gains now and under each change: a row each, however many."""
    console.print(Text("What if: joint plans gained", style="bold"))
    for name in result.names[1:]:
        table = table_of(result.labels[name], *(f">{head}" for head in HEADS))
        for what, *figures in what_if_rows(result, name):
            table.add_row(Text(what), *figures)
        print_table(console, table)
    console.print(Text(FOOTNOTE, style="dim"))


def _costs(result: "Comparison") -> list[str]:
    """Return what each policy costs, when it is spent, and what a further joint plan costs."""
    lines = []
    for name in result.names[1:]:
        a_year, once = result.extra_cost(name)
        if a_year == 0 and once == 0:
            continue
        paid = [f"about {pounds(a_year)} a year"] if a_year else []
        paid += [f"{pounds(once)} once"] if once else []
        middle, best, worst = result.cost_per_joint_plan(name)
        each = (
            f"{pounds(middle)} for each further joint plan ({pounds(best)} to "
            f"{pounds(worst) if math.isfinite(worst) else 'without limit'} in 9 of 10 worlds)"
            if math.isfinite(middle)
            else "no further joint plans in the median world"
        )
        lines.append(f"{result.labels[name]}: {', and '.join(paid)}; {each}.")
        if uneven(result.extra_spending(name)):
            lines.append(f"  Spent in {by_year(result.extra_spending(name))}.")
    if lines:
        years = sorted({year for cost in result.costs for year in cost.price_years})
        lines.append(
            f"Prices of {', '.join(years)}, most of them judgement: orders of magnitude. "
            "A further joint plan: all that is spent in the run over all plans gained in it."
        )
    return lines


def _worlds(result: "Comparison") -> str:
    return worlds(result.worlds, fixed_parameters=result.fixed_parameters, origin=result.origin)


def _footnotes(result: "Comparison") -> list[str]:
    """Return what the columns mean, and how far to trust them."""
    over = (
        " (parameters fixed: chance alone)."
        if result.fixed_parameters
        else ", which stays however many runs are made."
    )
    lines = [
        f"Change: median over worlds of the paired difference over the last {result.window} weeks, "
        f"in percentage points. 9 in 10 worlds: its 5 % to 95 % range over worlds{over}",
        "Better in: worlds in which the policy is better. From week: the first in which 8 in 10 "
        "worlds gain at least what is named below. Highest: of the median world, and its week.",
    ]
    errors = [100 * result.of(s, "joint_plan_rate").computing_error for s in result.names[1:]]
    if all(map(math.isfinite, errors)):
        lines.append(
            f"Computing error of the mean change in joint plans: at most {max(errors):.1g} points."
        )
    return [*lines, NO_FORECAST]
