"""What closed tabs held goes back to the machine.

Python and the C library keep what was freed for later use, each thread in a heap of its own: a
server that is left for weeks would look as if it grew with every visitor.
"""

import ctypes
import gc
import sys
import threading
import time

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Numbers of two settings of the GNU C library (malloc.h)."""
_BLOCK = 128 * 1024
"""Bytes from which on a block is mapped alone, and unmapped when it is freed: a run's arrays."""
_HEAPS = 2
_PAUSE = 3.0
"""Seconds after a tab closed: it lets go of its things meanwhile, and so do others that close."""

_closed = threading.Event()


def _library() -> ctypes.CDLL | None:
    """Return the GNU C library; None on systems that have another."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL(None)
        library.malloc_trim, library.mallopt  # noqa: B018 - musl has neither
    except (AttributeError, OSError):
        return None
    return library


def prepare() -> None:
    """Make freed memory return to the machine, and watch for tabs that close.

    To be called once, when all is loaded: what is there by then is never looked through again.
    """
    library = _library()
    if library is not None:
        library.mallopt(_M_MMAP_THRESHOLD, _BLOCK)
        library.mallopt(_M_ARENA_MAX, _HEAPS)
    gc.collect()
    gc.freeze()
    threading.Thread(target=_watch, name="colsim-memory", daemon=True).start()


def closed() -> None:
    """Say that a tab was closed."""
    _closed.set()


def give_back() -> None:
    """Free what nobody refers to, and return free memory to the machine."""
    gc.collect()
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def _watch() -> None:
    while True:
        _closed.wait()
        time.sleep(_PAUSE)
        _closed.clear()
        give_back()
