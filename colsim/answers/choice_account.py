"""What a choice says, in sentences and rows: worded here, and nowhere else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from colsim.answers.options import Option
from colsim.answers.ranking import Ranking
from colsim.answers.search import not_looked_at
from colsim.answers.verdict import Standing
from colsim.comparison.rests_on import in_lines
from colsim.comparison.taken import at_price, in_full
from colsim.core.measures import Measure
from colsim.reporting.account import Account, Grid, Points, Section, Words
from colsim.reporting.words import NO_FORECAST, amount, exact, signed, tenths, worlds

_SHOWN = 10
"""Sets that are listed; files hold all."""
_WORST = 3
"""Harms of a set that are named, and sets whose hours from cases are told."""

_AS_GOOD = 0.001
"""Share by which two amounts may differ and are still told as one."""

_LONG = 60
"""Characters of a set's name from which on it may be broken between policies."""


def in_short_words(text: str) -> str:
    """Return a text whose long names of sets can be broken over lines.

    >>> in_short_words("co_location+shadowing +2"), in_short_words("a" * 40 + "+" + "b" * 30)[38:45]
    ('co_location+shadowing +2', 'aa + bb')
    """
    return re.sub(
        r"\w+(?:\+[a-z]\w*)+",
        lambda name: name[0].replace("+", " + ") if len(name[0]) > _LONG else name[0],
        text,
    )


def upwards(value: float, measure: Measure) -> float:
    """Return a gain as the change of its measure."""
    return value if measure.better == "higher" else -value


def _gain(value: float, choice: Ranking) -> str:
    return signed(upwards(value, choice.goal), choice.goal)


def ranged(standing: Standing, choice: Ranking) -> str:
    """Return what an option gains: mean, and 9 in 10 worlds."""
    low, high = _ends(standing, choice)
    return f"{_gain(standing.mean, choice)} ({low} to {high})"


def _ends(standing: Standing, choice: Ranking) -> tuple[str, str]:
    low, high = sorted(upwards(one, choice.goal) for one in (standing.low, standing.high))
    return signed(low, choice.goal), signed(high, choice.goal)


def answer(choice: Ranking) -> list[str]:
    """Return the answer in sentences, the first the shortest."""
    verdict, goal = choice.verdict, choice.goal
    lines = [_first(choice), _worst_harm(choice)]
    lines += [one.text for one in choice.final.remarks if one.kind == "few_worlds"]
    lines += not_looked_at(choice.options, choice.pick)
    if not verdict.better_than_today:
        return lines
    several = (verdict.by_mean, verdict.by_worst_form, verdict.by_regret)
    names = [choice.option(k).name for k in several]
    standings = [verdict.standings[k] for k in several]
    lines.append(
        f"By mean: {names[0]}. By the form of the model in which it does least: {names[1]} "
        f"({_gain(standings[1].worst_gain, choice)} in {standings[1].worst_gain_form}). By regret, "
        f"what is lost at most against the best: {names[2]} "
        f"({amount(standings[2].worst_regret, goal)} in {standings[2].worst_regret_form})."
    )
    best = [choice.option(k) for k in choice.best_for_their_cost()]
    if len(best) > 1:
        told = ", ".join(f"{one.name} ({exact(one.dearest)})" for one in best)
        lines.append(f"The most for each amount of money: {told}.")
    return lines


def _first(choice: Ranking) -> str:
    verdict = choice.verdict
    best = choice.option(verdict.by_mean)
    standing = verdict.standings[verdict.by_mean]
    low, high = _ends(standing, choice)
    mean = _gain(standing.mean, choice)
    gain = f"{choice.goal.title} {mean}, from {low} to {high} in 9 of 10 worlds"
    if not verdict.better_than_today:
        return f"None of them is told from doing nothing: the first is {best.name} ({gain})."
    if not verdict.rivals:
        return f"Best: {best.name}. {gain}, for {exact(best.dearest)} in its dearest year."
    close = [choice.option(one.option).name for one in verdict.rivals]
    more = [one.more_worlds for one in verdict.rivals]
    needed = [count for count in more if count is not None]
    alike = sum(count is None for count in more)
    advice = []
    if needed:
        runs = 2 * (choice.final.worlds + max(needed))
        if alike:
            advice.append(f"{max(needed):,} more worlds would tell {len(needed)} of them apart")
        else:
            advice.append(
                f"some {max(needed):,} more worlds would (--replications {runs}), if their "
                "differences stay as they are"
            )
    if alike:
        advice.append(
            "no number of worlds tells "
            + ("them" if alike == len(more) else f"{alike} of them")
            + " apart that could be lived"
        )
    return (
        f"No winner: {best.name} comes first ({gain}), and cannot be told apart from "
        f"{', '.join(close)}; {'; '.join(advice)}."
    )


