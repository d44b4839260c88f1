"""`colsim elicit`: ask practitioners, and weigh worlds by what they say."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.matching import Worlds, worlds_asked_for
from colsim.commands.output import (
    AsJson,
    Faults,
    Replace,
    print_json,
    progress_shown,
    renewing,
    save_and_show,
)
from colsim.commands.streams import console
from colsim.commands.wrong_use import Commands
from colsim.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from colsim.elicit import Judged

app = Commands(
    help="Ask your own people: a questionnaire, and worlds weighed by their answers.",
    no_args_is_help=True,
)


@app.command()
def new(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.xlsx", help="Workbook to write.")
    ] = Path("questionnaire.xlsx"),
    force: Annotated[bool, typer.Option(help="Replace a file that is there.")] = False,
) -> None:
    """Write the questionnaire: a workbook for one respondent, to be copied for each.

    It asks for quantities that people can picture (of ten calls, how many are answered ...), each
    as lowest plausible, likely and highest plausible value.

    Examples:

    - `colsim elicit new --out out/questionnaire.xlsx`
    """
    from colsim.elicit import questionnaire
    from colsim.reporting.files import write_files

    if out.suffix.lower() != ".xlsx":
        raise UserError(f"--out: found {out}; allowed: a file whose name ends in .xlsx")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_files({out: questionnaire()}, force=force)
    sys.stderr.write(f"written to {out}\n")


@app.command()
def read(
    authority: Annotated[
        str, typer.Argument(metavar="AUTHORITY", help="Preset, or TOML file with an organisation.")
    ],
    answers: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Questionnaires that were filled in.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the worlds, for --worlds of compare."),
    ] = None,
    worlds: Worlds = None,
    draws: Annotated[int, typer.Option(help="Worlds to weigh, if a bank has not fewer.")] = 600,
    seed: Annotated[int, typer.Option(help="The same seed gives the same worlds.")] = 1,
    workers: Annotated[
        int | None, typer.Option(help="Threads; as many as there are processors unless given.")
    ] = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Check and pool answers, show where the services differ, and weigh worlds by them.

    Answers are pooled with equal weights within a service, and the services with equal weights.
    Each world weighs as much as the pools at what it gives for the very same quantities. Worlds
    that are weighed: those that look like the authority today, unless `--worlds` says others.

    With `--out` writes `posterior.parquet` (the worlds), `answers.csv`, `answers.png` and
    `matched.json`.

    Examples:

    - `colsim elicit read robinscar answers/*.xlsx --out out/judged`
    - `colsim compare robinscar co_location --worlds out/judged`
    """
    from colsim.elicit import read_answers, weigh
    from colsim.elicit.weighing import check_draws
    from colsim.experiments.single import check_seed
    from colsim.reporting.drawing import draw
    from colsim.reporting.folders import claim, require_same_worlds, worlds_in
    from colsim.reporting.replacing import alone
    from colsim.scenario import load_scenario
    from colsim.worlds.matching import BLOCK, require_numbers

    faults = Faults()
    faults.trying(lambda: check_seed(seed))
    faults.trying(lambda: load_scenario(authority))
    faults.trying(lambda: require_numbers(1, BLOCK, workers))
    faults.trying(lambda: check_draws(draws))
    worlds_asked_for(worlds, faults)
    given = faults.trying(lambda: read_answers(answers))
    if out is not None:
        faults.trying(lambda: claim(out, "worlds", force=force))
    faults.refuse()
    assert given is not None
    before = b"" if out is None else worlds_in(out)
    compile_shown()
    with progress_shown() as advanced:
        found = weigh(
            authority, given, worlds=worlds, draws=draws, seed=seed, workers=workers,
            progress=advanced,
        )  # fmt: skip

    def save(folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone(folder.resolve()):
            require_same_worlds(folder, before if folder == out else b"")
            found.save(folder, renewing(sys.argv[1:], out), force=True)
        draw(folder, {"answers.png": found.plot})

    def show() -> None:
        if as_json:
            print_json(found.to_dict() | {"written": None if out is None else str(out)})
        else:
            _print(found, console())

    save_and_show(save, show, out, quiet=as_json)


def _print(found: "Judged", screen: "Console") -> None:
    from rich.text import Text

    from colsim.reporting.screen import print_table, table_of

    for line in (*found.words(), *found.notes):
        screen.print(Text(line))
    screen.print()
    table = table_of("Question", ">People say", ">Agree", ">Worlds", ">Weighed")
    for one in found.said:
        table.add_row(
            Text(one.question),
            _span(one.pool),
            "-" if one.overlap is None else f"{one.overlap:.0%}",
            _span(one.before),
            _span(one.after),
        )
    print_table(screen, table)
    said = (
        "Middle, and in brackets 9 in 10. Agree: overlap of what the two services say. Worlds: "
        "what the model gives for the same quantity, before and after weighing."
    )
    screen.print(Text(said, style="dim"))


def _span(span: tuple[float, float, float]) -> str:
    low, middle, high = span
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"
