"""Kernels as plain Python functions: what NUMBA_DISABLE_JIT=1 asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numba import config

PLAIN = bool(getattr(config, "DISABLE_JIT", False))
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
