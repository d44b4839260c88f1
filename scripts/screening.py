"""Write docs/screening.md: which uncertainties move a headline or a harm, where, and which none.

Many worlds, each a draw of all uncertain parameters and forms, are lived under today's practice and
under packages of policies, with the same chance. Each measure is regressed on the places of all
parameters in their ranges, and of 20 dummies, which nothing reads. What a parameter moves is its
slope: from the low to the high end, on the mean over all others. It counts where it is at least a
point (or the least change that is told of the measure) and clearer than that of any dummy in any
measure and package.

What docs/assumptions.md shows of a parameter alone, in pairs of lives with the same chance, counts
too where it is a point or more.

The last sections, on numbers that are kept all the same and on those that went, come from
scripts/numbers_gone.toml.

Run: python scripts/screening.py [--worlds 1600], or with --text for the last sections alone
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import assumptions
import numpy as np
from lives import (
    AUTHORITY,
    HEADLINES,
    Values,
    burnt_in,
    lived,
    measured,
    over_worlds,
    single_policies,
    stamp,
    sums,
    table,
)

from colsim.core import rng
from colsim.core.measures import MEASURES
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.experiments.runner import compile_together, seeds_of
from colsim.scenario import load_scenario

PAGE = Path(__file__).parents[1] / "docs" / "screening.md"
GONE = Path(__file__).with_name("numbers_gone.toml")
KEPT = "## Kept, though not seen to move any"
WENT = "## Numbers that went"
WEEKS = 104
DUMMIES = 20
BEFORE = {"uncertainty": (223, 258), "form": (0, 5), "input": (0, 6), "constant": (0, 4)}
"""Numbers of each kind in the first edition, and in the second when all its mechanisms stood."""
LEAST_WORLDS = 2 * (len(PARAMETERS) + DUMMIES)
"""Fewer leave nothing to judge chance by."""
PACKAGES = {
    "today": (),
    "spanners": ("boundary_spanners",),
    "integrated": ("integrated_service", "lead_worker", "front_door"),
    "relations": ("co_location", "interface_champions", "joint_training", "shadowing"),
    "rules": ("joint_protocol", "management_priority", "joint_information_system"),
    "practice": (
        "restorative_practice", "reflective_supervision", "authority_ownership",
        "problem_solving_court",
    ),
}  # fmt: skip
"""Packages that together use every lever: today's practice is one of them."""
LEFT_OUT = ("funding_ends", "caseload_cap")
"""Policies without a parameter of their own."""
MEASURED = (*HEADLINES, *(name for name, measure in MEASURES.items() if measure.harm))


def packages() -> dict[str, tuple[str, ...]]:
    """Return the packages; single policies that no package names make up another."""
    named = {name for names in PACKAGES.values() for name in names} | set(LEFT_OUT)
    others = tuple(name for name in single_policies() if name not in named)
    return PACKAGES | ({"others": others} if others else {})


def columns(world_seed: int) -> dict[str, float]:
    """Return the place of each uncertain parameter in its range; of a form, whether it is each."""
    values = draw_world(world_seed)
    found = {}
    for name, p in PARAMETERS.items():
        if p.kind == "form":
            found |= {f"{name}: {c.name}": float(values[name] == c.value) for c in p.choices[1:]}
        elif p.uncertain:
            found[name] = place(world_seed, name)
    return found | {f"dummy {k}": place(world_seed, f"dummy {k}") for k in range(DUMMIES)}


def place(world_seed: int, name: str) -> float:
    """Return the draw by which a world places a parameter in its range."""
    return float(rng.uniform(rng.combine(rng.seed_key(world_seed), rng.name_key(name)), 0, 0))


