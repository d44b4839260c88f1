"""How kernels are compiled: no fastmath, no interpreter lock, kept on disk.

Kernels allocate nothing, so they carry no reference counts (`_nrt=False`):
counting references of the world's arrays at each call cost seven times the
model itself. `part` marks kernels that LLVM puts into their callers, so that
the world's two dozen arrays are not copied at each call. Nothing is called
from C, and parts not from Python: doors that nobody uses are not compiled.

With NUMBA_DISABLE_JIT=1 kernels are the Python functions that they look like,
for debuggers and coverage: the same bits, some thousand times slower.
"""

import warnings
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.extending import intrinsic
from numba.np import linalg

from colsim.core import KERNELS
from colsim.core.code_hash import code_hash
from colsim.core.plain import PLAIN, plain

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
_CORE = Path(__file__).parent
_first: list[Callable[[], object]] = []
"""What links kernels that others call by name: done once, before any other is made or read."""


def _spare_linear_algebra() -> None:
    """Let Numba ask for SciPy's linear algebra when it is used, which no kernel does.

    At its start it imports all of it only to see that it is there: a sixth of the time to the
    first result. What uses it asks once more.
    """
    asked = linalg.ensure_blas
    linalg.ensure_blas = lambda: None
    try:
        import_module("numba.np.arraymath")
    finally:
        linalg.ensure_blas = asked


_spare_linear_algebra()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called."""
    return _compiled(function)


def part(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call, into each that calls it."""
    return _compiled(function, forceinline=True, no_cpython_wrapper=True)


def typed[F: Callable[..., Any]](signature: str) -> Callable[[F], F]:
    """Return a decorator for small functions of these types, which kernels and Python call.

    Args:
        signature: such as `float64(uint64, int64)`; what is passed is converted to it.
    """

    def decorate(function: F) -> F:
        dispatcher = _compiled(function, forceinline=True)
        if not PLAIN:
            dispatcher.compile(signature)
            dispatcher.disable_compile()
        return cast(F, dispatcher)

    return decorate


def before_reading(link: Callable[[], object]) -> None:
    """Call something once, before the next kernel is compiled or read from disk."""
    _first.append(link)


def machine(plainly: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator for what is written in the compiler's own words.

    Args:
        plainly: the same in Python, for when nothing is compiled.
    """
    return lambda generator: plainly if PLAIN else intrinsic(generator)


def _compiled(function: Callable[..., Any], **options: bool) -> Any:
    if PLAIN:
        return plain(function)
    dispatcher: Any = njit(**(_OPTIONS | options))(function)
    if Path(function.__code__.co_filename).is_file():
        dispatcher._cache = _KernelCache(function)
    return dispatcher


@cache
def _stamp(file: str) -> str:
    """Return what a kernel's own file does, if it lies outside of the core.

    The core's files are in the name of the folder.
    """
    path = Path(file)
    return "core" if _CORE in path.parents else code_hash([path])


class _Locator:
    """Tells Numba where a kernel is kept and what it is known by: what it does, not its text."""

    def __init__(self, file: str) -> None:
        self._py_file = file

    def ensure_cache_path(self) -> None:
        KERNELS.path.mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        return str(KERNELS.path)

    def get_source_stamp(self) -> str:
        return _stamp(self._py_file)

    def get_disambiguator(self) -> str:
        return _stamp(self._py_file)[:8]


class _KernelCacheImpl(CompileResultCacheImpl):
    """Numba's own, but for place and name."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Locator(function.__code__.co_filename)
        name = f"{function.__module__}.{function.__qualname__}"
        self._filename_base = self.get_filename_base(name, "")


class _KernelCache(FunctionCache):
    """Keeps compiled kernels; what cannot be read is compiled, what cannot be written is not kept.

    Numba's own cache goes by the lines of a file and its text, and follows no calls into others.
    """

    _impl_class = _KernelCacheImpl

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        links = _first.copy()
        _first.clear()  # a link comes here again, for the kernel that it links
        for link in links:
            link()
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # cut short, or written by something else
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _say_not_kept(error)
        except Exception:  # the index cannot be read: without it there is room for a new one
            try:
                self.flush()
                super().save_overload(sig, data)
            except OSError as error:
                _say_not_kept(error)


def _say_not_kept(error: OSError) -> None:
    """Warn that kernels cannot be written, once."""
    if KERNELS.kept:
        KERNELS.kept = False
        warnings.warn(
            f"a compiled kernel cannot be kept in {KERNELS.path} ({error.strerror or error}): what "
            "is not kept is compiled anew in each session",
            RuntimeWarning,
            stacklevel=2,
        )
