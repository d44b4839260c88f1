"""`colsim calibrate`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.crew import SharedScheduler, Threads, check_threads, cluster_or_none, tell
from colsim.commands.output import (
    AsJson,
    Faults,
    SweepOut,
    print_json,
    print_notes,
    save_and_show,
    shown_command,
)
from colsim.commands.streams import console, print_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from colsim.calibration.calibrate import Progress
    from colsim.calibration.results.posterior import Posterior


def calibrate(
    calibration: Annotated[
        str, typer.Argument(metavar="CALIBRATION", help="TOML file of a calibration.")
    ],
    out: SweepOut = None,
    workers: Threads = None,
    scheduler: SharedScheduler = None,
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
    from colsim.calibration.plan.loading import load_calibration
    from colsim.reporting.folders import require_writable

    faults = Faults()
    faults.trying(lambda: check_threads(workers))
    loaded = faults.trying(lambda: load_calibration(calibration))
    if out is not None:
        faults.trying(lambda: require_writable(out))
    faults.refuse()
    assert loaded is not None
    folder = out or Path("out") / loaded.name
    print_notes([loaded.scenario], folder)
    with cluster_or_none(scheduler) as cluster, _progress() as advanced:
        try:
            result = calibrate_all(
                loaded,
                out=folder,
                workers=workers or (cluster.at_a_time if cluster else None),
                executor=cluster.executor if cluster else None,
                progress=advanced,
                say=tell,
            )
        except Interrupted:
            print_error(
                "interrupted; what is finished is kept; go on with: "
                + shown_command(["calibrate", calibration, "--out", folder])
            )
            raise typer.Exit(130) from None

    def show() -> None:
        if as_json:
            print_json(result.to_dict())
        else:
            _print(result)

    save_and_show(lambda _: _save(result), show, folder, quiet=True)


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
    from colsim.reporting.drawing import draw
    from colsim.reporting.files import write_files
    from colsim.reporting.sheets import frame_bytes

    themes = result.themes().drop(
        columns=["prior_counts", "posterior_counts", "by_coder"], errors="ignore"
    )
    tables = {"parameters.csv": result.table(), "themes.csv": themes}
    write_files(
        {result.folder / name: frame_bytes(frame, Path(name)) for name, frame in tables.items()},
        force=True,
    )
    draw(result.folder, {"calibration.png": result.plot})


def _print(result: "Posterior") -> None:
    from colsim.reporting.screen import print_result

    screen = console()
    print_result(result, screen)
    screen.print(f"Themes, parameters, particles and the chart: {result.folder}")
