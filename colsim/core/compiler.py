"""How kernels are compiled: by Numba, no fastmath, no interpreter lock, kept on disk.

Kernels allocate nothing, so they carry no reference counts (`_nrt=False`):
counting references of the world's arrays at each call cost seven times the
model itself. `part` marks kernels that LLVM puts into their callers, so that
the world's two dozen arrays are not copied at each call. Nothing is called
from C, and parts and doors not through Python's objects: ways in that nobody
uses are not compiled.

Only what has to be compiled, or takes any types, imports this module, as Numba takes a second to
start.
"""

import warnings
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from llvmlite import binding
from numba import njit, types
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.np import linalg

from colsim.core import KERNELS
from colsim.core.apart import link_first
from colsim.core.code_hash import code_hash
from colsim.core.compiled import Kernel
from colsim.core.pointer import WORLD_TYPE

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
_CORE = Path(__file__).parent


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


_FIELDS = dict(WORLD_TYPE.fields)
_TYPES = {
    **vars(types),
    **_FIELDS,
    "world": WORLD_TYPE,
    "family": _FIELDS["families"].dtype,
    "counts": types.int64[:, ::1],
}
"""What signatures of kernels name."""


def signature_of(kernel: Kernel) -> Any:
    """Return the types of a kernel as Numba has them."""
    return eval(kernel.signature, _TYPES)


def dispatcher_of(kernel: Kernel) -> Any:
    """Return a kernel as Numba's own, compiled if its types are given."""
    options = _OPTIONS | kernel.options
    if kernel.signature:
        options["no_cpython_wrapper"] = True  # it is called at its address
    dispatcher: Any = njit(**options)(kernel.py_func)
    if Path(kernel.py_func.__code__.co_filename).is_file():
        dispatcher._cache = _KernelCache(kernel.py_func)
    if kernel.signature:
        dispatcher.compile(signature_of(kernel))
        dispatcher.disable_compile()
    return dispatcher


def address_of(kernel: Kernel) -> int:
    """Return where the machine code of a kernel is whose types are given; tell the linker."""
    made = _made(kernel)
    address = int(made.library.get_pointer_to_function(made.fndesc.llvm_func_name))
    binding.add_symbol(kernel.symbol, address)
    return address


def object_of(kernel: Kernel) -> tuple[str, str, bytes]:
    """Return such a kernel's symbol, its name in its object code, and that code."""
    return kernel.symbol, _made(kernel).fndesc.llvm_func_name, kernel.dispatcher._cache.code


def _made(kernel: Kernel) -> Any:
    (made,) = kernel.dispatcher.overloads.values()
    return made


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
        self.code = b""
        """Object code of what was written or read last."""

    def reduce(self, result: Any) -> Any:
        payload = super().reduce(result)
        self._note_code(payload)
        return payload

    def rebuild(self, context: Any, payload: Any) -> Any:
        self._note_code(payload)
        return super().rebuild(context, payload)

    def _note_code(self, payload: Any) -> None:
        (_, _, (self.code, _)), *_ = payload


class _KernelCache(FunctionCache):
    """Keeps compiled kernels; what cannot be read is compiled, what cannot be written is not kept.

    Numba's own cache goes by the lines of a file and its text, and follows no calls into others.
    """

    _impl_class = _KernelCacheImpl

    @property
    def code(self) -> bytes:
        """Object code of the kernel."""
        return bytes(self._impl.code)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        link_first()
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
