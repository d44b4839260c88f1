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

import colsim.core.population
import colsim.core.schedule  # noqa: F401  (they know all kernels)
from colsim.core import KERNELS, machine_code
from colsim.core.compiled import DOORS, Kernel, compiler
from colsim.core.kernel_folder import lock

_LONGEST = 150.0
"""Seconds to wait for another process that is at it already."""
_LONG_FIRST = ("workforce", "exchange", "plan", "contact", "live")
_LONG_LAST = ("span", "observe", "policy", "intake", "populate")
"""Long ones at both ends, so that the two processes meet at short ones."""
_LOOP = "_advance"

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
    from colsim.core.operators import operators_remembered

    kernels = _kernels()
    with _helped(), operators_remembered():
        for done, one in enumerate(kernels):
            if told is not None:
                told(done, len(kernels))
            one.link()
    if KERNELS.kept:
        _keep()


def _keep() -> None:
    """Keep the machine code of all kernels, if another process can load it.

    If not, an empty file says that all are compiled.
    """
    file = machine_code.file_in(KERNELS.path)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        machine_code.write(new, [compiler().object_of(one) for one in DOORS])
        trial = f"from colsim.core import machine_code as m; m.load(m.Path({str(new)!r}))"
        if _begun(trial).wait():
            new.write_bytes(b"")
        new.replace(file)


def _kernels() -> list[Kernel]:
    """Return what is compiled, in its order: the loop only after all that it calls."""
    kernels = {one.__name__: one for one in DOORS}
    loop = kernels.pop(_LOOP)
    between = [name for name in kernels if name not in _LONG_FIRST + _LONG_LAST]
    return [kernels[name] for name in (*_LONG_FIRST, *between, *_LONG_LAST)] + [loop]


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
        with suppress(OSError):
            helper = _begun("from colsim.core.warm import help_out; help_out()")
    try:
        yield
    finally:
        if helper is not None:
            helper.terminate()
            helper.wait()


def _begun(code: str) -> "subprocess.Popen[bytes]":
    """Start a process that runs code of this package, with the same folder of kernels."""
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": str(KERNELS.path.parents[1])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def help_out() -> None:
    """Compile from the back; the process that asked for it ends this one when it needs no more."""
    from colsim.core.operators import operators_remembered

    parent = os.getppid()
    with operators_remembered():
        for one in reversed(_kernels()[:-1]):
            if os.getppid() != parent:  # it was killed
                return
            one.link()
