"""Where compiled kernels are kept: one folder for each version of the model and each compiler.

A folder is named by a hash of the core's code and tables, and of what else decides what the
compiler makes of them. So nothing stale is ever read, wherever the folders lie, and a changed text
recompiles nothing. Each process holds the folder that it uses. Whoever makes a new one clears away
the oldest.
"""

import atexit
import os
import re
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import version
from io import BufferedRandom
from pathlib import Path

from colsim.core import machine_code
from colsim.core.code_hash import code_hash
from colsim.core.plain import PLAIN, SETTINGS
from colsim.data import path_of

if sys.platform != "win32":
    import fcntl
    import pwd

KEPT = 8
"""Folders that stay when a new one is made: those used last, the new one among them."""
ROOM = 64_000_000
"""Bytes that must be free where kernels are to be kept; they take about a third of it."""
TEMPORARY = "colsim-kernels-"
_HELD, _TEXTS = "in-use", "texts"
_NAMES = re.compile("[0-9a-f]{16}-[0-9a-f]{8}|kernels")
"""Folders that are this module's to remove; `kernels` is where earlier versions kept theirs."""
_DECIDES = (
    "BOUNDSCHECK", "OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "DEBUGINFO",
    "ENABLE_PROFILING", "DISABLE_INTEL_SVML", "DISABLE_JIT", "CPU_NAME", "CPU_FEATURES",
    "ENABLE_AVX",
)  # fmt: skip
"""Settings of Numba that change what it compiles, and that it does not look at itself."""


def roots() -> Iterator[Path]:
    """Yield where folders of kernels may lie, the best place first.

    Numba's own setting goes first. A relative or empty XDG_CACHE_HOME counts as unset, as its
    specification asks. Without a home folder there may be none.
    """
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given).absolute() / "colsim"
        return
    with suppress(RuntimeError, KeyError):  # neither HOME nor an entry for this user
        yield _usual_place() / "colsim"


def _usual_place() -> Path:
    if sys.platform == "win32":
        return _absolute("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return _home() / "Library" / "Caches"
    return _absolute("XDG_CACHE_HOME") or _home() / ".cache"


def _absolute(variable: str) -> Path | None:
    given = Path(os.environ.get(variable, ""))
    return given if given.is_absolute() else None


def _home() -> Path:
    """Return the home folder; where HOME says nothing of use, the one that the system knows."""
    home = _absolute("HOME")
    if home is None and sys.platform != "win32":
        home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    return home or Path.home()


def sources() -> list[Path]:
    """Return the files that decide what kernels do: code, and the tables of what they read."""
    tables = [path_of(table) for table in ("parameters", "quantities")]
    return [*sorted(Path(__file__).parent.rglob("*.py")), *tables]


def source_hash(memo: Path | None = None) -> str:
    """Return the hash of what the model's sources do, whatever their comments say.

    Args:
        memo: file to look it up in, by a hash of the texts, as reading the sources word for word
            takes longer than anything else at the start; it is written if need be.
    """
    texts = blake2b(digest_size=8)
    for path in sources():
        texts.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    known: dict[str, str] = {}
    if memo is not None:
        with suppress(OSError, ValueError):
            known = dict(line.split(" ") for line in memo.read_text("ascii").splitlines())
    found = known.get(texts.hexdigest(), "")
    if len(found) != 2 * texts.digest_size:
        found = code_hash(sources())
        if memo is not None:
            known[texts.hexdigest()] = found
            _note(memo, known)
    return found


def _note(memo: Path, known: dict[str, str]) -> None:
    """Write the last few hashes that are known, whole or not at all."""
    lines = [f"{texts} {code}\n" for texts, code in known.items()][-4 * KEPT :]
    with suppress(OSError):
        memo.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=memo.parent, delete=False) as file:
            file.write("".join(lines))
        Path(file.name).replace(memo)


def folder_name(code: str) -> str:
    """Return the name of the folder for a hash of code: it also says what compiles it, and how."""
    settings = [f"{name}={os.environ.get(f'NUMBA_{name}')}" for name in _DECIDES]
    if SETTINGS.exists():
        settings.append(SETTINGS.read_text("utf-8", "replace"))
    made = [version("numba"), *map(str, sys.version_info[:2]), *settings]
    return f"{code}-{blake2b(' '.join(made).encode(), digest_size=4).hexdigest()}"


