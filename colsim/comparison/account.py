"""What a comparison says, in sentences and rows: worded here, and nowhere else."""

import math
from collections.abc import Iterator
from itertools import chain

import numpy as np

from colsim.comparison.against import against, every_pair
from colsim.comparison.besides import Aside, asides, harms_in_a_line, in_lines, only_with, sentence
from colsim.comparison.compared import HEADLINES, Compared
from colsim.comparison.forms import block
from colsim.comparison.how_long import how_long
from colsim.comparison.rests_on import lines_of
from colsim.comparison.taken import at_price, in_full
from colsim.core.measures import RANGE
from colsim.experiments.difference import Difference, mean_of_present
from colsim.experiments.remarks import FEW_WORLDS
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.reporting.account import Account, Grid, Points, Section, Words
from colsim.reporting.words import (
    NO_FORECAST,
    amount,
    by_year,
    finer,
    level,
    pounds,
    rounded,
    signed,
    tenths,
    uneven,
    worlds,
)

COLUMNS = ("Policy", "Level", "Change", "9 in 10 worlds", "Better in", "From week", "Highest")
"""Of the table of a headline measure."""
TOGETHER = (
    "Each policy is lived in the same worlds with the same chance as the authority without it."
)
JUDGED = "joint_plan_rate"
"""Measure of what is told of one measure alone: forms, what if."""


def account_of(result: Compared) -> Account:
    """Return what a comparison says.

    Sections by key, in order: first (only where something must be said before all else), lead,
    asked, notes (where there are any), headline (one a measure), answer, harms, besides, against
    (of two policies or more), by_form (where forms differ), how_long, rests_on, what_if (where it
    was asked), costs, reading.
    """
    tellers = (
        _first, _lead, _asked, _notes, _headlines, _answer, _harms, _besides, _against, _by_form,
        _how_long, _rests_on, _what_if, _costs, _reading,
    )  # fmt: skip
    return Account(tuple(chain.from_iterable(tell(result) for tell in tellers)))


def _policies(result: Compared) -> Iterator[tuple[str, str]]:
    """Yield each policy's name, and how people know it."""
    labels = result.labels
    yield from ((name, labels[name]) for name in result.names[1:])


def _first(result: Compared) -> Iterator[Section]:
    if result.said_first:
        parts = tuple(Words(text, strong=True) for text in result.said_first)
        yield Section("", parts, key="first")


def _lead(result: Compared) -> Iterator[Section]:
    if JUDGED in result.told:
        yield Section("In short", (Points(tuple(in_short(result, JUDGED))),), key="lead")


def _asked(result: Compared) -> Iterator[Section]:
    lived = worlds(result.worlds, fixed_parameters=result.fixed_parameters, origin=result.origin)
    text = (
        f"In {lived}, at the end of {result.weeks} weeks of policy; {SEEDS_PER_WORLD} runs of each "
        "in each."
    )
    yield Section(f"Compared with: {result.labels[result.names[0]]}", (Words(text),), key="asked")


def _notes(result: Compared) -> Iterator[Section]:
    if result.notes:
        parts = tuple(Words(f"Note: {note}") for note in result.notes)
        yield Section("", parts, key="notes")


def _headlines(result: Compared) -> Iterator[Section]:
    for measure in result.told:
        about, more = result.about(measure), _finest(result, measure)
        rows = []
        for name, label in _policies(result):
            d, when = result.of(name, measure), how_long(result, name, measure, result.least)
            rows.append(
                (
                    label,
                    level(d.value, about, more),
                    signed(d.difference, about),
                    f"{signed(d.low, about)} to {signed(d.high, about)}",
                    tenths(d.better),
                    "not in run" if when.from_week is None else str(when.from_week),
                    f"{signed(when.peak, about)} in {when.peak_week}",
                )
            )
        parts = (
            Words(_without(result, measure, more)),
            Words(about.definition, weak=True),
            Grid(COLUMNS, tuple(rows)),
        )
        yield Section(about.title, parts, key="headline")


def _finest(result: Compared, measure: str) -> int:
    """Return how many digits more the levels of a table need to agree with its changes."""
    told = (result.of(name, measure) for name, _ in _policies(result))
    about = result.about(measure)
    return max(finer(d.baseline, d.value, d.difference, about) or 0 for d in told)


def _without(result: Compared, measure: str, more: int) -> str:
    """Return the level of the authority as it is."""
    about = result.about(measure)
    values = mean_of_present(result.values[measure][0], axis=1)
    today = result.of(result.names[1], measure).baseline
    text = f"Without the policies: {level(today, about, more)}"
    if not np.isfinite(values).any():
        return f"{text}."
    low, high = (level(float(end), about) for end in np.nanquantile(values, RANGE))
    of = worlds(10, fixed_parameters=result.fixed_parameters)
    return f"{text} ({low} to {high} in 9 of {of})."


