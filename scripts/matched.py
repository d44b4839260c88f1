"""Write docs/matched.md: what policies gain in worlds that look like today, and in all the ranges.

Run: python scripts/matched.py [--worlds 80]
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from lives import AUTHORITY, single_policies, spread, stamp, table, write_page
from scipy.stats import spearmanr

import colsim
from colsim.comparison.comparison import Comparison
from colsim.comparison.forms import HIGH, LOW, Flip
from colsim.core.measures import MEASURES
from colsim.experiments.banks import MATCHED, RANGES, RENEW, matched_worlds
from colsim.reporting.words import tenths
from colsim.scenario import load_scenario

PAGE = Path(__file__).parents[1] / "docs" / "matched.md"
LEAST_WORLDS = 40
MEASURE = "joint_plan_rate"
MOVES, APART = 3, 2.0
"""Places by which a policy must move in the ranking to be named, and standard errors by which its
mean gains must differ."""
AS_WIDE = 0.95
"""Ratio of widths from which ranges count as equally wide."""


def compared(worlds: int, policies: Sequence[str]) -> dict[str, Comparison]:
    """Return the policies in the box and in matched worlds, as many of each.

    Raises:
        SystemExit: there are no worlds matched to the authority with this model.
    """
    if matched_worlds(load_scenario(AUTHORITY)).worlds is None:
        raise SystemExit(f"worlds matched to {AUTHORITY}: found none of this model; run {RENEW}")
    return {
        source: colsim.compare(AUTHORITY, policies, replications=2 * worlds, worlds=source,
                               half_strength=False)
        for source in (RANGES, MATCHED)
    }  # fmt: skip


def gains(found: Comparison) -> np.ndarray:
    """Return gains in percentage points, shape (policies, worlds)."""
    return 100.0 * found.gains(MEASURE)


def ranks(found: Comparison) -> list[int]:
    """Return each policy's place by its mean gain, 1 the best."""
    order = np.argsort(-np.nanmean(gains(found), axis=1), kind="stable")
    return [int(np.flatnonzero(order == k)[0]) + 1 for k in range(len(order))]


def flips(found: Comparison) -> tuple[Flip, ...]:
    """Return pairs of policies whose order turns round with a form."""
    return found.by_form(MEASURE).flips


def in_words(box: Comparison, like: Comparison) -> list[str]:
    """Return what a planner should learn from the difference, in sentences."""
    names = box.names[1:]
    wide, narrow = (np.nanquantile(gains(one), (0.05, 0.95), axis=1) for one in (box, like))
    ratio = float(np.nanmedian((narrow[1] - narrow[0]) / np.maximum(wide[1] - wide[0], 1e-9)))
    before, after = ranks(box), ranks(like)
    rho = float(spearmanr(before, after).statistic) if len(names) > 2 else 1.0
    moved = [
        f"`{n}` from {b} to {a}"
        for n, b, a in zip(names, before, after, strict=True)
        if abs(a - b) >= MOVES and _apart(box, like, names.index(n))
    ]
    clear = {one.drawn_from: [n for n in names if one.of(n, MEASURE).clear] for one in (box, like)}
    lost = [f"`{n}`" for n in clear[RANGES] if n not in clear[MATCHED]]
    won = [f"`{n}`" for n in clear[MATCHED] if n not in clear[RANGES]]
    first = [names[r.index(1)] for r in (before, after)]
    lead = (
        f"`{first[0]}` leads in both"
        if first[0] == first[1]
        else f"`{first[0]}` leads in the box, `{first[1]}` in worlds that look like today"
    )
    width = (
        "about as wide as in the box: what an authority knows of itself says how its world looks, "
        "and next to nothing of what a policy would do in it"
        if ratio >= AS_WIDE
        else f"{ratio:.0%} as wide as in the box, in the median policy: so much does what an "
        "authority knows of itself take away from what is not known"
    )
    lines = [
        f"Ranges in worlds that look like the authority are {width}.",
        f"The ranking is {'much the same' if rho >= 0.9 else 'not the same'} (rank correlation "
        f"{rho:.2f}); {lead}. "
        f"{_list('Places that change by three or more, with another gain', moved)}",
        f"{_list('At least 8 in 10 worlds agree on the direction only in the box', lost)} "
        f"{_list('Only in worlds that look like today', won)}",
    ]
    turned = [len(flips(one)) for one in (box, like)]
    lines += [
        f"Which policy leads by median, by form: {'; '.join(map(leaders, (box, like)))}.",
        f"Pairs of which one is ahead in {HIGH:.0%} of worlds under one value of a form and in "
        f"{LOW:.0%} under another: {turned[0]} in the box, {turned[1]} in worlds that look like "
        "today. A leader can change with a form where no pair turns round so plainly: look at the "
        "columns by form before a choice that is close.",
    ]
    return lines


