"""What standard output and the console can carry: any text, any setting, closed or redirected."""

import contextlib
import errno
import io
import os
import re
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from colsim.commands.wrong_use import Group
from colsim.errors import legible

if TYPE_CHECKING:
    from rich.console import Console

_IN_WORDS = {
    "£": "GBP ", "€": "EUR ", "$": "$", "–": "-", "—": "-", "−": "-", "‑": "-", "…": "...",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "about ", "±": "+/-", "×": "x", "·": "-", "•": "-",
    "→": "->", "←": "<-", "↑": "up", "↓": "down", "⇒": "=>", "√": "sqrt ", "∞": "infinite",
    "°": " degrees", "µ": "u", "μ": "u", "²": "^2", "³": "^3", "½": "1/2", "¼": "1/4", "¾": "3/4",
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "§": "section ",
    "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ı": "i", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ",
    "✓": "yes", "✔": "yes", "✗": "no", "✘": "no", "━": "-", "╸": "-", "╺": "-", "│": "|",
    "─": "-", "█": "#", "\N{ZERO WIDTH SPACE}": "", "\N{REPLACEMENT CHARACTER}": "?",
}  # fmt: skip
"""What stands for characters that a console does not have."""


def in_words(text: str, encoding: str) -> str:
    """Return text that an encoding has, of the same meaning: for other characters words.

    >>> in_words("£600 … Zoë ≤ 3", "ascii")
    'GBP 600 ... Zoe <= 3'
    """
    return "".join(_in_words(character, encoding) for character in text)


def _in_words(character: str, encoding: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    for candidate in (character, _IN_WORDS.get(character), bare):
        if candidate is None or (candidate == "" and character not in _IN_WORDS and not plain):
            continue
        with contextlib.suppress(UnicodeEncodeError, LookupError):
            candidate.encode(encoding)
            return candidate
    if "\udc80" <= character <= "\udcff":  # a byte of a name that is no Unicode
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("ascii", "backslashreplace").decode()


def _unencodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_words(error.object[error.start : error.end], error.encoding), error.end


class _Nowhere(io.RawIOBase):
    """A stream that takes everything and keeps nothing."""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Take data."""
        return len(data)


def make_console_forgiving() -> None:
    """Let no character and no setting fail: a redirected Windows console knows few characters."""
    import codecs

    codecs.register_error("colsim", _unencodable)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by who started this process
            setattr(sys, name, io.TextIOWrapper(_Nowhere(), encoding="utf-8"))
        elif (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="colsim")
    columns = os.environ.get("COLUMNS", "")
    if columns and not (columns.isascii() and columns.isdigit() and int(columns) >= _NARROWEST):
        del os.environ["COLUMNS"]
    # Charts are drawn to files alone; the user's settings of matplotlib are for the user's own.
    os.environ.update(MPLBACKEND="agg", MATPLOTLIBRC=os.devnull)


_NARROWEST = 20
"""Columns of a terminal that are believed."""


def close_output(error: OSError) -> int:
    """Return the exit code where standard output cannot be written; say so, in one line.

    A reader that has seen enough (`| head`) is no fault.
    """
    if sys.stdout is not None:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, sys.stdout.fileno())
    if error.errno != errno.EPIPE:
        with contextlib.suppress(OSError):
            print_error(f"standard output cannot be written ({error.strerror or error})")
    return 1


class _Unpadded:
    """A stream without blanks at the ends of lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write text; what follows its last end of a line stays as it is."""
        self._stream.write(re.sub(r"[ \t]+(?=\n)", "", text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        """Return what the stream itself has."""
        return getattr(self._stream, name)


def console() -> "Console":
    """Return the console of standard output; redirected, lines end without blanks.

    Whatever names and cells hold, only what the console itself writes steers a terminal.
    """
    from rich.console import Console

    class Legible(Console):
        def render(self, *what: Any, **how: Any) -> Any:
            for segment in super().render(*what, **how):
                text = segment.text if segment.control else legible(segment.text)
                yield segment._replace(text=text)

    stream: Any = sys.stdout
    if not stream.isatty():
        stream = _Unpadded(stream)
    return Legible(file=stream, highlight=False, markup=False, emoji=False)


def print_error(message: str) -> None:
    """Print a message for the user on standard error, each of its lines marked."""
    for line in legible(message).splitlines() or [message]:
        sys.stderr.write(f"error: {line}\n")


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
def _interruptions_said() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as error:
        raise Interrupted(kept(error)) from None


class Interruptible(Group):
    """Commands of which an interruption is said."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the command line."""
        with _interruptions_said():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Do what it asks for."""
        with _interruptions_said():
            return super().invoke(ctx)


def leave() -> NoReturn:
    """End with exit code 130, without the threads that run lives: they end when a life does."""
    if any(thread.name.startswith("colsim") for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(130)
    sys.exit(130)
