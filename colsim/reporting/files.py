"""Files that are written whole or not at all, and what is said where they cannot be."""

import contextlib
import errno
import json
import math
import os
import platform
import time
import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from colsim import __version__
from colsim.errors import TakenError, UserError

WRITING = ".writing"
"""Ending of files that are being written; nobody reads them."""
_PACKAGES = ("numpy", "numba", "mesa", "networkx", "pandas", "pydantic")
written: list[Path] = []
"""Results and files that this process has written, as the user names them."""
_TRIES, _PAUSE = 3, 0.5
"""How often a locked file is tried, and seconds in between."""


def rename(path: Path, target: Path) -> None:
    """Rename a file or folder; one that a spreadsheet holds open is tried again.

    Raises:
        OSError: it cannot be renamed.
    """
    for left in reversed(range(_TRIES)):
        try:
            path.replace(target)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(_PAUSE)


def temporary() -> str:
    """Return a name for what is being written."""
    return f".{uuid.uuid4().hex[:12]}{WRITING}"


def cannot_write(path: Path, error: OSError) -> UserError:
    """Return the message for a place that cannot be written."""
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        advice = "free some space and try again"
    elif isinstance(error, PermissionError) and path.is_file():
        advice = "is it open in another program?"
    else:
        advice = "allowed: a place that you may create or write"
    return UserError(f"--out: found {path}, which cannot be written ({reason}); {advice}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, flush it to the disk, and rename it.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    write_together({path: content})


def write_together(files: Mapping[Path, bytes], fresh: Collection[Path] = ()) -> None:
    """Write files, all of them or none, each whole or not at all.

    Args:
        files: path to content.
        fresh: those of them that replace no file, not even one that came meanwhile.

    Raises:
        FileExistsError: a fresh one is there already; nothing is written.
        OSError: one cannot be written; what was there is still there.
    """
    made: dict[Path, Path] = {}
    kept: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        for path, content in files.items():
            made[path] = path.with_name(temporary())
            with made[path].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, new in made.items():
            if path not in fresh and len(made) > 1 and path.exists():
                before = path.with_name(temporary())
                rename(path, before)
                kept[path] = before
            if path in fresh:
                _place(new, path)
                placed.append(path)
            else:
                rename(new, path)
    except BaseException:
        for path, new in made.items():
            with contextlib.suppress(OSError):
                if path in kept:
                    kept[path].replace(path)
                elif path in placed or (path not in fresh and len(made) > 1 and not new.exists()):
                    path.unlink()
                new.unlink(missing_ok=True)
        raise
    for before in kept.values():
        with contextlib.suppress(OSError):
            before.unlink()
    for parent in {path.parent for path in files}:
        flush(parent)


def _place(new: Path, path: Path) -> None:
    """Give a file its name unless another has it: to look and to take are one step.

    Raises:
        FileExistsError: another has it.
    """
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no second names
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        rename(new, path)
    else:
        new.unlink()


def flush(path: Path) -> None:
    """Flush a file, or a folder's list of names, where the system knows how (POSIX)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refuse_existing(paths: Iterable[Path], force: bool, growing: Collection[Path] = ()) -> None:
    """Refuse to replace files unless asked to; a folder is never replaced by a file.

    Raises:
        TakenError: at least one is there already.
        UserError: at least one is a folder.
    """
    faults = []
    taken = False
    for path in paths:
        if path.is_dir():
            faults.append(f"{path}: found a folder; allowed: the name of a file")
        elif path.exists() and not force and path not in growing:
            taken = True
            faults.append(
                f"{path}: found a file that is already there; allowed: a new name, or --force to "
                "replace it"
            )
    if faults:
        raise (TakenError if taken else UserError)("\n".join(faults))


def write_files(
    files: Mapping[Path, bytes], *, force: bool, growing: Collection[Path] = ()
) -> None:
    """Write the user's files, all of them or none.

    Args:
        files: path to content.
        force: replace files that are there.
        growing: those of them that are replaced in any case.

    Raises:
        TakenError: one is there already and is not to be replaced.
        UserError: one cannot be written.
    """
    fresh = [] if force else [path for path in files if path not in growing]
    refuse_existing(files, force, growing)
    try:
        write_together(files, fresh)
        written.extend(files)
    except FileExistsError as error:
        refuse_existing(files, force, growing)  # says which came meanwhile
        raise cannot_write(next(iter(files)), error) from error
    except OSError as error:
        first = next(iter(files))
        raise UserError(
            f"{first}: found a place that cannot be written ({error.strerror or error}); allowed: "
            "a folder that is there, and a file that no other program holds open"
        ) from error


def provenance() -> dict[str, Any]:
    """Return what made a result: versions, platform and time."""
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "colsim": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def finite(document: Any) -> Any:
    """Return plain data with None for each number that is none, which JSON does not know.

    >>> finite({"a": [1.0, float("nan")], "b": ("x", float("inf"))})
    {'a': [1.0, None], 'b': ('x', None)}
    """
    match document:
        case dict():
            return {key: finite(value) for key, value in document.items()}
        case list() | tuple():
            return type(document)(map(finite, document))
        case float() if not math.isfinite(document):
            return None
    return document


def json_bytes(document: Any, *, indent: int | None = 2) -> bytes:
    """Return a JSON document as UTF-8, readable by people.

    Names that are no Unicode, as file systems allow them, are escaped.
    """
    text = json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return (json.dumps(document, indent=indent, allow_nan=False) + "\n").encode("ascii")


def write_json(path: Path, document: Any) -> None:
    """Write a JSON document, readable by people."""
    path.write_bytes(json_bytes(document))
