"""Kernels that others call without taking their code in.

Numba puts the code of all that a kernel calls into the kernel, and compiles it there once more.
For the loop over the weeks that doubled the time until the first result, and all phases had to be
compiled one after the other. A kernel that stands apart is compiled once, wherever and by whichever
process, and called by a name that the linker knows.
"""

import inspect
from collections.abc import Callable
from typing import Any

from colsim.core.compiled import Kernel, compiler, door, machine
from colsim.core.plain import PLAIN

_first: list[Kernel] = []
"""Kernels that any other may call by name."""


def by_name(kernel: Any) -> Any:
    """Return what other kernels call in place of a kernel whose types are given.

    Args:
        kernel: it returns nothing; what is passed to it is converted to its types. Its address
            must be known before what calls it is made or read.
    """
    if PLAIN:
        return kernel

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        from llvmlite import ir
        from numba.core import cgutils

        convention = context.call_conv
        kind = convention.get_function_type(signature.return_type, signature.args)
        function = cgutils.get_or_insert_function(builder.module, kind, kernel.symbol)
        status, _ = convention.call_function(
            builder, function, signature.return_type, signature.args, arguments
        )
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return ir.Constant(context.get_dummy_type(), None)

    def call(typing_context: Any, *arguments: Any) -> Any:
        return compiler().signature_of(kernel), generate

    # The compiler asks how many there are; it does not take what gathers them.
    own = inspect.signature(kernel.py_func)
    context = inspect.Parameter("typing_context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    call.__signature__ = own.replace(parameters=[context, *own.parameters.values()])  # type: ignore[attr-defined]
    return machine(plainly=kernel)(call)


def called_everywhere(signature: str) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator for a kernel of these types that many kernels call, and none takes in."""

    def decorate(function: Callable[..., Any]) -> Any:
        one = door(signature)(function)
        _first.append(one)
        return by_name(one)

    return decorate


def link_first() -> None:
    """Let the linker know of kernels that any other may call, before that is made or read."""
    links = _first.copy()
    _first.clear()  # to find one's place leads here again
    for one in links:
        one.link()
