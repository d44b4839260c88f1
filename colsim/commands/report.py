"""`colsim report`: a result as a document for a board."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from colsim.commands.output import AsJson, Replace, print_json


def report(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Folder of a compare, choose, evidence, sweep or calibrate."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="File to write; DIR_report.html unless given."),
    ] = None,
    docx: Annotated[
        bool, typer.Option("--docx", help="Write a Word file, too, to be edited.")
    ] = False,
    force: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Write a report: the question, the answer, costs, harms, how sure, what it rests on.

    One HTML file that needs no network: it opens from a mail, and prints on A4. Nothing is
    computed anew: what is said is what the result holds.

    Examples:

    - `colsim report out/demo`
    - `colsim report out/demo --out board.html --docx`
    """
    from colsim.report import make_report

    written = make_report(folder, out=out, docx=docx, force=force)
    if as_json:
        print_json({"files": [str(path) for path in written]})
        return
    for path in written:
        sys.stderr.write(f"written to {path}\n")
