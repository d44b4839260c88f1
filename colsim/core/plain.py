"""Kernels as plain Python functions: what NUMBA_DISABLE_JIT=1 asks for."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np

SETTINGS = Path(".numba_config.yaml")
"""Where Numba looks for its settings, besides the environment."""


def _nothing_compiled() -> bool:
    """Ask Numba, where there is a reason to: it takes a second to start."""
    if "numba" in sys.modules or "NUMBA_DISABLE_JIT" in os.environ or SETTINGS.exists():
        from numba import config

        return bool(getattr(config, "DISABLE_JIT", False))
    return False


PLAIN = _nothing_compiled()
"""Whether nothing is compiled in this session."""

_IGNORED: Any = {"over": "ignore", "divide": "ignore", "invalid": "ignore", "under": "ignore"}


class PlainWorld:
    """A world whose records are read as in a kernel: `w.clock[0].week`."""

    def __init__(self, world: Any) -> None:
        """View a world's arrays; they are written through."""
        for name in world.__dataclass_fields__:
            setattr(self, name, _view(getattr(world, name)))


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes what its compiled twin takes, and computes the same bits."""

    @wraps(function)
    def call(*arguments: Any) -> Any:
        with np.errstate(**_IGNORED):  # words wrap around, and nothing is said of infinities
            return function(*[_view(one) for one in arguments])

    return call


def _view(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.names and not isinstance(value, np.recarray):
        return value.view(np.recarray)
    if hasattr(value, "_numba_type_") and hasattr(value, "__dataclass_fields__"):
        return PlainWorld(value)
    return value