def lives(worlds: int) -> tuple[list[str], Values, Values]:
    """Return columns, their places (worlds, columns), measures (worlds, packages, measures)."""
    compiled = compile_together([load_scenario(AUTHORITY, names) for names in packages().values()])

    def one(number: int) -> tuple[dict[str, float], list[list[float]]]:
        world_seed, seed = seeds_of(2, 2 * number)
        trunk = burnt_in(compiled[0], draw_world(world_seed), seed)
        found = [measured(sums(lived(trunk, c), WEEKS), MEASURED) for c in compiled]
        return columns(world_seed), found

    found = over_worlds(one, range(worlds))
    names = list(found[0][0])
    places = np.array([[where[name] for name in names] for where, _ in found])
    return names, places, np.array([values for _, values in found])


def said(measure: str, slope: float) -> str:
    """Return a movement in words: of shares in percentage points, of others in their unit."""
    unit = MEASURES[measure].unit
    if unit.startswith("share"):
        return f"{100 * slope:+.1f}"
    return f"{slope:+.2g} {unit}"


class Fit:
    """Regressions on the same places: what does not depend on the measure is worked out once."""

    def __init__(self, places: Values) -> None:
        """Take the places of all worlds, shape (worlds, columns)."""
        self._x = np.column_stack([np.ones(len(places)), places])
        self._inverse = np.linalg.pinv(self._x.T @ self._x)

    def slopes(self, y: Values) -> tuple[Values, Values]:
        """Return what each column moves, and how clear that is in standard errors: (columns,).

        Worlds without a value are left out.
        """
        there = np.isfinite(y)
        whole = bool(there.all())
        x = self._x if whole else self._x[there]
        inverse = self._inverse if whole else np.linalg.pinv(x.T @ x)
        slope = inverse @ (x.T @ y[there])
        rest = y[there] - x @ slope
        error = np.sqrt(np.diag(inverse) * (rest @ rest) / max(1, len(x) - x.shape[1]))
        with np.errstate(divide="ignore", invalid="ignore"):
            return slope[1:], np.where(error[1:] > 0, np.abs(slope[1:]) / error[1:], 0.0)


def alone(name: str, found: dict[str, list[str]]) -> list[tuple[float, str]]:
    """Return movements of a point or more that the page of assumptions shows."""
    sizes = zip(found.get(name, ()), assumptions.COLUMNS, strict=False)
    return [
        (assumptions.size(text), f"{column} {text}")
        for text, column in sizes
        if assumptions.size(text) >= 1.0
    ]


def movements(
    names: Sequence[str], places: Values, values: Values
) -> tuple[dict[str, list[tuple[bool, float, str]]], float, int]:
    """Return what moves by parameter, the clearest dummy, and the number of cells looked at.

    Of each parameter headlines come first, then what moves most.
    """
    cells, clearest, fit = {}, 0.0, Fit(places)
    dummies = [k for k, name in enumerate(names) if name.startswith("dummy")]
    for k, package in enumerate(packages()):
        for m, measure in enumerate(MEASURED):
            y = values[:, k, m]
            if np.isfinite(y).sum() < LEAST_WORLDS or np.nanstd(y) == 0.0:
                continue
            cells[package, measure] = slope, clear = fit.slopes(y)
            clearest = max(clearest, float(clear[dummies].max()))
    moved: dict[str, list[tuple[bool, float, str]]] = {}
    for (package, measure), (slope, clear) in cells.items():
        times = slope / MEASURES[measure].trifle
        for k, name in enumerate(names):
            if abs(times[k]) >= 1.0 and clear[k] > clearest and k not in dummies:
                first = measure in HEADLINES
                text = f"{MEASURES[measure].title}, {package} {said(measure, slope[k])}"
                moved.setdefault(name.partition(":")[0], []).append((first, abs(times[k]), text))
    return {name: sorted(one, reverse=True) for name, one in moved.items()}, clearest, len(cells)


