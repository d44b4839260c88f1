"""Who runs the lives that a command asks for: threads of this process, or a Dask cluster."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from colsim.commands.compiling import compile_shown

if TYPE_CHECKING:
    from colsim.experiments.cluster import Cluster
    from colsim.experiments.tasks import Workers

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
    from colsim.experiments.cluster import cluster_at

    with cluster_at(scheduler) as cluster:
        if not cluster.threads:
            tell(f"no worker has joined the cluster at {scheduler} yet: waiting for one")
        yield cluster


@contextmanager
def at_work(threads: int | None, scheduler: str | None) -> "Iterator[Workers]":
    """Give what runs lives, as functions take it for `workers`."""
    with cluster_or_none(scheduler) as cluster:
        yield threads if cluster is None else cluster.executor
