"""`colsim sensitivity`."""

import math
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.crew import check_threads, matched_first, pieces_at_work
from colsim.commands.options import AsJson, SharedScheduler, SweepOut, Threads
from colsim.commands.output import Faults, save_and_show, shown_command, tell
from colsim.commands.streams import console, going_on

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

    folder = source if source.is_dir() else out or Path("out") / source.stem
    target = folder.with_name(f"{folder.resolve().name}-analysis")
    faults = Faults()
    faults.trying(lambda: check_threads(workers))
    faults.claim(target, "analysis", update=True)
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
        with going_on(shown_command(sys.argv[1:])), pieces_at_work(workers, scheduler) as how:
            sweep_all(manifest, out=folder, say=tell, **how)
    results = open_results(folder)
    found = analyse(results, measure, method=method, point=point)
    box = None
    if gain is not None:
        from colsim.analysis.boxes import discover

        box = discover(results, measure, point=point, gain=gain)

    def document() -> dict[str, Any]:
        whole = found.to_dict() | {"written": str(target)}
        return whole if box is None else whole | {"box": box.to_dict()}

    question = {"method": found.method, "point": point, "gain": gain, "sweep": results.manifest.key}
    save_and_show(
        lambda _: _save(found, box, target, question), document, lambda: _print(found, box), target,
        as_json=as_json,
    )  # fmt: skip


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
    from colsim.reporting.account import Grid, Words
    from colsim.reporting.screen import print_parts

    frame = found.table()
    index, _, second, *_ = (str(name).replace("_", " ") for name in frame.columns[1:])
    rows = frame.to_numpy().tolist()
    grid = Grid(
        ("Input", index, second, "Clear"),
        tuple(
            (str(row[0]), f"{row[1]:.3g}", f"{row[3]:.3g}", "yes" if row[5] else "")
            for row in [*rows[: min(_ROWS, len(rows) - 1)], rows[-1]]
        ),
        worded=(3,),
    )
    said = [found.caption, *([] if box is None else [box.words])]
    print_parts(console(), grid, *map(Words, said))
