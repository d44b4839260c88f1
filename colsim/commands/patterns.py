"""`colsim patterns`: what the model is meant to show, and whether it does."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.output import AsJson, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.patterns import PatternResult


def patterns(
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Run this one; can be given again.")
    ] = None,
    worlds: Annotated[
        int | None, typer.Option(help="Plausible worlds for each, if not its own number.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same report.")] = 1,
    workers: Annotated[
        int | None, typer.Option(help="Threads; as many as there are processors unless given.")
    ] = None,
    knock_outs: Annotated[
        bool, typer.Option(help="Run each again without the mechanism that it rests on.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option(help="Folder for patterns.json and patterns.csv.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the patterns that the model is meant to show.

    Each part of a pattern is shown when it holds in at least 9 in 10 plausible worlds, not shown
    when in at most 1 in 10, else unclear. Held-out patterns guided no choice: they are reported
    as they come out.

    Examples:

    - `colsim patterns`
    - `colsim patterns --only rich_beats_thin --worlds 10 --no-knock-outs`
    """
    from colsim.patterns import run_patterns
    from colsim.patterns.running import check_names
    from colsim.reporting.saving import require_writable

    check_names(only or ())
    if out is not None:
        require_writable(out)

    def said(result: "PatternResult") -> None:
        sys.stderr.write(f"{result.pattern.name}: {result.verdict} ({result.seconds:.0f} s)\n")

    compile_shown()
    report = run_patterns(
        only or (),
        worlds=worlds,
        seed=seed,
        workers=workers,
        knock_outs=knock_outs,
        progress=said,
    )
    if out is not None:
        report.save(out)
    if as_json:
        print_json(report.to_dict())
        return
    from rich.console import Console

    console = Console(highlight=False)
    for result in report.results:
        _print(console, result)
    shown = sum(result.verdict == "shown" for result in report.results)
    console.print(
        f"{shown} of {len(report.results)} shown. docs/patterns.md says how each is measured.",
        markup=False,
    )


def _print(console: "Console", result: "PatternResult") -> None:
    from rich.table import Table
    from rich.text import Text

    pattern = result.pattern
    verdict = "contradicted" if result.contradicted else result.verdict
    kind = f"{pattern.label}, held out" if pattern.held_out else pattern.label
    console.print(Text(f"{pattern.number} {pattern.name}: {verdict} ({kind})", style="bold"))
    console.print(Text(pattern.statement))
    table = Table("Part", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("Median", "9 in 10 worlds", "Holds in", "Without"):
        table.add_column(column, justify="right")
    table.add_column("Verdict")
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
    console.print(table)
    if pattern.knock_out is not None and result.knocked_out:
        console.print(Text(f"Without: {pattern.knock_out.description}.", style="dim"))
    console.print()
