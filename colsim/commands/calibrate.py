"""`colsim calibrate`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.crew import check_threads, compile_shown, pieces_at_work
from colsim.commands.options import AsJson, SharedScheduler, SweepOut, Threads
from colsim.commands.output import Faults, print_notes, save_and_show, show, shown_command, tell
from colsim.commands.streams import console, print_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from colsim.calibration.calibrate import Progress
    from colsim.calibration.interview import Interviews
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
    from colsim.calibration.calibrate import calibrate as calibrate_all
    from colsim.calibration.inference.evaluation import Interrupted
    from colsim.calibration.plan.loading import load_calibration
    from colsim.reporting.folders import require_writable
    from colsim.reporting.screen import print_result

    faults = Faults()
    faults.trying(lambda: check_threads(workers))
    loaded = faults.trying(lambda: load_calibration(calibration))
    if out is not None:
        faults.trying(lambda: require_writable(out))
    faults.refuse()
    assert loaded is not None
    folder = out or Path("out") / loaded.name
    print_notes([loaded.scenario], folder)
    with pieces_at_work(workers, scheduler) as how, _progress() as advanced:
        try:
            result = calibrate_all(loaded, out=folder, progress=advanced, say=tell, **how)
        except Interrupted:
            print_error(
                "interrupted; what is finished is kept; go on with: "
                + shown_command(["calibrate", calibration, "--out", folder])
            )
            raise typer.Exit(130) from None

    def text() -> None:
        print_result(result, console())
        console().print(f"Themes, parameters, particles and the chart: {result.folder}")

    save_and_show(
        lambda _: _save(result), result.to_dict, text, folder, as_json=as_json, quiet=True
    )


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


def interview(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO",
            help="Name of a preset or path of a TOML file; with --calibration its scenario unless "
            "given.",
        ),
    ] = None,
    csw: Annotated[int, typer.Option(help="Children's social workers to interview.")] = 4,
    mhsw: Annotated[int, typer.Option(help="Mental health social workers to interview.")] = 4,
    week: Annotated[
        int | None,
        typer.Option(help="Weeks of policy before the interviews; the whole run unless given."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The one seed that all chance derives from.")] = 1,
    plausible_world: Annotated[
        bool,
        typer.Option(
            "--plausible-world",
            help="Draw all uncertain parameters by the seed, rather than keep their defaults.",
        ),
    ] = False,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Calibration file whose themes and observables to use; the study's unless given.",
        ),
    ] = None,
    quantities: Annotated[
        bool, typer.Option("--quantities", help="List what practitioners can speak of, and stop.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Interview people of the model: who voices which theme, and from which experience.

    Nobody is quoted: the model knows what somebody remembers, not what they would say.

    Examples:

    - `colsim interview robinscar_as_interviewed`
    - `colsim interview desktop --csw 2 --mhsw 2 --week 52 --seed 7 --json`
    - `colsim interview --quantities`
    """
    if quantities:
        _list_quantities(as_json=as_json)
        return
    from colsim.calibration.interview import interview as hold

    compile_shown()
    result = hold(
        scenario, csw=csw, mhsw=mhsw, week=week, seed=seed, plausible_world=plausible_world,
        calibration=calibration,
    )  # fmt: skip
    show(result.to_dict, lambda: _print(result), as_json=as_json)


def _list_quantities(*, as_json: bool) -> None:
    from colsim.calibration.interviewing.quantities import QUANTITIES
    from colsim.reporting.account import Grid
    from colsim.reporting.screen import print_parts

    keys = ("name", "unit", "services", "low", "high", "meaning")
    listed = QUANTITIES.values()
    rows = tuple((one.name, one.unit, ", ".join(one.services), one.meaning) for one in listed)
    grid = Grid(("Quantity", "Unit", "Who", "Meaning"), rows, worded=(1, 2, 3))
    show(
        lambda: [{key: getattr(one, key) for key in keys} for one in listed],
        lambda: print_parts(console(), grid),
        as_json=as_json,
    )


def _print(result: "Interviews") -> None:
    from colsim.reporting.account import Grid, Part, Words
    from colsim.reporting.screen import print_parts

    count = len(result.people)
    said: list[Part] = [
        Words(
            f"{count} interview{'' if count == 1 else 's'} in {result.scenario}, after "
            f"{result.week} weeks of policy, seed {result.seed}"
        )
    ]
    for person in result.people:
        title = (
            f"{person.person}, {person.service} in team {person.team}, "
            f"{person.tenure / 52:.1f} years in post"
        )
        rows = tuple(
            (f"{one.theme} {one.title}", "yes" if one.voiced else "no", one.said_from)
            for one in person.voices
        )
        head = ("Theme", "Voiced", "What they could speak of")
        said += [Words(""), Grid(head, rows, title, worded=(1, 2))]
    if result.missing:
        said.append(Words("\nNot represented in the model:"))
        said += [Words(f"  {t} of {s}s: {why}") for (t, s), why in result.missing.items()]
    print_parts(console(), *said)
