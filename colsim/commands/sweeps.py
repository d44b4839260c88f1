"""`colsim sweep` and `colsim query`."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.crew import check_threads, matched_first, pieces_at_work
from colsim.commands.options import AsJson, FileOut, Force, SharedScheduler, SweepOut, Worlds
from colsim.commands.output import (
    Faults,
    bar,
    print_json,
    print_remarks,
    save_and_show,
    shown_command,
    tell,
)
from colsim.commands.streams import console, print_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from colsim.experiments.sweep import Progress, SweepResult

_SHOWN = 200
"""Rows of a query that are shown; a file or JSON holds all."""
_EVERY = 60.0
"""Seconds between lines of progress where no bar can be drawn."""


def sweep(
    experiment: Annotated[
        str,
        typer.Argument(
            metavar="EXPERIMENT",
            help="TOML file of an experiment, or the manifest.json of a sweep to repeat.",
        ),
    ],
    out: SweepOut = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Threads, or chunks at a time on a cluster; as many as there are processors "
            "unless given."
        ),
    ] = None,
    scheduler: SharedScheduler = None,
    worlds: Worlds = None,
    extend: Annotated[
        bool,
        typer.Option(
            "--extend", help="Add points or replications to the sweep that the folder holds."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run many scenarios in many plausible worlds; what is finished is never lost.

    Called again, it goes on from where it stopped, however it stopped. Ctrl-C finishes what is
    running. A run that fails is a row with its error.

    Examples:

    - `colsim sweep offices.toml`
    - `colsim sweep offices.toml --out out/offices --workers 4`
    - `colsim sweep out/offices/manifest.json --out out/again`
    """
    from colsim.experiments.sweep import SweepInterrupted, load
    from colsim.experiments.sweep import sweep as sweep_all
    from colsim.reporting.folders import require_writable

    path = Path(experiment)
    folder = out or (path.parent if path.suffix.lower() == ".json" else Path("out") / path.stem)
    faults = Faults()
    faults.trying(lambda: check_threads(workers))
    faults.trying(lambda: require_writable(folder))
    # Worlds are matched only if nothing else is wrong.
    first = None if faults.found else partial(matched_first, workers=workers)
    manifest = faults.trying(lambda: load(path, worlds=worlds, first=first, say=tell))
    faults.refuse()
    assert manifest is not None
    interrupted = False
    with pieces_at_work(workers, scheduler) as how, _progress() as advanced:
        try:
            result = sweep_all(
                manifest, out=folder, extend=extend, progress=advanced, say=tell, **how
            )
        except SweepInterrupted as stopped:
            result, interrupted = stopped.result, True
        except KeyboardInterrupt:
            print_error(f"interrupted; go on with: {_again(folder)}")
            sys.stderr.flush()
            # An ordinary end would wait for the threads, which were asked twice to stop.
            os._exit(130)
    if as_json:
        notes = {"notes": manifest.notes}
        print_json(result.to_dict() | notes | {"interrupted": interrupted})
    else:
        print_remarks(() if interrupted else manifest.notes)
        _print_result(result)
    if interrupted:
        print_error(f"interrupted with {result.left:,} runs left; go on with: {_again(folder)}")
        raise typer.Exit(130)


def _again(folder: Path) -> str:
    """Return the command that goes on: with the manifest, or the same if there is none yet."""
    from colsim.reporting.kinds import held

    there = held(folder)
    if there is not None and there.kind == "sweep":
        return shown_command(["sweep", folder / "manifest.json"])
    return shown_command(sys.argv[1:])


def _print_result(result: "SweepResult") -> None:
    lines = [f"{result.points:,} points, {result.runs:,} runs in {result.folder}"]
    if not result.computed:
        lines.append("nothing was left to compute")
    elif result.computed != result.runs:
        lines.append(f"{result.computed:,} of them in this call, {result.seconds:.1f} s")
    else:
        lines.append(f"{result.seconds:.1f} s")
    if result.unbuilt:
        lines.append(f"{result.unbuilt:,} points cannot be built: see error in the table design")
    if result.failures:
        lines.append(f"{result.failures:,} runs failed: see error in the table runs")
    precision = result.to_dict()["precision"]
    if precision is not None:
        how = "is reached" if precision["reached"] else "is not reached"
        lines.append(f"the wanted precision {how} after {precision['replications']:,} replications")
    if result.points > 1:
        lines.append(f"what it found: {shown_command(['results', Path(result.folder)])}")
    sys.stdout.write("\n".join(lines) + "\n")