def _answer(result: Compared) -> Iterator[Section]:
    said = (
        sentence(
            label, result.of(name, measure), result.about(measure), HEADLINES[measure],
            fixed_parameters=result.fixed_parameters,
        )
        for name, label in _policies(result)
        for measure in result.told
    )  # fmt: skip
    yield Section("In words", (Points(tuple(said)),), key="answer")


def _harms(result: Compared) -> Iterator[Section]:
    lines = (
        f"{label}: {harms_in_a_line(asides(result, name))}" for name, label in _policies(result)
    )
    title = "Harms (change, and 9 in 10 worlds)"
    yield Section(title, (Points(tuple(lines)),), key="harms")


def _besides(result: Compared) -> Iterator[Section]:
    lines = [
        f"{label}: {line}"
        for name, label in _policies(result)
        for line in [*in_lines(asides(result, name)), *only_with(result, name)]
        or ["nothing that is sure and no trifle."]
    ]
    title = "What else changes (8 in 10 worlds agree)"
    yield Section(title, (Points(tuple(lines)),), key="besides")


def _against(result: Compared) -> Iterator[Section]:
    said = [
        f"{result.about(measure).title}: {pair.words(result.labels)}"
        for measure in result.told
        for pair in every_pair(result, measure)
    ]
    if said:
        yield Section("Against each other", (Points(tuple(said)),), key="against")


def _by_form(result: Compared) -> Iterator[Section]:
    if JUDGED not in result.values:
        return
    if lines := block(result.by_form(JUDGED), result.labels):
        title = "By form (change in joint plans, in percentage points)"
        yield Section(title, (Points(tuple(lines)),), key="by_form")


def _how_long(result: Compared) -> Iterator[Section]:
    said = (
        f"{label}, {result.about(measure).title.lower()}: "
        f"{how_long(result, name, measure, result.least)}."
        for name, label in _policies(result)
        for measure in result.told
    )
    yield Section("How long", (Points(tuple(said)),), key="how_long")


def _rests_on(result: Compared) -> Iterator[Section]:
    yield Section("What this rests on", (Points(tuple(lines_of(result))),), key="rests_on")


def _what_if(result: Compared) -> Iterator[Section]:
    """Yield what each policy gains now and under each change: a row each, however many."""
    if not result.what_if:
        return
    about = result.about(JUDGED)
    grids = []
    for name, label in _policies(result):
        found = [row for row in result.what_if if row["scenario"] == name]
        better = result.of(name, JUDGED).better
        lines = [("Now", found[0][JUDGED]["now"], better, found[0]["spent_now"])]
        lines += [
            (row["what_if"], row[JUDGED]["under"], row[JUDGED]["better"], row["spent"])
            for row in found
        ]
        rows = ((w, signed(gain, about), tenths(b), pounds(spent)) for w, gain, b, spent in lines)
        grids.append(Grid((label, "Joint plans", "Better in", "Spent"), tuple(rows)))
    spent_in = Words("Pounds: all that is spent in the run.", weak=True)
    yield Section("What if: joint plans gained", (*grids, spent_in), key="what_if")


def _costs(result: Compared) -> Iterator[Section]:
    """Yield what each policy costs, when it is spent, and what a further joint plan costs."""
    lines = [f"{label}: {_cost(result, name)}" for name, label in _policies(result)]
    parts: tuple[Points | Words, ...] = (Points(tuple(lines)),)
    if result.price_years:
        text = (
            f"Prices of {', '.join(result.price_years)}, most of them judgement: orders of "
            "magnitude. A further joint plan: all that is spent in the run over all plans gained "
            "in it."
        )
        parts = (*parts, Words(text, weak=True))
    yield Section("What it costs", (*parts, *_from_cases(result)), key="costs")


def _from_cases(result: Compared) -> Iterator[Points | Words]:
    """Yield the hours that cases wait for, what they are worth, and that this is no cash."""
    lines: list[str] = []
    prices: dict[str, None] = {}
    for name, label in _policies(result):
        taken = result.hours_from_cases(name)
        if taken.told:
            lines.append(f"{label}: {in_full(taken)}.")
            prices[at_price(taken.price)] = None
    if lines:
        yield Points(tuple(lines))
        text = (
            f"Hours from cases, at {'; or '.join(prices)}: all that workers give to joint work, "
            "learning and supervision, and what priority sets aside, in the last "
            f"{result.window} weeks and told by the year, beyond today's. They are no cash and in "
            "no figure above: people are paid anyway, and cases wait. Where a cost line pays for "
            "the time of those who attend, it is the same time: do not add the two."
        )
        yield Words(text, weak=True)


