"""`colsim worlds`: match worlds to an authority, and matching on the way to a comparison."""

import sys
import tomllib
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.crew import at_work, compile_shown, matching_progress, worlds_asked_for
from colsim.commands.options import AsJson, Replace, Scheduler, Threads, Worlds
from colsim.commands.output import (
    Faults,
    progress_shown,
    renewing,
    save_and_show,
    shown_command,
)
from colsim.commands.streams import console, going_on
from colsim.commands.wrong_use import Commands
from colsim.errors import UserError
from colsim.reporting.account import Grid, Words
from colsim.reporting.screen import print_parts

if TYPE_CHECKING:
    from colsim.elicit import Judged
    from colsim.scenario import LoadedScenario
    from colsim.worlds.matched import Matched


def worlds(
    authority: Annotated[
        str,
        typer.Argument(metavar="AUTHORITY", help="Preset, or TOML file with an organisation."),
    ],
    levels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="TOML file whose table [levels] has the authority's own figures, such as "
            "turnover_csw = 0.19; they win over those of the authority's file.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the worlds, for --worlds of compare and sweep; one that is not "
            "finished is gone on with. Unless given they are kept where compare finds them.",
        ),
    ] = None,
    draws_from: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Draw from these worlds, of a calibration or a survey, in place of the ranges: "
            "what is left fits both.",
        ),
    ] = None,
    keep: Annotated[int, typer.Option(help="Worlds to keep.")] = 200,
    draws: Annotated[
        int, typer.Option(help="Draws to live at most before the nearest are moved in waves.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same worlds.")] = 1,
    workers: Threads = None,
    scheduler: Scheduler = None,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Find worlds that look like an authority today.

    Draws of all that is uncertain are lived without policies. One is ruled out where a level lies
    three standard deviations or more from its figure: what is not known about the figure, what the
    model may be off, and chance are in them. Figures are the authority's own where its file (or
    `--levels`) has a table [levels], else England's.

    Writes `posterior.parquet` (the worlds), `levels.csv`, `moved.csv`, `levels.png` and
    `matched.json`.

    Examples:

    - `colsim worlds robinscar --out out/today`
    - `colsim worlds ours.toml --levels figures.toml --out out/ours`
    - `colsim compare ours.toml co_location --worlds out/ours`
    """
    from colsim.experiments.banks import SUMMARY, kept_folder, place_key
    from colsim.experiments.single import check_seed
    from colsim.experiments.store import LOCK, locked
    from colsim.experiments.worlds import worlds_from
    from colsim.reporting.drawing import draw
    from colsim.reporting.folders import require_same_worlds, worlds_in
    from colsim.scenario.levels import levels_of
    from colsim.worlds.match import match
    from colsim.worlds.matching import require_numbers

    faults = Faults()
    faults.trying(lambda: require_numbers(keep, draws, workers))
    faults.trying(lambda: check_seed(seed))
    loaded = faults.trying(lambda: _loaded(authority, levels))
    source = None
    if draws_from is not None:
        source = faults.trying(lambda: worlds_from(draws_from, key="--from"))
    faults.claim(out, "worlds", force=force, ours=("draws", LOCK))
    faults.refuse()
    assert loaded is not None
    place = place_key(loaded.scenario, levels_of(loaded.scenario), source.digest if source else "")
    folder = out or kept_folder(place)
    if folder is None:
        raise UserError("--out: found none, and no place to keep worlds in; allowed: a folder")
    before = worlds_in(folder)
    with (
        going_on(shown_command(sys.argv[1:])),
        at_work(workers, scheduler) as hands,
        locked(folder),
        matching_progress(keep) as advanced,
    ):
        require_same_worlds(folder, before)
        found = match(
            loaded, wanted=keep, most=draws, seed=seed, folder=folder, draws_from=source,
            workers=hands, progress=advanced,
        )  # fmt: skip
        found.save(folder, renewing(sys.argv[1:], out), force=True)
    draw(folder, {"levels.png": found.plot})

    save_and_show(
        lambda _: None, lambda: found.to_dict() | {"written": str(folder)},
        lambda: _print_matched(found), folder if (folder / SUMMARY).exists() else None,
        as_json=as_json,
    )  # fmt: skip
    if not found.to_dict()["enough"]:
        raise typer.Exit(1)


def _loaded(authority: str, levels: Path | None) -> "LoadedScenario":
    """Return an authority, with the figures of a file if one is given.

    Raises:
        UserError: one of them cannot be read, or does not hold; the message names its file.
    """
    from colsim.scenario import load_scenario

    try:
        return load_scenario(authority, overrides=_own_levels(levels))
    except UserError as error:
        if levels is None:
            raise
        # It names the file of figures where it would name the command line.
        named = str(error).replace("command line: levels", f"{levels}: levels")
        raise UserError(named) from error


def _own_levels(path: Path | None) -> dict[str, object] | None:
    """Return the figures of a file as overrides.

    Raises:
        UserError: it cannot be read, or holds something else.
    """
    if path is None:
        return None
    allowed = "a TOML file with a table [levels], such as turnover_csw = 0.19"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UserError(f"--levels: found {path}, which cannot be read ({said})") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: found no TOML ({error}); allowed: {allowed}") from error
    others = sorted(set(data) - {"levels"})
    table = data.get("levels")
    if others or not isinstance(table, dict) or not table:
        found = f"the keys {', '.join(others)}" if others else "no table [levels] with a figure"
        raise UserError(f"{path}: found {found}; allowed: {allowed}")
    return {f"levels.{name}": value for name, value in table.items()}


def _print_matched(found: "Matched") -> None:
    rows = tuple(
        (
            f"{row['title']}{' (own)' if row['own'] else ''}",
            f"{row['target']:.3g}",
            _span(row["low"], row["median"], row["high"]) if isfinite(row["median"]) else "none",
            _span(row["box_low"], row["box_median"], row["box_high"]),
            f"{row['met_alone']:.0%}",
        )
        for row in found.table()
    )
    print_parts(
        console(), *map(Words, found.words()), Words(""),
        Grid(("Level", "Target", "Kept worlds", "Box", "Alone met by"), rows),
        Words("Medians; in brackets what holds 9 in 10.", weak=True),
    )  # fmt: skip


elicit = Commands(
    name="elicit",
    help="Ask your own people: a questionnaire, and worlds weighed by their answers.",
    no_args_is_help=True,
)


@elicit.command()
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


@elicit.command()
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
    workers: Threads = None,
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
    from colsim.reporting.folders import require_same_worlds, worlds_in
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
    faults.claim(out, "worlds", force=force)
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

    written = None if out is None else str(out)
    save_and_show(
        save, lambda: found.to_dict() | {"written": written}, lambda: _print_judged(found), out,
        as_json=as_json,
    )  # fmt: skip


def _print_judged(found: "Judged") -> None:
    rows = tuple(
        (
            one.question,
            _span(*one.pool),
            "-" if one.overlap is None else f"{one.overlap:.0%}",
            _span(*one.before),
            _span(*one.after),
        )
        for one in found.said
    )
    said = (
        "Middle, and in brackets 9 in 10. Agree: overlap of what the two services say. Worlds: "
        "what the model gives for the same quantity, before and after weighing."
    )
    print_parts(
        console(), *map(Words, (*found.words(), *found.notes)), Words(""),
        Grid(("Question", "People say", "Agree", "Worlds", "Weighed"), rows),
        Words(said, weak=True),
    )  # fmt: skip


def _span(low: float, middle: float, high: float) -> str:
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"