def _worst_harm(choice: Ranking) -> str:
    """Return what the first of the ranking does worst; harms stand worst first."""
    best = choice.option(choice.verdict.by_mean)
    harms = choice.harms(best)
    if not harms:
        return f"{best.name} does no harm on which 8 in 10 worlds agree and that is no trifle."
    return f"Worst harm of {best.name}: {harms[0]}."


def rests_on_lines(choice: Ranking) -> list[str]:
    """Return what the sets that are named as best rest on: evidence, patterns, what moves them."""
    return in_lines(choice.rests_on(), choice.final.labels)


def account_of(choice: Ranking) -> Account:
    """Return what a choice says.

    Sections by key, in order: asked, answer, ranked, harms, rests_on, left_out (where anything
    was), reading.
    """
    base, prices = choice.options.base, ", ".join(choice.price_years)
    lived = worlds(choice.final.worlds, fixed_parameters=False, origin=choice.final.origin)
    asked = (
        f"At most {choice.pick} of {len(choice.options.policies)} policies, "
        f"{exact(choice.budget)} in any year (prices of {prices}), {choice.years} years ahead; "
        f"judged in {lived}"
    )
    title = f"Which to choose in: {base.scenario.title.rstrip('.')}"
    notes = (Words(f"Note: {note}") for note in _notes(choice))
    sections = [
        Section(title, (Words(asked), *notes), key="asked"),
        Section("", _words(answer(choice)), key="answer"),
        Section("The best sets", (_ranked(choice),), key="ranked"),
        Section("Harms, and hours from cases", (Points(tuple(_harmed(choice))),), key="harms"),
        Section(
            "What this rests on",
            (Points(tuple(map(in_short_words, rests_on_lines(choice)))),),
            key="rests_on",
        ),
    ]
    if left := _words(_left_out(choice)):
        sections.append(Section("Not judged", left, key="left_out"))
    reading = tuple(Words(line, weak=True) for line in _footnotes(choice))
    return Account((*sections, Section("How to read this", reading, key="reading")))


def _words(lines: Iterable[str]) -> tuple[Words, ...]:
    return tuple(Words(in_short_words(line)) for line in lines)


def _notes(choice: Ranking) -> list[str]:
    """Return what is to be known beside it, without the names of scenarios."""
    shown = {
        one.kind: one.text
        for one in choice.final.remarks
        if not one.scenarios and one.kind != "few_worlds"  # which is part of the answer
    }
    return list(dict.fromkeys(shown.values()))


def _ranked(choice: Ranking) -> Grid:
    """Return the sets, best first; a star where nothing gains more for the same money or less."""
    best, goal, rows = choice.best_for_their_cost(), choice.goal, choice.table()
    head = (
        "Policies", goal.title, "Best in", "Regret,\nworst form", "A year,\nfirst year",
    )  # fmt: skip
    found = []
    for k, row in list(zip(choice.verdict.ranking, rows.to_dict("records"), strict=True))[:_SHOWN]:
        standing = choice.verdict.standings[k]
        regrets = (standing.regret, standing.worst_regret)
        found.append(
            (
                f"{row['rank']}{'*' if k in best else ''}. {row['title'].rstrip('.')} "
                f"({row['policies'].replace('+', ' + ')})",
                ranged(standing, choice),
                tenths(standing.best_in),
                ", ".join(amount(one, goal).split()[0] for one in regrets),
                f"{exact(_a_year(choice.option(k)))},\n{exact(row['first_year'])}",
            )
        )
    return Grid(head, tuple(found))


def _harmed(choice: Ranking) -> Iterator[str]:
    """Yield what the sets do worst, the first of them in full, and what hours they take."""
    for place, one in enumerate(choice.ranked[:_SHOWN]):
        taken = choice.final.hours_from_cases(one.name)
        if place < _WORST and taken.told:
            yield in_short_words(f"{one.name}: {in_full(taken)}.")
        harms = () if place else choice.harms(one)
        yield from (in_short_words(f"{one.name}: {aside}.") for aside in harms)
        if not harms:
            yield in_short_words(f"{one.name}: harms: {_harms(one, choice)}.")


def _a_year(option: Option) -> float:
    """Return what a set costs a year, every post filled; as its dearest year where it is as good.

    Posts are never quite filled: some pounds between the two would look like a mistake.
    """
    a_year, dearest = option.cost.a_year, option.dearest
    return dearest if abs(a_year - dearest) < _AS_GOOD * dearest else a_year


def _harms(option: Option, choice: Ranking) -> str:
    """Return the worst harms of a set, in short; files hold all, in full."""
    harms = choice.harms(option)
    told = [_short(one) for one in harms[:_WORST]]
    if len(harms) > _WORST:
        told.append(f"{len(harms) - _WORST} more")
    return "; ".join(told) or "none told"


