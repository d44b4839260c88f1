"""A workbook is read in a process of its own, so that nobody else waits and little can be taken.

A small file may hold a great deal. What it may unpack to is bounded before it is read; the rest is
bounded here: processor time and memory of the process that reads, and how many read at a time.
"""

import datetime as dt
import threading
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from colsim.errors import UserError
from colsim.scenario.staff import StaffReading, read_staff

MOST_SECONDS = 30
"""Of processor time that a list may take, and half of what the clock may say; the largest that is
let in takes a few on a quiet machine."""
MOST_MEMORY = 2**30
"""Bytes of address space."""
AT_ONCE = 2
"""Lists that are read at one time; others wait their turn."""
_TURNS = threading.BoundedSemaphore(AT_ONCE)


def read_apart(path: Path, *, as_of: dt.date, label: str) -> StaffReading:
    """Return what a list holds, as `read_staff` does.

    Raises:
        UserError: reading took too long, or too much memory.
    """
    # A fresh process: a fork would copy the locks of all threads of a server.
    context = get_context("spawn")
    with _TURNS:
        receiving, sending = context.Pipe(duplex=False)
        reader = context.Process(target=_read, args=(sending, path, as_of, label), daemon=True)
        reader.start()
        sending.close()
        try:
            found = receiving.recv() if receiving.poll(2 * MOST_SECONDS) else None
        except EOFError:
            found = None  # it was ended, or ran out of memory
        finally:
            reader.kill()
            reader.join()
            receiving.close()
    if not isinstance(found, StaffReading):
        raise UserError(
            f"{label}: found a list that takes more than {MOST_SECONDS} seconds or "
            f"{MOST_MEMORY / 2**30:,.0f} GB of memory to read; allowed: a smaller one on this "
            "page; larger ones run on the command line: colsim authority"
        )
    return found


def _read(sending: Connection, path: Path, as_of: dt.date, label: str) -> None:
    _bound()
    sending.send(read_staff(path, as_of=as_of, label=label))


def _bound() -> None:
    """Bound what this process may take, on systems that can."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_AS, MOST_MEMORY),
    ):
        resource.setrlimit(what, (most, most))
