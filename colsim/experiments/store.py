"""The folder of a sweep: manifest and parts.

    manifest.json     what the sweep is
    design/           one part: a row for each point
    runs/             a part for each chunk: a row for each run, failures too
    series/           the same for weekly series, if they were asked for

Whoever reads may do so while a sweep writes: a part is whole or not there.
"""

import contextlib
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from colsim.errors import UserError
from colsim.experiments.manifest import (
    NAME,
    Manifest,
    differences,
    extended,
    read_manifest,
)
from colsim.experiments.parts import (
    SUFFIX,
    TornPartError,
    read_part,
    write_part,
)
from colsim.reporting.files import WRITING, json_bytes, write_whole
from colsim.reporting.folders import refuse_foreign, refuse_other_kind, require_writable
from colsim.reporting.kinds import held

KINDS = ("design", "runs", "series")
LOCK = "lock.txt"


def part_path(folder: Path, kind: str, name: str) -> Path:
    """Return where a part lies."""
    return folder / kind / f"{name}{SUFFIX}"


def agree(folder: Path, manifest: Manifest, *, extend: bool) -> tuple[Manifest, bool]:
    """Return which manifest counts in a folder, and whether it is there already; write nothing.

    Raises:
        UserError: the folder cannot be written, holds something else, or
            holds another sweep that this one does not extend.
    """
    require_writable(folder)
    result = held(folder)
    if result is not None and result.kind:
        refuse_other_kind(folder, "sweep")
    if (folder / NAME).exists():
        there = read_manifest(folder / NAME)
        found = differences(there, manifest)
        if not found:
            return there, True
        if extend:
            return extended(there, manifest), False
        raise UserError(
            f"--out: found {folder}, which holds another sweep:\n"
            + "\n".join(f"  {line}" for line in found)
            + "\nallowed: another folder, or --extend if this sweep holds all of that one"
        )
    ours = [path.name for path in folder.glob(f"*{WRITING}")] if folder.is_dir() else []
    refuse_foreign(folder, (*KINDS, LOCK, *ours), "a sweep")
    return manifest, False


def open_store(folder: Path, manifest: Manifest, *, extend: bool) -> tuple[Manifest, bool]:
    """Make a folder the store of a sweep, or take up the sweep that it holds.

    Returns:
        The manifest that counts, and whether the folder held parts before.

    Raises:
        UserError: as `agree`.
    """
    manifest, there = agree(folder, manifest, extend=extend)
    known = any((folder / kind).is_dir() for kind in KINDS)
    if not there:
        _write_manifest(folder, manifest)
        for old in (folder / "design").glob(f"{'[0-9a-f]' * 24}{SUFFIX}"):
            if old.stem != manifest.design_part:
                old.unlink(missing_ok=True)
    return manifest, known


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write design and manifest, the manifest last.

    Raises:
        UserError: the disk is full or the folder cannot be written.
    """
    with saying_where(folder):
        for kind in KINDS:
            if kind != "series" or manifest.experiment.series:
                (folder / kind).mkdir(parents=True, exist_ok=True)
        write_part(part_path(folder, "design", manifest.design_part), manifest.design.arrow())
        write_whole(folder / NAME, json_bytes(manifest.to_dict(), indent=None))


@contextmanager
def saying_where(folder: Path) -> Iterator[None]:
    """Turn a failure to write into a message that says what to do.

    Raises:
        UserError: the disk is full or the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else None):
            advice = "free some space and call the same again"
        else:
            advice = "see to it that the folder can be written, and call the same again"
        raise UserError(
            f"--out: {folder} cannot be written ({error.strerror or error}); what is finished is "
            f"kept: {advice}"
        ) from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second process out of the folder; the system lifts the lock when a process dies.

    Raises:
        UserError: another process writes in the folder.
    """
    with saying_where(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a+b")
    with file:
        if not _try_lock(file):
            raise UserError(
                f"--out: found {folder}, which is being written by another process; allowed: one "
                "at a time"
            )
        for kind in KINDS:
            for left in (folder / kind).glob(f".*{WRITING}"):
                left.unlink(missing_ok=True)
        yield


def _try_lock(file: IO[bytes]) -> bool:
    """Return False if another process holds the lock; True too where files cannot be locked."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


def finished(folder: Path, manifest: Manifest) -> tuple[set[str], set[str]]:
    """Return names of chunks that have sound parts, and of those whose parts were torn.

    A torn part is deleted, so that it is computed again and read by nobody.
    """
    done: set[str] = set()
    torn: set[str] = set()
    kinds = ("runs", "series") if manifest.experiment.series else ("runs",)
    there = {kind: {path.stem for path in (folder / kind).glob(f"*{SUFFIX}")} for kind in kinds}
    for chunk in manifest.chunks:
        name = chunk.name(manifest.key)
        sound = True
        for kind in kinds:
            if name not in there[kind]:
                sound = False
                continue
            try:
                read_part(part_path(folder, kind, name))
            except TornPartError:
                with contextlib.suppress(FileNotFoundError):
                    part_path(folder, kind, name).unlink()
                torn.add(name)
                sound = False
        if sound:
            done.add(name)
    return done, torn


def parts_of(folder: Path, manifest: Manifest, kind: str) -> list[Path]:
    """Return the parts of one kind that are there and belong to the sweep, in its order.

    What else lies in the folder, such as parts of an earlier work list, is left out: a run is
    in one part only.
    """
    if kind == "design":
        paths = [part_path(folder, kind, manifest.design_part)]
        return [path for path in paths if path.exists()]
    there = {path.stem for path in (folder / kind).glob(f"*{SUFFIX}")}
    names = (chunk.name(manifest.key) for chunk in manifest.chunks)
    return [part_path(folder, kind, name) for name in names if name in there]
