"""`colsim run` and `colsim compare`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.output import (
    AsJson,
    Out,
    Replace,
    console,
    print_json,
    print_notes,
    save_and_show,
)
from colsim.errors import UserError

Seed = Annotated[int, typer.Option(help="Whole number; the same seed gives the same result.")]
Weeks = Annotated[int | None, typer.Option(help="Weeks of policy, if not those of the scenario.")]
Without = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CHANNEL",
        help="Switch a channel off in every lever in use that has it, or LEVER.CHANNEL; can be "
        "given again. `colsim show SCENARIO` lists channels.",
    ),
]


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of a preset, or path of a TOML file.")
    ],
    seed: Seed = 1,
    weeks: Weeks = None,
    without: Without = None,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario once and show its measures.

    With `--out` also writes `measures.json`, `series.csv` (every measure in every week),
    `graph.graphml` (the network of the last week) and `manifest.json`.

    Examples:

    - `colsim run robinscar`
    - `colsim run co_location --seed 7 --out out/run`
    """
    from colsim.experiments.single import check_seed
    from colsim.experiments.single import run as run_once
    from colsim.reporting.folders import claim
    from colsim.scenario import load_scenario
    from colsim.scenario.size import require_memory

    overrides = None if weeks is None else {"run.weeks": weeks}
    faults = _Faults()
    faults.trying(lambda: check_seed(seed))
    loaded = faults.trying(
        lambda: load_scenario(scenario, overrides=overrides, without=without or ())
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

    def show() -> None:
        from colsim.reporting.tables import print_run

        if as_json:
            print_json(result.to_dict())
        else:
            print_run(result, console())

    save_and_show(lambda folder: result.save(folder, force=force), show, out, quiet=as_json)


def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="BASELINE SCENARIO...",
            help="Two or more presets or TOML files; the others are compared with the first.",
        ),
    ],
    replications: Annotated[
        int,
        typer.Option(help="Runs of each scenario: an even number, two in each plausible world."),
    ] = 200,
    seed: Seed = 1,
    weeks: Weeks = None,
    without: Without = None,
    workers: Annotated[
        int | None, typer.Option(help="Threads; as many as there are processors unless given.")
    ] = None,
    fixed_parameters: Annotated[
        bool,
        typer.Option(
            "--fixed-parameters",
            help="Keep all parameters at their defaults: the ranges then show chance alone.",
        ),
    ] = False,
    worlds: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of a calibration: its plausible worlds take the place of draws from the "
            "parameters' ranges.",
        ),
    ] = None,
    out: Out = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Compare policies: by how much, how surely, how soon.

    All scenarios are lived in the same plausible worlds with the same chance. With `--out` also
    writes `comparison.csv`, `comparison.json`, `series.csv`, `chart.png`, `chart.svg` and
    `manifest.json`.

    Examples:

    - `colsim compare robinscar co_location boundary_spanners`
    - `colsim compare robinscar my_policy.toml --replications 400 --out out/mine`
    - `colsim compare robinscar co_location --without corridor`
    - `colsim compare robinscar co_location --worlds out/interviews`
    """
    from colsim.experiments.comparison import check, check_together
    from colsim.experiments.comparison import compare as compare_all
    from colsim.experiments.worlds import FIXED_AND_CALIBRATED, worlds_from
    from colsim.machine import processors
    from colsim.reporting.folders import claim
    from colsim.scenario import load_scenarios
    from colsim.scenario.size import require_memory

    overrides = None if weeks is None else {"run.weeks": weeks}
    faults = _Faults()
    faults.trying(lambda: check(len(scenarios), replications, seed, workers))
    loaded = (
        faults.trying(lambda: load_scenarios(scenarios, overrides=overrides, without=without or ()))
        or ()
    )
    if loaded:
        faults.trying(lambda: check_together(loaded))
        faults.trying(lambda: require_memory(loaded, at_once=2 * (workers or processors())))
    calibrated = None if worlds is None else faults.trying(lambda: worlds_from(worlds))
    if worlds is not None and fixed_parameters:
        faults.found.append(FIXED_AND_CALIBRATED)
    if out is not None:
        faults.trying(lambda: claim(out, "comparison", force=force))
    faults.refuse()
    print_notes(loaded, out)
    compile_shown()
    with _progress(replications) as advanced:
        result = compare_all(
            loaded,
            replications=replications,
            seed=seed,
            workers=workers,
            fixed_parameters=fixed_parameters,
            calibrated=calibrated,
            progress=advanced,
        )

    def show() -> None:
        from colsim.reporting.tables import print_comparison

        if as_json:
            print_json(result.to_dict())
        else:
            print_comparison(result, console())

    save_and_show(lambda folder: result.save(folder, force=force), show, out, quiet=as_json)


class _Faults:
    """Faults of several checks, to be named in one go."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def trying[T](self, check: Callable[[], T]) -> T | None:
        """Return what a check returns; keep its fault and return None if it finds one."""
        try:
            return check()
        except UserError as error:
            self.found.append(str(error))
            return None

    def refuse(self) -> None:
        """Raise what was found, if anything.

        Raises:
            UserError: at least one check found a fault.
        """
        if self.found:
            raise UserError("\n".join(self.found))


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show progress with time left on standard error; give the function that moves it."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("simulating"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)
