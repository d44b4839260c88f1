"""Match worlds on the way to a comparison, once for each authority, and show how far it is."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.compiling import compile_shown
from colsim.commands.interrupted import going_on
from colsim.commands.output import Faults, shown_command

if TYPE_CHECKING:
    from colsim.experiments.tasks import Workers
    from colsim.scenario.loading import LoadedScenario


Worlds = Annotated[
    str | None,
    typer.Option(
        metavar="WORLDS",
        help="Where plausible worlds come from: matched (they look like the authority today; the "
        "default), ranges (all that the parameters' ranges allow), or the folder of a calibration, "
        "a matching or a survey.",
    ),
]


def worlds_asked_for(choice: str | None, faults: Faults, *, fixed_parameters: bool = False) -> Any:
    """Return the worlds that an option names, read from their folder if it names one.

    Args:
        choice: what was given.
        faults: takes what is wrong with it.
        fixed_parameters: parameters are to stay at their defaults, for which a folder is a fault.
    """
    from colsim.experiments.banks import MATCHED, RANGES
    from colsim.experiments.worlds import FIXED_AND_CALIBRATED, worlds_from

    if choice in (None, MATCHED, RANGES):
        if fixed_parameters and choice is not None:
            faults.found.append(
                f"--worlds: found {choice} with --fixed-parameters; allowed: one of the two"
            )
        return choice
    found = faults.trying(lambda: worlds_from(choice)) if choice else choice
    if fixed_parameters:
        faults.found.append(FIXED_AND_CALIBRATED)
    return found


def matched_first(authority: "LoadedScenario", choice: Any, workers: "Workers" = None) -> None:
    """Match worlds to an authority if matched ones are wanted and there are none yet.

    A shipped bank of another version of the model is not made anew here: a note beside the result
    says how.
    """
    from colsim.experiments.banks import MATCHED, is_shipped, matched_worlds, tried

    if choice not in (None, MATCHED) or matched_worlds(authority).worlds is not None:
        return
    if not is_shipped(authority) and not tried(authority):
        match_once(authority, workers)


@contextmanager
def matching_progress(wanted: int) -> "Iterator[Callable[[int, int], None]]":
    """Show on standard error how many worlds are kept; give the function that says so."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    screen = Console(stderr=True)
    with Progress(
        TextColumn("matching worlds"),
        BarColumn(),
        TextColumn("{task.completed} kept of {task.fields[drawn]:,} drawn"),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as progress:
        task = progress.add_task("", total=wanted, drawn=0)
        yield lambda drawn, kept: progress.update(task, completed=min(kept, wanted), drawn=drawn)


def match_once(authority: "LoadedScenario", workers: "Workers" = None) -> str:
    """Match worlds to an authority that has none yet, and keep them; return what to say of it.

    Raises:
        UserError: it cannot be matched.
    """
    from colsim.experiments.banks import as_it_is, kept_folder, place_key, title_of
    from colsim.experiments.store import locked
    from colsim.scenario.levels import levels_of
    from colsim.worlds.match import match
    from colsim.worlds.matching import WANTED

    authority = replace(authority, scenario=as_it_is(authority))
    folder = kept_folder(place_key(authority.scenario, levels_of(authority.scenario)))
    if folder is None:
        return ""
    title = title_of(authority)
    sys.stderr.write(f"matching worlds to {title}, once (--worlds ranges does without)\n")
    sys.stderr.flush()
    if not isinstance(workers, Executor):
        compile_shown()
    again = shown_command(sys.argv[1:])
    with going_on(again), locked(folder), matching_progress(WANTED) as advanced:
        found = match(authority, folder=folder, workers=workers, progress=advanced)
        found.save(folder, force=True)
    said = found.words()[0]
    sys.stderr.write(f"{said}\n")
    return said