def leaders(found: Comparison) -> str:
    """Return the forms with which the policy of the largest median gain is another one."""
    where = "the box" if found.drawn_from == RANGES else "worlds that look like today"
    other = [
        f"`{form}` ({', '.join(f'{value}: `{name}`' for value, name in by.items())})"
        for form, by in found.by_form(MEASURE).leaders.items()
        if len(set(by.values())) > 1
    ]
    return f"in {where} another one with {', '.join(other)}" if other else f"in {where} always one"


def _apart(box: Comparison, like: Comparison, k: int) -> bool:
    """Return whether a policy's mean gains differ beyond their computing error."""
    own = [one[k][np.isfinite(one[k])] for one in (gains(box), gains(like))]
    error = sum(one.var(ddof=1) / len(one) for one in own) ** 0.5
    return bool(abs(own[0].mean() - own[1].mean()) > APART * error)


def _list(head: str, names: Sequence[str]) -> str:
    return f"{head}: {', '.join(names) or 'none'}."


def by_form(box: Comparison, like: Comparison) -> str:
    """Return medians of each policy under each value of each form, in both kinds of worlds."""
    found = [one.by_form(MEASURE) for one in (box, like)]
    values = list(dict.fromkeys((m.form, m.value) for one in found for m in one.margins))
    medians = [{(m.form, m.value, m.scenario): m for m in one.margins} for one in found]

    def cell(key: tuple[str, str, str]) -> str:
        both = [one[key].difference if key in one else np.nan for one in medians]
        return ", ".join("too few" if np.isnan(v) else f"{100 * v:+.1f}" for v in both)

    rows = [
        [f"`{name}`", *(cell((form, value, name)) for form, value in values)]
        for name in _ordered(like)
    ]
    heads = [f"{form}: {value}".replace("_", " ") for form, value in values]
    return table(("policy", *heads), rows)


def _ordered(found: Comparison) -> list[str]:
    places = ranks(found)
    return [found.names[1:][places.index(k)] for k in range(1, len(places) + 1)]


def page(worlds: int) -> str:
    """Return the page.

    Raises:
        SystemExit: there are too few worlds, or none that are matched.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    both = compared(worlds, single_policies())
    box, like = both[RANGES], both[MATCHED]
    placed = [dict(zip(one.names[1:], ranks(one), strict=True)) for one in (box, like)]
    rows = []
    for name in _ordered(like):
        k = box.names.index(name) - 1
        cells = []
        for one, places in zip((box, like), placed, strict=True):
            d = one.of(name, MEASURE)
            cells += [spread(one.gains(MEASURE)[k]), tenths(d.better), str(places[name])]
        rows.append([f"`{name}`", *cells])
    head = ("policy", "box", "better in", "place", "like today", "better in", "place")
    return "\n\n".join([
        "# All the ranges, and worlds that look like today",
        f"Written by `scripts/matched.py` from {worlds} worlds of each kind of `{AUTHORITY}`, the "
        f"last {box.window} of {box.weeks} weeks. {stamp()}",
        "The *box* is all that the ranges of the numbers allow. Worlds that *look like today* are "
        "those draws from it whose levels of today come near the authority's "
        "([worlds](worlds.md)); comparisons use them unless told otherwise.",
        "## What to learn from the difference",
        "\n".join(f"- {line}" for line in in_words(box, like)),
        f"## {MEASURES[MEASURE].title}",
        "Change in percentage points: median world, and what holds 9 in 10. Place: by the mean.",
        table(head, rows),
        "## By form",
        "Medians in the box, then in worlds that look like today, in worlds that hold the value.",
        by_form(box, like),
    ]) + "\n"  # fmt: skip


if __name__ == "__main__":
    write_page(PAGE, page, __doc__, worlds=80)
