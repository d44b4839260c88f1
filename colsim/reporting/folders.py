"""Folders and files that are written: known by what they hold, replaced whole or not at all.

The folder of a result has a `manifest.json`, which says of what kind the result is and which
files are part of it. What it does not name is the user's own, and is never deleted. New files
are made in a folder beside, which then takes the old one's place.
"""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from colsim.errors import UserError
from colsim.reporting.files import (
    cannot_write,
    flush,
    provenance,
    temporary,
    write_json,
    write_whole,
)
from colsim.reporting.kinds import KINDS, MANIFEST, Held, held
from colsim.reporting.replacing import is_movable, put_in_place, recover

_LITTER = (
    ".ds_store", "._*", ".localized", ".spotlight-v100", ".fseventsd", ".trash*", "desktop.ini",
    "thumbs.db", "ehthumbs.db", "$recycle.bin", "system volume information", "lost+found",
    "@eadir", ".directory", ".nfs*", ".fuse_hidden*", ".gitkeep", ".gitignore", "~$*",
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
    folder: str | Path, kind: str, *, force: bool = False, update: bool = False
) -> Held | None:
    """Make sure that a result may be written to a folder, before hours are spent.

    Args:
        folder: made when the result is written; now nothing is left behind.
        kind: of the result, a name in `KINDS`.
        force: replace a result of the same kind.
        update: add to a result of the same kind.

    Returns:
        The result that will be replaced, if any.

    Raises:
        UserError: the folder cannot be written, holds something else, or a result that is not
            to be replaced.
    """
    folder = named(folder)
    recover(folder)
    there = refuse_other_kind(folder, kind)
    if there is None:
        refuse_foreign(folder, (), KINDS[kind])
    elif not force and not update:
        raise UserError(
            f"--out: found {folder}, which holds {there} already; allowed: another folder, or "
            "--force to replace it (force=True in Python)"
        )
    require_writable(folder)
    return there


def require_writable(folder: str | Path) -> None:
    """Make sure that a folder can be made and written, before hours are spent.

    Raises:
        UserError: it cannot; nothing is left behind.
    """
    folder = named(folder)
    made = [p for p in (folder, *folder.parents) if not p.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        for path in made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


@contextmanager
def writing(
    folder: str | Path,
    *,
    kind: str,
    about: Mapping[str, Any],
    pictures: Iterable[str] = (),
    force: bool = False,
    update: bool = False,
) -> Iterator[Path]:
    """Give a temporary folder whose files become those of `folder` when all are written.

    Args:
        folder: made if it is not there.
        kind: of the result, a name in `KINDS`.
        about: what the manifest says beside kind, versions and names of files.
        pictures: names of files that are added later, see `add`.
        force: replace a result of the same kind.
        update: keep the files of a result of the same kind that are not written anew.

    Raises:
        UserError: as `claim`; or the files cannot be written, and what was there is still there.
    """
    there = claim(folder, kind, force=force, update=update)
    folder = Path(os.path.realpath(folder))
    old = () if there is None else there.files
    beside = is_movable(folder)
    try:
        (folder.parent if beside else folder).mkdir(parents=True, exist_ok=True)
        staging = (folder.parent if beside else folder) / temporary()
        staging.mkdir()
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        if update:
            for name in old:
                if (folder / name).is_file():
                    shutil.copy2(folder / name, staging / name)
        yield staging
        files = sorted({path.name for path in staging.iterdir()} | {*pictures, MANIFEST})
        write_json(
            staging / MANIFEST, {"kind": kind} | provenance() | dict(about) | {"files": files}
        )
        for path in staging.iterdir():
            flush(path)
        put_in_place(staging, folder, old, beside=beside)
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else ""
        raise cannot_write(folder / name if (folder / name).is_file() else folder, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def add(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Add files that a result's manifest names already, each whole or not at all.

    Raises:
        UserError: one cannot be written.
    """
    for name, content in files.items():
        path = Path(folder) / name
        try:
            write_whole(path, content)
        except OSError as error:
            raise cannot_write(path, error) from error
