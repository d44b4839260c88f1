"""Write what the interviews change for the choice of policy, by form, into docs/calibration.md.

Policies are lived in worlds of the ranges and in worlds of one posterior or several, each world
from one burn-in and with the same chance for all policies. Forms are looked at among the worlds
that drew them: a posterior holds the worlds that answered like those interviewed, and with another
form they would have answered otherwise.

Run: colsim calibrate scenarios/calibrations/study.toml --out out/study
     colsim calibrate scenarios/calibrations/study_without.toml --out out/study_without
     python scripts/interviewed_choice.py out/study out/study_without [--worlds 200]
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lives import (
    AUTHORITY,
    HEADLINES,
    Values,
    burnt_in,
    lived,
    measured,
    over_worlds,
    spread,
    stamp,
    sums,
    table,
    world_of,
)

import colsim
from colsim.calibration.results.posterior import Posterior
from colsim.core.parameters import PARAMETERS
from colsim.experiments.runner import compile_together
from colsim.experiments.version import model_version
from colsim.scenario import load_comparison

PAGE = Path(__file__).parents[1] / "docs" / "calibration.md"
BEGIN, END = "<!-- choice: begin -->", "<!-- choice: end -->"
POLICIES = (
    "boundary_spanners", "integrated_service", "caseload_cap", "joint_visits", "known_pairs",
    "co_location", "interface_champions", "restorative_practice", "joint_training",
)  # fmt: skip
FEWEST = 15
"""Worlds below which nothing is said of a form."""


@dataclass(frozen=True)
class Source:
    """Worlds of one kind, and what policies gain in them."""

    name: str
    worlds: Sequence[Mapping[str, float]]
    gains: Values
    """Shape (policies, worlds, headlines)."""

    def share(self, form: str, value: float) -> float:
        """Return how many of the worlds drew a value of a form."""
        return float(np.mean([world[form] == value for world in self.worlds]))

    def best(self, chosen: Values | None = None) -> Values:
        """Return how often each policy gains most joint plans, in all or in chosen worlds."""
        gains = self.gains[:, :, 0] if chosen is None else self.gains[:, chosen, 0]
        return np.bincount(gains.argmax(axis=0), minlength=len(gains)) / gains.shape[1]


def gains_in(worlds: Sequence[Mapping[str, float]]) -> Values:
    """Return what policies gain in worlds: shape (policies, worlds, headlines)."""
    compiled = compile_together(load_comparison(AUTHORITY, list(POLICIES)))

    def one(number: int) -> Values:
        trunk = burnt_in(compiled[0], worlds[number], world_of(number)[1])
        found = np.array([measured(sums(lived(trunk, each)), HEADLINES) for each in compiled])
        return found[1:] - found[0]

    return np.stack(over_worlds(one, range(len(worlds))), axis=1)


def drawn_from(found: Posterior, count: int):
    """Return particles of a posterior, spread evenly over its islands."""
    worlds = found.worlds()
    return [worlds[int(k)] for k in np.linspace(0, len(worlds) - 1, min(count, len(worlds)))]


def section(sources: Sequence[Source], verdicts: Sequence[str], moves: str) -> str:
    """Return the section."""
    heads = [part for one in sources for part in (one.name, "best in")]
    rows = []
    for k, policy in enumerate(POLICIES):
        cells = []
        for one in sources:
            cells += [spread(one.gains[k, :, 0]), f"{one.best()[k]:.0%}"]
        rows.append([f"`{policy}`", *cells])
    forms = []
    for name, parameter in PARAMETERS.items():
        if parameter.kind != "form":
            continue
        for choice in parameter.choices:
            cells = []
            for one in sources:
                chosen = np.array([world[name] == choice.value for world in one.worlds])
                cells.append(f"{chosen.mean():.0%}")
                cells.append(leaders(one, chosen))
            forms.append([f"`{name}`: {choice.name}", *cells])
    sizes = ", ".join(f"{len(one.worlds)} of {one.name}" for one in sources)
    return "\n\n".join([
        "Gain in joint plans, in percentage points: median, and in brackets what holds 9 in 10 "
        "worlds; and in how many worlds the policy gains most of those listed.",
        table(("policy", *heads), rows),
        "By form: how many of the worlds drew it, and which policies gain most there, by median.",
        table(("form", *(part for one in sources for part in (one.name, "first, second, third"))),
              forms),
        "How far parameters moved, in prior standard deviations (bold: moved), and recovery: over "
        "made-up interviews, the correlation of posterior mean and truth.",
        moves,
        f"Worlds: {sizes}; `{AUTHORITY}`, the last 52 of 156 weeks. "
        + " ".join(verdicts) + f" {stamp()}",
    ])  # fmt: skip


def leaders(source: Source, chosen: Values) -> str:
    """Return the three policies that gain most by median in chosen worlds."""
    if chosen.sum() < FEWEST:
        return "–"
    middle = np.median(source.gains[:, chosen, 0], axis=1)
    first = np.argsort(-middle)[:3]
    return ", ".join(f"`{POLICIES[k]}` {100 * middle[k]:+.1f}" for k in first)


def told(posteriors: Sequence[Posterior], names: Sequence[str]) -> str:
    """Return how far each parameter moved, and what made-up interviews can tell of it."""
    tables = [one.table().set_index("parameter") for one in posteriors]
    rows = []
    for parameter in tables[0].index:
        cells = [f"`{parameter}`"]
        for one in tables:
            row = one.loc[parameter]
            shift = f"{row['shift']:+.2f} ± {row['error']:.2f}"
            cells += [f"**{shift}**" if row["moved"] else shift, f"{row['recovery']:+.2f}"]
        rows.append(cells)
    heads = [part for name in names for part in (f"{name}: shift", "recovery")]
    return table(("parameter", *heads), rows)


def main() -> None:
    """Write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--print", action="store_true", help="write nothing")
    chosen = parser.parse_args()
    posteriors = [colsim.open_calibration(folder) for folder in chosen.folders]
    for one in posteriors:
        if one.manifest["model"] != model_version():
            raise SystemExit(f"{one.folder}: found model {one.manifest['model']}; allowed: this")
    kinds = {
        "the ranges": [world_of(k)[0] for k in range(chosen.worlds)],
        **{
            "interviews, flat priors"
            if one.manifest["calibration"]["priors_without_study"]
            else "interviews": drawn_from(one, chosen.worlds)
            for one in posteriors
        },
    }
    sources = [Source(name, worlds, gains_in(worlds)) for name, worlds in kinds.items()]
    verdicts = [
        f"Calibration with {len(one.values)} particles in an authority of the size of "
        f"`{one.manifest['calibration']['organisation'] or AUTHORITY}`: "
        f"p {one.summary['plausibility']:.2f}, skill "
        f"{sum(x['model'] - x['null'] for x in one.summary['skill']):+.1f}."
        for one in posteriors
    ]
    text = section(sources, verdicts, told(posteriors, list(kinds)[1:]))
    if chosen.print:
        print(text)
        return
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text("\n\n".join([before + BEGIN, text, END]) + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    main()
