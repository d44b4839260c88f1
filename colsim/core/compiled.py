"""How kernels are compiled: no fastmath, no interpreter lock, cached on disk.

Kernels allocate nothing, so they carry no reference counts (`_nrt=False`):
counting references of the world's arrays at each call cost seven times the
model itself. `part` marks kernels that LLVM puts into their callers, so that
the world's two dozen arrays are not copied at each call.
"""

from typing import Any

from numba import njit

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}

kernel = njit(**OPTIONS)
part = njit(forceinline=True, **OPTIONS)
