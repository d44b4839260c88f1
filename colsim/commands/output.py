"""Where output goes: data to standard output, messages to standard error, files to --out."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from colsim import errors
from colsim.commands.streams import console
from colsim.commands.wrong_use import faults_of_line
from colsim.errors import IncompleteError, TakenError, UserError, legible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from colsim.scenario import LoadedScenario


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


def list_document(reading: Any) -> dict[str, Any]:
    """Return what was found wrong in a list as plain data; a row takes the place of a key."""
    faults = [fault_document(fault) for fault in reading.faults]
    for one in faults:
        del one["key"]
    notes = list(reading.notes)
    return {"file": reading.file, "valid": not faults, "faults": faults, "notes": notes}


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


def show(document: Callable[[], Any], text: Callable[[], None], *, as_json: bool) -> None:
    """Print a result as one JSON document if that is asked for, else as text for people."""
    if as_json:
        print_json(document())
    else:
        text()


def save_and_show(
    save: Callable[[Path], None],
    document: Callable[[], Any],
    text: Callable[[], None],
    out: Path | None,
    *,
    as_json: bool,
    quiet: bool = False,
) -> None:
    """Save a result, then show it, even if it could not be saved: it may have taken hours.

    Args:
        save: writes the result to a folder.
        document: returns it as plain data.
        text: prints it for people.
        out: the folder; nothing is saved if None.
        as_json: print the JSON document in place of the text, and nothing else.
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
    show(document, text, as_json=as_json)
    if trouble is not None:
        sys.stdout.flush()
        raise trouble
    if not (out is None or as_json or quiet):
        sys.stderr.write(f"written to {out}\n")


def deliver(
    result: Any,
    text: "Callable[[Any, Console], None]",
    out: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Save a result that saves itself, then show it: see `save_and_show`.

    Args:
        result: has `save` and `to_dict`.
        text: prints it for people.
        out: the folder; nothing is saved if None.
        force: replace what the folder holds.
        as_json: print the JSON document in place of the text.
    """
    save_and_show(
        lambda folder: result.save(folder, force=force), result.to_dict,
        lambda: text(result, console()), out, as_json=as_json,
    )  # fmt: skip


class Faults(errors.Faults):
    """Faults of several checks of a command, to be named in one go."""

    def __init__(self) -> None:
        super().__init__()
        for wrong in faults_of_line():
            self.found.append(str(wrong))
            self.faults += wrong.faults

    def file(self, out: Path | None, *, force: bool) -> None:
        """Keep the fault of a file that a table cannot be written to, if one is named."""
        from colsim.reporting.files import refuse_existing
        from colsim.reporting.sheets import check_ending

        if out is not None:
            self.trying(lambda: check_ending(out))
            self.trying(lambda: refuse_existing([out], force))

    def claim(self, out: Path | None, kind: str, **how: Any) -> None:
        """Keep the fault of a folder that cannot take a result of a kind, if one is named."""
        from colsim.reporting.folders import claim

        if out is not None:
            self.trying(lambda: claim(out, kind, **how))


@contextmanager
def bar(
    what: str, counted: str = "", after: str = "", *, total: int | None = None, **fields: Any
) -> Iterator[Callable[..., None]]:
    """Draw on standard error how far something is, if that is a terminal; give what moves it.

    Args:
        what: is done, in a word.
        counted: template of what is counted, see `rich.progress.TextColumn`; done of all unless
            given.
        after: template of what stands behind the time that is left.
        total: all that there is to do, if it is known.
        fields: of the templates, as they begin.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    console = Console(stderr=True)
    columns = (
        TextColumn(what), BarColumn(), TextColumn(counted) if counted else MofNCompleteColumn(),
        TimeLeft(), TextColumn(after),
    )  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield partial(progress.update, progress.add_task("", total=total, **fields))


@contextmanager
def progress_shown(total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show runs with time left on standard error; give the function that moves it.

    It takes runs that are done, and all that there will be where that was not known before.
    """
    with bar("simulating", total=total) as move:
        yield lambda done, of=total: move(completed=done, total=of)


def tell(message: str) -> None:
    """Say something beside the results."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