@contextmanager
def _progress() -> "Iterator[Callable[[Progress], None]]":
    """Show rate, time left and failures on standard error."""
    began = last = time.monotonic()
    first: int | None = None
    templates = ("{task.completed}/{task.total} {task.fields[rate]}", "{task.fields[failures]}")
    with bar("sweeping", *templates, rate="", failures="") as move:

        def advanced(now: "Progress") -> None:
            nonlocal first, last
            first = now.done if first is None else first
            seconds = time.monotonic() - began
            rate = (now.done - first) / seconds if seconds > 0 else 0.0
            failed = f"{now.failures:,} failed" if now.failures else ""
            move(completed=now.done, total=now.total, rate=f"{rate:.0f} runs/s", failures=failed)
            if not sys.stderr.isatty() and time.monotonic() - last >= _EVERY:
                last = time.monotonic()
                left = (now.total - now.done) / rate if rate else float("inf")
                tell(
                    f"{now.done:,} of {now.total:,} runs, {rate:.0f} a second, "
                    f"{left / 60:.0f} min left{', ' + failed if failed else ''}"
                )

        yield advanced


def results(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep.")],
    measure: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Measure to rank by; the joint-plan rate unless given."),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(
            metavar="POUNDS", help="Most that a point may cost in its first year beyond the base."
        ),
    ] = None,
    out: FileOut = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Show what a sweep found: every point against the base, best first, with its cost.

    Points that could not be built are named with the reason.

    Examples:

    - `colsim results out/offices`
    - `colsim results out/offices --measure information_flow --budget 100000`
    - `colsim results out/offices --out offices.xlsx`
    """
    from colsim.answers.sweep_table import sweep_table
    from colsim.reporting.screen import print_result
    from colsim.reporting.sheets import write_frame

    faults = Faults()
    faults.file(out, force=force)
    found = faults.trying(lambda: sweep_table(folder, measure, budget=budget))
    faults.refuse()
    assert found is not None

    save_and_show(
        lambda path: write_frame(found.for_people(), path, force=force), found.to_dict,
        lambda: None if out else print_result(found, console()), out, as_json=as_json,
    )  # fmt: skip


def query(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep.")],
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="A query of the tables design, runs and series.")
    ],
    out: FileOut = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Ask the result of a sweep, finished or still running, in SQL (DuckDB); it only reads.

    Examples:

    - `colsim query out/offices "SELECT * FROM design"`
    - `colsim query out/offices "SELECT label, avg(joint_plan_rate) FROM runs JOIN design USING (point) GROUP BY label"`
    - `colsim query out/offices "SELECT * FROM runs" --out runs.csv`
    """  # noqa: E501
    from colsim.experiments.results import open_results
    from colsim.reporting.sheets import write_frame

    faults = Faults()
    faults.file(out, force=force)
    frame = faults.trying(lambda: open_results(folder).sql(sql))
    faults.refuse()
    assert frame is not None
    columns = list(frame.columns)
    rows = [[_plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]

    save_and_show(
        lambda path: write_frame(frame, path, force=force),
        lambda: {"columns": columns, "rows": rows},
        lambda: None if out else _print_rows(columns, rows), out, as_json=as_json,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Return a cell as JSON knows it; what is not there as None."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    return None if value != value else str(value)


def _print_rows(columns: list[str], rows: list[list[Any]]) -> None:
    from colsim.reporting.screen import print_rows

    shown = [[_shown(value) for value in row] for row in rows[:_SHOWN]]
    print_rows(console(), [str(name) for name in columns], shown)
    if len(rows) > _SHOWN:
        tell(f"{len(rows) - _SHOWN:,} further rows: write them with --out FILE or --json")


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
