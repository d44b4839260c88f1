"""A sweep on a running Dask cluster: its executor, behind the same protocol as threads."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from colsim.errors import UserError, missing

SECONDS = 10
"""How long a scheduler is waited for."""
WAITING = 16
"""Chunks that are handed out while no worker is there."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a sweep needs to know of a cluster."""

    executor: Executor
    client: Any

    @property
    def threads(self) -> int:
        """Threads of all workers that are there now."""
        return sum(self.client.nthreads().values())

    def at_a_time(self) -> int:
        """Return how many chunks to run at a time.

        A cluster that adapts starts workers for what waits, so as long as there is none, some
        chunks are handed out.
        """
        return self.threads or WAITING


@contextmanager
def cluster_at(address: str) -> Iterator[Cluster]:
    """Give the cluster of a scheduler.

    Its workers need colsim in the same version, and the result folder under the same path.

    Raises:
        UserError: Dask is not installed, or no scheduler answers.
    """
    if find_spec("distributed") is None:
        raise missing("--scheduler: found no Dask", "cluster")
    distributed: Any = import_module("distributed")
    try:
        client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError, ImportError) as error:
        raise UserError(
            f"--scheduler: found {address!r}, where no scheduler answers "
            f"({type(error).__name__}); allowed: the address that dask scheduler prints, such as "
            "tcp://host:8786"
        ) from error
    with client:
        # A part does not depend on who writes it: a chunk whose worker died may run again.
        yield Cluster(client.get_executor(pure=False), client)
