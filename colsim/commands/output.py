"""Where output goes: data to standard output, messages to standard error, files to --out."""

import contextlib
import errno
import io
import json
import os
import re
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from colsim.errors import IncompleteError, TakenError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from colsim.scenario import LoadedScenario


def named_path(text: str) -> Path:
    """Return the path that an option names; "" would be the current folder.

    Raises:
        UserError: there is no name.
    """
    if not text.strip():
        raise UserError(f"--out: found {text!r}; allowed: a name")
    return Path(text)


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Out = Annotated[
    Path | None,
    typer.Option(
        parser=named_path,
        metavar="DIR",
        help="Folder to write the result to; made if it is not there.",
    ),
]
SweepOut = Annotated[
    Path | None,
    typer.Option(
        parser=named_path,
        metavar="DIR",
        help="Folder for the result; out/NAME of the file unless given. One that holds the same "
        "is gone on with.",
    ),
]
FileOut = Annotated[
    Path | None,
    typer.Option(
        parser=named_path, metavar="FILE", help="File for what is found: .csv, .xlsx or .parquet."
    ),
]
Replace = Annotated[
    bool, typer.Option("--force", help="Replace a result of the same kind in the folder of --out.")
]
PriceYear = Annotated[
    int | None,
    typer.Option(
        metavar="YEAR",
        help="Tell costs in pounds of the financial year that begins in this year, raised by the "
        "GDP deflator.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is already there.")]


def given(values: Mapping[str, object]) -> dict[str, object]:
    """Return the overrides that were given on the command line."""
    return {key: value for key, value in values.items() if value is not None}


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
    """Return the console of standard output; redirected, lines end without blanks."""
    from rich.console import Console

    stream: Any = sys.stdout
    if not stream.isatty():
        stream = _Unpadded(stream)
    return Console(file=stream, highlight=False, markup=False, emoji=False)


_documents: list[int] = [0]
"""How many JSON documents this process has printed."""


def json_documents() -> int:
    """Return how many JSON documents this process has printed."""
    return _documents[0]


def print_json(document: Any) -> None:
    """Print one JSON document, in plain ASCII so that any console can carry it."""
    _documents[0] += 1
    sys.stdout.write(json.dumps(document, indent=2, allow_nan=False) + "\n")


def fault_document(fault: Any) -> dict[str, Any]:
    """Return a fault as plain data: where, found, allowed, nearest known name."""
    from dataclasses import asdict

    data = asdict(fault)
    data.pop("place", None)  # the column is named
    data["nearest"] = data.pop("suggestion", None)
    return data


def list_fault_document(fault: Any) -> dict[str, Any]:
    """Return a fault of a list as plain data; sheet, row and column take the place of a key."""
    data = fault_document(fault)
    del data["key"]
    return data


def print_failure(message: str, faults: "Iterable[Any]", code: int) -> None:
    """Print what went wrong as one JSON document, for programs that asked for JSON."""
    print_json(
        {
            "error": {
                "exit_code": code,
                "message": message,
                "faults": [fault_document(fault) for fault in faults],
            }
        }
    )


def print_remarks(remarks: "Iterable[str]") -> None:
    """Say on standard error what is to be known beside a result, a line each."""
    for text in remarks:
        sys.stderr.write(f"note: {text}\n")


def print_notes(loaded: "Iterable[LoadedScenario]", out: Path | None = None) -> None:
    """Say on standard error where staff lists were read with guesses, each list once.

    Args:
        loaded: the scenarios.
        out: folder that will hold the codes of the people listed, if any are.
    """
    loaded = list(loaded)
    for file in dict.fromkeys(scenario.staff_file for scenario in loaded if scenario.notes):
        sys.stderr.write(
            f"note: {file}: some of it was guessed or left out: colsim authority check {file}\n"
        )
    if out is not None:
        from colsim.scenario.remarks import people_noted

        print_remarks(people_noted(loaded, str(out)))


def print_error(message: str) -> None:
    """Print a message for the user on standard error, each of its lines marked."""
    for line in message.splitlines() or [message]:
        sys.stderr.write(f"error: {line}\n")


def shown_command(arguments: list[str]) -> str:
    """Return a command as it is typed, names with blanks in quotes."""
    words = ["colsim", *arguments]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def renewing(arguments: list[str], out: Path | None) -> str:
    """Return the command that makes a result in a folder anew, as it is typed."""
    forced = out is None or "--force" in arguments
    return shown_command(arguments if forced else [*arguments, "--force"])


def save_and_show(
    save: Callable[[Path], None], show: Callable[[], None], out: Path | None, *, quiet: bool = False
) -> None:
    """Save a result, then show it, even if it could not be saved: it may have taken hours.

    Args:
        save: writes the result to a folder.
        show: prints it.
        out: the folder; nothing is saved if None.
        quiet: do not say where it was written.

    Raises:
        IncompleteError: not all could be saved.
        TakenError: another process took the folder meanwhile: the result is in one beside.
    """
    from colsim.reporting.folders import save_or_beside

    trouble: UserError | None = None
    if out is not None:
        try:
            save_or_beside(save, out)
        except TakenError as error:
            trouble = error
        except UserError as error:
            trouble = IncompleteError(str(error))
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            trouble = IncompleteError(f"--out: {out} cannot be written ({why})")
    show()
    if trouble is not None:
        sys.stdout.flush()
        raise trouble
    if out is not None and not quiet:
        sys.stderr.write(f"written to {out}\n")


def deliver(
    result: Any,
    text: "Callable[[Any, Console], None]",
    out: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Save a result that saves itself, then show it.

    Args:
        result: has `save` and `to_dict`.
        text: prints it for people.
        out: the folder; nothing is saved if None.
        force: replace what the folder holds.
        as_json: print the JSON document in place of the text.

    Raises:
        IncompleteError: not all could be saved.
    """

    def show() -> None:
        if as_json:
            print_json(result.to_dict())
        else:
            text(result, console())

    save_and_show(lambda folder: result.save(folder, force=force), show, out, quiet=as_json)


class Faults:
    """Faults of several checks, to be named in one go."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.faults: list[Any] = []

    def trying[T](self, check: Callable[[], T]) -> T | None:
        """Return what a check returns; keep its fault and return None if it finds one."""
        try:
            return check()
        except UserError as error:
            self.found.append(str(error))
            self.faults += error.faults
            return None

    def refuse(self) -> None:
        """Raise what was found, if anything.

        Raises:
            UserError: at least one check found a fault.
        """
        if self.found:
            error = UserError("\n".join(self.found))
            error.faults = tuple(self.faults)
            raise error


@contextmanager
def progress_shown(total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show progress with time left on standard error; give the function that moves it.

    It takes runs that are done, and all that there will be where that was not known before.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("simulating"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("", total=total)
        yield lambda done, of=total: progress.update(task, completed=done, total=of)
