"""`colsim patterns`: what the model is meant to show, and whether it does."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.crew import Scheduler, Threads, at_work
from colsim.commands.output import AsJson, Out, Replace, deliver
from colsim.reporting.screen import print_table, table_of

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.patterns import PatternResult
    from colsim.patterns.running import PatternReport


def patterns(
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Run this one; can be given again.")
    ] = None,
    worlds: Annotated[
        int | None, typer.Option(help="Plausible worlds for each, if not its own number.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same report.")] = 1,
    workers: Threads = None,
    scheduler: Scheduler = None,
    knock_outs: Annotated[
        bool, typer.Option(help="Run each again without the mechanism that it rests on.")
    ] = True,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Run the patterns that the model is meant to show.

    Each part of a pattern is shown when it holds in at least 9 in 10 plausible worlds, not shown
    when in at most 1 in 10, else unclear. Held-out patterns guided no choice: they are reported
    as they come out. With `--out` writes `patterns.json`, `patterns.csv` and `manifest.json`.

    Examples:

    - `colsim patterns`
    - `colsim patterns --only rich_beats_thin --worlds 10 --no-knock-outs`
    """
    from colsim.patterns import run_patterns
    from colsim.patterns.running import check_names
    from colsim.reporting.folders import claim

    check_names(only or ())
    if out is not None:
        claim(out, "patterns", force=force)

    def said(result: "PatternResult") -> None:
        sys.stderr.write(f"{result.pattern.name}: {result.verdict} ({result.seconds:.0f} s)\n")

    with at_work(workers, scheduler) as hands:
        report = run_patterns(
            only or (),
            worlds=worlds,
            seed=seed,
            workers=hands,
            knock_outs=knock_outs,
            progress=said,
        )

    deliver(report, _print_all, out, force=force, as_json=as_json)


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
