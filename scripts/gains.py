"""Write docs/gains.md: what each policy alone is worth, by form, with hours and harms.

The authority is `robinscar`.

Each form is held at each of its values in turn while all else is drawn: margins, balanced, the
same worlds for every value and policy, and the same chance. Mechanisms are then switched off one
by one.

Run: python scripts/gains.py [--worlds 40]
"""

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from colsim.core.engine import simulate
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.parameters import PARAMETERS, draw_world, pack_world
from colsim.experiments.runner import compile_together, seeds_of
from colsim.scenario import load_comparison
from colsim.scenario.compiling import Compiled
from colsim.scenario.costs import cost_of
from colsim.scenario.shipped import kind_of, preset_files

PAGE = Path(__file__).parents[1] / "docs" / "gains.md"
AUTHORITY = "robinscar"
LEAST_WORLDS = 40
"""Fewer say nothing about 9 in 10 worlds: the table is not built."""
LAST = 52
"""Weeks at the end of the run over which measures are taken."""
MEASURED = (
    "joint_plan_rate", "information_flow", "nominal_plan_rate", "assessed_in_time",
    "contacts_in_vain",
)  # fmt: skip
JOINT = MEASURED.index("joint_plan_rate")
OFF: dict[str, tuple[str, dict[str, float]]] = {
    "stories": ("`story_strength` at 0", {"story_strength": 0.0}),
    "trust learning": ("`trust_rate` at 0", {"trust_rate": 0.0}),
    "fear of mental illness": (
        "`contact_fear`, `refer_fear`, `lean_effect` at 0",
        {"contact_fear": 0.0, "refer_fear": 0.0, "lean_effect": 0.0},
    ),
    "image": (
        "`image_asking`, `image_explaining` at 0",
        {"image_asking": 0.0, "image_explaining": 0.0},
    ),
    "wellbeing at work": (
        "`contact_wellbeing`, `impatience` at 0",
        {"contact_wellbeing": 0.0, "impatience": 0.0},
    ),
    "learning about each other": (
        "`knowledge_contact`, `consult_knowledge` at 0",
        {"knowledge_contact": 0.0, "consult_knowledge": 0.0},
    ),
    "orientation learning": (
        "`orientation_contact`, `orientation_joint` at 0",
        {"orientation_contact": 0.0, "orientation_joint": 0.0},
    ),
}
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


def policies() -> list[str]:
    """Return the shipped policies with one lever, by name."""
    names = [name for name in preset_files() if kind_of(name) == "policies"]
    loaded = load_comparison(AUTHORITY, names)[1:]
    return [n for n, one in zip(names, loaded, strict=True) if len(one.scenario.levers) == 1]


def live(compiled: Compiled, values: Mapping[str, float], seed: int) -> list[float]:
    """Return the measures of one life."""
    world = simulate(
        compiled.layout, compiled.levers, pack_world(values, compiled.parameters),
        seed=seed, weeks=compiled.weeks, burn_in=compiled.burn_in,
    )  # fmt: skip
    summed = world.totals[-LAST:].sum(axis=0)
    totals = {name: summed[k] for name, k in TOTAL_INDEX.items()}
    hours = (totals["spent_csw"] + totals["spent_mhsw"]) / (
        totals["filled_csw"] + totals["filled_mhsw"]
    )
    moved = totals["hours_moved"] / (totals["filled_csw"] + totals["filled_mhsw"])
    return [float(MEASURES[name].of(totals)) for name in MEASURED] + [hours, moved]


def lives(
    compiled: Sequence[Compiled], worlds: int, held: Mapping[str, float]
) -> npt.NDArray[np.float64]:
    """Return measures of all policies: shape (policies and today, worlds, measures)."""

    def one(task: tuple[int, int]) -> list[float]:
        k, world = task
        world_seed, seed = seeds_of(1, world)
        return live(compiled[k], {**draw_world(world_seed), **held}, seed)

    tasks = [(k, world) for k in range(len(compiled)) for world in range(worlds)]
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(one, tasks))
    return np.array(found).reshape(len(compiled), worlds, -1)


def points(values: npt.NDArray[np.float64]) -> str:
    """Return a median and a 90 % range in percentage points."""
    low, middle, high = 100.0 * np.nanquantile(values, (0.05, 0.5, 0.95))
    return f"{middle:+.1f} ({low:+.1f} to {high:+.1f})"


