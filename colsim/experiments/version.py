"""Which version of the model a process has: whoever works for another one must have the same."""

import os
import platform
from functools import cache
from hashlib import blake2b
from pathlib import Path

import colsim
from colsim.core import KERNELS
from colsim.core.code_hash import code_hash
from colsim.core.kernel_folder import source_hash

RUNS = "colsim runs 1"
"""Version of how runs are begun and what is kept of them."""
_BESIDE_THE_CORE = (
    "data/*.py",
    "data/levers.toml",
    "data/measures.toml",
    "scenario/compiling.py",
    "scenario/lever.py",
    "scenario/levers.py",
    "experiments/observed.py",
    "experiments/runner.py",
    "experiments/sharing.py",
    "experiments/worlds.py",
)
"""Sources outside the core that the figures of a run depend on."""


@cache
def model_version() -> str:
    """Return a hash of the format and of all code that the figures of a run depend on.

    Comments and texts are no part of it: results do not grow old with them.
    """
    root = Path(colsim.__file__).parent
    beside = [path for pattern in _BESIDE_THE_CORE for path in sorted(root.glob(pattern))]
    parts = (RUNS, KERNELS.code or source_hash(), code_hash(beside))
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


class OtherModelError(Exception):
    """A worker has another version of the model: its figures do not belong in the same table."""


def require_model(wanted: str) -> None:
    """Refuse to work for a driver with another version of the model.

    Raises:
        OtherModelError: it says whose worker this is.
    """
    own = model_version()
    if own != wanted:
        raise OtherModelError(
            f"the worker on {platform.node()} (process {os.getpid()}, colsim {colsim.__version__} "
            f"in {Path(colsim.__file__).parent}) has version {own} of the model, and {wanted} is "
            "wanted"
        )
