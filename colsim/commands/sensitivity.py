"""`colsim sensitivity`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.output import AsJson, print_json
from colsim.errors import UserError

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
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the sweep; out/NAME of the experiment unless given."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Threads; as many as there are processors unless given.")
    ] = None,
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
    from colsim.analysis.sensitivity import sensitivity as analyse
    from colsim.experiments.results import open_results, write_frame
    from colsim.reporting.saving import writing

    folder = source
    if not source.is_dir():
        from colsim.commands.sweeps import _tell
        from colsim.experiments.sweep import load
        from colsim.experiments.sweep import sweep as sweep_all

        manifest = load(source, say=_tell)
        folder = out or Path("out") / source.stem
        compile_shown()
        sweep_all(manifest, out=folder, workers=workers, say=_tell)
    elif out is not None:
        raise UserError("--out: found with the folder of a sweep; allowed: with an experiment file")
    results = open_results(folder)
    found = analyse(results, measure, method=method, point=point)
    box = None
    if gain is not None:
        from colsim.analysis.boxes import discover

        box = discover(results, measure, point=point, gain=gain)
    target = folder.parent / f"{folder.name}-analysis"
    with writing(target) as staging:
        found.plot().savefig(staging / f"sensitivity-{found.measure.name}.png", dpi=130)
        if box is not None:
            box.plot().savefig(staging / f"box-{found.measure.name}.png", dpi=130)
    write_frame(found.table(), target / f"sensitivity-{found.measure.name}.csv")
    if box is not None:
        write_frame(box.table(), target / f"box-{found.measure.name}.csv")
    if as_json:
        document = found.to_dict() | {"written": str(target)}
        print_json(document if box is None else document | {"box": box.to_dict()})
        return
    _print(found, box, target)


def _print(found: "Sensitivity", box: "Box | None", target: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    frame = found.table()
    names = list(frame.columns[1:5])
    table = Table("Input", *(name.replace("_", " ") for name in (names[0], names[2])), "Clear")
    rows = frame.to_numpy().tolist()
    for values in [*rows[: min(_ROWS, len(rows) - 1)], rows[-1]]:
        table.add_row(
            str(values[0]), f"{values[1]:.3g}", f"{values[3]:.3g}", "yes" if values[5] else ""
        )
    console.print(table)
    console.print(found.caption, markup=False)
    if box is not None:
        console.print(box.words, markup=False)
    console.print(f"written to {target}", markup=False)
