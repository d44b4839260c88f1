"""`colsim sensitivity`."""

import math
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.crew import SharedScheduler, Threads, check_threads, cluster_or_none, tell
from colsim.commands.interrupted import going_on
from colsim.commands.matching import matched_first
from colsim.commands.output import (
    AsJson,
    Faults,
    SweepOut,
    print_json,
    save_and_show,
    shown_command,
)
from colsim.commands.streams import console

if TYPE_CHECKING:
    from colsim.analysis.boxes import Box
    from colsim.analysis.sensitivity import Sensitivity

_ROWS = 15


def sensitivity(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="EXPERIMENT",
            help="Experiment file, which is swept first (or gone on with), or the folder of a "
            "sweep.",
        ),
    ],
    measure: Annotated[
        str | None, typer.Option(help="Measure; joint_plan_rate unless given.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            help="morris or sobol, which need a design of the kind morris or saltelli, or pawn, "
            "which takes any sweep; by the design unless given."
        ),
    ] = None,
    point: Annotated[
        str | None, typer.Option(help="Label of the one point to look at; pawn and boxes only.")
    ] = None,
    gain: Annotated[
        float | None,
        typer.Option(
            help="Also look for a box of inputs in which the gain is not above this, in the "
            "measure's unit; 0 for no gain."
        ),
    ] = None,
    out: SweepOut = None,
    workers: Threads = None,
    scheduler: SharedScheduler = None,
    as_json: AsJson = False,
) -> None:
    """Say which inputs drive a measure, and where there is no gain.

    Writes `sensitivity-MEASURE.csv` and `.png` (and `box-MEASURE` with `--gain`) to a folder
    beside the sweep's, whose name ends in `-analysis`.

    Examples:

    - `colsim sensitivity screening.toml`
    - `colsim sensitivity out/offices --measure information_flow --method pawn`
    - `colsim sensitivity out/offices --point "co_location=5, joint_training=2" --gain 0.02`
    """
    from colsim.analysis.sensitivity import method_for
    from colsim.analysis.sensitivity import sensitivity as analyse
    from colsim.experiments.manifest import NAME, read_manifest
    from colsim.experiments.results import open_results
    from colsim.experiments.sweep import load
    from colsim.experiments.sweep import sweep as sweep_all
    from colsim.reporting.folders import claim

    folder = source if source.is_dir() else out or Path("out") / source.stem
    target = folder.with_name(f"{folder.resolve().name}-analysis")
    faults = Faults()
    faults.trying(lambda: check_threads(workers))
    faults.trying(lambda: claim(target, "analysis", update=True))
    if gain is not None and not math.isfinite(gain):
        faults.found.append(f"--gain: found {gain}; allowed: a number, in the measure's unit")
    if source.is_dir() and out is not None:
        faults.found.append(
            "--out: found with the folder of a sweep; allowed: with an experiment file"
        )
    # Worlds are matched only if nothing else is wrong.
    first = None if faults.found else partial(matched_first, workers=workers)
    manifest = faults.trying(
        lambda: (
            read_manifest(source / NAME) if source.is_dir() else load(source, first=first, say=tell)
        )
    )
    if manifest is not None:
        asked = manifest.experiment
        faults.trying(lambda: method_for(asked, measure, method=method, point=point))
    faults.refuse()
    assert manifest is not None
    if not source.is_dir():
        command = shown_command(sys.argv[1:])
        with going_on(command), cluster_or_none(scheduler) as cluster:
            sweep_all(
                manifest,
                out=folder,
                workers=workers or (cluster.at_a_time if cluster else None),
                executor=cluster.executor if cluster else None,
                say=tell,
            )
    results = open_results(folder)
    found = analyse(results, measure, method=method, point=point)
    box = None
    if gain is not None:
        from colsim.analysis.boxes import discover

        box = discover(results, measure, point=point, gain=gain)

    def show() -> None:
        if as_json:
            document = found.to_dict() | {"written": str(target)}
            print_json(document if box is None else document | {"box": box.to_dict()})
        else:
            _print(found, box)

    question = {"method": found.method, "point": point, "gain": gain, "sweep": results.manifest.key}
    save_and_show(lambda _: _save(found, box, target, question), show, target, quiet=as_json)


def _save(found: "Sensitivity", box: "Box | None", target: Path, question: dict[str, Any]) -> None:
    """Write tables, then charts; analyses of other measures that the folder holds stay."""
    from colsim.reporting.drawing import draw
    from colsim.reporting.folders import writing
    from colsim.reporting.sheets import frame_bytes

    name = found.measure.name
    parts: dict[str, Sensitivity | Box] = {f"sensitivity-{name}": found}
    if box is not None:
        parts[f"box-{name}"] = box
    about = {"analyses": dict.fromkeys(parts, question)}
    charts = {f"{stem}.png": one.plot for stem, one in parts.items()}
    with writing(target, kind="analysis", about=about, pictures=charts, update=True) as staging:
        for stem, one in parts.items():
            path = staging / f"{stem}.csv"
            path.write_bytes(frame_bytes(one.table(), path))
    draw(target, charts)


def _print(found: "Sensitivity", box: "Box | None") -> None:
    from colsim.reporting.screen import print_table, table_of

    screen = console()
    frame = found.table()
    names = list(frame.columns[1:5])
    heads = (f">{name.replace('_', ' ')}" for name in (names[0], names[2]))
    table = table_of("Input", *heads, "Clear")
    rows = frame.to_numpy().tolist()
    for values in [*rows[: min(_ROWS, len(rows) - 1)], rows[-1]]:
        table.add_row(
            str(values[0]), f"{values[1]:.3g}", f"{values[3]:.3g}", "yes" if values[5] else ""
        )
    print_table(screen, table)
    screen.print(found.caption)
    if box is not None:
        screen.print(box.words)
