"""Compile the model: two processes side by side, into one folder, saying how far it is.

The loop over the weeks only calls its phases (see `apart`), so these can be compiled in any order
and by anybody. One process takes them from the front, a helper from the back: what is found in the
folder need not be compiled.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock

from numba import types

from colsim.core import KERNELS
from colsim.core.kernel_folder import lock
from colsim.core.operators import operators_remembered
from colsim.core.population import populate
from colsim.core.schedule import APART, compile_loop
from colsim.core.state import WORLD_TYPE

_LONGEST = 150.0
"""Seconds to wait for another process that is at it already."""
_LONG_FIRST = ("workforce", "exchange", "plan", "contact", "live")
_LONG_LAST = ("span", "observe", "policy", "intake", "populate")
"""Long ones at both ends, so that the two processes meet at short ones."""

_done = Event()
"""Set once all kernels are in this process, even if none could be kept."""
_compiling = Lock()


def compile_model(told: Callable[[int, int], None] | None = None) -> None:
    """Compile every kernel of the model, unless all are on disk.

    Args:
        told: told how many kernels are there, and of how many.
    """
    if _there():
        return
    with _compiling:
        if not _there():
            with _alone():
                if not _there():  # else the process that was waited for has compiled them
                    _compile_all(told)
            _done.set()


def _there() -> bool:
    return _done.is_set() or KERNELS.is_complete()


def _compile_all(told: Callable[[int, int], None] | None) -> None:
    jobs = _jobs()
    with _helped(), operators_remembered():
        for done, job in enumerate([*jobs, compile_loop]):
            if told is not None:
                told(done, len(jobs) + 1)
            job()
    KERNELS.note_complete()


def _jobs() -> list[Callable[[], None]]:
    """Return what compiles each kernel that stands for itself."""
    counts = types.int64[:, ::1]
    jobs: dict[str, Callable[[], None]] = {phase.name: phase.link for phase in APART}
    jobs["populate"] = lambda: populate.compile((WORLD_TYPE, types.uint64, counts))
    between = [name for name in jobs if name not in _LONG_FIRST + _LONG_LAST]
    order = [*_LONG_FIRST, *between, *_LONG_LAST]
    return [jobs[name] for name in order if name in jobs]


@contextmanager
def _alone() -> Iterator[None]:
    """Wait while another process compiles into the same folder: then it need not be done twice."""
    file = None
    with suppress(OSError):
        file = (KERNELS.path / "compiling").open("a+b")
        until = time.monotonic() + _LONGEST
        while not lock(file) and time.monotonic() < until:
            time.sleep(0.2)
    try:
        yield
    finally:
        if file is not None:
            file.close()


@contextmanager
def _helped() -> Iterator[None]:
    """Let a second process compile from the back, where there is a second processor."""
    helper = None
    if _processors() > 1:
        package = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        cache = str(KERNELS.path.parents[1])
        with suppress(OSError):
            helper = subprocess.Popen(
                [sys.executable, "-c", "from colsim.core.warm import help_out; help_out()"],
                env=os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": cache},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    try:
        yield
    finally:
        if helper is not None:
            helper.terminate()
            helper.wait()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def help_out() -> None:
    """Compile from the back; the process that asked for it ends this one when it needs no more."""
    parent = os.getppid()
    with operators_remembered():
        for job in reversed(_jobs()):
            if os.getppid() != parent:  # it was killed
                return
            job()
