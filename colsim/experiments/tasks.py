"""Many tasks over one executor: threads of this process, or any other that is given.

The compiled kernels release the interpreter lock, so threads scale; on a cluster the executor is
Dask's. Whoever runs many lives hands them out here. What a task leaves behind is its own matter:
those of a sweep and of a calibration write parts (see `parts`), which are there whole or not at
all, so that going on is a set difference.
"""

import contextlib
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from colsim.errors import UserError, missing
from colsim.experiments.version import OtherModelError, model_version, require_model
from colsim.machine import processors, require_workers

AHEAD = 2
"""Tasks handed out for each worker: one to run, one to wait."""
_LOOK = 0.2
"""Seconds between looks at whether to stop."""

Workers = int | Executor | None
"""Threads of this process (as many as there are processors if None), or what else runs tasks."""


def threads_of(workers: object) -> int:
    """Return how many threads of this process to use: as many as processors unless a number.

    Raises:
        UserError: the number is out of range.
    """
    require_workers(workers)
    return workers if isinstance(workers, int) else processors()


@contextmanager
def crew(workers: Workers = None) -> Iterator[Executor]:
    """Give what runs tasks; threads of this process end with the block.

    Asked twice to stop, they are not waited for.
    """
    if isinstance(workers, Executor):
        yield workers
        return
    pool = ThreadPoolExecutor(workers or processors(), thread_name_prefix="colsim")
    patient = True
    try:
        yield pool
    except KeyboardInterrupt:
        patient = False
        raise
    finally:
        pool.shutdown(wait=patient, cancel_futures=True)


def each[T, R](work: Callable[[T], R], tasks: Iterable[T], workers: Workers = None) -> Iterator[R]:
    """Yield what work makes of each task, in the order of the tasks whatever the workers.

    Raises:
        UserError: a worker elsewhere has another version of the model, or died of a task.
    """
    if isinstance(workers, Executor):
        work = partial(_elsewhere, model_version(), work)
    with crew(workers) as pool:
        running = deque(pool.submit(work, task) for task in tasks)
        try:
            while running:
                yield running.popleft().result()
        except Exception as error:
            raise _said(error) from error
        finally:
            for one in running:
                one.cancel()


def _elsewhere[T, R](model: str, work: Callable[[T], R], task: T) -> R:
    require_model(model)
    return work(task)


def _said(error: Exception) -> Exception:
    """Return what ended the work as the user is told it."""
    if isinstance(error, OtherModelError):
        return UserError(
            f"--scheduler: {error}; allowed: workers with the same version of colsim as here. "
            "What is finished is kept"
        )
    if type(error).__name__ == "KilledWorker":
        return UserError(
            f"--scheduler: found work that ended each worker which ran it ({error}), as too "
            "little memory does; allowed: workers with more memory for each of their threads. "
            "What is finished is kept"
        )
    return error


def hand_out[T, R](
    work: Callable[[T], R],
    tasks: Iterable[T],
    pool: Executor,
    *,
    workers: Callable[[], int],
    stop: threading.Event,
) -> Iterator[tuple[T, R]]:
    """Yield tasks with what became of them, as they end; a few more are handed out than run.

    Args:
        work: what is done with a task, wherever the pool lets it run.
        tasks: in the order in which they begin.
        pool: what runs them.
        workers: returns how many run at a time, which on a cluster changes.
        stop: once it is set no further task begins; those that run are finished.

    Raises:
        UserError: a worker has another version of the model, or died of a task.
        Exception: the first error of a task, after all that ran beside it has ended.
    """
    waiting = deque(tasks)
    running: dict[Future[R], T] = {}
    trouble: Exception | None = None
    while waiting or running:
        if trouble is not None or stop.is_set():
            waiting.clear()
            for future in running:
                future.cancel()
        room = AHEAD * workers()
        while waiting and len(running) < room:
            task = waiting.popleft()
            running[pool.submit(work, task)] = task
        ready, _ = wait(running, timeout=_LOOK, return_when=FIRST_COMPLETED)
        for future in ready:
            task = running.pop(future)
            try:
                found = future.result()
            except CancelledError:
                continue
            except Exception as error:
                trouble = trouble or error
            else:
                yield task, found
    if trouble is not None:
        raise _said(trouble) from trouble


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


@contextmanager
def listening(stop: threading.Event, tell: Callable[[str], None]) -> Iterator[None]:
    """Take Ctrl-C and a request to end as a wish to stop after what is running."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def asked(number: int, _frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()
        tell("finishing what is running; once more to drop it")

    wanted = [one for one in (signal.SIGINT, getattr(signal, "SIGTERM", None)) if one]
    before = {one: signal.signal(one, asked) for one in wanted}
    try:
        yield
    finally:
        for one, handler in before.items():
            with contextlib.suppress(TypeError):
                signal.signal(one, handler)
