"""Compile the model before a command needs it, and say how far that is."""

import sys


def compile_shown() -> None:
    """Compile the model unless it is on disk, with a bar on a terminal and a line elsewhere."""
    from colsim.core import is_compiled

    if is_compiled():
        return
    sys.stderr.write("compiling the model: once, up to a minute\n")
    sys.stderr.flush()
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("compiling"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("parts"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("", total=None)
        from colsim.core.warm import compile_model

        compile_model(lambda done, of: progress.update(task, completed=done, total=of))
