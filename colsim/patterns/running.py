"""Run patterns over plausible worlds, with and without the mechanism that each rests on."""

import csv
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from colsim.data import read
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.banks import MATCHED, RANGES, matched_worlds
from colsim.experiments.runner import SEEDS_PER_WORLD, seeds_of, turn_of
from colsim.experiments.tasks import Workers, each
from colsim.experiments.version import model_version
from colsim.experiments.worlds import CalibratedWorlds, world_at
from colsim.machine import require_workers
from colsim.patterns import knowing, policies
from colsim.patterns.lives import KnockOut, PlausibleWorld
from colsim.patterns.pattern import TARGETS, Pattern, PatternResult, Statistic, statistic_of
from colsim.reporting.files import finite, write_json
from colsim.reporting.folders import writing
from colsim.scenario import load_scenario

_MEASURED = {**knowing.MEASURED, **policies.MEASURED}


def _pattern(
    *, each_target: bool = False, knock_out: dict[str, Any] | None = None, **entry: Any
) -> Pattern:
    """Return a pattern of the table `colsim/data/patterns.toml`."""
    if each_target:
        levels = {target.measure: f"tolerance left, {target.source}" for target in TARGETS}
        entry["parts"] = levels | entry["parts"]
    entry["levers"] = tuple(entry.get("levers", ()))
    without = None if knock_out is None else KnockOut(**knock_out)
    return Pattern(**entry, measure=_MEASURED[entry["name"]], knock_out=without)


PATTERNS = {entry["name"]: _pattern(**entry) for entry in read("patterns")["pattern"]}
"""Every pattern by name, in the order of its number."""

BASE = "robinscar"
"""Scenario of today's practice."""
_SEEDS_OF_DEFAULT_WORLD = 120


@dataclass(frozen=True, slots=True)
class PatternReport:
    """Results of all patterns that were run."""

    results: tuple[PatternResult, ...]
    seed: int
    worlds: int | None
    """Worlds asked for; None: each pattern's own number."""
    drawn_from: str = RANGES
    """Where worlds come from: ranges or matched."""

    def to_dict(self) -> dict[str, Any]:
        """Return all results as plain data; values that are not there are null."""
        return {
            "seed": self.seed,
            "seeds_per_world": SEEDS_PER_WORLD,
            "worlds_from": self.drawn_from,
            "model": model_version(),
            "patterns": [_plain(result) for result in self.results],
        }

    def save(self, folder: "str | Path", *, force: bool = False) -> None:
        """Write patterns.json, patterns.csv and manifest.json.

        Args:
            folder: new, empty, or with such a report.
            force: replace a report that the folder holds.

        Raises:
            UserError: the folder cannot be written, or holds something.
        """
        document = self.to_dict()
        rows = [
            {"pattern": one["name"], "held_out": one["held_out"], "label": one["label"], **part}
            for one in document["patterns"]
            for part in one["parts"]
        ]
        about = {"seed": self.seed, "worlds": self.worlds, "worlds_from": self.drawn_from}
        with writing(folder, kind="patterns", about=about, force=force) as staging:
            write_json(staging / "patterns.json", document)
            path = staging / "patterns.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)


def _plain(result: PatternResult) -> dict[str, Any]:
    pattern = result.pattern

    def part(k: int, statistic: Statistic) -> dict[str, Any]:
        plain = asdict(statistic) | {"contradicted": statistic.contradicted}
        if result.knocked_out:
            off = result.knocked_out[k]
            plain |= {
                "knocked_out_median": off.median,
                "knocked_out_share": off.share,
                "knocked_out_verdict": off.verdict,
                "disappears": result.disappears(k),
            }
        return plain

    document = {
        "number": pattern.number,
        "name": pattern.name,
        "statement": pattern.statement,
        "label": pattern.label,
        "held_out": pattern.held_out,
        "verdict": result.verdict,
        "contradicted": result.contradicted,
        "knock_out": None if pattern.knock_out is None else pattern.knock_out.description,
        "parts": [part(k, statistic) for k, statistic in enumerate(result.parts)],
        "figures": [
            {name: getattr(one, name) for name in ("part", "unit", "median", "low", "high")}
            for one in result.figures
        ],
        "seconds": round(result.seconds, 1),
    }
    return dict(finite(document))


def check_names(names: Iterable[str]) -> None:
    """Refuse names that are no pattern's.

    Raises:
        UserError: at least one; it names the nearest known one of each.
    """
    faults = []
    for name in names:
        if name not in PATTERNS:
            said = refusal(repr(name), ", ".join(PATTERNS), nearest(name, PATTERNS))
            faults.append(f"pattern: {said}")
    if faults:
        raise UserError("\n".join(faults))


