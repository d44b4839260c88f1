"""`colsim patterns`: what the model is meant to show, and whether it does."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.crew import Scheduler, Threads, at_work
from colsim.commands.output import AsJson, Faults, Out, Replace, deliver
from colsim.errors import UserError, nearest, refusal
from colsim.reporting.screen import print_table, table_of

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.experiments.tasks import Workers
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
    from colsim.reporting.folders import claim

    faults = Faults()
    faults.trying(lambda: check_names(only or ()))
    number, source = faults.trying(lambda: _number_and_source(worlds or ())) or (None, RANGES)
    faults.trying(lambda: worlds_of(source, BASE))
    if out is not None:
        faults.trying(lambda: claim(out, "patterns", force=force))
    if sizes and only:
        faults.found.append("--only: found together with --sizes; allowed: one of the two")
    faults.refuse()
    if sizes:
        with at_work(workers, scheduler) as hands:
            _sizes(number, source, seed, hands, out, force=force, as_json=as_json)
        return

    def said(result: "PatternResult") -> None:
        sys.stderr.write(f"{result.pattern.name}: {result.verdict} ({result.seconds:.0f} s)\n")

    with at_work(workers, scheduler) as hands:
        report = run_patterns(
            only or (),
            worlds=number,
            drawn_from=source,
            seed=seed,
            workers=hands,
            knock_outs=knock_outs,
            progress=said,
        )

    deliver(report, _print_all, out, force=force, as_json=as_json)


def _sizes(
    number: int | None,
    source: str,
    seed: int,
    workers: "Workers",
    out: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Hold the model against published sizes and show what it gives."""
    from colsim.patterns.sizes import SizeFound, run_sizes

    def said(one: SizeFound) -> None:
        sys.stderr.write(f"{one.size.name}: {one.median:.3g}\n")

    report = run_sizes(worlds=number, drawn_from=source, seed=seed, workers=workers, progress=said)
    deliver(report, _print_sizes, out, force=force, as_json=as_json)


def _print_sizes(report: "SizeReport", console: "Console") -> None:
    from rich.text import Text

    from colsim.patterns.sizes import MET, in_lines

    table = table_of("Published size", ">Published", ">Median", ">9 in 10 worlds", ">Off by")
    for one in report.found:
        size = one.size
        table.add_row(
            Text(f"{size.name} ({size.unit})"), f"{size.value:.3g} ± {size.tolerance:.2g}",
            f"{one.median:.3g}", f"{one.low:.2g} to {one.high:.2g}", f"{one.off:+.1f}",
        )  # fmt: skip
    print_table(console, table)
    for line in in_lines(report.to_dict()):
        console.print(Text(line))
    text = f"Off by: in units of the figure's own uncertainty; met up to {MET:g}."
    console.print(Text(text, style="dim"))


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
    from rich.text import Text

    pattern = result.pattern
    verdict = "contradicted" if result.contradicted else result.verdict
    kind = f"{pattern.label}, held out" if pattern.held_out else pattern.label
    console.print(Text(f"{pattern.number} {pattern.name}: {verdict} ({kind})", style="bold"))
    console.print(Text(pattern.statement))
    table = table_of("Part", ">Median", ">9 in 10 worlds", ">Holds in", ">Without", "Verdict")
    for k, part in enumerate(result.parts):
        off = result.knocked_out[k] if result.knocked_out else None
        table.add_row(
            Text(part.part),
            f"{part.median:.3g}",
            f"{part.low:.2g} to {part.high:.2g}",
            f"{part.share:.0%}" if part.worlds > 1 else "",
            "" if off is None else f"{off.median:.2g}",
            part.verdict + ("" if off is None or result.disappears(k) else ", and stays without"),
        )
    print_table(console, table)
    for one in result.figures:
        span = f" ({one.low:.2g} to {one.high:.2g})" if one.worlds > 1 else ""
        console.print(Text(f"{one.part}: {one.median:.3g}{span} {one.unit}"))
    if pattern.knock_out is not None and result.knocked_out:
        console.print(Text(f"Without: {pattern.knock_out.description}.", style="dim"))
    console.print()
