"""A result takes the place of another, whole or not at all."""

import contextlib
import os
import shutil
import sys
from collections.abc import Collection, Iterator
from hashlib import blake2b
from pathlib import Path

from colsim.reporting.files import (
    rename,
    temporary,
)
from colsim.reporting.kinds import LONG, MANIFEST, held

_KEPT = ".kept"
"""Ending of a user's file whose name a file of the new result has."""


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let no other process put a result beside this folder meanwhile; others wait their turn.

    The folder above is locked, so that no file is left behind; the system lifts the lock when a
    process dies. Where folders cannot be locked (Windows, some network disks) there is none, and
    it is the move of a whole folder to a name that nothing has which cannot be made twice.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = None
    with contextlib.suppress(OSError):
        handle = os.open(folder.parent, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def place_aside(folder: Path) -> Path:
    """Return where the old folder lies for a moment, found again by its name."""
    raw = os.fsencode(folder.name)
    name = folder.name if len(raw) < LONG else blake2b(raw, digest_size=12).hexdigest()
    return folder.with_name(f".{name}.before")


def is_movable(folder: Path) -> bool:
    """Return whether another folder may take this one's place.

    A mounted folder cannot be moved, and a shell that stands in a folder that is moved would
    stand in one that is no more.
    """
    if not folder.exists():
        return True
    with contextlib.suppress(OSError):
        if Path.cwd().is_relative_to(folder):
            return False
    return os.access(folder.parent, os.W_OK) and not folder.is_mount()


def put_in_place(staging: Path, folder: Path, old: Collection[str], *, beside: bool) -> None:
    """Put new files in the place of the old ones: all of them, or on an error none."""
    if beside and not folder.exists():
        rename(staging, folder)
        return
    if beside:
        aside = place_aside(folder)
        shutil.copymode(folder, staging)
        try:
            folder.rename(aside)
        except OSError:
            beside = False  # such as on Windows, if a file of it is open
    if not beside:
        _put_inside(staging, folder, old)
        return
    try:
        rename(staging, folder)
    except BaseException:
        aside.rename(folder)
        raise
    _take_along(aside, folder, old)


def _put_inside(staging: Path, folder: Path, old: Collection[str]) -> None:
    """Move files one by one; the manifest goes first and comes last, an error takes all back."""
    aside = folder / temporary()
    aside.mkdir()
    done: list[Path] = []
    new = sorted(staging.iterdir(), key=lambda path: path.name == MANIFEST)
    try:
        for name in sorted({*old, *(path.name for path in new)}, key=lambda n: n != MANIFEST):
            if (folder / name).exists():
                rename(folder / name, aside / name)
        for path in new:
            rename(path, folder / path.name)
            done.append(folder / path.name)
    except BaseException:
        for path in done:
            path.unlink()
        for path in aside.iterdir():
            path.replace(folder / path.name)
        aside.rmdir()
        raise
    _take_along(aside, folder, old)


def _take_along(aside: Path, folder: Path, old: Collection[str]) -> None:
    """Move what is the user's own from the old folder to the new, then delete the old one."""
    with contextlib.suppress(OSError):
        for path in list(aside.iterdir()):
            if path.name not in old:
                target = folder / path.name
                while target.exists():
                    target = target.with_name(f"{target.name}{_KEPT}")
                path.rename(target)
        for name in sorted(old, key=lambda name: name == MANIFEST):
            (aside / name).unlink(missing_ok=True)
        aside.rmdir()


def recover(folder: Path) -> None:
    """Put right what a process that was killed between two moves left behind."""
    folder = Path(os.path.realpath(folder))
    aside = place_aside(folder)
    if not aside.is_dir():
        return
    with contextlib.suppress(OSError), alone(folder):
        if not aside.is_dir():  # what was there a moment ago was another process's, at work
            return
        if not folder.exists():
            aside.rename(folder)
        else:
            before = held(aside)
            _take_along(aside, folder, () if before is None else before.files)
