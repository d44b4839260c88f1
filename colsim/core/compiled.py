"""Kernels, for those who write and call them; who compiles them is `colsim.core.compiler`.

Numba takes a second to start. A kernel whose types are given is therefore kept as machine code, and
where that is on disk, only LLVM is asked to load it, and it is called at its address. Everything
else wakes Numba up: to compile a kernel, and to call one that takes any types.

With NUMBA_DISABLE_JIT=1 kernels are the Python functions that they look like,
for debuggers and coverage: the same bits, some thousand times slower.
"""

import ctypes
from collections.abc import Callable, Sequence
from functools import cached_property, update_wrapper
from importlib import import_module
from typing import Any, cast

import numpy as np

from colsim.core import KERNELS
from colsim.core.machine_code import addresses
from colsim.core.plain import PLAIN, plain

DOORS: "list[Kernel]" = []
"""Kernels whose types are given: those that are kept as machine code, in the order of loading."""
_WORDS = {
    "boolean": ctypes.c_bool,
    "int64": ctypes.c_int64,
    "uint64": ctypes.c_uint64,
    "float64": ctypes.c_double,
}
"""What numbers are in machine code; all else that a kernel takes is a world or an array."""


class Kernel:
    """A function that is compiled when it is first asked for."""

    __name__: str
    __qualname__: str

    def __init__(self, function: Callable[..., Any], **options: bool) -> None:
        """Take a function to be compiled with further options of Numba's."""
        update_wrapper(self, function)
        self.py_func = function
        self.symbol = f"{function.__module__}.{function.__qualname__}"
        self.options = options
        self.signature = ""

    def opened(self, signature: str) -> "Kernel":
        """Give the types of result and arguments: from now on these alone, and by address."""
        self.signature = signature
        DOORS.append(self)
        return self

    def __call__(self, *arguments: Any) -> Any:
        """Call it from Python."""
        return self._called(*arguments)

    def __reduce__(self) -> str:
        """Copy and pickle as a function: by its name."""
        return self.__qualname__

    @cached_property
    def _called(self) -> Callable[..., Any]:
        if self in DOORS:
            return _entry(self)
        return _in_python(self) if self.signature else self.dispatcher

    @cached_property
    def dispatcher(self) -> Any:
        """What Numba calls a function that it compiles."""
        return compiler().dispatcher_of(self)

    @cached_property
    def address(self) -> int:
        """Where its machine code is; it is loaded, or compiled, if need be."""
        found = addresses(KERNELS.path).get(self.symbol)
        if found is None:
            found = compiler().address_of(self)
        return int(found)

    def link(self) -> None:
        """Have it ready at its address, of which the linker knows."""
        assert self.address

    @property
    def _numba_type_(self) -> Any:
        from numba import types

        return types.Dispatcher(self.dispatcher)


def compiler() -> Any:
    """Return the module that compiles: not before something asks, as it starts Numba.

    It knows the world, and so stands above all that is compiled.
    """
    return import_module("colsim.core.compiler")


def _in_python(kernel: Kernel) -> Callable[..., Any]:
    """Return what calls a function of real numbers as the Python that it is: the same bits.

    To find machine code and to come back takes longer than these take.
    """
    function, result = kernel.py_func, kernel.signature.partition("(")[0]
    kept = {"float64": float, "boolean": bool, "int64": int}[result]
    return lambda *arguments: kept(function(*map(float, arguments)))


def _entry(kernel: Kernel) -> Callable[..., Any]:
    """Return what calls a kernel at its address, by Numba's convention.

    Before its arguments it takes where to put its result, and what went wrong.
    """
    result, _, rest = kernel.signature.removesuffix(")").partition("(")
    words = [_WORDS.get(name) for name in rest.split(", ")]
    if all(words):
        return _entry_of_numbers(kernel.address, _WORDS[result], words)
    function = ctypes.CFUNCTYPE(ctypes.c_int32)(kernel.address)

    def call(*arguments: Any) -> None:
        flat: list[Any] = []
        for value, word in zip(arguments, words, strict=True):
            if word is not None:
                flat.append(word(int(value)))
            elif isinstance(value, np.ndarray):
                flat += map(ctypes.c_void_p, _laid_flat(value))
            else:
                flat.append(ctypes.c_void_p(value.address))
        place = ctypes.byref(ctypes.c_void_p())
        if function(place, place, *flat) > 0:
            raise IndexError(f"kernel {kernel.__name__}: an index is out of bounds")

    return call


def _entry_of_numbers(address: int, kept: Any, words: Sequence[Any]) -> Callable[..., Any]:
    """Return what calls a kernel that takes and returns numbers: thousands of times a second.

    What is done in a moment keeps the interpreter's lock.
    """
    place = ctypes.c_void_p
    function = ctypes.PYFUNCTYPE(ctypes.c_int32, place, place, *words)(address)
    fault, kinds = place(), [type(word(0).value) for word in words]
    byref, wrong = ctypes.byref, ctypes.byref(fault)

    def call(*arguments: Any) -> Any:
        found = kept()
        try:
            function(byref(found), wrong, *arguments)
        except ctypes.ArgumentError:  # NumPy's numbers
            given = [kind(one) for kind, one in zip(kinds, arguments, strict=True)]
            function(byref(found), wrong, *given)
        return found.value

    return call


def _laid_flat(array: np.ndarray[Any, Any]) -> tuple[int | None, ...]:
    """Return an array as machine code takes it; nobody but Python owns it."""
    place = array.size, array.itemsize, array.ctypes.data
    return None, None, *place, *array.shape, *array.strides


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, for whatever types it is called with."""
    return plain(function) if PLAIN else Kernel(function)


def part(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call, into each that calls it."""
    inside = {"forceinline": True, "no_cpython_wrapper": True}
    return plain(function) if PLAIN else Kernel(function, **inside)


def door(signature: str) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator for a kernel of these types, which is kept as machine code.

    Args:
        signature: such as `none(world, int64)`: Numba's names of types, `world`, `family` (a
            record), `counts`, or a field of a world; no blank but after commas.
    """
    return lambda function: plain(function) if PLAIN else Kernel(function).opened(signature)


def typed[F: Callable[..., Any]](signature: str) -> Callable[[F], F]:
    """Return a decorator for small functions of these types, which kernels and Python call.

    Args:
        signature: such as `float64(uint64, int64)`; what is passed is converted to it.
    """

    def decorate(function: F) -> F:
        if PLAIN:
            return cast(F, plain(function))
        small = Kernel(function, forceinline=True)
        small.signature = signature
        if "int64" in signature.partition("(")[2]:
            small.opened(signature)  # words that wrap around are no matter for Python
        return cast(F, small)

    return decorate


class _Machine:
    """What is written in the compiler's own words; called from Python, it is the Python for it."""

    def __init__(self, generator: Callable[..., Any], plainly: Callable[..., Any]) -> None:
        self._generator = generator
        self._plainly = plainly

    def __call__(self, *arguments: Any) -> Any:
        return self._plainly(*arguments)

    @cached_property
    def _numba_type_(self) -> Any:
        from numba import types
        from numba.core.typing.templates import make_intrinsic_template

        name = self._generator.__name__
        return types.Function(make_intrinsic_template(self, self._generator, name))


def machine(plainly: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator for what is written in the compiler's own words.

    Args:
        plainly: the same in Python.
    """
    return lambda generator: plainly if PLAIN else _Machine(generator, plainly)
