"""Files that commands write: never over a file unless asked to, whole or not at all."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from colsim.errors import UserError

Force = Annotated[bool, typer.Option("--force", help="Replace a file that is already there.")]


def refuse_existing(paths: Iterable[Path], force: bool) -> None:
    """Refuse to replace files unless asked to.

    Raises:
        UserError: at least one is there already.
    """
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise UserError(
            "\n".join(
                f"{path}: found a file that is already there; allowed: a new name, or --force to "
                "replace it"
                for path in there
            )
        )


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        UserError: it cannot be written.
    """
    name = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            name = file.name
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise UserError(
            f"{path}: found a place that cannot be written ({error.strerror}); allowed: a folder "
            "that is there, and a file that no other program holds open"
        ) from None
