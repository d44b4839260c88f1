"""`colsim worlds`: match worlds to an authority, and matching on the way to a comparison."""

import sys
import tomllib
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.crew import Scheduler, Threads, at_work
from colsim.commands.interrupted import going_on
from colsim.commands.matching import matching_progress
from colsim.commands.output import (
    AsJson,
    Faults,
    Replace,
    print_json,
    renewing,
    save_and_show,
    shown_command,
)
from colsim.commands.streams import console
from colsim.errors import UserError
from colsim.reporting.screen import print_table, table_of

if TYPE_CHECKING:
    from rich.console import Console

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
    from colsim.reporting.folders import claim, require_same_worlds, worlds_in
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
    if out is not None:
        faults.trying(lambda: claim(out, "worlds", force=force, ours=("draws", LOCK)))
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

    def show() -> None:
        if as_json:
            print_json(found.to_dict() | {"written": str(folder)})
        else:
            _print(found, console())

    save_and_show(lambda _: None, show, folder if (folder / SUMMARY).exists() else None,
                  quiet=as_json)  # fmt: skip
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


def _print(found: "Matched", screen: "Console") -> None:
    from rich.text import Text

    table = table_of("Level", ">Target", ">Kept worlds", ">Box", ">Alone met by")
    for row in found.table():
        own = " (own)" if row["own"] else ""
        table.add_row(
            Text(f"{row['title']}{own}"),
            f"{row['target']:.3g}",
            f"{row['median']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
            if isfinite(row["median"])
            else "none",
            f"{row['box_median']:.3g} ({row['box_low']:.3g} to {row['box_high']:.3g})",
            f"{row['met_alone']:.0%}",
        )
    for line in found.words():
        screen.print(Text(line))
    screen.print()
    print_table(screen, table)
    screen.print(Text("Medians; in brackets what holds 9 in 10.", style="dim"))
