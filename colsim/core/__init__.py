"""The model itself: NumPy and Numba only, no Mesa, pandas, files or plots.

Importing it points Numba's on-disk cache at a folder named by a hash of all
sources in this package: Numba alone does not notice that a callee in another
file was edited.
"""

import hashlib
import os
import sys
import tempfile
import warnings
from pathlib import Path

from numba import config


def _cache_root() -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "colsim" / "kernels"


def _source_hash() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _point_cache() -> Path | None:
    """Set Numba's cache folder; return it, or None where the user has set one."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return None
    name = _source_hash()
    folder = _cache_root() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        folder = Path(tempfile.mkdtemp(prefix=f"colsim-{name}-"))
        warnings.warn(
            f"compiled kernels cannot be kept in {_cache_root()} ({error.strerror}): "
            "they are compiled anew in each session",
            RuntimeWarning,
            stacklevel=2,
        )
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return folder


CACHE_FOLDER = _point_cache()


def is_compiled() -> bool:
    """Return whether compiled kernels of these sources are already on disk."""
    return CACHE_FOLDER is not None and any(CACHE_FOLDER.rglob("*.nbi"))
