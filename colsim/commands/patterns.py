"""`colsim patterns`: what the model is meant to show, and whether it does."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.crew import at_work
from colsim.commands.options import AsJson, Out, Replace, Scheduler, Threads
from colsim.commands.output import Faults, deliver, tell
from colsim.errors import UserError, nearest, refusal
from colsim.reporting.account import Grid, Words
from colsim.reporting.screen import print_parts

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.patterns import PatternResult
    from colsim.patterns.running import PatternReport
    from colsim.patterns.sizes import SizeReport


def patterns(
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Run this one; can be given again.")
    ] = None,
    worlds: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER|SOURCE",
            help="Plausible worlds for each, if not its own number; or where they come from: "
            "ranges (the default), or matched (they look like the authority today); can be given "
            "for both.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same report.")] = 1,
    workers: Threads = None,
    scheduler: Scheduler = None,
    knock_outs: Annotated[
        bool, typer.Option(help="Run each again without the mechanism that it rests on.")
    ] = True,
    sizes: Annotated[
        bool,
        typer.Option(
            "--sizes",
            help="Instead hold the model against published sizes that chose nothing in it.",
        ),
    ] = False,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Run the patterns that the model is meant to show.

    Each part of a pattern is shown when it holds in at least 9 in 10 plausible worlds, not shown
    when in at most 1 in 10, else unclear. Held-out patterns guided no choice: they are reported
    as they come out. With `--out` writes `patterns.json`, `patterns.csv` and `manifest.json`; with
    `--sizes` `sizes.json` and `sizes.csv` in place of the first two.

    Examples:

    - `colsim patterns`
    - `colsim patterns --only rich_beats_thin --worlds 10 --no-knock-outs`
    - `colsim patterns --worlds matched --out out/matched`
    - `colsim patterns --sizes --worlds 8`
    """
    from colsim.experiments.banks import RANGES
    from colsim.patterns import run_patterns
    from colsim.patterns.running import BASE, check_names, worlds_of
    from colsim.patterns.sizes import run_sizes

    faults = Faults()
    faults.trying(lambda: check_names(only or ()))
    number, source = faults.trying(lambda: _number_and_source(worlds or ())) or (None, RANGES)
    faults.trying(lambda: worlds_of(source, BASE))
    faults.claim(out, "patterns", force=force)
    if sizes and only:
        faults.found.append("--only: found together with --sizes; allowed: one of the two")
    faults.refuse()
    asked: dict[str, Any] = {"worlds": number, "drawn_from": source, "seed": seed}
    with at_work(workers, scheduler) as hands:
        if sizes:
            sizes_found = run_sizes(
                **asked,
                workers=hands,
                progress=lambda one: tell(f"{one.size.name}: {one.median:.3g}"),
            )
            deliver(sizes_found, _print_sizes, out, force=force, as_json=as_json)
            return
        report = run_patterns(
            only or (), **asked, workers=hands, knock_outs=knock_outs,
            progress=lambda one: tell(f"{one.pattern.name}: {one.verdict} ({one.seconds:.0f} s)"),
        )  # fmt: skip
    deliver(report, _print_all, out, force=force, as_json=as_json)


def _print_sizes(report: "SizeReport", console: "Console") -> None:
    from colsim.patterns.sizes import MET, in_lines

    rows = tuple(
        (
            f"{one.size.name} ({one.size.unit})",
            f"{one.size.value:.3g} ± {one.size.tolerance:.2g}",
            f"{one.median:.3g}", f"{one.low:.2g} to {one.high:.2g}", f"{one.off:+.1f}",
        )
        for one in report.found
    )  # fmt: skip
    said = f"Off by: in units of the figure's own uncertainty; met up to {MET:g}."
    print_parts(
        console, Grid(("Published size", "Published", "Median", "9 in 10 worlds", "Off by"), rows),
        *map(Words, in_lines(report.to_dict())), Words(said, weak=True),
    )  # fmt: skip


def _number_and_source(given: Iterable[str]) -> tuple[int | None, str]:
    """Return how many worlds are asked for, and where they come from.

    Raises:
        UserError: something is neither, or given twice.
    """
    from colsim.experiments.banks import MATCHED, RANGES

    numbers, sources, faults = [], [], []
    for text in given:
        if text in (MATCHED, RANGES):
            sources.append(text)
        elif text.lstrip("-").isdigit():
            numbers.append(int(text))
            if numbers[-1] < 1:
                faults.append(f"--worlds: found {text}; allowed: a whole number from 1 up")
        else:
            near = nearest(text, (MATCHED, RANGES))
            said = refusal(repr(text), f"{MATCHED}, {RANGES}, or a whole number from 1 up", near)
            faults.append(f"--worlds: {said}")
    if len(numbers) > 1 or len(sources) > 1:
        allowed = "one number, and one source"
        faults.append(f"--worlds: found {', '.join(given)}; allowed: {allowed}")
    if faults:
        raise UserError("\n".join(faults))
    return numbers[0] if numbers else None, sources[0] if sources else RANGES


def _print_all(report: "PatternReport", console: "Console") -> None:
    for result in report.results:
        _print(result, console)
    shown = sum(result.verdict == "shown" for result in report.results)
    console.print(
        f"{shown} of {len(report.results)} shown. docs/patterns.md says how each is measured."
    )


def _print(result: "PatternResult", console: "Console") -> None:
    pattern = result.pattern
    verdict = "contradicted" if result.contradicted else result.verdict
    kind = f"{pattern.label}, held out" if pattern.held_out else pattern.label
    rows = []
    for k, part in enumerate(result.parts):
        off = result.knocked_out[k] if result.knocked_out else None
        rows.append(
            (
                part.part,
                f"{part.median:.3g}",
                f"{part.low:.2g} to {part.high:.2g}",
                f"{part.share:.0%}" if part.worlds > 1 else "",
                "" if off is None else f"{off.median:.2g}",
                part.verdict
                + ("" if off is None or result.disappears(k) else ", and stays without"),
            )
        )
    head = ("Part", "Median", "9 in 10 worlds", "Holds in", "Without", "Verdict")
    said = []
    for one in result.figures:
        span = f" ({one.low:.2g} to {one.high:.2g})" if one.worlds > 1 else ""
        said.append(Words(f"{one.part}: {one.median:.3g}{span} {one.unit}"))
    if pattern.knock_out is not None and result.knocked_out:
        said.append(Words(f"Without: {pattern.knock_out.description}.", weak=True))
    print_parts(
        console, Words(f"{pattern.number} {pattern.name}: {verdict} ({kind})", strong=True),
        Words(pattern.statement), Grid(head, tuple(rows), worded=(5,)), *said, Words(""),
    )  # fmt: skip
