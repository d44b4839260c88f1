"""Who runs the lives that a command asks for, in which worlds: compiled and matched before."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from colsim.commands.output import Faults, bar, shown_command, tell
from colsim.commands.streams import going_on
from colsim.machine import require_workers

if TYPE_CHECKING:
    from colsim.experiments.tasks import Cluster, Workers
    from colsim.scenario.loading import LoadedScenario


def compile_shown() -> None:
    """Compile the model unless it is on disk, with a bar on a terminal and a line elsewhere."""
    from colsim.core import is_compiled

    if is_compiled():
        return
    tell("compiling the model: once, up to a minute")
    with bar("compiling") as move:
        from colsim.core.warm import compile_model

        compile_model(lambda done, of: move(completed=done, total=of))


def check_threads(workers: int | None) -> None:
    """Refuse a number of threads that is none.

    Raises:
        UserError: it is below 1.
    """
    require_workers(workers, "--workers")


@contextmanager
def cluster_or_none(scheduler: str | None) -> "Iterator[Cluster | None]":
    """Give a cluster, or None for threads of this process, for which the model is compiled."""
    if scheduler is None:
        compile_shown()
        yield None
        return
    from colsim.experiments.tasks import cluster_at

    with cluster_at(scheduler) as cluster:
        if not cluster.threads:
            tell(f"no worker has joined the cluster at {scheduler} yet: waiting for one")
        yield cluster


@contextmanager
def pieces_at_work(workers: int | None, scheduler: str | None) -> "Iterator[dict[str, Any]]":
    """Give what runs pieces of work that are kept, as sweeps and calibrations take it."""
    with cluster_or_none(scheduler) as cluster:
        if cluster is None:
            yield {"workers": workers, "executor": None}
        else:
            yield {"workers": workers or cluster.at_a_time, "executor": cluster.executor}


FOR_FILES = ("pandas", "openpyxl", "matplotlib.figure", "matplotlib.backends.backend_svg")
"""Libraries by which tables and charts are written: to read them takes longer than to use them."""


def read_ahead(names: Iterable[str]) -> threading.Thread:
    """Read libraries while lives run, which leave the interpreter free; return who does it.

    A library that cannot be read is missed where it is wanted.
    """

    def read() -> None:
        for name in names:
            with suppress(Exception):
                import_module(name)

    reading = threading.Thread(target=read, name="colsim-reading")
    reading.start()
    return reading


@contextmanager
def at_work(
    threads: int | None, scheduler: str | None, *, ahead: Iterable[str] = ()
) -> "Iterator[Workers]":
    """Give what runs lives, as functions take it for `workers`.

    Args:
        threads: of this process.
        scheduler: address of a cluster in their place.
        ahead: libraries that are wanted after the lives.
    """
    with cluster_or_none(scheduler) as cluster:
        read_ahead(ahead)
        yield threads if cluster is None else cluster.executor


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
    counted = "{task.completed} kept of {task.fields[drawn]:,} drawn"
    with bar("matching worlds", counted, total=wanted, drawn=0) as move:
        yield lambda drawn, kept: move(completed=min(kept, wanted), drawn=drawn)


def match_once(authority: "LoadedScenario", workers: "Workers" = None) -> None:
    """Match worlds to an authority that has none yet, keep them, and say how it went.

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
        return
    tell(f"matching worlds to {title_of(authority)}, once (--worlds ranges does without)")
    if not isinstance(workers, Executor):
        compile_shown()
    with (
        going_on(shown_command(sys.argv[1:])),
        locked(folder),
        matching_progress(WANTED) as advanced,
    ):
        found = match(authority, folder=folder, workers=workers, progress=advanced)
        found.save(folder, force=True)
    tell(found.words()[0])