def _short(aside: Any) -> str:
    return f"{aside.about.title} {signed(aside.difference, aside.about)}"


def _left_out(choice: Ranking) -> list[str]:
    """Return what was not judged, and why."""
    lines = []
    options = choice.options
    broken = [one for k, one in enumerate(choice.finalists) if k not in choice.allowed]
    if broken:
        limits = ", ".join(map(str, choice.limits))
        lines.append(
            f"Beyond a limit of harm ({limits}) in the fresh worlds: "
            f"{', '.join(one.name for one in broken)}."
        )
    for pair, reason in options.excluded:
        lines.append(f"Exclude each other: {pair}: {reason}.")
    if options.too_dear:
        near = sorted(options.too_dear, key=lambda one: one.dearest)[:3]
        told = ", ".join(f"{one.name} {exact(one.dearest)}" for one in near)
        sets = f"{len(options.too_dear)} sets"
        if options.start < choice.pick:
            sets += f" of at most {options.start}"
        lines.append(f"Beyond the budget: {sets}, the nearest {told}.")
    return lines


def _footnotes(choice: Ranking) -> list[str]:
    screened, final = choice.screened, choice.final
    how = (
        "all lived in every world"
        if screened.rounds == 1
        else f"halved in {screened.rounds} rounds"
    )
    within = "are within the budget" if choice.options.whole else "were kept of those looked at"
    return [
        f"{len(choice.options.affordable)} sets {within}; {how} "
        f"({screened.lives * 2:,} runs); {len(choice.finalists)} of them were judged in "
        f"{final.worlds} fresh worlds, which did not choose them.",
        f"Gain: mean change of {choice.goal.title.lower()} over the last {final.window} weeks "
        "against today, with what holds 9 in 10 worlds. Best in: worlds in which no other gains "
        "more. Regret: what the best of each world gains more, in the mean, and in the form of the "
        "model in which it is largest. * nothing gains more for the same money or less.",
        f"Costs beyond today's, in prices of {', '.join(choice.price_years)}, most of them "
        "judgement; a post that is not filled costs nothing. Hours from cases, at "
        f"{at_price(final.costs[0].hour)}, are no cash, and in no cost: workers give them to joint "
        "work, and cases wait. " + NO_FORECAST,
    ]


def choice_document(choice: Ranking) -> dict[str, Any]:
    """Return a choice as plain Python types."""
    from colsim.analysis.paired import plain

    winner = choice.winner
    verdict = choice.verdict
    return {
        "authority": choice.options.base.name,
        "title": choice.options.base.scenario.title,
        "budget": choice.budget,
        "price_years": list(choice.price_years),
        "pick": choice.pick,
        "years": choice.years,
        "goal": choice.goal.name,
        "limits": [asdict(one) for one in choice.limits],
        "policies": list(choice.options.policies),
        "sets": {
            "formed": choice.options.formed,
            "all_looked_at": choice.options.whole,
            "all_up_to": choice.pick if choice.options.whole else choice.options.start,
            "grown": choice.options.grown,
        },
        "seed": choice.seed,
        "worlds": choice.final.worlds,
        "calibrated_worlds": choice.final.calibrated,
        "account": account_of(choice).to_dict(),
        "answer": answer(choice),
        "rests_on": [one.to_dict() for one in choice.rests_on()],
        "rests_on_lines": rests_on_lines(choice),
        "winner": None if winner is None else winner.name,
        "by_mean": choice.option(verdict.by_mean).name,
        "by_worst_form": choice.option(verdict.by_worst_form).name,
        "by_regret": choice.option(verdict.by_regret).name,
        "cannot_be_told_apart": [
            {"policies": choice.option(one.option).name, "more_worlds": one.more_worlds}
            for one in verdict.rivals
        ],
        "better_than_today": verdict.better_than_today,
        "ranked": [
            row
            | {
                "spending": list(option.spending),
                "hours_from_cases": choice.final.hours_from_cases(option.name).to_dict(),
                "harms": [one.to_dict() for one in choice.harms(option)],
            }
            for row, option in zip(plain(choice.table()), choice.ranked, strict=True)
        ],
        "beyond_limits": [
            one.name for k, one in enumerate(choice.finalists) if k not in choice.allowed
        ],
        "screened": plain(choice.screening()),
        "screening": {
            "rounds": choice.screened.rounds,
            "runs": 2 * choice.screened.lives,
        },
        "beyond_budget": [
            {"policies": one.name, "dearest_year": one.dearest} for one in choice.options.too_dear
        ],
        "excluded": [{"policies": pair, "reason": why} for pair, why in choice.options.excluded],
        "notes": [asdict(remark) for remark in choice.final.remarks],
    }
