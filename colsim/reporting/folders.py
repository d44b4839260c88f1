"""Folders and files that are written: known by what they hold, replaced whole or not at all.

The folder of a result has a `manifest.json`, which says of what kind the result is and which
files are part of it. What it does not name is the user's own, and is never deleted. New files
are made in a folder beside, which then takes the old one's place.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from itertools import count
from pathlib import Path
from typing import Any

from colsim.errors import IncompleteError, TakenError, UserError
from colsim.reporting.files import (
    WRITING,
    cannot_write,
    flush,
    provenance,
    temporary,
    write_json,
    write_whole,
    written,
)
from colsim.reporting.kinds import KINDS, MANIFEST, WORLDS, Held, held
from colsim.reporting.replacing import alone, is_movable, put_in_place, recover

_LITTER = (
    ".ds_store", "._*", ".localized", ".spotlight-v100", ".fseventsd", ".trash*", "desktop.ini",
    "thumbs.db", "ehthumbs.db", "$recycle.bin", "system volume information", "lost+found",
    "@eadir", ".directory", ".nfs*", ".fuse_hidden*", ".gitkeep", ".gitignore", "~$*",
    f".*{WRITING}",
)  # fmt: skip
"""What systems and programs leave in any folder: it makes no folder a used one."""


def foreign(folder: Path, ours: Collection[str] = ()) -> list[str]:
    """Return names in a folder that are neither ours nor what systems leave anywhere."""
    if not folder.is_dir():
        return []
    names = sorted(path.name for path in folder.iterdir())
    return [
        name
        for name in names
        if name not in ours and not any(fnmatch(name.lower(), litter) for litter in _LITTER)
    ]


def refuse_foreign(folder: Path, ours: Collection[str], what: str) -> None:
    """Refuse a folder with files that are not ours.

    Raises:
        UserError: it names some.
    """
    names = foreign(folder, ours)
    if names:
        raise UserError(
            f"--out: found {folder}, which holds other files ({', '.join(names[:3])}); "
            f"allowed: a folder that is new, empty, or holds {what}"
        )


def refuse_other_kind(folder: Path, kind: str) -> Held | None:
    """Return the result of this kind that a folder holds, None if it holds no result.

    Raises:
        UserError: it holds one of another kind.
    """
    there = held(folder)
    if there is not None and there.kind != kind:
        raise UserError(
            f"--out: found {folder}, which holds {there}; allowed: another folder, as a result of "
            "another kind is never replaced"
        )
    return there


def named(folder: str | Path) -> Path:
    """Return a folder's path.

    Raises:
        UserError: it is no name, or the name of a file.
    """
    if not str(folder).strip() or "\0" in str(folder):
        raise UserError(f"--out: found {str(folder)!r}; allowed: the name of a folder")
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise UserError(f"--out: found {path}, which is a file; allowed: the name of a folder")
    return path


def claim(
    folder: str | Path,
    kind: str,
    *,
    force: bool = False,
    update: bool = False,
    ours: Collection[str] = (),
) -> Held | None:
    """Make sure that a result may be written to a folder, before hours are spent.

    Args:
        folder: made when the result is written; now nothing is left behind.
        kind: of the result, a name in `KINDS`.
        force: replace a result of the same kind.
        update: add to a result of the same kind.
        ours: names of what an unfinished result of the kind leaves, to go on from.

    Returns:
        The result that will be replaced, if any.

    Raises:
        UserError: the folder cannot be written, or holds something else.
        TakenError: it holds a result that is not to be replaced.
    """
    folder = named(folder)
    recover(folder)
    with alone(Path(os.path.realpath(folder))):
        there = _replaced(folder, kind, force=force or update)
        if there is None:
            refuse_foreign(folder, ours, KINDS[kind])
        require_writable(folder)
    return there


def _replaced(folder: Path, kind: str, *, force: bool) -> Held | None:
    """Return the result that will be replaced, if any.

    Raises:
        UserError: the folder holds one of another kind.
        TakenError: it holds one that is not to be replaced.
    """
    there = refuse_other_kind(folder, kind)
    if there is not None and not force:
        raise TakenError(
            f"--out: found {folder}, which holds {there} already; allowed: another folder, or "
            "--force to replace it (force=True in Python)"
        )
    return there


_mine: dict[Path, bytes] = {}
"""Manifests that this process wrote: pictures that come later belong to these results alone.
Empty where others add to a result too."""


def require_writable(folder: str | Path) -> None:
    """Make sure that a folder can be made and written, before hours are spent.

    Raises:
        UserError: it cannot; nothing is left behind.
    """
    folder = named(folder)
    above = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    try:
        # Under a name of its own: others may try the same folder at the same time.
        with tempfile.TemporaryDirectory(dir=above, prefix=".", suffix=WRITING) as own:
            place = Path(own) / folder.relative_to(above)
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                pass
    except OSError as error:
        raise cannot_write(folder, error) from error


@contextmanager
def writing(
    folder: str | Path,
    *,
    kind: str,
    about: Mapping[str, Any],
    pictures: Collection[str] = (),
    force: bool = False,
    update: bool = False,
) -> Iterator[Path]:
    """Give a temporary folder whose files become those of `folder` when all are written.

    Args:
        folder: made if it is not there.
        kind: of the result, a name in `KINDS`.
        about: what the manifest says beside kind, versions and names of files; a mapping in it
            is added to that of the result that is updated.
        pictures: names of files that are added later, see `add`.
        force: replace a result of the same kind.
        update: keep the files of a result of the same kind that are not written anew.

    Raises:
        UserError: as `claim`; or the files cannot be written, and what was there is still there.
        TakenError: as `claim`, when the files are made too: another process may have come first.
    """
    claim(folder, kind, force=force, update=update)
    said = Path(folder)
    folder = Path(os.path.realpath(folder))
    beside = is_movable(folder)
    staging = (folder.parent if beside else folder) / temporary()
    try:
        staging.mkdir(parents=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        yield staging
        with alone(folder):
            there = _replaced(folder, kind, force=force or update)
            if update and there is not None:
                about = _updated(folder, there, staging, about, pictures=pictures)
            files = sorted({path.name for path in staging.iterdir()} | {*pictures, MANIFEST})
            document = {"kind": kind} | provenance() | dict(about) | {"files": files}
            write_json(staging / MANIFEST, document)
            for path in staging.iterdir():
                flush(path)
            manifest = (staging / MANIFEST).read_bytes()
            put_in_place(staging, folder, () if there is None else there.files, beside=beside)
            written.append(said)
            _mine[folder] = b"" if update else manifest
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):  # without a lock: in this very moment
            _replaced(folder, kind, force=force)
        name = Path(error.filename).name if isinstance(error.filename, str) else ""
        raise cannot_write(folder / name if (folder / name).is_file() else folder, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def save_or_beside(save: Callable[[Path], None], place: Path) -> None:
    """Save a result, beside its place if that was taken meanwhile: it may have taken hours.

    Args:
        save: writes the result to a folder or file.
        place: of the result.

    Raises:
        TakenError: the place was taken; it says where the result is.
    """
    try:
        save(place)
    except TakenError as error:
        stem, ending = (place.stem, place.suffix) if place.is_file() else (place.name, "")
        names = (place.with_name(f"{stem}-{k}{ending}") for k in count(2))
        beside = next(path for path in names if not path.exists())
        said = f"{error}\nthis result is in {beside}"
        try:
            save(beside)
        except IncompleteError as missing:
            said = f"{said}\n{missing}"
        raise TakenError(said) from None


def _updated(
    folder: Path, there: Held, staging: Path, about: Mapping[str, Any], *, pictures: Collection[str]
) -> dict[str, Any]:
    """Take files of a result that are not written anew; return what the manifest says of all."""
    for name in there.files:
        if (folder / name).is_file() and name not in pictures and not (staging / name).exists():
            shutil.copy2(folder / name, staging / name)
    together = dict(about)
    for name, said in about.items():
        before = there.manifest.get(name)
        if isinstance(said, Mapping) and isinstance(before, Mapping):
            together[name] = {**before, **said}
    return together


def worlds_in(folder: Path) -> bytes:
    """Return what tells the worlds that a folder holds from others; nothing if it holds none."""
    path = folder / WORLDS
    return path.read_bytes() if path.is_file() else b""


@contextmanager
def writing_worlds(
    folder: str | Path, *, force: bool, ours: Collection[str] = ()
) -> Iterator[Path]:
    """Give a folder that worlds may be written to; that others wait meanwhile is the caller's part.

    Args:
        folder: made if it is not there.
        force: replace worlds that it holds.
        ours: names of what finished pieces leave.

    Raises:
        UserError: the folder holds something else, or cannot be written.
        TakenError: it holds worlds that are not to be replaced.
    """
    folder = named(folder)
    if _replaced(folder, "worlds", force=force) is None:
        refuse_foreign(folder, ours, KINDS["worlds"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise cannot_write(folder, error) from error


def require_same_worlds(folder: Path, before: bytes) -> None:
    """Refuse to replace worlds that came after the folder was looked at.

    Raises:
        TakenError: it holds other worlds than `worlds_in` found before.
    """
    if worlds_in(folder) != before:
        raise TakenError(
            f"--out: found {folder}, which holds {held(folder)}, written meanwhile by another "
            "process; allowed: another folder, or the same command again with --force to replace "
            "them"
        )


def add(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Add files that a result's manifest names already, each whole or not at all.

    Raises:
        UserError: one cannot be written.
        TakenError: another process has replaced the result since this one wrote it.
    """
    place = Path(os.path.realpath(folder))
    for name, content in files.items():
        path = Path(folder) / name
        try:
            with alone(place):
                if _mine.get(place) and (place / MANIFEST).read_bytes() != _mine[place]:
                    raise TakenError(
                        f"--out: found {folder}, which holds {held(place)}, written meanwhile by "
                        "another process; allowed: one at a time"
                    )
                write_whole(path, content)
        except OSError as error:
            raise cannot_write(path, error) from error