def _cost(result: Compared, name: str) -> str:
    a_year, once = result.extra_cost(name)
    hours = result.extra_hours(name)
    paid = [f"about {pounds(a_year)} a year"] if a_year else []
    paid += [f"{pounds(once)} once"] if once else []
    paid += [f"{rounded(hours)} hours a year of the staff reached"] if hours else []
    if not paid:
        return "nothing beyond today's costs."
    said = ", and ".join(paid)
    if a_year or once:
        said = f"{said}; {_each(result, name)}"
    if uneven(result.extra_spending(name)):
        said = f"{said}. Spent in {by_year(result.extra_spending(name))}"
    return f"{said}."


def _each(result: Compared, name: str) -> str:
    middle, best, worst = result.cost_per_joint_plan(name)
    if not math.isfinite(middle):
        return "no further joint plans in the median world"
    dearest = pounds(worst) if math.isfinite(worst) else "without limit"
    return (
        f"{pounds(middle)} for each further joint plan ({pounds(best)} to {dearest} in 9 of 10 "
        "worlds)"
    )


def together(result: Compared) -> list[str]:
    """Return that policies share worlds and chance with the baseline; nothing if places differ."""
    alike = not any(remark.kind == "authority" for remark in result.remarks)
    return [TOGETHER] if alike else []


def _reading(result: Compared) -> Iterator[Section]:
    """Yield what the columns mean, and how far to trust them."""
    over = (
        " (parameters fixed: chance alone)."
        if result.fixed_parameters
        else ", which stays however many runs are made."
    )
    lines = [
        *together(result),
        f"Change: median over worlds of the paired difference over the last {result.window} weeks, "
        f"in percentage points. 9 in 10 worlds: its 5 % to 95 % range over worlds{over}",
        "Better in: worlds in which the policy is better. From week: the first in which 8 in 10 "
        "worlds gain at least what How long says. Highest: of the median world, and its week.",
    ]
    kept = result.names[1:] if JUDGED in result.values else ()
    errors = [100 * result.of(name, JUDGED).computing_error for name in kept]
    if errors and all(map(math.isfinite, errors)):
        lines.append(
            "Computing error of the mean change in joint plans: at most "
            f"{max(errors):.1g} points; more worlds make it smaller."
        )
    lines += [
        NO_FORECAST,
        "What makes ranges smaller is figures of your own authority, and asking your own people.",
    ]
    parts = tuple(Words(line, weak=True) for line in lines)
    yield Section("How to read this", parts, key="reading")


def in_short(result: Compared, measure: str) -> list[str]:
    """Return the answer of a comparison in a few sentences.

    The policy that gains most, and how much; the worst of its harms on which worlds agree;
    whether the runs tell it from the others; and whether worlds are too few for any of this.
    """
    labels, policies = result.labels, result.names[1:]
    lead = first_of(result, measure)
    lines = [_gain(result, result.of(lead, measure), several=len(policies) > 1)]
    lines.append(_worst([one for one in asides(result, lead) if one.kind == "harm"]))
    pairs = [against(result, lead, one, measure) for one in policies if one != lead]
    if unlike := [one for one in pairs if not one.told_apart]:
        needed = [one.more_worlds for one in unlike if one.more_worlds is not None]
        how = (
            f"some {max(needed):,} more worlds would be needed"
            if len(needed) == len(unlike)
            else "no number of worlds that could be lived would do"
        )
        others = ", ".join(labels[one.other] for one in unlike)
        lines.append(f"The runs do not tell it from {others}: {how}.")
    if result.worlds < FEW_WORLDS:
        lines.append(
            f"Too few worlds to be sure of any of this: {result.worlds}, and {FEW_WORLDS} are "
            f"needed (--replications {SEEDS_PER_WORLD * FEW_WORLDS})."
        )
    return lines


def first_of(result: Compared, measure: str) -> str:
    """Return the policy that gains most in the median world."""
    sign = -1.0 if result.about(measure).better == "lower" else 1.0

    def gain(name: str) -> float:
        median = sign * result.of(name, measure).difference
        return -math.inf if math.isnan(median) else median

    return max(result.names[1:], key=gain)


def _gain(result: Compared, d: Difference, *, several: bool) -> str:
    about = result.about(d.measure)
    if d.clear:
        told = "Most is gained by " if several else ""
    else:
        told = "None changes it clearly; the first is " if several else "No clear change from "
    share = tenths(d.better)
    ten = worlds(10, fixed_parameters=result.fixed_parameters)
    return (
        f"{told}{result.labels[d.scenario]}: {about.title.lower()} {signed(d.difference, about)} "
        f"({signed(d.low, about)} to {amount(d.high, about)} in 9 of {ten}), better in "
        f"{share if share.endswith('worlds') else f'{share} worlds'}."
    )


def _worst(harms: list[Aside]) -> str:
    """Return the worst harm; they stand worst first."""
    if not harms:
        return "It does no harm on which 8 in 10 worlds agree and that is no trifle."
    more = len(harms) - 1
    others = f" {more} more {'is' if more == 1 else 'are'} told below." if more else ""
    return f"Its worst harm: {harms[0]}.{others}"