class KernelFolder:
    """The folder of this process, held until it ends."""

    def __init__(self) -> None:
        """Find, make and hold the folder; fall back to one that goes when this process ends."""
        trouble = "no home folder, and neither XDG_CACHE_HOME nor NUMBA_CACHE_DIR"
        self.path, self.code = Path(), ""
        self.kept = True
        """False once a kernel could not be written."""
        self._held: list[BufferedRandom | None] = []
        if PLAIN:
            return
        for root in roots():
            self.code = source_hash(root / _TEXTS)
            self.path = root / folder_name(self.code)
            try:
                self._take(root)
                return
            except OSError as error:
                trouble = f"{root} ({error.strerror or error})"
            if self.is_complete():  # and cannot be written, which need not trouble anybody
                return
        self.code = source_hash()
        self._fall_back(trouble)

    def is_complete(self) -> bool:
        """Return whether every kernel of the model is here, compiled; or none is needed."""
        return PLAIN or machine_code.file_in(self.path).exists()

    def _take(self, root: Path) -> None:
        """Make the folder, see that it can be written, and hold it."""
        new = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.path) as file:
            file.write(bytes(4096))  # on a full disk an empty file can still be made
        if shutil.disk_usage(self.path).free < ROOM and not self.is_complete():
            raise OSError(f"less than {ROOM // 1_000_000} MB are free")
        self._held.append(hold(self.path))
        if new:
            prune(root, keep=KEPT)

    def _fall_back(self, trouble: str) -> None:
        temporary = Path(tempfile.gettempdir())
        for old in temporary.glob(f"{TEMPORARY}*"):
            remove_unless_held(old)
        place = Path(tempfile.mkdtemp(prefix=TEMPORARY))
        self._held.append(hold(place))
        self.path = place / "colsim" / folder_name(self.code)
        self.path.mkdir(parents=True)
        atexit.register(self._remove, place, os.getpid())
        warnings.warn(
            f"compiled kernels cannot be kept: {trouble}; allowed: a folder that can be written, "
            "which NUMBA_CACHE_DIR can name. They are compiled anew in each session",
            RuntimeWarning,
            stacklevel=4,
        )

    def _remove(self, place: Path, owner: int) -> None:
        if os.getpid() != owner:  # a copy of the process that made it
            return
        for file in self._held:
            if file is not None:
                file.close()
        shutil.rmtree(place, ignore_errors=True)


def hold(folder: Path) -> BufferedRandom | None:
    """Hold a folder against removal for as long as the file returned is open.

    Returns None where the file system knows no locks: such folders are never removed.

    Raises:
        OSError: the folder cannot be written.
    """
    for _ in range(20):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / _HELD).open("a+b")
        os.utime(folder)
        try:
            if lock(file, shared=True) and _is_there(file, folder / _HELD):
                return file
        except OSError:
            file.close()
            return None
        file.close()
        time.sleep(0.01)  # it is just being removed
    raise OSError(f"{folder} is removed again and again")


def lock(file: BufferedRandom, *, shared: bool = False) -> bool:
    """Lock an open file until it is closed; return whether nobody else has.

    Windows has no locks of this kind; there, a file that is open keeps its folder where it is.

    Raises:
        OSError: the file system knows no locks.
    """
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_there(file: BufferedRandom, path: Path) -> bool:
    """Return whether an open file still has its name."""
    return path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def prune(root: Path, *, keep: int) -> None:
    """Remove the folders below a root but the ones used last; never one that is held."""
    folders = [
        path
        for path in root.iterdir()
        if _NAMES.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
    ]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for old in folders[keep:]:
        remove_unless_held(old)


def remove_unless_held(folder: Path) -> None:
    """Remove a folder of kernels unless a process holds it, it is another user's, or none can tell.

    Windows moves no folder in which a file is open.
    """
    with suppress(OSError):
        if sys.platform == "win32":
            folder = folder.rename(folder.with_name(f"{folder.name}.old"))
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.stat().st_uid == os.getuid():
            with (folder / _HELD).open("a+b") as file:
                if lock(file):
                    shutil.rmtree(folder, ignore_errors=True)
