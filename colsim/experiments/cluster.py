"""A sweep on a running Dask cluster: its executor, behind the same protocol as threads."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.util import find_spec

from colsim.errors import UserError

SECONDS = 10
"""How long a scheduler is waited for."""


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """Give an executor on the cluster of a scheduler.

    Its workers need colsim in the same version, and the result folder under the same path.

    Raises:
        UserError: Dask is not installed, or no scheduler answers.
    """
    if find_spec("distributed") is None:
        raise UserError(
            "--scheduler: found no Dask; allowed: after installing colsim with the extra [cluster]"
        )
    from distributed import Client

    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError, ImportError) as error:
        raise UserError(
            f"--scheduler: found {address!r}, where no scheduler answers "
            f"({type(error).__name__}); allowed: the address that dask scheduler prints, such as "
            "tcp://host:8786"
        ) from error
    with client:
        # A part does not depend on who writes it: a chunk whose worker died may run again.
        yield client.get_executor(pure=False)
