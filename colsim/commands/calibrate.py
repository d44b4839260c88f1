"""`colsim calibrate`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.output import AsJson, print_error, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from colsim.calibration.calibrate import Progress
    from colsim.calibration.posterior import Posterior


def calibrate(
    calibration: Annotated[
        str, typer.Argument(metavar="CALIBRATION", help="TOML file of a calibration.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the result; out/NAME of the file unless given."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="Threads; as many as there are processors unless given."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Run on the Dask cluster with this scheduler; its workers must see the result "
            "folder under the same path.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find plausible parameters given interview themes, and say what the themes cannot tell.

    Called again, it goes on from where it stopped. Ctrl-C finishes what is running.

    Examples:

    - `colsim calibrate interviews.toml`
    - `colsim calibrate interviews.toml --out out/interviews --json`
    - `colsim compare robinscar co_location --worlds out/interviews`
    """
    from colsim.calibration.calibrate import Interrupted
    from colsim.calibration.calibrate import calibrate as calibrate_all
    from colsim.calibration.plan import load_calibration
    from colsim.commands.sweeps import _cluster, _tell

    loaded = load_calibration(calibration)
    folder = out or Path("out") / loaded.name
    if scheduler is None:
        compile_shown()
    with _cluster(scheduler) as cluster, _progress() as advanced:
        try:
            result = calibrate_all(
                loaded,
                out=folder,
                workers=workers or (cluster.threads if cluster else None),
                executor=cluster.executor if cluster else None,
                progress=advanced,
                say=_tell,
            )
        except Interrupted:
            print_error(
                "interrupted; what is finished is kept; go on with: "
                f"colsim calibrate {calibration} --out {folder}"
            )
            raise typer.Exit(130) from None
    _save(result)
    if as_json:
        print_json(result.to_dict())
    else:
        _print(result)


@contextmanager
def _progress() -> Iterator["Callable[[Progress], None]"]:
    """Draw how far it is, on a terminal; elsewhere messages say it."""
    began = time.perf_counter()
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("prior") as status:

        def draw(now: "Progress") -> None:
            rate = now.runs / max(time.perf_counter() - began, 1e-9)
            status.update(
                f"{now.stage}: {now.power:.0%} of the likelihood taken in, {now.runs:,} runs, "
                f"{rate:.0f} a second"
            )

        yield draw


def _save(result: "Posterior") -> None:
    """Write what people read beside what programs read."""
    from colsim.experiments.results import write_frame
    from colsim.reporting.saving import writing

    write_frame(result.table(), result.folder / "parameters.csv")
    themes = result.themes().drop(columns=["prior_counts", "posterior_counts"])
    write_frame(themes, result.folder / "themes.csv")
    with writing(result.folder) as staging:
        result.plot().savefig(staging / "calibration.png", dpi=130)


def _print(result: "Posterior") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=result.manifest["calibration"]["title"], title_justify="left")
    for name in ("Parameter", "Prior", "Posterior, 9 in 10", "Median", "Shift", "Moved"):
        table.add_column(name, justify="left" if name == "Parameter" else "right")
    for row in result.table().itertuples():
        table.add_row(
            str(row.parameter),
            f"{row.prior_low:.3g} to {row.prior_high:.3g}",
            f"{row.low:.3g} to {row.high:.3g}",
            f"{row.median:.3g}",
            f"{row.shift:+.1f}",
            "yes" if row.identified else "no",
        )
    console.print(table)
    for sentence in result.words():
        console.print(sentence, markup=False, highlight=False)
    console.print(
        f"Themes, parameters, particles and the chart: {result.folder}", markup=False,
        highlight=False,
    )  # fmt: skip
