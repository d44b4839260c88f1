"""What holds for all tests."""

import contextlib
import os
import signal
import sys

import pytest

from tests.spent import function_of, listed

BROWSER = "tests/browser/"

# Started in the background by a shell, a process is deaf to Ctrl-C, and so are its children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    with contextlib.suppress(ValueError):  # not the main thread: nothing to be done
        signal.signal(signal.SIGINT, signal.default_int_handler)

# Where tests are spread over processes, these inherit a width that readline has written. Lines that
# go to a file or a pipe have no end unless a test says so.
os.environ.pop("COLUMNS", None)

LATE = {"ema_workbench", "pyabc", "sklearn", "solara", "distributed", "igraph", "openpyxl", "SALib",
        "playwright", "nbclient", "arviz", "altair"}  # fmt: skip
"""Libraries that no test module may import while tests are collected: see `tests.later`."""


SLOW = listed()


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a scenario file and returns its path."""

    def writer(text, name="mine.toml", encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    return writer


def pytest_itemcollected(item):
    """Mark what is slow: what was measured to be (see `tests.spent`), pages, and what is long."""
    if (
        function_of(item.nodeid) in SLOW
        or item.nodeid.startswith(BROWSER)
        or item.get_closest_marker("long")
    ):
        item.add_marker(pytest.mark.slow)


def pytest_collection_finish(session):
    """Keep which of them were imported, for `test_collecting`."""
    session.config.imported_early = sorted(LATE & set(sys.modules))