def page(worlds: int) -> str:
    """Return the page, from `worlds` worlds for each value of each form.

    Raises:
        SystemExit: there are too few worlds for a range.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    names = policies()
    loaded = load_comparison(AUTHORITY, names)
    compiled = compile_together(loaded)
    drawn = lives(compiled, worlds, {})
    gain = drawn[1:] - drawn[:1]
    lines = [
        "# What each policy alone is worth",
        "",
        f"Written by `scripts/gains.py` from {worlds} plausible worlds of `{AUTHORITY}`, the last "
        f"{LAST} of 156 weeks, each policy at its usual strength and compared with today in the "
        "same worlds with the same chance: median, and in brackets what holds 9 in 10 worlds, in "
        "percentage points. Costs are those of the plan at full strength, in the prices of the "
        "cost lines. Most sizes behind these figures are judgement: see "
        "[assumptions](assumptions.md).",
        "",
        "| policy | joint plans | information flow | nominal plans | in 45 days "
        "| contacts in vain | hours a worker and week | hours taken from other cases "
        "| cost a year |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    order = np.argsort(-np.nanmedian(gain[:, :, JOINT], axis=1))
    for k in order:
        cells = [points(gain[k, :, m]) for m in range(4)]
        vain, hours, moved = (float(np.nanmedian(gain[k, :, m])) for m in (4, 5, 6))
        cost = cost_of(loaded[1 + k].scenario).a_year
        lines.append(
            f"| `{names[k]}` | {' | '.join(cells)} | {vain:+.2f} | {hours:+.2f} | {moved:+.2f} "
            f"| £{cost:,.0f} |"
        )
    lines += [
        "",
        "## By form",
        "",
        "Change in joint plans. A form that a policy does not touch changes nothing there.",
        "",
    ]
    forms = {name: p for name, p in PARAMETERS.items() if p.kind == "form"}
    found = {
        (name, choice.name): lives(compiled, worlds, {name: choice.value})
        for name, form in forms.items()
        for choice in form.choices
    }
    heads = [f"`{name}`: {choice}" for name, choice in found]
    lines += [f"| policy | {' | '.join(heads)} |", "| --- |" + " --- |" * len(heads)]
    for k in order:
        cells = [points(one[1 + k, :, JOINT] - one[0, :, JOINT]) for one in found.values()]
        lines.append(f"| `{names[k]}` | {' | '.join(cells)} |")
    lines += ["", "## Along the strength of stories", ""]
    along = [lives(compiled, worlds, {"story_strength": s}) for s in STRENGTHS]
    lines += [
        "Change in joint plans; the first row is today's level.",
        "",
        f"| policy | {' | '.join(f'{s:g}' for s in STRENGTHS)} |",
        "| --- |" + " --- |" * len(STRENGTHS),
        f"| today | {' | '.join(points(one[0, :, JOINT]) for one in along)} |",
    ]
    for k in order:
        cells = [points(one[1 + k, :, JOINT] - one[0, :, JOINT]) for one in along]
        lines.append(f"| `{names[k]}` | {' | '.join(cells)} |")
    lines += [
        "",
        "## Mechanisms switched off",
        "",
        "Levels without policy, and the gain in joint plans of the three policies that gain most. "
        "A mechanism is switched off by what the second column says; where that moves the level of "
        "today, part of what is seen in a gain is the other level.",
        "",
        "| without | by | joint plans today | flow today "
        f"| {' | '.join(f'`{names[k]}`' for k in order[:3])} |",
        "| --- | --- | --- | --- |" + " --- |" * 3,
    ]
    for what, (how, held) in {"nothing": ("", {}), **OFF}.items():
        one = lives(compiled, worlds, held)
        cells = [points(one[1 + k, :, JOINT] - one[0, :, JOINT]) for k in order[:3]]
        today = [points(one[0, :, m]) for m in (JOINT, 1)]
        lines.append(f"| {what} | {how} | {' | '.join([*today, *cells])} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=LEAST_WORLDS)
    PAGE.write_text(page(parser.parse_args().worlds), encoding="utf-8")


if __name__ == "__main__":
    main()
