"""Where command output goes: data to standard output, messages to standard error."""

import json
import sys
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
    data["nearest"] = data.pop("suggestion", None)
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


def print_notes(loaded: "Iterable[LoadedScenario]") -> None:
    """Say on standard error where staff lists were read with guesses, each list once."""
    for file in dict.fromkeys(scenario.staff_file for scenario in loaded if scenario.notes):
        sys.stderr.write(
            f"note: {file}: some of it was guessed or left out: colsim authority check {file}\n"
        )


def print_error(message: str) -> None:
    """Print a message for the user on standard error, each of its lines marked."""
    for line in message.splitlines() or [message]:
        sys.stderr.write(f"error: {line}\n")
