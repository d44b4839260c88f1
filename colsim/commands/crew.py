"""Who runs the lives that a command asks for: threads of this process, or a Dask cluster."""

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown
from colsim.machine import require_workers

if TYPE_CHECKING:
    from colsim.experiments.tasks import Cluster, Workers

Threads = Annotated[
    int | None,
    typer.Option("--workers", help="Threads; as many as there are processors unless given."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on the Dask cluster with this scheduler, such as tcp://host:8786; its workers "
        "must have the same version of colsim.",
    ),
]
SharedScheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on the Dask cluster with this scheduler, such as tcp://host:8786; its workers "
        "must see the result folder under the same path.",
    ),
]


def check_threads(workers: int | None) -> None:
    """Refuse a number of threads that is none.

    Raises:
        UserError: it is below 1.
    """
    require_workers(workers, "--workers")


def tell(message: str) -> None:
    """Say something beside the results."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


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
