"""Folders and files that are written: known by what they hold, replaced whole or not at all.

The folder of a result has a `manifest.json`, which says of what kind the result is and which
files are part of it. What it does not name is the user's own, and is never deleted. New files
are made in a folder beside, which then takes the old one's place.
"""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from hashlib import blake2b
from pathlib import Path
from typing import Any

from colsim.errors import UserError
from colsim.reporting.files import (
    cannot_write,
    flush,
    provenance,
    rename,
    temporary,
    write_json,
    write_whole,
)

MANIFEST = "manifest.json"
CALIBRATION = "calibration.json"
WORLDS = "matched.json"
KINDS = {
    "run": "a run",
    "comparison": "a comparison",
    "choice": "a choice",
    "evidence": "a result of evidence",
    "story": "a family's story",
    "families": "a list of families",
    "patterns": "a report on patterns",
    "analysis": "the analysis of a sweep",
    "sweep": "a sweep",
    "calibration": "a calibration",
    "worlds": "plausible worlds",
}
_LITTER = (
    ".ds_store", "._*", ".localized", ".spotlight-v100", ".fseventsd", ".trash*", "desktop.ini",
    "thumbs.db", "ehthumbs.db", "$recycle.bin", "system volume information", "lost+found",
    "@eadir", ".directory", ".nfs*", ".fuse_hidden*", ".gitkeep", ".gitignore", "~$*",
)  # fmt: skip
"""What systems and programs leave in any folder: it makes no folder a used one."""
_LONG = 200
"""Bytes of a name to which nothing more is added: systems end at 255."""


@dataclass(frozen=True, slots=True)
class Held:
    """The result that a folder holds."""

    kind: str
    """A name in `KINDS`; empty if it is none that this version knows."""
    manifest: Mapping[str, Any]
    files: tuple[str, ...]
    """Names of the files that are part of it."""

    def __str__(self) -> str:
        """Return what it is, in words."""
        if not self.kind:
            return f"a {MANIFEST} that is not one of colsim's or is torn"
        about = self.manifest
        one, several = about.get("scenario"), about.get("scenarios")
        names = several if isinstance(several, list) and self.kind == "comparison" else [one]
        said = [", ".join(str(n["name"]) for n in names if isinstance(n, dict) and n.get("name"))]
        said += [str(about["family"])] if self.kind == "story" and "family" in about else []
        said += [f"seed {about['seed']}"] if "seed" in about else []
        said += [f"of {str(about['written'])[:10]}"] if "written" in about else []
        told = ", ".join(part for part in said if part)
        return KINDS[self.kind] + (f" ({told})" if told else "")


def held(folder: Path) -> Held | None:
    """Return the result that a folder holds; None if it holds none."""
    calibration = _document(folder / CALIBRATION)
    if calibration is not None and calibration.get("kind") == "calibration":
        return Held("calibration", calibration, ())
    worlds = _document(folder / WORLDS)
    if worlds is not None and worlds.get("kind") in ("matched", "judged"):
        return Held("worlds", worlds, ())
    if not (folder / MANIFEST).exists():
        return None
    manifest = _document(folder / MANIFEST)
    if manifest is None:
        return Held("", {}, ())
    files = manifest.get("files")
    kind = _kind(manifest)
    if isinstance(files, list):
        names = [str(name) for name in files]
        return Held(kind, manifest, tuple(name for name in names if Path(name).name == name))
    return Held(kind, manifest, _BEFORE.get(kind, ()))


_BEFORE = {
    "run": ("measures.json", "series.csv", "graph.graphml", MANIFEST),
    "comparison": (
        "comparison.csv", "comparison.json", "series.csv", "chart.png", "chart.svg", MANIFEST,
    ),
    "story": ("story.txt", "story.csv", "story.json", MANIFEST),
    "families": ("families.csv", MANIFEST),
}  # fmt: skip
"""Files of results whose manifests do not name them yet."""


def _kind(manifest: Mapping[str, Any]) -> str:
    if str(manifest.get("format", "")).startswith("colsim sweep"):
        return "sweep"
    if manifest.get("kind") in KINDS:
        return str(manifest["kind"])
    if "colsim" not in manifest or "kind" in manifest:
        return ""
    if "scenarios" in manifest:
        return "comparison" if "replications" in manifest else ""
    if "family" in manifest:
        return "story"
    return ("run" if "seconds" in manifest else "families") if "scenario" in manifest else ""


def _document(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


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
    _recover(folder)
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
    beside = _movable(folder)
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
        _put(staging, folder, old, beside=beside)
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else ""
        raise cannot_write(folder / name if (folder / name).is_file() else folder, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _aside(folder: Path) -> Path:
    """Return where the old folder lies for a moment, found again by its name."""
    raw = os.fsencode(folder.name)
    name = folder.name if len(raw) < _LONG else blake2b(raw, digest_size=12).hexdigest()
    return folder.with_name(f".{name}.before")


def _movable(folder: Path) -> bool:
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


def _put(staging: Path, folder: Path, old: Collection[str], *, beside: bool) -> None:
    """Put new files in the place of the old ones: all of them, or on an error none."""
    if beside and not folder.exists():
        rename(staging, folder)
        return
    if beside:
        aside = _aside(folder)
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
                    target = target.with_name(f"{target.name}.kept")
                path.rename(target)
        for name in sorted(old, key=lambda name: name == MANIFEST):
            (aside / name).unlink(missing_ok=True)
        aside.rmdir()


def _recover(folder: Path) -> None:
    """Put right what a process that was killed between two moves left behind."""
    folder = Path(os.path.realpath(folder))
    aside = _aside(folder)
    with contextlib.suppress(OSError):
        if not aside.is_dir():
            return
        if not folder.exists():
            aside.rename(folder)
        else:
            before = held(aside)
            _take_along(aside, folder, () if before is None else before.files)


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
