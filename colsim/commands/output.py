"""Where command output goes: data to standard output, messages to standard error."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from colsim.scenario import LoadedScenario

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def make_console_forgiving() -> None:
    """Let no character fail: a redirected Windows console knows few of them."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def print_json(document: Any) -> None:
    """Print one JSON document, in plain ASCII so that any console can carry it."""
    sys.stdout.write(json.dumps(document, indent=2, allow_nan=False) + "\n")


def list_fault_document(fault: Any) -> dict[str, Any]:
    """Return a fault of a list as plain data: where, found, allowed, nearest known name."""
    names = ("file", "sheet", "row", "column", "found", "allowed")
    return {name: getattr(fault, name) for name in names} | {"nearest": fault.suggestion}


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
    listed = {
        scenario.staff_file: len(scenario.scenario.organisation.practitioners)
        for scenario in loaded
        # The list of a preset is invented.
        if scenario.staff_file is not None and Path(scenario.staff_file).exists()
    }
    for file, people in listed.items() if out is not None else ():
        sys.stderr.write(
            f"note: {out} will hold the codes and weeks in post of {people} people of {file}: "
            "colsim authority scenario with --anonymous makes a scenario with pseudonyms\n"
        )


def print_error(message: str) -> None:
    """Print a message for the user on standard error, each of its lines marked."""
    for line in message.splitlines() or [message]:
        sys.stderr.write(f"error: {line}\n")
