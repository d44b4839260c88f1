"""Ctrl-C: said in one line, with what was kept, at once whatever threads are still at."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from colsim.commands.wrong_use import Group


class Interrupted(Exception):  # noqa: N818 - no error
    """A command was interrupted; the message says what was kept.

    No `KeyboardInterrupt`, of which Typer makes an exit without a word.
    """


class _Resumable(KeyboardInterrupt):
    """Was raised within work whose finished pieces are kept; says how it goes on."""


@contextmanager
def going_on(command: str) -> Iterator[None]:
    """Say how to go on with work whose finished pieces are kept, should it be interrupted.

    Args:
        command: that goes on with it.

    Raises:
        KeyboardInterrupt: it was.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise _Resumable(f"what is finished is kept; go on with: {command}") from None


def _written() -> list[Path]:
    # Whoever wrote a result has read this module; to read it now would take time.
    files = sys.modules.get("colsim.reporting.files")
    return [] if files is None else files.written


def begin() -> None:
    """Begin a command: what this process has written before is not of it."""
    _written().clear()


def kept(error: KeyboardInterrupt) -> str:
    """Return what to say of an interruption."""
    written = ", ".join(dict.fromkeys(map(str, _written())))
    before = f"{written} was written before" if written else "nothing was written"
    return f"interrupted; {error if isinstance(error, _Resumable) else before}"


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as error:
        raise Interrupted(kept(error)) from None


class Interruptible(Group):
    """Commands of which an interruption is said."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the command line."""
        with _in_words():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Do what it asks for."""
        with _in_words():
            return super().invoke(ctx)


def leave() -> NoReturn:
    """End with exit code 130, without the threads that run lives: they end when a life does."""
    if any(thread.name.startswith("colsim") for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(130)
    sys.exit(130)
