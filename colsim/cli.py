"""The command line: `colsim COMMAND ...`.

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.
Commands live in `colsim.commands`; they import what they need when they run,
so that help appears at once.
"""

import sys
import traceback
from typing import Annotated

import typer

from colsim import __version__
from colsim.commands import (
    authority,
    calibrate,
    choice,
    compare,
    dashboard,
    files,
    patterns,
    run,
    scenarios,
    sensitivity,
    sweeps,
    themes,
    worlds,
)
from colsim.commands.output import json_documents, print_failure
from colsim.commands.streams import (
    Interrupted,
    Interruptible,
    begin,
    close_output,
    kept,
    leave,
    make_console_forgiving,
    print_error,
)
from colsim.commands.wrong_use import Commands
from colsim.errors import IncompleteError, TakenError, UserError

app = Commands(
    name="colsim",
    cls=Interruptible,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
)

for command in (
    scenarios.authorities, scenarios.policies, scenarios.show, files.parameters, files.validate,
    files.schema, run.run, compare.compare, worlds.worlds, choice.choose, choice.why,
    choice.evidence, compare.report, patterns.patterns, run.story, calibrate.interview,
    calibrate.calibrate, dashboard.dashboard, sweeps.sweep, sweeps.results, sweeps.query,
    sensitivity.sensitivity,
):  # fmt: skip
    app.command()(command)
for group in (worlds.elicit, authority.app, themes.app):
    app.add_typer(group)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"colsim {__version__}")
        raise typer.Exit


@app.callback()
def colsim(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Compare policies for collaboration between children's social care and adult mental health.

    A tool for reasoning about options, not a forecast for one authority.

    Examples:

    - `colsim authorities`
    - `colsim policies`
    - `colsim show co_location`
    - `colsim compare robinscar co_location boundary_spanners`
    """


def main() -> None:
    """Run the command line; a user's mistake ends in a message and exit code 2.

    Raises:
        SystemExit: always, with the exit code.
    """
    make_console_forgiving()
    begin()
    try:
        try:
            if "--json" in sys.argv[1:]:
                code = _main_as_json()
                leave() if code == 130 else sys.exit(code)
            app()
        finally:
            sys.stdout.flush()
    except UserError as error:
        print_error(str(error))
        sys.exit(_exit_code(error))
    except OSError as error:
        if error.filename is not None:
            raise
        sys.exit(close_output(error))
    except (Interrupted, KeyboardInterrupt) as stopped:
        print_error(str(stopped) if isinstance(stopped, Interrupted) else kept(stopped))
        leave()


def _exit_code(error: UserError) -> int:
    return 1 if isinstance(error, IncompleteError) else 2


def _main_as_json() -> int:
    """Run the command line such that a failure, too, is one JSON document; return the exit code.

    Raises:
        OSError: standard output cannot be written.
    """
    error: BaseException
    before = json_documents()
    try:
        code = app(standalone_mode=False)
        error, code = Exception("interrupted" if code == 130 else "failed"), code or 0
    except UserError as wrong:
        error, code = wrong, _exit_code(wrong)
    except Interrupted as stopped:
        error, code = stopped, 130
    except Exception as other:
        if isinstance(other, OSError) and other.filename is None:
            raise
        error, code = other, getattr(other, "exit_code", 1)
        if not hasattr(other, "format_message"):  # no wrong usage: a fault of the program
            traceback.print_exc()
    printed = json_documents() != before
    said = getattr(error, "format_message", error.__str__)()
    if code and (not printed or isinstance(error, IncompleteError | TakenError)):
        print_error(said)
    if code and not printed:
        print_failure(said, getattr(error, "faults", ()), code)
    return int(code)


if __name__ == "__main__":
    main()
