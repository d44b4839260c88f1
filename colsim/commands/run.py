"""`colsim run`: one run, to look at."""

from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.options import Authority, Seed, Under, Weeks, Without
from colsim.commands.output import AsJson, Faults, Out, Replace, deliver, print_notes

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.experiments.single import RunResult


def run(
    authority: Authority,
    policies: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[POLICY...]", help="Presets or TOML files that are laid over it, together."
        ),
    ] = None,
    under: Under = None,
    seed: Seed = 1,
    weeks: Weeks = None,
    without: Without = None,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Run an authority once, under policies if any are named, and show its measures.

    With `--out` also writes `measures.json`, `series.csv` (every measure in every week),
    `graph.graphml` (the network of the last week) and `manifest.json`.

    Examples:

    - `colsim run robinscar`
    - `colsim run robinscar co_location --seed 7 --out out/run`
    - `colsim run desktop co_location joint_training --under austerity`
    """
    from colsim.experiments.single import check_seed
    from colsim.experiments.single import run as run_once
    from colsim.reporting.folders import claim
    from colsim.scenario import load_scenario
    from colsim.scenario.size import require_memory

    overrides = None if weeks is None else {"run.weeks": weeks}
    faults = Faults()
    faults.trying(lambda: check_seed(seed))
    loaded = faults.trying(
        lambda: load_scenario(
            authority,
            policies or (),
            under=under or (),
            overrides=overrides,
            without=without or (),
        )
    )
    if loaded is not None:
        faults.trying(lambda: require_memory([loaded]))
    if out is not None:
        faults.trying(lambda: claim(out, "run", force=force))
    faults.refuse()
    assert loaded is not None
    print_notes([loaded], out)
    compile_shown()
    result = run_once(loaded, seed=seed)
    deliver(result, print_run, out, force=force, as_json=as_json)


def print_run(result: "RunResult", console: "Console") -> None:
    """Print the headline measures of one run."""
    from rich.text import Text

    from colsim.core.measures import MEASURES, WINDOW
    from colsim.reporting.screen import print_table, table_of
    from colsim.reporting.words import NO_FORECAST, level

    console.print(Text(f"{result.title}: one run, {result.weeks} weeks, seed {result.seed}"))
    if result.authority:
        console.print(Text(f"In: {result.authority}"))
    for note in result.notes:
        console.print(Text(f"Note: {note}", style="italic"))
    end = min(WINDOW, result.weeks)
    console.print(
        Text(f"End: the last {end} weeks. Before: the {WINDOW} weeks before the policy.\n")
    )
    table = table_of("Measure", ">End", ">Before", "Unit")
    shown_units = {"share": "%", "share per year": "% a year"}
    for group in dict.fromkeys(measure.group for measure in MEASURES.values()):
        table.add_row(Text(group.capitalize(), style="bold"))
        for name, measure in MEASURES.items():
            if measure.group == group:
                table.add_row(
                    Text(f"  {measure.title}"),
                    level(result.values[name], measure).removesuffix(" %"),
                    level(result.before[name], measure).removesuffix(" %"),
                    Text(shown_units.get(measure.unit, measure.unit)),
                )
    print_table(console, table)
    console.print(
        Text(
            "One run is one of many ways that chance and the parameters could go: use "
            "`colsim compare` to decide. " + NO_FORECAST,
            style="dim",
        )
    )