def run_patterns(
    names: Sequence[str] = (),
    *,
    worlds: int | None = None,
    seed: int = 1,
    workers: Workers = None,
    knock_outs: bool = True,
    base: str = BASE,
    drawn_from: str = RANGES,
    progress: Callable[[PatternResult], None] | None = None,
) -> PatternReport:
    """Run patterns.

    Args:
        names: of `PATTERNS`; all unless given.
        worlds: plausible worlds for each; the pattern's own number unless given.
        seed: names the worlds and the chance; the same seed gives the same report.
        workers: threads; as many as there are processors unless given.
        knock_outs: whether each is run again without its mechanism.
        base: scenario of today's practice.
        drawn_from: where worlds come from: "ranges", or "matched" to how the base looks today.
        progress: called with each result.

    Raises:
        UserError: an unknown name, fewer than 1 world or worker, or no matched worlds of this
            version of the model.
    """
    check_names(names)
    if worlds is not None and worlds < 1:
        raise UserError(f"worlds: found {worlds}; allowed: a whole number from 1 up")
    require_workers(workers)
    source = worlds_of(drawn_from, base)
    results = []
    for name in names or PATTERNS:
        pattern = PATTERNS[name]
        started = time.perf_counter()
        number = worlds or pattern.worlds
        parts, figures = _over_worlds(workers, pattern, number, seed, base, None, source)
        off, _ = (
            _over_worlds(workers, pattern, number, seed, base, pattern.knock_out, source)
            if knock_outs and pattern.knock_out is not None
            else ((), ())
        )
        result = PatternResult(pattern, parts, off, time.perf_counter() - started, figures)
        results.append(result)
        if progress is not None:
            progress(result)
    return PatternReport(tuple(results), seed, worlds, drawn_from)


def world_of(
    seed: int, number: int, base: str, knock_out: KnockOut | None, source: CalibratedWorlds | None
) -> PlausibleWorld:
    """Return a plausible world by number, from a source of worlds or the ranges."""
    runs = [seeds_of(seed, SEEDS_PER_WORLD * number + k) for k in range(SEEDS_PER_WORLD)]
    turn = turn_of(seed, SEEDS_PER_WORLD * number)
    parameters = dict(world_at(runs[0][0], worlds=source, turn=turn))
    return PlausibleWorld(parameters, tuple(run for _, run in runs), knock_out, base)


def worlds_of(drawn_from: str, base: str, *, key: str = "--worlds") -> CalibratedWorlds | None:
    """Return the worlds that patterns are run in; None: draws from the ranges.

    Raises:
        UserError: it is no such source, or there are no matched worlds that can be used.
    """
    if drawn_from == RANGES:
        return None
    if drawn_from != MATCHED:
        said = refusal(
            repr(drawn_from), f"{RANGES}, {MATCHED}", nearest(drawn_from, (RANGES, MATCHED))
        )
        raise UserError(f"{key}: {said}")
    chosen = matched_worlds(load_scenario(base))
    if chosen.worlds is None:
        raise UserError(
            f"{key}: found {MATCHED}, and no worlds matched to {base} that could be used "
            f"({chosen.note}); allowed: {RANGES}, or worlds of this version of the model"
        )
    return chosen.worlds


def _over_worlds(
    workers: Workers,
    pattern: Pattern,
    worlds: int,
    seed: int,
    base: str,
    knock_out: KnockOut | None,
    source: CalibratedWorlds | None = None,
) -> tuple[tuple[Statistic, ...], tuple[Statistic, ...]]:
    """Return a pattern's parts and figures over worlds."""

    def one(world: int) -> dict[str, float]:
        if pattern.default_world:
            seeds = tuple(seeds_of(seed, k)[1] for k in range(_SEEDS_OF_DEFAULT_WORLD))
            parameters: dict[str, float] = {}
            return dict(pattern.measure(PlausibleWorld(parameters, seeds, knock_out, base)))
        return dict(pattern.measure(world_of(seed, world, base, knock_out, source)))

    values = list(each(one, range(1 if pattern.default_world else worlds), workers))

    def over(units: Mapping[str, str]) -> tuple[Statistic, ...]:
        return tuple(
            statistic_of(name, unit, np.array([value[name] for value in values]))
            for name, unit in units.items()
        )

    return over(pattern.parts), over(pattern.figures)