def page(worlds: int) -> str:
    """Return the page.

    Raises:
        SystemExit: there are too few worlds.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    moved, clearest, cells = movements(*lives(worlds))
    shown = assumptions.kept()[0]
    uncertain = [name for name, p in PARAMETERS.items() if p.uncertain]
    by_pair = {n: alone(n, shown) for n in uncertain if n not in moved and alone(n, shown)}
    still = [name for name in uncertain if name not in moved and name not in by_pair]
    kinds = Counter(p.kind for p in PARAMETERS.values())
    rows = []
    for name in uncertain:
        if name in moved:
            rows.append([f"`{name}`", moved[name][0][2], str(len(moved[name]))])
        elif name in by_pair:
            rows.append([f"`{name}`", f"alone: {max(by_pair[name])[1]}", str(len(by_pair[name]))])
    groups: dict[str, list[str]] = {}
    for name in still:
        groups.setdefault(PARAMETERS[name].group, []).append(f"`{name}`")
    used = "; ".join(f"*{k}*: {', '.join(f'`{n}`' for n in v)}" for k, v in packages().items() if v)
    return "\n\n".join([
        "# Which uncertainties matter",
        f"Written by `scripts/screening.py` from {worlds} worlds of `{AUTHORITY}`, the last "
        f"{WEEKS} of 156 weeks. {stamp()}",
        "Each world draws all uncertain parameters and forms, and is lived under today's practice "
        f"and under packages of policies with the same chance ({used}). Each of {len(MEASURED)} "
        "measures, the headlines and all that are harms, is regressed on the places of all "
        f"parameters in their ranges and of {DUMMIES} dummies that nothing reads: {cells} measures "
        "in packages. A movement, from the low end of a range to its high end, counts if it is a "
        "point or more (of measures that are no shares: the least change that is told, "
        "[reference](reference.md)) and clearer, in standard errors, "
        f"than that of any dummy anywhere ({clearest:.1f}). *Alone* means: it did not, and "
        "[assumptions](assumptions.md), in pairs of lives, shows a point or more.",
        "A slope sees no bend and no interaction: what raises a measure in half of the worlds and "
        "lowers it in the other half is not seen. With more worlds, more would be.",
        "## Size of the model",
        table(
            ("kind", "first edition", "second edition at first", "now"),
            [[kind, *map(str, BEFORE[kind]), str(n)] for kind, n in sorted(kinds.items())],
        ),
        f"Of {len(uncertain)} uncertainties and forms {len(moved)} move a headline or a harm, "
        f"{len(by_pair)} more do so alone, and {len(still)} are not seen to move any. The first "
        "edition had 223 parameters, all uncertain, of which 136 moved none of six sensitivities.",
        "## Candidates for deletion",
        "Not seen to move any headline or harm by a point, in any package:",
        "\n".join(f"- {group}: {', '.join(names)}" for group, names in groups.items()) or "None.",
        "## What each of the others moves most",
        table(("parameter", "moves most", "measures and packages"), rows),
        text_alone(),
    ])  # fmt: skip


def text_alone() -> str:
    """Return the sections on numbers kept though they move nothing, and on those that went."""
    listed = tomllib.loads(GONE.read_text(encoding="utf-8"))
    return f"{KEPT}\n\n{kept(listed['kept'])}\n\n{went(listed['gone'])}"


def kept(listed: Sequence[dict[str, Any]]) -> str:
    """Return why numbers stay that move nothing; each is one of the model's."""
    return table(("number", "why it stays"), [[f"`{one['name']}`", one["why"]] for one in listed])


def went(listed: Sequence[dict[str, Any]]) -> str:
    """Return the section on numbers that went."""
    rows = [
        [", ".join(f"`{n}`" for n in one["names"]), one["became"], one["why"]] for one in listed
    ]
    return "\n\n".join([
        WENT,
        f"{sum(len(one['names']) for one in listed)} numbers of the second edition's first count "
        "of 263 gave way, in places to a new one for several:",
        table(("numbers", "in their place", "why"), rows),
    ]) + "\n"  # fmt: skip


def renewed(text: str) -> str:
    """Return the page with its last sections as they should be; figures of runs are kept."""
    figures = text.partition(KEPT)[0].partition(WENT)[0]
    return f"{figures.rstrip()}\n\n{text_alone()}"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=1600)
    parser.add_argument("--text", action="store_true", help="the last sections alone, without runs")
    given = parser.parse_args()
    text = renewed(PAGE.read_text(encoding="utf-8")) if given.text else page(given.worlds)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
