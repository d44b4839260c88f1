"""What makes the study's interviews fit or not: one measurement after the other on the same worlds.

A bank of worlds is drawn from the prior once, with everything that anybody could speak of, and
each measurement is held against it: the logarithm of the evidence (larger is better), the share of
made-up tables as unlikely (p), the score of each theme foretold from the others less that of a null
without any model (skill; above 0 is better than none), the share of tables with rows exchanged
that are as likely, and rows in which everybody voiced it, held and made up.

    python scripts/interviews.py --worlds 200
    python scripts/interviews.py --organisation desktop --worlds 100
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from colsim.calibration.checks.simulation import Bank, evidence_of, made_sets, plausibility
from colsim.calibration.checks.skill import figures_of, null_scores, permuted_sets
from colsim.calibration.inference.likelihood import by_theme, mean_of_products
from colsim.calibration.inference.problem import Prior, world_at
from colsim.calibration.inference.sampler import generator
from colsim.calibration.inference.sittings import (
    Instrument,
    SamplingFrame,
    Voices,
    instrument_of,
    sittings_of,
)
from colsim.calibration.inference.thresholds import settled
from colsim.calibration.interviewing.observables import (
    Cell,
    Measurement,
    corrected_counts,
    study_measurement,
)
from colsim.calibration.interviewing.quantities import QUANTITIES, Staff, read_quantities
from colsim.calibration.interviewing.speaking import states_of
from colsim.calibration.plan.loading import prior_of, voices_of
from colsim.calibration.plan.schema import CALIBRATED
from colsim.calibration.themes.reading import study_themes
from colsim.calibration.themes.table import ThemeTable
from colsim.core.parameters import PARAMETERS
from colsim.experiments.version import model_version
from colsim.scenario.compiling import compile_scenario
from colsim.scenario.loading import load_scenario

ALL = tuple(QUANTITIES)
CORRECTIONS = {
    "T01, T02 are about collaboration as such": ("T01", "T02"),
    "T13 of each other": ("T13",),
    "T19 the image, not the gap": ("T19",),
    "T11, T15, T16 as quoted": ("T11", "T15", "T16"),
    "T18 the MHSWs' own bond": ("T18",),
    "a plural is at least two": ("T03", "T05", "T07", "T08", "T14", "T20"),
}


@dataclass(frozen=True)
class Variant:
    """One way to measure."""

    name: str
    measurement: Measurement
    themes: ThemeTable
    codebook: str = "afterwards"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--organisation", default=None)
    parser.add_argument("--sittings", type=int, default=64)
    parser.add_argument("--without-study", action="store_true", help="wide flat priors instead")
    chosen = parser.parse_args()
    scenario = load_scenario("robinscar_as_interviewed").scenario
    if chosen.organisation:
        other = load_scenario(chosen.organisation).scenario.organisation
        scenario = scenario.model_copy(update={"organisation": other})
    free = [n for n, p in PARAMETERS.items() if p.uncertain and n not in scenario.parameters]
    names = dict.fromkeys((*CALIBRATED, *free))
    priors = tuple(prior_of(name, without_study=chosen.without_study) for name in names)
    print(f"model {model_version()}, {chosen.worlds} worlds x 2 runs")
    print("measurement | rows | evidence | p | skill | exchanged | everybody: held, made up | dead")
    with ThreadPoolExecutor(2) as pool:
        bank = bank_of(scenario, priors, chosen.worlds, pool)
        for variant in variants():
            measured(variant, bank, scenario, priors, chosen.sittings, pool)


def bank_of(scenario, priors: tuple[Prior, ...], worlds: int, pool) -> Bank:
    """Return worlds of the prior, two runs each, with all that anybody could speak of."""
    compiled = compile_scenario(scenario)
    chance = generator(1, 1)
    places = chance.random((worlds, len(priors)))
    seeds = chance.integers(0, 1 << 62, (worlds, 2))

    def one(at: tuple[int, int]) -> SamplingFrame:
        staff = Staff(world_at(priors, compiled, places[at[0]], int(seeds[at])), 0)
        values = read_quantities(staff, ALL)
        return SamplingFrame(values, len(staff.posts[0]), np.ascontiguousarray(staff.origin()))

    frames = list(pool.map(one, [(k, r) for k in range(worlds) for r in range(2)]))
    return Bank(places, seeds, [frames[2 * k : 2 * k + 2] for k in range(worlds)])


def variants() -> list[Variant]:
    """Return the measurements, from the first to the last."""
    own, corrected = study_measurement(), study_measurement(corrected=True)
    themes = study_themes()
    rows = {(row.id, row.service) for row in themes.rows}
    found = [
        Variant("taken at its word", only(own, rows), themes, "beforehand"),
        Variant("as a report", own, themes),
        Variant("all corrections (post hoc)", corrected, study_themes(corrected=True)),
    ]
    for name, ids in CORRECTIONS.items():
        observables = {c: one for c, one in own.observables.items() if c[0] not in ids}
        observables |= {c: one for c, one in corrected.observables.items() if c[0] in ids}
        counts = {c: n for c, n in corrected_counts().items() if c[0] in ids}
        found.append(Variant(f"+ {name}", Measurement(observables), counted(themes, counts)))
    return found


def only(measurement: Measurement, rows: set[Cell]) -> Measurement:
    """Return the observables of rows that the table has."""
    kept = {cell: one for cell, one in measurement.observables.items() if cell in rows}
    return replace(measurement, observables=kept)


def counted(themes: ThemeTable, counts: dict[Cell, int]) -> ThemeTable:
    """Return the table with other numbers of those who voiced a theme at least."""
    rows = [
        replace(row, voiced_min=counts.get((row.id, row.service), row.voiced_min))
        for row in themes.rows
    ]
    return replace(themes, rows=tuple(rows))


def measured(variant: Variant, bank: Bank, scenario, priors, sittings: int, pool) -> None:
    """Print one row."""
    order = [
        (theme, service)
        for theme in variant.themes.titles
        for service in ("CSW", "MHSW")
        if (theme, service) in variant.measurement.observables
    ]
    known = settled(scenario, priors, variant.measurement, order, seed=1, pool=pool)
    cells = tuple(cell for cell in order if cell not in known.dead)
    instrument, voices = laid_out(known.measurement, cells, variant)
    logs = left_out(bank, instrument, voices, sittings, pool)
    whole = float(logs[0])
    null = null_scores(instrument, voices)
    skill = (whole - logs[1:]).sum() - (null[0] - null[1:]).sum()
    made = made_sets(bank, instrument, voices, data_sets=len(bank.seeds), sittings=sittings)
    mixed = permuted_sets(instrument, voices, count=150, seed=1)
    held = states_of(instrument, voices)[None]
    scores = evidence_of(
        bank, instrument, voices, np.concatenate([held, made, mixed]), sittings=sittings, pool=pool
    )
    of_made, of_mixed = scores[1 : len(made) + 1], scores[len(made) + 1 :]
    exchanged = (mean_of_products(of_mixed, 1) >= mean_of_products(scores[0], 0)).mean()
    unanimous = [figures_of(instrument, voices, one)[:, 0].mean() for one in (held, made)]
    dead = " ".join(f"{theme}/{service}" for theme, service in known.dead) or "none"
    print(
        f"{variant.name} | {int(instrument.weight.sum())} | {whole:.1f} | "
        f"{plausibility(scores[0], of_made):.2f} | {skill:+.1f} | {exchanged:.2f} | "
        f"{unanimous[0]:.0f}, {unanimous[1]:.1f} | {dead}",
        flush=True,
    )
    worst = sorted(
        zip((whole - logs[1:]) - (null[0] - null[1:]), themes_of(instrument, voices), strict=True)
    )
    print("  by theme: " + ", ".join(f"{name} {x:+.1f}" for x, name in worst), flush=True)


def themes_of(instrument: Instrument, voices: Voices) -> list[str]:
    """Return the themes that are compared with."""
    used = {cell[0] for cell, w in zip(voices.cells, instrument.weight, strict=True) if w}
    return [theme for theme in voices.themes if theme in used]


def laid_out(
    measurement: Measurement, cells: tuple[Cell, ...], variant: Variant
) -> tuple[Instrument, Voices]:
    """Return instrument and data, over quantities as the bank has them."""
    instrument = instrument_of(measurement, cells)
    columns = [ALL.index(measurement.observables[cell].quantity) for cell in cells]
    instrument = replace(instrument, names=ALL, column=np.array(columns, np.int64))
    return instrument, voices_of(variant.themes, cells, codebook=variant.codebook)


def left_out(bank: Bank, instrument: Instrument, voices: Voices, sittings: int, pool):
    """Return the log evidence of the table, and of the table without each theme."""

    def one(at: tuple[int, int]):
        k, r = at
        drawn = sittings_of(
            bank.frames[k][r], instrument,
            interviewed=voices.interviewed, seed=int(bank.seeds[k, r]), count=sittings,
        )  # fmt: skip
        return by_theme(bank.frames[k][r], drawn, instrument, voices)

    places = [(k, r) for k in range(len(bank.seeds)) for r in range(2)]
    return mean_of_products(np.stack(list(pool.map(one, places))), 0)


if __name__ == "__main__":
    main()
