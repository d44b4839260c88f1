"""Where output goes: data to standard output, messages to standard error, files to --out."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from colsim.commands.streams import console
from colsim.commands.wrong_use import faults_of_line
from colsim.errors import IncompleteError, TakenError, UserError, legible

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


def was_given(context: typer.Context, option: str) -> bool:
    """Return whether an option was given, and not left at its default."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


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

    data = {
        key: legible(value) if isinstance(value, str) else value
        for key, value in asdict(fault).items()
    }
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
        sys.stderr.write(f"note: {legible(text)}\n")


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


def shown_command(arguments: Sequence[str | Path]) -> str:
    """Return a command as it is typed: names with blanks in quotes, no path taken for an option.

    >>> shown_command(["results", Path("-mine")]) == f"colsim results .{os.sep}-mine"
    True
    """
    words = ["colsim"]
    for one in arguments:
        path = isinstance(one, Path) and str(one).startswith("-")
        words.append(f".{os.sep}{one}" if path else str(one))
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
        wrong = faults_of_line()
        self.found: list[str] = [str(one) for one in wrong]
        self.faults: list[Any] = [fault for one in wrong for fault in one.faults]

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
